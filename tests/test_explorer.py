"""The explorer and the self-check: their arithmetic against Python's, their controls by hand."""

import ast
import json
import re
from itertools import product

import keras
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import DESK, PHONE, ROOT, Visit

from convarith import (
    Axis,
    Conv,
    Pool,
    TransposedAxis,
    TransposedConv,
    draw_field,
    explore,
    explore_stack,
    in_keras,
    in_pytorch,
    predict,
)

POOLINGS = ("max", "average", "average_padded")
STATIC = ROOT / "src" / "convarith" / "explorer" / "static"
MAIN = ("size", "kernel", "stride", "padding", "dilation")


def page_with(tmp_path, *shown, theme="light"):
    """A page of its own, as a static page carries what was shown."""
    body = "".join(one._repr_mimebundle_()[0]["text/html"] for one in shown)
    (tmp_path / "page.html").write_text(
        f'<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8">'
        f'<title>A page</title><link rel="stylesheet" href="explorer.css">'
        f'<script src="explorer.js"></script></head><body><main><h1>A page</h1>{body}</main></body></html>'
    )
    for name in ("explorer.js", "explorer.css"):
        (tmp_path / name).write_bytes((STATIC / name).read_bytes())
    return tmp_path.as_uri()


@pytest.fixture
def opened(browser, tmp_path):
    """Opens a page with what is to be shown; at the end nothing must have gone wrong on it."""
    visits = []

    def open_with(*shown, theme="light", **context):
        visit = Visit(browser, page_with(tmp_path, *shown, theme=theme), **{"viewport": DESK} | context)
        visits.append(visit)
        return visit.open("page")

    yield open_with
    for visit in visits:
        assert visit.faults == []
        visit.context.close()


# --- arithmetic -----------------------------------------------------------------------------------


