"""`trace` against Keras, layer by layer, against gradients of the models, and numbers from the literature."""

import gc
import random
import re
from fractions import Fraction
from itertools import product
from math import prod

import keras
import numpy as np
import pytest
import tensorflow as tf
from grids import EXHAUSTIVE, many, thinned
from keras import layers as kl

from convarith import Conv, Dense, Pool, Trace, draw_network, fitting, trace
from convarith.tracing.keras_layers import LAYERS as READERS

# In every run: together they have every kind of layer, padding and group that the others have. Those:
# make test-exhaustive.
COVERING = "ConvNeXtTiny EfficientNetB0 InceptionResNetV2 MobileNetV3Small NASNetMobile Xception".split()  # noqa: SIM905
OTHERS = """
    ConvNeXtBase ConvNeXtLarge ConvNeXtSmall ConvNeXtXLarge DenseNet121 DenseNet169 DenseNet201
    EfficientNetB1 EfficientNetB2 EfficientNetB3 EfficientNetB4 EfficientNetB5 EfficientNetB6 EfficientNetB7
    EfficientNetV2B0 EfficientNetV2B1 EfficientNetV2B2 EfficientNetV2B3 EfficientNetV2L EfficientNetV2M
    EfficientNetV2S InceptionV3 MobileNet MobileNetV2 MobileNetV3Large NASNetLarge ResNet101 ResNet101V2
    ResNet152 ResNet152V2 ResNet50 ResNet50V2 VGG16 VGG19
""".split()  # noqa: SIM905
READ = COVERING + OTHERS if EXHAUSTIVE else COVERING


@pytest.fixture
def shapes_alone():
    """Weights have shapes and no numbers, which nobody computes with and which take most of the time."""
    with keras.StatelessScope(initialize_variables=False):
        yield


built_of_shapes = pytest.mark.usefixtures("shapes_alone")


# --- what Keras itself says, asked without a trace ---------------------------------------------------------


def called(model, prefix=""):
    """Every call of a layer in a functional model, nested ones opened: name, layer, shapes in and out."""
    for operation in model.operations:
        name = prefix + operation.name
        inner = getattr(operation, "_functional", operation)
        if hasattr(inner, "operations"):
            yield from called(inner, f"{name}/")
            continue
        for node in operation._inbound_nodes:
            if not isinstance(operation, kl.InputLayer):
                shapes = [
                    [tensor.shape[1:] for tensor in ends] for ends in (node.input_tensors, node.outputs)
                ]
                yield name, operation, *shapes


def weights_used(layer, before, after):
    """Multiply-accumulates from the weights that Keras has made: each kernel, times the places it is at."""
    first = getattr(layer, "data_format", None) == "channels_first"
    places = [prod(shape[1:] if first else shape[:-1]) for shape in (before[0], after[0])]
    kernels = [
        weight
        for weight in getattr(layer, "weights", ())
        if "kernel" in weight.path.rpartition("/")[2] and not isinstance(layer, kl.BatchNormalization)
    ]
    at_input = "Transpose" in type(layer).__name__
    return sum(prod(kernel.shape) * places[0 if at_input else 1] for kernel in kernels)


def check_costs(model, network):
    """Every row of a trace against the layer of the same name."""
    asked = {name: rest for name, *rest in called(getattr(model, "_functional", model))}
    rows = [row for row in network if row.kind != "InputLayer"]
    assert {row.name for row in rows} == set(asked)
    for row in rows:
        layer, before, after = asked[row.name]
        counted = layer.count_params() if isinstance(layer, kl.Layer) else 0
        assert row.output_shape == after[0], row
        assert row.parameters == counted, row
        assert row.macs == weights_used(layer, before, after), row
        assert row.activations in (0, prod(after[0])), row
    assert network.parameters == model.count_params()
    assert network.unknown == ()


# --- networks of keras.applications ------------------------------------------------------------------------


@pytest.fixture
def application(request, shapes_alone):
    size = {"input_shape": (224, 224, 3)} if "MobileNetV3" in request.param else {}
    yield getattr(keras.applications, request.param)(weights=None, **size)
    keras.backend.clear_session()
    gc.collect()


@pytest.mark.slow
@pytest.mark.parametrize("application", READ, indirect=True)
def test_every_layer_of_the_networks_that_come_with_keras(application):
    network = trace(application)
    check_costs(application, network)
    whole = network[0].output_shape[0]
    # NASNetMobile starts with windows of 3 at stride 2 that leave the last row and column unread.
    last = 223 if "nasnet" in application.name.lower() and whole == 224 else "all"
    assert network[-1].receptive_field == last
    assert network[-1].sees(0) == range(whole if last == "all" else last)
    svg = draw_network(network).svg()
    assert svg.startswith("<?xml") and network.name in draw_network(network).alt


def test_all_networks_that_come_with_keras_are_in_the_lists():
    there = [name for name in dir(keras.applications) if name[0].isupper()]
    assert sorted(COVERING + OTHERS) == there


# Facts of the literature; fields of networks without branches (VGG16, AlexNet) are in test_receptive.


@built_of_shapes
@pytest.mark.slow
def test_vgg16_is_as_its_paper_says():
    network = trace(keras.applications.VGG16(weights=None))
    assert network["block5_pool"].centre == 15.5
    assert network.parameters == 138_357_544 and network.macs == 15_470_264_320
    assert sum(row.macs for row in network if isinstance(row.layer, Conv)) == 15_346_630_656
    assert network.activations == 15_237_608
    biases = sum(row.output_shape[-1] for row in network if isinstance(row.layer, Conv | Dense))
    assert (network.parameters - biases, biases) == (138_344_128, 13_416)


@built_of_shapes
def test_alexnet_at_227():
    conv, pool = kl.Conv2D, kl.MaxPooling2D
    layers = [conv(96, 11, 4), pool(3, 2), conv(256, 5, padding="same", groups=2), pool(3, 2)]
    layers += [conv(384, 3, padding="same"), conv(384, 3, padding="same", groups=2)]
    layers += [conv(256, 3, padding="same", groups=2), pool(3, 2)]
    network = trace(keras.Sequential([keras.Input((227, 227, 3)), *layers]))
    assert [row.output_shape[0] for row in network] == [227, 55, 27, 27, 13, 13, 13, 13, 6]
    assert network[1].parameters == 34_944


