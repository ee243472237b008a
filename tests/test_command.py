"""The command: what it prints and writes, how it fails, and that it loads no more than it needs."""

import os
import re
import shlex
import subprocess
import sys
import types
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch_by_hand
from test_walls import HEAVY, loaded_by
from witnesses import asks_keras, keras

import convarith
from convarith import Axis, Conv, Pool, TransposedAxis, TransposedConv, animate, settings
from convarith.__main__ import EXAMPLES, main
from convarith.tracing.loading import custom_objects

COMMAND = Path(sys.executable).with_name("convarith")
VALUES = [[1, 2, 3, 4, 5, 6], [7, 8, 9, 1, 2, 3], [4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 5, 6], [7, 8, 9, 1, 2, 3]]


@pytest.fixture
def asked(monkeypatch) -> list:
    """What the writers of source code are asked for, and the models that are traced."""
    heard: list = []

    def writer(name: str) -> object:
        return lambda layer: heard.append((name, layer)) or f"{name}\nsecond line"

    names = ("in_keras", "in_pytorch", "in_onnx", "in_jax")
    for name in names:
        monkeypatch.setattr(convarith, name, writer(name), raising=False)
    tracing = types.ModuleType("convarith.tracing.models")
    tracing.trace = lambda model, shape: heard.append((model, shape)) or "the trace"
    keras = types.ModuleType("keras")
    keras.models = types.SimpleNamespace(load_model=lambda path, **how: (f"the model of {path}", how))
    for module in (tracing, keras):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return heard


def said(capsys, words: str) -> str:
    assert main(shlex.split(words)) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.mark.parametrize(
    ("words", "layer"),
    [
        (
            "224 --kernel 7 --stride 2 --same",
            Conv(size=(224, 224), channels=1, filters=1, kernel=7, stride=2, padding="same"),
        ),
        (
            "28x20 -k 3x5 -p 1x0,2 -d 2 --channels 3 --filters 8",
            Conv(size=(28, 20), channels=3, filters=8, kernel=(3, 5), padding=((1, 1), (0, 2)), dilation=2),
        ),
        ("9 -k 3 -p 0,1", Conv(size=(9, 9), channels=1, filters=1, kernel=3, padding=((0, 1), (0, 1)))),
        ("9 -k 3 --causal --flat", Conv(size=9, channels=1, filters=1, kernel=3, padding="causal")),
        ("9 -k 3 -p 2,1 --flat", Conv(size=9, channels=1, filters=1, kernel=3, padding=(2, 1))),
        ("9 -k 3 --same-lower", Conv(size=(9, 9), channels=1, filters=1, kernel=3, padding="same_lower")),
        ("9 -k 2 --pool max", Pool(size=(9, 9), channels=1, kernel=2)),
        (
            "9 -k 3 -s 2 --pool average --ceil-mode --channels 4",
            Pool(size=(9, 9), channels=4, kernel=3, stride=2, operation="average", ceil_mode=True),
        ),
        ("9 -k 3 -s 1 -d 2 --pool max", Pool(size=(9, 9), channels=1, kernel=3, stride=1, dilation=2)),
        (
            "9 -k 3 -p 1 --pool average --count-padding",
            Pool(
                size=(9, 9),
                channels=1,
                kernel=3,
                padding=((1, 1), (1, 1)),
                operation="average",
                count_padding=True,
            ),
        ),
        (
            "9x8x7 -k 3 -p 1 -s 1x2x2 --channels 4 --filters 6 --groups 2 --no-bias",
            Conv(
                size=(9, 8, 7),
                channels=4,
                filters=6,
                kernel=3,
                padding=((1, 1),) * 3,
                stride=(1, 2, 2),
                groups=2,
                bias=False,
            ),
        ),
        ("9 -k 3x3x2", Conv(size=(9, 9, 9), channels=1, filters=1, kernel=(3, 3, 2))),
        (
            "9 -k 3 --channels 4 --depthwise 2 --same",
            Conv.depthwise(size=(9, 9), channels=4, kernel=3, multiplier=2, padding="same"),
        ),
        (
            "9 -k 3 --channels 4 --depthwise 1 --transposed --same -s 2",
            TransposedConv(size=(9, 9), channels=4, filters=4, groups=4, kernel=3, stride=2, padding="same"),
        ),
        (
            "4 -k 3 -s 2 -p 1 --output-padding 1 --transposed",
            TransposedConv(
                size=(4, 4),
                channels=1,
                filters=1,
                kernel=3,
                stride=2,
                padding=((1, 1), (1, 1)),
                output_padding=1,
            ),
        ),
    ],
)
def test_shape_describes_the_layer_that_was_meant(asked, capsys, words, layer):
    out = said(capsys, f"shape {words}")
    assert [name for name, _ in asked] == ["in_keras", "in_pytorch", "in_onnx", "in_jax"]
    assert all(one.axes == layer.axes for _, one in asked)
    assert {(type(one), one.output_shape) for _, one in asked} == {(type(layer), layer.output_shape)}
    if isinstance(layer, Pool):
        kinds = {(one.operation, one.count_padding) for _, one in asked}
        assert kinds == {(layer.operation, layer.count_padding)}
    else:
        assert {(one.groups, one.bias) for _, one in asked} == {(layer.groups, layer.bias)}
    shape = " x ".join(map(str, layer.output_shape))
    costs = re.search(
        rf"^output {shape}: ([\d,]+) parameters?, ([\d,]+) \S+, ([\d,]+) activations?$", out, re.M
    )
    counts = [int(number.replace(",", "")) for number in costs.groups()]
    assert counts == [layer.parameters, layer.macs, layer.activations]
    for axis in set(layer.axes):
        assert f"{axis}\n  " + "\n  ".join(axis.explain().splitlines()) in out
    assert "\nPyTorch\n  in_pytorch\n  second line\n" in out


