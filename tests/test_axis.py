"""`Axis` against witnesses that share nothing with it: a walk along the tape, and Keras itself."""

import re
from dataclasses import FrozenInstanceError
from itertools import product

import numpy as np
import pytest
from witnesses import asks_keras, keras

from convarith import Axis, TransposedAxis, settings

KERNELS, STRIDES, DILATIONS, PADS = range(1, 6), range(1, 6), range(1, 4), range(4)


def walk(size, kernel, stride, dilation, pad_low, pad_high, ceil_mode=False):
    """The windows, each a list of input indices, found by stepping along the padded tape."""
    tape = list(range(-pad_low, size + pad_high))
    windows, start = [], 0
    while True:
        window = [-pad_low + start + dilation * cell for cell in range(kernel)]
        beyond = window[-1] - tape[-1]
        if beyond > (stride - 1 if ceil_mode else 0):
            break
        windows.append(window)
        start += stride
    if ceil_mode and windows and windows[-1][0] >= size:
        windows.pop()
    return windows


def grid():
    return product(range(1, 9), KERNELS, STRIDES, DILATIONS, PADS, PADS)


@pytest.mark.parametrize("ceil_mode", [False, True])
def test_axis_counts_what_a_walk_along_the_tape_finds(ceil_mode):
    fitting = misfits = 0
    for size, kernel, stride, dilation, low, high in grid():
        given = {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation}
        given |= {"pad_low": low, "pad_high": high, "ceil_mode": ceil_mode}
        windows = walk(**given)
        if not windows:
            misfits += 1
            with pytest.raises(ValueError, match="spans"):
                Axis(**given)
            continue
        fitting += 1
        axis = Axis(**given)
        assert axis.output == len(windows), given
        assert [list(axis.window(j)) for j in range(axis.output)] == windows, given
        assert [list(window) for window in axis.windows] == windows, given
        assert axis.reads == tuple(sum(w.count(i) for w in windows) for i in range(size)), given
        beyond = [i for i in range(-low, size + high) if i > windows[-1][-1]]
        assert axis.unused == len(beyond), given
        beyond = [i for i in range(windows[-1][-1] + 1) if i >= size + high]
        assert axis.overhang == len(beyond), given
        everything = [*range(-low, size + high), *beyond]
        assert list(axis.extent) == everything, given
        assert list(axis.untouched) == [i for i in everything if not any(i in w for w in windows)], given
        assert axis.tape == size, given
        assert axis.span == windows[0][-1] - windows[0][0] + 1, given
        assert axis.padded == low + size + high, given
    assert fitting > 7_000 and misfits > 1_000


def who_reads_what(size, kernel, stride, dilation, padding):
    """A matrix (input cell, output): how Keras's convolution of ones spreads a single 1."""
    one_hot = np.eye(size, dtype="float32")[:, :, None]
    ones = np.ones((kernel, 1, 1), "float32")
    return keras.ops.conv(one_hot, ones, stride, padding, dilation_rate=dilation)[:, :, 0].numpy()


def by_axis(axis):
    return [[float(cell in axis.window(j)) for j in range(axis.output)] for cell in range(axis.size)]


@asks_keras
def test_same_and_valid_read_the_cells_that_keras_reads():
    checked = 0
    for size, kernel, stride, dilation in product(range(1, 10), range(1, 6), range(1, 5), range(1, 4)):
        # TensorFlow has no stride together with dilation; test_keras_refuses... shows that.
        if dilation * (kernel - 1) + 1 > size or (stride > 1 and dilation > 1):
            continue
        axis = Axis(size=size, kernel=kernel, stride=stride, dilation=dilation)
        for padding, padded in {"valid": axis.valid(), "same": axis.same()}.items():
            seen = who_reads_what(size, kernel, stride, dilation, padding)
            assert seen.tolist() == by_axis(padded), (padded, padding)
            assert seen.sum(axis=1).tolist() == list(padded.reads), (padded, padding)
            checked += 1
    assert checked > 250