def fixed_padding(x, kernel, **given):
    """As TF-Slim's `conv2d_same` and pools: padded by (k - 1) / 2 on both sides, whatever the size."""
    return kl.Conv2D(8, kernel, **given)(kl.ZeroPadding2D(kernel // 2)(x) if kernel > 1 else x)


def resnet_v1(units, step=(3, "last"), pool="same"):
    """ResNet v1 with few channels: a block's stride is on its first unit, or on the last before."""
    kernel, place = step
    inputs = keras.Input((224, 224, 3))
    x = fixed_padding(inputs, 7, strides=2)
    if pool == "same":
        x = kl.MaxPooling2D(3, 2, padding="same")(x)
    else:
        x = kl.MaxPooling2D(3, 2)(kl.ZeroPadding2D(1)(x))
    for block, count in enumerate(units):
        for unit in range(count):
            steps = (block > 0 and unit == 0) if place == "first" else (block < 3 and unit == count - 1)
            stride = 2 if steps else 1
            shortcut = kl.MaxPooling2D(1, stride)(x) if stride > 1 else x
            y = kl.Conv2D(8, 1, strides=stride if kernel == 1 else 1)(x)
            y = fixed_padding(y, 3, strides=stride if kernel == 3 else 1)
            x = kl.Add()([shortcut, kl.Conv2D(8, 1)(y)])
    return keras.Model(inputs, x)


@built_of_shapes
@pytest.mark.parametrize(
    ("units", "step", "pool", "said"),
    [
        ((3, 4, 6, 3), (3, "last"), "same", (483, 32, 239)),  # TF-Slim, and the next as well
        ((3, 4, 23, 3), (3, "last"), "same", (1027, 32, 511)),
        ((3, 4, 6, 3), (3, "last"), "padded by 1", (483, 32, 241)),
        ((3, 4, 6, 3), (1, "first"), "padded by 1", (483, 32, 241)),  # Keras
        ((3, 4, 6, 3), (3, "first"), "padded by 1", (427, 32, 213)),  # torchvision
        ((3, 4, 6, 3), (3, "first"), "same", (427, 32, 211)),
    ],
)
def test_resnets_as_programs_stride_and_pad_them(units, step, pool, said):
    network = trace(resnet_v1(units, step, pool))
    last = network[-1]
    assert (last.receptive_field, last.stride, last.padding) == said
    assert not any("aligned" in row.note for row in network)


@built_of_shapes
def test_resnet_50_of_keras():
    network = trace(keras.applications.ResNet50(weights=None))
    last = network["conv5_block3_out"]
    assert (last.receptive_field, last.stride, last.padding) == (483, 32, 241) and last.centre == 0
    assert (network.parameters, network.macs) == (25_636_712, 3_857_973_248)
    assert sum(row.kind == "Add" for row in network) == 16


@built_of_shapes
def test_mobilenet_v1():
    network = trace(keras.applications.MobileNet(weights=None))
    maps = network[: network.rows.index(network["conv_pw_13_relu"])]
    assert sum(row.macs for row in maps) == 567_716_352 and network.parameters == 4_253_864


@pytest.mark.parametrize(
    ("padding", "stride", "total"), [("valid", 1, 2_002_698), ("same", 1, 3_231_498), ("same", 2, 85_770)]
)
def test_the_three_models_the_book_began_with(padding, stride, total):
    convs = [kl.Conv2D(32, 3, stride, padding) for _ in range(3)]
    model = keras.Sequential([keras.Input((28, 28, 1)), *convs, kl.Flatten(), kl.Dense(128), kl.Dense(10)])
    network = trace(model)
    assert network.parameters == total
    check_costs(model, network)


# --- random networks ---------------------------------------------------------------------------------------

POSITIVE = keras.initializers.RandomUniform(0.5, 1.5, seed=1)


def of_rank(rank, kind):
    return getattr(kl, f"{kind}{rank}D" if not kind.endswith("Transpose") else kind.replace("#", f"{rank}D"))


def window(chance, rank, x, padded):
    """A random layer with windows; None where it would not fit."""
    kernel = chance.randint(1, 4)
    stride, dilation = chance.choice([(1, 1), (1, 1), (2, 1), (3, 1), (1, 2)])
    if (kernel - 1) * dilation + 1 > min(x.shape[1:-1]):
        return x
    padding = chance.choice(["same", "valid"]) if padded else "valid"
    said = {"kernel_size": kernel, "strides": stride, "padding": padding}
    weights = {"use_bias": chance.random() < 0.5, "dilation_rate": dilation}
    filters = {"filters": 2 * chance.randint(1, 3)}
    kinds = ["Conv", "Conv", "Pool", "Separable", "Depthwise"] if rank < 3 else ["Conv", "Pool"]
    kind = chance.choice(kinds)
    if kind == "Conv":
        groups = 2 if x.shape[-1] % 2 == 0 and chance.random() < 0.3 else 1
        layer = of_rank(rank, "Conv")(
            **said, **weights, **filters, groups=groups, kernel_initializer=POSITIVE
        )
    elif kind == "Pool":
        layer = of_rank(rank, "AveragePooling")(kernel, stride, padding)
    elif kind == "Separable":
        starts = {"depthwise_initializer": POSITIVE, "pointwise_initializer": POSITIVE}
        layer = of_rank(rank, "SeparableConv")(**said, **weights, **filters, **starts, depth_multiplier=2)
    else:
        layer = of_rank(rank, "DepthwiseConv")(**said, **weights, depthwise_initializer=POSITIVE)
    return layer(x)


def border(chance, rank, x):
    low, high = chance.randint(0, 2), chance.randint(0, 2)
    ends = (low, high) if rank == 1 else ((low, high),) * rank
    if chance.random() < 0.5 and low + high < min(x.shape[1:-1]):
        return of_rank(rank, "Cropping")(ends)(x)
    return of_rank(rank, "ZeroPadding")(ends)(x)


def pointwise(chance, rank, x):
    return chance.choice(
        [
            kl.BatchNormalization(scale=chance.random() < 0.5),
            kl.LayerNormalization(center=chance.random() < 0.5),
            kl.Dense(4, kernel_initializer=POSITIVE),
            kl.PReLU(keras.initializers.Constant(0.5), shared_axes=[1] if rank == 1 else None),
            kl.Activation("softplus"),
            kl.Dropout(0.5),
            kl.Rescaling(2.0),
        ]
    )(x)


def several_ways(chance, rank, x, padded):
    """Two or three ways on from here that give the same sizes, and where they meet."""
    ways = [x] if chance.random() < 0.3 else []
    while len(ways) < 2:
        y = window(chance, rank, x, padded)
        y = window(chance, rank, y, padded) if chance.random() < 0.5 else y
        ways.append(y)
    sizes = [min(way.shape[axis] for way in ways) for axis in range(1, rank + 1)]
    cut = []
    for way in ways:
        more = [way.shape[axis] - size for axis, size in enumerate(sizes, 1)]
        ends = [(extra // 2, extra - extra // 2) for extra in more]
        cut.append(of_rank(rank, "Cropping")(ends[0] if rank == 1 else ends)(way) if any(more) else way)
    if chance.random() < 0.5:
        return kl.Concatenate()(cut)
    same = [kl.Dense(4, kernel_initializer=POSITIVE)(way) for way in cut]
    return chance.choice([kl.Add(), kl.Multiply(), kl.Average()])(same)


def squeeze(chance, rank, x):
    """A factor for each channel that is made of all places: squeeze and excitation."""
    if chance.random() < 0.5:
        factor = of_rank(rank, "GlobalAveragePooling")(keepdims=True)(x)
    else:
        factor = of_rank(rank, "GlobalAveragePooling")()(x)
        factor = kl.Reshape((*[1] * rank, -1))(factor)
    return x * kl.Dense(x.shape[-1], kernel_initializer=POSITIVE)(factor)


def upwards(chance, rank, x):
    if chance.random() < 0.4:
        return of_rank(rank, "UpSampling")(2)(x)
    kind = getattr(kl, f"Conv{rank}DTranspose")
    return kind(2, 3, chance.choice([1, 2]), chance.choice(["same", "valid"]), kernel_initializer=POSITIVE)(x)


def random_model(chance, rank, *, padded=True, deep=6):
    size = {1: 30, 2: 14, 3: 9}[rank]
    inputs = x = keras.Input((*[size + chance.randint(0, 4) for _ in range(rank)], 2))
    for _ in range(chance.randint(2, deep)):
        part = chance.random()
        if part < 0.45:
            x = window(chance, rank, x, padded)
        elif part < 0.7:
            x = several_ways(chance, rank, x, padded)
        elif part < 0.8:
            x = pointwise(chance, rank, x)
        elif part < 0.88:
            x = border(chance, rank, x) if padded else x
        elif part < 0.94:
            x = squeeze(chance, rank, x)
        elif padded:
            x = upwards(chance, rank, x)
    end = chance.random()
    if end < 0.15:
        x = of_rank(rank, "GlobalMaxPooling")()(x)
    elif end < 0.3:
        x = kl.Dense(3)(kl.Flatten()(x))
    else:  # a nested model, so that there are some
        inner = keras.Input(x.shape[1:])
        x = keras.Model(inner, pointwise(chance, rank, inner))(x)
    return keras.Model(inputs, x)


@built_of_shapes
@pytest.mark.slow
def test_random_networks_cost_what_keras_says():
    chance = random.Random(2016)
    kinds = {}
    for number in range(many(120, 45)):
        model = random_model(chance, 1 + number % 3)
        network = trace(model)
        check_costs(model, network)
        for row in network:
            kinds[row.kind] = kinds.get(row.kind, 0) + 1
    assert min(kinds.get(kind, 0) for kind in ("Conv2D", "Add", "Concatenate", "Multiply", "PReLU")) > 3, (
        kinds
    )


def seen_cells(model, name):
    """Which input cells each output of a layer has a gradient by, on one axis: outputs × cells."""
    (layer,) = (operation for operation in model.operations if operation.name == name)
    part = keras.Model(model.inputs, layer.output)
    size, (outputs, channels) = model.inputs[0].shape[1], part.outputs[0].shape[1:]
    one = np.random.default_rng(0).uniform(0.5, 1.5, (1, size, 2)).astype("float32")
    start = tf.constant(np.repeat(one, outputs, axis=0))
    weights = tf.constant([1.0 + n**0.5 for n in range(channels)])  # uneven: the mean may be subtracted
    with tf.GradientTape() as tape:
        tape.watch(start)
        # Output j of copy j: all gradients at once.
        one_each = tf.linalg.trace(tf.reduce_sum(part(start) * weights, axis=-1))
    return np.abs(tape.gradient(one_each, start).numpy()).sum(axis=2) > 0


def check_fields(model, tried, padded=True):
    """Fields of a model's last map, and of all places where branches meet, against gradients."""
    rows = [row for row in trace(model) if len(row.output_shape) > 1 and "/" not in row.name]
    for row in [row for row in rows[:-1] if len(row.inputs) > 1] + rows[-1:]:
        (field,) = row.fields
        seen = seen_cells(model, row.name)
        tried["all"] += row.receptive_field == "all"
        tried["in turns"] += field.period > 1
        tried["aligned" if row.padding is not None else "not aligned"] += 1
        tried["strides differ"] += row.receptive_field is None
        for j, cells in enumerate(map(np.flatnonzero, seen)):
            ends = (cells[0], cells[-1]) if len(cells) else None
            if ends is None and row.receptive_field == "all":
                continue  # zeros that a layer has put around, times a factor made of all places
            assert row.sees(j) == (range(ends[0], ends[1] + 1) if ends else range(0)), (row, j)
            rule = row.interval(j)
            assert all(cell in rule for cell in cells), (row, j)
            if row.receptive_field not in (None, "all"):
                assert row.smallest_field <= len(rule) <= row.receptive_field, (row, j)
            if not padded:  # then the rule, which counts padding, is all there is
                assert (cells[0], cells[-1]) == (rule[0], rule[-1]), (row, j)
            if row.padding is not None:
                assert rule[0] == j * row.stride - row.padding
                assert (rule[0] + rule[-1]) / 2 == row.centre + j * row.stride


@pytest.mark.slow
@pytest.mark.parametrize("padded", [False, True])
def test_fields_are_where_gradients_of_random_networks_are_not_zero(padded):
    chance = random.Random(2019)
    tried = dict.fromkeys(("all", "in turns", "aligned", "not aligned", "strides differ"), 0)
    for _ in range(many(60, 20)):
        check_fields(random_model(chance, 1, padded=padded), tried, padded)
    least = {"all": 3, "in turns": padded * 3, "aligned": 6, "not aligned": 3, "strides differ": 1}
    assert all(tried[kind] >= count for kind, count in least.items()), tried


def random_decoder(chance):
    """Down by one to three strides, of odd sizes too, and up again by layers of all kinds, with skips."""
    positive = {"kernel_initializer": POSITIVE}
    inputs = x = keras.Input((chance.randint(17, 40), 2))
    skips = []
    for _ in range(chance.randint(1, 3)):
        dilation = chance.choice([1, 1, 2])
        if (x.shape[1] - 1) // dilation >= 2 and chance.random() < 0.7:
            padding = chance.choice(["same", "valid"])
            x = kl.Conv1D(2, chance.choice([2, 3]), dilation_rate=dilation, padding=padding, **positive)(x)
        skips.append(x)
        stride = chance.choice([2, 2, 3])
        if x.shape[1] < stride + 1:
            break
        if chance.random() < 0.5:
            x = kl.AveragePooling1D(stride, padding=chance.choice(["same", "valid"]))(x)
        else:
            x = kl.Conv1D(2, 3, stride, padding="same", **positive)(x)
    for skip in reversed(skips):
        if chance.random() < 0.4:
            x = kl.UpSampling1D(chance.choice([2, 2, 3]))(x)
        else:
            stride, kernel = chance.choice([2, 2, 3]), chance.choice([1, 2, 3, 4, 5])
            padding = chance.choice(["same", "valid"])
            least = 1 - kernel % 2 if padding == "same" else 0
            more = chance.choice([None, least, least + stride - 1])
            x = kl.Conv1DTranspose(2, kernel, stride, padding, output_padding=more, **positive)(x)
        if chance.random() < 0.7:  # cut both to one size, as a U-Net without padding does
            size = min(x.shape[1], skip.shape[1])
            ends = [(y.shape[1] - size) // 2 for y in (x, skip)]
            x, skip = (
                kl.Cropping1D((low, y.shape[1] - size - low))(y)
                for y, low in zip((x, skip), ends, strict=True)
            )
            x = (kl.Add() if x.shape == skip.shape and chance.random() < 0.5 else kl.Concatenate())([x, skip])
        if x.shape[1] > 3 and chance.random() < 0.6:
            padding = chance.choice(["same", "valid"])
            x = kl.Conv1D(2, 3, dilation_rate=1, padding=padding, **positive)(x)
    return keras.Model(inputs, x)


@pytest.mark.slow
def test_fields_of_random_decoders_are_where_gradients_are_not_zero():
    chance = random.Random(1505)
    tried = dict.fromkeys(("all", "in turns", "aligned", "not aligned", "strides differ"), 0)
    for number in range(many(150, 40)):
        check_fields(random_decoder(chance), tried)
        if number % 50 == 49:
            keras.backend.clear_session()
    assert tried["in turns"] > 25 and tried["strides differ"] > 2, tried


def u_net(size=160, filters=(2, 2, 2, 2, 2)):
    """Four levels down and up, as in many repositories: an up-sampling, a convolution of 2, a skip."""
    inputs = x = keras.Input((size, 1))
    skips = []
    for number, count in enumerate(filters):
        x = kl.Conv1D(count, 3, padding="same", kernel_initializer=POSITIVE)(x)
        x = kl.Conv1D(count, 3, padding="same", kernel_initializer=POSITIVE, name=f"level{number}")(x)
        if number < len(filters) - 1:
            skips.append(x)
            x = kl.MaxPooling1D(2)(x)
    for count, skip in zip(filters[-2::-1], skips[::-1], strict=True):
        x = kl.Conv1D(count, 2, padding="same", kernel_initializer=POSITIVE)(kl.UpSampling1D(2)(x))
        x = kl.Concatenate()([skip, x])
        x = kl.Conv1D(count, 3, padding="same", kernel_initializer=POSITIVE)(x)
        x = kl.Conv1D(count, 3, padding="same", kernel_initializer=POSITIVE)(x)
    return keras.Model(inputs, x)


def test_a_u_net_sees_more_or_less_by_turns_of_its_16():
    model = u_net(416)
    network = trace(model)
    last = network[-1]
    assert (network["level4"].receptive_field, last.stride, last.fields[0].period) == (140, 1, 16)
    assert (last.smallest_field, last.receptive_field, last.padding) == (204, 220, None)
    assert last.note == "" and "fields repeat every 16 outputs" in [row.note for row in network]
    walk = [{n} for n in range(416)]  # the cells that each place sees, layer by layer
    levels = []

    def three(below):
        return [set().union(*below[max(0, n - 1) : n + 2]) for n in range(len(below))]

    for level in range(5):
        walk = three(three(walk))
        if level < 4:
            levels.append(walk)
            walk = [walk[n] | walk[n + 1] for n in range(0, len(walk), 2)]
    for skip in reversed(levels):
        up = [cells for cells in walk for _ in range(2)]
        up = [set().union(*up[n : n + 2]) for n in range(len(up))]
        walk = three(three([one | other for one, other in zip(up, skip, strict=True)]))
    for j, cells in enumerate(walk):
        assert last.sees(j) == range(min(cells), max(cells) + 1)
        inside = {cell for cell in last.interval(j) if 0 <= cell < 416}
        assert inside >= cells
    assert {len(last.interval(j)) for j in range(200, 216)} == {len(walk[j]) for j in range(200, 216)}


def paths_down(network, row):
    """All ways from a row to the input, each as the (stride, low, span) of its layers from the top."""
    if not row.inputs:
        yield []
        return
    here = (1, 0, 1)
    if isinstance(row.layer, Conv | Pool):
        (axis,) = row.layer.axes
        here = (axis.stride, axis.pad_low, axis.span)
    for name in row.inputs:
        for way in paths_down(network, network[name]):
            yield [here, *way]


@built_of_shapes
def test_branches_are_aligned_when_every_way_down_has_one_stride_and_one_centre():
    chance, met = random.Random(7), {True: 0, False: 0}
    for _ in range(40):
        inputs = x = keras.Input((chance.randint(30, 40), 2))
        for _ in range(3):
            stride, kernels = chance.choice([1, 2]), [chance.choice([1, 3, 3, 5, 2]) for _ in range(2)]
            ways = [kl.Conv1D(2, kernel, stride, padding="same")(x) for kernel in kernels]
            x = kl.Add()([*ways, x] if stride == 1 else ways)
        network = trace(keras.Model(inputs, x))
        for row in network:
            walks = set()
            for way in paths_down(network, row):
                first = last = np.array([0, 1])  # outputs 0 and 1, followed down
                for stride, low, span in way:
                    first, last = first * stride - low, last * stride - low + span - 1
                walks.add((first[1] - first[0], (first[0] + last[0]) / 2))
            aligned = len(walks) == 1
            met[aligned] += 1
            assert (row.padding is not None) == aligned, (row, walks)
            if aligned:
                assert (row.stride, row.centre) == walks.pop()
    assert min(met.values()) > 50, met


# --- branches, sizes, layers that are not known ------------------------------------------------------------


def residual(size):
    inputs = keras.Input((size, size, 1))
    long = kl.Conv2D(2, 3, 2, padding="same", name="long")(inputs)
    short = kl.Conv2D(2, 1, 2, name="short")(inputs)
    return keras.Model(inputs, kl.Add(name="sum")([long, short]))


def test_branches_of_different_centres_are_told_with_their_numbers():
    even, odd = trace(residual(56))["sum"], trace(residual(57))["sum"]
    assert even.note == "not aligned: long sees 3 from 0 at stride 2; short sees 1 from 0 at stride 2"
    assert (even.receptive_field, even.stride, even.padding, even.centre) == (3, 2, None, None)
    assert even.interval(4) == range(8, 11)
    assert odd.note == "" and (odd.receptive_field, odd.padding, odd.centre) == (3, 1, 0)


def test_branches_of_different_strides_have_no_one_field():
    inputs = keras.Input((9, 1))
    fast, slow = kl.Conv1D(1, 1, 2, name="fast")(inputs), kl.Conv1D(1, 5, name="slow")(inputs)
    row = trace(keras.Model(inputs, kl.Add()([fast, slow])))[-1]
    assert row.note == "not aligned: fast sees 1 from 0 at stride 2; slow sees 5 from 0 at stride 1"
    assert (row.receptive_field, row.stride, row.padding) == (None, None, None)
    assert [row.interval(j) for j in (0, 4)] == [range(0, 5), range(4, 9)]


def test_axes_that_differ_are_told_one_by_one():
    model = keras.Sequential([keras.Input((20, 30, 1)), kl.Conv2D(1, (3, 5), (1, 2))])
    row = trace(model)[-1]
    assert (row.receptive_field, row.stride, row.padding) == ((3, 5), (1, 2), 0)
    assert row.interval(1) == (range(1, 4), range(2, 7)) and row.centre == (1, 2)


def test_fields_after_a_layer_that_goes_up_repeat():
    inputs = keras.Input((8, 8, 1))
    x = kl.UpSampling2D(2, name="up")(inputs)
    y = kl.Conv2DTranspose(1, 3, 1, padding="same", name="flat")(inputs)
    network = trace(keras.Model(inputs, [kl.Conv2D(1, 2, name="next")(x), y]))
    up, after = network["up"], network["next"]
    assert (up.receptive_field, up.stride, up.note) == (1, Fraction(1, 2), "fields repeat every 2 outputs")
    assert (after.smallest_field, after.receptive_field, after.padding, after.note) == (1, 2, None, "")
    assert [after.interval(j) for j in range(3)] == [range(1), range(2), range(1, 2)]
    assert re.search(r" 1–2 +1/2 +– ", str(network))
    assert (network["flat"].receptive_field, network["flat"].padding) == (3, 1)


def test_resized_maps_are_as_high_and_wide_as_said():
    model = keras.Sequential([keras.Input((8, 9, 2)), kl.Resizing(3, 5), kl.UpSampling2D((2, 4))])
    network = trace(model)
    assert [row.output_shape for row in network] == [(8, 9, 2), (3, 5, 2), (6, 20, 2)]
    check_costs(model, network)


def test_factors_made_of_all_places_leave_the_others_their_place():
    inputs = keras.Input((8, 8, 4))
    x = kl.Conv2D(4, 3, 2, padding="same")(inputs)
    pooled = kl.GlobalAveragePooling2D(keepdims=True, name="pooled")(x)
    network = trace(keras.Model(inputs, kl.Multiply(name="scaled")([x, pooled])))
    assert [(row.receptive_field, row.stride) for row in network[-2:]] == [("all", None), ("all", 2)]


def test_groups_of_places_are_all_seen():
    inputs = keras.Input((8, 8, 4))
    row = trace(keras.Model(inputs, kl.GroupNormalization(2)(inputs)))[-1]
    assert (row.receptive_field, row.stride) == ("all", 1)


def test_flattened_numbers_see_what_they_saw_until_a_dense_layer():
    layers = [kl.Conv2D(2, 3), kl.Flatten(), kl.Dropout(0.1), kl.Dense(2)]
    network = trace(keras.Sequential([keras.Input((8, 8, 1)), *layers]))
    assert [row.receptive_field for row in network] == [1, 3, 3, 3, "all"]
    assert [row.stride for row in network] == [1, 1, None, None, None]
    assert [row.activations for row in network] == [64, 72, 0, 0, 2]


def test_an_input_that_is_reshaped_at_once_counts_cells_of_the_new_shape():
    layers = [kl.Rescaling(1 / 255), kl.Reshape((28, 28, 1)), kl.Conv2D(1, 5)]
    network = trace(keras.Sequential([keras.Input((28, 28)), *layers]))
    assert network[-1].interval(0) == range(5)
    parted = [kl.Dense(6), kl.Reshape((2, 2, 6)), kl.Conv2D(1, 2)]
    later = trace(keras.Sequential([keras.Input((4, 6)), *parted]))
    assert later[-1].receptive_field is None and "places are lost" in later[-1].note
    kept = [kl.Dense(1), kl.Flatten(), kl.Reshape((6, 1)), kl.Conv1D(1, 2)]
    assert trace(keras.Sequential([keras.Input((6, 1)), *kept]))[-1].interval(1) == range(1, 3)


@built_of_shapes
def test_sizes_that_are_open_and_other_sizes_than_built():
    free = keras.Sequential([keras.Input((None, None, 3)), kl.Conv2D(4, 3, 2, name="conv")], name="free")
    assert trace(free, (224, 224, 3))["conv"].output_shape == (111, 111, 4)
    fixed = keras.applications.MobileNet(weights=None, include_top=False, input_shape=(224, 224, 3))
    assert trace(fixed, (160, 160, 3))[-1].output_shape == (5, 5, 1024)
    late = keras.Sequential([kl.Conv2D(4, 3), kl.Flatten(), kl.Dense(2)])
    assert trace(late, (9, 9, 1)).parameters == 40 + (7 * 7 * 4 + 1) * 2
    assert not late.built  # it was read, not built


def test_several_inputs():
    left, right = keras.Input((16, 1), name="left"), keras.Input((16, 1), name="right")
    other = keras.Input((8, 1), name="other")
    together = kl.Subtract(name="both")([kl.Conv1D(1, 3)(left), kl.Conv1D(1, 3)(right)])
    halved = kl.AveragePooling1D(2)(kl.Conv1D(1, 3, padding="same")(left))
    mixed = kl.Add(name="mixed")([halved, other])
    model = keras.Model([left, right, other], [together, mixed])
    network = trace(model)
    assert network["both"].receptive_field == 3 and network["mixed"].receptive_field is None
    assert network["mixed"].note == "fields count cells of inputs of different sizes"
    assert trace(model, [(20, 1), (20, 1), (10, 1)])["both"].output_shape == (18, 1)


def test_shared_layers_are_counted_once():
    shared, inputs = kl.Conv1D(2, 3, padding="same"), keras.Input((9, 2))
    inner = keras.Sequential([keras.Input((9, 2)), kl.Dense(2)])
    model = keras.Model(inputs, inner(inner(shared(shared(inputs)))))
    network = trace(model)
    assert network.parameters == model.count_params() == 14 + 6
    assert [row.parameters for row in network] == [0, 14, 0, 6, 0]
    assert network[2].note == "the weights of a layer above"
    assert [row.macs for row in network] == [0, 108, 108, 36, 36] and network[2].receptive_field == 5


class Halved(kl.Layer):
    """Every second row: a layer that no table knows."""

    def build(self, shape):
        self.scale = self.add_weight(shape=(3,))

    def call(self, x):
        return x[:, ::2]


class Silent(kl.Layer):
    """A layer that only works at one size."""

    def call(self, x):
        if x.shape[1] != 8:
            raise ValueError("8 only")
        return x


class Conv2D(kl.Conv2D):
    """Someone's own class of a well-known name."""

    def call(self, x):
        return super().call(x) + keras.ops.mean(x)


def test_layers_that_are_not_known_are_named_and_not_guessed():
    inputs = keras.Input((12, 12, 2))
    x = kl.Conv2D(2, 3, name="known")(Halved(name="halved")(inputs))
    network = trace(keras.Model(inputs, kl.Add(name="sum")([x, x])))
    assert network.unknown == ("halved",)
    row = network["halved"]
    assert (row.output_shape, row.parameters, row.macs, row.receptive_field) == ((6, 12, 2), 3, None, None)
    assert (row.trainable, network.trainable) == (3, 41)
    assert row.note == "unknown: Halved is not read"
    assert network["known"].macs == 4 * 10 * 9 * 2 * 2 and network["known"].receptive_field is None
    assert str(network).splitlines()[-1] == (
        f"{network.name}: 41 parameters, at least 1,440 multiply-accumulates, "
        "592 activations with the input; "
        "not counted: halved"
    )
    own = trace(keras.Sequential([keras.Input((9, 9, 1)), Conv2D(2, 3, name="own")]))
    assert own.unknown == ("own",) and own["own"].parameters == 20
    assert (
        str(own)
        .splitlines()[-1]
        .endswith("multiply-accumulates not counted, 179 activations with the input; not counted: own")
    )


class OwnCall(keras.Sequential):
    """A model that does not run as its layers are joined."""

    def call(self, x):
        return x


@built_of_shapes
@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: trace("vgg16"),
            TypeError,
            "trace reads Sequential and functional Keras models, PyTorch modules, what torch.export "
            "makes of them, and ONNX models, not str: only these say how their layers are joined",
        ),
        (
            lambda: trace(OwnCall([keras.Input((3,)), kl.Dense(1)])),
            TypeError,
            "trace reads Sequential and functional Keras models, PyTorch modules, what torch.export "
            "makes of them, and ONNX models, not OwnCall: only these say how their layers are joined",
        ),
        (
            lambda: trace(keras.Sequential([keras.Input((None, None, 3)), kl.Conv2D(1, 3)], name="free")),
            ValueError,
            "free leaves its input size open, (None, None, 3); give it, for example "
            "input_shape=(224, 224, 3)",
        ),
        (
            lambda: trace(keras.Sequential([kl.Conv2D(1, 3)], name="late")),
            ValueError,
            "late leaves its input size open; give it, for example input_shape=(28, 28, 1)",
        ),
        (
            lambda: trace(keras.Sequential([keras.Input((8, 8, 3)), kl.Conv2D(1, 3)]), (8, 8)),
            ValueError,
            "input_shape must be like (8, 8, 3), but is (8, 8)",
        ),
        (
            lambda: trace(keras.Sequential([keras.Input((8, 8, 3)), kl.Conv2D(1, 3)]), (8, 8.5, 3)),
            TypeError,
            "input_shape must be a whole number, but is 8.5 (float)",
        ),
        (
            lambda: trace(
                keras.Sequential([keras.Input((8, 8, 3)), kl.Flatten(), kl.Dense(1, name="d")]), (9, 9, 3)
            ),
            ValueError,
            "d (Dense) was built for 192 inputs, but gets 243; it fits at 8 × 8 × 3",
        ),
        (
            lambda: trace(keras.Sequential([keras.Input((8, 8, 3)), kl.Conv2D(1, 3, name="c")]), (2, 2, 3)),
            ValueError,
            "c (Conv2D): kernel 3 spans 3 cells, but the padded axis has 2; it fits at 3 × 3 × 3 and at "
            "4 × 4 × 3",
        ),
        (
            lambda: trace(residual(8)).rows and trace(two_ways(), (7, 7, 1)),
            ValueError,
            "join (Concatenate): joins 4 × 4 × 1 and 3 × 3 × 1; it fits at 8 × 8 × 1 and at 6 × 6 × 1",
        ),
        (
            lambda: trace(two_ways(kl.Add), (7, 7, 1)),
            ValueError,
            "join (Add): brings 4 × 4 × 1 and 3 × 3 × 1 together; it fits at 8 × 8 × 1 and at 6 × 6 × 1",
        ),
        (
            lambda: trace(
                keras.Sequential([keras.Input((6, 1)), kl.Reshape((3, 2), name="r")], name="m"), (8, 1)
            ),
            ValueError,
            "r (Reshape): 8 × 1 is 8 numbers, 3 × 2 is 6; it fits at 6 × 1",
        ),
        (
            lambda: trace(keras.Sequential([keras.Input((8, 8, 1)), Silent(name="s")]), (9, 9, 1)),
            ValueError,
            "s (Silent) does not say its output shape for 9 × 9 × 1; it fits at 8 × 8 × 1",
        ),
        (
            lambda: trace(residual(8))["add_7"],
            KeyError,
            "'functional has no layer called add_7'",
        ),
    ],
)
def test_bad_input_is_refused_with_its_numbers(make, error, message):
    keras.backend.clear_session()
    with pytest.raises(error) as caught:
        make()
    assert str(caught.value) == message


@built_of_shapes
@pytest.mark.slow
def test_sizes_that_fit_are_those_at_which_keras_builds_it():
    """Along both axes alone and together, against building the network at every size there is."""

    def built(high, wide):
        inputs = x = keras.Input((high, wide, 1))
        skips = []
        for _ in range(2):
            x = kl.Conv2D(1, 3, padding="same")(x)
            skips.append(x)
            x = kl.MaxPooling2D(2)(x)
        for skip in skips[::-1]:
            x = kl.Concatenate()([kl.UpSampling2D(2)(x), skip])
        return keras.Model(inputs, x)

    model = built(None, None)
    runs = {(4 * a, 4 * b) for a in range(1, 6) for b in range(1, 6)}
    for high, wide in thinned(product(range(4, 21), repeat=2), 3):
        try:
            made = built(high, wide)
        except ValueError:
            assert (high, wide) not in runs
            continue
        assert (high, wide) in runs
        assert trace(made)[-1].output_shape == made.output.shape[1:]
    for near in (7, 12, 17):
        found = fitting(model, near=near, count=3)
        squares = sorted(
            (size for size, other in runs if size == other), key=lambda size: (abs(size - near), -size)
        )
        assert [shape[0] for shape in found] == squares[:3] and {shape[2] for shape in found} == {1}
    found = fitting(model, near=(9, 14), count=4)
    assert found[0] == (8, 16, 1) or found[0] == (8, 12, 1)
    assert {shape[:2] for shape in found} <= runs


def test_a_network_with_a_dense_layer_fits_where_its_numbers_do():
    layers = [kl.Conv2D(2, 3), kl.Flatten(), kl.Dense(2)]
    model = keras.Sequential([keras.Input((9, 11, 1)), *layers])
    assert fitting(model, near=(9, 11)) == ((9, 11, 1), (11, 9, 1))  # as many numbers
    assert fitting(model, near=20, reach=8) == ()
    assert fitting(
        keras.Sequential([keras.Input((None, None, None)), kl.ReLU()]), near=3, channels=2, count=1
    ) == ((3, 3, 2),)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: fitting(several(), near=8), "fitting takes networks with one input, but two has 2"),
        (
            lambda: fitting(two_ways(), near=(8, 8, 1)),
            "near must be a size for each of 2 axes, but is [8, 8, 1]",
        ),
        (
            lambda: fitting(keras.Sequential([keras.Input((None, None, None)), kl.ReLU()], name="m"), near=3),
            "m leaves its channels open; give them, say channels=3",
        ),
        (lambda: fitting(two_ways(), near=0), "near must be at least 1, but is 0"),
    ],
)
def test_bad_wishes_are_refused_with_their_numbers(make, message):
    with pytest.raises(ValueError) as caught:
        make()
    assert str(caught.value) == message


