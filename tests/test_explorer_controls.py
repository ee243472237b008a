"""The explorer's controls, by hand: mouse, keyboard and finger."""

import json
import re
from itertools import product

import pytest
from browsing import DESK, PHONE, Visit, tap
from explorer_pages import write_page

from convarith import Axis, Conv, Pool, TransposedAxis, explore, predict

pytest_plugins = ["explorer_pages"]

MAIN = ("size", "kernel", "stride", "padding", "dilation")


def output_of(root):
    return root.get_attribute("data-output-size")


def slider(root, name):
    return root.locator(f'input[name="{name}"]')


def operate(root, operation):
    root.locator(f"[name=operation][value={operation}]").click()


def move_every_slider(page, hand):
    root = page.locator(".convarith-explorer")
    root.locator("[name=reset]").click()
    root.locator('input[name="size-typed"]').fill("9")
    state = {name: int(slider(root, name).input_value()) for name in MAIN}
    for name in MAIN:
        control = root.get_by_label(re.compile(f"^(input )?{name}$"))
        assert control.get_attribute("name") == name
        if hand == "keyboard":
            control.focus()
            page.keyboard.press("ArrowRight")
        else:
            box = control.bounding_box()
            place = {"x": box["width"] * 0.75, "y": box["height"] / 2}
            control.click(position=place) if hand == "mouse" else tap(control, position=place)
        moved = int(control.input_value())
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


def test_every_slider_of_the_book_moves_by_mouse_and_keyboard(browser, bases):
    with Visit(browser, bases["http"], viewport=DESK) as visit:
        page = visit.open("book/03_strides")
        page.locator(".convarith-explorer [name=all]").click()
        for hand in ("mouse", "keyboard"):
            move_every_slider(page, hand)
        assert visit.faults == []


def test_every_control_of_the_book_answers_to_touch_and_keys(browser, bases):
    with Visit(browser, bases["file"], viewport=PHONE, has_touch=True) as visit:
        page = visit.open("book/03_strides")
        tap(page.locator(".convarith-explorer [name=all]"))
        move_every_slider(page, "touch")
        root = page.locator(".convarith-explorer")
        tap(root.locator("[name=reset]"))
        for name in ("rectangular", "values"):
            box = root.locator(f"[name={name}]")
            before = box.is_checked()
            tap(box)
            assert box.is_checked() != before
            box.press("Space")
            assert box.is_checked() == before
        operation = root.locator("[name=operation][value=pool]")
        tap(operation)
        assert operation.get_attribute("aria-pressed") == "true"
        root.locator("[name=operation][value=transposed]").press("Enter")
        assert operation.get_attribute("aria-pressed") == "false"
        for name, value in {"rule": "valid", "speed": "150"}.items():
            chooser = root.locator(f"select[name={name}]")
            chooser.focus()
            page.keyboard.press("ArrowDown")
            assert chooser.input_value() == value
        tap(root.locator("[name=reset]"))
        step = root.locator("[name=step]")
        tap(root.locator("[name=forward]"))
        step.press("ArrowRight")
        assert step.input_value() == "2"
        root.locator("[name=back]").press("Enter")
        assert step.input_value() == "1"
        root.locator("[name=play]").press("Space")
        tap(root.locator("[name=play]", has_text="Pause"))
        root.locator("[name=play]", has_text="Play").wait_for()
        root.locator("summary").press("Enter")
        assert root.locator(".cv-keras").is_visible()
        question = page.locator(".convarith-question").first
        asked = json.loads(question.get_attribute("data-state"))
        question.locator("input").fill(str(asked["answer"]))
        tap(question.locator("button"))
        assert question.locator(".cv-verdict").inner_text().startswith("Right.")
        assert visit.faults == []


