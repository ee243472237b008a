"""The workbench under the hand: its link, its table at any width, its keys, and the way to it."""

from itertools import product
from urllib.parse import quote

import pytest
from browsing import DESK, PHONE
from playwright.sync_api import expect

from convarith import workbench

pytest_plugins = ["workbench_pages"]

TABLET = {"width": 768, "height": 1024}
LINES = "nn.Conv2d(3, 8, 3)\nnn.ReLU()\nnn.MaxPool2d(2)\nnn.Conv2d(8, 4, 3, stride=2, padding=1)"
PRINTED = """ResNet(
  (conv1): Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
  (bn1): BatchNorm2d(64, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
  (layer1): Sequential(
    (0): Bottleneck(
      (conv1): Conv2d(64, 64, kernel_size=(1, 1), stride=(1, 1), bias=False)
      (bn1): BatchNorm2d(64, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
      (relu): ReLU(inplace=True)
    )
  )
  (avgpool): AdaptiveAvgPool2d(output_size=(1, 1))
  (fc): Linear(in_features=64, out_features=1000, bias=True)
)"""


def explored(page):
    """What the explorer of the chosen layer shows."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".cw-layer [name]")].filter((one) => one.name !== "play")
          .map((one) => [one.name, one.type === "checkbox" ? one.checked : one.value, one.ariaPressed])
          .concat([["output", document.querySelector(".cw-layer .convarith-explorer").dataset.outputSize]])"""
    )


def test_a_link_reopens_what_was_tried_in_the_explorer(opened):
    page = opened(workbench(LINES, input="3, 9, 12"))
    page.locator("[name=choose]").nth(3).check()
    layer = page.locator(".cw-layer")
    before = explored(page)
    layer.locator("[name=kernel-typed]").fill("4")
    layer.locator("[name=values]").check()
    layer.locator("[name=forward]").click()
    layer.locator("[name=rule]").select_option("same")
    page.locator("[name=code][value=jax]").click()
    shown, code = explored(page), page.locator(".cw-code").inner_text()
    assert shown != before
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".cw-trying [name=link]").click()
    expect(page.locator(".cw-copied")).to_have_text("Copied: a link that reopens what you see.")
    link = page.evaluate("navigator.clipboard.readText()")
    page.wait_for_url(lambda url: url == link)  # the address itself keeps it, too
    page.goto("about:blank")
    page.goto(link)
    assert explored(page) == shown and page.locator(".cw-code").inner_text() == code
    page.locator("[name=choose]").nth(0).check()
    page.locator("[name=choose]").nth(3).check()
    assert explored(page) == before, "what was tried is of one sight, and the network stays as it is"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_link_with_something_tried_opens_where_it_was_tried(opened, size):
    page = opened(workbench(LINES, input="3, 9, 12"), viewport=size)
    address = page.url.split("#")[0] + f"#text={quote(LINES)}&input=3, 9, 12&chosen=3"
    for end, led in (("", False), ("&tried=kernel%3D4", True)):
        page.goto("about:blank")
        page.goto(address + end)
        expect(page.locator(".cw-about")).to_contain_text("Layer 4")
        assert page.evaluate("scrollY > 300") == led
        if led:
            page.wait_for_function("document.querySelector('.cw-about').getBoundingClientRect().top < 100")
            expect(page.locator(".cw-about")).to_be_in_viewport()
            assert page.locator(".cw-layer [name=kernel-typed]").input_value() == "4"


def test_the_output_that_was_clicked_stays_and_is_in_the_link(opened):
    page = opened(workbench("nn.Conv2d(1, 1, 3)\nnn.ReLU()", input="1, 12, 12"))
    canvas, said = page.locator(".cw-canvas"), page.locator(".cw-seen")
    canvas.hover(position={"x": 300, "y": 3})
    page.mouse.move(5, 5)
    assert said.inner_text().startswith("Output (5, 5) "), "nothing was clicked"
    canvas.click(position={"x": 300, "y": 3})
    canvas.hover(position={"x": 3, "y": 3})
    page.mouse.move(5, 5)
    assert said.inner_text().startswith("Output (0, 9) ")
    page.wait_for_url(lambda url: "at=0%2C9" in url)
    address = page.url
    for asked, there in (("0%2C9", "(0, 9)"), ("0%2C10", "(5, 5)"), ("x", "(5, 5)")):
        page.goto("about:blank")
        page.goto(address.replace("0%2C9", asked))
        assert said.inner_text().startswith(f"Output {there} ")
    page.goto("about:blank")
    page.goto(address)
    page.locator("[name=choose]").nth(1).check()
    assert "at=" not in page.url and said.inner_text().startswith("Output (5, 5) ")


