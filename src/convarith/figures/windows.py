"""Drawings of windows on the tape of one axis: all that a layer has, and those of branches that meet."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from convarith._text import format_number, plural, range_text
from convarith._validate import as_int, check_kind, check_named
from convarith.axis import Axis
from convarith.figures._drawing import (
    CURRENT,
    FAINT,
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
        f"Output {at} of {name} reads {range_text(window)}, centre {format_number(middles[name])}."
        for name, window in windows.items()
    ]
    steps = {axis.stride for axis in branches.values()}
    aligned = "Aligned." if len(steps) == len(set(middles.values())) == 1 else "Not aligned."
    return with_alt(picture, f"{plural(size, 'input cell')}. {' '.join(said)} {aligned}")


def _sums(axis: Axis, image: np.ndarray, kernel: np.ndarray) -> list[float]:
    """What each window adds up: its numbers times the weights."""
    return [
        sum(
            image[cell] * weight for cell, weight in zip(window, kernel, strict=True) if 0 <= cell < axis.size
        )
        for window in axis.windows
    ]


def _describe_windows(axis: Axis) -> str:
    parts = [f"A tape of {plural(axis.size, 'input cell')}"]
    if axis.pad_low or axis.pad_high:
        parts.append(f" with padding ({axis.pad_low} before, {axis.pad_high} after)")
    parts.append(f" and {plural(axis.output, 'window')}.")
    shown = range(axis.output) if axis.output <= 6 else [0, 1, axis.output - 1]
    for j in shown:
        cells = "cell" if axis.kernel == 1 else "cells"
        parts.append(f" Output {j} reads {cells} {range_text(axis.window(j))}.")
    if beyond := len(axis.extent) - axis.padded:
        parts.append(
            f" {plural(beyond, 'cell')} of the last window {'lies' if beyond == 1 else 'lie'} beyond the end."
        )
    if skipped := axis.reads.count(0):
        parts.append(f" {plural(skipped, 'input cell')} {'is' if skipped == 1 else 'are'} read by no window.")
    return "".join(parts)
