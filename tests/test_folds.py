"""What pages fold away, and their drawings on dark paper."""

import re

import folds
import nbformat
import pytest
from dark import on_dark_paper
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from convarith import Axis, draw_paths
from convarith._palette import DARK, LIGHT


@pytest.mark.parametrize(
    "source, what",
    {
        "draw_windows(axis)": "code",
        "axis = Axis(size=7, kernel=3)\nanimate(axis)": "code",
        "predict(axis)": "code",
        "explore(\n    axis,\n)": "code",
        "drawn(axis)": "",
        "draw = 3\ndraw": "",
        "assert axis.output == 3": "check",
        "for i in range(3):\n    assert i < 3\nprint(3, 'agree')": "check",
        "assert axis.output == 3\naxis.output": "",
        "print(axis.output)": "",
        "axis.output": "",
        "%pip install x": "",
        "": "",
    }.items(),
)
def test_drawings_and_checks_fold_their_code(source, what):
    cell = new_code_cell(source)
    assert folds.folded(cell) == what
    for tag in ("hide-input", "hide-cell", "raises-exception"):
        assert folds.folded(new_code_cell(source, metadata={"tags": [tag]})) == ""
    assert folds.folded(new_markdown_cell(source)) == ""


@pytest.mark.parametrize("what", ["code", "check"])
def test_a_long_cell_says_itself_that_it_folds(what):
    cell = new_code_cell("x = 1", metadata={"tags": ["hide-input", f"folded-{what}"]})
    assert folds.folded(cell) == what
    assert page(cell) == [("code", ["hide-input", f"folded-{what}"], "x = 1")], "and only once"


def page(*cells):
    """The cells of a page, each as its kind, its tags and its text."""
    read = folds.read(nbformat.writes(new_notebook(cells=list(cells))))
    return [(cell.cell_type, cell.metadata.get("tags", []), cell.source) for cell in read.cells]


def hidden(make, source, tag="hide-cell"):
    return make(source, metadata={"tags": [tag]})


def test_an_answer_is_one_fold_with_its_words():
    cells = page(
        new_markdown_cell("How many?"),
        hidden(new_code_cell, "# Answer\ndraw_windows(axis)"),
        hidden(new_markdown_cell, "Three."),
        hidden(new_code_cell, "# Solution\naxis.output"),
        new_markdown_cell("On."),
    )
    texts = [text for _, _, text in cells]
    assert [text.count("Show the answer") for text in texts] == [0, 1, 0, 0, 0, 0, 0, 0, 0]
    assert texts[2:4] == ["# Answer\ndraw_windows(axis)", "Three."]
    assert "Show the solution" in texts[5] and texts[8] == "On."
    assert "".join(texts).count("<details") == "".join(texts).count("</details>") == 2
    assert all(tags == [] for _, tags, _ in cells), "no fold within the fold"


def test_of_a_solution_the_words_come_first():
    cells = page(
        new_markdown_cell("How many?"),
        hidden(new_code_cell, "# Solution\naxis.output"),
        hidden(new_markdown_cell, "Three: two steps and one."),
        new_markdown_cell("And now?"),
        hidden(new_code_cell, "# Answer\naxis.unused"),
        hidden(new_markdown_cell, "None."),
    )
    texts = [text for _, _, text in cells if "details" not in text]
    assert texts[1:3] == ["Three: two steps and one.", "# Solution\naxis.output"]
    assert texts[4:] == ["# Answer\naxis.unused", "None."]
    assert "Show the solution" in cells[1][2]


def test_set_up_and_imports_are_one_fold():
    cells = page(
        new_markdown_cell("# Strides"),
        hidden(new_code_cell, "set_up = 1", "hide-input"),
        hidden(new_code_cell, "import math", "hide-input"),
        new_code_cell("assert math"),
    )
    assert [tags for _, tags, _ in cells] == [[], ["hide-input"], ["hide-input", "folded-check"]]
    assert cells[1][2] == "set_up = 1\n\n\nimport math"


def test_a_sheet_has_all_folded_code_once_at_its_end():
    cells = page(
        hidden(new_markdown_cell, "# Sheet", "code-last"),
        hidden(new_code_cell, "import math", "hide-input"),
        new_code_cell("draw_windows(axis)", outputs=[new_output("display_data")]),
        new_code_cell("assert math"),
        new_code_cell("print(1)"),
    )
    assert [text for _, _, text in cells[:-1]] == ["# Sheet", "draw_windows(axis)", "print(1)"]
    assert cells[1][1] == ["remove-input"]
    assert cells[-1][1:] == (["hide-input"], "import math\n\n\ndraw_windows(axis)\n\n\nassert math")


def drawing(*colours):
    paths = "".join(f'<path style="fill: {colour}; stroke: {colour}"/>' for colour in colours)
    return f"<svg>{paths}</svg>"


def test_a_drawing_has_the_colours_of_its_page():
    svg = on_dark_paper(drawing(*LIGHT.values()))
    assert svg.startswith(drawing(*LIGHT.values()).removesuffix("</svg>"))
    rules = re.findall(r'\[style\*="(fill|stroke): (#\w+)"\]\{(\w+):(#\w+)!important\}', svg)
    assert len(rules) == 2 * len(LIGHT)
    roles = {light: name for name, light in LIGHT.items()}
    assert all(kind == sets and dark == DARK[roles[light]] for kind, light, sets, dark in rules)
    assert "faint" in LIGHT and LIGHT["faint"] not in on_dark_paper(drawing("#ffffff"))


def test_shades_between_keep_their_white_paper():
    for svg in (drawing("#ffffff", "#9fbaca"), drawing("#123456")):
        assert on_dark_paper(svg) == svg


def test_a_map_of_paths_follows_its_page():
    svg = draw_paths([Axis(size=5, kernel=3)]).svg()
    for role in ("ink", "window", "current_edge"):
        assert f": {LIGHT[role]}" in svg and f":{DARK[role]}!important" in on_dark_paper(svg)
