"""What the code of all frameworks shares: how calls are written, and what a layer's padding amounts to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from textwrap import indent
from typing import NamedTuple

from convarith.axis import Axis
from convarith.layers import AdaptivePool, AnyLayer, Conv, Dense, Pool, SeparableConv, TransposedConv

# A layer with axes, and one with a bias.
Spatial = Conv | SeparableConv | TransposedConv | Pool
Weighted = Conv | SeparableConv | TransposedConv | Dense


class Code(NamedTuple):
    """A layer in one framework: the notes on it, its source code, and what its weights are made of."""

    notes: Sequence[str]
    source: str
    weights: str = ""


class Writers(NamedTuple):
    """How a framework writes each kind of layer."""

    conv: Callable[[Conv], Code]
    separable: Callable[[SeparableConv], Code]
    transposed: Callable[[TransposedConv], Code]
    pool: Callable[[Pool], Code]
    adaptive: Callable[[AdaptivePool], Code]
    dense: Callable[[Dense], Code]

    def write(self, layer: AnyLayer) -> Code:
        """The layer, by the writer of its kind."""
        match layer:
            case Conv():
                return self.conv(layer)
            case SeparableConv():
                return self.separable(layer)
            case TransposedConv():
                return self.transposed(layer)
            case Pool():
                return self.pool(layer)
            case AdaptivePool():
                return self.adaptive(layer)
            case Dense():
                return self.dense(layer)


class UnsupportedLayer(Exception):
    """Why a framework has no such layer, in one sentence: an answer, which becomes a comment."""


def shared_or_tuple(values: Iterable[object], usual: object = None) -> str | None:
    """One value where all axes have the same, else a tuple; None where it goes without saying."""
    values = list(values)
    if all(value == usual for value in values):
        return None
    return str(values[0] if len(set(values)) == 1 else tuple(values))


def per_axis(layer: Spatial, name: str, usual: int | None = 1) -> str | None:
    """What the axes have of this name, as `shared_or_tuple` writes it."""
    return shared_or_tuple((getattr(axis, name) for axis in layer.axes), usual)


def write_call(name: str, *given: object, **options: object) -> str:
    """A call as it is written, without the options that are None; one line each where it is long."""
    said = [*map(str, given), *(f"{key}={value}" for key, value in options.items() if value is not None)]
    line = f"{name}({', '.join(said)})"
    if len(line) <= 88:
        return line
    return f"{name}(\n" + "".join(f"    {one},\n" for one in said) + ")"


def write_rows(opening: str, calls: Sequence[str], closing: str) -> str:
    """Calls below each other, between an opening and a closing line."""
    return opening + "\n" + "".join(indent(one, "    ") + ",\n" for one in calls) + closing


def rule_of(layer: Spatial) -> str | None:
    """The rule that pads all axes, if one does."""
    words = set(layer.padding) if isinstance(layer.padding, tuple) else {layer.padding}
    (word, *others) = words
    return word if isinstance(word, str) and not others else None


def pads_of(layer: Spatial) -> list[tuple[int, int]]:
    """The padding of each axis, in cells."""
    return [(axis.pad_low, axis.pad_high) for axis in layer.axes]


def is_depthwise(layer: Conv) -> bool:
    """Whether each filter reads one channel of several."""
    return layer.groups == layer.channels > 1


def no_bias(layer: Weighted) -> str | None:
    """The argument of a layer without bias; having one goes without saying."""
    return None if layer.bias else "False"


def pool_or_refusal(layer: AdaptivePool, framework: str) -> Pool:
    """The pool with the same windows, for frameworks that have no adaptive one."""
    if layer.pool is None:
        cells, outputs = (shared_or_tuple(each_axis(sizes)) for sizes in (layer.size, layer.output))
        raise UnsupportedLayer(
            f"{framework} has no such layer: its windows are of one size and equally far apart, but these "
            f"share {cells} cells among {outputs} outputs."
        )
    return layer.pool


def each_axis(value: int | Sequence[int]) -> list[int]:
    """The values of all axes."""
    return [value] if isinstance(value, int) else [*value]


def filled(layer: Spatial) -> str | None:
    """What stands in a convolution's padding, where that is no zeros, and there is some."""
    mode = getattr(layer, "padding_mode", "zeros")
    return mode if mode != "zeros" and any(map(any, pads_of(layer))) else None


def padding_counts(pool: Pool) -> bool:
    """Whether the padding changes the divisors of an average."""
    return pool.operation == "average" and pool.count_padding and any(map(any, pads_of(pool)))


def padding_with_overhang(axis: Axis) -> tuple[int, int]:
    """A pool's padding without its ceil_mode: more where a window hung over, less where one was dropped."""
    high = axis.pad_high
    return axis.pad_low, max(high + axis.overhang - axis.unused, 0) if axis.ceil_mode else high


def ceil_mode_for(pool: Pool, pads: Sequence[tuple[int, int]]) -> bool | None:
    """The ceil_mode with which these pads have the pool's windows, the pool's own first; None for neither."""
    for ceil_mode in (pool.ceil_mode, not pool.ceil_mode):
        if all(output_with(a, pad, ceil_mode) == a.output for a, pad in zip(pool.axes, pads, strict=True)):
            return ceil_mode
    return None


def output_with(axis: Axis, pad: tuple[int, int], ceil_mode: bool = False) -> int:
    """How many windows a pool has on the axis with another padding."""
    if axis.size + sum(pad) < axis.span:
        return 0
    return replace(axis, pad_low=pad[0], pad_high=pad[1], ceil_mode=ceil_mode).output


def kernel_of(layer: AnyLayer, name: str = "kernel", *, channels_first: bool) -> str:
    """How Keras's kernel becomes this framework's: filters and channels in front where they come first."""
    rank = 0 if isinstance(layer, Dense | AdaptivePool) else len(layer.axes)
    if isinstance(layer, Conv) and is_depthwise(layer):  # (k, c, multiplier) becomes (k, 1, filters)
        shape = (*(axis.kernel for axis in layer.axes), 1, layer.filters)
        name += f".reshape({', '.join(map(str, shape))})"
    order = ", ".join(map(str, [rank + 1, rank, *range(rank)]))
    return f"{name}.transpose({order})" if channels_first else name


def framed(layer: AnyLayer, writers: Writers, *, asked: str, channels_first: bool) -> str:
    """The code that a framework's writers make, what goes in and comes out above it, its weights below."""
    if not isinstance(layer, AnyLayer):
        raise TypeError(f"{asked} takes a layer such as Conv or Pool, but was given {layer!r}")
    try:
        code = writers.write(layer)
    except UnsupportedLayer as reason:
        return f"# {reason}"
    shapes = (_batch_shape(shape, channels_first) for shape in (_input_shape(layer), layer.output_shape))
    lines = [*(f"# {line}" for line in (" to ".join(shapes), *code.notes)), code.source]
    return "\n".join([*lines, f"# {code.weights}"] if code.weights else lines)


def _input_shape(layer: AnyLayer) -> tuple[int, ...]:
    if isinstance(layer, Dense):
        return (layer.inputs,)
    if isinstance(layer, AdaptivePool):
        return (*each_axis(layer.size), layer.channels)
    return (*(axis.size for axis in layer.axes), layer.channels)


def _batch_shape(shape: tuple[int, ...], channels_first: bool) -> str:
    *sizes, channels = shape
    return f"(batch, {', '.join(map(str, [channels, *sizes] if channels_first else [*sizes, channels]))})"
