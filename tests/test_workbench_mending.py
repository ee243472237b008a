"""What would mend a network, written into its text: read again, and made by Keras."""

from pathlib import Path

import keras
import pytest
from grids import many
from playwright.sync_api import expect

from convarith import Conv, workbench

pytest_plugins = ["workbench_pages"]

PASTED = sorted(Path(__file__).parent.glob("data/pasted/*/*.*"))
MOST = many(8, 2)  # numbers of a text that are broken, one at a time

# Each number of a text in turn is another; of each proposal, what is written, read again.
MEND = """([text, most]) => {
  const { read } = convarith.reading, { countNetwork } = convarith.network, { fixesOf } = convarith.fixes;
  const first = read(text);
  if (!first.layers.length) return [];
  const input = first.input || convarith.inputs.usualInput(first), found = [];
  const count = (reading) => countNetwork({ ...reading, input }, { fields: false });
  const numbers = [...text.matchAll(/\\b\\d+\\b/g)];
  const every = Math.max(1, Math.floor(numbers.length / most));
  for (const [n, { 0: number, index }] of numbers.entries()) {
    for (const other of n % every ? [] : [Number(number) + 1, 5 * Number(number) + 9]) {
      const broken = text.slice(0, index) + other + text.slice(index + number.length), reading = read(broken);
      const network = { ...reading, input }, { rows, misfit } = count(reading);
      if (!misfit) continue;
      for (const fix of fixesOf(network, count(reading)).filter((one) => !one.input)) {
        const mended = convarith.mending.mended(broken, network, fix, rows.length - 1);
        if (!mended) {
          found.push({ done: "none" });
          continue;
        }
        const again = read(mended.text), counted = count(again);
        const farther = !counted.misfit || counted.rows.length > rows.length;
        found.push({
          broken, fix: fix.text, done: mended.done, text: mended.text,
          good: fix.fits ? !counted.misfit : farther, same: again.layers.length === fix.network.layers.length,
        });
      }
    }
  }
  return found;
}"""


def test_what_is_written_mends_what_did_not_fit(bench):
    every = [case for path in PASTED for case in bench.evaluate(MEND, [path.read_text(), MOST])]
    for case in every:
        assert case["done"] == "none" or (case["good"] and case["same"]), case
    done = [case["done"] for case in every]
    assert set(done) == {"changed", "shared", "anew", "none"} and len(done) > 60 * MOST
    assert done.count("none") < 0.05 * len(done), "numbers that several layers share"
    assert done.count("changed") > 0.9 * len(done)
    for case in every:
        if case["done"] == "changed" and "Flatten" not in case["text"]:
            assert len(case["text"].split("\n")) == len(case["broken"].split("\n")), (
                "no other line is touched"
            )


def offers(bench, text, sizes):
    """Proposals, and the text that each makes of a text."""
    return dict(
        bench.evaluate(
            """([text, [channels, ...sizes]]) => {
              const reading = convarith.reading.read(text);
              const network = { ...reading, input: { channels, sizes } };
              const count = convarith.network.countNetwork(network), n = count.rows.length - 1;
              const fixes = convarith.fixes.fixesOf(network, count).filter((fix) => !fix.input);
              return fixes.map((fix) => [fix.text, convarith.mending.mended(text, network, fix, n)?.text]);
            }""",
            [text, sizes],
        )
    )


