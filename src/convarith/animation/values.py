"""The numbers in the cells of an animation: those that are given, and the output that they make.

Everything is written out here, as text, so that SVG and pixels say the same.
"""

from collections.abc import Iterator
from math import isfinite
from operator import index

from convarith._text import format_number
from convarith.axis import Axis, TransposedAxis
from convarith.layers import Pool

TYPE_CHECKING = False  # type checkers know the name; to import typing would take milliseconds
if TYPE_CHECKING:
    from typing import Any

Cell = tuple[int, int]
Pair = tuple[Axis | TransposedAxis, Axis | TransposedAxis]


class CellValues:
    """What is written where: each table says the text of a cell, by row and column.

    `image` and `weights` are as given. `result` is the output of a window that slides; `sums` are those of a
    transposed convolution, which grow: for each frame the output cells that its stamp reaches. All of them
    are empty where there is nothing to say.
    """

    def __init__(
        self,
        axes: Pair,
        flat: bool,
        image: object,
        kernel: object,
        pool: Pool | None = None,
        stretched: bool = False,
    ) -> None:
        if pool is not None and kernel is not None:
            raise ValueError("a pooling window has no weights, but kernel is given")
        pixels = _table("image", image, [axis.size for axis in axes], flat)
        weights = _table("kernel", kernel, [axis.kernel for axis in axes], flat)
        if stretched:
            axes, pixels, weights = _stretched(axes, pixels, weights)
        self.image, self.weights = _texts(pixels), _texts(weights, "×")
        self.result: dict[Cell, str] = {}
        self.sums: list[dict[Cell, str]] = []
        self.said = ""
        if not pixels or not (weights or pool):
            return
        if isinstance(axes[1], TransposedAxis):
            self.sums = [_texts(sums) for sums in _stamped(axes, pixels, weights)]
            self.said = "The numbers in the output are the sums of the stamps so far"
        elif pool is None:
            self.result = _texts(_summed(axes, pixels, weights))
            self.said = "Each number in the output is the sum of the numbers in its window times the weights"
            self.said += ", which are turned round" if stretched else ""
        else:
            self.result = _texts(_pooled(axes, pixels, pool))
            which = "largest" if pool.operation == "max" else "average"
            self.said = f"Each number in the output is the {which} of the numbers in its window"


def _texts(numbers: dict[Cell, float], mark: str = "") -> dict[Cell, str]:
    return {cell: f"{mark}{format_number(number)}" for cell, number in numbers.items()}


def _table(name: str, values: "Any", shape: list[int], flat: bool) -> dict[Cell, float]:
    """The numbers of nested lists, or of what is indexed like them, by row and column; none of nothing."""
    if values is None:
        return {}
    wanted, found = tuple(shape[flat:]), _shape(values)
    if found != wanted:
        raise ValueError(f"{name} must have the shape {wanted}, but has {found}")
    rows = [values] if flat else values
    cells = [(row, column) for row in range(shape[0]) for column in range(shape[1])]
    return {(row, column): _number(name, rows[row][column]) for row, column in cells}


def _shape(values: object) -> tuple[int, ...]:
    """How many there are, along each axis; as told by the first row where the others are as long."""
    shape = getattr(values, "shape", None)
    if shape is not None:
        return tuple(shape)
    if not isinstance(values, list | tuple):
        return ()
    inner = [_shape(row) for row in values]
    uneven = next((one for one in inner if one != inner[0]), None)
    return (len(values), *(uneven or (inner[0] if inner else ())))


def _number(name: str, value: "Any") -> float:
    try:
        return index(value)
    except TypeError:
        pass
    try:
        number = None if isinstance(value, str | bytes) else float(value)
    except (TypeError, ValueError):
        number = None
    if number is None:
        raise TypeError(f"{name} must hold numbers, but has {value!r}")
    if not isfinite(number):
        raise ValueError(f"{name} must hold finite numbers, but has {number}")
    return number


def _windows(axes: Pair) -> Iterator[tuple[Cell, list[tuple[Cell, Cell]]]]:
    """Each window, as one reads: whose it is, and its cells that are data, each with its weight's place."""
    rows, columns = axes
    tall, wide = rows.tape, columns.tape
    for r, row in enumerate(rows.windows):
        for c, column in enumerate(columns.windows):
            yield (
                (r, c),
                [
                    ((y, x), (a, b))
                    for a, y in enumerate(row)
                    for b, x in enumerate(column)
                    if 0 <= y < tall and 0 <= x < wide
                ],
            )


def direct(axes: Pair) -> tuple[Axis, Axis]:
    """The axes over a stretched input that make the same as these, which are transposed."""
    rows, columns = (axis.equivalent for axis in axes if isinstance(axis, TransposedAxis))
    return rows, columns


def _stretched(
    axes: Pair, pixels: dict[Cell, float], weights: dict[Cell, float]
) -> tuple[Pair, dict[Cell, float], dict[Cell, float]]:
    """The direct convolution that makes the same of a stretched input, with its weights turned round."""
    (down, right), (tall, wide) = ([getattr(axis, name) for axis in axes] for name in ("stride", "kernel"))
    return (
        direct(axes),
        {(row * down, column * right): pixel for (row, column), pixel in pixels.items()},
        {(tall - 1 - a, wide - 1 - b): weight for (a, b), weight in weights.items()},
    )


def _summed(axes: Pair, pixels: dict[Cell, float], weights: dict[Cell, float]) -> dict[Cell, float]:
    # between the cells of a stretched input there are none
    return {
        cell: sum(pixels.get(place, 0) * weights[at] for place, at in window)
        for cell, window in _windows(axes)
    }


def _pooled(axes: Pair, pixels: dict[Cell, float], pool: Pool) -> dict[Cell, float]:
    made = {}
    # of a tape, the one row has no divisor of its own
    divisors = [(1,), *(axis.divisors(count_padding=pool.count_padding) for axis in pool.axes)][-2:]
    for cell, window in _windows(axes):
        if not window:
            raise ValueError(f"the window of output {cell} holds no numbers to pool, only padding")
        inside = [pixels[place] for place, _ in window]
        if pool.operation == "max":
            made[cell] = max(inside)
        else:
            made[cell] = sum(inside) / (divisors[0][cell[0]] * divisors[1][cell[1]])
    return made


def _stamped(
    axes: Pair, pixels: dict[Cell, float], weights: dict[Cell, float]
) -> Iterator[dict[Cell, float]]:
    """After each stamp, the sums that it has changed."""
    sums: dict[Cell, float] = {}
    for cell, stamp in _windows(axes):
        for place, at in stamp:
            sums[place] = sums.get(place, 0) + pixels[cell] * weights[at]
        yield {place: sums[place] for place, _ in stamp}