@asks_keras
def test_uneven_and_causal_padding_are_those_of_keras_layers():
    for size, kernel, stride, low, high in product((4, 5, 7), (1, 2, 3, 4), (1, 2, 3), range(3), range(3)):
        axis = Axis(size=size, kernel=kernel, stride=stride).padded_by(low, high)
        one_hot = np.eye(size, dtype="float32")[:, :, None]
        padded = keras.layers.ZeroPadding1D((low, high))(one_hot)
        seen = keras.ops.conv(padded, np.ones((kernel, 1, 1), "float32"), stride, "valid")
        assert seen[:, :, 0].numpy().tolist() == by_axis(axis), axis

    for size, kernel, dilation in product((5, 8), (1, 2, 3), (1, 2)):
        layer = keras.layers.Conv1D(
            1, kernel, dilation_rate=dilation, padding="causal", kernel_initializer="ones"
        )
        seen = layer(np.eye(size, dtype="float32")[:, :, None])[:, :, 0].numpy()
        axis = Axis(size=size, kernel=kernel, dilation=dilation).causal()
        assert seen.tolist() == by_axis(axis), axis


@asks_keras
def test_output_sizes_of_keras_layers_in_two_dimensions():
    shapes = product(range(4, 9), range(5, 9), range(1, 5), range(1, 5), range(1, 4), range(1, 4))
    for height, width, kernel_h, kernel_w, stride_h, stride_w in list(shapes)[::7]:
        rows = Axis(size=height, kernel=kernel_h, stride=stride_h)
        columns = Axis(size=width, kernel=kernel_w, stride=stride_w)
        for padding in ("valid", "same"):
            layer = keras.layers.Conv2D(1, (kernel_h, kernel_w), (stride_h, stride_w), padding)
            shape = layer.compute_output_shape((1, height, width, 1))
            by_axes = getattr(rows, padding)().output, getattr(columns, padding)().output
            assert shape[1:3] == by_axes, (rows, columns, padding)


@asks_keras
def test_keras_refuses_stride_with_dilation_as_the_book_says():
    with pytest.raises(ValueError, match="not supported in conjunction"):
        keras.layers.Conv2D(1, 3, strides=2, dilation_rate=2)


def fitting_axes():
    for size, kernel, stride, dilation in product(range(1, 13), range(1, 6), range(1, 6), range(1, 4)):
        if dilation * (kernel - 1) + 1 <= size:
            yield Axis(size=size, kernel=kernel, stride=stride, dilation=dilation)


