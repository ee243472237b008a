"""The explorer's Python side: what it can be given, what it reads back, what it refuses."""

import json
from itertools import product

import pytest
from witnesses import asks_keras, keras

from convarith import (
    Axis,
    Conv,
    Dense,
    Pool,
    TransposedAxis,
    TransposedConv,
    explore,
    explore_stack,
    receptive_field,
)

MAIN = ("size", "kernel", "stride", "padding", "dilation")


def axes():
    for size, kernel, stride, low, high in product((3, 8), (1, 3), (1, 2), (0, 1), (0, 1)):
        given = {"size": size, "kernel": kernel, "stride": stride, "pad_low": low, "pad_high": high}
        yield Axis(**given)
        yield Axis(**given, dilation=1, ceil_mode=True)
        try:
            yield TransposedAxis(**given, output_padding=stride - 1)
        except ValueError:  # nothing is left
            continue


@pytest.mark.slow
def test_an_axis_is_shown_as_it_is():
    shown = list(axes())
    for axis in shown:
        explorer = explore(axis, goal=5)
        assert explorer.axis == axis == explorer.columns
        assert explorer.view.goal == 5 and repr(explorer) == f"explore({axis!r}, goal=5)"
        again = eval(repr(explorer))
        assert again.axis == axis and again._state == explorer._state
    assert len(shown) > 80


def test_rows_and_columns_may_be_given_apart():
    for rows, columns in product(list(axes())[::7], repeat=2):
        ceil_modes = {getattr(axis, "ceil_mode", None) for axis in (rows, columns)}
        if type(rows) is type(columns) and len(ceil_modes) == 1:
            explorer = explore([rows, columns])
            assert (explorer.axis, explorer.columns) == (rows, columns)
            assert explorer.view.rectangular == (rows != columns)
        else:
            with pytest.raises(ValueError, match="rows and columns must be of one kind, but are"):
                explore([rows, columns])


def test_layers_are_shown_with_the_word_that_pads_them():
    for padding, rule in (("valid", "valid"), ("same", "same"), ("full", "full"), ("causal", "sides")):
        for size in (7, (7, 6)):
            conv = Conv(size=size, channels=2, filters=3, kernel=3, stride=2, padding=padding)
            explorer = explore(conv)
            assert (explorer.axis, explorer.columns) == (conv.axes[0], conv.axes[-1])
            assert (explorer.view.operation, explorer.view.rule) == ("conv", rule)
    up = TransposedConv(size=(4, 5), channels=1, filters=1, kernel=3, stride=2, padding="same")
    explorer = explore(up)
    assert (explorer.axis, explorer.columns) == up.axes
    assert (explorer.view.operation, explorer.view.rule) == ("transposed", "same")
    for operation, counted, pooling in (
        ("max", False, "max"),
        ("average", False, "average"),
        ("average", True, "average_padded"),
    ):
        pool = Pool(size=(7, 7), channels=1, kernel=3, padding=1, operation=operation, count_padding=counted)
        explorer = explore(pool)
        assert explorer.axis == pool.axes[0] and explorer.view.pooling == pooling
        assert (explorer.view.operation, explorer.view.rule) == ("pool", "number")


def test_a_stack_of_layers_is_shown_as_it_is():
    conv = {"channels": 1, "filters": 1, "kernel": 3}
    for padding in (0, 1, "same", "causal"):
        first = Conv(size=16, **conv, padding=padding)
        second = Conv(size=first.axes[0].output, **conv, padding=padding, dilation=2)
        stack = explore_stack([first, second])
        assert stack.axes == (*first.axes, *second.axes)
        assert receptive_field(stack.axes).size == 7 and stack.view.kinds == []
        assert repr(eval(repr(stack))) == repr(stack)
    square = Conv(size=(16, 16), **conv)
    stack = explore_stack(
        [square, Pool(size=14, channels=1, kernel=2), Axis(size=7, kernel=2, pad_low=1, pad_high=1)]
    )
    assert [axis.output for axis in stack.axes] == [14, 7, 8]
    assert stack.view.kinds == ["conv", "max", "conv"]
    assert explore_stack(Axis(size=9, kernel=2)).axes == (Axis(size=9, kernel=2),)


@asks_keras
def test_words_pad_a_transposed_layer_as_they_pad_that_of_keras():
    for size, kernel, stride, dilation in product((3, 5), (1, 2, 3, 4), (1, 2, 3), (1, 2)):
        if min(stride, dilation) > 1:
            continue
        for padding in ("valid", "same"):
            given = {"padding": padding, "dilation_rate": dilation}
            layer = keras.layers.Conv2DTranspose(1, kernel, strides=stride, **given)
            given = {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation}
            shown = explore(**given, padding=padding, operation="transposed")
            outputs = (shown.axis.output, shown.columns.output)
            assert outputs == tuple(layer.compute_output_shape((1, size, size, 1))[1:3]), (given, padding)
    assert explore(size=5, kernel=3, stride=2, padding="same", operation="transposed").axis.output == 10