def test_a_press_anywhere_in_a_row_chooses_its_layer(opened):
    page = opened(workbench("nn.Conv2d(3, 8, 3)\nnn.ReLU()\nnn.Conv2d(4, 8, 3)", input="3, 9, 9"))
    for row, cell in ((1, "th"), (0, "td >> nth=4"), (3, "td")):  # the last is the note of the third layer
        page.locator(".cw-table tbody tr").nth(row).locator(cell).click()
        layer = min(row, 2)
        assert page.locator("[name=choose]:checked").get_attribute("value") == str(layer)
        expect(page.locator(".cw-which")).to_contain_text(f"Layer {layer + 1},")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_verdict_stands_beside_the_text_or_right_under_it(opened, size):
    page = opened(workbench(LINES, input="3, 9, 9"), viewport=size)
    text, answer, build = (page.locator(f".cw-{name}").bounding_box() for name in ("text", "answer", "build"))
    below = text["y"] + text["height"]
    if size == DESK:
        assert answer["x"] > text["x"] + text["width"] and answer["y"] < text["y"] + 10
    else:
        assert 0 <= answer["y"] - below < 40 and build["y"] >= answer["y"] + answer["height"]
    assert build["y"] >= below
    if size == PHONE:
        verdict = page.locator(".cw-verdict p").first.bounding_box()
        head = page.locator(".convarith-workbench").bounding_box()
        assert verdict["y"] - head["y"] < size["height"]


def test_links_that_nobody_wrote_do_no_harm(opened):
    page = opened(workbench())
    base = page.url.split("#")[0]
    for end in ("tried=kernel=99&code=fortran", "chosen=abc&tried=%", "chosen=77&tried=own=<b>"):
        page.goto("about:blank")
        page.goto(f"{base}#text=nn.Conv2d(3, 8, 3)&input=3, 9, 9&{end}")
        assert page.locator(".cw-table tbody tr").count() == 1
        assert page.locator("[name=code][aria-pressed=true]").get_attribute("value") == "keras"
    page.goto(f"{base}#somewhere")
    assert page.locator(".cw-table tbody tr").count() == 1, "no network is asked for, so this one stays"


@pytest.mark.parametrize("size", [DESK, TABLET, PHONE], ids=["desk", "tablet", "phone"])
@pytest.mark.parametrize("source", [LINES, PRINTED], ids=["lines", "printed"])
def test_nothing_of_the_table_is_cut_off(opened, size, source):
    page = opened(workbench(source, input="3, 224, 224"), viewport=size)
    page.locator("[name=choose]").nth(1).check()
    faults = page.evaluate(
        """() => {
          const table = document.querySelector(".cw-table"), { right, left } = table.getBoundingClientRect();
          const all = (selector) => [...document.querySelectorAll(`.cw-table ${selector}`)], found = [];
          for (const row of all("tr")) row.style.contentVisibility = "visible";
          for (const cell of all("tbody td, .cw-table tbody th, .cw-table tfoot td")) {
            const box = cell.getBoundingClientRect(), said = cell.textContent;
            if (cell.classList.contains("cw-none")) {
              if (!["", "–", "0", "0 B"].includes(said)) found.push(`${said} is called nothing`);
              continue;
            }
            if (!box.width) found.push(`${said} is not shown`);
            if (box.right > right + 0.5 || box.left < left - 0.5) found.push(`${said} sticks out`);
            if (cell.scrollWidth > cell.clientWidth + 1) found.push(`${said} has too little room`);
          }
          for (const button of document.querySelectorAll(".cw-tools button")) {
            const box = button.getBoundingClientRect();
            if (!box.width || box.right > right + 0.5) found.push(`${button.name} is not in reach`);
          }
          if (all('[data-head="output"]').some((cell) => cell.clientHeight > 30)) found.push("a shape wraps");
          const [head] = all("thead th"), isFolded = head.getBoundingClientRect().width < 2;
          for (const cell of isFolded ? all("tbody [data-head]") : []) {
            const isNamed = getComputedStyle(cell, "::before").content.includes(cell.dataset.head);
            const needed = cell.offsetWidth && cell.dataset.head !== "output"; // which stands beside the name
            if (needed && !isNamed) found.push(`${cell.textContent} has no name`);
          }
          if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls");
          return found;
        }"""
    )
    assert faults == []


