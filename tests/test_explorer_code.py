"""The code on the screen: run, in Keras and in PyTorch done by hand, and compared with the library's."""

import ast
from functools import partial
from itertools import product
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import torch_by_hand

from convarith import Axis, Conv, Pool, TransposedAxis, TransposedConv, in_keras, in_pytorch

pytest_plugins = ["explorer_pages"]

POOLINGS = ("max", "average", "average_padded")
KERAS_REFUSES = {
    "# Keras has no pooling with dilation.",
    "# Keras has no ceil_mode: its last window never hangs over.",
    '# Keras leaves padding out of an average only with padding="same".',
    "# Keras refuses strides together with dilation.",
    "# Keras refuses output padding that is not smaller than the stride.",
}
PYTORCH_REFUSES = {
    "# PyTorch has no average pooling with dilation.",
    "# PyTorch pads both sides of a pool alike, by half the kernel at most.",
}


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


def on_screen(script, states):
    return script.evaluate(
        """(states) => states.map((given) => {
          const state = { ...convarith.state.DEFAULTS, ...given };
          const { axes, why } = convarith.state.countLayer(state);
          const { inKeras, inPyTorch } = convarith.code;
          return { axes, why, keras: inKeras(state, axes), pytorch: inPyTorch(state, axes) };
        })""",
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
    checked, refused = 0, set()
    for number, (state, screen, image, result) in enumerate(shown):
        code = screen["keras"]
        if "x = " not in code:
            refused.add(code)
            assert not ("leaves padding out" in code and state["rule"] == "same"), state
        elif state["operation"] == "transposed" and "dilation" in code:
            continue  # TensorFlow has none on a CPU; the comparison with the library is below
        elif number % 2 == 0 or state["kernel"] == 1:  # Keras takes its time
            names = {"keras": SimpleNamespace(layers=Ones(), ops=keras.ops)}
            names["x"] = image.astype("float32")[None, :, :, None]
            exec(code, names)
            result = np.maximum(result, np.finfo("float32").min)  # TensorFlow's maximum of no data
            np.testing.assert_allclose(names["x"][0, :, :, 0], result, rtol=1e-5, err_msg=f"{state} {code}")
            checked += 1
    assert checked > 200
    assert refused == KERAS_REFUSES


def test_the_pytorch_code_makes_what_is_on_screen(shown):
    checked, refused = 0, set()
    for state, screen, image, result in shown:
        code = screen["pytorch"]
        if "x = " not in code:
            refused.add(code)
            continue
        names = {"nn": torch_by_hand.nn, "F": torch_by_hand.F, "x": image}
        exec(code, names)
        np.testing.assert_allclose(names["x"], result, rtol=1e-9, err_msg=f"{state} {code}")
        checked += 1
    assert checked > 800
    assert refused == PYTORCH_REFUSES


def parts_of(name, given, named):
    return name, list(map(ast.unparse, given)), sorted(map(ast.unparse, named))


def calls_of_library(code):
    """The layers that the library's code makes, in order."""
    call = ast.parse(code).body[-1].value
    if ast.unparse(call.func).endswith("Sequential"):
        layers = call.args[0].elts if isinstance(call.args[0], ast.List) else call.args
    else:
        layers = [call]
    return [parts_of(ast.unparse(one.func), one.args, one.keywords) for one in layers]


def calls_on_screen(code):
    """The same of the explorer's code, which applies layers and functions to x, line by line."""
    calls = []
    for line in ast.parse(code).body:
        call = line.value
        name = ast.unparse(call.func)
        if name == "F.pad":
            filled = [one.value for one in call.keywords]
            calls.append(parts_of(f"nn.{'Constant' if filled else 'Zero'}Pad2d", [call.args[1], *filled], []))
        elif name.startswith("F."):
            kind = name.removeprefix("F.").removesuffix("_pool2d").title()
            calls.append(parts_of(f"nn.{kind}Pool2d", call.args[1:], call.keywords))
        else:  # layer(x)
            calls.append(parts_of(ast.unparse(call.func.func), call.func.args, call.func.keywords))
    return calls


def test_the_code_on_screen_is_that_of_the_library(shown):
    checked = {"keras": 0, "pytorch": 0}
    for state, screen, *_ in shown:
        operation, rule = state["operation"], state["rule"]
        rows, columns = axes_of(state, screen)
        if operation == "pool" and (
            rule != "number" or rows.ceil_mode or rows.dilation + columns.dilation > 2
        ):
            continue  # padded pools are said in more ways than one
        given = {"size": (rows.size, columns.size), "channels": 1, "kernel": (rows.kernel, columns.kernel)}
        given |= {"stride": (rows.stride, columns.stride)}
        sides = ((rows.pad_low, rows.pad_high), (columns.pad_low, columns.pad_high))
        by_keras = operation == "transposed" and rule in ("valid", "same")
        given["padding"] = rule if by_keras or (rule == "same" and operation == "conv") else sides
        dilation = (rows.dilation, columns.dilation)
        if operation == "pool":
            average = state["pooling"] != "max"
            layer = Pool(**given, operation="average" if average else "max", count_padding=average)
        elif operation == "conv":
            layer = Conv(**given, filters=1, dilation=dilation)
        else:
            more = None if by_keras else (rows.output_padding, columns.output_padding)
            layer = TransposedConv(**given, filters=1, dilation=dilation, output_padding=more)
        if operation != "pool":  # the library has better than -inf in front where `same` is as good
            if "x = " in screen["keras"]:
                assert calls_on_screen(screen["keras"]) == calls_of_library(in_keras(layer)), state
                checked["keras"] += 1
            else:
                assert "Keras has no such layer" in in_keras(layer), state
        even = all(low == high for low, high in sides)
        # Uneven ends are cut in two ways, and pools say in more ways that padding does not count.
        if operation == "conv" or (even and state.get("pooling", "max") == "max"):
            assert calls_on_screen(screen["pytorch"]) == calls_of_library(in_pytorch(layer)), state
            checked["pytorch"] += 1
    assert min(checked.values()) > 250, checked


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
          const lines = layers.map(({ axis }) => convarith.code.inKeras({ operation: "conv", rule }, [axis]));
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
