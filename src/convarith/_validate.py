"""How arguments are checked: what is of the wrong kind, or too small, is refused with its name and value.

Whole numbers only: an exact count of cells has no use for 3.0, and `True` is no size.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import index

TYPE_CHECKING = False  # type checkers know the name; to import typing would take milliseconds
if TYPE_CHECKING:
    from types import UnionType
    from typing import Any


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
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        values = [values] * (count or 1)
    numbers = [_index(name, value) for value in values]
    for number in numbers:
        as_int(name, number, least=least)
    if count and len(numbers) != count:
        more = f", or {count} of them" if count > 1 else ""
        raise ValueError(f"{name} must be one number{more}, but is {numbers}")
    return numbers


def check_fields(instance: object, least_values: Iterable[tuple[str, int]]) -> None:
    """Turns these fields of a frozen dataclass into plain ints, each at least as large as is said."""
    for name, least in least_values:
        value = getattr(instance, name)
        number = as_int(name, value, least=least)
        if number is not value:
            object.__setattr__(instance, name, number)


def check_kind(name: str, value: object, kinds: "type | UnionType", expected: str) -> None:
    """Raises where `value` is no instance of these; `expected` says in words what it must be."""
    if not isinstance(value, kinds):
        raise wrong_kind(name, expected, value)


def check_flags(**flags: object) -> None:
    """Raises where an argument is not True or False."""
    for name, value in flags.items():
        check_kind(name, value, bool, "True or False")


def check_named(name: str, values: object, what: str) -> None:
    """Raises where `values` is no mapping from names to something; `what` says in words to what."""
    if not isinstance(values, Mapping):
        raise wrong_kind(name, f"a mapping from names to {what}", values)
    for key in values:
        check_kind(f"every name in {name}", key, str, "a string")


def check_choice(name: str, value: object, choices: Collection[str]) -> None:
    """Raises where an argument is none of these words."""
    expected = " or ".join(choices) if len(choices) < 3 else f"one of {', '.join(choices)}"
    check_kind(name, value, str, expected)
    if value not in choices:
        raise ValueError(f"{name} must be {expected}, but is {value!r}")


def as_tuple(name: str, values: object, expected: str) -> "tuple[Any, ...]":
    """All of what can be iterated over; `expected` says in words what it must be."""
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise wrong_kind(name, expected, values)
    return tuple(values)


def wrong_kind(name: str, expected: str, value: object) -> TypeError:
    """The error that says so, with what is there instead: in one line, and not more of it than helps."""
    text = " ".join(repr(value).split())
    text = text if len(text) < 100 else f"{text[:80]}…"
    return TypeError(f"{name} must be {expected}, but is {text} ({type(value).__name__})")


def expand(layer: "Any") -> None:
    """Expands a layer's arguments to one value for each axis."""
    names = ("size", "kernel", "stride", "dilation", "output_padding")
    given = {name: getattr(layer, name) for name in names if getattr(layer, name, None) is not None}
    rank = max([1, *(len(v) for v in given.values() if isinstance(v, Sequence) and not isinstance(v, str))])
    padding = layer.padding
    if isinstance(padding, list | tuple):
        if any(not isinstance(one, int) for one in padding):
            rank = max(rank, len(padding))
        padding = tuple(tuple(one) if isinstance(one, list) else one for one in padding)
        object.__setattr__(layer, "padding", padding)
    if rank > 3:
        raise ValueError(f"a layer has one to three axes, but {rank} were given")
    for name, value in given.items():
        numbers = as_ints(name, value, least=int(name != "output_padding"), count=rank)
        object.__setattr__(layer, name, numbers[0] if rank == 1 else tuple(numbers))


def per_axis(layer: "Any") -> "list[dict[str, Any]]":
    """The arguments of each of a layer's axes: size, padding, kernel, stride and, if any, dilation."""
    sizes = as_ints("size", layer.size)
    rank, pads = len(sizes), layer.padding
    if not isinstance(pads, tuple):
        pads = (pads,) * rank
    elif rank == 1 and all(isinstance(one, int) for one in pads):
        pads = (pads,)  # a pair (low, high)
    if len(pads) != rank:
        raise ValueError(f"padding must have an entry for each of the {rank} axes, but has {len(pads)}")
    given: dict[str, Sequence[Any]] = {"size": sizes, "padding": pads}
    for name in ("kernel", "stride", "dilation"):
        if hasattr(layer, name):
            given[name] = as_ints(name, getattr(layer, name), count=rank)
    return [dict(zip(given, one, strict=True)) for one in zip(*given.values(), strict=True)]


def _index(name: str, value: object) -> int:
    if not isinstance(value, bool):
        try:
            return index(value)  # type: ignore[arg-type]  # asking is the test
        except TypeError:
            pass
    raise wrong_kind(name, "a whole number", value)
