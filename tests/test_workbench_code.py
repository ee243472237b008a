"""Networks as the workbench writes them: run in Keras, read again, and followed from name to name."""

import ast
import json
import re
from itertools import product
from math import prod
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from grids import EXHAUSTIVE
from layer_grid import by_walking, layers, tape, weights
from workbench_pages import record_of

from convarith import AdaptivePool, Dense, Pool, TransposedConv

pytest_plugins = ["workbench_pages"]

PASTED = Path(__file__).parent / "data" / "pasted"
STORED = json.loads((PASTED / "pytorch.json").read_text())
INPUT = {"channels": 3, "sizes": [9, 7]}
FRAMEWORKS = ("keras", "pytorch", "onnx", "jax")
BY_HAND = re.compile("# .*(has to be written by hand|has no such layer)")
WRITE = """(given) => given.map(([text, layers, input]) => {
  const { reading, network, network_code } = convarith;
  const read = text ? reading.read(text) : { layers, framework: "" };
  const shape = input || read.input, count = network.countNetwork({ ...read, input: shape });
  const names = ["keras", "pytorch", "onnx", "jax"];
  const code = Object.fromEntries(names.map((name) => [name, network_code.networkCode(name, count, shape)]));
  return { ...count, input: shape, code };
})"""


def pasted():
    """The networks that are read, with the input of those that do not say it."""
    for folder in ("keras", "pytorch", "printed"):
        for path in sorted((PASTED / folder).iterdir()):
            _, channels, *sizes = STORED[path.stem]["input"] if folder != "keras" else (0, 0)
            shape = {"channels": channels, "sizes": sizes} if folder != "keras" else None
            yield f"{folder}/{path.stem}", path.read_text(), shape


def record(layer):
    """A layer of the library as a record, and the shape that it takes."""
    names = ("size", "channels", "filters", "kernel", "stride", "padding", "dilation", "groups", "bias")
    names += ("padding_mode", "ceil_mode", "multiplier", "output_padding", "output")
    given = {name: getattr(layer, name) for name in names if hasattr(layer, name)}
    if isinstance(given["size"], int):
        given["size"] = (given["size"],)
    if (
        isinstance(layer, TransposedConv)
        and layer.output_padding is None
        and not isinstance(layer.padding, str)
    ):
        given["output_padding"] = 0
    made = record_of(type(layer), **given)
    if isinstance(layer, Pool | AdaptivePool):
        made["pooling"] = "max" if layer.operation == "max" else "average"
        made["pooling"] += "_padded" * getattr(layer, "count_padding", False)
    made |= {"type": type(layer).__name__, "name": "", "line": 1}
    return [None, [made], {"channels": layer.channels, "sizes": given["size"]}]


@pytest.fixture(scope="module")
def grid(bench):
    every = [layer for layer in layers() if not isinstance(layer, Dense)]
    every = [layer for layer in every if getattr(layer, "padding", "") not in ("full", "same_lower")]
    return list(zip(every, bench.evaluate(WRITE, list(map(record, every))), strict=True))


@pytest.fixture(scope="module")
def networks(bench):
    names, texts, inputs = zip(*pasted(), strict=True)
    given = [[text, None, shape] for text, shape in zip(texts, inputs, strict=True)]
    return dict(zip(names, bench.evaluate(WRITE, given), strict=True))


def made_by(code):
    names = {"keras": keras}
    exec(code, names)
    return names["model"]


def is_whole(code):
    """Whether every layer is written, and where it leads is known."""
    return not BY_HAND.search(code) and "This is a branch" not in code


def shape_of(row):
    return (None, *row["to"]["sizes"], row["to"]["channels"])


