"""Layers against Keras, and their multiply-accumulates against a walk that counts them one by one."""

from itertools import pairwise, product
from math import ceil, prod

import keras
import numpy as np
import pytest

from convarith import (
    AdaptivePool,
    Axis,
    Conv,
    Dense,
    Pool,
    SeparableConv,
    TransposedAxis,
    TransposedConv,
    animate,
    explore,
    in_jax,
    in_keras,
    in_onnx,
    in_pytorch,
)

KERAS_CONVS = [keras.layers.Conv1D, keras.layers.Conv2D, keras.layers.Conv3D]
KERAS_TRANSPOSED = [keras.layers.Conv1DTranspose, keras.layers.Conv2DTranspose, keras.layers.Conv3DTranspose]
KERAS_DEPTHWISE = [keras.layers.DepthwiseConv1D, keras.layers.DepthwiseConv2D]
KERAS_SEPARABLE = [keras.layers.SeparableConv1D, keras.layers.SeparableConv2D]
KERAS_POOLS = {
    "max": [keras.layers.MaxPooling1D, keras.layers.MaxPooling2D, keras.layers.MaxPooling3D],
    "average": [keras.layers.AveragePooling1D, keras.layers.AveragePooling2D, keras.layers.AveragePooling3D],
}


def spread(value, rank):
    """One number for each axis, of a number for all or of a tuple that is cut to length."""
    return value[:rank] if isinstance(value, tuple) else (value,) * rank


def grid(rank, kernels=(1, 3, (2, 3, 4)), strides=(1, 2, (1, 2, 3)), dilations=(1, 2)):
    """Kernel, stride, dilation and padding of layers: not stride with dilation, which Keras refuses."""
    for kernel, stride, dilation, padding in product(kernels, strides, dilations, ("valid", "same")):
        kernel, stride = spread(kernel, rank), spread(stride, rank)
        if dilation == 1 or set(stride) == {1}:
            yield {"kernel": kernel, "stride": stride, "dilation": dilation, "padding": padding}


