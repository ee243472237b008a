"""Pages in a real browser: opened with the network cut, and everything noted that goes wrong."""

from http.server import SimpleHTTPRequestHandler
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

# One message comes from the theme, twice loaded, and harms nothing.
KNOWN = "Identifier 'THEBE_JS_URL' has already been declared"


class Visit:
    """A page of a site, opened with the network cut; `faults` collects what goes wrong on the way."""

    def __init__(self, browser: Browser, base: str, **context: object) -> None:
        self.base = base
        self.faults: list[str] = []
        self.context = browser.new_context(service_workers="block", **context)
        self.context.route("**/*", self._only_this_site)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self._fault("exception", str(error)))
        self.page.on("console", lambda m: self._fault("console", m.text) if m.type == "error" else None)
        self.page.on("requestfailed", lambda r: self._fault("failed request", r.url))
        self.page.on("response", lambda r: self._fault("missing", r.url) if r.status >= 400 else None)

    def _only_this_site(self, route: Route) -> None:
        if route.request.url.startswith((self.base, "data:", "blob:")):
            route.continue_()
        else:
            self._fault("request to another host", route.request.url)
            route.abort()

    def _fault(self, kind: str, what: str) -> None:
        if KNOWN not in what:
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


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass
