"""The tables of letters against the formulas of all pages: each is listed, is used, and means one thing."""

import re
from collections import defaultdict

import handouts
import pytest
from browsing import ROOT

NOTATION = (ROOT / "book" / "notation.md").read_text(encoding="utf-8")
WORD = r"\\(?:text|textit|operatorname)\{([^}]*)\}"


def formulas_of(text: str) -> list[str]:
    return [math for _, math in re.findall(r"(\${1,2})([^$]+)\1", re.sub(r"`[^`]*`", "", text))]


def symbols_of(formula: str) -> set[str]:
    """The letters of a formula; words that stand in it are none, but count as symbols of their own."""
    found = {f"p_{side}" for side in re.findall(r"p_\\text\{(\w+)\}", formula)}
    rest = re.sub(r"p_\\text\{\w+\}", " ", formula)
    found |= set(re.findall(WORD, rest))
    rest = re.sub(rf"{WORD}|\\(?:begin|end)\{{\w+\}}|\[\d+pt\]|\\[a-z]+|_[hw]|\^T", " ", rest)
    return found | set(re.findall(r"[A-Za-z]", rest))


USED: dict[str, set[str]] = defaultdict(set)  # by page
for page, notebook in handouts.notebooks():
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            USED[page] |= {one for formula in formulas_of(cell.source) for one in symbols_of(formula)}


def rows(heading: str) -> list[tuple[list[str], list[str]]]:
    """The rows below a heading: their symbols, and the pages that their last column links to."""
    text = re.search(rf"(?ms)^## {heading}\n(.*?)(?=^## )", NOTATION)[1]
    cells = [line.strip("| ").split(" | ") for line in re.findall(r"(?m)^\|.*\|$", text)[2:]]
    return [
        (
            [symbol for formula in formulas_of(first) for symbol in symbols_of(formula)] or [first],
            re.findall(r"\((\w+)\.ipynb\)", last),
        )
        for first, *_, last in cells
    ]


EVERYWHERE = rows("Letters")
LOCAL = [(symbol, page) for symbols, pages in rows("Local letters") for symbol in symbols for page in pages]


def is_letter(symbol: str) -> bool:
    return len(symbol) == 1 or symbol.startswith("p_")


def test_letters_are_found_in_formulas():
    found = symbols_of(r"o_h = \lfloor i + p_\text{low} - d_n\,k \rfloor + \text{span} + C^T x")
    assert found == {"C", "d", "i", "k", "n", "o", "p_low", "span", "x"}
    assert len(EVERYWHERE) > 15 and len(LOCAL) > 15 and sum(map(len, USED.values())) > 100


def test_a_letter_means_one_thing():
    symbols = [symbol for group, _ in EVERYWHERE for symbol in group]
    assert sorted(symbols) == sorted(set(symbols))
    assert sorted(LOCAL) == sorted(set(LOCAL))


@pytest.mark.parametrize("page", USED)
def test_every_letter_of_a_page_is_in_the_tables(page):
    known = {symbol for group, _ in EVERYWHERE for symbol in group}
    here = {symbol for symbol, place in LOCAL if place == page}
    assert {symbol for symbol in USED[page] if is_letter(symbol)} - known - here == set()
    assert here - USED[page] == set(), "among the local letters, but not there"


@pytest.mark.parametrize("symbol, introduced", [(group[0], pages) for group, pages in EVERYWHERE])
def test_a_letter_is_introduced_where_it_is_first_used(symbol, introduced):
    chapters = [page for page in USED if page[0].isdigit()]
    if is_letter(symbol):
        using = [page for page in chapters if symbol in USED[page] and (symbol, page) not in LOCAL]
    else:  # a word, which need not stand in a formula
        texts = {
            page: handouts.BOOK.joinpath(f"{page}.ipynb").read_text(encoding="utf-8") for page in chapters
        }
        using = [page for page in chapters if symbol in USED[page]] or [
            page for page in chapters if re.search(rf"\b{symbol}\b", texts[page])
        ]
    assert introduced == using[:1]
