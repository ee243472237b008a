"""Each kind of layer as code for PyTorch: the notes on it, the code, and its weights."""

from collections.abc import Sequence
from dataclasses import replace

from convarith.axis import TransposedAxis
from convarith.code._emit import (
    Layer,
    NoSuchLayer,
    alike,
    counts,
    each,
    kernel_of,
    no_bias,
    pads_of,
    reach_of,
    rounding,
    rule_of,
    windows,
    write,
    write_rows,
)
from convarith.layers import Conv, Dense, Pool, SeparableConv, TransposedConv


def _code(layer: Layer, calls: Sequence[str], notes: Sequence[str], weights: dict[int, str]) -> tuple:
    """Code of one or several modules; `weights` says by their number what they get."""
    alone = len(calls) == 1
    code = f"layer = {calls[0]}" if alone else write_rows("layer = nn.Sequential(", calls, ")")
    named = [f"layer{'' if alone else f'[{n}]'}.weight: {weight}" for n, weight in weights.items()]
    if weights and layer.bias:
        named += [f"layer{'' if alone else f'[{max(weights)}]'}.bias: bias"]
    return notes, code, "; ".join(named)


def _name(name: str, layer: Layer) -> str:
    return f"nn.{name}{len(layer.axes)}d"


def _frame(layer: Layer, pads: list[tuple[int, int]], fill: str = "") -> list[str]:
    """The module that pads, or crops where a number is negative; the last axis is named first."""
    if not any(map(any, pads)):
        return []
    said = str(tuple(cells for pad in reversed(pads) for cells in pad))
    return [write(_name("ConstantPad" if fill else "ZeroPad", layer), said, *([fill] if fill else []))]


def _modules(layer: Conv) -> tuple[list[str], list[str]]:
    """The notes on a convolution, and its modules: one that pads where it must, then the convolution."""
    name, pads, rule, strides = _name("Conv", layer), pads_of(layer), rule_of(layer), each(layer, "stride")
    padding, front, notes = None, [], []
    if rule == "same" and strides:
        axes = " on each axis" if len(set(pads)) == 1 < len(pads) else ""
        refusal = f'PyTorch refuses padding="same" with stride {strides}'
        notes += [f"{refusal}: in numbers it is {alike(pads)}{axes} at this size."]
    if rule == "same" and not strides:
        padding = '"same"'
    elif all(low == high for low, high in pads):
        padding = alike((low for low, _ in pads), 0)
    else:
        notes += [f"{name} pads both ends alike: uneven padding comes in front, the last axis first."]
        front = _frame(layer, pads)
    groups = layer.groups if layer.groups > 1 else None
    options = {"stride": strides, "padding": padding, "dilation": each(layer, "dilation"), "groups": groups}
    given = layer.channels, layer.filters, each(layer, "kernel", None)
    return notes, [*front, write(name, *given, **options, bias=no_bias(layer))]


def conv(layer: Conv) -> tuple:
    """`Conv`: in one module where its padding is even."""
    notes, calls = _modules(layer)
    return _code(layer, calls, notes, {len(calls) - 1: kernel_of(layer, turned=True)})


def separable(layer: SeparableConv) -> tuple:
    """`SeparableConv`: in its two parts, as PyTorch has no module for both."""
    first, second = layer.parts
    notes, calls = _modules(first)
    calls += _modules(second)[1]
    weights = {
        len(calls) - 2: kernel_of(first, "depthwise_kernel", turned=True),
        len(calls) - 1: kernel_of(second, "pointwise_kernel", turned=True),
    }
    return _code(layer, calls, notes, weights)


