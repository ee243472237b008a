"""The chapters as they are stored. That their outputs come out again, nbval tests by running them."""

import copy
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import nbformat
import pytest
import yaml
from folds import IN_WORDS, folded, is_answer
from slides import caption

BOOK = Path(__file__).parents[1] / "book"
NOTEBOOKS = sorted(BOOK.glob("*.ipynb"))
CHAPTERS = [path for path in NOTEBOOKS if path.name[0].isdigit()]
CELL_METADATA = {"tags", "mystnb", "jupyter", "cellView"}
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def faults(notebook: dict) -> list[str]:
    """What is wrong with a stored notebook, each fault with the number of its cell."""
    found = []
    if notebook["metadata"] != {"kernelspec": KERNEL, "language_info": {"name": "python"}}:
        found.append(f"notebook metadata: {notebook['metadata']}")
    executed = 0
    for number, cell in enumerate(notebook["cells"]):
        source = "".join(cell["source"])
        said = faults_of_text(source) if cell["cell_type"] == "markdown" else []
        if cell["cell_type"] == "code":
            executed += 1
            said = faults_of_code(source, cell)
            if cell["execution_count"] != executed:
                said.append(f"run as number {cell['execution_count']} instead of {executed}")
        if "hide-cell" in cell.get("metadata", {}).get("tags", []) and not is_hidden(cell):
            said.append("an answer in plain sight in a notebook")
        if source.startswith("# Solution\n") and not has_words(notebook["cells"], number):
            said.append("a solution without words after it, or with words in its code")
        found += [f"cell {number}: {fault}" for fault in said]
    return found


def is_hidden(cell: dict) -> bool:
    """Whether an answer is hidden in a notebook, which knows nothing of the pages' tags."""
    if cell["cell_type"] == "markdown":
        return IN_WORDS.fullmatch("".join(cell["source"])) is not None
    return cell["metadata"].get("jupyter") == {"outputs_hidden": True, "source_hidden": True}


def has_words(cells: list[dict], number: int) -> bool:
    """Whether a solution says its answer in words: in a folded cell of text, not in comments."""
    after = nbformat.from_dict(cells[number + 1]) if number + 1 < len(cells) else None
    words = after is not None and after.cell_type == "markdown" and is_answer(after)
    return words and not "".join(cells[number]["source"]).split("\n")[1].startswith("#")


def faults_of_text(text: str) -> list[str]:
    found = []
    if re.search(r"^(```|:::)\{|\{[a-z:-]+\}`", text, re.M):
        found.append("MyST syntax, which Colab and GitHub show raw")
    for alt, address in re.findall(r"!\[(.*?)\]\((.*?)\)", text):
        if not alt.strip() or "//" in address:
            found.append(f"picture {address} without a description or from another host")
    for address in re.findall(r"\]\(([^)#\s]+)", text):
        if "//" not in address and not (BOOK / address).exists():
            found.append(f"link to {address}, which does not exist")
    return found


def faults_of_code(source: str, cell: dict) -> list[str]:
    found = []
    metadata, lines = cell["metadata"], len(source.splitlines())
    tags = set(metadata.get("tags", []))
    if not metadata.keys() <= CELL_METADATA:
        found.append(f"cell metadata: {sorted(metadata)}")
    if lines > (20 if tags & {"hide-input", "hide-cell"} else 10):
        found.append(f"{lines} lines")
    checks = folded(nbformat.from_dict(cell | {"source": source})) == "check"
    if checks and not cell["outputs"] and "not-stored" not in tags:
        found.append("a check that says nothing")
    if "not-stored" in tags and cell["outputs"]:
        found.append("output of a cell that stores none")
    for output in cell["outputs"]:
        data = output.get("data", {})
        if output["output_type"] == "error" and "raises-exception" not in tags:
            found.append(f"error output: {output['ename']}")
        if output.get("name") == "stderr":
            found.append("output on stderr")
        if any("widget" in kind for kind in data):
            found.append("stored widget")
        found += [
            f"picture without a description in {tag[:40]}"
            for tag in re.findall(r"<img [^>]*>", "".join(data.get("text/html", "")))
            if not re.search(r' alt="[A-Z][^"]*\."', tag)
        ]
        if any(kind.startswith("image/") for kind in data):
            description = "".join(data.get("text/plain", ""))
            if not re.fullmatch(r"[A-Z0-9].*\.", description, re.S) or "<" in description:
                found.append(f"picture described as {description!r}")
    return found


WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w.]*\d)|\b(?:" + "|".join(WORDS) + r")\b", re.I)


def numbers(text: str) -> set[str]:
    """The numbers of a text, in digits or words, without commas."""
    found = (number.lower().replace(",", "") for number in NUMBER.findall(text))
    return {str(WORDS.index(number)) if number in WORDS else number for number in found}


