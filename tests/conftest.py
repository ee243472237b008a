import os
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from threading import Thread

import chromium
import pytest
from browsing import SITE, QuietHandler
from playwright.sync_api import Browser, sync_playwright

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # before anything imports TensorFlow


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium.get(), args=options)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def bases() -> Iterator[dict[str, str]]:
    """Where the book can be read: from a server on this machine, and from its folder."""
    assert SITE.is_dir(), f"There is no {SITE}: run `make book` first."
    handler = partial(QuietHandler, directory=str(SITE))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield {"http": f"http://127.0.0.1:{server.server_port}", "file": SITE.as_uri()}
        server.shutdown()
