"""The directive `shown`: what a call of the library shows, in a page of text as in a chapter's output."""

import re

import convarith
from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

_CALLED = re.compile(r"\b[A-Za-z_]+(?=\()")


class ShownDirective(Directive):
    """`{shown} explore(size=7, kernel=3)`: the explorer, alive where scripts run, a picture where not."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        call = self.arguments[0]
        names = {name: getattr(convarith, name) for name in _CALLED.findall(call)}
        shown = eval(call, names)  # the book's own text
        return [nodes.raw("", shown.html(), format="html")]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("shown", ShownDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
