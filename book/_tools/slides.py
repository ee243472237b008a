"""A chapter as slides: one column for each section, one slide for each step, answers on request.

What goes on a slide is decided here, by how tall everything will be about; `book/_static/slides.js` then
sizes pictures, and if need be letters, until the slide is exactly full.
"""

import base64
import re
from collections.abc import Iterator
from functools import cache
from html import escape
from math import ceil
from pathlib import Path

from nbconvert.exporters import SlidesExporter
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output

from folds import folded, is_answer

TEMPLATES = Path(__file__).parent / "templates"

# Pixels of a slide of 1280 x 720: what it has room for; how far letters may shrink before it is split; lines.
ROOM, CROWDED = 610, 760
LINE, CODE_LINE, ROW, CAPTION = 37, 30, 42, 28
LETTERS = 88  # in a line of text or code
EXPLORER, QUESTION, PICTURE = 560, 130, 260


def as_slides(notebook: NotebookNode, title: str) -> str:
    """The chapter as a page of slides.

    What pages fold is not projected: of a picture or a check there is what it shows, without its code.
    """
    deal(notebook)
    notebook.metadata["title"] = title
    return slides_exporter().from_notebook_node(notebook)[0]


def deal(notebook: NotebookNode) -> None:
    """Puts what is projected in the place of the cells, each told on which slide it goes."""
    cells = [part for cell in notebook.cells if is_projected(cell) for part in _parts(cell)]
    notebook.cells = list(_dealt(cells))


def is_projected(cell: NotebookNode) -> bool:
    """Whether slides show a cell: neither set-up nor one whose result depends on who runs it."""
    tags = set(cell.metadata.get("tags", []))
    return "not-stored" not in tags and (folded(cell) != "" or "hide-input" not in tags)


@cache
def slides_exporter() -> SlidesExporter:
    exporter = SlidesExporter(
        template_name="slides",
        extra_template_basedirs=[str(TEMPLATES)],
        reveal_url_prefix="reveal",
        reveal_theme="white",
    )
    exporter.register_filter("clean_html", lambda html: html)  # no stranger wrote it: a third of the time
    return exporter


def _parts(cell: NotebookNode) -> Iterator[NotebookNode]:
    """What may go on slides of its own: text from heading to heading; code and its result, if long."""
    if cell.cell_type == "markdown":
        cell.source = re.sub(r"\]\((\w+)\.(?:ipynb|md)\b", _beside_slides, cell.source)
        texts = [text.strip() for text in re.split(r"(?m)^(?=##+ )", cell.source)]
        texts = [part for text in texts if text for part in _pages(text)]
        yield from (_copied(cell, number, source=text) for number, text in enumerate(texts))
        return
    cell.outputs = [_described(output, caption(cell)) for output in cell.outputs]
    if folded(cell):
        cell.metadata["transient"] = {"remove_source": True}
        if cell.outputs:
            yield cell
    elif cell.outputs and _height(cell) > CROWDED:
        alone = {**cell.metadata, "transient": {"remove_source": True}}
        yield _copied(cell, 0, outputs=[])
        size = ceil(len(cell.outputs) / ceil(sum(map(_height_of_output, cell.outputs)) / CROWDED))
        for number in range(0, len(cell.outputs), size):
            outputs = cell.outputs[number : number + size]
            yield _copied(cell, number + 1, outputs=outputs, metadata=NotebookNode(alone))
    else:
        yield cell


def _pages(text: str) -> Iterator[str]:
    """A text, cut between paragraphs or items of a list where it is too long for one slide."""
    page = ""
    for block in re.split(r"\n\n|\n(?=(?:- |\d+\. ))", text):
        longer = f"{page}\n\n{block}" if page else block
        if page and _height_of_text(longer) > CROWDED:
            yield page
            page = block
        else:
            page = longer
    yield page


