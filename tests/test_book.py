"""The built book as its readers meet it: every page in Chromium, served and as files, the network cut."""

import json
import re
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import book_pages
import book_site
import chromium
import pytest
import repository
import yaml
from accessibility import violations
from browsing import DESK, PHONE, POLICY, ROOT, SITE, Visit, formulas, serving
from firefox import Firefox
from grids import EXHAUSTIVE
from links import dead_links
from PIL import Image
from playwright.sync_api import Browser, Page
from slides import caption

URL, BRANCH = repository.stated()
BASE = repository.published(URL)

TOC = yaml.safe_load((ROOT / "_toc.yml").read_text())
TO_USE, *PARTS = ([chapter["file"] for chapter in part["chapters"]] for part in TOC["parts"])
CHAPTERS = [name for part in PARTS for name in part]  # and the end matter
PAGES = ["search", "genindex", TOC["root"], *TO_USE, *CHAPTERS]
# Chromium looks at every page as a file. What another browser does otherwise, or a server's policy forbids,
# depends on what is on a page: pages with everything that there is are enough to see it.
OF_EACH_KIND = [
    "search",
    TOC["root"],
    "book/03_strides",
    "book/06_receptive_field",
    "book/workbench",
    "book/gallery",
    "book/reference",
]
OF_EACH_KIND = PAGES if EXHAUSTIVE else OF_EACH_KIND

ZOOMED = {"width": 320, "height": 800}  # what is left of 1280 pixels at 400 %

pytestmark = pytest.mark.usefixtures("site")


# What is wrong with pictures, math and letters of the page that is open, in words.
CONTENT = """async () => {
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
  const text = document.body.cloneNode(true);  // code may look like math
  text.querySelectorAll("pre, code, script, style").forEach((element) => element.remove());
  const raw = text.textContent.match(/\\\\[([(]|\\$\\$|\\\\(frac|lfloor|text)/);
  if (raw) faults.push("raw math: " + raw[0]);
  return faults;
}"""
# How many of each kind a page has, and between which outputs its explorers move.
COUNT = "(kinds) => kinds.map((kind) => document.querySelectorAll(kind).length)"
MOVE = """() => [...document.querySelectorAll(".convarith-explorer")].map((explorer) => {
  const slider = explorer.querySelector("input[name=size]");
  return [slider.max, "4"].map((size) => {
    slider.value = size;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    return explorer.dataset.outputSize;
  });
})"""
# The number of each drawing, and its caption.
CAPTIONS = """() => [...document.querySelectorAll(".cell_output figure:has(> img) > figcaption")].map(
  (one) => [".caption-number", ".caption-text"].map((part) => one.querySelector(part).textContent.trim())
)"""


# What the animations of a page are said to show, and how many buttons each has.
CONTROLLED = """() => [...document.querySelectorAll(".convarith-animation")].map((one) =>
  [one.querySelector("[role=img]")?.getAttribute("aria-label"), one.querySelectorAll("button").length])"""


def faults_of_content(page: Page | Firefox, sizes: tuple = (DESK, PHONE)) -> list[str]:
    """What is wrong with pictures, math and width of the page that is open, in words."""
    faults = page.evaluate(CONTENT)
    for size in sizes:
        page.set_viewport_size(size)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > size["width"]:
            faults.append(f"{wide} pixels wide in a window of {size['width']}")
    return faults


def faults_of_chapter(page: Page | Firefox, name: str) -> list[str]:
    """What the page that is open lacks of the formulas, pictures, sliders and questions of its notebook."""
    path = ROOT / f"{name}.ipynb"
    if not path.exists():
        return []
    stored, picture = path.read_text(encoding="utf-8"), ".cell_output img"
    counts = {
        ".convarith-explorer:not(.convarith-workbench *)": stored.count('class=\\"convarith-explorer\\"'),
        ".convarith-question form": stored.count('class=\\"convarith-question\\"'),
    }
    if path.name[0].isdigit():
        counts[".bd-article mjx-container"] = formulas(path.stem)
    shown = dict(zip([*counts, picture], page.evaluate(COUNT, [*counts, picture]), strict=True))
    described = re.findall(r'convarith-animation\\" alt=\\"([^"]*)\\"', stored)
    if page.evaluate(CONTROLLED) != [[alt, 2] for alt in described]:
        return ["an animation without its description or its two buttons"]
    faults = [f"{shown[what]} x {what}, not {many}" for what, many in counts.items() if shown[what] != many]
    if path.name[0].isdigit() and shown[picture] < 2:
        faults.append("hardly a picture")
    captions = [text for cell in json.loads(stored)["cells"] if (text := caption(cell).replace("'", "’"))]
    numbered = [[f"Fig. {path.name[:2].lstrip('0')}.{n}", text] for n, text in enumerate(captions, 1)]
    if (there := page.evaluate(CAPTIONS)) != numbered:
        faults.append(f"captions {there}, not {numbered}")
    moves = page.evaluate(MOVE)
    return faults + [f"an explorer that does not move: {m}" for m in moves if m[0] in ("", m[1])]


