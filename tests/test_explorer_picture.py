"""The picture of a layer: its scale and place, what lights up, hands on it, and two side by side."""

import re
from itertools import pairwise, product

import pytest
from browsing import DESK, PHONE, drag_finger
from playwright.sync_api import expect
from test_explorer_words import every_axis, given_to_script

from convarith import Axis, Conv, Pool, TransposedAxis, explore

pytest_plugins = ["explorer_pages"]

UNDER = (".cv-player", ".cv-told", ".cv-formula", ".cv-code")
# Where parts lie in the explorer, however far the page has scrolled.
PLACES = """(root, parts) => parts.map((part) => {
  const { left, top, width, height } = root.querySelector(part).getBoundingClientRect();
  return [left, top - root.getBoundingClientRect().top, width, height].map((one) => one.toFixed(3));
})"""


def root_of(page):
    return page.locator(".convarith-explorer")


def slide(root, name, value):
    root.locator(f'input[name="{name}"]').fill(str(value))


def cell_size(root, role):
    """Width of a cell in pixels, from the drawing and its view."""
    return root.locator(f".cv-{role} .cv-drawing").evaluate(
        "(svg) => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width"
    )


def test_input_kernel_and_output_have_cells_of_one_size(opened):
    for layer in (
        Axis(size=16, kernel=3, stride=2),
        Axis(size=9, kernel=4, pad_low=3, pad_high=3),
        TransposedAxis(size=4, kernel=3, stride=3),
    ):
        for touch in (False, True):
            root = root_of(opened(explore(layer), touch=touch))
            sizes = [cell_size(root, role) for role in ("input", "kernel", "output")]
            assert sizes == pytest.approx([sizes[0]] * 3, rel=1e-3) and sizes[0] > 5, layer
            stage = root.locator(".cv-stage").bounding_box()
            for grid in root.locator(".cv-grid .cv-drawing").all():
                box = grid.bounding_box()
                assert stage["x"] <= box["x"] and box["x"] + box["width"] <= stage["x"] + stage["width"]
                assert stage["y"] <= box["y"] and box["y"] + box["height"] <= stage["y"] + stage["height"] + 1


@pytest.mark.parametrize("touch", [False, True])
@pytest.mark.parametrize("operation", ["conv", "pool", "transposed"])
def test_nothing_moves_while_a_slider_does(opened, operation, touch):
    page = opened(explore(size=7, kernel=3, operation=operation), touch=touch)
    root = root_of(page)
    root.locator("summary").click()
    page.evaluate(
        """() => {
          window.shifts = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) window.shifts += entry.value;
          }).observe({ type: "layout-shift" });
        }"""
    )

    places = root.evaluate(PLACES, UNDER)
    for name, values in {
        "size": (1, 4, 16),
        "kernel": (1, 9, 2),
        "stride": (6, 1),
        "padding": (8, 0, 1),
        "dilation": (4, 2),
        "step": (1, 0),
    }.items():
        for value in values:
            slide(root, name, value)
            assert root.evaluate(PLACES, UNDER) == places, (name, value)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("window.shifts") == 0


def test_on_a_phone_picture_and_sliders_share_one_screen(opened):
    root = root_of(opened(explore(size=16, kernel=3), touch=True))
    top = root.locator(".cv-stage").bounding_box()["y"]
    last = root.locator('.cv-control[data-of="dilation"]').bounding_box()
    result = root.locator(".cv-result").bounding_box()
    assert top < result["y"] < last["y"]
    assert last["y"] + last["height"] - top < PHONE["height"]