def _dealt(cells: list[NotebookNode]) -> Iterator[NotebookNode]:
    """The cells, each told whether it begins a column, begins a slide, or goes on with one."""
    used, section = 0.0, ""
    for number, cell in enumerate(cells):
        height = _height(cell)
        after = cells[number + 1] if number + 1 < len(cells) else None
        heading = re.match(r"(##?) (.+)", cell.source) if cell.cell_type == "markdown" else None
        if heading:
            section = heading[2] if heading[1] == "##" else ""
            kind = "slide"
        elif cell.cell_type == "markdown" and not is_answer(cell):
            ends = after is None or (after.cell_type == "markdown" and not is_answer(after))
            new_thought = cell.source.startswith(("**", "#"))
            kind = "-" if ends and not new_thought and used + height <= ROOM else "subslide"
        else:
            line_more = 2 * CODE_LINE if folded(cell) == "check" else 0
            kind = "-" if used + height <= CROWDED + line_more else "subslide"
        begins = kind != "-"
        if kind == "subslide" and section:
            yield _running_title(section, number)
            used, kind = LINE + height, "-"
        else:
            used = height if kind in ("slide", "subslide") else used + height
        if is_answer(cell) and not begins:  # or its slide would be empty at first
            kind = "fragment"
        cell.metadata["slideshow"] = {"slide_type": kind}
        yield cell


def _running_title(section: str, number: int) -> NotebookNode:
    plain = re.sub(r"[`*]", "", section)
    cell = new_markdown_cell(f'<p class="section">{plain}</p>', id=f"section-{number}")
    cell.metadata["slideshow"] = {"slide_type": "subslide"}
    return cell


def _copied(cell: NotebookNode, number: int, **changes: object) -> NotebookNode:
    copy = NotebookNode({**cell, "metadata": NotebookNode(cell.metadata), "id": f"{cell.id}-{number}"})
    copy.update(changes)
    return copy


def caption(cell: dict) -> str:
    """What stands below the drawing of a cell; the pages read it where it is, by MyST-NB."""
    return cell["metadata"].get("mystnb", {}).get("figure", {}).get("caption", "")


def _described(output: NotebookNode, said: str) -> NotebookNode:
    """A drawing as a picture with its description and caption; anything else as it is."""
    svg = output.get("data", {}).get("image/svg+xml")
    if not svg:
        return output
    alt = escape("".join(output.data["text/plain"]))
    source = base64.b64encode(svg.encode()).decode()
    html = f'<img class="drawing" alt="{alt}" src="data:image/svg+xml;base64,{source}">'
    height = float(re.search(r'height="([\d.]+)pt', svg)[1]) * 4 / 3
    if said:
        html = f"<figure>{html}<figcaption>{escape(said)}</figcaption></figure>"
        height += CAPTION
    return new_output("display_data", {"text/html": html}, metadata={"height": height})


def _height(cell: NotebookNode) -> float:
    """About how tall a cell is on a slide, in pixels."""
    if cell.cell_type == "markdown":
        return _height_of_text(cell.source)
    shown = not cell.metadata.get("transient")
    source = len(cell.source.splitlines()) * CODE_LINE + 30 if shown else 0
    return source + sum(_height_of_output(output) for output in cell.outputs)


def _height_of_text(text: str) -> float:
    height = 0
    for block in re.split(r"\n\n|\n(?=(?:- |\d+\. ))", text):
        plain = re.sub(r"\]\(.*?\)|[*`$]|<.*?>|\\\w+", "", block)
        if block.startswith("|"):
            height += block.count("\n") * ROW
        elif block.startswith("$$"):
            height += 3 * LINE
        else:
            height += ceil(len(plain) / LETTERS) * (2 * LINE if block.startswith("#") else LINE) + 14
    return height


def _height_of_output(output: NotebookNode) -> float:
    html = "".join(output.get("data", {}).get("text/html", ""))
    if "convarith-explorer" in html:
        return EXPLORER
    if "convarith-question" in html:
        return QUESTION
    if "height" in output.get("metadata", {}):
        return min(max(output.metadata["height"], 100), ROOM * 0.8)
    if "<img" in html:
        return PICTURE
    if "<pre" in html:
        return (html.count("\n") + 1) * CODE_LINE
    if "<tr" in html:
        return html.count("<tr") * ROW
    text = output.get("text") or output.get("data", {}).get("text/plain", "")
    return sum(ceil(len(line) / LETTERS) or 1 for line in "".join(text).splitlines()) * CODE_LINE + 16


def _beside_slides(link: re.Match[str]) -> str:
    """Where a link leads from slides: from chapter to chapter; else to the page of the book."""
    return f"]({link[1]}.html" if link[1][0].isdigit() else f"](../../book/{link[1]}.html"
