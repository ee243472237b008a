"""The page for teachers: what it says of chapters, times, exercises and handouts, against the book itself."""

import re
from collections.abc import Iterator

import handouts
import pytest
import repository
import slides
from browsing import ROOT, SITE
from nbformat import NotebookNode

PAGE = (ROOT / "book" / "teachers.md").read_text(encoding="utf-8")
CHAPTERS = dict(handouts.chapters())
EXERCISES = dict(handouts.notebooks())["exercises"]
EXERCISE = r"(?m)^\*\*(\d+)\. \w"
TITLE = r"(?m)^## (.+)"
ADDRESS = repository.published(repository.stated()[0])


def rows(heading: str) -> list[list[str]]:
    """The rows of the first table after a heading."""
    text = re.search(rf"(?ms)^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", PAGE)[1]
    lines = re.findall(r"(?m)^\| *(.*?) *\|$", text)
    return [re.split(r" *\| *", line) for line in lines[2:]]


def chapter_of(text: str) -> str:
    """The chapter that a text links to first."""
    return re.search(r"\((\d\d_\w+)\.ipynb", text)[1]


TABLE = {chapter_of(row[0]): row[1:] for row in rows("The chapters")}


def text_of(notebook: NotebookNode) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_every_chapter_is_there_by_its_title():
    assert list(TABLE) == list(CHAPTERS)
    for number, (row, notebook) in enumerate(
        zip(rows("The chapters"), CHAPTERS.values(), strict=True), start=1
    ):
        title = notebook.cells[0].source.split("\n")[0].removeprefix("# ")
        assert row[0].startswith(f"[{number} {title}](")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_needs_what_it_says_and_looks_back(chapter):
    before = re.search(r"(?s)\*Before you start:\*(.*?)\*Afterwards", CHAPTERS[chapter].cells[0].source)[1]
    linked = sorted({int(number) for number in re.findall(r"\((\d\d)_\w+\.ipynb", before)})
    needed = [int(number) for number in re.findall(r"\d+", TABLE[chapter][0])]
    assert needed == linked
    assert all(number < int(chapter[:2]) for number in needed)


def on_slides(notebook: NotebookNode) -> Iterator[str]:
    """The section of each slide."""
    slides.deal(notebook)
    section = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (heading := re.match(TITLE, cell.source)):
            section = heading[1]
        if cell.metadata.slideshow.slide_type in ("slide", "subslide"):
            yield section


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_times_of_a_chapter_are_those_of_its_rules(chapter):
    text = text_of(CHAPTERS[chapter]).split("\n## Sources")[0]
    words = len(re.findall(r"\w+(?:['’-]\w+)*", re.sub(r"\]\(.*?\)", "", text)))
    exercises = len(re.findall(EXERCISE, text))
    assert 3 <= exercises <= 6
    in_class, alone = map(int, TABLE[chapter][1:3])
    assert abs(alone - (words / 50 + 5 * exercises)) <= 10
    shown = sum(section not in ("Exercises", "Sources") for section in on_slides(CHAPTERS[chapter]))
    assert abs(in_class - shown) <= 10


def test_every_exercise_is_set_with_the_chapter_that_it_names():
    named = re.findall(r"(?m)^\*\*(\d+)\. \w+\*\* \(after \[.*?\]\((\w+)\.ipynb\)\)", text_of(EXERCISES))
    assert [number for number, _ in named] == [str(number) for number in range(1, 25)]
    for chapter, row in TABLE.items():
        ranges = [part.split("–") for part in row[3].split(", ") if part != "–"]
        listed = [number for ends in ranges for number in range(int(ends[0]), int(ends[-1]) + 1)]
        assert listed == [int(number) for number, needed in named if needed == chapter]


@pytest.mark.parametrize(
    "heading, lessons",
    {"90 minutes: which size comes out?": [90], "Three times 45 minutes": [45, 45, 45]}.items(),
)
def test_a_plan_fills_its_time_with_sections_that_exist(heading, lessons):
    filled: list[int] = []
    for time, _, place in rows(heading):
        if time.startswith("**") or not filled:
            filled.append(0)
        if time.startswith("**"):
            continue
        filled[-1] += int(time)
        linked = re.findall(r"\]\(\w+\.ipynb#[\w-]+\)", place)
        sections = re.findall(r"\[\"([^\"]+)\"\]\((\d\d_\w+)\.ipynb#", place)
        assert linked and len(linked) == place.count("](") == (len(sections) or 1)
        for section, chapter in sections:
            assert section in re.findall(TITLE, text_of(CHAPTERS[chapter])), chapter
            assert place.startswith(f"{int(chapter[:2])}, ")
    assert filled == lessons


def test_what_there_is_to_take_away_is_there(site):
    links = re.findall(rf"\({re.escape(ADDRESS)}(.*?)\)", PAGE)
    assert len(links) == 5 and all(link.startswith("downloads/") for link in links)
    assert [link for link in links if not (SITE / link).exists()] == []


def test_the_landing_page_leads_there():
    assert "](teachers.md)" in (ROOT / "book" / "index.md").read_text(encoding="utf-8")
