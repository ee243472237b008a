"""The workbench's script on a blank page, and this library's layers as records that it takes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing import DESK, Visit
from explorer_pages import write_page
from playwright.sync_api import Browser, Page

from convarith import AdaptivePool, Conv, Pool, SeparableConv, TransposedConv, explorer, workbenches

KINDS = {Conv: "conv", SeparableConv: "separable", TransposedConv: "transposed", Pool: "pool"}


@pytest.fixture(scope="session")
def bench(browser: Browser) -> Iterator[Page]:
    """A blank page that has the scripts of the explorer and the workbench."""
    page = browser.new_page()
    page.add_script_tag(content=explorer.script() + workbenches.script())
    yield page
    page.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens a page that shows something; whatever goes wrong on it is a fault of the test."""
    visits = []

    def open_with(shown: object, **context: object) -> Page:
        base = write_page(tmp_path, shown, packages=(explorer, workbenches))
        visits.append(Visit(browser, base, **({"viewport": DESK} | context)))
        return visits[-1].open("page")

    yield open_with
    for visit in visits:
        assert visit.faults == []
        visit.context.close()


def listed(value, rank):
    return list(value) if isinstance(value, tuple) else [value] * rank


def record_of(kind, **given):
    """What the script takes for a layer of these arguments; of one axis, a padding may be a pair."""
    rank = len(given["size"])
    if kind is AdaptivePool:
        return {"kind": "adaptive", "rank": rank, "outputs": listed(given["output"], rank)}
    record = {"kind": KINDS[kind], "rank": rank, "channels": given["channels"]}
    for name in ("kernel", "stride", "dilation"):
        if given.get(name) is not None:
            record[name] = listed(given[name], rank)
    if kind is Pool and "stride" not in given:
        record["stride"] = record["kernel"]
    padding = given.get("padding", "valid")
    if not isinstance(padding, str):
        ends = [padding] if rank == 1 and isinstance(padding, tuple) else listed(padding, rank)
        padding = [[one, one] if isinstance(one, int) else list(one) for one in ends]
    record["padding"] = padding
    more = given.get("output_padding")
    record["output_padding"] = more if more is None else listed(more, rank)
    return record | {
        name: given[name]
        for name in ("filters", "groups", "multiplier", "bias", "ceil_mode", "padding_mode")
        if name in given
    }