def faults_of_page(browser: Browser, base: str, name: str) -> list[str]:
    """What is wrong with a page: opened once, and asked everything."""
    with Visit(browser, base, viewport=DESK) as visit:
        page = visit.open(name)
        faults = faults_of_content(page, (PHONE, ZOOMED, DESK))
        if base.startswith("file:") or EXHAUSTIVE:  # the same page, whoever serves it
            faults += violations(page)
        return faults + faults_of_chapter(page, name) + visit.faults


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole(browser, bases, name):
    assert faults_of_page(browser, bases["file"], name) == []


@pytest.mark.parametrize("name", OF_EACH_KIND)
def test_a_page_is_whole_in_firefox(firefox, bases, name):
    page = firefox.open(bases["file"], name)
    assert faults_of_content(page) + faults_of_chapter(page, name) + page.faults == []


@pytest.mark.parametrize("name", OF_EACH_KIND)
def test_a_page_is_whole_when_it_is_served_under_the_policy(browser, bases, name):
    assert faults_of_page(browser, bases["http"], name) == []


@pytest.mark.parametrize("way", ["http", "file"])
def test_the_first_page_leads_to_the_landing_page(browser, bases, way):
    with Visit(browser, bases[way]) as visit:
        visit.page.goto(f"{visit.base}/index.html", wait_until="commit")
        visit.page.wait_for_url(f"**/{TOC['root']}.html")
        assert visit.faults == []


# As people paste them: with numbers of their own, with what Python puts before them.
PASTED = [
    "RuntimeError: mat1 and mat2 shapes cannot be multiplied (64x2048 and 512x10)",
    "expected axis -1 of input shape to have value 784, but received input with shape (32, 28)",
    "Given groups=1, weight of size [32, 1, 5, 5], expected input[8, 3, 64, 64] to have 1 channels",
    "The size of tensor a (63) must match the size of tensor b (64) at non-singleton dimension 2",
    "Sizes of tensors must match except in dimension 1. Expected size 12 but got size 13",
    "A `Concatenate` layer requires inputs with matching shapes except for the concatenation axis.",
    "Incompatible shapes: [32,15,15,8] vs. [32,16,16,8] [Op:AddV2]",
    "Negative dimension size caused by subtracting 5 from 4",
    "Calculated padded input size per channel: (3 x 3). Kernel size can't be greater than actual input size",
    "Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [64, 64]",
    "ValueError: expected 4D input (got 3D input)",
    "expected min_ndim=4, found ndim=3",
    "shape mismatch",
    "size mismatch for fc.weight: copying a param with shape",
    "GEMM: Dimension mismatch, W: {10,512} K: 2048 N:10",
    "dot_general requires contracting dimensions to have the same shape, got (2048,) and (512,).",
    "My shapes do not match",
]


def test_search_finds_the_page_of_a_pasted_message(browser, bases):
    with Visit(browser, bases["file"], viewport=DESK) as visit:
        page = visit.page
        for message in PASTED:
            page.goto(f"{visit.base}/search.html?q={quote(message)}")
            links = page.locator("#search-results li a")
            links.first.wait_for()
            found = links.evaluate_all("(links) => links.map((link) => link.href)")
            assert any("/mismatch.html" in link for link in found[:3]), (message, found)
        assert visit.faults == []


