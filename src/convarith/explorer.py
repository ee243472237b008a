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
from traitlets import Bool, Int, List, Unicode

from convarith.axis import Axis, TransposedAxis
from convarith.figures._drawing import Picture
from convarith.figures.stacks import draw_field
from convarith.figures.windows import draw_grid

KNOBS = ("kernel", "stride", "padding", "dilation")
MAIN = ("size", *KNOBS)
LEAST = {"size": 1, "kernel": 1, "stride": 1, "padding": 0, "dilation": 1}
MOST = {"size": 16, "kernel": 9, "stride": 6, "padding": 8, "dilation": 4}
MOST_OF_STACK = MOST | {"size": 32, "dilation": 16}
MOST_LAYERS = 5
RULES = ("valid", "same", "full")
OPERATIONS = ("conv", "pool", "transposed")
POOLINGS = ("max", "average", "average_padded")


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
    pooling, ceil_mode = _trait(Unicode, "max"), _trait(Bool, False)
    # Of a stack: each layer's kernel, stride, padding, dilation; and which layer the sliders set (0: all).
    stack = List(List(Int())).tag(sync=True)
    layers, layer = _trait(Int, 1), _trait(Int, 0)


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


class _Sliders(_Shown):
    """Sliders, the view they drive, and a picture for where neither lives."""

    def __init__(self, call: str, state: dict[str, object], most: dict[str, int] = MOST) -> None:
        self._call, self._state = call, state
        self.view = View(**state)
        self.sliders = {
            name: ipywidgets.IntSlider(
                value=getattr(self.view, name),
                min=LEAST[name],
                max=max(
                    most[name],
                    getattr(self.view, name),
                    *(layer[KNOBS.index(name)] for layer in self.view.stack if name in KNOBS),
                ),
                description={"size": "input size"}.get(name, name),
            )
            for name in MAIN
        }
        # Linked in the browser: a move needs no round trip to the kernel.
        self._links = [
            ipywidgets.jslink((slider, "value"), (self.view, name)) for name, slider in self.sliders.items()
        ]
        self._box = ipywidgets.VBox([*self.sliders.values(), self.view])

    def __repr__(self) -> str:
        return self._call

    def _widget(self) -> ipywidgets.Widget:
        return self._box

    def _html(self) -> str:
        picture = self._picture()
        source = b64encode(picture.svg().encode()).decode()
        image = f'<img alt="{escape(picture.alt)}" src="data:image/svg+xml;base64,{source}">'
        state = escape(json.dumps(self._state))
        return f'<div class="convarith-explorer" data-state="{state}">{image}</div>'


class Explorer(_Sliders):
    """What `explore` returns: sliders, the view they drive, and the axis that is on the screen."""

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
        counted = {"number": read["padding"], "sides": (read["pad_low"], read["pad_high"])}
        padding = counted.get(self.view.rule, self.view.rule)
        if self.view.operation != "transposed":
            ceil_mode = self.view.operation == "pool" and self.view.ceil_mode
            return Axis.with_padding(padding, **layer, ceil_mode=ceil_mode)
        if isinstance(padding, str):  # what the direct layer would add to this size is cut off
            direct = Axis(size=1, kernel=1) if padding == "valid" else Axis.with_padding(padding, **layer)
            padding = (direct.pad_low, direct.pad_high)
        low, high = padding if isinstance(padding, tuple) else (padding, padding)
        return TransposedAxis(**layer, pad_low=low, pad_high=high, output_padding=read["output_padding"])

    def _picture(self) -> Picture:
        axis = self.axis
        return draw_grid(axis if isinstance(axis, Axis) else axis.equivalent)


