"""The self-check: a question that the reader answers before reading on."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cached_property
from html import escape

from convarith._text import plural
from convarith._validate import as_positive_int, check_choice, check_kind
from convarith.axis import Axis, TransposedAxis
from convarith.explorer.given import AnyAxis, Layer, State, axis_of, layers_of
from convarith.explorer.view import Shown, View

_UNKNOWN = {"kernel": "kernel", "stride": "stride", "padding": "padding on both sides"}


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
    what: Layer | Sequence[Layer], *, find: str = "output", output: int | None = None, text: str | None = None
) -> Question:
    """Asks the reader for a number, and says whether it is right and why.

    Arguments:
        what: the layer that the question is about: an `Axis`, `TransposedAxis`, `Conv`, `Pool` or
            `TransposedConv`, with rows and columns alike; or a list of them, a stack.
        find: what is asked for: "output"; or, of one layer, "kernel", "stride" or "padding" (the same on
            both sides), with the rest as it is.
        output: the output size that the answer must lead to, where `find` is not "output".
        text: the question in other words than the ones made here.

    Raises TypeError for what is no layer, and ValueError when `find` is none of these, no answer leads to
    `output`, or a layer does not take what the one before it gives.

    >>> predict(Axis(size=28, kernel=3, stride=2))
    28 cells, kernel 3, stride 2, padding (0, 0): how many outputs?
    >>> predict(Axis(size=28, kernel=3), find="padding", output=28)
    28 cells, kernel 3, stride 1: which padding on both sides gives 28 outputs?
    >>> predict(TransposedAxis(size=14, kernel=3), find="stride", output=29)
    Transposed, 14 cells, kernel 3, padding (0, 0): which stride gives 29 outputs?
    """
    axes = [axis_of(layer, "predict") for layer in layers_of(what, "predict")]
    check_choice("find", find, ("output", *_UNKNOWN))
    check_kind("text", text, str | None, "a text")
    if find == "output":
        if output is not None:
            raise ValueError(f"find='output' asks for the output, but {output!r} was given")
        wanted, asked = axes[-1].output, "how many outputs?"
    else:
        wanted = as_positive_int("output", output)
        asked = f"which {_UNKNOWN[find]} gives {plural(wanted, 'output')}?"
        if len(axes) > 1:
            raise ValueError(f"find={find!r} asks about one layer, but there are {len(axes)}")
        if not any(_leads(axes[0], find, answer, wanted) for answer in range(_limit(axes[0], wanted))):
            raise ValueError(f"no {find} leads from {axes[0].size} to {wanted} with the rest of {axes[0]}")
    given = ", then ".join(_described(axis, find) for axis in axes)
    return Question(
        {
            "text": text or f"{given[0].upper()}{given[1:]}: {asked}",
            "find": find,
            "axes": [
                {"operation": "conv" if isinstance(axis, Axis) else "transposed"} | asdict(axis)
                for axis in axes
            ],
            "output": wanted,
        }
    )


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