def several():
    left, right = keras.Input((8, 1)), keras.Input((8, 1))
    return keras.Model([left, right], kl.Add()([left, right]), name="two")


def two_ways(kind=kl.Concatenate):
    """Two halvings that agree on even sizes only."""
    inputs = keras.Input((8, 8, 1))
    ways = [kl.Conv2D(1, 3, 2, padding="same")(inputs), kl.MaxPooling2D(2)(inputs)]
    return keras.Model(inputs, kind(name="join")(ways))


def test_channels_first():
    conv = {"data_format": "channels_first"}
    layers = [kl.Conv2D(4, 3, 2, **conv), kl.BatchNormalization(axis=1), kl.ZeroPadding2D(1, **conv)]
    layers += [kl.Conv2D(4, 3, **conv), kl.GlobalAveragePooling2D(**conv)]
    model = keras.Sequential([keras.Input((3, 20, 22)), *layers])
    network = trace(model)
    check_costs(model, network)
    row = network[4]
    assert (row.receptive_field, row.stride, row.padding) == (7, 2, 2)


# --- shown -------------------------------------------------------------------------------------------------


def test_it_is_a_sequence_that_prints_as_a_table():
    network = trace(residual(9))
    assert isinstance(network, Trace) and len(network) == 4 and network[-1] is network["sum"]
    assert network[1:3] == network.rows[1:3] and list(network) == [*network.rows]
    lines = str(network).splitlines()
    assert [line.split() for line in lines[2:5]] == [
        ["long", "Conv2D", "5", "×", "5", "×", "2", "3", "2", "1", "3", "2", "−1", "20", "450"],
        f"short Conv2D 5 × 5 × 2 1 2 0 1 2 0 4 50 reads {network[0].name}".split(),
        ["sum", "Add", "5", "×", "5", "×", "2", "3", "2", "−1", "0", "0", "reads", "long,", "short"],
    ]
    assert len({line.index("5 × 5") for line in lines[2:5]}) == 1
    assert lines[5].endswith(": 24 parameters, 500 multiply-accumulates, 231 activations with the input")


