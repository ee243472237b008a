"""What an animation shows, before anyone draws it: two grids, a window for each frame, and words.

One grid has the window: the input of a convolution, the output of a transposed one that stamps. The other
grid has one cell for each frame.
"""

from collections import namedtuple
from collections.abc import Iterator
from functools import cached_property

from convarith._text import plural
from convarith.animation.values import CellValues, direct
from convarith.axis import Axis, TransposedAxis


class Frame(namedtuple("Frame", ("cell", "rows", "columns"))):  # typing.NamedTuple takes time to load
    """One moment: the cell that is computed, or stamps; and the rows and columns of its window."""

    __slots__ = ()
    cell: tuple[int, int]
    rows: range
    columns: range


class Scene:
    """Both grids of an animation, all frames, and what there is to say about them."""

    def __init__(
        self,
        rows: Axis | TransposedAxis,
        columns: Axis | TransposedAxis,
        flat: bool,
        kind: str,
        numbers: CellValues | None = None,
        stretched: bool = False,
    ) -> None:
        self.axes = (rows, columns)
        self.flat = flat
        self.kind = kind
        self.numbers = numbers
        self.stretched = stretched
        self.steps = (1, 1)  # from one cell of data to the next; zeros lie between
        if stretched:
            self.steps = (rows.stride, columns.stride)
            rows, columns = direct((rows, columns))
        self.transposed = isinstance(columns, TransposedAxis)
        self.mark = "window" if self.transposed else "current"  # the colour of the one cell of a frame
        self.rows, self.columns = rows, columns
        self.shape = len(rows.windows), len(columns.windows)  # of the grid without the window

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def frames(self) -> Iterator[Frame]:
        """Row by row, as one reads."""
        for r, row in enumerate(self.rows.windows):
            for c, column in enumerate(self.columns.windows):
                yield Frame((r, c), row, column)

    def has_data(self, row: int, column: int) -> bool:
        """Whether a cell of the grid with the window is neither padding nor a zero between cells."""
        inside = 0 <= row < self.rows.tape and 0 <= column < self.columns.tape
        return inside and row % self.steps[0] == column % self.steps[1] == 0

    def data(self) -> Iterator[tuple[int, int]]:
        """The cells that have data, row by row."""
        for row in range(0, self.rows.tape, self.steps[0]):
            for column in range(0, self.columns.tape, self.steps[1]):
                yield row, column

    def _said(self, name: str) -> str:
        """A setting of both axes in few characters: 3, or 3 × 5 where they differ."""
        said = [_padding(axis) if name == "padding" else str(getattr(axis, name)) for axis in self.axes]
        return said[1] if self.flat or said[0] == said[1] else " × ".join(said)

    def _sizes(self, name: str) -> str:
        numbers = [str(getattr(axis, name)) for axis in self.axes]
        return numbers[1] if self.flat else " × ".join(numbers)

    @cached_property
    def headings(self) -> tuple[str, str]:
        """What stands above the two grids."""
        stretched = ", stretched" if self.steps != (1, 1) else ""
        return f"input {self._sizes('size')}{stretched}", f"output {self._sizes('output')}"

    @cached_property
    def settings(self) -> list[str]:
        """The layer in words, from its numbers."""
        said = [self.kind] if self.kind else []
        said += [f"{name} {self._said(name)}" for name in ("kernel", "stride", "padding")]
        if any(axis.dilation > 1 for axis in self.axes):
            said.append(f"dilation {self._said('dilation')}")
        if any(getattr(axis, "output_padding", 0) for axis in self.axes):
            said.append(f"output padding {self._said('output_padding')}")
        if any(getattr(axis, "ceil_mode", False) for axis in self.axes):
            said.append("ceil mode")
        return said

    @cached_property
    def alt(self) -> str:
        """The animation in words."""
        kind = (self.kind or "sliding window").capitalize()
        before, after, window = (plural(self._sizes(name), "cell") for name in ("size", "output", "kernel"))
        step = plural(self._said("stride"), "cell")
        gaps = f" with dilation {self._said('dilation')}" if any(a.dilation > 1 for a in self.axes) else ""
        pads = f"padding {self._said('padding')}" if any(a.pad_low + a.pad_high for a in self.axes) else ""
        if self.transposed:
            act = f"Input cells in turn stamp {window}{gaps} onto the output, {step} apart"
            act += f"; {pads} cuts cells off its edges" if pads else ""
            if any(getattr(axis, "output_padding", 0) for axis in self.axes):
                act += f"; output padding {self._said('output_padding')} is more room for stamps at its end"
        elif self.stretched:
            act = (
                f"{self._stretching()}, and a window of {window}{gaps} moves by 1 cell over it and fills the "
            )
            act += "output cell by cell"
        else:
            act = (
                f"A window of {window}{gaps} moves by {step} over the input {f'with {pads}' if pads else ''}"
            )
            act = f"{act.rstrip()} and fills the output cell by cell"
            if any(getattr(axis, "ceil_mode", False) for axis in self.axes):
                act += "; in ceil mode the last window may run over the end"
        untouched = [len(axis.untouched) for axis in (self.rows, self.columns)]
        words = "no stamp reaches" if self.transposed else "no window reads"
        if self.flat and untouched[1]:
            act += f"; {words} {plural(untouched[1], 'cell')}"
        elif not self.flat and any(untouched):
            counts = zip(untouched, ("row", "column"), strict=True)
            act += f"; {words} {' and '.join(plural(n, noun) for n, noun in counts if n)}"
        said = f" {self.numbers.said}." if self.numbers and self.numbers.said else ""
        frames = plural(len(self), "frame")
        return f"{kind} in {frames}: an input of {before} and an output of {after}. {act}.{said}"

    def _stretching(self) -> str:
        """What is done to the input of a transposed convolution before a window slides over it."""
        before = [[str(axis.tape), _padding(axis)] for axis in (self.rows, self.columns)]
        tape, padding = (
            said[1] if self.flat else " × ".join(said) if name == "tape" or said[0] != said[1] else said[0]
            for name, said in zip(("tape", "padding"), zip(*before, strict=True), strict=True)
        )
        done = [f"stretched to {plural(tape, 'cell')} by zeros between its own"] * (self.steps != (1, 1))
        done += [f"padded by {padding}"] * any(
            axis.pad_low + axis.pad_high for axis in (self.rows, self.columns)
        )
        return f"The input is {' and '.join(done) or 'taken as it is'}"


def _padding(axis: Axis | TransposedAxis) -> str:
    low, high = axis.pad_low, axis.pad_high
    return str(low) if low == high else f"({low}, {high})"
