"""The code on the screen: run, in Keras and in PyTorch done by hand, and held equal with the library's.

What the library writes is what all four frameworks have been asked.
"""

import ast
import re
from dataclasses import replace
from functools import partial
from itertools import product
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import torch_by_hand
from layer_grid import layers

from convarith import Axis, Conv, Pool, TransposedAxis, TransposedConv, in_jax, in_keras, in_onnx, in_pytorch

pytest_plugins = ["explorer_pages"]

POOLINGS = ("max", "average", "average_padded")
FRAMEWORKS = {"keras": in_keras, "pytorch": in_pytorch, "onnx": in_onnx, "jax": in_jax}


class Ones:
    """Keras's layers, with weights that are all 1."""

    def __getattr__(self, name):
        weights = {"kernel_initializer": "ones"} if name.startswith("Conv") else {}
        return partial(getattr(keras.layers, name), **weights)


def states():
    """Layers whose rows are unlike their columns, and layers in which they are alike."""
    rows = {"size": 6, "kernel": 3, "stride": 2, "dilation": 1, "padding": 1, "pad_low": 1, "pad_high": 0}
    columns = {"size": 8, "kernel": 2, "stride": 1, "dilation": 1, "padding": 0, "pad_low": 2, "pad_high": 1}
    changes = [{}, {"stride": 1}, {"stride": 1, "dilation": 2}, {"kernel": 4, "stride": 3}, {"dilation": 2}]
    changes += [{"stride": 1, "pad_high": 1}, {"kernel": 1, "stride": 1, "pad_high": 2}]
    for change, other in product(changes, [None, *changes[:4]]):
        one, two = rows | change, (rows | change) if other is None else columns | other
        for rule in ("number", "valid", "same", "full", "sides"):
            state = one | {f"{name}_columns": value for name, value in two.items()} | {"rule": rule}
            state["rectangular"] = other is not None
            yield state | {"operation": "conv"}
            for more in (0, 1):
                yield state | {"operation": "transposed", "output_padding": more, "output_padding_columns": 0}
            for pooling, ceil_mode in product(POOLINGS, (False, True)):
                yield state | {"operation": "pool", "pooling": pooling, "ceil_mode": ceil_mode}


WRITE = """(kind, axes) => {
  const { FRAMEWORKS, codeOf } = convarith.code;
  const written = Object.entries(FRAMEWORKS).map(([name, one]) => [name, codeOf(one, [{ kind, axes }])]);
  return Object.fromEntries(written);
}"""


def on_screen(script, states):
    return script.evaluate(
        f"""(states) => states.map((given) => {{
          const state = {{ ...convarith.state.DEFAULTS, ...given }};
          const {{ axes, why }} = convarith.state.countLayer(state);
          return {{ axes, why, code: ({WRITE})(state, axes) }};
        }})""",
        states,
    )


def axes_of(state, shown):
    """The rows and columns that are shown, as Python makes them."""
    transposed = state["operation"] == "transposed"
    names = ("size", "kernel", "stride", "dilation", "pad_low", "pad_high")
    names += ("output_padding",) if transposed else ("ceil_mode",)
    kind = TransposedAxis if transposed else Axis
    return [kind(**{name: axis[name] for name in names}) for axis in shown["axes"]]


def expected(image, operation, pooling, rows, columns):
    """What comes out, window by window: sums, or of each window its maximum or average."""
    result = np.zeros((rows.output, columns.output))
    if operation == "transposed":
        for y, x in product(range(rows.size), range(columns.size)):
            for r, c in product(rows.window(y), columns.window(x)):
                if 0 <= r < rows.output and 0 <= c < columns.output:
                    result[r, c] += image[y, x]
        return result
    for y, x in product(range(rows.output), range(columns.output)):
        cells = list(product(rows.window(y), columns.window(x)))
        data = [image[r, c] for r, c in cells if 0 <= r < rows.size and 0 <= c < columns.size]
        ends = rows.size + rows.pad_high, columns.size + columns.pad_high
        padded = sum(r < ends[0] and c < ends[1] for r, c in cells)
        if operation == "conv":
            result[y, x] = sum(data)
        elif pooling == "max":
            result[y, x] = max(data, default=-np.inf)
        else:
            divisor = padded if pooling == "average_padded" else len(data)
            result[y, x] = sum(data) / divisor if divisor else np.nan
    return result


@pytest.fixture(scope="module")
def shown(script):
    """Each state whose layer fits, what is on the screen, and what has to come out."""
    every, found = list(states()), []
    for state, screen in zip(every, on_screen(script, every), strict=True):
        if screen["why"]:
            continue
        rows, columns = axes_of(state, screen)
        image = np.arange(1.0, rows.size * columns.size + 1).reshape(rows.size, columns.size) % 7
        result = expected(image, state["operation"], state.get("pooling"), rows, columns)
        found.append((state, screen, image, result))
    return found