def test_same_is_the_least_padding_for_the_size_divided_and_rounded_up():
    for axis in fitting_axes():
        same, lower = axis.same(), axis.same_lower()
        assert same.output == lower.output == -(-axis.size // axis.stride), axis
        assert 0 <= same.pad_high - same.pad_low <= 1, axis
        assert (lower.pad_low, lower.pad_high) == (same.pad_high, same.pad_low), axis
        if same.pad_high:
            less = axis.padded_by(same.pad_low, same.pad_high - 1)
            assert less.output == same.output - 1, axis


def test_full_padding_gives_every_window_that_touches_the_input_and_no_other():
    for axis in fitting_axes():
        full = axis.full()
        assert full.window(0)[-1] == 0, axis
        last = full.window(full.output - 1)[0]
        assert last <= axis.size - 1 < last + axis.stride, axis
        if axis.stride == 1 and axis.dilation == 1:
            assert set(full.reads) == {axis.kernel}, axis


def test_causal_outputs_never_look_ahead():
    for axis in fitting_axes():
        causal = axis.causal()
        assert all(causal.window(j)[-1] == j * axis.stride for j in range(causal.output)), axis


def test_valid_drops_padding_and_the_other_settings_stay():
    axis = Axis(size=9, kernel=2, stride=3, dilation=2, pad_low=4, pad_high=5, ceil_mode=True)
    assert axis.valid() == Axis(size=9, kernel=2, stride=3, dilation=2, ceil_mode=True)
    assert axis.padded_by(4, 5) == axis


def test_then_goes_on_with_the_output():
    for axis in fitting_axes():
        after = axis.then(kernel=1, stride=2, dilation=3, pad_low=1, pad_high=2, ceil_mode=True)
        expected = Axis(
            size=axis.output, kernel=1, stride=2, dilation=3, pad_low=1, pad_high=2, ceil_mode=True
        )
        assert after == expected, axis


def test_an_axis_is_a_value():
    for axis in fitting_axes():
        padded = axis.padded_by(1, 2)
        for one in (axis, padded):
            again = eval(repr(one))
            assert again == one and hash(again) == hash(one), one
    assert repr(Axis(size=3, kernel=1, ceil_mode=True)) == "Axis(size=3, kernel=1, ceil_mode=True)"
    with pytest.raises(FrozenInstanceError):
        axis.size = 5
    with pytest.raises(TypeError):
        Axis(5, 3)


def test_whole_numbers_of_numpy_become_plain_ints():
    axis = Axis(size=np.int64(9), kernel=np.uint8(3), pad_low=np.int32(1))
    assert [type(n) for n in (axis.size, axis.kernel, axis.pad_low, axis.output)] == [int] * 4
    assert axis == Axis(size=9, kernel=3, pad_low=1)


# --- settings: the count backwards ------------------------------------------------------------------------


@pytest.mark.parametrize("uneven", [False, True])
def test_settings_finds_all_and_only_what_leads_there(uneven):
    for size, output in product((1, 4, 7, 28), (1, 2, 3, 4, 7, 14, 28)):
        wanted = []
        for stride, kernel, dilation in product((1, 2, 3), (1, 2, 3, 4), (1, 2)):
            span = dilation * (kernel - 1) + 1
            for low, high in product(range(span), range(span)):
                given = {"kernel": kernel, "stride": stride, "dilation": dilation}
                given |= {"size": size, "pad_low": low, "pad_high": high}
                if (low == high or uneven) and len(walk(**given)) == output:
                    wanted.append(Axis(**given))
        found = settings(size, output, kernel=range(1, 5), stride=range(1, 4), dilation=(1, 2), uneven=uneven)
        assert list(found) == wanted, (size, output)


LIMITS = {"kernel": range(1, 5), "stride": range(1, 5), "dilation": (1, 2)}


def within_limits(size, uneven):
    """What axes are given, with every padding below the span, in the order of `settings`."""
    for stride, kernel, dilation in product(LIMITS["stride"], LIMITS["kernel"], LIMITS["dilation"]):
        span = dilation * (kernel - 1) + 1
        for low, high in product(range(span), range(span)):
            if low == high or uneven:
                given = {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation}
                yield given | {"pad_low": low, "pad_high": high}


@pytest.mark.parametrize("uneven", [False, True])
def test_settings_with_ceil_mode_are_all_and_only_those_that_lead_there(uneven):
    dropped = 0
    for size, output in product((1, 2, 4, 7, 9), (1, 2, 3, 4, 5, 7, 9)):
        wanted = [
            Axis(**given, ceil_mode=True)
            for given in within_limits(size, uneven)
            if len(walk(**given, ceil_mode=True)) == output
        ]
        assert list(settings(size, output, **LIMITS, uneven=uneven, ceil_mode=True)) == wanted, (size, output)
        rounded = [-(-(axis.padded - axis.span) // axis.stride) + 1 for axis in wanted]
        dropped += sum(windows > output for windows in rounded)
    assert dropped > 50


def stamped(*, size, kernel, stride, dilation, pad_low, pad_high, output_padding):
    """How many cells are left of a tape on which every input cell has stamped its kernel."""
    last = max(i * stride + n * dilation for i in range(size) for n in range(kernel))
    return last + 1 + output_padding - pad_low - pad_high


@pytest.mark.parametrize("uneven", [False, True])
def test_settings_of_transposed_axes_are_all_and_only_those_that_lead_there(uneven):
    found = 0
    for size, output in product((1, 2, 4, 7, 13), (1, 2, 3, 8, 13, 14, 25, 26)):
        wanted = [
            TransposedAxis(**given, output_padding=more)
            for given in within_limits(size, uneven)
            for more in range(max(given["stride"], given["dilation"]))
            if stamped(**given, output_padding=more) == output
        ]
        listed = list(settings(size, output, **LIMITS, uneven=uneven, transposed=True))
        assert listed == wanted, (size, output)
        assert all(axis.output == output for axis in listed)
        found += len(listed)
    assert found > 300


def test_settings_of_a_layer_and_of_that_which_leads_back_are_the_same():
    """What leads down by windows, with the unused end as output padding, leads up by stamps."""
    for size, output in product((5, 8, 9), (2, 3, 4)):
        down = {axis.transpose() for axis in settings(size, output, **LIMITS, uneven=True)}
        up = settings(output, size, **LIMITS, uneven=True, transposed=True)
        assert down == {axis for axis in up if axis.output_padding < axis.stride}, (size, output)


def test_settings_takes_numbers_or_several_numbers():
    assert list(settings(28, 14, kernel=3, stride=2)) == [
        Axis(size=28, kernel=3, stride=2, pad_low=1, pad_high=1)
    ]
    assert list(settings(28, 14, kernel=[3], stride={2})) == list(settings(28, 14, kernel=3, stride=2))
    assert Axis(size=28, kernel=3, stride=2).same() in settings(28, 14, uneven=True)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"size": 0}, ValueError, "size must be at least 1, but is 0"),
        ({"output": -2}, ValueError, "output must be at least 1, but is -2"),
        ({"output": 1.5}, TypeError, "output must be a whole number, but is 1.5 (float)"),
        ({"kernel": [3, 0]}, ValueError, "kernel must be at least 1, but is 0"),
        ({"stride": "2"}, TypeError, "stride must be a whole number, but is '2' (str)"),
        ({"dilation": None}, TypeError, "dilation must be a whole number, but is None (NoneType)"),
        ({"transposed": 1}, TypeError, "transposed must be True or False, but is 1 (int)"),
        ({"ceil_mode": None}, TypeError, "ceil_mode must be True or False, but is None (NoneType)"),
        (
            {"transposed": True, "ceil_mode": True},
            ValueError,
            "a transposed axis has no ceil_mode: it has as many stamps as input cells",
        ),
    ],
)
def test_settings_refuses_bad_input_at_the_call(given, error, message):
    with pytest.raises(error) as caught:
        settings(**{"size": 28, "output": 14} | given)
    assert str(caught.value) == message