@pytest.mark.parametrize("way", ["http", "file"])
def test_search_finds(browser, bases, way):
    with Visit(browser, bases[way], viewport=DESK) as visit:
        page = visit.page
        page.goto(f"{visit.base}/search.html?q=kernel")
        page.locator("#search-results li a").first.wait_for()
        assert page.locator("#search-results li").count() >= 4
        if way == "http":  # files may not be read: titles alone
            page.locator("#search-results .context .highlighted").first.wait_for()
            quoted = page.locator("#search-results .context").all_text_contents()
            assert [text for text in quoted if "Contents" in text or "Student" in text] == []
        assert visit.faults == []


def test_the_sign_of_the_search_lies_before_what_is_typed(browser, bases):
    with Visit(browser, bases["file"], viewport=DESK) as visit:
        visit.page.goto(f"{visit.base}/search.html?q=kernel")
        sign, field = (visit.page.locator(f".bd-search {part}:visible").first for part in ("i", "input"))
        begins = field.evaluate("(one) => parseFloat(getComputedStyle(one).paddingLeft)")
        end = sign.bounding_box()["x"] + sign.bounding_box()["width"]
        assert end < field.bounding_box()["x"] + begins


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


def test_the_policy_is_in_force_and_allows_no_other_host(browser, bases):
    directives = dict(part.strip().split(" ", 1) for part in POLICY.split(";"))
    assert directives["default-src"] == "'none'"
    allowed = {source for sources in directives.values() for source in sources.split()}
    assert allowed == {"'none'", "'self'", "'unsafe-inline'", "data:"}
    with Visit(browser, bases["http"]) as visit:
        page = visit.open(CHAPTERS[0])
        foreign = "document.body.append(Object.assign(new Image(), {src: 'https://example.org/x.png'}))"
        with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
            page.evaluate(foreign)


@pytest.mark.parametrize("name", PAGES[2:])
def test_a_page_says_what_and_where_it_is(name):
    head = (SITE / f"{name}.html").read_text().split("</head>")[0]
    address = f"{BASE}{name}.html"
    assert f'<link rel="canonical" href="{address}"' in head
    assert f'<meta property="og:url" content="{address}"' in head
    assert f'<meta property="og:image" content="{BASE}_static/preview.png"' in head
    (description,) = re.findall(r'<meta name="description" content="([^"]*)"', head)
    assert 20 < len(description) < 300 and "Open in Colab" not in description
    assert f'<meta property="og:description" content="{description}"' in head
    assert not re.findall(r"<script(?![^>]*\bdefer)[^>]*\bsrc=", head), "a script holds the text up"


def test_descriptions_and_titles_tell_pages_apart():
    heads = [(SITE / f"{name}.html").read_text().split("</head>")[0] for name in PAGES[2:]]
    for pattern in (r"<title>(.*?)</title>", r'name="description" content="([^"]*)"'):
        assert len({re.search(pattern, head)[1] for head in heads}) == len(heads)


@pytest.mark.parametrize("old, new", book_site.MOVED.items())
def test_old_addresses_lead_to_the_new_ones(old, new):
    page = (SITE / "book" / f"{old}.html").read_text()
    assert f'<meta http-equiv="refresh" content="0; url={new}.html">' in page
    assert f'<link rel="canonical" href="{BASE}book/{new}.html"' in page
    assert (SITE / "book" / f"{new}.html").exists()


def test_a_chapter_is_described_by_its_question():
    notebook = json.loads((ROOT / f"{CHAPTERS[0]}.ipynb").read_text())
    question = re.search(r"\*\*(.+?)\*\*", "".join(notebook["cells"][0]["source"]))[1]
    assert f'name="description" content="{question}"' in (SITE / f"{CHAPTERS[0]}.html").read_text()


def test_the_preview_picture_is_one_that_link_previews_take():
    with Image.open(SITE / "_static" / "preview.png") as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))


def test_the_sitemap_lists_the_pages_of_the_book():
    listed = ElementTree.parse(SITE / "sitemap.xml").findall(".//{*}loc")
    assert {entry.text for entry in listed} == {f"{BASE}{name}.html" for name in PAGES[2:]}


def test_the_first_page_is_described_as_the_landing_page_is():
    first, landing = (SITE / name for name in ("index.html", f"{TOC['root']}.html"))
    lines = re.findall(
        r'<title>.*?</title>|<meta [^>]*(?:og:|description|twitter:)[^>]*>|<link rel="canonical"[^>]*>',
        landing.read_text(),
    )
    assert len(lines) >= 9
    assert [line for line in lines if line not in first.read_text()] == []
    assert "<title>Convolution Arithmetic</title>" in lines


