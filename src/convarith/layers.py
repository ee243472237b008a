"""Layers and stacks on top of axes: shapes, parameters, multiply-accumulates, and what an output has seen.

A layer is one `Axis` for each of its one to three dimensions; a stack is a list of axes or layers, each of
which takes what the one before gives. Nothing here needs more than the standard library.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from operator import attrgetter

from convarith.axis import Axis
from convarith.checks import at_least_1, several, written

PerAxis = int | Sequence[int]
Padding = str | int | Sequence[int | str | Sequence[int]]


@dataclass(frozen=True, kw_only=True, repr=False)
class Conv:
    """A convolution layer in one, two or three dimensions, as Keras's `Conv1D`, `Conv2D` and `Conv3D`.

    Per filter it has (c / groups) times the product of the k weights and one bias; every output cell costs
    as many multiply-accumulates as the filter has weights.

    Arguments (a single number stands for all axes; a layer of numbers only has one axis):
        size: input size, without channels.
        channels: channels c of the input.
        filters: channels of the output.
        kernel, stride, dilation: as of `Axis`.
        padding: a rule or number as of `Axis.with_padding` for all axes, or one for each axis; on one axis
            also a pair (low, high).
        groups: parts into which channels and filters are split; channels and filters are multiples of it.
        bias: whether each filter has a bias.

    Raises TypeError and ValueError as `Axis` does, and ValueError for groups that do not divide.

    Source: Dumoulin and Visin (2016), section 1.1; Keras, `Conv2D`.

    >>> first = Conv(size=(28, 28), channels=1, filters=32, kernel=3)
    >>> first.output_shape, first.parameters, first.macs
    ((26, 26, 32), 320, 194688)
    """

    size: PerAxis
    channels: int
    filters: int
    kernel: PerAxis
    stride: PerAxis = 1
    padding: Padding = "valid"
    dilation: PerAxis = 1
    groups: int = 1
    bias: bool = True

    def __post_init__(self) -> None:
        for name in ("channels", "filters", "groups"):
            object.__setattr__(self, name, at_least_1(name, getattr(self, name)))
        for name in ("channels", "filters"):
            number = getattr(self, name)
            if number % self.groups:
                raise ValueError(f"{name} must be a multiple of the groups {self.groups}, but is {number}")
        _set_axes(self, ("size", "kernel", "stride", "dilation"))

    def __repr__(self) -> str:
        return written(self)

    @property
    def axes(self) -> tuple[Axis, ...]:
        """One `Axis` for each dimension.

        >>> Conv(size=(5, 7), channels=1, filters=1, kernel=3, stride=2, padding="same").axes[0]
        Axis(size=5, kernel=3, stride=2, pad_low=1, pad_high=1)
        """
        return _axes(self)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Output sizes, then the filters: Keras's order, without the batch.

        >>> Conv(size=28, channels=1, filters=8, kernel=5, stride=2).output_shape
        (12, 8)
        """
        return (*map(attrgetter("output"), self.axes), self.filters)

    @property
    def parameters(self) -> int:
        """Trainable numbers: product of k times (c / groups) times filters, and one bias per filter.

        >>> Conv(size=(26, 26), channels=32, filters=32, kernel=3).parameters
        9248
        """
        return self._weights + self.bias * self.filters

    @property
    def macs(self) -> int:
        """Multiply-accumulates for one input: weights times output cells; padding counts, biases do not.

        >>> Conv(size=(26, 26), channels=32, filters=32, kernel=3).macs
        5308416
        """
        return self._weights * prod(self.output_shape[:-1])

    @property
    def _weights(self) -> int:
        return prod(map(attrgetter("kernel"), self.axes)) * self.channels // self.groups * self.filters


