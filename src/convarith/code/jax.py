"""Each kind of layer as code for JAX: the notes on it, the code, and its weights."""

from dataclasses import replace
from math import prod

from convarith.code._emit import (
    Code,
    Spatial,
    Weighted,
    Writers,
    filled,
    framed,
    kernel_of,
    padding_counts,
    padding_with_overhang,
    pads_of,
    pool_or_refusal,
    rule_of,
    write_call,
)
from convarith.layers import AdaptivePool, AnyLayer, Conv, Dense, Pool, SeparableConv, TransposedConv

_WORDS = {"valid": '"VALID"', "same": '"SAME"', "same_lower": '"SAME_LOWER"'}
_AXES = "DHW"  # the last ones are those that there are


def in_jax(layer: AnyLayer) -> str:
    """The layer as source code for JAX, from `x` to `y`, channels last; runs after `from jax import lax`.

    Pools, and padding other than zeros, also need `from jax import numpy as jnp`. The last line says how to
    make its weights from those that `in_keras` names.

    Arguments and errors are those of `in_keras`.

    Returns code that makes `y`; only for an `AdaptivePool` whose windows differ, a comment that says why
    JAX has none.

    Source: JAX, `jax.lax.conv_general_dilated`, `conv_transpose`, `reduce_window`.

    >>> print(in_jax(Dense(inputs=128, units=10)))
    # (batch, 128) to (batch, 10)
    y = x @ w + b
    # w: kernel; b: bias
    """
    return framed(layer, WRITERS, asked="in_jax", channels_first=False)


def _numbers(layer: Spatial, name: str, usual: int | None = 1) -> str | None:
    """One number for each axis, which JAX wants even where all are alike; None where all are as usual."""
    values = tuple(getattr(axis, name) for axis in layer.axes)
    return None if all(value == usual for value in values) else str(values)


def _dimensions(layer: Spatial) -> str:
    axes = _AXES[-len(layer.axes) :] if len(layer.axes) > 1 else "W"
    return str((f"N{axes}C", f"{axes}IO", f"N{axes}C")).replace("'", '"')


def _bias(layer: Weighted) -> str:
    return " + b" if layer.bias else ""


def _convolved(layer: Conv, given: str = "x", weight: str = "w") -> str:
    options = {
        "window_strides": _numbers(layer, "stride", None),
        "padding": _WORDS.get(rule_of(layer) or "", pads_of(layer)),
        "rhs_dilation": _numbers(layer, "dilation"),
        "dimension_numbers": _dimensions(layer),
        "feature_group_count": layer.groups if layer.groups > 1 else None,
    }
    return write_call("y = lax.conv_general_dilated", given, weight, **options) + _bias(layer)


_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def _padded_sizes(layer: Conv) -> tuple[int, ...]:
    return tuple(axis.padded for axis in layer.axes)


def _weights(layer: Weighted, **weights: str) -> str:
    named = weights | ({"b": "bias"} if layer.bias else {})
    return "; ".join(f"{name}: {weight}" for name, weight in named.items())


def conv(layer: Conv) -> Code:
    """`Conv`: every padding of zeros can be said, and the dimensions have to be."""
    if mode := filled(layer):
        front = write_call("h = jnp.pad", "x", _outer(pads_of(layer)), mode=f'"{_MODES[mode]}"')
        code = f"{front}\n{_convolved(replace(layer, padding='valid', size=_padded_sizes(layer)), 'h')}"
        weights = _weights(layer, w=kernel_of(layer, channels_first=False))
        return Code(["JAX's convolutions pad with zeros only: these cells come in front."], code, weights)
    return Code([], _convolved(layer), _weights(layer, w=kernel_of(layer, channels_first=False)))


def separable(layer: SeparableConv) -> Code:
    """`SeparableConv`: in its two parts."""
    first, second = layer.parts
    code = "\n".join([_convolved(first, weight="w0"), _convolved(second, "y", "w1")])
    depthwise = kernel_of(first, "depthwise_kernel", channels_first=False)
    return Code([], code, _weights(layer, w0=depthwise, w1="pointwise_kernel"))


