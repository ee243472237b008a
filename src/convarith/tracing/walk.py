"""A whole Keras model read layer by layer: shapes, cost, and what is seen, branches included.

Nothing here imports Keras: the model that is handed over is asked for its layers and how they are joined.
How a layer is read stands in `keras_layers`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from math import prod

from convarith._text import shape_text
from convarith._validate import as_ints
from convarith.receptive import Field
from convarith.tracing.layers import (
    ALL,
    FLAT,
    NOT_DEFINED,
    PLACE,
    READERS,
    Call,
    Reading,
    Shape,
    check_built,
    has_channels_first,
    is_keras,
    is_model,
    joined,
    said_by,
    shapes_said_by,
)  # fmt: skip

Several = int | str | None | tuple[int | str | None, ...]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One layer of a trace, for one input.

    Every value of several axes is one number where the axes agree, and a tuple where they do not.

    Arguments:
        name, kind: the layer's name, behind those of the models it is nested in, and its Keras class.
        inputs: names of the rows that it reads.
        output_shape: without the batch.
        parameters: trainable or not; 0 where a layer is called again, whose weights were counted before.
        macs: multiply-accumulates as `Conv`, `Dense` and their like count them; 0 for normalizations and
            whatever else goes number by number.
        activations: new numbers that come out; 0 for what hands on its input, as `Flatten` does.
        layer: `Conv`, `Pool`, `Dense`... where it is one of them.
        note: why something is not known or not defined.
        reaches: what outputs see along each axis of the input; None where that is not known.
    """

    name: str
    kind: str
    inputs: tuple[str, ...] = ()
    output_shape: Shape
    parameters: int | None = 0
    macs: int | None = 0
    activations: int = 0
    layer: object = None
    note: str = ""
    reaches: tuple[Field, ...] | None = None

    @property
    def receptive_field(self) -> Several:
        """Input cells r from the first that an output sees to the last, "all", or None.

        Where branches meet it is the hull of what they see. "all" is said behind a global pool, a dense
        layer on all numbers, or a factor made of them (squeeze and excitation). Flattened numbers see what
        they saw. None: not known, or not the same for all outputs; `note` says which, there or above.
        """
        return self._each(lambda reach: "all" if reach.covers_input else reach.size)

    @property
    def stride(self) -> Several:
        """Input cells S from the field of one output to that of the next; None where no one number is."""
        return self._each(lambda reach: reach.stride)

    @property
    def padding(self) -> Several:
        """Cells P by which the field of output 0 sticks out: it starts at -P.

        None where branches that are not aligned have met: then no one number speaks for all of them.
        """
        return self._each(lambda reach: reach.padding)

    @property
    def centre(self) -> float | tuple[float | None, ...] | None:
        """Where the middle of output 0's field lies, in input cells: (r - 1) / 2 - P; None as `padding`."""
        return self._each(
            lambda reach: None if reach.padding is None else (reach.size - 1) / 2 - reach.padding
        )

    def interval(self, j: int) -> range | tuple[range | None, ...] | None:
        """Input cells from the first to the last that output j of an axis sees, aligned or not."""
        return self._each(lambda reach: reach.interval(j))

    def _each(self, asked: object) -> object:
        values = [asked(reach) for reach in self.reaches or ()]
        if all(value == values[0] for value in values):
            return values[0] if values else None
        return tuple(values)


