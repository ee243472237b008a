"""What readers and teachers take away: student notebooks, scripts, slides, the cheat sheet on one page; and
the book as PDF and as folder.

`python handouts.py student` (or scripts, slides, zip) puts them beside the built pages; so does
`print_book.py` with sheet and pdf.
"""

import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import nbformat
from nbconvert.exporters import PythonExporter
from nbformat import NotebookNode

import repository
from folds import is_answer, words_of
from slides import as_slides

BOOK = Path(__file__).parents[1]
TOOLS = BOOK / "_tools"
SITE = BOOK.parent / "_build" / "html"
DOWNLOADS = SITE / "downloads"
NAME = "convolution-arithmetic"
SHEET = "cheat-sheet.pdf"
REVEAL = Path(find_spec("sphinx_revealjs").origin).parent / "_static" / "revealjs"


def chapters() -> Iterator[tuple[str, NotebookNode]]:
    """Name and notebook of each chapter, whose file name begins with its number."""
    yield from ((name, notebook) for name, notebook in notebooks() if name[0].isdigit())


@cache
def _read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def notebooks() -> Iterator[tuple[str, NotebookNode]]:
    """Name and notebook of each page with cells, without the badge, which leads to the answers."""
    for path in sorted(BOOK.glob("*.ipynb")):
        notebook = deepcopy(_read(path))
        lines = notebook.cells[0].source.split("\n")
        notebook.cells[0].source = "\n".join(line for line in lines if not line.startswith(repository.BADGE))
        for cell in filter(is_answer, notebook.cells):
            cell.source = words_of(cell.source)
        yield path.stem, notebook


def as_student_notebook(notebook: NotebookNode) -> str:
    """The chapter without outputs, and with room for the reader's own answers in place of ours."""
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code" or not is_answer(cell)]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if is_answer(cell):
                kind = cell.source.split("\n")[0].removeprefix("# ").lower()
                cell.source, cell.metadata = f"# Your {kind}\n", NotebookNode()
    return nbformat.writes(notebook) + "\n"


def as_script(notebook: NotebookNode) -> str:
    """The chapter as a program, its text as comments."""
    return PythonExporter(exclude_input_prompt=True).from_notebook_node(notebook)[0]


def student() -> Path:
    return _written("student", ".ipynb", notebooks(), lambda name, notebook: as_student_notebook(notebook))


def scripts() -> Path:
    return _written("scripts", ".py", notebooks(), lambda name, notebook: as_script(notebook))


def slides() -> Path:
    def of(name: str, notebook: NotebookNode) -> str:
        return as_slides(notebook, notebook.cells[0].source.split("\n")[0].removeprefix("# "))

    folder = _written("slides", ".html", chapters(), of)
    shutil.copy(TOOLS / "slides.css", folder)
    for part in ("dist/reveal.css", "dist/reveal.js", "dist/theme/white.css"):
        target = folder / "reveal" / part
        target.parent.mkdir(parents=True, exist_ok=True)
        # The theme asks for a font of its own; the slides have the reader's.
        text = re.sub(r"@import url\(.*?\);", "", (REVEAL / part).read_text(encoding="utf-8"))
        target.write_text(text, encoding="utf-8")
    return folder


def archive() -> Path:
    """The whole built book as one file to unzip and read, without a copy of itself in it."""
    target = DOWNLOADS / f"{NAME}.zip"
    DOWNLOADS.mkdir(exist_ok=True)
    target.unlink(missing_ok=True)
    files = sorted(path for path in SITE.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in files:
            # A fixed date: equal files, equal bytes.
            entry = zipfile.ZipInfo(f"{NAME}/{path.relative_to(SITE).as_posix()}", (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(entry, path.read_bytes())
    return target


def _written(folder: str, ending: str, pages: Iterator[tuple[str, NotebookNode]], made: object) -> Path:
    target = DOWNLOADS / folder
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name, notebook in pages:
        (target / f"{name}{ending}").write_text(made(name, notebook), encoding="utf-8")
    return target


KINDS = {"student": student, "scripts": scripts, "slides": slides, "zip": archive}

if __name__ == "__main__":
    for kind in sys.argv[1:]:
        print(f"{kind}: {KINDS[kind]()}")
