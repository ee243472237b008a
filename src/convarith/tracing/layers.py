"""How Keras is read: which layers a model calls on what, and what each does to a shape, costs and sees.

One table, `READERS`, from the name of a class to the function that reads it. Nothing here imports Keras: a
model says how its layers are joined, and a layer says what it is by its configuration.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import NamedTuple

from convarith._text import shape_text
from convarith.layers import Conv, Dense, Pool, SeparableConv, TransposedConv

Shape = tuple[int, ...]

# What an output sees of the inputs of its layer, where it is not a window of them:
PLACE = "its own place"
ALL = "all"
FLAT = "its own number, but places are lost"
NOT_DEFINED = "not defined"


@dataclass(frozen=True)
class Reading:
    """What was read of one layer, for one input.

    Arguments:
        shape: output shape, without the batch.
        sees: `PLACE`, `ALL`, `FLAT`, `NOT_DEFINED`, or windows: (stride, low, span) for each axis.
        layer: this library's own layer, where it is one.
        parameters, macs: what the layer costs; None where it is not known.
        makes: whether it makes new numbers, which must be kept, or hands on those it gets.
        note: what a reader of the row should know.
    """

    shape: Shape
    sees: str | tuple[tuple[int, int, int], ...] = PLACE
    layer: object = None
    parameters: int | None = 0
    macs: int | None = 0
    makes: bool = True
    note: str = ""


@dataclass(frozen=True)
class Call:
    """A layer as it is called: what it says of itself, the shapes it gets, and where the channels are."""

    said: dict[str, object]
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

    def joined(self, sizes: Sequence[int], channels: int) -> Shape:
        """A shape of these sizes and channels, in the layer's order."""
        return (channels, *sizes) if self._first else (*sizes, channels)

    def axes(self) -> list[int]:
        """The axes that the layer names, counted without the batch; by default the channels."""
        named = self.said.get("axis", -1)
        named = named if isinstance(named, list | tuple) else [named]
        return [axis % (len(self.shape) + 1) - 1 for axis in named]

    def within_places(self) -> str:
        """What outputs see of a layer that mixes the axes it names: `PLACE` if these are the channels."""
        rank, mixed = len(self.shape), set(self.axes())
        channels = 0 if self.channels_first else rank - 1
        if mixed <= {channels} and rank > 1:
            return PLACE
        return ALL if mixed | {channels} == set(range(rank)) else NOT_DEFINED

    @property
    def _first(self) -> bool:
        return self.said.get("data_format") == "channels_first"


class Joined(NamedTuple):
    """How the layers of a model are joined; a key stands for what goes from one to the next.

    Arguments:
        inputs: of each input its key, its name and its shape; None where that is open.
        steps: the layers in Keras's order, each with the keys of what it gets and of what it makes.
        outputs: keys of what comes out.
    """

    inputs: list[tuple[int, str, tuple[int | None, ...] | None]]
    steps: list[tuple[object, list[int], list[int]]]
    outputs: list[int]


def _of(call: Call, layer: Conv | SeparableConv | Pool) -> Reading:
    windows = tuple((axis.stride, axis.pad_low, axis.span) for axis in layer.axes)
    *sizes, channels = layer.output_shape
    return Reading(call.joined(sizes, channels), windows, layer, layer.parameters, layer.macs)


def _window(call: Call) -> dict[str, object]:
    """What all layers with windows say in the same words."""
    names = {"strides": "stride", "padding": "padding", "dilation_rate": "dilation", "use_bias": "bias"}
    names |= {"kernel_size": "kernel", "pool_size": "kernel", "filters": "filters", "groups": "groups"}
    names |= {"depth_multiplier": "multiplier", "output_padding": "output_padding"}
    said = {ours: call.said[theirs] for theirs, ours in names.items() if theirs in call.said}
    return said | {"size": call.sizes, "channels": call.channels}


def _conv(call: Call) -> Reading:
    return _of(call, Conv(**_window(call)))


def _depthwise(call: Call) -> Reading:
    return _of(call, Conv.depthwise(**_window(call)))


def _separable(call: Call) -> Reading:
    return _of(call, SeparableConv(**_window(call)))


def _pool(operation: str, call: Call) -> Reading:
    return _of(call, Pool(**_window(call), operation=operation))


def _transposed(call: Call) -> Reading:
    layer = TransposedConv(**_window(call))
    *sizes, channels = layer.output_shape
    sees, note = NOT_DEFINED, "goes up, so fields differ from output to output"
    if all(axis.stride == 1 for axis in layer.axes):
        sees, note = tuple((1, axis.span - 1 - axis.pad_low, axis.span) for axis in layer.axes), ""
    return Reading(call.joined(sizes, channels), sees, layer, layer.parameters, layer.macs, note=note)


