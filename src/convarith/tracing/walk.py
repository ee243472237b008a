"""A whole Keras model read layer by layer: shapes, cost, and what is seen, branches included."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from convarith._validate import as_ints, as_tuple
from convarith.receptive import Field
from convarith.tracing.graph import (
    Graph,
    Shape,
    check_built,
    config_of,
    graph_of,
    has_channels_first,
    is_keras,
    parameters_from_keras,
    shapes_from_keras,
)
from convarith.tracing.layers import READERS, Call, Fields, LayerEffect, flatten
from convarith.tracing.table import Row, Trace


def trace(model: Any, input_shape: Sequence[int] | Sequence[Sequence[int]] | None = None) -> Trace:
    """Reads a Keras model layer by layer: what each makes of the input, what it costs, what it sees.

    Going up, r grows by (span - 1)S and P by p_low * S, and then S is multiplied by the stride s. Where
    branches meet, outputs see the hull of what the branches see. Branches of one stride and one centre are
    aligned, and the field of the widest is that of all. Where others meet, `padding` and `centre` are None
    from there on, and the row's note has the numbers of each branch; branches of different strides leave
    no `receptive_field` and no `stride` either, only the `interval` of each output.

    Behind a layer that goes up, a transposed convolution with a stride or a resizing, no field is defined:
    neighbouring outputs see different numbers of cells. Padding counts as if it were data. Fields of an input
    that is reshaped at once count cells of the new shape; several inputs share theirs if of one size.

    A layer that is not Keras's own is not guessed: its shape and parameters are what Keras says, its
    multiply-accumulates and all fields behind it are None, and `Trace.unknown` names it.

    Arguments:
        model: a `Sequential` or functional model of Keras 3, nested ones included.
        input_shape: (height, width, channels) or its like, without the batch; one for each of several
            inputs. By default the model's own; a model may be read at another size than it was built for,
            where its layers allow it.

    Returns a `Trace`: the inputs, then the layers in the order in which Keras computes them.

    Raises TypeError for what is no such model, and ValueError where a size is open, a layer does not fit, or
    a layer was built for another number of inputs.

    Source: Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks",
    Distill (2019).

    >>> import keras
    >>> layers = [keras.layers.Conv2D(8, 3, strides=2, padding="same", name="half"), keras.layers.Flatten()]
    >>> small = trace(keras.Sequential([keras.Input((28, 28, 1)), *layers]))
    >>> small["half"].output_shape, small["half"].receptive_field, small.parameters, small.macs
    ((14, 14, 8), 3, 80, 14112)
    """
    graph = graph_of(model)
    walk = _Walk(has_channels_first(model))
    walk.through(graph, walk.inputs(graph, input_shape))
    return Trace(graph.name, walk.rows)


@dataclass(frozen=True)
class _Value:
    """What a layer gives to the next: the row it comes from, its shape, and what it has seen."""

    name: str
    shape: Shape
    fields: Fields | None
    raw: bool = False  # the input itself, or that with each number changed


class _Walk:
    """Goes through a graph and collects the rows."""

    def __init__(self, channels_first: bool) -> None:
        self.channels_first = channels_first
        self.rows: list[Row] = []
        self.met: set[int] = set()  # layers that were read before

    def inputs(self, graph: Graph, given: Sequence[Any] | None) -> list[_Value]:
        """The model's inputs, each a row, with the sizes that are given or else its own."""
        shapes = _shapes_given(graph, given) if given is not None else _shapes_of_its_own(graph)
        for (_, name, _), shape in zip(graph.inputs, shapes, strict=True):
            fields, activations = self.unseen(shape), prod(shape)
            self.rows.append(
                Row(name=name, kind="InputLayer", output_shape=shape, activations=activations, fields=fields)
            )
        return [_Value(row.name, row.output_shape, row.fields, raw=True) for row in self.rows]

    def unseen(self, shape: Shape) -> Fields:
        """What an input sees of itself; an input of one axis only has channels, and no places."""
        return tuple(map(Field, self.places(shape))) or (Field(shape[0]).flatten(),)

    def through(self, graph: Graph, given: list[_Value], prefix: str = "") -> list[_Value]:
        """Adds the rows of a model that is called with these values; returns what comes out."""
        values = {key: value for (key, _, _), value in zip(graph.inputs, given, strict=True)}
        for layer, reads, makes, inner in graph.steps:
            gets, name = [values[key] for key in reads], f"{prefix}{layer.name}"
            made = (
                self.through(inner, gets, f"{name}/") if inner else self.layer(layer, gets, name, len(makes))
            )
            values |= zip(makes, made, strict=True)
            self.met.add(id(layer))
        return [values[key] for key in graph.outputs]

    def layer(self, layer: Any, gets: list[_Value], name: str, count: int) -> list[_Value]:
        """Adds the row of one layer; returns what comes out."""
        shapes = [value.shape for value in gets]
        kind = type(layer).__name__
        reader = READERS.get(kind) if is_keras(type(layer)) else None
        if reader:
            check_built(layer, name, shapes)
            try:
                effect = reader(Call(config_of(layer), shapes, self.channels_first))
            except ValueError as error:
                raise ValueError(f"{name} ({kind}): {error}") from None
            made = [effect.shape] * count
            fields, note = self.fields_behind(effect, gets)
        else:
            made = shapes_from_keras(layer, name, shapes)
            effect = LayerEffect(made[0], parameters=parameters_from_keras(layer), macs=None)
            fields, note = None, f"unknown: {kind} is not read"
        if id(layer) in self.met and effect.parameters:
            effect = replace(effect, parameters=0)
            note = "; ".join(filter(None, (note, "the weights of the layer of this name above")))
        self.rows.append(
            Row(
                name=name,
                kind=kind,
                inputs=tuple(value.name for value in gets),
                output_shape=effect.shape,
                parameters=effect.parameters,
                macs=effect.macs,
                activations=sum(map(prod, made)) if effect.allocates else 0,
                layer=effect.layer,
                note=note,
                fields=fields,
            )
        )
        raw = bool(gets) and gets[0].raw and kind in ("Rescaling", "Normalization", "Reshape")
        return [_Value(name, shape, fields, raw) for shape in made]

    def fields_behind(self, effect: LayerEffect, gets: Sequence[_Value]) -> tuple[Fields | None, str]:
        """What the outputs of a layer see of the model's input, and a note where that needs one."""
        if effect.view is flatten and gets[0].raw:
            return self.unseen(effect.shape), ""
        known = [value.fields for value in gets if value.fields is not None]
        if len(known) < len(gets):
            unknown = ", ".join(value.name for value in gets if value.fields is None)
            return None, f"not known by way of {unknown}" if len(gets) > 1 else ""
        if effect.view is None:
            return None, effect.note or "mixes places, so fields differ from output to output"
        if len({tuple(field.cells for field in fields) for fields in known}) > 1:
            return None, "fields count cells of inputs of different sizes"
        placed = zip(gets, known, strict=True)
        if (
            len({self.places(value.shape) for value, ways in placed if any(field.lines for field in ways)})
            > 1
        ):
            return None, "spreads one place over all, so fields differ from output to output"
        merged = tuple(Field.merge(ways) for ways in zip(*known, strict=True))
        fields = effect.view(merged)
        if fields is None:
            return None, "reads numbers whose places are lost"
        if all(f.aligned for ways in known for f in ways) and not all(f.aligned for f in fields):
            told = (f"{value.name} sees {_told(ways)}" for value, ways in zip(gets, known, strict=True))
            return fields, f"not aligned: {'; '.join(told)}"
        return fields, effect.note

    def places(self, shape: Shape) -> Shape:
        """A shape without its channels."""
        return shape[1:] if self.channels_first else shape[:-1]


