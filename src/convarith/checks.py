"""What the types of this library share: arguments checked with the numbers said, and how a value is written.

Whole numbers only: an exact count of cells has no use for 3.0, and `True` is no size.
"""

from collections.abc import Iterable
from dataclasses import fields
from operator import index


def check_whole_numbers(axis: object, least_values: Iterable[tuple[str, int]]) -> None:
    """Turns an axis's arguments into plain ints, each at least as large as is said with its name."""
    for name, least in least_values:
        value = getattr(axis, name)
        if type(value) is not int:
            value = whole(name, value)
            object.__setattr__(axis, name, value)
        if value < least:
            raise ValueError(f"{name} must be at least {least}, but is {value}")


def written(axis: object) -> str:
    """The call that makes this axis or layer, without the arguments that are as they would be anyway.

    One number stands for all axes of a layer where it can; only the size says how many axes there are.
    """
    named = [(f.name, getattr(axis, f.name), f.default) for f in fields(axis)]
    alike = {name for name, value, _ in named if isinstance(value, tuple) and len(set(value)) == 1}
    named = [(n, value[0] if n in alike - {"size", "padding"} else value, usual) for n, value, usual in named]
    given = [f"{name}={value!r}" for name, value, default in named if value != default]
    return f"{type(axis).__name__}({', '.join(given)})"


def whole(name: str, value: object) -> int:
    """The plain int that `value` is; NumPy's whole numbers count, booleans and 3.0 do not."""
    if not isinstance(value, bool):
        try:
            return index(value)
        except TypeError:
            pass
    raise TypeError(f"{name} must be a whole number, but is {value!r} ({type(value).__name__})")


def at_least_1(name: str, value: object) -> int:
    """The plain int that `value` is, if it is at least 1."""
    return several(name, [value])[0]


def several(name: str, values: int | Iterable[int], *, least: int = 1, count: int | None = None) -> list[int]:
    """The plain ints in `values`, each at least `least`; a single number stands for all of `count`."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        values = [values] * (count or 1)
    numbers = [whole(name, value) for value in values]
    for number in numbers:
        if number < least:
            raise ValueError(f"{name} must be at least {least}, but is {number}")
    if count and len(numbers) != count:
        raise ValueError(f"{name} must be one number or {count}, but is {numbers}")
    return numbers


def short(number: float) -> str:
    """A number in few characters, with a real minus sign: three digits, or a whole one of four in full."""
    in_full = number % 1 == 0 and abs(number) < 10_000
    return (f"{number:.0f}" if in_full else f"{number:.3g}").replace("-", "−")


def cells(count: int) -> str:
    """The count in words: 1 cell, 2 cells."""
    return "1 cell" if count == 1 else f"{count} cells"