def test_shape_names_the_axes(asked, capsys):
    for size, names in (
        ("9 --flat", ["axis"]),
        ("9", ["rows and columns"]),
        ("9x8", ["rows", "columns"]),
        ("9x9x9", ["depth, rows and columns"]),
        ("7x9x9", ["depth", "rows", "columns"]),
    ):
        out = said(capsys, f"shape {size} -k 3")
        assert re.findall(r"^(.*): Axis\(", out, re.M) == names


@asks_keras
def test_shape_counts_what_keras_counts(asked, capsys):
    """Parameters and activations of the layers themselves; multiply-accumulates, output cell by cell."""
    layers = keras.layers
    for words, size, layer, macs in (
        (
            "28 -k 3 --channels 3 --filters 8 --same",
            (28, 28, 3),
            layers.Conv2D(8, 3, padding="same"),
            27 * 8 * 784,
        ),
        (
            "6x7x8 -k 3 --channels 4 --filters 6 --groups 2 --no-bias",
            (6, 7, 8, 4),
            layers.Conv3D(6, 3, groups=2, use_bias=False),
            54 * 6 * 4 * 5 * 6,
        ),
        (
            "9 -k 3 --channels 4 --depthwise 2",
            (9, 9, 4),
            layers.DepthwiseConv2D(3, depth_multiplier=2),
            9 * 8 * 49,
        ),
        (
            "5 -k 3 -s 2 --transposed --same --channels 2 --filters 3",
            (5, 5, 2),
            layers.Conv2DTranspose(3, 3, strides=2, padding="same"),
            18 * 3 * 25,
        ),
        ("8 -k 2 --pool max --channels 5", (8, 8, 5), layers.MaxPooling2D(2), 0),
    ):
        model = keras.Sequential([keras.Input(size), layer])
        shape = model.output_shape[1:]
        line = said(capsys, f"shape {words}").splitlines()[1]
        assert line == (
            f"output {' x '.join(map(str, shape))}: {model.count_params():,} parameters, "
            f"{macs:,} multiply-accumulates, {np.prod(shape):,} activations"
        )


