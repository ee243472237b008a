"""How arguments are checked: what is no whole number, or too small, is refused with its name and value.

Whole numbers only: an exact count of cells has no use for 3.0, and `True` is no size.
"""

from collections.abc import Iterable
from operator import index


def as_int(name: str, value: object, *, least: int | None = None) -> int:
    """The plain int that `value` is; NumPy's whole numbers count, booleans and 3.0 do not."""
    if type(value) is not int:
        value = _index(name, value)
    if least is not None and value < least:
        raise ValueError(f"{name} must be at least {least}, but is {value}")
    return value


def as_positive_int(name: str, value: object) -> int:
    """The plain int that `value` is, if it is at least 1."""
    return as_int(name, value, least=1)


def as_ints(name: str, values: object, *, least: int = 1, count: int | None = None) -> list[int]:
    """The plain ints in `values`, each at least `least`; a single number stands for all of `count`."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        values = [values] * (count or 1)
    numbers = [_index(name, value) for value in values]
    for number in numbers:
        as_int(name, number, least=least)
    if count and len(numbers) != count:
        raise ValueError(f"{name} must be one number or {count}, but is {numbers}")
    return numbers


def check_fields(instance: object, least_values: Iterable[tuple[str, int]]) -> None:
    """Turns these fields of a frozen dataclass into plain ints, each at least as large as is said."""
    for name, least in least_values:
        value = getattr(instance, name)
        number = as_int(name, value, least=least)
        if number is not value:
            object.__setattr__(instance, name, number)


def _index(name: str, value: object) -> int:
    if not isinstance(value, bool):
        try:
            return index(value)  # type: ignore[arg-type]  # asking is the test
        except TypeError:
            pass
    raise TypeError(f"{name} must be a whole number, but is {value!r} ({type(value).__name__})")
