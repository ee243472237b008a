"""What `trace` returns: a row for each layer, and the table that they are printed and shown as."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import Literal, TypeAlias, TypeVar, overload

from convarith._text import plural, shape_text
from convarith._validate import as_int
from convarith.axis import Axis, TransposedAxis
from convarith.field import Field
from convarith.layers import AnyLayer
from convarith.tracing.sight import Shape, Sight

T = TypeVar("T")
PerAxis: TypeAlias = T | tuple[T, ...]  # one value where the axes agree, else one for each


@dataclass(frozen=True, kw_only=True)
class Row:
    """One layer of a trace, for one input.

    A value for several axes is one number where the axes agree, and a tuple where they do not.

    Arguments:
        name, kind: the layer's name, after those of the models it is nested in, and its class; a number
            tells the calls of one layer apart.
        inputs: names of the rows that it reads.
        output_shape: without the batch.
        parameters: numbers in the layer's weights, without those counted in a row above; None for a layer
            that is not known, as long as it has no weights yet.
        trainable: those of them that are trained.
        macs: multiply-accumulates as `Conv`, `Dense` and their like count them; 0 for normalizations and
            whatever else goes number by number; None where they are not counted.
        activations: new numbers that come out; 0 for a layer that only passes its input on, like `Flatten`.
        layer: `Conv`, `Pool`, `Dense`... where it is one of them.
        note: why something is not known or not defined.
        sight: what outputs see along each axis of the input; None where that is not known.
    """

    name: str
    kind: str
    inputs: tuple[str, ...] = ()
    output_shape: Shape
    parameters: int | None = 0
    trainable: int | None = 0
    macs: int | None = 0
    activations: int = 0
    layer: AnyLayer | None = None
    note: str = ""
    sight: Sight | None = None

    @property
    def fields(self) -> tuple[Field, ...] | None:
        """What outputs see along each axis of the input; None where that is not known."""
        return self.sight.fields if self.sight else None

    @property
    def receptive_field(self) -> PerAxis[int | Literal["all"] | None]:
        """Input cells r from the first that an output sees to the last, "all", or None.

        Where branches meet it is the hull of what they see, and after a layer that goes up the largest
        field there is. "all" means that a global pool, a dense layer on all numbers, or a factor made of
        them (squeeze and excitation) sees the whole input. Flattened numbers see what they saw before. None
        means not known, or growing from output to output; `note` says which, in this row or one above.
        """
        return self._each(lambda field: _size(field, 1))

    @property
    def smallest_field(self) -> PerAxis[int | Literal["all"] | None]:
        """The same for the outputs that see least, which may be fewer cells after a layer that goes up."""
        return self._each(lambda field: _size(field, 0))

    @property
    def stride(self) -> PerAxis[int | Fraction | None]:
        """Input cells S from the field of one output to that of the next; None where that varies."""
        return self._each(lambda field: field.stride)

    @property
    def padding(self) -> PerAxis[int | None]:
        """Cells P by which the field of output 0 sticks out of the input: it starts at -P.

        None where branches that are not aligned have met, or fields differ from output to output: then no
        one number speaks for all of them.
        """
        return self._each(lambda field: field.padding)

    @property
    def centre(self) -> PerAxis[float | None]:
        """Where the middle of output 0's field lies, in input cells: (r - 1) / 2 - P; None as `padding`."""
        return self._each(_centre)

    def interval(self, j: int) -> PerAxis[range | None]:
        """Input cells from the first to the last that output j of an axis sees, padding included."""
        return self._each(lambda field: field.interval(j))

    def sees(self, j: int) -> PerAxis[range | None]:
        """Input cells from the first to the last that output j of an axis sees: exactly, without padding.

        At the border these are fewer than those of `interval`, which counts padding as if it were data.
        None where outputs have lost their places, fields are not known, or an axis has no output j.

        Raises ValueError when no axis has an output j, TypeError when j is not a whole number.
        """
        number = as_int("j", j, least=0)
        outputs = max((len(field.seen) for field in self.fields or ()), default=1)
        if 1 < outputs <= number:
            raise ValueError(f"there is no output {number}: the {outputs} are numbered from 0")

        def cells(field: Field) -> range | None:
            if field.lost or 1 < len(field.seen) <= number:
                return None
            span = field.seen[number if len(field.seen) > 1 else 0]
            return range(span[0], span[1] + 1) if span else range(0)

        return self._each(cells)

    def _each(self, asked: Callable[[Field], T | None]) -> PerAxis[T | None]:
        values = tuple(map(asked, self.fields)) if self.fields else (None,)
        return values[0] if all(value == values[0] for value in values) else values


def _size(field: Field, end: int) -> int | Literal["all"] | None:
    return "all" if field.covers_input else field.sizes and field.sizes[end]