IN_A_CLASS = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)  # (comment, 1)
        self.fc = nn.Linear({features}, 10)

    def forward(self, x):
        {forward}"""
PRINTED = """Sequential(
  (0): Conv2d(1, 4, kernel_size=(3, 3), stride=(1, 1))
  (1): Conv2d({}, 2, kernel_size=(1, 1))
)"""
SEPARATE = "x = self.conv(x)\n        return self.fc(x.view({shape}))"


@pytest.mark.parametrize(
    ("text", "sizes", "fix", "written"),
    [
        ("nn.Conv1d(1, 1, 5)", (1, 4), "a kernel of 4 at most in line 1", "nn.Conv1d(1, 1, 4)"),
        (
            "nn.Conv1d(1, 1, 5)",
            (1, 4),
            "a padding of 1 at least on both sides in line 1",
            "nn.Conv1d(1, 1, 5, padding=1)",
        ),
        ("nn.MaxPool2d((3, 5))", (1, 9, 4), "a kernel of 4 at most in line 1", "nn.MaxPool2d((3, 4))"),
        (
            "nn.Conv2d(\n    3,\n    8,\n    kernel_size=(1, 1),\n    groups=2,\n)",
            (3, 4, 4),
            "groups=1 in place of 2 in line 1",
            "nn.Conv2d(\n    3,\n    8,\n    kernel_size=(1, 1),\n    groups=1,\n)",
        ),
        (
            "nn.Conv2d(1, 4, 3)\nnn.Conv2d(8, 2, 3)",
            (1, 9, 9),
            "out_channels=8 in place of 4 in line 1",
            "nn.Conv2d(1, 8, 3)\nnn.Conv2d(8, 2, 3)",
        ),
        (
            "nn.Sequential(\n    nn.Conv2d(1, 4, 3),\n    nn.Linear(8, 2),\n)",
            (1, 5, 5),
            "a flatten before it and in_features=36 in place of 8 in line 3",
            "nn.Sequential(\n    nn.Conv2d(1, 4, 3),\n    nn.Flatten(),\n    nn.Linear(36, 2),\n)",
        ),
        (
            "model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Linear(36, 2))",
            (1, 5, 5),
            "a flatten before it",
            "model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(36, 2))",
        ),
        (
            IN_A_CLASS.format(features=36, forward="return self.fc(F.relu(self.conv(x)))"),
            (1, 3, 3),
            "a flatten before it",
            IN_A_CLASS.format(features=36, forward="return self.fc(torch.flatten(F.relu(self.conv(x)), 1))"),
        ),
        (
            IN_A_CLASS.format(features=100, forward=SEPARATE.format(shape="-1, 100")),
            (1, 3, 3),
            "36 in place of 100 in line 9",
            IN_A_CLASS.format(features=36, forward=SEPARATE.format(shape="-1, 36")),
        ),
        (
            IN_A_CLASS.format(features=36, forward="return self.fc(torch.flatten(self.conv(x), 1))"),
            (1, 5, 5),
            "padding=0 in place of 1 in line 4",
            IN_A_CLASS.format(features=36, forward="return self.fc(torch.flatten(self.conv(x), 1))").replace(
                "padding=1", "padding=0"
            ),
        ),
        (
            "class Net(nn.Module):\n    def forward(self, x):\n        return F.max_pool2d(x, 4)",
            (1, 3, 3),
            "a kernel of 3 at most in line 3",
            "class Net(nn.Module):\n    def forward(self, x):\n        return F.max_pool2d(x, 3)",
        ),
        (
            "keras.Sequential([\n    layers.Conv2D(4, 5, strides=(1, 1)),\n])",
            (1, 4, 4),
            'padding="same" in line 2',
            'keras.Sequential([\n    layers.Conv2D(4, 5, strides=(1, 1), padding="same"),\n])',
        ),
        (
            PRINTED.format(5),
            (1, 5, 5),
            "in_channels=4 in place of 5 in line 3",
            PRINTED.format(4),
        ),
    ],
)
def test_one_argument_is_written_and_the_rest_stays(bench, text, sizes, fix, written):
    found = offers(bench, text, sizes)
    assert found.get(fix) == written, found


def test_padding_of_a_layer_before_is_offered_and_of_all(bench):
    lines = "nn.Conv2d(1, 2, 3{})\nnn.Conv2d(2, 2, 5{})\nnn.Flatten()\nnn.Linear({}, 9)"
    padded = lines.format(", padding=1", ", padding=2", 2 * 3 * 3)
    found = offers(bench, padded, (1, 9, 9))
    assert found["no padding in any convolution"] == lines.format(", padding=0", ", padding=0", 18)
    bare = lines.format("", "", 2 * 9 * 9)
    found = offers(bench, bare, (1, 9, 9))
    assert found["padding=(k - 1) // 2 in every convolution"] == lines.format(
        ", padding=1", ", padding=2", 162
    )
    gaps = lines.format(", dilation=2", "", 2 * 9 * 9)
    found = offers(bench, gaps, (1, 9, 9))
    assert found["padding=d * (k - 1) // 2 in every convolution"] == lines.format(
        ", dilation=2, padding=2", ", padding=2", 162
    )


@pytest.mark.parametrize("last", ["Conv2D(6, kernel_size=5)", "MaxPooling2D(5)", "MaxPool2D((4, 5), 2)"])
def test_keras_makes_what_is_written(bench, last):
    text = f"""model = keras.Sequential([
    keras.Input((9, 9, 1)),
    keras.layers.Conv2D(4, 3, strides=2),
    keras.layers.{last},
])"""
    fixed = offers(bench, text, (1, 9, 9))
    assert len(fixed) > 1
    for fix, written in fixed.items():
        names = {"keras": keras}
        exec(written, names)
        counted = bench.evaluate(
            """(text) => {
              const reading = convarith.reading.read(text);
              const { rows } = convarith.network.countNetwork(reading);
              const { sizes, channels } = rows[rows.length - 1].to;
              return [...sizes, channels];
            }""",
            written,
        )
        assert names["model"].output_shape == (None, *counted) and min(counted) > 0, fix


# Of a text and the settings of its layer in the explorer: what is written into the text.
TRY = """([text, [channels, ...sizes], n, settings]) => {
  const { layers, framework } = convarith.reading.read(text), { triedIn, shownOf } = convarith.trying;
  const { rows } = convarith.network.countNetwork({ layers, framework, input: { channels, sizes } });
  const initial = { ...convarith.state.DEFAULTS, ...shownOf(rows[n], n, framework).state };
  const state = { ...initial, ...settings };
  const explorer = { state, initial, shown: convarith.state.countLayer(state) };
  const { change, why } = triedIn(layers[n], explorer, framework);
  return why || convarith.mending.withChange(text, layers, n, change);
}"""
NO_CHANGE = "Nothing in the layer is changed yet."
OTHER_KIND = "A different kind of layer has a different name: change it in the text."
KERAS_POOL = "keras.Sequential([\n    layers.MaxPooling2D(2),\n])"


@pytest.mark.parametrize(
    ("text", "sizes", "n", "settings", "written"),
    [
        ("nn.Conv2d(3, 8, 3)", (3, 9, 9), 0, {}, NO_CHANGE),
        ("nn.Conv2d(3, 8, 3)", (3, 9, 9), 0, {"size": 5, "values": True, "step": 3}, NO_CHANGE),
        ("nn.Conv2d(3, 8, 3)", (3, 9, 9), 0, {"kernel": 5, "padding": 2}, "nn.Conv2d(3, 8, 5, padding=2)"),
        ("nn.Conv2d(3, 8, 3)", (3, 9, 9), 0, {"rule": "same"}, "nn.Conv2d(3, 8, 3, padding=1)"),
        (
            "nn.Conv2d(3, 8, 3, padding='same')",
            (3, 9, 9),
            0,
            {"kernel": 5},
            "nn.Conv2d(3, 8, 5, padding='same')",
        ),
        ("nn.Conv2d(3, 8, 3)", (3, 9, 9), 0, {"rule": "sides", "pad_low": 1, "pad_high": 0}, ""),
        (
            "nn.Conv2d(4, 8, 3, bias=False)",
            (4, 9, 9),
            0,
            {"filters": 6, "groups": 2, "bias": True, "dilation": 2},
            "nn.Conv2d(4, 6, 3, bias=True, dilation=2, groups=2)",
        ),
        (
            "nn.Conv2d(3, 8, 3)",
            (3, 9, 9),
            0,
            {"rectangular": True, "stride_columns": 2},
            "nn.Conv2d(3, 8, 3, stride=(1, 2))",
        ),
        ("nn.Conv3d(1, 2, (2, 3, 3))", (1, 9, 9, 9), 0, {"kernel": 4}, "nn.Conv3d(1, 2, (2, 4, 4))"),
        ("nn.Conv1d(1, 2, 3)", (1, 9), 0, {"stride": 2}, "nn.Conv1d(1, 2, 3, stride=2)"),
        ("nn.MaxPool2d(2)", (1, 9, 9), 0, {"kernel": 3}, "nn.MaxPool2d(3, stride=2)"),
        ("nn.MaxPool2d(2)", (1, 9, 9), 0, {"ceil_mode": True}, "nn.MaxPool2d(2, ceil_mode=True)"),
        ("nn.MaxPool2d(2)", (1, 9, 9), 0, {"operation": "conv"}, OTHER_KIND),
        (
            "nn.ConvTranspose2d(1, 1, 3, 2)",
            (1, 4, 4),
            0,
            {"output_padding": 1, "padding": 1},
            "nn.ConvTranspose2d(1, 1, 3, 2, padding=1, output_padding=1)",
        ),
        (KERAS_POOL, (1, 9, 9), 0, {"rule": "same"}, KERAS_POOL.replace("(2)", '(2, padding="same")')),
        (KERAS_POOL, (1, 9, 9), 0, {"rule": "number", "padding": 2}, ""),
        (
            "keras.Sequential([\n    layers.Conv2D(4, 3, padding='same'),\n])",
            (1, 9, 9),
            0,
            {"kernel": 5, "stride": 2, "bias": False},
            "keras.Sequential([\n    layers.Conv2D(4, 5, padding='same', strides=2, use_bias=False),\n])",
        ),
        (
            "nn.Sequential(nn.Conv2d(1, 2, 3), nn.Conv2d(2, 2, 3))",
            (1, 9, 9),
            1,
            {"kernel": 2},
            "nn.Sequential(nn.Conv2d(1, 2, 3), nn.Conv2d(2, 2, 2))",
        ),
        ("p = nn.MaxPool2d(2)\nnn.Sequential(p, p)", (1, 9, 9), 1, {"kernel": 3}, ""),
    ],
)
def test_what_is_tried_is_written_into_the_line_of_its_layer_alone(bench, text, sizes, n, settings, written):
    assert bench.evaluate(TRY, [text, sizes, n, settings]) == written


def test_what_is_tried_is_put_into_the_text_and_taken_back(opened):
    text = "nn.Conv2d(3, 16, 3, bias=False)\nnn.ReLU()"
    page = opened(workbench(text, input="3, 9, 9"))
    page.locator("[name=choose]").nth(0).check()
    layer, put, source = page.locator(".cw-layer"), page.locator("[name=put]"), page.locator(".cw-text")
    row = page.locator(".cw-trying")
    said = row.locator(".cw-put")
    assert put.get_attribute("aria-disabled") == "true" and said.inner_text() == NO_CHANGE
    put.dispatch_event("click")
    assert source.input_value() == text
    layer.locator("[name=cost]").check()
    cost = Conv(size=(9, 9), channels=3, filters=16, kernel=3, bias=False)
    assert (
        f"{cost.parameters:,} parameters, {cost.macs:,} multiply" in layer.locator(".cv-costs").inner_text()
    )
    layer.locator("[name=stride-typed]").fill("2")
    layer.locator("[name=padding-typed]").fill("1")
    expect(put).to_have_attribute("aria-disabled", "false")
    put.click()
    assert source.input_value() == text.replace("bias=False", "bias=False, stride=2, padding=1")
    assert said.inner_text() == page.locator(".cw-did").inner_text() == "Written into line 1."
    expect(page.locator(".cw-table tbody tr").first).to_contain_text("16 × 5 × 5")
    assert put.get_attribute("aria-disabled") == "true"
    layer.locator("[name=kernel-typed]").fill("2")
    expect(put).to_have_attribute("aria-disabled", "false")
    row.locator("[name=take-back]").click()
    assert source.input_value() == text and not row.locator("[name=take-back]").is_visible()
    page.locator(".cw-text").fill("p = nn.MaxPool2d(2)\nnn.Sequential(p, p)")
    expect(page.locator(".cw-asks")).not_to_be_empty()
    page.locator(".cw-input").fill("1, 9, 9")
    layer.locator("[name=kernel-typed]").fill("3")
    expect(said).to_have_text("Line 1 makes several layers: change it in the text.")
    assert put.get_attribute("aria-disabled") == "true"


FAILS = IN_A_CLASS.format(features=36, forward="return self.fc(torch.flatten(self.conv(x), 1))")


def test_every_remedy_can_be_tried_and_taken_back(opened):
    page = opened(workbench(FAILS, input="1, 5, 5"))
    verdict, text = page.locator(".cw-verdict"), page.locator(".cw-text")
    expect(page.locator("[name=apply]").first).to_be_visible()
    remedies = verdict.locator("li").count()
    assert remedies >= 3 and page.locator("[name=apply]").count() == remedies
    for n in range(remedies):
        page.locator("[name=apply]").nth(n).click()
        expect(verdict).to_contain_text("It fits.")
        assert page.locator(".cw-did").inner_text().startswith(("Written into", "The input is now"))
        page.locator("[name=undo]").click()
        expect(verdict).to_contain_text("does not fit.")
        assert text.input_value() == FAILS and page.locator(".cw-input").input_value() == "1, 5, 5"
        assert not page.locator("[name=undo]").is_visible()
        expect(page.locator("[name=apply]")).to_have_count(remedies)


def test_an_example_that_was_pressed_gives_the_text_back(opened):
    page = opened(workbench("nn.Conv2d(3, 8, 3)", input="3, 9, 9"))
    page.locator("[name=example]").first.click()
    page.locator("[name=example]").last.click()
    page.locator("[name=undo]").click()
    page.locator("[name=undo]").click()
    assert page.locator(".cw-text").input_value() == "nn.Conv2d(3, 8, 3)"
    assert page.evaluate("document.activeElement.className") == "cw-text", "where the button was"
    page.locator("[name=add]").first.click()
    page.locator(".cw-text").fill("nn.ReLU()")
    expect(page.locator("[name=undo]")).to_be_hidden()  # what is typed has an undo of its own
