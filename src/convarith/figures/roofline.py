"""The roofline: how fast layers were, under what a machine can compute and what its memory delivers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from convarith._validate import as_tuple, check_named, wrong_kind
from convarith.figures._drawing import (
    FAINT,
    INK,
    INPUT,
    OUTPUT,
    WIDEST,
    Picture,
    as_floats,
    letters,
    marker_in,
    new_picture,
    with_alt,
)

WIDE, TALL = 4.45, 2.5  # of the chart, in inches
LINE = 0.22  # from line to line of the legend


def draw_roofline(
    points: Mapping[str, Iterable[float]], *, compute: float, bandwidth: float, variants: Iterable[str] = ()
) -> Picture:
    """Draws how fast layers were, against how much they do with each byte, under a machine's two limits.

    Both axes are logarithmic. No layer gets above the flat line, the most that the machine can compute, nor
    above the slanted one, the most that it can compute with what its memory delivers.

    Arguments:
        points: name -> (MACs per byte that has to be moved, billions of MACs per second), as measured.
        compute: billions of MACs per second at most.
        bandwidth: billions of bytes per second at most.
        variants: names of the points to be drawn as diamonds, in a second colour.

    Returns the `Picture`.

    Raises ValueError when there is nothing to draw, a number is not positive, or a variant is not a point.

    >>> picture = draw_roofline({"plain": (60, 15), "dense": (0.25, 4)}, compute=16, bandwidth=18)
    >>> print(picture.alt.replace("; ", ";\\n").replace(". ", ".\\n"))
    A roofline: 16 billion MACs per second at most, from 0.889 MACs per byte on;
    below, 18 billion bytes per second.
    1 plain: 60 MACs per byte, 15 billion per second;
    2 dense: 0.25 MACs per byte, 4 billion per second.
    """
    check_named("points", points, "pairs of numbers")
    places = {name: as_floats(f"points[{name!r}]", values) for name, values in points.items()}
    second = as_tuple("variants", variants, "names of points")
    _check_machine(compute=compute, bandwidth=bandwidth)
    _check_points(places, second)
    ridge = compute / bandwidth
    across, up = np.array([*places.values()]).T
    x = (min(across.min(), ridge) / 1.6, across.max() * 1.8)
    y = (min(up.min(), x[0] * bandwidth) / 1.5, max(up.max(), compute) * 1.5)
    legend = LINE * _lines(places) + 0.15
    picture, ax = new_picture(WIDE + 0.8, TALL + legend + 0.6)
    total = picture.get_size_inches()
    ax.set_position((0.6 / total[0], (legend + 0.5) / total[1], WIDE / total[0], TALL / total[1]))
    ax.set(xscale="log", yscale="log", xlim=x, ylim=y)
    roof = [bandwidth * x[0], compute, compute]
    ax.plot([x[0], ridge, x[1]], roof, gid="roof", color=INK, linewidth=1.6)
    ax.fill_between([x[0], ridge, x[1]], roof, y[1], color=FAINT, alpha=0.12, linewidth=0)
    apart = np.array([name in second for name in places])
    for where, form, gid, role in ((~apart, "o", "layers", INPUT), (apart, "D", "variants", OUTPUT)):
        ax.plot(across[where], up[where], form, markersize=6, gid=gid, linewidth=0, **marker_in(role))
    line_at = np.geomspace(*x, 120)
    _number(ax, np.array([across, up]), np.array([line_at, np.minimum(compute, bandwidth * line_at)]))
    _write_legend(ax, places)
    _write_axes(ax)
    told = [
        f"{number} {name}{' (variant)' * (name in second)}: {one:.3g} MACs per byte, "
        f"{fast:.3g} billion per second"
        for number, (name, (one, fast)) in enumerate(places.items(), 1)
    ]
    alt = f"A roofline: {compute:.3g} billion MACs per second at most, from {ridge:.3g} MACs per byte on; "
    return with_alt(picture, f"{alt}below, {bandwidth:.3g} billion bytes per second. {'; '.join(told)}.")


def _check_machine(**limits: float) -> None:
    for name, value in limits.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise wrong_kind(name, "a number", value)
        if not value > 0:
            raise ValueError(f"{name} must be more than 0, but is {value}")


def _check_points(places: Mapping[str, np.ndarray], variants: Iterable[str]) -> None:
    if not places:
        raise ValueError("there are no points to draw")
    for name in variants:
        if name not in list(places):
            raise ValueError(f"variants must be names of points, but {name!r} is not one")
    for name, values in places.items():
        if values.shape != (2,) or not (values > 0).all():
            raise ValueError(f"a point is two numbers above 0, but {name} is {values.tolist()}")


def _number(ax: Axes, points: np.ndarray, roof: np.ndarray) -> None:
    """Numbers the points from 1 on, each beside its marker, clear of the others and of the roof."""
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    scale = np.array([WIDE, TALL]) / np.log([right / left, high / low])
    dots, line = (np.log(many.T / [left, low]) * scale for many in (points, roof))  # in inches
    for number, (point, dot, place) in enumerate(zip(points.T, dots, _beside(dots, line), strict=True), 1):
        arrow = {"arrowstyle": "-", "color": FAINT, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 3}
        ax.annotate(
            str(number),
            point,
            72 * (place - dot),
            textcoords="offset points",
            fontsize=letters(WIDEST),
            ha="center",
            va="center",
            color=INK,
            arrowprops=arrow if np.hypot(*(place - dot)) > 0.2 else None,
        )


def _beside(dots: np.ndarray, line: np.ndarray) -> list[np.ndarray]:
    """A place beside each dot for its number, in inches, clear of all dots, other numbers and the line."""
    taken: list[np.ndarray] = []
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False) + np.pi / 2
    ring = np.array([np.cos(angles), np.sin(angles)]).T
    for dot in dots:
        places = np.concatenate([dot + far * ring for far in (0.15, 0.25, 0.35, 0.5, 0.65)])
        others = np.array([*dots, *taken, *line])
        room = np.abs(places[:, None] - others) - [0.16, 0.14]
        clear = (room.max(axis=2) > 0).all(axis=1)
        taken.append(places[np.argmax(clear)])
    return taken


def _lines(names: Iterable[str]) -> int:
    """How many lines the legend has, in two columns."""
    return (len(list(names)) + 1) // 2


def _write_legend(ax: Axes, names: Iterable[str]) -> None:
    """Which number is which point, below the chart."""
    lines = _lines(names)
    column = 0.079 * max(map(len, list(names)[:lines])) + 0.45
    style: dict[str, Any] = {"transform": ax.transAxes, "fontsize": letters(WIDEST), "color": INK}
    for number, name in enumerate(names):
        left, down = (number // lines) * column - 0.3, (number % lines) * LINE + 0.65
        for text, shift, side in ((str(number + 1), 0, "right"), (name, 0.07, "left")):
            spot = ((left + shift) / WIDE, -down / TALL)
            ax.text(*spot, text, ha=side, va="center", **style)


def _write_axes(ax: Axes) -> None:
    ax.set_xlabel("MACs per byte", color=INK)
    ax.set_ylabel("billion MACs per second", color=INK)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:g}")
        axis.set_minor_formatter(lambda value, _: f"{value:g}" if f"{value:e}"[0] in "25" else "")
    ax.tick_params(which="both", colors=INK)
    ax.grid(color=FAINT, alpha=0.25)
    ax.spines[["right", "top"]].set_visible(False)
