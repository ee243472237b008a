"""How Keras's layers and operations are read: by their attributes, and by the shapes that Keras says.

Nothing here imports Keras.
"""

from collections.abc import Callable, Sequence
from typing import Any

from convarith._text import shape_text
from convarith.tracing import effects
from convarith.tracing.effects import Effect, Layout, Mismatch, Unreadable
from convarith.tracing.graph import Sizes
from convarith.tracing.sight import Shape

Said = Callable[[Sequence[Shape]], Sequence[Sizes] | None]
Reader = Callable[[Any, Sequence[Shape], Said], Effect]


def layout_of(layer: Any, shape: Shape) -> Layout:
    """Where a layer takes the channels to be."""
    return Layout(shape, getattr(layer, "data_format", None) == "channels_first")


def axes_of(named: int | Sequence[int] | None, rank: int) -> list[int]:
    """Axes as Keras names them, which counts the batch, as they are counted here."""
    if named is None:
        raise Unreadable("works across the batch")
    found = [axis % (rank + 1) - 1 for axis in ([named] if isinstance(named, int) else named)]
    if -1 in found:
        raise Unreadable("works across the batch")
    return found


def as_numbers(value: Any, count: int) -> tuple[Any, ...]:
    """An argument as one number for each axis; a single number stands for all of them."""
    return tuple(value) if isinstance(value, list | tuple) else (value,) * count


def window_of(layer: Any, shape: Shape) -> dict[str, Any]:
    """The arguments that all layers with windows have, by this library's names."""
    names = {"strides": "stride", "padding": "padding", "dilation_rate": "dilation", "use_bias": "bias"}
    names |= {"kernel_size": "kernel", "pool_size": "kernel", "filters": "filters", "groups": "groups"}
    names |= {"depth_multiplier": "multiplier", "output_padding": "output_padding"}
    given = {ours: getattr(layer, theirs) for theirs, ours in names.items() if hasattr(layer, theirs)}
    layout = layout_of(layer, shape)
    return given | {"size": layout.sizes, "channels": layout.channels}


def resized(layer: Any, shape: Shape, target: Sequence[int]) -> Effect:
    """A resizing of the last two places, by a layer or an operation."""
    layout = layout_of(layer, shape)
    outputs = dict(zip(layout.places[-2:], map(int, target), strict=True))
    effect = effects.resize(
        shape, outputs, layer.interpolation, antialias=bool(getattr(layer, "antialias", False))
    )
    if getattr(layer, "crop_to_aspect_ratio", False) or getattr(layer, "pad_to_aspect_ratio", False):
        return effects.opaque(effect.shapes, "crops or pads to keep the proportions", macs=0, parameters=0)
    return effect


def said_shapes(said: Said, shapes: Sequence[Shape]) -> list[Shape]:
    """The output shapes that Keras says, with no size left open."""
    told = said(shapes)
    if not told or any(size is None for shape in told for size in shape):
        sizes = " and ".join(map(shape_text, shapes))
        raise Mismatch(f"does not say its output shape for {sizes}")
    return [tuple(size for size in shape if size is not None) for shape in told]


def said_shape(said: Said, shapes: Sequence[Shape]) -> Shape:
    """The same where there is one output."""
    return said_shapes(said, shapes)[0]
