"""What a layer does, whatever framework it is of: to a shape, to what is seen, and what it costs.

A framework's own module says which of these a layer of its is. Shapes are those of one input: without
the batch, or with a batch of one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from convarith._text import shape_text
from convarith.field import Taps
from convarith.layers import AnyLayer, Conv, Dense, Pool, SeparableConv, TransposedConv
from convarith.tracing.sight import KEEP, All, Shape, View, undefined


@dataclass(frozen=True)
class Effect:
    """What a layer does, for one input.

    Arguments:
        shapes: output shapes, without the batch; most layers have one.
        view: what the outputs read.
        layer: this library's own layer, where it is one.
        parameters, macs: what the layer costs; None where it is not known.
        fixed: those of the parameters that are not trained.
        allocates: whether it makes new numbers, which must be kept, or hands on those it gets.
        note: what a reader of the row should know.
    """

    shapes: tuple[Shape, ...]
    view: View = KEEP
    layer: AnyLayer | None = None
    parameters: int | None = 0
    macs: int | None = 0
    fixed: int = 0
    allocates: bool = True
    note: str = ""


class Mismatch(ValueError):
    """Shapes that do not fit, in one sentence without the layer's name."""


class Unreadable(Exception):
    """Why this use of a layer is not read, though others are: an answer, which becomes the row's note."""


@dataclass(frozen=True)
class Layout:
    """Which axes of a tensor a layer takes for places, and which for channels; a batch may stand in front."""

    tensor: Shape
    channels_first: bool = False
    front: int = 0

    @property
    def channel(self) -> int:
        """The axis of the channels."""
        return self.front if self.channels_first else len(self.tensor) - 1

    @property
    def places(self) -> tuple[int, ...]:
        """The others, without the batch."""
        start = self.front + self.channels_first
        return tuple(range(start, len(self.tensor) - (not self.channels_first)))

    @property
    def sizes(self) -> Shape:
        """The sizes along the places."""
        return tuple(self.tensor[axis] for axis in self.places)

    @property
    def channels(self) -> int:
        """How many channels there are."""
        return self.tensor[self.channel]

    @property
    def batch(self) -> int:
        """How many inputs stand in front."""
        return prod(self.tensor[: self.front])

    def shape(self, sizes: Sequence[int], channels: int) -> Shape:
        """A shape of these sizes and channels."""
        one = (channels, *sizes) if self.channels_first else (*sizes, channels)
        return self.tensor[: self.front] + one


def sliding(layer: Conv | SeparableConv | Pool, layout: Layout, border: str = "nothing") -> Effect:
    """A convolution or pool."""
    along = {
        place: Taps.of_windows(axis, border) for place, axis in zip(layout.places, layer.axes, strict=True)
    }
    *sizes, channels = layer.output_shape
    mixes = not isinstance(layer, Pool) and getattr(layer, "groups", 1) == 1
    return Effect(
        (layout.shape(sizes, channels),),
        View({**along, layout.channel: "all"} if mixes else along),
        layer,
        layer.parameters,
        layer.macs * layout.batch,
    )


def transposed(layer: TransposedConv, layout: Layout) -> Effect:
    """A transposed convolution."""
    along = {place: Taps.of_stamps(axis) for place, axis in zip(layout.places, layer.axes, strict=True)}
    *sizes, channels = layer.output_shape
    view = View({**along, layout.channel: "all"})
    return Effect((layout.shape(sizes, channels),), view, layer, layer.parameters, layer.macs * layout.batch)


def taps_along(shape: Shape, along: Mapping[int, Taps]) -> Effect:
    """A layer that reads so along these axes, and costs nothing."""
    made = tuple(along[axis].outputs if axis in along else size for axis, size in enumerate(shape))
    return Effect((made,), View(dict(along)))


def pad(shape: Shape, ends: Mapping[int, tuple[int, int]], border: str = "nothing") -> Effect:
    """Cells put around, or cut off where they are negative."""
    for axis, (low, high) in ends.items():
        if shape[axis] + low + high < 1:
            raise Mismatch(f"cuts {-min(low, 0) - min(high, 0)} cells off {shape[axis]}")
    return taps_along(
        shape, {axis: Taps.of_shift(shape[axis], low, high, border) for axis, (low, high) in ends.items()}
    )


def adaptive(shape: Shape, outputs: Mapping[int, int]) -> Effect:
    """An adaptive pool."""
    along = {axis: Taps.of_shares(shape[axis], size) for axis, size in outputs.items()}
    return taps_along(shape, along)


def resize(shape: Shape, outputs: Mapping[int, int], how: str, **options: object) -> Effect:
    """Nearest, linear and other resizing along these axes."""
    if how not in _RADII:
        made = tuple(outputs.get(axis, size) for axis, size in enumerate(shape))
        return Effect((made,), undefined(f"resizes by {how}, which is not read"))
    along = {}
    for axis, size in outputs.items():
        along[axis] = Taps.of_resizing(shape[axis], size, radius=_RADII[how], **options)  # type: ignore[arg-type]
    return taps_along(shape, along)


_RADII = {"nearest": 0, "bilinear": 1, "linear": 1, "trilinear": 1, "bicubic": 2, "cubic": 2, "lanczos3": 3,
          "lanczos5": 5}  # fmt: skip