def test_the_table_has_the_settings_of_each_layer():
    layers = [kl.Conv2D(4, (3, 2), (2, 1), dilation_rate=1), kl.Conv2D(4, 3, dilation_rate=2, padding="same")]
    layers += [kl.Conv2D(4, 2, padding="same"), kl.MaxPooling2D(2), kl.Conv2DTranspose(4, 2, 2)]
    network = trace(keras.Sequential([keras.Input((9, 10, 1)), *layers, kl.ReLU()]))
    head, _, *lines = network._table()
    own = [line[head.index("kernel") : head.index("field")] for line in lines]
    expected = [["3 × 2", "2 × 1", "0"], ["3, dilation 2", "1", "2"], ["2", "1", "0, 1"]]
    assert own == [*expected, ["2", "2", "0"], ["2", "2", "0"], ["", "", ""]]
    assert [line[-1] for line in lines][:4] == ["", "", "", "leaves 0 × 1 cells unused"]
    starts = [line[head.index("start")] for line in lines]
    assert starts[:3] == ["0", "−4 × −2", "−4 × −2"]


def test_a_notebook_rounds_long_costs_and_says_kinds_at_a_name():
    for filters, said in ((100, "<td title='102,000,000'>102.0 M</td>"), (1000, ">1.0 G</td>")):
        model = keras.Sequential([keras.Input((1000, 1020, 1)), kl.Conv2D(filters, 1, name="one")])
        html = trace(model)._repr_html_()
        assert said in html and "<th scope='row' title='Conv2D'>one</th>" in html
    assert "<td>0</td>" in html and "<td></td>" in html  # it starts at 0; a kernel of 1 pads nothing


