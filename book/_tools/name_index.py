"""The list of all names on top of the library reference, made from the entries below it."""

from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

PAGE, SECTION = "book/reference", "all-names"


def fill(app: Sphinx, document: nodes.document) -> None:
    """Puts each name of the page, with the first sentence of its entry, into the section that lists them."""
    if app.env.docname != PAGE:
        return
    sections = list(document.findall(nodes.section))
    target = next(section for section in sections if SECTION in section["ids"])
    for section in sections:
        entries = [entry for entry in section.children if isinstance(entry, addnodes.desc)]
        if entries:
            title = section.next_node(nodes.title).astext()
            room = nodes.reference("", title, internal=True, refid=section["ids"][0])
            target += nodes.paragraph("", "", room, classes=["room"])
            target += nodes.definition_list("", *lines(entries), classes=["all-names"])


def lines(entries: list[addnodes.desc]) -> Iterator[nodes.definition_list_item]:
    """Each name, which leads to its entry, and what it is."""
    for entry in entries:
        (signature, *_), (content,) = entry.findall(addnodes.desc_signature), entry.children[-1:]
        name = nodes.literal("", signature["fullname"])
        link = nodes.reference("", "", name, internal=True, refid=signature["ids"][0])
        said = content.next_node(nodes.paragraph).deepcopy()
        yield nodes.definition_list_item("", nodes.term("", "", link), nodes.definition("", said))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-read", fill, priority=400)  # before Sphinx collects what the page refers to
    return {"parallel_read_safe": True, "parallel_write_safe": True}
