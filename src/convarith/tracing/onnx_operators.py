"""What ONNX's operators do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from math import prod
from typing import Any, NamedTuple

from convarith.field import Taps
from convarith.layers import Conv, Dense, Pool, TransposedConv
from convarith.tracing import effects
from convarith.tracing.effects import Effect, Layout, Mismatch, Unreadable
from convarith.tracing.sight import All, Shape, View

Plain = Mapping[str, Any]


class Tensor(NamedTuple):
    """What an operator reads: a shape, and values where it is a small constant."""

    shape: Shape
    constant: bool = False
    values: list[Any] | None = None


class Call:
    """An operator as it is called."""

    def __init__(self, node: Plain, constants: Mapping[str, Tensor]) -> None:
        self.node = node
        self.constants = constants
        self.shapes: dict[str, Shape] = {}

    @property
    def name(self) -> str:
        """The operator."""
        return str(self.node["op"])

    def has(self, number: int) -> bool:
        """Whether an input is given."""
        return number < len(self.node["inputs"]) and bool(self.node["inputs"][number])

    def tensor(self, number: int) -> Tensor:
        """An input."""
        name = self.node["inputs"][number]
        return self.constants[name] if name in self.constants else Tensor(self.shapes[name])

    @property
    def shape(self) -> Shape:
        """The shape of the first input."""
        return self.tensor(0).shape

    @property
    def tensors(self) -> list[Tensor]:
        """All inputs."""
        return [self.tensor(number) for number in range(len(self.node["inputs"])) if self.has(number)]

    def attribute(self, name: str, usual: Any = None) -> Any:
        """An attribute."""
        value = self.node["attributes"].get(name)
        return usual if value is None else value

    def values(self, number: int, name: str = "") -> Any:
        """Numbers of a constant input, or of the attribute that older versions have in its place."""
        if name and self.attribute(name) is not None:
            return self.attribute(name)
        if not self.has(number):
            return None
        found = self.tensor(number).values
        if found is None:
            raise Unreadable("has arguments that are worked out as it runs")
        return found

    def axes(self, value: Any) -> list[int]:
        """Axes, each counted from the front; None stands for all."""
        rank = len(self.shape)
        return (
            [*range(rank)]
            if not value
            else [axis % rank for axis in ([value] if isinstance(value, int) else value)]
        )


Reader = Callable[[Call], Effect]


def _layout(shape: Shape) -> Layout:
    return Layout(shape, True, 1)


def _window(call: Call, kernel: Sequence[int]) -> dict[str, Any]:
    """What all operators with windows have, by this library's names."""
    layout, rank = _layout(call.shape), len(kernel)
    rule = {"SAME_UPPER": "same", "SAME_LOWER": "same_lower", "VALID": "valid"}.get(
        call.attribute("auto_pad", "")
    )
    pads = call.attribute("pads", [0] * (2 * rank))
    pairs = tuple(zip(pads[:rank], pads[rank:], strict=True))
    return {
        "size": layout.sizes,
        "channels": layout.channels,
        "kernel": tuple(kernel),
        "stride": tuple(call.attribute("strides", [1] * rank)),
        "dilation": tuple(call.attribute("dilations", [1] * rank)),
        "padding": rule or (pairs[0] if rank == 1 else pairs),
    }


def _conv(call: Call) -> Effect:
    filters, _, *kernel = call.tensor(1).shape
    layer = Conv(
        **_window(call, kernel), filters=filters, groups=call.attribute("group", 1), bias=call.has(2)
    )
    return effects.sliding(layer, _layout(call.shape))


def _conv_transpose(call: Call) -> Effect:
    _, filters, *kernel = call.tensor(1).shape
    if call.attribute("output_shape") or call.attribute("auto_pad", "NOTSET") not in ("NOTSET", "VALID"):
        raise Unreadable("is cut to a size")
    groups = call.attribute("group", 1)
    layer = TransposedConv(
        **_window(call, kernel),
        filters=filters * groups,
        groups=groups,
        bias=call.has(2),
        output_padding=tuple(call.attribute("output_padding", [0] * len(kernel))),
    )
    return effects.transposed(layer, _layout(call.shape))


