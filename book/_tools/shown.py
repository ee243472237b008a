"""The directive `shown`: what a call of the library shows, in a page of text as in a chapter's output."""

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

import convarith


class ShownDirective(Directive):
    """`{shown} explore(size=7, kernel=3)`: the explorer, alive where scripts run, a picture where not."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        shown = eval(self.arguments[0], vars(convarith))  # the book's own text
        return [nodes.raw("", shown.html(), format="html")]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("shown", ShownDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
