"""Animations to take away: a window that slides over a grid, frame by frame, as SVG, GIF or PNG.

What is seen in each frame is said in `scene`, where it lies in `layout`; Pillow is loaded only for what is
made of pixels.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property

from convarith._validate import as_positive_int, check_choice, check_flags, check_kind, wrong_kind
from convarith.animation.layout import LEAST_FOR_NUMBERS, Layout
from convarith.animation.scene import Frame, Scene
from convarith.animation.svg import svg
from convarith.animation.values import CellValues
from convarith.axis import Axis, TransposedAxis
from convarith.layers import Conv, Pool, SeparableConv, TransposedConv

TYPE_CHECKING = False  # type checkers know the name; to import typing would take milliseconds
if TYPE_CHECKING:
    from typing import Any

Animated = (
    Axis
    | TransposedAxis
    | Sequence[Axis]
    | Sequence[TransposedAxis]
    | Conv
    | SeparableConv
    | TransposedConv
    | Pool
)
THEMES = ("auto", "light", "dark")


class Animation:
    """A sliding window in motion, made by `animate`: it shows itself in notebooks and saves itself as a file.

    `frames` has, for each frame, the cell of the other grid that it is about, and its window; `alt` says in
    words what there is to see. `scene` has what is shown, and `layout` where.
    """

    def __init__(self, scene: Scene, cell: int | None, seconds: float, theme: str) -> None:
        self.scene, self._cell, self._seconds, self._theme = scene, cell, seconds, theme
        self.alt = scene.alt

    def __repr__(self) -> str:
        return self.alt

    def __len__(self) -> int:
        return len(self.scene)

    @cached_property
    def frames(self) -> tuple[Frame, ...]:
        """All frames in their order.

        >>> animate(Axis(size=5, kernel=3, stride=2)).frames[3]
        Frame(cell=(1, 1), rows=range(2, 5), columns=range(2, 5))
        """
        return tuple(self.scene.frames())

    @cached_property
    def layout(self) -> Layout:
        """Where everything lies, in pixels."""
        return Layout(self.scene, self._cell)

    def svg(self) -> str:
        """The animation as SVG text, without date or version: equal animations give equal text."""
        return svg(self.scene, self.layout, self._seconds, self._theme)

    def _repr_html_(self) -> str:
        """A picture of its own, so that its style and names stay with it."""
        from urllib.parse import quote  # noqa: PLC0415 - notebooks alone need it

        source = quote(self.svg().replace('"', "'"), safe=" =:/;,!?()+@'*")
        return f'<img class="convarith-animation" alt="{self.alt}" src="data:image/svg+xml,{source}">'

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the animation to a file, in the format of its suffix: all of it, or nothing.

        Arguments:
            path: ends in `.svg`, in `.gif`, or in `.png` for all frames side by side, each where the cell
                lies that it is about.

        Raises ValueError for any other suffix or a picture of too many pixels, OSError where the file cannot
        be written.
        """
        check_kind("path", path, str | os.PathLike, "a path")
        path = os.fspath(path)
        suffix = os.path.splitext(path)[1].lower()
        if suffix not in (".svg", ".gif", ".png"):
            raise ValueError(f"an animation is saved as .svg, .gif or .png, not as {path!r}")
        if suffix == ".svg":
            _write_whole(path, self.svg().encode)
            return
        import convarith.animation.raster as raster  # noqa: PLC0415 - Pillow is heavy

        painter = raster.Painter(self.scene, self.layout, dark=self._theme == "dark")
        make = raster.gif if suffix == ".gif" else raster.png
        _write_whole(path, lambda: make(painter, self._seconds))