def test_a_notebook_shows_first_what_a_phone_has_room_for():
    layers = [kl.Conv2D(32, (3, 5), (2, 1), padding="same"), kl.Flatten(), kl.Dense(10)]
    network = trace(keras.Sequential([keras.Input((28, 28, 1)), *layers]))
    head, *lines = re.findall(r"<tr><th.*?</tr>", network._repr_html_())
    names = re.findall(r"<th scope='col'>(.*?)</th>", head)
    assert names[:5] == ["layer", "output", "parameters", "MACs", "field"]
    printed, *cells = network._table()
    assert sorted(names) == sorted(set(printed) - {"kind", "notes"})
    for line, row in zip(lines, cells, strict=True):
        shown = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line)
        by_name = dict(zip(printed, row, strict=False))
        for name, cell in zip(names, shown, strict=True):
            assert cell in (by_name[name], "") or (name == "MACs" and cell[-1] in "MG")
            assert cell or by_name[name] in ("", "0")


def test_names_are_escaped_in_html():
    network = trace(keras.Sequential([keras.Input((9, 1)), kl.Conv1D(1, 3, name="<b>&")], name="'<i>"))
    html = network._repr_html_()
    assert "<b>" not in html and "<i>" not in html and "&lt;b&gt;&amp;" in html
    assert html.count("<tr>") == 3 and "overflow-x: auto" in html and "<details>" not in html
    long = trace(keras.Sequential([keras.Input((99, 1)), *[kl.Conv1D(1, 2) for _ in range(30)]]))
    assert "<details><summary>" in long._repr_html_()


