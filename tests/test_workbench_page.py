"""The workbench as its user meets it: what it says, mends, writes and keeps."""

import base64
import contextlib
import csv
import io
import re
from functools import partial
from itertools import product

import keras
import numpy as np
import pytest
from accessibility import violations
from browsing import PHONE
from photograph import photograph
from PIL import Image
from playwright.sync_api import expect

from convarith import (
    AdaptivePool,
    Axis,
    Conv,
    Dense,
    Pool,
    SeparableConv,
    TransposedConv,
    workbench,
)

pytest_plugins = ["workbench_pages"]

FAILS = """
self.conv1 = nn.Conv2d(3, 16, 5)
self.pool1 = nn.MaxPool2d(2)
self.conv2 = nn.Conv2d(16, 32, 5)
self.pool2 = nn.MaxPool2d(2)
self.flat = nn.Flatten()
self.fc = nn.Linear(32 * 6 * 6, 10)
"""


def test_what_does_not_fit_is_said_with_what_would_mend_it(opened):
    page = opened(workbench(FAILS, input="3, 32, 32"))
    verdict = page.locator(".cw-verdict")
    assert "fc Linear, does not fit." in verdict.inner_text()
    assert "Expects 1152 features, but 32 × 5 × 5 = 800 arrive." in verdict.inner_text()
    assert "in_features=800 in place of 1152" in verdict.inner_text()
    assert page.locator("tbody tr.cw-misfit").count() == 1
    assert page.locator(".cw-features").count() == 0, "said already"
    page.locator("[name=apply]").last.click()
    assert verdict.inner_text().startswith("It fits.")
    size = int(page.locator(".cw-input").input_value().split(",")[1])
    first = Conv(size=(size, size), channels=3, filters=16, kernel=5)
    last = Pool(size=(size // 2 - 6, size // 2 - 6), channels=32, kernel=2)
    assert first.output_shape[0] // 2 - 4 == last.axes[0].size and last.output_shape[:2] == (6, 6)


KERAS = """keras.Sequential([
    keras.Input((28, 28, 1)),
    keras.layers.Conv2D(8, 3),
    keras.layers.MaxPooling2D(2),
])"""


def test_what_a_pasted_text_says_of_its_input_counts(opened):
    page = opened(workbench(FAILS, input="3, 32, 32"))
    verdict = page.locator(".cw-verdict")
    page.locator(".cw-text").fill(KERAS)
    expect(verdict).to_contain_text("the output is 13 × 13 × 8.")
    assert page.locator(".cw-input").input_value() == ""
    page.locator(".cw-text").fill(KERAS.replace("28, 28", "30, 30"))
    expect(verdict).to_contain_text("the output is 14 × 14 × 8.")
    page.locator(".cw-input").fill("32, 32, 1")  # the reader's word is the last
    expect(verdict).to_contain_text("The text says 30 × 30 × 1; 32 × 32 × 1 is counted, as the field says.")
    page.locator(".cw-text").fill("nn.Sequential(nn.Conv2d(3, 8, 3))")  # whose channels come first
    expect(verdict).to_contain_text("the output is 8 × 222 × 222.")


def test_an_input_that_nobody_says_is_asked_for(opened):
    page = opened(workbench(FAILS, input="3, 57, 57"))
    verdict, asks, field = (page.locator(f".cw-{name}") for name in ("verdict", "asks", "input"))
    assert asks.inner_text() == ""
    page.locator(".cw-text").fill(FAILS.replace("3, 16, 5", "3, 16, 4"))
    expect(verdict).to_contain_text("does not fit")
    assert field.input_value() == "3, 57, 57", "the same network, and so the same image"
    other = "net = nn.Sequential(\n    nn.Conv2d(1, 6, 5), nn.Flatten(),\n    nn.Linear(6 * 24 * 24, 9),\n)"
    page.locator(".cw-text").fill(other)
    expect(asks).to_have_text("What size is your image? Until you say, 1 × 224 × 224 is assumed.")
    expect(verdict).to_contain_text("With 1 × 224 × 224, layer 3, Linear, does not fit.")
    assert field.input_value() == ""
    plain = field.evaluate("(one) => getComputedStyle(one).outlineStyle")
    field.fill("1, 28, 28")
    expect(verdict).to_contain_text("It fits.")
    assert asks.inner_text() == ""
    assert plain == "solid" and not field.evaluate("(one) => one.classList.contains('cw-wanted')")
    page.locator(".cw-text").fill("nn.Linear(4, 2)")  # which says it itself
    expect(verdict).to_contain_text("It fits. 1 layer")
    assert asks.inner_text() == ""
    page.locator(".cw-text").fill("nn.Conv1d(4, 2, 3)\nnn.MaxPool1d(2)")
    expect(asks).to_contain_text("How long is your input?")


def test_the_layer_that_fails_is_shown_with_what_arrives(opened):
    page = opened(workbench("nn.Conv2d(3, 8, 5)\nnn.Conv2d(8, 4, 9)\nnn.Linear(4, 2)", input="3, 10, 10"))
    about, layer = page.locator(".cw-about"), page.locator(".cw-layer")
    page.locator("[name=choose]").nth(1).check()
    expect(about).to_contain_text("Layer 2, Conv2d, does not fit: 8 × 6 × 6 arrives.")
    why = page.locator(".cw-told").inner_text()
    assert why in about.inner_text() and why in layer.inner_text(), "the explorer says so, too"
    assert page.locator(".cw-seen").inner_text() == "Nothing comes out of layer 2, which does not fit."
    assert layer.locator("[name=size-typed]").input_value() == "6"
    layer.locator("[name=kernel-typed]").fill("5")
    expect(layer.locator(".convarith-explorer")).to_have_attribute("data-output-size", "2")
    page.locator("[name=put]").click()
    expect(page.locator(".cw-text")).to_have_value("nn.Conv2d(3, 8, 5)\nnn.Conv2d(8, 4, 5)\nnn.Linear(4, 2)")
    expect(page.locator(".cw-put")).to_have_text("Written into line 2. Now layer 3 does not fit.")
    page.locator("[name=choose]").nth(2).check()
    expect(about).to_contain_text("Layer 3, Linear, does not fit: 4 × 2 × 2 arrives.")
    expect(about).to_contain_text("It has no windows to draw.")
    assert layer.inner_text() == "" and not page.locator("[name=put]").is_visible()


def test_channels_at_the_other_end_are_put_right(opened):
    page = opened(workbench("nn.Conv2d(3, 8, 3)", input="32, 32, 3"))
    verdict = page.locator(".cw-verdict")
    assert "an input of 3 × 32 × 32, as the channels come first here" in verdict.inner_text()
    page.locator("[name=apply]").first.click()
    assert "It fits. 1 layer; the output is 8 × 30 × 30." in verdict.inner_text()


def test_the_table_counts_as_the_library_does(opened):
    layers = [
        Conv(size=(28, 28), channels=1, filters=8, kernel=3, padding=1),
        Pool(size=(28, 28), channels=8, kernel=2),
        Conv(size=(14, 14), channels=8, filters=16, kernel=3, stride=2),
    ]
    page = opened(workbench(layers))
    rows = page.locator("tbody tr").all()
    assert len(rows) == len(layers)
    for row, layer in zip(rows, layers, strict=True):
        cells = row.locator("td").all_inner_texts()
        *sizes, channels = layer.output_shape
        assert cells[1] == " × ".join(map(str, (channels, *sizes)))
        assert cells[3:6] == [f"{n:,}" for n in (layer.parameters, layer.macs, layer.activations)]
        assert cells[-1] == str(layer.axes[0].unused)
    total = page.locator("tfoot td").all_inner_texts()
    assert total[3] == f"{sum(layer.parameters for layer in layers):,}"


def stacks():
    for kernel, stride, padding in product((2, 3, 5), (1, 2, 3), (0, 1)):
        yield [(kernel, stride, padding), (3, 2, 0)]


def divides(stack, size):
    """Whether all layers of a stack fit and leave nothing over; by the library."""
    for kernel, stride, padding in stack:
        try:
            axis = Axis(size=size, kernel=kernel, stride=stride, pad_low=padding, pad_high=padding)
        except ValueError:
            return False
        if axis.unused:
            return False
        size = axis.output
    return True


def fits(stack, size):
    for kernel, stride, padding in stack:
        try:
            size = Axis(size=size, kernel=kernel, stride=stride, pad_low=padding, pad_high=padding).output
        except ValueError:
            return False
    return True


def source_of(stack):
    return "\n".join(f"nn.Conv1d(1, 1, {k}, stride={s}, padding={p})" for k, s, p in stack)


def test_sizes_that_are_named_divide_and_none_nearer_does(bench):
    cases = [(stack, size) for stack in stacks() for size in (7, 16, 31)]
    answers = bench.evaluate(
        """(cases) => cases.map(([text, size]) => {
          const { layers, framework } = convarith.reading.read(text);
          const network = { layers, framework, input: { channels: 1, sizes: [size] } };
          const count = convarith.network.countNetwork(network);
          const { fixesOf, sizesNear } = convarith.fixes;
          const [near, fixes] = [sizesNear(network, count), fixesOf(network, count)];
          return { near, fixes, misfit: Boolean(count.misfit) };
        })""",
        [[source_of(stack), size] for stack, size in cases],
    )
    named = 0
    for (stack, size), answer in zip(cases, answers, strict=True):
        assert answer["misfit"] == (not fits(stack, size))
        near = [int(text.split(" × ")[1]) for text in answer["near"]]
        named += len(near)
        if divides(stack, size):
            assert near == []
            continue
        good = sorted(
            (abs(other - size), other)
            for other in range(max(1, size - 32), size + 33)
            if divides(stack, other)
        )
        assert sorted(abs(other - size) for other in near) == [far for far, _ in good[: len(near)]], stack
        assert all(divides(stack, other) for other in near)
        for fix in answer["fixes"]:
            if "input" in fix:
                assert fits(stack, fix["input"]["sizes"][0]), (stack, fix)
    assert named > 50


def test_kernels_and_paddings_that_are_proposed_fit(bench):
    for kernel, stride, size in product((3, 5, 8), (1, 2), (1, 2, 4)):
        if size >= kernel:
            continue
        text = f"nn.Conv1d(1, 1, {kernel}, stride={stride})"
        texts = bench.evaluate(
            """([text, size]) => {
              const { layers, framework } = convarith.reading.read(text);
              const network = { layers, framework, input: { channels: 1, sizes: [size] } };
              const count = convarith.network.countNetwork(network);
              return convarith.fixes.fixesOf(network, count).map((fix) => fix.text);
            }""",
            [text, size],
        )
        smaller = int(re.search(r"a kernel of (\d+) at most", texts[0])[1])
        more = int(re.search(r"a padding of (\d+) at least", texts[1])[1])
        assert smaller == size
        assert Axis(size=size, kernel=kernel, stride=stride, pad_low=more, pad_high=more).output >= 1
        with pytest.raises(ValueError):
            Axis(size=size, kernel=kernel, stride=stride, pad_low=more - 1, pad_high=more - 1)


def test_lines_are_added_repeated_moved_and_removed(opened):
    page = opened(workbench("nn.Conv2d(3, 8, 3)\nnn.ReLU()", input="3, 16, 16"))
    text = page.locator(".cw-text")

    def press(name, value=None):
        page.locator(f"[name={name}]" + (f'[value="{value}"]' if value else "")).click()
        return text.input_value().split("\n")

    def choose(number):
        page.locator(f'[name=choose][value="{number}"]').check()

    assert press("add", "pooling")[-1] == "nn.MaxPool2d(2)"
    assert press("add", "flatten")[-1] == "nn.Flatten()"
    assert press("add", "dense")[-1] == f"nn.Linear({8 * 7 * 7}, 10)"
    assert page.locator(".cw-verdict").inner_text().startswith("It fits. 5 layers")
    choose(2)
    assert press("up")[1:3] == ["nn.MaxPool2d(2)", "nn.ReLU()"]
    assert chosen(page) == "1", "the layer, not its place"
    assert press("down")[1:3] == ["nn.ReLU()", "nn.MaxPool2d(2)"]
    choose(0)
    assert page.locator("[name=up]").get_attribute("aria-disabled") == "true"
    assert press("again")[:2] == ["nn.Conv2d(3, 8, 3)"] * 2
    assert "Expects 3 channels" in page.locator(".cw-verdict").inner_text()
    assert len(press("out")) == 5
    keras_page = opened(workbench("keras.Sequential([\n    layers.Conv2D(4, 3),\n])"))
    keras_page.locator("[name=add][value=flatten]").click()
    assert keras_page.locator(".cw-text").input_value() == (
        "keras.Sequential([\n    layers.Conv2D(4, 3),\n    layers.Flatten(),\n])"
    )


def chosen(page):
    return page.locator("[name=choose]:checked").get_attribute("value")


def test_the_address_keeps_what_is_typed(opened):
    page = opened(workbench())
    page.locator("[name=example]").nth(1).click()
    page.locator(".cw-input").fill("20, 20, 1")
    page.locator("[name=choose]").nth(1).check()
    address = page.url
    shown = page.locator(".cw-table").inner_text()
    page.goto("about:blank")
    page.goto(address)
    assert page.locator(".cw-table").inner_text() == shown
    assert page.locator(".cw-input").input_value() == "20, 20, 1"
    assert chosen(page) == "1"
    page.goto(address.split("#")[0] + "#text=%E0%A4%A&input=3")  # cut off in the middle of a letter
    assert page.locator(".cw-table").count() == 1


def test_sizes_that_divide_are_named(opened):
    page = opened(workbench("nn.Conv2d(1, 1, 2, stride=2)", input="1, 9, 9"))
    near = page.locator(".cw-near", has_text="leaves cells unused").inner_text()
    assert near.endswith(": 1 × 6 × 6, 1 × 8 × 8, 1 × 10 × 10.")


def test_what_is_not_understood_is_marked_and_kept(opened):
    page = opened(workbench("nn.Conv2d(3, 8, 3)\nnn.Mystery(4)\nnn.ReLU()", input="3, 9, 9"))
    note = page.locator(".cw-notes li").inner_text()
    assert note.startswith("Line 2, nn.Mystery(4): ") and note.endswith(".")
    assert "nn.Mystery(4)" in page.locator(".cw-text").input_value()
    page.locator(".cw-input").fill("nonsense")
    assert page.locator(".cw-input").get_attribute("aria-invalid") == "true"


def test_the_field_and_the_layer_are_shown(opened):
    page = opened(workbench("nn.Conv2d(1, 1, 3, padding=1)\nnn.Conv2d(1, 1, 3, stride=2)", input="1, 12, 12"))
    page.locator("[name=choose]").nth(1).check()
    assert (
        page.locator(".cw-seen")
        .inner_text()
        .startswith("Output (2, 2) has a field of 5 × 5 cells, from row 3")
    )
    canvas = page.locator(".cw-canvas")
    canvas.hover(position={"x": 3, "y": 3})
    assert (
        page.locator(".cw-seen")
        .inner_text()
        .startswith("Output (0, 0) has a field of 5 × 5 cells, from row -1")
    )
    assert page.locator(".cw-layer .convarith-explorer").get_attribute("data-output-size") == "5"
    page.locator(".cw-file").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"no image"}
    )
    page.locator(".cw-seen", has_text="“a.txt” is not an image").wait_for()