def transposed(layer: TransposedConv) -> tuple:
    """`TransposedConv`: one padding for both ends, and the rest cropped."""
    paddings, extras, crops = zip(*map(_cuts, layer.axes), strict=True)
    crop = _frame(layer, [(-low, -high) for low, high in crops])
    notes = []
    if crop:
        name = _name("ConvTranspose", layer)
        notes = [f"{name} cuts both ends alike: negative padding crops the rest, the last axis first."]
    options = {
        "stride": each(layer, "stride"),
        "padding": alike(paddings, 0),
        "output_padding": alike(extras, 0),
        "groups": layer.groups if layer.groups > 1 else None,
        "bias": no_bias(layer),
        "dilation": each(layer, "dilation"),
    }
    given = layer.channels, layer.filters, each(layer, "kernel", None)
    call = write(_name("ConvTranspose", layer), *given, **options)
    return _code(layer, [call, *crop], notes, {0: kernel_of(layer, turned=True)})


def _cuts(axis: TransposedAxis) -> tuple[int, int, tuple[int, int]]:
    """PyTorch's padding and output padding, and what is cropped at both ends afterwards."""
    more = axis.pad_low - axis.pad_high + axis.output_padding  # with both ends cut as the low one
    if more < 0:
        return axis.pad_low, 0, (0, -more)
    if more < max(axis.stride, axis.dilation):
        return axis.pad_low, more, (0, 0)
    return axis.pad_high, axis.output_padding, (axis.pad_low - axis.pad_high, 0)


def pool(layer: Pool) -> tuple:
    """`Pool`: with its own padding where that is even or need not be, else with padding in front."""
    operation = "Max" if layer.operation == "max" else "Avg"
    name, pads = _name(f"{operation}Pool", layer), pads_of(layer)
    given, options = each(layer, "kernel", None), {"stride": each(layer, "stride", None)}
    counted = counts(layer)
    # Where padding does not count, only the first window's start and the number of windows matter.
    even = [(low, low) for low, _ in pads]
    ceil_mode = rounding(layer, even)
    halves = all(2 * low <= axis.kernel for (low, _), axis in zip(even, layer.axes, strict=True))
    if halves and ceil_mode is not None and (not counted or even == pads):
        notes = []
        if even != pads:
            how = "ceil_mode reaches" if ceil_mode else "without ceil_mode it reaches"
            notes = [f"{name} pads both ends alike: here is {alike(pads)}, and {how} as many windows."]
        left_out = any(map(any, even)) and layer.operation == "average" and not counted
        options["padding"] = alike((low for low, _ in even), 0)
        options["ceil_mode"] = "True" if ceil_mode else None
        options["count_include_pad"] = "False" if left_out else None
        return _code(layer, [write(name, given, **options)], notes, {})
    why = f"{name} pads both ends alike, by half the kernel at most"
    if layer.operation == "average" and not counted:
        raise NoSuchLayer(
            f"PyTorch has no such layer: {why}, but {alike(pads)} is neither, "
            "and padding in front would count in the average."
        )
    if layer.operation == "max":
        reach = [reach_of(axis) for axis in layer.axes]
        notes = [f"{why}: -inf comes in front, the last axis first."]
        front = _frame(layer, reach, 'float("-inf")')
        return _code(layer, [*front, write(name, given, **options)], notes, {})
    framed = [replace(axis, size=axis.padded, pad_low=0, pad_high=0) for axis in layer.axes]
    for ceil_mode in (False, True):
        if [windows(axis, (0, 0), ceil_mode) for axis in framed] == [axis.output for axis in layer.axes]:
            options["ceil_mode"] = "True" if ceil_mode else None
            notes = [f"{why}: zeros come in front, the last axis first."]
            return _code(layer, [*_frame(layer, pads), write(name, given, **options)], notes, {})
    raise NoSuchLayer(
        f"PyTorch has no such layer: {why}, and behind {alike(pads)} in front it has other windows."
    )


def dense(layer: Dense) -> tuple:
    """`Dense`: a linear module."""
    call = write("nn.Linear", layer.inputs, layer.units, bias=no_bias(layer))
    return _code(layer, [call], [], {0: kernel_of(layer, turned=True)})


KINDS = {Conv: conv, SeparableConv: separable, TransposedConv: transposed, Pool: pool, Dense: dense}
