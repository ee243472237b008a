"""The animations of the gallery as files to take away: made from the page's own cells, linked below them."""

from collections.abc import Iterator
from pathlib import Path

import nbformat
from convarith import Animation
from docutils import nodes
from sphinx.application import Sphinx

NOTEBOOK = Path(__file__).parents[1] / "gallery.ipynb"
FOLDER = "_static/gallery"
SUFFIXES = ("svg", "gif")


def animations() -> Iterator[tuple[str, Animation]]:
    """Each animation with the name of its section, as the page's addresses spell it."""
    names, heading = {}, ""
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type == "markdown" and cell.source.startswith("### "):
            heading = cell.source.split("\n")[0].removeprefix("### ")
        elif cell.cell_type == "code" and cell.source.startswith("animate("):
            yield nodes.make_id(heading), eval(cell.source, names)
        elif "hide-input" in cell.metadata.get("tags", []):  # what the page imports
            exec(cell.source, names)


def write(site: Path) -> None:
    """Puts all files beside the built pages."""
    folder = site / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, animation in animations():
        for suffix in SUFFIXES:
            animation.save(folder / f"{name}.{suffix}")


def link(app: Sphinx, document: nodes.document, page: str) -> None:
    """Offers the files, below each animation of the gallery, on a site that has them."""
    if app.builder.name != "html" or page != f"book/{NOTEBOOK.stem}":
        return
    made = {name for name, _ in animations()}
    for section in document.findall(nodes.section):
        name = nodes.make_id(section.next_node(nodes.title).astext())
        if name in made:
            up = "../" * page.count("/")
            links = (
                f'<a href="{up}{FOLDER}/{name}.{suffix}" download>{suffix.upper()}</a>' for suffix in SUFFIXES
            )
            section += nodes.raw("", f"<p>Take it away: {', '.join(links)}</p>", format="html")
