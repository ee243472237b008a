"""`make book` where it is harder: a path with spaces, no git, sources that cannot be written."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from browsing import ROOT

SOURCES = (
    "Makefile",
    "README.md",
    "CITATION.cff",
    "LICENSE",
    "_config.yml",
    "_toc.yml",
    "pyproject.toml",
    "requirements.txt",
)


@pytest.fixture
def archive(tmp_path) -> Path:
    """The project as it comes out of an archive, in a folder with spaces and an accent in its name."""
    root = tmp_path / "my books" / "été 1"
    root.mkdir(parents=True)
    subprocess.run(["git", "-C", tmp_path, "init", "--quiet"], check=True)  # somebody else's, around it
    for name in SOURCES:
        shutil.copy(ROOT / name, root)
    for folder in ("book", "src"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    yield root
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o200)


def bound(*command: str) -> list[str]:
    """The command as somebody runs it who is bound by the modes of files, also where root runs the tests."""
    if os.geteuid() == 0 and shutil.which("setpriv"):
        return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all", *command]
    return list(command)


def make(root: Path, *targets: str) -> subprocess.CompletedProcess:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(bound("make", *targets), cwd=root, capture_output=True, text=True, env=environment)


def seal(root: Path) -> None:
    """Takes the right to write from everything but `_build` and `.venv`."""
    for path in [root, *root.rglob("*")]:
        inside = path.relative_to(root).parts[:1]
        if inside not in (("_build",), (".venv",)) and not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)


def test_the_book_is_built_from_an_archive_that_cannot_be_written(archive):
    for name in ("_build", ".venv"):
        (archive / name).mkdir()
    seal(archive)
    assert subprocess.run(bound("touch", str(archive / "probe")), capture_output=True).returncode
    done = make(archive, "book")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        done.stdout.splitlines()[-1] == f"The book is ready: {(archive / '_build/html/index.html').as_uri()}"
    )
    page = (archive / "_build" / "html" / "book" / "02_padding.html").read_text()
    assert re.search(r"Version \d+\.\d+\.\d+\. ", page), "the version, without a commit"
    assert "Last updated" not in page
    packages = {path.name for path in archive.glob(".venv/lib/*/site-packages/*")}
    assert "sphinx" in packages and not packages & {"keras", "tensorflow", "sklearn", "pytest"}, "it is light"
    # The next build begins by emptying the folder, into which files came that cannot be written.
    emptied = subprocess.run(bound("find", str(archive / "_build"), "-mindepth", "1", "-delete"))
    assert emptied.returncode == 0


def test_make_says_what_it_cannot_write(archive):
    seal(archive)
    done = make(archive, "book")
    assert done.returncode != 0
    assert "cannot be written" in done.stdout + done.stderr


def test_a_python_that_tensorflow_has_nothing_for_is_told_which_one_to_name(archive):
    """A .venv of Python 3.14, as far as `make` asks it."""
    python = archive / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "import sys; sys.version_info = (3, 14, 1)\n$2"\n'
    )
    python.chmod(0o755)
    done = make(archive, "--old-file=.venv/ready", ".venv/complete")
    assert done.returncode != 0
    assert "has 3.14" in done.stderr and "make PYTHON=python3.13" in done.stderr
    assert not (archive / ".venv" / "complete").exists()
