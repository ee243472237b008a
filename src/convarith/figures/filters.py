"""Drawings of what a small layer learns, and of the matrix product that it is."""

from __future__ import annotations

from math import prod

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from convarith._text import format_number, plural
from convarith._validate import check_kind
from convarith.figures._drawing import (
    CURRENT,
    INPUT,
    OUTPUT,
    WIDEST,
    WINDOW,
    WINDOW_ON_PADDING,
    Picture,
    add_text,
    array_of_shape,
    draw_cells,
    hide_frame,
    letters,
    new_picture,
    with_alt,
)
from convarith.layers import Conv

MOST = 400  # cells: what can be looked at one by one


def draw_filters(
    layer: Conv,
    *,
    image: ArrayLike | None = None,
    kernel: ArrayLike | None = None,
    bias: ArrayLike | None = None,
    result: ArrayLike | None = None,
) -> Picture:
    """Draws the input of a small layer, its filters, and the map that each of them makes.

    Every number that the layer learns is a cell of its own. Where no weights are given, they are numbered in
    order: first the weights of a filter, channel by channel, then its bias.

    Arguments:
        layer: a convolution in two dimensions, without groups.
        image: numbers to write into the input, with channels last; what the first window reads is marked.
        kernel: weights to write into the filters, in the order of Keras: rows, columns, channels, filters.
        bias: numbers to write into the biases, one for each filter.
        result: numbers to write into the output, with channels last.

    Returns the `Picture`.

    Raises TypeError for what is not a `Conv`; ValueError for one of another kind or too large to be drawn
    cell by cell, or an array of the wrong shape.

    >>> draw_filters(Conv(size=(5, 5), channels=1, filters=2, kernel=3))
    2 filters, each with 9 weights and a bias: 20 numbers. They read 5 x 5 x 1 and make 3 x 3 x 2.
    """
    high, wide, kernel_high, kernel_wide = _check_small(layer)
    image = array_of_shape("image", image, (high, wide, layer.channels))
    kernel = array_of_shape("kernel", kernel, (kernel_high, kernel_wide, layer.channels, layer.filters))
    bias = array_of_shape("bias", bias, (layer.filters * layer.bias,))
    result = array_of_shape("result", result, layer.output_shape)
    maps_high, maps_wide = (axis.output for axis in layer.axes)
    step = max(kernel_high, maps_high) + 0.8  # from filter to filter
    input_step = high + 0.6
    tall = max(layer.filters * step - 0.8, layer.channels * input_step - 0.6)
    filters_at = wide + 2
    bias_at = filters_at + layer.channels * (kernel_wide + 0.4) + 0.1
    maps_at = bias_at + layer.bias * 1.4 + 1.2
    end = maps_at + maps_wide
    cell = min(0.4, WIDEST / (end + 0.5))
    picture, ax = new_picture(cell * (end + 0.5), cell * (tall + 1.6))
    size = letters(cell * (end + 0.5), cell * (23 if kernel is None else 29))
    top = (tall - layer.channels * input_step + 0.6) / 2
    first = [(y, x) for y in layer.axes[0].window(0) for x in layer.axes[1].window(0) if y >= 0 <= x]
    for channel in range(layer.channels):
        input_at = top + channel * input_step
        draw_cells(ax, INPUT, _block(0, input_at, high, wide))
        if image is not None:
            draw_cells(ax, WINDOW, [(x, input_at + y) for y, x in first if y < high and x < wide])
            _write(ax, (0, input_at), image[:, :, channel], size)
    top = (tall - layer.filters * step + 0.8) / 2
    numbered, biases = _numbered(layer)
    kernel, bias = numbered if kernel is None else kernel, biases if bias is None else bias
    for n in range(layer.filters):
        middle = top + n * step + (step - 0.8) / 2
        for channel in range(layer.channels):
            at = filters_at + channel * (kernel_wide + 0.4)
            weights = _block(at, middle - kernel_high / 2, kernel_high, kernel_wide)
            draw_cells(ax, WINDOW, weights)
            _write(ax, weights[0], kernel[:, :, channel, n], size)
        if layer.bias:
            draw_cells(ax, WINDOW_ON_PADDING, [(bias_at, middle - 0.5)])
            add_text(ax, bias_at + 0.5, middle, format_number(bias[n]), size)
        map_at = middle - maps_high / 2
        draw_cells(ax, OUTPUT, _block(maps_at, map_at, maps_high, maps_wide))
        if image is not None:
            draw_cells(ax, CURRENT, [(maps_at, map_at)])
        if result is not None:
            _write(ax, (maps_at, map_at), result[:, :, n], size)
    add_text(ax, wide / 2, -0.7, "input", size)
    add_text(ax, (filters_at + bias_at - 0.5) / 2, -0.7, "weights", size)
    if layer.bias:
        add_text(ax, bias_at + 0.5, -0.7, "bias", size)
    add_text(ax, maps_at + maps_wide / 2, -0.7, "output", size)
    hide_frame(ax, (-0.1, end + 0.4), (tall + 0.2, -1.4))
    return with_alt(picture, _said_of_filters(layer))


