"""A release: one version everywhere, chapters that ask for its tag, and the way back to the branch."""

import re
import subprocess
import tomllib
from pathlib import Path

import nbformat
import pytest
import release
import repository
import yaml
from browsing import ROOT
from test_repository import URL, copied

import convarith

CHAPTERS = sorted((ROOT / "book").glob("0[12]_*.ipynb"))  # two stand for all
BRANCH, DAY = "main", "2031-02-03"
CHANGELOG = "# Changelog\n\n## Unreleased\n\n- A window.\n\n## 0.9.0 - 2030-01-01\n\n- An axis.\n"
FILES = ("_config.yml", "CHANGELOG.md", *repository.NAMED_IN, *(f"book/{path.name}" for path in CHAPTERS))


def texts(root: Path) -> dict[str, str]:
    return {name: (root / name).read_text(encoding="utf-8") for name in FILES}


def git(root: Path, *command: str) -> None:
    who = ["-c", "user.name=x", "-c", "user.email=x", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false"]
    subprocess.run(["git", "-C", root, *who, *command], check=True, capture_output=True)


@pytest.fixture
def clone(tmp_path) -> Path:
    """A clone on its branch, with something to release."""
    root = copied(tmp_path / "clone", CHAPTERS)
    texts = repository.addressed_files(root, URL, BRANCH)
    pyproject = root / "pyproject.toml"
    texts[pyproject] = re.sub(r"(?m)^version = .*", 'version = "0.9.0"', texts[pyproject])
    repository.write(texts)
    (root / "CHANGELOG.md").write_text(CHANGELOG)
    git(root, "init", "--quiet")
    commit(root)
    return root


def commit(root: Path) -> None:
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message=x")


def test_a_release_has_its_version_everywhere_and_its_chapters_ask_for_its_tag(clone):
    said = release.release(clone, "7.8.9", DAY)
    assert tomllib.loads((clone / "pyproject.toml").read_text())["project"]["version"] == "7.8.9"
    citation = yaml.safe_load((clone / "CITATION.cff").read_text())
    assert (citation["version"], citation["date-released"]) == ("7.8.9", DAY)
    assert (
        f"\n## Unreleased\n\n## 7.8.9 - {DAY}\n\n- A window.\n\n## " in (clone / "CHANGELOG.md").read_text()
    )
    assert repository.stated(clone / "_config.yml") == (URL, "v7.8.9")
    for path in CHAPTERS:
        notebook = nbformat.read(clone / "book" / path.name, as_version=4)
        assert f"/blob/v7.8.9/book/{path.name})" in notebook.cells[0].source
        assert f'    source = "git+{URL}@v7.8.9"\n' in notebook.cells[1].source
    for name in ("README.md", "book/index.md"):
        asked = re.findall(r"git\+([^\s`]+)", (clone / name).read_text())
        assert asked and set(asked) == {f"{URL}@v7.8.9"}
    assert 'git commit --all --message "Release 7.8.9" && git tag v7.8.9' in said
    assert f"make repository BRANCH={BRANCH} &&" in said


def test_the_way_back_leaves_version_date_and_changelog_only(clone):
    before = texts(clone)
    release.release(clone, "7.8.9", DAY)
    commit(clone)
    git(clone, "tag", "v7.8.9")
    repository.write(repository.addressed_files(clone, URL, BRANCH))
    after = texts(clone)
    changed = {name for name in FILES if before[name] != after[name]}
    assert changed == {"pyproject.toml", "CITATION.cff", "CHANGELOG.md"}
    for name in changed - {"CHANGELOG.md"}:
        lines = zip(before[name].splitlines(), after[name].splitlines(), strict=True)
        assert all(now.startswith(("version", "date-released")) for was, now in lines if was != now), name
    with pytest.raises(SystemExit, match=r"There is a tag v7\.8\.9 already"):
        release.release(clone, "7.8.9", DAY)


def spoil(name: str, was: str, now: str) -> object:
    """A change to a file that is committed."""

    def spoilt(root: Path) -> None:
        path = root / name
        text = path.read_text(encoding="utf-8")
        assert re.search(was, text)
        path.write_text(re.sub(was, now, text), encoding="utf-8")
        commit(root)

    return spoilt


@pytest.mark.parametrize(
    ("version", "spoilt", "says"),
    [
        ("", None, "A version is three numbers, such as 1.2.3, but VERSION is ''."),
        ("1.2", None, "A version is three numbers, such as 1.2.3, but VERSION is '1.2'."),
        ("v1.2.3", None, "A version is three numbers, such as 1.2.3, but VERSION is 'v1.2.3'."),
        ("1.2.3rc1", None, "A version is three numbers, such as 1.2.3, but VERSION is '1.2.3rc1'."),
        ("0.8.10", None, "0.8.10 comes before 0.9.0, which this is already."),
        ("1.2.3", lambda root: git(root, "tag", "v1.2.3"), "There is a tag v1.2.3 already."),
        (
            "1.2.3",
            lambda root: (root / "new").touch(),
            "There are changes that are not committed: commit them, or put them aside.",
        ),
        (
            "1.2.3",
            lambda root: (root / ".git").rename(root.parent / "git"),
            "A release is made in a clone, with git.",
        ),
        (
            "1.2.3",
            spoil("_config.yml", "branch: main", "branch: v0.1.0"),
            "The chapters ask for v0.1.0, not for a branch: `make repository BRANCH=main`.",
        ),
        (
            "1.2.3",
            spoil("CHANGELOG.md", "- A window.\n", ""),
            "CHANGELOG.md says nothing under Unreleased: what does 1.2.3 bring?",
        ),
        (
            "1.2.3",
            spoil("CHANGELOG.md", "## Unreleased", "## Next"),
            "CHANGELOG.md has no section Unreleased above those of versions.",
        ),
        (
            "1.2.3",
            spoil("CHANGELOG.md", r"\n## 0\.9\.0 ", "\n## 1.2.3 "),
            "CHANGELOG.md has entries for 1.2.3 in two places: move those under Unreleased.",
        ),
        (
            "1.2.3",
            spoil("CITATION.cff", "date-released: .*\n", ""),
            "CITATION.cff has 0 lines of the form 'date-released: .*', where one is needed.",
        ),
    ],
)
def test_what_cannot_be_a_release_is_refused_in_one_sentence_and_nothing_is_written(
    clone, version, spoilt, says
):
    if spoilt:
        spoilt(clone)
    before = texts(clone)
    with pytest.raises(SystemExit) as refused:
        release.release(clone, version, DAY)
    assert refused.value.code == says
    assert texts(clone) == before


def test_a_version_that_was_written_but_not_tagged_is_dated_anew():
    changelog = CHANGELOG.replace("\n- A window.\n", "")
    assert release.released(changelog, "0.9.0", DAY) == changelog.replace("2030-01-01", DAY)


def test_a_version_is_not_less_for_having_more_digits(clone):
    release.release(clone, "0.10.0", DAY)


def test_version_and_date_are_the_same_everywhere():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    newest = re.search(r"^## (\d\S+) - (\S+)$", (ROOT / "CHANGELOG.md").read_text(), re.M).groups()
    assert newest == (citation["version"], citation["date-released"])
    assert citation["version"] == version == convarith.__version__