def test_every_chapter_opens_in_colab_from_its_badge_and_its_button():
    for name in PAGES[2:]:
        if (ROOT / f"{name}.ipynb").exists():
            page = (SITE / f"{name}.html").read_text()
            place = f"{URL.removeprefix('https://github.com/')}/blob/{BRANCH}/{name}.ipynb"
            assert page.count(f'href="https://colab.research.google.com/github/{place}"') == 2, name


def test_a_wrong_address_leads_back_into_the_book(browser, tmp_path):
    # Under the path of the published site, at a depth that the page cannot know, answered as hosts do.
    path = urlsplit(BASE).path
    root = tmp_path / "host"
    (root / path.strip("/")).parent.mkdir(parents=True, exist_ok=True)
    (root / path.strip("/")).symlink_to(SITE)
    answer = {"path": SITE / "404.html", "status": 404, "headers": {"Content-Security-Policy": POLICY}}
    with serving(root) as base, Visit(browser, base, viewport=DESK) as visit:
        page = visit.page
        page.route("**/no/such/page.html", lambda route: route.fulfill(**answer))
        page.goto(f"{base}{path}no/such/page.html")
        assert "not found" in page.title().lower()
        assert page.locator("button.theme-switch-button:visible").count() == 1
        page.locator(f".bd-sidebar-primary a[href$='{Path(CHAPTERS[0]).name}.html']").first.click()
        page.wait_for_url(f"**{path}{CHAPTERS[0]}.html")
        assert [fault for fault in visit.faults if "404" not in fault and "no/such" not in fault] == []


def test_the_foot_of_a_page_has_version_and_date():
    page = (SITE / f"{CHAPTERS[0]}.html").read_text()
    assert f"Version {book_pages.version()}." in page
    command = ["log", "-1", "--format=%ad", "--date=format-local:%d %B %Y", f"{CHAPTERS[0]}.ipynb"]
    with pytest.MonkeyPatch.context() as here:
        here.setenv("TZ", "UTC")
        changed = repository.git(ROOT, *command)
    assert ("Last updated" in page) == bool(changed), "without git there is no date"
    assert changed in page.split("bd-footer-content")[-1]


def test_a_browser_is_looked_for_while_another_one_runs(browser, monkeypatch):
    monkeypatch.setenv("PATH", "")
    found = chromium.find()  # that of macOS or Playwright's own, where there is one
    assert found is None or Path(found).is_file()


def test_icons_are_drawn(browser, bases):
    with Visit(browser, bases["file"], viewport=DESK) as visit:
        page = visit.open(CHAPTERS[1])
        icons = page.evaluate(
            """() => [...document.querySelectorAll("i[class*=fa-], span[class*=fa-]")]
                 .map((icon) => [icon.className, getComputedStyle(icon).maskImage.slice(0, 8)])"""
        )
        assert len(icons) >= 10
        assert [name for name, mask in icons if mask != 'url("dat'] == []


def test_nothing_is_shipped_that_no_page_asks_for():
    shipped = {path.relative_to(SITE).as_posix() for path in SITE.rglob("*") if path.is_file()}
    assert not [name for name in shipped if re.search(r"\.map$|thebe|togglebutton|design|fontawesome", name)]
    assert max((SITE / name).stat().st_size for name in shipped if name.startswith("_static")) < 1_300_000


def test_a_dead_link_is_found_out(tmp_path):
    (tmp_path / "a.html").write_text(
        "<a href='b.html#here'>1</a><a href='b.html#there'>2</a><a href='c.html'>3</a><a href='#top'>4</a>"
        "<meta name='d'><a href='#d'>0</a>"
        "<img src='d.png'><a href='/x/b.html'>5</a><a href='/y/b.html'>6</a><a href='https://a.b/c'>7</a>"
    )
    (tmp_path / "b.html").write_text("<p id='here'>Here.</p>")
    assert dead_links(tmp_path, "/x/") == [
        "a.html: b.html#there has no such place on its page",
        "a.html: c.html leads nowhere",
        "a.html: #top has no such place on its page",
        "a.html: #d has no such place on its page",
        "a.html: d.png leads nowhere",
        "a.html: /y/b.html leads nowhere",
    ]


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