def test_a_term_lights_in_the_picture_and_a_cell_lights_its_terms(opened):
    page = opened(explore(size=6, kernel=3, stride=2, padding=1))
    root = root_of(page)

    def lit(role):
        return root.locator(f".cv-{role} .cv-grid path.cv-lit, .cv-{role} path.cv-lit").get_attribute("d")

    numbers = root.locator(".cv-formula .cv-numbers")
    for term, role, path in (
        ("input", "input", "M0 0h6v6h-6z"),
        ("output", "output", "M0 0h1v1h-1z"),
        ("span", "input", "M-1 -1h3v3h-3z"),
        ("stride", "input", "M-1 -1h3v3h-3zM1 -1h3v3h-3z"),
        ("low", "input", "M-1 -1h1v8h-1zM0 -1h7v1h-7z"),
    ):
        numbers.locator(f'[data-term="{term}"]').first.hover()
        assert lit(role).startswith(path), term
        assert root.locator(f'.cv-numbers [data-term="{term}"].cv-lit').count() >= 1
    root.locator(".cv-said").hover()
    assert [lit(role) or "" for role in ("input", "output")] == ["", ""]
    outputs = root.locator(".cv-output .cv-drawing")
    outputs.hover(position={"x": 5, "y": 5})
    terms = root.locator(".cv-numbers .cv-lit").evaluate_all("(all) => all.map((one) => one.dataset.term)")
    assert set(terms) == {"output", "span"}


def test_the_strip_has_the_cells_of_the_formula(script):
    axes = list(every_axis())
    strips = script.evaluate(
        """(axes) => axes.map((axis) =>
          convarith.ruler.stripOf(axis, convarith.arithmetic.countAxis(axis)))""",
        list(map(given_to_script, axes)),
    )
    for axis, strip in zip(axes, strips, strict=True):
        cells, bars = (
            [(term, many) for term, many in parts if many] for parts in (strip["cells"], strip["bars"])
        )
        total = sum(many for _, many in cells)
        assert total == sum(many for _, many in bars), axis
        steps = [many for term, many in bars if term == "stride"]
        assert ("span", axis.span) in bars and set(steps) <= {axis.stride}, axis
        if isinstance(axis, TransposedAxis):
            assert len(steps) == axis.size - 1 and dict(cells)["output"] == axis.output, axis
        else:
            assert len(steps) == axis.output - 1 and dict(cells)["input"] == axis.size, axis
            assert dict(bars).get("rest", 0) == axis.unused, axis
            assert dict(cells).get("over", 0) == axis.overhang, axis


def test_every_number_of_the_formula_has_the_colour_of_what_it_counts(opened):
    root = root_of(opened(explore(size=7, kernel=3, stride=2, padding=1)))
    terms = root.locator(".cv-numbers [data-term]").evaluate_all(
        "(all) => all.map((one) => [one.dataset.term, one.textContent, getComputedStyle(one).color])"
    )
    colours = {}
    for term, _, colour in terms:
        colours.setdefault(term, set()).add(colour)
    assert all(len(of_one) == 1 for of_one in colours.values())
    meanings = ("input", "low", "span", "stride", "output", "rest")
    words = root.locator(".cv-words [data-term=rest]").evaluate("(one) => getComputedStyle(one).color")
    assert len({*(colour for term in meanings[:-1] for colour in colours[term]), words}) == len(meanings)
    assert {"input", "low", "high", "span", "stride", "steps", "output"} <= set(colours)
    slider = root.locator('.cv-control[data-of="stride"] [data-term]')
    assert {slider.evaluate("(one) => getComputedStyle(one).color")} == colours["stride"]


def middle_of(root, selector):
    box = root.locator(selector).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, start, to):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*to, steps=6)
    page.mouse.up()


def test_the_window_and_the_padding_are_dragged(opened):
    page = opened(explore(size=8, kernel=3, stride=2))
    root = root_of(page)
    unit = cell_size(root, "input")
    x, y = middle_of(root, ".cv-input .cv-frame")
    drag(page, (x, y), (x + 4 * unit, y + 2 * unit))
    assert root.locator("[name=step]").input_value() == str(1 * 3 + 2)
    box = root.locator(".cv-input .cv-drawing").bounding_box()
    edge = (box["x"] + 0.1 * unit, box["y"] + box["height"] / 2)
    drag(page, edge, (edge[0] - 2 * unit, edge[1]))
    assert root.locator('input[name="padding"]').input_value() == "2"
    assert root.get_attribute("data-output-size") == str(
        Axis(size=8, kernel=3, stride=2).padded_by(2, 2).output
    )
    root.locator("[name=rule]").select_option("sides")
    unit = cell_size(root, "input")
    box = root.locator(".cv-input .cv-drawing").bounding_box()
    edge = (box["x"] + box["width"] - 0.1 * unit, box["y"] + box["height"] / 2)
    drag(page, edge, (edge[0] + unit, edge[1]))
    assert [root.locator(f'input[name="pad_{side}"]').input_value() for side in ("low", "high")] == ["0", "1"]


