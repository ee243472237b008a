"""What is taken away: student notebooks, scripts, slides, the PDF and the folder."""

import ast
import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise
from unicodedata import normalize

import handouts
import nbformat
import pikepdf
import print_book
import pytest
import slides
from browsing import DESK, SITE, Visit, formulas
from cells import missing_names
from links import dead_links
from pypdfium2 import PdfDocument

CHAPTERS = [name for name, _ in handouts.chapters()]
NOTEBOOKS = dict(handouts.notebooks())
DOWNLOADS = SITE / "downloads"
BOOK_AS_PDF = DOWNLOADS / f"{handouts.NAME}.pdf"

pytestmark = pytest.mark.usefixtures("site")


@pytest.mark.parametrize("chapter", NOTEBOOKS)
def test_a_student_notebook_gives_nothing_away_and_still_runs(chapter):
    student = nbformat.read(DOWNLOADS / "student" / f"{chapter}.ipynb", as_version=4)
    nbformat.validate(student)
    words = [c for c in NOTEBOOKS[chapter].cells if c.cell_type == "markdown" and handouts.is_answer(c)]
    original = [cell for cell in NOTEBOOKS[chapter].cells if cell not in words]
    assert len(student.cells) == len(original)
    assert not {cell.source for cell in words} & {cell.source for cell in student.cells}
    asked = 0
    for cell, full in zip(student.cells, original, strict=True):
        if full.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)
            if handouts.is_answer(full):
                assert re.fullmatch(r"# Your (answer|solution)\n", cell.source)
                asked += 1
            else:
                assert cell.source == full.source
                assert not re.match("# (Answer|Solution)", cell.source)
    assert asked >= (24 if chapter == "exercises" else 5 if chapter in CHAPTERS else 0)
    assert "colab.research" not in student.cells[0].source
    assert missing_names(student) == set(), "a cell needs what only an answer defines"


@pytest.mark.parametrize("chapter", NOTEBOOKS)
def test_a_script_is_the_code_of_its_chapter(chapter):
    script = (DOWNLOADS / "scripts" / f"{chapter}.py").read_text(encoding="utf-8")
    code = [cell.source for cell in NOTEBOOKS[chapter].cells if cell.cell_type == "code"]
    assert ast.dump(ast.parse(script)) == ast.dump(ast.parse("\n".join(code)))


# From slide to slide, fragment by fragment, and what is wrong on the way, in words.
WALK = """async () => {
  const faults = [], frame = () => new Promise(requestAnimationFrame);
  while (!document.querySelector(".present[style*='--letters']")) await frame(); // until the first is fitted
  for (;;) {
    while (Reveal.availableFragments().next) Reveal.nextFragment();
    await frame();
    await frame();
    const slide = Reveal.getCurrentSlide(), { right } = slide.getBoundingClientRect();
    const say = (what) => faults.push(`slide ${Reveal.getSlidePastCount() + 1}: ${what}`);
    if (slide.scrollHeight > slide.clientHeight) say(`${slide.scrollHeight} pixels tall`);
    if (slide.scrollWidth > slide.clientWidth) say(`${slide.scrollWidth} pixels wide`);
    if (!slide.querySelector("h1, h2, h3, .section")) say("no title");
    if (slide.style.getPropertyValue("--letters") < 0.7) say("small letters");
    for (const part of slide.querySelectorAll("pre, table, img"))
      if (part.getBoundingClientRect().right > right) say(`${part.localName} runs off`);
    for (const { alt } of slide.querySelectorAll("img"))
      if (!/^[A-Z0-9].*\\.$/s.test(alt)) say(`picture described as ${alt}`);
    if (Reveal.isLastSlide()) return faults;
    Reveal.next();
  }
}"""
# The first slide with sliders.
FIND = """() => {
  const slides = Reveal.getSlides(), found = slides.find((one) => one.querySelector(".convarith-explorer"));
  if (found) Reveal.slide(...Object.values(Reveal.getIndices(found)));
  return Boolean(found);
}"""
PROJECTOR = {"width": 1280, "height": 720}


