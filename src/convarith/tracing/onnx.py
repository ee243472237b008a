"""How an ONNX graph is joined.

Nothing here imports onnx: a model that is handed over brings it along. It is turned into lists, numbers and
words first, which can be stored and read without onnx.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import prod
from typing import Any

from convarith.tracing.effects import Effect
from convarith.tracing.graph import Graph, Input, Sizes, Step, Weight
from convarith.tracing.onnx_operators import OPERATORS, Call, Plain, Tensor
from convarith.tracing.sight import Shape

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


def _read(call: Call, outputs: int, shapes: Sequence[Shape]) -> Effect | None:
    reader = OPERATORS.get(call.name)
    if reader is None:
        return None
    names = [name for name in call.node["inputs"] if name and name not in call.constants]
    call.shapes = dict(zip(names, shapes, strict=True))
    effect = reader(call)
    return replace(effect, shapes=effect.shapes[:1] * outputs) if len(effect.shapes) != outputs else effect