@pytest.mark.parametrize("source", [LINES, PRINTED], ids=["lines", "printed"])
def test_heads_stand_over_their_numbers(opened, source):
    page = opened(workbench(source, input="3, 224, 224"))
    ends = page.evaluate(
        """() => ["thead tr", "tbody tr:not(.cw-told)", "tfoot tr"].map((row) => (
          [...document.querySelectorAll(`.cw-table ${row}:first-child > *`)].map((cell) => (
            Math.round(cell.getBoundingClientRect().right)))))"""
    )
    assert len(ends[0]) == 12 and ends[0] == ends[1] == ends[2]


def test_every_column_says_what_it_is(opened):
    page = opened(workbench(LINES))
    heads = page.locator(".cw-table thead th").all_inner_texts()[1:]
    page.locator(".cw-legend summary").click()
    assert page.locator(".cw-legend dt").all_inner_texts() == heads
    meanings = page.locator(".cw-legend dd").all_inner_texts()
    assert [one.get_attribute("title") for one in page.locator(".cw-table thead th[title]").all()] == meanings
    assert page.locator(".cw-legend a").get_attribute("href") == "notation.html"


def test_tab_passes_the_workbench_in_few_steps_and_arrows_do_the_rest(opened):
    page = opened(
        workbench("nn.Conv2d(3, 8, 3)\n" + 30 * "nn.Conv2d(8, 8, 3, padding=1)\n", input="3, 70, 70")
    )
    assert page.locator(".cw-layer .convarith-explorer").count() == 0, "it is too large to be drawn"
    page.locator(".cw-text").focus()
    steps = []
    while not steps or steps[-1] != "cw-code":
        page.keyboard.press("Tab")
        steps.append(page.evaluate("document.activeElement.name || document.activeElement.className"))
        assert len(steps) < 20, steps
    assert steps.count("choose") == 1 and steps.count("example") == 1
    page.locator("[name=choose]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == "2"
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.name") == "up"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "down", "the focus stays where the work is"
    assert page.locator("[name=choose]:checked").get_attribute("value") == "3"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.name") == "out"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.name") == "up", "round and round"


def test_lines_of_a_class_are_left_to_the_text(opened):
    page = opened(workbench())
    assert "move or remove it in the text" in page.locator(".cw-which").inner_text()
    assert not page.locator("[name=out]").is_visible()


def test_the_keys_go_from_output_to_output(opened):
    page = opened(workbench("nn.Conv2d(1, 1, 3)", input="1, 5, 7"))
    page.locator(".cw-canvas").focus()
    said = page.locator(".cw-seen")
    assert said.inner_text().startswith("Output (1, 2) ")
    for key, at in (
        ("ArrowDown", "(2, 2)"),
        ("ArrowDown", "(2, 2)"),
        ("ArrowLeft", "(2, 1)"),
        ("ArrowUp", "(1, 1)"),
    ):
        page.keyboard.press(key)
        assert said.inner_text().startswith(f"Output {at} ")


def test_what_is_copied_is_said(opened):
    page = opened(workbench(LINES))
    said = page.locator(".cw-copied[role=status]")
    for name, words in {
        "csv": "Copied: the table, as CSV.",
        "markdown": "Copied: the table, as Markdown.",
        "copy-code": "Copied: the code.",
    }.items():
        page.locator(f"[name={name}]").click()
        assert said.inner_text() == words


