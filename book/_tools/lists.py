"""HTML that docutils and Sphinx write otherwise: lists that are announced as such, code that wraps."""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

CODE = re.compile(r"<pre>(.*?)</pre>", re.S)


class Lists(HTML5Translator):
    """What axe finds wrong in HTML for bibliographies and signatures, put right while it is written.

    And the examples of the library reference, each line an element, so that it can go on indented where it
    is longer than the page is wide.
    """

    def visit_citation(self, node: nodes.citation) -> None:
        # ARIA has given up the role doc-biblioentry: in a list, entries are its items.
        super().visit_citation(node)
        self.body[-1] = self.body[-1].replace('role="doc-biblioentry"', 'role="listitem"')

    def visit_desc_parameterlist(self, node: addnodes.desc_parameterlist) -> None:
        self.context.append(len(self.body))
        super().visit_desc_parameterlist(node)

    def depart_desc_parameterlist(self, node: addnodes.desc_parameterlist) -> None:
        # Sphinx writes parameters, one a line, as descriptions of no term.
        super().depart_desc_parameterlist(node)
        start = self.context.pop()
        for old, new in (("<dl>", '<ul class="parameters">'), ("dd>", "li>"), ("</dl>", "</ul>")):
            self.body[start:] = [part.replace(old, new) for part in self.body[start:]]

    def visit_literal_block(self, node: nodes.literal_block) -> None:
        start = len(self.body)
        try:
            super().visit_literal_block(node)
        finally:  # Sphinx leaves it by an exception
            if isinstance(node.parent, addnodes.desc_content):
                self.body[start:] = [CODE.sub(_in_lines, part) for part in self.body[start:]]


def _in_lines(code: re.Match[str]) -> str:
    lines = code[1].splitlines(keepends=True)
    return "<pre>" + "".join(f'<span class="line">{line}</span>' for line in lines) + "</pre>"


def setup(app: Sphinx) -> dict[str, bool]:
    for builder in ("html", "singlehtml"):  # on top of which the theme puts its own
        app.set_translator(builder, Lists)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
