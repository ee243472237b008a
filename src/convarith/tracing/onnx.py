"""How an ONNX graph is joined, and what its operators do.

Nothing here imports onnx: a model that is handed over brings it along. It is turned into lists, numbers and
words first, which can be stored and read without onnx.
"""

import sys
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
from convarith.tracing.graph import Graph, Input, Sizes, Step, Weight
from convarith.tracing.sight import All, Shape, View

Plain = Mapping[str, Any]

# --- asking onnx -------------------------------------------------------------------------------------------


def is_onnx(model: object) -> bool:
    """Whether this is a model of ONNX."""
    return type(model).__name__ == "ModelProto" and type(model).__module__.partition(".")[0] == "onnx"


def plain_onnx(model: Any) -> dict[str, Any]:
    """An `onnx.ModelProto`, its shapes inferred, in lists, numbers and words: without the weights.

    Small constants that say how an operator works stay: whole numbers (the shape for a Reshape, the pads of a
    Pad), single numbers, and the scales of a Resize.
    """
    model = sys.modules["onnx"].shape_inference.infer_shapes(model)
    graph = model.graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    made = (
        (node.output[0], one) for node in graph.node if node.op_type == "Constant" for one in node.attribute
    )
    tensors = stored | {name: one.t for name, one in made if one.type == 4}
    shapes = {info.name: _sizes(info) for info in (*graph.input, *graph.value_info, *graph.output)}
    return {
        "format": 1,
        "framework": "onnx",
        "name": graph.name,
        "inputs": [
            {"name": info.name, "shape": _sizes(info)} for info in graph.input if info.name not in stored
        ],
        "weights": [{"name": name, "shape": list(tensor.dims)} for name, tensor in stored.items()],
        "nodes": [
            {
                "name": node.name,
                "op": node.op_type,
                "inputs": list(node.input),
                "outputs": list(node.output),
                "attributes": {one.name: _attribute(one) for one in node.attribute},
                "constants": _constants(node, tensors),
            }
            for node in graph.node
        ],
        "shapes": {name: shape for name, shape in shapes.items() if shape is not None},
        "outputs": [info.name for info in graph.output],
    }


_LETTERS = {1: "f", 3: "b", 6: "i", 7: "q", 9: "?", 11: "d"}  # by the numbers of ONNX's types
_FIELDS = {1: "float_data", 7: "int64_data", 11: "double_data"}


def _numbers(tensor: Any) -> list[Any] | None:
    """The values of a small tensor, or None where there are many or of another type."""
    size = prod(tensor.dims)
    if size > 16 or tensor.data_type not in _LETTERS:
        return None
    if tensor.raw_data or not size:
        return list(memoryview(tensor.raw_data).cast(_LETTERS[tensor.data_type]))  # type: ignore[call-overload]
    return list(getattr(tensor, _FIELDS.get(tensor.data_type, "int32_data")))


def _constants(node: Any, tensors: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name in node.input:
        tensor = tensors.get(name)
        if tensor is None:
            continue
        values, whole = _numbers(tensor), tensor.data_type in (6, 7, 9)
        if values is not None and (whole or not tensor.dims or node.op_type in ("Resize", "Upsample")):
            found[name] = values
    return found


def _attribute(one: Any) -> Any:
    """ONNX's kinds of attribute: 1 a number, 2 a whole number, 3 a word, 4 a tensor, 6 to 8 lists."""
    kinds = {1: one.f, 2: one.i, 3: one.s, 4: one.t, 6: one.floats, 7: one.ints, 8: one.strings}
    if one.type not in kinds:
        return None
    value = kinds[one.type]
    if one.type == 4:
        return {"shape": list(value.dims), "values": _numbers(value)}
    if one.type in (6, 7, 8):
        return [item.decode() if isinstance(item, bytes) else item for item in value]
    return value.decode() if isinstance(value, bytes) else value


def _sizes(info: Any) -> list[Any] | None:
    """Of a tensor whose shape is known; a size that is open is text or None."""
    kind = info.type.tensor_type
    if not kind.HasField("shape"):
        return None
    return [dim.dim_value if dim.HasField("dim_value") else dim.dim_param or None for dim in kind.shape.dim]


# --- the graph ---------------------------------------------------------------------------------------------


class Tensor(NamedTuple):
    """What an operator reads: a shape, and values where it is a small constant."""

    shape: Shape
    constant: bool = False
    values: list[Any] | None = None


def graph_of_onnx(plain: Plain) -> Graph:
    """The graph that a file describes, which may be read at other sizes, if nothing in it has its own."""
    constants = {one["name"]: Tensor(tuple(one["shape"]), True) for one in plain["weights"]}
    weights = set(constants)
    own = {one["name"]: _open(one["shape"]) for one in plain["inputs"]}
    steps = []
    for node in plain["nodes"]:
        values = node["constants"]
        if node["op"] == "Constant":
            value = node["attributes"].get("value") or {"shape": (), "values": None}
            constants[node["outputs"][0]] = Tensor(tuple(value["shape"]), True, value["values"])
            continue
        given = [name for name in node["inputs"] if name]
        reads = [name for name in given if name not in constants]
        said = [plain["shapes"].get(name) for name in node["outputs"] if name]
        if not reads:
            for name, shape in zip(node["outputs"], said, strict=False):
                constants[name] = Tensor(tuple(shape or ()), True)
            continue
        call = Call(
            node,
            {name: constants[name]._replace(values=values.get(name)) for name in given if name in constants},
        )
        counted = [name for name in given if name in weights and name not in values]
        steps.append(
            Step(
                node["name"] or node["outputs"][0],
                node["op"],
                reads,
                [name for name in node["outputs"] if name],
                partial(_read, call, len(said)),
                partial(_said, [_open(plain["shapes"].get(name)) for name in reads], said),
                [_weight(node, name, constants[name].shape) for name in counted],
            )
        )
    inputs = [Input(name, name, shape, channels_first=True) for name, shape in own.items()]
    return Graph(plain["name"] or "graph", inputs, steps, plain["outputs"], batched=True)


def _weight(node: Plain, name: str, shape: Shape) -> Weight:
    moving = node["op"] == "BatchNormalization" and name in node["inputs"][3:]
    return Weight(name, prod(shape), not moving)


def _open(shape: Sequence[Any] | None) -> Sizes | None:
    """A shape with a batch of one, and None where a size is open."""
    if shape is None:
        return None
    sizes = [size if isinstance(size, int) else None for size in shape]
    return (1 if sizes[0] is None else sizes[0], *sizes[1:]) if sizes else ()


def _said(
    reads: Sequence[Sizes | None], made: Sequence[Any], shapes: Sequence[Shape]
) -> Sequence[Sizes] | None:
    """What onnx has inferred, if it is for these shapes."""
    if [*reads] != [*shapes] or any(shape is None for shape in made):
        return None
    return [shape for shape in map(_open, made) if shape is not None]


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


def _read(call: Call, outputs: int, shapes: Sequence[Shape]) -> Effect | None:
    reader = OPERATORS.get(call.name)
    if reader is None:
        return None
    names = [name for name in call.node["inputs"] if name and name not in call.constants]
    call.shapes = dict(zip(names, shapes, strict=True))
    effect = reader(call)
    return replace(effect, shapes=effect.shapes[:1] * outputs) if len(effect.shapes) != outputs else effect


# --- what operators do -------------------------------------------------------------------------------------

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
        raise Unreadable("takes what a list of numbers says")
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
            raise Unreadable(f"rounds by {rounding} where two are as near")
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