def _numbered(layer: Conv) -> tuple[np.ndarray, np.ndarray]:
    """The kernel and the biases with their weights numbered through, filter by filter, each with its bias."""
    rows, columns = layer.axes
    weights = (layer.channels, rows.kernel, columns.kernel)
    numbers = np.arange(1, layer.parameters + 1).reshape(layer.filters, prod(weights) + layer.bias)
    kernel = numbers[:, : prod(weights)].reshape(layer.filters, *weights)
    return kernel.transpose(2, 3, 1, 0), numbers[:, prod(weights) :].ravel()


def _said_of_filters(layer: Conv) -> str:
    (rows, columns), channels, filters = layer.axes, layer.channels, layer.filters
    weights = plural(rows.kernel * columns.kernel * channels, "weight") + " and a bias" * layer.bias
    alt = f"{plural(filters, 'filter')}{', each' * (filters > 1)} with {weights}: "
    alt += f"{plural(layer.parameters, 'number')}. They read {rows.size} x {columns.size} x {channels} "
    return alt + f"and make {' x '.join(map(str, layer.output_shape))}."


def draw_im2col(layer: Conv) -> Picture:
    """Draws a small layer as one product of matrices: windows, one in each row, times filters.

    The first matrix holds the numbers of the input cells, counted from 0, channel after channel in each
    cell, and a dot for padding. One window, and what it makes, are marked. Biases are not drawn.

    Arguments:
        layer: a convolution in two dimensions, without groups.

    Returns the `Picture`.

    Raises TypeError for what is not a `Conv`; ValueError for one of another kind or too large to be drawn
    cell by cell.

    >>> draw_im2col(Conv(size=(5, 5), channels=1, filters=2, kernel=3))
    9 windows of 9 cells each, in rows, times 9 x 2 weights make 9 x 2 outputs. 25 cells became 81.
    """
    high, wide, *_ = _check_small(layer)
    rows, columns = layer.axes
    windows = [
        [
            "·" if not (0 <= y < high and 0 <= x < wide) else str((y * wide + x) * layer.channels + c)
            for y in rows.window(row)
            for x in columns.window(column)
            for c in range(layer.channels)
        ]
        for row in range(rows.output)
        for column in range(columns.output)
    ]
    count, reads = len(windows), len(windows[0])
    marked = count // 2
    weights_at = reads + 1.6
    outputs_at = weights_at + layer.filters + 1.6
    tall = max(count, reads)
    end = outputs_at + layer.filters
    cell = min(0.36, WIDEST / (end + 0.3))
    picture, ax = new_picture(cell * (end + 0.3), cell * (tall + 1.4))
    size = letters(cell * (end + 0.3), cell * 23)
    tops = {"windows": (tall - count) / 2, "weights": (tall - reads) / 2}
    draw_cells(ax, INPUT, _block(0, tops["windows"], count, reads))
    draw_cells(ax, WINDOW, _block(0, tops["windows"] + marked, 1, reads))
    for (row, column), cell_number in np.ndenumerate(windows):
        add_text(ax, column + 0.5, tops["windows"] + row + 0.5, str(cell_number), size)
    draw_cells(ax, WINDOW, _block(weights_at, tops["weights"], reads, layer.filters))
    draw_cells(ax, OUTPUT, _block(outputs_at, tops["windows"], count, layer.filters))
    draw_cells(ax, CURRENT, _block(outputs_at, tops["windows"] + marked, 1, layer.filters))
    add_text(ax, weights_at - 0.8, tall / 2, "×", size * 1.5)
    add_text(ax, outputs_at - 0.8, tall / 2, "=", size * 1.5)
    for x, words in ((reads / 2, "windows"), (weights_at + layer.filters / 2, "filters")):
        add_text(ax, x, -0.6, words, size)
    add_text(ax, outputs_at + layer.filters / 2, -0.6, "output", size)
    hide_frame(ax, (-0.1, end + 0.2), (tall + 0.1, -1.3))
    cells = prod((high, wide, layer.channels))
    alt = f"{plural(count, 'window')} of {plural(reads, 'cell')} each, in rows, times {reads} x "
    alt += f"{layer.filters} weights make {count} x {layer.filters} outputs. "
    return with_alt(picture, alt + f"{plural(cells, 'cell')} became {count * reads}.")


def _check_small(layer: Conv) -> tuple[int, int, int, int]:
    """The sizes of the input and the kernel, of a layer that can be drawn cell by cell."""
    check_kind("layer", layer, Conv, "a Conv")
    if len(layer.axes) != 2 or layer.groups != 1:
        raise ValueError(f"only a Conv with two axes and one group can be drawn, not {layer!r}")
    rows, columns = layer.axes
    windows = rows.output * columns.output * rows.kernel * columns.kernel * layer.channels
    most = max(windows, layer.parameters, rows.size * columns.size * layer.channels)
    if most > MOST:
        raise ValueError(f"at most {MOST} cells can be drawn, but {layer!r} has {most}")
    return rows.size, columns.size, rows.kernel, columns.kernel


def _write(ax: Axes, corner: tuple[float, float], numbers: np.ndarray, size: float) -> None:
    """Writes numbers into a block of cells, which begins at that corner."""
    for (y, x), number in np.ndenumerate(numbers):
        add_text(ax, corner[0] + x + 0.5, corner[1] + y + 0.5, format_number(number), size)


def _block(x: float, y: float, high: int, wide: int) -> list[tuple[float, float]]:
    """The corners of a block of cells, line by line."""
    return [(x + column, y + row) for row in range(high) for column in range(wide)]
