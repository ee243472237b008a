"""The last steps of a built site: MathJax, icons and a preview picture in, ballast out."""

import re
import shutil
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from sphinx.application import Sphinx
from sphinx.util.fileutil import copy_asset

import gallery
from cover import preview

MATHJAX = Path(find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax"
# What the pages ask for, by `mathjax_path` and `mathjax3_config`; MathJax has 20 MB more.
MATHJAX_PARTS = (
    "startup.js",
    "core.js",
    "input/tex.js",
    "output/chtml.js",
    "output/chtml/fonts/tex.js",
    "output/chtml/fonts/woff-v2",
    "a11y/assistive-mml.js",
)
THEME = Path(find_spec("pydata_sphinx_theme").origin).parent / "theme" / "pydata_sphinx_theme" / "static"

# What the theme and its helpers ship and no page asks for.
BALLAST = (
    ".buildinfo",
    "_static/**/*.map",
    "_static/*webpack-macros.html",
    "_static/vendor",  # icon fonts, and a script of 1.5 MB that draws icons; icons.css has the few in use
    "_static/images/logo_[bdj]*",  # Binder, Deepnote, JupyterHub
    "_static/locales",
    "_static/file.png",
    "_static/minus.png",
    "_static/plus.png",
)
# Where pages of the first edition have gone.
MOVED = {
    "06_dilation": "07_dilation",
    "07_transposed_convolution": "08_transposed_convolution",
    "08_receptive_field": "06_receptive_field",
}
# The lines of a page that say what it is.
DESCRIBES = (
    r'<title>.*?</title>|<meta (?:property="og:|name="(?:description|twitter:))[^>]*>'
    r'|<link rel="canonical"[^>]*>'
)


def finish(app: Sphinx, error: Exception | None) -> None:
    """Adds what a finished site lacks, and takes away what nobody asks for."""
    if error is None and app.builder.format == "html":
        site = Path(app.outdir)
        for part in MATHJAX_PARTS:
            source, target = MATHJAX / part, site / "_static" / "mathjax" / part
            copy_asset(source, target if source.is_dir() else target.parent)
        for path in {path for pattern in BALLAST for path in site.glob(pattern)}:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        gallery.write(site)
        (site / "_static" / "preview.png").write_bytes(preview())
        pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
        (site / "_static" / "icons.css").write_text(icons("".join(pages.values())), encoding="utf-8")
        for path, page in pages.items():
            # A script in the head chooses the theme; where scripts do not run, it is light.
            path.write_text(page.replace(' data-theme="auto">', ' data-theme="light">', 1), encoding="utf-8")
        for old, new in MOVED.items() if app.builder.name == "html" else ():
            page = (site / "book" / f"{new}.html").read_text(encoding="utf-8")
            (site / "book" / f"{old}.html").write_text(door(f"{new}.html", page), encoding="utf-8")
        front = site / f"{app.config.root_doc}.html"
        if front.exists():
            page = front.read_text(encoding="utf-8")
            # The landing page has the title of the book, and does not need it twice.
            page = re.sub(r"<title>(.*?) &#8212; \1</title>", r"<title>\1</title>", page)
            front.write_text(page, encoding="utf-8")
            (site / "index.html").write_text(door(front.relative_to(site).as_posix(), page), encoding="utf-8")


def door(front: str, page: str) -> str:
    """A page that leads to another one, and says in its place what link previews ask."""
    kept = re.findall(DESCRIBES, page)
    title = re.search(r"<title>(.*?)(?: &#8212; .*?)?</title>", page)[1]
    kept.append('<link rel="icon" href="data:,">')  # none: the page is left before it could come
    lead = f'<meta http-equiv="refresh" content="0; url={front}">'
    link = f'<p><a href="{front}">{title}</a></p>'
    return "\n".join(
        ['<!doctype html>\n<html lang="en">\n<meta charset="utf-8">', *kept, lead, link, "</html>\n"]
    )


def icons(pages: str) -> str:
    """A style sheet with the icons that the pages use, out of all that the theme ships."""
    names = set(re.findall(r"<(?:i|span) class=\"[^\"]*\bfa-(?!solid|brands|lg)([a-z-]+)", pages))
    (script,) = THEME.glob("vendor/fontawesome/*/js/all.min.js")
    drawn = script.read_text(encoding="utf-8")
    rules = [
        "/* Icons of Font Awesome Free, https://fontawesome.com, CC BY 4.0. */",
        ":is(i, span):is(.fas, .fab, .fa-solid, .fa-brands) { display: inline-block; width: 1em; "
        "height: 1em; vertical-align: -0.125em; background: currentcolor; "
        "mask: var(--icon) center / contain no-repeat; }",
    ]
    for name in sorted(names):
        drawings = re.findall(rf'[,{{]"?{name}"?:\[(\d+),(\d+),\[[^\]]*\],"[0-9a-f]+","([^"]+)"\]', drawn)
        wide, high, path = drawings[-1]  # of several styles, the solid one comes last
        picture = (
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {wide} {high}'><path d='{path}'/></svg>"
        )
        address = "data:image/svg+xml," + quote(picture, safe="/:=' ")
        rules.append(f'.fa-{name} {{ --icon: url("{address}"); }}')
    return "\n".join(rules) + "\n"
