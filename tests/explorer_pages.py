"""Fixtures for the explorer: its script on a blank page, and one page on which things are shown in turn."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from browsing import DESK, PHONE, Visit
from playwright.sync_api import Browser, Page

from convarith import explorer
from convarith.explorer.stack import StackExplorer
from convarith.explorer.widgets import Explorer


def html_of(*shown: object) -> str:
    return "".join(one._repr_mimebundle_()[0]["text/html"] for one in shown)


def write_page(folder: Path, *shown: object, packages: tuple[ModuleType, ...] = (explorer,)) -> str:
    """A page with what is shown, as a static page carries it; returns the address of its folder."""
    (folder / "page.html").write_text(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>'
        "<style>[data-theme=light] body { background: white; color: black }"
        "[data-theme=dark] body { background: #121212; color: white }"
        '</style><link rel="stylesheet" href="explorer.css"><script defer src="explorer.js"></script></head>'
        f"<body><main><h1>A page</h1><div>{html_of(*shown)}</div></main></body></html>"
    )
    (folder / "explorer.js").write_text("".join(package.script() for package in packages))
    (folder / "explorer.css").write_text("".join(package.style() for package in packages))
    return folder.as_uri()


@pytest.fixture(scope="session")
def script(browser: Browser) -> Iterator[Page]:
    """A blank page that has the script."""
    page = browser.new_page()
    page.add_script_tag(content=explorer.script())
    yield page
    page.close()


@pytest.fixture(scope="session")
def stages(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[bool, Visit]]:
    """The page without a finger, and with one."""
    base = write_page(tmp_path_factory.mktemp("explorer"))
    with (
        Visit(browser, base, viewport=DESK) as desk,
        Visit(browser, base, viewport=PHONE, has_touch=True) as phone,
    ):
        desk.open("page"), phone.open("page")
        yield {False: desk, True: phone}


class StandIn:
    """In place of the picture that a page without a script shows, and which takes long to draw."""

    alt = "A picture."

    @staticmethod
    def svg() -> str:
        return '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


@pytest.fixture
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    for shown in (Explorer, StackExplorer):
        monkeypatch.setattr(shown, "picture", StandIn)


@pytest.fixture
def opened(stages: dict[bool, Visit], without_pictures: None) -> Iterator[Callable[..., Page]]:
    """Shows something on the page in place of what was there; nothing must go wrong on it."""

    def open_with(*shown: object, theme: str = "light", touch: bool = False) -> Page:
        page = stages[touch].page
        page.set_viewport_size(PHONE if touch else DESK)
        page.evaluate(
            """([html, theme]) => {
              document.documentElement.dataset.theme = theme;
              document.querySelector("main div").innerHTML = html;
              convarith.start.mount();
              scrollTo(0, 0);
            }""",
            [html_of(*shown), theme],
        )
        return page

    yield open_with
    for visit in stages.values():
        assert visit.faults == []