# --- errors -------------------------------------------------------------------------------------------------

LEAST = {"size": 1, "kernel": 1, "stride": 1, "dilation": 1, "pad_low": 0, "pad_high": 0}


@pytest.mark.parametrize("name", LEAST)
@pytest.mark.parametrize("value", [2.5, 3.0, float("nan"), True, False, "3", None, [3], 1j])
def test_what_is_no_whole_number_is_refused_by_name(name, value):
    with pytest.raises(TypeError) as caught:
        Axis(**{"size": 9, "kernel": 3} | {name: value})
    assert str(caught.value) == f"{name} must be a whole number, but is {value!r} ({type(value).__name__})"


@pytest.mark.parametrize("name", LEAST)
@pytest.mark.parametrize("below", [1, 2, 100])
def test_what_is_too_small_is_refused_by_name(name, below):
    value = LEAST[name] - below
    with pytest.raises(ValueError) as caught:
        Axis(**{"size": 9, "kernel": 3} | {name: value})
    assert str(caught.value) == f"{name} must be at least {LEAST[name]}, but is {value}"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"size": 8, "kernel": 5, "dilation": 2},
            "kernel 5 with dilation 2 spans 9 cells, but the padded axis has 8",
        ),
        ({"size": 4, "kernel": 5}, "kernel 5 spans 5 cells, but the padded axis has 4"),
        (
            {"size": 1, "kernel": 5, "pad_low": 2, "pad_high": 1},
            "kernel 5 spans 5 cells, but the padded axis has 4",
        ),
    ],
)
def test_a_kernel_that_does_not_fit_is_refused_with_both_numbers(given, message):
    with pytest.raises(ValueError) as caught:
        Axis(**given)
    assert str(caught.value) == message