class Trace(Sequence):
    """The rows of a network, inputs first, by number or by name; `trace` makes it.

    `print` shows it as a table; so does a notebook, where a long one is folded; `draw_network` draws it.
    """

    def __init__(self, name: str, rows: Sequence[Row]) -> None:
        self.name = name
        self.rows = tuple(rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, which: int | str | slice) -> Row | tuple[Row, ...]:
        if not isinstance(which, str):
            return self.rows[which]
        for row in self.rows:
            if row.name == which:
                return row
        raise KeyError(f"{self.name} has no layer called {which}")

    @property
    def parameters(self) -> int:
        """Parameters of all layers; where some are not known, of the others."""
        return sum(row.parameters or 0 for row in self.rows)

    @property
    def macs(self) -> int:
        """Multiply-accumulates of all layers; where some are not known, of the others."""
        return sum(row.macs or 0 for row in self.rows)

    @property
    def activations(self) -> int:
        """Numbers that all layers make for one input, the input among them."""
        return sum(row.activations for row in self.rows)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names of the layers that are not Keras's own, or not in the table of those that can be read."""
        return tuple(row.name for row in self.rows if row.macs is None)

    def __repr__(self) -> str:
        return f"<trace of {self.name}: {len(self)} rows>"

    def __str__(self) -> str:
        table = self._table()
        right = (False, False, False, True, True, True, True, True, False)
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = []
        for line in table:
            cells = zip(line, widths, right, strict=False)  # notes are left out where there are none
            aligned = (
                cell.rjust(width) if to_right else cell.ljust(width) for cell, width, to_right in cells
            )
            lines.append("  ".join(aligned).rstrip())
        return "\n".join([*lines, self._total()])

    def _repr_html_(self) -> str:
        head, *body = ([escape(cell) for cell in line] for line in self._table())
        lines = ["<tr>" + "".join(f"<th scope='col'>{cell}</th>" for cell in head) + "</tr>"]
        for line in body:
            rest = "".join(f"<td>{cell}</td>" for cell in line[1:])
            lines.append(f"<tr><th scope='row'>{line[0]}</th>{rest}</tr>")
        total, region = escape(self._total()), f"role='region' tabindex='0' aria-label='{escape(self.name)}'"
        table = f"<div {region}><table>{''.join(lines)}</table></div>"
        folded = f"<details><summary>{total}</summary>{table}</details>"
        table = folded if len(self) > _MANY else f"{table}<p>{total}</p>"
        return f"<style>{_STYLE}</style><div class='convarith-trace'>{table}</div>"

    def _table(self) -> list[list[str]]:
        """The cells of the table, as text; what a layer reads is only said where it is not the row above."""
        head = ["layer", "kind", "output", "parameters", "MACs", "field", "stride", "padding", "notes"]
        table = [head]
        for number, row in enumerate(self.rows):
            above = self.rows[number - 1].name if number else None
            reads = "" if row.inputs in ((), (above,)) else f"reads {', '.join(row.inputs)}"
            costs = [_shown(row.parameters), _shown(row.macs)]
            views = [_shown(value) for value in (row.receptive_field, row.stride, row.padding)]
            notes = "; ".join(filter(None, (reads, row.note)))
            table.append([row.name, row.kind, shape_text(row.output_shape), *costs, *views, notes])
        return table if any(line[-1] for line in table[1:]) else [line[:-1] for line in table]

    def _total(self) -> str:
        least = "at least " if self.unknown else ""
        said = f"{self.name}: {least}{self.parameters:,} parameters, {least}{self.macs:,} "
        said += f"multiply-accumulates, {self.activations:,} activations"
        return said + (f"; unknown: {', '.join(self.unknown)}" if self.unknown else "")


def trace(model: object, input_shape: Sequence[int] | Sequence[Sequence[int]] | None = None) -> Trace:
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
    if not is_model(model):
        raise TypeError(
            f"trace reads Sequential and functional models of Keras, not {type(model).__name__}: "
            "only these say how their layers are joined"
        )
    reader = _Reader(any(has_channels_first(layer) for layer in model.layers))
    reader.read(model, reader.inputs(model, input_shape))
    return Trace(model.name, reader.rows)


@dataclass(frozen=True)
class _Value:
    """What a layer gives to the next: the row it comes from, its shape, and what it has seen."""

    name: str
    shape: Shape
    reaches: tuple[Field, ...] | None
    raw: bool = False  # the input itself, or that with each number changed


