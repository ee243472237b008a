"""Drawings of whole networks: how the shapes shrink from layer to layer, and what skips over layers."""

from dataclasses import dataclass, field
from math import ceil, log2

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from convarith._text import plural
from convarith._validate import check_kind
from convarith.figures._drawing import (
    CURRENT,
    FAINT,
    INK,
    INPUT,
    OUTPUT,
    WIDEST,
    Picture,
    add_text,
    hide_frame,
    letters,
    new_picture,
    with_alt,
)
from convarith.layers import Conv, Dense, Pool
from convarith.tracing.table import Row, Trace

_MANY = 16  # boxes; more than these are drawn by size alone, whatever the channels
_TALL, _PITCH = 1.6, 0.7  # inches: the highest box, and at most from one to the next
_LETTER, _LINE = 0.086, 0.17  # inches of what is written
_LONG = 9  # letters; instead of a longer name the layer's kind is written
_KINDS = {Pool: "pool", Conv: "conv", Dense: "dense"}
_WITH_THE_BOX_BEFORE = ("ZeroPadding", "Cropping", "Flatten", "Reshape")


def draw_network(trace: Trace) -> Picture:
    """Draws a network as boxes from left to right: as high as the maps, and wider the more channels.

    Layers of one shape share a box; in a network of very many shapes those of one size do. Arcs on a box
    are branches that meet in it, arcs from box to box those that skip boxes. What works without maps in the
    middle of a network, such as squeeze and excitation, is not drawn; what only pads or flattens counts with
    the box before it. Height is to scale along the first axis; width grows with each doubling of channels.

    Arguments:
        trace: what `trace` returned.

    Returns the `Picture`.

    Raises TypeError for anything else.

    >>> import keras
    >>> from convarith import trace
    >>> layers = [keras.layers.Conv2D(6, 5), keras.layers.MaxPooling2D(2)]
    >>> draw_network(trace(keras.Sequential([keras.Input((28, 28, 1)), *layers], name="start")))
    The network start, from left to right: 28 × 28 × 1; 24 × 24 × 6; 12 × 12 × 6.
    """
    check_kind("trace", trace, Trace, "what trace returns")
    boxes, skips = _boxes(trace)
    tallest, most = max(box.height for box in boxes), max(box.channels[1] for box in boxes)
    pitch = min(_PITCH, (WIDEST - 0.3) / len(boxes))
    widths = [0.76 * pitch * (1 + log2(box.channels[1])) / (1 + log2(most)) for box in boxes]
    heights = [max(0.03, _TALL * box.height / tallest) for box in boxes]
    middles = [pitch * (number + 0.5) for number in range(len(boxes))]
    tops = [height + 0.15 * bool(box.meetings) for box, height in zip(boxes, heights, strict=True)]
    arcs = {(one, other): max(tops[one : other + 1]) + 0.04 for one, other in sorted(skips)}
    rise = {skip: 0.1 + 0.04 * (skip[1] - skip[0]) for skip in arcs}
    top = max([*tops, *(base + rise[skip] for skip, base in arcs.items())])
    # What is written under boxes stands on as many levels as it takes to be clear of one another.
    levels = ceil(_LETTER * max(len(text) for box in boxes for text in box.label) / pitch)
    low = -0.13 - levels * 3.4 * _LINE
    meet = bool(skips or any(box.meetings for box in boxes))
    right = max(pitch * len(boxes), 3.9)
    picture, ax = new_picture(right + 0.1, top + 0.24 - low + meet * _LINE)
    size = letters(right + 0.1)
    for number, (box, width, height) in enumerate(zip(boxes, widths, heights, strict=True)):
        left = middles[number] - width / 2
        role = INPUT if box.parent is None else CURRENT if number == len(boxes) - 1 else OUTPUT
        ax.add_patch(Rectangle((left, 0), width, height, clip_on=False, **role))
        for arc in range(box.meetings):
            _arc(ax, left + arc * width / box.meetings, width / box.meetings, height + 0.02, 0.12)
        under = -0.13 - number % levels * 3.4 * _LINE
        if number % levels:
            ax.plot([middles[number]] * 2, [-0.03, under + 0.1], color=FAINT, linewidth=0.6)
        for line, text in enumerate(box.label):
            add_text(ax, middles[number], under - _LINE * line, text, size, color=FAINT if line == 2 else INK)
    for (one, other), base in arcs.items():
        _arc(ax, middles[one], middles[other] - middles[one], base, rise[one, other])
    said = "Height: size. Width: doublings of the channels." + "\nArcs: branches meet." * meet
    add_text(ax, 0.05, low + 0.08, said, size, ha="left", va="top", color=FAINT)
    hide_frame(ax, (-0.05, right + 0.05), (low - 0.17 - meet * _LINE, top + 0.07))
    met = sum(box.meetings for box in boxes) + len(skips)
    shapes = "; ".join(box.described for box in boxes)
    alt = f"The network {trace.name}, from left to right: {shapes}."
    alt += f" Branches meet {plural(met, 'time')}." if met else ""
    return with_alt(picture, alt)