def test_bad_typing_is_answered_and_forgotten(opened):
    root = opened(explore(size=7, kernel=3)).locator(".convarith-explorer")
    field, problem = root.locator('input[name="size-typed"]'), root.locator(".cv-problem")
    for bad in ("", "abc", "0", "99", "2.5", "-1", "1e1", "９"):
        field.fill("6")
        field.fill(bad)
        wrong = "is out of reach here" if bad in ("0", "99") else "is not one"
        what = f"“{bad}” {wrong}" if bad else "the field is empty"
        assert problem.inner_text() == f"input size: a whole number from 1 to 32; {what}."
        assert (output_of(root), field.get_attribute("aria-invalid")) == ("4", "true")
        field.fill("9")
        assert (output_of(root), field.get_attribute("aria-invalid")) == ("7", None)
        assert problem.inner_text() == ""
    field.fill("7")
    field.press("Control+a")
    field.press_sequentially("48")  # the 4, which would fit, was never meant
    assert (output_of(root), slider(root, "size").input_value(), field.input_value()) == ("5", "7", "48")
    assert problem.inner_text().endswith("“48” is out of reach here.")
    field.fill("4")
    slider(root, "kernel").fill("2")
    field.press("End")
    field.press_sequentially("8")  # typed at another time: what has been set since then stays
    assert (output_of(root), slider(root, "kernel").input_value()) == ("3", "2")


def test_what_does_not_fit_is_explained_and_recovers(opened):
    root = opened(explore(size=4, kernel=3)).locator(".convarith-explorer")
    slider(root, "kernel").fill("5")
    with pytest.raises(ValueError) as caught:
        Axis(size=4, kernel=5)
    assert root.locator(".cv-problem").inner_text() == f"{str(caught.value).capitalize()}."
    assert output_of(root) == ""
    assert not root.locator(".cv-grids").is_visible()
    slider(root, "padding").fill("1")
    assert (output_of(root), root.locator(".cv-problem").inner_text()) == ("2", "")
    assert root.locator(".cv-grids").is_visible()


def test_rules_sides_operation_and_columns(opened):
    root = opened(explore(size=7, kernel=4, stride=3)).locator(".convarith-explorer")
    for rule, output in {"valid": 2, "same": 3, "full": 4}.items():
        root.locator("[name=rule]").select_option(rule)
        assert output_of(root) == str(output)
        assert str(getattr(Axis(size=7, kernel=4, stride=3), rule)().output) == str(output)
    root.locator("[name=rule]").select_option("sides")
    slider(root, "pad_low").fill("2")
    slider(root, "pad_high").fill("1")
    assert root.locator(".cv-effective").inner_text() == "(low, high) = (2, 1)"
    assert output_of(root) == "3"
    operate(root, "transposed")
    slider(root, "output_padding").fill("1")
    expected = TransposedAxis(size=7, kernel=4, stride=3, pad_low=2, pad_high=1, output_padding=1)
    assert output_of(root) == str(expected.output)
    assert not slider(root, "padding").is_visible()
    root.locator("[name=rule]").select_option("number")
    root.locator("[name=rectangular]").check()
    slider(root, "size_columns").fill("2")
    outputs = [TransposedAxis(size=size, kernel=4, stride=3, output_padding=1).output for size in (7, 2)]
    assert output_of(root) == "x".join(map(str, outputs))
    root.locator("[name=reset]").click()
    assert (output_of(root), root.locator("[name=operation][aria-pressed=true]").get_attribute("value")) == (
        "2",
        "conv",
    )
    operate(root, "pool")  # which strides by its kernel unless told otherwise
    assert (output_of(root), slider(root, "stride").input_value()) == ("1", "4")


def test_two_explorers_do_not_disturb_each_other(opened):
    page = opened(explore(size=7, kernel=3), explore(size=9, kernel=2, stride=2))
    first, second = page.locator(".convarith-explorer").all()
    slider(first, "size").fill("5")
    assert (output_of(first), output_of(second)) == ("3", "4")
    second.get_by_text("stride", exact=True).click()
    assert page.evaluate("document.activeElement.closest('.convarith-explorer').dataset.outputSize") == "4"
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids)) > 30


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
    field, outputs = root.locator(".cv-input .cv-drawing"), root.locator(".cv-output .cv-drawing")

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
    assert root.locator(".cv-said").inner_text() == "Input (0, 1) is read once, by output (0, 0)."


