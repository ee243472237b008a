"""Layers on top of axes: shapes, parameters, multiply-accumulates, activations.

A layer is one axis for each of its one to three dimensions, and channels. What it costs is counted for one
input: padding counts, biases do not. Nothing here needs more than the standard library.
"""

from dataclasses import dataclass
from math import prod

from convarith._layer import Grouped, Padding, PerAxis, Shaped, Sliding, Spatial, Weightless
from convarith._validate import as_ints, as_positive_int, check_choice, check_fields, check_flags, per_axis
from convarith.axis import Axis, TransposedAxis


@dataclass(frozen=True, kw_only=True, repr=False)
class Conv(Grouped, Sliding):
    """A convolution layer in one, two or three dimensions, as Keras's `Conv1D`, `Conv2D` and `Conv3D`.

    Each filter has (c / groups) times the product of k weights, and one bias; every output cell costs as
    many multiply-accumulates as its filter has weights.

    Arguments (a single number stands for all axes; where all are single numbers, there is one axis):
        size: input size, without channels.
        channels: channels c of the input.
        filters: channels of the output.
        kernel, stride, dilation: as in `Axis`.
        padding: a rule or number as in `Axis.with_padding` for all axes, or one for each axis; on one axis
            also a pair (low, high).
        groups: parts into which channels and filters are split; it divides both.
        bias: whether each filter has a bias.
        padding_mode: what fills the padding: "zeros"; the input mirrored, "reflect"; its end cell over and
            over, "replicate"; or its opposite end, "circular". The shape does not depend on it.

    Raises TypeError and ValueError as `Axis` does, and ValueError for groups that do not divide channels and
    filters, and for more padding than there are cells to copy.

    Source: Dumoulin and Visin (2016), section 1.1; Keras, `Conv2D`; PyTorch, `Conv2d` (padding_mode).

    >>> first = Conv(size=(28, 28), channels=1, filters=32, kernel=3)
    >>> first.output_shape, first.parameters, first.macs
    ((26, 26, 32), 320, 194688)
    """

    groups: int = 1
    bias: bool = True
    padding_mode: str = "zeros"

    def __post_init__(self) -> None:
        check_choice("padding_mode", self.padding_mode, ("zeros", "reflect", "replicate", "circular"))
        super().__post_init__()
        if self.padding_mode in ("zeros", "replicate"):
            return
        for axis in self.axes:
            most = axis.size - (self.padding_mode == "reflect")  # the last cell is not repeated
            if max(axis.pad_low, axis.pad_high) > most:
                raise ValueError(
                    f"{self.padding_mode} padding takes cells of the input, so {axis.size} cells allow "
                    f"{most} on each side, but it is {axis.pad_low} and {axis.pad_high}"
                )

    @classmethod
    def depthwise(cls, *, channels: int, multiplier: int = 1, **given: object) -> "Conv":
        """The layer whose filters each read one channel: as many groups as channels.

        Arguments:
            channels: channels of the input.
            multiplier: filters for each of them: Keras's `depth_multiplier`.
            given: size, kernel, stride, padding, dilation, bias, as in `Conv`.

        Raises as `Conv` does.

        Source: Keras, `DepthwiseConv2D`.

        >>> Conv.depthwise(size=(14, 14), channels=32, kernel=3, padding="same").parameters
        320
        """
        channels, multiplier = (
            as_positive_int("channels", channels),
            as_positive_int("multiplier", multiplier),
        )
        return cls(channels=channels, filters=channels * multiplier, groups=channels, **given)  # type: ignore[arg-type]

    @property
    def macs(self) -> int:
        """Multiply-accumulates: weights times output cells, as every weight is used once for each.

        >>> Conv(size=(26, 26), channels=32, filters=32, kernel=3).macs
        5308416
        """
        return self._weights * prod(self.output_shape[:-1])


