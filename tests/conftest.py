import os
from collections.abc import Iterator

import chromium
import pytest
from browsing import SITE, serving
from playwright.sync_api import Browser, sync_playwright

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # before anything imports TensorFlow


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.get(), args=chromium.OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def bases() -> Iterator[dict[str, str]]:
    """Where the book can be read: from a server on this machine, and from its folder."""
    assert SITE.is_dir(), f"There is no {SITE}: run `make book` first."
    with serving(SITE) as address:
        yield {"http": address, "file": SITE.as_uri()}
