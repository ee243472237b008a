"""Charts: what layers cost, how trials spread, and images side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from convarith._text import plural
from convarith._validate import as_tuple, check_flags, check_kind, check_named
from convarith.figures._drawing import (
    CURRENT,
    FAINT,
    INK,
    INPUT,
    OUTPUT,
    WIDEST,
    WINDOW,
    Picture,
    add_text,
    array_of_shape,
    as_array,
    as_floats,
    book_style,
    hide_frame,
    letters,
    marker_in,
    new_picture,
    with_alt,
)
from convarith.layers import AnyLayer

# What is drawn of a layer: its name above the column and in words, and the role in whose colours.
COSTS = {
    "parameters": ("parameters", "parameters", WINDOW),
    "macs": ("MACs", "multiply-accumulates", INPUT),
    "activations": ("activations", "activations", OUTPUT),
}


def draw_images(
    images: Mapping[str, ArrayLike], *, limits: tuple[float, float] | None = None, to_scale: bool = False
) -> Picture:
    """Draws images side by side, each with its name and its size in pixels (height x width).

    Four stand two by two, more than four in rows of three.

    Arguments:
        images: name -> pixels, shape (height, width) for grey or (height, width, 3) for colour; further
            axes of length 1, such as those of Keras for one image and one channel, are left out.
        limits: the values drawn black and white; by default each image's own least and greatest.
        to_scale: draw pixels equally large in all images, so that a smaller image looks smaller.

    Returns the `Picture`.

    Raises ValueError when there is no image or one of another shape, TypeError for what is not numbers.

    >>> draw_images({"before": np.zeros((4, 6)), "after": np.zeros((2, 3))})
    2 images: before, 4 x 6 pixels; after, 2 x 3 pixels.
    """
    check_named("images", images, "images")
    check_flags(to_scale=to_scale)
    if not images:
        raise ValueError("there are no images to draw")
    ends = array_of_shape("limits", limits, (2,))
    pixels = {name: _pixels(f"images[{name!r}]", values) for name, values in images.items()}
    across = len(pixels) if len(pixels) < 4 else 2 if len(pixels) == 4 else 3
    sizes = [np.array([v.shape[1], v.shape[0]]) / (1 if to_scale else v.shape[0]) for v in pixels.values()]
    tops, lefts = _cells_of_grid(sizes, across)
    gaps, title = 0.12 * (min(across, len(sizes)) - 1), 0.42  # inches
    tallest = 2 if len(tops) == 2 else 1.6 if across == 2 else 1.3  # inches
    inch = min(tallest / max(high for _, high in sizes), (WIDEST - gaps) / lefts[-1])
    width, height = inch * lefts[-1] + gaps, inch * tops[-1] + title * (len(tops) - 1)
    with book_style():
        picture = Picture(figsize=(width, height))
        for number, ((name, values), size) in enumerate(zip(pixels.items(), sizes, strict=True)):
            row, column = divmod(number, across)
            left = inch * lefts[column] + 0.12 * column
            top = inch * tops[row] + title * (row + 1)
            wide, high = inch * size
            place = (left / width, 1 - (top + high) / height, wide / width, high / height)
            ax = picture.add_axes(place)
            black, white = (values.min(), values.max()) if ends is None else ends
            ax.imshow(values, vmin=black, vmax=white, aspect="auto")
            words = f"{name}\n{values.shape[0]} × {values.shape[1]}"
            ax.set_title(words, fontsize=letters(width, 9), color=INK, pad=4)
            ax.set_axis_off()
    said = "; ".join(f"{name}, {v.shape[0]} x {v.shape[1]} pixels" for name, v in pixels.items())
    return with_alt(picture, f"{plural(len(pixels), 'image')}: {said}.")


def _cells_of_grid(sizes: list[np.ndarray], across: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the rows and columns of a grid begin that holds things of those widths and heights, and end."""
    rows = [sizes[first : first + across] for first in range(0, len(sizes), across)]
    heights = [max(high for _, high in row) for row in rows]
    widths = [max(wide for wide, _ in sizes[column::across]) for column in range(len(rows[0]))]
    return np.cumsum([0, *heights]), np.cumsum([0, *widths])


