"""Each kind of layer as ONNX nodes: the notes on them, the code, and their weights."""

from collections.abc import Sequence

from convarith.axis import TransposedAxis
from convarith.code._emit import (
    Layer,
    NoSuchLayer,
    counts,
    kernel_of,
    pads_of,
    rule_of,
    write,
    write_rows,
)
from convarith.layers import Conv, Dense, Pool, SeparableConv, TransposedConv

_AUTO_PAD = {"same": '"SAME_UPPER"', "same_lower": '"SAME_LOWER"'}


def _code(nodes: Sequence[str], notes: Sequence[str], weights: dict[str, str]) -> tuple:
    named = "; ".join(f"{name}: {weight}" for name, weight in weights.items())
    return notes, write_rows("nodes = [", nodes, "]"), named


def _node(operator: str, inputs: list[str], output: str = "y", **options: object) -> str:
    given = f'"{operator}"', str(inputs).replace("'", '"'), f'["{output}"]'
    return write("helper.make_node", *given, **options)


def _numbers(values: Sequence[int], usual: int | None = 1) -> list[int] | None:
    """A list as an attribute takes it, None where all are as usual."""
    return None if all(value == usual for value in values) else list(values)


def _attributes(layer: Layer) -> dict[str, object]:
    """What is said of the windows: kernel, strides, dilations and groups."""
    axes = layer.axes
    groups = getattr(layer, "groups", 1)
    return {
        "kernel_shape": [axis.kernel for axis in axes],
        "strides": _numbers([axis.stride for axis in axes]),
        "dilations": _numbers([axis.dilation for axis in axes]),
        "group": groups if groups > 1 else None,
    }


def _pads(pads: Sequence[tuple[int, int]]) -> list[int] | None:
    """All low ends, then all high ends, as ONNX has it."""
    return _numbers([low for low, _ in pads] + [high for _, high in pads], 0)


def _padding(layer: Layer) -> tuple[list[str], dict[str, object]]:
    """The notes on a padding and its attribute: a word where ONNX Runtime takes it, else numbers."""
    word, pads = _AUTO_PAD.get(rule_of(layer)), {"pads": _pads(pads_of(layer))}
    if not word:
        return [], pads
    if any(axis.dilation > 1 for axis in layer.axes):
        return [f"ONNX Runtime refuses auto_pad={word} with dilation: pads, all low ends first."], pads
    if any(axis.stride > axis.kernel for axis in layer.axes):
        return [f"ONNX Runtime refuses auto_pad={word} with gaps between windows: pads."], pads
    return [], {"auto_pad": word}


def _bias(layer: Layer) -> list[str]:
    return ["b"] if layer.bias else []


def conv(layer: Conv) -> tuple:
    """`Conv`: every padding has its attribute."""
    notes, padding = _padding(layer)
    node = _node("Conv", ["x", "w", *_bias(layer)], **_attributes(layer), **padding)
    weights = {"w": kernel_of(layer, turned=True)} | dict.fromkeys(_bias(layer), "bias")
    return _code([node], notes, weights)


def separable(layer: SeparableConv) -> tuple:
    """`SeparableConv`: its two parts, one node each."""
    first, second = layer.parts
    notes, padding = _padding(first)
    nodes = [
        _node("Conv", ["x", "w0"], "h", **_attributes(first), **padding),
        _node("Conv", ["h", "w1", *_bias(layer)], **_attributes(second)),
    ]
    weights = {
        "w0": kernel_of(first, "depthwise_kernel", turned=True),
        "w1": kernel_of(second, "pointwise_kernel", turned=True),
    }
    return _code(nodes, notes, weights | dict.fromkeys(_bias(layer), "bias"))


def transposed(layer: TransposedConv) -> tuple:
    """`TransposedConv`: in numbers, as auto_pad would choose the output padding, too."""
    cuts, extras = zip(*map(_cuts, layer.axes), strict=True)
    options = {**_attributes(layer), "pads": _pads(cuts), "output_padding": _numbers(extras, 0)}
    node = _node("ConvTranspose", ["x", "w", *_bias(layer)], **options)
    notes = ["Here pads are cells cut off, all low ends first."] if options["pads"] else []
    weights = {"w": kernel_of(layer, turned=True)} | dict.fromkeys(_bias(layer), "bias")
    return _code([node], notes, weights)


def _cuts(axis: TransposedAxis) -> tuple[tuple[int, int], int]:
    """What is cut off both ends and added, with less of both where so much cannot be added."""
    if axis.output_padding < axis.stride:
        return (axis.pad_low, axis.pad_high), axis.output_padding
    if axis.output_padding <= axis.pad_high:
        return (axis.pad_low, axis.pad_high - axis.output_padding), 0
    raise NoSuchLayer(
        "ONNX Runtime has no such layer: its output_padding is smaller than the stride "
        f"{axis.stride}, but here it is {axis.output_padding}."
    )


def pool(layer: Pool) -> tuple:
    """`Pool`: every padding smaller than the kernel has its attribute."""
    pads = pads_of(layer)
    for axis, pad in zip(layer.axes, pads, strict=True):
        if max(pad) >= axis.kernel:
            raise NoSuchLayer(
                f"ONNX Runtime has no such layer: it pads a pool by less than its kernel {axis.kernel}, "
                f"but here it is {pad}."
            )
    if layer.ceil_mode:
        notes, padding = [], {"pads": _pads(pads), "ceil_mode": 1}
    else:
        notes, padding = _padding(layer)
    options = {**_attributes(layer), **padding, "count_include_pad": 1 if counts(layer) else None}
    operator = "MaxPool" if layer.operation == "max" else "AveragePool"
    return _code([_node(operator, ["x"], **options)], notes, {})


def dense(layer: Dense) -> tuple:
    """`Dense`: a matrix product."""
    node = _node("Gemm", ["x", "w", *_bias(layer)])
    return _code([node], [], {"w": "kernel"} | dict.fromkeys(_bias(layer), "bias"))


KINDS = {Conv: conv, SeparableConv: separable, TransposedConv: transposed, Pool: pool, Dense: dense}
