"""What outputs see of an input along one axis, exactly: by a rule that repeats, and cell by cell.

`Taps` says which cells each output of one layer reads; `Field` what the outputs of many layers see. Going up,
a transposed or resizing layer treats neighbouring outputs differently, and in turns: then the rule has a
period. Standard library only.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from math import gcd, lcm

from convarith.axis import Axis, TransposedAxis

Span = tuple[int, int]  # first and last cell

# --- one layer ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taps:
    """Which cells each output of a layer reads along one axis: a pattern that repeats.

    Output q * period + phase reads the cells q * step + n, for each n in offsets[phase].

    Arguments:
        cells, outputs: sizes of what is read and of what comes out.
        step: cells from a phase to the same phase of the next period.
        offsets: what each phase of the first period reads; the period is how many there are.
        border: what lies beyond the ends: "nothing", or the cells there are, by "reflect", "symmetric",
            "replicate" or "circular" padding.

    >>> Taps.of_windows(Axis(size=5, kernel=3, stride=2)).read_by(1)
    [2, 3, 4]
    """

    cells: int
    outputs: int
    step: int
    offsets: tuple[tuple[int, ...], ...]
    border: str = "nothing"

    @classmethod
    def of_windows(cls, axis: Axis, border: str = "nothing") -> "Taps":
        """The windows of an axis."""
        return cls(axis.size, axis.output, axis.stride, (tuple(axis.window(0)),), border)

    @classmethod
    def of_stamps(cls, axis: TransposedAxis) -> "Taps":
        """The stamps of a transposed axis, from the side of what they write: one phase for each stride.

        Output j is written by input i where js' = is - p + dm for a kernel cell m.

        >>> Taps.of_stamps(TransposedAxis(size=3, kernel=3, stride=2)).offsets
        ((-1, 0), (0,))
        """
        s, d = axis.stride, axis.dilation
        phases = []
        for phase in range(s):
            places = [phase + axis.pad_low - d * cell for cell in reversed(range(axis.kernel))]
            phases.append(tuple(place // s for place in places if place % s == 0))
        return cls(axis.size, axis.output, 1, tuple(phases))

    @classmethod
    def of_shift(cls, cells: int, low: int, high: int, border: str = "nothing") -> "Taps":
        """Cells put before and after, or cut off where they are negative."""
        return cls(cells, cells + low + high, 1, ((-low,),), border)

    @classmethod
    def of_slice(cls, cells: int, start: int, outputs: int, step: int = 1) -> "Taps":
        """Every so many cells, from one on."""
        return cls(cells, outputs, step, ((start,),))

    @classmethod
    def of_repeats(cls, cells: int, times: int) -> "Taps":
        """Each cell so many times in a row: output j is cell j // times."""
        return cls(cells, cells * times, 1, ((0,),) * times)

    @classmethod
    def of_shares(cls, cells: int, outputs: int) -> "Taps":
        """An adaptive pool: output j reads floor(ji / o) to ceil((j + 1)i / o) - 1.

        Source: PyTorch, `AdaptiveAveragePooling.cpp`.

        >>> Taps.of_shares(5, 3).offsets
        ((0, 1), (1, 2, 3), (3, 4))
        """
        shared = gcd(cells, outputs)
        step, period = cells // shared, outputs // shared
        return cls(
            cells,
            outputs,
            step,
            tuple(tuple(range(j * step // period, -(-(j + 1) * step // period))) for j in range(period)),
        )

    @classmethod
    def of_resizing(
        cls,
        cells: int,
        outputs: int,
        *,
        radius: int,
        scale: Fraction | None = None,
        corners: bool = False,
        centred: bool = True,
        antialias: bool = False,
    ) -> "Taps":
        """A resizing: output j looks at x = (j + 1/2)c - 1/2, with c cells for each output.

        Nearest takes one cell; linear those less than 1 from x, cubic less than 2, and so on; what has
        weight 0 is not read.

        Arguments:
            radius: 0 for nearest, 1 for linear, 2 for cubic, more for Lanczos.
            scale: c, where it is not cells / outputs.
            corners: whether the middles of the corner cells stay where they are: x = j(i - 1) / (o - 1).
            centred: whether cells are thought of by their middles; if not, x = jc.
            antialias: whether what shrinks is smoothed: the radius is stretched by c.

        Source: PyTorch, `UpSample.h`; TensorFlow, `scale_and_translate_op.cc`.
        """
        c = scale or Fraction(cells, outputs)
        if corners:
            c = Fraction(cells - 1, outputs - 1) if outputs > 1 else Fraction(0)
        shift = Fraction(0) if corners or not centred else (c - 1) / 2
        wide = max(c, Fraction(1)) if antialias else Fraction(1)
        phases: list[tuple[int, ...]] = []
        for j in range(c.denominator):
            x = j * c + shift
            if radius == 0:
                phases.append((int((x + (Fraction(1, 2) if centred else 0)) // 1),))
                continue
            near = range(int((x - radius * wide) // 1), int((x + radius * wide) // 1) + 2)
            away = {n: (n - x) / wide for n in near}
            read = [n for n, far in away.items() if abs(far) < radius and (far == 0 or far.denominator > 1)]
            phases.append(tuple(read))
        return cls(cells, outputs, c.numerator, tuple(phases), "replicate")

    def read_by(self, j: int) -> list[int]:
        """The cells there are that output j reads."""
        q, phase = divmod(j, len(self.offsets))
        places = [q * self.step + offset for offset in self.offsets[phase]]
        if self.border == "nothing":
            return [place for place in places if 0 <= place < self.cells]
        return [_BORDERS[self.border](place, self.cells) for place in places]

    @property
    def misses(self) -> bool:
        """Whether some output reads nothing."""
        return not all(self.offsets) or not all(map(self.read_by, range(self.outputs)))


def _reflect(place: int, cells: int) -> int:
    place %= max(1, 2 * (cells - 1))
    return min(place, 2 * (cells - 1) - place)


def _symmetric(place: int, cells: int) -> int:
    place %= 2 * cells
    return min(place, 2 * cells - 1 - place)


_BORDERS: dict[str, Callable[[int, int], int]] = {
    "reflect": _reflect,
    "symmetric": _symmetric,
    "replicate": lambda place, cells: min(max(place, 0), cells - 1),
    "circular": lambda place, cells: place % cells,
}

# --- many layers -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """What outputs see by ways on which they move at one rate.

    Output q * period + phase sees q * step + first to q * step + last, with (first, last) = spans[phase];
    None where that phase sees nothing. The period is how many there are. A step of 0 is that of outputs
    that all see the same.
    """

    step: int
    spans: tuple[Span | None, ...]

    @property
    def rate(self) -> Fraction:
        """Cells from the field of one output to that of the next, in the long run."""
        return Fraction(self.step, len(self.spans))

    def span(self, j: int) -> Span | None:
        """First and last cell that output j sees."""
        q, phase = divmod(j, len(self.spans))
        span = self.spans[phase]
        return span and (span[0] + q * self.step, span[1] + q * self.step)

    def through(self, taps: Taps) -> "Line":
        """What outputs see that read these: the period is the shortest after which both repeat."""
        n, m = len(self.spans), len(taps.offsets)
        if n == m == 1 and self.spans[0]:
            (offsets,), (first, last) = taps.offsets, self.spans[0]
            ends = (min(offsets) * self.step, max(offsets) * self.step)
            return Line(taps.step * self.step, ((first + min(ends), last + max(ends)),))
        rounds = n // gcd(n, taps.step)
        spans = [
            hull(self.span(q * taps.step + offset) for offset in offsets)
            for q in range(rounds)
            for offsets in taps.offsets
        ]
        return Line(taps.step * rounds // n * self.step, tuple(spans)).shortened()

    def shortened(self) -> "Line":
        """The same with its shortest period."""
        n = len(self.spans)
        for period in (period for period in range(1, n) if n % period == 0 and self.step * period % n == 0):
            short = Line(self.step * period // n, self.spans[:period])
            if all(short.span(phase) == span for phase, span in enumerate(self.spans)):
                return short
        return self


def hull(spans: Iterable[Span | None]) -> Span | None:
    """From the first cell of all spans to the last; None where they have none."""
    ends = [span for span in spans if span]
    return (min(first for first, _ in ends), max(last for _, last in ends)) if ends else None


@dataclass(frozen=True)
class Field:
    """What outputs see along one axis of an input, where several ways may lead down to it.

    Ways of one rate are one line, the hull: from the lowest cell to the highest. Ways of different rates are
    lines of their own: then the field grows from output to output, and no one number is its size.

    Ways are aligned when they have one rate and one centre, (first + last) / 2. Only then do padding and
    centre speak for all of them (Araujo, Norris and Sim, 2019, speak of no others); it never comes back.

    Arguments:
        cells: size of the input's axis.
        lines: the rule, which counts padding as if it were data.
        seen: first and last cell of the input that each output sees, without padding; one entry for all
            where they see the same.
        aligned: whether all ways so far were aligned.
        lost: smallest and largest field of numbers that have lost their places, as after `Flatten`.

    >>> field = Field.of_input(28).through(Taps.of_windows(Axis(size=28, kernel=3, stride=2).padded_by(1, 0)))
    >>> field.lines, field.seen[:2]
    ((Line(step=2, spans=((-1, 1),)),), ((0, 1), (1, 3)))
    """

    cells: int
    lines: tuple[Line, ...]
    seen: tuple[Span | None, ...]
    aligned: bool = True
    lost: tuple[int | None, int | None] | None = None

    @classmethod
    @cache
    def of_input(cls, cells: int) -> "Field":
        """An input, which sees itself."""
        return cls(cells, (Line(1, ((0, 0),)),), tuple((cell, cell) for cell in range(cells)))

    def through(self, taps: Taps) -> "Field":
        """What the outputs of a layer see that read these."""
        below = self.seen if len(self.seen) > 1 else self.seen * taps.cells
        seen = tuple(hull(below[place] for place in taps.read_by(j)) for j in range(taps.outputs))
        return replace(self, lines=tuple(line.through(taps) for line in self.lines), seen=seen)

    def gather(self) -> "Field":
        """What outputs see that each read all places."""
        everything = hull(self.seen)
        return Field(self.cells, (Line(0, (everything,)),), (everything,))

    def spread(self) -> "Field":
        """What outputs see that all read the one place there is."""
        return replace(
            self,
            lines=tuple(Line(0, (line.span(0),)) for line in self.lines[:1])
            if len(self.lines) == 1
            else (Line(0, (hull(line.span(0) for line in self.lines),)),),
        )

    def scatter(self) -> "Field":
        """What numbers see that lose their places."""
        return (
            self
            if self.constant
            else Field(self.cells, (), (hull(self.seen),), lost=self.sizes or (None, None))
        )

    @classmethod
    def merge(cls, ways: Sequence["Field"]) -> "Field":
        """What outputs see by any of several ways that lead to the same input.

        >>> fast = Field.of_input(9).through(Taps.of_shift(9, 2, 2))
        >>> Field.merge([fast, Field.of_input(13)]).lines
        (Line(step=1, spans=((-2, 0),)),)
        """
        if len(set(ways)) == 1:
            return ways[0]
        outputs = max(len(way.seen) for way in ways)
        each = [way.seen if len(way.seen) > 1 else way.seen * outputs for way in ways]
        seen = tuple(map(hull, zip(*each, strict=True)))
        if any(way.lost for way in ways):
            return cls._merge_lost(ways, hull(seen))
        lines = {line for way in ways for line in way.lines}
        hulls = []
        for rate in sorted({line.rate for line in lines}):
            of_one = [line for line in lines if line.rate == rate]
            period = lcm(*(len(line.spans) for line in of_one))
            spans = tuple(hull(line.span(j) for line in of_one) for j in range(period))
            hulls.append(Line(int(rate * period), spans).shortened())
        centres = {
            (line.rate, tuple(span and span[0] + span[1] for span in line.spans))
            for line in lines
            if line.step
        }
        aligned = all(way.aligned for way in ways) and len(centres) <= 1
        return cls(ways[0].cells, tuple(hulls), seen, aligned)

    @classmethod
    def _merge_lost(cls, ways: Sequence["Field"], everything: Span | None) -> "Field":
        for way in ways:
            if way.constant and way.seen[0] == everything:
                return way
        sizes = [way.sizes for way in ways if way.sizes]
        ends: tuple[int | None, int | None] = (None, None)
        if len(sizes) == len(ways):
            ends = max(least for least, _ in sizes), max(most for _, most in sizes)
        return cls(ways[0].cells, (), (everything,), lost=ends)

    @property
    def constant(self) -> bool:
        """Whether all outputs see the same."""
        return not self.lost and all(line.step == 0 and len(line.spans) == 1 for line in self.lines)

    @property
    def covers_input(self) -> bool:
        """Whether each output sees the whole axis, by some way without a place."""
        return any(
            line.step == 0 and all(span and span[0] <= 0 and span[1] >= self.cells - 1 for span in line.spans)
            for line in self.lines
        )

    @property
    def sizes(self) -> tuple[int, int] | None:
        """Cells of the smallest and the largest field, far from the border; None where rates differ."""
        if self.lost:
            least, most = self.lost
            return None if least is None or most is None else (least, most)
        if len(self._telling) != 1:
            return None
        sizes = [span[1] - span[0] + 1 if span else 0 for span in self._telling[0].spans]
        return min(sizes), max(sizes)

    @property
    def _telling(self) -> tuple[Line, ...]:
        """The lines that add something: none does to one by which all outputs see all that any sees."""
        whole = (line for line in self.lines if not line.step and {*self.seen} == {*line.spans})
        return tuple(whole)[:1] or self.lines

    @property
    def period(self) -> int:
        """Outputs after which fields have the same size again."""
        return lcm(*(len(line.spans) for line in self.lines))

    @property
    def stride(self) -> Fraction | int | None:
        """Input cells S from the field of one output to that of the next; None where rates differ."""
        rates = [line.rate for line in self.lines if line.step]
        if len(rates) != 1:
            return None
        return int(rates[0]) if rates[0].denominator == 1 else rates[0]

    @property
    def padding(self) -> int | None:
        """Cells P by which output 0's field sticks out; None where ways are not aligned, or fields differ."""
        if not self.aligned or len(self.lines) != 1 or self.period > 1 or not self.lines[0].step:
            return None
        span = self.lines[0].spans[0]
        return -span[0] if span else None

    def interval(self, j: int) -> range | None:
        """Cells from the first to the last that output j sees; None where outputs have no place.

        >>> Field(9, (Line(1, ((0, 2),)), Line(2, ((0, 0),))), ()).interval(4)
        range(4, 9)
        """
        if self.covers_input:
            return range(self.cells)
        if self.lost:
            return None
        span = hull(line.span(j) for line in self._telling)
        return range(span[0], span[1] + 1) if span else range(0)