def listed(capsys, words: str) -> list[tuple[Axis | TransposedAxis, str, str]]:
    """Each line that `convarith settings` prints: the axis, and how Keras and PyTorch have it."""
    lines = [
        re.fullmatch(r"(.*)  # Keras: (.*); PyTorch: (.*)", line).groups()
        for line in said(capsys, f"settings {words}").splitlines()
    ]
    return [(eval(axis), in_keras, in_pytorch) for axis, in_keras, in_pytorch in lines]


def test_settings_are_those_of_the_library(capsys):
    assert [axis for axis, *_ in listed(capsys, "28 14")] == list(settings(28, 14))
    given = {"kernel": [3, 5], "stride": [1, 2], "dilation": [1, 2], "uneven": True}
    words = "--kernel 3,5 --stride 1,2 --dilation 1,2 --uneven"
    assert [axis for axis, *_ in listed(capsys, f"28 14 {words}")] == list(settings(28, 14, **given))
    for option, name in (("--transposed", "transposed"), ("--ceil-mode", "ceil_mode")):
        found = list(settings(14, 14, **given, **{name: True}))
        assert [axis for axis, *_ in listed(capsys, f"14 14 {words} {option}")] == found


EVERY = "--kernel 1,2,3,4 --stride 1,2,3 --dilation 1,2 --uneven"
LEADS = {
    "": ("7 3", "6 6", "5 2"),
    "--ceil-mode": ("7 4", "6 3", "5 2", "9 5"),
    "--transposed": ("3 7", "4 4", "2 5"),
}


def made_of(axis, image):
    """What comes out: of each window the sum, or with ceil_mode the maximum; or what stamps add up to."""
    made = np.zeros((axis.output, axis.output))
    for place in product(range(len(axis.windows)), repeat=2):
        inside = [[cell for cell in axis.windows[at] if 0 <= cell < axis.tape] for at in place]
        cells = list(product(*inside))
        if isinstance(axis, TransposedAxis):
            for cell in cells:
                made[cell] += image[place]
        elif axis.ceil_mode:
            made[place] = max((image[cell] for cell in cells), default=-np.inf)
        else:
            made[place] = sum(image[cell] for cell in cells)
    return made


def image_for(axis):
    return np.arange(1.0, axis.size**2 + 1).reshape(axis.size, axis.size)


def parted(words: str) -> tuple[str, dict, str]:
    """What comes in front, the arguments, and what comes after."""
    front = re.fullmatch(r"(.*) in front", words)
    given, _, after = words.partition(", then ")
    return (front[1], {}, "") if front else ("", eval(f"dict({given})"), after)


def keras_layers(axis, words: str) -> list:
    """The layers of Keras, with weights that are all 1."""
    front, given, after = parted(words)
    steps = {"strides": axis.stride, "dilation_rate": axis.dilation}
    weights = {"filters": 1, "kernel_size": axis.kernel, "kernel_initializer": "ones"}
    if isinstance(axis, TransposedAxis):
        layer = keras.layers.Conv2DTranspose(**weights, **given)
    elif axis.ceil_mode:
        layer = keras.layers.MaxPooling2D(axis.kernel, strides=axis.stride, **given)
    else:
        layer = keras.layers.Conv2D(**weights, **steps, **given)
    names = {"ZeroPadding2D": keras.layers.ZeroPadding2D, "Cropping2D": keras.layers.Cropping2D}
    first, last = ([eval(one, names)] if one else [] for one in (front, after))
    return [*first, layer, *last]


