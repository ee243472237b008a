"""The explorer and the self-check: sliders and questions that work live and on a static page.

Both are drawn by one script, `static/explorer.js`. In a live notebook it is the view of a widget, driven by
ipywidgets sliders that are linked to it in the browser. On a static page the `text/html` side of the output
carries the state, and the page's own copy of the script brings it to life. Where there is no script, as on
GitHub or on paper, a picture of that state stands in its place.
"""

import json
from base64 import b64encode
from functools import cache, cached_property
from html import escape
from importlib.resources import files

import anywidget
import ipywidgets
from traitlets import Bool, Int, Unicode

from convarith.axis import Axis, TransposedAxis
from convarith.figures import draw_grid

MAIN = ("size", "kernel", "stride", "padding", "dilation")
LEAST = {"size": 1, "kernel": 1, "stride": 1, "padding": 0, "dilation": 1}
MOST = {"size": 16, "kernel": 9, "stride": 6, "padding": 8, "dilation": 4}
RULES = ("valid", "same", "full")


@cache
def _static(name: str) -> str:
    return (files("convarith") / "static" / name).read_text(encoding="utf-8")


def _trait(kind: type, value: object) -> object:
    return kind(value).tag(sync=True)


class View(anywidget.AnyWidget):
    """What the script draws in a live notebook; its whole state is in these traits."""

    _esm = _static("explorer.js") + "\nexport default { render: convarith.render };\n"
    _css = _static("explorer.css")

    question = _trait(Unicode, "")
    operation, rule = _trait(Unicode, "conv"), _trait(Unicode, "number")
    rectangular, values = _trait(Bool, False), _trait(Bool, False)
    step, goal = _trait(Int, 0), _trait(Int, 0)
    size, size_columns = _trait(Int, 7), _trait(Int, 7)
    kernel, kernel_columns = _trait(Int, 3), _trait(Int, 3)
    stride, stride_columns = _trait(Int, 1), _trait(Int, 1)
    padding, padding_columns = _trait(Int, 0), _trait(Int, 0)
    dilation, dilation_columns = _trait(Int, 1), _trait(Int, 1)
    pad_low, pad_low_columns = _trait(Int, 0), _trait(Int, 0)
    pad_high, pad_high_columns = _trait(Int, 0), _trait(Int, 0)
    output_padding, output_padding_columns = _trait(Int, 0), _trait(Int, 0)


