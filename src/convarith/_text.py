"""How values are written: calls, numbers, counts, shapes and ranges."""

from collections.abc import Iterable
from dataclasses import fields


def call_repr(instance: object) -> str:
    """The call that makes this axis or layer, without the arguments that are as they would be anyway.

    One number stands for all axes of a layer where it can; only the size says how many axes there are.
    """
    given = []
    for field in fields(instance):  # type: ignore[arg-type]  # a dataclass
        value = getattr(instance, field.name)
        shared = isinstance(value, tuple) and len(set(value)) == 1 and field.name not in ("size", "padding")
        value = value[0] if shared else value
        if value != field.default:
            given.append(f"{field.name}={value!r}")
    return f"{type(instance).__name__}({', '.join(given)})"


def format_number(number: float) -> str:
    """A number in few characters, with a real minus sign: three digits, or a whole one of four in full.

    >>> format_number(-2), format_number(2 / 3), format_number(1234), format_number(12345)
    ('−2', '0.667', '1234', '1.23e+04')
    """
    in_full = number % 1 == 0 and abs(number) < 10_000
    return (f"{number:.0f}" if in_full else f"{number:.3g}").replace("-", "−")


def plural(count: int | str, noun: str) -> str:
    """The count with its noun.

    >>> plural(1, "cell"), plural(2, "cell"), plural("3 × 5", "cell")
    ('1 cell', '2 cells', '3 × 5 cells')
    """
    return f"{count} {noun}" if str(count) == "1" else f"{count} {noun}s"


def shape_text(shape: Iterable[int]) -> str:
    """A shape as people write it.

    >>> shape_text((28, 28, 1))
    '28 × 28 × 1'
    """
    return " × ".join(map(str, shape))


def range_text(cells: range) -> str:
    """The first and the last of some cells, and how far apart they are.

    >>> range_text(range(2, 5)), range_text(range(-1, 4, 2)), range_text(range(2, 3))
    ('2 to 4', '-1 to 3 in steps of 2', '2')
    """
    steps = f" in steps of {cells.step}" if cells.step > 1 else ""
    return f"{cells[0]} to {cells[-1]}{steps}" if len(cells) > 1 else str(cells[0])
