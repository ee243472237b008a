"""What `trace` returns: a row for each layer, and the table that they are printed and shown as."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal, TypeAlias, TypeVar, overload

from convarith._text import shape_text
from convarith.layers import AnyLayer
from convarith.receptive import Field
from convarith.tracing.graph import Shape

T = TypeVar("T")
PerAxis: TypeAlias = T | tuple[T, ...]  # one value where the axes agree, else one for each


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
        fields: what outputs see along each axis of the input; None where that is not known.
    """

    name: str
    kind: str
    inputs: tuple[str, ...] = ()
    output_shape: Shape
    parameters: int | None = 0
    macs: int | None = 0
    activations: int = 0
    layer: AnyLayer | None = None
    note: str = ""
    fields: tuple[Field, ...] | None = None

    @property
    def receptive_field(self) -> PerAxis[int | Literal["all"] | None]:
        """Input cells r from the first that an output sees to the last, "all", or None.

        Where branches meet it is the hull of what they see. "all" is said behind a global pool, a dense
        layer on all numbers, or a factor made of them (squeeze and excitation). Flattened numbers see what
        they saw. None: not known, or not the same for all outputs; `note` says which, there or above.
        """
        return self._each(_size)

    @property
    def stride(self) -> PerAxis[int | None]:
        """Input cells S from the field of one output to that of the next; None where no one number is."""
        return self._each(lambda field: field.stride)

    @property
    def padding(self) -> PerAxis[int | None]:
        """Cells P by which the field of output 0 sticks out: it starts at -P.

        None where branches that are not aligned have met: then no one number speaks for all of them.
        """
        return self._each(lambda field: field.padding)

    @property
    def centre(self) -> PerAxis[float | None]:
        """Where the middle of output 0's field lies, in input cells: (r - 1) / 2 - P; None as `padding`."""
        return self._each(_centre)

    def interval(self, j: int) -> PerAxis[range | None]:
        """Input cells from the first to the last that output j of an axis sees, aligned or not."""
        return self._each(lambda field: field.interval(j))

    def _each(self, asked: Callable[[Field], T | None]) -> PerAxis[T | None]:
        values = tuple(map(asked, self.fields)) if self.fields else (None,)
        return values[0] if all(value == values[0] for value in values) else values


def _size(field: Field) -> int | Literal["all"] | None:
    return "all" if field.covers_input else field.size


def _centre(field: Field) -> float | None:
    if field.size is None or field.padding is None:
        return None
    return (field.size - 1) / 2 - field.padding


class Trace(Sequence[Row]):
    """The rows of a network, inputs first, by number or by name; `trace` makes it.

    `print` shows it as a table; so does a notebook, where a long one is folded; `draw_network` draws it.
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


def _shown(value: PerAxis[int | str | None]) -> str:
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
