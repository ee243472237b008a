"""The command: what it prints and writes, how it fails, and that it loads no more than it needs."""

import os
import re
import shlex
import subprocess
import sys
import types
from pathlib import Path

import pytest
from test_walls import HEAVY, loaded_by
from witnesses import keras

import convarith
from convarith import Conv, Pool, TransposedConv, animate, settings
from convarith.__main__ import EXAMPLES, custom_objects, main

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
        assert {one.operation for _, one in asked} == {layer.operation}
    for axis in set(layer.axes):
        assert f"{axis}\n  " + "\n  ".join(axis.explain().splitlines()) in out
    assert "\nPyTorch\n  in_pytorch\n  second line\n" in out


def test_settings_are_those_of_the_library(capsys):
    assert said(capsys, "settings 28 14").splitlines() == [str(axis) for axis in settings(28, 14)]
    given = {"kernel": [3, 5], "stride": [1, 2], "dilation": [1, 2], "uneven": True}
    words = "settings 28 14 --kernel 3,5 --stride 1,2 --dilation 1,2 --uneven"
    assert said(capsys, words).splitlines() == [str(axis) for axis in settings(28, 14, **given)]


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
        "small: 40 parameters, 24,336 multiply-accumulates, 3,488 activations"
    )


@pytest.mark.parametrize(
    ("words", "last"),
    [
        (
            "free.keras --input-shape 9 9 3",
            "free: 112 parameters, 5,292 multiply-accumulates, 439 activations",
        ),
        (
            "lambda.keras --input-shape 9 9 3 --unsafe-run-code-in-the-file",
            "lambda: 0 parameters, multiply-accumulates not counted, 486 activations; not counted: lambda",
        ),
        (
            "own.keras --input-shape 9 9 3 --custom {}/own.py",
            "own: 0 parameters, multiply-accumulates not counted, 486 activations; not counted: twice",
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
            "free leaves its input size open, (None, None, 3); say it, for example --input-shape 224 224 3",
        ),
        ("lambda.keras", 1, "code of its own in it (a Lambda layer); --unsafe-run-code-in-the-file runs it"),
        (
            "own.keras",
            1,
            "it has Twice in it, which Keras does not know; --custom MODULE.PY says where it is",
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
            "convarith: an animation is saved as .svg, .gif or .png, but not as 'a.webp'",
        ),
        ("animate 5 -k 3 no/a.svg", 1, "convarith: no/a.svg cannot be written: No such file or directory"),
        ("animate 5x5x5 -k 3 a.svg", 2, "'5x5x5' is not of the form 3 or 3x5"),
        ("settings 28 140", 1, "convarith: no such setting leads from 28 to 140"),
        ("explain no.keras", 1, "convarith: there is no file no.keras"),
        ("", 2, "convarith: the following arguments are required: COMMAND; see convarith --help"),
        ("shape 5", 2, "the following arguments are required: -k/--kernel; see convarith shape --help"),
        ("shape 5 -k a", 2, "argument -k/--kernel: 'a' is not of the form 3 or 3x5"),
        ("shape 5 -k 3 -p 1,2,3", 2, "'1,2,3' is not of the form 1 or 0,1 or 1x0,1"),
        ("settings 28 14 --kernel 3x5", 2, "'3x5' is not of the form 3 or 3,5"),
        ("shape 5 -k 3 -p 1 --same", 2, "argument --same: not allowed with argument -p/--padding"),
        ("shape 5 -k 3 --pool max --transposed", 2, "not allowed with argument --pool"),
        ("shape 5 -k 3 --ceil-mode", 2, "--ceil-mode goes with --pool"),
        ("shape 5 -k 3 --output-padding 1", 2, "--output-padding goes with --transposed"),
        ("shape 5 -k 3 -d 2 --pool max", 2, "--dilation does not go with --pool"),
        ("shape 5x5 -k 3 --flat", 2, "--flat goes with one size"),
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
        assert done.stdout == "Axis(size=28, kernel=3, stride=2, pad_low=1, pad_high=1)\n"


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
