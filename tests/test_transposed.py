"""`TransposedAxis` against stamps on a tape, against `Axis`, and against Keras."""

from itertools import product

import keras
import numpy as np
import pytest
import tensorflow as tf

from convarith import Axis, TransposedAxis


def stamp(size, kernel, stride, dilation, pad_low, pad_high, output_padding):
    """How often each output cell is written: kernels are stamped onto a tape, then its ends cut off."""
    tape = []
    for i in range(size):
        for cell in range(kernel):
            place = i * stride + cell * dilation
            tape += [0] * (place + 1 - len(tape))
            tape[place] += 1
    tape += [0] * output_padding
    return tape[pad_low : len(tape) - pad_high]


def grid():
    for size, kernel, stride, dilation in product(range(1, 6), range(1, 5), range(1, 5), range(1, 4)):
        for low, high, extra in product(range(3), range(3), range(max(stride, dilation))):
            given = {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation}
            yield given | {"pad_low": low, "pad_high": high, "output_padding": extra}


def test_it_writes_what_stamps_write():
    misfits = 0
    for given in grid():
        written = stamp(**given) if stamp(**given | {"pad_high": 0})[given["pad_high"] :] else []
        if not written:
            misfits += 1
            with pytest.raises(ValueError, match="the padding cuts"):
                TransposedAxis(**given)
            continue
        axis = TransposedAxis(**given)
        assert axis.output == len(written), given
        assert list(axis.writes) == written, given
        low, whole = given["pad_low"], stamp(**given | {"pad_low": 0, "pad_high": 0, "output_padding": 0})
        whole += [0] * (low + len(written) - len(whole))  # where output padding goes on past all stamps
        assert list(axis.extent) == list(range(-low, len(whole) - low)), given
        assert list(axis.untouched) == [place - low for place, count in enumerate(whole) if not count], given
        assert axis.windows == tuple(axis.window(i) for i in range(axis.size)), given
        assert (axis.tape, axis.overhang) == (len(written), 0), given
    assert misfits > 50


def test_the_equivalent_direct_axis_reads_what_is_written():
    refused = 0
    for given in grid():
        try:
            axis = TransposedAxis(**given)
        except ValueError:
            continue
        if max(axis.pad_low, axis.pad_high - axis.output_padding) > axis.span - 1:
            refused += 1
            with pytest.raises(ValueError, match="no direct axis cuts input cells off"):
                _ = axis.equivalent
            continue
        direct = axis.equivalent
        assert (direct.size, direct.output, direct.stride) == (axis.stretched, axis.output, 1), given
        for i, j in product(range(axis.size), range(axis.output)):
            # Input i stands in cell i * stride of the stretched input; zeros are between.
            assert (i * axis.stride in direct.window(j)) == (j in axis.window(i)), (given, i, j)
    assert refused > 20


def test_transpose_leads_back_and_swaps_who_reads_with_who_writes():
    for size, kernel, stride, dilation in product(range(1, 9), range(1, 5), range(1, 5), range(1, 4)):
        for low, high in product(range(3), range(3)):
            try:
                axis = Axis(size=size, kernel=kernel, stride=stride, dilation=dilation).padded_by(low, high)
            except ValueError:
                continue
            back = axis.transpose()
            assert (back.size, back.output) == (axis.output, axis.size), axis
            assert back.output_padding == axis.unused and back.writes == axis.reads, axis
    with pytest.raises(ValueError, match="ceil_mode"):
        Axis(size=6, kernel=3, stride=2, ceil_mode=True).transpose()


def test_keras_makes_the_same_sizes_and_stamps():
    for size, kernel, stride, extra in product(range(1, 5), range(1, 5), range(1, 4), range(3)):
        if extra < stride:
            axis = TransposedAxis(size=size, kernel=kernel, stride=stride, output_padding=extra)
            layer = keras.layers.Conv1DTranspose(
                1, kernel, strides=stride, output_padding=extra, kernel_initializer="ones"
            )
            written = layer(np.ones((1, size, 1), "float32"))[0, :, 0].numpy()
            assert written.tolist() == list(axis.writes), axis


@pytest.mark.parametrize(
    ("direct", "back"),
    [  # Dumoulin and Visin's animations: the direct layer, and what its transpose makes of the output
        (Axis(size=4, kernel=3), (2, 4)),
        (Axis(size=5, kernel=4, pad_low=2, pad_high=2), (6, 5)),
        (Axis(size=5, kernel=3, pad_low=1, pad_high=1), (5, 5)),
        (Axis(size=5, kernel=3, pad_low=2, pad_high=2), (7, 5)),
        (Axis(size=5, kernel=3, stride=2), (2, 5)),
        (Axis(size=5, kernel=3, stride=2, pad_low=1, pad_high=1), (3, 5)),
        (Axis(size=6, kernel=3, stride=2, pad_low=1, pad_high=1), (3, 6)),
    ],
)
def test_sizes_from_the_literature(direct, back):
    transposed = direct.transpose()
    assert (transposed.size, transposed.output) == back
    if direct.stride == 2:
        assert transposed.stretched == 2 * transposed.size - 1
        assert transposed.output_padding == (1 if direct.size == 6 else 0)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"size": 0}, ValueError, "size must be at least 1, but is 0"),
        ({"kernel": 1.0}, TypeError, "kernel must be a whole number, but is 1.0 (float)"),
        ({"output_padding": -1}, ValueError, "output_padding must be at least 0, but is -1"),
        ({"output_padding": 2}, ValueError, "output_padding must be smaller than the stride 2, but is 2"),
        (
            {"output_padding": 3, "dilation": 3},
            ValueError,
            "output_padding must be smaller than the stride 2 or the dilation 3, but is 3",
        ),
        (
            {"pad_low": 4, "pad_high": 3},
            ValueError,
            "the padding cuts 4 + 3 cells off an output that has 7",
        ),
    ],
)
def test_bad_input_is_refused_with_its_numbers(given, error, message):
    with pytest.raises(error) as caught:
        TransposedAxis(**{"size": 3, "kernel": 3, "stride": 2} | given)
    assert str(caught.value) == message


