"""What the script draws, and how it is shown: as a widget in a live notebook, as HTML on a static page."""

import json
import re
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

import anywidget
import ipywidgets
from traitlets import Bool, Float, Int, List, Unicode

from convarith.explorer.given import State
from convarith.figures._drawing import Picture

LAYER_CONTROLS = ("kernel", "stride", "padding", "dilation")
CONTROLS = ("size", *LAYER_CONTROLS)
MIN = {"size": 1, "kernel": 1, "stride": 1, "padding": 0, "dilation": 1}
MAX = {"size": 32, "kernel": 9, "stride": 6, "padding": 8, "dilation": 4}
STACK_MAX = MAX | {"dilation": 16}

# Each hangs one object on `convarith`, and uses only those before it.
PARTS = ["words", "arithmetic", "state", "links", "values", "cost"]
PARTS += ["emit", "code_keras", "code_pytorch", "code_onnx", "code_jax", "code"]
PARTS += ["marks", "saving", "controls", "writing", "numbers", "drawing", "panel"]
PARTS += ["presets", "ruler", "picture", "terms", "hands", "own", "taught", "layer"]
PARTS += ["tapes", "table", "stack", "question", "start"]


def _static(name: str, package: str = "convarith.explorer") -> str:
    return (files(package) / "static" / name).read_text(encoding="utf-8")


# What only people read, and what would be a third of what a page loads.
_SPARE = re.compile(
    r"^ *(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)\n"  # lines of comment
    r"|^ +|^\n"  # indentation, and empty lines
    r"|/\*\* @[^\n]*?\*/(?= )"  # types within a line
    r"| +// [^\n\"'`]*$",  # words after code, which no string can be
    re.DOTALL | re.MULTILINE,
)


def joined(package: str, parts: Iterable[str]) -> str:
    """The script of a package, joined from its parts, without comments and indentation."""
    return _SPARE.sub("", "\n".join(_static(f"{part}.js", package) for part in parts))


def joined_style(package: str, parts: Iterable[str]) -> str:
    """The style sheets of a package, one after the other."""
    return _SPARE.sub("", "".join(_static(f"{part}.css", package) for part in parts))


@cache
def script() -> str:
    """The explorer's script: what a page loads as `explorer.js`."""
    return joined("convarith.explorer", PARTS)


@cache
def style() -> str:
    """The style sheet of explorers and questions."""
    return joined_style("convarith.explorer", ["explorer", "stack"])


def _trait(kind: type, value: object) -> Any:
    return kind(value).tag(sync=True)


class View(anywidget.AnyWidget):
    """What the script draws in a live notebook; its whole state is in these traits."""

    _esm = script() + "\nexport default { render: convarith.start.render };\n"
    _css = style()

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
    weights, own = _trait(Unicode, "mixed"), List(Float()).tag(sync=True)
    # How it is looked at: stamps that scatter or windows that gather, one axis alone, another setting beside.
    way, tape, against = _trait(Unicode, "scatter"), _trait(Bool, False), _trait(Unicode, "")
    controls = List(Unicode()).tag(sync=True)
    # What it costs, when asked for.
    cost, bias = _trait(Bool, False), _trait(Bool, True)
    channels, filters, groups = _trait(Int, 1), _trait(Int, 1), _trait(Int, 1)
    batch, bytes = _trait(Int, 1), _trait(Int, 4)
    # Of a stack: each layer's kernel, stride, padding, dilation; what each is, "conv" or a pooling, where not
    # all are convolutions; and which layer the sliders set (0: all).
    stack = List(List(Int())).tag(sync=True)
    kinds = List(Unicode()).tag(sync=True)
    layers, layer = _trait(Int, 1), _trait(Int, 0)


USUAL_STATE: State = {name: trait.default() for name, trait in View.class_own_traits(sync=True).items()}


class Shown:
    """Something that shows itself: as a widget where there is a kernel, as HTML where there is none."""

    @property
    def view(self) -> anywidget.AnyWidget:
        """What the script draws in a live notebook."""
        raise NotImplementedError

    @property
    def widget(self) -> ipywidgets.Widget:
        """What a live notebook shows."""
        return self.view

    def html(self) -> str:
        """What a static page shows."""
        raise NotImplementedError

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[State, State]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        data = {
            "application/vnd.jupyter.widget-view+json": view,
            "text/html": self.html(),
            "text/plain": repr(self),
        }
        # Colab shows the script's view only when the output says who manages it; anywidget knows.
        _, metadata = self.view._repr_mimebundle_() or ({}, {})
        return data, metadata


class Sliders(Shown):
    """Sliders, the view they drive, and a picture for where neither lives."""

    def __init__(self, call: str, state: State, highest: dict[str, int] = MAX) -> None:
        self._call, self._state = call, state
        self._view = View(**state)
        self.sliders = {name: self._slider(name, highest[name]) for name in CONTROLS}
        # Linked in the browser: a move needs no round trip to the kernel.
        self._links = [
            ipywidgets.jslink((slider, "value"), (self.view, name)) for name, slider in self.sliders.items()
        ]
        self._box = ipywidgets.VBox([self.view, *self.sliders.values()])

    @property
    def view(self) -> View:
        """What the sliders drive."""
        return self._view

    def _slider(self, name: str, highest: int) -> ipywidgets.IntSlider:
        """A slider that reaches as far as usual, and as far as what was asked for."""
        value = getattr(self.view, name)
        in_stack = _column(self.view.stack, name)
        label = "input size" if name == "size" else name
        limits = {"min": MIN[name], "max": max(highest, value, *in_stack)}
        return ipywidgets.IntSlider(value=value, description=label, **limits)

    def __repr__(self) -> str:
        return self._call

    @property
    def widget(self) -> ipywidgets.Widget:
        """The view, and under it the sliders."""
        return self._box

    def picture(self) -> Picture:
        """What stands in where there is no script."""
        raise NotImplementedError

    def html(self) -> str:
        """The state, for the script, and the picture of it."""
        picture = self.picture()
        source = b64encode(picture.svg().encode()).decode()
        image = f'<img alt="{escape(picture.alt)}" src="data:image/svg+xml;base64,{source}">'
        state = escape(json.dumps(self._state))
        return f'<div class="convarith-explorer" data-state="{state}">{image}</div>'


def _column(stack: Iterable[list[int]], name: str) -> list[int]:
    """The numbers of this name in the layers of a stack."""
    return [layer[LAYER_CONTROLS.index(name)] for layer in stack] if name in LAYER_CONTROLS else []


def written_call(name: str, given: State, usual: State) -> str:
    """The call that shows the same: size, kernel, and what would not be so anyway."""
    always = ("size", "kernel")
    options = [f"{key}={value!r}" for key, value in given.items() if key in always or usual.get(key) != value]
    return f"{name}({', '.join(options)})"
