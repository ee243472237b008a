"""What operations of `keras.ops` do that stand in a network beside layers.

An operation has its arguments as attributes, and in its call, where constants are among them. Nothing here
imports Keras.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import prod
from typing import Any

from convarith.layers import Conv, Pool, TransposedConv
from convarith.tracing import effects
from convarith.tracing.effects import Effect, Mismatch, Unreadable
from convarith.tracing.keras_attributes import axes_of, layout_of, resized
from convarith.tracing.sight import Shape, View

Reader = Callable[[Any, "Arguments"], Effect]


class Arguments:
    """What an operation is called with: shapes in place of tensors."""

    def __init__(self, node: Any, shapes: Sequence[Shape]) -> None:
        self.shapes = list(shapes)
        self.node = node

    @property
    def shape(self) -> Shape:
        """The first of the shapes."""
        return self.shapes[0]

    def given(self, number: int, name: str, usual: object = None) -> Any:
        """An argument of the call, by its place or name."""
        args, kwargs = self.node.arguments.args, self.node.arguments.kwargs
        return args[number] if number < len(args) else kwargs.get(name, usual)

    def constants(self) -> list[Shape]:
        """The shapes of arrays among the arguments, without the batch."""
        tensors = {id(tensor) for tensor in self.node.input_tensors}
        whole = 1 + max(map(len, self.shapes))
        found = []
        for one in [*self.node.arguments.args, *self.node.arguments.kwargs.values()]:
            shape = _size_of(one) if id(one) not in tensors else ()
            if shape:
                if len(shape) == whole and shape[0] != 1:
                    raise Unreadable("works across the batch")
                found.append(shape[1:] if len(shape) == whole else shape)
        return found


def _size_of(value: Any) -> Shape:
    """The shape of an array or a list of numbers; () of anything else."""
    if hasattr(value, "shape"):
        return tuple(value.shape)
    if isinstance(value, list | tuple) and value and all(isinstance(one, int | float) for one in value):
        return (len(value),)
    return ()


def read_operation(operation: Any, node: Any, shapes: Sequence[Shape]) -> Effect | None:
    """What an operation does to tensors of these shapes; None where it is not in the table."""
    reader = OPERATIONS.get(type(operation).__name__)
    return reader(operation, Arguments(node, shapes)) if reader else None


def _elementwise(_: Any, call: Arguments) -> Effect:
    return effects.broadcast([*call.shapes, *call.constants()])


def _identity(_: Any, call: Arguments) -> Effect:
    return effects.identity(call.shape)


def _reduce(operation: Any, call: Arguments) -> Effect:
    axes = axes_of(operation.axis, len(call.shape))
    return effects.reduce(call.shape, axes, keep=bool(getattr(operation, "keepdims", False)))


def _mix(operation: Any, call: Arguments) -> Effect:
    return effects.mix(call.shape, axes_of(operation.axis, len(call.shape)))


def _concatenate(operation: Any, call: Arguments) -> Effect:
    if len(call.shapes) < len(call.given(0, "xs")):
        raise Unreadable("joins what is not part of the network")
    return effects.concatenate(call.shapes, *axes_of(operation.axis, len(call.shape)))


def _stack(operation: Any, call: Arguments) -> Effect:
    """Tensors side by side along a new axis."""
    if len(set(call.shapes)) > 1 or len(call.shapes) < len(call.given(0, "x")):
        return effects.concatenate([(1, *shape) for shape in call.shapes], 0)  # says why they do not fit
    (axis,) = axes_of(operation.axis, len(call.shape) + 1)
    one = effects.insert(call.shape, axis)
    made = list(one.shapes[0])
    made[axis] = len(call.shapes)
    return Effect((tuple(made),), one.view)


def _split(operation: Any, call: Arguments) -> Effect:
    (axis,) = axes_of(operation.axis, len(call.shape))
    where, size = operation.indices_or_sections, call.shape[axis]
    if isinstance(where, int):
        return effects.split(call.shape, axis, [size // where] * where)
    ends = [0, *where, size]
    return effects.split(call.shape, axis, [high - low for low, high in pairwise(ends)])


def _unstack(operation: Any, call: Arguments) -> Effect:
    (axis,) = axes_of(operation.axis, len(call.shape))
    made = call.shape[:axis] + call.shape[axis + 1 :]
    moved = tuple(None if one == axis else one - (one > axis) for one in range(len(call.shape)))
    return Effect((made,) * call.shape[axis], View(moved=moved, seam=axis), allocates=False)


def _reshape(operation: Any, call: Arguments) -> Effect:
    batch, *target = operation.newshape
    if batch not in (-1, None, 1) or (batch == -1 and -1 in target):
        raise Unreadable("works across the batch")
    return effects.reshape(call.shape, [-1 if size is None else int(size) for size in target])


def _transpose(operation: Any, call: Arguments) -> Effect:
    order = operation.axes if operation.axes is not None else range(len(call.shape), -1, -1)
    return effects.transpose(call.shape, axes_of([*order][1:], len(call.shape)))


def _swapaxes(operation: Any, call: Arguments) -> Effect:
    one, other = axes_of([operation.axis1, operation.axis2], len(call.shape))
    order = [*range(len(call.shape))]
    order[one], order[other] = other, one
    return effects.transpose(call.shape, order)


def _moveaxis(operation: Any, call: Arguments) -> Effect:
    rank = len(call.shape)
    sources, targets = axes_of(operation.source, rank), axes_of(operation.destination, rank)
    order = [axis for axis in range(rank) if axis not in sources]
    for target, source in sorted(zip(targets, sources, strict=True)):
        order.insert(target, source)
    return effects.transpose(call.shape, order)


def _expand_dims(operation: Any, call: Arguments) -> Effect:
    effect = Effect((call.shape,), allocates=False)
    axes = operation.axis if isinstance(operation.axis, list | tuple) else [operation.axis]
    moved = tuple(range(len(call.shape)))
    for axis in sorted(axes_of(axes, len(call.shape) + len(axes))):
        effect = effects.insert(effect.shapes[0], axis)
        moved = tuple(one + (one >= axis) for one in moved)
    return Effect(effect.shapes, View(moved=moved), allocates=False)


def _squeeze(operation: Any, call: Arguments) -> Effect:
    rank = len(call.shape)
    axes = [axis for axis, size in enumerate(call.shape) if size == 1]
    if operation.axis is not None:
        axes = axes_of(operation.axis, rank)
    return effects.select(call.shape, [0 if axis in axes else slice(None) for axis in range(rank)])


def _get_item(_: Any, call: Arguments) -> Effect:
    key = call.given(1, "key")
    keys = [*key] if isinstance(key, tuple) else [key]
    if not all(one is None or one is Ellipsis or isinstance(one, int | slice) for one in keys):
        raise Unreadable("is indexed by something other than numbers and slices")
    rank = len(call.shape) + 1
    if Ellipsis in keys:
        at = keys.index(Ellipsis)
        named = sum(one is not None for one in keys) - 1
        keys[at : at + 1] = [slice(None)] * (rank - named)
    if not keys or keys[0] != slice(None):
        raise Unreadable("works across the batch")
    return effects.select(call.shape, keys[1:])


def _slice(operation: Any, call: Arguments) -> Effect:
    starts, sizes = call.given(1, "start_indices"), operation.shape
    keys = [slice(int(low), int(low) + int(size)) for low, size in zip(starts, sizes, strict=True)]
    return effects.select(call.shape, keys[1:])


def _flip(operation: Any, call: Arguments) -> Effect:
    axes = axes_of(operation.axis, len(call.shape))
    return effects.select(
        call.shape,
        [slice(None, None, -1) if axis in axes else slice(None) for axis in range(len(call.shape))],
    )


def _repeat(operation: Any, call: Arguments) -> Effect:
    (axis,) = axes_of(operation.axis, len(call.shape))
    if not isinstance(operation.repeats, int):
        raise Unreadable("repeats each place in its own way")
    return effects.resize(call.shape, {axis: call.shape[axis] * operation.repeats}, "nearest")


def _broadcast_to(operation: Any, call: Arguments) -> Effect:
    return effects.broadcast([call.shape, tuple(operation.shape[1:])])


_BORDERS = {"constant": "nothing", "reflect": "reflect", "symmetric": "symmetric", "edge": "replicate",
            "wrap": "circular"}  # fmt: skip


def _pad(operation: Any, call: Arguments) -> Effect:
    width = operation.pad_width
    pairs = [(width, width)] * (len(call.shape) + 1) if isinstance(width, int) else [*width]
    pairs = [(one, one) if isinstance(one, int) else tuple(one) for one in pairs]
    pairs = pairs * (len(call.shape) + 1) if len(pairs) == 1 else pairs
    if any(pairs[0]):
        raise Unreadable("works across the batch")
    ends = {axis: ends for axis, ends in enumerate(pairs[1:]) if any(ends)}
    return effects.pad(call.shape, ends, _BORDERS[operation.mode])


def _window(operation: Any, call: Arguments) -> dict[str, Any]:
    layout = layout_of(operation, call.shape)
    return {
        "size": layout.sizes,
        "channels": layout.channels,
        "padding": operation.padding,
    }


def _pool(how: str, operation: Any, call: Arguments) -> Effect:
    layer = Pool(
        **_window(operation, call), kernel=operation.pool_size, stride=operation.strides, operation=how
    )
    return effects.sliding(layer, layout_of(operation, call.shape))


def _conv(operation: Any, call: Arguments) -> Effect:
    *kernel, channels, filters = call.given(1, "kernel").shape
    given = _window(operation, call)
    steps = {"stride": operation.strides, "dilation": operation.dilation_rate}
    groups = given["channels"] // int(channels)
    layer = Conv(**given, **steps, kernel=kernel, filters=filters, groups=groups, bias=False)
    return effects.sliding(layer, layout_of(operation, call.shape))


def _depthwise(operation: Any, call: Arguments) -> Effect:
    *kernel, _, multiplier = call.given(1, "kernel").shape
    steps = {"stride": operation.strides, "dilation": operation.dilation_rate}
    layer = Conv.depthwise(
        **_window(operation, call), **steps, kernel=kernel, multiplier=multiplier, bias=False
    )
    return effects.sliding(layer, layout_of(operation, call.shape))


def _conv_transpose(operation: Any, call: Arguments) -> Effect:
    *kernel, filters, _ = call.given(1, "kernel").shape
    steps = {"stride": operation.strides, "dilation": operation.dilation_rate}
    layer = TransposedConv(
        **_window(operation, call), **steps, kernel=kernel, filters=filters, bias=False,
        output_padding=operation.output_padding,
    )  # fmt: skip
    return effects.transposed(layer, layout_of(operation, call.shape))


def _adaptive(operation: Any, call: Arguments) -> Effect:
    places, sizes = layout_of(operation, call.shape).places, operation.output_size
    sizes = [sizes] * len(places) if isinstance(sizes, int) else sizes
    return effects.adaptive(call.shape, dict(zip(places, sizes, strict=True)))


def _resize(operation: Any, call: Arguments) -> Effect:
    return resized(operation, call.shape, operation.size)


def _grayscale(operation: Any, call: Arguments) -> Effect:
    layout = layout_of(operation, call.shape)
    return effects.reduce(call.shape, [layout.channel], keep=True)


def _matmul(_: Any, call: Arguments) -> Effect:
    """A product with a constant on the right is a dense layer; one of two tensors mixes places."""
    constants = call.constants()
    if len(call.shapes) == 1 and len(constants) == 1 and len(constants[0]) == 2:
        made = (*call.shape[:-1], constants[0][1])
        return Effect((made,), View({len(made) - 1: "all"}), macs=prod(call.shape) * constants[0][1])
    if len(call.shapes) != 2 or min(map(len, call.shapes)) < 2:
        raise Unreadable("multiplies by what is not part of the network")
    one, other = call.shapes
    if one[-1] != other[-2]:
        raise Mismatch(f"multiplies {one[-2]} × {one[-1]} by {other[-2]} × {other[-1]}")
    front = effects.broadcast([one[:-2], other[:-2]]).shapes[0] if len(one) > 2 else ()
    made = (*front, one[-2], other[-1])
    return effects.matrix_product(made, one[-1], "products of places with one another")


_UNARY = """
    Absolute Abs Angle Arccos Arccosh Arcsin Arcsinh Arctan Arctanh BitwiseInvert BitwiseNot Cbrt Ceil
    Celu Clip Conjugate Conj Cos Cosh Deg2rad Elu Erf Erfinv Exp Exp2 Expm1 Floor Gelu HardShrink
    HardSigmoid HardSilu HardTanh Imag Isfinite Isinf Isnan Isneginf Isposinf LeakyRelu Log Log10 Log1p
    Log2 LogSigmoid LogicalNot NanToNum Negative OnesLike Real Reciprocal Relu Relu6 Round Rsqrt Selu
    Sigmoid Sign Signbit Silu Sin Sinh SoftShrink Softplus Softsign SparsePlus SparseSigmoid Sqrt Square
    Squareplus Tan Tanh TanhShrink Threshold Trunc ZerosLike