def _centre(field: Field) -> float | None:
    if field.sizes is None or field.padding is None:
        return None
    return (field.sizes[1] - 1) / 2 - field.padding


class Trace(Sequence[Row]):
    """The rows of a network, inputs first, by number or by name; `trace` makes it.

    `print` shows it as a table, and so does a notebook, where a long one is folded; `draw_network` draws it.
    """

    def __init__(self, name: str, rows: Sequence[Row]) -> None:
        self.name = name
        self.rows = tuple(rows)

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, which: int | str) -> Row: ...
    @overload
    def __getitem__(self, which: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, which: int | str | slice) -> Row | tuple[Row, ...]:
        if not isinstance(which, str):
            return self.rows[which]
        for row in self.rows:
            if row.name == which:
                return row
        raise KeyError(f"{self.name} has no layer called {which}")

    @property
    def parameters(self) -> int:
        """Parameters of all layers whose parameters are known."""
        return sum(row.parameters or 0 for row in self.rows)

    @property
    def trainable(self) -> int:
        """Those of the parameters that are trained."""
        return sum(row.trainable or 0 for row in self.rows)

    @property
    def macs(self) -> int:
        """Multiply-accumulates of all layers that are counted; `unknown` names the others."""
        return sum(row.macs or 0 for row in self.rows)

    @property
    def activations(self) -> int:
        """Numbers that all layers make for one input, with those of the input itself.

        A layer that only passes its input on, like `Flatten`, makes none.
        """
        return sum(row.activations for row in self.rows)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names of the layers whose multiply-accumulates are not counted."""
        return tuple(row.name for row in self.rows if row.macs is None)

    def __repr__(self) -> str:
        return f"<trace of {self.name}: {len(self)} rows>"

    def __str__(self) -> str:
        table = self._table()
        right = [name not in ("layer", "kind", "output", "notes") for name in table[0]]
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
        """The table, notes under their rows, to be read without scrolling; kinds are the titles of names."""
        head, *body = ([escape(cell) for cell in line] for line in self._table())
        columns = [head.index(name) for name in _IN_SIGHT]
        lines = ["<tr>" + "".join(f"<th scope='col'>{head[at]}</th>" for at in columns) + "</tr>"]
        for row, line in zip(self.rows, body, strict=True):
            blank = [line[at] == "0" and head[at] in _BLANK for at in columns[1:]]
            cells = [f"<td>{'' if no else line[at]}</td>" for at, no in zip(columns[1:], blank, strict=True)]
            if row.macs and row.macs >= _LONG:
                unit, name = (1e9, "G") if row.macs >= 1e9 else (1e6, "M")
                said = f"<td title='{line[head.index('MACs')]}'>{row.macs / unit:,.1f} {name}</td>"
                cells[_IN_SIGHT.index("MACs") - 1] = said
            lines.append(f"<tr><th scope='row' title='{line[1]}'>{line[0]}</th>{''.join(cells)}</tr>")
            if note := "".join(line[_COLUMNS:]):
                lines.append(f"<tr><td class='note' colspan='{len(columns)}'>{note}</td></tr>")
        letters = min(max(len(row.name) for row in self.rows), _LETTERS)
        total, region = escape(self._total()), f"role='region' tabindex='0' aria-label='{escape(self.name)}'"
        table = f"<div {region}><table style='--letters: {letters}'>{''.join(lines)}</table></div>"
        folded = f"<details><summary>{total}</summary>{table}</details>"
        table = folded if len(self) > _MANY else f"{table}<p>{total}</p>"
        return f"<style>{_STYLE}</style><div class='convarith-trace'>{table}</div>"

    def _table(self) -> list[list[str]]:
        """The cells of the table, as text; what a layer reads is only said where it is not the row above."""
        head = ["layer", "kind", "output", "kernel", "stride", "padding", "field", "jump", "start"]
        table = [[*head, "parameters", "MACs", "notes"]]
        for number, row in enumerate(self.rows):
            above = self.rows[number - 1].name if number else None
            reads = "" if row.inputs in ((), (above,)) else f"reads {', '.join(row.inputs)}"
            views = [_sizes_shown(row), _shown(row.stride), _shown(_negative(row.padding))]
            costs = [_shown(row.parameters), _shown(row.macs)]
            notes = "; ".join(filter(None, (reads, _unused(row.layer), row.note)))
            named = [row.name, row.kind, shape_text(row.output_shape)]
            table.append([*named, *_windows_shown(row.layer), *views, *costs, notes])
        return table if any(line[-1] for line in table[1:]) else [line[:-1] for line in table]

    def _total(self) -> str:
        """All that was counted, in a line; what was not, by name."""
        open_rows = [row.name for row in self.rows if row.parameters is None]
        parameters = f"{self.name}: {'at least ' if open_rows else ''}{self.parameters:,} parameters"
        parameters += f" ({self.trainable:,} trainable)" if self.trainable != self.parameters else ""
        macs = f"{self.macs:,} multiply-accumulates"
        if self.unknown:
            macs = f"at least {macs}" if self.macs else "multiply-accumulates not counted"
        said = f"{parameters}, {macs}, {self.activations:,} activations with the input"
        return said + (f"; not counted: {', '.join(self.unknown)}" if self.unknown else "")


def _windows_shown(layer: AnyLayer | None) -> list[str]:
    """Kernel, stride and padding of a layer's own windows; nothing where it has none."""
    axes: tuple[Axis | TransposedAxis, ...] = getattr(layer, "axes", ())
    pads = [(axis.pad_low, axis.pad_high) for axis in axes]
    pair = "{}, {}" if len(set(pads)) == 1 else "({}, {})"  # of one axis among others

    def each(shown: Iterable[str]) -> str:
        values = list(shown)
        return " × ".join(values if len(set(values)) > 1 else values[:1])

    return [
        each(
            f"{axis.kernel}" + (f", dilation {axis.dilation}" if axis.dilation > 1 else "") for axis in axes
        ),
        each(str(axis.stride) for axis in axes),
        each(str(low) if low == high else pair.format(low, high) for low, high in pads),
    ]


