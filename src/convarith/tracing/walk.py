"""A whole network read layer by layer: shapes, cost, and what is seen, branches included."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from convarith._text import shape_text
from convarith._validate import as_ints, wrong_kind
from convarith.field import Taps
from convarith.tracing.effects import Effect, Unreadable
from convarith.tracing.graph import Graph, Input, Step, Weight
from convarith.tracing.sight import KEEP, SIDE_BY_SIDE, Shape, Sight, Undefined
from convarith.tracing.table import Row, Trace


def walk(graph: Graph, input_shape: object = None) -> Trace:
    """The rows of a graph that is read at a shape, or at its own."""
    rows = _Walk(graph.batched)
    rows.through(graph, rows.inputs(graph, input_shape))
    return Trace(graph.name, rows.rows)


def fits(graph: Graph, input_shape: Shape) -> bool:
    """Whether everything in a network fits at this shape."""
    try:
        rows = _Walk(graph.batched, compares=False)
        rows.through(graph, rows.inputs(graph, input_shape))
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class _Value:
    """What a layer gives to the next: the row it comes from, its shape, and what it has seen."""

    name: str
    shape: Shape
    sight: Sight | None
    source: Input | None = None  # the input that this is, or is with each number changed


class _Walk:
    """Goes through a graph and collects the rows."""

    def __init__(self, batched: bool, *, compares: bool = True) -> None:
        self.batched = batched
        self.compares = compares  # each shape with the framework's own
        self.rows: list[Row] = []
        self.weights: set[int | str] = set()  # those that were counted
        self.names: dict[str, int] = {}  # how often each was given

    def inputs(self, graph: Graph, given: object) -> list[_Value]:
        """The network's inputs, each a row, with the sizes that are given or else its own."""
        shapes = _shapes_given(graph, given) if given is not None else _shapes_of_its_own(graph)
        values = []
        for one, shape in zip(graph.inputs, shapes, strict=True):
            sight = _unseen(one, shape, self.batched)
            row = Row(
                name=one.name,
                kind="InputLayer",
                output_shape=self.bare(shape),
                activations=prod(shape),
                sight=sight,
            )
            self.rows.append(row)
            values.append(_Value(one.name, shape, sight, one))
        return values

    def bare(self, shape: Shape) -> Shape:
        """A shape without its batch of one."""
        return shape[1:] if self.batched and shape[:1] == (1,) else shape

    def through(self, graph: Graph, given: Sequence[_Value], prefix: str = "") -> list[_Value]:
        """Adds the rows of a network that is called with these values; returns what comes out."""
        values = {one.key: value for one, value in zip(graph.inputs, given, strict=True)}
        for step in graph.steps:
            gets, name = [values[key] for key in step.reads], f"{prefix}{step.name}"
            if step.inner:
                made = self.through(step.inner, gets, f"{self.name(name)}/")
            else:
                made = self.layer(step, gets, self.name(name))
            values |= zip(step.makes, made, strict=True)
        return [values[key] for key in graph.outputs]

    def name(self, name: str) -> str:
        """A name of its own for a layer that is called again."""
        self.names[name] = self.names.get(name, 0) + 1
        return name if self.names[name] == 1 else f"{name} ({self.names[name]})"

    def layer(self, step: Step, gets: Sequence[_Value], name: str) -> list[_Value]:
        """Adds the row of one layer; returns what comes out."""
        shapes = [value.shape for value in gets]
        effect, notes = self.effect(step, shapes, name)
        sight = None
        if effect.macs is not None or effect.view is not KEEP:
            sight, note = _sight_after(effect, gets, self.batched)
            notes.append(note)
        parameters, trainable, note = self.count(step, effect)
        notes.append(note)
        self.rows.append(
            Row(
                name=name,
                kind=step.kind,
                inputs=tuple(value.name for value in gets),
                output_shape=self.bare(effect.shapes[0]),
                parameters=parameters,
                trainable=trainable,
                macs=effect.macs,
                activations=sum(map(prod, effect.shapes)) if effect.allocates else 0,
                layer=effect.layer,
                note="; ".join(filter(None, notes)),
                sight=sight,
            )
        )
        source = _still_input(effect, gets)
        return [_Value(name, shape, sight, source) for shape in effect.shapes]

    def effect(self, step: Step, shapes: Sequence[Shape], name: str) -> tuple[Effect, list[str]]:
        """What a layer does, whose shapes are those that the framework says; and a note, if it is unknown."""
        said = step.said(shapes) if self.compares else None
        try:
            effect, why = step.read(shapes), f"{step.kind} is not read"
        except Unreadable as reason:
            effect, why = None, f"{step.kind} {reason}"
        except ValueError as error:
            raise ValueError(_sentence(name, step.kind, str(error))) from None
        if effect is None:
            said = said or step.said(shapes)
            if not said or any(size is None for shape in said for size in shape):
                sizes = " and ".join(map(shape_text, shapes))
                raise ValueError(f"{name} ({step.kind}) does not say its output shape for {sizes}")
            made = tuple(tuple(size for size in shape if size is not None) for shape in said)
            return Effect(made, parameters=None, macs=None), [f"unknown: {why}"]
        for ours, theirs in zip(effect.shapes, said or (), strict=False):
            if len(ours) != len(theirs) or any(b not in (a, None) for a, b in zip(ours, theirs, strict=True)):
                raise ValueError(
                    f"{name} ({step.kind}) makes {shape_text(ours)} by the arithmetic here, but "
                    f"{' × '.join(map(str, theirs))} by the framework's"
                )
        return effect, []

    def count(self, step: Step, effect: Effect) -> tuple[int | None, int | None, str]:
        """Weights that were not counted before: all, and those that are trained."""
        new = step.weights
        if new is None:  # it has none yet: those that it will have
            if effect.parameters is None:
                return None, None, ""
            parts = {"trained": effect.parameters - effect.fixed, "fixed": effect.fixed}
            new = [
                Weight(f"{step.owner} {part}", size, part == "trained")
                for part, size in parts.items()
                if size
            ]
        fresh = {one.key: one for one in new if one.key not in self.weights}
        self.weights |= set(fresh)
        note = "the weights of a layer above" if new and not fresh else ""
        return (
            sum(one.size for one in fresh.values()),
            sum(one.size for one in fresh.values() if one.trainable),
            note,
        )