def draw_boxes(image: ArrayLike, boxes: Mapping[str, tuple[range, range]]) -> Picture:
    """Draws boxes on an image, each with its name: what outputs see of it, say.

    Arguments:
        image: pixels, shape (height, width) for grey or (height, width, 3) for colour; further axes of
            length 1 are left out.
        boxes: name -> rows and columns, as `ReceptiveField.interval` gives them; they may go beyond the
            image.

    Returns the `Picture`.

    Raises TypeError for what is not a pair of ranges, ValueError for a box without pixels.

    >>> draw_boxes(np.zeros((4, 6)), {"corner": (range(-1, 2), range(0, 3))})
    An image of 4 x 6 pixels and 1 box: corner, rows -1 to 1 and columns 0 to 2.
    """
    pixels = _pixels("image", image)
    check_named("boxes", boxes, "pairs of ranges")
    corners = {name: _corners(f"boxes[{name!r}]", box) for name, box in boxes.items()}
    height, width = pixels.shape[:2]
    ys, xs = (
        [0, end, *(y for box in corners.values() for y in box[axis])]
        for axis, end in enumerate((height, width))
    )
    edge = 0.01 * max(height, width)
    (top, bottom), (left, right) = ((min(ends) - edge, max(ends) + edge) for ends in (ys, xs))
    scale = min(WIDEST / (right - left), 3.5 / (bottom - top))
    picture, ax = new_picture(scale * (right - left), scale * (bottom - top))
    ax.imshow(pixels, extent=(0, width, height, 0))
    for name, ((y0, y1), (x0, x1)) in corners.items():
        frame = [x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0]
        ax.plot(*frame, color=INK, linewidth=2.6)
        ax.plot(*frame, color=WINDOW["facecolor"], linewidth=1.3)
        label = {"facecolor": "white", "edgecolor": WINDOW["edgecolor"], "linewidth": 0.6, "pad": 1.2}
        place = (y0, "bottom") if y1 - y0 > (bottom - top) / 25 else (y1, "top")  # clear of boxes around it
        ax.text(x0, place[0], name, fontsize=8, ha="left", va=place[1], color=INK, bbox=label)
    hide_frame(ax, (left, right), (bottom, top))
    said = "; ".join(
        f"{name}, rows {rows[0]} to {rows[-1]} and columns {columns[0]} to {columns[-1]}"
        for name, (rows, columns) in boxes.items()
    )
    number = f"{len(boxes)} box{'es' * (len(boxes) != 1)}"
    return with_alt(picture, f"An image of {height} x {width} pixels and {number}: {said}.")


def _corners(name: str, box: tuple[range, range]) -> tuple[tuple[int, int], tuple[int, int]]:
    rows, columns = as_tuple(name, box, "a pair of ranges")
    for side in (rows, columns):
        check_kind(name, side, range, "a pair of ranges")
        if not len(side):
            raise ValueError(f"{name} must have pixels, but is {box!r}")
    return (rows[0], rows[-1] + 1), (columns[0], columns[-1] + 1)


def draw_costs(layers: Mapping[str, AnyLayer], *, totals: bool = True) -> Picture:
    """Draws parameters, multiply-accumulates and activations, one row of bars for each layer.

    Within a column the bars share one linear scale, so that twice as long is twice as much; each column has
    its own. Above a column is its total.

    Arguments:
        layers: the layers by name, from the input on.
        totals: write the totals; without them the layers may be alternatives, which do not add up.

    Returns the `Picture`.

    Raises ValueError when there is no layer.

    >>> from convarith import Conv, Dense
    >>> first = Conv(size=(5, 5), channels=1, filters=2, kernel=3)
    >>> picture = draw_costs({"conv": first, "dense": Dense(inputs=first.activations, units=10)})
    >>> print(picture.alt.replace(". ", ".\\n"))
    Costs of 2 layers.
    Most parameters: dense, 190 of 210.
    Most multiply-accumulates: dense, 180 of 342.
    Most activations: conv, 18 of 28.
    """
    check_named("layers", layers, "layers")
    check_flags(totals=totals)
    for name, layer in layers.items():
        check_kind(f"layers[{name!r}]", layer, AnyLayer, "a layer such as Conv or Pool")
    if not layers:
        raise ValueError("there are no layers to draw")
    rows = np.arange(len(layers))
    alt = f"Costs of {plural(len(layers), 'layer')}."
    shapes = [" × ".join(map(str, layer.output_shape)) for layer in layers.values()]
    # In inches: names and shapes get the room that they need, whatever they are, and bars what is left.
    left = 0.083 * max(map(len, layers)) + 0.08 * max(map(len, shapes)) + 0.2
    bars, written = max(1.0, (WIDEST - left) / 3), 0.57
    width, height = left + 3 * bars, 0.27 * len(layers) + (0.55 if totals else 0.4)
    size = letters(WIDEST + 0.1)
    with book_style():
        picture = Picture(figsize=(width, height))
        names = picture.add_axes((0, 0, left / width, 1))
        charts = [picture.add_axes(((left + n * bars) / width, 0, bars / width, 1)) for n in range(3)]
    for ax in (names, *charts):
        ax.set(xlim=(0, 1), ylim=(len(layers) - 0.4, -1.7 if totals else -1.1))
        ax.set_axis_off()
    for row, (name, shape) in enumerate(zip(layers, shapes, strict=True)):
        add_text(names, 0, row, name, size, ha="left")
        add_text(names, 1 - 0.1 / left, row, shape, size, ha="right", color=FAINT)
    for ax, (cost, (heading, words, role)) in zip(charts, COSTS.items(), strict=True):
        numbers = [getattr(layer, cost) for layer in layers.values()]
        most, total = max(numbers), sum(numbers)
        ax.barh(rows, [number / (most or 1) for number in numbers], 0.7, **role)
        for row, number in enumerate(numbers):
            add_text(ax, number / (most or 1) + 0.04 / bars, row, _scaled(number), size, ha="left")
        add_text(ax, 0, -1.35 if totals else -0.75, heading, size, ha="left")
        if totals:
            add_text(ax, 0, -0.75, f"{_scaled(total)} in all", size, ha="left", color=FAINT)
        ax.set_xlim(0, bars / (bars - written))
        largest = list(layers)[numbers.index(most)]
        alt += f" Most {words}: {largest}, {most:,}{f' of {total:,}' if totals else ''}."
    return with_alt(picture, alt)


