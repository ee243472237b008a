"""Each kind of layer as ONNX nodes: the notes on them, the code, and their weights."""

from collections.abc import Mapping, Sequence

from convarith.axis import TransposedAxis
from convarith.code._emit import (
    Code,
    Spatial,
    UnsupportedLayer,
    Weighted,
    Writers,
    filled,
    framed,
    kernel_of,
    padding_counts,
    pads_of,
    pool_or_refusal,
    rule_of,
    write_call,
    write_rows,
)
from convarith.layers import AdaptivePool, AnyLayer, Conv, Dense, Pool, SeparableConv, TransposedConv

_AUTO_PAD = {"same": '"SAME_UPPER"', "same_lower": '"SAME_LOWER"'}


def in_onnx(layer: AnyLayer) -> str:
    """The layer as ONNX nodes from `x` to `y`, channels first; runs after `from onnx import helper`.

    The last line says how to make its weights from those that `in_keras` names.

    Arguments and errors are those of `in_keras`.

    Returns code that makes `nodes`, or only a comment that says why ONNX has no such layer.

    Source: ONNX operators `Conv`, `ConvTranspose`, `MaxPool`, `AveragePool`, `Gemm`.

    >>> from convarith import Pool
    >>> print(in_onnx(Pool(size=(5, 5), channels=1, kernel=2, padding="same_lower")))
    # (batch, 1, 5, 5) to (batch, 1, 3, 3)
    nodes = [
        helper.make_node(
            "MaxPool",
            ["x"],
            ["y"],
            kernel_shape=[2, 2],
            strides=[2, 2],
            auto_pad="SAME_LOWER",
        ),
    ]
    """
    return framed(layer, WRITERS, asked="in_onnx", channels_first=True)


def _code(nodes: Sequence[str], notes: Sequence[str], weights: dict[str, str]) -> Code:
    named = "; ".join(f"{name}: {weight}" for name, weight in weights.items())
    return Code(notes, write_rows("nodes = [", nodes, "]"), named)


def _node(operator: str, inputs: list[str], options: Mapping[str, object], output: str = "y") -> str:
    given = f'"{operator}"', str(inputs).replace("'", '"'), f'["{output}"]'
    return write_call("helper.make_node", *given, **options)


def _numbers(values: Sequence[int], usual: int | None = 1) -> list[int] | None:
    """A list as an attribute takes it, None where all are as usual."""
    return None if all(value == usual for value in values) else list(values)


def _attributes(layer: Spatial) -> dict[str, object]:
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


def _padding(layer: Spatial) -> tuple[list[str], dict[str, object]]:
    """The notes on a padding and its attribute: a word where ONNX Runtime takes it, else numbers."""
    word, pads = _AUTO_PAD.get(rule_of(layer) or ""), dict[str, object](pads=_pads(pads_of(layer)))
    if not word:
        return [], pads
    if any(axis.dilation > 1 for axis in layer.axes):
        how = f"ignores dilation with auto_pad={word}" if isinstance(layer, Pool) else ""
        how = how or f"refuses auto_pad={word} with dilation"
        return [f"ONNX Runtime {how}: hence pads, all low ends first."], pads
    if any(axis.stride > axis.kernel for axis in layer.axes):
        return [f"ONNX Runtime refuses auto_pad={word} with gaps between windows: hence pads."], pads
    return [], {"auto_pad": word}


def _bias(layer: Weighted) -> list[str]:
    return ["b"] if layer.bias else []


