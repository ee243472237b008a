"""The gallery: what its page adds to its cells. A grid of cards, their kinds, and files to take away."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import nbformat
from convarith import Animation, TransposedAxis
from docutils import nodes
from sphinx.application import Sphinx

NOTEBOOK = Path(__file__).parents[1] / "gallery.ipynb"
FOLDER = "_static/gallery"
SUFFIXES = ("svg", "gif")
STRETCHED = "-stretched"  # ends the name of the second of two views


def animations() -> Iterator[tuple[str, Animation]]:
    """Each animation with the name of its section, as the page's addresses spell it."""
    names, heading = {}, ""
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type == "markdown" and cell.source.startswith("### "):
            heading = cell.source.split("\n")[0].removeprefix("### ")
        elif cell.cell_type == "code" and cell.source.startswith("animate("):
            animation = eval(cell.source, names)
            yield nodes.make_id(heading) + STRETCHED * animation.scene.stretched, animation
        elif "hide-input" in cell.metadata.get("tags", []):  # what the page imports
            exec(cell.source, names)


def kinds(animation: Animation) -> list[str]:
    """What the animation is an example of: the page filters by it."""
    axes = animation.scene.axes
    is_so = {
        "padding": any(axis.pad_low + axis.pad_high for axis in axes),
        "uneven-padding": any(axis.pad_low != axis.pad_high for axis in axes),
        "stride": any(axis.stride > 1 for axis in axes),
        "dilation": any(axis.dilation > 1 for axis in axes),
        "transposed": isinstance(axes[1], TransposedAxis),
        "pooling": animation.scene.kind.endswith("pooling"),
    }
    return [name for name, so in is_so.items() if so]


def write(site: Path) -> None:
    """Puts all files beside the built pages, with cells of the usual size, which the page has no room for."""
    folder = site / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, animation in animations():
        for suffix in SUFFIXES:
            Animation(animation.scene, None, 0.5, "auto").save(folder / f"{name}.{suffix}")


def arrange(app: Sphinx, document: nodes.document, page: str) -> None:
    """Makes a card of each section that has animations; where they are files as well, it links them."""
    if page != f"book/{NOTEBOOK.stem}":
        return
    shown = defaultdict(list)
    for name, animation in animations():
        shown[name.removesuffix(STRETCHED)].append((name, animation))
    up = "../" * page.count("/")
    for section in document.findall(nodes.section):
        here = shown.get(nodes.make_id(section.next_node(nodes.title).astext()))
        if not here:
            continue
        section["classes"] += ["gallery-card", *(f"kind-{kind}" for kind in kinds(here[0][1]))]
        if section.parent["classes"][-1:] != ["gallery"]:
            section.parent["classes"] += ["gallery"]
        if app.builder.name != "html":
            continue
        for cell in section.findall(
            lambda node: isinstance(node, nodes.container) and "cell" in node["classes"]
        ):
            cell.children.reverse()  # the picture first, then its code
        views = ("Download",) if len(here) == 1 else ("Stamps", "Stretched input")
        offers = []
        for view, (name, _) in zip(views, here, strict=True):
            links = (
                f'<a href="{up}{FOLDER}/{name}.{suffix}" download>{suffix.upper()}</a>' for suffix in SUFFIXES
            )
            offers.append(f"{view}: {', '.join(links)}")
        section += nodes.raw("", f"<p>{'. '.join(offers)}</p>", format="html")


def use_whole_width(app: Sphinx, page: str, template: str, context: dict, document: object) -> None:
    """Leaves out the contents beside the grid, and loads what filters it."""
    if page == f"book/{NOTEBOOK.stem}":
        context["meta"] = {**(context["meta"] or {}), "html_theme.sidebar_secondary.remove": "yes"}
        app.add_js_file("gallery.js", priority=900)