"""
_BINARY = """
    Add Arctan2 BitwiseAnd BitwiseOr BitwiseXor Divide DivideNoNan Equal FloorDivide Gcd Greater
    GreaterEqual Heaviside Hypot Isclose Lcm Ldexp Less LessEqual Logaddexp Logaddexp2 LogicalAnd
    LogicalOr LogicalXor Maximum Minimum Mod Multiply NotEqual Power Subtract TrueDivide Where
"""
_REDUCTIONS = (
    "All Amax Amin Any Argmax Argmin Average CountNonzero Logsumexp Max Mean Median Min Prod Std Sum Var"
)


def _pooling(how: str) -> Reader:
    def read(operation: Any, call: Arguments) -> Effect:
        return _pool(how, operation, call)

    return read


OPERATIONS: dict[str, Reader] = {
    **dict.fromkeys((*_UNARY.split(), *_BINARY.split()), _elementwise),
    **dict.fromkeys(_REDUCTIONS.split(), _reduce),
    **dict.fromkeys(("Cast", "SaturateCast", "Copy", "StopGradient", "ConvertToTensor"), _identity),
    **dict.fromkeys(
        ("Softmax", "LogSoftmax", "Sparsemax", "Normalize", "RMSNorm", "LayerNorm", "Cumsum", "Cumprod"), _mix
    ),
    **dict.fromkeys(("AdaptiveAveragePool", "AdaptiveMaxPool"), _adaptive),
    "AveragePool": _pooling("average"),
    "BroadcastTo": _broadcast_to,
    "Concatenate": _concatenate,
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "DepthwiseConv": _depthwise,
    "ExpandDims": _expand_dims,
    "Flip": _flip,
    "GetItem": _get_item,
    "Matmul": _matmul,
    "MaxPool": _pooling("max"),
    "Moveaxis": _moveaxis,
    "Pad": _pad,
    "RGBToGrayscale": _grayscale,
    "Repeat": _repeat,
    "Reshape": _reshape,
    "Resize": _resize,
    "Slice": _slice,
    "Split": _split,
    "Squeeze": _squeeze,
    "Stack": _stack,
    "Swapaxes": _swapaxes,
    "Transpose": _transpose,
    "Unstack": _unstack,
}
