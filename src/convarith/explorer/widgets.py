"""The sliders of one layer: every window of it."""

import json
from collections.abc import Iterable, Sequence
from typing import cast

from convarith._validate import as_ints, as_positive_int, as_tuple, check_choice, check_flags
from convarith.axis import Axis, TransposedAxis
from convarith.explorer.given import AnyAxis, Layer, State, axes_of, pooling_of, refuse_both
from convarith.explorer.view import CONTROLS, USUAL_STATE, Sliders, written_call
from convarith.figures._drawing import Picture
from convarith.figures.counts import draw_writes
from convarith.figures.grids import draw_grid
from convarith.layers import Conv, Pool, TransposedConv

Padding = int | str | Sequence[int]

TEACHABLE = (*CONTROLS, "operation", "weights", "values", "tape", "rectangular", "presets", "compare", "cost")
_OPERATIONS = ("conv", "pool", "transposed")
_POOLINGS = ("max", "average", "average_padded")
_RULES = ("valid", "same", "full")  # that the page can choose; those of other rules are given in cells
_RULES_OF_KERAS = ("valid", "same")  # also of transposed layers
_FEW = 9  # cells along an axis
_USUAL: State = {"size": 7, "kernel": 3, "padding": 0, "dilation": 1}
_USUAL |= {"operation": "conv", "pooling": "max", "ceil_mode": False}


class Explorer(Sliders):
    """What `explore` returns: sliders, the view they drive, and the axis that is on the screen."""

    @property
    def axis(self) -> AnyAxis:
        """The axis of the rows as it is on the screen.

        Raises ValueError where the kernel does not fit, with the sentence of `Axis`.
        """
        return self._axis("")

    @property
    def columns(self) -> AnyAxis:
        """The axis of the columns as it is on the screen; `axis` unless they were set apart."""
        return self._axis("_columns" if self.view.rectangular else "")

    def _axis(self, end: str) -> AnyAxis:
        return _axis_of_state(
            {name: getattr(self.view, name) for name in self.view.trait_names(sync=True)}, end
        )

    def picture(self) -> Picture:
        """The first window; or the counts of stamps that no direct axis equals."""
        axes = rows, columns = self.axis, self.columns
        try:
            return draw_grid(*(axis if isinstance(axis, Axis) else axis.equivalent for axis in axes))
        except ValueError:
            if isinstance(rows, TransposedAxis) and isinstance(columns, TransposedAxis):
                return draw_writes(rows, columns)
            raise


