"""Two networks that should be one, compared by what their layers put out."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from convarith._text import plural, shape_text
from convarith._validate import check_flags, check_named, wrong_kind


def compare_outputs(
    ours: Mapping[str, Any],
    theirs: Mapping[str, Any],
    *,
    channels_first: bool = False,
    tolerance: float = 1e-4,
) -> "Comparison":
    """Finds the first layer of two networks whose outputs differ, in shape or in value.

    The outputs are compared in pairs, in the order in which they are given, so leave out layers that only one
    of the networks has, such as padding in front.

    Arguments:
        ours: the output of each layer by its name, from first to last: an array with the batch in front and
            the channels at the end.
        theirs: that of the other network, for the same input.
        channels_first: whether theirs has its channels after the batch, as in PyTorch; they are moved.
        tolerance: how far apart two numbers may be, as a share of the largest of ours in that layer.

    Returns a table of all pairs; its `first` is the first row that differs, or None.

    Raises ValueError when the networks do not have the same number of layers, or batches differ in size;
    TypeError when an output is not an array of numbers.

    >>> ours = {"conv": np.ones((1, 6, 6, 2)), "pool": np.ones((1, 3, 3, 2))}
    >>> theirs = {"0": np.ones((1, 2, 6, 6)), "1": np.ones((1, 2, 4, 4))}
    >>> compare_outputs(ours, theirs, channels_first=True)
    ours  theirs  output                    largest difference
    conv  0       6 × 6 × 2                 0
    pool  1       3 × 3 × 2, not 4 × 4 × 2  –
    The first that differs is pool: in shape.
    """
    check_flags(channels_first=channels_first)
    for name, outputs in (("ours", ours), ("theirs", theirs)):
        check_named(name, outputs, "arrays")
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float):
        raise wrong_kind("tolerance", "a number", tolerance)
    if not tolerance >= 0:
        raise ValueError(f"tolerance must be at least 0, but is {tolerance}")
    if len(ours) != len(theirs):
        many = f"ours has {plural(len(ours), 'layer')} and theirs {len(theirs)}"
        raise ValueError(f"{many}: leave out those that only one of them has")
    rows = []
    for (name, here), (other, there) in zip(ours.items(), theirs.items(), strict=True):
        left, right = _as_array(f"ours[{name!r}]", here), _as_array(f"theirs[{other!r}]", there)
        if channels_first and right.ndim > 2:
            right = np.moveaxis(right, 1, -1)
        if left.shape[0] != right.shape[0]:
            raise ValueError(
                f"{name} is for {plural(left.shape[0], 'input')}, but {other} is for {right.shape[0]}"
            )
        rows.append(_compared(name, other, left, right, tolerance))
    return Comparison(rows)


class Pair(NamedTuple):
    """Two layers, their shapes without the batch, and how far their outputs are apart."""

    ours: str
    theirs: str
    our_shape: tuple[int, ...]
    their_shape: tuple[int, ...]
    difference: float | None  # None where the shapes differ
    equal: bool


class Comparison(Sequence[Pair]):
    """The pairs of layers in order; `first` is the first that differs, None where none does."""

    def __init__(self, rows: Sequence[Pair]) -> None:
        self.rows = tuple(rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, number: Any) -> Any:
        return self.rows[number]

    @property
    def first(self) -> Pair | None:
        """The first pair that differs."""
        return next((row for row in self.rows if not row.equal), None)

    def __repr__(self) -> str:
        table = [["ours", "theirs", "output", "largest difference"], *map(_line, self.rows)]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in table
        ]
        return "\n".join([*lines, self._verdict()])

    def _verdict(self) -> str:
        if self.first is None:
            return "No layer differs."
        how = "shape" if self.first.difference is None else "value"
        return f"The first that differs is {self.first.ours}: in {how}."


def _as_array(name: str, output: object) -> np.ndarray:
    try:
        array = np.asarray(output)
    except (ValueError, TypeError, RuntimeError) as error:
        raise TypeError(f"{name} must be an array of numbers, but NumPy says: {error}") from None
    if array.dtype.kind not in "iuf" or array.ndim < 1:
        raise wrong_kind(name, "an array of numbers", output)
    return array


def _compared(name: str, other: str, left: np.ndarray, right: np.ndarray, tolerance: float) -> Pair:
    shapes = left.shape[1:], right.shape[1:]
    if left.shape != right.shape:
        return Pair(name, other, *shapes, None, False)
    apart = float(np.abs(left.astype("float64") - right).max(initial=0))
    return Pair(name, other, *shapes, apart, apart <= tolerance * float(np.abs(left).max(initial=0)))


def _line(row: Pair) -> list[str]:
    ours, theirs = shape_text(row.our_shape), shape_text(row.their_shape)
    shapes = ours if row.difference is not None else f"{ours}, not {theirs}"
    return [row.ours, row.theirs, shapes, "–" if row.difference is None else f"{row.difference:.3g}"]