def test_windows_are_numbered_and_it_is_a_value():
    axis = TransposedAxis(size=3, kernel=3, stride=2, pad_low=1)
    assert eval(repr(axis)) == axis and list(axis.window(0)) == [-1, 0, 1]
    for i in (-1, 3):
        with pytest.raises(ValueError, match=f"there is no input {i}: the 3 cells are numbered from 0"):
            axis.window(i)
    with pytest.raises(ValueError, match="there is no input 1: the 1 cell is numbered from 0"):
        TransposedAxis(size=1, kernel=3).window(1)


# --- the rules of the frameworks ----------------------------------------------------------------------------


def keras_layer(kernel, stride, padding, output_padding, dilation):
    return keras.layers.Conv1DTranspose(
        1,
        kernel,
        strides=stride,
        padding=padding,
        output_padding=output_padding,
        dilation_rate=dilation,
        kernel_initializer="ones",
    )


def leads_back(layer, size):
    """Whether the direct layer makes `size` cells of those that Keras promises, as its shapes alone tell."""
    promised = layer.compute_output_shape((1, size, 1))
    names = ("kernel_size", "strides", "padding", "dilation_rate")
    direct = keras.layers.Conv1D(1, **{name: getattr(layer, name) for name in names})
    try:
        return direct.compute_output_shape(promised)[1] == size
    except ValueError:  # no window fits
        return False


def keras_dilates(layer, size, given):
    """What stands in for a dilated layer, which not every CPU computes: the gradient of the direct one."""
    output = layer.compute_output_shape((1, size, 1))[1]
    tape_of_ones = tf.Variable(np.ones((1, output, 1), "float32"))
    ones = np.ones((given["kernel"], 1, 1), "float32")
    with tf.GradientTape() as tape:
        direct = keras.ops.conv(tape_of_ones, ones, 1, given["padding"], dilation_rate=given["dilation"])
    axis = TransposedAxis.keras(size=size, **given)
    assert axis.output == output, (size, given)
    assert list(axis.writes) == tape.gradient(direct, tape_of_ones)[0, :, 0].numpy().tolist(), (size, given)
    return True


@pytest.mark.slow
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("output_padding", [None, 0, 1, 2, 3, 4])
def test_keras_rules_sizes_stamps_and_refusals(padding, output_padding):
    accepted = refused = dilated = 0
    for size, kernel, stride, dilation in product((1, 3), range(1, 6), range(1, 6), (1, 2, 3)):
        given = {"kernel": kernel, "stride": stride, "padding": padding}
        given |= {"output_padding": output_padding, "dilation": dilation}
        try:
            layer = keras_layer(**given)
        except ValueError as refusal:
            assert "conjunction" in str(refusal)
            refused += 1
            with pytest.raises(ValueError, match="no stride together with dilation"):
                TransposedAxis.keras(size=size, **given)
            continue
        if not leads_back(layer, size):  # then it is not run: what a kernel makes of it differs
            refused += 1
            with pytest.raises(ValueError, match="leads back"):
                TransposedAxis.keras(size=size, **given)
            continue
        if dilation > 1:
            dilated += keras_dilates(layer, size, given)
            continue
        written = layer(np.ones((1, size, 1), "float32"))[0, :, 0].numpy()
        accepted += 1
        axis = TransposedAxis.keras(size=size, **given)
        assert axis.output == layer.compute_output_shape((1, size, 1))[1], (size, given)
        assert list(axis.writes) == written.tolist(), (size, given)
    assert refused >= 75 and accepted + dilated > 0


def test_without_output_padding_keras_makes_these_sizes():
    for size, kernel, stride in product(range(1, 6), range(1, 7), range(1, 6)):
        given = {"size": size, "kernel": kernel, "stride": stride}
        assert TransposedAxis.keras(**given, padding="same").output == size * stride
        assert TransposedAxis.keras(**given).output == (size - 1) * stride + kernel + max(stride - kernel, 0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"padding": "same", "kernel": 4, "output_padding": 0},
            "with same padding, span 4 and stride 2 the direct layer leads back to 3 only for "
            "output_padding 1 to 2, but it is 0",
        ),
        (
            {"stride": 1, "output_padding": 1},
            "with valid padding, span 3 and stride 1 the direct layer leads back to 3 only for "
            "output_padding 0, but it is 1",
        ),
        ({"dilation": 2}, "Keras has no stride together with dilation, but they are 2 and 2"),
        ({"padding": "full"}, "padding must be valid or same, but is 'full'"),
        ({"output_padding": -1}, "output_padding must be at least 0, but is -1"),
    ],
)
def test_what_keras_refuses_is_refused_with_its_rule(given, message):
    with pytest.raises(ValueError) as caught:
        TransposedAxis.keras(**{"size": 3, "kernel": 3, "stride": 2} | given)
    assert str(caught.value) == message
