"""What a page folds away that a notebook shows: set-up, the code of drawings and of checks, and answers.

A page whose first cell has the tag `code-last`, as the cheat sheet has, folds all code at its end, once.

`read` reads a notebook for the pages, by `nb_custom_formats` in _config.yml. The notebook itself stays plain.
"""

import ast
import re
from itertools import groupby
from typing import Literal

import nbformat
from nbformat import NotebookNode

from dark import on_dark_paper

# The words of an answer have a fold of their own in a notebook, where no tag hides them.
IN_WORDS = re.compile(r"<details><summary>In words</summary>\n\n(.*)\n\n</details>", re.S)
# What shows something to look at or to use: its call says nothing that the picture does not.
SHOWN = re.compile(r"(draw|animate|explore|predict|workbench)(_\w+)?$")
FOLD = """<div class="cell container docutils answer">
<details class="admonition hide above-input">
<summary aria-label="Toggle hidden content">
<p class="collapsed admonition-title">Show the {kind}</p>
<p class="expanded admonition-title">Hide the {kind}</p>
</summary>"""


def read(text: str) -> NotebookNode:
    """A notebook as a page shows it."""
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        what = folded(cell)
        if what:
            _fold(cell, what)
        for output in cell.get("outputs", []):
            if "image/svg+xml" in output.get("data", {}):
                output.data["image/svg+xml"] = on_dark_paper(output.data["image/svg+xml"])
    if notebook.cells and "code-last" in _tags(notebook.cells[0]):
        notebook.cells = _code_last(notebook.cells)
    notebook.cells = _answers(_set_up(notebook.cells))
    return notebook


def folded(cell: NotebookNode) -> Literal["code", "check", ""]:
    """What a page folds of a cell: the code of a drawing, a check, or nothing.

    A cell that is too long to be seen in a notebook says so itself, by a tag.
    """
    tags = _tags(cell)
    if cell.cell_type != "code" or tags & {"hide-cell", "raises-exception"}:
        return ""
    if "hide-input" in tags:
        return "code" if "folded-code" in tags else "check" if "folded-check" in tags else ""
    try:
        body = ast.parse(cell.source).body
    except SyntaxError:  # a line for the shell
        return ""
    last = body[-1] if body else None
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        called = last.value.func
        if isinstance(called, ast.Name) and SHOWN.match(called.id):
            return "code"
    asserts = any(isinstance(node, ast.Assert) for statement in body for node in ast.walk(statement))
    return "check" if asserts and (_is_print(last) or not isinstance(last, ast.Expr)) else ""


def is_answer(cell: NotebookNode) -> bool:
    """Whether a cell is folded away because it gives something away: code, or words after it."""
    return "hide-cell" in _tags(cell)


def words_of(answer: str) -> str:
    """The words of an answer without the fold that they have in a notebook."""
    return IN_WORDS.sub(r"\1", answer)


def _code_last(cells: list[NotebookNode]) -> list[NotebookNode]:
    """The cells, those that are folded without their code; and after them one fold with the code of all."""
    kept, sources = [], []
    for cell in cells:
        if "hide-input" in _tags(cell):
            sources.append(cell.source)
            if not cell.outputs:
                continue
            cell.metadata["tags"] = ["remove-input"]
        kept.append(cell)
    last = nbformat.v4.new_code_cell("\n\n\n".join(sources), metadata={"tags": ["hide-input"]})
    last.metadata["mystnb"] = _prompts("code behind this page")
    return [*kept, last]


def _set_up(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Set-up and imports, which follow each other, as one cell."""
    kept: list[NotebookNode] = []
    for cell in cells:
        if kept and _tags(cell) == _tags(kept[-1]) == {"hide-input"} and not cell.outputs:
            kept[-1].source += f"\n\n\n{cell.source}"
            kept[-1].metadata["mystnb"] = _prompts("set-up")
        else:
            kept.append(cell)
    return kept


def _answers(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Each answer, code and words, in one fold. Of a solution the words come first: its code proves them."""
    kept: list[NotebookNode] = []
    for is_folded, group in groupby(cells, is_answer):
        together = list(group)
        if not is_folded:
            kept += together
            continue
        for answer in _apart(together):
            named = re.match(r"# (\w+)\n", answer[0].source)
            kind = named[1].lower() if named else "answer"
            if kind == "solution":
                answer.sort(key=lambda cell: cell.cell_type == "code")
            for cell in answer:
                cell.source = words_of(cell.source)
                cell.metadata.tags = [tag for tag in cell.metadata.tags if tag != "hide-cell"]
            kept += [_markdown(FOLD.format(kind=kind)), *answer, _markdown("</details>\n</div>")]
    return kept


def _apart(cells: list[NotebookNode]) -> list[list[NotebookNode]]:
    """Answers that follow each other: each begins with its own name, such as `# Answer`."""
    answers: list[list[NotebookNode]] = []
    for cell in cells:
        begins = cell.cell_type == "code" and re.match(r"# \w+$", cell.source.split("\n")[0])
        if begins or not answers:
            answers.append([])
        answers[-1].append(cell)
    return answers


def _fold(cell: NotebookNode, what: str) -> None:
    tags = dict.fromkeys([*cell.metadata.get("tags", []), "hide-input", f"folded-{what}"])
    cell.metadata["tags"] = list(tags)
    cell.metadata["mystnb"] = {**cell.metadata.get("mystnb", {}), **_prompts(what)}


def _prompts(what: str) -> dict[str, str]:
    return {"code_prompt_show": f"Show the {what}", "code_prompt_hide": f"Hide the {what}"}


def _markdown(source: str) -> NotebookNode:
    return nbformat.v4.new_markdown_cell(source)


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))


def _is_print(statement: ast.stmt | None) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Name)
        and statement.value.func.id == "print"
    )
