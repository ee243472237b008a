"""`receptive_field` against gradients, a walk, and numbers from the literature."""

import random
from functools import partial

import numpy as np
import pytest
from witnesses import asks_keras, tf

from convarith import Axis, Conv, Dense, Pool, SeparableConv, TransposedAxis, TransposedConv, receptive_field


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: receptive_field([]), ValueError, "a stack must have at least 1 layer, but has 0"),
        (
            lambda: receptive_field([Axis(size=5, kernel=3), Axis(size=4, kernel=3)]),
            ValueError,
            "layer 2 takes 4 cells, but layer 1 gives 3",
        ),
        (
            lambda: receptive_field(
                [Conv(size=5, channels=1, filters=2, kernel=3), Pool(size=3, channels=1, kernel=3)]
            ),
            ValueError,
            "layer 2 takes 1 channel, but layer 1 gives 2",
        ),
        (
            lambda: receptive_field([Axis(size=5, kernel=3)]).interval(3),
            ValueError,
            "there is no window 3: the 3 windows are numbered from 0",
        ),
        (
            lambda: receptive_field([Axis(size=5, kernel=3), Axis(size=1, kernel=1)]),
            ValueError,
            "layer 2 takes 1 cell, but layer 1 gives 3",
        ),
    ],
)
def test_bad_stacks_are_refused_with_their_numbers(make, error, message):
    with pytest.raises(error) as caught:
        make()
    assert str(caught.value) == message


def test_a_stack_holds_axes_or_layers():
    either = "a stack holds either axes or Conv, SeparableConv and Pool layers, so it cannot hold"
    with pytest.raises(TypeError, match=rf"{either} 3 \(int\)"):
        receptive_field([3])
    with pytest.raises(TypeError, match=r"cannot hold Dense\(inputs=3, units=2\) \(Dense\)"):
        receptive_field([Dense(inputs=3, units=2)])
    with pytest.raises(TypeError, match=r"cannot hold Axis\(size=5, kernel=3\)"):
        receptive_field([Pool(size=5, channels=1, kernel=1), Axis(size=5, kernel=3)])


@pytest.mark.parametrize(
    "layer",
    [TransposedAxis(size=3, kernel=3, stride=2), TransposedConv(size=3, channels=1, filters=1, kernel=3)],
)
def test_transposed_layers_are_refused_with_the_reason_and_a_way_out(layer):
    before = Axis if isinstance(layer, TransposedAxis) else partial(Conv, channels=1, filters=1)
    for stack in ([layer], [before(size=5, kernel=3), layer], (layer, before(size=5, kernel=3))):
        with pytest.raises(TypeError) as caught:
            receptive_field(stack)
        assert str(caught.value) == (
            f"after {layer} the fields of outputs need not have one size and one stride, so "
            "receptive_field takes no transposed layers; trace reads networks with them"
        )


def random_stack(chance):
    """One to four layers on one axis; each has a stride or a dilation, and some padding."""
    axes, size = [], chance.randint(12, 40)
    for _ in range(chance.randint(1, 4)):
        kernel, stride = chance.randint(1, 4), chance.choice((1, 1, 2, 3))
        dilation = chance.randint(1, 3) if stride == 1 else 1
        padding = chance.choice(["valid", "same", "causal", (chance.randint(0, 3), chance.randint(0, 3))])
        try:
            axis = Axis.with_padding(padding, size=size, kernel=kernel, stride=stride, dilation=dilation)
        except ValueError:  # too small by now
            break
        axes.append(axis)
        size = axis.output
    return axes or random_stack(chance)


def gradients(axes):
    """Row j: the gradient of output j by the input, in TensorFlow, of a stack of all-ones layers."""
    start = tf.ones((axes[-1].output, axes[0].size, 1))  # as many equal inputs as there are outputs
    with tf.GradientTape() as tape:
        tape.watch(start)
        cells = start
        for axis in axes:
            cells = tf.pad(cells, [[0, 0], [axis.pad_low, axis.pad_high], [0, 0]])
            cells = tf.nn.convolution(
                cells, tf.ones((axis.kernel, 1, 1)), axis.stride, "VALID", dilations=axis.dilation
            )
        one_each = tf.linalg.trace(cells[:, :, 0])  # output j of input j: all gradients at once
    return tape.gradient(one_each, start)[:, :, 0].numpy()