def test_errors_of_the_methods():
    axis = Axis(size=9, kernel=3)
    cases = [
        (lambda: axis.window(7), ValueError, "there is no window 7: the 7 windows are numbered from 0"),
        (lambda: axis.window(-1), ValueError, "there is no window -1: the 7 windows are numbered from 0"),
        (
            lambda: Axis(size=3, kernel=3).window(1),
            ValueError,
            "there is no window 1: the 1 window is numbered from 0",
        ),
        (
            lambda: axis.divisors(count_padding=1),
            TypeError,
            "count_padding must be True or False, but is 1 (int)",
        ),
        (lambda: axis.window(1.0), TypeError, "j must be a whole number, but is 1.0 (float)"),
        (lambda: axis.padded_by(-1, 0), ValueError, "pad_low must be at least 0, but is -1"),
        (lambda: axis.then(kernel=8), ValueError, "kernel 8 spans 8 cells, but the padded axis has 7"),
        (
            lambda: Axis(size=2, kernel=3, pad_low=1).valid(),
            ValueError,
            "kernel 3 spans 3 cells, but the padded axis has 2",
        ),
        (
            lambda: Axis(size=9, kernel=3, ceil_mode=1),
            TypeError,
            "ceil_mode must be True or False, but is 1 (int)",
        ),
    ]
    for call, error, message in cases:
        with pytest.raises(error) as caught:
            call()
        assert str(caught.value) == message


# --- numbers from the literature ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "output", "padding"),
    [
        (224, 7, 2, 112, (2, 3)),
        (28, 3, 2, 14, (0, 1)),
        (14, 3, 2, 7, (0, 1)),
        (7, 3, 2, 4, (1, 1)),
        (13, 6, 5, 3, (1, 2)),
        (5, 2, 1, 5, (0, 1)),
        (3, 1, 3, 1, (0, 0)),
    ],
)
def test_worked_cases_of_same(size, kernel, stride, output, padding):
    axis = Axis(size=size, kernel=kernel, stride=stride).same()
    assert (axis.output, (axis.pad_low, axis.pad_high)) == (output, padding)


@pytest.mark.parametrize(
    ("axis", "output"),
    [  # the notes of CS231n, "Spatial arrangement"
        (Axis(size=227, kernel=11, stride=4), 55),
        (Axis(size=224, kernel=11, stride=4), 54),
        (Axis(size=7, kernel=3), 5),
        (Axis(size=7, kernel=3, stride=2), 3),
        (Axis(size=10, kernel=3, stride=2), 4),
        # Dumoulin and Visin's animations
        (Axis(size=4, kernel=3), 2),
        (Axis(size=5, kernel=4, pad_low=2, pad_high=2), 6),
        (Axis(size=5, kernel=3, pad_low=1, pad_high=1), 5),
        (Axis(size=5, kernel=3, pad_low=2, pad_high=2), 7),
        (Axis(size=5, kernel=3, stride=2), 2),
        (Axis(size=5, kernel=3, stride=2, pad_low=1, pad_high=1), 3),
        (Axis(size=6, kernel=3, stride=2, pad_low=1, pad_high=1), 3),
        (Axis(size=7, kernel=3, dilation=2), 3),
        # PyTorch's ceil_mode, where its documented formula and its result differ
        (Axis(size=32, kernel=1, stride=2, ceil_mode=True), 16),
        (Axis(size=5, kernel=2, stride=2, pad_low=1, pad_high=1, ceil_mode=True), 3),
        (Axis(size=10, kernel=3, stride=4, ceil_mode=True), 3),
    ],
)
def test_sizes_from_the_literature(axis, output):
    assert axis.output == output