def _resized(call: Call) -> Reading:
    said = call.said
    if "size" in said:
        times = said["size"] if isinstance(said["size"], list | tuple) else [said["size"]] * len(call.sizes)
        sizes = [size * n for size, n in zip(call.sizes, times, strict=True)]
    else:
        sizes = [said["height"], said["width"]]
    note = "resizes, so fields differ from output to output"
    return Reading(call.joined(sizes, call.channels), NOT_DEFINED, note=note)


def _bordered(sign: int, call: Call) -> Reading:
    """Cells put around the map, or cut off it: windows of one cell that start so much earlier or later."""
    ends = call.said["padding" if sign > 0 else "cropping"]
    ends = [ends] if isinstance(ends[0], int) else ends  # one axis: a pair
    sizes = [size + sign * (low + high) for size, (low, high) in zip(call.sizes, ends, strict=True)]
    if min(sizes) < 1:
        raise ValueError(f"cuts {max(map(sum, ends))} cells off {min(call.sizes)}")
    windows = tuple((1, sign * low, 1) for low, _ in ends)
    return Reading(call.joined(sizes, call.channels), windows)


def _global_pool(call: Call) -> Reading:
    sizes = [1] * len(call.sizes) if call.said.get("keepdims") else []
    return Reading(call.joined(sizes, call.channels), ALL)


def _dense(call: Call) -> Reading:
    *places, inputs = call.shape
    layer = Dense(inputs=inputs, units=call.said["units"], bias=call.said["use_bias"])
    sees = PLACE if places and not call.channels_first else ALL if not places else NOT_DEFINED
    shape = (*places, layer.units)
    return Reading(shape, sees, layer, layer.parameters, layer.macs * prod(places))


def _flatten(call: Call) -> Reading:
    return Reading((prod(call.shape),), FLAT, makes=False)


