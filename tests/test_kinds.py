"""What is of the wrong kind is answered as well as a wrong number, by every public function.

Each argument of each of them is given each of many things, one at a time. It is used, if it is of a kind that
the argument may have; or refused by the library itself, in one sentence that says what was there.
"""

import inspect
import traceback

import numpy as np
import pytest
from witnesses import keras

import convarith
from convarith import Axis, Conv, Dense, TransposedAxis
from convarith.tracing.table import Row, Trace

AXIS, TRANSPOSED = Axis(size=5, kernel=3), TransposedAxis(size=3, kernel=3)
CONV, DENSE = Conv(size=(5, 5), channels=1, filters=1, kernel=3), Dense(inputs=2, units=1)
LAYER = {"size": 5, "channels": 2, "filters": 2, "kernel": 3}
# One call of each public function: what it cannot do without.
CALLS = {
    "Axis": {"size": 5, "kernel": 3},
    "TransposedAxis": {"size": 5, "kernel": 3},
    "settings": {"size": 5, "output": 3},
    "Conv": LAYER,
    "SeparableConv": LAYER,
    "TransposedConv": LAYER,
    "Pool": {"size": 5, "channels": 2, "kernel": 3},
    "AdaptivePool": {"size": 5, "channels": 2, "output": 3},
    "Dense": {"inputs": 5, "units": 2},
    "receptive_field": {"stack": [AXIS]},
    "trace": {"model": None},  # where there is Keras, a model
    "fitting": {"model": None, "near": 5},
    "in_keras": {"layer": CONV},
    "in_pytorch": {"layer": CONV},
    "in_onnx": {"layer": CONV},
    "in_jax": {"layer": CONV},
    "in_frameworks": {"layer": CONV},
    "compare_outputs": {"ours": {"a": np.ones((1, 2))}, "theirs": {"b": np.ones((1, 2))}},
    "draw_windows": {"axis": AXIS},
    "draw_centres": {"branches": {"a": AXIS}},
    "draw_grid": {"rows": AXIS},
    "draw_grids": {"layers": {"a": AXIS}},
    "draw_steps": {"rows": AXIS},
    "draw_reads": {"rows": AXIS},
    "draw_writes": {"rows": TRANSPOSED},
    "draw_stamps": {"axis": TransposedAxis(size=2, kernel=2)},
    "draw_images": {"images": {"a": np.zeros((2, 3))}},
    "draw_boxes": {"image": np.zeros((2, 3)), "boxes": {"a": (range(2), range(2))}},
    "draw_field": {"axes": [AXIS]},
    "draw_reach": {"axes": [AXIS]},
    "draw_paths": {"rows": [AXIS]},
    "draw_costs": {"layers": {"a": CONV}},
    "draw_filters": {"layer": CONV},
    "draw_im2col": {"layer": CONV},
    "draw_roofline": {"points": {"a": (1, 2)}, "compute": 3, "bandwidth": 4},
    "draw_network": {"trace": Trace("model", [Row(name="input", kind="InputLayer", output_shape=(5, 5, 1))])},
    "draw_spread": {"trials": {"a": [1, 2, 4]}},
    "animate": {"what": AXIS},
    "recorded": {"name": "timings"},
    "explore": {},
    "explore_stack": {},
    "predict": {"what": AXIS},
    "workbench": {"what": "nn.ReLU()"},
}
MADE_BY_FUNCTIONS = {"Animation", "Picture", "ReceptiveField", "Trace"}
WRONG = [
    5, -1, 2.5, True, None, "x", b"x", [], [5], [[1], [2, 3]], {"a": 5}, {5: CONV}, object(), np.zeros(3),
    AXIS, TRANSPOSED, CONV, DENSE, [TRANSPOSED], [CONV], Axis,
]  # fmt: skip
# What an argument may be, by its name; what it may be left out for, None, by its default.
WHOLE, SOME = (int,), (int, list)
MAY_BE = {
    **dict.fromkeys(("channels", "filters", "groups", "multiplier", "inputs", "units", "output"), WHOLE),
    "AdaptivePool.output": SOME,
    "padding_mode": (),
    "transposed": (bool,),
    **dict.fromkeys(("pad_low", "pad_high", "cell"), WHOLE),
    **dict.fromkeys(("size", "stride", "dilation", "padding", "output_padding", "at"), SOME),
    **dict.fromkeys(
        ("bias", "ceil_mode", "count_padding", "uneven", "flat", "to_scale", "zero", "totals"), (bool,)
    ),
    "stretched": (bool,),
    **dict.fromkeys(("axis", "rows", "columns"), (Axis, TransposedAxis)),
    "kernel": SOME,  # of a drawing, weights
    **dict.fromkeys(("count", "reach"), WHOLE),
    "near": (int, list),
    "image": (),
    "result": (),
    "limits": (),
    "seconds": (int, float),
    "stack": (list,),
    "layer": (Conv, Dense),
    "what": (Axis, TransposedAxis, Conv, list),
    "path": (),
    "unit": (str,),
    "theme": (),
    "operation": (),
    "name": (),
    "model": (),
    "input_shape": (),
    "axes": (),
    "branches": (),
    "draw_centres.at": WHOLE,
    "draw_windows.kernel": (np.ndarray,),
    "draw_filters.bias": (list,),
    "layers": (),
    "images": (),
    "boxes": (),
    "trace": (),
    "trials": (),
    **dict.fromkeys(("frameworks", "ours", "theirs"), ()),
    "channels_first": (bool,),
    "tolerance": (int, float),
    "points": (),
    "variants": (list,),
    **dict.fromkeys(("compute", "bandwidth"), (int, float)),
    "goal": WHOLE,
    "pooling": (),
    "find": (),
    **dict.fromkeys(("text", "hint", "why"), (str,)),
    "predict.what": (int, float, Axis, TransposedAxis, Conv, list),
    "explore.what": (Axis, TransposedAxis, Conv, list),
    "explore.kernel": WHOLE,
    "against": (Axis, TransposedAxis, Conv, list),
    "cost": (bool,),
    "controls": (list,),
    "workbench.what": (str, list),
    "input": (str,),
    "explore_stack.what": (Axis, Conv, list),
    "explore_stack.layers": WHOLE,
}


