"""Every layer and operation of Keras that `trace` reads: its shape, cost and field against Keras itself."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers as kl, ops

from convarith import trace
from convarith.tracing.keras_layers import LAYERS
from convarith.tracing.keras_operations import OPERATIONS

POSITIVE = keras.initializers.RandomUniform(0.5, 1.5, seed=1)


def seen_cells(model, axis, place):
    """Which input cells along an axis each output place along an axis has a gradient by: outputs × cells."""
    (entry,), (end,) = model.inputs, model.outputs
    outputs = end.shape[1 + place]
    one = np.random.default_rng(0).uniform(0.5, 1.5, (1, *entry.shape[1:])).astype("float32")
    start = tf.constant(np.repeat(one, outputs, axis=0))
    weights = tf.constant(np.random.default_rng(1).uniform(0.5, 1.5, end.shape[1:]).astype("float32"))
    with tf.GradientTape() as tape:
        tape.watch(start)
        made = tf.experimental.numpy.moveaxis(model(start, training=False) * weights, 1 + place, 1)
        one_each = tf.linalg.trace(tf.reduce_sum(tf.reshape(made, (outputs, outputs, -1)), axis=2))
    found = np.moveaxis(np.abs(tape.gradient(one_each, start).numpy()), 1 + axis, 1)
    return (
        found.reshape(outputs, found.shape[1], -1).sum(axis=2) > 1e-5
    )  # what has weight 0 may get a trace of rounding


def check_sight(model, row, places=(0, 1)):
    """What a row says is seen, cell by cell, against gradients."""
    assert row.sight is not None, row.note
    for axis, field, place in zip(places, row.sight.fields, row.sight.axes, strict=True):
        assert not field.lost
        seen = seen_cells(model, axis, 0 if place is None else place)
        seen = seen.any(axis=0, keepdims=True) if place is None else seen
        said = field.seen if len(field.seen) > 1 else field.seen * len(seen)
        for j, cells in enumerate(map(np.flatnonzero, seen)):
            assert said[j] == ((cells[0], cells[-1]) if len(cells) else None), (row, axis, j)


def conv(rank=2, **given):
    return getattr(kl, f"Conv{rank}D")(3, kernel_initializer=POSITIVE, **given)


def up(**given):
    return kl.Conv2DTranspose(2, kernel_initializer=POSITIVE, **given)


LAYERS_TRIED = {
    "Conv2D": [conv(kernel_size=(2, 3), strides=2, padding="same"), conv(kernel_size=3, dilation_rate=2)],
    "DepthwiseConv2D": [kl.DepthwiseConv2D(3, 2, depth_multiplier=2, depthwise_initializer=POSITIVE)],
    "SeparableConv2D": [
        kl.SeparableConv2D(3, 2, depthwise_initializer=POSITIVE, pointwise_initializer=POSITIVE)
    ],
    "Conv2DTranspose": [
        up(kernel_size=3, strides=2),
        up(kernel_size=2, strides=3, padding="same"),
        up(kernel_size=4, strides=3, padding="same"),
        up(kernel_size=3, strides=2, padding="same", output_padding=0),
        up(kernel_size=3, strides=2, padding="same", output_padding=1),
        up(kernel_size=2, strides=2, output_padding=1),
        up(kernel_size=(3, 2), strides=(1, 2)),
    ],
    "AveragePooling2D": [kl.AveragePooling2D(2), kl.AveragePooling2D(3, 2, padding="same")],
    "AdaptiveAveragePooling2D": [kl.AdaptiveAveragePooling2D((3, 4)), kl.AdaptiveAveragePooling2D(5)],
    "GlobalAveragePooling2D": [kl.GlobalAveragePooling2D(), kl.GlobalAveragePooling2D(keepdims=True)],
    "ZeroPadding2D": [kl.ZeroPadding2D(((1, 0), (2, 3)))],
    "Cropping2D": [kl.Cropping2D(((1, 0), (2, 1)))],
    "CenterCrop": [kl.CenterCrop(4, 3)],
    "UpSampling2D": [kl.UpSampling2D((2, 3)), kl.UpSampling2D(2, interpolation="bilinear")],
    "Resizing": [kl.Resizing(5, 9), kl.Resizing(4, 13, "nearest"), kl.Resizing(3, 3, antialias=True)],
    "Dense": [kl.Dense(3, kernel_initializer=POSITIVE)],
    "EinsumDense": [kl.EinsumDense("abcd,de->abce", (7, 6, 5), kernel_initializer=POSITIVE)],
    "TimeDistributed": [kl.TimeDistributed(kl.Conv1D(2, 3, kernel_initializer=POSITIVE))],
    "Permute": [kl.Permute((2, 1, 3)), kl.Permute((3, 1, 2))],
    "BatchNormalization": [kl.BatchNormalization(), kl.BatchNormalization(scale=False, center=False)],
    "LayerNormalization": [
        kl.LayerNormalization(),
        kl.LayerNormalization(center=False),
        kl.LayerNormalization((1, 2, 3)),
    ],
    "GroupNormalization": [kl.GroupNormalization(2)],
    "RMSNormalization": [kl.RMSNormalization()],
    "UnitNormalization": [kl.UnitNormalization(), kl.UnitNormalization((1, 2))],
    "PReLU": [
        kl.PReLU(POSITIVE),
        kl.PReLU(POSITIVE, shared_axes=[-1]),
        kl.PReLU(POSITIVE, shared_axes=[1, 2]),
    ],
    "Softmax": [kl.Softmax(), kl.Softmax(1), kl.Softmax((1, 2))],
    "Normalization": [kl.Normalization(mean=0.1, variance=2.0)],
    "Activation": [kl.Activation("softplus")],
    "ReLU": [kl.ReLU()],
    "LeakyReLU": [kl.LeakyReLU()],
    "ELU": [kl.ELU()],
    "Rescaling": [kl.Rescaling(0.1, 2.0)],
    "Dropout": [kl.Dropout(0.5), kl.SpatialDropout2D(0.5), kl.GaussianNoise(1.0), kl.GaussianDropout(0.5)],
    "Identity": [kl.Identity(), kl.ActivityRegularization(), kl.AlphaDropout(0.5)],
    "RandomFlip": [
        kl.RandomFlip(),
        kl.RandomRotation(0.1),
        kl.RandomZoom(0.1),
        kl.RandomTranslation(0.1, 0.1),
    ],
    "RandomContrast": [kl.RandomContrast(0.1), kl.RandomBrightness(0.1)],
}


@pytest.mark.parametrize(
    "layer", [one for tried in LAYERS_TRIED.values() for one in tried], ids=lambda one: one.name
)
def test_layers_make_cost_and_see_what_keras_says(layer):
    inputs = keras.Input((7, 6, 4))
    model = keras.Model(inputs, layer(inputs))
    row = trace(model)[-1]
    known = [size is not None for size in model.output.shape[1:]]
    assert np.array_equal(np.array(row.output_shape)[known], np.array(model.output.shape[1:])[known])
    assert (row.parameters, row.trainable) == (
        layer.count_params(),
        sum(int(np.prod(weight.shape)) for weight in layer.trainable_weights),
    )
    check_sight(model, row)


KERNEL = np.ones((3, 3, 2, 4), "float32")
OPERATIONS_TRIED = {
    "reversed channels": lambda x: x[..., ::-1],
    "every other row": lambda x: x[:, 1::2],
    "rows backwards": lambda x: x[:, ::-1, 1:-1],
    "one row": lambda x: x[:, 2],
    "a new axis": lambda x: x[:, None],
    "some channels": lambda x: x[..., :3],
    "cast": lambda x: ops.cast(x, "float32"),
    "times ones": lambda x: x * np.ones(4, "float32"),
    "plus a map": lambda x: x + np.ones((7, 6, 1), "float32"),
    "mean of channels": lambda x: ops.mean(x, axis=-1),
    "mean of rows": lambda x: ops.mean(x, axis=1, keepdims=True),
    "sum of places": lambda x: ops.sum(x, axis=(1, 2)),
    "average": lambda x: ops.average(x, axis=-1),
    "logsumexp": lambda x: ops.logsumexp(x, axis=2),
    "expand_dims": lambda x: ops.expand_dims(x, 1),
    "expand several": lambda x: ops.expand_dims(x, (1, -1)),
    "squeeze": lambda x: ops.squeeze(ops.mean(x, axis=1, keepdims=True), 1),
    "transpose": lambda x: ops.transpose(x, (0, 3, 1, 2)),
    "moveaxis": lambda x: ops.moveaxis(x, 3, 1),
    "swapaxes": lambda x: ops.swapaxes(x, 1, 2),
    "pad": lambda x: ops.pad(x, ((0, 0), (1, 2), (0, 1), (0, 0))),
    "pad reflect": lambda x: ops.pad(x, ((0, 0), (1, 2), (0, 1), (0, 0)), mode="reflect"),
    "pad symmetric": lambda x: ops.pad(x, ((0, 0), (1, 2), (2, 1), (0, 0)), mode="symmetric"),
    "stack": lambda x: ops.stack([x, 2 * x], axis=-1),
    "stack in front": lambda x: ops.stack([x, 2 * x], axis=1),
    "concatenate": lambda x: ops.concatenate([x, 2 * x], axis=-1),
    "split": lambda x: ops.split(x, 2, axis=-1)[1],
    "split at": lambda x: ops.split(x, [1, 3], axis=-1)[0],
    "unstack": lambda x: ops.unstack(x, axis=3)[1],
    "flip": lambda x: ops.flip(x, axis=1),
    "repeat": lambda x: ops.repeat(x, 2, axis=1),
    "softmax": lambda x: ops.softmax(x, axis=1),
    "relu of a product": lambda x: ops.relu(x * 2),
    "resize": lambda x: ops.image.resize(x, (9, 4)),
    "resize nearest": lambda x: ops.image.resize(x, (3, 11), "nearest"),
    "max_pool": lambda x: ops.average_pool(x, 3, 2, padding="same"),
    "conv": lambda x: ops.conv(x, np.ones((3, 2, 4, 5), "float32"), 2, padding="same"),
    "depthwise_conv": lambda x: ops.depthwise_conv(x, np.ones((3, 2, 4, 2), "float32")),
    "matmul": lambda x: ops.matmul(x, np.ones((4, 3), "float32")),
    "depth to space": lambda x: ops.reshape(
        ops.transpose(ops.reshape(x, (-1, 7, 6, 2, 2, 1)), (0, 1, 3, 2, 4, 5)), (-1, 14, 12, 1)
    ),
    "grouped channels": lambda x: ops.reshape(x, (-1, 7, 6, 2, 2)),
    "grey": lambda x: ops.image.rgb_to_grayscale(x[..., :3]),
}


def test_a_transposed_convolution_as_an_operation_is_as_large_as_keras_says():
    inputs = keras.Input((7, 6, 4))  # Keras 3.13 cannot run it in a model
    made = ops.conv_transpose(inputs, KERNEL, 2, "same", data_format="channels_last")
    assert trace(keras.Model(inputs, made))[-1].output_shape == made.shape[1:] == (14, 12, 2)


@pytest.mark.parametrize("name", OPERATIONS_TRIED)
def test_operations_make_and_see_what_keras_says(name):
    inputs = keras.Input((7, 6, 4))
    model = keras.Model(inputs, OPERATIONS_TRIED[name](inputs))
    network = trace(model)
    assert network[-1].output_shape == model.output.shape[1:] and not network.unknown
    check_sight(model, network[-1])


LOST = {
    "places joined": (lambda x: conv(1, kernel_size=2)(ops.reshape(x * x, (-1, 42, 4))), "places are lost"),
    "flattened and back": (lambda x: conv(kernel_size=2)(kl.Reshape((7, 6, 4))(kl.Flatten()(x * x))), ""),
    "rows parted": (
        lambda x: conv(kernel_size=2)(kl.Reshape((7, 3, 8))(conv(kernel_size=1)(x)[..., :1] * np.ones(4))),
        "places are lost",
    ),
    "maps of different sizes joined": (
        lambda x: ops.concatenate([x[:, -2:], x, x[:, :1]], axis=1),
        "side by side",
    ),
    "maps joined": (lambda x: ops.concatenate([x, x], axis=1), "side by side"),
    "half a map": (lambda x: ops.split(x, 2, axis=2)[0], "side by side"),
    "a product of maps": (lambda x: ops.matmul(x, ops.swapaxes(x, 2, 3)), "products of places"),
    "two orders": (
        lambda x: x[..., :1] * ops.ones((4,)) + ops.swapaxes(x[:, :6], 1, 2)[..., :1],
        "different axes",
    ),
}


@pytest.mark.parametrize("name", LOST)
def test_where_places_are_lost_it_says_so(name):
    make, reason = LOST[name]
    inputs = keras.Input((7 if name != "two orders" else 6, 6, 4))
    row = trace(keras.Model(inputs, make(inputs)))[-1]
    assert row.receptive_field is None and reason in row.note, row


def macs_of(layer, shape, weights=0):
    inputs = keras.Input(shape)
    model = keras.Model(inputs, layer(inputs))
    row = trace(model)[-1]
    assert row.parameters == layer.count_params() and row.output_shape == model.output.shape[1:]
    return row.macs


def test_what_networks_in_time_and_attention_cost():
    """Each weight is used once in each step; scores and sums take one product for each pair of places."""
    for layer in (
        kl.SimpleRNN(3),
        kl.LSTM(3),
        kl.GRU(3),
        kl.LSTM(3, return_sequences=True),
        kl.Bidirectional(kl.LSTM(3)),
    ):
        cost = macs_of(layer, (5, 4))
        assert cost == 5 * sum(int(np.prod(w.shape)) for w in layer.weights if "kernel" in w.path)
    layer = kl.ConvLSTM2D(2, 3, strides=2, padding="same", return_sequences=True)
    cost = macs_of(layer, (5, 8, 6, 3))
    kernels = {w.path.rpartition("/")[2]: int(np.prod(w.shape)) for w in layer.weights}
    assert cost == 5 * 4 * 3 * (kernels["kernel"] + kernels["recurrent_kernel"])
    one = kl.TimeDistributed(kl.Conv2D(2, 3))
    assert macs_of(one, (5, 8, 6, 3)) == 5 * 6 * 4 * 3 * 3 * 3 * 2
    inputs = keras.Input((5, 4))
    heads = kl.MultiHeadAttention(2, 3, value_dim=7)
    row = trace(keras.Model(inputs, heads(inputs, inputs)))[-1]
    projections = sum(int(np.prod(w.shape)) for w in heads.weights if "kernel" in w.path)
    assert row.macs == 5 * projections + 2 * 5 * 5 * (3 + 7) and row.parameters == heads.count_params()
    assert row.receptive_field is None and "depends on the numbers" in row.note
    product = kl.EinsumDense("abc,cd->abd", (None, 7))
    inputs = keras.Input((None, 4))
    assert trace(keras.Model(inputs, product(inputs)), (5, 4))[-1].macs == 5 * 4 * 7
    inner = kl.TimeDistributed(
        keras.Sequential([keras.Input((8, 6, 3)), kl.Conv2D(2, 3), kl.Flatten(), kl.Dense(2)])
    )
    inputs = keras.Input((5, 8, 6, 3))
    network = trace(keras.Model(inputs, inner(inputs)))
    assert network.parameters == inner.count_params()


def test_an_embedding_keeps_its_words_in_place():
    inputs = keras.Input((9,), dtype="int32")
    layers = kl.Conv1D(2, 3)(kl.Embedding(10, 4)(inputs))
    row = trace(keras.Model(inputs, layers))[-1]
    assert (row.receptive_field, row.interval(1), row.output_shape) == (3, range(1, 4), (7, 2))


# --- faults that were found, each with its kind ------------------------------------------------------------


def residual_up(more):
    inputs = keras.Input((25, 25, 1))
    low = kl.Conv2D(4, 3, strides=2, padding="same")(inputs)
    high = kl.Conv2DTranspose(1, 3, strides=2, padding="same", output_padding=more)(low)
    return inputs, high


def test_output_padding_is_that_of_the_layer():
    inputs, high = residual_up(0)
    network = trace(keras.Model(inputs, kl.Add()([inputs, high])))
    assert network[-1].output_shape == (25, 25, 1)
    assert trace(keras.Model(*residual_up(1)))[-1].output_shape == (26, 26, 1)


def test_what_keras_cannot_run_is_refused_with_the_reason():
    inputs = keras.Input((5, 5, 1))
    model = keras.Model(
        inputs, kl.Conv2DTranspose(1, 2, 2, padding="same", output_padding=0, name="t")(inputs)
    )
    with pytest.raises(ValueError, match=r"^t \(Conv2DTranspose\): with same padding, span 2 and stride 2"):
        trace(model)


class Liar(kl.Layer):
    """A class of a name that is read, which is taken for Keras's own."""

    __module__ = "keras.src.layers.liar"

    def call(self, x):
        return x[:, 1:]


