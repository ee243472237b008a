"""What all drawings share: the picture that describes itself, colours by role, cells, words.

Modules of drawings build on this one; it knows nothing of convolution.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from io import BytesIO
from math import ceil
from typing import Any, TypeVar

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import ArrayLike

from convarith._palette import LIGHT
from convarith._validate import as_tuple, check_kind, wrong_kind

# How matplotlib draws the roles. Each has a second mark that needs no colour: padding is dashed, the current
# output has a heavy edge, unused cells are hatched.
Role = dict[str, Any]
INK = LIGHT["ink"]
FAINT = LIGHT["faint"]
INPUT: Role = {"facecolor": LIGHT["input"], "edgecolor": LIGHT["input_edge"], "linewidth": 0.8}
PADDING: Role = {"facecolor": "white", "edgecolor": FAINT, "linewidth": 0.8, "linestyle": (0, (2.5, 2))}
WINDOW: Role = {"facecolor": LIGHT["window"], "edgecolor": LIGHT["window_edge"], "linewidth": 0.9}
WINDOW_ON_PADDING: Role = WINDOW | {"facecolor": LIGHT["margin"], "linestyle": (0, (2.5, 2))}
WINDOW_BEYOND: Role = WINDOW | {"facecolor": "white", "linestyle": (0, (0.7, 1.5))}
OUTPUT: Role = {"facecolor": LIGHT["output"], "edgecolor": LIGHT["output_edge"], "linewidth": 0.8}
CURRENT: Role = {"facecolor": LIGHT["current"], "edgecolor": LIGHT["current_edge"], "linewidth": 1.6}
EMPTY: Role = OUTPUT | {"facecolor": "white"}
UNUSED: Role = {"facecolor": "none", "edgecolor": LIGHT["unused"], "linewidth": 0, "hatch": "xxx"}

T = TypeVar("T")

# A phone of 390 pixels shows a picture in a column of 358 and shrinks what is wider. So that letters are at
# least 9 pixels there, no picture is wider than this many inches; in the widest, letters have 10 points.
WIDEST = 5.4
_COLUMN, _LEAST, _MARGIN = 358 / 96, 9 * 72 / 96, 0.16  # inches, points, inches around what is drawn

FILL: dict[str, float] = {"left": 0, "right": 1, "bottom": 0, "top": 1, "wspace": 0, "hspace": 0}


class Picture(Figure):
    """A matplotlib figure that shows itself as SVG and carries its description in `alt`."""

    alt: str = ""

    def _repr_svg_(self) -> str:
        return self.svg()

    def __repr__(self) -> str:
        return self.alt

    def svg(self) -> str:
        """The picture as SVG text, without a date or version in it: equal pictures give equal text."""
        target = BytesIO()
        with book_style():
            self.savefig(target, format="svg", metadata={"Date": None, "Creator": None, "Title": self.alt})
        return target.getvalue().decode()


def draw_cells(ax: Axes, role: Role, cells: Iterable[tuple[float, float]], height: float = 1) -> None:
    """Draws cells, given by their upper left corners, in one colour and as one path: small files."""
    squares = [[(x, y), (x + 1, y), (x + 1, y + height), (x, y + height), (x, y)] for x, y in cells]
    if squares:
        corners = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
        path = Path(np.concatenate(squares), corners * len(squares))
        ax.add_patch(PathPatch(path, clip_on=False, **role))


def add_text(
    ax: Axes,
    x: float,
    y: float,
    what: str,
    size: float,
    ha: str = "center",
    va: str = "center",
    color: str = INK,
) -> None:
    """Writes text at a place, centred by default."""
    ax.text(x, y, what, fontsize=size, ha=ha, va=va, color=color)


def book_style() -> AbstractContextManager[None]:
    """The look of all figures, for as long as it is needed."""
    return style.context("convarith.figures.book")


def new_picture(width: float, height: float) -> tuple[Picture, Axes]:
    """A picture of that many inches, and the one pair of axes that fills it."""
    with book_style():
        picture = Picture(figsize=(width, height))
        return picture, picture.add_axes((0, 0, 1, 1))


def letters(width: float, wanted: float = 10) -> float:
    """The size of letters in points, as wanted or as large as a phone needs them in a picture of that width.

    Arguments:
        width: of the picture, in inches.
        wanted: points.

    >>> letters(2, 6), round(letters(5.4, 6), 1)
    (6.75, 10.1)
    """
    return max(wanted, _LEAST, _LEAST * (width + _MARGIN) / _COLUMN)


def numbered_every(cell: float, characters: int, size: float) -> int:
    """Of how many cells in a row one can be numbered, so that the numbers stand clear of one another.

    Arguments:
        cell: its width, in inches.
        characters: of the longest number.
        size: of the letters, in points.

    >>> numbered_every(0.4, 2, 10), numbered_every(0.15, 2, 10)
    (1, 2)
    """
    return max(1, ceil(characters * 0.66 * size / (72 * cell)))


def hide_frame(ax: Axes, x: tuple[float, float], y: tuple[float, float]) -> None:
    """Leaves nothing but the cells: no frame, no ticks, squares square."""
    ax.set(xlim=x, ylim=y, aspect="equal")
    ax.set_axis_off()


def with_alt(picture: Picture, alt: str) -> Picture:
    """The picture, with its description in words."""
    picture.alt = alt
    return picture


def heat_color(shade: float) -> tuple[float, float, float]:
    """A colour from white (0) to a dark blue (1)."""
    return 1 - shade, 1 - 0.72 * shade, 1 - 0.55 * shade


def as_array(name: str, values: ArrayLike) -> np.ndarray:
    """Numbers as an array; rows of one length each."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must have rows of one length, but is {values!r}") from None
    if array.dtype.kind not in "buif":
        raise wrong_kind(name, "numbers", values)
    return array


def array_of_shape(name: str, values: ArrayLike | None, shape: tuple[int, ...]) -> np.ndarray | None:
    """Numbers as an array of that shape; None stays None."""
    if values is None:
        return None
    values = as_array(name, values)
    if values.shape != shape:
        raise ValueError(f"{name} must have the shape {shape}, but has {values.shape}")
    return values


def both_axes(kind: type[T], rows: T, columns: T | None) -> tuple[T, T]:
    """Both axes, which are of this kind; `columns` is `rows` where it is not given."""
    columns = rows if columns is None else columns
    expected = f"{'an' if kind.__name__[0] in 'AEIOU' else 'a'} {kind.__name__}"
    check_kind("rows", rows, kind, expected)
    check_kind("columns", columns, kind, expected)
    return rows, columns


def marker_in(role: Role) -> Role:
    """A marker in the colours of a role."""
    return {"markerfacecolor": role["facecolor"], "markeredgecolor": role["edgecolor"]}


def as_floats(name: str, values: Iterable[float]) -> np.ndarray:
    """Numbers as an array of floats."""
    return as_array(name, as_tuple(name, values, "numbers")).astype(float)
