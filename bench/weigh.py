"""What a visit to a chapter costs: bytes and requests by kind, gzipped, and the time until text can be read.

`python bench/weigh.py [SITE]`; `make bench` runs it for a chapter with math, pictures and an explorer.
"""

import gzip
import sys
from collections import Counter
from functools import cache, partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import chromium
from browsing import SITE, QuietHandler
from playwright.sync_api import CDPSession, Page, sync_playwright

CHAPTER = "book/02_padding.html"
PACKED = {".html", ".css", ".js", ".json", ".svg", ".xml", ".txt"}
# What Lighthouse calls slow 4G: 150 ms for each answer, 1.6 megabits a second.
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}


@cache
def packed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 6)


class Host(QuietHandler):
    """Answers as GitHub Pages does: gzipped, to be kept for ten minutes."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        body = packed(path) if path.suffix in PACKED else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        if path.suffix in PACKED:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)


class Scale:
    """Adds up what comes over the line to a page, by kind."""

    def __init__(self, session: CDPSession) -> None:
        self.bytes, self.requests, self._kinds, self._kept = Counter(), Counter(), {}, set()
        self._listeners = {
            "Network.requestServedFromCache": lambda event: self._kept.add(event["requestId"]),
            "Network.responseReceived": self._answered,
            "Network.loadingFinished": self._loaded,
        }
        self._session = session
        for name, listener in self._listeners.items():
            session.on(name, listener)

    def stop(self) -> None:
        """Listens no more: what comes now belongs to another visit."""
        for name, listener in self._listeners.items():
            self._session.remove_listener(name, listener)

    def _answered(self, event: dict) -> None:
        answer = event["response"]
        kept = answer.get("fromDiskCache") or event["requestId"] in self._kept
        if not answer["url"].startswith("data:") and not kept:
            self._kinds[event["requestId"]] = Path(answer["url"].split("?")[0]).suffix.lstrip(".")

    def _loaded(self, event: dict) -> None:
        if kind := self._kinds.get(event["requestId"]):
            self.bytes[kind] += event["encodedDataLength"]
            self.requests[kind] += 1

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {size / 1000:.0f}" for kind, size in self.bytes.most_common())
        return f"{self.total:.0f} kB in {self.requests.total()} requests ({kinds})"

    @property
    def total(self) -> float:
        """Kilobytes in all."""
        return self.bytes.total() / 1000


def visit(page: Page, session: CDPSession, address: str) -> Scale:
    """Opens a page and scrolls through it, so that everything on it has come."""
    scale = Scale(session)
    page.goto(address, wait_until="load")
    page.wait_for_function("window.MathJax?.startup?.promise")
    page.evaluate("MathJax.startup.promise")
    for top in range(0, page.evaluate("document.body.scrollHeight"), 2000):
        page.evaluate(f"scrollTo(0, {top})")
    page.wait_for_load_state("networkidle")
    scale.stop()
    return scale


def weigh(site: Path = SITE) -> dict[str, object]:
    """First and second visit to a chapter, and milliseconds to the first text on a slow connection."""
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(site))) as server,
        sync_playwright() as playwright,
    ):
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/{CHAPTER}"
        browser = playwright.chromium.launch(executable_path=chromium.get(), args=chromium.OPTIONS)
        result: dict[str, object] = {}
        page = browser.new_context().new_page()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        result["first"] = visit(page, session, address)
        page.goto("about:blank")
        result["second"] = visit(page, session, address)

        page = browser.new_context().new_page()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW)
        page.goto(address, wait_until="load", timeout=120_000)
        result["text"] = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        result["loaded"] = page.evaluate(
            "performance.timing.loadEventEnd - performance.timing.navigationStart"
        )
        browser.close()
        server.shutdown()
    return result


if __name__ == "__main__":
    for name, value in weigh(*(Path(site) for site in sys.argv[1:])).items():
        print(f"{name}: {value}")