Liar.__name__ = "ReLU"


def test_a_shape_is_never_said_against_what_keras_has_computed():
    inputs = keras.Input((9, 2))
    with pytest.raises(ValueError) as caught:
        trace(keras.Model(inputs, Liar(name="liar")(inputs)))
    assert str(caught.value) == "liar (ReLU) makes 9 × 2 by the arithmetic here, but 8 × 2 by the framework's"


def test_sizes_that_are_open_are_no_hindrance():
    inputs = keras.Input((None, None, 3))
    x = keras.applications.vgg16.preprocess_input(inputs)
    x = ops.mean(ops.cast(kl.Conv2D(2, 3)(x), "float32"), axis=(1, 2))
    network = trace(keras.Model(inputs, x), (32, 30, 3))
    assert network[-1].output_shape == (2,) and network[-1].receptive_field == "all" and not network.unknown


def test_operations_are_not_layers_of_the_same_name():
    inputs = keras.Input((8, 8, 4))
    model = keras.Model(inputs, [ops.reshape(inputs, (-1, 64, 4)), ops.average(inputs, axis=-1)])
    assert {row.output_shape for row in trace(model)[1:]} == {(64, 4), (8, 8)}
    inputs = keras.Input((8, 8, 1))
    assert trace(keras.Model(inputs, inputs * np.ones(3)))[-1].output_shape == (8, 8, 3)