def said(cell: dict) -> str:
    """What a cell prints or shows, in words."""
    texts = ["".join(out.get("text", "")) for out in cell.get("outputs", [])]
    texts += ["".join(out.get("data", {}).get("text/plain", "")) for out in cell.get("outputs", [])]
    return "\n".join(texts)


def given_away(notebook: dict) -> list[str]:
    """Answers in a fold that what is in sight after them says again: what comes first, text or output."""
    found, cells = [], notebook["cells"]
    for number in range(1, len(cells) - 1):
        cell, after = cells[number], cells[number + 1]
        if not is_answer(nbformat.from_dict(cell)) or is_answer(nbformat.from_dict(after)):
            continue
        start = number
        while is_answer(nbformat.from_dict(cells[start - 1])):
            start -= 1
        if not "".join(cells[start]["source"]).startswith("# Answer"):
            continue
        together = cells[start : number + 1]
        asked = "".join(cells[start - 1]["source"]) + said(cells[start - 1])
        values = {value for part in together for value in numbers(said(part))} - numbers(asked)
        text = "".join(after["source"])
        shown = text.split("\n\n")[0] if after["cell_type"] == "markdown" else said(after)
        again = values & numbers("" if shown.startswith("#") else shown)
        if again:
            found.append(f"cell {number}: {sorted(again)} in {shown[:60]!r}")
    return found


def faults_of_captions(cells: list[dict]) -> list[str]:
    """What is wrong with the captions of drawings, which no two of these cells share."""
    found, captions = [], [caption(cell) for cell in cells]
    many = Counter(captions)
    for cell, text in zip(cells, captions, strict=True):
        drawings = ["image/svg+xml" in output.get("data", {}) for output in cell.get("outputs", [])]
        shown = len([output for output in cell.get("outputs", []) if "data" in output])
        if not any(drawings):
            found += [f"a caption of nothing: {text}"] if text else []
        elif not re.fullmatch(r"[A-Z][^\n*`$<>\[\]]*\.", text):  # which slides show as it is
            found.append(f"a drawing with the caption {text!r}")
        elif shown > 1:
            found.append(f"one caption for {shown} outputs: {text}")
        elif len(text.split()) > 14:
            found.append(f"{len(text.split())} words: {text}")
        elif many[text] > 1:
            found.append(f"a caption of {many[text]} drawings: {text}")
    return found