def _sentence(name: str, kind: str, error: str) -> str:
    bare = error.startswith("was built for")
    return f"{name} ({kind}){'' if bare else ':'} {error}"


def _unseen(one: Input, shape: Shape, batched: bool) -> Sight:
    """What an input sees of itself; its places are the axes that are not its channels."""
    axes = range(batched, len(shape))
    if not one.all_places:
        axes = axes[1:] if one.channels_first else axes[:-1]
    return Sight.of_input(shape, axes)


def _still_input(effect: Effect, gets: Sequence[_Value]) -> Input | None:
    """The input whose numbers these still are, one by one."""
    if len(gets) != 1 or effect.layer is not None or effect.macs is None:
        return None
    view = effect.view
    return gets[0].source if view is KEEP or view.broadcasts or view.target is not None else None


def _sight_after(effect: Effect, gets: Sequence[_Value], batched: bool) -> tuple[Sight | None, str]:
    """What the outputs of a layer see of the model's input, and a note where that needs one."""
    if not gets:
        return None, "made from no input"
    if effect.view.reason:
        return None, effect.view.reason
    if gets[0].source and _counts_anew(gets[0], effect):
        return _unseen(gets[0].source, effect.shapes[0], batched), ""
    known = [value.sight for value in gets if value.sight is not None]
    if len(known) < len(gets):
        unknown = ", ".join(value.name for value in gets if value.sight is None)
        return None, f"not known through {unknown}" if len(gets) > 1 else ""
    shapes = [value.shape for value in gets]
    if any(effect.view.seam in way.axes for way in known if effect.view.seam is not None):
        return None, SIDE_BY_SIDE  # maps of different sizes, which nothing could merge
    try:
        merged = Sight.merge(known, shapes, effect.shapes[0] if effect.view.broadcasts else None)
        sight = merged.through(effect.view, shapes[0])
    except Undefined as reason:
        return None, str(reason)
    if all(f.aligned for way in known for f in way.fields) and not all(f.aligned for f in sight.fields):
        if all(one.period == 1 for way in known for one in way.fields):
            told = (f"{value.name} sees {_told(way)}" for value, way in zip(gets, known, strict=True))
            return sight, f"not aligned: {'; '.join(told)}"
        return sight, "not aligned"
    return sight, effect.note or _turns(effect, sight)


