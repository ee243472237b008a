"""The address of the repository: it stands in `_config.yml`, and this puts it wherever readers meet it.

In every chapter the badge that opens it in Colab and the cell that fetches the library there; in the README
and the citation the address itself and that of the published book. `make repository URL=...` changes all.
Beside the address stands the branch, or the tag of a release, which the chapters then ask for.
"""

import argparse
import re
import subprocess
from pathlib import Path

import nbformat
import yaml

ROOT = Path(__file__).parents[2]
GITHUB = re.compile(r"https://github\.com/([\w-]+)/([\w.-]+?)(?:\.git)?/?")
TAG = re.compile(r"v\d+\.\d+\.\d+")
NAMED_IN = (
    "README.md",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "pyproject.toml",
    "book/index.md",
    "book/teachers.md",
)

SET_UP = """\
# @title The library of this book, fetched where it is missing, as on Colab
import subprocess
import sys
from importlib.util import find_spec

if find_spec("convarith") is None:
    source = "{source}"
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
    """Address of the repository and branch, or tag, of this copy, as the configuration states them."""
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


def source(url: str, branch: str) -> str:
    """Where pip gets the library from: a release by its tag, else whatever the default branch has.

    >>> source("https://github.com/someone/a-book", "v1.2.3")
    'git+https://github.com/someone/a-book@v1.2.3'
    >>> source("https://github.com/someone/a-book", "main")
    'git+https://github.com/someone/a-book'
    """
    return f"git+{url}@{branch}" if TAG.fullmatch(branch) else f"git+{url}"


def set_up(url: str, branch: str) -> str:
    """The cell of a chapter that fetches the library where it is missing."""
    return SET_UP.format(source=source(url, branch))


def badge(url: str, branch: str, chapter: str) -> str:
    """The line of a chapter that opens it in Colab."""
    place = url.removeprefix("https://github.com/")
    return f"{BADGE}(https://colab.research.google.com/github/{place}/blob/{branch}/book/{chapter})"


def addressed(notebook: nbformat.NotebookNode, url: str, branch: str, chapter: str) -> nbformat.NotebookNode:
    """The chapter with its badge under the title and its set-up as the first cell of code."""
    title, *text = notebook.cells[0].source.split("\n")
    rest = "\n".join(line for line in text if not line.startswith(BADGE)).strip("\n")
    notebook.cells[0].source = f"{title}\n\n{badge(url, branch, chapter)}\n\n{rest}"
    first = notebook.cells[1]
    if first.source.splitlines()[:1] != SET_UP.splitlines()[:1]:
        first = nbformat.v4.new_code_cell(id="set-up")
        notebook.cells.insert(1, first)
    first.source, first.metadata = set_up(url, branch), nbformat.from_dict(SET_UP_METADATA)
    return notebook


def addressed_files(root: Path, url: str, branch: str) -> dict[Path, str]:
    """Every file that names the repository, as it reads with this address and branch."""
    texts = {}
    for path in sorted((root / "book").glob("*.ipynb")):
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        texts[path] = nbformat.writes(addressed(notebook, url, branch, path.name)) + "\n"
    config = root / "_config.yml"
    lines = rf"\g<1>{url}\g<2>{branch}"
    texts[config] = re.sub(
        r"(?m)^(repository:\n  url: ).*(\n  branch: ).*", lines, config.read_text(encoding="utf-8")
    )
    # The citation remembers which address was written last.
    old = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))["repository-code"]
    for path in (root / name for name in NAMED_IN):
        text = path.read_text(encoding="utf-8").replace(published(old), published(url))
        text = re.sub(rf"git\+{re.escape(old)}(@{TAG.pattern})?", source(url, branch), text)
        texts[path] = text.replace(old, url)
    return texts


def write(texts: dict[Path, str]) -> None:
    """Writes files; one that reads so already stays as it is."""
    for path, text in texts.items():
        if text != path.read_text(encoding="utf-8"):
            path.write_text(text, encoding="utf-8")


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


def main() -> None:
    """Writes the stated address and branch everywhere, or others that are given."""
    url, branch = stated()
    parser = argparse.ArgumentParser()
    parser.add_argument("url", nargs="?", default=url)
    parser.add_argument("--branch", default=branch)
    parser.add_argument("--check-origin", action="store_true")
    given = parser.parse_args()
    if given.check_origin:
        warn_of_other_origin()
    elif not re.fullmatch(r"\w[\w./-]*", given.branch):
        raise SystemExit(f"A branch has a name such as main, but BRANCH is {given.branch!r}.")
    else:
        write(addressed_files(ROOT, checked(given.url), given.branch))


if __name__ == "__main__":
    main()