@pytest.mark.parametrize(("way", "chapter"), [("file", name) for name in CHAPTERS] + [("http", CHAPTERS[2])])
def test_slides_show_everything_and_ask_no_other_host(browser, bases, way, chapter):
    with Visit(browser, bases[way], viewport=PROJECTOR) as visit:
        page = visit.open(f"downloads/slides/{chapter}")
        page.wait_for_function("window.Reveal?.isReady()")
        assert page.evaluate("Reveal.getTotalSlides()") > 20
        assert page.locator("mjx-container").count() == formulas(chapter)
        assert page.locator("mjx-merror").count() == 0
        assert page.evaluate(WALK) == []
        assert visit.faults == []
        if chapter.startswith("12"):  # the one without an explorer
            assert not page.evaluate(FIND)
            return
        assert page.evaluate(FIND)
        explorer = page.locator(".present .convarith-explorer").last
        slider = explorer.locator("[name=size]").first
        slider.fill(slider.get_attribute("max"))
        largest = explorer.get_attribute("data-output-size")
        slider.fill("4")
        assert largest not in ("", explorer.get_attribute("data-output-size"))
        assert visit.faults == []


def test_slides_fill_the_screen_in_firefox_too(firefox, bases):
    firefox.set_viewport_size(PROJECTOR)
    page = firefox.open(bases["file"], f"downloads/slides/{CHAPTERS[2]}")
    assert page.evaluate(WALK) == []
    assert page.faults == []


def without_links(text: str) -> list[str]:
    return re.sub(r"\]\(.*?\)", "]", text).split()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_slides_leave_out_nothing_that_the_page_shows(chapter):
    notebook = deepcopy(NOTEBOOKS[chapter])
    full = [cell for cell in notebook.cells if slides.is_projected(cell)]
    written = [word for cell in full if cell.cell_type == "markdown" for word in without_links(cell.source)]
    outputs = sum(len(cell.outputs) for cell in full if cell.cell_type == "code")
    slides.deal(notebook)
    dealt = [cell for cell in notebook.cells if not cell.source.startswith('<p class="section">')]
    texts = [cell for cell in dealt if cell.cell_type == "markdown"]
    assert [word for cell in texts for word in without_links(cell.source)] == written
    assert sum(len(cell.outputs) for cell in dealt if cell.cell_type == "code") == outputs > 10
    assert {cell.metadata.slideshow.slide_type for cell in texts} <= {"slide", "subslide", "-", "fragment"}
    for title, cell in pairwise(notebook.cells):
        if title.source.startswith('<p class="section">'):
            assert cell.metadata.slideshow.slide_type == "-", "a slide has nothing but its title at first"


def test_an_answer_waits_on_its_slide(browser, bases):
    with Visit(browser, bases["file"], viewport=DESK) as visit:
        page = visit.open(f"downloads/slides/{CHAPTERS[0]}")
        page.wait_for_function("window.Reveal?.isReady()")
        answers = page.locator(".fragment", has_text="# Answer")
        assert answers.count() >= 1
        assert answers.first.evaluate("(answer) => getComputedStyle(answer).visibility") == "hidden"


def test_the_cheat_sheet_is_one_page_of_formulas():
    (page,) = PdfDocument(DOWNLOADS / handouts.SHEET)
    high, wide = sorted(side * 25.4 / 72 for side in page.get_size())
    assert (round(high), round(wide)) == (210, 297)  # A4
    # Letters of formulas stand at places of their own: the order of words is not that of reading.
    text = re.sub(r"\s", "", normalize("NFKC", page.get_textpage().get_text_range()))
    sheet = NOTEBOOKS["cheat_sheet"]
    for heading in re.findall(r"(?m)^## (.+)", "\n".join(cell.source for cell in sheet.cells)):
        if heading != "Letters and colours":  # which stand under the title
            assert re.sub(r"\s", "", heading) in text, heading
    for part in (
        "Inthepictures",
        "i+p−span",
        "d(k−1)+1",
        "(i+p−span)mods",
        "s(i−1)+span−p",
        "⌈i/s⌉",
        "jS−P+(r−1)/2",
        "194,688",
    ):
        assert part in text, f"{part} in {text}"
    assert "assert" not in text and "Showthe" not in text, "cells stay folded on paper"