@dataclass(frozen=True, kw_only=True, repr=False)
class Pool:
    """A pooling layer in one, two or three dimensions: windows without weights, channel by channel.

    Arguments (a single number stands for all axes; a layer of numbers only has one axis):
        size: input size, without channels.
        channels: channels of the input and of the output.
        kernel: size of the window.
        stride: steps from one window to the next; the kernel where it is not given, so that windows tile.
        padding: as of `Conv`.
        ceil_mode: as of `Axis`.

    Raises TypeError and ValueError as `Axis` does.

    Source: Keras, `MaxPooling2D`; PyTorch, `torch.nn.MaxPool2d`.

    >>> halved = Pool(size=(28, 28), channels=32, kernel=2)
    >>> halved.output_shape, halved.parameters, halved.macs
    ((14, 14, 32), 0, 0)
    """

    size: PerAxis
    channels: int
    kernel: PerAxis
    stride: PerAxis | None = None
    padding: Padding = "valid"
    ceil_mode: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "channels", at_least_1("channels", self.channels))
        if self.stride is None:
            object.__setattr__(self, "stride", self.kernel)
        _set_axes(self, ("size", "kernel", "stride"))

    def __repr__(self) -> str:
        return written(self)

    @property
    def axes(self) -> tuple[Axis, ...]:
        """One `Axis` for each dimension; its `divisors` are those of an average.

        >>> Pool(size=(5, 5), channels=1, kernel=2, ceil_mode=True).axes[0].divisors(count_padding=True)
        (2, 2, 1)
        """
        return _axes(self)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Output sizes, then the channels: Keras's order, without the batch.

        >>> Pool(size=(7, 9), channels=3, kernel=3, stride=2).output_shape
        (3, 4, 3)
        """
        return (*map(attrgetter("output"), self.axes), self.channels)

    @property
    def parameters(self) -> int:
        """None: a pooling window has no weights."""
        return 0

    @property
    def macs(self) -> int:
        """None: a pooling window compares or adds, and multiplies nothing by a weight."""
        return 0


def _set_axes(layer: Conv | Pool, names: Iterable[str]) -> None:
    """Writes out a layer's arguments, one for each axis, and sees that every axis fits."""
    given = {name: getattr(layer, name) for name in names}
    rank = max(
        [len(v) for v in given.values() if isinstance(v, Sequence) and not isinstance(v, str)], default=1
    )
    padding = layer.padding
    if isinstance(padding, list | tuple):
        if any(not isinstance(one, int) for one in padding):
            rank = max(rank, len(padding))
        padding = tuple(tuple(one) if isinstance(one, list) else one for one in padding)
        object.__setattr__(layer, "padding", padding)
    if rank > 3:
        raise ValueError(f"a layer has one to three axes, but {rank} were given")
    for name, value in given.items():
        numbers = several(name, value, count=rank)
        object.__setattr__(layer, name, numbers[0] if rank == 1 else tuple(numbers))
    _axes(layer)


def _axes(layer: Conv | Pool) -> tuple[Axis, ...]:
    sizes = several("size", layer.size)
    rank, padding = len(sizes), layer.padding
    if rank == 1 and isinstance(padding, tuple) and all(isinstance(one, int) for one in padding):
        padding = (padding,)  # a pair (low, high)
    if not isinstance(padding, tuple):
        padding = (padding,) * rank
    if len(padding) != rank:
        raise ValueError(f"padding must be one for each of the {rank} axes, but there are {len(padding)}")
    kernel, stride = (several(name, getattr(layer, name), count=rank) for name in ("kernel", "stride"))
    dilation = several("dilation", getattr(layer, "dilation", 1), count=rank)
    return tuple(
        Axis.with_padding(
            p, size=i, kernel=k, stride=s, dilation=d, ceil_mode=getattr(layer, "ceil_mode", False)
        )
        for p, i, k, s, d in zip(padding, sizes, kernel, stride, dilation, strict=True)
    )


