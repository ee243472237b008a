"""Lists that screen readers announce as lists, where docutils and Sphinx write other HTML."""

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


class Lists(HTML5Translator):
    """What axe finds wrong in HTML for bibliographies and signatures, put right while it is written."""

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


def setup(app: Sphinx) -> dict[str, bool]:
    for builder in ("html", "singlehtml"):  # on top of which the theme puts its own
        app.set_translator(builder, Lists)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
