"""Pages in a real browser: opened with the network cut, and everything noted that goes wrong."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, Locator, Page, Request

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

# What the site may load, as its own `_headers` says.
HEADERS = (ROOT / "book" / "_extra" / "_headers").read_text()
POLICY = re.search(r"Content-Security-Policy: (.*)", HEADERS)[1]


def formulas(chapter: str) -> int:
    """How many formulas the text of a chapter has."""
    cells = json.loads((ROOT / "book" / f"{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return len(re.findall(r"(\${1,2})[^$]+\1", re.sub(r"`[^`]*`", "", text)))


# Faster than to let every request through one by one.
NO_NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


class Visit:
    """A page of a site, opened with the network cut; `faults` collects what goes wrong on the way."""

    def __init__(self, browser: Browser, base: str, **context: object) -> None:
        self.base = base
        self.faults: list[str] = []
        self.context = browser.new_context(service_workers="block", **context)
        self.page = self.context.new_page()
        self.page.on("request", self._only_this_site)
        self.page.on("pageerror", lambda error: self._fault("exception", str(error)))
        self.page.on("console", lambda m: self._fault("console", m.text) if m.type == "error" else None)
        self.page.on("requestfailed", lambda r: self._fault("failed request", r.url))
        self.page.on("response", lambda r: self._fault("missing", r.url) if r.status >= 400 else None)

    def _only_this_site(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self._fault("request to another host", request.url)

    def _fault(self, kind: str, what: str) -> None:
        self.faults.append(f"{kind}: {what}")

    def open(self, name: str) -> Page:
        self.page.goto(f"{self.base}/{name}.html", wait_until="load")
        if self.page.locator("script[src*=mathjax]").count():
            self.page.wait_for_function("window.MathJax?.startup?.promise")
            self.page.evaluate("MathJax.startup.promise")
        return self.page

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


# The browser decides whether a touch scrolls from what it has painted, which may lag behind the page.
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def drag_finger(page: Page, start: tuple[float, float], end: tuple[float, float], steps: int = 12) -> None:
    """Puts a finger on a page, moves it in equal steps from one point to another, and lifts it."""
    page.evaluate(PAINTED)
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    (x, y), (right, down) = start, end
    touch("touchStart", {"x": x, "y": y})
    for n in range(1, steps + 1):
        touch("touchMove", {"x": x + (right - x) * n / steps, "y": y + (down - y) * n / steps})
    # The finger rests before it lifts: after a fling, the browser makes no click of the next tap.
    page.wait_for_timeout(100)
    touch("touchEnd")
    session.detach()


ANSWERED = """() => ({ come: new Promise((done, fail) => {
  for (const name of ["click", "input"]) addEventListener(name, done, { once: true, capture: true });
  setTimeout(fail, 5000, "Nothing has come of a tap for 5 seconds.");
}) })"""


def tap(control: Locator, **options: object) -> None:
    """Taps a control and waits for what comes of it some time later: a click, or a slider's move."""
    answer = control.page.evaluate_handle(ANSWERED)
    control.tap(**options)
    answer.evaluate("({ come }) => come.then(() => true)")


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves a folder, under the policy that forbids every other host."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


class QuietServer(ThreadingHTTPServer):
    """Says nothing of a browser that leaves before a file has come."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address at which a folder is served, for as long as it is."""
    handler = partial(QuietHandler, directory=str(folder))
    with QuietServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