@pytest.mark.parametrize(
    ("layers", "size", "cells"),
    [
        ([kl.Cropping2D(40), kl.GlobalAveragePooling2D()], 100, range(40, 60)),
        ([kl.Conv2D(1, 3, strides=2), kl.GlobalAveragePooling2D()], 28, range(27)),
        ([kl.Cropping2D(9), kl.ZeroPadding2D(9), kl.GlobalMaxPooling2D()], 28, range(9, 19)),
    ],
)
def test_a_pool_of_all_sees_what_is_left(layers, size, cells):
    row = trace(keras.Sequential([keras.Input((size, size, 1)), *layers]))[-1]
    assert (row.interval(0), row.sees(0), row.receptive_field, row.stride) == (cells, cells, len(cells), None)


@pytest.mark.parametrize(
    "layers",
    [
        [kl.GlobalAveragePooling2D(keepdims=True), kl.UpSampling2D(28), kl.Conv2D(1, 3)],
        [kl.Flatten(), kl.Dense(49), kl.Reshape((7, 7, 1)), kl.Conv2DTranspose(2, 4, 2, padding="same")],
    ],
)
def test_what_has_seen_all_goes_on_seeing_all(layers):
    network = trace(keras.Sequential([keras.Input((28, 28, 1)), *layers]))
    assert [row.receptive_field for row in network][-2:] == ["all", "all"]


