"""What each of Keras's layers does: to a shape, to the fields of what it reads, and what it costs.

One table, `READERS`, from the name of a class to the function that reads it. Nothing here imports Keras: a
layer says what it is by its configuration.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import prod
from typing import Any

from convarith._text import shape_text
from convarith.layers import AnyLayer, Conv, Dense, Pool, SeparableConv, TransposedConv
from convarith.receptive import Field
from convarith.tracing.graph import Shape

Fields = tuple[Field, ...]  # one for each axis of the model's input
View = Callable[[Fields], Fields | None]


def keep_places(fields: Fields) -> Fields:
    """What outputs see that each look at their own place."""
    return fields


def flatten(fields: Fields) -> Fields:
    """What outputs see that are the inputs in another order: their places are lost."""
    return tuple(field.flatten() for field in fields)


def _cover_input(keeps_places: bool, fields: Fields) -> Fields:
    """What outputs see that each look at all places."""
    return tuple(
        replace(field, covers_input=True, lines=field.lines if keeps_places else ()) for field in fields
    )


def _slide(windows: Sequence[tuple[int, int, int]], fields: Fields) -> Fields | None:
    """What outputs see of windows (stride, low, span), one for each axis; None where places are lost."""
    if len(windows) != len(fields) or any(field.flattened for field in fields):
        return None
    return tuple(
        field.after(stride=stride, low=low, span=span)
        for field, (stride, low, span) in zip(fields, windows, strict=True)
    )


@dataclass(frozen=True)
class LayerEffect:
    """What a layer does, for one input.

    Arguments:
        shape: output shape, without the batch.
        view: makes of the fields of what the layer reads those of its outputs; or None, where it finds no
            places to look at. It is None itself where fields differ from output to output.
        layer: this library's own layer, where it is one.
        parameters, macs: what the layer costs; None where it is not known.
        allocates: whether it makes new numbers, which must be kept, or hands on those it gets.
        note: what a reader of the row should know.
    """

    shape: Shape
    view: View | None = keep_places
    layer: AnyLayer | None = None
    parameters: int | None = 0
    macs: int | None = 0
    allocates: bool = True
    note: str = ""


@dataclass(frozen=True)
class Call:
    """A layer as it is called: its configuration, the shapes it gets, and where the channels are."""

    config: dict[str, Any]
    shapes: Sequence[Shape]
    channels_first: bool = False

    @property
    def shape(self) -> Shape:
        """The first of the shapes."""
        return self.shapes[0]

    @property
    def sizes(self) -> Shape:
        """Input sizes, without the channels."""
        return self.shape[1:] if self._first else self.shape[:-1]

    @property
    def channels(self) -> int:
        """Input channels."""
        return self.shape[0 if self._first else -1]

    def shape_of(self, sizes: Sequence[int], channels: int) -> Shape:
        """A shape of these sizes and channels, in the layer's order."""
        return (channels, *sizes) if self._first else (*sizes, channels)

    def axes(self) -> list[int]:
        """The axes that the layer names, counted without the batch; by default the channels."""
        named = self.config.get("axis", -1)
        named = named if isinstance(named, list | tuple) else [named]
        return [axis % (len(self.shape) + 1) - 1 for axis in named]

    def view_within_axes(self) -> View | None:
        """The view of a layer that mixes the axes it names: its own place if these are the channels."""
        rank, mixed = len(self.shape), set(self.axes())
        channels = 0 if self.channels_first else rank - 1
        if mixed <= {channels} and rank > 1:
            return keep_places
        return partial(_cover_input, True) if mixed | {channels} == set(range(rank)) else None

    @property
    def _first(self) -> bool:
        return self.config.get("data_format") == "channels_first"


def _sliding(call: Call, layer: Conv | SeparableConv | Pool) -> LayerEffect:
    view = partial(_slide, [(axis.stride, axis.pad_low, axis.span) for axis in layer.axes])
    *sizes, channels = layer.output_shape
    return LayerEffect(call.shape_of(sizes, channels), view, layer, layer.parameters, layer.macs)


def _window(call: Call) -> dict[str, Any]:
    """The arguments that all layers with windows have, by this library's names."""
    names = {"strides": "stride", "padding": "padding", "dilation_rate": "dilation", "use_bias": "bias"}
    names |= {"kernel_size": "kernel", "pool_size": "kernel", "filters": "filters", "groups": "groups"}
    names |= {"depth_multiplier": "multiplier", "output_padding": "output_padding"}
    given = {ours: call.config[theirs] for theirs, ours in names.items() if theirs in call.config}
    return given | {"size": call.sizes, "channels": call.channels}