def explore(
    what: Layer | Sequence[AnyAxis] | None = None,
    *,
    size: int | None = None,
    kernel: int | None = None,
    stride: int | None = None,
    padding: Padding | None = None,
    dilation: int | None = None,
    operation: str | None = None,
    pooling: str | None = None,
    ceil_mode: bool | None = None,
    goal: int | None = None,
    controls: Iterable[str] | None = None,
    against: Layer | Sequence[AnyAxis] | None = None,
    cost: bool = False,
) -> Explorer:
    """Shows the sliders: every window of a layer, live, and on a static page too.

    Arguments (whole numbers, counted in cells):
        what: an `Axis` or `TransposedAxis`, for rows and columns alike, or a list of two, rows first; or a
            `Conv`, `Pool` or `TransposedConv` with one or two axes. Or without it:
        size, kernel, stride, dilation: as in `Axis`, the same for rows and columns at first; 7, 3, 1 and 1
            unless given. In pooling the stride is the kernel, as in Keras and PyTorch.
        padding: a number or a rule as in `Axis.with_padding`, or a pair (low, high); 0 unless given. "valid"
            and "same" of a transposed convolution are those of `TransposedAxis.keras`.
        operation: "conv", unless given; "pool" for pooling; or "transposed" for transposed convolution.
        pooling: what a pool takes from each window: "max", unless given; the "average" of its data, as in
            TensorFlow; or "average_padded", which counts the padding's zeros, as PyTorch does by default.
        ceil_mode: in pooling, as in `Axis`.
        goal: an output size to be reached; the explorer says when it is.
        controls: the controls to show at first, if not all of them; a button brings the rest. Any of
            "size", "kernel", "stride", "padding", "dilation", "operation", "weights", "values", "tape"
            (one axis alone), "rectangular" (rows and columns apart), "presets", "compare" and "cost". The
            formula shows only what these can change.
        against: another layer, given as `what` is, to be shown beside this one with the differences marked.
        cost: whether parameters, MACs, activations and memory are shown: those of one channel and one
            filter, unless a layer says how many.

    Returns an `Explorer`; its `axis` is the `Axis` or `TransposedAxis` on the screen.

    Raises TypeError and ValueError as `Axis` and `TransposedAxis` do.

    >>> explore(size=28, kernel=3, stride=2, padding="same").axis
    Axis(size=28, kernel=3, stride=2, pad_high=1)
    >>> explore(size=5, kernel=2, operation="pool", ceil_mode=True).axis
    Axis(size=5, kernel=2, stride=2, ceil_mode=True)
    >>> explore(TransposedAxis(size=3, kernel=3, stride=2)).axis
    TransposedAxis(size=3, kernel=3, stride=2)
    """
    given: State = {"size": size, "kernel": kernel, "stride": stride, "padding": padding}
    given |= {"dilation": dilation}
    given |= {"operation": operation, "pooling": pooling, "ceil_mode": ceil_mode}
    chosen = {name: value for name, value in given.items() if value is not None}
    extras: State = {} if goal is None else {"goal": as_positive_int("goal", goal)}
    if controls is not None:
        extras["controls"] = list(as_tuple("controls", controls, "a list of names"))
        for name in extras["controls"]:
            check_choice("controls", name, TEACHABLE)
    check_flags(cost=cost)
    extras |= {"cost": True} if cost else {}
    if against is not None:
        extras["against"] = against
    shown = extras if against is None else extras | {"against": _setting(_state_of_layer(against))}
    if what is not None:
        refuse_both("explore", what, chosen)
        call = f"explore({', '.join([repr(what), *(f'{name}={value!r}' for name, value in extras.items())])})"
        return Explorer(call, _with_values(_state_of_layer(what) | shown))
    chosen = _USUAL | chosen
    check_choice("operation", chosen["operation"], _OPERATIONS)
    usual = _USUAL | {"stride": chosen["kernel"] if chosen["operation"] == "pool" else 1}
    chosen = {name: (usual | chosen)[name] for name in given}  # in the order of a call
    state = _with_values(_state_of_numbers(**chosen) | shown)
    return Explorer(written_call("explore", chosen | extras, usual), state)


def _with_values(state: State) -> State:
    """With the values on, where there are so few cells that they can be read."""
    axes = [_axis_of_state(USUAL_STATE | state, end) for end in ("", "_columns" * ("rectangular" in state))]
    return state | {"values": max(side for axis in axes for side in (axis.size, axis.output)) <= _FEW}


def _setting(state: State) -> str:
    """What differs from the usual, in one word: as the page keeps what a layer is compared with."""
    different = {name: value for name, value in state.items() if value != USUAL_STATE[name]}
    return ",".join(f"{name}:{json.dumps(value).strip(chr(34))}" for name, value in different.items())


def _axis_of_state(state: State, end: str) -> AnyAxis:
    """The axis of the rows or, with an end to the names, of the columns."""
    read = {name: state[name + end] for name in (*CONTROLS, "pad_low", "pad_high", "output_padding")}
    sides, rule = (read.pop("pad_low"), read.pop("pad_high")), state["rule"]
    read["padding"] = {"number": read["padding"], "sides": sides}.get(rule, rule)
    return _axis(state["operation"], **read, ceil_mode=state["ceil_mode"])


def _axis(
    operation: str,
    *,
    size: int,
    kernel: int,
    stride: int,
    dilation: int,
    padding: Padding,
    output_padding: int = 0,
    ceil_mode: bool = False,
) -> AnyAxis:
    """An axis as the page counts it."""
    given: State = {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation}
    if operation != "transposed":
        return Axis.with_padding(padding, **given, ceil_mode=operation == "pool" and ceil_mode)
    if isinstance(padding, str) and padding in _RULES_OF_KERAS:
        return TransposedAxis.keras(**given, padding=padding)  # its output padding is fixed, too
    if isinstance(padding, str):  # what the direct layer, which leads back, adds is cut off
        made = as_positive_int("size", size) * as_positive_int("stride", stride)
        direct = Axis.with_padding(padding, **given | {"size": made})
        if padding == "same_lower":
            return direct.transpose()
        padding = (direct.pad_low, direct.pad_high)
    low, high = as_ints("padding", padding, least=0, count=2)
    return TransposedAxis(**given, pad_low=low, pad_high=high, output_padding=output_padding)


