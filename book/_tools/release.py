"""A release: `make release VERSION=1.2.3` writes version and date everywhere, and its tag into the chapters.

The version stands in `pyproject.toml`, for people also in the citation and the changelog. In the commit that
the tag marks, `_config.yml` names that tag, so that badge and set-up of a chapter ask for what it was tested
with, for good; `make repository BRANCH=main` leads back.
"""

import re
import sys
import tomllib
from datetime import date
from pathlib import Path

import repository

NEXT = """\
Version {version} is written, and the chapters ask for {tag}. After `make test`:
  git commit --all --message "Release {version}" && git tag {tag}
  make repository BRANCH={branch} && git commit --all --message "Ask for {branch} again"
  git push origin {branch} {tag}"""


def files(root: Path, version: str, day: str) -> dict[Path, str]:
    """Every file that a release changes, as it then reads."""
    url, _ = repository.stated(root / "_config.yml")
    texts = repository.addressed_files(root, url, f"v{version}")
    for name, line, now in (
        ("pyproject.toml", r"version = .*", f'version = "{version}"'),
        ("CITATION.cff", r"version: .*", f"version: {version}"),
        ("CITATION.cff", r"date-released: .*", f'date-released: "{day}"'),
    ):
        texts[root / name], found = re.subn(f"(?m)^{line}$", now, texts[root / name])
        if found != 1:
            raise SystemExit(f"{name} has {found} lines of the form {line!r}, where one is needed.")
    changelog = root / "CHANGELOG.md"
    texts[changelog] = released(changelog.read_text(encoding="utf-8"), version, day)
    return texts


def released(changelog: str, version: str, day: str) -> str:
    """The changelog with what stood under Unreleased under the version; a version that was there is dated."""
    if not (parts := re.fullmatch(r"(.*\n## Unreleased\n)(.*?)(\n## .*)", changelog, re.S)):
        raise SystemExit("CHANGELOG.md has no section Unreleased above those of versions.")
    start, entries, older = parts.groups()
    section = f"\n## {version} - {day}\n"
    older, there = re.subn(rf"\n## {re.escape(version)} - .*\n", section, older)
    if there and entries.strip():
        raise SystemExit(
            f"CHANGELOG.md has entries for {version} in two places: move those under Unreleased."
        )
    if not there and not entries.strip():
        raise SystemExit(f"CHANGELOG.md says nothing under Unreleased: what does {version} bring?")
    return start + older if there else start + section + entries + older


def refuse(root: Path, version: str) -> None:
    """Ends with one sentence where this cannot become a release."""
    if not repository.TAG.fullmatch(f"v{version}"):
        raise SystemExit(f"A version is three numbers, such as 1.2.3, but VERSION is {version!r}.")
    pyproject = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    was = pyproject["project"]["version"]
    if [int(part) for part in version.split(".")] < [int(part) for part in was.split(".")]:
        raise SystemExit(f"{version} comes before {was}, which this is already.")
    branch = repository.stated(root / "_config.yml")[1]
    if repository.TAG.fullmatch(branch):
        raise SystemExit(f"The chapters ask for {branch}, not for a branch: `make repository BRANCH=main`.")
    if not repository.git(root, "rev-parse", "HEAD"):
        raise SystemExit("A release is made in a clone, with git.")
    if repository.git(root, "tag", "--list", f"v{version}"):
        raise SystemExit(f"There is a tag v{version} already.")
    if repository.git(root, "status", "--porcelain"):
        raise SystemExit("There are changes that are not committed: commit them, or put them aside.")


def release(root: Path, version: str, day: str) -> str:
    """Writes a release, all of it or nothing, and returns what comes next."""
    refuse(root, version)
    branch = repository.stated(root / "_config.yml")[1]
    repository.write(files(root, version, day))
    return NEXT.format(version=version, tag=f"v{version}", branch=branch)


if __name__ == "__main__":
    print(release(repository.ROOT, "".join(sys.argv[1:]), date.today().isoformat()))
