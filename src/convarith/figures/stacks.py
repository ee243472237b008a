"""Drawings of stacks of layers: what an output has seen of the input, and how often.

As in `figures`, each function returns a `Picture` that describes itself.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.colors import ListedColormap

from convarith._text import plural
from convarith._validate import as_ints, as_tuple, check_kind
from convarith.axis import Axis
from convarith.figures._drawing import (
    CURRENT,
    EMPTY,
    FILL,
    INPUT,
    OUTPUT,
    UNUSED,
    WINDOW,
    WINDOW_ON_PADDING,
    Picture,
    add_text,
    book_style,
    draw_cells,
    heat_color,
    hide_frame,
    new_picture,
    with_alt,
)
from convarith.receptive import ReceptiveField, receptive_field


def draw_field(axes: Iterable[Axis], *, at: int | None = None) -> Picture:
    """Draws a stack as tapes one above another, the input lowest, and the cone that one output sees.

    Every cell stands above the middle of what it sees, in a causal stack above the last of it. Filled
    cells reach the output; hatched input cells lie in its receptive field, and yet no path leads from
    them: the gridding of dilated layers.

    Arguments:
        axes: the layers, from the input on.
        at: the output whose cone is drawn; the middle one by default.

    Returns the `Picture`.

    Raises as `receptive_field` does, and ValueError when there is no output `at`.

    >>> draw_field([Axis(size=9, kernel=3, dilation=2), Axis(size=5, kernel=3, dilation=2)])
    A stack of 2 layers on 9 input cells. Output 0 sees 9 cells, 0 to 8; 4 of them reach it by no path.
    """
    axes = _stack("axes", axes)
    field = receptive_field(axes)
    at = axes[-1].output // 2 if at is None else at
    interval, reached = field.interval(at), field.reached(at)
    tapes = _tapes(axes)

    def place(level: int, cell: int) -> float:
        step, middle = tapes[level]
        return middle + cell * step

    padding = [_padding_read(axis, ways) for axis, ways in zip(axes, reached[1:], strict=True)]
    corners = [place(level, cell) for level, cells in enumerate(padding) for cell in cells]
    corners += [place(level, cell) for level, ways in enumerate(reached) for cell in (0, len(ways) - 1)]
    low, high = min(corners), max(corners) + 1
    wide, tall = high - low + 4, 2 * len(axes) + 1
    cell = min(0.42, 7.4 / wide)
    picture, ax = new_picture(cell * wide, cell * (tall + 0.4))
    size = min(10, cell * 23)
    for level, ways in enumerate(reached):
        y = 2 * (len(axes) - level)
        seen = [cell for cell, count in enumerate(ways) if count]
        rest = [cell for cell, count in enumerate(ways) if not count]
        role, name = (EMPTY, f"layer {level}") if level else (INPUT, "input")
        if level == len(axes):
            role, name = OUTPUT, "output"
        draw_cells(ax, role, [(place(level, cell), y) for cell in rest])
        if level == 0:
            draw_cells(ax, UNUSED, [(place(0, cell), y) for cell in rest if cell in interval])
        draw_cells(ax, CURRENT if level == len(axes) else WINDOW, [(place(level, cell), y) for cell in seen])
        add_text(ax, low - 0.4, y + 0.5, name, size, ha="right")
        if level == len(axes):
            break
        draw_cells(ax, WINDOW_ON_PADDING, [(place(level, cell), y) for cell in padding[level]])
        for j, count in enumerate(reached[level + 1]):
            for cell in axes[level].window(j) if count else ():
                ends = [place(level + 1, j) + 0.5, place(level, cell) + 0.5]
                ax.plot(ends, [y - 1, y], color=WINDOW["edgecolor"], linewidth=0.7, zorder=0)
    hide_frame(ax, (low - 3.6, high + 0.3), (tall + 0.2, -0.2))
    return with_alt(picture, _describe_field(field, at))


def _padding_read(axis: Axis, ways: Sequence[int]) -> list[int]:
    """The cells of padding in those windows whose outputs count."""
    read = {cell for count, window in zip(ways, axis.windows, strict=True) if count for cell in window}
    return sorted(read - set(range(axis.size)))


def _tapes(axes: tuple[Axis, ...]) -> list[tuple[int, float]]:
    """Of every tape, from the input on: the step between its cells, and the middle of cell 0."""
    causal = all(axis == axis.causal() for axis in axes)
    parts = [receptive_field(axes[:depth]) for depth in range(1, len(axes) + 1)]
    middles = [float(part.interval(0)[-1]) if causal else part.centre(0) for part in parts]
    return [(1, 0.0), *zip((part.stride for part in parts), middles, strict=True)]


def _describe_field(field: ReceptiveField, at: int) -> str:
    axes, interval, paths = field.axes, field.interval(at), field.paths(at)
    missed = sum(not paths[cell] for cell in interval if 0 <= cell < axes[0].size)
    return (
        f"A stack of {plural(len(axes), 'layer')} on {plural(axes[0].size, 'input cell')}. Output {at} "
        f"sees {plural(field.size, 'cell')}, {interval[0]} to {interval[-1]}"
        + (f"; {missed} of them reach it by no path." if missed else ", and all of them reach it.")
    )


def draw_paths(
    rows: Iterable[Axis], columns: Iterable[Axis] | None = None, *, at: tuple[int, int] | None = None
) -> Picture:
    """Draws in how many ways each input cell reaches one output: the shape of the effective field.

    A heat map of the whole input with the receptive field framed, and above it the counts along a row. The
    count of a cell is the product of the counts of its row and its column.

    Arguments:
        rows, columns: the two axes of each layer, from the input on; `columns` is `rows` where not given.
        at: row and column of the output; the middle one by default.

    Raises as `receptive_field` does, and ValueError when `at` names no output cell.

    Source: Luo, Li, Urtasun and Zemel (2016).

    >>> draw_paths([Axis(size=5, kernel=3), Axis(size=3, kernel=3)])
    An input of 5 x 5 cells. Output (0, 0) sees 5 x 5 of them by 81 paths; half of the paths start in 7 cells.
    """
    rows = _stack("rows", rows)
    fields = [receptive_field(rows), receptive_field(rows if columns is None else _stack("columns", columns))]
    middle = [field.axes[-1].output // 2 for field in fields]
    row_at, column_at = middle if at is None else as_ints("at", at, least=0, count=2)
    ways = [field.paths(j) for field, j in zip(fields, (row_at, column_at), strict=True)]
    counts = np.outer(*[np.array(one, dtype=float) for one in ways])
    height, width = counts.shape
    scale = min(0.3, 4.6 / width)
    with book_style():
        picture = Picture(figsize=(scale * width, scale * height + 1))
        profile, image = picture.subplots(2, 1, height_ratios=[1.0, scale * height], gridspec_kw=FILL)
        blues = ListedColormap([heat_color(shade) for shade in np.linspace(0.03, 1, 256)])
        image.imshow(counts, cmap=blues, vmin=0, extent=(0, width, height, 0), aspect="equal")
        profile.bar(np.arange(width) + 0.5, np.array(ways[1], float), 1, facecolor=WINDOW["facecolor"])
    seen = [field.interval(j) for field, j in zip(fields, (row_at, column_at), strict=True)]
    y, x = [(interval.start, interval.stop) for interval in seen]
    image.plot([x[0], x[1], x[1], x[0], x[0]], [y[0], y[0], y[1], y[1], y[0]], color=CURRENT["edgecolor"])
    image.set(
        xlim=(min(0, x[0]) - 0.1, max(width, x[1]) + 0.1), ylim=(max(height, y[1]) + 0.1, min(0, y[0]) - 0.1)
    )
    profile.set(xlim=image.get_xlim())
    label = f"field of output ({row_at}, {column_at})"
    # Above the frame; below it where above are the bars; inside it where it is as high as the input.
    above, below = y[0] * scale > 0.2, (height - y[1]) * scale > 0.2
    place, va = (y[0] - 0.3, "bottom") if above else (y[1] + 0.3 if below else max(0, y[0]) + 0.3, "top")
    edge, ha = (max(0, x[0]) + 0.3 * (not above), "left") if x[0] <= width / 2 else (x[1], "right")
    add_text(image, edge, place, label, 9, ha=ha, va=va)
    free = "left" if sum(ways[1][: width // 2]) <= sum(ways[1][-(width // 2) :]) else "right"
    side = 0 if free == "left" else width
    add_text(profile, side, max(ways[1]), "paths along a row", 9, ha=free, va="top")
    add_text(image, 0.3, height - 0.3, "input", 9, ha="left", va="bottom")
    for one in (profile, image):
        one.set_axis_off()
    half = int(np.searchsorted(np.cumsum(np.sort(counts.ravel())[::-1]), counts.sum() / 2)) + 1
    total = sum(ways[0]) * sum(ways[1])
    alt = (
        f"An input of {height} x {width} cells. Output ({row_at}, {column_at}) sees {fields[0].size} x "
        f"{fields[1].size} of them by {total:,} paths; half of the paths start in {plural(half, 'cell')}."
    )
    return with_alt(picture, alt)


def _stack(name: str, axes: Iterable[Axis]) -> tuple[Axis, ...]:
    stack = as_tuple(name, axes, "axes in a list")
    for axis in stack:
        check_kind(f"each of {name}", axis, Axis, "an Axis")
    return stack
