"""What the code of all frameworks shares: how calls are written, and what a layer's padding amounts to."""

from collections.abc import Iterable, Sequence
from textwrap import indent

from convarith.axis import Axis
from convarith.layers import Conv, Dense, Pool, SeparableConv, TransposedConv

Layer = Conv | SeparableConv | TransposedConv | Pool | Dense


class NoSuchLayer(Exception):
    """Why a framework has no such layer, in one sentence: an answer, which becomes a comment."""


def alike(values: Iterable[object], usual: object = None) -> str | None:
    """One value where all axes have the same, else a tuple; None where it goes without saying."""
    values = list(values)
    if all(value == usual for value in values):
        return None
    return str(values[0] if len(set(values)) == 1 else tuple(values))


def each(layer: Layer, name: str, usual: int | None = 1) -> str | None:
    """What the axes have of this name, as `alike` says it."""
    return alike((getattr(axis, name) for axis in layer.axes), usual)


def write(name: str, *given: object, **options: object) -> str:
    """A call as it is written, without the options that are None; one line each where it is long."""
    said = [*map(str, given), *(f"{key}={value}" for key, value in options.items() if value is not None)]
    line = f"{name}({', '.join(said)})"
    if len(line) <= 88:
        return line
    return f"{name}(\n" + "".join(f"    {one},\n" for one in said) + ")"


def write_rows(opening: str, calls: Sequence[str], closing: str) -> str:
    """Calls below each other, between an opening and a closing line."""
    return opening + "\n" + "".join(indent(one, "    ") + ",\n" for one in calls) + closing


def rule_of(layer: Layer) -> str | None:
    """The rule that pads all axes, if one does."""
    words = set(layer.padding) if isinstance(layer.padding, tuple) else {layer.padding}
    (word, *others) = words
    return word if isinstance(word, str) and not others else None


def pads_of(layer: Layer) -> list[tuple[int, int]]:
    """The padding of each axis, in cells."""
    return [(axis.pad_low, axis.pad_high) for axis in layer.axes]


def is_depthwise(layer: Layer) -> bool:
    """Whether each filter reads one channel of several."""
    return layer.groups == layer.channels > 1


def no_bias(layer: Layer) -> str | None:
    """The argument of a layer without bias; having one goes without saying."""
    return None if layer.bias else "False"


def counts(pool: Pool) -> bool:
    """Whether the padding changes the divisors of an average."""
    return pool.operation == "average" and pool.count_padding and any(map(any, pads_of(pool)))


def reach_of(axis: Axis) -> tuple[int, int]:
    """The padding of a pool with the overhang of ceil_mode in it: the last window ends where it ends."""
    high = axis.pad_high
    return axis.pad_low, max(high + axis.overhang - axis.unused, 0) if axis.ceil_mode else high


def rounding(pool: Pool, pads: Sequence[tuple[int, int]]) -> bool | None:
    """The ceil_mode with which these pads have the pool's windows, the pool's own first; None for neither."""
    for ceil_mode in (pool.ceil_mode, not pool.ceil_mode):
        if all(windows(a, pad, ceil_mode) == a.output for a, pad in zip(pool.axes, pads, strict=True)):
            return ceil_mode
    return None


def windows(axis: Axis, pad: tuple[int, int], ceil_mode: bool = False) -> int:
    """How many windows a pool has on the axis with another padding."""
    if axis.size + sum(pad) < axis.kernel:
        return 0
    return Axis.with_padding(
        pad, size=axis.size, kernel=axis.kernel, stride=axis.stride, ceil_mode=ceil_mode
    ).output


def kernel_of(layer: Layer, name: str = "kernel", *, turned: bool) -> str:
    """How Keras's kernel becomes this framework's: filters and channels in front where it is turned."""
    rank = len(getattr(layer, "axes", ()))
    if isinstance(layer, Conv) and is_depthwise(layer):  # (k, c, multiplier) becomes (k, 1, filters)
        shape = (*(axis.kernel for axis in layer.axes), 1, layer.filters)
        name += f".reshape({', '.join(map(str, shape))})"
    return f"{name}.transpose({', '.join(map(str, [rank + 1, rank, *range(rank)]))})" if turned else name
