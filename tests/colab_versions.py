"""Compares `tests/colab.txt`, what the copy of Colab's environment holds, with what Colab publishes.

`make colab-versions` prints a sentence for each difference. Another list in the form of `pip freeze`, a file
or an address, can be named in place of the published one.
"""

import sys
from pathlib import Path
from urllib.request import urlopen

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

PUBLISHED = "https://raw.githubusercontent.com/googlecolab/backend-info/main/pip-freeze.txt"
COPY = Path(__file__).with_name("colab.txt")


def packages(text: str) -> dict[str, Requirement]:
    """The packages of a list of requirements, or of what `pip freeze` prints, by their normal names."""
    lines = [line.strip() for line in text.splitlines()]
    listed = [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]
    # The smaller build of TensorFlow stands for the one on Colab.
    return {canonicalize_name(package.name).removesuffix("-cpu"): package for package in listed}


def differences(copy: str, published: str) -> list[str]:
    """A sentence for each package of the copy that Colab does not have in that version."""
    there, found = packages(published), []
    for name, asked in packages(copy).items():
        if not asked.specifier:
            continue
        if not (has := there.get(name)):
            found.append(f"Colab has no {name}, the copy has {asked.specifier}.")
        elif has.url:
            found.append(f"Colab has {name} from {has.url}, the copy has {asked.specifier}.")
        elif not asked.specifier.contains(version := str(has.specifier).removeprefix("==")):
            found.append(f"Colab has {name} {version}, the copy has {asked.specifier}.")
    return found


def read(source: str) -> str:
    """The text of a file, or of a page."""
    if source.startswith(("https://", "http://")):
        with urlopen(source, timeout=60) as page:
            return page.read().decode()
    return Path(source).read_text(encoding="utf-8")


def main(source: str = PUBLISHED) -> int:
    """Prints the differences; 1 where there are any, or where the list cannot be read."""
    try:
        published = read(source)
        if not packages(published):
            raise ValueError("it lists no package")
        found = differences(COPY.read_text(encoding="utf-8"), published)
    except (OSError, ValueError) as error:  # an InvalidRequirement is a ValueError
        reason = "it is no list of packages" if isinstance(error, InvalidRequirement) else error
        found = [f"{source} cannot be compared: {reason}."]
    print(*found or [f"The copy of Colab's environment has what {source} lists."], sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