@built_of_shapes
def test_networks_are_drawn_alike_every_time():
    network = trace(resnet_v1((3, 4, 6, 3)))
    picture = draw_network(network)
    assert picture.svg() == draw_network(network).svg()
    assert picture.alt.endswith(
        "224 × 224 × 3; 112 × 112 × 8; 56 × 56 × 8 (10 layers); 28 × 28 × 8 (17 layers); "
        "14 × 14 × 8 (25 layers); 7 × 7 × 8 (16 layers). Branches meet 16 times."
    )
    heights = [patch.get_height() for patch in picture.axes[0].patches]
    assert np.allclose(heights, 1.6 * np.array([224, 112, 56, 28, 14, 7]) / 224)


def test_skips_that_lead_over_boxes_are_drawn():
    inputs = keras.Input((16, 16, 1))
    a = kl.Conv2D(4, 3, padding="same")(inputs)
    b = kl.Conv2D(8, 3, padding="same")(kl.MaxPooling2D(2)(a))
    model = keras.Model(inputs, kl.Concatenate()([kl.Conv2DTranspose(4, 2, 2)(b), a]))

    def skips(picture):  # what leads a label to its box goes straight up
        return [line for line in picture.axes[0].lines if len(set(line.get_xdata())) > 1]

    picture = draw_network(trace(model))
    assert picture.alt.endswith("Branches meet 1 time.") and len(skips(picture)) == 1
    chain = draw_network(trace(keras.Sequential([keras.Input((8, 8, 1)), kl.Conv2D(1, 3)])))
    assert not skips(chain) and "meet" not in chain.alt


def test_every_layer_that_can_be_read_is_one_of_keras():
    internal = {"CustomScaleLayer", "LayerScale", "StochasticDepth"}  # of keras.applications
    operations = {"TrueDivide", "Relu", "Relu6", "LeakyRelu", "Elu", "Gelu", "Silu", "Sigmoid", "HardSigmoid"}
    operations |= {"HardSilu", "Tanh", "Softplus", "Negative", "Absolute", "Square", "Sqrt", "Exp", "Log"}
    operations |= {"Clip", "Power", "Divide"}
    for kind in READERS:
        assert hasattr(kl, kind) or kind in internal | operations, kind
