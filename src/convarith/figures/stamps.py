"""A drawing of a transposed convolution, as stamps and as windows over the stretched input."""

from matplotlib.axes import Axes

from convarith._text import plural
from convarith._validate import check_kind
from convarith.axis import Axis, TransposedAxis
from convarith.figures._drawing import (
    EMPTY,
    FILL,
    INPUT,
    OUTPUT,
    PADDING,
    WINDOW,
    WINDOW_ON_PADDING,
    Picture,
    add_text,
    book_style,
    draw_cells,
    hide_frame,
    with_alt,
)


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
    low, high = min(0, axis.windows[0][0]), max(axis.output, axis.windows[-1][-1] + 1)
    widths = [high - low + 3.6, direct.padded + 5]
    tall = max(axis.size, direct.output) + 3.1
    cell = min(0.4, 7.4 / sum(widths))
    with book_style():
        picture = Picture(figsize=(cell * sum(widths), cell * tall))
        left, right = picture.subplots(1, 2, width_ratios=widths, gridspec_kw=FILL)
    size = min(10, cell * 23)
    _draw_scatter(left, axis, range(low, high), size)
    _draw_gather(right, axis, direct, size)
    hide_frame(left, (low - 2.4, high + 0.8), (tall - 0.1, -0.4))
    hide_frame(right, (direct.extent.start - 2.2, direct.extent.stop + 2.2), (tall - 0.1, -0.4))
    *most, last = map(str, axis.writes)
    times = f"{', '.join(most)} and {last}" if most else last
    alt = (
        f"{plural(axis.size, 'input cell')} stamp a kernel of {plural(axis.kernel, 'cell')}, "
        f"{plural(axis.stride, 'cell')} apart, on an output of {plural(axis.output, 'cell')}, which are "
        f"written {times} times. Beside it, {plural(direct.output, 'window')} of stride 1 over the input "
        f"stretched to {plural(axis.stretched, 'cell')}."
    )
    return with_alt(picture, alt)


def _draw_scatter(ax: Axes, axis: TransposedAxis, tape: range, size: float) -> None:
    """The left half: every input cell stamps."""
    add_text(ax, tape.start - 1.5, 0.8, "input", size, va="bottom")
    for i, stamp in enumerate(axis.windows):
        y = i + 1.0
        draw_cells(ax, INPUT, [(tape.start - 2, y)], height=0.8)
        add_text(ax, tape.start - 1.5, y + 0.4, str(i), size)
        draw_cells(ax, WINDOW, [(x, y) for x in stamp if 0 <= x < axis.output], height=0.8)
        draw_cells(ax, WINDOW_ON_PADDING, [(x, y) for x in stamp if not 0 <= x < axis.output], height=0.8)
    y = axis.size + 1.3
    draw_cells(ax, OUTPUT, [(x, y) for x in range(axis.output)])
    draw_cells(ax, PADDING, [(x, y) for x in tape if not 0 <= x < axis.output])
    for x, count in enumerate(axis.writes):
        add_text(ax, x + 0.5, y + 0.5, str(count), size)
    add_text(ax, tape.start - 0.3, y + 0.5, "output", size, ha="right")
    add_text(ax, (tape.start + tape.stop) / 2, 0.1, "scatter: every input stamps", size)


def _draw_gather(ax: Axes, axis: TransposedAxis, direct: Axis, size: float) -> None:
    """The right half: a window of stride 1 on the input with zeros between its cells."""
    zeros = [x for x in range(direct.size) if x % axis.stride]
    start, end = direct.extent.start, direct.extent.stop
    draw_cells(ax, INPUT, [(x, 1) for x in range(0, direct.size, axis.stride)])
    draw_cells(ax, EMPTY | {"edgecolor": INPUT["edgecolor"]}, [(x, 1) for x in zeros])
    draw_cells(ax, PADDING, [(x, 1) for x in direct.extent if not 0 <= x < direct.size])
    for i in range(axis.size):
        add_text(ax, i * axis.stride + 0.5, 1.5, str(i), size)
    add_text(ax, start - 0.3, 1.5, "input", size, ha="right")
    add_text(ax, end + 1.5, 1.5, "output", size)
    for j, window in enumerate(direct.windows):
        y = 2.4 + j
        data = [x for x in window if 0 <= x < direct.size and x not in zeros]
        ax.plot([window[0], window[-1] + 1], [y + 0.4] * 2, color=WINDOW["edgecolor"], linewidth=1, zorder=0)
        draw_cells(ax, WINDOW, [(x, y) for x in data], height=0.8)
        draw_cells(ax, WINDOW_ON_PADDING, [(x, y) for x in window if x not in data], height=0.8)
        draw_cells(ax, OUTPUT, [(end + 1, y)], height=0.8)
        add_text(ax, end + 1.5, y + 0.4, str(j), size)
    add_text(ax, (start + end) / 2, 0.1, "gather: a window on the input with zeros between", size)