@dataclass
class _Box:
    """Layers that are drawn as one."""

    key: tuple[int, ...]
    parent: int | None
    start: int
    rows: list[Row] = field(default_factory=list)
    meetings: int = 0

    @property
    def height(self) -> int:
        """Size of its maps along the first axis."""
        return self.rows[0].output_shape[0] if len(self.rows[0].output_shape) > 1 else 1

    @property
    def channels(self) -> tuple[int, int]:
        """The fewest and the most channels in it."""
        channels = [row.output_shape[-1] for row in self.rows]
        return min(channels), max(channels)

    @property
    def mapped(self) -> bool:
        """Whether it holds maps, and not one number for each channel."""
        return max(self.rows[0].output_shape[:-1], default=1) > 1

    @property
    def _words(self) -> tuple[str, str]:
        few, many = self.channels
        return " × ".join(
            map(str, self.rows[0].output_shape[:-1])
        ), f"{few}" if few == many else f"{few}–{many}"

    @property
    def label(self) -> tuple[str, ...]:
        """What is written under it: size, channels, and the name of its layer or how many there are."""
        size, channels = self._words
        only = self.rows[0]
        name = "input" if self.parent is None else only.name
        if len(name) > _LONG:
            name = next((word for kind, word in _KINDS.items() if isinstance(only.layer, kind)), only.kind)
            name = "pool" if "Pooling" in name else name
        pooled = len(self.rows) > 2 and isinstance(self.rows[0].layer, Pool)
        many = f"pool + {len(self.rows) - 1}" if pooled else plural(len(self.rows), "layer")
        return size.replace(" ", "") or "1", channels, name if len(self.rows) == 1 else many

    @property
    def described(self) -> str:
        """The same for the alt text."""
        return " × ".join(filter(None, self._words)) + (
            f" ({plural(len(self.rows), 'layer')})" if len(self.rows) > 1 else ""
        )


def _boxes(trace: Trace) -> tuple[list[_Box], set[tuple[int, int]]]:
    """The boxes of a network in order, and which skips lead from one to a later one than the next."""
    boxes, skips = _grouped(trace, channels=True)
    return (boxes, skips) if len(boxes) <= _MANY else _grouped(trace, channels=False)


def _grouped(trace: Trace, *, channels: bool) -> tuple[list[_Box], set[tuple[int, int]]]:
    boxes: list[_Box] = []
    home: dict[str, int] = {}  # the box of each row
    edges = []
    last_map = 0
    for number, row in enumerate(trace):
        before = sorted({home[name] for name in row.inputs}, reverse=True)
        if before and row.kind.startswith(_WITH_THE_BOX_BEFORE):
            home[row.name] = before[0]
            continue
        shape = row.output_shape
        key = shape if channels or len(shape) == 1 else shape[:-1]
        # The box it reads, if that is of the same size; or one of this size that was entered from there.
        same = [at for at in before if boxes[at].key == key]
        beside = [at for at, box in enumerate(boxes) if box.key == key and box.parent in before]
        at = next(iter([*same, *beside]), len(boxes))
        if at == len(boxes):
            boxes.append(_Box(key, before[0] if before else None, number))
        boxes[at].rows.append(row)
        home[row.name] = at
        boxes[at].meetings += len(row.inputs) > 1 and before == [at]
        edges += [(other, at) for other in before if len(before) > 1 and other != at]
        last_map = number if boxes[at].mapped else last_map
    drawn = [at for at, box in enumerate(boxes) if box.mapped or box.start > last_map or box.parent is None]
    place = {at: number for number, at in enumerate(drawn)}
    known = [(place[one], place[other]) for one, other in edges if one in place and other in place]
    return [boxes[at] for at in drawn], {(one, other) for one, other in known if other - one > 1}


def _arc(ax: Axes, left: float, width: float, base: float, height: float) -> None:
    angle = np.linspace(0, np.pi, 25)
    x, y = left + width * (1 - np.cos(angle)) / 2, base + height * np.sin(angle)
    ax.plot(x, y, color=FAINT, linewidth=0.8, clip_on=False)
