"""The built pages for everybody: axe in both themes, the keyboard alone, large letters, without a script."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import handouts
import pikepdf
import pytest
import repository
import yaml
from accessibility import violations
from browsing import DESK, PHONE, ROOT, SITE, Visit, serving
from playwright.sync_api import Page

TOC = yaml.safe_load((ROOT / "_toc.yml").read_text())
CHAPTER = "book/03_strides"  # with math, tables, folded answers, a question and an explorer
FIRST = TOC["parts"][0]["chapters"][0]["file"]
ZOOMED = {"width": 320, "height": 800}  # what is left of 1280 pixels at 400 %

pytestmark = pytest.mark.usefixtures("site")


def test_axe_finds_nothing_on_the_page_for_wrong_addresses(browser, tmp_path):
    path = urlsplit(repository.published(repository.stated()[0])).path
    root = tmp_path / "host"
    (root / path.strip("/")).parent.mkdir(parents=True, exist_ok=True)
    (root / path.strip("/")).symlink_to(SITE)
    with serving(root) as base, Visit(browser, base + path.rstrip("/"), viewport=DESK) as visit:
        assert violations(visit.open("404")) == []
        assert visit.faults == []


def test_axe_finds_nothing_among_search_results_or_in_words_that_were_searched(browser, bases):
    with Visit(browser, bases["http"], viewport=DESK) as visit:
        page = visit.page
        page.goto(f"{visit.base}/search.html?q=kernel")
        page.locator("#search-results li a").first.wait_for()
        page.locator("#search-results .highlighted").first.wait_for()
        assert violations(page) == []
        page.goto(f"{visit.base}/book/cheat_sheet.html?highlight=kernel")
        page.locator(".bd-article .highlighted").first.wait_for()
        assert violations(page) == []


def test_axe_finds_nothing_while_a_page_is_used(browser, bases):
    with Visit(browser, bases["file"], viewport=DESK) as visit:
        page = visit.open(TOC["root"])
        page.locator(".bd-article table a").first.hover()  # the row and its link
        assert violations(page, ".bd-article table") == []
        page.locator(".dropdown-download-buttons > button").click()
        assert violations(page, ".bd-header-article") == []
        page.keyboard.press("Control+k")
        page.locator(".bd-search input:focus").wait_for()
        assert violations(page, "dialog[open], .search-button__wrapper.show") == []


def test_axe_finds_nothing_while_a_chapter_is_used(browser, bases):
    with Visit(browser, bases["file"], viewport=DESK) as visit:
        page = visit.open(CHAPTER)
        page.locator('.convarith-explorer input[name="kernel"]').first.fill("9")
        page.locator(".convarith-question input").first.fill("99")
        page.locator(".convarith-question button").first.click()
        assert violations(page, ".convarith-explorer, .convarith-question", unfold=False) == []


def test_axe_finds_nothing_on_a_telephone(browser, bases):
    with Visit(browser, bases["file"], viewport=PHONE, has_touch=True, is_mobile=True) as visit:
        assert violations(visit.open("book/cheat_sheet")) == []
        for side in ("primary", "secondary"):
            page = visit.open(TOC["root"])
            page.locator(f".{side}-toggle:visible").first.tap()
            page.locator(f".bd-sidebar-{side} a").first.wait_for()
            assert violations(page, f".bd-sidebar-{side}") == [], side


def test_axe_finds_nothing_on_any_slide_of_a_chapter(browser, bases):
    name = next(name for name, _ in handouts.chapters() if name.startswith("12"))
    with Visit(browser, bases["file"], viewport=DESK) as visit:
        page = visit.page
        # As for paper: all slides, one below the other.
        page.goto(f"{visit.base}/downloads/slides/{name}.html?print-pdf")
        page.wait_for_function("window.MathJax?.startup?.promise")
        page.evaluate("MathJax.startup.promise")
        page.wait_for_function("window.Reveal?.isReady()")
        page.locator(".pdf-page").first.wait_for()
        assert page.locator(".pdf-page").count() > 30
        assert violations(page, themes=("light",)) == []


# What takes the focus, in order; and what of it does not look otherwise while it has it.
WATCH = """() => {
  window.visited = []; window.unmarked = [];
  const look = (element) => {
    document.getAnimations().forEach((one) => one instanceof CSSTransition && one.finish());
    return [element, ...element.querySelectorAll("*")].map((one) => {
      const { outlineStyle, outlineColor, boxShadow, borderColor } = getComputedStyle(one);
      return [outlineStyle, outlineColor, boxShadow, borderColor];
    }).join();
  };
  let marked;
  document.addEventListener("focusin", ({ target }) => { visited.push(target); marked = look(target); });
  document.addEventListener("focusout", ({ target }) => {
    if (look(target) === marked) unmarked.push(target.outerHTML.slice(0, 200));
  });
}"""
CONTROLS = """() => [...document.querySelectorAll(
  'a[href], button, input, select, textarea, summary, [tabindex="0"]'
)].filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true }))"""


@pytest.mark.parametrize("name", [TOC["root"], CHAPTER, "search"])
def test_tab_visits_every_control_in_order_and_shows_where_it_is(browser, bases, name):
    with Visit(browser, bases["file"], viewport=DESK) as visit:
        page = visit.open(name)
        page.evaluate("document.activeElement.blur()")
        page.evaluate(WATCH)
        controls = page.evaluate_handle(CONTROLS)
        for _ in range(page.evaluate("(controls) => controls.length", controls)):
            page.keyboard.press("Tab")
        page.evaluate("document.activeElement.blur()")
        missed = """(controls) => controls.map((due, n) => [due, visited[n]])
          .filter(([due, came]) => due !== came).map((pair) => pair.map((one) => one?.outerHTML))"""
        assert page.evaluate(missed, controls) == []
        assert page.evaluate("visited.length") > 30
        assert page.evaluate("unmarked") == []


def test_keys_open_menus_search_and_answers(browser, bases):
    with Visit(browser, bases["http"], viewport=DESK) as visit:
        page = visit.open(CHAPTER)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
        page.keyboard.press("Enter")
        page.wait_for_url("**#main-content")
        menu = page.get_by_role("button", name="Download this page")
        menu.press("Enter")
        link = page.locator(".dropdown-download-buttons a").first
        link.wait_for()
        page.keyboard.press("ArrowDown")
        assert link.evaluate("(link) => link === document.activeElement")
        page.keyboard.press("Escape")
        link.wait_for(state="hidden")
        theme = page.evaluate("document.documentElement.dataset.mode")
        page.get_by_role("button", name="light/dark").press("Enter")
        assert page.evaluate("document.documentElement.dataset.mode") != theme
        answer = page.locator("details", has_text="Show the answer").first
        answer.locator("summary").press("Enter")
        assert answer.locator(".cell_output").first.is_visible()
        page.keyboard.press("Control+k")
        page.keyboard.type("kernel")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=kernel")
        assert visit.faults == []


def test_what_is_too_wide_scrolls_with_keys(browser, bases):
    with Visit(browser, bases["file"], viewport=ZOOMED) as visit:
        page = visit.open("book/04_output_size")
        wide = """() => [...document.querySelectorAll(".bd-article *")].filter((one) =>
          one.scrollWidth > one.clientWidth + 1 && one.checkVisibility()
          && ["auto", "scroll"].includes(getComputedStyle(one).overflowX))"""
        page.wait_for_function(f"({wide})().every((one) => one.tabIndex === 0)")
        kinds = page.evaluate(f"({wide})().map((one) => one.localName)")
        assert {"div", "mjx-container", "pre"} <= set(kinds)
        for kind in (".pst-scrollable-table-container", "mjx-container"):
            one = page.locator(f".bd-article {kind}[tabindex='0']").first
            one.press("ArrowRight")
            page.wait_for_function("(one) => one.scrollLeft > 0", arg=one.element_handle())
        page.set_viewport_size(DESK)
        page.wait_for_function("!document.querySelector('.pst-scrollable-table-container[tabindex]')")


def test_what_changes_is_announced(browser, bases):
    with Visit(browser, bases["file"], viewport=DESK) as visit:
        page = visit.open(CHAPTER)
        root, question = (page.locator(f".convarith-{what}").first for what in ("explorer", "question"))
        root.get_by_role("button", name="Step forward").click()
        assert root.locator("[aria-live=polite]", has_text="Output (0, 1) reads").count() == 1
        root.locator('input[name="size"]').fill("2")
        assert root.get_by_role("alert").inner_text() != ""
        question.locator("input").fill("99")
        question.locator("button").click()
        assert question.locator("[aria-live=polite]").inner_text().startswith("Not ")


def test_formulas_have_mathml(browser, bases):
    with Visit(browser, bases["file"], viewport=DESK) as visit:
        page = visit.open(CHAPTER)
        formulas = page.locator("mjx-container").count()
        assert formulas == page.locator("mjx-container > mjx-assistive-mml > math").count() > 5


def is_readable(page: Page) -> bool:
    """Whether the first line of code has the letters and the ground of a light page or of a dark one."""
    code = page.locator(".bd-article .highlight pre:visible").first
    style = code.evaluate("(code) => [getComputedStyle(code).color, getComputedStyle(code).backgroundColor]")
    letters, ground = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in style)
    return abs(letters - ground) > 450


def test_without_script_a_page_can_be_read(browser, bases):
    with Visit(
        browser, bases["file"], java_script_enabled=False, viewport=DESK, color_scheme="dark"
    ) as visit:
        page = visit.page
        page.goto(f"{visit.base}/{CHAPTER}.html")
        assert is_readable(page)
        answer = page.locator("details", has_text="Show the answer").first
        answer.locator("summary").click()
        assert answer.locator(".cell_output").first.is_visible()
        assert page.locator(".convarith-explorer img").first.is_visible()
        assert r"\(" in page.locator(".math").first.inner_text()
        page.locator(f".bd-sidebar-primary a[href$='{Path(FIRST).name}.html']").click()
        page.wait_for_url(f"**/{FIRST}.html")
        assert visit.faults == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_follows_the_system_before_its_scripts_have_come(browser, bases, theme):
    context = browser.new_context(color_scheme=theme, viewport=DESK)
    context.route("**/*.js*", lambda route: route.abort())
    page = context.new_page()
    page.goto(f"{bases['file']}/{CHAPTER}.html")
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert is_readable(page)
    context.close()


@pytest.mark.parametrize("name", [f"{handouts.NAME}.pdf", handouts.SHEET])
def test_a_pdf_is_tagged_and_says_its_language(name):
    with pikepdf.open(SITE / "downloads" / name) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert pdf.Root.Lang == "en"


def test_the_page_on_accessibility_names_tests_that_there_are():
    text = (ROOT / "book" / "accessibility.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+\.py)`", text))
    assert "test_accessibility.py" in named
    assert [name for name in named if not (ROOT / "tests" / name).is_file()] == []


GOOD_PAGE = """<!doctype html><html lang="en" data-theme="light"><title>A page</title>
<style>html { background: white; color: black } h1 { transition: color 9s }
html[data-theme=dark] { background: black; color: white }</style>
<main><h1>A page</h1><p style="color: #767676">Grey.</p><!-- here --></main></html>"""
# Each with what is put into a good page, and how what is said of it begins.
FAULTS = {
    "pale letters": ("<p style='color: #999'>x pale</p>", "light: color-contrast"),
    "dark letters": ("<p style='color: #555'>x dark</p>", "dark: color-contrast"),
    "letters of a good colour on another ground": (
        "<div style='background: #ccc'><p style='color: #767676'>x grey</p></div>",
        "light: color-contrast",
    ),
    "letters of a good colour, half as strong": (
        "<div style='opacity: 0.5'><p style='color: #767676'>x grey</p></div>",
        "light: color-contrast",
    ),
    "smaller letters of a good colour": (
        "<p style='color: #888; font-size: 30px'>Large.</p><p style='color: #888'>x small</p>",
        "light: color-contrast",
    ),
    "letters that change slowly": (
        "<style>b { color: #767676; transition: 9s } [data-theme=dark] b { color: #222 }</style><b>slow</b>",
        "dark: color-contrast",
    ),
    "a pale token of code": (
        "<style>pre b { color: #ccc }</style><div class=highlight><pre><span class=k>for</span> "
        "<b><span class=k>in</span></b></pre></div>",
        "light: color-contrast",
    ),
    "a pale word of a signature": (
        "<p><code><span>axis</span> <span style='color: #ccc'>pale</span></code></p>",
        "light: color-contrast",
    ),
    "what is folded": ("<details><summary>x</summary><img src='x.png'></details>", "light: image-alt"),
    "a field without a name": ("<input type='text'>", "light: label"),
    "a list of paragraphs": ("<ul><p>x</p></ul>", "light: list"),
    "a description of no term": ("<dl><dd>x</dd></dl>", "light: definition-list"),
    "a role that is gone": ("<div role='doc-biblioentry'>x</div>", "light: aria-deprecated-role"),
    "a small target": (
        "<p><button style='width: 9px; height: 9px; padding: 0' aria-label='x'></button>"
        "<button style='width: 9px; height: 9px; padding: 0' aria-label='y'></button></p>",
        "light: target-size",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_out(browser, fault):
    page = browser.new_page()
    page.set_content(GOOD_PAGE)
    assert violations(page) == []
    html, said = FAULTS[fault]
    page.set_content(GOOD_PAGE.replace("<!-- here -->", html))
    found = violations(page)
    assert any(one.startswith(said) for one in found), found
    page.close()


CODE = "<div class=highlight><pre><span class=k>for</span> x <span class=k>in</span> y</pre></div>"


def test_a_page_is_left_as_it_was(browser):
    page = browser.new_page()
    page.set_content(GOOD_PAGE.replace("<!-- here -->", "<details><summary>x</summary>y</details>" + CODE))
    was = page.content()
    assert violations(page) == []
    assert page.content() == was
    page.close()
