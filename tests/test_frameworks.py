"""The code of a layer in four frameworks: what it computes, and what they refuse.

Keras runs all of it here. PyTorch, ONNX Runtime and JAX are asked where they are installed; where they are
not, `data/frameworks.json` has what they answered, with a fingerprint of the code that they ran.
"""

import json
import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from grids import thinned
from layer_grid import (
    ASKED,
    NEEDS,
    REFUSED,
    RUN,
    SHOWN,
    asked_for_the_chapter,
    by_walking,
    digest,
    expressions_for_the_chapter,
    fingerprint,
    layers,
    ramp,
    refusals_for_the_chapter,
    tape,
    weights,
)

import convarith
from convarith import (
    Axis,
    Conv,
    Pool,
    SeparableConv,
    TransposedConv,
    in_jax,
    in_keras,
    in_onnx,
    in_pytorch,
    trace,
)

STORED = json.loads((Path(__file__).parent / "data" / "frameworks.json").read_text(encoding="utf-8"))
IMAGE = {"size": (5, 5), "channels": 1}
ONEDNN = os.environ["TF_ENABLE_ONEDNN_OPTS"] == "1"


@cache
def walked(layer):
    return by_walking(layer, tape(layer))


@pytest.mark.slow
def test_the_grid_has_every_kind_in_every_dimension():
    kinds = {(type(layer).__name__, len(layer.output_shape) - 1) for layer in layers()}
    assert len(kinds) == 5 * 3 + 1
    for layer in thinned(layers(), 3):
        assert walked(layer).shape == (2, *layer.output_shape), layer


@pytest.mark.slow
def test_keras_computes_what_windows_and_stamps_do():
    ran, refused = 0, 0
    for layer in thinned(layers(), 7):
        code = in_keras(layer)
        if "\n" not in code:
            assert code.startswith("# Keras has no such layer: ") and code.endswith("."), code
            refused += 1
            continue
        names: dict = {"keras": keras}
        exec(code, names)
        made = names["layer"]
        made.build((None, *tape(layer).shape[1:]))
        shapes = [weight.shape for weight in made.get_weights()]
        if shapes:
            said = [name + " " + str(shape) for name, shape in zip(weights(layer), shapes, strict=True)]
            assert code.splitlines()[-1] == "# weights: " + ", ".join(said)
        made.set_weights([w.reshape(shape) for w, shape in zip(weights(layer).values(), shapes, strict=True)])
        try:
            values = made(tape(layer)).numpy()
        except tf.errors.InvalidArgumentError as refusal:
            assert "unless oneDNN is on" in code and "dilation rates larger than 1" in str(refusal), code
            refused += 1
            continue
        assert ONEDNN or "unless oneDNN is on" not in code, code
        assert values.shape[1:] == layer.output_shape, code
        np.testing.assert_allclose(values, walked(layer), rtol=1e-5, atol=1e-5, err_msg=code)
        ran += 1
    assert ran > 100 and refused > 50


@pytest.mark.slow
def test_trace_reads_what_in_keras_writes():
    """Every row is known, and the last has the shape of the layer and what its windows see."""
    read = 0
    for layer in layers()[::11]:
        code = in_keras(layer)
        if "\n" not in code:
            continue
        names: dict = {"keras": keras}
        exec(code, names)
        inputs = keras.Input(tape(layer).shape[1:])
        network = trace(keras.Model(inputs, names["layer"](inputs)))
        row = network[-1]
        assert network.unknown == () and row.output_shape == layer.output_shape, code
        assert network.macs == layer.macs or isinstance(layer, TransposedConv), code
        assert network.parameters == layer.parameters, code
        if isinstance(layer, Conv | SeparableConv | Pool):
            spans = [axis.window(0) for axis in layer.axes]
            fields = [field.interval(0) for field in row.fields]
            assert fields == [range(span[0], span[-1] + 1) for span in spans], code
        read += 1
    assert read > 70


def asked_now(function):
    for layer in layers():
        code = getattr(convarith, function)(layer)
        values = None if "\n" not in code else RUN[function](code, layer, tape(layer))
        yield fingerprint(code), *(("none",) if values is None else digest(values))


def asked_then(function):
    for answer in STORED["answers"][function]:
        code, shape, *checksum = answer.split(" ")
        yield code, shape, *map(float, checksum)


@pytest.mark.slow
@pytest.mark.parametrize("function", NEEDS)
def test_the_other_three_compute_the_same(function):
    installed = all(map(find_spec, NEEDS[function]))
    ran = 0
    answers = asked_now(function) if installed else asked_then(function)
    for layer, (print_of_code, shape, *checksum) in thinned(zip(layers(), answers, strict=True), 3):
        code = getattr(convarith, function)(layer)
        assert fingerprint(code) == print_of_code, (
            f"new code, so run tools/records/frameworks.py again:\n{code}"
        )
        assert (shape == "none") == ("\n" not in code), code
        if checksum:
            expected_shape, expected = digest(walked(layer))
            assert shape == expected_shape, code
            assert checksum[0] == pytest.approx(expected, rel=1e-5, abs=0.1), code
            ran += 1
    assert ran > 300


