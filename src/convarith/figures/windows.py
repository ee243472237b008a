"""Drawings of windows: on the tape of one axis, on a grid, and step by step.

Each function returns a `Picture`, a matplotlib figure that a notebook shows as SVG and whose `alt` says
in words what is on it. No global matplotlib state is touched, nothing is printed, and equal arguments give
equal bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from convarith._text import format_number, plural
from convarith._validate import as_int, as_ints, check_kind, check_named
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
    numbered_every,
    with_alt,
)


def draw_windows(axis: Axis, *, image: ArrayLike | None = None, kernel: ArrayLike | None = None) -> Picture:
    """Draws the tape of one axis and below it every window, one row each, with the output it fills.

    Dashed cells are padding, hatched ones are read by no window, dotted and empty ones lie beyond the
    padding (only `ceil_mode` reaches them).

    Arguments:
        axis: the axis to draw.
        image: numbers to write into the input cells and the windows in place of cell numbers, shape
            (axis.size,); a padding cell holds 0.
        kernel: weights to write small into the windows, shape (axis.kernel,); with both, each output is the
            sum of the products.

    Returns the `Picture`.

    Raises ValueError when an array has the wrong shape.

    >>> draw_windows(Axis(size=5, kernel=3, stride=2))
    A tape of 5 input cells and 2 windows. Output 0 reads cells 0 to 2. Output 1 reads cells 2 to 4.
    >>> draw_windows(Axis(size=2, kernel=2), image=[5, 2], kernel=[1, 3])
    A tape of 2 input cells and 1 window. Output 0 reads cells 0 to 1. Input: 5, 2. Weights: 1, 3. Output: 11.
    """
    check_kind("axis", axis, Axis, "an Axis")
    image = array_of_shape("image", image, (axis.size,))
    kernel = array_of_shape("kernel", kernel, (axis.kernel,))
    result = None if image is None or kernel is None else _sums(axis, image, kernel)

    def number_at(cell: int) -> str:
        """What stands in a cell of the tape: its own number, or the one of the image."""
        if image is None:
            return format_number(cell)
        return format_number(image[cell]) if 0 <= cell < axis.size else "0" * (cell < high)

    low, high, end = -axis.pad_low, axis.size + axis.pad_high, axis.extent.stop
    cell = min(0.44, (WIDEST - 0.7) / (end - low + 2))
    left, right = low - 0.5 / cell, end + max(2 + 0.15 / cell, 0.6 / cell)
    picture, ax = new_picture(cell * (right - left), cell * (axis.output + 1.9))
    fontsize, small = (letters(cell * (right - left), wanted) for wanted in (10, 6.6))
    labels = [number_at(x) for x in axis.extent] if image is not None else [str(low), str(end - 1)]
    every = numbered_every(cell, max(map(len, labels)), fontsize)

    unread = axis.untouched
    draw_cells(ax, INPUT, [(x, 0) for x in axis.extent if 0 <= x < axis.size])
    draw_cells(ax, PADDING, [(x, 0) for x in axis.extent if x < 0 or axis.size <= x < high])
    draw_cells(ax, PADDING | {"linestyle": (0, (0.7, 1.5))}, [(x, 0) for x in axis.extent if x >= high])
    draw_cells(ax, UNUSED, [(x, 0) for x in unread])
    for x in axis.extent:
        if x not in unread and x % every == 0:
            add_text(ax, x + 0.5, 0.5, number_at(x), fontsize, color=INK if 0 <= x < axis.size else FAINT)
    add_text(ax, low - 0.3, 0.5, "input", fontsize, ha="right")
    add_text(ax, max(end + 1.5, end + 0.32 / cell), 0.5, "output", fontsize)
    for j, window in enumerate(axis.windows):
        y = 1.45 + j
        reach = [window[0], window[-1] + 1]
        ax.plot(reach, [y + 0.4, y + 0.4], color=WINDOW["edgecolor"], linewidth=1, zorder=0)
        draw_cells(ax, WINDOW, [(x, y) for x in window if 0 <= x < axis.size], height=0.8)
        margin = [x for x in window if x < 0 or axis.size <= x < high]
        draw_cells(ax, WINDOW_ON_PADDING, [(x, y) for x in margin], height=0.8)
        draw_cells(ax, WINDOW_BEYOND, [(x, y) for x in window if x >= high], height=0.8)
        draw_cells(ax, OUTPUT, [(end + 1, y)], height=0.8)
        add_text(ax, end + 1.5, y + 0.4, str(j) if result is None else format_number(result[j]), fontsize)
        for x in [] if image is None else window:
            add_text(ax, x + (0.5 if kernel is None else 0.3), y + 0.36, number_at(x), fontsize)
        for x, weight in [] if kernel is None else zip(window, kernel, strict=True):
            written = f"×{format_number(weight)}"
            add_text(ax, x + 0.96, y + 0.78, written, small, ha="right", va="bottom")
    hide_frame(ax, (left, right), (axis.output + 1.5, -0.15))
    alt = _describe_windows(axis)
    for name, numbers in {"Input": image, "Weights": kernel, "Output": result}.items():
        if numbers is not None:
            alt += f" {name}: {', '.join(map(format_number, numbers))}."
    return with_alt(picture, alt)


def draw_centres(branches: Mapping[str, Axis], *, at: int = 1) -> Picture:
    """Draws where the outputs of branches that meet look: each in the middle of its window, on one input.

    Branches are aligned where their outputs lie above one another. The window of one output is drawn
    in full, with a line through its centre.

    Arguments:
        branches: name -> the axis of a layer; all read the same cells, and have outputs of one size.
        at: the output whose windows are drawn.

    Returns the `Picture`.

    Raises ValueError when inputs or outputs differ, or there is no output `at`.

    >>> pool, step = Axis(size=8, kernel=3, stride=2).same(), Axis(size=8, kernel=1, stride=2)
    >>> draw_centres({"pool": pool, "step": step})
    8 input cells. Output 1 of pool reads 2 to 4, centre 3. Output 1 of step reads 2, centre 2. Not aligned.
    """
    check_named("branches", branches, "axes")
    for axis in branches.values():
        check_kind("each of branches", axis, Axis, "an Axis")
    sizes = {(axis.size, axis.output) for axis in branches.values()}
    if len(sizes) != 1:
        raise ValueError("branches that meet must read one input and have outputs of one size")
    at, ((size, outputs),) = as_int("at", at, least=0), sizes
    windows = {name: axis.window(at) for name, axis in branches.items()}
    middles = {name: (window[0] + window[-1]) / 2 for name, window in windows.items()}
    low = min(0, *(axis.extent.start for axis in branches.values()))
    high = max(size, *(axis.extent.stop for axis in branches.values()))
    named = 0.095 * max(map(len, branches)) + 0.3  # inches
    cell, tall = min(0.44, (WIDEST - named) / (high - low)), 1.5 + 2.3 * len(branches)
    left, right = low + 0.2 - named / cell, high + 0.2
    picture, ax = new_picture(cell * (right - left), cell * tall)
    fontsize = letters(cell * (right - left))
    every = numbered_every(cell, max(len(str(x)) for x in (low, high - 1)), fontsize)
    draw_cells(ax, INPUT, [(x, 0) for x in range(size)])
    for x in range(0, size, every):
        add_text(ax, x + 0.5, 0.5, str(x), fontsize)
    add_text(ax, low - 0.3, 0.5, "input", fontsize, ha="right")
    for number, (name, axis) in enumerate(branches.items()):
        y, window, middle = 1.5 + 2.3 * number, windows[name], middles[name]
        draw_cells(ax, WINDOW, [(x, y) for x in window if 0 <= x < size], height=0.6)
        draw_cells(ax, WINDOW_ON_PADDING, [(x, y) for x in window if not 0 <= x < size], height=0.6)
        ax.plot([middle + 0.5] * 2, [1, y + 0.8], color=WINDOW["edgecolor"], linewidth=1.2, zorder=3)
        for j in range(outputs):
            left = (axis.window(j)[0] + axis.window(j)[-1]) / 2
            draw_cells(ax, CURRENT if j == at else OUTPUT, [(left, y + 0.8)], height=0.8)
            add_text(ax, left + 0.5, y + 1.2, str(j), fontsize)
        add_text(ax, low - 0.3, y + 0.8, name, fontsize, ha="right")
    hide_frame(ax, (left, right), (tall - 0.2, -0.2))
    said = [
        f"Output {at} of {name} reads {_describe_range(window)}, centre {format_number(middles[name])}."
        for name, window in windows.items()
    ]
    steps = {axis.stride for axis in branches.values()}
    aligned = "Aligned." if len(steps) == len(set(middles.values())) == 1 else "Not aligned."
    return with_alt(picture, f"{plural(size, 'input cell')}. {' '.join(said)} {aligned}")


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
        f"{rows.output} x {columns.output}. Output ({row_at}, {column_at}) reads rows {_describe_range(row)} "
        f"and columns {_describe_range(column)}."
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


def _sums(axis: Axis, image: np.ndarray, kernel: np.ndarray) -> list[float]:
    """What each window adds up: its numbers times the weights."""
    return [
        sum(
            image[cell] * weight for cell, weight in zip(window, kernel, strict=True) if 0 <= cell < axis.size
        )
        for window in axis.windows
    ]


def _describe_range(window: range) -> str:
    steps = f" in steps of {window.step}" if window.step > 1 else ""
    return f"{window[0]} to {window[-1]}{steps}" if len(window) > 1 else str(window[0])


def _describe_padding(rows: Axis, columns: Axis) -> str:
    sides = (rows.pad_low, rows.pad_high, columns.pad_low, columns.pad_high)
    if not any(sides):
        return ""
    if len(set(sides)) == 1:
        return f" with {sides[0]} of padding on every side"
    return " with padding (top {}, bottom {}, left {}, right {})".format(*sides)


def _describe_windows(axis: Axis) -> str:
    parts = [f"A tape of {plural(axis.size, 'input cell')}"]
    if axis.pad_low or axis.pad_high:
        parts.append(f" with padding ({axis.pad_low} before, {axis.pad_high} after)")
    parts.append(f" and {plural(axis.output, 'window')}.")
    shown = range(axis.output) if axis.output <= 6 else [0, 1, axis.output - 1]
    for j in shown:
        cells = "cell" if axis.kernel == 1 else "cells"
        parts.append(f" Output {j} reads {cells} {_describe_range(axis.window(j))}.")
    if beyond := len(axis.extent) - axis.padded:
        parts.append(
            f" {plural(beyond, 'cell')} of the last window {'lies' if beyond == 1 else 'lie'} beyond the end."
        )
    if skipped := axis.reads.count(0):
        parts.append(f" {plural(skipped, 'input cell')} {'is' if skipped == 1 else 'are'} read by no window.")
    return "".join(parts)