# --- padding by rule, divisors of averages ------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["same", "same_lower", "full", "causal"])
def test_with_padding_needs_to_fit_only_with_it(rule):
    bare = 0
    for size, kernel, stride, dilation in product(range(1, 9), KERNELS, STRIDES, DILATIONS):
        given = {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation}
        padded = Axis.with_padding(rule, **given)
        assert getattr(padded, rule)() == padded, given
        try:
            axis = Axis(**given)
        except ValueError:
            bare += 1
            windows = walk(**given, pad_low=padded.pad_low, pad_high=padded.pad_high)
            assert padded.output == len(windows), given
            continue
        assert padded == getattr(axis, rule)(), given
    assert bare > 100


@asks_keras
def test_same_of_keras_needs_no_bare_fit_either():
    for size, kernel, stride in product(range(1, 4), range(1, 8), range(1, 4)):
        seen = who_reads_what(size, kernel, stride, 1, "same")
        assert seen.tolist() == by_axis(Axis.with_padding("same", size=size, kernel=kernel, stride=stride))


def test_with_padding_takes_numbers_and_refuses_the_rest():
    given = {"size": 4, "kernel": 5}
    assert Axis.with_padding((1, 2), **given) == Axis(**given, pad_low=1, pad_high=2)
    assert Axis.with_padding(2, **given, ceil_mode=True) == Axis(
        **given, pad_low=2, pad_high=2, ceil_mode=True
    )
    cases = [
        ("valid", ValueError, "kernel 5 spans 5 cells, but the padded axis has 4"),
        (
            "mirror",
            ValueError,
            "padding must be a number, a pair or one of valid, same, same_lower, full, causal, "
            "but is 'mirror'",
        ),
        ((1, 2, 3), ValueError, "padding must be one number, or 2 of them, but is [1, 2, 3]"),
        (-1, ValueError, "padding must be at least 0, but is -1"),
        (0.5, TypeError, "padding must be a whole number, but is 0.5 (float)"),
    ]
    for padding, error, message in cases:
        with pytest.raises(error) as caught:
            Axis.with_padding(padding, **given)
        assert str(caught.value) == message
    with pytest.raises(TypeError, match=r"kernel must be a whole number, but is \[3\] \(list\)"):
        Axis.with_padding("same", size=4, kernel=[3])


@asks_keras
def test_divisors_without_padding_are_those_of_tensorflow():
    for size, kernel, stride, padding in product(range(1, 8), range(1, 5), range(1, 4), ("valid", "same")):
        if padding == "valid" and kernel > size:
            continue
        axis = Axis.with_padding(padding, size=size, kernel=kernel, stride=stride)
        one_hot = np.eye(size, dtype="float32")[:, :, None]
        averages = keras.ops.average_pool(one_hot, kernel, stride, padding)[:, :, 0].numpy()
        reads = np.array(by_axis(axis))
        assert np.allclose(averages * axis.divisors(count_padding=False), reads), axis


def test_an_explanation_is_right_in_every_line():
    seen = set()
    for i, k, s, d, low, high in product(range(1, 7), range(1, 4), range(1, 4), (1, 2), (0, 1), (0, 2)):
        given = {"size": i, "kernel": k, "stride": s, "dilation": d, "pad_low": low, "pad_high": high}
        for kind, more in (
            (Axis, {}),
            (Axis, {"ceil_mode": True}),
            (TransposedAxis, {"output_padding": i % s}),
        ):
            try:
                axis = kind(**given, **more)
            except ValueError:
                continue
            symbols = {"i": i, "k": k, "s": s, "d": d, "p_low": low, "p_high": high, "span": axis.span}
            symbols |= {name: getattr(axis, name, None) for name in ("padded", "output_padding")}
            symbols |= {"floor": lambda x: int(x // 1), "ceil": lambda x: -int(-x // 1)}
            for line in axis.explain().splitlines():
                if "=" not in line:
                    seen.add("dropped")
                    continue
                name, *sums, result = line.split(" = ")
                for part in sums:  # with symbols or with numbers, it makes what it is said to make
                    assert eval(re.sub(r"(\b[sd]|\d)\(", r"\1*(", part), symbols) == int(result), line
                word = name.split()[0]
                seen.add(word)
                assert word == "fit" or int(result) == getattr(axis, word), line
    assert seen == {"span", "padded", "fit", "output", "unused", "dropped"}