def test_the_keras_code_makes_what_is_on_screen(shown):
    checked, refused = 0, 0
    for number, (state, screen, image, result) in enumerate(shown):
        code = screen["code"]["keras"]
        if "x = " not in code:
            refused += 1
        elif "TensorFlow refuses" in code:
            continue
        elif number % 2 == 0 or state["kernel"] == 1:  # Keras takes its time
            names = {"keras": SimpleNamespace(layers=Ones(), ops=keras.ops)}
            names["x"] = image.astype("float32")[None, :, :, None]
            exec(code, names)
            made = np.maximum(names["x"][0, :, :, 0], np.finfo("float32").min)
            result = np.maximum(result, np.finfo("float32").min)  # TensorFlow's maximum of no data
            np.testing.assert_allclose(made, result, rtol=1e-5, err_msg=f"{state} {code}")
            checked += 1
    assert checked > 200 and refused > 200, (checked, refused)


def test_the_pytorch_code_makes_what_is_on_screen(shown):
    checked, refused = 0, 0
    for state, screen, image, result in shown:
        code = screen["code"]["pytorch"]
        if "x = " not in code:
            refused += 1
            continue
        names = {"nn": torch_by_hand.nn, "x": image}
        exec(code, names)
        np.testing.assert_allclose(names["x"], result, rtol=1e-9, err_msg=f"{state} {code}")
        checked += 1
    assert checked > 800 and refused > 100, (checked, refused)


def said_by(code):
    """What code says: its comments, and what it does to x, layer by layer."""
    lines = code.splitlines()
    notes = [line.strip() for line in lines if line.strip().startswith("#")]
    body = ast.parse(code).body
    if not body or ("keras." not in code and "nn." not in code):
        return notes, [line for line in lines if line.strip() not in notes]
    calls = [one.value for one in body]
    first = ast.unparse(body[0].targets[0])
    if first == "image":
        *before, model = calls[1:]  # image and padded, where the script has x
        calls = [*before, model.args[1].func]
    elif first == "layer":
        (call,) = calls
        inner = call.args[0].elts if call.args and isinstance(call.args[0], ast.List) else call.args
        calls = inner if ast.unparse(call.func).endswith("Sequential") else [call]
    else:
        calls = [call if ast.unparse(call.func) == "keras.ops.pad" else call.func for call in calls]
    return notes, [re.sub(r"\b(image|padded)\b", "x", ast.unparse(call)) for call in calls]


def expected_code(framework, layer):
    """What the library writes, without shapes and weights, in the script's form."""
    code = FRAMEWORKS[framework](layer)
    lines = code.splitlines()
    if len(lines) > 1:
        lines = lines[1:] if isinstance(layer, Pool) else lines[1:-1]
    return "\n".join(re.sub("^y = ", "x = ", line) for line in lines)


def layer_of(state, axes):
    """The layer on the screen, as the library has it."""
    operation, rule, pooling = state["operation"], state["rule"], state.get("pooling")
    names = ("size", "kernel", "stride", "dilation")
    given = {name: tuple(getattr(axis, name) for axis in axes) for name in names} | {"channels": 1}
    sides = tuple((axis.pad_low, axis.pad_high) for axis in axes)
    by_word = ("valid", "same") if operation == "transposed" else ("valid", "same", "full")
    given["padding"] = rule if rule in by_word else sides
    if operation == "pool":
        kind = {"operation": "max" if pooling == "max" else "average"}
        kind["count_padding"] = pooling == "average_padded"
        return Pool(**given, **kind, ceil_mode=state["ceil_mode"])
    if operation == "conv":
        return Conv(**given, filters=1)
    more = None if rule in by_word else tuple(axis.output_padding for axis in axes)
    return TransposedConv(**given, filters=1, output_padding=more)


def test_the_code_on_screen_is_that_of_the_library(shown):
    checked = dict.fromkeys(FRAMEWORKS, 0)
    for state, screen, *_ in shown:
        layer = layer_of(state, axes_of(state, screen))
        for framework, code in screen["code"].items():
            assert said_by(code) == said_by(expected_code(framework, layer)), (state, framework)
            checked[framework] += "\n" in code or "=" in code
    assert min(checked.values()) > 800, checked


def kind_of(layer):
    """The layer as the script takes it: what it is, and its axes."""
    rule = layer.padding if isinstance(layer.padding, str) else "sides"
    axes = [vars(axis) for axis in layer.axes]
    kind = {"operation": "pool", "rule": rule, "pooling": "max"}
    if isinstance(layer, Pool):
        if layer.operation == "average":
            kind["pooling"] = "average_padded" if layer.count_padding else "average"
        return kind, axes
    names = ("channels", "filters", "groups", "bias")
    kind["operation"] = "transposed" if isinstance(layer, TransposedConv) else "conv"
    return kind | {name: getattr(layer, name) for name in names}, [
        axis | {"operation": kind["operation"]} for axis in axes
    ]


def in_numbers(layer):
    """A transposed layer whose output padding is given beside a word, as the script has it: in numbers."""
    if not isinstance(layer, TransposedConv) or layer.output_padding is None:
        return layer
    sides = tuple((axis.pad_low, axis.pad_high) for axis in layer.axes)
    extras = tuple(axis.output_padding for axis in layer.axes)
    alone = len(sides) == 1
    return replace(layer, padding=sides[0] if alone else sides, output_padding=extras[0] if alone else extras)