def _counts_anew(value: _Value, effect: Effect) -> bool:
    """Whether an input that is reshaped at once is to be seen in its new shape."""
    target = effect.view.target
    if target is None or target == value.shape or value.sight is None:
        return False
    only_channels_are_new = target == (*value.shape, 1) or target == (1, *value.shape)
    return only_channels_are_new or None in value.sight.through(effect.view, value.shape).axes


def _turns(effect: Effect, sight: Sight) -> str:
    """The note of a layer whose neighbouring outputs read differently, if so they see differently."""
    uneven = any(isinstance(taps, Taps) and len(taps.offsets) > 1 for taps in effect.view.along.values())
    periods = {one.period for one in sight.fields}
    if not uneven or periods == {1}:
        return ""
    return (
        f"fields repeat every {' × '.join(str(one.period) for one in sight.fields[: len(periods)])} outputs"
    )


def _shapes_given(graph: Graph, given: object) -> list[Shape]:
    own = [one.shape for one in graph.inputs if one.shape is not None]
    own = [shape[1:] for shape in own] if graph.batched else own
    shapes = shapes_of(given, own[0] if own else (28, 28, 1))
    like, told = (", ".join(map(str, each)) for each in (own, shapes))
    if graph.fixed and shapes != own:
        raise ValueError(f"{graph.name} was exported for input_shape {like}, but is to be read at {told}")
    if own and [*map(len, shapes)] != [*map(len, own)]:
        raise ValueError(f"input_shape must be like {like}, but is {told}")
    return [(1, *shape) for shape in shapes] if graph.batched else shapes


def shapes_of(given: object, like: Sequence[int | None]) -> list[Shape]:
    """One shape, or several."""
    if isinstance(given, str | bytes) or not isinstance(given, Sequence):
        raise wrong_kind("input_shape", f"a shape like {_example(like)}, or a list of them", given)
    each = list(given) if any(isinstance(one, Sequence) for one in given) else [given]
    return [tuple(as_ints("input_shape", shape)) for shape in each]


def _shapes_of_its_own(graph: Graph) -> list[Shape]:
    own = [one.shape for one in graph.inputs]
    if any(shape is None or None in shape for shape in own):
        own = [shape and shape[1:] for shape in own] if graph.batched else own
        like = "".join(f", {shape}" for shape in own if shape)
        raise ValueError(
            f"{graph.name} leaves its input size open{like}; give it, for example "
            f"input_shape={_example(own[0] or (28, 28, 1))}"
        )
    return [tuple(size for size in shape or () if size is not None) for shape in own]


def _example(shape: Sequence[int | None]) -> Shape:
    return tuple(224 if size is None else size for size in shape)


def _told(sight: Sight) -> str:
    """Fields in a note, along each axis: how many cells from where on, at which stride."""
    told = []
    for one in sight.fields:
        lines = ((line.rate, *span) for line in one.lines for span in line.spans if span)
        told.append(" or ".join(f"{last - first + 1} from {first} at stride {S}" for S, first, last in lines))
    return told[0] if len(set(told)) == 1 else " × ".join(told)