def arguments(name):
    """The names of a function's arguments, and which may be None. `ax` is matplotlib's."""
    parameters = inspect.signature(getattr(convarith, name)).parameters.values()
    return [(one.name, one.default is None) for one in parameters if one.name != "ax"]


def call(function, given=()):
    answer = getattr(convarith, function)(**{**CALLS[function], **dict(given)})
    return list(answer) if inspect.isgenerator(answer) else answer


def may_be_told(wrong):
    """What of it a sentence may name: it, or its kind, or something in it."""
    inside = [*wrong] if isinstance(wrong, list | dict | np.ndarray) else []
    inside += wrong.values() if isinstance(wrong, dict) else []
    return {repr(one)[:25] for one in (wrong, *inside)} | {type(wrong).__name__}


@pytest.fixture(autouse=True)
def with_a_model(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    if keras:
        model = keras.Sequential([keras.Input((5, 5, 1)), keras.layers.Conv2D(1, 3)])
        monkeypatch.setitem(CALLS, "trace", {"model": model})
        monkeypatch.setitem(CALLS, "fitting", {"model": model, "near": 5})


def test_every_public_function_is_asked():
    assert CALLS.keys() | MADE_BY_FUNCTIONS == set(convarith.__all__)
    assert {argument for name in CALLS for argument, _ in arguments(name)} <= MAY_BE.keys()
    for name in CALLS.keys() - ({"trace", "fitting"} if not keras else set()):
        call(name)


@pytest.mark.parametrize("name", CALLS)
def test_what_is_of_the_wrong_kind_is_refused_in_a_sentence_of_its_own(name):
    refused = 0
    for argument, may_be_none in arguments(name):
        for wrong in WRONG:
            case = f"{name}({argument}={wrong!r})"
            try:
                call(name, {argument: wrong})
            except (TypeError, ValueError) as error:
                refused += 1
                last, message = traceback.extract_tb(error.__traceback__)[-1], str(error)
                assert "convarith" in last.filename and "raise " in last.line, f"{case}: {error!r}"
                assert "\n" not in message, case
                if isinstance(error, TypeError):
                    assert any(told in message for told in may_be_told(wrong)), f"{case}: {message}"
            except Exception as error:
                pytest.fail(f"{case}: {error!r}")
            else:
                kinds = MAY_BE.get(f"{name}.{argument}", MAY_BE[argument])
                fits = type(wrong) in kinds or (wrong is None and may_be_none)
                assert fits, f"{case} is accepted"
    assert refused > 15


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: convarith.draw_windows(TRANSPOSED),
            "axis must be an Axis, but is TransposedAxis(size=3, kernel=3) (TransposedAxis)",
        ),
        (
            lambda: convarith.draw_costs([CONV]),
            "layers must be a mapping from names to layers, but is [Conv(size=(5, 5), channels=1, filters=1, "
            "kernel=3)] (list)",
        ),
        (lambda: convarith.draw_grid(5), "rows must be an Axis, but is 5 (int)"),
        (lambda: convarith.receptive_field(3), "stack must be axes or layers in a list, but is 3 (int)"),
        (lambda: convarith.in_keras(5), "in_keras takes a layer such as Conv or Pool, but was given 5"),
        (
            lambda: convarith.animate("x"),
            "animate takes an axis, a pair of axes of one kind, or a layer, not 'x'",
        ),
        (
            lambda: convarith.trace(5),
            "trace reads Sequential and functional Keras models, PyTorch modules, what torch.export "
            "makes of them, and ONNX models, not int: only these say how their layers are joined",
        ),
        (lambda: Conv(**LAYER, bias=1), "bias must be True or False, but is 1 (int)"),
        (
            lambda: convarith.draw_windows(np.zeros((30, 30))),
            f"axis must be an Axis, but is array([[{'0., ' * 18}… (ndarray)",
        ),
    ],
)
def test_the_sentence_says_what_there_must_be_and_what_there_is(make, message):
    with pytest.raises(TypeError) as caught:
        make()
    assert str(caught.value) == message