def test_a_finger_drags_the_window_and_the_padding_and_scrolls_nothing(opened):
    page = opened(explore(size=8, kernel=3, stride=2), touch=True)
    root = root_of(page)
    before = page.evaluate("scrollY")
    unit = cell_size(root, "input")
    x, y = middle_of(root, ".cv-input .cv-frame")
    drag_finger(page, (x, y), (x + 4 * unit, y + 4 * unit))
    expect(root.locator("[name=step]")).to_have_value(str(2 * 3 + 2))
    x, y = middle_of(root, ".cv-input .cv-frame")
    drag_finger(page, (x, y), (x, y - 4 * unit))
    expect(root.locator("[name=step]")).to_have_value("2")
    box = root.locator(".cv-input .cv-drawing").bounding_box()
    edge = (box["x"] + box["width"] / 2, box["y"] + box["height"] - 0.1 * unit)
    drag_finger(page, edge, (edge[0], edge[1] + 3 * unit))
    expect(root.locator('input[name="padding"]')).to_have_value("3")
    assert page.evaluate("scrollY") == before


def test_a_rule_says_in_the_padding_s_own_field_what_it_comes_to(opened):
    root = root_of(opened(explore(size=8, kernel=3, padding="same")))
    typed, slider = root.locator("[name=padding-typed]"), root.locator('input[name="padding"]')
    assert (typed.input_value(), slider.input_value()) == ("1", "1")
    slide(root, "kernel", 4)
    assert (typed.input_value(), slider.input_value()) == ("1, 2", "2")
    root.locator("[name=rule]").select_option("valid")
    assert typed.input_value() == "0"
    typed.fill("3")
    assert root.locator("[name=rule]").input_value() == "number" and typed.input_value() == "3"


def test_a_cell_stays_marked_where_it_was_clicked(opened):
    page = opened(explore(size=6, kernel=3))
    root, said = root_of(page), root_of(page).locator(".cv-said")
    unit = cell_size(root, "input")
    root.locator(".cv-input .cv-drawing").click(position={"x": 4.6 * unit, "y": 4.6 * unit})
    assert said.inner_text().startswith("Input (4, 4) is read 4 times")
    page.mouse.move(2, 2)
    assert said.inner_text().startswith("Input (4, 4)")
    root.locator(".cv-input .cv-drawing").press("Escape")
    assert said.inner_text().startswith("Output (0, 0)")


def test_one_axis_lies_on_a_tape_with_the_kernel_under_its_window(opened):
    axis = Axis(size=9, kernel=3, pad_low=2, pad_high=1, dilation=2)
    root = root_of(opened(explore(Conv(size=9, channels=1, filters=1, kernel=3, stride=1))))
    assert root.locator("[name=tape]").is_checked() and root.get_attribute("data-output-size") == "7"
    root = root_of(opened(explore(axis)))
    root.locator("[name=tape]").check()
    for step in range(axis.output):
        slide(root, "step", step)
        cells = re.findall(r"M(-?[\d.]+) 0h1v1", root.locator(".cv-kernel .cv-cells").get_attribute("d"))
        assert [float(x) for x in cells] == list(axis.window(step))
        kernel, field = (
            root.locator(f".cv-{role} .cv-drawing").bounding_box() for role in ("kernel", "input")
        )
        assert kernel["x"] == pytest.approx(field["x"], abs=1)
    root.locator("summary").click()
    root.locator(".cv-keras", has_text="Conv1D").wait_for()


