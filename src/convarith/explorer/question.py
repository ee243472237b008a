"""The self-check: a question that the reader answers before reading on."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cached_property
from html import escape
from math import isfinite
from numbers import Real

from convarith._text import plural
from convarith._validate import as_positive_int, check_choice, check_kind
from convarith.axis import Axis, TransposedAxis
from convarith.explorer.given import AnyAxis, Layer, State, axis_of, layers_of
from convarith.explorer.view import Shown, View

_UNKNOWN = {"kernel": "kernel", "stride": "stride", "padding": "padding on both sides"}
_HINTS = {
    "output": "Lay the first window at the low end: how far can it move, and in how many steps?",
    "kernel": "The windows take up some cells by moving. How many are left for the first window?",
    "stride": "How far is it from the first window to the last, and how many steps are there between them?",
    "padding": "From where to where would that many windows reach? Both sides share what is missing.",
    "transposed": "Each input cell writes a stamp as wide as the kernel, a stride after the one before it.",
}


class Question(Shown):
    """What `predict` returns: a question that the reader answers before reading on."""

    def __init__(self, asked: State) -> None:
        self._asked = asked

    def __repr__(self) -> str:
        return str(self._asked["text"])

    @cached_property
    def view(self) -> View:
        """What the script draws in a live notebook."""
        return View(question=json.dumps(self._asked))

    def html(self) -> str:
        """The question, for the script and for where there is none."""
        state = escape(json.dumps(self._asked))
        return f'<div class="convarith-question" data-state="{state}"><p>{escape(repr(self))}</p></div>'


def predict(
    what: Layer | Sequence[Layer] | float,
    *,
    find: str = "output",
    output: int | None = None,
    text: str | None = None,
    hint: str | None = None,
    why: str | None = None,
) -> Question:
    """Asks the reader for a number: a wrong answer brings a hint, the next one the solution.

    Arguments:
        what: the layer that the question is about: an `Axis`, `TransposedAxis`, `Conv`, `Pool` or
            `TransposedConv`, with rows and columns alike; or a list of them, a stack; or the answer
            itself, a number that the cell has computed.
        find: what is asked about layers: "output"; or, about one layer, "kernel", "stride" or "padding"
            (the same on both sides), with the rest as it is.
        output: the output size that the answer must lead to, where `find` is not "output".
        text: the question, in your own words; needed where `what` is a number.
        hint: what the first wrong answer brings, such as what to count; needed where `what` is a number.
        why: the count that leads to the number; needed where `what` is a number, and only there.

    Returns a `Question`; a notebook shows it with a field for the answer.

    Raises TypeError for what is neither a layer nor a number, and ValueError when `find` is none of these,
    no answer leads to `output`, a layer does not take what the one before it gives, or a number comes
    without its words.

    >>> predict(Axis(size=28, kernel=3, stride=2))
    28 cells, kernel 3, stride 2, padding (0, 0): how many outputs?
    >>> predict(Axis(size=28, kernel=3), find="padding", output=28)
    28 cells, kernel 3, stride 1: which padding on both sides gives 28 outputs?
    >>> predict(TransposedAxis(size=14, kernel=3), find="stride", output=29)
    Transposed, 14 cells, kernel 3, padding (0, 0): which stride gives 29 outputs?
    >>> axis = Axis(size=9, kernel=2, stride=4)
    >>> missed = axis.reads.count(0)
    >>> predict(missed, text="How many cells are skipped?", hint="See between.", why="2, 3, 6, 7, 8.")
    How many cells are skipped?
    """
    for name, words in {"text": text, "hint": hint, "why": why}.items():
        check_kind(name, words, str | None, "a text")
    if isinstance(what, Real) and not isinstance(what, bool):
        return _about_a_number(float(what), text, hint, why)
    if isinstance(what, int | float):
        raise TypeError(f"what must be a layer, a list of layers or a number, not {what!r}")
    axes = [axis_of(layer, "predict") for layer in layers_of(what, "predict")]
    check_choice("find", find, ("output", *_UNKNOWN))
    if why is not None:
        raise ValueError(f"why={why!r} goes with a number; layers explain themselves")
    answer = axes[-1].output
    if find == "output":
        if output is not None:
            raise ValueError(f"find='output' asks for the output, but {output!r} was given")
        wanted, asked = axes[-1].output, "how many outputs?"
    else:
        wanted = as_positive_int("output", output)
        asked = f"which {_UNKNOWN[find]} gives {plural(wanted, 'output')}?"
        if len(axes) > 1:
            raise ValueError(f"find={find!r} asks about one layer, but there are {len(axes)}")
        answers = (
            number for number in range(_limit(axes[0], wanted)) if _leads(axes[0], find, number, wanted)
        )
        answer = next(answers, -1)
        if answer < 0:
            raise ValueError(f"no {find} leads from {axes[0].size} to {wanted} with the rest of {axes[0]}")
    given = ", then ".join(_described(axis, find) for axis in axes)
    return Question(
        {
            "text": text or f"{given[0].upper()}{given[1:]}: {asked}",
            "hint": hint or _HINTS["transposed" if isinstance(axes[0], TransposedAxis) else find],
            "find": find,
            "axes": [
                {"operation": "conv" if isinstance(axis, Axis) else "transposed"} | asdict(axis)
                for axis in axes
            ],
            "output": wanted,
            "answer": answer,
        }
    )


def _about_a_number(answer: float, text: str | None, hint: str | None, why: str | None) -> Question:
    """A question whose answer and words are given."""
    if not (text and hint and why):
        raise ValueError(f"the answer {answer:g} needs text=, hint= and why=: no layer explains it")
    if not isfinite(answer) or answer < 0:
        raise ValueError(f"an answer must be a finite number of at least 0, but is {answer:g}")
    return Question({"text": text, "hint": hint, "find": "number", "answer": answer, "why": why})


def _described(axis: AnyAxis, find: str) -> str:
    """What the question tells of an axis."""
    parts = ["transposed"] * isinstance(axis, TransposedAxis) + [plural(axis.size, "cell")]
    parts += [f"{name} {getattr(axis, name)}" for name in ("kernel", "stride") if name != find]
    parts += [f"dilation {axis.dilation}"] * (axis.dilation > 1)
    parts += [f"padding ({axis.pad_low}, {axis.pad_high})"] * (find != "padding")
    if isinstance(axis, TransposedAxis):
        parts += [f"output padding {axis.output_padding}"] * (axis.output_padding > 0)
    else:
        parts += ["ceil_mode"] * axis.ceil_mode
    return ", ".join(parts)


def _limit(axis: AnyAxis, output: int) -> int:
    """More than any answer that leads to the output."""
    return (axis.size + output + 1) * axis.stride + axis.span + axis.pad_low + axis.pad_high + output


def _leads(axis: AnyAxis, find: str, answer: int, output: int) -> bool:
    """Whether an answer to a question leads to the wanted output."""
    changed: State = {"pad_low": answer, "pad_high": answer} if find == "padding" else {find: answer}
    try:
        return replace(axis, **changed).output == output
    except ValueError:
        return False
