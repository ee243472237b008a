"""The book and its chapters as schema.org describes them, for search engines: data on the landing page.

Nothing is stated here: facts come from the citation, the configuration, the table of contents and the pages.
"""

import json
import re

import yaml
from docutils import nodes
from sphinx.application import Sphinx

from book_pages import ROOT, as_line, description, release

# What a chapter says under its question.
AIMS = re.compile(r"Before you start: (.+)\. Afterwards (.+)\.")


def describe_book(app: Sphinx, page: str, template: str, context: dict, document: object) -> None:
    """Puts the description of the book into its landing page."""
    if page == app.config.root_doc and app.builder.name == "html":
        # A browser looks for the end of the script before it looks at what is in it.
        said = json.dumps(book(app), ensure_ascii=False, indent=1).replace("<", "\\u003c")
        context["metatags"] += f'\n<script type="application/ld+json">\n{said}\n</script>'


def book(app: Sphinx) -> dict:
    """The whole book."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    return {
        "@context": "https://schema.org",
        "@type": ["Book", "LearningResource"],
        "@id": app.config.html_baseurl,
        "name": app.config.html_title,
        "url": address(app, app.config.root_doc),
        "image": app.config.ogp_image,
        "description": " ".join(citation["abstract"].split()),
        "keywords": citation["keywords"],
        "author": [author(one) for one in citation["authors"]],
        "version": release(),
        **({"datePublished": str(citation["date-released"])} if "date-released" in citation else {}),
        "inLanguage": app.config.language,
        "license": [f"https://spdx.org/licenses/{name}.html" for name in citation["license"]],
        "isAccessibleForFree": True,
        "bookFormat": "https://schema.org/EBook",
        "learningResourceType": "textbook",
        "hasPart": [chapter(app, page, place) for page, place in chapters(app)],
    }


def author(stated: dict) -> dict:
    """An author of the citation: a person has a family name, others have one name."""
    if "name" in stated:
        return {"@type": "Organization", "name": stated["name"]}
    names = (stated.get(part) for part in ("given-names", "name-particle", "family-names", "name-suffix"))
    return {"@type": "Person", "name": " ".join(name for name in names if name)}


def chapters(app: Sphinx) -> list[tuple[str, int]]:
    """The pages that have a number, and their numbers."""
    listed = app.env.toctree_includes[app.config.root_doc]
    return [(page, app.env.toc_secnumbers[page][""][0]) for page in listed if page in app.env.toc_secnumbers]


def chapter(app: Sphinx, page: str, place: int) -> dict:
    """A chapter: its question, what to know before it, and what one can do after it."""
    document = app.env.get_doctree(page)
    said = (AIMS.fullmatch(as_line(paragraph)) for paragraph in document.findall(nodes.paragraph))
    aims = next(filter(None, said), None)
    return {
        "@type": ["Chapter", "LearningResource"],
        "@id": address(app, page),
        "position": place,
        "name": app.env.titles[page].astext(),
        "url": address(app, page),
        "description": description(document),
        **({"competencyRequired": aims[1], "teaches": aims[2]} if aims else {}),
    }


def address(app: Sphinx, page: str) -> str:
    return app.config.html_baseurl + app.builder.get_target_uri(page)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", describe_book, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