def test_two_settings_are_compared_by_what_differs(opened):
    tensorflow = Axis(size=8, kernel=3, stride=2).same()
    pytorch = Axis(size=8, kernel=3, stride=2).padded_by(1, 1)
    page = opened(explore(tensorflow, against=pytorch))
    root = root_of(page)
    other = root.locator(".cv-other")
    captions = root.locator(".cv-caption")
    assert captions.all_inner_texts() == [
        "TensorFlow’s same: padding (0, 1). Both: input size 8, kernel 3, stride 2.",
        "PyTorch’s padding 1: padding (1, 1). Hatched: padding, which no window reads.",
    ]
    assert root.locator("mark").all_inner_texts() == ["(0, 1)", "(1, 1)"]
    sizes = [cell_size(picture, "input") for picture in root.locator(".cv-picture").all()]
    assert sizes == pytest.approx([sizes[0]] * 2, rel=1e-3)  # of one scale
    assert other.locator(".cv-input .cv-unused").get_attribute("d") != ""  # of it, the last cell is not read
    root.locator("[name=alone]").click()
    assert other.count() == 0 and not root.locator("[name=alone], .cv-caption").first.is_visible()
    slide(root, "kernel", 4)
    root.locator("[name=keep]").click()
    assert captions.all_inner_texts() == [
        "This: the same setting. Both: input size 8, kernel 4, stride 2.",
        "Compared with: the same setting. Hatched: padding, which no window reads.",
    ]
    slide(root, "stride", 1)
    assert captions.all_inner_texts() == [
        "This: stride 1, output 6 × 6. Both: input size 8, kernel 4.",
        "Compared with: stride 2, output 3 × 3. Hatched: padding, which no window reads.",
    ]


@pytest.mark.parametrize(
    ("name", "shown", "captions"),
    [
        (
            "TensorFlow’s same, PyTorch’s padding 1",
            4,
            [
                "TensorFlow’s same: padding (0, 1). Both: input size 8, kernel 3, stride 2.",
                "PyTorch’s padding 1: padding (1, 1). Hatched: padding, which no window reads.",
            ],
        ),
        (
            "transposed, kernels 4 and 3",
            10,
            [
                "Kernel 4: kernel 4, output 10 × 10. Both: input size 4, stride 2.",
                "Kernel 3: kernel 3, output 9 × 9.",
            ],
        ),
        (
            "floor and ceil_mode",
            3,
            [
                "floor: ceil_mode off, output 3 × 3. Both: input size 7, kernel 2, stride 2.",
                "ceil_mode: ceil_mode on, output 4 × 4.",
            ],
        ),
    ],
)
def test_pairs_to_compare(opened, name, shown, captions):
    root = root_of(opened(explore()))
    root.get_by_role("button", name=name).click()
    assert root.get_attribute("data-output-size") == str(shown)
    assert root.locator(".cv-caption").all_inner_texts() == captions


def test_settings_with_names_do_what_the_name_says(opened):
    root = root_of(opened(explore(size=8)))

    def press(name):
        root.get_by_role("button", name=name, exact=True).click()
        return root.get_attribute("data-output-size"), root.locator(".cv-input .cv-unused").get_attribute("d")

    assert press("halve exactly") == ("4", "")  # of 8, with nothing left
    assert press("keep the size") == ("8", "")
    assert press("causal") == ("12", "")
    assert root.locator(".cv-said").inner_text() == "Output 0 reads cells −2 to 0."
    size, unread = press("gridding")
    assert size == "3" and unread  # every second row is never read
    assert press("chessboard")[0] == "9"
    levels = {
        level for level in range(1, 5) if root.locator(f".cv-output .cv-writes-{level}").get_attribute("d")
    }
    slide(root, "step", 15)
    assert len(levels | {1}) >= 1 and root.locator(".cv-output .cv-writes-4").get_attribute("d")


