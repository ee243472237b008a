"""HTML that docutils and Sphinx write otherwise: lists announced as such, lines and tables that fit."""

import re
from html import escape, unescape

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

CODE = re.compile(r"<pre>(.*?)</pre>", re.S)
LONG = 40  # letters of a line that may not fit into the column on a phone
PRINTED = ("myst-ansi", "text", "none")
COLUMNS = re.compile(r"\S {2,}\S")
FORMULA = re.compile(r"([(\[“‘]*)(<span class=\"math notranslate nohighlight\">[^<]*</span>)([^\s<]*)")
ROOM = 48  # letters that the columns of a table have on a phone
BESIDE = 22  # letters that a cell has there beside the name of its column


class Lists(HTML5Translator):
    """What axe finds wrong in HTML for bibliographies and signatures, put right while it is written.

    And long lines of code, each an element, so that they can go on indented where they are longer than the
    page is wide; tables whose cells say what column they are in; sizes such as 3 × 3 in one piece.
    """

    def visit_Text(self, node: nodes.Text) -> None:
        super().visit_Text(node)
        if not isinstance(node.parent, nodes.literal | nodes.literal_block):
            self.body[-1] = in_a_piece(self.body[-1])

    def visit_entry(self, node: nodes.entry) -> None:
        super().visit_entry(node)
        if node.get("head"):
            head = escape(node["head"])
            self.body[-1] = self.body[-1].replace("<td", f'<td data-head="{head}"', 1)

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
            long = 0 if isinstance(node.parent, addnodes.desc_content) else LONG
            said = node.astext() if node.get("language") in PRINTED else ""
            kind = ' class="columns"' if has_columns(said) else ""
            self.body[start:] = [
                CODE.sub(lambda code: f"<pre{kind}>{in_lines(code[1], long)}</pre>", part)
                for part in self.body[start:]
            ]


def in_lines(code: str, long: int = LONG) -> str:
    """Code as HTML in which each line of more letters is an element, which knows how far it is indented."""
    lines = code.splitlines(keepends=True)
    for number, line in enumerate(lines):
        text = unescape(re.sub(r"<[^>]*>", "", line)).rstrip()
        deep = len(text) - len(text.lstrip())
        if not long:
            lines[number] = f'<span class="line">{line}</span>'
        elif len(text) > long:
            lines[number] = f'<span class="line" style="--deep:{deep}ch">{line}</span>'
    return "".join(lines)


def has_columns(said: str) -> bool:
    """Whether printed lines stand in columns, which a line that wraps would break up.

    >>> has_columns("a  1.0\\nb 12.0"), has_columns("one line  and\\nanother line\\nand a third")
    (False, False)
    >>> has_columns("a   1.0\\nbc  2.0\\nall")
    True
    """
    lines = said.splitlines()
    aligned = sum(bool(COLUMNS.search(line)) for line in lines)
    return aligned >= 2 and 2 * aligned >= len(lines)


def in_a_piece(text: str) -> str:
    """Text in which no line ends before or after a sign of multiplication between numbers.

    >>> in_a_piece("3 × 3 of 2 · 2, 2 + 1")
    '3\\xa0×\\xa03 of 2\\xa0·\\xa02, 2 + 1'
    """
    return re.sub(r"(?<=\d) ([×·]) (?=\d)", "\u00a0\\1\u00a0", text)


def with_its_marks(body: str) -> str:
    """HTML in which a formula and the marks or letters that touch it stay on one line, which browsers part.

    >>> with_its_marks('(<span class="math notranslate nohighlight">s</span>), so')
    '<span class="kept">(<span class="math notranslate nohighlight">s</span>),</span> so'
    """

    def keep(found: re.Match[str]) -> str:
        return f'<span class="kept">{found[0]}</span>' if found[1] or found[3] else found[0]

    return FORMULA.sub(keep, body)


def keep_marks(app: Sphinx, page: str, template: str, context: dict, document: object) -> None:
    if "body" in context:
        context["body"] = with_its_marks(context["body"])


def name_cells(app: Sphinx, document: nodes.document, name: str) -> None:
    """Lets tables that are too wide for a phone be cards there: each cell knows the name of its column.

    Too wide are, too, those that quote whole lines, which columns would chop.
    """
    for table in document.findall(nodes.table):
        head, *rows = [row.children for row in table.findall(nodes.row)]
        quoted = [len(code.astext()) for code in table.findall(nodes.literal)]
        if table.next_node(nodes.thead) and max(room_of([head, *rows]), *quoted, 0) > ROOM:
            table["classes"].append("cards")
            for row in rows:
                for cell, above in zip(row[1:], head[1:], strict=False):
                    cell["head"] = above.astext()
                    cell["classes"] += ["long"] * (_longest_word(cell) > BESIDE)


def room_of(rows: list[list[nodes.entry]]) -> int:
    """How many letters wide a table is where each word has a line of its own."""
    return sum(2 + max(map(_longest_word, column)) for column in zip(*rows, strict=False))


def _longest_word(cell: nodes.entry) -> int:
    """The letters of the longest piece that has no space; a formula is one piece."""
    text, lengths = cell.astext(), []
    for formula in cell.findall(nodes.math):
        text = text.replace(formula.astext(), "")
        letters = re.sub(r"\\text\{(\w+)\}", r"\1", formula.astext())
        lengths.append(len(re.sub(r"[{}_^\s]", "", re.sub(r"\\\w+", "x", letters))))
    return max([*lengths, *map(len, text.split())], default=0)


def setup(app: Sphinx) -> dict[str, bool]:
    for builder in ("html", "singlehtml"):  # on top of which the theme puts its own
        app.set_translator(builder, Lists)
    app.connect("doctree-resolved", name_cells)
    app.connect("html-page-context", keep_marks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