_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def conv(layer: Conv) -> Code:
    """`Conv`: every padding of zeros has its attribute; others are a node in front."""
    if mode := filled(layer):
        lows, highs = zip(*pads_of(layer), strict=True)
        front = write_call("helper.make_node", '"Pad"', '["x", "pads"]', '["h"]', mode=f'"{_MODES[mode]}"')
        node = _node("Conv", ["h", "w", *_bias(layer)], _attributes(layer))
        weights = {"pads": str([0, 0, *lows, 0, 0, *highs]), "w": kernel_of(layer, channels_first=True)}
        return _code(
            [front, node], ["Conv pads with zeros only: a Pad comes in front."],
            weights | dict.fromkeys(_bias(layer), "bias"),
        )  # fmt: skip
    notes, padding = _padding(layer)
    node = _node("Conv", ["x", "w", *_bias(layer)], _attributes(layer) | padding)
    weights = {"w": kernel_of(layer, channels_first=True)} | dict.fromkeys(_bias(layer), "bias")
    return _code([node], notes, weights)


def separable(layer: SeparableConv) -> Code:
    """`SeparableConv`: its two parts, one node each."""
    first, second = layer.parts
    notes, padding = _padding(first)
    nodes = [
        _node("Conv", ["x", "w0"], _attributes(first) | padding, "h"),
        _node("Conv", ["h", "w1", *_bias(layer)], _attributes(second)),
    ]
    weights = {
        "w0": kernel_of(first, "depthwise_kernel", channels_first=True),
        "w1": kernel_of(second, "pointwise_kernel", channels_first=True),
    }
    return _code(nodes, notes, weights | dict.fromkeys(_bias(layer), "bias"))


def transposed(layer: TransposedConv) -> Code:
    """`TransposedConv`: in numbers, as auto_pad would choose the output padding, too."""
    cuts, extras = zip(*map(_cuts, layer.axes), strict=True)
    options = {**_attributes(layer), "pads": _pads(cuts), "output_padding": _numbers(extras, 0)}
    node = _node("ConvTranspose", ["x", "w", *_bias(layer)], options)
    notes = ["Here pads are cells cut off, all low ends first."] if options["pads"] else []
    weights = {"w": kernel_of(layer, channels_first=True)} | dict.fromkeys(_bias(layer), "bias")
    return _code([node], notes, weights)


def _cuts(axis: TransposedAxis) -> tuple[tuple[int, int], int]:
    """What is cut off both ends and added, with less of both where so much cannot be added."""
    if axis.output_padding < axis.stride:
        return (axis.pad_low, axis.pad_high), axis.output_padding
    if axis.output_padding <= axis.pad_high:
        return (axis.pad_low, axis.pad_high - axis.output_padding), 0
    raise UnsupportedLayer(
        "ONNX Runtime has no such layer: its output_padding is smaller than the stride "
        f"{axis.stride}, but here it is {axis.output_padding}."
    )


def pool(layer: Pool) -> Code:
    """`Pool`: every padding smaller than the kernel has its attribute."""
    pads = pads_of(layer)
    for axis, pad in zip(layer.axes, pads, strict=True):
        if max(pad) >= axis.kernel:
            raise UnsupportedLayer(
                f"ONNX Runtime has no such layer: it pads a pool by less than its kernel {axis.kernel}, "
                f"but here it is {pad}."
            )
    notes, padding = _padding(layer)
    if layer.ceil_mode:
        notes, padding = [], {"pads": _pads(pads), "ceil_mode": 1}
    if layer.operation == "average" and any(axis.dilation > 1 for axis in layer.axes):
        notes = [*notes, "AveragePool has dilations since opset 19."]
    options = {**_attributes(layer), **padding, "count_include_pad": 1 if padding_counts(layer) else None}
    operator = "MaxPool" if layer.operation == "max" else "AveragePool"
    return _code([_node(operator, ["x"], options)], notes, {})


def adaptive(layer: AdaptivePool) -> Code:
    """`AdaptivePool`: a pool where its windows are of one size."""
    return pool(pool_or_refusal(layer, "ONNX"))


def dense(layer: Dense) -> Code:
    """`Dense`: a matrix product."""
    node = _node("Gemm", ["x", "w", *_bias(layer)], {})
    return _code([node], [], {"w": "kernel"} | dict.fromkeys(_bias(layer), "bias"))


WRITERS = Writers(conv, separable, transposed, pool, adaptive, dense)
