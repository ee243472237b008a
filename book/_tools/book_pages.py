"""What the pages need beyond Jupyter Book: alt texts of drawings, and MathJax."""

from importlib.util import find_spec
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.fileutil import copy_asset


def describe_drawings(app: Sphinx, document: nodes.document) -> None:
    """Makes the description of a drawing, its plain text, its alt text as well."""
    for bundle in document.findall(nodes.container):
        if bundle.get("nb_element") == "mime_bundle":
            shown_as = {child.get("mime_type"): child for child in bundle.children}
            if {"image/svg+xml", "text/plain"} <= shown_as.keys():
                for image in shown_as["image/svg+xml"].findall(nodes.image):
                    image["alt"] = shown_as["text/plain"].astext().strip()


def copy_mathjax(app: Sphinx, error: Exception | None) -> None:
    """Copies the one script and the fonts that pages load; MathJax has 20 MB more."""
    if error is None and app.builder.format == "html":
        package = Path(find_spec("sphinx-mathjax-offline").origin).parent
        for part in ("tex-chtml.js", "output/chtml/fonts/woff-v2"):
            source = package / "static" / "mathjax" / part
            target = Path(app.outdir, "_static", "mathjax", part)
            copy_asset(source, target if source.is_dir() else target.parent)


def setup(app: Sphinx) -> dict[str, bool]:
    app.config.mathjax_path = "mathjax/tex-chtml.js"
    app.connect("doctree-read", describe_drawings)
    app.connect("build-finished", copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
