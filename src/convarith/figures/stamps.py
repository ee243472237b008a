"""A drawing of a transposed convolution: every input cell stamps the kernel onto the output."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from convarith._text import format_number, plural
from convarith._validate import check_kind
from convarith.axis import TransposedAxis
from convarith.figures._drawing import (
    INPUT,
    OUTPUT,
    PADDING,
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


def draw_stamps(
    axis: TransposedAxis, *, image: ArrayLike | None = None, kernel: ArrayLike | None = None
) -> Picture:
    """Draws a transposed convolution: each input cell stamps the kernel, one row each, onto the output below.

    Dashed cells are cut off. The output says how many stamps reach a cell; with numbers, what they add up to.

    Arguments:
        axis: the axis to draw.
        image: numbers to write into the input cells in place of cell numbers, shape (axis.size,).
        kernel: weights to write into each stamp, shape (axis.kernel,); with an image, their products.

    Returns the `Picture`.

    Raises ValueError when an array has the wrong shape.

    >>> draw_stamps(TransposedAxis(size=2, kernel=3, stride=2))
    2 input cells stamp a kernel of 3 cells, 2 cells apart, on an output of 5 cells, which are written \
1, 1, 2, 1 and 1 times.
    >>> draw_stamps(TransposedAxis(size=2, kernel=3, stride=2), image=[2, 1], kernel=[1, 10, 100])
    2 input cells stamp a kernel of 3 cells, 2 cells apart, on an output of 5 cells, where the stamps of \
2 and 1 add up to 2, 20, 201, 10 and 100.
    """
    check_kind("axis", axis, TransposedAxis, "a TransposedAxis")
    image = array_of_shape("image", image, (axis.size,))
    kernel = array_of_shape("kernel", kernel, (axis.kernel,))
    names = list(range(axis.size)) if image is None else image.tolist()
    stamps = None if kernel is None else np.outer(np.ones(axis.size, int) if image is None else image, kernel)
    tape = range(min(0, axis.windows[0][0]), max(axis.output, axis.windows[-1][-1] + 1))
    wide, tall = len(tape) + 3.4, axis.size + 2.2
    cell = min(0.46, WIDEST / wide)
    picture, ax = new_picture(cell * wide, cell * tall)
    size = letters(cell * wide, cell * 21)
    y, sums = axis.size + 0.5, list(axis.writes)
    if stamps is not None and image is not None:
        sums = [0] * axis.output
        for stamp, products in zip(axis.windows, stamps.tolist(), strict=True):
            for x, product in zip(stamp, products, strict=True):
                if 0 <= x < axis.output:
                    sums[x] += product

    add_text(ax, tape.start - 1.5, -0.15, "input", size, va="bottom")
    for i, stamp in enumerate(axis.windows):
        draw_cells(ax, INPUT, [(tape.start - 2, i)], height=0.8)
        add_text(ax, tape.start - 1.5, i + 0.4, format_number(names[i]), size)
        draw_cells(ax, WINDOW, [(x, i) for x in stamp if 0 <= x < axis.output], height=0.8)
        draw_cells(ax, WINDOW_ON_PADDING, [(x, i) for x in stamp if not 0 <= x < axis.output], height=0.8)
        for x, product in zip(stamp, [] if stamps is None else stamps[i].tolist(), strict=False):
            add_text(ax, x + 0.5, i + 0.4, format_number(product), size)
    draw_cells(ax, OUTPUT, [(x, y) for x in range(axis.output)])
    draw_cells(ax, PADDING, [(x, y) for x in tape if not 0 <= x < axis.output])
    for x, number in enumerate(sums):
        add_text(ax, x + 0.5, y + 0.5, format_number(number), size)
    add_text(ax, tape.start - 0.3, y + 0.5, "output", size, ha="right")
    hide_frame(ax, (tape.start - 2.6, tape.stop + 0.8), (tall - 0.6, -0.9))

    said = f"which are written {_listed(axis.writes)} times"
    if stamps is not None and image is not None:
        said = f"where the stamps of {_listed(names)} add up to {_listed(sums)}"
    alt = (
        f"{plural(axis.size, 'input cell')} stamp a kernel of {plural(axis.kernel, 'cell')}, "
        f"{plural(axis.stride, 'cell')} apart, on an output of {plural(axis.output, 'cell')}, {said}."
    )
    return with_alt(picture, alt)


def _listed(numbers: Sequence[float]) -> str:
    *most, last = map(format_number, numbers)
    return f"{', '.join(most)} and {last}" if most else last
