"""What the explorers and the self-check can be given: axes, layers, lists of them."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, cast

from convarith._validate import wrong_kind
from convarith.axis import Axis, TransposedAxis
from convarith.layers import Conv, Pool, TransposedConv

AnyAxis = Axis | TransposedAxis
State = dict[str, Any]  # what is handed to the script, as JSON
Layer = Axis | TransposedAxis | Conv | Pool | TransposedConv

_WANTED = "an Axis, TransposedAxis, Conv, Pool or TransposedConv, or a list of them"


def axes_of(layer: Layer) -> tuple[AnyAxis, ...]:
    """The axes of a layer, its rows first; an axis has itself."""
    if isinstance(layer, AnyAxis):
        return (layer,)
    if isinstance(layer, Conv | Pool | TransposedConv):
        return layer.axes
    raise wrong_kind("what", _WANTED, layer)


def axis_of(layer: Layer, function: str) -> AnyAxis:
    """The one axis of a layer whose rows and columns are alike."""
    first, *others = axes_of(layer)
    if any(other != first for other in others):
        raise ValueError(f"{function} takes rows and columns that are alike, but those of {layer!r} differ")
    return first


def layers_of(what: Layer | Iterable[Layer], function: str) -> list[Layer]:
    """One or several layers as a list, of which each takes what the one before it gives."""
    layers: list[Layer] = list(what) if isinstance(what, list | tuple) else [cast("Layer", what)]
    if not layers:
        raise ValueError(f"{function} needs at least one layer, but the list is empty")
    axes = [axis_of(layer, function) for layer in layers]
    for number, (before, after) in enumerate(pairwise(axes), start=2):
        if after.size != before.output:
            raise ValueError(
                f"layer {number} has size {after.size}, but the layer before it gives {before.output}"
            )
    return layers


def pooling_of(pool: Pool) -> str:
    """What the page calls that which a pool takes of each window."""
    counted = pool.operation == "average" and pool.count_padding
    return "average_padded" if counted else pool.operation


def refuse_both(function: str, what: object, given: State) -> None:
    """A layer has all numbers that keywords would give."""
    if given:
        named = ", ".join(f"{name}={value!r}" for name, value in given.items())
        raise TypeError(
            f"{function} takes a layer or the numbers of one, but {named} was given with {what!r}"
        )