@pytest.mark.parametrize("size", [DESK, TABLET, PHONE], ids=["desk", "tablet", "phone"])
def test_the_explorer_has_room_and_fills_the_window(opened, size):
    page = opened(workbench("nn.ConvTranspose2d(3, 8, 3, stride=2)", input="3, 9, 9"), viewport=size)
    layer = page.locator(".cw-layer")
    width = "(one) => one.getBoundingClientRect().width"
    assert layer.locator("input[name=step]").evaluate(width) > 100
    assert layer.locator("input[name=kernel][type=range]").evaluate(width) > 100
    lines = "(one) => one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight)"
    labels = layer.locator(".cv-control label:visible")
    assert all(label.evaluate(lines) < 1.5 for label in labels.all()), "a label goes over two lines"
    layer.locator("[name=full]").click()
    assert all(label.evaluate(lines) < 1.5 for label in labels.all()), "a label goes over two lines"
    box = layer.locator(".cv-full").bounding_box()
    assert box == {"x": 0, "y": 0, **size}
    back = layer.locator("[name=full]").bounding_box()
    assert back["y"] < 40 and back["x"] + back["width"] > size["width"] - 60
    others = layer.locator(".cv-tabs button").all()
    assert all(
        one["x"] + one["width"] <= back["x"] or one["y"] >= back["y"] + back["height"]
        for one in (other.bounding_box() for other in others)
        if one
    ), "the way back lies on a tab"
    page.keyboard.press("Escape")
    assert layer.locator(".cv-full").count() == 0


def settings():
    """States of the explorer of one layer."""
    for operation, rule, kernel, stride, tape in product(
        ("conv", "pool", "transposed"),
        ("number", "valid", "same", "full", "sides"),
        (2, 3),
        (1, 2, 3),
        (False, True),
    ):
        state = {
            "operation": operation,
            "rule": rule,
            "tape": tape,
            "pad_low": 1,
            "pad_high": 0,
            "padding": 1,
        }
        state |= {"kernel": kernel, "stride": stride, "size": 8, "rectangular": True, "size_columns": 9}
        state |= {"kernel_columns": 2, "stride_columns": stride, "padding_columns": 1}
        state |= {"dilation": 1, "dilation_columns": 1, "ceil_mode": False, "pooling": "max"}
        yield state
        if operation == "pool":
            average = {"ceil_mode": True, "pooling": "average_padded"}
            yield state | average
            yield state | average | {"dilation": 2, "dilation_columns": 2}  # which no framework has


def test_the_way_from_an_explorer_to_the_workbench_carries_its_layer(bench):
    states = list(settings())
    found = bench.evaluate(
        """(states) => {
          document.body.innerHTML = '<a href="https://book.example/workbench.html">Workbench</a><div></div>';
          const root = document.querySelector("div"), { LayerExplorer } = convarith.layer;
          const explorer = new LayerExplorer(root, states[0], { link: "page.html" }).open();
          return states.map((state) => {
            explorer.set(state);
            const way = root.querySelector(".cv-to-workbench");
            way.dispatchEvent(new Event("pointerdown")); // somebody is about to go
            const { hash, origin } = way, asked = convarith.address.askedIn(hash);
            if (!hash || explorer.shown.why) return null;
            const { layers, framework } = convarith.reading.read(asked.text);
            const input = convarith.inputs.readInput(asked.input, framework);
            const { rows } = convarith.network.countNetwork({ layers, framework, input });
            const { counts } = explorer.shown, own = state.tape ? counts.slice(1) : counts;
            return [origin, asked.chosen, rows[rows.length - 1].to.sizes, own.map(({ output }) => output)];
          });
        }""",
        states,
    )
    carried = [one for one in found if one]
    for origin, chosen, sizes, outputs in carried:
        assert (origin, chosen) == ("https://book.example", 0) and sizes == outputs
    assert len(carried) > 150 and None in found, "an explorer may show what no framework has"