@pytest.mark.slow
@pytest.mark.parametrize("option", LEADS)
@asks_keras
def test_settings_in_the_words_of_keras_are_the_same_layer_there(capsys, option):
    ran, refused = 0, set()
    for sizes in LEADS[option]:
        for axis, words, _ in listed(capsys, f"{sizes} {EVERY} {option}"):
            if words.startswith("no "):
                refused.add(words)
                continue
            model = keras.Sequential([keras.Input((axis.size, axis.size, 1)), *keras_layers(axis, words)])
            assert model.output_shape[1:3] == (axis.output, axis.output), f"{axis} {words}"
            if option == "--transposed" and axis.dilation > 1:
                continue  # TensorFlow computes none on a CPU
            image = image_for(axis)
            x = image.astype("float32")[None, :, :, None]
            for layer in model.layers:
                x = layer(x)
            result = np.maximum(made_of(axis, image), np.finfo("float32").min)  # its maximum of no data
            np.testing.assert_allclose(x[0, :, :, 0], result, rtol=1e-5, err_msg=f"{axis} {words}")
            ran += 1
    assert ran > 30
    assert refused == REFUSED_BY_KERAS[option]


REFUSED_BY_KERAS = {
    "": {"no stride together with dilation"},
    "--ceil-mode": {"no pool with dilation", "no word for it"},
    "--transposed": {"no stride together with dilation", "no output_padding of 1 at stride 1"},
}


@pytest.mark.parametrize("option", LEADS)
def test_settings_in_the_words_of_pytorch_are_the_same_layer_there(capsys, option):
    ran, refused = 0, set()
    for sizes in LEADS[option]:
        for axis, _, words in listed(capsys, f"{sizes} {EVERY} {option}"):
            if words.startswith("no "):
                refused.add(words)
                continue
            front, given, after = parted(words)
            steps = {"stride": axis.stride, "dilation": axis.dilation}
            if option == "--ceil-mode":
                layer = partial(torch_by_hand.F.max_pool2d, kernel=axis.kernel, **steps, **given)
            elif option == "--transposed":
                assert given.get("output_padding", 0) < max(axis.stride, axis.dilation), axis
                layer = torch_by_hand.nn.ConvTranspose2d(1, 1, axis.kernel, **given)
            else:
                layer = torch_by_hand.nn.Conv2d(1, 1, axis.kernel, **steps, **given)
            x = image = image_for(axis)
            x = eval(front, {"F": torch_by_hand.F, "x": x}) if front else x
            x = layer(x)
            x = eval(after, {"F": torch_by_hand.F, "x": x}) if after else x
            np.testing.assert_allclose(x, made_of(axis, image), err_msg=f"{axis} {words}")
            ran += 1
    assert ran > 30
    alike = {"no pool with padding beyond half the kernel", "no pool with uneven padding"}
    assert refused == (alike if option == "--ceil-mode" else set())


def test_animate_writes_the_animation_of_the_layer(capsys, tmp_path):
    for words, layer, look in (
        ("5 -k 3 -p 1 -s 2", Conv(size=(5, 5), channels=1, filters=1, kernel=3, padding=1, stride=2), {}),
        ("6 -k 2 --pool max --flat", Pool(size=6, channels=1, kernel=2), {}),
        (
            "3 -k 3 -s 2 --transposed --theme dark --cell 9 --seconds 0.2",
            TransposedConv(size=(3, 3), channels=1, filters=1, kernel=3, stride=2, padding=0),
            {"theme": "dark", "cell": 9, "seconds": 0.2},
        ),
        (
            "3 -k 3 -s 2 --transposed --stretched",
            TransposedConv(size=(3, 3), channels=1, filters=1, kernel=3, stride=2, padding=0),
            {"stretched": True},
        ),
        (
            "3 -k 2 --values",
            Conv(size=(3, 3), channels=1, filters=1, kernel=2),
            {"image": [[1, 2, 3], [4, 5, 6], [7, 8, 9]], "kernel": [[0, 1], [2, 0]]},
        ),
        ("5x6 -k 2 --pool max --values", Pool(size=(5, 6), channels=1, kernel=2), {"image": VALUES}),
        (
            "11 -k 4 -s 2 --flat --transposed --values",
            TransposedConv(size=11, channels=1, filters=1, kernel=4, stride=2, padding=0),
            {"image": [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2], "kernel": [0, 1, 2, 0]},
        ),
    ):
        for suffix in ("svg", "gif"):
            mine, theirs = tmp_path / f"mine.{suffix}", tmp_path / f"theirs.{suffix}"
            animation = animate(layer, mine, **look)
            size, options = words.split(maxsplit=1)
            for order in (f"animate {words} {theirs}", f"animate {size} {theirs} {options}"):
                assert said(capsys, order) == f"{theirs}: {animation.alt}\n"
                assert theirs.read_bytes() == mine.read_bytes()


