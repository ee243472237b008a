"""A drawing of trials that were repeated: what came out each time, the mean, and how sure the mean is.

As in `figures`, the function returns a `Picture` that describes itself.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from matplotlib.axes import Axes

from convarith._text import plural
from convarith._validate import as_tuple, check_flags, check_kind, check_named
from convarith.figures._drawing import (
    CURRENT,
    FAINT,
    INK,
    INPUT,
    Picture,
    Role,
    as_array,
    finish,
    new_picture,
    write,
)


def draw_spread(
    trials: Mapping[str, Iterable[float]],
    *,
    unit: str = "",
    zero: bool = False,
    ax: Axes | None = None,
) -> Picture | Axes:
    """Draws one row of dots for each name, a dot for each trial, and below them the mean and its error.

    The mean is a diamond; the bar through it reaches two standard errors to either side. The standard
    error is the standard deviation of the trials, divided by the root of their number. Dots of equal
    trials stand one on another.

    Arguments:
        trials: name -> what was measured, at least two times each.
        unit: what the numbers are, written below them.
        zero: draw a line at 0, to which differences are compared.
        ax: matplotlib axes to draw on; a new picture by default.

    Returns the `Picture`, or `ax` where it was given.

    Raises ValueError when there is nothing to draw, or fewer than two trials of a name.

    >>> draw_spread({"with": [4, 5, 5, 6], "without": [1, 3]}, unit="digits")
    2 rows of trials in digits. with: 4 trials from 4 to 6, mean 5; without: 2 trials from 1 to 3, mean 2.
    """
    check_named("trials", trials, "numbers")
    check_kind("unit", unit, str, "a string")
    check_flags(zero=zero)
    rows = {name: _numbers(f"trials[{name!r}]", values) for name, values in trials.items()}
    if not rows:
        raise ValueError("there are no trials to draw")
    for name, values in rows.items():
        if values.size < 2:
            raise ValueError(f"a spread takes at least 2 trials, but {name} has {values.size}")
    means = {name: (values.mean(), values.std(ddof=1) / values.size**0.5) for name, values in rows.items()}
    ends = [end for mean, error in means.values() for end in (mean - 2 * error, mean + 2 * error)]
    everything = np.concatenate([*rows.values(), ends, [0.0] * zero])
    room = 0.04 * (np.ptp(everything) or 1)
    left, right = everything.min() - room, everything.max() + room
    picture = None
    if ax is None:
        tall = 0.62 * len(rows)
        picture, ax = new_picture(7.2, tall + 0.6)
        ax.set_position((0.2, 0.5 / (tall + 0.6), 0.78, tall / (tall + 0.6)))
    for row, (name, values) in enumerate(rows.items()):
        values = np.sort(values)
        columns = np.round((values - left) / (0.016 * (right - left)))  # as wide as a dot
        below = np.array([(columns[:n] == column).sum() for n, column in enumerate(columns)])
        up = row + 0.12 - min(0.13, 0.5 / max(1, below.max())) * below
        ax.plot(values, up, "o", markersize=5.5, gid="trials", **_marker(INPUT))
        mean, error = means[name]
        ends = [mean - 2 * error, mean + 2 * error]
        ax.plot(ends, [row + 0.34] * 2, gid="error", color=CURRENT["edgecolor"], linewidth=2)
        ax.plot([mean], [row + 0.34], "D", markersize=7, gid="mean", **_marker(CURRENT))
        write(ax, left - room, row + 0.2, name, 10, ha="right")
    if zero:
        ax.axvline(0, color=INK, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
    ax.set(xlim=(left, right), ylim=(len(rows) - 0.3, -0.5), yticks=[])
    ax.set_xlabel(unit, color=INK)
    ax.tick_params(axis="x", colors=INK)
    ax.grid(axis="x", color=FAINT, alpha=0.25)
    ax.spines[["left", "right", "top"]].set_visible(False)
    told = [
        f"{name}: {v.size} trials from {v.min():.4g} to {v.max():.4g}, mean {v.mean():.4g}"
        for name, v in rows.items()
    ]
    alt = f"{plural(len(rows), 'row')} of trials{f' in {unit}' if unit else ''}. {'; '.join(told)}."
    return finish(picture, ax, alt)


def _marker(role: Role) -> Role:
    return {"markerfacecolor": role["facecolor"], "markeredgecolor": role["edgecolor"]}


def _numbers(name: str, values: Iterable[float]) -> np.ndarray:
    return as_array(name, as_tuple(name, values, "numbers")).astype(float)
