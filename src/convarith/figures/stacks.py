"""Drawings of stacks of layers: what an output has seen of the input, and how often.

As in `figures`, each function returns a `Picture` that describes itself.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgba

from convarith._text import format_number, plural
from convarith._validate import as_ints, as_tuple, check_kind
from convarith.axis import Axis
from convarith.figures._drawing import (
    CURRENT,
    EMPTY,
    FAINT,
    FILL,
    INK,
    INPUT,
    OUTPUT,
    PADDING,
    UNUSED,
    WIDEST,
    WINDOW,
    WINDOW_ON_PADDING,
    Picture,
    add_text,
    book_style,
    draw_cells,
    hide_frame,
    letters,
    new_picture,
    numbered_every,
    with_alt,
)
from convarith.receptive import ReceptiveField, receptive_field

LETTERS = letters(WIDEST)
NAMED = 0.72  # inches for the names of tapes, on the left


def draw_field(axes: Iterable[Axis], *, at: int | None = None) -> Picture:
    """Draws a stack as tapes one above another, the input lowest, and the cone that one output sees.

    Every cell is above the middle of what it sees or, in a causal stack, above the last of it. The output
    sees the filled cells: a path leads down to each. Hatched input cells lie in its receptive field, and yet
    no path leads to them: the gridding of dilated layers. Dashed cells are padding in the field. As many
    cells are numbered as there is room for: every second one, say.

    Arguments:
        axes: the layers, from the input on.
        at: the output whose cone is drawn; the middle one by default.

    Returns the `Picture`.

    Raises as `receptive_field` does, and ValueError when there is no output `at`.

    >>> draw_field([Axis(size=9, kernel=3, dilation=2), Axis(size=5, kernel=3, dilation=2)])
    A stack of 2 layers on 9 input cells. Output 0 reaches over 9 cells, 0 to 8, and sees 5 of them.
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
    beyond = [cell for cell in interval if not 0 <= cell < axes[0].size and cell not in padding[0]]
    corners += beyond
    low, high = min(corners), max(corners) + 1
    cell = min(0.42, (WIDEST - NAMED) / (high - low + 0.3))
    left, right, tall = low - NAMED / cell, high + 0.3, 2 * len(axes) + 1
    picture, ax = new_picture(cell * (right - left), cell * (tall + 0.4))
    size = letters(cell * (right - left), cell * 19)
    longest = max(len(str(number)) for number in (*beyond, *padding[0], axes[0].size - 1))
    every, roomy = numbered_every(cell, longest, size), size <= 72 * cell
    draw_cells(ax, PADDING, [(x, 2 * len(axes)) for x in beyond])
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
        add_text(ax, low - 0.4, y + 0.5, name, LETTERS, ha="right")
        margin = [*beyond, *padding[0]] if level == 0 else padding[level] if level < len(axes) else []
        for number in (*range(len(ways)), *margin) if roomy else ():
            if number % every == 0:
                shade = INK if 0 <= number < len(ways) else FAINT
                add_text(ax, place(level, number) + 0.5, y + 0.5, format_number(number), size, color=shade)
        if level == len(axes):
            break
        draw_cells(ax, WINDOW_ON_PADDING, [(place(level, cell), y) for cell in padding[level]])
        for j, count in enumerate(reached[level + 1]):
            for cell in axes[level].window(j) if count else ():
                ends = [place(level + 1, j) + 0.5, place(level, cell) + 0.5]
                ax.plot(ends, [y - 1, y], color=WINDOW["edgecolor"], linewidth=0.7, zorder=0)
    hide_frame(ax, (left, right), (tall + 0.2, -0.2))
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
    axes, interval = field.axes, field.interval(at)
    seen = sum(map(bool, field.paths(at)))
    beyond = sum(not 0 <= cell < axes[0].size for cell in interval)
    return (
        f"A stack of {plural(len(axes), 'layer')} on {plural(axes[0].size, 'input cell')}. Output {at} "
        f"reaches over {plural(field.size, 'cell')}, {interval[0]} to {interval[-1]}"
        + (f" ({beyond} beyond the input)" if beyond else "")
        + f", and sees {'all' if seen == field.size else seen} of them."
    )