def _pool(operation: str, call: Call) -> Effect:
    counted = operation == "average" and bool(call.attribute("count_include_pad", 0))
    layer = Pool(
        **_window(call, call.attribute("kernel_shape")),
        ceil_mode=bool(call.attribute("ceil_mode", 0)),
        operation=operation,
        count_padding=counted,
    )
    return effects.sliding(layer, _layout(call.shape))


def _global_pool(call: Call) -> Effect:
    return effects.reduce(call.shape, range(2, len(call.shape)), keep=True)


def _elementwise(call: Call) -> Effect:
    return effects.broadcast([one.shape for one in call.tensors])


def _first(call: Call) -> Effect:
    """Number by number, with constants that are not broadcast by shape."""
    return Effect((call.shape,))


def _identity(call: Call) -> Effect:
    return effects.identity(call.shape)


def _gemm(call: Call) -> Effect:
    if not call.tensor(1).constant or call.attribute("transA", 0):
        raise Unreadable("multiplies two tensors of the network")
    inputs, units = call.tensor(1).shape[:: -1 if call.attribute("transB", 0) else 1]
    if call.shape[-1] != inputs:
        raise Mismatch(f"multiplies {call.shape[-1]} numbers by weights for {inputs}")
    return effects.dense(Dense(inputs=inputs, units=units, bias=call.has(2)), call.shape)


def _matmul(call: Call) -> Effect:
    one, other = call.tensor(0), call.tensor(1)
    if one.constant or min(len(one.shape), len(other.shape)) < 2:
        raise Unreadable("has its weights in front")
    if one.shape[-1] != other.shape[-2]:
        raise Mismatch("multiplies {} × {} by {} × {}".format(*one.shape[-2:], *other.shape[-2:]))
    if other.constant and len(other.shape) == 2:
        inputs, units = other.shape
        return effects.dense(Dense(inputs=inputs, units=units, bias=False), one.shape)
    front = effects.broadcast([one.shape[:-2] or (1,), other.shape[:-2] or (1,)]).shapes[0]
    made = (*(front if max(len(one.shape), len(other.shape)) > 2 else ()), one.shape[-2], other.shape[-1])
    return effects.matrix_product(made, one.shape[-1], "products of places with one another")


def _concat(call: Call) -> Effect:
    if any(one.constant for one in call.tensors):
        raise Unreadable("joins weights to it")
    return effects.concatenate([one.shape for one in call.tensors], call.attribute("axis") % len(call.shape))


def _flatten(call: Call) -> Effect:
    axis = call.attribute("axis", 1) % len(call.shape)
    return effects.reshape(call.shape, (prod(call.shape[:axis]), prod(call.shape[axis:])))


def _reshape(call: Call) -> Effect:
    target = call.values(1, "shape")
    if not call.attribute("allowzero", 0):
        target = [call.shape[number] if size == 0 else size for number, size in enumerate(target)]
    return effects.reshape(call.shape, target)


def _transpose(call: Call) -> Effect:
    return effects.transpose(call.shape, call.attribute("perm", [*range(len(call.shape))][::-1]))


def _squeeze(call: Call) -> Effect:
    named = call.values(1, "axes")
    axes = call.axes(named) if named else [axis for axis, size in enumerate(call.shape) if size == 1]
    return effects.select(call.shape, [0 if axis in axes else slice(None) for axis in range(len(call.shape))])


def _unsqueeze(call: Call) -> Effect:
    axes = call.values(1, "axes")
    effect, moved = effects.identity(call.shape), [*range(len(call.shape))]
    for axis in sorted(axis % (len(call.shape) + len(axes)) for axis in axes):
        effect = effects.insert(effect.shapes[0], axis)
        moved = [one + (one >= axis) for one in moved]
    return replace(effect, view=View(moved=tuple(moved)))