def test_layers_written_for_keras_make_what_windows_and_stamps_do(grid):
    made, refused = {}, 0
    for number, (layer, found) in enumerate(grid):
        code = found["code"]["keras"]
        assert found["misfit"] is None, layer
        if BY_HAND.search(code):
            refused += 1
        elif EXHAUSTIVE or number % 11 == 0:  # Keras takes its time
            model = made_by(code)
            assert model.count_params() == layer.parameters, (layer, code)
            model.set_weights(
                [
                    given.reshape(weight.shape)
                    for given, weight in zip(weights(layer).values(), model.weights, strict=True)
                ]
            )
            kind = type(layer).__name__, len(layer.output_shape) - 1
            made[kind] = made.get(kind, 0) + 1
            if "unless oneDNN is on" in code:
                assert model.output_shape == (None, *layer.output_shape), (layer, code)
                continue
            values, expected = model(tape(layer)), by_walking(layer, tape(layer))
            np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-5, err_msg=f"{layer} {code}")
    assert len(made) == 5 * 3 and min(made.values()) > 0 and refused > 50, (made, refused)


def test_what_stands_in_a_padding_comes_in_front_in_all_frameworks(grid):
    words = {
        "reflect": ("Reflection", "reflect"),
        "replicate": ("Replication", "edge"),
        "circular": ("Circular", "wrap"),
    }
    checked = 0
    for layer, found in grid:
        mode = getattr(layer, "padding_mode", "zeros")
        if mode != "zeros" and any(axis.pad_low + axis.pad_high for axis in layer.axes):
            module, word = words[mode]
            assert f"nn.{module}Pad" in found["code"]["pytorch"], layer
            assert f'mode="{word}"' in found["code"]["onnx"] and f'mode="{word}"' in found["code"]["jax"], (
                layer
            )
            checked += 1
    assert checked > 30


def test_networks_written_for_keras_have_their_shapes_and_parameters(networks):
    made = 0
    for name, found in networks.items():
        code = found["code"]["keras"]
        if not is_whole(code):
            ast.parse(code)
            continue
        with keras.StatelessScope(initialize_variables=False):  # weights are counted, not computed with
            model = made_by(code)
        totals = found["totals"]
        assert model.output_shape == shape_of(found["rows"][-1]), (name, code)
        assert model.count_params() == totals["parameters"] + totals["fixed"], (name, code)
        made += 1
    assert made > 30


@pytest.mark.parametrize("framework", ["keras", "pytorch"])
def test_what_is_written_is_read_again_as_the_same_network(bench, networks, framework):
    whole = {name: one for name, one in networks.items() if is_whole(one["code"][framework])}
    # A padding with -inf is an operation, which is not read.
    whole = {name: one for name, one in whole.items() if "keras.ops" not in one["code"][framework]}
    given = [[one["code"][framework], None, one["input"]] for one in whole.values()]
    for (name, one), again in zip(whole.items(), bench.evaluate(WRITE, given), strict=True):
        said = name, one["code"][framework]
        assert again["misfit"] is None, said
        # One that is made in two parts makes more activations.
        assert again["totals"] | {"activations": 0, "bytes": 0} == one["totals"] | {
            "activations": 0,
            "bytes": 0,
        }, said
        assert shape_of(again["rows"][-1]) == shape_of(one["rows"][-1]), said
        learned, relearned = (
            [
                (row["to"]["channels"], row["parameters"], row["macs"])
                for row in network["rows"]
                if row["parameters"]
            ]
            for network in (one, again)
        )
        assert relearned == learned or "separable" in str(one["rows"]), said
    assert len(whole) > 30


def test_nodes_of_onnx_read_what_is_there_and_make_the_output_once(networks):
    for name, found in networks.items():
        nodes, code = {"helper": SimpleNamespace(make_node=lambda *names, **_: names)}, found["code"]["onnx"]
        exec(code, nodes)
        made = ["x"]
        for _, inputs, outputs in nodes["nodes"]:
            values = [one for one in inputs if re.fullmatch(r"x.*|y|h\d+", one)]
            assert values and set(values) <= set(made), (name, code)
            made += outputs
        assert len(set(made)) == len(made) and made[-1] == "y", (name, code)
        read = {one for _, inputs, _ in nodes["nodes"] for one in inputs}
        assert all(one in read for one in made if re.fullmatch(r"x\d+_\d|h\d+", one)), (name, code)
        kernels = {one for one in read if re.match(r"w\d", one)}
        kinds = ("conv", "separable", "transposed", "dense")
        learned = [row for row in found["rows"] if row["layer"]["kind"] in kinds and not row["why"]]
        own = [row for row in learned if row["layer"].get("shares") is None]
        both = sum(row["layer"]["kind"] == "separable" for row in own)
        assert len(kernels) == len(own) + both or BY_HAND.search(code), (name, code)


