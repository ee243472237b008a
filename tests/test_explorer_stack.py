"""The explorer of a stack: its table is edited, and what an output has seen is drawn."""

import random
import re
from itertools import product

import pytest
from accessibility import violations
from browsing import Visit, drag_finger, tap
from explorer_pages import write_page
from grids import EXHAUSTIVE, many

from convarith import Conv, Pool, explore_stack, receptive_field
from convarith.explorer.stack import MOST_LAYERS

pytest_plugins = ["explorer_pages"]

NUMBERS = ("kernel", "stride", "padding", "dilation")
KINDS = ("conv", "max", "average", "average_padded")
USUAL = [3, 1, 0, 1]

TABLE = """(root) => [...root.querySelectorAll(".cv-layer[data-layer]")].map((row) => ({
  numbers: [...row.querySelectorAll("input")].map((field) => Number(field.value)),
  padding: row.querySelector(".cv-ruled").textContent,
  kind: row.querySelector("select").value,
  results: [...row.querySelectorAll(".cv-number")].map((cell) => cell.textContent.replace("−", "-")),
  chosen: row.classList.contains("cv-chosen"),
}))"""


def output_of(root):
    return root.get_attribute("data-output-size")


def field(root, name, layer):
    return root.get_by_label(f"{name} of layer {layer}", exact=True)


def handle(root, layer):
    return root.get_by_label(f"layer {layer}", exact=True)


def focus_of(root):
    return root.page.evaluate("document.activeElement.getAttribute('aria-label')")