def _slice(call: Call) -> Effect:
    starts, ends = call.values(1, "starts"), call.values(2, "ends")
    axes = call.values(3, "axes") or [*range(len(starts))]
    steps = call.values(4) or [1] * len(starts)
    keys = [slice(None)] * len(call.shape)
    for axis, start, end, step in zip(call.axes(axes), starts, ends, steps, strict=True):
        least = -call.shape[axis] - 1
        keys[axis] = slice(start, None if end < least else end, step)
    return effects.select(call.shape, keys)


def _split(call: Call) -> Effect:
    axis = call.attribute("axis", 0) % len(call.shape)
    sizes, count = call.values(1, "split"), len(call.node["outputs"])
    if not sizes:
        size = -(-call.shape[axis] // count)
        sizes = [min(size, call.shape[axis] - size * number) for number in range(count)]
    return effects.split(call.shape, axis, sizes)


def _gather(call: Call) -> Effect:
    values, axis = call.values(1), call.attribute("axis", 0) % len(call.shape)
    if call.tensor(1).shape not in ((), (1,)) or len(values) != 1:
        raise Unreadable("picks places by a list of numbers")
    key = values[0] if call.tensor(1).shape == () else slice(values[0], values[0] + 1 or None)
    return effects.select(call.shape, [*[slice(None)] * axis, key])


_BORDERS = {"constant": "nothing", "reflect": "reflect", "edge": "replicate", "wrap": "circular"}


def _pad(call: Call) -> Effect:
    pads = call.values(1, "pads")
    axes = call.axes(call.values(3) if call.has(3) else None)
    pairs = zip(axes, pads[: len(axes)], pads[len(axes) :], strict=True)
    ends = {axis: (low, high) for axis, low, high in pairs if low or high}
    return effects.pad(call.shape, ends, _BORDERS[call.attribute("mode", "constant")])


def _resize(call: Call) -> Effect:
    scales = call.values(1 if call.name == "Upsample" else 2)
    sizes = call.values(3) if call.has(3) else None
    if call.attribute("axes") or call.attribute("keep_aspect_ratio_policy", "stretch") != "stretch":
        raise Unreadable("resizes some axes, or keeps the proportions")
    how = call.attribute("mode", "nearest")
    where = call.attribute(
        "coordinate_transformation_mode", "asymmetric" if call.name == "Upsample" else "half_pixel"
    )
    if where not in ("half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners"):
        raise Unreadable(f"resizes by {where}")
    rounding = call.attribute("nearest_mode", "floor" if call.name == "Upsample" else "round_prefer_floor")
    made, along = list(call.shape), dict[int, Taps | All]()
    for axis, size in enumerate(call.shape):
        scale = Fraction(scales[axis]).limit_denominator(10**6) if scales else None
        made[axis] = sizes[axis] if sizes else int(size * scale) if scale else size
        if made[axis] == size:
            continue
        options: dict[str, Any] = {"corners": where == "align_corners", "centred": where != "asymmetric"}
        options |= {"scale": scale and 1 / scale, "antialias": bool(call.attribute("antialias", 0))}
        along |= effects.resize(call.shape, {axis: made[axis]}, how, **options).view.along
        if how == "nearest" and not _rounds_alike(
            where, rounding, Fraction(size, made[axis]) if not scale else 1 / scale
        ):
            raise Unreadable(f"rounds by {rounding} where two are equally near")
    return Effect((tuple(made),), View(along))


def _rounds_alike(where: str, rounding: str, c: Fraction) -> bool:
    """Whether the nearest cell is the one that `Taps.of_resizing` takes, whose half goes up."""
    if where == "asymmetric":
        return rounding == "floor" or c.denominator == 1
    ties = any((j * c + (c - 1) / 2 + Fraction(1, 2)).denominator == 1 for j in range(c.denominator))
    return where != "align_corners" and (
        rounding == "round_prefer_ceil" or (rounding == "round_prefer_floor" and not ties)
    )


def _depth_to_space(call: Call) -> Effect:
    r = call.attribute("blocksize")
    batch, channels, high, wide = call.shape
    up = effects.resize(call.shape, {2: high * r, 3: wide * r}, "nearest")
    return Effect(((batch, channels // r**2, high * r, wide * r),), up.view, allocates=False)


def _space_to_depth(call: Call) -> Effect:
    r, layout = call.attribute("blocksize"), _layout(call.shape)
    tiles = effects.sliding(Pool(size=layout.sizes, channels=call.shape[1], kernel=r), layout)
    batch, channels, *sizes = tiles.shapes[0]
    return Effect(((batch, channels * r**2, *sizes),), tiles.view, allocates=False)


def _reduce(call: Call) -> Effect:
    return effects.reduce(
        call.shape, call.axes(call.values(1, "axes")), keep=bool(call.attribute("keepdims", 1))
    )


def _arg(call: Call) -> Effect:
    return effects.reduce(
        call.shape, call.axes([call.attribute("axis", 0)]), keep=bool(call.attribute("keepdims", 1))
    )


def _softmax(call: Call) -> Effect:
    return effects.mix(call.shape, call.axes([call.attribute("axis", -1)]))


def _layer_norm(call: Call) -> Effect:
    (first,) = call.axes([call.attribute("axis", -1)])
    return effects.mix(call.shape, range(first, len(call.shape)))


def _instance_norm(call: Call) -> Effect:
    return effects.mix(call.shape, range(2, len(call.shape)), note="a mean over all places")


def _group_norm(call: Call) -> Effect:
    return effects.mix(call.shape, range(len(call.shape)), note="a mean over all places")


def _expand(call: Call) -> Effect:
    return effects.broadcast([call.shape, tuple(call.values(1))])


_POINTWISE = """
    Abs Acos Add And Asin Atan Ceil Celu Clip Cos Cosh Div Elu Equal Erf Exp Floor Gelu Greater
    GreaterOrEqual HardSigmoid HardSwish IsInf IsNaN LeakyRelu Less LessOrEqual Log Max Mean Min Mish
    Mod Mul Neg Not Or Pow Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin Sinh Softplus Softsign
    Sqrt Sub Sum Tan Tanh ThresholdedRelu Where Xor
"""
_REDUCTIONS = "L1 L2 LogSum LogSumExp Max Mean Min Prod Sum SumSquare"

OPERATORS: dict[str, Reader] = {
    **dict.fromkeys(_POINTWISE.split(), _elementwise),
    **{f"Reduce{name}": _reduce for name in _REDUCTIONS.split()},
    **dict.fromkeys(("ArgMax", "ArgMin"), _arg),
    **dict.fromkeys(("Cast", "Dropout", "Identity"), _identity),
    **dict.fromkeys(("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"), _global_pool),
    **dict.fromkeys(("BatchNormalization", "PRelu"), _first),
    **dict.fromkeys(("Resize", "Upsample"), _resize),
    **dict.fromkeys(("Softmax", "LogSoftmax"), _softmax),
    **dict.fromkeys(("LayerNormalization", "RMSNormalization"), _layer_norm),
    "AveragePool": partial(_pool, "average"),
    "Concat": _concat,
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "DepthToSpace": _depth_to_space,
    "Expand": _expand,
    "Flatten": _flatten,
    "Gather": _gather,
    "Gemm": _gemm,
    "GroupNormalization": _group_norm,
    "InstanceNormalization": _instance_norm,
    "MatMul": _matmul,
    "MaxPool": partial(_pool, "max"),
    "Pad": _pad,
    "Reshape": _reshape,
    "Slice": _slice,
    "SpaceToDepth": _space_to_depth,
    "Split": _split,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