# Over 60 lines by what it says of itself; what it does takes half of them.
def animate(
    what: Animated,
    path: str | os.PathLike[str] | None = None,
    *,
    image: object = None,
    kernel: object = None,
    flat: bool = False,
    stretched: bool = False,
    cell: int | None = None,
    seconds: float = 0.5,
    theme: str = "auto",
) -> Animation:
    """Animates the window of a convolution or pooling, or the stamp of a transposed convolution.

    Input on the left and output on the right, each named with its size; one frame for each output cell that
    a window fills, or for each input cell that stamps. Dashed cells are padding, hatched ones are read by no
    window, dotted ones lie beyond the padding (only `ceil_mode` reaches them). A transposed convolution
    shows its stamps: so both grids keep their true sizes, one sees which cells its padding cuts off, and that
    output padding adds cells like the others, which stamps may reach, not zeros. Or it is `stretched`: the
    direct convolution over an input with zeros between its cells, which has the same output.

    With numbers the output is computed before the reader's eyes: the sum of the window's numbers times the
    weights, which are turned round over a stretched input only; or the largest or the average of a pooling
    window, where padding counts only in the divisor of a layer that says so. A transposed convolution that
    stamps writes the sums of the stamps so far, so that its last frame shows the result, and nothing where no
    stamp has been; only then has its SVG an element for each number that a cell ever holds.

    Arguments:
        what: an `Axis` or `TransposedAxis`, for rows and columns alike; a pair of them, rows first; or a
            layer of one or two axes.
        path: where to save it at once, as `Animation.save` does; nowhere by default.
        image: numbers to write into the input cells, shape (rows.size, columns.size), or (size,) on a tape:
            nested lists, an array, or anything else with a shape that can be indexed.
        kernel: weights to write small into the window, shape (rows.kernel, columns.kernel), or (kernel,);
            with an image they make the output's numbers. A pooling layer has none.
        flat: show a single axis as a tape, as a layer of one axis always is.
        stretched: show a transposed convolution as a window that slides over its stretched input.
        cell: size of a cell in pixels, at least 3; by default 28, or less where the picture would get large;
            with numbers at least 20, and by default 36.
        seconds: how long a frame is shown, in seconds, 0.02 to 60.
        theme: "light", "dark", or "auto": SVG then follows the reader's choice, GIF and PNG are light.

    Returns the `Animation`.

    Raises TypeError for what has no axes or holds no numbers, ValueError for more than two axes, a bad
    setting, numbers of the wrong shape, a stretched input where there is none, or a pooling window without
    numbers; and as `Animation.save` does.

    >>> animate(Axis(size=5, kernel=3, stride=2))
    Sliding window in 4 frames: an input of 5 × 5 cells and an output of 2 × 2 cells. A window of 3 × 3 \
cells moves by 2 cells over the input and fills the output cell by cell.
    >>> animate(Axis(size=4, kernel=2, stride=2), flat=True, image=[1, 2, 3, 4], kernel=[1, 10])
    Sliding window in 2 frames: an input of 4 cells and an output of 2 cells. A window of 2 cells moves \
by 2 cells over the input and fills the output cell by cell. Each number in the output is the sum of the \
numbers in its window times the weights.
    """
    check_flags(flat=flat, stretched=stretched)
    if getattr(what, "padding_mode", "zeros") != "zeros":
        raise ValueError(f"animate pads with zeros, but {what!r} does not")
    rows, columns, flat = _axes_of(what, flat)
    if stretched and not isinstance(columns, TransposedAxis):
        raise ValueError(f"only a transposed convolution has a stretched input, not {what!r}")
    if cell is not None and as_positive_int("cell", cell) < 3:
        raise ValueError(f"cell must be at least 3 pixels, but is {cell}")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise wrong_kind("seconds", "a number", seconds)
    if not 0.02 <= seconds <= 60:
        raise ValueError(f"seconds must be from 0.02 to 60, but is {seconds}")
    check_choice("theme", theme, THEMES)
    numbers = None
    if image is not None or kernel is not None:
        if cell is not None and cell < LEAST_FOR_NUMBERS:
            raise ValueError(f"cell must be at least {LEAST_FOR_NUMBERS} pixels for numbers, but is {cell}")
        pool = what if isinstance(what, Pool) else None
        numbers = CellValues((rows, columns), flat, image, kernel, pool, stretched)
    scene = Scene(rows, columns, flat, _kind(what, columns), numbers, stretched)
    animation = Animation(scene, cell, seconds, theme)
    if path is not None:
        animation.save(path)
    return animation


def _axes_of(what: "Any", flat: bool) -> tuple[Axis | TransposedAxis, Axis | TransposedAxis, bool]:
    """Rows, columns, and whether it is a tape."""
    single = isinstance(what, Axis | TransposedAxis)
    axes = [what] if single else getattr(what, "axes", what)
    listed = axes if isinstance(axes, tuple | list) and axes else [None]
    if not any(all(isinstance(axis, kind) for axis in listed) for kind in (Axis, TransposedAxis)):
        raise TypeError(f"animate takes an axis, a pair of axes of one kind, or a layer, not {what!r}")
    rows, *others = axes
    if len(others) > 1:
        raise ValueError(f"an animation shows one or two axes, but {what!r} has {len(axes)}")
    if others and flat:
        raise ValueError(f"only a single axis can be shown flat, but {what!r} has 2")
    if others:
        return rows, others[0], False
    if single and not flat:
        return rows, rows, False
    return type(rows)(size=1, kernel=1), rows, True


def _kind(what: object, axis: Axis | TransposedAxis) -> str:
    """What it is called, as far as axes alone do not leave that open."""
    if isinstance(axis, TransposedAxis):
        return "transposed convolution"
    if isinstance(what, Pool):
        return f"{what.operation} pooling"
    return "convolution" if hasattr(what, "axes") else ""


def _write_whole(path: str, made: Callable[[], bytes]) -> None:
    """Writes beside the file and then puts it in its place: whoever looks sees all of it or nothing new."""
    folder, name = os.path.split(path)
    part = os.path.join(folder, f".{name}.{os.getpid()}.part")
    try:
        with open(part, "xb") as target:
            target.write(made())
        os.replace(part, path)
    except BaseException as error:
        with suppress(OSError):  # where it was never made
            os.remove(part)
        if isinstance(error, OSError) and error.strerror:
            raise type(error)(f"{path} cannot be written: {error.strerror}") from error
        raise