def _conv(call: Call) -> LayerEffect:
    return _sliding(call, Conv(**_window(call)))


def _depthwise(call: Call) -> LayerEffect:
    return _sliding(call, Conv.depthwise(**_window(call)))


def _separable(call: Call) -> LayerEffect:
    return _sliding(call, SeparableConv(**_window(call)))


def _pool(operation: str, call: Call) -> LayerEffect:
    return _sliding(call, Pool(**_window(call), operation=operation))


def _transposed(call: Call) -> LayerEffect:
    layer = TransposedConv(**_window(call))
    *sizes, channels = layer.output_shape
    windows = [(1, axis.span - 1 - axis.pad_low, axis.span) for axis in layer.axes]
    view: View | None = partial(_slide, windows)
    note = ""
    if any(axis.stride > 1 for axis in layer.axes):
        view, note = None, "goes up, so fields differ from output to output"
    return LayerEffect(call.shape_of(sizes, channels), view, layer, layer.parameters, layer.macs, note=note)


def _resize(call: Call) -> LayerEffect:
    config = call.config
    if "size" in config:
        times = config["size"] if isinstance(config["size"], list | tuple) else [config["size"]]
        sizes = [size * n for size, n in zip(call.sizes, times, strict=True)]
    else:
        sizes = [config["height"], config["width"]]
    note = "resizes, so fields differ from output to output"
    return LayerEffect(call.shape_of(sizes, call.channels), None, note=note)


def _pad_or_crop(sign: int, call: Call) -> LayerEffect:
    """Cells put around the map, or cut off it: windows of one cell that start so much earlier or later."""
    ends = call.config["padding" if sign > 0 else "cropping"]
    ends = [ends] if isinstance(ends[0], int) else ends  # one axis: a pair
    sizes = [size + sign * (low + high) for size, (low, high) in zip(call.sizes, ends, strict=True)]
    if min(sizes) < 1:
        raise ValueError(f"cuts {max(map(sum, ends))} cells off {min(call.sizes)}")
    view = partial(_slide, [(1, sign * low, 1) for low, _ in ends])
    return LayerEffect(call.shape_of(sizes, call.channels), view)


def _global_pool(call: Call) -> LayerEffect:
    sizes = [1] * len(call.sizes) if call.config.get("keepdims") else []
    return LayerEffect(call.shape_of(sizes, call.channels), partial(_cover_input, False))


def _dense(call: Call) -> LayerEffect:
    *places, inputs = call.shape
    layer = Dense(inputs=inputs, units=call.config["units"], bias=call.config["use_bias"])
    shape = (*places, layer.units)
    view: View | None = keep_places if not call.channels_first else None
    if not places:
        view = partial(_cover_input, shape == call.shape)
    return LayerEffect(shape, view, layer, layer.parameters, layer.macs * prod(places))


def _flatten(call: Call) -> LayerEffect:
    return LayerEffect((prod(call.shape),), flatten, allocates=False)