def test_steps_of_jax_read_what_is_there(networks):
    for name, found in networks.items():
        code = found["code"]["jax"]
        there = {"x", "lax", "jnp", "jax", "epsilon", "float"}
        for line in ast.parse(code).body:
            read = {one.id for one in ast.walk(line.value) if isinstance(one, ast.Name)}
            unknown = [
                one for one in read - there if not re.fullmatch(r"(w|b|scale|mean|variance)\d+(_\d)?", one)
            ]
            assert not unknown, (name, code)
            there.add(line.targets[0].id)
        assert len(ast.parse(code).body) > 3, name


POOL = {"kind": "global", "rank": 2}
UP = {"kind": "upsampling", "interpolation": "nearest"}
PAD = {"kind": "padding", "rank": 2, "padding": [[1, 2], [0, 1]], "padding_mode": "zeros"}
RECORDS = {  # without weights, and the shape that arrives
    "flatten": ({"kind": "flatten"}, [3, 4], 5),
    "to a map": ({"kind": "reshape", "target": [2, 3, 10]}, [], 60),
    "from map to map": ({"kind": "reshape", "target": [6, 2, 5]}, [3, 4], 5),
    "relu6": ({"kind": "activation", "type": "relu6"}, [3], 2),
    "relu with numbers": ({"kind": "activation", "type": "ReLU", "activation": ""}, [3], 2),
    "softmax of a map": ({"kind": "activation", "type": "Softmax"}, [3], 2),
    "most": (POOL | {"pooling": "max", "keep": False}, [3, 4], 5),
    "most, kept": (POOL | {"pooling": "max", "keep": True}, [3, 4], 5),
    "mean": (POOL | {"pooling": "average", "keep": False}, [3, 4], 5),
    "mean, kept": (POOL | {"pooling": "average", "keep": True}, [3, 4], 5),
    "times": (UP | {"times": [2, 3]}, [3, 4], 2),
    "to a size": (UP | {"outputs": [6, 4]}, [3, 4], 2),
    "to no multiple": (UP | {"outputs": [5, 4]}, [3, 4], 2),
    "linear": (UP | {"times": [2], "interpolation": "linear"}, [3, 4], 2),
    "zeros": (PAD, [5, 4], 2),
    "no zeros": (PAD | {"type": "ConstantPad2d"}, [5, 4], 2),
    "reflected": (PAD | {"padding_mode": "reflect"}, [5, 4], 2),
    "replicated": (PAD | {"padding_mode": "replicate"}, [5, 4], 2),
    "circular": (PAD | {"padding_mode": "circular"}, [5, 4], 2),
    "cut off": (PAD | {"padding": [[-1, 0], [0, -2]]}, [5, 4], 2),
    "cut off and padded": (PAD | {"padding": [[-1, 0], [1, 0]]}, [5, 4], 2),
    "cropped": (PAD | {"kind": "cropping"}, [5, 4], 2),
    "even shares": ({"kind": "adaptive", "rank": 2, "outputs": [2, None], "pooling": "max"}, [6, 4], 2),
    "more shares than cells": ({"kind": "adaptive", "rank": 1, "outputs": [3], "pooling": "max"}, [1], 2),
    "uneven shares": ({"kind": "adaptive", "rank": 2, "outputs": [4, 3], "pooling": "average"}, [6, 4], 2),
}
# What is not known in full, what a framework does not have, and what it does not have in one call.
NO_ONE = {"from map to map", "relu with numbers", "softmax of a map", "to no multiple", "linear", "no zeros"}
UNEVEN = {"uneven shares", "more shares than cells"}
LEFT_OUT = {
    "keras": NO_ONE | {"replicated", "circular", "cut off and padded"},
    "pytorch": NO_ONE,
    "onnx": NO_ONE | {"to a map", "relu6", "times", "to a size", *UNEVEN},
    "jax": NO_ONE | {"cut off and padded", *UNEVEN},
}


