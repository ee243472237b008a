"""What the landing page tells search engines, against the files that hold those facts."""

import json
import re
import tomllib

import nbformat
import pytest
import repository
import schema_org
import yaml
from browsing import ROOT, SITE

BASE = repository.published(repository.stated()[0])
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text())
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text())
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text())
CHAPTERS = [one["file"] for part in TOC["parts"] if part.get("numbered") for one in part["chapters"]]

pytestmark = pytest.mark.usefixtures("site")


def scripts(name: str) -> list[str]:
    page = (SITE / f"{name}.html").read_text(encoding="utf-8")
    return re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.split("</head>")[0], re.S)


@pytest.fixture(scope="module")
def book(site) -> dict:
    (script,) = scripts(TOC["root"])
    return json.loads(script)


def test_the_book_is_described_by_what_its_files_say(book):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert book["@context"] == "https://schema.org"
    assert book["@type"] == ["Book", "LearningResource"]
    assert book["name"] == CONFIG["title"] == CITATION["title"]
    assert book["url"] == f"{BASE}{TOC['root']}.html"
    assert book["description"] == CITATION["abstract"]
    assert [one["name"] for one in book["author"]] == [one["name"] for one in CITATION["authors"]]
    assert [re.search(r"/([^/]+)\.html$", url)[1] for url in book["license"]] == CITATION["license"]
    assert book["keywords"] == CITATION["keywords"]
    assert book["version"] == project["version"]
    assert book.get("datePublished") == (str(CITATION.get("date-released", "")) or None)
    assert book["inLanguage"] == CONFIG["sphinx"]["config"]["language"]
    assert book["isAccessibleForFree"] is True
    assert (SITE / book["image"].removeprefix(BASE)).is_file()


def test_its_parts_are_the_chapters_in_order(book):
    assert [part["position"] for part in book["hasPart"]] == list(range(1, len(CHAPTERS) + 1))
    for part, name in zip(book["hasPart"], CHAPTERS, strict=True):
        title, _, _, _, question, _, *aims = (
            nbformat.read(ROOT / f"{name}.ipynb", as_version=4).cells[0].source.split("\n")
        )
        assert part["@type"] == ["Chapter", "LearningResource"]
        assert (part["name"], part["description"]) == (title.removeprefix("# "), question.strip("*"))
        assert part["url"] == f"{BASE}{name}.html" and (SITE / f"{name}.html").is_file()
        plain = re.sub(r"\[([^]]+)\]\([^)]*\)|[*`]", r"\1", " ".join(aims))
        assert (
            f"Before you start: {part['competencyRequired']}. Afterwards {part['teaches']}.".replace("’", "'")
            == plain
        )


def test_it_stands_on_the_landing_page_alone():
    assert [scripts(name) for name in CHAPTERS] == [[]] * len(CHAPTERS)


def test_a_person_is_named_by_all_their_names():
    person = {"family-names": "Curie", "given-names": "Marie", "orcid": "https://orcid.org/0"}
    assert schema_org.author(person) == {"@type": "Person", "name": "Marie Curie"}
    assert schema_org.author({"name": "the authors"}) == {"@type": "Organization", "name": "the authors"}
