"""The script's arithmetic against Python's and against walks, on a blank page."""

import contextlib
import html
import json
import re
from itertools import product

import pytest
from grids import thinned

from convarith import Axis, TransposedAxis, TransposedConv, explore, explore_stack
from convarith.explorer.view import USUAL_STATE

pytest_plugins = ["explorer_pages"]

PADS = ((0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (0, 3), (3, 1))
OPERATIONS = ("conv", "pool", "transposed")


def grid(operation):
    """What `Axis` or `TransposedAxis` is given."""
    for size, kernel, stride, dilation in product(range(1, 9), range(1, 5), range(1, 5), range(1, 4)):
        for low, high in PADS:
            given = {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation}
            given |= {"pad_low": low, "pad_high": high}
            if operation == "pool":
                given["ceil_mode"] = True
            if operation == "transposed":
                given["output_padding"] = (size + low) % 3
            yield given


def made(operation, given):
    """The axis, or the sentence that says why there is none."""
    try:
        return (TransposedAxis if operation == "transposed" else Axis)(**given)
    except ValueError as error:
        return str(error)


def overhang(axis):
    """Cells of the last window that lie past the padded axis, one by one."""
    return sum(cell >= axis.size + axis.pad_high for cell in range(axis.window(axis.output - 1)[-1] + 1))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_script_counts_as_python_does_and_says_the_same_where_nothing_fits(script, operation):
    by_script = script.evaluate(
        """([operation, all]) => all.map((given) => {
          const { countAxis, windowOf, readersOf } = convarith.arithmetic;
          const axis = { operation, ...given }, direct = operation !== "transposed";
          const { output, span, unused, overhang, why } = countAxis(axis);
          if (why) return [why, output, unused, overhang];
          const steps = direct ? output : axis.size, tape = direct ? axis.size : output;
          const windows = [...Array(steps).keys()].map((j) => windowOf(axis, j));
          const readers = [...Array(tape).keys()].map((cell) => readersOf(axis, steps, cell).length);
          return [output, span, unused, overhang, windows, readers];
        })""",
        [operation, list(grid(operation))],
    )
    misfits = 0
    for given, counted in zip(grid(operation), by_script, strict=True):
        axis = made(operation, given)
        if isinstance(axis, str):
            misfits += 1
            assert counted == [axis, 0, 0, 0]
        elif operation == "transposed":
            windows = [list(axis.window(i)) for i in range(axis.size)]
            assert counted == [axis.output, axis.span, 0, 0, windows, list(axis.writes)], axis
        else:
            windows = [list(axis.window(j)) for j in range(axis.output)]
            over = overhang(axis)
            assert counted == [axis.output, axis.span, axis.unused, over, windows, list(axis.reads)], axis
    assert len(by_script) > 2_500 and misfits > 30


def test_the_script_pads_as_python_does(script):
    settings = [given for given in grid("conv") if given["pad_low"] == given["pad_high"] == 0]
    by_script = script.evaluate(
        """(settings) => settings.map((axis) =>
          ["valid", "same", "full", "causal"].map((rule) => convarith.arithmetic.paddingOf(rule, axis)))""",
        settings,
    )
    for given, (valid, *others) in zip(settings, by_script, strict=True):
        wide = Axis(**given | {"pad_low": 20})
        axes = [getattr(wide, rule)() for rule in ("same", "full", "causal")]
        assert others == [[axis.pad_low, axis.pad_high] for axis in axes], given
        assert valid == [0, 0]
    numbers, sides = script.evaluate(
        """() => ["number", "sides"].map((rule) => convarith.arithmetic.paddingOf(rule,
          { size: 5, kernel: 3, stride: 1, dilation: 1, padding: 4, pad_low: 1, pad_high: 2 }))"""
    )
    assert (numbers, sides) == ([4, 4], [1, 2])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_state_becomes_the_axes_that_python_makes_of_it(script, operation):
    """Rows and columns apart, each rule: what `Explorer` reads back is what the page shows."""
    explorer = explore(operation=operation, size=9, stride=1)
    rows = {"size": 8, "kernel": 3, "stride": 2, "dilation": 2, "padding": 1, "pad_low": 2, "pad_high": 1}
    columns = {"size": 9, "kernel": 2, "stride": 3, "dilation": 1, "padding": 0, "pad_low": 0, "pad_high": 2}
    rows |= {"output_padding": 1}
    columns |= {"output_padding": 2}
    state = rows | {f"{name}_columns": value for name, value in columns.items()} | {"operation": operation}
    for rule, rectangular in product(("number", "valid", "same", "full", "sides"), (False, True)):
        state |= {"rule": rule, "rectangular": rectangular, "ceil_mode": True}  # of pools alone
        shown = script.evaluate(
            """(state) => convarith.state.countLayer({ ...convarith.state.DEFAULTS, ...state })""", state
        )
        for name, value in state.items():
            setattr(explorer.view, name, value)
        if operation == "transposed" and rule in ("valid", "same"):  # rows have a stride and a dilation
            with pytest.raises(ValueError) as caught:
                _ = explorer.axis
            assert shown["why"] == str(caught.value)
            continue
        for axis, given, count in zip(
            (explorer.axis, explorer.columns), shown["axes"], shown["counts"], strict=True
        ):
            assert {name: given[name] for name in vars(axis)} == vars(axis), (rule, rectangular)
            assert count["output"] == axis.output
        sizes = [axis.size for axis in (explorer.axis, explorer.columns)]
        outputs = [axis.output for axis in (explorer.axis, explorer.columns)]
        direct = operation != "transposed"
        assert (shown["direct"], shown["why"]) == (direct, "")
        assert (shown["tape"], shown["steps"]) == ((sizes, outputs) if direct else (outputs, sizes))


def by_keras(**given):
    """The axis of a transposed layer by Keras's rules, or the sentence that says why there is none."""
    try:
        return TransposedAxis.keras(**given)
    except ValueError as error:
        return str(error)


def test_valid_and_same_of_stamps_are_those_of_keras(script):
    """Whatever the slider of output padding says, which these rules leave to Keras."""
    settings = [
        {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation, "padding": rule}
        for size, kernel, stride, dilation in product(range(1, 8), range(1, 6), range(1, 6), range(1, 4))
        for rule in ("valid", "same")
    ]
    states = [
        given | {"rule": given["padding"], "padding": 1, "output_padding": n % 3, "operation": "transposed"}
        for n, given in enumerate(settings)
    ]
    by_script = script.evaluate(COUNTED, states)
    refused = 0
    for given, state, (axis, count) in zip(settings, states, by_script, strict=True):
        expected = by_keras(**given)
        if isinstance(expected, str):
            refused += 1
            assert (count["why"], count["output"]) == (expected, 0), given
            with pytest.raises(ValueError, match=expected):
                explore(**given, operation="transposed")
            continue
        assert {name: axis[name] for name in vars(expected)} == vars(expected), given
        assert (count["output"], count["why"]) == (expected.output, ""), given
        if state["size"] < 4:  # pictures take their time
            explorer = explore(**given, operation="transposed")
            assert explorer.axis == expected and explorer.view.rule == given["padding"], given
    assert len(by_script) == 1050 and refused == 560


COUNTED = """(states) => states.map((given) => {
  const { axes, counts, why } = convarith.state.countLayer({ ...convarith.state.DEFAULTS, ...given });
  return [axes[1], { ...counts[1], why }];
})"""


def test_layers_of_keras_are_shown_with_the_cells_that_they_make(script, without_pictures):
    layers = []
    windows = product((1, 4), range(1, 5), range(1, 5), (1, 2))
    rules = product(("valid", "same", 0, 1, (1, 0)), (None, 0, 1, 2))
    for (size, kernel, stride, dilation), (rule, more) in thinned(product(windows, rules), 7):
        given = {"size": size, "channels": 1, "filters": 1, "kernel": kernel, "stride": stride}
        with contextlib.suppress(ValueError):  # what Keras refuses, or of which nothing is left
            layers.append(TransposedConv(**given, dilation=dilation, padding=rule, output_padding=more))
    explorers = [explore(layer) for layer in layers]
    states = [json.loads(parsed_state(explorer)) for explorer in explorers]
    for layer, explorer, (axis, count) in zip(
        layers, explorers, script.evaluate(COUNTED, states), strict=True
    ):
        (expected,) = layer.axes
        assert explorer.axis == expected == explorer.columns, layer
        assert {name: axis[name] for name in vars(expected)} == vars(expected), layer
        assert (count["output"], count["why"]) == (expected.output, ""), layer
        by_word = isinstance(layer.padding, str) and layer.output_padding is None
        assert (explorer.view.rule == layer.padding) == by_word, layer
    assert len(layers) > 90


def parsed_state(explorer):
    """The state that a page hands to the script."""
    return html.unescape(re.search('data-state="(.*?)"', explorer.html())[1])


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


def test_the_script_follows_a_stack_as_a_walk_does(script):
    size, cases = 14, []
    for stack, rule in thinned(stacks(), 5):
        try:
            cases.append((stack, rule, axes_of(size, stack, rule)))
        except ValueError:
            cases.append((stack, rule, None))
    by_script = script.evaluate(
        """([size, cases]) => cases.map(([stack, rule]) => {
          const { countStack, coneOf } = convarith.arithmetic;
          const layers = countStack(size, stack, rule), last = layers[layers.length - 1];
          if (last.count.why) return last.count.why;
          const sizes = [size, ...layers.map(({ count }) => count.output)];
          const cones = sizes.flatMap((many, tape) =>
            [...Array(many).keys()].map((at) => coneOf(layers, tape, at)));
          return { sizes, cones, fields: layers.map(({ field }) => field) };
        })""",
        [size, [case[:2] for case in cases]],
    )
    for (stack, rule, axes), shown in zip(cases, by_script, strict=True):
        if axes is None:
            with pytest.raises(ValueError) as caught:
                axes_of(size, stack, rule)
            assert shown == str(caught.value), (stack, rule)
            continue
        sizes = [size, *(axis.output for axis in axes)]
        assert shown["sizes"] == sizes, (stack, rule)
        cones = [seen_by_walking(axes, tape, at) for tape, many in enumerate(sizes) for at in range(many)]
        assert shown["cones"] == cones, (stack, rule)
        for depth, field in enumerate(shown["fields"], start=1):
            # By its ends, walked through padding and beyond it.
            ends = [[0, 0], [1, 1]]
            for axis in reversed(axes[:depth]):
                reach = (axis.kernel - 1) * axis.dilation
                ends = [
                    [low * axis.stride - axis.pad_low, high * axis.stride - axis.pad_low + reach]
                    for low, high in ends
                ]
            walked = {"size": ends[0][1] - ends[0][0] + 1, "stride": ends[1][0] - ends[0][0]}
            assert field == walked | {"padding": -ends[0][0]}, (stack, rule)
    assert len(cases) > 150 and any(axes is None for *_, axes in cases)


def pixel(row, column):
    return (7 * row + 3 * column + ((row * column) % 4) + 2) % 10


def weight(row, column):
    return ((column + 2 * row) % 3) - 1


def windows_of(rows, columns, y, x):
    """Of each cell of a window: where it is in the kernel, and in the image."""
    return [(n, m, r, c) for n, r in enumerate(rows.window(y)) for m, c in enumerate(columns.window(x))]


def value_by_walking(rows, columns, y, x, kind):
    """A value of one output. A divisor counts no overhanging cell, as PyTorch's `pool_size` is clipped."""
    cells = windows_of(rows, columns, y, x)
    data = [(n, m, r, c) for n, m, r, c in cells if 0 <= r < rows.size and 0 <= c < columns.size]
    if kind == "conv":
        return sum(pixel(r, c) * weight(n, m) for n, m, r, c in data)
    pixels = [pixel(r, c) for _, _, r, c in data]
    last = rows.size + rows.pad_high, columns.size + columns.pad_high
    padded = sum(r < last[0] and c < last[1] for _, _, r, c in cells)
    if kind == "max":
        return max(pixels)
    return sum(pixels) / (len(pixels) if kind == "average" else padded)


def test_values_are_those_of_a_walk_ceil_mode_and_dilation_included(script):
    cases = []
    for kernel, stride, pad, dilation, kind in product(
        (2, 3), (1, 2, 3), (0, 1), (1, 2), ("conv", "max", "average", "average_padded")
    ):
        pool = kind != "conv"
        layer = {"kernel": kernel, "stride": stride, "dilation": dilation, "pad_low": pad, "pad_high": 1}
        rows, columns = (Axis(size=size, **layer, ceil_mode=pool) for size in (6, 7))
        state = layer | {"size": 6, "rule": "sides", "rectangular": True, "ceil_mode": pool}
        state |= {"operation": "pool" if pool else "conv", "pooling": kind if pool else "max"}
        state |= {f"{name}_columns": value for name, value in layer.items()} | {"size_columns": 7}
        cases.append((state, rows, columns, kind))
    by_script = script.evaluate(
        """(states) => states.map((given) => {
          const state = { ...convarith.state.DEFAULTS, ...given };
          const layer = convarith.state.countLayer(state);
          const places = (n) => [...Array(layer.steps[n]).keys()];
          const { cellsOf, kernelOf, valueOf } = convarith.values, kernel = kernelOf(state, layer);
          const valueAt = (y, x) => valueOf(state, cellsOf(layer, y, x, kernel)).value;
          return places(0).map((y) => places(1).map((x) => valueAt(y, x)));
        })""",
        [case[0] for case in cases],
    )
    compared = 0
    for (state, rows, columns, kind), values in zip(cases, by_script, strict=True):
        expected = [
            [value_by_walking(rows, columns, y, x, kind) for x in range(columns.output)]
            for y in range(rows.output)
        ]
        assert values == [pytest.approx(line) for line in expected], state
        compared += rows.output * columns.output
    assert compared > 1_000


def transposed_states():
    """Rows and columns of stamps with the state that shows them."""
    for kernel, stride, pad, more, dilation in product((1, 2, 3), (1, 2, 3), (0, 1), (0, 1), (1, 2)):
        layer = {"kernel": kernel, "stride": stride, "dilation": dilation, "pad_low": pad, "pad_high": 0}
        try:
            rows, columns = (TransposedAxis(size=size, **layer, output_padding=more) for size in (3, 4))
        except ValueError:  # nothing is left, or the output padding is too large
            continue
        state = layer | {"size": 3, "operation": "transposed", "rule": "sides", "rectangular": True}
        state |= {"output_padding": more, "output_padding_columns": more, "size_columns": 4}
        yield state | {f"{name}_columns": value for name, value in layer.items()}, rows, columns


def test_stamps_add_up_to_what_a_walk_finds_one_by_one_and_in_the_other_view(script):
    cases = list(transposed_states())
    by_script = script.evaluate(
        """(states) => states.map((given) => {
          const { cellsOf, gathered, kernelOf, stamped, valueOf } = convarith.values;
          const state = { ...convarith.state.DEFAULTS, ...given }, shown = convarith.state.countLayer(state);
          const kernel = kernelOf(state, shown), many = shown.steps[0] * shown.steps[1];
          const stamps = [...Array(many + 1).keys()].map((done) => stamped(shown, kernel, done));
          const other = gathered(shown, kernel), { layer, pixel } = other;
          const places = (n) => [...Array(layer.steps[n]).keys()];
          const gathers = places(0).map((y) => places(1).map((x) =>
            valueOf(state, cellsOf(layer, y, x, other.kernel), pixel).value));
          return { stamps, gathers };
        })""",
        [state for state, *_ in cases],
    )
    for (state, rows, columns), shown in zip(cases, by_script, strict=True):
        sums = [[0] * columns.output for _ in range(rows.output)]
        writes = [[0] * columns.output for _ in range(rows.output)]
        assert shown["stamps"][0] == {"sums": sums, "writes": writes}
        for (y, x), after in zip(
            product(range(rows.size), range(columns.size)), shown["stamps"][1:], strict=True
        ):
            for n, m, r, c in windows_of(rows, columns, y, x):
                if 0 <= r < rows.output and 0 <= c < columns.output:
                    sums[r][c] += pixel(y, x) * weight(n, m)
                    writes[r][c] += 1
            assert after == {"sums": sums, "writes": writes}, (state, y, x)
        assert shown["gathers"] == sums, state
        assert writes == [[a * b for b in columns.writes] for a in rows.writes], state
    assert len(cases) > 30


def test_kernels_are_what_their_names_say(script):
    for rows, columns in product(range(1, 6), repeat=2):
        kernels = script.evaluate(
            """([rows, columns]) => {
              const layer = { axes: [{ kernel: rows }, { kernel: columns }] };
              const kernel = (weights) => convarith.values.kernelOf({ weights, own: [] }, layer);
              const names = Object.keys(convarith.state.CHOICES.weights);
              return Object.fromEntries(names.map((name) => [name, kernel(name)]));
            }""",
            [rows, columns],
        )
        flat = {name: [weight for line in kernel for weight in line] for name, kernel in kernels.items()}
        assert {len(kernel) for kernel in kernels.values()} == {rows}
        assert {len(weights) for weights in flat.values()} == {rows * columns}
        assert sorted(flat["identity"]) == [0] * (rows * columns - 1) + [1]
        assert kernels["identity"][rows // 2][columns // 2] == 1
        assert flat["blur"] == pytest.approx([1 / (rows * columns)] * (rows * columns))
        assert sum(flat["sharpen"]) == 1 and kernels["sharpen"][rows // 2][columns // 2] == rows * columns
        assert sum(flat["edge"]) == 0  # nothing where all is alike, something across an upright edge
        assert all(line == sorted(line) and (columns == 1 or line[-1] == 1) for line in kernels["edge"])
        assert kernels["own"] == kernels["mixed"]  # until one is typed
    own = script.evaluate(
        """() => convarith.values.kernelOf({ weights: "own", own: [1, 2, 3, 4, 5, 6] },
          { axes: [{ kernel: 2 }, { kernel: 3 }] })"""
    )
    assert own == [[1, 2, 3], [4, 5, 6]]


def test_the_script_and_python_know_the_same_names_and_limits(script):
    defaults, sliders, highest = script.evaluate(
        "() => [convarith.state.DEFAULTS, convarith.state.SLIDERS, convarith.state.STACK_HIGH]"
    )
    view = explore().view
    keys = {name for name in view.trait_names(sync=True) if not name.startswith(("_", "layout", "tab"))}
    assert set(defaults) == keys - {"question", "comm", "tooltip"}
    assert {name: getattr(view, name) for name in defaults} == defaults | {"values": True}
    assert defaults | {"question": ""} == USUAL_STATE
    for name, slider in explore().sliders.items():
        usual = sliders[name]
        assert (slider.min, slider.max, slider.value) == (usual["low"], usual["high"], usual["usual"]), name
        assert explore_stack().sliders[name].max == highest.get(name, usual["high"]), name
    asked = explore(size=40, kernel=30)
    assert [asked.sliders[name].max for name in ("size", "kernel", "stride")] == [40, 30, 6]
    limits = script.evaluate(
        """() => { const stack = [[3, 1, 0, 1], [12, 1, 0, 1]];
        const initial = { ...convarith.state.DEFAULTS, size: 40, stack };
        return ["size", "size_columns", "kernel"].map((name) => convarith.state.limitsOf(name, initial)); }"""
    )
    assert limits == [[1, 40], [1, 32], [1, 12]]
    of_a_stack = script.evaluate(
        """() => ["size", "stride", "dilation"].map((name) => convarith.state.limitsOf(name,
          { ...convarith.state.DEFAULTS, operation: "stack" }))"""
    )
    assert of_a_stack == [[1, 32], [1, 6], [1, 16]]


def test_what_does_not_fit_is_told_of_columns_and_of_the_first_such_layer(script):
    why, layers = script.evaluate(
        """() => { const { DEFAULTS, countLayer } = convarith.state;
        const columns = countLayer({ ...DEFAULTS, rectangular: true, kernel_columns: 9 });
        const stack = convarith.arithmetic.countStack(4, [[5, 1, 0, 1], [1, 1, 0, 1]], "number");
        return [columns.why, stack.map(({ count }) => count.why)]; }"""
    )
    assert why == made("conv", {"size": 7, "kernel": 9})
    assert layers == [made("conv", {"size": 4, "kernel": 5})]