def _shapes_given(graph: Graph, given: Sequence[Any]) -> list[Shape]:
    given = as_tuple("input_shape", given, "a shape, or a list of them")
    given = given if any(isinstance(one, Sequence) for one in given) else [given]
    shapes = [tuple(as_ints("input_shape", shape)) for shape in given]
    own = [shape for _, _, shape in graph.inputs if shape is not None]
    if own and [*map(len, shapes)] != [*map(len, own)]:
        like, told = (", ".join(map(str, each)) for each in (own, shapes))
        raise ValueError(f"input_shape must be like {like}, but is {told}")
    return shapes


def _shapes_of_its_own(graph: Graph) -> list[Shape]:
    own = [shape for _, _, shape in graph.inputs]
    if any(shape is None or None in shape for shape in own):
        like = "".join(f", {shape}" for shape in own if shape)
        example = tuple(224 if size is None else size for size in own[0] or (28, 28, 1))
        raise ValueError(
            f"{graph.name} leaves its input size open{like}; say it, for example input_shape={example}"
        )
    return [tuple(size for size in shape or () if size is not None) for shape in own]


def _told(fields: Fields) -> str:
    """Fields in a note, along each axis: how many cells from where on, at which stride."""
    told = [
        " or ".join(f"{last - first + 1} from {first} at stride {S}" for S, first, last in field.lines)
        for field in fields
    ]
    return told[0] if len(set(told)) == 1 else " × ".join(told)