def test_layers_of_one_to_three_axes_and_many_channels_are_written_as_the_library_does(script):
    grid = [
        in_numbers(layer)
        for layer in layers()
        if isinstance(layer, Conv | Pool | TransposedConv)
        and getattr(layer, "padding_mode", "zeros") == "zeros"
    ]
    written = script.evaluate(
        f"(layers) => layers.map(([kind, axes]) => ({WRITE})(kind, axes))", list(map(kind_of, grid))
    )
    checked = {}
    for layer, codes in zip(grid, written, strict=True):
        for framework, code in codes.items():
            assert said_by(code) == said_by(expected_code(framework, layer)), (layer, framework)
            kind = framework, type(layer).__name__, len(layer.axes)
            checked[kind] = checked.get(kind, 0) + 1
    assert len(checked) == 4 * 3 * 3 and min(checked.values()) > 30, checked


def test_channels_are_written_and_refused(script):
    given = [{"multiplier": 2}, {"filters": 8, "groups": 4}, {"groups": 3}]
    by_multiplier, by_groups, refused = script.evaluate(
        f"""(given) => given.map((one) => {{
          const state = {{ ...convarith.state.DEFAULTS, channels: 4, ...one }};
          return ({WRITE})(state, convarith.state.countLayer(state).axes);
        }})""",
        given,
    )
    assert by_multiplier == by_groups
    assert by_multiplier["keras"] == "x = keras.layers.DepthwiseConv2D(3, depth_multiplier=2)(x)"
    assert by_multiplier["pytorch"] == "x = nn.Conv2d(4, 8, 3, groups=4)(x)"
    assert set(refused.values()) == {"# Channels must be a multiple of groups (3), but is 4."}


def test_layers_in_a_row_pass_on_what_they_make(script):
    codes = script.evaluate(
        """() => {
          const { FRAMEWORKS, codeOf } = convarith.code;
          const layers = [
            { operation: "conv", padding: 1, channels: 3, filters: 8 },
            { operation: "pool", pooling: "average", channels: 8 },
            { operation: "transposed", channels: 8, bias: false },
          ].map((one) => {
            const kind = { ...convarith.state.DEFAULTS, ...one };
            return { kind, axes: [convarith.state.axisOf(kind)] };
          });
          const every = Object.entries(FRAMEWORKS);
          const several = every.map(([name, one]) => [name, codeOf(one, layers)]);
          const alone = every.map(([name, one]) => [name, layers.map((layer) => codeOf(one, [layer]))]);
          return [several, alone].map(Object.fromEntries);
        }"""
    )
    several, alone = codes
    for framework in ("keras", "pytorch"):
        assert several[framework] == "\n".join(alone[framework])
    names = {"helper": SimpleNamespace(make_node=lambda *names, **_: names)}
    exec(several["onnx"], names)
    assert names["nodes"] == [
        ("Conv", ["x", "w1", "b1"], ["x1"]),
        ("AveragePool", ["x1"], ["x2"]),
        ("ConvTranspose", ["x2", "w3"], ["y"]),
    ]
    numbered = {"w": ["w1", "w3"], "b": ["b1"]}
    for name, expected in numbered.items():
        assert re.findall(rf"\b{name}\d\b", several["jax"]) == expected
    plain = re.sub(r"\b([wb])\d\b", r"\1", several["jax"])
    assert plain == "\n".join(alone["jax"])


def stacks():
    layers = [[3, 1, 0, 1], [2, 2, 0, 1], [3, 2, 1, 1], [2, 1, 1, 3], [3, 1, 0, 2]]
    for count, rule in product((1, 2), ("number", "same", "causal")):
        for stack in product(layers, repeat=count):
            yield [list(layer) for layer in stack], rule


def test_the_keras_code_of_a_stack_makes_what_is_on_screen(script):
    cases = list(stacks())
    by_script = script.evaluate(
        """(cases) => cases.map(([stack, rule]) => {
          const layers = convarith.arithmetic.countStack(14, stack, rule);
          const { FRAMEWORKS: { keras }, codeOf } = convarith.code, kind = { operation: "conv", rule };
          const lines = layers.map(({ axis }) => codeOf(keras, [{ kind, axes: [axis] }]));
          return [layers.map(({ axis }) => axis), lines.join("\\n")];
        })""",
        cases,
    )
    for case, (axes, code) in zip(cases, by_script, strict=True):
        x = np.arange(1.0, 15.0)
        for axis in axes:
            named = Axis(**{name: axis[name] for name in vars(Axis(size=1, kernel=1)) if name in axis})
            x = np.array(
                [sum(x[i] for i in named.window(j) if 0 <= i < named.size) for j in range(named.output)]
            )
        names = {
            "keras": SimpleNamespace(layers=Ones()),
            "x": np.arange(1.0, 15.0, dtype="float32")[None, :, None],
        }
        assert code.count(f'padding="{case[1]}"') == (0 if case[1] == "number" else len(axes)), code
        exec(code, names)
        np.testing.assert_allclose(names["x"][0, :, 0], x, err_msg=f"{case} {code}")
    assert len(cases) == 90