@pytest.mark.parametrize(
    ("function", "layer", "sentence"),
    [
        (
            in_keras,
            Conv(**IMAGE, filters=1, kernel=2, stride=2, dilation=2),
            "Keras has no such layer: it refuses strides (2) together with dilation (2).",
        ),
        (
            in_keras,
            TransposedConv(size=4, channels=2, filters=2, kernel=3, groups=2),
            "Keras has no such layer: its transposed convolutions take no groups, but this has 2.",
        ),
        (
            in_keras,
            TransposedConv(size=4, channels=1, filters=1, kernel=3, dilation=2, padding=1, output_padding=1),
            "Keras has no such layer: its output_padding is smaller than the stride 1, but here it is 1.",
        ),
        (
            in_keras,
            Pool(**IMAGE, kernel=3, stride=1, padding=(1, 0), operation="average"),
            "Keras has no such layer: it leaves padding out of an average only if that is padding of same, "
            "but here it is ((1, 1), (0, 0)).",
        ),
        (
            in_keras,
            Pool(
                size=6,
                channels=1,
                kernel=3,
                stride=2,
                padding=1,
                ceil_mode=True,
                operation="average",
                count_padding=True,
            ),
            "Keras has no such layer: without ceil_mode an average counts whole windows, but the last hangs "
            "over the end by 1.",
        ),
        (
            in_pytorch,
            Pool(size=(4, 2, 4), channels=1, kernel=3, padding=1, operation="average"),
            "PyTorch has no such layer: nn.AvgPool3d takes no input smaller than its kernel 3, "
            "as (4, 2, 4) is.",
        ),
        (
            in_pytorch,
            Pool(**IMAGE, kernel=2, stride=1, padding=((1, 1), (2, 0)), operation="average"),
            "PyTorch has no such layer: nn.AvgPool2d pads both ends alike, by half the kernel at most, but "
            "((1, 1), (2, 0)) is neither, and padding in front would count in the average.",
        ),
        (
            in_onnx,
            Pool(**IMAGE, kernel=2, padding=2),
            "ONNX Runtime has no such layer: it pads a pool by less than its kernel 2, "
            "but here it is (2, 2).",
        ),
    ],
)
def test_what_a_framework_does_not_have_is_one_sentence_with_its_numbers(function, layer, sentence):
    assert function(layer) == f"# {sentence}"


def test_each_kind_is_said_in_the_usual_words():
    plain = {"channels": 3, "filters": 8, "kernel": 3}
    assert "keras.layers.DepthwiseConv2D(3)" in in_keras(Conv.depthwise(size=(5, 5), channels=3, kernel=3))
    assert 'keras.layers.Conv1D(8, 3, padding="causal")' in in_keras(Conv(size=5, padding="causal", **plain))
    assert "keras.layers.SeparableConv2D(8, 3)" in in_keras(SeparableConv(size=(5, 5), **plain))
    assert 'nn.Conv2d(3, 8, 3, padding="same")' in in_pytorch(Conv(size=(5, 5), padding="same", **plain))
    assert 'auto_pad="SAME_UPPER"' in in_onnx(Conv(size=(5, 5), padding="same", **plain))
    assert 'padding="SAME"' in in_jax(Conv(size=(5, 5), padding="same", **plain))
    grouped = TransposedConv(size=4, channels=4, filters=6, kernel=3, stride=2, groups=2)
    assert "lhs_dilation=(2,)" in in_jax(grouped) and "feature_group_count=2" in in_jax(grouped)
    average = Pool(**IMAGE, kernel=2, padding="same", operation="average")
    assert "nn.AvgPool2d(2, stride=2, ceil_mode=True)" in in_pytorch(average)
    assert average.axes[0] == Axis(size=5, kernel=2, stride=2, pad_high=1)


@pytest.mark.parametrize("function", [in_keras, in_pytorch, in_onnx, in_jax])
def test_only_layers_have_code(function):
    with pytest.raises(
        TypeError, match=rf"^{function.__name__} takes a layer such as Conv or Pool, but was given"
    ):
        function(Axis(size=5, kernel=3))


def test_what_chapter_10_shows_is_what_the_library_emits_and_the_frameworks_answer():
    record = convarith.recorded("frameworks")
    assert record["versions"] == STORED["versions"] and set(record["answers"]) == set(SHOWN)
    for name, (function, layer) in SHOWN.items():
        assert record["answers"][name]["code"] == getattr(convarith, function)(layer), name
        x = ramp((1, *(axis.size for axis in layer.axes), layer.channels))
        values, answer = by_walking(layer, x), record["answers"][name]
        assert tuple(answer["shape"]) == layer.output_shape == values.shape[1:], name
        assert answer["sum"] == pytest.approx(values.sum()), name
        shown = values[0] if values.size < 100 else values[0, :2, :6]
        np.testing.assert_allclose(answer["values"], shown, rtol=1e-5, err_msg=name)
    assert {name: one["code"] for name, one in record["refusals"].items()} == {
        name: code for name, (_, code) in REFUSED.items()
    }
    assert {name: one["code"] for name, one in record["expressions"].items()} == ASKED
    if all(find_spec(module) for modules in NEEDS.values() for module in modules):
        assert json.loads(json.dumps(asked_for_the_chapter())) == record["answers"]
        assert refusals_for_the_chapter() == record["refusals"]
        assert expressions_for_the_chapter() == record["expressions"]
