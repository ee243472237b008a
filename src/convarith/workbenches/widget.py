"""The workbench as a widget in a live notebook, and as HTML on a static page."""

import json
from collections.abc import Sequence
from html import escape

import anywidget
from traitlets import Unicode

from convarith._validate import check_kind, wrong_kind
from convarith.code.pytorch import in_pytorch
from convarith.explorer import view as explorer
from convarith.layers import AdaptivePool, Conv, Dense, Pool, SeparableConv, TransposedConv
from convarith.workbenches import parts

Layer = AdaptivePool | Conv | Dense | Pool | SeparableConv | TransposedConv
_WANTED = "the source of a network, or a list of layers"


class WorkbenchView(anywidget.AnyWidget):
    """What the script draws in a live notebook."""

    _esm = f"{explorer.script()}\n{parts.script()}\nexport default {{ render: convarith.bench.render }};\n"
    _css = explorer.style() + parts.style()

    text, input = Unicode("").tag(sync=True), Unicode("").tag(sync=True)


class Workbench(explorer.Shown):
    """What `workbench` returns: a network as text, with all that follows from it."""

    def __init__(self, call: str, text: str, given: str) -> None:
        self._call = call
        self._view = WorkbenchView(text=text, input=given)

    def __repr__(self) -> str:
        return self._call

    @property
    def view(self) -> WorkbenchView:
        """The widget; its `text` is the source on the screen, its `input` the size that was typed."""
        return self._view

    def html(self) -> str:
        """The source, for the script; where there is none, to be read."""
        text, given = self.view.text, self.view.input
        state = escape(json.dumps(({"text": text} if text else {}) | ({"input": given} if given else {})))
        read = f"<pre>{escape(text)}</pre>" if text else "<p>The workbench needs a script to run.</p>"
        return f'<div class="convarith-workbench" data-state="{state}">{read}</div>'


def workbench(what: str | Sequence[Layer] = "", *, input: str = "") -> Workbench:
    """Shows a whole network: shapes, cost and receptive field of each layer, and why one does not fit.

    Arguments:
        what: the source of a network in Keras or PyTorch, or what `print(model)` prints of a module; or a
            list of layers of this library, the first one first. Without it, an example.
        input: channels and sizes in the order of the framework, such as "3, 224, 224"; by default what the
            source says, or else what is usual. Layers say it themselves.

    Returns a `Workbench`; a notebook shows it live.

    Raises TypeError for what is neither text nor layers, and ValueError for a layer that PyTorch does not
    have, since the workbench reads layers as PyTorch code.

    >>> workbench("nn.Conv2d(3, 64, 7, stride=2, padding=3)", input="3, 224, 224")
    workbench('nn.Conv2d(3, 64, 7, stride=2, padding=3)', input='3, 224, 224')
    >>> print(workbench([Pool(size=(8, 8), channels=2, kernel=2)]).view.input)
    2, 8, 8
    """
    check_kind("input", input, str, 'a text such as "3, 224, 224"')
    call = f"workbench({what!r}{f', input={input!r}' if input else ''})"
    if isinstance(what, str):
        return Workbench(call, what, input)
    if not isinstance(what, list | tuple) or not all(isinstance(layer, Layer) for layer in what):
        raise wrong_kind("what", _WANTED, what)
    lines = [_written(layer, number) for number, layer in enumerate(what, start=1)]
    return Workbench(call, "\n".join(lines), input or (_input_of(what[0]) if what else ""))


def _written(layer: Layer, number: int) -> str:
    """A layer as the source that the workbench reads."""
    code = in_pytorch(layer)
    if all(line.startswith("#") for line in code.splitlines()):
        reason = code.replace("# ", "").replace("\n", " ")
        raise ValueError(f"the workbench reads layers as PyTorch code, but for layer {number}: {reason}")
    return code


def _input_of(layer: Layer) -> str:
    """Channels and sizes that a layer reads, as PyTorch orders them."""
    if isinstance(layer, Dense):
        return str(layer.inputs)
    sizes = layer.size if isinstance(layer.size, tuple) else (layer.size,)
    return ", ".join(map(str, (layer.channels, *sizes)))