def test_the_cheat_sheet_leads_to_its_page_to_print():
    page = (SITE / "book" / "cheat_sheet.html").read_text(encoding="utf-8")
    assert f'href="../downloads/{handouts.SHEET}"' in page
    assert 'href="../downloads/student/cheat_sheet.ipynb"' in page
    assert "downloads/slides" not in page


@pytest.fixture(scope="module")
def pdf(site) -> PdfDocument:
    return PdfDocument(BOOK_AS_PDF)


@pytest.fixture(scope="module")
def pages(pdf) -> list[str]:
    """The text of each page, letters that were set as one taken apart again."""
    texts = (page.get_textpage().get_text_range() for page in pdf)
    return [" ".join(normalize("NFKC", text).replace("\ufffe", "-").split()) for text in texts]


def titles() -> list[str]:
    return [NOTEBOOKS[name].cells[0].source.split("\n")[0].removeprefix("# ") for name in CHAPTERS]


def contents(pdf: PdfDocument) -> Iterator[tuple[str, str, int]]:
    """The lines of the contents: a section, the page number after it, and the page that it leads to."""
    with pikepdf.open(BOOK_AS_PDF) as book:
        numbers = print_book.pages_of(book)
        for page, shown in zip(book.pages, pdf, strict=True):
            for link in page.get("/Annots", ()):
                if (place := str(link.get("/Dest", "")).lstrip("/")).startswith("place-"):
                    line = shown.get_textpage().get_text_bounded(*map(float, link.Rect))
                    title, _, number = " ".join(normalize("NFKC", line).split()).rpartition(" ")
                    yield title, number, numbers[place]


def test_the_pdf_has_every_section_where_its_contents_say(pdf, pages):
    lines = list(contents(pdf))
    for title, number, page in lines:
        assert number == str(page), title
        assert title in pages[page - 1]
    assert len(lines) > 200
    chapters = [title for title, *_ in lines if re.match(r"\d+\. ", title)]
    assert chapters == [f"{number}. {title}" for number, title in enumerate(titles(), 1)]
    for number, page in enumerate(pdf, 1):
        assert page.get_textpage().get_text_bounded(top=50).strip() == str(number), "at its foot"
    assert len(list(pdf.get_toc())) > 200


def test_the_pdf_is_light(pdf):
    assert BOOK_AS_PDF.stat().st_size < 10_000_000


def test_the_pdf_cuts_no_code_off(pages):
    text = re.sub(r"\s", "", "".join(pages))
    for chapter, notebook in NOTEBOOKS.items():
        if "code-last" in notebook.cells[0].metadata.get("tags", []):
            continue  # all its code is in one fold, which is not printed, as set-up is not
        for cell in notebook.cells:
            if cell.cell_type == "code" and "hide-input" not in cell.metadata.get("tags", []):
                for line in cell.source.splitlines():
                    assert re.sub(r"\s", "", line) in text, f"{chapter}: {line}"


def test_explorers_are_pictures_in_the_pdf(pages):
    assert "keep this beside" not in "".join(pages)
    assert "explore(" in "".join(pages)


def test_the_folder_is_the_whole_book(tmp_path):
    with zipfile.ZipFile(DOWNLOADS / f"{handouts.NAME}.zip") as archive:
        archive.extractall(tmp_path)
    root = tmp_path / handouts.NAME
    packed = {path.relative_to(root) for path in root.rglob("*") if path.is_file()}
    built = {path.relative_to(SITE) for path in SITE.rglob("*") if path.is_file()}
    assert built - packed == {(DOWNLOADS / f"{handouts.NAME}.zip").relative_to(SITE)}
    assert packed <= built
    assert dead_links(root, "/nowhere/") == dead_links(SITE, "/nowhere/")


def test_a_slide_deck_is_equal_when_made_again():
    name = CHAPTERS[0]
    again = handouts.as_slides(deepcopy(NOTEBOOKS[name]), titles()[0])
    assert (DOWNLOADS / "slides" / f"{name}.html").read_text(encoding="utf-8") == again


def test_a_missing_name_is_found_out():
    def cells(*sources):
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])

    assert (
        missing_names(cells("import os.path as p\nx = [y for y in p.sep]", "for z in x:\n    print(z)"))
        == set()
    )
    assert missing_names(cells("a = 1", "a + b")) == {"b"}
    assert missing_names(cells("a + 1", "a = 1")) == {"a"}