@dataclass(frozen=True)
class ReceptiveField:
    """What the outputs of a stack see of its input, along one axis; `receptive_field` makes it.

    Every number is that of the whole stack as if it were one layer: output j sees the r input cells
    from j * stride - padding on. Padding of inner layers counts as if it were data.
    """

    axes: tuple[Axis, ...]

    @property
    def size(self) -> int:
        """Cells r from the first that an output sees to the last: 1 + sum of (span - 1) * earlier strides.

        >>> receptive_field([Axis(size=9, kernel=3), Axis(size=7, kernel=3)]).size
        5
        """
        return 1 + self._sum(axis.span - 1 for axis in self.axes)

    @property
    def stride(self) -> int:
        """Input cells S from the field of one output to that of the next: the product of all strides."""
        return prod(axis.stride for axis in self.axes)

    @property
    def padding(self) -> int:
        """Cells P by which the first output's field sticks out: sum of p_low * earlier strides."""
        return self._sum(axis.pad_low for axis in self.axes)

    @property
    def start(self) -> int:
        """First input cell that output 0 sees, -P; below 0 it lies in the padding."""
        return -self.padding

    def interval(self, j: int) -> range:
        """Input cells from the first to the last that output j sees: r of them, from jS - P on.

        Cells outside 0..i-1 are padding. Not every cell between need be seen: `paths` tells.

        Raises ValueError when there is no output j, TypeError when j is not a whole number.

        >>> stack = [Axis(size=7, kernel=3, stride=2).same(), Axis(size=4, kernel=3).same()]
        >>> receptive_field(stack).interval(0)
        range(-3, 4)
        """
        self.axes[-1].window(j)  # raises where there is no output j
        first = int(j) * self.stride - self.padding
        return range(first, first + self.size)

    def centre(self, j: int) -> float:
        """Where the middle of output j's field lies, in input cells: jS - P + (r - 1) / 2.

        >>> receptive_field([Axis(size=8, kernel=2, stride=2)]).centre(1)
        2.5
        """
        field = self.interval(j)
        return (field[0] + field[-1]) / 2

    def paths(self, j: int) -> tuple[int, ...]:
        """In how many ways each input cell reaches output j, a tuple of length `axes[0].size`.

        Paths through the padding of an inner layer start nowhere and do not count. This is the gradient
        of output j of a stack whose weights are all 1, and the shape of its effective receptive field.

        Source: Luo, Li, Urtasun and Zemel, "Understanding the effective receptive field" (2016).

        >>> receptive_field([Axis(size=5, kernel=3), Axis(size=3, kernel=3)]).paths(0)
        (1, 2, 3, 2, 1)
        """
        return self.reached(j)[0]

    def reached(self, j: int) -> tuple[tuple[int, ...], ...]:
        """In how many ways each cell reaches output j: one tuple for the input and for each layer's output.

        >>> receptive_field([Axis(size=5, kernel=3), Axis(size=3, kernel=3)]).reached(0)[1:]
        ((1, 1, 1), (1,))
        """
        self.interval(j)
        counts = [tuple(int(cell == j) for cell in range(self.axes[-1].output))]
        for axis in reversed(self.axes):
            below = [0] * axis.size
            for output, ways in enumerate(counts[0]):
                for cell in axis.window(output) if ways else ():
                    if 0 <= cell < axis.size:
                        below[cell] += ways
            counts.insert(0, tuple(below))
        return tuple(counts)

    def __repr__(self) -> str:
        numbers = (f"{name}={getattr(self, name)}" for name in ("size", "stride", "padding", "start"))
        return f"ReceptiveField({', '.join(numbers)})"

    def _sum(self, cells: Iterable[int]) -> int:
        """The sum of what each layer adds, counted in cells of the input."""
        total, step = 0, 1
        for axis, count in zip(self.axes, cells, strict=True):
            total += count * step
            step *= axis.stride
        return total


def receptive_field(stack: Iterable[Axis | Conv | Pool]) -> ReceptiveField | tuple[ReceptiveField, ...]:
    """What an output of a stack sees of the stack's input.

    r = 1 + sum of (span_l - 1) * product of the strides before layer l.

    Arguments:
        stack: axes, from the input on; or `Conv` and `Pool` layers. Each takes the size that the one
            before gives.

    Returns a `ReceptiveField`; for layers a tuple of them, one for each axis.

    Raises ValueError when the stack is empty or sizes do not agree, TypeError for anything else in it.

    Source: Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks",
    Distill (2019).

    >>> first = Axis(size=28, kernel=3, stride=2)
    >>> receptive_field([first, first.then(kernel=3), first.then(kernel=3).then(kernel=2, stride=2)])
    ReceptiveField(size=9, stride=4, padding=0, start=0)
    """
    stack = tuple(stack)
    if not stack:
        raise ValueError("a stack must have at least 1 layer, but has 0")
    if all(isinstance(layer, Axis) for layer in stack):
        return _field(stack)
    for layer in sorted(stack, key=lambda layer: isinstance(layer, Axis)):  # what is neither comes first
        if not isinstance(layer, Conv | Pool):
            raise TypeError(
                f"a stack holds either axes or layers, so it cannot hold {layer!r} ({type(layer).__name__})"
            )
    ranks = {len(layer.axes) for layer in stack}
    if len(ranks) > 1:
        raise ValueError(f"the layers of a stack must have as many axes, but have {sorted(ranks)}")
    for number, (one, after) in enumerate(pairwise(stack), 1):
        if one.output_shape[-1] != after.channels:
            raise ValueError(
                f"layer {number + 1} takes {after.channels} channels, but layer {number} gives "
                f"{one.output_shape[-1]}"
            )
    return tuple(map(_field, zip(*(layer.axes for layer in stack), strict=True)))


def _field(axes: tuple[Axis, ...]) -> ReceptiveField:
    for number, (axis, after) in enumerate(pairwise(axes), 1):
        if axis.output != after.size:
            raise ValueError(
                f"layer {number + 1} takes {after.size} cells, but layer {number} gives {axis.output}"
            )
    return ReceptiveField(axes)