def pairs(channels, filters, groups):
    """How many pairs of a channel and a filter are in the same group."""
    parts = [[number * groups // many for number in range(many)] for many in (channels, filters)]
    return sum(c == f for c, f in product(*parts))


def walked(size, *, channels, filters, groups=1, kernel, stride, dilation, padding):
    """Counts the multiplications of a convolution: every cell of every window, for channels and filters."""
    reads = []
    for i, k, s in zip(size, kernel, stride, strict=True):
        span = dilation * (k - 1) + 1
        end = max((ceil(i / s) - 1) * s + span, i) if padding == "same" else i
        reads.append([start + dilation * tap for start in range(0, end - span + 1, s) for tap in range(k)])
    return sum(1 for _ in product(*reads)) * pairs(channels, filters, groups)


def stamped(size, *, channels, filters, groups=1, kernel, stride, dilation):
    """Counts the multiplications of a transposed convolution: every cell of the stamp of every input cell."""
    writes = [
        [i * s + dilation * tap for i in range(cells) for tap in range(k)]
        for cells, k, s in zip(size, kernel, stride, strict=True)
    ]
    return sum(1 for _ in product(*writes)) * pairs(channels, filters, groups)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_convolutions_are_those_of_keras(rank):
    size = (7, 9, 8)[:rank]
    for layer, (channels, filters, groups, bias) in product(
        grid(rank), ((4, 6, 1, True), (4, 6, 2, False), (3, 3, 3, True))
    ):
        given = {"channels": channels, "filters": filters, "groups": groups}
        ours = Conv(size=size, bias=bias, **given, **layer)
        theirs = KERAS_CONVS[rank - 1](
            filters, layer["kernel"], layer["stride"], layer["padding"],
            dilation_rate=layer["dilation"], groups=groups, use_bias=bias,
        )  # fmt: skip
        theirs.build((None, *size, channels))
        assert ours.output_shape == theirs.compute_output_shape((1, *size, channels))[1:], ours
        assert ours.activations == prod(ours.output_shape)
        assert ours.parameters == theirs.count_params(), ours
        assert ours.macs == walked(size, **given, **layer), ours


@pytest.mark.slow
@pytest.mark.parametrize("rank", [1, 2])
@pytest.mark.parametrize("multiplier", [1, 3])
def test_depthwise_and_separable_convolutions_are_those_of_keras(rank, multiplier):
    size = (9, 11)[:rank]
    for layer, bias in product(grid(rank), (True, False)):
        said = {"depth_multiplier": multiplier, "dilation_rate": layer["dilation"], "use_bias": bias}
        ours = Conv.depthwise(size=size, channels=4, multiplier=multiplier, bias=bias, **layer)
        theirs = KERAS_DEPTHWISE[rank - 1](layer["kernel"], layer["stride"], layer["padding"], **said)
        theirs.build((None, *size, 4))
        assert ours.output_shape == theirs.compute_output_shape((1, *size, 4))[1:], ours
        assert ours.parameters == theirs.count_params(), ours
        inner = walked(size, channels=4, filters=4 * multiplier, groups=4, **layer)
        assert ours.macs == inner, ours

        ours = SeparableConv(size=size, channels=4, filters=6, multiplier=multiplier, bias=bias, **layer)
        theirs = KERAS_SEPARABLE[rank - 1](6, layer["kernel"], layer["stride"], layer["padding"], **said)
        theirs.build((None, *size, 4))
        assert ours.output_shape == theirs.compute_output_shape((1, *size, 4))[1:], ours
        assert ours.parameters == theirs.count_params(), ours
        mixing = {"kernel": spread(1, rank), "stride": spread(1, rank), "dilation": 1, "padding": "valid"}
        outer = walked(ours.output_shape[:-1], channels=4 * multiplier, filters=6, **mixing)
        assert ours.macs == inner + outer, ours
        assert ours.activations == prod(ours.output_shape)


def test_in_three_dimensions_a_separable_convolution_is_its_two_parts():
    # Keras has none, but it has both parts.
    size = (7, 9, 8)
    for layer in grid(3):
        ours = SeparableConv(size=size, channels=2, filters=5, multiplier=2, **layer)
        first = keras.layers.Conv3D(
            4, layer["kernel"], layer["stride"], layer["padding"],
            dilation_rate=layer["dilation"], groups=2, use_bias=False,
        )  # fmt: skip
        second = keras.layers.Conv3D(5, 1)
        first.build((None, *size, 2))
        between = first.compute_output_shape((1, *size, 2))
        second.build(between)
        assert ours.output_shape == second.compute_output_shape(between)[1:], ours
        assert ours.parameters == first.count_params() + second.count_params(), ours
        inner = walked(size, channels=2, filters=4, groups=2, **layer)
        assert ours.macs == inner + prod(between[1:]) * 5, ours
        assert ours.axes == ours.parts[0].axes


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_transposed_convolutions_are_those_of_keras(rank):
    size = (4, 3, 2)[:rank]
    compared = 0
    for layer, extra in product(grid(rank), (None, 0, 1)):
        given = {"size": size, "channels": 3, "filters": 4, "output_padding": extra}
        spans = [layer["dilation"] * (k - 1) + 1 for k in layer["kernel"]]
        least = [1 - span % 2 if layer["padding"] == "same" else 0 for span in spans]
        steps = zip(least, layer["stride"], strict=True)
        if extra is not None and not all(low <= extra < low + s for low, s in steps):
            with pytest.raises(ValueError, match=f"but it is {extra}"):  # no way back to the size
                TransposedConv(**given, **layer)
            continue
        ours = TransposedConv(**given, **layer)
        theirs = KERAS_TRANSPOSED[rank - 1](
            4, layer["kernel"], layer["stride"], layer["padding"],
            output_padding=extra, dilation_rate=layer["dilation"],
        )  # fmt: skip
        theirs.build((None, *size, 3))
        assert ours.output_shape == tuple(theirs.compute_output_shape((1, *size, 3))[1:]), ours
        assert ours.activations == prod(ours.output_shape)
        assert ours.parameters == theirs.count_params(), ours
        stamp = {name: layer[name] for name in ("kernel", "stride", "dilation")}
        assert ours.macs == stamped(size, channels=3, filters=4, **stamp), ours
        groups = {"channels": 4, "filters": 6, "groups": 2}
        grouped = TransposedConv(size=size, **groups, output_padding=extra, **layer)
        assert grouped.macs == stamped(size, **groups, **stamp), grouped
        assert grouped.parameters == prod(layer["kernel"]) * pairs(**groups) + 6
        compared += 1
    assert compared > 30


def test_a_convolution_of_ones_sums_to_its_multiplications():
    # Every product is 1, so that Keras itself has counted them; "valid" cuts nothing off.
    for kernel, stride in product(((1, 1), (3, 3), (2, 3)), (1, 2, 3)):
        ones = np.ones((1, 6, 7, 2), "float32")
        said = {"kernel_initializer": "ones", "use_bias": False}
        summed = float(np.sum(keras.layers.Conv2D(3, kernel, stride, **said)(ones)))
        given = {"size": (6, 7), "channels": 2, "filters": 3, "kernel": kernel, "stride": stride}
        assert Conv(**given).macs == summed
        summed = float(np.sum(keras.layers.Conv2DTranspose(3, kernel, stride, **said)(ones)))
        assert TransposedConv(**given).macs == TransposedConv(**given, padding="same").macs == summed


def test_dense_layers_are_those_of_keras_and_convolutions_of_full_size():
    for inputs, units, bias in product((1, 7, 12, 30), (1, 2, 10), (True, False)):
        ours = Dense(inputs=inputs, units=units, bias=bias)
        theirs = keras.layers.Dense(units, use_bias=bias)
        theirs.build((None, inputs))
        assert ours.output_shape == theirs.compute_output_shape((1, inputs))[1:] == (ours.activations,)
        assert ours.parameters == theirs.count_params()
        assert ours.macs == sum(1 for _ in product(range(inputs), range(units)))
        full = Conv(size=inputs, channels=3, filters=units, kernel=inputs, bias=bias)
        dense = Dense(inputs=3 * inputs, units=units, bias=bias)
        assert (full.parameters, full.macs, full.activations) == (
            dense.parameters, dense.macs, dense.activations,
        )  # fmt: skip
    assert eval(repr(Dense(inputs=3, units=2, bias=False))) == Dense(inputs=3, units=2, bias=False)


@pytest.mark.parametrize("operation", ["max", "average"])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_pools_are_those_of_keras(rank, operation):
    size = (9, 11, 8)[:rank]
    for kernel, stride, padding in product((2, 3, (2, 3, 4)), (None, 1, (1, 2, 3)), ("valid", "same")):
        kernel = kernel[:rank] if isinstance(kernel, tuple) else kernel
        stride = stride[:rank] if isinstance(stride, tuple) else stride
        ours = Pool(size=size, channels=5, kernel=kernel, stride=stride, padding=padding, operation=operation)
        layer = KERAS_POOLS[operation][rank - 1](kernel, stride, padding)
        assert ours.output_shape == layer.compute_output_shape((1, *size, 5))[1:], ours
        assert ours.activations == prod(ours.output_shape)
        assert (ours.parameters, ours.macs) == (layer.count_params(), 0)


@pytest.mark.parametrize(
    "call",
    [
        "Conv(size=(5, 6), channels=1, filters=2, kernel=3)",
        "Conv(size=(5, 6), channels=1, filters=2, kernel=(3, 2), stride=2, padding=((1, 1), (1, 1)))",
        "Conv(size=5, channels=1, filters=2, kernel=3, padding=(1, 1), bias=False)",
        "SeparableConv(size=(5, 5, 5), channels=1, filters=2, kernel=3, padding='same', dilation=2)",
        "TransposedConv(size=(4, 4), channels=1, filters=2, kernel=3, stride=(2, 3), output_padding=1)",
        "Pool(size=(4, 4), channels=1, kernel=2, stride=2, operation='average')",
        "Dense(inputs=3, units=4)",
    ],
)
def test_a_layer_is_written_as_it_is_made(call):
    assert repr(eval(call)) == call


def test_arguments_for_all_axes_or_one_for_each():
    given = {"channels": 1, "filters": 1}
    assert len(Conv(size=5, kernel=3, **given).axes) == 1
    assert len(Conv(size=5, kernel=(3, 3), **given).axes) == 2
    assert Conv(size=5, kernel=[3, 3], **given) == Conv(size=(5, 5), kernel=3, **given)
    assert Conv(size=5, kernel=3, padding=(0, 2), **given).axes == (Axis(size=5, kernel=3, pad_high=2),)
    rows, columns = Conv(size=(5, 6), kernel=3, padding=((0, 2), "same"), **given).axes
    assert rows == Axis(size=5, kernel=3, pad_high=2) and columns == Axis(size=6, kernel=3).same()
    rows, columns = Conv(size=(5, 6), kernel=3, padding=(1, 2), **given).axes
    assert rows == Axis(size=5, kernel=3).padded_by(1, 1) and columns == Axis(size=6, kernel=3).padded_by(
        2, 2
    )
    layer = Conv(size=(5, 6), kernel=3, padding="causal", dilation=2, **given)
    assert eval(repr(layer)) == layer and hash(layer) == hash(eval(repr(layer)))
    pool = Pool(size=(2, 2), channels=1, kernel=3, stride=1, padding="same", ceil_mode=True)
    assert eval(repr(pool)) == pool and pool.output_shape == (2, 2, 1)
    up = TransposedConv(size=(5, 6), kernel=3, stride=2, padding=(0, 1), output_padding=(1, 0), **given)
    assert up.axes == (
        TransposedAxis(size=5, kernel=3, stride=2, output_padding=1),
        TransposedAxis(size=6, kernel=3, stride=2, pad_low=1, pad_high=1),
    )
    assert eval(repr(up)) == up and up.output_shape == (12, 11, 1)
    up = TransposedConv(size=5, kernel=3, padding=(0, 1), **given)
    assert up.axes == (TransposedAxis(size=5, kernel=3, pad_high=1),)
    separable = SeparableConv(size=(5, 6), kernel=3, multiplier=2, bias=False, **given)
    assert eval(repr(separable)) == separable and hash(separable) == hash(eval(repr(separable)))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: Conv(size=5, channels=4, filters=6, kernel=3, groups=4),
            ValueError,
            "filters must be a multiple of groups (4), but is 6",
        ),
        (
            lambda: Conv(size=5, channels=0, filters=6, kernel=3),
            ValueError,
            "channels must be at least 1, but is 0",
        ),
        (
            lambda: Conv(size=(5, 5), channels=1, filters=6, kernel=(3, 3, 3)),
            ValueError,
            "size must be one number, or 3 of them, but is [5, 5]",
        ),
        (
            lambda: Conv(size=(5, 5), channels=1, filters=6, kernel=3, padding=("same", "same", "same")),
            ValueError,
            "size must be one number, or 3 of them, but is [5, 5]",
        ),
        (
            lambda: Conv(size=(5, 5, 5), channels=1, filters=6, kernel=3, padding=("same", "valid")),
            ValueError,
            "padding must have an entry for each of the 3 axes, but has 2",
        ),
        (
            lambda: Conv(size=5, channels=1.0, filters=6, kernel=3),
            TypeError,
            "channels must be a whole number, but is 1.0 (float)",
        ),
        (
            lambda: Conv.depthwise(size=5, channels=4, multiplier=0, kernel=3),
            ValueError,
            "multiplier must be at least 1, but is 0",
        ),
        (
            lambda: Conv.depthwise(size=2, channels=4, kernel=3),
            ValueError,
            "kernel 3 spans 3 cells, but the padded axis has 2",
        ),
        (
            lambda: SeparableConv(size=5, channels=4, filters=True, kernel=3),
            TypeError,
            "filters must be a whole number, but is True (bool)",
        ),
        (
            lambda: SeparableConv(size=5, channels=4, filters=6, kernel=3, dilation=4),
            ValueError,
            "kernel 3 with dilation 4 spans 9 cells, but the padded axis has 5",
        ),
        (
            lambda: TransposedConv(size=5, channels=3, filters=6, kernel=3, groups=2),
            ValueError,
            "channels must be a multiple of groups (2), but is 3",
        ),
        (
            lambda: TransposedConv(size=5, channels=3, filters=6, kernel=3, padding=-1),
            ValueError,
            "padding must be at least 0, but is -1",
        ),
        (
            lambda: Dense(inputs=0, units=10),
            ValueError,
            "inputs must be at least 1, but is 0",
        ),
        (
            lambda: Dense(inputs=3, units="10"),
            TypeError,
            "units must be a whole number, but is '10' (str)",
        ),
        (
            lambda: Pool(size=5, channels=1, kernel=3, operation="mean"),
            ValueError,
            "operation must be max or average, but is 'mean'",
        ),
        (
            lambda: Pool(size=(5, 5, 5, 5), channels=1, kernel=3),
            ValueError,
            "a layer has one to three axes, but 4 were given",
        ),
        (
            lambda: Pool(size=2, channels=1, kernel=3),
            ValueError,
            "kernel 3 spans 3 cells, but the padded axis has 2",
        ),
    ],
)
def test_bad_input_is_refused_with_its_numbers(make, error, message):
    with pytest.raises(error) as caught:
        make()
    assert str(caught.value) == message


