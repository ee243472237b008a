"""The code of one layer in several frameworks, side by side and coloured."""

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from convarith._validate import as_tuple, check_choice
from convarith.code.jax import in_jax
from convarith.code.keras import in_keras
from convarith.code.onnx import in_onnx
from convarith.code.pytorch import in_pytorch
from convarith.layers import AnyLayer

_WRITERS: dict[str, Callable[[AnyLayer], str]] = {
    "Keras": in_keras,
    "PyTorch": in_pytorch,
    "ONNX": in_onnx,
    "JAX": in_jax,
}


def in_frameworks(
    layer: AnyLayer, frameworks: Sequence[str] = ("Keras", "PyTorch", "ONNX", "JAX")
) -> "Texts":
    """The layer as source code for several frameworks; a notebook shows them side by side and coloured.

    Arguments:
        layer: a `Conv`, `SeparableConv`, `TransposedConv`, `Pool`, `AdaptivePool` or `Dense`.
        frameworks: their names, in the order in which they are shown.

    Returns an object to be shown; `print` writes the same texts one below the other.

    Raises TypeError for what is not a layer, ValueError when there is no such framework.

    Source: `in_keras`, `in_pytorch`, `in_onnx` and `in_jax`, whose texts these are.

    >>> from convarith import Conv
    >>> in_frameworks(Conv(size=(28, 28), channels=3, filters=8, kernel=3), ["Keras", "PyTorch"])
    Keras
    # (batch, 28, 28, 3) to (batch, 26, 26, 8)
    layer = keras.layers.Conv2D(8, 3)
    # weights: kernel (3, 3, 3, 8), bias (8,)
    <BLANKLINE>
    PyTorch
    # (batch, 3, 28, 28) to (batch, 8, 26, 26)
    layer = nn.Conv2d(3, 8, 3)
    # layer.weight: kernel.transpose(3, 2, 0, 1); layer.bias: bias
    """
    names = as_tuple("frameworks", frameworks, f"names among {', '.join(_WRITERS)}")
    if not names:
        raise ValueError(f"frameworks must name at least one of {', '.join(_WRITERS)}")
    for name in names:
        check_choice("every framework", name, _WRITERS)
    if not isinstance(layer, AnyLayer):
        raise TypeError(f"in_frameworks takes a layer such as Conv or Pool, but was given {layer!r}")
    return Texts({name: _WRITERS[name](layer) for name in names})


class Texts:
    """Texts of code by the framework that they are for: to be printed, or shown side by side."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def __repr__(self) -> str:
        return "\n\n".join(f"{name}\n{text}" for name, text in self.texts.items())

    def _repr_html_(self) -> str:
        """Two texts in a row where there is room, each below its name and beside no sliding bar."""
        cells = [_cell(name, _read(text)) for name, text in self.texts.items()]
        rows = ["".join(cells[at : at + 2]) for at in range(0, len(cells), 2)]
        table = "".join(f"<tr>{row}</tr>" for row in rows)
        return (
            f"<style>{_STYLE}</style>"
            f"<div class='convarith-code'><table role='presentation'>{table}</table></div>"
        )


class _Parts(NamedTuple):
    """What a text says before its code, the code, and what it says after it."""

    notes: list[str]
    code: list[str]
    weights: list[str]


def _read(text: str) -> _Parts:
    lines = text.splitlines()
    code = [number for number, line in enumerate(lines) if not line.startswith("#")]
    first, last = (code[0], code[-1] + 1) if code else (len(lines), len(lines))
    said = [line.removeprefix("# ") for line in lines]
    return _Parts(said[:first], lines[first:last], said[last:])


def _cell(name: str, parts: _Parts) -> str:
    notes = "".join(f"<p>{escape(note)}</p>" for note in parts.notes)
    lines = "".join(f"<span class='line'>{_coloured(line)}\n</span>" for line in parts.code)
    code = f"<div><div class='highlight'><pre>{lines}</pre></div></div>" if lines else ""
    weights = "".join(f"<p>{escape(line)}</p>" for line in parts.weights)
    return f"<td><strong>{name}</strong>{notes}{code}{weights}</td>"


# What is coloured in emitted code, under the short names that Pygments, and so every page, has for it.
_COLOURED = re.compile(r'(?P<s2>"[^"]*")|(?P<mi>\b\d[\d.]*\b)|(?P<kc>\b(?:True|False|None)\b)')


def _coloured(line: str) -> str:
    """A line of code as HTML."""
    found, at = "", 0
    for piece in _COLOURED.finditer(line):
        found += (
            f"{escape(line[at : piece.start()])}<span class='{piece.lastgroup}'>{escape(piece[0])}</span>"
        )
        at = piece.end()
    return found + escape(line[at:])


# A long line goes on, indented. Pages have rules of their own for tables and for outputs: hence the emphasis.
_STYLE = """
.convarith-code { container-type: inline-size; margin: 0.5rem 0; --string: #00622f; --number: #7f4707; }
html[data-theme=dark] .convarith-code, html[theme=dark] .convarith-code,
body[data-jp-theme-light=false] .convarith-code { --string: #abe338; --number: #ffd900; }
.convarith-code table { width: 100%; border-collapse: collapse; margin: 0; }
.convarith-code tr { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 0.8rem; }
.convarith-code :is(tr, td) { background: none !important; border: 0; color: inherit; }
.convarith-code td { display: block; text-align: left; white-space: normal; padding: 0 0 0.6rem; }
.convarith-code td p { font-size: 0.8rem; line-height: 1.35; margin: 0.15rem 0; overflow-wrap: anywhere; }
.convarith-code pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.75rem; line-height: 1.45;
  margin: 0.3rem 0; padding: 0.5rem 0.6rem; }
.convarith-code .line { display: block; padding-left: 2ch; text-indent: -2ch; }
.convarith-code .highlight .s2 { color: var(--string) !important; }
.convarith-code .highlight :is(.mi, .kc) { color: var(--number) !important; }
@container (max-width: 34rem) { .convarith-code tr { grid-template-columns: minmax(0, 1fr); } }
""".replace("\n", " ").strip()
