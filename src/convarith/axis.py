"""Exact integer arithmetic of one axis of a convolution or pooling layer.

A layer treats each of its axes alone: the height of an image asks nothing of its width. So all of the
shape arithmetic is about one tape of `size` cells, padding at its two ends, and windows of `kernel` cells
that start `stride` cells apart. `Axis` is that tape. Nothing here needs more than the standard library.

Symbols, as in the book: input size i, kernel k, stride s, dilation d, padding p (low and high side),
output size o, effective kernel (span) d(k - 1) + 1.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from convarith._text import call_repr, plural
from convarith._validate import as_int, as_ints, as_positive_int, check_choice, check_fields, check_flags

TYPE_CHECKING = False  # type checkers know the name; to import typing would take milliseconds
if TYPE_CHECKING:
    from typing import Literal, overload


class _Tape(ABC):
    """What both axes have in common: windows of `kernel` cells, `stride` cells apart, on a tape of cells.

    The windows of an `Axis` read its input; those of a `TransposedAxis`, its stamps, write its output.
    """

    kernel: int
    stride: int
    dilation: int
    pad_low: int

    def __repr__(self) -> str:
        return call_repr(self)

    @property
    @abstractmethod
    def tape(self) -> int:
        """Size of the tape without its padding."""

    @property
    @abstractmethod
    def extent(self) -> range:
        """Every cell there is: the tape's, its padding's, and those beyond that a window reaches."""

    @property
    @abstractmethod
    def overhang(self) -> int:
        """Cells by which the last window hangs over the end of the padded tape."""

    @abstractmethod
    def explain(self) -> str:
        """How the output size is worked out: the formula with the numbers of this axis in it."""

    @property
    @abstractmethod
    def _count(self) -> int:
        """How many windows there are."""

    @property
    def span(self) -> int:
        """Cells from a window's first kernel cell to its last: the effective kernel, d(k - 1) + 1.

        >>> Axis(size=9, kernel=3, dilation=4).span
        9
        """
        return self.dilation * (self.kernel - 1) + 1

    @property
    def windows(self) -> tuple[range, ...]:
        """Every window, a tuple of ranges as `window` returns them.

        >>> Axis(size=5, kernel=3, stride=2).windows
        (range(0, 3), range(2, 5))
        >>> TransposedAxis(size=2, kernel=3, stride=2).windows
        (range(0, 3), range(2, 5))
        """
        return tuple(map(self._window, range(self._count)))

    @property
    def untouched(self) -> tuple[int, ...]:
        """The cells of `extent` that are in no window.

        >>> Axis(size=6, kernel=1, stride=2).untouched
        (1, 3, 5)
        """
        touched = set().union(*self.windows)
        return tuple(cell for cell in self.extent if cell not in touched)

    def _explain_span(self) -> str:
        return f"span = d(k - 1) + 1 = {self.dilation}({self.kernel} - 1) + 1 = {self.span}"

    def _window(self, j: int) -> range:
        start = j * self.stride - self.pad_low
        return range(start, start + self.span, self.dilation)

    def _visits(self) -> tuple[int, ...]:
        """How many windows hold each cell of the tape."""
        counts = [0] * self.tape
        for window in self.windows:
            for cell in window:
                if 0 <= cell < self.tape:
                    counts[cell] += 1
        return tuple(counts)


@dataclass(frozen=True, kw_only=True, repr=False)
class Axis(_Tape):
    """One axis of a layer: a tape of cells, its padding, and the windows that read it.

    o = floor((i + p_low + p_high - span) / s) + 1, with span = d(k - 1) + 1.

    Arguments (whole numbers, counted in cells):
        size: input size i, without padding; at least 1.
        kernel: kernel size k; at least 1.
        stride: step s from one window to the next; at least 1.
        dilation: step d from one kernel cell to the next; at least 1, which means no gaps.
        pad_low, pad_high: cells added before the first and after the last input cell; at least 0.
        ceil_mode: count a last window that runs over the end, as PyTorch's pooling does: round up instead
            of down, then drop the last window if it would start beyond the input and the low padding.

    Raises:
        TypeError: an argument is not a whole number (`ceil_mode`: not a bool).
        ValueError: an argument is too small, or no window fits into the padded axis.

    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016),
    relationship 6, extended to dilation and uneven padding; `ceil_mode` as in PyTorch's `Pool.h`.

    >>> first_layer = Axis(size=224, kernel=7, stride=2).same()
    >>> first_layer
    Axis(size=224, kernel=7, stride=2, pad_low=2, pad_high=3)
    >>> first_layer.output
    112
    """

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    pad_low: int = 0
    pad_high: int = 0
    ceil_mode: bool = False

    def __post_init__(self) -> None:
        check_fields(self, _LEAST)
        check_flags(ceil_mode=self.ceil_mode)
        if self.output < 1:
            gaps = f" with dilation {self.dilation}" if self.dilation > 1 and self.kernel > 1 else ""
            span = plural(self.span, "cell")
            raise ValueError(
                f"kernel {self.kernel}{gaps} spans {span}, but the padded axis has {self.padded}"
            )

    @classmethod
    def with_padding(
        cls,
        padding: str | int | Iterable[int],
        *,
        size: int,
        kernel: int,
        stride: int = 1,
        dilation: int = 1,
        ceil_mode: bool = False,
    ) -> "Axis":
        """An axis padded by a rule or by numbers: the kernel has to fit with the padding, not without.

        Arguments:
            padding: "valid", "same", "same_lower", "full" or "causal", as the methods of these names say;
                a number of cells for each side; or a pair (low, high).
            size, kernel, stride, dilation, ceil_mode: as in `Axis`.

        Raises as `Axis` does, and ValueError for any other rule.

        >>> Axis.with_padding("same", size=2, kernel=3)
        Axis(size=2, kernel=3, pad_low=1, pad_high=1)
        >>> Axis.with_padding(1, size=2, kernel=3) == Axis.with_padding((1, 1), size=2, kernel=3)
        True
        """
        if not isinstance(padding, str):
            low, high = as_ints("padding", padding, least=0, count=2)
        elif padding in _RULES:  # at first so much that every kernel fits
            low, high = 0, as_positive_int("dilation", dilation) * (as_positive_int("kernel", kernel) - 1)
        else:
            raise ValueError(
                f"padding must be a number, a pair or one of {', '.join(_RULES)}, but is {padding!r}"
            )
        axis = cls(
            size=size,
            kernel=kernel,
            stride=stride,
            dilation=dilation,
            pad_low=low,
            pad_high=high,
            ceil_mode=ceil_mode,
        )
        return _RULES[padding](axis) if isinstance(padding, str) else axis

    @property
    def tape(self) -> int:
        """Cells that windows move over, without padding: `size`; see `TransposedAxis.tape`."""
        return self.size

    @property
    def extent(self) -> range:
        """Every cell there is: input, padding, and the `overhang` after them.

        >>> Axis(size=5, kernel=2, stride=2, pad_low=1, ceil_mode=True).extent
        range(-1, 5)
        """
        return range(-self.pad_low, self.size + self.pad_high + self.overhang)

    @property
    def _count(self) -> int:
        return self.output

    @property
    def padded(self) -> int:
        """Size of the axis with its padding: i + p_low + p_high.

        >>> Axis(size=28, kernel=3, pad_low=1, pad_high=1).padded
        30
        """
        return self.size + self.pad_low + self.pad_high

    @property
    def output(self) -> int:
        """Output size, the number of windows: floor((i + p_low + p_high - span) / s) + 1.

        With `ceil_mode` the quotient is rounded up, and a last window that would start beyond the
        input and the low padding is dropped.

        >>> Axis(size=28, kernel=3, stride=2).output
        13
        >>> Axis(size=28, kernel=3, stride=2, ceil_mode=True).output
        14
        """
        room = self.padded - self.span
        if not self.ceil_mode:
            return room // self.stride + 1
        windows = -(-room // self.stride) + 1
        return windows - ((windows - 1) * self.stride >= self.size + self.pad_low)

    @property
    def unused(self) -> int:
        """Cells at the end of the padded axis, after the last window: i + p - ((o - 1)s + span).

        Without `ceil_mode` this is the remainder (i + p_low + p_high - span) mod s that the floor drops.

        >>> Axis(size=28, kernel=3, stride=2).unused
        1
        """
        return max(0, self._past_last)

    @property
    def overhang(self) -> int:
        """Cells by which the last window hangs over the end of the padded axis; 0 without `ceil_mode`.

        >>> Axis(size=28, kernel=3, stride=2, ceil_mode=True).overhang
        1
        """
        return max(0, -self._past_last)

    @property
    def _past_last(self) -> int:
        """From the end of the last window to that of the padded axis; below 0 where the window hangs over."""
        return self.padded - ((self.output - 1) * self.stride + self.span)

    def window(self, j: int) -> range:
        """Input cells that output j reads: from js - p_low on, one every d cells, k of them.

        Arguments:
            j: index of the output cell, 0 to `output` - 1.

        Returns a range of k input indices; those outside 0..size-1 are padding.

        Raises ValueError when there is no output j, TypeError when j is not a whole number.

        >>> list(Axis(size=7, kernel=3, pad_low=1).window(0))
        [-1, 0, 1]
        """
        j = as_int("j", j)
        if not 0 <= j < self.output:
            raise ValueError(f"there is no window {j}: {_numbered(self.output, 'window')} from 0")
        return self._window(j)

    @property
    def reads(self) -> tuple[int, ...]:
        """How many windows read each input cell, a tuple of length `size`; padding is not counted.

        >>> Axis(size=5, kernel=3).reads
        (1, 2, 3, 2, 1)
        >>> Axis(size=5, kernel=3).full().reads
        (3, 3, 3, 3, 3)
        """
        return self._visits()

    def divisors(self, *, count_padding: bool) -> tuple[int, ...]:
        """What an average divides the sum of each window by: its cells, a tuple of length `output`.

        Cells beyond the padding, which only `ceil_mode` reaches, never count. In two dimensions the
        divisor of a cell is that of its row times that of its column.

        Arguments:
            count_padding: count the padding's cells too. PyTorch does (`count_include_pad=True`),
                TensorFlow does not.

        Raises TypeError when `count_padding` is neither True nor False.

        Source: PyTorch, `AvgPoolKernel.cpp`; TensorFlow, `tf.nn.avg_pool`.

        >>> axis = Axis(size=4, kernel=3).same()
        >>> axis.divisors(count_padding=True), axis.divisors(count_padding=False)
        ((3, 3, 3, 3), (2, 3, 3, 2))
        """
        check_flags(count_padding=count_padding)
        low, high = (-self.pad_low, self.size + self.pad_high) if count_padding else (0, self.size)
        return tuple(sum(low <= cell < high for cell in window) for window in self.windows)

    def padded_by(self, low: int, high: int) -> "Axis":
        """The same axis with `low` cells of padding before the input and `high` after it.

        Raises as `Axis` does.

        >>> Axis(size=28, kernel=3, stride=2).padded_by(1, 1).output
        14
        """
        return replace(self, pad_low=low, pad_high=high)

    def valid(self) -> "Axis":
        """The same axis without padding: p_low = p_high = 0.

        Raises ValueError when the kernel does not fit into the bare input.

        >>> Axis(size=28, kernel=3).valid().output
        26
        """
        return self.padded_by(0, 0)

    def same(self) -> "Axis":
        """The same axis with TensorFlow's `same` padding: just enough for o = ceil(i / s) windows.

        p = max((o - 1)s + span - i, 0); the low side gets floor(p / 2), the high side the rest. Also
        the rule of Keras and JAX, and ONNX's SAME_UPPER. The padding is as wide as the windows need
        and so depends on the size; only at stride 1 does the output have the size of the input.

        Source: TensorFlow, `tf.nn` API guide, "Notes on padding"; ONNX operator `Conv`, `auto_pad`.

        >>> Axis(size=28, kernel=3, stride=2).same()
        Axis(size=28, kernel=3, stride=2, pad_high=1)
        """
        total = self._same_total()
        return self.padded_by(total // 2, total - total // 2)

    def same_lower(self) -> "Axis":
        """The same axis with `same` padding whose odd cell goes to the low side: ONNX's SAME_LOWER.

        Source: ONNX operator `Conv`, attribute `auto_pad`.

        >>> Axis(size=28, kernel=3, stride=2).same_lower()
        Axis(size=28, kernel=3, stride=2, pad_low=1)
        """
        total = self._same_total()
        return self.padded_by(total - total // 2, total // 2)

    def full(self) -> "Axis":
        """The same axis with p_low = p_high = span - 1: every window that touches the input.

        Source: Dumoulin and Visin (2016), section 2.2.2.

        >>> Axis(size=5, kernel=3).full().output
        7
        """
        return self.padded_by(self.span - 1, self.span - 1)

    def causal(self) -> "Axis":
        """The same axis with p_low = span - 1, p_high = 0: output j reads nothing after input js.

        Source: Keras, `Conv1D(padding="causal")`.

        >>> Axis(size=8, kernel=3, dilation=2).causal().window(5)
        range(1, 6, 2)
        """
        return self.padded_by(self.span - 1, 0)

    def then(
        self,
        *,
        kernel: int,
        stride: int = 1,
        dilation: int = 1,
        pad_low: int = 0,
        pad_high: int = 0,
        ceil_mode: bool = False,
    ) -> "Axis":
        """The axis of the next layer, whose input size is this one's output size.

        Arguments and errors are those of `Axis`, without `size`.

        >>> Axis(size=28, kernel=3).then(kernel=3).then(kernel=3).output
        22
        """
        return Axis(
            size=self.output,
            kernel=kernel,
            stride=stride,
            dilation=dilation,
            pad_low=pad_low,
            pad_high=pad_high,
            ceil_mode=ceil_mode,
        )

    def transpose(self) -> "TransposedAxis":
        """The transposed axis that leads from `output` back to `size`: the same windows, read backwards.

        Its output padding is the unused end of this axis, which cannot be told from the output size alone.

        Raises ValueError for `ceil_mode`, whose last window may run over the end.

        Source: Dumoulin and Visin (2016), relationship 14.

        >>> Axis(size=6, kernel=3, stride=2, pad_low=1, pad_high=1).transpose()
        TransposedAxis(size=3, kernel=3, stride=2, pad_low=1, pad_high=1, output_padding=1)
        >>> Axis(size=6, kernel=3, stride=2, pad_low=1, pad_high=1).transpose().output
        6
        """
        if self.ceil_mode:
            raise ValueError("an axis with ceil_mode has no transposed axis")
        return TransposedAxis(
            size=self.output,
            kernel=self.kernel,
            stride=self.stride,
            dilation=self.dilation,
            pad_low=self.pad_low,
            pad_high=self.pad_high,
            output_padding=self.unused,
        )

    def explain(self) -> str:
        """How the output size is worked out: the formula with the numbers of this axis in it.

        Returns a text with one line for each step: span, padded size, output size, unused end.

        >>> print(Axis(size=28, kernel=3, stride=2, pad_low=1).explain())
        span = d(k - 1) + 1 = 1(3 - 1) + 1 = 3
        padded = i + p_low + p_high = 28 + 1 + 0 = 29
        output = floor((padded - span) / s) + 1 = floor((29 - 3) / 2) + 1 = 14
        unused at the end = 0
        """
        room = self.padded - self.span
        rounding, fit = (
            ("ceil", -(-room // self.stride)) if self.ceil_mode else ("floor", room // self.stride)
        )
        formula = f"{rounding}((padded - span) / s) + 1"
        formula += f" = {rounding}(({self.padded} - {self.span}) / {self.stride}) + 1"
        lines = [
            self._explain_span(),
            f"padded = i + p_low + p_high = {self.size} + {self.pad_low} + {self.pad_high} = {self.padded}",
        ]
        if fit + 1 > self.output:
            lines.append(f"fit = {formula} = {fit + 1}")
            lines.append("the last of them would start beyond the input and is dropped")
            formula = f"{fit + 1} - 1"
        return "\n".join(
            (*lines, f"output = {formula} = {self.output}", f"unused at the end = {self.unused}")
        )

    def _same_total(self) -> int:
        windows = -(-self.size // self.stride)
        return max((windows - 1) * self.stride + self.span - self.size, 0)


@dataclass(frozen=True, kw_only=True, repr=False)
class TransposedAxis(_Tape):
    """One axis of a transposed convolution: each input cell stamps the kernel onto a longer tape.

    o = s(i - 1) + span - p_low - p_high + output_padding, with span = d(k - 1) + 1.

    Arguments (whole numbers, counted in cells):
        size: input size i; at least 1.
        kernel: kernel size k; at least 1.
        stride: step s from one stamp to the next; at least 1.
        dilation: step d from one kernel cell to the next; at least 1, which means no gaps.
        pad_low, pad_high: cells cut off at the two ends of what was stamped; at least 0. They are called
            padding because the direct convolution, which this one transposes, adds them.
        output_padding: cells added at the high end, to choose among the sizes from which the direct
            convolution makes the same one; smaller than the stride or the dilation. They hold no zeros of
            their own: stamps reach them.

    Raises:
        TypeError: an argument is not a whole number.
        ValueError: an argument is too small or too large, or nothing is left of the output.

    Source: Dumoulin and Visin (2016), relationships 8 to 14.

    >>> TransposedAxis(size=3, kernel=3, stride=2).output
    7
    """

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    pad_low: int = 0
    pad_high: int = 0
    output_padding: int = 0

    def __post_init__(self) -> None:
        check_fields(self, _LEAST)
        check_fields(self, (("output_padding", 0),))
        if self.output_padding >= max(self.stride, self.dilation):  # PyTorch's limit
            either = f" or the dilation {self.dilation}" if self.dilation > 1 else ""
            raise ValueError(
                f"output_padding must be smaller than the stride {self.stride}{either}, "
                f"but is {self.output_padding}"
            )
        if self.output < 1:
            stamped = self.output + self.pad_low + self.pad_high
            raise ValueError(
                f"the padding cuts {self.pad_low} + {self.pad_high} cells off an output that has {stamped}"
            )

    @classmethod
    def keras(
        cls,
        *,
        size: int,
        kernel: int,
        stride: int = 1,
        padding: str = "valid",
        output_padding: int | None = None,
        dilation: int = 1,
    ) -> "TransposedAxis":
        """The axis of Keras's transposed layers, whose arguments fix the output size and so the cuts.

        o = s(i - 1) + span + output_padding for `valid`, s(i - 1) + span mod 2 + output_padding for
        `same`; without output padding s(i - 1) + max(span, s) and s * i. What is cut off follows: it is the
        padding of the direct layer that leads from o to i. Where none does, TensorFlow refuses.

        Arguments:
            size, kernel, stride, dilation: as in `TransposedAxis`, but stride or dilation must be 1.
            padding: "valid" or "same".
            output_padding: cells added; None leaves them to Keras.

        Returns a `TransposedAxis`.

        Raises as `TransposedAxis` does, and ValueError for what Keras or TensorFlow refuses.

        Source: Keras, `backend/common/backend_utils.py`; TensorFlow, `tf.nn.conv_transpose`.

        >>> TransposedAxis.keras(size=4, kernel=3, stride=2, padding="same")
        TransposedAxis(size=4, kernel=3, stride=2, pad_high=1)
        >>> TransposedAxis.keras(size=4, kernel=3, stride=2, padding="same", output_padding=0)
        TransposedAxis(size=4, kernel=3, stride=2, pad_low=1, pad_high=1)
        """
        size, kernel = as_positive_int("size", size), as_positive_int("kernel", kernel)
        stride, dilation = as_positive_int("stride", stride), as_positive_int("dilation", dilation)
        check_choice("padding", padding, ("valid", "same"))
        if stride > 1 and dilation > 1:
            raise ValueError(
                f"Keras has no stride together with dilation, but they are {stride} and {dilation}"
            )
        span = dilation * (kernel - 1) + 1
        if output_padding is None:
            output = size * stride if padding == "same" else (size - 1) * stride + max(span, stride)
        else:
            output_padding = as_int("output_padding", output_padding, least=0)
            least = 1 - span % 2 if padding == "same" else 0
            if not least <= output_padding < least + stride:
                upto = f" to {least + stride - 1}" if stride > 1 else ""
                raise ValueError(
                    f"with {padding} padding, span {span} and stride {stride} the direct layer leads back "
                    f"to {size} only for output_padding {least}{upto}, but it is {output_padding}"
                )
            output = (size - 1) * stride + (span % 2 if padding == "same" else span) + output_padding
        direct = Axis.with_padding(padding, size=output, kernel=kernel, stride=stride, dilation=dilation)
        return direct.transpose()

    @classmethod
    def pytorch(
        cls,
        *,
        size: int,
        kernel: int,
        stride: int = 1,
        padding: int | Iterable[int] = 0,
        output_padding: int = 0,
        dilation: int = 1,
    ) -> "TransposedAxis":
        """The axis of PyTorch's transposed layers: one padding for both sides, the rest as here.

        o = s(i - 1) + span - 2p + output_padding, where output_padding < max(s, d).

        Arguments:
            padding: cells cut off each end of what was stamped, or (low, high).
            size, kernel, stride, output_padding, dilation: as in `TransposedAxis`.

        Returns a `TransposedAxis`.

        Raises as `TransposedAxis` does.

        Source: PyTorch, `torch.nn.ConvTranspose2d`; the limit from the error that `conv_transpose2d` raises.

        >>> TransposedAxis.pytorch(size=4, kernel=3, stride=2, padding=1, output_padding=1).output
        8
        """
        low, high = as_ints("padding", padding, least=0, count=2)
        return cls(
            size=size,
            kernel=kernel,
            stride=stride,
            dilation=dilation,
            pad_low=low,
            pad_high=high,
            output_padding=output_padding,
        )

    @property
    def tape(self) -> int:
        """Cells that stamps move over, without those that are cut off: `output`; see `Axis.tape`."""
        return self.output

    @property
    def extent(self) -> range:
        """Every cell there is: output, and what is cut off at its ends.

        >>> TransposedAxis(size=3, kernel=3, stride=2, pad_low=1).extent
        range(-1, 6)
        """
        return range(-self.pad_low, max(self.output, self._window(self.size - 1)[-1] + 1))

    @property
    def overhang(self) -> int:
        """Always 0: no stamp reaches beyond the cells that are cut off."""
        return 0

    @property
    def _count(self) -> int:
        return self.size

    @property
    def output(self) -> int:
        """Output size: s(i - 1) + span - p_low - p_high + output_padding.

        >>> TransposedAxis(size=4, kernel=4, stride=2, pad_low=1, pad_high=1).output
        8
        """
        return self.stretched - 1 + self.span - self.pad_low - self.pad_high + self.output_padding

    @property
    def stretched(self) -> int:
        """Size of the input with s - 1 zeros put between its cells: s(i - 1) + 1.

        >>> TransposedAxis(size=3, kernel=3, stride=2).stretched
        5
        """
        return self.stride * (self.size - 1) + 1

    @property
    def equivalent(self) -> Axis:
        """The direct axis of stride 1 over the stretched input that has the same output.

        Raises ValueError when a padding is wider than span - 1: then input cells are cut off, which no
        direct axis does.

        >>> TransposedAxis(size=3, kernel=3, stride=2, pad_low=1, pad_high=1).equivalent
        Axis(size=5, kernel=3, pad_low=1, pad_high=1)
        """
        low, high = self.span - 1 - self.pad_low, self.span - 1 - self.pad_high + self.output_padding
        if min(low, high) < 0:
            raise ValueError(
                f"no direct axis cuts input cells off: the padding is {self.pad_low} and {self.pad_high}, "
                f"but a kernel that spans {plural(self.span, 'cell')} allows {self.span - 1}"
            )
        return Axis(
            size=self.stretched, kernel=self.kernel, dilation=self.dilation, pad_low=low, pad_high=high
        )

    def window(self, i: int) -> range:
        """Output cells that input i writes to: from is - p_low on, one every d cells, k of them.

        Arguments:
            i: index of the input cell, 0 to `size` - 1.

        Returns a range of k output indices; those outside 0..output-1 are cut off.

        Raises ValueError when there is no input i, TypeError when i is not a whole number.

        >>> list(TransposedAxis(size=3, kernel=3, stride=2).window(1))
        [2, 3, 4]
        """
        i = as_int("i", i)
        if not 0 <= i < self.size:
            raise ValueError(f"there is no input {i}: {_numbered(self.size, 'cell')} from 0")
        return self._window(i)

    @property
    def writes(self) -> tuple[int, ...]:
        """How many input cells write to each output cell, a tuple of length `output`.

        >>> TransposedAxis(size=3, kernel=3, stride=2).writes
        (1, 1, 2, 1, 2, 1, 1)
        """
        return self._visits()

    def explain(self) -> str:
        """How the output size is worked out: the formula with the numbers of this axis in it.

        >>> print(TransposedAxis(size=3, kernel=3, stride=2, pad_low=1).explain())
        span = d(k - 1) + 1 = 1(3 - 1) + 1 = 3
        output = s(i - 1) + span - p_low - p_high + output_padding = 2(3 - 1) + 3 - 1 - 0 + 0 = 6
        """
        stamped = f"{self.stride}({self.size} - 1) + {self.span} - {self.pad_low} - {self.pad_high}"
        formula = f"output = s(i - 1) + span - p_low - p_high + output_padding = {stamped}"
        return f"{self._explain_span()}\n{formula} + {self.output_padding} = {self.output}"


if TYPE_CHECKING:

    @overload
    def settings(
        size: int,
        output: int,
        *,
        kernel: int | Iterable[int] = range(1, 8),
        stride: int | Iterable[int] = range(1, 5),
        dilation: int | Iterable[int] = 1,
        uneven: bool = False,
        ceil_mode: bool = False,
        transposed: Literal[False] = False,
    ) -> Iterator[Axis]: ...
    @overload
    def settings(
        size: int,
        output: int,
        *,
        kernel: int | Iterable[int] = range(1, 8),
        stride: int | Iterable[int] = range(1, 5),
        dilation: int | Iterable[int] = 1,
        uneven: bool = False,
        ceil_mode: bool = False,
        transposed: Literal[True],
    ) -> Iterator[TransposedAxis]: ...


def settings(
    size: int,
    output: int,
    *,
    kernel: int | Iterable[int] = range(1, 8),
    stride: int | Iterable[int] = range(1, 5),
    dilation: int | Iterable[int] = 1,
    uneven: bool = False,
    ceil_mode: bool = False,
    transposed: bool = False,
) -> Iterator[Axis] | Iterator[TransposedAxis]:
    """Every axis within the given limits that leads from `size` to `output`: the formula backwards.

    (o - 1)s + span <= i + p <= (o - 1)s + span + s - 1, so for each kernel, stride and dilation the
    padding p that fits is one of s whole numbers in a row. With `ceil_mode` they lie s - 1 lower,
    i + p <= (o - 1)s + span, and go on for as long as one more window is dropped. For a transposed axis p
    is one number for each output padding a, p = s(i - 1) + span + a - o. No side is padded with span cells
    or more: a window would read nothing but padding, and nothing would be left of the first or last stamp.

    Arguments (whole numbers, counted in cells):
        size, output: input size i and wanted output size o; at least 1.
        kernel, stride, dilation: a number, or the numbers to try.
        uneven: also settings that pad the two sides differently.
        ceil_mode: settings with `ceil_mode`, in place of those without.
        transposed: settings of a transposed axis, with each output padding below its stride or dilation.

    Returns an iterator of `Axis`, or of `TransposedAxis`, in the order of stride, kernel, dilation,
    padding, output padding.

    Raises TypeError and ValueError as `Axis` does, and ValueError for a transposed axis with `ceil_mode`,
    at the call.

    >>> for axis in settings(28, 14, kernel=3):
    ...     print(axis)
    Axis(size=28, kernel=3, stride=2, pad_low=1, pad_high=1)
    >>> for axis in settings(13, 25, kernel=3, transposed=True):
    ...     print(axis)
    TransposedAxis(size=13, kernel=3, stride=2, pad_low=1, pad_high=1)
    """
    size, output = as_positive_int("size", size), as_positive_int("output", output)
    check_flags(uneven=uneven, ceil_mode=ceil_mode, transposed=transposed)
    if transposed and ceil_mode:
        raise ValueError("a transposed axis has no ceil_mode: it has as many stamps as input cells")
    tried = [
        (s, k, d)
        for s in as_ints("stride", stride)
        for k in as_ints("kernel", kernel)
        for d in as_ints("dilation", dilation)
    ]
    if transposed:
        return _transposed_settings(size, output, tried, uneven)
    return _settings(size, output, tried, uneven, ceil_mode)


def _numbered(count: int, noun: str) -> str:
    return f"the {plural(count, noun)} {'is' if count == 1 else 'are'} numbered"


def _settings(
    size: int, output: int, tried: list[tuple[int, int, int]], uneven: bool, ceil_mode: bool
) -> Iterator[Axis]:
    for s, k, d in tried:
        span = d * (k - 1) + 1
        first = (output - 1) * s + span - size
        # Rounded up, the same padding gives one window more, unless that is dropped.
        least, end = (first - s + 1, first + s + 1) if ceil_mode else (first, first + s)
        for low, high in _paddings(span, uneven):
            if least <= low + high < end:
                axis = Axis(
                    size=size,
                    kernel=k,
                    stride=s,
                    dilation=d,
                    pad_low=low,
                    pad_high=high,
                    ceil_mode=ceil_mode,
                )
                if axis.output == output:
                    yield axis


def _transposed_settings(
    size: int, output: int, tried: list[tuple[int, int, int]], uneven: bool
) -> Iterator[TransposedAxis]:
    for s, k, d in tried:
        span = d * (k - 1) + 1
        for low, high in _paddings(span, uneven):
            more = output + low + high - (s * (size - 1) + span)
            if 0 <= more < max(s, d):
                yield TransposedAxis(
                    size=size,
                    kernel=k,
                    stride=s,
                    dilation=d,
                    pad_low=low,
                    pad_high=high,
                    output_padding=more,
                )


def _paddings(span: int, uneven: bool) -> Iterator[tuple[int, int]]:
    """The cells at the low and the high side, less than a span of each."""
    for low in range(span):
        for high in range(span) if uneven else [low]:
            yield low, high


_RULES = {
    "valid": Axis.valid,
    "same": Axis.same,
    "same_lower": Axis.same_lower,
    "full": Axis.full,
    "causal": Axis.causal,
}
_LEAST = (("size", 1), ("kernel", 1), ("stride", 1), ("dilation", 1), ("pad_low", 0), ("pad_high", 0))
