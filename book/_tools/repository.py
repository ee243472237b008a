"""The address of the repository: it stands in `_config.yml`, and this puts it wherever readers meet it.

In every chapter the badge that opens it in Colab and the cell that fetches the library there; in the README
and the citation the address itself and that of the published book. `make repository URL=...` changes all.
"""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import yaml

ROOT = Path(__file__).parents[2]
GITHUB = re.compile(r"https://github\.com/([\w-]+)/([\w.-]+?)(?:\.git)?/?")
NAMED_IN = ("README.md", "CITATION.cff", "CONTRIBUTING.md", "book/index.md")

SET_UP = """\
# @title The library of this book, fetched where it is missing, as on Colab
import subprocess
import sys
from importlib.util import find_spec

if find_spec("convarith") is None:
    source = "git+{url}"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", source]
    said = subprocess.run(pip, capture_output=True, text=True)
    if said.returncode:
        print(said.stderr)
        raise ImportError(
            f"The library of this book, convarith, cannot be fetched from {{source}}: "
            "is there a network, and is the repository public?"
        )"""
SET_UP_METADATA = {
    "cellView": "form",  # folds it in Colab
    "jupyter": {"source_hidden": True},
    "mystnb": {
        "code_prompt_hide": "Hide the set-up",
        "code_prompt_show": "Show the set-up",
    },
    "tags": ["hide-input"],
}
BADGE = "[![Open in Colab](_static/colab.svg)]"


def stated(config: Path = ROOT / "_config.yml") -> tuple[str, str]:
    """Address and branch of the repository, as the configuration states them."""
    repository = yaml.safe_load(config.read_text(encoding="utf-8"))["repository"]
    return checked(repository["url"]), repository["branch"]


def checked(url: str) -> str:
    """The address, without an ending that git would allow as well.

    >>> checked("https://github.com/someone/a-book.git")
    'https://github.com/someone/a-book'
    """
    if not (match := GITHUB.fullmatch(url)):
        raise SystemExit(f"The address must look like https://github.com/OWNER/NAME, but is {url!r}.")
    return "https://github.com/{}/{}".format(*match.groups())


def published(url: str) -> str:
    """Where GitHub Pages publishes the book of a repository.

    >>> published("https://github.com/Someone/a-book")
    'https://someone.github.io/a-book/'
    >>> published("https://github.com/Someone/someone.github.io")
    'https://someone.github.io/'
    """
    owner, name = GITHUB.fullmatch(url).groups()
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def badge(url: str, branch: str, chapter: str) -> str:
    """The line of a chapter that opens it in Colab."""
    place = url.removeprefix("https://github.com/")
    return f"{BADGE}(https://colab.research.google.com/github/{place}/blob/{branch}/book/{chapter})"


def addressed(notebook: nbformat.NotebookNode, url: str, branch: str, chapter: str) -> nbformat.NotebookNode:
    """The chapter with its badge under the title and its set-up as the first cell of code."""
    title, *text = notebook.cells[0].source.split("\n")
    rest = "\n".join(line for line in text if not line.startswith(BADGE)).strip("\n")
    notebook.cells[0].source = f"{title}\n\n{badge(url, branch, chapter)}\n\n{rest}"
    source, first = SET_UP.format(url=url), notebook.cells[1]
    if first.source.splitlines()[:1] != SET_UP.splitlines()[:1]:
        first = nbformat.v4.new_code_cell(id="set-up")
        notebook.cells.insert(1, first)
    first.source, first.metadata = source, nbformat.from_dict(SET_UP_METADATA)
    return notebook


def write(root: Path, url: str, branch: str) -> None:
    """Writes the address everywhere; a file that has it already stays as it is."""
    for path in sorted((root / "book").glob("*.ipynb")):
        was = path.read_text(encoding="utf-8")
        notebook = addressed(nbformat.reads(was, as_version=4), url, branch, path.name)
        _replace(path, was, nbformat.writes(notebook) + "\n")
    config = root / "_config.yml"
    was = config.read_text(encoding="utf-8")
    _replace(config, was, re.sub(r"(?m)^(repository:\n  url: ).*", rf"\g<1>{url}", was))
    # The citation remembers which address was written last.
    old = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))["repository-code"]
    for path in (root / name for name in NAMED_IN):
        was = path.read_text(encoding="utf-8")
        _replace(path, was, was.replace(published(old), published(url)).replace(old, url))


def _replace(path: Path, was: str, now: str) -> None:
    if now != was:
        path.write_text(now, encoding="utf-8")


def origin(root: Path = ROOT) -> str | None:
    """The address of the repository that this clone came from, where it is on GitHub."""
    address = git(root, "remote", "get-url", "origin")
    written = re.sub(r"^(git@|ssh://git@|https://[^@/]+@)github\.com[:/]", "https://github.com/", address)
    return checked(written) if GITHUB.fullmatch(written) else None


def git(root: Path, *command: str) -> str:
    """What git answers about the clone in this folder; nothing where there is none, or only one around it."""
    try:
        top = _answer("git", "-C", str(root), "rev-parse", "--show-toplevel")
        return _answer("git", "-C", str(root), *command) if top and Path(top).samefile(root) else ""
    except FileNotFoundError:
        return ""


def _answer(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""


def warn_of_other_origin() -> None:
    """Says so when this clone came from another repository than the one its pages lead to."""
    url, found = stated()[0], origin()
    if found and found.lower() != url.lower():
        print(f"The pages lead to {url}, but this clone is from {found}: `make repository URL={found}`.")


if __name__ == "__main__":
    if sys.argv[1:] == ["--check-origin"]:
        warn_of_other_origin()
    else:
        url, branch = stated()
        write(ROOT, checked(sys.argv[1]) if sys.argv[1:] else url, branch)