def draw_reach(axes: Iterable[Axis]) -> Picture:
    """Draws what each output of a stack reaches over: bars on the input, with size, jump, start and centre.

    One bar for each output, as long as the receptive field is; dashed parts lie beyond the input. From one
    bar to the next is the jump, the product of the strides; a dot marks each centre.

    Arguments:
        axes: the layers, from the input on.

    Returns the `Picture`.

    Raises as `receptive_field` does.

    >>> draw_reach([Axis(size=7, kernel=3, stride=2).same(), Axis(size=4, kernel=3).same()])
    The fields of 4 outputs on 7 input cells: size 7, jump 2, start -3. Centres: 0, 2, 4 and 6.
    """
    field = receptive_field(_stack("axes", axes))
    cells, outputs = field.axes[0].size, range(field.axes[-1].output)
    bars = [field.interval(j) for j in outputs]
    low, high = min(0, bars[0].start), max(cells, bars[-1].stop)
    cell = min(0.42, (WIDEST - NAMED - 0.3) / (high - low + 2.4))
    left, right = low - NAMED / cell, high + 2.4 + 0.3 / cell
    picture, ax = new_picture(cell * (right - left), cell * (len(bars) + 3.1))
    size = letters(cell * (right - left), cell * 19)
    every = numbered_every(cell, max(len(str(x)) for x in (low, high - 1)), size)
    draw_cells(ax, INPUT, [(x, 0) for x in range(cells)])
    draw_cells(ax, PADDING, [(x, 0) for x in range(low, high) if not 0 <= x < cells])
    for x in range(low, high) if size <= 72 * cell else ():
        if x % every == 0:
            shade = INK if 0 <= x < cells else FAINT
            add_text(ax, x + 0.5, 0.5, format_number(x), size, color=shade)
    add_text(ax, low - 0.4, 0.5, "input", LETTERS, ha="right")
    add_text(ax, high + 1.9, 0.5, "output", LETTERS)
    for j, bar in enumerate(bars):
        y = 2.3 + j
        draw_cells(ax, WINDOW, [(x, y) for x in bar if 0 <= x < cells], height=0.8)
        draw_cells(ax, WINDOW_ON_PADDING, [(x, y) for x in bar if not 0 <= x < cells], height=0.8)
        draw_cells(ax, OUTPUT, [(high + 1.4, y)], height=0.8)
        add_text(ax, high + 1.9, y + 0.4, str(j), LETTERS)
        dot = {"marker": "o", "markersize": cell * 20, "markeredgecolor": CURRENT["edgecolor"]}
        ax.plot([field.centre(j) + 0.5], [y + 0.4], color=CURRENT["facecolor"], **dot)
    _measure(ax, bars[0].start, bars[0].stop, 1.75, f"size {field.size}", LETTERS)
    add_text(ax, low - 0.4, 2.7, f"start {format_number(field.start)}", LETTERS, ha="right")
    if len(bars) > 1:
        _measure(ax, bars[0].start, bars[1].start, 3.7, "", LETTERS)
        add_text(ax, low - 0.4, 3.7, f"jump {field.stride}", LETTERS, ha="right")
    hide_frame(ax, (left, right), (2.3 + len(bars), -0.2))
    centres = [format_number(field.centre(j)) for j in outputs]
    named = " and ".join([", ".join(centres[:-1]), centres[-1]] if len(centres) > 1 else centres)
    alt = (
        f"The fields of {plural(len(bars), 'output')} on {plural(cells, 'input cell')}: size {field.size}, "
        f"jump {field.stride}, start {field.start}. {'Centres' if len(bars) > 1 else 'Centre'}: {named}."
    )
    return with_alt(picture, alt.replace("\N{MINUS SIGN}", "-"))


def _measure(ax: Axes, start: float, stop: float, y: float, what: str, size: float) -> None:
    """A line with an end at either side, and above it what it measures."""
    ax.plot([start, stop], [y, y], color=INK, linewidth=1, marker="|", markersize=6)
    if what:
        add_text(ax, (start + stop) / 2, y - 0.12, what, size, va="bottom")


def draw_paths(
    rows: Iterable[Axis], columns: Iterable[Axis] | None = None, *, at: tuple[int, int] | None = None
) -> Picture:
    """Draws in how many ways each input cell reaches one output: the shape of the effective field.

    A heat map of the whole input with the receptive field framed, and above it the counts along a row. The
    count of a cell is the product of the counts of its row and its column.

    Arguments:
        rows, columns: the two axes of each layer, from the input on; `columns` is `rows` where not given.
        at: row and column of the output; the middle one by default.

    Returns the `Picture`.

    Raises as `receptive_field` does, and ValueError when `at` names no output cell.

    Source: Luo, Li, Urtasun and Zemel (2016).

    >>> draw_paths([Axis(size=5, kernel=3), Axis(size=3, kernel=3)])
    An input of 5 x 5 cells. Output (0, 0) reaches over 5 x 5 of them by 81 paths, half of them to 7 cells.
    """
    rows = _stack("rows", rows)
    fields = [receptive_field(rows), receptive_field(rows if columns is None else _stack("columns", columns))]
    middle = [field.axes[-1].output // 2 for field in fields]
    row_at, column_at = middle if at is None else as_ints("at", at, least=0, count=2)
    ways = [field.paths(j) for field, j in zip(fields, (row_at, column_at), strict=True)]
    counts = np.outer(*[np.array(one, dtype=float) for one in ways])
    height, width = counts.shape
    scale = min(0.3, 3.4 / width)
    with book_style():
        picture = Picture(figsize=(scale * width, scale * height + 1))
        profile, image = picture.subplots(2, 1, height_ratios=[1.0, scale * height], gridspec_kw=FILL)
        # One blue, more or less opaque: it stands out from white paper and from dark.
        blues = ListedColormap([to_rgba(INPUT["edgecolor"], shade) for shade in np.linspace(0.06, 1, 256)])
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
        f"An input of {height} x {width} cells. Output ({row_at}, {column_at}) reaches over "
        f"{fields[0].size} x {fields[1].size} of them by {total:,} paths, half of them to "
        f"{plural(half, 'cell')}."
    )
    return with_alt(picture, alt)


def _stack(name: str, axes: Iterable[Axis]) -> tuple[Axis, ...]:
    stack = as_tuple(name, axes, "axes in a list")
    for axis in stack:
        check_kind(f"each of {name}", axis, Axis, "an Axis")
    return stack