def _unused(layer: AnyLayer | None) -> str:
    """The cells after the last window, in words."""
    left = [axis.unused for axis in getattr(layer, "axes", ()) if isinstance(axis, Axis)]
    return (
        f"leaves {plural(shape_text(left if len(set(left)) > 1 else left[:1]), 'cell')} unused"
        if any(left)
        else ""
    )


def _negative(value: PerAxis[int | None]) -> PerAxis[int | None]:
    """Where output 0's field starts, from the padding before it."""
    if isinstance(value, tuple):
        return tuple(None if one is None else -one for one in value)
    return None if value is None else -value


def _sizes_shown(row: Row) -> str:
    """The field in the table, from the smallest to the largest where it is not the same for all outputs."""
    ends = row.smallest_field, row.receptive_field
    least, most = (end if isinstance(end, tuple) else (end,) for end in ends)
    both = max(len(least), len(most)) if row.fields else 1
    least, most = (end * both if len(end) < both else end for end in (least, most))
    each = [_shown(b) if a == b else f"{_shown(a)}–{_shown(b)}" for a, b in zip(least, most, strict=True)]
    return each[0] if len(set(each)) == 1 else " × ".join(each)


def _shown(value: PerAxis[int | str | Fraction | None]) -> str:
    """A value in the table; a dash where there is none."""
    if isinstance(value, tuple):
        return " × ".join(map(_shown, value))
    return (
        "–" if value is None else (f"{value:,}" if isinstance(value, int) else str(value)).replace("-", "−")
    )


_MANY = 30  # rows; a longer table is folded away in a notebook
_LETTERS = 19  # of a name that is not broken into two lines
_COLUMNS = 11  # before the notes
# The columns in a notebook: first what every reader looks for, and all that a phone shows without scrolling.
_IN_SIGHT = ("layer", "output", "parameters", "MACs", "field", "jump", "start", "kernel", "stride", "padding")
_BLANK = ("padding", "parameters", "MACs")  # where a notebook leaves zeros out
_LONG = 100_000  # multiply-accumulates that a notebook rounds; to point at them says them in full
_STYLE = """
.convarith-trace > div, .convarith-trace details > div { overflow-x: auto; max-width: 100%;
  animation: convarith-more linear; animation-timeline: scroll(self inline); }
@keyframes convarith-more { from, 99% { mask-image: linear-gradient(to left, transparent, #000 3em); } }
.convarith-trace table { border-collapse: collapse; font-size: 0.75em; line-height: 1.35; color: inherit;
  margin: 0; }
.convarith-trace :is(th, td) { text-align: right; padding: 0.15em 0.3em; white-space: nowrap; border: 0;
  border-bottom: 1px solid rgb(128 128 128 / 35%); background: none; color: inherit; font-weight: normal; }
.convarith-trace tr:first-child th { font-weight: 600; }
.convarith-trace th[scope=row] { white-space: normal; overflow-wrap: anywhere;
  min-width: min(var(--letters) * 0.62em + 0.8em, 28vw); }
.convarith-trace td:not(.note) { word-spacing: -0.2em; }
.convarith-trace :is(th:first-child, :is(th, td):nth-child(2), .note) { text-align: left; }
.convarith-trace td.note { white-space: normal; text-indent: 1.5em; opacity: 0.85; }
.convarith-trace :is(p, summary) { font-size: 0.85em; margin: 0.5em 0 0; }
""".replace("\n", " ").strip()
