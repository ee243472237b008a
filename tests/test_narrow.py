"""Pages on a phone: lines of code go on, tables become cards, marks stay with their formulas."""

import doctest
import json

import lists
import pytest
from browsing import DESK, PHONE, ROOT, Visit
from docutils import nodes

TOO_WIDE = "(all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.innerText)"
CUT_OFF = """(all) => all.filter((one) => one.getBoundingClientRect().right
  > one.closest("td").getBoundingClientRect().right + 1).map((one) => one.textContent)"""
CHAPTER = "10_four_frameworks"  # with tables of names in code, long lines, a table of numbers


def test_text_is_kept_together_as_examples_say():
    assert doctest.testmod(lists) == (0, 4)


def test_a_long_line_is_an_element_that_knows_its_depth():
    code = '<span class="k">if</span> a:\n    b = <span class="s">&quot;' + 40 * "&lt;" + "&quot;</span>\n"
    short, long, end = lists.in_lines(code).split("\n")
    assert short == code.splitlines()[0]
    assert long.startswith('<span class="line" style="--deep:4ch">    b') and end == "</span>"
    assert lists.in_lines("a\n", long=0) == '<span class="line">a\n</span>'


def cell(text: str, formula: str = "") -> nodes.entry:
    parts = [nodes.Text(text), nodes.math(formula, formula)] if formula else [nodes.Text(text)]
    return nodes.entry("", nodes.paragraph("", "", *parts))


def test_a_table_needs_room_for_the_longest_word_of_each_column():
    assert lists.room_of([[cell("two words"), cell("a")], [cell("no"), cell("four")]]) == 5 + 4 + 2 * 2
    assert lists.room_of([[cell("is ", r"p_\text{low} + \lfloor s \rfloor")]]) == len("plow+xsx") + 2


@pytest.fixture
def phone(browser, bases):
    with Visit(browser, bases["file"], viewport=PHONE, has_touch=True, is_mobile=True) as visit:
        yield visit


@pytest.mark.usefixtures("site")
def test_no_code_of_a_chapter_is_cut_off_on_a_phone_and_all_is_copied(phone):
    page = phone.open(f"book/{CHAPTER}")
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    code = page.locator(".bd-article .cell_input pre")
    assert code.evaluate_all(TOO_WIDE) == []
    cells = json.loads((ROOT / "book" / f"{CHAPTER}.ipynb").read_text(encoding="utf-8"))["cells"]
    sources = ["".join(one["source"]) for one in cells if one["cell_type"] == "code"]
    shown = "".join(code.evaluate_all("(all) => all.map((one) => one.textContent)"))
    assert [source for source in sources if source not in shown] == []
    goes_on = "(all) => all.filter((one) => one.offsetHeight > 20).length"
    assert code.locator(".line").evaluate_all(goes_on) > 10


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("name", [CHAPTER, "notation", "teachers", "mismatch"])
def test_no_table_scrolls_on_a_phone(phone, name):
    page = phone.open(f"book/{name}")
    boxes = page.locator(".pst-scrollable-table-container")
    assert boxes.count() > 1
    assert boxes.evaluate_all(TOO_WIDE) == []
    assert page.locator(".bd-article td mjx-math").evaluate_all(CUT_OFF) == []


@pytest.mark.usefixtures("site")
def test_a_card_names_the_columns_which_a_table_has_in_its_head(browser, bases):
    shown = {}
    for size in (PHONE, DESK):
        with Visit(browser, bases["file"], viewport=size) as visit:
            table = visit.open("book/notation").locator("table.cards").last
            names = (
                """(all) => all.map((one) => getComputedStyle(one, "::before").content.replaceAll('"', ""))"""
            )
            row = table.locator("tbody tr").first
            head = table.locator("thead th").all_inner_texts()
            shown[size["width"]] = row.locator("td + td").evaluate_all(names)
            assert (table.locator("thead").bounding_box()["height"] > 10) is (size is DESK)
    assert shown == {390: ["convarith", "Keras", "PyTorch", "ONNX", "JAX"], 1280: ["none"] * 5}
    assert head[1:] == shown[390]


@pytest.mark.usefixtures("site")
def test_a_formula_and_its_marks_are_on_one_line(phone):
    page = phone.open("book/cheat_sheet")
    kept, lines = page.locator(".kept"), "(all) => all.map((one) => one.getClientRects().length)"
    assert kept.count() > 10
    for width in range(340, 400, 6):
        page.set_viewport_size({"width": width, "height": 800})
        assert set(kept.evaluate_all(lines)) == {1}
