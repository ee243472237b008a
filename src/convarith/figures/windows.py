"""Drawings of windows, grids and images: what `Axis` counts, made visible.

Each function returns a `Picture`, a matplotlib figure that a notebook shows as SVG and whose `alt` says
in words what is on it. Axes of one's own can be handed in where one drawing fills one pair of axes. No
global matplotlib state is touched, nothing is printed, and equal arguments give equal bytes.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from convarith._text import format_number, plural
from convarith._validate import as_ints, check_flags, check_kind, check_named
from convarith.axis import Axis, TransposedAxis
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
    WINDOW,
    WINDOW_ON_PADDING,
    Picture,
    as_array,
    bare,
    book_style,
    finish,
    heat,
    new_picture,
    paint,
    write,
)

T = TypeVar("T", Axis, TransposedAxis)


def draw_windows(axis: Axis, *, ax: Axes | None = None) -> Picture | Axes:
    """Draws the tape of one axis and below it every window, one row each, with the output it fills.

    Dashed cells are padding, hatched ones are read by no window, dotted ones lie beyond the padding
    (only `ceil_mode` reaches them).

    Arguments:
        axis: the axis to draw.
        ax: matplotlib axes to draw on; a new picture by default.

    Returns the `Picture`, or `ax` where it was given.

    >>> draw_windows(Axis(size=5, kernel=3, stride=2))
    A tape of 5 input cells and 2 windows. Output 0 reads cells 0 to 2. Output 1 reads cells 2 to 4.
    """
    check_kind("axis", axis, Axis, "an Axis")
    low, high, end = -axis.pad_low, axis.size + axis.pad_high, axis.extent.stop
    cell = min(0.44, 7 / (end - low + 3))
    picture = None
    if ax is None:
        picture, ax = new_picture(cell * (end - low + 3), cell * (axis.output + 1.9))
    fontsize = min(10, cell * 24)

    unread = axis.untouched
    paint(ax, INPUT, [(x, 0) for x in axis.extent if 0 <= x < axis.size])
    paint(ax, PADDING, [(x, 0) for x in axis.extent if x < 0 or axis.size <= x < high])
    paint(ax, PADDING | {"linestyle": ":"}, [(x, 0) for x in axis.extent if x >= high])
    paint(ax, UNUSED, [(x, 0) for x in unread])
    for x in axis.extent:
        if x not in unread:
            write(ax, x + 0.5, 0.5, format_number(x), fontsize, color=INK if 0 <= x < axis.size else FAINT)
    write(ax, low - 0.3, 0.5, "input", fontsize, ha="right")
    write(ax, end + 1.5, 0.5, "output", fontsize)
    for j, window in enumerate(axis.windows):
        y = 1.45 + j
        reach = [window[0], window[-1] + 1]
        ax.plot(reach, [y + 0.4, y + 0.4], color=WINDOW["edgecolor"], linewidth=1, zorder=0)
        paint(ax, WINDOW, [(x, y) for x in window if 0 <= x < axis.size], height=0.8)
        paint(ax, WINDOW_ON_PADDING, [(x, y) for x in window if not 0 <= x < axis.size], height=0.8)
        paint(ax, OUTPUT, [(end + 1, y)], height=0.8)
        write(ax, end + 1.5, y + 0.4, str(j), fontsize)
    bare(ax, (low - 1.8, end + 2.2), (axis.output + 1.5, -0.15))
    return finish(picture, ax, _describe_windows(axis))


def draw_grid(
    rows: Axis,
    columns: Axis | None = None,
    *,
    at: tuple[int, int] = (0, 0),
    image: ArrayLike | None = None,
    kernel: ArrayLike | None = None,
    result: ArrayLike | None = None,
    ax: Axes | None = None,
) -> Picture | Axes:
    """Draws a padded input grid with the window of one output cell, and beside it the output grid.

    Arguments:
        rows, columns: the two axes; `columns` is `rows` where it is not given.
        at: row and column of the output cell whose window is drawn.
        image: numbers to write into the input cells, shape (rows.size, columns.size).
        kernel: weights to write small into the window, shape (rows.kernel, columns.kernel).
        result: numbers to write into the output cells, shape (rows.output, columns.output).
        ax: matplotlib axes to draw on; a new picture by default.

    Returns the `Picture`, or `ax` where it was given.

    Raises ValueError when `at` names no output cell or an array has another shape.

    >>> draw_grid(Axis(size=5, kernel=3), at=(1, 2))
    An input of 5 x 5 cells and an output of 3 x 3. Output (1, 2) reads rows 1 to 3 and columns 2 to 4.
    """
    rows, columns = _pair(Axis, rows, columns)
    row_at, column_at = as_ints("at", at, least=0, count=2)
    image = _numbers("image", image, (rows.size, columns.size))
    kernel = _numbers("kernel", kernel, (rows.kernel, columns.kernel))
    result = _numbers("result", result, (rows.output, columns.output))
    row, column = rows.window(row_at), columns.window(column_at)
    wide, high = _room(rows, columns)
    cell = min(0.5, 6 / wide)
    picture = None
    if ax is None:
        picture, ax = new_picture(cell * wide, cell * (high + 1))
    _paint_step(ax, rows, columns, (row_at, column_at), filled=rows.output * columns.output)
    left, top = _output_corner(rows, columns)
    size = cell * 21
    _label_grids(ax, rows, columns, size)
    for (y, x), number in np.ndenumerate([] if image is None else image):
        write(ax, x + 0.5, y + 0.5, format_number(number), size)
    for (y, x), weight in np.ndenumerate([] if kernel is None else kernel):
        corner = (column[x] + 0.95, row[y] + 0.93)
        write(ax, *corner, f"×{format_number(weight)}", size * 0.68, ha="right", va="bottom")
    for (y, x), number in np.ndenumerate([] if result is None else result):
        write(ax, left + x + 0.5, top + y + 0.5, format_number(number), size)
    alt = (
        f"An input of {rows.size} x {columns.size} cells{_describe_padding(rows, columns)} and an output of "
        f"{rows.output} x {columns.output}. Output ({row_at}, {column_at}) reads rows {_describe_range(row)} "
        f"and columns {_describe_range(column)}."
    )
    return finish(picture, ax, alt)


def draw_steps(rows: Axis, columns: Axis | None = None) -> Picture:
    """Draws every window of a layer in a small frame of its own: the animation, laid out flat.

    The frames stand like the output cells that they fill, line by line.

    Arguments:
        rows, columns: the two axes; `columns` is `rows` where it is not given.

    >>> len(draw_steps(Axis(size=5, kernel=3, stride=2)).axes)
    4
    """
    rows, columns = _pair(Axis, rows, columns)
    wide, high = _room(rows, columns)
    cell = min(0.3, 7.2 / (columns.output * wide))
    with book_style():
        picture = Picture(figsize=(cell * columns.output * wide, cell * rows.output * (high + 1.2)))
        frames: Any = picture.subplots(rows.output, columns.output, squeeze=False, gridspec_kw=FILL)
    for step, at in enumerate(np.ndindex(rows.output, columns.output)):
        _paint_step(frames[at], rows, columns, at, filled=step + 1)
    _label_grids(frames[0, 0], rows, columns, max(6, cell * 26))
    alt = (
        f"{plural(frames.size, 'frame')}, one for each output cell. The window moves "
        f"{plural(rows.stride, 'row')} and {plural(columns.stride, 'column')} at a time; an input of "
        f"{rows.size} x {columns.size} cells{_describe_padding(rows, columns)} fills an output of "
        f"{rows.output} x {columns.output}."
    )
    return finish(picture, None, alt)


def draw_reads(rows: Axis, columns: Axis | None = None, *, ax: Axes | None = None) -> Picture | Axes:
    """Draws how many windows read each input cell, as numbers on a heat map.

    The count of a cell is the product of the counts of its row and its column.

    Arguments:
        rows, columns: the two axes; `columns` is `rows` where it is not given.
        ax: matplotlib axes to draw on; a new picture by default.

    Returns the `Picture`, or `ax` where it was given.

    >>> draw_reads(Axis(size=5, kernel=3))
    How many windows read each of 5 x 5 input cells: 1 at the corner, 9 at the most, 1 at the least.
    """
    rows, columns = _pair(Axis, rows, columns)
    counts = np.outer(rows.reads, columns.reads)
    alt = (
        f"How many windows read each of {rows.size} x {columns.size} input cells: {counts[0, 0]} at the "
        f"corner, {counts.max()} at the most, {counts.min()} at the least."
    )
    return _draw_counts(counts, rows.kernel * columns.kernel, alt, ax)


def draw_writes(
    rows: TransposedAxis, columns: TransposedAxis | None = None, *, ax: Axes | None = None
) -> Picture | Axes:
    """Draws how many input cells write to each output cell: uneven counts are a checkerboard.

    The count of a cell is the product of the counts of its row and its column.

    Arguments:
        rows, columns: the two axes; `columns` is `rows` where it is not given.
        ax: matplotlib axes to draw on; a new picture by default.

    Returns the `Picture`, or `ax` where it was given.

    Source: Odena, Dumoulin and Olah, "Deconvolution and checkerboard artifacts", Distill (2016).

    >>> draw_writes(TransposedAxis(size=3, kernel=3, stride=2))
    How many input cells write to each of 7 x 7 output cells: 1 at the corner, 4 at the most, 1 at the least.
    """
    rows, columns = _pair(TransposedAxis, rows, columns)
    counts = np.outer(rows.writes, columns.writes)
    alt = (
        f"How many input cells write to each of {rows.output} x {columns.output} output cells: "
        f"{counts[0, 0]} at the corner, {counts.max()} at the most, {counts.min()} at the least."
    )
    return _draw_counts(counts, max(1, counts.max()), alt, ax, label="output")


def draw_stamps(axis: TransposedAxis) -> Picture:
    """Draws a transposed convolution twice: as stamps, and as a direct one over the stretched input.

    On the left each input cell stamps the kernel, one row each, onto the output below; dashed cells are cut
    off, and the numbers say how many stamps reach a cell. On the right a window of stride 1 slides over the
    input with zeros between its cells. Both fill the same output.

    Raises ValueError where there is no direct one, as `TransposedAxis.equivalent` says.

    >>> draw_stamps(TransposedAxis(size=2, kernel=3, stride=2))
    2 input cells stamp a kernel of 3 cells, 2 cells apart, on an output of 5 cells, which are written \
