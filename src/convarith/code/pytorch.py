"""Each kind of layer as code for PyTorch: the notes on it, the code, and its weights."""

from collections.abc import Sequence
from dataclasses import replace

from convarith.axis import TransposedAxis
from convarith.code._emit import (
    Code,
    Spatial,
    UnsupportedLayer,
    Writers,
    ceil_mode_for,
    each_axis,
    filled,
    framed,
    kernel_of,
    no_bias,
    output_with,
    padding_counts,
    padding_with_overhang,
    pads_of,
    per_axis,
    rule_of,
    shared_or_tuple,
    write_call,
    write_rows,
)
from convarith.layers import AdaptivePool, AnyLayer, Conv, Dense, Pool, SeparableConv, TransposedConv


def in_pytorch(layer: AnyLayer) -> str:
    """The layer as source code for PyTorch, channels first; it runs after `from torch import nn`.

    The last line says how to make its weights from those that `in_keras` names.

    Arguments and errors are those of `in_keras`.

    Returns code that makes `layer`, or only a comment that says why PyTorch has no such layer.

    Source: PyTorch 2, `torch.nn`.

    >>> from convarith import Conv
    >>> print(in_pytorch(Conv(size=(224, 224), channels=3, filters=64, kernel=7, stride=2, padding="same")))
    # (batch, 3, 224, 224) to (batch, 64, 112, 112)
    # PyTorch refuses padding="same" with stride 2: in numbers it is (2, 3) on each axis at this size.
    # nn.Conv2d pads both ends alike: uneven padding comes in front, the last axis first.
    layer = nn.Sequential(
        nn.ZeroPad2d((2, 3, 2, 3)),
        nn.Conv2d(3, 64, 7, stride=2),
    )
    # layer[1].weight: kernel.transpose(3, 2, 0, 1); layer[1].bias: bias
    """
    return framed(layer, WRITERS, asked="in_pytorch", channels_first=True)


def _code(layer: AnyLayer, calls: Sequence[str], notes: Sequence[str], weights: dict[int, str]) -> Code:
    """Code of one or several modules; `weights` says by their number what they get."""
    alone = len(calls) == 1
    code = f"layer = {calls[0]}" if alone else write_rows("layer = nn.Sequential(", calls, ")")
    named = [f"layer{'' if alone else f'[{n}]'}.weight: {weight}" for n, weight in weights.items()]
    if weights and getattr(layer, "bias", False):
        named += [f"layer{'' if alone else f'[{max(weights)}]'}.bias: bias"]
    return Code(notes, code, "; ".join(named))


def _name(name: str, layer: Spatial) -> str:
    return f"nn.{name}{len(layer.axes)}d"


_MODES = {"reflect": "ReflectionPad", "replicate": "ReplicationPad", "circular": "CircularPad"}


def _frame(layer: Spatial, pads: list[tuple[int, int]], fill: str = "", mode: str | None = None) -> list[str]:
    """The module that pads, or crops where a number is negative; the last axis is named first."""
    if not any(map(any, pads)):
        return []
    said = str(tuple(cells for pad in reversed(pads) for cells in pad))
    if mode:
        return [write_call(_name(_MODES[mode], layer), said)]
    return [write_call(_name("ConstantPad" if fill else "ZeroPad", layer), said, *([fill] if fill else []))]


def _modules(layer: Conv) -> tuple[list[str], list[str]]:
    """The notes on a convolution, and its modules: one that pads where it must, then the convolution."""
    name, pads, rule, strides = (
        _name("Conv", layer),
        pads_of(layer),
        rule_of(layer),
        per_axis(layer, "stride"),
    )
    padding, front, notes = None, list[str](), list[str]()
    if rule == "same" and strides:
        axes = " on each axis" if len(set(pads)) == 1 < len(pads) else ""
        refusal = f'PyTorch refuses padding="same" with stride {strides}'
        notes += [f"{refusal}: in numbers it is {shared_or_tuple(pads)}{axes} at this size."]
    if rule == "same" and not strides:
        padding = '"same"'
    elif all(low == high for low, high in pads):
        padding = shared_or_tuple((low for low, _ in pads), 0)
    else:
        notes += [f"{name} pads both ends alike: uneven padding comes in front, the last axis first."]
        front = _frame(layer, pads, mode=filled(layer))
    mode = None if front else filled(layer)
    groups = layer.groups if layer.groups > 1 else None
    options = {
        "stride": strides,
        "padding": padding,
        "dilation": per_axis(layer, "dilation"),
        "groups": groups,
        "padding_mode": mode and f'"{mode}"',
    }
    given = layer.channels, layer.filters, per_axis(layer, "kernel", None)
    return notes, [*front, write_call(name, *given, **options, bias=no_bias(layer))]


def conv(layer: Conv) -> Code:
    """`Conv`: in one module where its padding is even."""
    notes, calls = _modules(layer)
    return _code(layer, calls, notes, {len(calls) - 1: kernel_of(layer, channels_first=True)})


def separable(layer: SeparableConv) -> Code:
    """`SeparableConv`: in its two parts, as PyTorch has no module for both."""
    first, second = layer.parts
    notes, calls = _modules(first)
    calls += _modules(second)[1]
    weights = {
        len(calls) - 2: kernel_of(first, "depthwise_kernel", channels_first=True),
        len(calls) - 1: kernel_of(second, "pointwise_kernel", channels_first=True),
    }
    return _code(layer, calls, notes, weights)


