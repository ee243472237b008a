"""Drawings of cost: what each layer has, does and puts out.

As in `figures`, each function returns a `Picture` that describes itself.
"""

from collections.abc import Mapping

import numpy as np

from convarith._text import plural
from convarith._validate import check_kind, check_named
from convarith.figures._drawing import (
    FAINT,
    FILL,
    INPUT,
    OUTPUT,
    WINDOW,
    Picture,
    book_style,
    finish,
    write,
)
from convarith.layers import AnyLayer

# What is drawn of a layer: its name in words, and the role in whose colours.
COSTS = {
    "parameters": ("parameters", WINDOW),
    "macs": ("multiply-accumulates", INPUT),
    "activations": ("activations", OUTPUT),
}


def draw_costs(layers: Mapping[str, AnyLayer]) -> Picture:
    """Draws parameters, multiply-accumulates and activations, one row of bars for each layer.

    Within a column the bars have one linear scale, so that twice as long is twice as much; each column has
    its own. The total of a column stands above it.

    Arguments:
        layers: the layers by name, from the input on.

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
    for name, layer in layers.items():
        check_kind(f"layers[{name!r}]", layer, AnyLayer, "a layer, as Conv or Pool")
    if not layers:
        raise ValueError("costs are drawn of at least 1 layer, but there are 0")
    rows = np.arange(len(layers))
    alt = f"Costs of {plural(len(layers), 'layer')}."
    shapes = [" × ".join(map(str, layer.output_shape)) for layer in layers.values()]
    # In inches: names and shapes get the room that they need, whatever they are.
    left = 0.078 * max(map(len, layers)) + 0.071 * max(map(len, shapes)) + 0.35
    widths = [left, 1.3, 1.6, 1.25]
    with book_style():
        picture = Picture(figsize=(sum(widths), 0.27 * len(layers) + 0.55))
        names, *charts = picture.subplots(1, 4, sharey=True, width_ratios=widths, gridspec_kw=FILL)
    names.set(xlim=(0, 1), ylim=(len(layers) - 0.4, -1.7))
    names.set_axis_off()
    for row, (name, shape) in enumerate(zip(layers, shapes, strict=True)):
        write(names, 0, row, name, 9, ha="left")
        write(names, 1 - 0.1 / left, row, shape, 8, ha="right", color=FAINT)
    for ax, (cost, (words, role)) in zip(charts, COSTS.items(), strict=True):
        numbers = [getattr(layer, cost) for layer in layers.values()]
        most, total = max(numbers), sum(numbers)
        ax.barh(rows, [number / (most or 1) for number in numbers], 0.7, **role)
        for row, number in enumerate(numbers):
            write(ax, number / (most or 1) + 0.04, row, _scaled(number), 8, ha="left")
        write(ax, 0, -1.35, words, 9, ha="left")
        write(ax, 0, -0.75, f"{total:,} in all", 8, ha="left", color=FAINT)
        ax.set_xlim(0, 1.6)
        ax.set_axis_off()
        largest = list(layers)[numbers.index(most)]
        alt += f" Most {words}: {largest}, {most:,} of {total:,}."
    return finish(picture, None, alt)


def _scaled(number: int) -> str:
    """The number in full while it is short, then in thousands, millions or billions."""
    if number < 100_000:
        return f"{number:,}"
    for unit, letter in ((10**9, "G"), (10**6, "M")):
        if number >= unit * 0.9995:
            return f"{number / unit:#.3g} {letter}".replace(". ", " ")
    return f"{number / 1000:.0f} k"
