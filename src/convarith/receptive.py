"""What the outputs of a stack of axes or layers see of its input.

Standard library only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import overload

from convarith._text import plural
from convarith._validate import as_tuple
from convarith.axis import Axis, TransposedAxis
from convarith.field import Line, Taps
from convarith.layers import Conv, Pool, SeparableConv, TransposedConv


@dataclass(frozen=True)
class ReceptiveField:
    """What the outputs of a stack see of its input, along one axis; `receptive_field` makes it.

    Every number describes the whole stack as if it were one layer: output j sees the r input cells
    from j * stride - padding on. Padding of inner layers counts as if it were data.

    >>> receptive_field([Axis(size=9, kernel=3, stride=2).same(), Axis(size=5, kernel=3).same()])
    ReceptiveField(size=7, stride=2, padding=3, start=-3)
    """

    axes: tuple[Axis, ...]

    @property
    def size(self) -> int:
        """Cells r from the first that an output sees to the last: 1 + sum of (span - 1) * earlier strides.

        >>> receptive_field([Axis(size=9, kernel=3), Axis(size=7, kernel=3)]).size
        5
        """
        _, first, last = self._line
        return last - first + 1

    @property
    def stride(self) -> int:
        """Input cells S from the field of one output to that of the next: the product of all strides."""
        return self._line[0]

    @property
    def padding(self) -> int:
        """Cells P by which output 0's field sticks out of the input: sum of p_low * earlier strides."""
        return -self.start

    @property
    def start(self) -> int:
        """First input cell that output 0 sees, -P; below 0 it lies in the padding."""
        return self._line[1]

    def interval(self, j: int) -> range:
        """Input cells from the first to the last that output j sees: r of them, from jS - P on.

        Cells outside 0..i-1 are padding. Not every cell in between need be seen: `paths` shows which are.

        Raises ValueError when there is no output j, TypeError when j is not a whole number.

        >>> stack = [Axis(size=7, kernel=3, stride=2).same(), Axis(size=4, kernel=3).same()]
        >>> receptive_field(stack).interval(0)
        range(-3, 4)
        """
        self.axes[-1].window(j)  # raises where there is no output j
        first = int(j) * self.stride + self.start
        return range(first, first + self.size)

    def centre(self, j: int) -> float:
        """Where the middle of output j's field lies, in input cells: jS - P + (r - 1) / 2.

        Raises as `interval` does.

        >>> receptive_field([Axis(size=8, kernel=2, stride=2)]).centre(1)
        2.5
        """
        field = self.interval(j)
        return (field[0] + field[-1]) / 2

    def paths(self, j: int) -> tuple[int, ...]:
        """In how many ways each input cell reaches output j, a tuple of length `axes[0].size`.

        Paths through the padding of an inner layer start nowhere and do not count. This is the gradient
        of output j of a stack whose weights are all 1, and the shape of its effective receptive field.

        Raises as `interval` does.

        Source: Luo, Li, Urtasun and Zemel, "Understanding the effective receptive field" (2016).

        >>> receptive_field([Axis(size=5, kernel=3), Axis(size=3, kernel=3)]).paths(0)
        (1, 2, 3, 2, 1)
        """
        return self.reached(j)[0]

    def reached(self, j: int) -> tuple[tuple[int, ...], ...]:
        """In how many ways each cell reaches output j: one tuple for the input and for each layer's output.

        Raises as `interval` does.

        >>> receptive_field([Axis(size=5, kernel=3), Axis(size=3, kernel=3)]).reached(0)[1:]
        ((1, 1, 1), (1,))
        """
        self.interval(j)
        counts = [tuple(int(cell == j) for cell in range(self.axes[-1].output))]
        for axis in reversed(self.axes):
            below = [0] * axis.size
            for ways, window in zip(counts[0], axis.windows, strict=True):
                for cell in window if ways else ():
                    if 0 <= cell < axis.size:
                        below[cell] += ways
            counts.insert(0, tuple(below))
        return tuple(counts)

    def __repr__(self) -> str:
        numbers = (f"{name}={getattr(self, name)}" for name in ("size", "stride", "padding", "start"))
        return f"ReceptiveField({', '.join(numbers)})"

    @property
    def _line(self) -> tuple[int, int, int]:
        """Stride, and the first and last cell that output 0 sees."""
        line = Line(1, ((0, 0),))
        for axis in self.axes:
            line = line.through(Taps.of_windows(axis))
        first, last = line.spans[0] or (0, 0)
        return line.step, first, last


@overload
def receptive_field(stack: Iterable[Axis]) -> ReceptiveField: ...
@overload
def receptive_field(stack: Iterable[Conv | SeparableConv | Pool]) -> tuple[ReceptiveField, ...]: ...
def receptive_field(
    stack: Iterable[Axis | Conv | SeparableConv | Pool],
) -> ReceptiveField | tuple[ReceptiveField, ...]:
    """What an output of a stack sees of the stack's input.

    r = 1 + sum of (span_l - 1) * product of the strides before layer l.

    Arguments:
        stack: axes, from the input on; or `Conv`, `SeparableConv` and `Pool` layers. Each takes the size
            that the one before it gives.

    Returns a `ReceptiveField`; for layers a tuple of them, one for each axis.

    Raises ValueError when the stack is empty or sizes do not agree, TypeError for anything else in it,
    transposed layers included.

    Source: Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks",
    Distill (2019).

    >>> first = Axis(size=28, kernel=3, stride=2)
    >>> receptive_field([first, first.then(kernel=3), first.then(kernel=3).then(kernel=2, stride=2)])
    ReceptiveField(size=9, stride=4, padding=0, start=0)
    """
    stack = as_tuple("stack", stack, "axes or layers in a list")
    if not stack:
        raise ValueError("a stack must have at least 1 layer, but has 0")
    if all(isinstance(layer, Axis) for layer in stack):
        return _field(stack)
    for layer in sorted(stack, key=lambda layer: isinstance(layer, Axis)):  # what is neither comes first
        if isinstance(layer, TransposedAxis | TransposedConv):
            raise TypeError(
                f"after {layer!r} the fields of outputs need not have one size and one stride, "
                "so receptive_field takes no transposed layers; trace reads networks with them"
            )
        if not isinstance(layer, Conv | SeparableConv | Pool):
            raise TypeError(
                "a stack holds either axes or Conv, SeparableConv and Pool layers, "
                f"so it cannot hold {layer!r} ({type(layer).__name__})"
            )
    ranks = {len(layer.axes) for layer in stack}
    if len(ranks) > 1:
        raise ValueError(f"layers of a stack must have the same number of axes, but have {sorted(ranks)}")
    for number, (one, after) in enumerate(pairwise(stack), 1):
        if one.output_shape[-1] != after.channels:
            raise ValueError(
                f"layer {number + 1} takes {plural(after.channels, 'channel')}, but layer {number} gives "
                f"{one.output_shape[-1]}"
            )
    return tuple(map(_field, zip(*(layer.axes for layer in stack), strict=True)))


def _field(axes: tuple[Axis, ...]) -> ReceptiveField:
    for number, (axis, after) in enumerate(pairwise(axes), 1):
        if axis.output != after.size:
            raise ValueError(
                f"layer {number + 1} takes {plural(after.size, 'cell')}, "
                f"but layer {number} gives {axis.output}"
            )
    return ReceptiveField(axes)
