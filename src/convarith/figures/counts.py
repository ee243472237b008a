"""Drawings of counts: how often each cell is read or written, as a heat map."""

import numpy as np

from convarith.axis import Axis, TransposedAxis
from convarith.figures._drawing import (
    INK,
    WIDEST,
    Picture,
    add_text,
    both_axes,
    draw_cells,
    heat_color,
    hide_frame,
    letters,
    new_picture,
    numbered_every,
    with_alt,
)


def draw_reads(rows: Axis, columns: Axis | None = None) -> Picture:
    """Draws how many windows read each input cell, as numbers on a heat map.

    The count of a cell is the product of the counts of its row and its column. Where there are too many
    cells for numbers, only the shades are drawn.

    Arguments:
        rows, columns: the two axes; `columns` is `rows` where it is not given.

    Returns the `Picture`.

    Raises TypeError for what is not an `Axis`.

    >>> draw_reads(Axis(size=5, kernel=3))
    How many windows read each of 5 x 5 input cells: 1 at the corner, 9 at the most, 1 at the least.
    """
    rows, columns = both_axes(Axis, rows, columns)
    counts = np.outer(rows.reads, columns.reads)
    alt = (
        f"How many windows read each of {rows.size} x {columns.size} input cells: {counts[0, 0]} at the "
        f"corner, {counts.max()} at the most, {counts.min()} at the least."
    )
    return _draw_counts(counts, rows.kernel * columns.kernel, alt)


def draw_writes(rows: TransposedAxis, columns: TransposedAxis | None = None) -> Picture:
    """Draws how many input cells write to each output cell: uneven counts are a checkerboard.

    The count of a cell is the product of the counts of its row and its column.

    Arguments:
        rows, columns: the two axes; `columns` is `rows` where it is not given.

    Returns the `Picture`.

    Raises TypeError for what is not a `TransposedAxis`.

    Source: Odena, Dumoulin and Olah, "Deconvolution and checkerboard artifacts", Distill (2016).

    >>> draw_writes(TransposedAxis(size=3, kernel=3, stride=2))
    How many input cells write to each of 7 x 7 output cells: 1 at the corner, 4 at the most, 1 at the least.
    """
    rows, columns = both_axes(TransposedAxis, rows, columns)
    counts = np.outer(rows.writes, columns.writes)
    alt = (
        f"How many input cells write to each of {rows.output} x {columns.output} output cells: "
        f"{counts[0, 0]} at the corner, {counts.max()} at the most, {counts.min()} at the least."
    )
    return _draw_counts(counts, max(1, counts.max()), alt, label="output")


def _draw_counts(counts: np.ndarray, top: int, alt: str, label: str = "") -> Picture:
    """Numbers, where they have room, on a heat map, and its name above; `top` would be darkest."""
    height, width = counts.shape
    cell = min(0.42, WIDEST / (width + 0.4))
    picture, ax = new_picture(cell * (width + 0.4), cell * (height + 0.4))
    size = letters(cell * width, cell * 22)
    numbered = numbered_every(cell, len(str(counts.max())), size) == 1
    for (y, x), count in np.ndenumerate(counts):
        shade = 0.85 * count / top
        draw_cells(ax, {"facecolor": heat_color(shade), "edgecolor": "white", "linewidth": 0.8}, [(x, y)])
        if numbered:
            add_text(ax, x + 0.5, y + 0.5, str(count), size, color="white" if shade > 0.5 else INK)
    if label:
        add_text(ax, width / 2, -0.25, label, letters(cell * width, cell * 24), va="bottom")
    hide_frame(ax, (-0.05, width + 0.05), (height + 0.05, -0.9 if label else -0.05))
    return with_alt(picture, alt)