def reduce(shape: Shape, axes: Sequence[int] | None, *, keep: bool) -> Effect:
    """One number made of all along these axes: a mean, a maximum, a global pool."""
    gone = set(range(len(shape)) if axes is None else axes)
    made = tuple(1 if axis in gone else size for axis, size in enumerate(shape) if keep or axis not in gone)
    moved, rest = [], iter(range(len(shape)))
    for axis in range(len(shape)):
        moved.append(axis if keep else None if axis in gone else next(rest))
    return Effect((made,), View(dict.fromkeys(gone, "all"), tuple(moved)))


def dense(layer: Dense, shape: Shape) -> Effect:
    """A dense layer, on the last axis."""
    *places, _ = shape
    view = View({len(places): "all"})
    macs = layer.macs * prod(places)
    return Effect(((*places, layer.units),), view, layer, layer.parameters, macs)


def mix(shape: Shape, axes: Sequence[int], *, parameters: int | None = 0, note: str = "") -> Effect:
    """A shape that stays; each output reads all along these axes, as a softmax or a normalisation."""
    return Effect((shape,), View(dict.fromkeys(axes, "all and its own")), parameters=parameters, note=note)


def broadcast(shapes: Sequence[Shape]) -> Effect:
    """Number by number; of several inputs those at the same place."""
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(shape)) + tuple(shape) for shape in shapes]
    most = tuple(max(sizes) if 0 not in sizes else 0 for sizes in zip(*padded, strict=True))
    if any(size not in (1, largest) for shape in padded for size, largest in zip(shape, most, strict=True)):
        raise Mismatch(f"brings {' and '.join(map(shape_text, shapes))} together")
    return Effect((most,), View(broadcasts=True))


def identity(shape: Shape) -> Effect:
    """What hands on what it gets."""
    return Effect((shape,), allocates=False)


def concatenate(shapes: Sequence[Shape], axis: int) -> Effect:
    """Tensors joined along one axis; beside each other only where that is one of the channels."""
    rest = {tuple(one[:axis] + one[axis + 1 :]) for one in shapes}
    if len(rest) > 1:
        raise Mismatch(f"joins {' and '.join(map(shape_text, shapes))}")
    made = list(shapes[0])
    made[axis] = sum(one[axis] for one in shapes)
    return Effect((tuple(made),), View(seam=axis))


def transpose(shape: Shape, order: Sequence[int]) -> Effect:
    """Axes in another order."""
    made = tuple(shape[axis] for axis in order)
    moved = tuple(order.index(axis) for axis in range(len(shape)))
    return Effect((made,), View(moved=moved), allocates=False)


def insert(shape: Shape, axis: int) -> Effect:
    """A new axis of size 1."""
    made = (*shape[:axis], 1, *shape[axis:])
    moved = tuple(one + (one >= axis) for one in range(len(shape)))
    return Effect((made,), View(moved=moved), allocates=False)


def reshape(shape: Shape, target: Sequence[int]) -> Effect:
    """The same numbers in another shape; a target of -1 is what is left over."""
    total, made = prod(shape), tuple(target)
    if -1 in made:
        rest = -prod(made)
        made = tuple((total // rest if rest else 0) if size == -1 else size for size in made)
    if prod(made) != total:
        raise Mismatch(f"{shape_text(shape)} is {total} numbers, {shape_text(made)} is {prod(made)}")
    return Effect((made,), View(target=made), allocates=False)


def select(shape: Shape, keys: Sequence[int | slice | None]) -> Effect:
    """A part of a tensor: indices, slices and new axes, one for each axis from the first on."""
    made: list[int] = []
    moved: list[int | None] = []
    along: dict[int, Taps | All] = {}
    keys = [*keys, *[slice(None)] * (len(shape) - sum(key is not None for key in keys))]
    for key in keys:
        axis = len(moved)
        if key is None:
            made.append(1)
        elif isinstance(key, slice):
            cells = range(shape[axis])[key]
            if not cells:
                raise Mismatch(f"takes nothing from {shape[axis]}")
            if cells != range(shape[axis]):
                along[axis] = Taps.of_slice(shape[axis], cells.start, len(cells), cells.step)
            moved.append(len(made))
            made.append(len(cells))
        else:
            if not -shape[axis] <= key < shape[axis]:
                raise Mismatch(f"takes number {key} of {shape[axis]}")
            along[axis] = Taps.of_slice(shape[axis], key % shape[axis], 1)
            moved.append(None)
    return Effect((tuple(made),), View(along, tuple(moved)), allocates=False)


def split(shape: Shape, axis: int, sizes: Sequence[int]) -> Effect:
    """Parts along one axis."""
    if sum(sizes) != shape[axis]:
        raise Mismatch(f"splits {shape[axis]} into {' + '.join(map(str, sizes))}")
    made = tuple((*shape[:axis], size, *shape[axis + 1 :]) for size in sizes)
    return Effect(made, View(seam=axis), allocates=False)


def matrix_product(made: Shape, length: int, reason: str) -> Effect:
    """Sums of so many products for each number that comes out, of two tensors of the network."""
    return Effect((made,), undefined(reason), macs=prod(made) * length)


def opaque(
    shapes: Sequence[Shape], reason: str, *, macs: int | None = None, parameters: int | None = None
) -> Effect:
    """A layer whose shapes are known, but after which no field is defined."""
    return Effect(tuple(shapes), undefined(reason), parameters=parameters, macs=macs)


def scale_of(size: int, factor: float) -> tuple[int, Fraction]:
    """The output of a resizing by a factor, and how many cells each of them is of."""
    exact = Fraction(factor).limit_denominator(10**6)
    return int(size * exact), 1 / exact