@pytest.mark.slow
@asks_keras
def test_the_receptive_field_is_where_gradients_of_random_stacks_are_not_zero():
    chance = random.Random(2016)
    kinds = {"strided": 0, "dilated": 0, "padded": 0, "deep": 0}
    for _ in range(220):
        axes = random_stack(chance)
        field = receptive_field(axes)
        for j, gradient in enumerate(gradients(axes)):
            assert field.paths(j) == tuple(gradient.astype(int)), (axes, j)
            seen = np.flatnonzero(gradient)
            assert all(cell in field.interval(j) for cell in seen), (axes, j)
        kinds["strided"] += field.stride > 1
        kinds["dilated"] += any(axis.dilation > 1 for axis in axes)
        kinds["padded"] += field.padding > 0
        kinds["deep"] += len(axes) > 2
    assert min(kinds.values()) > 50, kinds


def test_without_padding_the_field_begins_and_ends_with_cells_that_are_seen():
    chance = random.Random(2019)
    for _ in range(100):
        axes = [axis.valid() for axis in random_stack(chance) if axis.size >= axis.span]
        stack = [axes[0]] if axes else [Axis(size=9, kernel=3)]
        for axis in axes[1:]:
            if stack[-1].output >= axis.span:
                stack.append(stack[-1].then(kernel=axis.kernel, stride=axis.stride, dilation=axis.dilation))
        field = receptive_field(stack)
        for j in range(stack[-1].output):
            seen = np.flatnonzero(field.paths(j))
            assert (seen[0], seen[-1] + 1) == (field.interval(j).start, field.interval(j).stop), (stack, j)
            assert len(field.interval(j)) == field.size and field.centre(j) == (seen[0] + seen[-1]) / 2


def test_a_separable_layer_sees_what_its_depthwise_part_sees():
    given = {"size": (20, 30), "channels": 4, "kernel": (3, 5), "stride": 2, "padding": "same"}
    separable = SeparableConv(filters=8, **given)
    assert receptive_field([separable]) == receptive_field([Conv(filters=8, **given)])
    by_parts = receptive_field(separable.parts)
    assert [field.interval(3) for field in by_parts] == [
        field.interval(3) for field in receptive_field([separable])
    ]


def test_layers_give_a_field_for_each_axis():
    first = Conv(size=(20, 30), channels=1, filters=2, kernel=(3, 5), stride=(1, 2), padding="same")
    after = Pool(size=first.output_shape[:-1], channels=2, kernel=2)
    fields = receptive_field([first, after])
    assert fields == tuple(receptive_field(axes) for axes in zip(first.axes, after.axes, strict=True))
    assert [field.size for field in fields] == [4, 7]


def same(size, *layers):
    """A stack of (kernel, stride) with `same` padding; a third entry is the padding, if another."""
    axes = []
    for kernel, stride, *padding in layers:
        rule = padding[0] if padding else "same"
        axes.append(Axis.with_padding(rule, size=size, kernel=kernel, stride=stride))
        size = axes[-1].output
    return receptive_field(axes)


def vgg16():
    """Blocks of 2, 2, 3, 3 and 3 convolutions, a pool after each."""
    return [layer for convs in (2, 2, 3, 3, 3) for layer in [(3, 1)] * convs + [(2, 2, "valid")]]


def mobilenet():
    """A convolution, then 13 depthwise ones, each before a 1x1."""
    strides = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
    return [(3, 2)] + [layer for stride in strides for layer in ((3, stride), (1, 1))]


ALEXNET_V2 = [
    (11, 4, "valid"),
    (3, 2, "valid"),
    (5, 1),
    (3, 2, "valid"),
    (3, 1),
    (3, 1),
    (3, 1),
    (3, 2, "valid"),
]


@pytest.mark.parametrize(
    ("layers", "size", "expected"),
    [  # Araujo, Norris and Sim (2019), and google-research/receptive_field
        (vgg16(), 224, (212, 32, 90)),
        (ALEXNET_V2, 224, (195, 32, 64)),
        (mobilenet(), 224, (315, 32, 126)),
    ],
    ids=["VGG16", "AlexNet_v2", "MobileNet_v1"],
)
def test_receptive_fields_from_the_literature(layers, size, expected):
    field = same(size, *layers)
    assert (field.size, field.stride, field.padding) == expected


# --- several ways to one input ------------------------------------------------------------------------------