def _reshape(call: Call) -> LayerEffect:
    target, total = tuple(call.config["target_shape"]), prod(call.shape)
    if -1 in target:
        rest = -prod(target)
        target = tuple(total // rest if size == -1 else size for size in target)
    if prod(target) != total:
        raise ValueError(
            f"{shape_text(call.shape)} is {total} numbers, {shape_text(target)} is {prod(target)}"
        )
    return LayerEffect(target, keep_places if target == call.shape else flatten, allocates=False)


def _elementwise(call: Call) -> LayerEffect:
    """Each number by itself; of several inputs those at the same place."""
    rank = max(map(len, call.shapes))
    shapes = [(1,) * (rank - len(shape)) + tuple(shape) for shape in call.shapes]
    most = tuple(max(sizes) for sizes in zip(*shapes, strict=True))
    if any(size not in (1, largest) for shape in shapes for size, largest in zip(shape, most, strict=True)):
        raise ValueError(f"brings {' and '.join(map(shape_text, call.shapes))} together")
    return LayerEffect(most)


def _identity(call: Call) -> LayerEffect:
    return LayerEffect(call.shape, allocates=False)


def _softmax(call: Call) -> LayerEffect:
    return LayerEffect(call.shape, call.view_within_axes())


def _concatenate(call: Call) -> LayerEffect:
    (axis,) = call.axes()
    shape = list(call.shape)
    rest = {tuple(one[:axis] + one[axis + 1 :]) for one in call.shapes}
    if len(rest) > 1:
        raise ValueError(f"joins {' and '.join(map(shape_text, call.shapes))}")
    shape[axis] = sum(one[axis] for one in call.shapes)
    in_channels = axis == (0 if call.channels_first else len(shape) - 1)
    note = "" if in_channels else "joins maps side by side, so fields differ from output to output"
    return LayerEffect(tuple(shape), keep_places if in_channels else None, note=note)


def _batch_normalization(call: Call) -> LayerEffect:
    (axis,) = call.axes()
    each = call.config["center"] + call.config["scale"] + 2  # and its moving mean and variance
    return LayerEffect(call.shape, parameters=each * call.shape[axis])


def _layer_normalization(call: Call) -> LayerEffect:
    many = prod(call.shape[axis] for axis in call.axes())
    centres = call.config["center"] and not call.config.get("rms_scaling")
    vectors = centres + call.config["scale"]
    return LayerEffect(call.shape, call.view_within_axes(), parameters=vectors * many)


def _group_normalization(call: Call) -> LayerEffect:
    (axis,) = call.axes()
    vectors = call.config["center"] + call.config["scale"]
    view, note = partial(_cover_input, True), "a mean over all places"
    return LayerEffect(call.shape, view, parameters=vectors * call.shape[axis], note=note)


def _normalization(call: Call) -> LayerEffect:
    if call.config["mean"] is not None:
        return LayerEffect(call.shape)  # given, not learned
    axes = [] if call.config["axis"] is None else call.axes()
    return LayerEffect(call.shape, parameters=2 * prod(call.shape[axis] for axis in axes) + 1)


def _prelu(call: Call) -> LayerEffect:
    shared = call.config["shared_axes"] or []
    own = [size for axis, size in enumerate(call.shape, 1) if axis not in shared]
    return LayerEffect(call.shape, parameters=prod(own))


def _layer_scale(call: Call) -> LayerEffect:
    return LayerEffect(call.shape, parameters=call.config["projection_dim"])


_ELEMENTWISE = """
    Activation ReLU LeakyReLU ELU Rescaling CustomScaleLayer Add Subtract Multiply Average Maximum Minimum
    Divide TrueDivide Negative Absolute Square Sqrt Exp Log Clip Power Relu Relu6 LeakyRelu Elu Gelu Silu
    Sigmoid HardSigmoid HardSilu Tanh Softplus
"""  # layers, and operations of `keras.ops` that the sum or product of two tensors, too, is read as
_IDENTITY = """
    Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D AlphaDropout GaussianDropout GaussianNoise
    ActivityRegularization Identity StochasticDepth
"""  # when the network is used, not trained

READERS: dict[str, Callable[[Call], LayerEffect]] = {
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), _conv),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), _depthwise),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), _separable),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), _transposed),
    **dict.fromkeys(("MaxPooling1D", "MaxPooling2D", "MaxPooling3D"), partial(_pool, "max")),
    **dict.fromkeys(("AveragePooling1D", "AveragePooling2D", "AveragePooling3D"), partial(_pool, "average")),
    **dict.fromkeys(("GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D"), _global_pool),
    **dict.fromkeys(
        ("GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D"), _global_pool
    ),
    **dict.fromkeys(("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"), partial(_pad_or_crop, 1)),
    **dict.fromkeys(("Cropping1D", "Cropping2D", "Cropping3D"), partial(_pad_or_crop, -1)),
    **dict.fromkeys(("UpSampling1D", "UpSampling2D", "UpSampling3D", "Resizing"), _resize),
    **dict.fromkeys(_ELEMENTWISE.split(), _elementwise),
    **dict.fromkeys(_IDENTITY.split(), _identity),
    "BatchNormalization": _batch_normalization,
    "Concatenate": _concatenate,
    "Dense": _dense,
    "Flatten": _flatten,
    "GroupNormalization": _group_normalization,
    "LayerNormalization": _layer_normalization,
    "LayerScale": _layer_scale,  # of ConvNeXt
    "Normalization": _normalization,
    "PReLU": _prelu,
    "Reshape": _reshape,
    "Softmax": _softmax,
}
