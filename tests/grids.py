"""Which cases are tried: all of them in `make test-exhaustive`, a part of them in `make test`."""

import os
from collections.abc import Iterable

EXHAUSTIVE = bool(os.environ.get("EXHAUSTIVE"))


def thinned(cases: Iterable, step: int) -> list:
    """Each `step`-th case of a grid; where it divides no axis, all values of every axis are among them."""
    return list(cases)[:: 1 if EXHAUSTIVE else step]


def many(all_cases: int, usual: int) -> int:
    """How many random cases are drawn."""
    return all_cases if EXHAUSTIVE else usual