def test_other_words_cut_off_what_the_direct_layer_adds():
    """`same_lower` as ONNX's SAME_LOWER, whose output is the stride times the input."""
    for kernel, stride, dilation in product((1, 2, 3, 4), (1, 2, 3), (1, 2)):
        given = {"kernel": kernel, "stride": stride, "dilation": dilation}
        for rule in ("same_lower", "full", "causal"):
            try:
                axis = explore(size=8, **given, padding=rule, operation="transposed").axis
            except ValueError as error:  # nothing is left
                assert "the padding cuts" in str(error) and rule != "same_lower"
                continue
            direct = getattr(Axis(size=axis.output, **given, pad_low=20), rule)()
            assert (axis.pad_low, axis.pad_high) == (direct.pad_low, direct.pad_high), axis
            assert rule != "same_lower" or axis.output == 8 * stride, axis


AXIS = Axis(size=5, kernel=3)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: explore(AXIS, kernel=3),
            TypeError,
            "explore takes a layer or the numbers of one, but kernel=3 was given",
        ),
        (
            lambda: explore(5),
            TypeError,
            "what must be an Axis, TransposedAxis, Conv, Pool or TransposedConv, or a list",
        ),
        (lambda: explore(Dense(inputs=1, units=1)), TypeError, "what must be an Axis"),
        (lambda: explore([AXIS] * 3), ValueError, "explore shows one or two axes, but [Axis("),
        (lambda: explore([]), ValueError, "explore shows one or two axes, but [] has 0"),
        (lambda: explore(goal=0), ValueError, "goal must be at least 1, but is 0"),
        (
            lambda: explore_stack([AXIS, AXIS]),
            ValueError,
            "layer 2 has size 5, but the layer before it gives 3",
        ),
        (
            lambda: explore_stack(AXIS, layers=2),
            TypeError,
            "explore_stack takes a layer or the numbers of one, but layers=2",
        ),
        (
            lambda: explore_stack(TransposedAxis(size=5, kernel=3)),
            ValueError,
            "a stack has neither stamps nor ceil_mode, but layer 1 is TransposedAxis(size=5, kernel=3)",
        ),
        (
            lambda: explore_stack([AXIS, Axis(size=3, kernel=2, stride=2, ceil_mode=True)]),
            ValueError,
            "a stack has neither stamps nor ceil_mode, but layer 2 is Axis(",
        ),
        (
            lambda: explore_stack([AXIS.padded_by(1, 1), AXIS.padded_by(2, 0)]),
            ValueError,
            "a stack is padded equally on both sides, or by one rule for all layers, but layer 2 has (2, 0)",
        ),
        (
            lambda: explore_stack(Conv(size=(5, 6), channels=1, filters=1, kernel=3)),
            ValueError,
            "explore_stack takes rows and columns that are alike, but those of Conv(size=(5, 6)",
        ),
        (
            lambda: explore_stack([Axis(size=5, kernel=1)] * 9),
            ValueError,
            "a stack has 8 layers at most, but 9 are",
        ),
    ],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value).startswith(message)


def test_padding_means_the_same_as_for_an_axis():
    for padding in (1, (1, 0), [1, 0], "valid", "same", "same_lower", "full", "causal"):
        expected = Axis.with_padding(padding, size=8, kernel=3, stride=2)
        assert explore(size=8, kernel=3, stride=2, padding=padding).axis == expected, padding


def test_stamps_that_no_direct_axis_equals_have_a_picture_too():
    axis = TransposedAxis(size=3, kernel=1, stride=2, pad_low=1)
    with pytest.raises(ValueError):
        _ = axis.equivalent
    assert "<svg" in explore(axis).picture().svg()


def test_a_pool_strides_by_its_kernel_unless_told_otherwise():
    assert explore(kernel=2, operation="pool").axis == Axis(size=7, kernel=2, stride=2)
    assert explore(kernel=2, stride=1, operation="pool").axis == Axis(size=7, kernel=2)
    explorer = explore(size=5, kernel=2, operation="pool", ceil_mode=True)
    assert explorer.axis == Axis(size=5, kernel=2, stride=2, ceil_mode=True) == explorer.columns
    explorer.view.operation = "conv"
    assert explorer.axis == Axis(size=5, kernel=2, stride=2)
    call = "explore(size=7, kernel=2, operation='pool', pooling='average', ceil_mode=True)"
    assert repr(eval(call)) == call