def test_a_kernel_of_ones_own_is_typed_cell_by_cell(opened):
    root = root_of(opened(explore(size=5, kernel=2)))
    root.locator("[name=weights]").select_option("own")
    fields = root.locator(".cv-own input")
    assert [field.input_value() for field in fields.all()] == ["-1", "0", "1", "-1"]
    fields.nth(1).fill("2")
    assert root.locator(".cv-sum").inner_text().startswith("2·−1 + 5·2 + 9·1 + 3·−1 = 14.")
    fields.nth(0).fill("x")
    assert fields.nth(0).get_attribute("aria-invalid") == "true"
    assert root.locator(".cv-sum").inner_text().endswith(" = 14.")
    root.locator("[name=weights]").select_option("blur")
    assert not fields.first.is_visible()
    assert root.locator(".cv-kernel text").all_text_contents() == ["0.25"] * 4


def test_stamps_accumulate_and_are_written_out(opened):
    root = root_of(opened(explore(size=3, kernel=3, stride=2, operation="transposed")))
    assert root.locator(".cv-step").inner_text() == "stamp"
    numbers = root.locator(".cv-output text")
    first = numbers.all_text_contents()
    assert first[3] == "0"  # not written yet
    assert root.locator(".cv-said").inner_text() == "Input (0, 0) writes to rows 0 to 2 and columns 0 to 2."
    slide(root, "step", 8)
    unit = cell_size(root, "output")
    root.locator(".cv-output .cv-drawing").click(position={"x": 2.6 * unit, "y": 2.6 * unit})
    assert (
        root.locator(".cv-said").inner_text().startswith("Output (2, 2) is written 4 times, by input (0, 0)")
    )
    products, total = re.fullmatch(
        r"(.*) = (-?\d+)\.", root.locator(".cv-sum").inner_text().replace("−", "-")
    ).groups()
    pairs = re.findall(r"(-?\d+)·(-?\d+)", products)
    assert len(pairs) == 4 and sum(int(a) * int(b) for a, b in pairs) == int(total)
    assert numbers.nth(2 * 7 + 2).text_content().replace("−", "-") == total
    sums = numbers.all_text_contents()
    root.locator("[name=way][value=gather]").click()
    # Between the data of the stretched input there are zeros, which are white: two rows and two columns.
    assert (
        root.locator(".cv-input .cv-zeros").get_attribute("d")
        == "M0 1h5v1h-5zM0 3h5v1h-5zM1 0h1v5h-1zM3 0h1v5h-1z"
    )
    names = [name.bounding_box() for name in root.locator(".cv-name").all()]
    assert all(one["x"] + one["width"] < other["x"] for one, other in pairwise(names))
    assert root.locator(".cv-step").inner_text() == "window"
    assert root.locator(".cv-input .cv-name").inner_text() == "Stretched 5 × 5"
    assert numbers.all_text_contents() == sums


def test_the_cell_that_wins_a_pool_is_ringed(opened):
    root = root_of(opened(explore(size=4, kernel=2, operation="pool")))
    for step in range(4):
        slide(root, "step", step)
        x, y = map(
            float,
            re.match(
                r"M([\d.]+) ([\d.]+)h", root.locator(".cv-input .cv-winner").get_attribute("d")
            ).groups(),
        )
        value = root.locator(".cv-input text").nth(int(y) * 4 + int(x)).text_content()
        assert value == root.locator(".cv-output text").nth(step).text_content()
    root.locator("[name=pooling]").select_option("average")
    assert not root.locator(".cv-input .cv-winner").get_attribute("d")


def test_a_chapter_shows_what_it_has_taught_and_the_rest_when_asked(opened):
    root = root_of(opened(explore(size=5, kernel=3, controls=["size", "kernel"])))
    assert root.locator(".cv-symbols").inner_text() == "o = i − k + 1"
    assert root.locator(".cv-formula .cv-numbers").inner_text() == "o = 5 − 3 + 1 = 3"
    for name in ("stride", "padding", "dilation", "tape", "cost", "weights"):
        assert not root.locator(f"[name={name}]").is_visible()
    assert not root.locator(".cv-tabs").first.is_visible()
    root.locator("[name=all]").click()
    assert root.locator("[name=stride]").is_visible() and root.locator(".cv-tabs").first.is_visible()
    assert "⌊" in root.locator(".cv-symbols").inner_text()
    pool = root_of(opened(explore(size=5, kernel=2, operation="pool", controls=["size", "kernel", "stride"])))
    assert pool.locator("[name=ceil_mode]").is_visible() and not pool.locator("[name=padding]").is_visible()
    with pytest.raises(ValueError, match="controls must be one of size, kernel"):
        explore(controls=["colour"])


