"""The built book as its readers meet it: every page in Chromium, served and as files, the network cut."""

from pathlib import Path

import pytest
import yaml
from browsing import DESK, PHONE, ROOT, Visit
from playwright.sync_api import Page

TOC = yaml.safe_load((ROOT / "_toc.yml").read_text())
CHAPTERS = [chapter["file"] for part in TOC["parts"] for chapter in part["chapters"]]
PAGES = ["search", "genindex", TOC["root"], *CHAPTERS]


def faults_of_content(page: Page) -> list[str]:
    """What is wrong with pictures, math and width of the page that is open, in words."""
    faults = page.evaluate(
        """async () => {
        const faults = [];
        for (const img of document.images) {
          img.loading = "eager";
          await img.decode().catch(() => {});
          if (!img.naturalWidth) faults.push("picture does not show: " + img.src);
          if (!img.alt.trim() || /\\.(svg|png|jpe?g|gif)$/.test(img.alt))
            faults.push("picture without description: " + img.src);
        }
        for (const math of document.querySelectorAll(".math")) {
          if (!math.querySelector("mjx-container")) faults.push("math not typeset: " + math.textContent);
        }
        for (const error of document.querySelectorAll("mjx-merror, [data-mjx-error]"))
          faults.push("math in error: " + error.textContent);
        for (const element of document.body.querySelectorAll("*")) {
          for (const side of ["::before", "::after"]) {
            if (/[\\ue000-\\uf8ff]/.test(getComputedStyle(element, side).content))
              faults.push("letter of an icon font: " + element.outerHTML.slice(0, 80));
          }
        }
        const raw = document.body.innerText.match(/\\\\[([(]|\\$\\$|\\\\(frac|lfloor|text)/);
        if (raw) faults.push("raw math: " + raw[0]);
        return faults;
      }"""
    )
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > size["width"]:
            faults.append(f"{wide} pixels wide in a window of {size['width']}")
    return faults


@pytest.mark.parametrize("way", ["http", "file"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole(browser, bases, way, name):
    with Visit(browser, bases[way], viewport=DESK) as visit:
        page = visit.open(name)
        assert faults_of_content(page) == []
        page.set_viewport_size(PHONE)
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert visit.faults == []


@pytest.mark.parametrize("way", ["http", "file"])
def test_the_first_page_leads_to_the_landing_page(browser, bases, way):
    with Visit(browser, bases[way]) as visit:
        visit.page.goto(f"{visit.base}/index.html", wait_until="commit")
        visit.page.wait_for_url(f"**/{TOC['root']}.html")


def test_chapters_have_math_and_pictures(browser, bases):
    for name in CHAPTERS:
        if "bibliography" not in name:
            with Visit(browser, bases["file"]) as visit:
                page = visit.open(name)
                assert page.locator("mjx-container").count() > 3, name
                assert page.locator(".cell_output img").count() >= 2, name


@pytest.mark.parametrize("way", ["http", "file"])
def test_search_finds(browser, bases, way):
    with Visit(browser, bases[way], viewport=DESK) as visit:
        page = visit.page
        page.goto(f"{visit.base}/search.html?q=kernel")
        page.locator("#search-results li a").first.wait_for()
        assert page.locator("#search-results li").count() >= 4
        assert visit.faults == []


def test_the_mode_switch_changes_the_colours(browser, bases):
    with Visit(browser, bases["file"], viewport=DESK, color_scheme="light") as visit:
        page = visit.open(CHAPTERS[0])
        colours = set()
        for _ in range(3):  # automatic, light, dark
            colours.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
            page.locator("button.theme-switch-button:visible").first.click()
        assert len(colours) == 2
        assert visit.faults == []


def test_a_phone_reaches_the_next_chapter_through_the_menu(browser, bases):
    with Visit(browser, bases["file"], viewport=PHONE, has_touch=True, is_mobile=True) as visit:
        page = visit.open(CHAPTERS[0])
        page.locator("label.primary-toggle, button.primary-toggle").first.tap()
        link = page.locator(f".bd-sidebar-primary a[href$='{Path(CHAPTERS[1]).name}.html']").first
        link.wait_for(state="visible")
        link.tap()
        page.wait_for_url(f"**/{CHAPTERS[1]}.html")
        assert visit.faults == []


def test_a_folded_answer_opens(browser, bases):
    with Visit(browser, bases["file"], viewport=DESK) as visit:
        page = visit.open(CHAPTERS[0])
        answer = page.locator("details", has_text="Show the answer").first
        assert not answer.locator(".cell_output").first.is_visible()
        answer.locator("summary").click()
        assert answer.locator(".cell_output").first.is_visible()


BAD_PAGES = {
    "request to another host": "<script src='https://example.org/x.js'></script>",
    "failed request": "<img src='nowhere.png' alt='A picture.'>",
    "exception": "<script>throw new Error('broken')</script>",
    "console": "<script>console.error('broken')</script>",
    "picture does not show": "<img src='nowhere.png' alt='A picture.'>",
    "picture without description": "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' alt='a/b.gif'>",
    "math not typeset": "<span class='math'>\\(x\\)</span>",
    "math in error": "<span class='math'><mjx-container><mjx-merror>x</mjx-merror></mjx-container></span>",
    "raw math": "<p>\\(x\\)</p>",
    "letter of an icon font": "<style>p::before { content: '\\f107' }</style><p>x</p>",
    "1000 pixels wide in a window of 390": "<div style='width: 1000px'>wide</div>",
}


@pytest.mark.parametrize("fault", BAD_PAGES)
def test_a_bad_page_is_found_out(browser, tmp_path, fault):
    page = f"<!doctype html><title>Bad</title><body style='margin: 0'>{BAD_PAGES[fault]}</body>"
    (tmp_path / "bad.html").write_text(page)
    with Visit(browser, tmp_path.as_uri()) as visit:
        found = faults_of_content(visit.open("bad")) + visit.faults
        assert any(said.startswith(fault) for said in found), found
