"""What each of Keras's layers does: one table, `LAYERS`, from the name of a class to what reads it.

A layer is read by its attributes, which say more than its configuration. Nothing here imports Keras.
"""

from collections.abc import Callable, Sequence
from functools import partial
from math import prod
from typing import Any

from convarith.layers import Conv, Dense, Pool, SeparableConv, TransposedConv
from convarith.tracing import effects
from convarith.tracing.effects import Effect
from convarith.tracing.graph import Sizes
from convarith.tracing.keras_attributes import (
    Reader,
    Said,
    as_numbers,
    axes_of,
    layout_of,
    resized,
    said_shape,
    said_shapes,
    window_of,
)
from convarith.tracing.keras_sequences import SEQUENCES
from convarith.tracing.sight import KEEP, Shape, View


def _slide(
    make: Callable[..., Any], drop: Sequence[str], layer: Any, shapes: Sequence[Shape], _: Said
) -> Effect:
    given = {name: value for name, value in window_of(layer, shapes[0]).items() if name not in drop}
    return effects.sliding(make(**given), layout_of(layer, shapes[0]))


def _transposed(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    given = window_of(layer, shapes[0])
    given.pop("groups", None)
    return effects.transposed(TransposedConv(**given), layout_of(layer, shapes[0]))


def _upsampling(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    layout = layout_of(layer, shapes[0])
    times = dict(zip(layout.places, as_numbers(layer.size, len(layout.places)), strict=True))
    outputs = {axis: shapes[0][axis] * n for axis, n in times.items()}
    return effects.resize(shapes[0], outputs, getattr(layer, "interpolation", "nearest"))


def _resizing(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    return resized(layer, shapes[0], (layer.height, layer.width))


def _pad_or_crop(sign: int, layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    """Cells put around the map, or cut off it."""
    ends = layer.padding if sign > 0 else layer.cropping
    ends = [ends] if isinstance(ends[0], int) else ends  # one axis: a pair
    places = layout_of(layer, shapes[0]).places
    return effects.pad(
        shapes[0], {axis: (sign * low, sign * high) for axis, (low, high) in zip(places, ends, strict=True)}
    )


def _center_crop(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    """The middle of the map; Keras resizes what is smaller."""
    shape, places = shapes[0], layout_of(layer, shapes[0]).places[-2:]
    ends = {}
    for axis, size in zip(places, (layer.height, layer.width), strict=True):
        more = shape[axis] - size
        if more < 0:
            made = list(shape)
            for place, target in zip(places, (layer.height, layer.width), strict=True):
                made[place] = target
            return effects.opaque(
                [tuple(made)], "resizes what is smaller than the crop", macs=0, parameters=0
            )
        ends[axis] = (-(more // 2), -(more - more // 2))
    return effects.pad(shape, ends)


def _global_pool(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    return effects.reduce(shapes[0], layout_of(layer, shapes[0]).places, keep=bool(layer.keepdims))


def _adaptive(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    places = layout_of(layer, shapes[0]).places
    return effects.adaptive(
        shapes[0], dict(zip(places, as_numbers(layer.output_size, len(places)), strict=True))
    )


def _dense(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    made = Dense(inputs=shapes[0][-1], units=layer.units, bias=layer.use_bias)
    return effects.dense(made, shapes[0])


def _flatten(_: Any, shapes: Sequence[Shape], __: Said) -> Effect:
    return effects.reshape(shapes[0], (prod(shapes[0]),))


def _reshape(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    return effects.reshape(shapes[0], layer.target_shape)


def _permute(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    return effects.transpose(shapes[0], [axis - 1 for axis in layer.dims])


def _repeat_vector(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    return Effect(((layer.n, *shapes[0]),), View(moved=tuple(range(1, len(shapes[0]) + 1))))


def _elementwise(_: Any, shapes: Sequence[Shape], __: Said) -> Effect:
    return effects.broadcast(shapes)


def _identity(_: Any, shapes: Sequence[Shape], __: Said) -> Effect:
    return effects.identity(shapes[0])


def _softmax(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    return effects.mix(shapes[0], axes_of(layer.axis, len(shapes[0])))


def _concatenate(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    return effects.concatenate(shapes, *axes_of(layer.axis, len(shapes[0])))


def _batch_normalization(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    (axis,) = axes_of(layer.axis, len(shapes[0]))
    each = layer.center + layer.scale + 2  # and its moving mean and variance
    return Effect((shapes[0],), parameters=each * shapes[0][axis], fixed=2 * shapes[0][axis])


def _layer_normalization(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    axes = axes_of(layer.axis, len(shapes[0]))
    centres = layer.center and not getattr(layer, "rms_scaling", False)
    vectors = bool(centres) + bool(layer.scale)
    return effects.mix(shapes[0], axes, parameters=vectors * prod(shapes[0][axis] for axis in axes))


def _rms_normalization(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    axes = axes_of(layer.axis, len(shapes[0]))
    return effects.mix(shapes[0], axes, parameters=prod(shapes[0][axis] for axis in axes))


def _unit_normalization(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    return effects.mix(shapes[0], axes_of(layer.axis, len(shapes[0])))


def _group_normalization(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    (axis,) = axes_of(layer.axis, len(shapes[0]))
    vectors = layer.center + layer.scale
    everywhere = range(len(shapes[0]))
    return effects.mix(
        shapes[0], everywhere, parameters=vectors * shapes[0][axis], note="a mean over all places"
    )


def _normalization(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    if layer.input_mean is not None:
        return Effect((shapes[0],))  # given, not learned
    axes = [] if layer.axis is None else axes_of(layer.axis, len(shapes[0]))
    learned = 2 * prod(shapes[0][axis] for axis in axes) + 1  # from the data, not by training
    return Effect((shapes[0],), parameters=learned, fixed=learned)


def _prelu(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    rank = len(shapes[0])
    shared = axes_of(layer.shared_axes, rank) if layer.shared_axes else []
    return Effect((shapes[0],), parameters=prod(n for axis, n in enumerate(shapes[0]) if axis not in shared))


def _layer_scale(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    return Effect((shapes[0],), parameters=layer.projection_dim)


def _embedding(layer: Any, shapes: Sequence[Shape], _: Said) -> Effect:
    made = (*shapes[0], layer.output_dim)
    return Effect((made,), KEEP, parameters=layer.input_dim * layer.output_dim)


def _einsum_dense(layer: Any, shapes: Sequence[Shape], said: Said) -> Effect:
    """A product by an equation: every letter is a loop, so its cost is the product of their sizes."""
    taken, given = layer.equation.replace(" ", "").split("->")
    taken, weights = taken.split(",")
    if "." in layer.equation:  # as many axes in front as there are; the weights have none of them
        front = "0123456789"[: len(shapes[0]) + 1 - len(taken.replace("...", ""))]
        taken, given = taken.replace("...", front), given.replace("...", front)
    sizes: dict[str, int] = {}
    told = said(shapes)
    for size, letter in zip(told[0] if told else (), given[1:], strict=False):
        sizes |= {letter: size} if size is not None else {}  # Keras may leave open what the input says
    sizes |= dict(zip(taken[1:], shapes[0], strict=True))
    made = tuple(sizes[letter] for letter in given[1:])
    macs = prod(sizes[letter] for letter in {*taken[1:], *given[1:], *weights} if letter in sizes)
    along = {axis: "all" for axis, letter in enumerate(taken[1:]) if letter not in given}
    moved = [given.index(letter) - 1 if letter in given else None for letter in taken[1:]]
    parameters = prod(sizes[letter] for letter in weights)
    if layer.bias_axes:
        parameters += prod(sizes[letter] for letter in layer.bias_axes)
    return Effect((made,), View(along, tuple(moved)), parameters=parameters, macs=macs)  # type: ignore[arg-type]


def _bidirectional(layer: Any, shapes: Sequence[Shape], said: Said) -> Effect:
    ways = [read_inner(one, shapes) for one in (layer.forward_layer, layer.backward_layer)]
    macs = [way.macs if way else None for way in ways]
    parameters = [way.parameters if way else None for way in ways]
    return effects.opaque(
        said_shapes(said, shapes),
        "sees all steps before and after",
        macs=None if None in macs else sum(macs),  # type: ignore[arg-type]
        parameters=None if None in parameters else sum(parameters),  # type: ignore[arg-type]
    )


def _time_distributed(layer: Any, shapes: Sequence[Shape], said: Said) -> Effect:
    """A layer for each step: its view, with all axes one further on."""
    steps, *inner = shapes[0]
    one = read_inner(layer.layer, [tuple(inner)])
    made = said_shapes(said, shapes)
    if one is None or one.view.reason or one.view.target or one.view.seam is not None:
        macs = one.macs if one else None
        return effects.opaque(
            made,
            one.view.reason if one and one.view.reason else "a layer for each step, whose places are lost",
            macs=None if macs is None else macs * steps,
            parameters=one.parameters if one else None,
        )
    along = {axis + 1: taps for axis, taps in one.view.along.items()}
    moved = one.view.moved and (0, *(axis if axis is None else axis + 1 for axis in one.view.moved))
    macs = None if one.macs is None else one.macs * steps
    return Effect((made[0],), View(along, moved), parameters=one.parameters, macs=macs, note=one.note)


def read_inner(layer: Any, shapes: Sequence[Shape]) -> Effect | None:
    """A layer inside another, which is not called by itself in the graph."""
    reader = LAYERS.get(type(layer).__name__)

    def said(asked: Sequence[Shape]) -> Sequence[Sizes] | None:
        made = layer.compute_output_shape((None, *asked[0]))
        return [tuple(one[1:]) for one in (made if isinstance(made, list) else [made])]

    return reader(layer, shapes, said) if reader else None


def _dot(layer: Any, shapes: Sequence[Shape], said: Said) -> Effect:
    made = said_shape(said, shapes)
    named = layer.axes[0] if isinstance(layer.axes, list | tuple) else layer.axes
    (axis,) = axes_of(named, len(shapes[0]))
    return effects.matrix_product(made, shapes[0][axis], "products of places with one another")


_ELEMENTWISE = """
    Activation ReLU LeakyReLU ELU Rescaling CustomScaleLayer Add Subtract Multiply Average Maximum Minimum
"""
# When the network is used, not trained: layers that regularize, and those that make more of the data.
_IDENTITY = """
    Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D AlphaDropout GaussianDropout GaussianNoise
    ActivityRegularization Identity StochasticDepth Masking AugMix CutMix MixUp RandAugment RandomBrightness
    RandomColorDegeneration RandomColorJitter RandomContrast RandomElasticTransform RandomErasing RandomFlip
    RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective RandomPosterization
    RandomRotation RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom
"""
_TRANSPOSED = "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"
_POOLS = {"max": "MaxPooling{}D", "average": "AveragePooling{}D"}
_RANKS = 1, 2, 3


def _each(name: str, reader: Reader) -> dict[str, Reader]:
    return {name.format(rank): reader for rank in _RANKS}


LAYERS: dict[str, Reader] = {
    **SEQUENCES,
    **_each("Conv{}D", partial(_slide, Conv, ())),
    **dict.fromkeys(
        ("DepthwiseConv1D", "DepthwiseConv2D"), partial(_slide, Conv.depthwise, ("filters", "groups"))
    ),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), partial(_slide, SeparableConv, ("groups",))),
    **dict.fromkeys(_TRANSPOSED, _transposed),
    **{
        name: reader
        for operation, pool in _POOLS.items()
        for name, reader in _each(pool, partial(_slide, partial(Pool, operation=operation), ())).items()
    },
    **_each("GlobalMaxPooling{}D", _global_pool),
    **_each("GlobalAveragePooling{}D", _global_pool),
    **_each("AdaptiveMaxPooling{}D", _adaptive),
    **_each("AdaptiveAveragePooling{}D", _adaptive),
    **_each("ZeroPadding{}D", partial(_pad_or_crop, 1)),
    **_each("Cropping{}D", partial(_pad_or_crop, -1)),
    **_each("UpSampling{}D", _upsampling),
    **dict.fromkeys(_ELEMENTWISE.split(), _elementwise),
    **dict.fromkeys(_IDENTITY.split(), _identity),
    "BatchNormalization": _batch_normalization,
    "Bidirectional": _bidirectional,
    "CenterCrop": _center_crop,
    "Concatenate": _concatenate,
    "Dense": _dense,
    "Dot": _dot,
    "EinsumDense": _einsum_dense,
    "Embedding": _embedding,
    "Flatten": _flatten,
    "GroupNormalization": _group_normalization,
    "LayerNormalization": _layer_normalization,
    "LayerScale": _layer_scale,  # of ConvNeXt
    "Normalization": _normalization,
    "PReLU": _prelu,
    "Permute": _permute,
    "RMSNormalization": _rms_normalization,
    "RepeatVector": _repeat_vector,
    "Reshape": _reshape,
    "Resizing": _resizing,
    "Softmax": _softmax,
    "TimeDistributed": _time_distributed,
    "UnitNormalization": _unit_normalization,
}