def test_each_layer_has_its_channels_where_it_says():
    layers = [kl.Conv1D(16, 3), kl.GlobalAveragePooling1D(data_format="channels_first")]
    network = trace(keras.Sequential([keras.Input((100, 8)), *layers]))
    assert network[-1].receptive_field == 3 and network[-1].output_shape == (98,)
    across = [kl.Conv1D(16, 3), kl.AveragePooling1D(2, data_format="channels_first")]  # it pools channels
    row = trace(keras.Sequential([keras.Input((100, 8)), *across]))[-1]
    assert (row.output_shape, row.receptive_field, row.stride) == ((98, 8), 3, 1)


def shared_in_time():
    layer = kl.Conv2D(3, 3, padding="same")
    one, many = keras.Input((8, 8, 3)), keras.Input((4, 8, 8, 3))
    return keras.Model([one, many], [layer(one), kl.TimeDistributed(layer)(many)])


def low_rank():
    model = keras.Sequential([keras.Input((8,)), kl.Dense(16, name="d")])
    model.get_layer("d").enable_lora(2)
    return model


def in_whole_numbers():
    model = keras.Sequential([keras.Input((8,)), kl.Dense(16, name="d")])
    model.get_layer("d").quantize("int8")
    return model


def frozen():
    model = keras.Sequential(
        [keras.Input((8, 8, 4)), kl.Conv2D(2, 3), kl.PReLU(shared_axes=[-1]), kl.BatchNormalization()]
    )
    model.layers[0].trainable = False
    return model


