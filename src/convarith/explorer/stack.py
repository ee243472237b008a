"""The sliders of a stack of layers: what each output has seen."""

from collections.abc import Iterable, Sequence

from convarith._validate import as_int, as_ints, as_positive_int
from convarith.axis import Axis
from convarith.explorer.given import AnyAxis, Layer, State, axis_of, layers_of, pooling_of, refuse_both
from convarith.explorer.view import LAYER_CONTROLS, STACK_MAX, Sliders, written_call
from convarith.figures._drawing import Picture
from convarith.figures.stacks import draw_field
from convarith.layers import Pool

MOST_LAYERS = 8
_USUAL: State = {"size": 16, "kernel": 3, "layers": None, "stride": 1, "padding": 0, "dilation": 1}
_RULES = ("same", "causal")  # of all layers


class StackExplorer(Sliders):
    """What `explore_stack` returns: sliders, the view they drive, and the axes that are on the screen."""

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes of the layers as they are on the screen, the first layer first.

        Raises ValueError where a kernel does not fit, with the sentence of `Axis`.
        """
        return _axes(self.view.size, self.view.stack, self.view.rule)

    def picture(self) -> Picture:
        """The fields of the layers."""
        return draw_field(self.axes)


def explore_stack(
    what: Layer | Sequence[Layer] | None = None,
    *,
    size: int | None = None,
    layers: int | None = None,
    kernel: int | tuple[int, ...] | None = None,
    stride: int | tuple[int, ...] | None = None,
    padding: int | str | None = None,
    dilation: int | tuple[int, ...] | None = None,
) -> StackExplorer:
    """Shows the sliders of a stack of layers: what each output has seen, live, and on a static page too.

    Arguments (whole numbers, counted in cells):
        what: the layers, first one first: a list of `Axis`, `Conv` and `Pool`, with rows and columns alike.
            Or without it:
        size: input size of the first layer; 16 unless given.
        layers: how many layers, 1 to 8; 3 unless a tuple says otherwise.
        kernel, stride, dilation: one number for all layers, or a tuple with one for each, first layer
            first; 3, 1 and 1 unless given.
        padding: for all layers, cells on both sides, 0 unless given; or "same" or "causal". For a stack
            whose layers are padded differently, give the layers.

    Returns a `StackExplorer`; its `axes` are the axes on the screen, a tuple of `Axis`.

    Raises TypeError and ValueError as `Axis` does; also ValueError where the numbers of layers disagree, or
    a layer does not take what the one before it gives or has something that no slider sets: stamps,
    `ceil_mode`, or padding that is neither the same on both sides nor that of a rule for all layers.

    >>> stack = explore_stack(size=16, kernel=2, dilation=(1, 2, 4), padding="causal")
    >>> stack.axes[-1]
    Axis(size=16, kernel=2, dilation=4, pad_low=4)
    >>> explore_stack([Axis(size=9, kernel=3, pad_low=1, pad_high=1), Axis(size=9, kernel=2)]).axes[-1]
    Axis(size=9, kernel=2)
    """
    given: State = {"size": size, "layers": layers, "kernel": kernel, "stride": stride}
    given |= {"padding": padding, "dilation": dilation}
    chosen = {name: value for name, value in given.items() if value is not None}
    if what is not None:
        refuse_both("explore_stack", what, chosen)
        state, call = _state_of_layers(layers_of(what, "explore_stack")), f"explore_stack({what!r})"
    else:
        shown = _USUAL | chosen
        state, call = _state_of_numbers(**shown), written_call("explore_stack", shown, _USUAL)
    axes = _axes(state["size"], state["stack"], state["rule"])
    # The middle output shows the most of its field; the last one, where fields lie past their outputs.
    state["step"] = axes[-1].output - 1 if state["rule"] == "causal" else axes[-1].output // 2
    return StackExplorer(call, state, STACK_MAX)


def _axes(size: int, stack: Sequence[Sequence[int]], rule: str) -> tuple[Axis, ...]:
    axes: list[Axis] = []
    for kernel, stride, padding, dilation in stack:
        pads = padding if rule == "number" else rule
        axes.append(Axis.with_padding(pads, size=size, kernel=kernel, stride=stride, dilation=dilation))
        size = axes[-1].output
    return tuple(axes)


def _state(size: int, rule: str, stack: list[list[int]]) -> State:
    if len(stack) > MOST_LAYERS:
        raise ValueError(f"a stack has {MOST_LAYERS} layers at most, but {len(stack)} are asked for")
    state: State = {"operation": "stack", "size": size, "rule": rule, "layers": len(stack), "stack": stack}
    return state | dict(zip(LAYER_CONTROLS, stack[0], strict=True))


def _state_of_numbers(
    *, size: int, layers: int | None, padding: int | str | Sequence[int], **given: int | tuple[int, ...]
) -> State:
    rule = padding if isinstance(padding, str) and padding in _RULES else "number"
    if isinstance(padding, Iterable) and rule == "number":
        raise ValueError(f'padding must be a number, "same" or "causal", but is {padding!r}')
    counts = {name: len(value) for name, value in given.items() if isinstance(value, tuple | list)}
    counts |= {} if layers is None else {"layers": as_positive_int("layers", layers)}
    if len(set(counts.values())) > 1:
        said = ", ".join(f"{name} says {count}" for name, count in counts.items())
        raise ValueError(f"the numbers of layers must agree, but {said}")
    count = as_positive_int("layers", next(iter(counts.values()), 3))
    cells = as_int("padding", padding, least=0) if rule == "number" else 0
    numbers = {name: as_ints(name, value, count=count) for name, value in given.items()}
    columns = [numbers["kernel"], numbers["stride"], [cells] * count, numbers["dilation"]]
    return _state(as_positive_int("size", size), rule, [list(layer) for layer in zip(*columns, strict=True)])


def _state_of_layers(layers: list[Layer]) -> State:
    axes = [axis_of(layer, "explore_stack") for layer in layers]
    for number, axis in enumerate(axes, start=1):
        if not isinstance(axis, Axis) or axis.ceil_mode:
            raise ValueError(
                f"a stack has neither stamps nor ceil_mode, but layer {number} is {layers[number - 1]}"
            )
    rule = _rule_of(axes)
    pads = [axis.pad_low if rule == "number" else 0 for axis in axes]
    stack = [[a.kernel, a.stride, pad, a.dilation] for a, pad in zip(axes, pads, strict=True)]
    state = _state(axes[0].size, rule, stack)
    if any(isinstance(layer, Pool) for layer in layers):
        state["kinds"] = [pooling_of(layer) if isinstance(layer, Pool) else "conv" for layer in layers]
    return state


def _rule_of(axes: Sequence[AnyAxis]) -> str:
    """What pads all axes: a number each, or one rule."""
    if all(axis.pad_low == axis.pad_high for axis in axes):
        return "number"
    for rule in _RULES:
        if all(axis == getattr(axis, rule)() for axis in axes):
            return rule
    number, axis = next((n, a) for n, a in enumerate(axes, start=1) if a.pad_low != a.pad_high)
    raise ValueError(
        "a stack is padded equally on both sides, or by one rule for all layers, "
        f"but layer {number} has ({axis.pad_low}, {axis.pad_high})"
    )