def transposed(layer: TransposedConv) -> Code:
    """`TransposedConv`: one padding for both ends, and the rest cropped."""
    paddings, extras, crops = zip(*map(_cuts, layer.axes), strict=True)
    crop = _frame(layer, [(-low, -high) for low, high in crops])
    notes = []
    if crop:
        name = _name("ConvTranspose", layer)
        notes = [f"{name} cuts both ends alike: negative padding crops the rest, the last axis first."]
    options = {
        "stride": per_axis(layer, "stride"),
        "padding": shared_or_tuple(paddings, 0),
        "output_padding": shared_or_tuple(extras, 0),
        "groups": layer.groups if layer.groups > 1 else None,
        "bias": no_bias(layer),
        "dilation": per_axis(layer, "dilation"),
    }
    given = layer.channels, layer.filters, per_axis(layer, "kernel", None)
    call = write_call(_name("ConvTranspose", layer), *given, **options)
    return _code(layer, [call, *crop], notes, {0: kernel_of(layer, channels_first=True)})


def _cuts(axis: TransposedAxis) -> tuple[int, int, tuple[int, int]]:
    """PyTorch's padding and output padding, and what is cropped at both ends afterwards."""
    more = axis.pad_low - axis.pad_high + axis.output_padding  # with both ends cut as the low one
    if more < 0:
        return axis.pad_low, 0, (0, -more)
    if more < max(axis.stride, axis.dilation):
        return axis.pad_low, more, (0, 0)
    return axis.pad_high, axis.output_padding, (axis.pad_low - axis.pad_high, 0)


def pool(layer: Pool) -> Code:
    """`Pool`: with its own padding where that is even or need not be, else with padding in front."""
    operation = "Max" if layer.operation == "max" else "Avg"
    dilation = per_axis(layer, "dilation")
    if dilation and operation == "Avg":
        raise UnsupportedLayer(
            f"PyTorch has no such layer: its average pools have no dilation, but here it is {dilation}."
        )
    name, pads = _name(f"{operation}Pool", layer), pads_of(layer)
    given = per_axis(layer, "kernel", None)
    options = {"stride": per_axis(layer, "stride", None), "dilation": dilation}
    counted = padding_counts(layer)
    # Where padding does not count, only the first window's start and the number of windows matter.
    even = [(low, low) for low, _ in pads]
    ceil_mode = ceil_mode_for(layer, even)
    halves = all(2 * low <= axis.kernel for (low, _), axis in zip(even, layer.axes, strict=True))
    small = _too_small(layer, [axis.size for axis in layer.axes])
    if halves and ceil_mode is not None and (not counted or even == pads) and not small:
        notes = []
        if even != pads:
            how = "ceil_mode reaches" if ceil_mode else "without ceil_mode it reaches"
            here = shared_or_tuple(pads)
            notes = [f"{name} pads both ends alike: here they get {here}, and {how} as many windows."]
        left_out = any(map(any, even)) and layer.operation == "average" and not counted
        options["padding"] = shared_or_tuple((low for low, _ in even), 0)
        options["ceil_mode"] = "True" if ceil_mode else None
        options["count_include_pad"] = "False" if left_out else None
        return _code(layer, [write_call(name, given, **options)], notes, {})
    why = f"{name} pads both ends alike, by half the kernel at most"
    if small and not counted:
        raise UnsupportedLayer(f"PyTorch has no such layer: {small}.")
    if layer.operation == "average" and not counted:
        raise UnsupportedLayer(
            f"PyTorch has no such layer: {why}, but {shared_or_tuple(pads)} is neither, "
            "and padding in front would count in the average."
        )
    if layer.operation == "max":
        reach = [padding_with_overhang(axis) for axis in layer.axes]
        notes = [f"{why}: -inf comes in front, the last axis first."]
        front = _frame(layer, reach, 'float("-inf")')
        return _code(layer, [*front, write_call(name, given, **options)], notes, {})
    framed = [replace(axis, size=axis.padded, pad_low=0, pad_high=0) for axis in layer.axes]
    if still_small := _too_small(layer, [axis.size for axis in framed]):
        raise UnsupportedLayer(f"PyTorch has no such layer: {still_small}.")
    for ceil_mode in (False, True):
        if [output_with(axis, (0, 0), ceil_mode) for axis in framed] == [axis.output for axis in layer.axes]:
            options["ceil_mode"] = "True" if ceil_mode else None
            notes = [f"{small or why}: zeros come in front, the last axis first."]
            return _code(layer, [*_frame(layer, pads), write_call(name, given, **options)], notes, {})
    raise UnsupportedLayer(
        f"PyTorch has no such layer: {why}, and padding {shared_or_tuple(pads)} in front makes other windows."
    )


def _too_small(layer: Pool, sizes: Sequence[int]) -> str:
    """Why an average in three dimensions cannot be had of so few cells, however they are padded."""
    kernels = [axis.kernel for axis in layer.axes]
    if layer.operation == "max" or len(sizes) < 3 or all(map(int.__le__, kernels, sizes)):
        return ""
    given = shared_or_tuple(sizes)
    return f"nn.AvgPool3d takes no input smaller than its kernel {shared_or_tuple(kernels)}, as {given} is"


def adaptive(layer: AdaptivePool) -> Code:
    """`AdaptivePool`: the same in both."""
    outputs = each_axis(layer.output)
    name = "Max" if layer.operation == "max" else "Avg"
    call = write_call(f"nn.Adaptive{name}Pool{len(outputs)}d", shared_or_tuple(outputs))
    return Code([], f"layer = {call}")


def dense(layer: Dense) -> Code:
    """`Dense`: a linear module."""
    call = write_call("nn.Linear", layer.inputs, layer.units, bias=no_bias(layer))
    return _code(layer, [call], [], {0: kernel_of(layer, channels_first=True)})


WRITERS = Writers(conv, separable, transposed, pool, adaptive, dense)