def test_every_drawing_of_the_chapters_has_a_caption_of_its_own():
    cells = [cell for path in CHAPTERS for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    assert faults_of_captions(cells) == []
    assert len({caption(cell) for cell in cells}) > 60


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_no_answer_stands_in_sight_after_its_fold(path):
    assert given_away(json.loads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_chapter_is_stored_as_it_should_be(path):
    assert faults(json.loads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", sorted(BOOK.glob("*.md")), ids=lambda path: path.name)
def test_links_of_a_page_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    assert [fault for fault in faults_of_text(text) if "MyST" not in fault] == []


def test_the_table_of_contents_lists_exactly_the_notebooks():
    toc = yaml.safe_load((BOOK.parent / "_toc.yml").read_text())
    listed = [BOOK.parent / chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    notebooks = [file.with_suffix(".ipynb") for file in listed if not file.with_suffix(".md").exists()]
    assert sorted(notebooks) == NOTEBOOKS
    assert len(NOTEBOOKS) >= 4


def picture(description):
    return {"output_type": "display_data", "data": {"image/svg+xml": "<svg/>", "text/plain": description}}


def html(tag):
    return {"output_type": "display_data", "data": {"text/html": tag}}


def error():
    return {"output_type": "error", "ename": "ValueError"}


def widget():
    return {"output_type": "display_data", "data": {"application/vnd.jupyter.widget-view+json": {}}}


GOOD = {
    "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}},
    "cells": [
        {"cell_type": "markdown", "source": "[A link](index.md), $x$ and `code`."},
        {
            "cell_type": "code",
            "source": "1 + 1",
            "metadata": {},
            "execution_count": 1,
            "outputs": [picture("A picture of 2.")],
        },
    ],
}
SOLUTION = [
    GOOD["cells"][1] | {"source": "# Solution\n# Two.\n1 + 1", "execution_count": 2},
    {"cell_type": "markdown", "source": "Two.", "metadata": {"tags": ["hide-cell"]}},
]
BAD = {
    "notebook metadata": lambda nb: nb["metadata"]["language_info"].update(version="3.11"),
    "cell metadata": lambda nb: nb["cells"][1]["metadata"].update(execution={}),
    "run as number None": lambda nb: nb["cells"][1].update(execution_count=None),
    "run as number 2": lambda nb: nb["cells"][1].update(execution_count=2),
    "error output": lambda nb: nb["cells"][1].update(outputs=[error()]),
    "stderr": lambda nb: nb["cells"][1].update(outputs=[{"output_type": "stream", "name": "stderr"}]),
    "stored widget": lambda nb: nb["cells"][1].update(outputs=[widget()]),
    "described as '<Figure>'": lambda nb: nb["cells"][1].update(outputs=[picture("<Figure>")]),
    "stores none": lambda nb: nb["cells"][1]["metadata"].update(tags=["not-stored"]),
    "description in <img src='a.svg'>": lambda nb: nb["cells"][1].update(outputs=[html("<img src='a.svg'>")]),
    "says nothing": lambda nb: nb["cells"][1].update(source="assert 1 + 1 == 2", outputs=[]),
    "without words": lambda nb: nb["cells"][1].update(source="# Solution\n1 + 1"),
    "words in its code": lambda nb: nb["cells"].extend(SOLUTION),
    "1: an answer in plain sight": lambda nb: nb["cells"][1]["metadata"].update(tags=["hide-cell"]),
    "0: an answer in plain sight": lambda nb: nb["cells"][0].update(metadata={"tags": ["hide-cell"]}),
    "11 lines": lambda nb: nb["cells"][1].update(source="x\n" * 11),
    "MyST": lambda nb: nb["cells"][0].update(source="See {ref}`here`."),
    "MyST syntax": lambda nb: nb["cells"][0].update(source="```{note}\nx\n```"),
    "without a description": lambda nb: nb["cells"][0].update(source="![](_static/cover.svg)"),
    "another host": lambda nb: nb["cells"][0].update(source="![A](https://example.org/a.png)"),
    "does not exist": lambda nb: nb["cells"][0].update(source="[x](nowhere.ipynb)"),
}


def test_a_good_notebook_passes():
    assert faults(GOOD) == []


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_notebook_is_found_out(fault):
    notebook = copy.deepcopy(GOOD)
    BAD[fault](notebook)
    assert any(fault in said for said in faults(notebook)), faults(notebook)


def captioned(text, *outputs):
    return {"metadata": {"mystnb": {"figure": {"caption": text}}}, "outputs": outputs}


@pytest.mark.parametrize(
    "cells, fault",
    [
        ([captioned("One.", picture("A.")), captioned("Two.", error(), picture("A."))], ""),
        ([captioned("", picture("A."))], "with the caption ''"),
        ([{"metadata": {}, "outputs": [picture("A.")]}], "with the caption ''"),
        ([captioned("One of `two`.", picture("A."))], "with the caption 'One of `two`.'"),
        ([captioned("One", picture("A."))], "with the caption 'One'"),
        ([captioned("One.", html("1"))], "a caption of nothing"),
        ([captioned("One.", picture("A."), picture("B."))], "one caption for 2"),
        ([captioned("One " * 14 + "one.", picture("A."))], "15 words"),
        ([captioned("One.", picture("A.")), captioned("One.", picture("B."))], "a caption of 2 drawings"),
    ],
)
def test_a_bad_caption_is_found_out(cells, fault):
    found = faults_of_captions(cells)
    assert all(fault in said for said in found) and bool(found) == bool(fault), found


ANSWER = {
    "cell_type": "code",
    "source": "# Answer\n3 * 7",
    "metadata": {"tags": ["hide-cell"]},
    "outputs": [{"output_type": "execute_result", "data": {"text/plain": "21"}}],
}


@pytest.mark.parametrize(
    "after, found",
    {
        "Twenty, and 21 with the last.": 1,
        "All 28 are used.": 0,
        "## 21 windows": 0,
        "Next, three.\n\nThese are 21.": 0,
    }.items(),
)
def test_an_answer_in_sight_is_found_out(after, found):
    question, text = (
        {"cell_type": "markdown", "metadata": {}, "source": source}
        for source in ("**Predict** how many windows 3 by 7 are, of 28.", after)
    )
    last = text | {"source": "The end."}
    assert len(given_away({"cells": [question, ANSWER, text, last]})) == found
    words = text | {"metadata": {"tags": ["hide-cell"]}}
    assert given_away({"cells": [question, ANSWER, words, last]}) == []


@pytest.mark.slow
def test_what_is_not_stored_is_run_and_emptied(tmp_path):
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL})
    for tags in ([], ["not-stored"], []):
        notebook.cells.append(nbformat.v4.new_code_cell("n = globals().get('n', 0) + 1\nprint(n)"))
        notebook.cells[-1].metadata["tags"] = tags
    path = tmp_path / "chapter.ipynb"
    nbformat.write(notebook, path)
    config = BOOK / "_tools" / "nbconvert_config.py"
    command = [sys.executable, "-m", "nbconvert", "--log-level=ERROR", "--config", config, path]
    subprocess.run(command, check=True)
    cells = nbformat.read(path, as_version=4).cells
    assert [[output.text for output in cell.outputs] for cell in cells] == [["1\n"], [], ["3\n"]]
    assert [cell.execution_count for cell in cells] == [1, 2, 3]