def transposed(layer: TransposedConv) -> Code:
    """`TransposedConv`: JAX's numbers say how the stretched input is padded, not what is cut off."""
    name, kernel = "lax.conv_transpose", "kernel"
    notes = ["JAX pads the stretched input: span - 1 less what is cut off, plus output padding."]
    room = [
        (axis.span - 1 - axis.pad_low, axis.span - 1 - axis.pad_high + axis.output_padding)
        for axis in layer.axes
    ]
    stride = _numbers(layer, "stride", None)
    options: dict[str, object] = {
        "strides": stride,
        "padding": room,
        "rhs_dilation": _numbers(layer, "dilation"),
    }
    options |= {"dimension_numbers": _dimensions(layer), "transpose_kernel": "True"}
    if layer.groups > 1:
        notes += [f"{name} takes no groups: here the input is stretched and the kernel turned by hand."]
        name, kernel = "lax.conv_general_dilated", _turned_by_hand(layer)
        del options["strides"], options["transpose_kernel"]
        options = {"window_strides": str((1,) * len(layer.axes)), "lhs_dilation": stride} | options
        options["feature_group_count"] = layer.groups
    source = write_call(f"y = {name}", "x", "w", **options) + _bias(layer)
    return Code(notes, source, _weights(layer, w=kernel))


def _turned_by_hand(layer: TransposedConv) -> str:
    """Keras's kernel back to front, and in each group what was written is read."""
    kernel, groups = [axis.kernel for axis in layer.axes], layer.groups
    written, read, rank = layer.filters // groups, layer.channels // groups, len(kernel)
    flipped = ", ".join(["::-1"] * rank)
    parted = ", ".join(map(str, [*kernel, written, groups, read]))
    order = ", ".join(map(str, [*range(rank), rank + 2, rank + 1, rank]))
    joined = ", ".join(map(str, [*kernel, read, layer.filters]))
    return f"kernel[{flipped}].reshape({parted}).transpose({order}).reshape({joined})"


def pool(layer: Pool) -> Code:
    """`Pool`: a reduction of windows; what an average divides by is counted in the open."""
    reach = list(map(padding_with_overhang, layer.axes))
    window = (1, *(axis.kernel for axis in layer.axes), 1)
    steps = (1, *(axis.stride for axis in layer.axes), 1)
    notes = ["JAX has no ceil_mode: the overhang is padding here."] if layer.ceil_mode else []
    gaps = (1, *(axis.dilation for axis in layer.axes), 1)
    more: dict[str, object] = {"window_dilation": str(gaps) if max(gaps) > 1 else None}
    if layer.operation == "max":
        call = "x", "-jnp.inf", "lax.max", window, steps, _outer(reach)
        return Code(notes, write_call("y = lax.reduce_window", *call, **more))
    sums = write_call("lax.reduce_window", "x", "0.0", "lax.add", window, steps, _outer(reach), **more)
    if all({axis.kernel} == set(axis.divisors(count_padding=padding_counts(layer))) for axis in layer.axes):
        return Code(notes, f"y = {sums} / {prod(window)}")
    ones, frame = "jnp.ones_like(x)", reach
    if padding_counts(layer):  # the padding counts, the overhang does not
        pads = [(low, min(axis.pad_high, high)) for axis, (low, high) in zip(layer.axes, reach, strict=True)]
        frame = [(0, high - most) for (_, high), (_, most) in zip(reach, pads, strict=True)]
        ones = write_call("jnp.pad", ones, _outer(pads), constant_values=1)
    cells = write_call(
        "cells = lax.reduce_window", ones, "0.0", "lax.add", window, steps, _outer(frame), **more
    )
    notes += ["An average divides by the cells that count in each window."]
    return Code(notes, f"{cells}\ny = {sums} / cells")


def _outer(pads: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Padding with that of the batch and of the channels, which have none."""
    return [(0, 0), *pads, (0, 0)]


def adaptive(layer: AdaptivePool) -> Code:
    """`AdaptivePool`: a pool where its windows are of one size."""
    return pool(pool_or_refusal(layer, "JAX"))


def dense(layer: Dense) -> Code:
    """`Dense`: a matrix product."""
    return Code([], f"y = x @ w{_bias(layer)}", _weights(layer, w="kernel"))


WRITERS = Writers(conv, separable, transposed, pool, adaptive, dense)