def middle_of(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def text_of(number):
    return str(int(number) if number == int(number) else number)


def axes_of(size, stack, rule="number"):
    """The axes of such a stack, by the library; up to the layer that does not fit, and why it does not."""
    shown = explore_stack(size=size, kernel=1)
    shown.view.rule = rule
    for count in range(1, len(stack) + 1):
        shown.view.stack = stack[:count]
        try:
            axes = shown.axes
        except ValueError as error:
            return axes[: count - 1] if count > 1 else (), f"Layer {count}: {error}."
    return axes, ""


def results_of(axes, count):
    """What the table says of each layer: output, r, S, and start and centre of output 0."""
    rows = []
    for depth in range(1, len(axes) + 1):
        seen = receptive_field(axes[:depth])
        numbers = (axes[depth - 1].output, seen.size, seen.stride, seen.start, seen.centre(0))
        rows.append([text_of(number) for number in numbers])
    return rows + [["–"] * 5] * (count - len(rows))


def check(root, stack, kinds, chosen=None, size=20, rule="number"):
    """The table and the picture show a stack as the library counts it."""
    axes, why = axes_of(size, stack, rule)
    table = root.evaluate(TABLE)
    assert [row["numbers"] for row in table] == stack
    assert [row["kind"] for row in table] == kinds
    assert [row["results"] for row in table] == results_of(axes, len(stack)), stack
    assert root.locator(".cv-problem").inner_text() == why
    assert output_of(root) == ("" if why else str(axes[-1].output))
    if chosen is not None:
        assert [row["chosen"] for row in table] == [n == chosen - 1 for n in range(len(stack))]


class Model:
    """A stack of layers in Python, on which a hand does what another does on the page."""

    def __init__(self, root, stack, kinds):
        self.root, self.stack, self.kinds = root, [list(layer) for layer in stack], list(kinds)

    def lists(self, change):
        change(self.stack)
        change(self.kinds)

    def move(self, at, to):
        self.lists(lambda entries: entries.insert(to, entries.pop(at)))
        return to

    def up(self, at):
        self.root.get_by_label(f"move layer {at + 1} up").click()
        return self.move(at, at - 1)

    def down(self, at):
        self.root.get_by_label(f"move layer {at + 1} down").click()
        return self.move(at, at + 1)

    def up_by_key(self, at):
        handle(self.root, at + 1).press("Alt+ArrowUp")
        return self.move(at, at - 1)

    def down_by_key(self, at):
        handle(self.root, at + 1).press("ArrowDown")
        return self.move(at, at + 1)

    def drag(self, at, to):
        mouse = self.root.page.mouse
        handle(self.root, at + 1).scroll_into_view_if_needed()
        mouse.move(*middle_of(handle(self.root, at + 1)))
        mouse.down()
        mouse.move(*middle_of(handle(self.root, to + 1)), steps=4)
        mouse.up()
        return self.move(at, to)

    def duplicate(self, at):
        self.root.get_by_label(f"duplicate layer {at + 1}").click()
        self.stack.insert(at, list(self.stack[at]))
        self.kinds.insert(at, self.kinds[at])
        return at + 1

    def remove(self, at):
        self.root.get_by_label(f"remove layer {at + 1}").click()
        self.lists(lambda entries: entries.pop(at))
        return min(at, len(self.stack) - 1)

    def add(self):
        self.root.get_by_role("button", name="Add a layer").click()
        self.stack.append(list(USUAL))
        self.kinds.append("conv")
        return len(self.stack) - 1

    def possible(self, chance):
        """Everything that can be done at some layer."""
        at, last = chance.randrange(len(self.stack)), len(self.stack) - 1
        ways = [(self.drag, at, chance.randrange(last + 1))]
        ways += [(way, at) for way in (self.up, self.up_by_key) if at > 0]
        ways += [(way, at) for way in (self.down, self.down_by_key) if at < last]
        ways += [(self.remove, at)] if last else []
        return ways + ([(self.duplicate, at), (self.add,)] if last + 1 < MOST_LAYERS else [])


def of_kinds():
    conv = {"channels": 1, "filters": 1}
    return explore_stack(
        [
            Conv(size=20, kernel=5, padding=2, **conv),
            Pool(size=20, channels=1, kernel=2),
            Conv(size=10, kernel=3, **conv),
        ]
    )


@pytest.mark.parametrize("seed", range(many(4, 2)))
def test_what_is_done_to_rows_is_done_to_the_stack(opened, seed):
    """By button, key and mouse, whatever comes first; the row in question keeps the focus, and is chosen."""
    root = opened(of_kinds()).locator(".convarith-explorer")
    chance = random.Random(seed)
    model = Model(root, [[5, 1, 2, 1], [2, 2, 0, 1], [3, 1, 0, 1]], ["conv", "max", "conv"])
    done = set()
    for _ in range(18):
        if chance.random() < 0.4:
            at, n = chance.randrange(len(model.stack)), chance.randrange(4)
            value = chance.randint(*((1, 4), (1, 2), (0, 2), (1, 2))[n])
            field(root, NUMBERS[n], at + 1).fill(str(value))
            model.stack[at][n] = value
            assert focus_of(root) == f"{NUMBERS[n]} of layer {at + 1}"
        else:
            way, *where = chance.choice(model.possible(chance))
            done.add(way.__name__)
            at = way(*where)
            if where[1:] != where[:1]:  # else it was a click on the handle
                assert focus_of(root) == f"layer {at + 1}"
            else:
                at = None
        check(root, model.stack, model.kinds, None if at is None else at + 1)
    assert len(done) > 4
    root.locator("[name=reset]").click()
    check(root, [[5, 1, 2, 1], [2, 2, 0, 1], [3, 1, 0, 1]], ["conv", "max", "conv"], 0)


def test_a_stack_has_one_layer_at_least_and_so_many_at_most(opened):
    root = opened(explore_stack(size=20, kernel=3, layers=1)).locator(".convarith-explorer")
    assert root.get_by_label("remove layer 1").is_disabled()
    assert root.get_by_label("move layer 1 up").is_disabled()
    for count in range(2, MOST_LAYERS + 1):
        root.get_by_label("duplicate layer 1").click()
        check(root, [USUAL] * count, ["conv"] * count, 2)
    assert root.get_by_role("button", name="Add a layer").is_disabled()
    assert root.get_by_label("duplicate layer 4").is_disabled()
    for key, at in (("ArrowDown", MOST_LAYERS), ("ArrowUp", 1)):
        handle(root, at).press(key)  # there is no further way
        check(root, [USUAL] * MOST_LAYERS, ["conv"] * MOST_LAYERS)
    with pytest.raises(ValueError, match=f"a stack has {MOST_LAYERS} layers at most"):
        explore_stack(layers=MOST_LAYERS + 1)
    assert root.evaluate("() => convarith.state.SLIDERS.layers.high") == MOST_LAYERS


def test_a_field_says_what_is_wrong_and_keeps_what_is_typed(opened):
    root = opened(explore_stack(size=20, kernel=3)).locator(".convarith-explorer")
    problem, kernel = root.locator(".cv-problem"), field(root, "kernel", 2)
    for bad, why in {
        "": "the field is empty",
        "10": "“10” is out of reach here",
        "x": "“x” is not one",
    }.items():
        kernel.fill(bad)
        assert problem.inner_text() == f"kernel of layer 2: a whole number from 1 to 9; {why}."
        assert (kernel.get_attribute("aria-invalid"), kernel.input_value()) == ("true", bad)
        assert focus_of(root) == "kernel of layer 2" and output_of(root) == "14"
    kernel.fill("05")
    assert kernel.input_value() == "05"  # as it is typed
    assert (problem.inner_text(), kernel.get_attribute("aria-invalid")) == ("", None)
    check(root, [USUAL, [5, 1, 0, 1], USUAL], ["conv"] * 3, 2)
    kernel.fill("77")
    field(root, "dilation", 3).click()  # what was not taken over is put right
    assert (problem.inner_text(), kernel.input_value()) == ("", "5")
    for key, value in (("ArrowUp", 2), ("ArrowUp", 3), ("ArrowDown", 2), ("ArrowDown", 1), ("ArrowDown", 1)):
        field(root, "dilation", 3).press(key)
        check(root, [USUAL, [5, 1, 0, 1], [3, 1, 0, value]], ["conv"] * 3, 3)
    field(root, "kernel", 3).fill("9")
    field(root, "kernel", 1).fill("9")
    field(root, "dilation", 2).fill("4")  # the second layer, and so the third, has no output
    check(root, [[9, 1, 0, 1], [5, 1, 0, 4], [9, 1, 0, 1]], ["conv"] * 3, 2)
    assert not root.locator(".cv-grids").is_visible()


def test_a_rule_pads_all_layers(opened):
    root = opened(explore_stack(size=20, kernel=3, padding=2)).locator(".convarith-explorer")
    field(root, "kernel", 2).fill("4")
    field(root, "stride", 2).fill("2")
    stack = [[3, 1, 2, 1], [4, 2, 2, 1], [3, 1, 2, 1]]
    for rule in ("same", "causal", "number"):
        root.locator("[name=rule]").select_option(rule)
        check(root, stack, ["conv"] * 3, 2, rule=rule)
        shown = [row["padding"] for row in root.evaluate(TABLE)]
        axes, _ = axes_of(20, stack, rule)
        expected = [f"{axis.pad_low}, {axis.pad_high}" for axis in axes]
        assert shown == ([""] * 3 if rule == "number" else expected)
        assert field(root, "padding", 1).is_visible() == (rule == "number")


def test_a_layer_is_chosen_by_a_click_or_by_focus_and_let_go(opened):
    root = opened(explore_stack(size=20, kernel=(3, 2, 5), stride=(1, 2, 1))).locator(".convarith-explorer")
    recurrence = root.locator(".cv-recurrence")

    def chosen():
        return [n for n, row in enumerate(root.evaluate(TABLE), start=1) if row["chosen"]]

    assert chosen() == [] and recurrence.inner_text().startswith("Layer 3")
    field(root, "stride", 2).focus()
    assert chosen() == [2] and recurrence.inner_text().startswith("Layer 2")
    root.locator(".cv-number").first.click()
    assert chosen() == [1]
    handle(root, 3).click()
    assert (chosen(), handle(root, 3).get_attribute("aria-pressed")) == ([3], "true")
    assert root.locator(".cv-labels .cv-chosen").inner_text() == "output: 5"
    handle(root, 3).press("Enter")
    assert (chosen(), handle(root, 3).get_attribute("aria-pressed")) == ([], "false")


def test_the_recurrence_leads_from_layer_to_layer(opened):
    stack = explore_stack(size=30, kernel=(3, 2, 5, 4), stride=(1, 2, 3, 1), dilation=(1, 2, 1, 1), padding=2)
    root = opened(stack).locator(".convarith-explorer")
    r, jump, pad = 1, 1, 0
    for n, axis in enumerate(stack.axes, start=1):
        field(root, "kernel", n).focus()
        seen = receptive_field(stack.axes[:n])
        lines = root.locator(".cv-recurrence p").all_inner_texts()
        assert lines[:4] == [
            f"Layer {n}",
            f"r ← r + d(k − 1) · S = {r} + {axis.dilation}({axis.kernel} − 1) · {jump} = {seen.size}",
            f"P ← P + plow · S = {pad} + {axis.pad_low} · {jump} = {seen.padding}",
            f"S ← S · s = {jump} · {axis.stride} = {seen.stride}",
        ]
        said = [re.split(" = ", line, maxsplit=1)[1].rsplit(" = ", 1) for line in lines[1:4]]
        for sum_, total in said:
            python = re.sub(r"(\d+)\(", r"\1 * (", sum_).replace("·", "*").replace("−", "-")
            assert eval(python) == int(total), sum_
        r, jump, pad = seen.size, seen.stride, seen.padding


SEEN = """(root) => {
  const { left, right, width } = root.querySelector(".cv-tapes svg").getBoundingClientRect();
  const view = root.querySelector(".cv-tapes svg").getAttribute("viewBox").split(" ").map(Number);
  const cells = (x) => (x - left) / width * view[2] + view[0];
  const box = (name) => {
    const { left, right } = root.querySelector(name).getBoundingClientRect();
    return [left, right];
  };
  const isOn = (name) => getComputedStyle(root.querySelector(name)).display !== "none";
  const [from, to] = box(".cv-centre");
  return {
    bracket: box(".cv-bracket").map(cells), centre: isOn(".cv-centre") && cells((from + to) / 2),
    jump: isOn(".cv-jump") && box(".cv-jump").map(cells), view: [view[0], view[0] + view[2]],
    texts: [...root.querySelectorAll(".cv-seen p")].map((one) => one.textContent.replace("−", "-")),
    inside: [...root.querySelectorAll(".cv-seen p")].every((one) => {
      const { left: a, right: b } = one.getBoundingClientRect(); return a > left - 90 && b < right + 1; }),
  };
}"""


@pytest.mark.parametrize(
    "given",
    [
        {"size": 21, "kernel": 3, "stride": (1, 2, 1)},
        {"size": 16, "kernel": (2, 4), "stride": (3, 1), "padding": 2},
        {"size": 32, "kernel": 2, "padding": "causal", "dilation": (1, 2, 4, 8)},
        {"size": 9, "kernel": 3, "stride": 2, "padding": "same", "layers": 3},
        {"size": 30, "kernel": 3, "stride": 2, "padding": "same", "layers": 6},  # most of it lies outside
    ],
)
@pytest.mark.parametrize("touch", [False, True])
def test_field_start_centre_and_jump_are_drawn_where_they_are(opened, given, touch):
    stack = explore_stack(**given)
    seen = receptive_field(stack.axes)
    outputs = stack.axes[-1].output
    root = opened(stack, touch=touch).locator(".convarith-explorer")
    for j in {0, outputs // 2, outputs - 1}:
        root.locator("[name=step]").fill(str(j))
        drawn, cells = root.evaluate(SEEN), seen.interval(j)
        low, high = drawn["view"]
        near = {"abs": (high - low) / 150}  # a pixel or two

        def within(place, low=low, high=high):
            return min(max(place, low), high)

        assert drawn["bracket"] == pytest.approx([within(cells.start), within(cells.stop)], **near)
        middle = seen.centre(j) + 0.5
        if low <= middle <= high:
            assert drawn["centre"] == pytest.approx(middle, **near)
        else:
            assert drawn["centre"] is False
        jumps = "" if outputs == 1 else f", S = {seen.stride}"
        centre = text_of(seen.centre(j))
        assert drawn["texts"] == [f"r = {seen.size}, centre {centre}", f"start {cells.start}{jumps}"]
        assert drawn["inside"]
        if outputs == 1:
            assert drawn["jump"] is False
            continue
        first = min(j, outputs - 2)
        starts = [within(seen.interval(first + more).start) for more in (0, 1)]
        if starts[1] > starts[0]:
            assert drawn["jump"] == pytest.approx(starts, **near)


def test_a_stack_shows_what_an_output_has_seen_and_who_sees_an_input(opened):
    page = opened(explore_stack(size=16, kernel=2, dilation=(1, 2, 4)))
    root = page.locator(".convarith-explorer")
    said, drawing = root.locator(".cv-said"), root.locator(".cv-tapes svg")
    assert said.inner_text() == "Output 4 has a receptive field of 8 cells, 4 to 11; it reads inputs 4 to 11."
    drawing.focus()
    page.keyboard.press("ArrowRight")
    assert said.inner_text().startswith("Output 5 has a receptive field of 8 cells, 5 to 12;")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    assert re.fullmatch(r"Input \d+ is seen by outputs \d to \d\.", said.inner_text())
    assert root.locator(".cv-seen").is_hidden()  # an input sees nothing further down
    page.keyboard.press("Home")
    assert said.inner_text() == "Input 0 is seen by output 0."
    page.keyboard.press("ArrowUp")
    assert "has a receptive field of 2 cells" in said.inner_text()
    assert root.locator(".cv-seen p").first.inner_text() == "r = 2, centre 0.5"
    box = drawing.bounding_box()
    drawing.hover(position={"x": box["width"] - 5, "y": box["height"] - 5})
    assert said.inner_text() == "Input 15 is seen by output 8."
    drawing.click(position={"x": box["width"] / 2, "y": 5})
    assert said.inner_text().startswith("Output 4 has")
    assert root.locator("[name=step]").input_value() == "4"


def test_a_stack_tells_apart_what_is_never_read(opened):
    root = opened(explore_stack(size=16, kernel=3, dilation=(2, 2))).locator(".convarith-explorer")
    said = root.locator(".cv-said").inner_text()
    assert said.endswith("it reads inputs 4 to 12, but never 5, 7, 9 and 11.")
    axes = explore_stack(size=16, kernel=3, dilation=(2, 2)).axes
    read = {at for j in axes[1].window(4) for at in axes[0].window(j)}
    assert read == {4, 6, 8, 10, 12}
    on_tape = re.findall(r"M([\d.]+) 4h1v1", root.locator(".cv-unused").get_attribute("d"))
    assert {float(x) for x in on_tape} == set(range(4, 13)) - read


def test_a_stack_is_written_as_what_its_layers_are(opened):
    root = opened(of_kinds()).locator(".convarith-explorer")
    root.locator("summary").click()
    root.locator(".cv-keras", has_text="layers").wait_for()  # it is written when it is opened

    def written():
        keras = re.findall(r"layers\.(\w+)", root.locator(".cv-keras").inner_text())
        return keras, re.findall(r"nn\.(\w+)", root.locator(".cv-pytorch").inner_text())

    assert written() == (
        ["ZeroPadding1D", "Conv1D", "MaxPooling1D", "Conv1D"],
        ["Conv1d", "MaxPool1d", "Conv1d"],
    )
    root.get_by_label("kind of layer 2").select_option("average")
    handle(root, 2).press("ArrowUp")
    assert written()[0] == ["AveragePooling1D", "ZeroPadding1D", "Conv1D", "Conv1D"]
    check(root, [[2, 2, 0, 1], [5, 1, 2, 1], [3, 1, 0, 1]], ["average", "conv", "conv"], 1)
    convolutions = opened(explore_stack(size=9)).locator(".convarith-explorer")
    assert convolutions.locator(".cv-kind").first.is_hidden()


def test_the_sliders_of_a_live_notebook_set_the_chosen_layer_or_all(opened):
    """As anywidget does it: a model with traits, which Python's sliders set, and an element."""
    page = opened()
    page.evaluate(
        """(given) => {
          const listeners = {}, traits = { ...convarith.state.DEFAULTS, ...given, question: "" };
          window.model = {
            get: (name) => traits[name],
            set: (name, value) => { traits[name] = value; },
            save_changes: () => {},
            on: (event, listener) => { listeners[event] = listener; },
            change: (name, value) => { traits[name] = value; listeners[`change:${name}`](); },
          };
          convarith.start.render({ model: window.model, el: document.querySelector("main div") });
        }""",
        explore_stack(size=20, kernel=3)._state,
    )
    root = page.locator(".convarith-explorer")
    told = root.locator(".cv-choice")
    assert root.locator(".cv-control").count() == 0 and told.inner_text().startswith("The sliders set all")
    page.evaluate("model.change('kernel', 2)")
    check(root, [[2, 1, 0, 1]] * 3, ["conv"] * 3, 0)
    field(root, "stride", 2).fill("2")
    assert page.evaluate("['layer', 'stride', 'kernel'].map(model.get)") == [2, 2, 2]
    assert told.inner_text().startswith("The sliders set layer 2;")
    page.evaluate("model.change('dilation', 3)")
    stack = [[2, 1, 0, 1], [2, 2, 0, 3], [2, 1, 0, 1]]
    check(root, stack, ["conv"] * 3, 2)
    handle(root, 3).click()
    assert page.evaluate("['layer', 'stride', 'dilation'].map(model.get)") == [3, 1, 1]
    handle(root, 3).click()
    page.evaluate("model.change('padding', 1)")
    stack = [[k, s, 1, d] for k, s, _, d in stack]
    check(root, stack, ["conv"] * 3, 0)
    root.get_by_label("remove layer 1").click()
    assert page.evaluate("['stack', 'layers', 'layer'].map(model.get)") == [stack[1:], 2, 1]
    page.evaluate("model.change('stack', [[1, 1, 0, 1], [5, 2, 1, 2], [2, 1, 0, 1], [2, 1, 0, 1]])")
    check(root, [[1, 1, 0, 1], [5, 2, 1, 2], [2, 1, 0, 1], [2, 1, 0, 1]], ["conv"] * 4, 1)
    page.evaluate("model.change('layers', 2)")
    check(root, [[1, 1, 0, 1], [5, 2, 1, 2]], ["conv"] * 2, 1)


def test_a_link_to_a_stack_opens_it(browser, tmp_path):
    base = write_page(tmp_path, explore_stack(size=20), of_kinds())
    with Visit(browser, base) as visit:
        visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page, other = visit.open("page"), visit.context.new_page()
        root = page.locator("#explorer-2")
        root.get_by_label("duplicate layer 2").click()
        root.get_by_label("kind of layer 3").select_option("average_padded")
        field(root, "padding", 3).fill("1")
        root.locator("[name=link]").click()
        root.locator("[name=link]", has_text="Copied").wait_for()
        other.goto(page.evaluate("navigator.clipboard.readText()"))
        stack = [[5, 1, 2, 1], [2, 2, 0, 1], [2, 2, 1, 1], [3, 1, 0, 1]]
        for one in (root, other.locator("#explorer-2")):
            check(one, stack, ["conv", "max", "average_padded", "conv"], 3)
        # As it was written before rows could be moved.
        other.goto(
            f"{base}/page.html#explorer-1&stride=2&layers=4&layer=2&stack=3,1,0,1,3,2,0,1,3,1,0,1,3,1,0,1"
        )
        check(other.locator("#explorer-1"), [USUAL, [3, 2, 0, 1], USUAL, USUAL], ["conv"] * 4, 2)
        assert visit.faults == []


@pytest.mark.parametrize("touch", [False, True])
def test_nothing_moves_while_a_stack_is_set(opened, touch):
    root = opened(explore_stack(size=21, kernel=3, stride=(1, 2, 1)), touch=touch).locator(
        ".convarith-explorer"
    )
    places = """(root) => [".cv-stage", ".cv-tapes svg", ".cv-player", ".cv-said", ".cv-layers",
      ".cv-layer:last-child", ".cv-recurrence", ".cv-tools", ".cv-code"].map((name) => {
        const { top, bottom, left } = root.querySelector(name).getBoundingClientRect();
        return [top + scrollY, (name === ".cv-said" ? top : bottom) + scrollY, left]; })"""
    before = root.evaluate(places)
    for size in (1, 4, 7, 9, 12, 32, 21):  # some of which do not fit
        root.locator('input[name="size"]').fill(str(size))
        assert root.evaluate(places) == before, size
    for name, values in {
        "kernel": (1, 9, 3),
        "stride": (6, 1),
        "padding": (8, 0),
        "dilation": (16, 2, 1),
    }.items():
        for value in values:
            field(root, name, 2).fill(str(value))
            assert root.evaluate(places) == before, (name, value)
    for rule in ("same", "causal", "number"):
        root.locator("[name=rule]").select_option(rule)
        assert root.evaluate(places) == before, rule
    root.locator("[name=rule]").select_option("same")
    for layer, (name, value) in product((1, 2, 3), {"stride": 6, "kernel": 9, "dilation": 16}.items()):
        field(root, name, layer).fill(str(value))  # which makes long numbers
        assert root.evaluate(places) == before, (name, value, layer)
    root.locator("[name=reset]").click()
    for step in range(7):
        root.locator("[name=step]").fill(str(step))
        assert root.evaluate(places) == before, step
    for _ in range(3):
        root.locator(".cv-tapes svg").press("ArrowDown")
        assert root.evaluate(places) == before
    high = [root.locator(".cv-stage").bounding_box()["height"]]
    for _ in range(2):
        root.get_by_role("button", name="Add a layer").click()
        high.append(root.locator(".cv-stage").bounding_box()["height"])
    assert high[2] - high[1] == pytest.approx(high[1] - high[0]) and high[1] > high[0]


OVERLAPS = """(root) => {
  const frame = root.getBoundingClientRect(), found = [];
  for (const row of root.querySelectorAll(".cv-layer")) {
    const cells = [...row.children].filter((cell) => cell.textContent || cell.querySelector("input, select"));
    const boxes = cells.map((cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      const { left, right, top, bottom, width } = range.getBoundingClientRect();
      return { text: cell.textContent, left, right, top, bottom, width };
    }).filter(({ width }) => width);
    boxes.forEach((one, n) => {
      if (one.left < frame.left || one.right > frame.right) found.push([one.text, "outside"]);
      for (const other of boxes.slice(n + 1)) {
        const beside = one.right <= other.left || other.right <= one.left;
        const under = one.bottom <= other.top || other.bottom <= one.top;
        if (!beside && !under) found.push([one.text, other.text]);
      }
    });
  }
  return found;
}"""


@pytest.mark.parametrize(("width", "touch"), [(1280, False), (732, False), (390, True), (320, True)])
def test_no_column_is_cut_off_or_lies_over_another(opened, width, touch):
    """732: what a book leaves of 1280, and margins of the page."""
    wide = explore_stack(size=32, kernel=9, padding=8, stride=(2, 3, 2, 2, 1, 1, 1, 1))
    page = opened(wide, of_kinds(), touch=touch)
    page.set_viewport_size({"width": width, "height": 900})
    for root in page.locator(".convarith-explorer").all():
        assert root.evaluate(OVERLAPS) == []
        for cell in root.locator(".cv-layer[data-layer='0'] > *").all():
            kinds = cell.get_attribute("class") == "cv-kind" and not root.locator(".cv-of-kinds").count()
            assert cell.is_visible() != kinds
        for button in root.locator(".cv-layer[data-layer='1'] button").all():
            box = button.bounding_box()
            assert min(box["width"], box["height"]) >= 24
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if EXHAUSTIVE or width in (1280, 320):
        assert violations(page) == []


def test_a_finger_taps_types_and_drags(opened):
    page = opened(explore_stack(size=20, kernel=(2, 3, 4)), touch=True)
    root = page.locator(".convarith-explorer")
    tap(root.get_by_label("move layer 2 up"))
    check(root, [[3, 1, 0, 1], [2, 1, 0, 1], [4, 1, 0, 1]], ["conv"] * 3, 1)
    tap(field(root, "kernel", 2))
    page.keyboard.type("5")  # in place of what was there
    check(root, [[3, 1, 0, 1], [5, 1, 0, 1], [4, 1, 0, 1]], ["conv"] * 3, 2)
    before = page.evaluate("scrollY")
    (x, y), (_, below) = middle_of(handle(root, 1)), middle_of(handle(root, 3))
    drag_finger(page, (x, y), (x, below), steps=3)
    check(root, [[5, 1, 0, 1], [4, 1, 0, 1], [3, 1, 0, 1]], ["conv"] * 3, 3)
    assert page.evaluate("scrollY") == before


def test_a_layer_is_dragged_to_where_it_does_not_fit_and_back(opened):
    root = opened(explore_stack(size=12, kernel=(7, 3), stride=(1, 2))).locator(".convarith-explorer")
    model = Model(root, [[7, 1, 0, 1], [3, 2, 0, 1]], ["conv"] * 2)
    for at, to in ((0, 1), (1, 0), (0, 1)):
        model.drag(at, to)
        check(root, model.stack, model.kinds, to + 1, size=12)
    assert handle(root, 2).get_attribute("aria-pressed") == "true"  # the drag was no click
    handle(root, 2).press("Enter")
    assert handle(root, 2).get_attribute("aria-pressed") == "false"
