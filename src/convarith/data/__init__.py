"""Records of what was measured or asked once, elsewhere, with the date, the versions and the machine."""

from convarith._validate import check_kind

TYPE_CHECKING = False  # type checkers know the name; to import typing would take milliseconds
if TYPE_CHECKING:
    from typing import Any


def recorded(name: str) -> "dict[str, Any]":
    """What other frameworks answered, or how long something took: what no chapter can compute.

    Arguments:
        name: the name of the record, a file `data/<name>.json`; `tools/records/<name>.py` makes it.

    Returns the record, a dictionary; it says with which versions and on what date it was made.

    Raises ValueError when there is no such record.

    >>> sorted(recorded("timings"))  # doctest: +NORMALIZE_WHITESPACE
    ['MACs per second', 'bytes per second', 'cores', 'date', 'keras', 'milliseconds', 'onednn',
     'processor', 'tensorflow']
    """
    import json  # noqa: PLC0415 (both cost time, and few need them)
    from importlib.resources import files  # noqa: PLC0415

    check_kind("name", name, str, "a name")
    folder = files("convarith.data")
    names = (file.name for file in folder.iterdir())
    known = sorted(name.removesuffix(".json") for name in names if name.endswith(".json"))
    if name not in known:
        raise ValueError(f"there is no record {name!r}, only {', '.join(known)}")
    record: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return record
