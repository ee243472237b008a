"""The pages after the chapters: library reference and notation, as built, against the library."""

import doctest
import inspect
import re
from html.parser import HTMLParser

import docstrings
import keras
import nbformat
import pytest
from browsing import DESK, PHONE, ROOT, Visit

import convarith

NOTATION = (ROOT / "book" / "notation.md").read_text(encoding="utf-8")


class Entries(HTMLParser):
    """The entries of a reference page: for each name the text that follows its signature."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = dict(attrs).get("id") or ""
        if tag == "dt" and name.startswith("convarith."):
            self.texts[name.removeprefix("convarith.")] = ""

    def handle_data(self, data: str) -> None:
        if self.texts:
            self.texts[list(self.texts)[-1]] += data


@pytest.fixture(scope="module")
def entries(site) -> dict[str, str]:
    return Entries((site / "book" / "reference.html").read_text(encoding="utf-8")).texts


def plain(text: str) -> str:
    """Without marks of code, and with quotes and spaces as they are typed."""
    text = text.translate(str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'", "–": "-", "—": "-"}))
    return " ".join(text.replace("`", "").split())


def first_sentence(thing: object) -> str:
    return plain(re.split(r"\n\n|(?<=\.)\s", inspect.getdoc(thing))[0])


@pytest.mark.parametrize("name", convarith.__all__)
def test_every_name_has_its_entry(entries, name):
    assert name in entries, f"book/reference.md: add `.. auto...:: {name}` to the group where it belongs"
    assert first_sentence(getattr(convarith, name)) in plain(entries[name])


def test_members_have_their_entries(entries):
    for name, thing in vars(convarith.Axis).items():
        if not name.startswith("_") and inspect.getdoc(thing) and not isinstance(thing, int | bool):
            assert first_sentence(thing) in plain(entries[f"Axis.{name}"])
    assert {"Conv.output_shape", "Pool.activations", "ReceptiveField.centre", "Picture.svg"} <= set(entries)
    assert "Picture.savefig" not in entries, "what matplotlib's figures can do is described elsewhere"


def test_the_reference_lists_nothing_else(entries):
    assert {name.split(".")[0] for name in entries} == set(convarith.__all__)


def test_the_list_on_top_leads_to_each_entry_and_says_what_it_is(browser, bases):
    with Visit(browser, bases["file"], viewport=DESK) as visit:
        page = visit.open("book/reference")
        names = page.locator("dl.all-names dt").all_inner_texts()
        said = page.locator("dl.all-names dd").all_inner_texts()
        assert sorted(names) == sorted(convarith.__all__)
        for name, sentence in zip(names, said, strict=True):
            assert plain(sentence) == first_sentence(getattr(convarith, name)), name
        links = page.locator("dl.all-names dt a")
        assert links.evaluate_all("(all) => all.map((one) => one.hash)") == [f"#convarith.{n}" for n in names]
        rooms = page.locator("#all-names > .room a")
        assert rooms.evaluate_all("(all) => all.every((one) => document.querySelector(one.hash))")
        assert [*dict.fromkeys(rooms.all_inner_texts())] == re.findall(
            r"^## (?!All names)(.*)", (ROOT / "book" / "reference.md").read_text(encoding="utf-8"), re.M
        )


def test_the_cheat_sheet_is_whole_on_a_telephone_and_has_its_code_at_the_end(browser, bases):
    with Visit(browser, bases["file"], viewport=PHONE) as visit:
        page = visit.open("book/cheat_sheet")
        boxes = page.locator(
            "#cheat-sheet :is(mjx-container[display], .pst-scrollable-table-container, pre:visible, img)"
        )
        assert boxes.count() > 10
        wide = (
            "(all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.outerHTML)"
        )
        assert boxes.evaluate_all(wide) == []
        assert page.locator("#cheat-sheet details").count() == 1
        assert page.locator("#cheat-sheet summary").inner_text() == "Show the code behind this page"
        code = page.locator("#cheat-sheet details pre").text_content()
    for cell in nbformat.read(ROOT / "book" / "cheat_sheet.ipynb", as_version=4).cells:
        assert "hide-input" not in cell.metadata.get("tags", []) or cell.source.strip() in code


# What reaches beyond the column, or is cut off in it.
CUT = """() => [...document.querySelectorAll("#library-reference *")].filter((one) =>
  one.checkVisibility() && (one.getBoundingClientRect().right > document.querySelector("article")
    .getBoundingClientRect().right + 1
  || (getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1)))
  .map((one) => one.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_no_line_of_the_reference_is_cut_off(browser, bases, size):
    with Visit(browser, bases["file"], viewport=size) as visit:
        page = visit.open("book/reference")
        assert page.evaluate(CUT) == []
        long = page.locator("dl.py pre > .line").evaluate_all(
            "(all) => all.filter((one) => one.offsetHeight > 20).map((one) => one.textContent)"
        )
        assert len(long) > 10  # which go on in a second line, and are copied as one
        example = page.locator("dl.py pre", has_text="# PyTorch refuses").text_content()
        assert example in inspect.getdoc(convarith.in_pytorch) + "\n"


def test_no_markup_of_a_docstring_is_shown_raw(entries):
    assert [
        name for name, text in entries.items() if re.search(r"`|\*\*\w+\*\*|::|:(?:py|raises|param)", text)
    ] == []
    assert "Arguments:" in entries["Axis"] and ">>> first_layer.output" in entries["Axis"]


def test_docstrings_are_rewritten_as_they_say():
    assert doctest.testmod(docstrings) == (0, 1)


def column(number: int) -> dict[str, list[str]]:
    """The names that one column of the table of names in code has for each symbol."""
    table = NOTATION.split("## Names in code")[1]
    rows = [line.split("|")[1:-1] for line in table.splitlines() if line.startswith("| ")][1:]
    return {row[0].strip(): re.findall(r"`([^`]+)`", row[number]) for row in rows}


def arguments(*things: object) -> set[str]:
    return {name for thing in things for name in inspect.signature(thing).parameters} | {
        name for thing in things for name in dir(thing)
    }


def test_convarith_has_the_names_of_the_notation():
    known = arguments(convarith.Axis, convarith.TransposedAxis, convarith.Conv, convarith.Pool)
    named = column(1)
    assert len(named) >= 12 and all(named.values())
    assert [name for names in named.values() for name in names if name not in known] == []


def test_keras_has_the_names_of_the_notation():
    layers = keras.layers
    known = arguments(layers.Conv2D, layers.Conv2DTranspose, layers.MaxPooling2D) | {"ZeroPadding2D"}
    named = column(2)
    assert named["$k$"] == ["kernel_size", "pool_size"]
    assert [name for names in named.values() for name in names if name not in known] == []