def pixels_of(picture):
    """The colours of a PNG, as base64."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")).astype(int)


def test_the_field_lies_on_a_photograph_until_the_reader_brings_one(opened):
    page = opened(workbench("nn.Conv2d(3, 8, 3)", input="3, 224, 224"))
    page.wait_for_function("convarith.photograph && document.querySelector('.cw-canvas').width === 320")
    look = """() => {
      const canvas = document.querySelector(".cw-canvas");
      return canvas.toDataURL("image/png").split(",")[1];
    }"""
    seen = pixels_of(page.evaluate(look))
    expected = np.asarray(photograph().resize(seen.shape[:2])).astype(int)
    dimmed = 0.55 * expected  # but the field
    assert np.abs(seen - dimmed).mean() < 8
    assert page.locator(".cw-credit").inner_text().startswith("Photograph: Daniel Büchele, CC BY 2.0")
    own = io.BytesIO()
    Image.new("RGB", (4, 4), (200, 0, 0)).save(own, "PNG")
    page.locator(".cw-file").set_input_files(
        {"name": "own.png", "mimeType": "image/png", "buffer": own.getvalue()}
    )
    page.locator(".cw-credit").wait_for(state="hidden")
    red, green, blue = pixels_of(page.evaluate(look))[0, 0]
    assert red > 90 and green == blue == 0


def test_a_table_is_taken_away(opened):
    page = opened(workbench(FAILS, input="3, 36, 36"))
    for name, read in (
        ("csvOf", lambda text: list(csv.reader(io.StringIO(text)))),
        ("markdownOf", lambda text: [line[2:-2].split(" | ") for line in text.split("\n")]),
    ):
        text = page.evaluate(
            """([name, source]) => {
              const { layers, framework } = convarith.reading.read(source);
              const input = { channels: 3, sizes: [36, 36] };
              const count = convarith.network.countNetwork({ layers, framework, input });
              return convarith.results[name](count, framework);
            }""",
            [name, FAILS],
        )
        lines = read(text)
        assert lines[-1][2] == "10"
        assert len(lines) == 7 + (name == "markdownOf")


def test_the_code_of_a_network_makes_the_same_network_again(bench):
    """Written for Keras, run by Keras; written for PyTorch, read again."""
    texts = [
        "layers.Conv2D(8, 3, strides=2, padding='same')\nlayers.BatchNormalization()\nlayers.ReLU()\n"
        "layers.MaxPooling2D(2)\nlayers.ZeroPadding2D(1)\nlayers.UpSampling2D(2)\nlayers.Flatten()\nlayers.Dense(5)",
        "layers.Conv2DTranspose(4, 4, strides=2, padding='same')\nlayers.AveragePooling2D(3, strides=2)\n"
        "layers.GlobalAveragePooling2D()\nlayers.Dense(3, use_bias=False)\nlayers.Softmax()",
        "layers.DepthwiseConv2D(3)\nlayers.Conv2D(6, 1, use_bias=False)\nlayers.Cropping2D(1)\n"
        "layers.GlobalMaxPooling2D()",
    ]
    for text in texts:
        written, shapes, parameters = bench.evaluate(
            """(text) => {
              const { layers, framework } = convarith.reading.read(text);
              const input = { channels: 3, sizes: [16, 16] };
              const count = convarith.network.countNetwork({ layers, framework, input });
              const { networkCode } = convarith.network_code;
              const again = convarith.reading.read(networkCode("pytorch", count, input));
              const other = convarith.network.countNetwork({ ...again, input });
              const last = (one) => {
                const { sizes, channels } = one.rows[one.rows.length - 1].to;
                return { sizes, channels };
              };
              return [networkCode("keras", count, input), [last(count), last(other)],
                [count, other].map(({ totals }) => totals.parameters + totals.fixed)];
            }""",
            text,
        )
        assert "by hand" not in written
        names = {"keras": keras}
        exec(written, names)
        model = names["model"]
        assert shapes[0] == shapes[1] and parameters == [model.count_params()] * 2, written
        assert model.output_shape[1:] == (*shapes[0]["sizes"], shapes[0]["channels"])


def test_a_thousand_lines_are_read(opened):
    page = opened(workbench("nn.Conv2d(8, 8, 3, padding=1)\n" * 1000, input="8, 32, 32"))
    assert page.locator(".convarith-workbench").get_attribute("data-layers") == "1000"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_a_phone_is_wide_enough(opened, theme):
    page = opened(workbench(FAILS, input="3, 32, 32"), viewport=PHONE)
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    page.locator(".cw-numbers > summary").click()
    assert page.locator(".cw-ways h3").count() == 2
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_widget_tells_its_model(browser):
    page = browser.new_page()
    page.evaluate(
        """async (source) => {
          document.body.innerHTML = "<main></main>";
          const blob = new Blob([source], { type: "text/javascript" });
          const { default: { render } } = await import(URL.createObjectURL(blob));
          const traits = { text: "nn.Flatten()", input: "1, 4, 4" };
          window.told = traits;
          const heard = {};
          const model = { get: (name) => traits[name], set: (name, value) => { traits[name] = value; },
            save_changes: () => {}, on: (event, listener) => { heard[event] = listener; } };
          window.say = (name, value) => { traits[name] = value; heard[`change:${name}`](); };
          render({ model, el: document.querySelector("main") });
        }""",
        workbench().view._esm,
    )
    page.locator("[name=add][value=dense]").click()
    assert page.evaluate("told.text") == "nn.Flatten()\nnn.Linear(16, 10)"
    page.evaluate("say('text', 'nn.Conv2d(1, 2, 3)')")
    assert "2 × 2 × 2" in page.locator(".cw-table").inner_text()
    page.close()


def layers_of_every_kind():
    for size, kernel, stride, padding in product(
        (6, 9), (1, 2, 3), (1, 2, 3), (0, 1, (1, 0), "same", "causal")
    ):
        for sizes in ((size,), (size, size + 1), (size, size + 1, 5)):
            if padding == "causal" and len(sizes) > 1:
                continue
            given = {"size": sizes, "channels": 4, "kernel": kernel, "stride": stride}
            given["padding"] = [padding] * len(sizes) if isinstance(padding, tuple) else padding
            yield partial(Conv, **given, filters=6, groups=2, bias=size == 6)
            yield partial(SeparableConv, **given, filters=6)
            yield partial(Pool, **given)
            yield partial(Pool, **given, operation="average", count_padding=True, ceil_mode=stride == 2)
            yield partial(TransposedConv, **given, filters=6)
            yield partial(AdaptivePool, size=sizes, channels=4, output=kernel)
    yield partial(Conv.depthwise, size=(7, 7), channels=4, kernel=3, multiplier=2)
    yield partial(Conv, size=(7, 7), channels=4, filters=2, kernel=3, padding=1, padding_mode="reflect")
    yield partial(Dense, inputs=7, units=3, bias=False)


def test_layers_of_the_library_are_counted_as_the_library_counts_them(bench):
    """By the code that `workbench` writes of them, which the script then reads."""
    layers = []
    for make in layers_of_every_kind():
        with contextlib.suppress(ValueError):  # what does not fit
            layers.append(make())
    shown, refused = [], 0
    for layer in layers:
        try:
            shown.append((workbench([layer]), layer))
        except ValueError as error:
            assert str(error).startswith(
                "the workbench reads layers as PyTorch code, but for layer 1: PyTorch"
            )
            refused += 1
    counts = bench.evaluate(
        """(cases) => cases.map(([text, given]) => {
          const reading = convarith.reading.read(text), [channels, ...sizes] = given.split(", ").map(Number);
          const network = { ...reading, input: { channels, sizes } };
          const { rows, totals, misfit } = convarith.network.countNetwork(network);
          const { to } = rows.length ? rows[rows.length - 1] : { to: {} };
          const notes = reading.notes.map(({ why }) => why);
          return { shape: [...to.sizes || [], to.channels], totals, why: misfit ? misfit.why : "", notes };
        })""",
        [[one.view.text, one.view.input] for one, _ in shown],
    )
    for (one, layer), count in zip(shown, counts, strict=True):
        assert (count["why"], count["notes"]) == ("", []), (layer, one.view.text, count)
        assert tuple(count["shape"]) == tuple(layer.output_shape), (layer, one.view.text)
        assert count["totals"]["parameters"] == layer.parameters, (layer, one.view.text)
        assert count["totals"]["macs"] == layer.macs, (layer, one.view.text)
    assert len(shown) > 300 and refused


def test_what_is_no_network_is_refused():
    for wrong in (5, [5], Axis(size=5, kernel=3), {"a": 1}):
        with pytest.raises(TypeError, match="what must be the source of a network, or a list of layers"):
            workbench(wrong)
    shown = workbench([Dense(inputs=4, units=2)])
    assert shown.view.input == "4" and "nn.Linear(4, 2)" in shown.view.text
    assert "<pre>" in shown.html() and workbench("a<b").html().count("a&lt;b") == 2