def test_explain_traces_the_stored_model(asked, capsys, tmp_path):
    (tmp_path / "m.keras").write_bytes(b"")
    assert said(capsys, f"explain {tmp_path / 'm.keras'}") == "the trace\n"
    assert said(capsys, f"explain {tmp_path / 'm.keras'} --input-shape 9 8 3") == "the trace\n"
    loaded = f"the model of {tmp_path / 'm.keras'}", {"compile": False, "safe_mode": True}
    assert asked == [(loaded, None), (loaded, (9, 8, 3))]


OWN_LAYER = """
import keras

class Twice(keras.layers.Layer):
    def call(self, x):
        return 2 * x
"""


@pytest.fixture(scope="module")
def stored_models(tmp_path_factory):
    """Models of all the kinds that repositories have, in a folder."""
    if not keras:
        pytest.skip("Keras and TensorFlow are not installed")
    folder = tmp_path_factory.mktemp("models")
    layers, names = keras.layers, {}
    for name in ("own_loss.keras", "own_loss.h5", "own_loss.hdf5"):
        names[name] = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(4, 3)], name="small")
        names[name].compile("adam", loss=lambda wish, made: keras.ops.mean(wish - made))
    inputs = keras.Input((None, None, 3))
    names["free.keras"] = keras.Model(inputs, layers.Conv2D(4, 3)(inputs), name="free")
    names["lambda.keras"] = keras.Model(inputs, layers.Lambda(lambda x: 2 * x)(inputs), name="lambda")
    (folder / "own.py").write_text(OWN_LAYER, encoding="utf-8")
    names["own.keras"] = keras.Model(
        inputs, custom_objects(str(folder / "own.py"))["Twice"]()(inputs), name="own"
    )
    for name, model in names.items():
        model.save(folder / name)
    (folder / "own_loss.json").write_text(names["own_loss.keras"].to_json(), encoding="utf-8")
    (folder / "torn.keras").write_bytes(b"no archive")
    return folder


@pytest.mark.parametrize("name", ["own_loss.keras", "own_loss.h5", "own_loss.hdf5", "own_loss.json"])
def test_explain_reads_a_model_without_what_it_was_trained_with(stored_models, capsys, name):
    assert said(capsys, f"explain {stored_models / name}").splitlines()[-1] == (
        "small: 40 parameters, 24,336 multiply-accumulates, 3,488 activations with the input"
    )


@pytest.mark.parametrize(
    ("words", "last"),
    [
        (
            "free.keras --input-shape 9 9 3",
            "free: 112 parameters, 5,292 multiply-accumulates, 439 activations with the input",
        ),
        (
            "lambda.keras --input-shape 9 9 3 --unsafe-run-code-in-the-file",
            "lambda: 0 parameters, multiply-accumulates not counted, "
            "486 activations with the input; not counted: lambda",
        ),
        (
            "own.keras --input-shape 9 9 3 --custom {}/own.py",
            "own: 0 parameters, multiply-accumulates not counted, "
            "486 activations with the input; not counted: twice",
        ),
    ],
)
def test_explain_takes_a_size_and_leave_to_run_code(stored_models, capsys, words, last):
    out = said(capsys, f"explain {stored_models}/{words.format(stored_models)}").splitlines()[-1]
    assert re.sub(r"(lambda|twice)_\d+$", r"\1", out) == last


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (
            "free.keras",
            1,
            "free leaves its input size open, (None, None, 3); give it, for example --input-shape 224 224 3",
        ),
        (
            "lambda.keras",
            1,
            "it contains code of its own (a Lambda layer); --unsafe-run-code-in-the-file runs it",
        ),
        (
            "own.keras",
            1,
            "it uses Twice, which Keras does not know; --custom MODULE.PY says where that is",
        ),
        ("own.keras --custom nowhere.py", 1, "there is no Python file nowhere.py"),
        ("torn.keras", 1, "Keras cannot load"),
        ("own.py", 1, "explain reads .keras, .h5, .hdf5, .json, .pt2, .onnx, but the file is"),
    ],
)
def test_explain_says_what_is_missing(stored_models, capsys, words, code, message):
    keras.saving.get_custom_objects().clear()
    assert main(shlex.split(f"explain {stored_models}/{words}")) == code
    assert message in capsys.readouterr().err


