"""The address of the repository: stated once, the same everywhere, changed by one command."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import nbformat
import pytest
import repository
from browsing import ROOT

URL, BRANCH = repository.stated()
CHAPTERS = sorted((ROOT / "book").glob("*.ipynb"))


def addresses_in(root: Path) -> dict[str, str]:
    """Every file that names the repository, with the text in which it does."""
    named = [root / name for name in ("_config.yml", *repository.NAMED_IN)]
    named += sorted((root / "book").glob("*.ipynb"))
    return {path.name: path.read_text(encoding="utf-8") for path in named}


def copied(root: Path, chapters: list[Path]) -> Path:
    """A new folder with the files that name the repository, and of the chapters these."""
    (root / "book").mkdir(parents=True)
    for name in ("_config.yml", *repository.NAMED_IN):
        shutil.copy(ROOT / name, root / name)
    for path in chapters:
        shutil.copy(path, root / "book")
    return root


@pytest.fixture
def copy(tmp_path) -> Path:
    return copied(tmp_path / "fork", CHAPTERS)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_badge_and_set_up_of_a_chapter_lead_to_the_stated_address(path):
    notebook = nbformat.read(path, as_version=4)
    assert repository.badge(URL, BRANCH, path.name) in notebook.cells[0].source.split("\n")
    set_up = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert set_up.source == repository.set_up(URL, BRANCH), "run `make repository`"
    assert set_up.metadata == repository.SET_UP_METADATA


def strange_addresses(text: str) -> set[str]:
    """The addresses of repositories and published books that are not ours."""
    named = re.findall(r"https://github\.com/[\w-]+/[\w.-]*\w|https://[\w-]+\.github\.io/[\w.-]*/?", text)
    return set(named) - {URL, repository.published(URL), "https://github.com/OWNER/NAME"}


@pytest.mark.parametrize("name", repository.NAMED_IN)
def test_every_other_file_names_the_stated_address_and_no_other(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert URL in text or repository.published(URL) in text
    assert strange_addresses(text) == set(), "run `make repository`, or mend it by hand"


def test_a_stale_address_is_found_out():
    stale = "see https://github.com/me/mine/issues and https://me.github.io/mine/x.pdf"
    assert strange_addresses(f"{URL} {stale}") == {"https://github.com/me/mine", "https://me.github.io/mine/"}


def test_writing_the_stated_address_again_changes_nothing(copy):
    before = addresses_in(copy)
    repository.write(repository.addressed_files(copy, URL, BRANCH))
    assert addresses_in(copy) == before, "run `make repository`"


def test_one_command_moves_everything_to_another_address(copy):
    before = addresses_in(copy)
    repository.write(repository.addressed_files(copy, "https://github.com/Someone/a-fork", BRANCH))
    after = addresses_in(copy)
    short = URL.removeprefix("https://github.com/")
    for name, text in after.items():
        assert short not in text and repository.published(URL) not in text, name
        assert text.count("omeone/a-fork") + text.count("someone.github.io/a-fork") >= 1, name
    assert repository.stated(copy / "_config.yml") == ("https://github.com/Someone/a-fork", BRANCH)
    repository.write(repository.addressed_files(copy, URL, BRANCH))
    assert addresses_in(copy) == before


def test_a_new_chapter_gets_its_badge_and_set_up():
    cells = [nbformat.v4.new_markdown_cell("# New\n\n**Why?**"), nbformat.v4.new_code_cell("1 + 1")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    once = repository.addressed(notebook, URL, BRANCH, "99_new.ipynb")
    assert once.cells[0].source == f"# New\n\n{repository.badge(URL, BRANCH, '99_new.ipynb')}\n\n**Why?**"
    assert [cell.source for cell in once.cells[1:]] == [repository.set_up(URL, BRANCH), "1 + 1"]
    stored = nbformat.writes(once)
    assert nbformat.writes(repository.addressed(once, URL, BRANCH, "99_new.ipynb")) == stored


@pytest.mark.parametrize(
    "url", ["https://github.com/a", "http://github.com/a/b", "a/b", "https://gitlab.com/a/b"]
)
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(SystemExit, match=r"must look like https://github\.com/OWNER/NAME, but is"):
        repository.checked(url)


def test_addresses_are_read_as_git_writes_them():
    assert repository.checked("https://github.com/someone/a.book.git/") == "https://github.com/someone/a.book"
    assert repository.published("https://github.com/Some-One/a.book") == "https://some-one.github.io/a.book/"
    assert repository.published("https://github.com/me/Me.github.io") == "https://me.github.io/"


@pytest.mark.parametrize(
    ("origin", "says"),
    [
        ("https://github.com/Someone/a-fork", "https://github.com/Someone/a-fork"),
        ("git@github.com:Someone/a-fork.git", "https://github.com/Someone/a-fork"),
        ("ssh://git@github.com/Someone/a-fork", "https://github.com/Someone/a-fork"),
        ("https://me:token@github.com/Someone/a-fork.git", "https://github.com/Someone/a-fork"),
        ("https://example.org/a-fork.git", None),
        ("/somewhere/on/disk", None),
    ],
)
def test_a_clone_of_another_repository_is_noticed(tmp_path, monkeypatch, capsys, origin, says):
    for command in (["init", "--quiet"], ["remote", "add", "origin", origin]):
        subprocess.run(["git", "-C", tmp_path, *command], check=True)
    assert repository.origin(tmp_path) == says
    monkeypatch.setattr(repository, "origin", lambda: says)
    repository.warn_of_other_origin()
    assert capsys.readouterr().out == (
        f"The pages lead to {URL}, but this clone is from {says}: `make repository URL={says}`.\n"
        if says
        else ""
    )


def test_a_repository_around_the_folder_is_not_its_own(tmp_path):
    for command in (["init", "--quiet"], ["remote", "add", "origin", "https://github.com/me/dotfiles"]):
        subprocess.run(["git", "-C", tmp_path, *command], check=True)
    inside = tmp_path / "book"
    inside.mkdir()
    assert repository.origin(tmp_path) == "https://github.com/me/dotfiles"
    assert repository.origin(inside) is None


def test_no_origin_is_no_fault(tmp_path, monkeypatch):
    assert repository.origin(tmp_path) is None
    monkeypatch.setenv("PATH", "")  # no git at all
    assert repository.origin(tmp_path) is None


def test_pictures_and_links_of_the_readme_lead_into_the_repository_from_elsewhere():
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    here = re.findall(r"(!?)\[[^]]*\]\((?!https://)([^)]+)\)", text)
    assert {bool(picture) for picture, _ in here} == {True, False}
    for change in pyproject["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]:
        text = re.sub(change["pattern"], change["replacement"], text)
    for picture, name in here:
        assert f"]({URL}/{'raw' if picture else 'blob'}/HEAD/{name})" in text
        assert (ROOT / name).exists(), name
    assert re.findall(r"\]\((?!https://)", text) == []


def test_a_branch_of_another_name_is_in_badges_and_settings_and_fetched_as_the_default(copy):
    repository.write(repository.addressed_files(copy, URL, "trunk"))
    assert repository.stated(copy / "_config.yml") == (URL, "trunk")
    notebook = nbformat.read(copy / "book" / CHAPTERS[0].name, as_version=4)
    assert "/blob/trunk/book/" in notebook.cells[0].source
    assert f'"git+{URL}"' in notebook.cells[1].source