# --- adaptive pools ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", ["max", "average"])
def test_adaptive_pools_read_the_windows_of_keras(operation):
    for size, output in product(range(1, 10), range(1, 10)):
        layer = AdaptivePool(size=size, channels=1, output=output, operation=operation)
        names: dict = {"keras": keras}
        exec(in_keras(layer), names)
        tape = np.arange(size, dtype="float32") ** 2 % 7 - 3
        made = np.array(names["layer"](tape[None, :, None]))[0, :, 0]
        (windows,) = layer.windows
        reduce = max if operation == "max" else np.mean
        np.testing.assert_allclose(made, [reduce(tape[list(window)]) for window in windows], rtol=1e-5)
        assert layer.output_shape == (output, 1) and layer.activations == output


def test_adaptive_pools_whose_windows_are_alike_are_pools():
    overlapping = 0
    for size, output in product(range(1, 13), range(1, 13)):
        layer = AdaptivePool(size=(size, 12), channels=2, output=(output, 4), operation="average")
        sizes = {len(window) for window in layer.windows[0]}
        steps = {after.start - before.start for before, after in pairwise(layer.windows[0])}
        alike = len(sizes) == 1 and len(steps) < 2 and 0 not in steps
        assert (layer.pool is not None) == alike, layer
        overlapping += alike and size % output > 0
        if layer.pool:
            assert [axis.windows for axis in layer.pool.axes] == list(layer.windows)
            assert in_onnx(layer) == in_onnx(layer.pool) and in_jax(layer) == in_jax(layer.pool)
        else:
            assert in_onnx(layer).startswith("# ONNX has no such layer: its windows are of one size")
        assert in_pytorch(layer).endswith(f"nn.AdaptiveAvgPool2d({(output, 4) if output != 4 else 4})")
    assert overlapping > 15


# --- what stands in the padding ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "padding", "fits"),
    [
        ("reflect", 4, True), ("reflect", 5, False), ("circular", 5, True), ("circular", 6, False),
        ("replicate", 9, True), ("zeros", 9, True), ("reflect", (0, 5), False),
    ],
)  # fmt: skip
def test_padding_takes_no_more_cells_than_there_are(mode, padding, fits):
    """PyTorch's limits: reflection needs a cell more than it turns back, a circle all of them."""
    given = {"size": 5, "channels": 1, "filters": 1, "kernel": 3, "padding": padding, "padding_mode": mode}
    if fits:
        plain = Conv(**{name: value for name, value in given.items() if name != "padding_mode"})
        assert Conv(**given).output_shape == plain.output_shape
        return
    most = 4 if mode == "reflect" else 5
    with pytest.raises(ValueError, match=f"5 cells allow {most} on each side, but it is"):
        Conv(**given)


@pytest.mark.parametrize("show", [explore, animate])
def test_what_is_not_shown_with_zeros_is_not_shown(show):
    layer = Conv(size=5, channels=1, filters=1, kernel=3, padding=1, padding_mode="reflect")
    with pytest.raises(ValueError, match="pads with zeros, but"):
        show(layer)