@pytest.mark.parametrize("make", [shared_in_time, low_rank, in_whole_numbers, frozen])
def test_parameters_are_the_weights_counted_once(make):
    model = make()
    network = trace(model)
    assert network.parameters == model.count_params()
    assert network.trainable == sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert f"({network.trainable:,} trainable)" in str(network) or network.trainable == network.parameters


def test_a_model_without_weights_yet_has_those_that_it_will_have():
    layers = [
        kl.Normalization(),
        kl.Conv2D(4, 3),
        kl.BatchNormalization(),
        kl.PReLU(),
        kl.Flatten(),
        kl.Dense(2),
    ]
    model = keras.Sequential(layers)
    before = trace(model, (8, 8, 3))
    assert not model.built
    model.build((None, 8, 8, 3))
    after = trace(model)
    assert (before.parameters, before.trainable) == (after.parameters, after.trainable)
    assert after.parameters - after.trainable == 2 * 3 + 1 + 2 * 4


def test_rows_of_a_layer_that_is_called_twice_have_names_of_their_own():
    layer, inputs = kl.Conv1D(2, 3, padding="same", name="c"), keras.Input((9, 2))
    inner = keras.Sequential([keras.Input((9, 2)), kl.Dense(2, name="d")], name="m")
    network = trace(keras.Model(inputs, inner(inner(layer(layer(inputs))))))
    assert [row.name for row in network[1:]] == ["c", "c (2)", "m/d", "m (2)/d"]
    assert network["c (2)"].inputs == ("c",)