@dataclass(frozen=True, kw_only=True, repr=False)
class SeparableConv(Sliding):
    """A depthwise convolution, and a 1 x 1 convolution that mixes its channels: Keras's `SeparableConv2D`.

    Arguments:
        size, channels, filters, kernel, stride, padding, dilation: as in `Conv`.
        multiplier: channels between the two parts, for each channel of the input.
        bias: whether each filter of the second part has a bias; the first part has none.

    Raises as `Conv` does.

    Source: Keras, `SeparableConv2D`; Howard et al., "MobileNets" (2017), section 3.1.

    >>> cheap = SeparableConv(size=(28, 28), channels=32, filters=64, kernel=3, padding="same")
    >>> cheap.output_shape, cheap.parameters, cheap.macs
    ((28, 28, 64), 2400, 1831424)
    """

    multiplier: int = 1
    bias: bool = True

    def __post_init__(self) -> None:
        check_flags(bias=self.bias)
        check_fields(self, [("filters", 1), ("multiplier", 1)])
        super().__post_init__()

    @property
    def parts(self) -> tuple[Conv, Conv]:
        """The two convolutions, depthwise and 1 x 1.

        >>> SeparableConv(size=9, channels=2, filters=8, kernel=3).parts[1]
        Conv(size=7, channels=2, filters=8, kernel=1)
        """
        names = ("size", "channels", "kernel", "stride", "padding", "dilation")
        given = {name: getattr(self, name) for name in names}
        first = Conv.depthwise(**given, multiplier=self.multiplier, bias=False)
        *sizes, channels = first.output_shape
        return first, Conv(size=sizes, channels=channels, filters=self.filters, kernel=1, bias=self.bias)

    @property
    def parameters(self) -> int:
        """Trainable numbers of both parts: c * multiplier * (product of k + filters), one bias per filter."""
        return sum(part.parameters for part in self.parts)

    @property
    def macs(self) -> int:
        """Multiply-accumulates of both parts."""
        return sum(part.macs for part in self.parts)


@dataclass(frozen=True, kw_only=True, repr=False)
class TransposedConv(Grouped):
    """A transposed convolution in one, two or three dimensions: every input cell stamps its weights.

    It has the weights of the convolution that it transposes, and one bias for each filter of its own. Every
    input cell costs as many multiply-accumulates as there are weights; what is cut off later counts, too.

    Arguments (a single number stands for all axes; where all are single numbers, there is one axis):
        size: input size, without channels.
        channels, filters: channels of the input and of the output.
        kernel, stride, dilation: as in `TransposedAxis`.
        padding: "valid" or "same", as `TransposedAxis.keras` means them; or cells cut off, a number for
            all ends or one for each axis, as in PyTorch; on one axis also a pair (low, high).
        output_padding: cells added at the high end; None leaves them to Keras where padding is a word, and
            adds none where it is a number.
        groups, bias: as in `Conv`.

    Raises TypeError and ValueError as `TransposedAxis` and `Conv` do.

    Source: Dumoulin and Visin (2016), section 4; Keras, `Conv2DTranspose`; PyTorch, `ConvTranspose2d`.

    >>> up = TransposedConv(size=(7, 7), channels=8, filters=4, kernel=3, stride=2, padding="same")
    >>> up.output_shape, up.parameters, up.macs
    ((14, 14, 4), 292, 14112)
    """

    size: PerAxis
    channels: int
    filters: int
    kernel: PerAxis
    stride: PerAxis = 1
    padding: Padding = "valid"
    output_padding: PerAxis | None = None
    dilation: PerAxis = 1
    groups: int = 1
    bias: bool = True

    @property
    def axes(self) -> tuple[TransposedAxis, ...]:
        """One `TransposedAxis` for each dimension.

        >>> TransposedConv(size=4, channels=1, filters=1, kernel=3, stride=2, padding=1).axes[0]
        TransposedAxis(size=4, kernel=3, stride=2, pad_low=1, pad_high=1)
        """
        each = per_axis(self)
        more = (
            self.output_padding
            if isinstance(self.output_padding, tuple)
            else [self.output_padding] * len(each)
        )
        return tuple(_transposed(**one, more=m) for one, m in zip(each, more, strict=True))

    @property
    def macs(self) -> int:
        """Multiply-accumulates: weights times input cells, as every weight is used once for each."""
        return self._weights * prod(axis.size for axis in self.axes)


