"""Drawings of layers on grids: the window of one output, step by step, and layers side by side."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from convarith._text import format_number, plural, range_text
from convarith._validate import as_ints, check_kind, check_named
from convarith.axis import Axis
from convarith.figures._drawing import (
    CURRENT,
    EMPTY,
    FILL,
    INPUT,
    OUTPUT,
    PADDING,
    UNUSED,
    WIDEST,
    WINDOW,
    WINDOW_BEYOND,
    WINDOW_ON_PADDING,
    Picture,
    add_text,
    array_of_shape,
    book_style,
    both_axes,
    draw_cells,
    hide_frame,
    letters,
    new_picture,
    with_alt,
)


def draw_grid(
    rows: Axis,
    columns: Axis | None = None,
    *,
    at: tuple[int, int] = (0, 0),
    image: ArrayLike | None = None,
    kernel: ArrayLike | None = None,
    result: ArrayLike | None = None,
) -> Picture:
    """Draws a padded input grid with the window of one output cell, and beside it the output grid.

    Arguments:
        rows, columns: the two axes; `columns` is `rows` where it is not given.
        at: row and column of the output cell whose window is drawn.
        image: numbers to write into the input cells, shape (rows.size, columns.size).
        kernel: weights to write small into the window, shape (rows.kernel, columns.kernel).
        result: numbers to write into the output cells, shape (rows.output, columns.output).

    Returns the `Picture`.

    Raises ValueError when `at` names no output cell or an array has the wrong shape.

    >>> draw_grid(Axis(size=5, kernel=3), at=(1, 2))
    An input of 5 x 5 cells and an output of 3 x 3. Output (1, 2) reads rows 1 to 3 and columns 2 to 4.
    """
    rows, columns = both_axes(Axis, rows, columns)
    row_at, column_at = as_ints("at", at, least=0, count=2)
    image = array_of_shape("image", image, (rows.size, columns.size))
    kernel = array_of_shape("kernel", kernel, (rows.kernel, columns.kernel))
    result = array_of_shape("result", result, (rows.output, columns.output))
    row, column = rows.window(row_at), columns.window(column_at)
    wide, high = _room(rows, columns)
    cell = min(0.5, WIDEST / wide)
    picture, ax = new_picture(cell * wide, cell * (high + 1))
    _paint_step(ax, rows, columns, (row_at, column_at), filled=rows.output * columns.output)
    left, top = _output_corner(rows, columns)
    size, small = (letters(cell * wide, cell * wanted) for wanted in (21, 14))
    _label_grids(ax, rows, columns, size)
    for (y, x), number in np.ndenumerate([] if image is None else image):
        raised = 0.16 * (kernel is not None and y in row and x in column)  # above its weight
        add_text(ax, x + 0.5, y + 0.5 - raised, format_number(number), size)
    for (y, x), weight in np.ndenumerate([] if kernel is None else kernel):
        corner = (column[x] + 0.95, row[y] + 0.93)
        add_text(ax, *corner, f"×{format_number(weight)}", small, ha="right", va="bottom")
    for (y, x), number in np.ndenumerate([] if result is None else result):
        add_text(ax, left + x + 0.5, top + y + 0.5, format_number(number), size)
    alt = (
        f"An input of {rows.size} x {columns.size} cells{_describe_padding(rows, columns)} and an output of "
        f"{rows.output} x {columns.output}. Output ({row_at}, {column_at}) reads rows {range_text(row)} "
        f"and columns {range_text(column)}."
    )
    return with_alt(picture, alt)


def draw_steps(rows: Axis, columns: Axis | None = None) -> Picture:
    """Draws every window of a layer in a small frame of its own: the animation, laid out flat.

    The frames are laid out like the output cells that they fill, row by row.

    Arguments:
        rows, columns: the two axes; `columns` is `rows` where it is not given.

    Returns the `Picture`.

    Raises TypeError for what is not an `Axis`.

    >>> len(draw_steps(Axis(size=5, kernel=3, stride=2)).axes)
    4
    """
    rows, columns = both_axes(Axis, rows, columns)
    wide, high = _room(rows, columns)
    cell = min(0.3, WIDEST / (columns.output * wide))
    with book_style():
        picture = Picture(figsize=(cell * columns.output * wide, cell * rows.output * (high + 1.2)))
        grid = picture.subplots(rows.output, columns.output, squeeze=False, gridspec_kw=FILL)
    for step, (ax, at) in enumerate(zip(grid.flat, np.ndindex(*grid.shape), strict=True)):
        _paint_step(ax, rows, columns, at, filled=step + 1)
    _label_grids(grid[0, 0], rows, columns, letters(cell * columns.output * wide, cell * 26))
    alt = (
        f"{plural(grid.size, 'frame')}, one for each output cell. The window moves "
        f"{plural(rows.stride, 'row')} and {plural(columns.stride, 'column')} at a time; an input of "
        f"{rows.size} x {columns.size} cells{_describe_padding(rows, columns)} fills an output of "
        f"{rows.output} x {columns.output}."
    )
    return with_alt(picture, alt)


def draw_grids(layers: Mapping[str, Axis]) -> Picture:
    """Draws square layers side by side, three in a row and at one scale, as `draw_grid` draws one of them.

    Each is drawn with its first window, without numbers, and with its sizes.

    Arguments:
        layers: name -> the axis of its rows and of its columns; at least one.

    Returns the `Picture`.

    Raises ValueError when there is no layer, TypeError for what is not an `Axis`.

    >>> draw_grids({"plain": Axis(size=4, kernel=3), "with a stride": Axis(size=5, kernel=3, stride=2)})
    2 layers, each with its first window: plain, 4 x 4 to 2 x 2; with a stride, 5 x 5 to 2 x 2.
    """
    check_named("layers", layers, "axes")
    for name, axis in layers.items():
        check_kind(f"layers[{name!r}]", axis, Axis, "an Axis")
    if not layers:
        raise ValueError("there are no layers to draw")
    rooms = [_room(axis, axis) for axis in layers.values()]
    across = min(3, len(rooms))
    widths = [max(wide for wide, _ in rooms[column::across]) for column in range(across)]
    heights = [
        max(high for _, high in rooms[first : first + across]) for first in range(0, len(rooms), across)
    ]
    cell = min(0.16, WIDEST / sum(widths))
    title = 0.62 / cell  # in cells
    heights = [high + title + 0.5 for high in heights]
    with book_style():
        picture = Picture(figsize=(cell * sum(widths), cell * sum(heights)))
        grid = picture.subplots(
            len(heights),
            across,
            squeeze=False,
            width_ratios=widths,
            height_ratios=heights,
            gridspec_kw=FILL,
        )
    for ax in grid.flat[len(rooms) :]:
        ax.set_axis_off()
    for number, (ax, (name, axis)) in enumerate(zip(grid.flat, layers.items(), strict=False)):
        _paint_step(ax, axis, axis, (0, 0), filled=axis.output**2)
        left, low = -axis.pad_low - 0.2, -axis.pad_low - title
        words = f"{fill(name, 18)}\n{axis.size} × {axis.size} → {axis.output} × {axis.output}"
        add_text(ax, left, -axis.pad_low - 0.4, words, letters(WIDEST), ha="left", va="bottom")
        row, column = divmod(number, across)
        hide_frame(ax, (left, left + widths[column]), (low + heights[row], low))
    sizes = [f"{name}, {a.size} x {a.size} to {a.output} x {a.output}" for name, a in layers.items()]
    alt = f"{plural(len(layers), 'layer')}, each with its first window: {'; '.join(sizes)}."
    return with_alt(picture, alt)


def _paint_step(ax: Axes, rows: Axis, columns: Axis, at: tuple[int, int], filled: int) -> None:
    """One moment: padded input, the window of output `at`, and the output with `filled` cells done."""
    spare_rows, spare_columns = rows.untouched, columns.untouched
    everything = [
        (x, y)
        for y in range(-rows.pad_low, rows.size + rows.pad_high)
        for x in range(-columns.pad_low, columns.size + columns.pad_high)
    ]
    window = [(x, y) for y in rows.window(at[0]) for x in columns.window(at[1])]

    def inside(cell: tuple[int, int]) -> bool:
        return 0 <= cell[0] < columns.size and 0 <= cell[1] < rows.size

    draw_cells(ax, PADDING, [cell for cell in everything if not inside(cell)])
    draw_cells(ax, INPUT, [cell for cell in everything if inside(cell)])
    draw_cells(ax, UNUSED, [(x, y) for x, y in everything if x in spare_columns or y in spare_rows])
    everywhere = set(everything)
    margin = [cell for cell in window if not inside(cell)]
    draw_cells(ax, WINDOW_ON_PADDING, [cell for cell in margin if cell in everywhere])
    draw_cells(ax, WINDOW_BEYOND, [cell for cell in margin if cell not in everywhere])
    draw_cells(ax, WINDOW, [cell for cell in window if inside(cell)])
    left, top = _output_corner(rows, columns)
    outputs = [(left + x, top + y) for y, x in np.ndindex(rows.output, columns.output)]
    draw_cells(ax, EMPTY, outputs[filled:])
    draw_cells(ax, OUTPUT, outputs[:filled])
    draw_cells(ax, CURRENT, [(left + at[1], top + at[0])])
    high = max(rows.extent.stop, top + rows.output)
    ends = high + 0.2, min(-rows.pad_low, top) - 0.9
    hide_frame(ax, (-columns.pad_low - 0.2, left + columns.output + 1), ends)


def _label_grids(ax: Axes, rows: Axis, columns: Axis, size: float) -> None:
    left, top = _output_corner(rows, columns)
    add_text(ax, columns.size / 2, -rows.pad_low - 0.25, "input", size, va="bottom")
    add_text(ax, left + columns.output / 2, top - 0.25, "output", size, va="bottom")


def _output_corner(rows: Axis, columns: Axis) -> tuple[float, float]:
    """Where the output grid stands: to the right of the input, centred on its height."""
    return columns.extent.stop + 1.2, -rows.pad_low + (rows.padded - rows.output) / 2


def _room(rows: Axis, columns: Axis) -> tuple[float, float]:
    """Width and height, in cells, of an input beside its output."""
    return len(columns.extent) + columns.output + 2.4, max(len(rows.extent), rows.output)


def _describe_padding(rows: Axis, columns: Axis) -> str:
    sides = (rows.pad_low, rows.pad_high, columns.pad_low, columns.pad_high)
    if not any(sides):
        return ""
    if len(set(sides)) == 1:
        return f" with {sides[0]} of padding on every side"
    return " with padding (top {}, bottom {}, left {}, right {})".format(*sides)