def two_outputs():
    inputs = keras.Input((None, None, 3))
    return keras.Model(inputs, kl.Lambda(lambda x: [x[:, ::2], x[:, 1::2]], name="two")(inputs))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: trace(keras.Sequential([keras.Input((8, 8, 4)), kl.ReLU()]), 224),
            TypeError,
            "input_shape must be a shape like (8, 8, 4), or a list of them, but is 224 (int)",
        ),
        (
            lambda: trace(
                keras.Sequential([keras.Input((None, None, 1)), kl.Cropping2D(3, name="c")]), (6, 9, 1)
            ),
            ValueError,
            "c (Cropping2D): cuts 6 cells off 6; it fits at 7 × 9 × 1 and at 7 × 10 × 1",
        ),
    ],
)
def test_sentences_have_the_numbers(make, error, message):
    with pytest.raises(error) as caught:
        make()
    assert str(caught.value) == message


def test_a_layer_of_two_outputs_that_is_not_read_has_both():
    network = trace(two_outputs(), (8, 8, 3))
    assert network["two"].output_shape == (4, 8, 3) and network["two"].note == "unknown: Lambda is not read"


def test_every_reader_is_of_something_that_keras_has():
    internal = {"CustomScaleLayer", "LayerScale", "StochasticDepth"}  # of keras.applications
    for kind in set(LAYERS) - internal:
        assert hasattr(kl, kind), kind
    import keras.src.ops as own  # noqa: PLC0415

    found = {
        name
        for module in (own.core, own.image, own.linalg, own.math, own.nn, own.numpy)
        for name in dir(module)
    }
    assert set(OPERATIONS) <= found, set(OPERATIONS) - found