def test_what_a_layer_costs_is_what_the_library_counts(opened):
    layer = Conv(size=(6, 6), channels=4, filters=8, kernel=3, padding="same", groups=2)
    root = root_of(opened(explore(layer, cost=True)))
    said = root.locator(".cv-costs").inner_text()
    expected = (
        f"{layer.parameters:,} parameters, {layer.macs:,} multiply-accumulates, {layer.activations:,} act"
    )
    assert said.startswith(expected)
    root.locator('[name="groups-typed"]').fill("3")
    assert root.locator(".cv-costs").inner_text() == "Channels must be a multiple of groups (3), but is 4."
    root.locator('[name="groups-typed"]').fill("1")
    root.locator("summary").click()
    root.locator(".cv-pytorch", has_text="nn.Conv2d(4, 8, 3").wait_for()
    names = [root.locator(f".cv-{name}").inner_text() for name in ("keras", "onnx", "jax")]
    assert all(name for name in names)


def test_the_explorer_fills_the_window_and_goes_back(opened):
    page = opened(explore(), explore(Pool(size=(5, 5), channels=1, kernel=2)))
    root = root_of(page).first
    before = cell_size(root, "input")
    root.locator("[name=full]").click()
    box = root.bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, DESK["width"], DESK["height"])
    page.wait_for_function(
        """(before) => {
          const svg = document.querySelector(".cv-input .cv-drawing");
          return svg.getBoundingClientRect().width / svg.viewBox.baseVal.width > before;
        }""",
        arg=before,
    )
    page.keyboard.press("Escape")
    assert root.locator("[name=full]").inner_text() == "Full window"
    assert root.bounding_box()["width"] < DESK["width"]


@pytest.mark.parametrize(("button", "end"), [("svg", "svg"), ("png", "png"), ("film", "svg")])
def test_the_picture_is_taken_away(opened, button, end):
    page = opened(explore(size=5, kernel=3, stride=2))
    root = root_of(page)
    root.locator("[name=step]").fill("2")
    with page.expect_download() as download:
        root.locator(f"[name={button}]").click()
    name = "convarith-conv-animation" if button == "film" else "convarith-conv"
    assert download.value.suggested_filename == f"{name}.{end}"
    assert root.locator(f"[name={button}]").inner_text() == "Saved"
    data = download.value.path().read_bytes()
    assert data[:4] in (b"<svg", b"\x89PNG")
    if end == "svg":
        assert "Input 5 × 5".encode() in data
        assert (b"@keyframes" in data) == (button == "film")
    assert root.locator("[name=step]").input_value() == "2"


def test_numbers_are_large_enough_or_it_is_said_that_cells_are_too_small(opened):
    for size, touch in product((5, 9, 14, 16), (False, True)):
        root = root_of(opened(explore(size=size, kernel=3, padding=1), touch=touch))
        root.locator("[name=values]").check()
        heights = root.locator(".cv-grids text").evaluate_all(
            """(texts) => texts.map((text) => (
              parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))"""
        )
        note = "The cells are too small for numbers." in root.locator(".cv-sum").inner_text()
        assert note == (not heights), (size, touch)
        assert min(heights, default=9) >= 6.4, (size, touch)
    assert note  # of 16 cells on a phone


def test_values_are_on_where_they_can_be_read():
    for size, kernel, stride in product((5, 9, 10, 28), (3,), (1, 2)):
        shown = explore(size=size, kernel=kernel, stride=stride)
        assert shown.view.values == (size <= 9)
    assert not explore(size=5, kernel=3, stride=2, operation="transposed").view.values