class _Shown:
    """Something that shows itself: as a widget where there is a kernel, as HTML where there is none."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self._widget().model_id}
        data = {
            "application/vnd.jupyter.widget-view+json": view,
            "text/html": self._html(),
            "text/plain": repr(self),
        }
        # Colab shows the script's view only when the output says who manages it; anywidget knows.
        _, metadata = self.view._repr_mimebundle_()
        return data, metadata


class Explorer(_Shown):
    """What `explore` returns: sliders, the view they drive, and the axis that is on the screen."""

    def __init__(self, call: str, state: dict[str, object]) -> None:
        self._call, self._state = call, state
        self.view = View(**state)
        self.sliders = {
            name: ipywidgets.IntSlider(
                value=getattr(self.view, name),
                min=LEAST[name],
                max=max(MOST[name], getattr(self.view, name)),
                description={"size": "input size"}.get(name, name),
            )
            for name in MAIN
        }
        # Linked in the browser: a move needs no round trip to the kernel.
        self._links = [
            ipywidgets.jslink((slider, "value"), (self.view, name)) for name, slider in self.sliders.items()
        ]
        self._box = ipywidgets.VBox([*self.sliders.values(), self.view])

    @property
    def axis(self) -> Axis | TransposedAxis:
        """The axis of the rows as it is on the screen.

        Raises ValueError where the kernel does not fit, with the sentence of `Axis`.
        """
        return self._axis("")

    @property
    def columns(self) -> Axis | TransposedAxis:
        """The axis of the columns as it is on the screen; `axis` unless they were set apart."""
        return self._axis("_columns" if self.view.rectangular else "")

    def _axis(self, end: str) -> Axis | TransposedAxis:
        read = {
            name: getattr(self.view, name + end) for name in (*MAIN, "pad_low", "pad_high", "output_padding")
        }
        layer = {name: read[name] for name in ("size", "kernel", "stride", "dilation")}
        # Padded on both sides every kernel fits; what padding it is to have, the rule says.
        fitting = Axis(**layer, pad_low=read["dilation"] * read["kernel"]).full()
        low, high = {
            "number": lambda: (read["padding"], read["padding"]),
            "sides": lambda: (read["pad_low"], read["pad_high"]),
            "valid": lambda: (0, 0),
            "same": lambda: (fitting.same().pad_low, fitting.same().pad_high),
            "full": lambda: (fitting.pad_low, fitting.pad_high),
        }[self.view.rule]()
        if self.view.operation == "transposed":
            return TransposedAxis(**layer, pad_low=low, pad_high=high, output_padding=read["output_padding"])
        return Axis(**layer, pad_low=low, pad_high=high)

    def __repr__(self) -> str:
        return self._call

    def _widget(self) -> ipywidgets.Widget:
        return self._box

    def _html(self) -> str:
        axis = self.axis
        direct = axis if isinstance(axis, Axis) else axis.equivalent
        picture = draw_grid(direct)
        source = b64encode(picture.svg().encode()).decode()
        image = f'<img alt="{escape(picture.alt)}" src="data:image/svg+xml;base64,{source}">'
        state = escape(json.dumps(self._state))
        return f'<div class="convarith-explorer" data-state="{state}">{image}</div>'


class Question(_Shown):
    """What `predict` returns: a question that the reader answers before reading on."""

    def __init__(self, asked: dict[str, object]) -> None:
        self._asked = asked

    def __repr__(self) -> str:
        return str(self._asked["text"])

    def _widget(self) -> ipywidgets.Widget:
        return self.view

    @cached_property
    def view(self) -> View:
        """What the script draws in a live notebook."""
        return View(question=json.dumps(self._asked))

    def _html(self) -> str:
        state = escape(json.dumps(self._asked))
        return f'<div class="convarith-question" data-state="{state}"><p>{escape(repr(self))}</p></div>'


def explore(
    *,
    size: int = 7,
    kernel: int = 3,
    stride: int = 1,
    padding: int | str | tuple[int, int] = 0,
    dilation: int = 1,
    operation: str = "conv",
    goal: int | None = None,
) -> Explorer:
    """Shows the sliders: every window of a layer, live, and on a static page too.

    Arguments (whole numbers, counted in cells):
        size, kernel, stride, dilation: as in `Axis`, the same for rows and columns at first.
        padding: cells on both sides; a pair (low, high); or "valid", "same" or "full".
        operation: "conv", or "transposed" for the transposed convolution.
        goal: an output size to be reached; the explorer says when it is.

    Returns an `Explorer`; its `axis` is the `Axis` or `TransposedAxis` on the screen.

    Raises TypeError and ValueError as `Axis` and `TransposedAxis` do.

    >>> explore(size=28, kernel=3, stride=2, padding="same").axis
    Axis(size=28, kernel=3, stride=2, pad_high=1)
    """
    if operation not in ("conv", "transposed"):
        raise ValueError(f'operation must be "conv" or "transposed", but is {operation!r}')
    state: dict[str, object] = {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation}
    if isinstance(padding, str):
        if padding not in RULES:
            raise ValueError(
                f'padding must be a number, a pair, "valid", "same" or "full", but is {padding!r}'
            )
        state["rule"], low, high = padding, 0, 0
    elif isinstance(padding, tuple):
        low, high = padding
        state |= {"rule": "sides", "pad_low": low, "pad_high": high}
    else:
        state["padding"] = low = high = padding
    # The constructor of an axis checks types and limits; the explorer shows itself only with what passed.
    ample = {"pad_low": low, "pad_high": high}
    Axis(**{name: state[name] for name in ("kernel", "stride", "dilation")}, size=10**6, **ample)
    Axis(size=size, kernel=1)
    if operation != "conv":
        state["operation"] = operation
    if goal is not None:
        state["goal"] = Axis(size=goal, kernel=1).size
    options = {"stride": (stride, 1), "padding": (padding, 0), "dilation": (dilation, 1)}
    options |= {"operation": (operation, "conv"), "goal": (goal, None)}
    chosen = [f"{name}={value!r}" for name, (value, default) in options.items() if value != default]
    explorer = Explorer(f"explore({', '.join([f'size={size}', f'kernel={kernel}', *chosen])})", state)
    _ = explorer.axis
    return explorer


def predict(
    axis: Axis, *, find: str = "output", output: int | None = None, text: str | None = None
) -> Question:
    """Asks the reader for a number, and says whether it is right and why.

    Arguments:
        axis: the layer that the question is about.
        find: what is asked for: "output"; or "kernel", "stride" or "padding" (the same on both sides), with
            the rest of `axis` as it is.
        output: the output size that the answer must lead to, where `find` is not "output".
        text: the question in other words than the ones made here.

    Raises ValueError when `find` is none of these or no answer leads to `output`.

    >>> predict(Axis(size=28, kernel=3, stride=2))
    28 cells, kernel 3, stride 2, padding (0, 0): how many outputs?
    >>> predict(Axis(size=28, kernel=3), find="padding", output=28)
    28 cells, kernel 3, stride 1: which padding on both sides gives 28 outputs?
    """
    unknown = {"output": None, "kernel": "kernel", "stride": "stride", "padding": "padding on both sides"}
    if find not in unknown:
        raise ValueError(f"find must be one of {', '.join(map(repr, unknown))}, but is {find!r}")
    setting = {
        "size": axis.size,
        "kernel": axis.kernel,
        "stride": axis.stride,
        "dilation": axis.dilation,
        "padLow": axis.pad_low,
        "padHigh": axis.pad_high,
    }
    wanted = axis.output if find == "output" else output
    given = [f"{axis.size} cells"]
    given += [f"{name} {setting[name]}" for name in ("kernel", "stride") if name != find]
    given += [f"dilation {axis.dilation}"] * (axis.dilation > 1)
    given += [f"padding ({axis.pad_low}, {axis.pad_high})"] * (find != "padding")
    if find == "output":
        asked = "how many outputs?"
    else:
        if not any(_leads(axis, find, answer, wanted) for answer in range(axis.padded + axis.span + 1)):
            raise ValueError(f"no {find} leads from {axis.size} to {output} with the rest of {axis}")
        asked = f"which {unknown[find]} gives {wanted} outputs?"
    text = text or f"{', '.join(given)}: {asked}"
    return Question({"text": text, "find": find, "setting": setting, "output": wanted})


def _leads(axis: Axis, find: str, answer: int, output: int | None) -> bool:
    """Whether an answer to a question leads to the wanted output."""
    new = {"kernel": axis.kernel, "stride": axis.stride, "pad_low": axis.pad_low, "pad_high": axis.pad_high}
    new |= {"pad_low": answer, "pad_high": answer} if find == "padding" else {find: answer}
    try:
        return Axis(size=axis.size, dilation=axis.dilation, **new).output == output
    except ValueError:
        return False