def test_explain_says_which_framework_is_missing(monkeypatch, capsys, tmp_path):
    for name, module, framework in (("m.pt2", "torch", "PyTorch"), ("m.onnx", "onnx", "onnx")):
        (tmp_path / name).write_bytes(b"")
        monkeypatch.setitem(sys.modules, module, None)
        assert main(["explain", str(tmp_path / name)]) == 1
        assert capsys.readouterr().err == f"convarith: explain needs {framework}, which is not installed\n"


def test_explain_says_that_keras_is_missing(monkeypatch, capsys, tmp_path):
    (tmp_path / "m.keras").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "keras", None)
    assert main(["explain", str(tmp_path / "m.keras")]) == 1
    assert capsys.readouterr().err == "convarith: explain needs Keras, which is not installed\n"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("shape 5 -k 9", 1, "convarith: kernel 9 spans 9 cells, but the padded axis has 5"),
        ("shape 0 -k 1", 1, "convarith: size must be at least 1, but is 0"),
        (
            "animate 5 -k 3 a.webp",
            1,
            "convarith: an animation is saved as .svg, .gif or .png, not as 'a.webp'",
        ),
        ("animate 5 -k 3 no/a.svg", 1, "convarith: no/a.svg cannot be written: No such file or directory"),
        (
            "animate 5x5x5 -k 3 a.svg",
            1,
            "convarith: an animation shows one or two axes, but Conv(size=(5, 5, 5)",
        ),
        ("shape 5x5x5x5 -k 3", 2, "'5x5x5x5' is not of the form 3, 3x5 or 3x5x7"),
        ("shape 5x5 -k 3x3x3", 1, "convarith: size must be one number, or 3 of them, but is [5, 5]"),
        ("shape 5 -k 3x5 --flat", 2, "--flat goes with one number for each option"),
        ("shape 5 -k 3 -p 1x1 --flat", 2, "--flat goes with one number for each option"),
        (
            "shape 5 -k 3 --filters 2 --pool max",
            2,
            "--filters, --groups and --depthwise do not go with --pool",
        ),
        (
            "shape 5 -k 3 --groups 2 --pool max",
            2,
            "--filters, --groups and --depthwise do not go with --pool",
        ),
        ("shape 5 -k 3 --no-bias --pool max", 2, "--no-bias does not go with --pool"),
        ("shape 5 -k 3 --count-padding", 2, "--count-padding goes with --pool average"),
        ("shape 5 -k 3 --pool max --count-padding", 2, "--count-padding goes with --pool average"),
        ("shape 5 -k 3 --depthwise 2 --filters 2", 2, "it does not go with --filters or --groups"),
        ("shape 5 -k 3 --depthwise 2 --groups 1", 2, "it does not go with --filters or --groups"),
        ("shape 5 -k 3 --depthwise 0", 1, "convarith: multiplier must be at least 1, but is 0"),
        ("shape 5 -k 3 --filters 0", 1, "convarith: filters must be at least 1, but is 0"),
        ("shape 5 -k 3 --groups 0", 1, "convarith: groups must be at least 1, but is 0"),
        (
            "shape 5 -k 3 --channels 3 --groups 2",
            1,
            "convarith: channels must be a multiple of groups (2), but is 3",
        ),
        ("settings 28 140", 1, "convarith: no such setting leads from 28 to 140"),
        ("explain no.keras", 1, "convarith: there is no file no.keras"),
        ("", 2, "convarith: the following arguments are required: COMMAND; see convarith --help"),
        ("shape 5", 2, "the following arguments are required: -k/--kernel; see convarith shape --help"),
        ("shape 5 -k a", 2, "argument -k/--kernel: 'a' is not of the form 3, 3x5 or 3x5x7"),
        ("shape 5 -k 3 -p 1,2,3", 2, "'1,2,3' is not of the form 1 or 0,1 or 1x0,1 or 1x0,1x2"),
        ("settings 28 14 --kernel 3x5", 2, "'3x5' is not of the form 3 or 3,5"),
        ("shape 5 -k 3 -p 1 --same", 2, "argument --same: not allowed with argument -p/--padding"),
        ("shape 5 -k 3 --pool max --transposed", 2, "not allowed with argument --pool"),
        ("shape 5 -k 3 --ceil-mode", 2, "--ceil-mode goes with --pool"),
        ("shape 5 -k 3 --output-padding 1", 2, "--output-padding goes with --transposed"),
        ("shape 5x5 -k 3 --flat", 2, "--flat goes with one size"),
        ("shape 5 -k 3 -s 0", 1, "convarith: stride must be at least 1, but is 0"),
        ("shape 5 -k 3 --transposed --full", 2, "--full does not go with --transposed"),
        ("shape 5 -k 3 --transposed --same-lower", 2, "--same-lower does not go with --transposed"),
        ("settings 28 14 --transposed --ceil-mode", 2, "not allowed with argument --transposed"),
    ],
)
def test_what_goes_wrong_is_one_sentence(capsys, words, code, sentence):
    try:
        ended = main(shlex.split(words))
    except SystemExit as left:
        ended = left.code
    out, err = capsys.readouterr()
    assert (ended, out) == (code, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_help_has_examples_that_run(asked, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("model.keras", "model.h5"):
        (tmp_path / name).write_bytes(b"")
    examples = re.findall(r"^  convarith (.*)$", EXAMPLES, re.M)
    assert {words.split()[0] for words in examples} == {"shape", "animate", "settings", "explain"}
    for words in examples:
        assert said(capsys, words)
    for words in ([], ["shape"], ["animate"], ["settings"], ["explain"]):
        with pytest.raises(SystemExit) as left:
            main([*words, "--help"])
        assert left.value.code == 0
        assert EXAMPLES in capsys.readouterr().out


def test_the_installed_command_and_the_module_are_one(tmp_path):
    for command in ([COMMAND], [sys.executable, "-m", "convarith"]):
        done = subprocess.run(
            [*command, "settings", "28", "14", "--kernel", "3"], capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (0, "")
        words = "Keras: ZeroPadding2D(1) in front; PyTorch: padding=1"
        assert done.stdout == f"Axis(size=28, kernel=3, stride=2, pad_low=1, pad_high=1)  # {words}\n"


def test_who_stops_reading_stops_it_quietly():
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "convarith", "settings", "28", "14"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_command_loads_nothing_heavy(tmp_path):
    code = "from convarith.__main__ import main; main(['animate', '5', '--kernel', '3', {!r}])"
    code = "import io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()): " + code
    loaded = loaded_by(f"exec({code.format(str(tmp_path / 'a.svg'))!r})")
    assert "argparse" in loaded
    assert not loaded & (HEAVY | {"asyncio", "pathlib", "subprocess", "typing"})


def test_explain_says_that_a_model_file_may_run_code(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["explain", "--help"])
    help_text = " ".join(capsys.readouterr().out.split())
    assert (
        "let Keras run code that is stored in the file (Lambda layers): only for files that you trust"
        in help_text
    )
    assert "it is run: trust it" in help_text