@dataclass(frozen=True, kw_only=True, repr=False)
class Pool(Weightless, Spatial):
    """A pooling layer in one, two or three dimensions: windows without weights, channel by channel.

    Arguments (a single number stands for all axes; where all are single numbers, there is one axis):
        size: input size, without channels.
        channels: channels of the input and of the output.
        kernel: size of the window.
        stride: step from one window to the next; the kernel where it is not given, so that windows tile.
        padding: as in `Conv`.
        dilation: as in `Axis`; PyTorch and ONNX have it, Keras does not.
        ceil_mode: as in `Axis`.
        operation: "max" or "average". Shape and cost do not depend on it.
        count_padding: whether the padding counts in the divisors of an average, as in PyTorch unless it is
            told otherwise; in Keras it never does.

    Raises TypeError and ValueError as `Axis` does, and ValueError for any other operation.

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
    operation: str = "max"
    count_padding: bool = False
    dilation: PerAxis = 1

    def __post_init__(self) -> None:
        check_choice("operation", self.operation, ("max", "average"))
        check_flags(count_padding=self.count_padding)
        if self.stride is None:
            object.__setattr__(self, "stride", self.kernel)
        super().__post_init__()

    @property
    def axes(self) -> tuple[Axis, ...]:
        """One `Axis` for each dimension; its `divisors` are those of an average.

        >>> Pool(size=(5, 5), channels=1, kernel=2, ceil_mode=True).axes[0].divisors(count_padding=True)
        (2, 2, 1)
        """
        return tuple(Axis.with_padding(**one, ceil_mode=self.ceil_mode) for one in per_axis(self))


@dataclass(frozen=True, kw_only=True, repr=False)
class AdaptivePool(Weightless, Shaped):
    """A pooling layer that is told its output size: windows share the input as evenly as whole cells allow.

    Window j reads cells floor(j i / o) to ceil((j + 1) i / o) - 1: where o does not divide i, windows differ
    in size, and neighbours overlap.

    Arguments (a single number stands for all axes; where all are single numbers, there is one axis):
        size: input size, without channels.
        channels: channels of the input and of the output.
        output: output size, without channels.
        operation: "max" or "average".

    Raises TypeError for what is not a whole number, ValueError for one below 1 or any other operation.

    Source: PyTorch, `AdaptiveAveragePooling.cpp`; Keras, `AdaptiveAveragePooling2D`.

    >>> AdaptivePool(size=5, channels=1, output=3).windows
    ((range(0, 2), range(1, 4), range(3, 5)),)
    """

    size: PerAxis
    channels: int
    output: PerAxis
    operation: str = "max"

    def __post_init__(self) -> None:
        check_choice("operation", self.operation, ("max", "average"))
        check_fields(self, [("channels", 1)])
        sizes, outputs = as_ints("size", self.size), as_ints("output", self.output)
        rank = max(len(sizes), len(outputs))
        if not 1 <= rank <= 3:
            raise ValueError(f"a layer has one to three axes, but {rank} were given")
        for name, value in (("size", self.size), ("output", self.output)):
            numbers = as_ints(name, value, count=rank)
            object.__setattr__(self, name, numbers[0] if rank == 1 else tuple(numbers))

    @property
    def windows(self) -> tuple[tuple[range, ...], ...]:
        """Every window of each axis, as ranges of input cells."""
        return tuple(
            tuple(range(j * size // output, -(-(j + 1) * size // output)) for j in range(output))
            for size, output in zip(as_ints("size", self.size), as_ints("output", self.output), strict=True)
        )

    @property
    def pool(self) -> Pool | None:
        """The pool that has the same windows; None where windows differ in size or in spacing.

        >>> AdaptivePool(size=6, channels=1, output=3).pool
        Pool(size=6, channels=1, kernel=2, stride=2)
        >>> AdaptivePool(size=7, channels=1, output=3).pool
        Pool(size=7, channels=1, kernel=3, stride=2)
        >>> AdaptivePool(size=8, channels=1, output=3).pool
        """
        kernel = [len(windows[0]) for windows in self.windows]
        stride = [windows[1].start if len(windows) > 1 else len(windows[0]) for windows in self.windows]
        for windows, k, s in zip(self.windows, kernel, stride, strict=True):
            if s < 1 or any(window != range(j * s, j * s + k) for j, window in enumerate(windows)):
                return None
        return Pool(
            size=self.size, channels=self.channels, kernel=kernel, stride=stride, operation=self.operation
        )

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Output sizes, then the channels: Keras's order, without the batch."""
        return (*as_ints("output", self.output), self.channels)


@dataclass(frozen=True, kw_only=True, repr=False)
class Dense(Shaped):
    """A layer in which every unit reads every input: a convolution whose kernel is as large as its input.

    Arguments:
        inputs: numbers that go in.
        units: numbers that come out.
        bias: whether each unit has a bias.

    Raises TypeError for what is not a whole number, ValueError for one below 1.

    Source: Keras, `Dense`.

    >>> Dense(inputs=15488, units=128).parameters
    1982592
    """

    inputs: int
    units: int
    bias: bool = True

    def __post_init__(self) -> None:
        check_flags(bias=self.bias)
        check_fields(self, [("inputs", 1), ("units", 1)])

    @property
    def output_shape(self) -> tuple[int]:
        """The units: Keras's order, without the batch."""
        return (self.units,)

    @property
    def parameters(self) -> int:
        """Trainable numbers: inputs * units, and one bias per unit.

        >>> Dense(inputs=128, units=10).parameters
        1290
        """
        return self.macs + self.bias * self.units

    @property
    def macs(self) -> int:
        """Multiply-accumulates: inputs * units, each weight once.

        >>> Dense(inputs=128, units=10).macs
        1280
        """
        return self.inputs * self.units


AnyLayer = Conv | SeparableConv | TransposedConv | Pool | AdaptivePool | Dense


def _transposed(*, padding: str | int | tuple[int, int], more: int | None, **axis: int) -> TransposedAxis:
    if isinstance(padding, str):
        return TransposedAxis.keras(**axis, padding=padding, output_padding=more)
    return TransposedAxis.pytorch(**axis, padding=padding, output_padding=more or 0)