def test_what_no_window_reads_is_hatched_and_what_hangs_over_is_drawn(opened):
    page = opened(
        explore(Conv(size=(6, 5), channels=1, filters=1, kernel=2, stride=(3, 2))),
        explore(Pool(size=(5, 5), channels=1, kernel=2, ceil_mode=True)),
        explore(TransposedAxis(size=2, kernel=1, stride=3)),
    )
    unread = [
        root.locator(".cv-input .cv-unused, .cv-output .cv-unused")
        for root in page.locator(".convarith-explorer").all()
    ]
    paths = [[path.get_attribute("d") for path in one.all()] for one in unread]
    # Rows 2 and 5 and column 4, as boxes over the whole field; of stamps, what no stamp covers.
    assert paths == [
        ["M0 2h5v1h-5zM0 5h5v1h-5zM4 0h1v6h-1z", ""],
        ["", ""],
        ["", "M0 1h4v1h-4zM0 2h4v1h-4zM1 0h1v4h-1zM2 0h1v4h-1z"],
    ]
    assert page.locator(".cv-unread").all_inner_texts() == [
        "Hatched: rows 2 and 5, which no window reads.",
        "Hatched: column 4, which no window reads.",
        "",
        "Hatched: rows and columns 1 and 2, which no stamp writes.",
    ]
    hatched = page.locator(".cv-hatching").first
    lines = re.findall(r"M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)", hatched.get_attribute("d"))
    slants = {(float(x) + float(y), float(right) + float(up)) for x, y, right, up in lines}
    assert all(one == other for one, other in slants)  # one slope, half a cell apart, and lines that meet
    assert {2 * one for one, _ in slants} == {number + 0.5 for number in range(4, 22)}
    beyond = [
        root.locator(".cv-beyond").first.get_attribute("d")
        for root in page.locator(".convarith-explorer").all()
    ]
    assert [bool(path) for path in beyond] == [False, True, False]


def test_values_add_up(opened):
    root = opened(explore(size=5, kernel=2, padding=1)).locator(".convarith-explorer")
    assert root.locator("[name=values]").is_checked()  # of few cells, the values are shown at first
    for step in range(0, 36, 5):
        root.locator("[name=step]").fill(str(step))
        text = root.locator(".cv-sum").inner_text().replace("−", "-")
        products, total = re.fullmatch(r"(.*) = (-?\d+)\.", text).groups()
        assert sum(int(a) * int(b) for a, b in re.findall(r"(\d+)·(-?\d+)", products)) == int(total)
        shown = root.locator(".cv-output text").nth(step).text_content()
        assert shown.replace("−", "-") == total
    assert root.locator(".cv-kernel text").all_text_contents() == ["−1", "0", "1", "−1"]
    root.locator("[name=values]").uncheck()
    assert root.locator(".cv-grids text").count() == 0


def test_a_pool_says_its_maximum_its_averages_and_what_hangs_over(opened):
    root = opened(explore(size=5, kernel=2, operation="pool")).locator(".convarith-explorer")
    assert (output_of(root), slider(root, "stride").input_value()) == ("2", "2")
    root.locator("[name=ceil_mode]").check()
    assert output_of(root) == "3"
    assert "the last window hangs over by 1" in root.locator(".cv-formula").inner_text()
    root.locator("[name=step]").fill("2")
    said = root.locator(".cv-sum")
    assert said.inner_text().endswith("max(4, 1) = 4; what is not data counts as −∞.")
    root.locator("[name=pooling]").select_option("average")
    slider(root, "padding").fill("1")
    root.locator("[name=step]").fill("1")
    assert said.inner_text().endswith(
        "5 + 8 = 13. Divided by the cells of data, 13 / 2 = 6.5; by those of data and padding, 13 / 4 = 3.25."
    )
    assert root.locator(".cv-output text").nth(1).text_content() == "6.5"
    root.locator("[name=pooling]").select_option("average_padded")
    assert root.locator(".cv-output text").nth(1).text_content() == "3.25"
    # 5 cells, kernel 2, stride 2, padding 1: the fourth window would start past the input.
    expected = Axis(size=5, kernel=2, stride=2, pad_low=1, pad_high=1, ceil_mode=True).output
    assert output_of(root) == "3" == str(expected)
    assert "− 1 = 3" in root.locator(".cv-formula").inner_text()
    operate(root, "conv")
    assert not root.locator("[name=ceil_mode]").is_visible()


