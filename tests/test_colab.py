"""Chapters as Colab opens them: the notebook alone in an empty folder, Colab's versions, no `convarith`.

`make test` runs one chapter, `make test-colab` every one.
"""

import asyncio
import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import distributions
from pathlib import Path

import nbformat
import pytest
import repository
from browsing import ROOT
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient

CHAPTERS = sorted((ROOT / "book").glob("*.ipynb"))
OPENED = CHAPTERS if os.environ.get("COLAB") == "every chapter" else CHAPTERS[:1]
PYTHON = ROOT / ".venv" / "colab" / "bin" / "python"


def packages() -> dict[str, str]:
    """The packages of Colab's environment, with their versions."""
    (folder,) = PYTHON.parents[1].glob("lib/python*/site-packages")
    return {package.name: package.version for package in distributions(path=[str(folder)])}


@pytest.fixture
def installed() -> dict[str, str]:
    """The packages of Colab's environment, from which the library has been taken away."""
    assert PYTHON.exists(), "There is no copy of Colab's environment: run `make test-colab`."
    if "convarith" in packages():
        command = [PYTHON, "-m", "pip", "uninstall", "--quiet", "--yes", "convarith"]
        subprocess.run(command, capture_output=True, check=True)
    return packages()


@pytest.fixture
def online(tmp_path, monkeypatch) -> None:
    """Lets git find the library of this folder at the address of the repository."""
    source, branch = tmp_path / "repository", repository.stated()[1]
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        source.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__"))
    git = ["git", "-C", source, "-c", "user.name=x", "-c", "user.email=x", "-c", "commit.gpgsign=false"]
    for command in (
        ["init", "--quiet", f"--initial-branch={branch}"],
        ["add", "."],
        ["commit", "--quiet", "--message=x"],
    ):
        subprocess.run([*git, *command], check=True)
    redirect(monkeypatch, source.as_uri())


def redirect(monkeypatch, target: str) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.{target}.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", repository.stated()[0])


def run(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Runs all cells in Colab's environment, in a folder of their own."""
    manager = AsyncKernelManager(kernel_name="python3")
    manager.kernel_spec.argv[0] = str(PYTHON)
    folder.mkdir()
    client = NotebookClient(notebook, km=manager, timeout=600, resources={"metadata": {"path": str(folder)}})
    with ThreadPoolExecutor() as threads:  # where no browser of another test runs a loop already
        threads.submit(asyncio.run, client.async_execute()).result()


@pytest.mark.parametrize("chapter", OPENED, ids=lambda path: path.name)
def test_a_chapter_runs_on_colab(installed, online, tmp_path, chapter):
    notebook = nbformat.read(chapter, as_version=4)
    run(notebook, tmp_path / "empty")
    after = packages()
    assert after.pop("convarith"), "the library was not installed by the chapter"
    assert after == installed, "the chapter changed what Colab has"
    shown = [cell for cell in notebook.cells if re.search(r"^(\w+ = )?explore(_stack)?\(", cell.source, re.M)]
    stored = chapter.read_text(encoding="utf-8")
    assert len(shown) == stored.count('class=\\"convarith-explorer\\"')  # there are chapters without one
    for cell in shown:
        assert "application/vnd.jupyter.widget-view+json" in cell.outputs[0].data


def test_the_set_up_says_what_is_wrong_when_the_library_cannot_be_had(installed, monkeypatch, tmp_path):
    redirect(monkeypatch, (tmp_path / "nowhere").as_uri())
    code = repository.set_up(*repository.stated())
    done = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    said = done.stderr.split("ImportError: ")[1]
    assert said.startswith(
        "The library of this book, convarith, cannot be fetched from git+https://github.com/"
    )
    assert len(said.splitlines()) == 1
    assert "git clone" in done.stdout  # what pip said, in full


def test_colab_is_told_who_manages_the_sliders(installed):
    # Colab's own module, as far as anywidget looks at it.
    code = """if True:
        import sys, types
        colab = types.ModuleType("google.colab.output")
        colab._widgets = types.SimpleNamespace(_installed_url=None)
        def enable():
            colab._widgets._installed_url = "manager.js"
        colab.enable_custom_widget_manager = enable
        sys.modules["google.colab.output"] = colab
        import ipywidgets, anywidget
        from convarith import Axis, explore, predict
        for shown in (explore(size=8, kernel=3), predict(Axis(size=8, kernel=3))):
            data, metadata = shown._repr_mimebundle_()
            assert set(data) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
            view = metadata["application/vnd.jupyter.widget-view+json"]
            assert view == {"colab": {"custom_widget_manager": {"url": "manager.js"}}}
        explorer = explore(size=8, kernel=3)
        explorer.view.stride = 2
        print(ipywidgets.__version__, anywidget.__version__, repr(explorer), explorer.axis)
    """
    env = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "7.7.1 0.9.21 explore(size=8, kernel=3) Axis(size=8, kernel=3, stride=2)"
