"""What the pages need beyond Jupyter Book: addresses, a version, descriptions; and text before scripts."""

import gc
import os
import tomllib
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from convarith import explorer, workbenches
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

import book_site
import gallery
import handouts
import repository

ROOT = Path(__file__).parents[2]


def address(app: Sphinx, config: Config) -> None:
    """Sets, from the one address in the configuration, where pages say they are; and their version."""
    url, _ = repository.stated()
    config.html_baseurl = config.html_baseurl or repository.published(url)
    config.ogp_site_url = config.html_baseurl
    config.ogp_image = config.html_baseurl + "_static/preview.png"
    config.notfound_urls_prefix = urlsplit(config.html_baseurl).path
    config.html_theme_options["extra_footer"] = (
        f'Version {version()}. Text and figures: <a href="https://creativecommons.org/licenses/by/4.0/">'
        f'CC BY 4.0</a>; code: <a href="{url}/blob/HEAD/LICENSE">MIT</a>.'
    )


def release(root: Path = ROOT) -> str:
    """The number of the version of the book."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def version(root: Path = ROOT) -> str:
    """The version of the book, with its commit where there is git."""
    commit = repository.git(root, "rev-parse", "--short=7", "HEAD")
    return f"{release(root)} ({commit})" if commit else release(root)


def describe_drawings(app: Sphinx, document: nodes.document) -> None:
    """Makes the description of a drawing, its plain text, its alt text as well."""
    for bundle in document.findall(nodes.container):
        if bundle.get("nb_element") == "mime_bundle":
            shown_as = {child.get("mime_type"): child for child in bundle.children}
            if {"image/svg+xml", "text/plain"} <= shown_as.keys():
                for image in shown_as["image/svg+xml"].findall(nodes.image):
                    image["alt"] = shown_as["text/plain"].astext().strip()


def description(document: nodes.document) -> str:
    """The question that a page asks, or the first thing that it says."""
    said = map(as_line, document.findall(nodes.paragraph))
    return next((line for line in said if line != "Open in Colab"), "")


def as_line(paragraph: nodes.paragraph) -> str:
    return " ".join(paragraph.astext().split())


def describe_page(app: Sphinx, page: str, template: str, context: dict, document: object) -> None:
    """Says in a page what it is about, to search engines and to link previews."""
    if document is None:
        return
    said = description(document)
    context["meta"] = {**(context["meta"] or {}), "og:description": said}
    context["metatags"] += f'\n<meta name="description" content="{escape(said)}" />'


def offer_downloads(app: Sphinx, page: str, template: str, context: dict, document: object) -> None:
    """Links, on a site that has them, the forms of the chapter and of the book that can be taken away."""
    if "BOOK_DOWNLOADS" not in os.environ or app.builder.name != "html":
        return
    downloads = f"{context['content_root']}downloads"
    chapter = Path(page).name
    menus = [button for button in context["header_buttons"] if button.get("label") == "download-buttons"]
    if menus and app.env.doc2path(page).endswith(".ipynb"):
        menus[0]["buttons"] += [
            {
                "type": "link",
                "label": label,
                "text": text,
                "tooltip": tooltip,
                "icon": icon,
                "url": f"{downloads}/{place}",
            }
            for label, text, tooltip, icon, place in (
                (
                    "download-student",
                    "Student",
                    "Without answers and outputs",
                    "fas fa-pencil",
                    f"student/{chapter}.ipynb",
                ),
                ("slides", "Slides", "To project", "fas fa-display", f"slides/{chapter}.html"),
                (
                    "download-script",
                    "Script",
                    "As a Python program",
                    "fas fa-code",
                    f"scripts/{chapter}.py",
                ),
            )
            if chapter[0].isdigit() or label != "slides"  # which only chapters have
        ]
    if chapter == "cheat_sheet":
        link = f'<a href="{downloads}/{handouts.SHEET}">This page as a PDF of one sheet, to print.</a>'
        context["body"] = context["body"].replace("</h1>", f'</h1>\n<p class="sheet-link">{link}</p>', 1)
    name, base = handouts.NAME, app.config.html_baseurl
    # In the folder that comes out of it, the archive itself is not there: its address is that of the site.
    context["theme_extra_footer"] += (
        f' Download the whole book <a href="{downloads}/{name}.pdf">as PDF</a> and '
        f'<a href="{base}downloads/{name}.zip">as a folder</a> to read without a network.'
    )


def write_scripts(app: Sphinx) -> None:
    """Puts script and style of the explorers and of the workbench where pages look for them."""
    folder = Path(app.outdir, "_static")
    folder.mkdir(parents=True, exist_ok=True)
    for name, package in {"explorer": explorer, "workbench": workbenches}.items():
        (folder / f"{name}.js").write_text(package.script(), encoding="utf-8")
        (folder / f"{name}.css").write_text(package.style(), encoding="utf-8")


def load_what_is_used(app: Sphinx, page: str, template: str, context: dict, document: object) -> None:
    """Loads the workbench, and what pauses animations, on the pages only that have them."""
    body = context.get("body", "")
    if 'class="convarith-animation"' in body:
        app.add_js_file("motion.js", priority=900)
    if 'class="convarith-workbench"' in body:
        app.add_js_file("workbench.js", priority=900)  # after that of the explorers
        app.add_css_file("workbench.css", priority=900)


def let_text_come_first(app: Sphinx, page: str, template: str, context: dict, document: object) -> None:
    """Makes every script wait until the page has been read; on paper, explorers are pictures."""
    paper, kept = app.builder.name == "singlehtml", []
    for script in context["script_files"]:
        name, attributes = str(script.filename), script.attributes
        # The theme writes the name of the page for a switch of versions, which this book does not have.
        if "DOCUMENTATION_OPTIONS.pagename" in attributes.get("body", ""):
            continue
        if paper and name.endswith(("explorer.js", "workbench.js", "motion.js", "gallery.js")):
            continue
        if name and page != "search":  # whose own script runs at once
            script = type(script)(name, priority=script.priority, **attributes | {"defer": "defer"})
        kept.append(script)
    context["script_files"] = kept


def setup(app: Sphinx) -> dict[str, bool]:
    gc.disable()  # Sphinx keeps what it reads; looking for garbage takes a fifth of a build
    app.connect("config-inited", address)
    app.connect("builder-inited", write_scripts)
    app.connect("html-page-context", load_what_is_used, priority=100)
    app.connect("html-page-context", gallery.use_whole_width, priority=110)  # after what pauses
    app.connect("doctree-read", describe_drawings)
    app.connect("doctree-resolved", gallery.arrange)
    app.connect("html-page-context", describe_page, priority=100)
    app.connect("html-page-context", offer_downloads, priority=900)
    app.connect("html-page-context", let_text_come_first, priority=900)
    app.connect("build-finished", book_site.finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
