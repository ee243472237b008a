"""What an animation shows, before anyone draws it: two grids, a window for each frame, words, and places.

One grid has the window: the input of a convolution, the output of a transposed one. The other grid has one
cell for each frame. Whoever draws asks here where everything lies, in pixels.
"""

from collections import namedtuple
from collections.abc import Iterable, Iterator
from functools import cached_property

from convarith._text import plural
from convarith.animation.values import Numbers
from convarith.axis import Axis, TransposedAxis

TEXT = 13  # pixels, as large as the text around it
LINE = 19
LEAST_FOR_NUMBERS = 20  # pixels of a cell in which a number can be read


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
        numbers: Numbers | None = None,
    ) -> None:
        self.axes = (rows, columns)
        self.flat = flat
        self.transposed = isinstance(columns, TransposedAxis)
        self.kind = kind
        self.numbers = numbers
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
        return f"input {self._sizes('size')}", f"output {self._sizes('output')}"

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
        else:
            act = (
                f"A window of {window}{gaps} moves by {step} over the input {f'with {pads}' if pads else ''}"
            )
            act = f"{act.rstrip()} and fills the output cell by cell"
            if any(getattr(axis, "ceil_mode", False) for axis in self.axes):
                act += "; in ceil mode the last window may run over the end"
        untouched = [len(axis.untouched) for axis in self.axes]
        words = "no stamp reaches" if self.transposed else "no window reads"
        if self.flat and untouched[1]:
            act += f"; {words} {plural(untouched[1], 'cell')}"
        elif not self.flat and any(untouched):
            counts = zip(untouched, ("row", "column"), strict=True)
            act += f"; {words} {' and '.join(plural(n, noun) for n, noun in counts if n)}"
        said = f" {self.numbers.said}." if self.numbers and self.numbers.said else ""
        frames = plural(len(self), "frame")
        return f"{kind} in {frames}: an input of {before} and an output of {after}. {act}.{said}"


class Layout:
    """Where things lie, in pixels: whole numbers, so that SVG and pixels agree."""

    def __init__(self, scene: Scene, cell: int | None) -> None:
        tall, wide = (len(axis.extent) for axis in scene.axes)
        others_tall, others_wide = scene.shape
        across = max(wide, others_wide) if scene.flat else wide + others_wide
        usual, least = (36, LEAST_FOR_NUMBERS) if scene.numbers else (28, 3)
        self.cell = cell = cell or min(usual, max(least, 800 // max(across, tall, others_tall)))
        widths, heights = [wide * cell, others_wide * cell], [tall * cell, others_tall * cell]
        if scene.transposed:
            widths.reverse()
            heights.reverse()
        titles = [width_of(heading) for heading in scene.headings]
        edge, gap, head = 12, 44, LINE + 5
        lefts, tops = [edge, edge], [edge + head, edge + head]
        if scene.flat:
            tops[1] += heights[0] + 2 * head
            self.arrow = (edge + 12, tops[0] + heights[0] + 5, 0, 2 * head - LINE - 11)
            self.width = max(*widths, *titles, 230) + 2 * edge
            bottom = tops[1] + heights[1]
        else:
            lefts[1] += max(widths[0], titles[0]) + gap
            bottom = tops[0] + max(heights)
            middle = tops[0] + min(heights) // 2
            self.arrow = (lefts[1] - gap + 10, middle, gap - 20, 0)
            self.width = max(lefts[1] + max(widths[1], titles[1]), 230) + edge
        self.headings = [(text, x, y - 8) for text, x, y in zip(scene.headings, lefts, tops, strict=True)]
        self.lines = []
        for text in _wrapped(scene.settings, self.width - 2 * edge):
            bottom += LINE
            self.lines.append((text, edge, bottom + 3))
        self.height = bottom + edge
        corners = list(zip(lefts, tops, strict=True))
        if scene.transposed:
            corners.reverse()
        (left, top), self.other = corners
        # The pixel of cell (0, 0) of the data: padding lies to its left and above it.
        self.origin = (left + scene.columns.pad_low * cell, top + scene.rows.pad_low * cell)

        if scene.numbers:
            self.given = Letters(scene.numbers.image.values(), cell, cell * 3 // 8)
            self.weights = Letters(scene.numbers.weights.values(), cell, cell // 4)
            made = [*scene.numbers.result.values()]
            for sums in scene.numbers.sums:
                made += sums.values()
            self.made = Letters(made, cell, cell * 3 // 8)


class Letters:
    """The size of the numbers in cells, such that the longest fits; and their base line, seen from above."""

    def __init__(self, texts: Iterable[str], cell: int, most: int) -> None:
        longest = max(map(len, texts), default=1)
        self.size = max(5, min(most, (cell - 4) * 20 // (13 * longest)))
        self.base = (cell + self.size * 5 // 7) // 2


def width_of(text: str) -> int:
    """About as many pixels as a text is wide; nobody knows the reader's font."""
    return len(text) * TEXT * 11 // 20


def _wrapped(parts: list[str], width: int) -> list[str]:
    lines = [parts[0]]
    for part in parts[1:]:
        longer = f"{lines[-1]}, {part}"
        if width_of(longer) <= width:
            lines[-1] = longer
        else:
            lines[-1] += ","
            lines.append(part)
    return lines


def _padding(axis: Axis | TransposedAxis) -> str:
    low, high = axis.pad_low, axis.pad_high
    return str(low) if low == high else f"({low}, {high})"