1, 1, 2, 1 and 1 times. Beside it, 5 windows of stride 1 over the input stretched to 3 cells.
    """
    check_kind("axis", axis, TransposedAxis, "a TransposedAxis")
    direct = axis.equivalent
    stamps = axis.windows
    low, high = min(0, stamps[0][0]), max(axis.output, stamps[-1][-1] + 1)
    widths = [high - low + 3.6, direct.padded + 5]
    tall = max(axis.size, direct.output) + 3.1
    cell = min(0.4, 7.4 / sum(widths))
    with book_style():
        picture = Picture(figsize=(cell * sum(widths), cell * tall))
        left, right = picture.subplots(1, 2, width_ratios=widths, gridspec_kw=FILL)
    size = min(10, cell * 23)

    write(left, low - 1.5, 0.8, "input", size, va="bottom")
    for i, stamp in enumerate(stamps):
        y = i + 1.0
        paint(left, INPUT, [(low - 2, y)], height=0.8)
        write(left, low - 1.5, y + 0.4, str(i), size)
        paint(left, WINDOW, [(x, y) for x in stamp if 0 <= x < axis.output], height=0.8)
        paint(left, WINDOW_ON_PADDING, [(x, y) for x in stamp if not 0 <= x < axis.output], height=0.8)
    y = axis.size + 1.3
    paint(left, OUTPUT, [(x, y) for x in range(axis.output)])
    paint(left, PADDING, [(x, y) for x in range(low, high) if not 0 <= x < axis.output])
    for x, count in enumerate(axis.writes):
        write(left, x + 0.5, y + 0.5, str(count), size)
    write(left, low - 0.3, y + 0.5, "output", size, ha="right")
    write(left, (low + high) / 2, 0.1, "scatter: every input stamps", size)
    bare(left, (low - 2.4, high + 0.8), (tall - 0.1, -0.4))

    zeros = [x for x in range(direct.size) if x % axis.stride]
    start, end = -direct.pad_low, direct.size + direct.pad_high
    paint(right, INPUT, [(x, 1) for x in range(0, direct.size, axis.stride)])
    paint(right, EMPTY | {"edgecolor": INPUT["edgecolor"]}, [(x, 1) for x in zeros])
    paint(right, PADDING, [(x, 1) for x in range(start, end) if not 0 <= x < direct.size])
    for i in range(axis.size):
        write(right, i * axis.stride + 0.5, 1.5, str(i), size)
    write(right, start - 0.3, 1.5, "input", size, ha="right")
    write(right, end + 1.5, 1.5, "output", size)
    for j, window in enumerate(direct.windows):
        y = 2.4 + j
        data = [x for x in window if 0 <= x < direct.size and x not in zeros]
        right.plot(
            [window[0], window[-1] + 1], [y + 0.4] * 2, color=WINDOW["edgecolor"], linewidth=1, zorder=0
        )
        paint(right, WINDOW, [(x, y) for x in data], height=0.8)
        paint(right, WINDOW_ON_PADDING, [(x, y) for x in window if x not in data], height=0.8)
        paint(right, OUTPUT, [(end + 1, y)], height=0.8)
        write(right, end + 1.5, y + 0.4, str(j), size)
    write(right, (start + end) / 2, 0.1, "gather: a window on the input with zeros between", size)
    bare(right, (start - 2.2, end + 2.2), (tall - 0.1, -0.4))
    *most, last = map(str, axis.writes)
    times = f"{', '.join(most)} and {last}" if most else last
    alt = (
        f"{plural(axis.size, 'input cell')} stamp a kernel of {plural(axis.kernel, 'cell')}, "
        f"{plural(axis.stride, 'cell')} apart, on an output of {plural(axis.output, 'cell')}, which are "
        f"written {times} times. Beside it, {plural(direct.output, 'window')} of stride 1 over the input "
        f"stretched to {plural(axis.stretched, 'cell')}."
    )
    return finish(picture, None, alt)


def draw_images(
    images: Mapping[str, ArrayLike], *, limits: tuple[float, float] | None = None, to_scale: bool = False
) -> Picture:
    """Draws images side by side, each with its name and its size in pixels (height x width).

    Arguments:
        images: name -> pixels, shape (height, width) for grey or (height, width, 3) for colour; further
            axes of length 1, such as those of Keras for one image and one channel, are left out.
        limits: the values drawn black and white; by default each image's own least and greatest.
        to_scale: draw pixels equally large in all images, so that a smaller image looks smaller.

    >>> draw_images({"before": np.zeros((4, 6)), "after": np.zeros((2, 3))})
    2 images: before, 4 x 6 pixels; after, 2 x 3 pixels.
    """
    check_named("images", images, "images")
    check_flags(to_scale=to_scale)
    if not images:
        raise ValueError("images are drawn of at least 1, but there are 0")
    ends = _numbers("limits", limits, (2,))
    pixels = {name: _pixels(f"images[{name!r}]", values) for name, values in images.items()}
    tallest = max(values.shape[0] for values in pixels.values())
    shares = [v.shape[1] / (tallest if to_scale else v.shape[0]) for v in pixels.values()]
    width = min(7.2, 2.6 * sum(shares))
    with book_style():
        picture = Picture(figsize=(width, width / sum(shares) + 0.4))
        grid = picture.subplots(
            1, len(pixels), squeeze=False, width_ratios=shares, gridspec_kw=FILL | {"wspace": 0.06}
        )
        for ax, (name, values) in zip(grid.flat, pixels.items(), strict=True):
            black, white = (values.min(), values.max()) if ends is None else ends
            ax.imshow(values, vmin=black, vmax=white)
            ax.set_title(f"{name}\n{values.shape[0]} × {values.shape[1]}", fontsize=9, color=INK)
            ax.set_anchor("N")
            ax.set_axis_off()
    sizes = "; ".join(f"{name}, {v.shape[0]} x {v.shape[1]} pixels" for name, v in pixels.items())
    return finish(picture, None, f"{plural(len(pixels), 'image')}: {sizes}.")


# --- painting -------------------------------------------------------------------------------------------


def _draw_counts(counts: np.ndarray, top: int, alt: str, ax: Axes | None, label: str = "") -> Picture | Axes:
    """Numbers on a heat map, and its name above; `top` is the count that would be darkest."""
    height, width = counts.shape
    cell = min(0.42, 6 / width)
    picture = None
    if ax is None:
        picture, ax = new_picture(cell * (width + 0.4), cell * (height + 0.4))
    for (y, x), count in np.ndenumerate(counts):
        shade = 0.85 * count / top
        paint(ax, {"facecolor": heat(shade), "edgecolor": "white", "linewidth": 0.8}, [(x, y)])
        write(ax, x + 0.5, y + 0.5, str(count), cell * 22, color="white" if shade > 0.5 else INK)
    if label:
        write(ax, width / 2, -0.25, label, cell * 24, va="bottom")
    bare(ax, (-0.05, width + 0.05), (height + 0.05, -0.9 if label else -0.05))
    return finish(picture, ax, alt)


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

    paint(ax, PADDING, [cell for cell in everything if not inside(cell)])
    paint(ax, INPUT, [cell for cell in everything if inside(cell)])
    paint(ax, UNUSED, [(x, y) for x, y in everything if x in spare_columns or y in spare_rows])
    paint(ax, WINDOW_ON_PADDING, [cell for cell in window if not inside(cell)])
    paint(ax, WINDOW, [cell for cell in window if inside(cell)])
    left, top = _output_corner(rows, columns)
    outputs = [(left + x, top + y) for y, x in np.ndindex(rows.output, columns.output)]
    paint(ax, EMPTY, outputs[filled:])
    paint(ax, OUTPUT, outputs[:filled])
    paint(ax, CURRENT, [(left + at[1], top + at[0])])
    high = max(rows.extent.stop, top + rows.output)
    bare(ax, (-columns.pad_low - 0.2, left + columns.output + 1), (high + 0.2, min(-rows.pad_low, top) - 0.9))


def _label_grids(ax: Axes, rows: Axis, columns: Axis, size: float) -> None:
    left, top = _output_corner(rows, columns)
    write(ax, columns.size / 2, -rows.pad_low - 0.25, "input", size, va="bottom")
    write(ax, left + columns.output / 2, top - 0.25, "output", size, va="bottom")


def _output_corner(rows: Axis, columns: Axis) -> tuple[float, float]:
    """Where the output grid stands: to the right of the input, centred on its height."""
    return columns.extent.stop + 1.2, -rows.pad_low + (rows.padded - rows.output) / 2


def _room(rows: Axis, columns: Axis) -> tuple[float, float]:
    """Width and height, in cells, of an input beside its output."""
    return len(columns.extent) + columns.output + 2.4, max(len(rows.extent), rows.output)


# --- words and numbers ----------------------------------------------------------------------------------


def _pair(kind: type[T], rows: T, columns: T | None) -> tuple[T, T]:
    """Both axes, which are of this kind; `columns` is `rows` where it is not given."""
    columns = rows if columns is None else columns
    expected = f"{'an' if kind is Axis else 'a'} {kind.__name__}"
    check_kind("rows", rows, kind, expected)
    check_kind("columns", columns, kind, expected)
    return rows, columns


def _pixels(name: str, values: ArrayLike) -> np.ndarray:
    pixels = np.squeeze(as_array(name, values))
    if pixels.ndim != 2 and not (pixels.ndim == 3 and pixels.shape[2] in (3, 4)):
        raise ValueError(
            f"an image has the shape (height, width) or (height, width, 3), but {name} has {pixels.shape}"
        )
    return pixels


def _numbers(name: str, values: ArrayLike | None, shape: tuple[int, ...]) -> np.ndarray | None:
    if values is None:
        return None
    values = as_array(name, values)
    if values.shape != shape:
        raise ValueError(f"{name} must have the shape {shape}, but has {values.shape}")
    return values


def _describe_range(window: range) -> str:
    first, last = window[0], window[-1]
    if first == last:
        return str(first)
    return f"{first} to {last}" + (f" in steps of {window.step}" if window.step > 1 else "")


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
        window = axis.window(j)
        cells = "cell" if len(window) == 1 else "cells"
        parts.append(f" Output {j} reads {cells} {_describe_range(window)}.")
    skipped = sum(count == 0 for count in axis.reads)
    if skipped:
        parts.append(f" {plural(skipped, 'input cell')} {'is' if skipped == 1 else 'are'} read by no window.")
    return "".join(parts)