def test_the_axes_of_a_stack_follow_the_traits():
    stack = explore_stack(size=16, kernel=(3, 2), stride=(2, 1))
    assert stack.axes == (Axis(size=16, kernel=3, stride=2), Axis(size=7, kernel=2))
    stack.view.stack = [[2, 1, 0, 1], [2, 1, 0, 2], [2, 1, 0, 4]]
    stack.view.rule = "causal"
    assert [axis.pad_low for axis in stack.axes] == [1, 2, 4]
    assert {axis.output for axis in stack.axes} == {16}
    stack.view.rule, stack.view.size = "number", 6
    with pytest.raises(ValueError, match="kernel 2 with dilation 4 spans 5 cells, but the padded axis has 3"):
        _ = stack.axes
    assert explore_stack().axes[-1].output == 10
    call = "explore_stack(size=16, kernel=2, padding='causal', dilation=(1, 2, 4, 8))"
    assert repr(eval(call)) == call
    assert {slider: stack.sliders[slider].value for slider in MAIN}["stride"] == 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"layers": 9}, "a stack has 8 layers at most, but 9 are asked for"),
        (
            {"layers": 2, "kernel": (3, 3, 3)},
            "the numbers of layers must agree, but kernel says 3, layers says 2",
        ),
        ({"padding": "full"}, 'padding must be a number, "same" or "causal", but is \'full\''),
        ({"padding": (1, 2)}, 'padding must be a number, "same" or "causal", but is (1, 2)'),
        ({"kernel": (3, 0)}, "kernel must be at least 1, but is 0"),
        ({"size": 6}, "kernel 3 spans 3 cells, but the padded axis has 2"),
    ],
)
def test_explore_stack_refuses_what_does_not_go_together(given, message):
    with pytest.raises(ValueError) as caught:
        explore_stack(**given)
    assert str(caught.value) == message


def test_the_axis_follows_the_traits():
    explorer = explore(size=7, kernel=3, padding=(1, 0))
    assert explorer.axis == Axis(size=7, kernel=3, pad_low=1) == explorer.columns
    explorer.view.rule, explorer.view.stride = "same", 2
    assert explorer.axis == Axis(size=7, kernel=3, stride=2).same()
    explorer.view.rectangular, explorer.view.size_columns = True, 4
    assert explorer.columns == Axis(size=4, kernel=3, stride=1).same()
    explorer.view.operation = "transposed"
    assert explorer.axis == TransposedAxis(size=7, kernel=3, stride=2, pad_high=1)
    explorer.view.operation, explorer.view.rule, explorer.view.kernel = "conv", "valid", 8
    with pytest.raises(ValueError, match="kernel 8 spans 8 cells, but the padded axis has 7"):
        _ = explorer.axis


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"size": 0}, ValueError, "size must be at least 1, but is 0"),
        ({"kernel": 2.5}, TypeError, "kernel must be a whole number, but is 2.5 (float)"),
        ({"stride": True}, TypeError, "stride must be a whole number, but is True (bool)"),
        ({"padding": -1}, ValueError, "padding must be at least 0, but is -1"),
        ({"padding": (1, 2, 3)}, ValueError, "padding must be one number, or 2 of them, but is [1, 2, 3]"),
        ({"dilation": 4}, ValueError, "kernel 3 with dilation 4 spans 9 cells, but the padded axis has 7"),
        (
            {"operation": "sum"},
            ValueError,
            "operation must be one of conv, pool, transposed, but is 'sum'",
        ),
        (
            {"pooling": "min"},
            ValueError,
            "pooling must be one of max, average, average_padded, but is 'min'",
        ),
        (
            {"ceil_mode": True},
            ValueError,
            "pooling and ceil_mode are for operation \"pool\", but operation is 'conv'",
        ),
        (
            {"padding": "some"},
            ValueError,
            "padding must be a number, a pair or one of valid, same, same_lower, full, causal, but is 'some'",
        ),
    ],
)
def test_explore_refuses_what_axis_refuses(given, error, message):
    with pytest.raises(error) as caught:
        explore(**given)
    assert str(caught.value) == message


def test_what_is_shown_is_stable():
    def shown():
        bundle, _ = explore(size=7, kernel=3, padding="same")._repr_mimebundle_()
        bundle.pop("application/vnd.jupyter.widget-view+json")
        return json.dumps(bundle)

    assert shown() == shown()
    assert repr(explore(size=7, kernel=3, padding="same")) == "explore(size=7, kernel=3, padding='same')"
    assert (
        repr(eval(repr(explore(size=28, kernel=3, stride=2, goal=14))))
        == "explore(size=28, kernel=3, stride=2, goal=14)"
    )
