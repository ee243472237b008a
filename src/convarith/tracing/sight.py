"""Where a tensor's places lie among its axes, and what they see of the model's input."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Literal

from convarith.field import Field, Taps

Shape = tuple[int, ...]
All = Literal["all", "all and its own"]


SIDE_BY_SIDE = "joins or parts maps side by side, so fields differ from output to output"


class Undefined(Exception):
    """Why no field is defined: an answer, which becomes the row's note."""


@dataclass(frozen=True)
class View:
    """What the outputs of a layer read, along each axis of the tensor that it reads (without the batch).

    Arguments:
        along: axes along which more is read than an output's own place: `Taps`, "all" places, or "all and
            its own" where each output belongs to a place all the same.
        moved: where each axis lies in the output, None for one that is gone; None where all stay.
        target: the shape that the same numbers are put into.
        seam: an axis along which tensors are joined or parted.
        broadcasts: whether a place that is the only one along its axis is read by all outputs there are.
        reason: why no field is defined after the layer, if none is.
    """

    along: Mapping[int, Taps | All] = field(default_factory=dict)
    moved: tuple[int | None, ...] | None = None
    target: Shape | None = None
    seam: int | None = None
    broadcasts: bool = False
    reason: str = ""


KEEP = View()  # each output looks at its own place


def undefined(reason: str) -> View:
    """The view of a layer after which no field is defined."""
    return View(reason=reason)


@dataclass(frozen=True)
class Sight:
    """What a tensor sees: a field for each axis of the input, and the tensor's own axis that it lies along.

    An axis of None is that of a field whose outputs all see the same, or have lost their places.
    """

    fields: tuple[Field, ...]
    axes: tuple[int | None, ...]

    @classmethod
    def of_input(cls, shape: Shape, places: Sequence[int]) -> "Sight":
        """An input, which sees itself; one without places only has channels."""
        if places:
            return cls(tuple(Field.of_input(shape[axis]) for axis in places), tuple(places))
        cells = shape[0] if shape else 1
        return cls((Field.of_input(cells).scatter(),), (None,))

    def through(self, view: View, shape: Shape) -> "Sight":
        """What the outputs of a layer see that reads a tensor of this shape with this view."""
        if view.seam is not None and view.seam in self.axes:
            raise Undefined(SIDE_BY_SIDE)
        if view.target is not None:
            return self._reshaped(shape, view.target)
        sight = self._along(view.along, shape) if view.along else self
        if view.moved is None:
            return sight
        moved = [axis if axis is None else view.moved[axis] for axis in sight.axes]
        # What is left of an axis that is gone sees the same everywhere: it was gathered, or one was chosen.
        fields = [
            one.spread() if after is None and before is not None and len(one.seen) == 1 else one
            for one, before, after in zip(sight.fields, sight.axes, moved, strict=True)
        ]
        return Sight(tuple(fields), tuple(moved))

    def _along(self, along: Mapping[int, Taps | All], shape: Shape) -> "Sight":
        everything = all(isinstance(along.get(axis), str) for axis, size in enumerate(shape) if size > 1)
        windows = [taps for taps in along.values() if isinstance(taps, Taps)]
        done: dict[tuple[int, int], Field] = {}  # axes that are alike are worked out once
        fields = []
        for one, axis in zip(self.fields, self.axes, strict=True):
            if one.lost:
                if not everything:
                    raise Undefined("reads numbers whose places are lost")
                fields.append(one.gather())
            elif axis is None:
                if any(taps.misses for taps in windows):
                    raise Undefined("some outputs read nothing along an axis that is lost")
                fields.append(one)
            elif axis not in along:
                fields.append(one)
            else:
                taps = along[axis]
                key = id(one), hash(taps)
                if key not in done:
                    done[key] = one.through(taps) if isinstance(taps, Taps) else one.gather()
                if taps == "all and its own":
                    fields.append(Field.merge([one, done[key]]))
                    continue
                fields.append(done[key])
        return Sight(tuple(fields), self.axes)

    def _reshaped(self, before: Shape, after: Shape) -> "Sight":
        """Places stay where an axis of them stays whole; channels after it that are joined to it repeat each.

        So depth to space is read. Places that are joined to one another, or parted, are lost.
        """
        if before == after:
            return self
        fields, axes = [*self.fields], [*self.axes]
        for mine, theirs in _groups(before, after):
            held = [axis for axis in mine if axis in self.axes]
            wide = [axis for axis in mine if before[axis] > 1]
            targets = [axis for axis in theirs if after[axis] > 1] or theirs
            kept = len(held) == len(targets) == 1 and (wide[:1] or held) == held
            for number, axis in enumerate(self.axes):
                if axis not in held:
                    continue
                if kept:
                    times = prod(before[one] for one in mine if one != axis)
                    repeats = Taps.of_repeats(before[axis], times)
                    fields[number] = fields[number].through(repeats) if times > 1 else fields[number]
                    axes[number] = targets[0]
                else:
                    fields[number], axes[number] = fields[number].scatter(), None
        return Sight(tuple(fields), tuple(axes))

    @classmethod
    def merge(cls, ways: Sequence["Sight"], shapes: Sequence[Shape], made: Shape | None = None) -> "Sight":
        """What numbers see that are made of one of each tensor; tensors are lined up by their last axes.

        Where the shape that is made is given, what is of size 1 is read by all places there are.
        """
        if len(ways) == 1 and made in (None, shapes[0]):
            return ways[0]
        rank = len(made) if made else max(map(len, shapes))
        if len({tuple(one.cells for one in way.fields) for way in ways}) > 1:
            raise Undefined("fields count cells of inputs of different sizes")
        fields, axes = [], []
        for number in range(len(ways[0].fields)):
            parts, places = [], set()
            for way, shape in zip(ways, shapes, strict=True):
                one, axis = way.fields[number], way.axes[number]
                if axis is not None:
                    places.add(axis + rank - len(shape))
                parts.append((one, axis, shape))
            if len(places) > 1:
                raise Undefined("brings different axes together")
            place = places.pop() if places else None
            largest = max((shape[axis] for _, axis, shape in parts if axis is not None), default=1)
            largest = made[place] if made and place is not None else largest
            meeting = [
                one.spread() if axis is not None and shape[axis] < largest else one
                for one, axis, shape in parts
            ]
            fields.append(Field.merge(meeting))
            axes.append(place)
        return cls(tuple(fields), tuple(axes))


def _groups(before: Shape, after: Shape) -> Iterator[tuple[list[int], list[int]]]:
    """The axes of two shapes of as many numbers, in the smallest groups of one product."""
    one = other = 0
    while one < len(before) or other < len(after):
        mine: list[int] = []
        theirs: list[int] = []
        left = right = 1
        while not (mine or theirs) or left != right:
            if (left <= right and one < len(before)) or other == len(after):
                left *= before[one]
                mine.append(one)
                one += 1
            else:
                right *= after[other]
                theirs.append(other)
                other += 1
        yield mine, theirs
