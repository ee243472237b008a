"""The explorer for everybody: axe, contrast, small windows, fingers, no script."""

import pytest
from accessibility import violations
from browsing import PHONE, Visit
from explorer_pages import write_page

from convarith import Axis, draw_field, explore, explore_stack, predict

pytest_plugins = ["explorer_pages"]

GROUNDS = ("paper", "input", "output", "done", "current", "window", "window-margin")


def test_axe_finds_nothing(opened):
    page = opened(
        explore(size=6, kernel=3, stride=2),
        explore(size=5, kernel=2, operation="pool", pooling="average", ceil_mode=True),
        explore_stack(size=16, padding=1, layers=3),
        predict(Axis(size=6, kernel=3)),
    )
    assert violations(page) == []
    layer, _, stack = page.locator(".convarith-explorer").all()
    for values in page.locator("[name=values]").all():
        values.check()
    layer.locator("[name=rectangular]").check()
    layer.locator("[name=rule]").select_option("sides")
    layer.locator("[name=operation][value=transposed]").click()
    stack.get_by_label("kernel of layer 1").fill("9")  # which does not fit
    assert violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_stand_out_from_every_colour_of_a_cell(opened, theme):
    page = opened(explore(), theme=theme)
    names = ["ink", "faint", "good", "bad", *GROUNDS]
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

    for ground in GROUNDS:
        assert contrast("ink", ground) >= 4.5, (ground, contrast("ink", ground))
    for text in ("faint", "good", "bad"):
        assert contrast(text, "paper") >= 4.5, text


def luminance(colour):
    """Relative luminance of #rgb or #rrggbb, as WCAG 2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_explorers_fit_a_phone_and_double_size_and_answer_to_touch(opened):
    stack = explore_stack(size=32, kernel=3, layers=8, dilation=2, padding=8)
    page = opened(
        explore(size=16, kernel=3, padding=8),
        explore(size=16, kernel=3, padding=1, operation="pool", pooling="average", ceil_mode=True),
        stack,
        touch=True,
    )
    layer, pool, root = page.locator(".convarith-explorer").all()
    layer.locator("[name=rectangular]").check()
    pool.locator("[name=values]").check()
    for width in (PHONE["width"], 320):  # 320 pixels is what remains of 640 at double size
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    layer.locator(".cv-output .cv-drawing").tap(position={"x": 30, "y": 30})
    assert layer.locator(".cv-said").inner_text().startswith("Output (")
    drawing, said = root.locator(".cv-tapes svg"), root.locator(".cv-said")
    box = drawing.bounding_box()
    drawing.tap(position={"x": box["width"] / 2, "y": box["height"] - 5})
    assert said.inner_text().startswith("Input ")
    root.locator("[name=forward]").tap()
    assert said.inner_text().startswith(f"Output {stack.axes[-1].output // 2 + 1} ")


def test_without_script_a_picture_stands_in(browser, tmp_path):
    shown = [explore(size=7, kernel=3, stride=2), explore_stack(size=7), predict(Axis(size=7, kernel=3))]
    base = write_page(tmp_path, *shown)
    with Visit(browser, base, java_script_enabled=False) as visit:
        visit.page.goto(f"{base}/page.html")
        images = visit.page.locator(".convarith-explorer img").all()
        assert all(image.is_visible() for image in images)
        assert "output of 3 x 3" in images[0].get_attribute("alt")
        assert images[1].get_attribute("alt") == draw_field(explore_stack(size=7).axes).alt
        assert "how many outputs?" in visit.page.locator(".convarith-question").inner_text()