def _reshape(call: Call) -> Reading:
    target, total = tuple(call.said["target_shape"]), prod(call.shape)
    if -1 in target:
        rest = -prod(target)
        target = tuple(total // rest if size == -1 else size for size in target)
    if prod(target) != total:
        raise ValueError(
            f"{shape_text(call.shape)} is {total} numbers, {shape_text(target)} is {prod(target)}"
        )
    return Reading(target, PLACE if target == call.shape else FLAT, makes=False)


def _element(call: Call) -> Reading:
    """Each number by itself; of several inputs those at the same place."""
    rank = max(map(len, call.shapes))
    shapes = [(1,) * (rank - len(shape)) + tuple(shape) for shape in call.shapes]
    most = tuple(max(sizes) for sizes in zip(*shapes, strict=True))
    if any(size not in (1, largest) for shape in shapes for size, largest in zip(shape, most, strict=True)):
        raise ValueError(f"brings {' and '.join(map(shape_text, call.shapes))} together")
    return Reading(most)


def _handed_on(call: Call) -> Reading:
    return Reading(call.shape, makes=False)


def _softmax(call: Call) -> Reading:
    return Reading(call.shape, call.within_places())


def _concatenate(call: Call) -> Reading:
    (axis,) = call.axes()
    shape = list(call.shape)
    rest = {tuple(one[:axis] + one[axis + 1 :]) for one in call.shapes}
    if len(rest) > 1:
        raise ValueError(f"joins {' and '.join(map(shape_text, call.shapes))}")
    shape[axis] = sum(one[axis] for one in call.shapes)
    in_channels = axis == (0 if call.channels_first else len(shape) - 1)
    note = "" if in_channels else "joins maps side by side, so fields differ from output to output"
    return Reading(tuple(shape), PLACE if in_channels else NOT_DEFINED, note=note)


def _batch_normalization(call: Call) -> Reading:
    (axis,) = call.axes()
    each = call.said["center"] + call.said["scale"] + 2  # and its moving mean and variance
    return Reading(call.shape, parameters=each * call.shape[axis])


def _layer_normalization(call: Call) -> Reading:
    many = prod(call.shape[axis] for axis in call.axes())
    vectors = call.said["scale"] if call.said.get("rms_scaling") else call.said["center"] + call.said["scale"]
    return Reading(call.shape, call.within_places(), parameters=vectors * many)


def _group_normalization(call: Call) -> Reading:
    (axis,) = call.axes()
    vectors = call.said["center"] + call.said["scale"]
    return Reading(call.shape, ALL, parameters=vectors * call.shape[axis], note="a mean over all places")


def _normalization(call: Call) -> Reading:
    if call.said["mean"] is not None:
        return Reading(call.shape)  # given, not learned
    axes = [] if call.said["axis"] is None else call.axes()
    return Reading(call.shape, parameters=2 * prod(call.shape[axis] for axis in axes) + 1)


def _prelu(call: Call) -> Reading:
    shared = call.said["shared_axes"] or []
    own = [size for axis, size in enumerate(call.shape, 1) if axis not in shared]
    return Reading(call.shape, parameters=prod(own))


def _layer_scale(call: Call) -> Reading:
    return Reading(call.shape, parameters=call.said["projection_dim"])


def is_model(model: object) -> bool:
    """Whether it runs as its layers are joined, by the `call` of a `Sequential` or functional model."""
    runs = next((kind for kind in type(model).__mro__ if "call" in vars(kind)), object)
    return is_keras(runs) and runs.__name__ in ("Sequential", "Functional")


def is_keras(kind: type) -> bool:
    """Whether a class is Keras's own: someone else's `Conv2D` may do anything."""
    return kind.__module__.partition(".")[0] == "keras"


def has_channels_first(layer: object) -> bool:
    """Whether a layer, or one inside it, has its channels before its places."""
    first = getattr(layer, "data_format", None) == "channels_first"
    return first or any(map(has_channels_first, getattr(layer, "layers", ())))


def joined(model: object) -> Joined:
    """How a model's layers are joined; those of a `Sequential` that has not seen an input yet one by one."""
    graph = getattr(model, "_functional", model)
    if graph is None:
        steps = [(layer, [step], [step + 1]) for step, layer in enumerate(model.layers)]
        return Joined([(0, "input", None)], steps, [len(steps)])
    inputs = [(id(one), one._keras_history.operation.name, tuple(one.shape[1:])) for one in graph.inputs]
    nodes = [
        node for depth in sorted(graph._nodes_by_depth, reverse=True) for node in graph._nodes_by_depth[depth]
    ]
    steps = [
        (node.operation, [*map(id, node.input_tensors)], [*map(id, node.outputs)])
        for node in nodes
        if not node.is_input
    ]
    return Joined(inputs, steps, [*map(id, graph.outputs)])


def said_by(layer: object) -> dict[str, object]:
    """What a layer says of itself: its configuration, or what an operation of `keras.ops` keeps."""
    return layer.get_config() if hasattr(layer, "count_params") else vars(layer)


def check_built(layer: object, name: str, shapes: Sequence[Shape]) -> None:
    """Raises where a layer has weights for another number of inputs than it gets."""
    spec = getattr(layer, "input_spec", None)
    for axis, size in (getattr(spec, "axes", None) or {}).items():
        got = (None, *shapes[0])[axis]
        if got != size:
            of = f" of {shape_text(shapes[0])}" if len(shapes[0]) > 1 else ""
            raise ValueError(
                f"{name} ({type(layer).__name__}) was built for {size} inputs, but gets {got}{of}"
            )


def shapes_said_by(layer: object, name: str, shapes: Sequence[Shape]) -> list[Shape]:
    """The output shapes of an unknown layer, as Keras says them."""
    for node in layer._inbound_nodes:
        if [tuple(tensor.shape[1:]) for tensor in node.input_tensors] == [*shapes]:
            return [tuple(tensor.shape[1:]) for tensor in node.outputs]
    try:
        shape = layer.compute_output_shape(*((None, *shape) for shape in shapes))
    except Exception as error:  # whatever a stranger's layer raises
        sizes = " and ".join(map(shape_text, shapes))
        raise ValueError(
            f"{name} ({type(layer).__name__}) does not say its output shape for {sizes}"
        ) from error
    return [tuple(shape[1:])]


_ELEMENTWISE = """
    Activation ReLU LeakyReLU ELU Rescaling CustomScaleLayer Add Subtract Multiply Average Maximum Minimum
    Divide TrueDivide Negative Absolute Square Sqrt Exp Log Clip Power Relu Relu6 LeakyRelu Elu Gelu Silu
    Sigmoid HardSigmoid HardSilu Tanh Softplus
"""  # layers, and operations of `keras.ops` that the sum or product of two tensors, too, is read as
_HANDED_ON = """
    Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D AlphaDropout GaussianDropout GaussianNoise
    ActivityRegularization Identity StochasticDepth
"""  # when the network is used, not trained

READERS: dict[str, Callable[[Call], Reading]] = {
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
    **dict.fromkeys(("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"), partial(_bordered, 1)),
    **dict.fromkeys(("Cropping1D", "Cropping2D", "Cropping3D"), partial(_bordered, -1)),
    **dict.fromkeys(("UpSampling1D", "UpSampling2D", "UpSampling3D", "Resizing"), _resized),
    **dict.fromkeys(_ELEMENTWISE.split(), _element),
    **dict.fromkeys(_HANDED_ON.split(), _handed_on),
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