def test_links_reopen_what_is_shown(browser, tmp_path):
    base = write_page(tmp_path, explore(size=7, kernel=3), explore(size=7, kernel=3))
    with Visit(browser, base) as visit:
        visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page, other = visit.open("page"), visit.context.new_page()

        def link_of(root):
            root.locator("[name=link]").click()
            root.locator("[name=link]", has_text="Copied").wait_for()
            return page.evaluate("navigator.clipboard.readText()")

        root = page.locator("#explorer-2")
        slider(root, "size").fill("9")
        root.locator("[name=rule]").select_option("same")
        slider(root, "stride").fill("2")
        root.locator("[name=values]").uncheck()
        root.locator("[name=rectangular]").check()
        other.goto(link_of(root))
        explorers = other.locator(".convarith-explorer")
        assert [output_of(one) for one in explorers.all()] == ["5", "5"]
        assert slider(other.locator("#explorer-2"), "size").input_value() == "9"
        assert [one.is_checked() for one in other.locator("[name=values]").all()] == [True, False]
        assert [one.is_checked() for one in other.locator("[name=rectangular]").all()] == [False, True]

        other.goto(f"{base}/page.html#explorer-1&size=77&rule=nonsense&kernel=2&unheard=1")
        assert output_of(other.locator("#explorer-1")) == "6"
        assert visit.faults == []


def test_a_goal_is_announced_when_it_is_reached(opened):
    root = opened(explore(size=28, kernel=3, goal=14)).locator(".convarith-explorer")
    assert root.locator(".cv-goal").inner_text() == "Goal: an output of 14."
    slider(root, "stride").fill("2")
    slider(root, "padding").fill("1")
    assert root.locator(".cv-goal").inner_text() == "Goal reached: the output is 14."
    root.locator("[name=operation][value=transposed]").click()  # of which nothing was asked
    assert not root.locator(".cv-goal").is_visible()


def test_a_question_judges_what_is_typed(opened):
    question = predict(Axis(size=28, kernel=3, stride=2))
    root = opened(question).locator(".convarith-question")
    assert root.locator("label").inner_text() == repr(question)
    for answer, start, right in (
        ("14", "Not 14. Lay the first window", "false"),
        ("x", "A whole", ""),
        ("14", "Not 14. 28 cells", "false"),
        ("13", "Right.", "true"),
        ("x", "A whole", ""),
    ):
        root.locator("input").fill(answer)
        root.locator("input").press("Enter")
        assert root.locator(".cv-verdict").inner_text().startswith(start)
        assert root.get_attribute("data-right") == right


def test_a_widget_in_a_module_follows_its_model_and_tells_it(opened):
    """As anywidget does it: the script as a module of its own, a model with traits, and an element."""
    page = opened()
    page.evaluate(
        """async (source) => {
          const blob = new Blob([source], { type: "text/javascript" });
          const { default: { render } } = await import(URL.createObjectURL(blob));
          const listeners = {}, traits = { ...convarith.state.DEFAULTS, question: "" };
          window.told = {};
          window.model = {
            get: (name) => traits[name],
            set: (name, value) => { traits[name] = value; window.told[name] = value; },
            save_changes: () => {},
            on: (event, listener) => { listeners[event] = listener; },
            change: (name, value) => { traits[name] = value; listeners[`change:${name}`](); },
          };
          render({ model: window.model, el: document.querySelector("main div") });
        }""",
        explore().view._esm,
    )
    root = page.locator(".convarith-explorer")
    assert output_of(root) == "5" and root.locator("input[name=size]").count() == 0
    root.locator("[name=step]").fill("7")
    root.locator("[name=rule]").select_option("same")
    assert page.evaluate("told") == {"step": 0, "rule": "same"} and output_of(root) == "7"
    page.evaluate("model.change('padding', 2)")
    assert output_of(root) == "9" and page.evaluate("model.get('rule')") == "number"