def by_numpy(record, x, to):
    """What the layer makes of numbers."""
    kind = record["kind"]
    if kind in ("flatten", "reshape"):
        return x.reshape(len(x), *to)
    if kind == "activation":
        return np.clip(x, 0, 6)
    if kind == "global":
        reduce = np.max if record["pooling"] == "max" else np.mean
        return reduce(x, axis=(1, 2), keepdims=record["keep"])
    if kind == "upsampling":
        return x.repeat(to[0] // x.shape[1], 1).repeat(to[1] // x.shape[2], 2)
    if kind == "adaptive":
        for axis, output in enumerate(to[:-1], 1):
            ends = [
                (j * x.shape[axis] // output, -(-(j + 1) * x.shape[axis] // output)) for j in range(output)
            ]
            reduce = np.max if record["pooling"] == "max" else np.mean
            x = np.stack([reduce(x.take(range(*end), axis), axis=axis) for end in ends], axis)
        return x
    sign = -1 if kind == "cropping" else 1
    sides = [[sign * side for side in pair] for pair in record["padding"]]
    modes = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    frame = [[max(side, 0) for side in pair] for pair in sides]
    x = np.pad(x, [[0, 0], *frame, [0, 0]], mode=modes[record["padding_mode"]])
    for axis, (low, high) in enumerate(sides, 1):
        x = x.take(range(max(-low, 0), x.shape[axis] - max(-high, 0)), axis)
    return x


def test_layers_without_weights_make_the_numbers_that_they_should(bench):
    given = [
        [
            None,
            [{"type": record["kind"], "name": "", "line": 1} | record],
            {"sizes": sizes, "channels": channels},
        ]
        for record, sizes, channels in RECORDS.values()
    ]
    every = dict(zip(RECORDS, bench.evaluate(WRITE, given), strict=True))
    for framework, left_out in LEFT_OUT.items():
        assert {name for name, one in every.items() if BY_HAND.search(one["code"][framework])} == left_out
    written = {name: one for name, one in every.items() if name not in LEFT_OUT["pytorch"]}
    again = bench.evaluate(WRITE, [[one["code"]["pytorch"], None, one["input"]] for one in written.values()])
    for (name, one), read in zip(written.items(), again, strict=True):
        assert shape_of(read["rows"][-1]) == shape_of(one["rows"][-1]), name
    nn = SimpleNamespace(relu6=lambda x: np.clip(x, 0, 6))
    for name, (record, sizes, channels) in RECORDS.items():
        x = np.arange(-5.0, 2 * prod(sizes) * channels - 5).reshape(2, *sizes, channels) % 11
        found = every[name]
        expected = by_numpy(record, x, shape_of(found["rows"][-1])[1:]) if name not in NO_ONE else None
        if name not in LEFT_OUT["keras"]:
            made = made_by(found["code"]["keras"])(x.astype("float32"))
            np.testing.assert_allclose(made, expected, rtol=1e-6, err_msg=name)
        if name not in LEFT_OUT["jax"] and "lax." not in found["code"]["jax"]:
            names = {"x": x, "jnp": np, "jax": SimpleNamespace(nn=nn)}
            exec(found["code"]["jax"], names)
            np.testing.assert_allclose(names["x"], expected, err_msg=name)


JOINS = {"+": np.add, "-": np.subtract, "*": np.multiply, "Add": np.add, "Subtract": np.subtract}
JOINS |= {"Multiply": np.multiply, "cat": lambda one, other: np.concatenate([one, other], -1), "/": None}


def test_what_joins_two_ways_takes_them_in_their_order(bench):
    first = {"kind": "activation", "type": "relu6", "name": "", "line": 1}
    cases = list(product(JOINS, ([-1, 0], [0, -1])))
    given = [
        [
            None,
            [
                first,
                first | {"kind": "concatenate" if kind == "cat" else "add", "type": kind, "reads": reads},
            ],
            {"channels": 3, "sizes": [4]},
        ]
        for kind, reads in cases
    ]
    x = np.arange(-12.0, 12).reshape(2, 4, 3)
    nn = SimpleNamespace(relu6=lambda x: np.clip(x, 0, 6))
    for (kind, reads), found in zip(cases, bench.evaluate(WRITE, given), strict=True):
        if JOINS[kind] is None:
            assert all(BY_HAND.search(code) for code in found["code"].values())
            continue
        ways = [np.clip(x, 0, 6), x]
        expected = JOINS[kind](*(ways[n] for n in reads))
        made = made_by(found["code"]["keras"])(x.astype("float32"))
        names = {"x": x, "jnp": np, "jax": SimpleNamespace(nn=nn)}
        exec(found["code"]["jax"], names)
        assert np.array_equal(made, expected) and np.array_equal(names["x"], expected), (kind, reads)
        (again,) = bench.evaluate(WRITE, [[found["code"]["pytorch"], None, found["input"]]])
        assert again["rows"][-1]["layer"]["reads"] == reads, (kind, reads)
        sign = {np.add: "+", np.subtract: "-", np.multiply: "*"}.get(JOINS[kind], kind)
        assert again["rows"][-1]["layer"]["type"] == sign, (kind, reads)


VECTOR = {"channels": 4, "sizes": []}
DENSE = {"kind": "dense", "filters": 3}


def test_dense_layers_are_written_where_what_they_read_is_the_same(bench):
    shapes = [{"channels": 4, "sizes": sizes} for sizes in ([], [5], [5, 6])]
    layers_ = [DENSE | {"type": "Dense", "name": "", "line": 1, "bias": bias} for bias in (True, False)]
    layers_ += [one | {"along": "last"} for one in layers_]
    given = [[None, [layer], shape] for layer, shape in product(layers_, shapes)]
    for (_, (layer,), shape), found in zip(given, bench.evaluate(WRITE, given), strict=True):
        code, at_last = found["code"], layer.get("along") == "last" and bool(shape["sizes"])
        unwritten = {name for name, one in code.items() if BY_HAND.search(one)}
        assert unwritten == ({"keras", "onnx", "jax"} if at_last else set()), (layer, shape)
        if not at_last:
            model = made_by(code["keras"])
            assert model.output_shape == shape_of(found["rows"][-1])
            assert model.count_params() == found["totals"]["parameters"]
            names = {"w1": np.ones((4, 3)), "b1": 1, "x": np.ones((2, *shape["sizes"], 4))}
            exec(code["jax"], names)
            assert names["x"].shape[1:] == model.output_shape[1:]
            assert np.all(names["x"] == 4 + layer["bias"])
        (again,) = bench.evaluate(WRITE, [[code["pytorch"], None, shape]])
        assert again["rows"][-1]["to"] == found["rows"][-1]["to"]
        assert again["totals"]["parameters"] == found["totals"]["parameters"]


def test_a_layer_that_is_applied_again_keeps_its_weights(bench):
    text = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.pool = nn.MaxPool2d(2, stride=2)

    def forward(self, x):
        y = self.pool(self.conv(x))
        z = self.conv(y) * 2
        return torch.cat([y, z - y, x[:, 1:]], 1)
"""
    given = [text.replace(", x[:, 1:]", ""), None, {"channels": 3, "sizes": [7, 7]}]
    (found,) = bench.evaluate(WRITE, [given])
    code, model = found["code"], made_by(found["code"]["keras"])
    assert model.count_params() == found["totals"]["parameters"] == 3 * 3 * 3 * 3 + 3
    assert model.output_shape == (None, 3, 3, 6)
    assert set(re.findall(r"w\d", code["onnx"])) == set(re.findall(r"w\d", code["jax"])) == {"w1"}
    assert code["pytorch"].count("nn.Conv2d") == 1 and code["pytorch"].count("self.layer1(x)") == 2
    (again,) = bench.evaluate(WRITE, [[code["pytorch"], None, found["input"]]])
    assert again["totals"] == found["totals"]


def test_activations_are_written_unless_they_have_numbers_of_their_own(bench):
    texts = {  # and what Keras, PyTorch, ONNX and JAX say of it
        'keras.layers.Dense(3, activation="tanh")': ("tanh", "Tanh", "Tanh", "tanh"),
        "keras.layers.Dense(3, keras.activations.relu)": ("relu", "ReLU", "Relu", "relu"),
        'keras.layers.Dense(3, activation="linear")': None,
        "keras.layers.Dense(3, activation=None)": None,
        'keras.layers.Activation("softmax")': ("softmax", "Softmax", "Softmax", "softmax"),
        "keras.layers.ReLU()": ("relu", "ReLU", "Relu", "relu"),
        "keras.layers.ReLU(6.0)": ("by hand",) * 4,
        "keras.layers.Dense(3, activation=keras.layers.ReLU(6.0))": ("by hand",) * 4,
        'keras.layers.Dense(3, activation="leaky_relu")': ("by hand",) * 4,
        "nn.ReLU(inplace=True)": ("relu", "ReLU", "Relu", "relu"),
        "nn.Softmax(dim=1)": ("softmax", "Softmax", "Softmax", "softmax"),
        "nn.LeakyReLU(0.2)": ("by hand",) * 4,
    }
    given = [
        [f"keras.Sequential([{text}])" if "keras" in text else f"nn.Sequential({text})", None, VECTOR]
        for text in texts
    ]
    for (text, said), found in zip(texts.items(), bench.evaluate(WRITE, given), strict=True):
        patterns = (
            r'Activation\("(.*)"\)',
            r"nn\.(?!Linear)(\w+)\(",
            r'node\("(?!Gemm)(\w+)"',
            r"jax\.nn\.(\w+)",
        )
        for code, pattern, one in zip(found["code"].values(), patterns, said or (None,) * 4, strict=True):
            names = re.findall(pattern, code.replace("nn.Sequential", "")) or re.findall("by hand", code)
            assert names == ([one] if one else []), (text, code)


def test_what_is_not_known_is_said_where_it_is_and_after_it(bench):
    text = "nn.Sequential(nn.Conv2d(3, 4, 1), Strange(4), nn.Conv2d(4, 2, 1))"
    (found,) = bench.evaluate(WRITE, [[text, None, {"channels": 3, "sizes": [5, 5]}]])
    for code in found["code"].values():
        strange, doubt = (
            code.index("Strange in line 1 has to be written by hand."),
            code.index("is not known."),
        )
        assert (
            re.search(r"(?i)conv", code[:strange])
            and strange < doubt
            and re.search(r"(?i)conv", code[doubt:])
        )


def test_norms_of_batches_and_depthwise_layers_are_written(bench):
    norm = {"kind": "norm", "type": "BatchNormalization", "name": "", "line": 1, "statistics": True}
    flags = list(product((True, False), repeat=2))
    given = [
        [None, [norm | {"scale": scale, "bias": bias}], {"channels": 3, "sizes": [4]}]
        for scale, bias in flags
    ]
    x = np.arange(24.0).reshape(2, 4, 3)
    for (scale, bias), found in zip(flags, bench.evaluate(WRITE, given), strict=True):
        code, learned = found["code"], 3 * (scale + bias)
        model = made_by(code["keras"])
        assert model.count_params() == found["totals"]["parameters"] + 6 == learned + 6
        names = {"x": x, "jnp": np, "mean1": 5, "variance1": 8, "epsilon": 1, "scale1": 4, "b1": 7}
        exec(code["jax"], names)
        assert np.array_equal(names["x"], (x - 5) / 3 * (4 if scale else 1) + (7 if bias else 0))
        assert (code["pytorch"].count("BatchNorm1d(3"), code["pytorch"].count("affine=False")) == (
            (1, not scale) if scale == bias else (0, 0)
        )
        assert code["onnx"].count('"scale1", "b1", "mean1", "variance1"') == (scale and bias)
    conv = {"kind": "conv", "type": "DepthwiseConv2D", "name": "", "line": 1, "rank": 2, "kernel": [3, 3]}
    layer = conv | {"groups": "channels", "multiplier": 2}
    (found,) = bench.evaluate(WRITE, [[None, [layer], {"channels": 3, "sizes": [5, 5]}]])
    assert "DepthwiseConv2D(3, depth_multiplier=2)" in found["code"]["keras"]
    assert "nn.Conv2d(3, 6, 3, groups=3)" in found["code"]["pytorch"]
    assert made_by(found["code"]["keras"]).count_params() == found["totals"]["parameters"]


def test_where_a_network_does_not_fit_its_code_ends_with_the_reason(bench):
    given = ["nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(5, 4, 3))", None, {"channels": 3, "sizes": [9, 9]}]
    (found,) = bench.evaluate(WRITE, [given])
    for code in found["code"].values():
        assert code.count("Conv2d in line 1 does not fit. Expects 5 channels, but 4 arrive.") == 1
        assert len(re.findall(r"(?i)conv(?:2d)?[(\"_]", code)) == 1, code
        ast.parse(code)


def test_what_changes_with_the_size_has_the_same_weights_but_a_call_of_its_own(bench):
    named = {"rank": 1, "kernel": [3], "stride": [2], "padding": "same", "name": "", "line": 1}
    kinds = [
        named | {"kind": "conv", "type": "Conv1D", "filters": 2},
        named | {"kind": "pool", "type": "MaxPooling1D", "pooling": "max"},
    ]
    given = [[None, [one, one | {"shares": 0}], {"channels": 2, "sizes": [10]}] for one in kinds]
    conv, pool = bench.evaluate(WRITE, given)  # padded by (0, 1) at 10, and by (1, 1) at 5
    assert "# This has the weights of layer 1." in conv["code"]["pytorch"]
    assert made_by(conv["code"]["keras"]).count_params() == conv["totals"]["parameters"] == 14
    assert "weights" not in str(pool["code"]) and "nn.Sequential" in pool["code"]["pytorch"]


def test_cells_that_keras_adds_by_a_function_are_read_again(bench):
    pads = [((1, 2), (0, 1)), ((0, 3), (2, 2))]
    sources = [
        "inputs = x = keras.Input((9, 7, 3))\n"
        f"x = keras.ops.pad(x, ((0, 0), {rows}, {columns}, (0, 0)), mode={mode!r})\n"
        "x = keras.layers.MaxPooling2D(2)(x)\nmodel = keras.Model(inputs, x)"
        for (rows, columns), mode in product(pads, ("constant", "reflect"))
    ]
    settings = list(product((1, 2), (0, 1)))
    pools = [Pool(size=(9, 7), channels=3, kernel=3, stride=s, padding=p) for s, p in settings]
    written = bench.evaluate(WRITE, [[f"nn.MaxPool2d(3, {s}, {p})", None, INPUT] for s, p in settings])
    sources += [found["code"]["keras"] for found in written]
    refused = "inputs = x = keras.Input((9, 7, 3))\nx = keras.ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 2)))"
    *read, wrong = bench.evaluate(
        """(texts) => texts.map((text) => {
          const reading = convarith.reading.read(text), { rows } = convarith.network.countNetwork(reading);
          const { sizes, channels } = rows[rows.length - 1].to;
          return { shape: [...sizes, channels], notes: reading.notes.map(({ why }) => why) };
        })""",
        [*sources, refused],
    )
    for source, found in zip(sources, read, strict=True):
        assert found["notes"] == [] and (None, *found["shape"]) == made_by(source).output_shape, source
    assert [found["shape"] for found in read[len(pads) * 2 :]] == [list(pool.output_shape) for pool in pools]
    assert "pad_width" in wrong["notes"][0], "channels are not padded here"