def draw_spread(trials: Mapping[str, Iterable[float]], *, unit: str = "", zero: bool = False) -> Picture:
    """Draws one row of dots for each name, a dot for each trial, and below them the mean and its error.

    The mean is a diamond; the bar through it reaches two standard errors to either side. The standard
    error is the standard deviation of the trials, divided by the square root of their number. Dots of
    equal trials are stacked.

    Arguments:
        trials: name -> what was measured, at least two times each.
        unit: what the numbers are, written below them.
        zero: draw a line at 0, with which differences are compared.

    Returns the `Picture`.

    Raises ValueError when there is nothing to draw, or fewer than two trials of a name.

    >>> draw_spread({"with": [4, 5, 5, 6], "without": [1, 3]}, unit="digits")
    2 rows of trials in digits. with: 4 trials from 4 to 6, mean 5; without: 2 trials from 1 to 3, mean 2.
    """
    check_named("trials", trials, "numbers")
    check_kind("unit", unit, str, "a string")
    check_flags(zero=zero)
    rows = {name: as_floats(f"trials[{name!r}]", values) for name, values in trials.items()}
    if not rows:
        raise ValueError("there are no trials to draw")
    for name, values in rows.items():
        if values.size < 2:
            raise ValueError(f"a spread takes at least 2 trials, but {name} has {values.size}")
    means = {name: (values.mean(), values.std(ddof=1) / values.size**0.5) for name, values in rows.items()}
    ends = [end for mean, error in means.values() for end in (mean - 2 * error, mean + 2 * error)]
    everything = np.concatenate([*rows.values(), ends, [0.0] * zero])
    room = 0.04 * (np.ptp(everything) or 1)
    left, right = everything.min() - room, everything.max() + room
    tall, named = 0.62 * len(rows), 0.09 * max(map(len, rows)) + 0.1  # inches
    wide, size = WIDEST - named - 0.1, letters(WIDEST + 0.1)
    picture, ax = new_picture(WIDEST, tall + 0.6)
    ax.set_position((named / WIDEST, 0.5 / (tall + 0.6), wide / WIDEST, tall / (tall + 0.6)))
    for row, (name, values) in enumerate(rows.items()):
        values = np.sort(values)
        columns = np.round((values - left) / (0.09 / wide * (right - left)))  # as wide as a dot
        below = np.array([(columns[:n] == column).sum() for n, column in enumerate(columns)])
        up = row + 0.12 - min(0.13, 0.5 / max(1, below.max())) * below
        ax.plot(values, up, "o", markersize=5.5, gid="trials", **marker_in(INPUT))
        mean, error = means[name]
        ends = [mean - 2 * error, mean + 2 * error]
        ax.plot(ends, [row + 0.34] * 2, gid="error", color=CURRENT["edgecolor"], linewidth=2)
        ax.plot([mean], [row + 0.34], "D", markersize=7, gid="mean", **marker_in(CURRENT))
        add_text(ax, left - room, row + 0.2, name, size, ha="right")
    if zero:
        ax.axvline(0, color=INK, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
    ax.set(xlim=(left, right), ylim=(len(rows) - 0.3, -0.5), yticks=[])
    ax.set_xlabel(unit, color=INK, fontsize=size)
    ax.tick_params(axis="x", colors=INK, labelsize=size)
    ax.grid(axis="x", color=FAINT, alpha=0.25)
    ax.spines[["left", "right", "top"]].set_visible(False)
    told = [
        f"{name}: {v.size} trials from {v.min():.4g} to {v.max():.4g}, mean {v.mean():.4g}"
        for name, v in rows.items()
    ]
    alt = f"{plural(len(rows), 'row')} of trials{f' in {unit}' if unit else ''}. {'; '.join(told)}."
    return with_alt(picture, alt)


def _pixels(name: str, values: ArrayLike) -> np.ndarray:
    pixels = np.squeeze(as_array(name, values))
    if pixels.ndim != 2 and not (pixels.ndim == 3 and pixels.shape[2] in (3, 4)):
        raise ValueError(
            f"an image has the shape (height, width) or (height, width, 3), but {name} has {pixels.shape}"
        )
    return pixels


def _scaled(number: int) -> str:
    """The number in full while it is short, then in thousands, millions or billions."""
    if number < 100_000:
        return f"{number:,}"
    for unit, letter in ((10**9, "G"), (10**6, "M")):
        if number >= unit * 0.9995:
            return f"{number / unit:#.3g} {letter}".replace(". ", " ")
    return f"{number / 1000:.0f} k"
