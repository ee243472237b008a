"""Docstrings as the library reference shows them, on top of Sphinx's autodoc and napoleon."""

import re

from sphinx.application import Sphinx

# "Arguments (whole numbers, counted in cells):", of which napoleon knows the first word only.
NOTED = re.compile(r"Arguments \((.+)\):$")
# Paragraphs that begin with what they tell, which is found faster when it is set in bold.
LEADS = re.compile(r"(Returns|Raises|Source:)(?= )")
# The formula under the first sentence: a symbol, and what it is.
FORMULA = re.compile(r"\(?\w+(?: - 1\)s \+ span)? (?:=|<=) ")


def shown(lines: list[str]) -> list[str]:
    """The lines of a docstring as reStructuredText that napoleon reads on.

    >>> shown(["Counts.", "", "o = i / s", "", "Arguments (in cells):", "    size: i.", "", "Source: me."])
    ... # doctest: +NORMALIZE_WHITESPACE
    ['Counts.', '', '.. rst-class:: formula', '', '    o = i / s', '', '*In cells.*', '', 'Arguments:',
     '    size: i.', '', '**Source:** me.']
    """
    made: list[str] = []
    margin = ""  # of a formula, which goes on to the end of its paragraph
    for number, line in enumerate(lines):
        begins = not number or not lines[number - 1]
        if begins:
            margin = "    " if number and FORMULA.match(line) else ""
            made += [".. rst-class:: formula", ""] if margin else []
        if note := NOTED.match(line):
            made += [f"*{note[1][0].upper()}{note[1][1:]}.*", "", "Arguments:"]
        elif begins:
            made.append(margin + LEADS.sub(r"**\1**", line, count=1))
        else:
            made.append(margin + line if line else line)
    return made


def show(app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    # In the first line of a property napoleon takes what stands before a colon for its type: an empty
    # comment has none.
    lines[:] = ["..", ""] * (what == "property") + shown(lines)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("autodoc-process-docstring", show, priority=100)  # napoleon comes after it
    return {"parallel_read_safe": True, "parallel_write_safe": True}