def _state_of_numbers(
    *, operation: str, pooling: str, ceil_mode: bool, padding: Padding, **numbers: int
) -> State:
    check_choice("pooling", pooling, _POOLINGS)
    check_flags(ceil_mode=ceil_mode)
    if operation != "pool" and (pooling != "max" or ceil_mode):
        raise ValueError(f'pooling and ceil_mode are for operation "pool", but operation is {operation!r}')
    axis = _axis(operation, padding=padding, ceil_mode=ceil_mode, **numbers)
    state: State = {name: getattr(axis, name) for name in ("size", "kernel", "stride", "dilation")}
    if isinstance(padding, str) and padding in _RULES:
        state["rule"] = padding
    elif isinstance(padding, int):
        state["padding"] = axis.pad_low
    else:
        state |= {"rule": "sides", "pad_low": axis.pad_low, "pad_high": axis.pad_high}
        if isinstance(axis, TransposedAxis) and axis.output_padding:
            state["output_padding"] = axis.output_padding
    state |= {} if operation == "conv" else {"operation": operation}
    return state | ({"pooling": pooling, "ceil_mode": ceil_mode} if operation == "pool" else {})


def _state_of_layer(what: Layer | Sequence[AnyAxis]) -> State:
    """The state that shows a layer, or rows and columns that are given apart."""
    given = what if isinstance(what, list | tuple) else [cast("Layer", what)]
    if getattr(what, "padding_mode", "zeros") != "zeros":
        raise ValueError(f"explore pads with zeros, but {what!r} does not")
    axes = tuple(axis for one in given for axis in axes_of(one))
    if not 1 <= len(axes) <= 2:
        raise ValueError(f"explore shows one or two axes, but {what!r} has {len(axes)}")
    rows, columns = axes[0], axes[-1]
    if type(rows) is not type(columns) or getattr(rows, "ceil_mode", 0) != getattr(columns, "ceil_mode", 0):
        raise ValueError(f"rows and columns must be of one kind, but are {rows} and {columns}")
    state = _state_of_axis(rows)
    if isinstance(what, Conv | Pool | TransposedConv):
        names = ("channels", "filters", "groups", "bias")
        state |= {name: getattr(what, name) for name in names if hasattr(what, name)}
        state |= {"tape": True} if len(axes) == 1 else {}
    if rows != columns:
        state |= {f"{name}_columns": value for name, value in _state_of_axis(columns).items()}
        state["rectangular"] = True
    if rule := _rule_of(what):
        state["rule"] = rule
    elif any(axis.pad_low != axis.pad_high for axis in axes):
        state["rule"] = "sides"
    if isinstance(rows, TransposedAxis):
        state["operation"] = "transposed"
    elif isinstance(what, Pool) or rows.ceil_mode:
        pooling = pooling_of(what) if isinstance(what, Pool) else "max"
        state |= {"operation": "pool", "pooling": pooling, "ceil_mode": rows.ceil_mode}
    return state


def _rule_of(what: object) -> str | None:
    """The rule by which a layer is padded, where the page has a word for it."""
    if isinstance(what, TransposedConv) and what.output_padding is not None:
        return None  # by the page's words, output padding is left to Keras's rule
    padding = what.padding if isinstance(what, Conv | Pool | TransposedConv) else None
    return padding if isinstance(padding, str) and padding in _RULES else None


def _state_of_axis(axis: AnyAxis) -> State:
    names = ["size", "kernel", "stride", "dilation", "pad_low", "pad_high"]
    names += ["output_padding"] if isinstance(axis, TransposedAxis) else []
    return {name: getattr(axis, name) for name in names} | {"padding": axis.pad_low}