class _Reader:
    """Walks through a model and collects the rows."""

    def __init__(self, channels_first: bool) -> None:
        self.channels_first = channels_first
        self.rows: list[Row] = []
        self.met: set[int] = set()  # layers that were read before

    def inputs(self, model: object, given: Sequence | None) -> list[_Value]:
        """The model's inputs, each a row, with the sizes that are given or else its own."""
        _, names, shapes = zip(*joined(model).inputs, strict=True)
        like = ", ".join(map(str, filter(None, shapes)))
        if given is not None:
            given = given if any(isinstance(one, Sequence) for one in given) else [given]
            given = [tuple(as_ints("input_shape", shape)) for shape in given]
            if like and [*map(len, given)] != [*map(len, shapes)]:
                raise ValueError(f"input_shape must be like {like}, but is {', '.join(map(str, given))}")
            shapes = given
        elif any(shape is None or None in shape for shape in shapes):
            example = tuple(224 if size is None else size for size in shapes[0] or (28, 28, 1))
            raise ValueError(
                f"{model.name} leaves its input size open{like and f', {like}'}; "
                f"say it, for example input_shape={example}"
            )
        for name, shape in zip(names, shapes, strict=True):
            values = {"output_shape": shape, "activations": prod(shape), "reaches": self.unseen(shape)}
            self.rows.append(Row(name=name, kind="InputLayer", **values))
        return [_Value(row.name, row.output_shape, row.reaches, raw=True) for row in self.rows]

    def unseen(self, shape: Shape) -> tuple[Field, ...]:
        """What an input sees of itself; an input of one axis only has channels, and no places."""
        return tuple(map(Field, self.places(shape))) or (Field(shape[0], lines=((0, 0, 0),)),)

    def read(self, model: object, given: list[_Value], prefix: str = "") -> list[_Value]:
        """Adds the rows of a model that is called with these values; returns what comes out."""
        inputs, steps, outputs = joined(model)
        values = {key: value for (key, _, _), value in zip(inputs, given, strict=True)}
        for layer, read, makes in steps:
            gets, name = [values[key] for key in read], f"{prefix}{layer.name}"
            if is_model(layer):
                made = self.read(layer, gets, f"{name}/")
            else:
                made = self.layer(layer, gets, name, len(makes))
            values |= zip(makes, made, strict=True)
            self.met.add(id(layer))
        return [values[key] for key in outputs]

    def layer(self, layer: object, gets: list[_Value], name: str, count: int) -> list[_Value]:
        """Adds the row of one layer; returns what comes out."""
        shapes = [value.shape for value in gets]
        kind = type(layer).__name__
        again = id(layer) in self.met
        reader = READERS.get(kind) if is_keras(type(layer)) else None
        if reader:
            check_built(layer, name, shapes)
            try:
                reading = reader(Call(said_by(layer), shapes, self.channels_first))
            except ValueError as error:
                raise ValueError(f"{name} ({kind}): {error}") from None
            given = [reading.shape] * count
            reaches, note = self.seen(reading, gets)
        else:
            given = shapes_said_by(layer, name, shapes)
            parameters = layer.count_params() if getattr(layer, "built", False) else None
            reading = Reading(given[0], parameters=parameters, macs=None)
            reaches, note = None, f"unknown: {kind} is not read"
        if again and reading.parameters:
            reading = replace(reading, parameters=0)
            note = "; ".join(filter(None, (note, "the weights of the layer of this name above")))
        row = Row(
            name=name,
            kind=kind,
            inputs=tuple(value.name for value in gets),
            output_shape=reading.shape,
            parameters=reading.parameters,
            macs=reading.macs,
            activations=sum(map(prod, given)) if reading.makes else 0,
            layer=reading.layer,
            note=note,
            reaches=reaches,
        )
        self.rows.append(row)
        raw = bool(gets) and gets[0].raw and kind in ("Rescaling", "Normalization", "Reshape")
        return [_Value(name, shape, reaches, raw) for shape in given]

    def seen(self, reading: Reading, gets: Sequence[_Value]) -> tuple[tuple[Field, ...] | None, str]:
        """What the outputs of a layer see of the model's input, and a note where that needs one."""
        if reading.sees == FLAT and gets[0].raw:
            return self.unseen(reading.shape), ""
        unknown = ", ".join(value.name for value in gets if value.reaches is None)
        if unknown:
            return None, f"not known by way of {unknown}" if len(gets) > 1 else ""
        if reading.sees == NOT_DEFINED:
            return None, reading.note or "mixes places, so fields differ from output to output"
        if len({tuple(reach.cells for reach in value.reaches) for value in gets}) > 1:
            return None, "fields count cells of inputs of different sizes"
        met = [Field.merge(ways) for ways in zip(*(value.reaches for value in gets), strict=True)]
        note = reading.note
        if reading.sees == ALL:
            keep = reading.shape == gets[0].shape
            met = [replace(reach, covers_input=True, lines=reach.lines if keep else ()) for reach in met]
        elif reading.sees == FLAT:
            met = [reach.flatten() for reach in met]
        elif reading.sees == PLACE:
            places = {self.places(value.shape) for value in gets if any(r.lines for r in value.reaches)}
            if len(places) > 1:
                return None, "spreads one place over all, so fields differ from output to output"
        elif len(reading.sees) != len(met) or any(reach.flattened for reach in met):
            return None, "reads numbers whose places are lost"
        else:
            windows = zip(met, reading.sees, strict=True)
            met = [reach.after(stride=s, low=low, span=span) for reach, (s, low, span) in windows]
        if all(r.aligned for value in gets for r in value.reaches) and not all(r.aligned for r in met):
            note = "not aligned: " + "; ".join(f"{value.name} sees {_field(value.reaches)}" for value in gets)
        return tuple(met), note

    def places(self, shape: Shape) -> Shape:
        """A shape without its channels."""
        return shape[1:] if self.channels_first else shape[:-1]


def _field(reaches: Sequence[Field]) -> str:
    """A field in a note, along each axis: how many cells from where on, at which stride."""
    said = [
        " or ".join(f"{last - first + 1} from {first} at stride {S}" for S, first, last in reach.lines)
        for reach in reaches
    ]
    return " × ".join(dict.fromkeys(said)) if len(set(said)) == 1 else " × ".join(said)


def _shown(value: Several) -> str:
    """A value in the table; a dash where there is none."""
    if isinstance(value, tuple):
        return " × ".join(map(_shown, value))
    return "–" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


_MANY = 30  # rows; a longer table is folded away in a notebook
_STYLE = """
.convarith-trace > div, .convarith-trace details > div { overflow-x: auto; max-width: 100%; }
.convarith-trace table { border-collapse: collapse; font-size: 0.8em; color: inherit; margin: 0; }
.convarith-trace :is(th, td) { text-align: right; padding: 0.15em 0.5em; white-space: nowrap; border: 0;
  border-bottom: 1px solid rgb(128 128 128 / 35%); background: none; color: inherit; font-weight: normal; }
.convarith-trace tr:first-child th { font-weight: 600; }
.convarith-trace :is(th:first-child, :is(th, td):is(:nth-child(2), :nth-child(9))) { text-align: left; }
.convarith-trace :is(p, summary) { font-size: 0.85em; margin: 0.5em 0 0; }
""".replace("\n", " ").strip()
