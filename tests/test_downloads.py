"""The files of a chapter in the menu with the arrow: a click takes them home."""

import re

import book_site
import pytest
from browsing import DESK, ROOT, SITE, Visit

CHAPTER = "03_strides"
# What the menu offers, and what comes of it.
FILES = {
    ".ipynb": ROOT / "book" / f"{CHAPTER}.ipynb",
    "Student": SITE / "downloads" / "student" / f"{CHAPTER}.ipynb",
    "Script": SITE / "downloads" / "scripts" / f"{CHAPTER}.py",
}

pytestmark = pytest.mark.usefixtures("site")


def choose(visit: Visit, name: str) -> None:
    """Clicks an entry of the menu of a chapter."""
    page = visit.open(f"book/{CHAPTER}")
    page.get_by_role("button", name="Download this page").click()
    page.locator(".dropdown-download-buttons a").get_by_text(name, exact=True).click()


@pytest.mark.parametrize("name", FILES)
def test_a_click_downloads_a_file_and_leaves_the_page_where_it_is(browser, bases, name):
    with Visit(browser, bases["http"], viewport=DESK) as visit:
        with visit.page.expect_download() as download:
            choose(visit, name)
        assert download.value.suggested_filename == FILES[name].name
        assert download.value.path().read_bytes() == FILES[name].read_bytes()
        assert visit.context.pages == [visit.page] and visit.page.url.endswith(f"/{CHAPTER}.html")
        assert visit.faults == []


def test_in_a_folder_a_click_shows_the_file_beside_the_page(browser, bases):
    with Visit(browser, bases["file"], viewport=DESK) as visit:
        with visit.context.expect_page() as tab:
            choose(visit, "Script")
        tab.value.wait_for_url(FILES["Script"].as_uri())
        assert visit.page.url.endswith(f"/{CHAPTER}.html")


def test_slides_open_as_a_page(browser, bases):
    with Visit(browser, bases["http"], viewport=DESK) as visit:
        with visit.context.expect_page() as tab:
            choose(visit, "Slides")
        tab.value.wait_for_url(f"**/downloads/slides/{CHAPTER}.html*")


def test_the_menu_of_every_page_downloads_all_but_slides():
    named = 0
    for path in (SITE / "book").glob("*.html"):
        if path.stem in book_site.MOVED:
            continue
        page = path.read_text(encoding="utf-8")
        menu = page.split('class="dropdown dropdown-download-buttons"')[1].split("</ul>")[0]
        links = re.findall(r"<a ([^>]*)>", menu)
        kept = [link for link in links if not re.search(r"\sdownload\s", link)]
        assert all("/slides/" in link for link in kept), path.name
        assert len(links) - len(kept) == (3 if (ROOT / "book" / f"{path.stem}.ipynb").exists() else 1)
        named += len(links)
    assert named > 50