class StackExplorer(_Sliders):
    """What `explore_stack` returns: sliders, the view they drive, and the axes that are on the screen."""

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes of the layers as they are on the screen, the first layer first.

        Raises ValueError where a kernel does not fit, with the sentence of `Axis`.
        """
        size, axes = self.view.size, []
        for kernel, stride, padding, dilation in self.view.stack:
            layer = {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation}
            axes.append(Axis.with_padding(padding if self.view.rule == "number" else self.view.rule, **layer))
            size = axes[-1].output
        return tuple(axes)

    def _picture(self) -> Picture:
        return draw_field(self.axes)


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
    stride: int | None = None,
    padding: int | str | tuple[int, int] = 0,
    dilation: int = 1,
    operation: str = "conv",
    pooling: str = "max",
    ceil_mode: bool = False,
    goal: int | None = None,
) -> Explorer:
    """Shows the sliders: every window of a layer, live, and on a static page too.

    Arguments (whole numbers, counted in cells):
        size, kernel, stride, dilation: as in `Axis`, the same for rows and columns at first. Without a
            stride, 1; in pooling the kernel, as in Keras and PyTorch.
        padding: cells on both sides; a pair (low, high); or "valid", "same" or "full".
        operation: "conv"; "pool" for pooling; or "transposed" for the transposed convolution.
        pooling: of each window the "max"; the "average" of its data, as in TensorFlow; or
            "average_padded", which counts the zeros of the padding, as PyTorch does by default.
        ceil_mode: in pooling, as in `Axis`.
        goal: an output size to be reached; the explorer says when it is.

    Returns an `Explorer`; its `axis` is the `Axis` or `TransposedAxis` on the screen.

    Raises TypeError and ValueError as `Axis` and `TransposedAxis` do.

    >>> explore(size=28, kernel=3, stride=2, padding="same").axis
    Axis(size=28, kernel=3, stride=2, pad_high=1)
    >>> explore(size=5, kernel=2, operation="pool", ceil_mode=True).axis
    Axis(size=5, kernel=2, stride=2, ceil_mode=True)
    """
    for name, value, known in (("operation", operation, OPERATIONS), ("pooling", pooling, POOLINGS)):
        if value not in known:
            raise ValueError(f"{name} must be {_one_of(known)}, but is {value!r}")
    usual = kernel if operation == "pool" else 1
    stride = usual if stride is None else stride
    state: dict[str, object] = {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation}
    if isinstance(padding, str):
        if padding not in RULES:
            raise ValueError(f"padding must be a number, a pair, {_one_of(RULES)}, but is {padding!r}")
        state["rule"], low, high = padding, 0, 0
    elif isinstance(padding, tuple):
        low, high = padding
        state |= {"rule": "sides", "pad_low": low, "pad_high": high}
    else:
        state["padding"] = low = high = padding
    # The constructor of an axis checks types and limits; the explorer shows itself only with what passed.
    layer = {name: state[name] for name in ("kernel", "stride", "dilation")}
    Axis(**layer, size=10**6, pad_low=low, pad_high=high, ceil_mode=ceil_mode)
    Axis(size=size, kernel=1)
    if operation != "conv":
        state["operation"] = operation
    if operation == "pool":
        state |= {"pooling": pooling, "ceil_mode": ceil_mode}
    elif pooling != "max" or ceil_mode:
        raise ValueError(f'pooling and ceil_mode are for operation "pool", but operation is {operation!r}')
    if goal is not None:
        state["goal"] = Axis(size=goal, kernel=1).size
    options = {"stride": (stride, usual), "padding": (padding, 0), "dilation": (dilation, 1)}
    options |= {
        "operation": (operation, "conv"),
        "pooling": (pooling, "max"),
        "ceil_mode": (ceil_mode, False),
    }
    explorer = Explorer(_call("explore", size, kernel, options | {"goal": (goal, None)}), state)
    _ = explorer.axis
    return explorer


def explore_stack(
    *,
    size: int = 16,
    layers: int | None = None,
    kernel: int | tuple[int, ...] = 3,
    stride: int | tuple[int, ...] = 1,
    padding: int | str | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
) -> StackExplorer:
    """Shows the sliders of a stack of layers: what each output has seen, live, and on a static page too.

    Arguments (whole numbers, counted in cells):
        size: input size of the first layer.
        layers: how many layers, 1 to 5; 3 where no tuple says it.
        kernel, stride, dilation: one number for all layers, or a tuple with one for each, first layer first.
        padding: the same, cells on both sides; or "same" or "causal" for all layers.

    Returns a `StackExplorer`; its `axes` are the axes on the screen, a tuple of `Axis`.

    Raises TypeError and ValueError as `Axis` does; ValueError, too, where the numbers of layers disagree.

    >>> stack = explore_stack(size=16, kernel=2, dilation=(1, 2, 4), padding="causal")
    >>> stack.axes[-1]
    Axis(size=16, kernel=2, dilation=4, pad_low=4)
    """
    options = {"stride": (stride, 1), "padding": (padding, 0), "dilation": (dilation, 1)}
    call = _call("explore_stack", size, kernel, {"layers": (layers, None)} | options)
    rule = "number"
    if isinstance(padding, str):
        if padding not in ("same", "causal"):
            raise ValueError(f'padding must be a number, a tuple, "same" or "causal", but is {padding!r}')
        rule, padding = padding, 0
    given = dict(zip(KNOBS, (kernel, stride, padding, dilation), strict=True))
    said = {name: len(value) for name, value in given.items() if isinstance(value, tuple)}
    said |= {} if layers is None else {"layers": layers}
    if len(set(said.values())) > 1:
        raise ValueError(f"the layers must agree, but {', '.join(f'{k} says {v}' for k, v in said.items())}")
    many = next(iter(said.values()), 3)
    if Axis(size=many, kernel=1).size > MOST_LAYERS:
        raise ValueError(f"a stack has {MOST_LAYERS} layers at most, but {many} are asked for")
    columns = [value if isinstance(value, tuple) else (value,) * many for value in given.values()]
    stack = [list(layer) for layer in zip(*columns, strict=True)]
    for k, s, p, d in stack:
        Axis(size=10**6, kernel=k, stride=s, pad_low=p, pad_high=p, dilation=d)
    Axis(size=size, kernel=1)
    state = {"operation": "stack", "size": size, "rule": rule, "layers": many, "stack": stack}
    state |= dict(zip(KNOBS, stack[0], strict=True))
    explorer = StackExplorer(call, state, MOST_OF_STACK)
    # The middle output shows the most of its field; the last one, where fields lie behind their outputs.
    outputs = explorer.axes[-1].output
    explorer.view.step = state["step"] = outputs - 1 if rule == "causal" else outputs // 2
    return explorer


def _one_of(names: tuple[str, ...]) -> str:
    quoted = [f'"{name}"' for name in names]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def _call(name: str, size: int, kernel: object, options: dict[str, tuple[object, object]]) -> str:
    """The call that shows the same, without the options that are as they would be anyway."""
    chosen = [f"{key}={value!r}" for key, (value, default) in options.items() if value != default]
    return f"{name}({', '.join([f'size={size}', f'kernel={kernel}', *chosen])})"


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
