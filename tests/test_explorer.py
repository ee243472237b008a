"""The explorer and the self-check: their arithmetic against Python's, their controls by hand."""

import json
import re
from itertools import product

import keras
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import DESK, PHONE, ROOT, Visit

from convarith import Axis, TransposedAxis, explore, predict

STATIC = ROOT / "src" / "convarith" / "static"
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


@pytest.mark.parametrize("operation", ["direct", "transposed"])
def test_the_script_counts_as_python_does(opened, operation):
    settings = [
        given | {"padLow": low, "padHigh": high, "outputPadding": given["stride"] // 2}
        for given, low, high in grid()
    ]
    by_script = opened().evaluate(
        """([operation, settings]) => settings.map((a) => {
          const direct = operation === "direct";
          const c = direct ? convarith.directAxis(a) : convarith.transposedAxis(a);
          if (c.output === null) return [c.why];
          const steps = direct ? c.output : a.size, field = direct ? a.size : c.output;
          const windows = [...Array(steps).keys()].map((j) => convarith.windowOf(a, j));
          const reads = [...Array(field).keys()].map((cell) => convarith.readersOf(a, steps, cell).length);
          return [c.output, c.span, c.unused, windows, reads];
        })""",
        [operation, settings],
    )
    misfits = 0
    for (given, low, high), counted in zip(grid(), by_script, strict=True):
        expected = (of_direct if operation == "direct" else of_transposed)(given, low, high)
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
          ["valid", "same", "full"].map((rule) => convarith.paddingOf(rule, a)))""",
        settings,
    )
    for given, by_script in zip(settings, rules, strict=True):
        fitting = Axis(**given, pad_low=20)
        for padded, pads in zip(("same", "full"), by_script[1:], strict=True):
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
            return {code: convarith.inKeras(s, c), output: c.counted[0].output}; }""",
            state,
        )
        if shown["output"] is None:
            continue
        names = {"keras": keras, "x": np.ones((1, size, size, 1), "float32")}
        exec(shown["code"], names)
        assert names["x"].shape[1:3] == (shown["output"],) * 2, (state, shown)
        checked += 1
    assert checked > 100


# --- controls -------------------------------------------------------------------------------------


def output_of(root):
    return root.get_attribute("data-output-size")


@pytest.mark.parametrize("hand", ["keyboard", "mouse", "touch"])
@pytest.mark.parametrize("way", ["http", "file"])
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


@pytest.mark.parametrize("way", ["http", "file"])
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


def test_without_script_a_picture_stands_in(browser, tmp_path):
    base = page_with(tmp_path, explore(size=7, kernel=3, stride=2), predict(Axis(size=7, kernel=3)))
    with Visit(browser, base, java_script_enabled=False) as visit:
        visit.page.goto(f"{base}/page.html")
        image = visit.page.locator(".convarith-explorer img")
        assert image.is_visible() and "output of 3 x 3" in image.get_attribute("alt")
        assert "how many outputs?" in visit.page.locator(".convarith-question").inner_text()


@pytest.mark.parametrize("way", ["http", "file"])
def test_every_explorer_of_the_book_is_alive(browser, bases, way):
    alive = 0
    for notebook in sorted((ROOT / "book").glob("*.ipynb")):
        stored = notebook.read_text(encoding="utf-8")
        with Visit(browser, bases[way], viewport=DESK) as visit:
            page = visit.open(f"book/{notebook.stem}")
            roots = page.locator(".convarith-explorer").all()
            assert len(roots) == stored.count('class=\\"convarith-explorer\\"'), notebook.name
            assert page.locator(".convarith-question form").count() == stored.count("convarith-question")
            for root in roots:
                before = output_of(root)
                root.locator('input[name="size"]').fill("4")
                assert output_of(root) not in ("", before)
                alive += 1
            assert visit.faults == []
    assert alive >= 4


# --- Python ---------------------------------------------------------------------------------------


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
        ({"operation": "pool"}, ValueError, 'operation must be "conv" or "transposed", but is \'pool\''),
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
