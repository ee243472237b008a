"""What layers have in common: an axis for each dimension, and channels, which may be in groups."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from convarith._text import call_repr
from convarith._validate import check_fields, check_flags, expand, per_axis
from convarith.axis import Axis, TransposedAxis

PerAxis = int | Sequence[int]
Padding = str | int | Sequence[int | str | Sequence[int]]


class Shaped(ABC):
    """What all layers have in common."""

    def __repr__(self) -> str:
        return call_repr(self)

    @property
    @abstractmethod
    def output_shape(self) -> tuple[int, ...]:
        """Output sizes, then the output channels: Keras's order, without the batch."""

    @property
    def activations(self) -> int:
        """Numbers that come out, for one input: the product of the output shape.

        >>> from convarith import Conv
        >>> Conv(size=(28, 28), channels=1, filters=32, kernel=3, padding="same").activations
        25088
        """
        return prod(self.output_shape)


class Spatial(Shaped):
    """What layers with axes have in common."""

    channels: int

    def __post_init__(self) -> None:
        check_fields(self, [("channels", 1)])
        expand(self)
        _ = self.axes  # raises where one does not fit

    @property
    @abstractmethod
    def axes(self) -> tuple[Axis | TransposedAxis, ...]:
        """One axis for each dimension."""

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Output sizes, then the output channels: Keras's order, without the batch.

        >>> from convarith import Conv
        >>> Conv(size=28, channels=1, filters=8, kernel=5, stride=2).output_shape
        (12, 8)
        """
        return (*(axis.output for axis in self.axes), getattr(self, "filters", self.channels))


class Grouped(Spatial):
    """What layers have in common whose channels and filters are split into groups."""

    filters: int
    groups: int
    bias: bool

    def __post_init__(self) -> None:
        check_flags(bias=self.bias)
        check_fields(self, [("channels", 1), ("filters", 1), ("groups", 1)])
        for name, number in (("channels", self.channels), ("filters", self.filters)):
            if number % self.groups:
                raise ValueError(f"{name} must be a multiple of groups ({self.groups}), but is {number}")
        super().__post_init__()

    @property
    def parameters(self) -> int:
        """Trainable numbers: product of k times (c / groups) times filters, and one bias per filter.

        >>> from convarith import Conv
        >>> Conv(size=(26, 26), channels=32, filters=32, kernel=3).parameters
        9248
        """
        return self._weights + self.bias * self.filters

    @property
    def _weights(self) -> int:
        return prod(axis.kernel for axis in self.axes) * self.channels // self.groups * self.filters


@dataclass(frozen=True, kw_only=True, repr=False)
class Sliding(Spatial):
    """What `Conv` and `SeparableConv` have in common."""

    size: PerAxis
    channels: int
    filters: int
    kernel: PerAxis
    stride: PerAxis = 1
    padding: Padding = "valid"
    dilation: PerAxis = 1

    @property
    def axes(self) -> tuple[Axis, ...]:
        """One `Axis` for each dimension.

        >>> from convarith import Conv
        >>> Conv(size=(5, 7), channels=1, filters=1, kernel=3, stride=2, padding="same").axes[0]
        Axis(size=5, kernel=3, stride=2, pad_low=1, pad_high=1)
        """
        return tuple(Axis.with_padding(**one) for one in per_axis(self))


class Weightless:
    """What pooling layers have in common: no weights."""

    @property
    def parameters(self) -> int:
        """Always 0: a pooling window has no weights."""
        return 0

    @property
    def macs(self) -> int:
        """Always 0: a pooling window compares or adds, and multiplies nothing by a weight."""
        return 0