def grid():
    for size, kernel, stride, dilation in product(range(1, 9), range(1, 5), range(1, 5), range(1, 4)):
        for low, high in ((0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (0, 3), (3, 1)):
            yield {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation}, low, high


def of_direct(given, low, high):
    try:
        axis = Axis(**given, pad_low=low, pad_high=high)
    except ValueError:
        return None
    windows = [list(axis.window(j)) for j in range(axis.output)]
    return [axis.output, axis.span, axis.unused, windows, list(axis.reads)]


def of_transposed(given, low, high):
    try:
        axis = TransposedAxis(**given, pad_low=low, pad_high=high, output_padding=given["stride"] // 2)
    except ValueError:
        return None
    return [axis.output, axis.span, 0, [list(axis.window(i)) for i in range(axis.size)], list(axis.writes)]


def of_ceil_mode(given, low, high):
    try:
        axis = Axis(**given, pad_low=low, pad_high=high, ceil_mode=True)
    except ValueError:
        return None
    windows = [list(axis.window(j)) for j in range(axis.output)]
    over = max(0, windows[-1][-1] + 1 - given["size"] - high)
    return [axis.output, axis.span, axis.unused, windows, list(axis.reads), over]


@pytest.mark.parametrize("operation", ["direct", "ceil_mode", "transposed"])
def test_the_script_counts_as_python_does(opened, operation):
    settings = [
        given
        | {"padLow": low, "padHigh": high, "outputPadding": given["stride"] // 2}
        | {"ceilMode": operation == "ceil_mode"}
        for given, low, high in grid()
    ]
    witness = {"direct": of_direct, "ceil_mode": of_ceil_mode, "transposed": of_transposed}[operation]
    by_script = opened().evaluate(
        """([operation, settings]) => settings.map((a) => {
          const direct = operation !== "transposed";
          const c = direct ? convarith.directAxis(a) : convarith.transposedAxis(a);
          if (c.output === null) return [c.why];
          const steps = direct ? c.output : a.size, field = direct ? a.size : c.output;
          const windows = [...Array(steps).keys()].map((j) => convarith.windowOf(a, j));
          const reads = [...Array(field).keys()].map((cell) => convarith.readersOf(a, steps, cell).length);
          const over = operation === "ceil_mode" ? [c.over] : [];
          return [c.output, c.span, c.unused, windows, reads, ...over];
        })""",
        [operation, settings],
    )
    misfits = 0
    for (given, low, high), counted in zip(grid(), by_script, strict=True):
        expected = witness(given, low, high)
        if expected is None:
            misfits += 1
            assert re.fullmatch(r"[A-Z].*\d.*\.", counted[0]), (given, low, high)
        else:
            assert counted == expected, (given, low, high)
    assert len(by_script) > 2_500 and misfits > 30


def test_the_script_pads_as_python_does(opened):
    settings = [given for given, low, high in grid() if (low, high) == (0, 0)]
    rules = opened().evaluate(
        """(settings) => settings.map((a) =>
          ["valid", "same", "full", "causal"].map((rule) => convarith.paddingOf(rule, a)))""",
        settings,
    )
    for given, by_script in zip(settings, rules, strict=True):
        fitting = Axis(**given, pad_low=20)
        for padded, pads in zip(("same", "full", "causal"), by_script[1:], strict=True):
            axis = getattr(fitting, padded)()
            assert pads == [axis.pad_low, axis.pad_high], (given, padded)
        assert by_script[0] == [0, 0]


def test_the_keras_code_on_screen_makes_what_is_on_screen(opened):
    page = opened()
    checked = 0
    for size, kernel, stride, rule, operation in product(
        (5, 8), (1, 2, 3), (1, 2, 3), ("number", "same", "full", "sides"), ("conv", "transposed")
    ):
        state = {"size": size, "kernel": kernel, "stride": stride, "rule": rule, "operation": operation}
        state |= {"padding": 0, "pad_low": 1, "pad_high": 0, "output_padding": stride - 1}
        shown = page.evaluate(
            """(state) => { const s = {...convarith.DEFAULTS, ...state}; const c = convarith.count(s);
            return {code: convarith.inKeras(s, c.axes), output: c.counted[0].output}; }""",
            state,
        )
        if shown["output"] is None:
            continue
        names = {"keras": keras, "x": np.ones((1, size, size, 1), "float32")}
        exec(shown["code"], names)
        assert names["x"].shape[1:3] == (shown["output"],) * 2, (state, shown)
        checked += 1
    assert checked > 100


def test_the_keras_code_of_a_pool_makes_what_is_on_screen(opened):
    page = opened()
    image = page.evaluate("""() => [...Array(8).keys()].map((y) =>
      [...Array(8).keys()].map((x) => (3 * y + 5 * x + ((y * x) % 4)) % 10))""")
    checked, refused = 0, set()
    for size, kernel, stride, rule, pooling, ceil_mode in product(
        (5, 8), (1, 2, 3), (1, 2, 3), ("number", "same", "sides"), POOLINGS, (False, True)
    ):
        state = {"size": size, "kernel": kernel, "stride": stride, "rule": rule, "operation": "pool"}
        state |= {"pooling": pooling, "ceil_mode": ceil_mode, "pad_low": 1 if kernel > 1 else 0}
        shown = page.evaluate(
            """(state) => {
              const s = {...convarith.DEFAULTS, ...state}, c = convarith.count(s), n = c.counted[0].output;
              const cells = [...Array(n).keys()];
              const values = cells.map((y) => cells.map((x) => convarith.valueOf(s, c, y, x).value));
              return {code: convarith.inKeras(s, c.axes), output: n, values};
            }""",
            state,
        )
        if "x = " not in shown["code"]:
            refused.add(shown["code"])
            continue
        names = {"keras": keras, "x": np.array(image, "float32")[:size, :size][None, :, :, None]}
        exec(shown["code"], names)
        assert names["x"].shape[1:3] == (shown["output"],) * 2, (state, shown)
        np.testing.assert_allclose(names["x"][0, :, :, 0], shown["values"], rtol=1e-5, err_msg=str(shown))
        checked += 1
    assert checked > 200
    assert refused == {
        "# Keras has no ceil_mode: its last window never hangs over.",
        '# Keras leaves padding out of an average only with padding="same".',
    }


def as_calls(code):
    """The layers that code makes, in order: the explorer says them applied to x, `in_keras` on their own."""
    code = re.sub(r"F\.pad\(x, (\(.*?\)), value=(.*?\))\)", r"nn.ConstantPad2d(\1, \2)(x)", code)
    code = re.sub(r"F\.pad\(x, (\(.*?\))\)", r"nn.ZeroPad2d(\1)(x)", code)
    code = re.sub(r"F\.(max|avg)_pool2d\(x, (.*)\)", lambda m: f"nn.{m[1].title()}Pool2d({m[2]})(x)", code)
    code = code.replace("value=", "")
    lines = [line.strip() for line in code.splitlines() if "Sequential" not in line]
    lines = [re.sub(r"^(layer|x) = |\(x\)(  #.*)?$|,$", "", line) for line in lines if line[0] != "#"]
    calls = [
        ast.parse(re.sub(r"\(x\)$", "", line), mode="eval").body for line in lines if line not in (")", "])")
    ]
    return [
        (ast.unparse(one.func), list(map(ast.unparse, one.args)), sorted(map(ast.unparse, one.keywords)))
        for one in calls
    ]


def test_the_code_on_screen_is_that_of_the_library(opened):
    page = opened()
    checked = 0
    for size, kernel, stride, dilation, rule, operation in product(
        (5, 8),
        (1, 2, 3, 4),
        (1, 2, 3),
        (1, 2),
        ("number", "full", "sides", "same"),
        ("conv", "transposed", "pool"),
    ):
        state = {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation, "rule": rule}
        state |= {"padding": 1, "pad_low": 1, "pad_high": 0, "output_padding": 0, "operation": operation}
        if operation == "pool" and (dilation > 1 or rule != "number" or kernel == 1):
            continue  # uneven pools are said in more ways than one
        axis, keras_code, pytorch_code = page.evaluate(
            """(state) => { const s = {...convarith.DEFAULTS, ...state}; const c = convarith.count(s);
            const a = c.counted[0].output === null ? null : c.axes[0];
            return [a, convarith.inKeras(s, c.axes), convarith.inPyTorch(s, c.axes)]; }""",
            state,
        )
        if axis is None:
            continue
        given = {"size": (size, size), "channels": 1, "kernel": kernel, "stride": stride}
        word = rule == "same" and operation == "conv"  # the others are given in cells
        given |= {"padding": "same" if word else ((axis["padLow"], axis["padHigh"]),) * 2}
        if operation == "pool":
            layer = Pool(**given)
        elif operation == "conv":
            layer = Conv(**given, filters=1, dilation=dilation)
        else:
            layer = TransposedConv(**given, filters=1, dilation=dilation, output_padding=0)
        if operation != "pool":  # the library has better than -inf in front where `same` is as good
            assert as_calls(keras_code) == as_calls(in_keras(layer)), state
        if not (operation == "transposed" and rule in ("sides", "same")):  # two ways to cut uneven ends
            assert as_calls(pytorch_code) == as_calls(in_pytorch(layer)), state
        checked += 1
    assert checked > 100


def by_walking(image, axis, y, x):
    """The cells of data in a window, and how many of it lie on data or padding."""
    last = axis.size + axis.pad_high
    rows, columns = axis.window(y), axis.window(x)
    data = [image[r][c] for r, c in product(rows, columns) if 0 <= r < axis.size and 0 <= c < axis.size]
    return data, sum(r < last and c < last for r, c in product(rows, columns))


def test_pooled_values_are_those_of_a_walk_ceil_mode_and_dilation_included(opened):
    """The divisor counts no overhanging cell, as PyTorch's `pool_size` is clipped to the padded input."""
    page = opened()
    image = [[(3 * y + 5 * x + ((y * x) % 4)) % 10 for x in range(6)] for y in range(6)]
    compared = 0
    for kernel, stride, pad, dilation, pooling in product((2, 3), (1, 2, 3), (0, 1), (1, 2), POOLINGS):
        axis = Axis(
            size=6, kernel=kernel, stride=stride, dilation=dilation, pad_low=pad, pad_high=pad, ceil_mode=True
        )
        state = {"size": 6, "kernel": kernel, "stride": stride, "padding": pad, "dilation": dilation}
        state |= {"operation": "pool", "pooling": pooling, "ceil_mode": True}
        for y, x in product(range(axis.output), repeat=2):
            got = page.evaluate(
                """([state, y, x]) => { const s = {...convarith.DEFAULTS, ...state};
                return convarith.valueOf(s, convarith.count(s), y, x).value; }""",
                [state, y, x],
            )
            data, padded = by_walking(image, axis, y, x)
            divisor = len(data) if pooling == "average" else padded
            expected = max(data) if pooling == "max" else sum(data) / divisor
            assert got == pytest.approx(expected), (state, y, x)
            compared += 1
    assert compared > 400


def stacks():
    layers = [[3, 1, 0, 1], [2, 2, 0, 1], [3, 2, 1, 1], [2, 1, 1, 3], [3, 1, 0, 2], [1, 3, 0, 1]]
    for count, rule in product((1, 2, 3), ("number", "same", "causal")):
        for stack in product(layers, repeat=count):
            yield [list(layer) for layer in stack], rule


def axes_of(size, stack, rule):
    axes = []
    for kernel, stride, padding, dilation in stack:
        layer = {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation}
        wide = Axis(**layer, pad_low=padding + 9, pad_high=padding)
        axes.append(getattr(wide, rule)() if rule != "number" else wide.padded_by(padding, padding))
        size = axes[-1].output
    return axes


def seen_by_walking(axes, tape, cell):
    """For each tape the cells that a cell depends on or that depend on it, found step by step."""
    seen = {tape: {cell}}
    for n in range(tape, 0, -1):
        real = [j for j in seen[n] if 0 <= j < axes[n - 1].output]
        seen[n - 1] = {at for j in real for at in axes[n - 1].window(j)}
    for n in range(tape, len(axes)):
        seen[n + 1] = {j for j in range(axes[n].output) if seen[n] & set(axes[n].window(j))}
    return [sorted(seen[n]) for n in range(len(axes) + 1)]


def test_the_script_follows_a_stack_as_a_walk_does(opened):
    size, cases = 14, []
    for stack, rule in stacks():
        try:
            cases.append((stack, rule, axes_of(size, stack, rule)))
        except ValueError:
            cases.append((stack, rule, None))
    by_script = opened().evaluate(
        """([size, cases]) => cases.map(([stack, rule]) => {
          const layers = convarith.countStack(size, stack, rule), last = layers[layers.length - 1];
          if (last.c.why) return last.c.why;
          const sizes = [size, ...layers.map(({ c }) => c.output)];
          const cones = sizes.flatMap((many, tape) =>
            [...Array(many).keys()].map((at) => convarith.coneOf(layers, tape, at)));
          return { sizes, cones, seen: last.seen };
        })""",
        [size, [case[:2] for case in cases]],
    )
    for (stack, rule, axes), shown in zip(cases, by_script, strict=True):
        if axes is None:
            assert isinstance(shown, str), (stack, rule)
            continue
        sizes = [size, *(axis.output for axis in axes)]
        assert shown["sizes"] == sizes, (stack, rule)
        cones = [seen_by_walking(axes, tape, at) for tape, many in enumerate(sizes) for at in range(many)]
        assert shown["cones"] == cones, (stack, rule)
        # The field by its ends, walked through padding and beyond it.
        ends = [[0, 0], [1, 1]]
        for axis in reversed(axes):
            reach = (axis.kernel - 1) * axis.dilation
            ends = [
                [low * axis.stride - axis.pad_low, high * axis.stride - axis.pad_low + reach]
                for low, high in ends
            ]
        assert shown["seen"] == {
            "size": ends[0][1] - ends[0][0] + 1,
            "stride": ends[1][0] - ends[0][0],
            "padding": -ends[0][0],
        }, (stack, rule)
    assert len(cases) > 700 and any(axes is None for *_, axes in cases)


def test_the_keras_code_of_a_stack_makes_what_is_on_screen(opened):
    page = opened()
    checked = 0
    for stack, rule in list(stacks())[::4]:  # one in four, which a minute's patience allows
        if any(stride > 1 < dilation for _, stride, _, dilation in stack):
            continue
        shown = page.evaluate(
            """([stack, rule]) => { const layers = convarith.countStack(14, stack, rule);
            const { c } = layers[layers.length - 1];
            const state = { operation: "conv", rule };
            return [c.output, layers.map(({ a }) => convarith.inKeras(state, [a])).join("\\n")]; }""",
            [stack, rule],
        )
        if shown[0] is not None:
            names = {"keras": keras, "x": np.ones((1, 14, 1), "float32")}
            exec(shown[1], names)
            assert names["x"].shape[1] == shown[0], (stack, rule, shown)
            checked += 1
    assert checked > 100


# --- controls -------------------------------------------------------------------------------------


def output_of(root):
    return root.get_attribute("data-output-size")


@pytest.mark.parametrize(("way", "hand"), [("file", "keyboard"), ("file", "touch"), ("http", "mouse")])
def test_every_slider_of_the_book_moves_by_hand(browser, bases, way, hand):
    touch = hand == "touch"
    with Visit(browser, bases[way], viewport=PHONE if touch else DESK, has_touch=touch) as visit:
        page = visit.open("book/03_strides")
        root = page.locator(".convarith-explorer")
        root.locator('input[name="size-typed"]').fill("9")
        state = {name: int(root.locator(f'input[name="{name}"]').input_value()) for name in MAIN}
        for name in MAIN:
            slider = root.get_by_label(re.compile(f"^(input )?{name}$"))
            assert slider.get_attribute("name") == name
            if hand == "keyboard":
                slider.focus()
                page.keyboard.press("ArrowRight")
            else:
                box = slider.bounding_box()
                place = {"x": box["width"] * 0.75, "y": box["height"] / 2}
                slider.click(position=place) if hand == "mouse" else slider.tap(position=place)
            moved = int(slider.input_value())
            assert moved != state[name], name
            state[name] = moved
            assert root.locator(f'input[name="{name}-typed"]').input_value() == str(moved)
            layer = {key: state[key] for key in ("size", "kernel", "stride", "dilation")}
            try:
                expected = Axis(**layer, pad_low=state["padding"], pad_high=state["padding"]).output
            except ValueError:
                expected = ""
                assert root.locator(".cv-problem").inner_text() != ""
            assert output_of(root) == str(expected), (name, state)
        assert visit.faults == []


@pytest.mark.parametrize("way", ["file"])
def test_every_other_control_of_the_book_answers_to_keyboard_and_touch(browser, bases, way):
    with Visit(browser, bases[way], viewport=PHONE, has_touch=True) as visit:
        page = visit.open("book/03_strides")
        root = page.locator(".convarith-explorer")
        for name in ("rectangular", "values"):
            box = root.locator(f"[name={name}]")
            box.tap()
            assert box.is_checked()
            box.press("Space")
            assert not box.is_checked()
        for name, value in {"operation": "transposed", "rule": "valid", "speed": "150"}.items():
            chooser = root.locator(f"select[name={name}]")
            chooser.focus()
            page.keyboard.press("ArrowDown")
            assert chooser.input_value() == value
        root.locator("[name=reset]").tap()
        step = root.locator("[name=step]")
        for press in (lambda: root.locator("[name=forward]").tap(), lambda: step.press("ArrowRight")):
            press()
        assert step.input_value() == "2"
        root.locator("[name=back]").press("Enter")
        assert step.input_value() == "1"
        root.locator("[name=play]").press("Space")
        root.locator("[name=play]", has_text="Pause").tap()
        root.locator("[name=play]", has_text="Play").wait_for()
        root.locator("summary").press("Enter")
        assert root.locator(".cv-keras").is_visible()
        question = page.locator(".convarith-question").first
        question.locator("input").fill("13")
        question.locator("button").tap()
        assert question.locator(".cv-verdict").inner_text().startswith("Right.")
        assert visit.faults == []


@pytest.mark.parametrize("bad", ["", "abc", "0", "99", "2.5", "-1", "1e1", "９"])
def test_bad_typing_is_answered_and_forgotten(opened, bad):
    root = opened(explore(size=7, kernel=3)).locator(".convarith-explorer")
    field = root.locator('input[name="size-typed"]')
    field.fill("6")
    field.fill(bad)
    assert "input size: a whole number from 1 to 16" in root.locator(".cv-problem").inner_text()
    assert (output_of(root), field.get_attribute("aria-invalid")) == ("4", "true")
    field.fill("9")
    assert (output_of(root), field.get_attribute("aria-invalid")) == ("7", None)
    assert root.locator(".cv-problem").inner_text() == ""


def test_what_does_not_fit_is_explained_and_recovers(opened):
    root = opened(explore(size=4, kernel=3)).locator(".convarith-explorer")
    root.locator('input[name="kernel"]').fill("5")
    assert root.locator(".cv-problem").inner_text() == "A 5-wide kernel needs 5 cells; there are 4."
    assert output_of(root) == ""
    assert not root.locator(".cv-grids").is_visible()
    root.locator('input[name="padding"]').fill("1")
    assert (output_of(root), root.locator(".cv-problem").inner_text()) == ("2", "")
    assert root.locator(".cv-grids").is_visible()


def test_rules_sides_operation_and_columns(opened):
    root = opened(explore(size=7, kernel=4, stride=3)).locator(".convarith-explorer")
    for rule, output in {"valid": 2, "same": 3, "full": 4}.items():
        root.locator("[name=rule]").select_option(rule)
        assert output_of(root) == str(output)
        assert str(getattr(Axis(size=7, kernel=4, stride=3), rule)().output) == str(output)
    root.locator("[name=rule]").select_option("sides")
    root.locator('input[name="pad_low"]').fill("2")
    root.locator('input[name="pad_high"]').fill("1")
    assert root.locator(".cv-effective").inner_text() == "padding (low, high): (2, 1)"
    assert output_of(root) == "3"
    root.locator("[name=operation]").select_option("transposed")
    root.locator('input[name="output_padding"]').fill("1")
    expected = TransposedAxis(size=7, kernel=4, stride=3, pad_low=2, pad_high=1, output_padding=1)
    assert output_of(root) == str(expected.output)
    root.locator('input[name="padding"]').fill("0")
    assert root.locator("[name=rule]").input_value() == "number"
    root.locator("[name=rectangular]").check()
    root.locator('input[name="size_columns"]').fill("2")
    outputs = [TransposedAxis(size=size, kernel=4, stride=3, output_padding=1).output for size in (7, 2)]
    assert output_of(root) == "x".join(map(str, outputs))
    root.locator("[name=reset]").click()
    assert (output_of(root), root.locator("[name=operation]").input_value()) == ("2", "conv")


def test_two_explorers_do_not_disturb_each_other(opened):
    page = opened(explore(size=7, kernel=3), explore(size=9, kernel=2, stride=2))
    first, second = page.locator(".convarith-explorer").all()
    first.locator('input[name="size"]').fill("5")
    assert (output_of(first), output_of(second)) == ("3", "4")
    second.get_by_text("stride", exact=True).click()
    assert page.evaluate("document.activeElement.closest('.convarith-explorer').dataset.outputSize") == "4"


def test_stepping_playing_and_scrubbing(opened):
    root = opened(explore(size=4, kernel=3)).locator(".convarith-explorer")
    said = root.locator(".cv-said")
    assert said.inner_text() == "Output (0, 0) reads rows 0 to 2 and columns 0 to 2."
    root.locator("[name=forward]").click()
    assert said.inner_text() == "Output (0, 1) reads rows 0 to 2 and columns 1 to 3."
    root.locator("[name=back]").click()
    root.locator("[name=back]").click()
    assert said.inner_text().startswith("Output (0, 0)")
    root.locator("[name=step]").fill("3")
    assert said.inner_text() == "Output (1, 1) reads rows 1 to 3 and columns 1 to 3."
    said.evaluate(
        """(said) => {
          window.seen = [];
          const note = () => window.seen.push(said.textContent);
          new MutationObserver(note).observe(said, { childList: true });
        }"""
    )
    root.locator("[name=speed]").select_option("150")
    root.locator("[name=play]").click()
    assert root.locator("[name=play]").inner_text() == "Pause"
    root.locator("[name=play]", has_text="Play").wait_for()
    seen = root.page.evaluate("window.seen")
    assert [text.split(" reads")[0] for text in seen] == [
        f"Output ({y}, {x})" for y in (0, 1) for x in (0, 1)
    ]


def cells_of(path):
    """The cells that a path of the drawing fills, as (row, column)."""
    return sorted(
        (int(y), int(x)) for x, y in re.findall(r"M(-?\d+) (-?\d+)h1v1", path.get_attribute("d") or "")
    )


def test_pointing_shows_windows_and_readers(opened):
    page = opened(explore(size=6, kernel=3, stride=2, padding="same"))
    axis = Axis(size=6, kernel=3, stride=2).same()
    root = page.locator(".convarith-explorer")
    field, outputs = root.locator(".cv-input svg"), root.locator(".cv-output svg")

    def middle(svg, row, column, across):
        box = svg.bounding_box()
        unit = box["width"] / (across + 0.2)
        return {"x": (column + 0.6) * unit, "y": (row + 0.6) * unit}

    outputs.hover(position=middle(outputs, 2, 1, 3))
    window = cells_of(root.locator(".cv-input .cv-window")) + cells_of(
        root.locator(".cv-input .cv-window-margin")
    )
    assert sorted(window) == sorted(product(axis.window(2), axis.window(1)))
    field.hover(position=middle(field, 4, 2, 7))
    readers = [[j for j in range(3) if cell in axis.window(j)] for cell in (4, 2)]
    assert cells_of(root.locator(".cv-output .cv-linked")) == sorted(product(*readers))
    times = axis.reads[4] * axis.reads[2]
    assert root.locator(".cv-said").inner_text().startswith(f"Input (4, 2) is read {times} times")
    outputs.focus()
    for key in ("ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    assert "Output (1, 1) reads" in root.locator(".cv-said").inner_text()
    page.keyboard.press("End")
    assert "Output (2, 2) reads" in root.locator(".cv-said").inner_text()
    field.focus()
    page.keyboard.press("ArrowRight")
    assert "Input (0, 1) is read once" in root.locator(".cv-said").inner_text()


def test_values_add_up(opened):
    root = opened(explore(size=5, kernel=2, padding=1)).locator(".convarith-explorer")
    root.locator("[name=values]").check()
    for step in range(0, 36, 5):
        root.locator("[name=step]").fill(str(step))
        text = root.locator(".cv-said").inner_text().replace("−", "-")
        products, total = re.search(r"\. (.*) = (-?\d+)\.$", text).groups()
        assert sum(int(a) * int(b) for a, b in re.findall(r"(\d+)·(-?\d+)", products)) == int(total)
        shown = root.locator(".cv-output text").nth(step).text_content()
        assert shown.replace("−", "-") == total


def test_a_pool_says_its_maximum_its_averages_and_what_hangs_over(opened):
    root = opened(explore(size=5, kernel=2, operation="pool")).locator(".convarith-explorer")
    assert (output_of(root), root.locator("input[name=stride]").input_value()) == ("2", "2")
    assert root.locator(".cv-input .cv-beyond").get_attribute("d") == ""
    root.locator("[name=values]").check()
    root.locator("[name=ceil_mode]").check()
    assert output_of(root) == "3"
    assert root.locator(".cv-input .cv-beyond").get_attribute("d") != ""
    assert "the last window hangs over by 1" in root.locator(".cv-formula").inner_text()
    root.locator("[name=step]").fill("2")
    said = root.locator(".cv-said")
    assert said.inner_text().endswith("max(0, 3) = 3; what is not data counts as −∞.")
    root.locator("[name=pooling]").select_option("average")
    root.locator('input[name="padding"]').fill("1")
    root.locator("[name=step]").fill("1")
    assert said.inner_text().endswith("/ 2 = 2.5; by those of data and padding, 5 / 4 = 1.25.")
    assert root.locator(".cv-output text").nth(1).text_content() == "2.5"
    root.locator("[name=pooling]").select_option("average_padded")
    assert root.locator(".cv-output text").nth(1).text_content() == "1.25"
    # 5 cells, kernel 2, stride 2, padding 1: the fourth window would start behind the input.
    assert (
        output_of(root)
        == "3"
        == str(Axis(size=5, kernel=2, stride=2, pad_low=1, pad_high=1, ceil_mode=True).output)
    )
    assert "− 1 = 3" in root.locator(".cv-formula").inner_text()
    root.locator("[name=operation]").select_option("conv")
    assert not root.locator("[name=ceil_mode]").is_visible()


def test_a_pool_chosen_on_the_page_strides_by_its_kernel(opened):
    root = opened(explore(size=9, kernel=3)).locator(".convarith-explorer")
    root.locator("[name=operation]").select_option("pool")
    assert (output_of(root), root.locator("input[name=stride]").input_value()) == ("3", "3")


def test_the_sliders_of_a_stack_set_all_layers_or_one(opened):
    root = opened(explore_stack(size=16, kernel=3)).locator(".convarith-explorer")
    assert output_of(root) == "10"
    root.locator('input[name="layers"]').fill("4")
    assert output_of(root) == "8"
    root.locator('input[name="kernel"]').fill("2")
    assert output_of(root) == "12"
    root.locator("[name=layer]").select_option("2")
    root.locator('input[name="stride"]').fill("2")
    root.locator('input[name="dilation"]').fill("3")
    axis = Axis(size=16, kernel=2).then(kernel=2, stride=2, dilation=3).then(kernel=2).then(kernel=2)
    assert output_of(root) == str(axis.output)
    root.locator("[name=layer]").select_option("3")
    assert root.locator('input[name="stride"]').input_value() == "1"
    root.locator('input[name="kernel"]').fill("9")
    assert root.locator(".cv-problem").inner_text() == "Layer 3: A 9-wide kernel needs 9 cells; there are 6."
    assert output_of(root) == "" and not root.locator(".cv-grids").is_visible()
    root.locator("[name=rule]").select_option("same")
    assert (output_of(root), root.locator(".cv-problem").inner_text()) == ("8", "")
    root.locator('input[name="layers"]').fill("2")
    assert root.locator("[name=layer]").input_value() == "2"
    root.locator("[name=reset]").click()
    assert output_of(root) == "10"


def test_a_stack_shows_what_an_output_has_seen_and_who_sees_an_input(opened):
    page = opened(explore_stack(size=16, kernel=2, dilation=(1, 2, 4)))
    root = page.locator(".convarith-explorer")
    said, drawing = root.locator(".cv-said"), root.locator(".cv-tapes svg")
    assert said.inner_text() == "Output 4 has a receptive field of 8 cells, 4 to 11; it reads input 4 to 11."
    row = root.locator("tbody tr").nth(2).inner_text().split()
    assert "".join(row[6:]) == "94+4·1=81·1=10+0·1=00"
    drawing.focus()
    page.keyboard.press("ArrowRight")
    assert said.inner_text().startswith("Output 5 has a receptive field of 8 cells, 5 to 12;")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    assert re.fullmatch(r"Input \d+ is seen by output \d to \d\.", said.inner_text())
    page.keyboard.press("Home")
    assert said.inner_text() == "Input 0 is seen by output 0."
    page.keyboard.press("ArrowUp")
    assert "has a receptive field of 2 cells" in said.inner_text()
    box = drawing.bounding_box()
    drawing.hover(position={"x": box["width"] - 5, "y": box["height"] - 5})
    assert said.inner_text() == "Input 15 is seen by output 8."
    drawing.click(position={"x": box["width"] / 2, "y": 5})
    assert said.inner_text().startswith("Output 4 has")
    assert root.locator("[name=step]").input_value() == "4"


def test_a_stack_tells_apart_what_is_never_read(opened):
    root = opened(explore_stack(size=16, kernel=3, dilation=(2, 2))).locator(".convarith-explorer")
    assert root.locator(".cv-said").inner_text().endswith("it reads input 4 to 12, but never 5, 7, 9 and 11.")
    axes = explore_stack(size=16, kernel=3, dilation=(2, 2)).axes
    read = {at for j in axes[1].window(4) for at in axes[0].window(j)}
    assert read == {4, 6, 8, 10, 12}
    on_tape = re.findall(r"M([\d.]+) 4h1v1", root.locator(".cv-unused").get_attribute("d"))
    assert {float(x) for x in on_tape} == set(range(4, 13)) - read


def test_a_link_reopens_a_stack(browser, tmp_path):
    base = page_with(tmp_path, explore_stack(size=16, kernel=3))
    with Visit(browser, base) as visit:
        visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
        root = visit.open("page").locator("#explorer-1")
        root.locator("[name=layer]").select_option("2")
        root.locator('input[name="stride"]').fill("2")
        root.locator("[name=link]").click()
        root.locator("[name=link]", has_text="Copied").wait_for()
        other = visit.context.new_page()
        other.goto(root.page.evaluate("navigator.clipboard.readText()"))
        assert output_of(other.locator("#explorer-1")) == "4" == output_of(root)
        assert other.locator('#explorer-1 input[name="stride"]').input_value() == "2"
        for nonsense in ("stack=3,1,0", "stack=99,1,0,1", "stack=x", "size=77&rule=full&operation=conv"):
            other.goto(f"{base}/page.html#explorer-1&{nonsense}")
            other.reload()
            assert output_of(other.locator("#explorer-1")) == "10"
        assert visit.faults == []


def test_a_link_reopens_the_same_state(browser, tmp_path):
    base = page_with(tmp_path, explore(size=7, kernel=3), explore(size=7, kernel=3))
    with Visit(browser, base) as visit:
        visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = visit.open("page")
        root = page.locator("#explorer-2")
        root.locator('input[name="size"]').fill("9")
        root.locator("[name=rule]").select_option("same")
        root.locator('input[name="stride"]').fill("2")
        root.locator("[name=link]").click()
        root.locator("[name=link]", has_text="Copied").wait_for()
        link = page.evaluate("navigator.clipboard.readText()")
        other = visit.context.new_page()
        other.goto(link)
        assert [output_of(one) for one in other.locator(".convarith-explorer").all()] == ["5", "5"]
        assert other.locator('#explorer-2 [name="size"]').input_value() == "9"
        assert other.locator('#explorer-1 [name="size"]').input_value() == "7"
        other.goto(f"{base}/page.html#explorer-1&size=77&rule=nonsense&kernel=2&unheard=1")
        assert output_of(other.locator("#explorer-1")) == "6"
        assert visit.faults == []


def test_a_goal_is_announced_when_it_is_reached(opened):
    root = opened(explore(size=28, kernel=3, goal=14)).locator(".convarith-explorer")
    assert root.locator(".cv-goal").inner_text() == "Goal: an output of 14."
    root.locator('input[name="stride"]').fill("2")
    root.locator('input[name="padding"]').fill("1")
    assert root.locator(".cv-goal").inner_text() == "Goal reached: the output is 14."


@pytest.mark.parametrize(
    ("question", "wrong", "right"),
    [
        (lambda: predict(Axis(size=28, kernel=3, stride=2)), "14", "13"),
        (lambda: predict(Axis(size=28, kernel=3), find="padding", output=28), "0", "1"),
        (lambda: predict(Axis(size=28, kernel=4), find="stride", output=7), "3", "4"),
        (lambda: predict(Axis(size=28, kernel=3), find="kernel", output=22), "40", "7"),
    ],
)
def test_a_question_judges_the_answer_and_shows_the_count(opened, question, wrong, right):
    root = opened(question()).locator(".convarith-question")
    for answer, start, judged in ((wrong, "Not ", "false"), (right, "Right.", "true"), ("x", "A whole", "")):
        root.locator("input").fill(answer)
        root.locator("input").press("Enter")
        assert root.locator(".cv-verdict").inner_text().startswith(start)
        assert root.get_attribute("data-right") == judged


def test_the_script_and_python_know_the_same_names_and_limits(opened):
    names, sliders, stack = opened().evaluate(
        "() => [Object.keys(convarith.DEFAULTS), convarith.SLIDERS, convarith.MOST_OF_STACK]"
    )
    assert set(names) <= set(explore().view.traits(sync=True))
    for name in MAIN:
        _, low, high, usual = sliders[name]
        slider = explore().sliders[name]
        assert (slider.min, slider.max, slider.value) == (low, high, usual), name
        assert explore_stack().sliders[name].max == stack.get(name, high), name


# --- for everybody --------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(opened, theme):
    page = opened(explore(size=6, kernel=3, stride=2), predict(Axis(size=6, kernel=3)), theme=theme)
    paper = {"light": "white", "dark": "#121212"}[theme]
    page.add_style_tag(content=f"body {{ background: {paper} }}")
    root = page.locator(".convarith-explorer")
    for change in (
        lambda: None,
        lambda: (root.locator("[name=values]").check(), root.locator("summary").click()),
        lambda: (
            root.locator("[name=rectangular]").check(),
            root.locator("[name=rule]").select_option("sides"),
        ),
        lambda: root.locator("[name=operation]").select_option("transposed"),
        lambda: (root.locator("[name=reset]").click(), root.locator('input[name="kernel"]').fill("9")),
    ):
        change()
        context = {"include": [[".convarith-explorer"], [".convarith-question"]]}
        found = Axe().run(page, context=context, options={"preload": False}).response["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_a_pool_and_in_a_stack(opened, theme):
    pool = explore(size=5, kernel=2, operation="pool", pooling="average", ceil_mode=True)
    page = opened(pool, explore_stack(size=16, padding=1, dilation=(1, 2, 1)), theme=theme)
    page.add_style_tag(content=f"body {{ background: {'white' if theme == 'light' else '#121212'} }}")
    page.locator("[name=values]").check()
    for summary in page.locator("summary").all():
        summary.click()
    for change in (lambda: None, lambda: page.locator('#explorer-2 input[name="kernel"]').fill("9")):
        change()
        context = {"include": [[".convarith-explorer"]]}
        found = Axe().run(page, context=context, options={"preload": False}).response["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_stand_out_from_every_colour_of_a_cell(opened, theme):
    page = opened(explore(), theme=theme)
    names = [
        "ink",
        "faint",
        "paper",
        "good",
        "bad",
        "input",
        "output",
        "done",
        "current",
        "window",
        "window-margin",
    ]
    colours = page.locator(".convarith-explorer").evaluate(
        """(root, names) => {
          const style = getComputedStyle(root);
          return names.map((name) => style.getPropertyValue(`--cv-${name}`).trim());
        }""",
        names,
    )
    light = dict(zip(names, map(luminance, colours), strict=True))

    def contrast(text, ground):
        high, low = sorted((light[text], light[ground]), reverse=True)
        return (high + 0.05) / (low + 0.05)

    for ground in names[2:3] + names[5:]:
        assert contrast("ink", ground) >= 4.5, (ground, contrast("ink", ground))
    for text in ("faint", "good", "bad"):
        assert contrast(text, "paper") >= 4.5, text


def luminance(colour):
    """Relative luminance of #rgb or #rrggbb, as WCAG 2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_it_fits_a_phone_and_double_size(opened):
    page = opened(explore(size=16, kernel=3, padding=8), viewport=PHONE, has_touch=True)
    root = page.locator(".convarith-explorer")
    root.locator("[name=rectangular]").check()
    for width in (PHONE["width"], 320):  # 320 pixels is what remains of 640 at double size
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    root.locator(".cv-output svg").tap(position={"x": 30, "y": 30})
    assert root.locator(".cv-said").inner_text().startswith("Output (")


def test_a_stack_and_a_pool_fit_a_phone_and_answer_to_touch(opened):
    pool = explore(size=16, kernel=3, padding=1, operation="pool", pooling="average", ceil_mode=True)
    stack = explore_stack(size=32, kernel=3, layers=5, dilation=2, padding=8)
    page = opened(pool, stack, viewport=PHONE, has_touch=True)
    page.locator("[name=values]").check()
    for width in (PHONE["width"], 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    root = page.locator("#explorer-2")
    drawing = root.locator(".cv-tapes svg")
    box = drawing.bounding_box()
    drawing.tap(position={"x": box["width"] / 2, "y": box["height"] - 5})
    assert root.locator(".cv-said").inner_text().startswith("Input ")
    root.locator("[name=forward]").tap()
    assert root.locator(".cv-said").inner_text().startswith(f"Output {stack.axes[-1].output // 2 + 1} ")


def test_without_script_a_picture_stands_in(browser, tmp_path):
    shown = [explore(size=7, kernel=3, stride=2), explore_stack(size=7), predict(Axis(size=7, kernel=3))]
    base = page_with(tmp_path, *shown)
    with Visit(browser, base, java_script_enabled=False) as visit:
        visit.page.goto(f"{base}/page.html")
        images = visit.page.locator(".convarith-explorer img").all()
        assert all(image.is_visible() for image in images)
        assert "output of 3 x 3" in images[0].get_attribute("alt")
        assert images[1].get_attribute("alt") == draw_field(explore_stack(size=7).axes).alt
        assert "how many outputs?" in visit.page.locator(".convarith-question").inner_text()


# --- Python ---------------------------------------------------------------------------------------


def test_a_pool_strides_by_its_kernel_unless_told_otherwise():
    assert explore(kernel=2, operation="pool").axis == Axis(size=7, kernel=2, stride=2)
    assert explore(kernel=2, stride=1, operation="pool").axis == Axis(size=7, kernel=2)
    explorer = explore(size=5, kernel=2, operation="pool", ceil_mode=True)
    assert explorer.axis == Axis(size=5, kernel=2, stride=2, ceil_mode=True) == explorer.columns
    explorer.view.operation = "conv"
    assert explorer.axis == Axis(size=5, kernel=2, stride=2)
    call = "explore(size=7, kernel=2, operation='pool', pooling='average', ceil_mode=True)"
    assert repr(eval(call)) == call


def test_the_axes_of_a_stack_follow_the_traits():
    stack = explore_stack(size=16, kernel=(3, 2), stride=(2, 1))
    assert stack.axes == (Axis(size=16, kernel=3, stride=2), Axis(size=7, kernel=2))
    stack.view.stack = [[2, 1, 0, 1], [2, 1, 0, 2], [2, 1, 0, 4]]
    stack.view.rule = "causal"
    assert [axis.pad_low for axis in stack.axes] == [1, 2, 4]
    assert {axis.output for axis in stack.axes} == {16}
    stack.view.rule, stack.view.size = "number", 6
    with pytest.raises(ValueError, match="kernel 2 with dilation 4 spans 5 cells, but the padded axis has 3"):
        _ = stack.axes
    assert explore_stack().axes[-1].output == 10
    call = "explore_stack(size=16, kernel=2, padding='causal', dilation=(1, 2, 4, 8))"
    assert repr(eval(call)) == call
    assert {slider: stack.sliders[slider].value for slider in MAIN}["stride"] == 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"layers": 6}, "a stack has 5 layers at most, but 6 are asked for"),
        ({"layers": 2, "kernel": (3, 3, 3)}, "the layers must agree, but kernel says 3, layers says 2"),
        ({"padding": "full"}, 'padding must be a number, a tuple, "same" or "causal", but is \'full\''),
        ({"kernel": (3, 0)}, "kernel must be at least 1, but is 0"),
        ({"size": 6}, "kernel 3 spans 3 cells, but the padded axis has 2"),
    ],
)
def test_explore_stack_refuses_what_does_not_go_together(given, message):
    with pytest.raises(ValueError) as caught:
        explore_stack(**given)
    assert str(caught.value) == message


def test_the_axis_follows_the_traits():
    explorer = explore(size=7, kernel=3, padding=(1, 0))
    assert explorer.axis == Axis(size=7, kernel=3, pad_low=1) == explorer.columns
    explorer.view.rule, explorer.view.stride = "same", 2
    assert explorer.axis == Axis(size=7, kernel=3, stride=2).same()
    explorer.view.rectangular, explorer.view.size_columns = True, 4
    assert explorer.columns == Axis(size=4, kernel=3, stride=1).same()
    explorer.view.operation = "transposed"
    assert explorer.axis == TransposedAxis(size=7, kernel=3, stride=2, pad_low=1, pad_high=1)
    explorer.view.operation, explorer.view.rule, explorer.view.kernel = "conv", "valid", 8
    with pytest.raises(ValueError, match="kernel 8 spans 8 cells, but the padded axis has 7"):
        _ = explorer.axis


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"size": 0}, ValueError, "size must be at least 1, but is 0"),
        ({"kernel": 2.5}, TypeError, "kernel must be a whole number, but is 2.5 (float)"),
        ({"stride": True}, TypeError, "stride must be a whole number, but is True (bool)"),
        ({"padding": -1}, ValueError, "pad_low must be at least 0, but is -1"),
        ({"dilation": 4}, ValueError, "kernel 3 with dilation 4 spans 9 cells, but the padded axis has 7"),
        (
            {"operation": "sum"},
            ValueError,
            'operation must be "conv", "pool" or "transposed", but is \'sum\'',
        ),
        (
            {"pooling": "min"},
            ValueError,
            'pooling must be "max", "average" or "average_padded", but is \'min\'',
        ),
        (
            {"ceil_mode": True},
            ValueError,
            "pooling and ceil_mode are for operation \"pool\", but operation is 'conv'",
        ),
        (
            {"padding": "some"},
            ValueError,
            'padding must be a number, a pair, "valid", "same" or "full", but is \'some\'',
        ),
    ],
)
def test_explore_refuses_what_axis_refuses(given, error, message):
    with pytest.raises(error) as caught:
        explore(**given)
    assert str(caught.value) == message


def test_predict_refuses_a_question_without_an_answer():
    with pytest.raises(ValueError, match="no stride leads from 28 to 27"):
        predict(Axis(size=28, kernel=3), find="stride", output=27)
    with pytest.raises(ValueError, match="find must be one of"):
        predict(Axis(size=28, kernel=3), find="answer")


def test_what_is_shown_is_stable():
    def shown():
        bundle, _ = explore(size=7, kernel=3, padding="same")._repr_mimebundle_()
        bundle.pop("application/vnd.jupyter.widget-view+json")
        return json.dumps(bundle)

    assert shown() == shown()
    assert repr(explore(size=7, kernel=3, padding="same")) == "explore(size=7, kernel=3, padding='same')"
    assert (
        repr(eval(repr(explore(size=28, kernel=3, stride=2, goal=14))))
        == "explore(size=28, kernel=3, stride=2, goal=14)"
    )
