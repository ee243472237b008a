"""Whatever moves by itself can be paused, walked through, and played again, on every page that has it."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from browsing import DESK, SITE, Visit
from PIL import Image
from playwright.sync_api import Locator, Page

from convarith import Axis, animate
from convarith._palette import DARK, LIGHT

pytestmark = pytest.mark.usefixtures("site")
FIRST = animate(Axis(size=4, kernel=3), cell=16)  # of the gallery


def picture(page: Page) -> Locator:
    one = page.locator(".convarith-animation").first
    one.scroll_into_view_if_needed()
    return one.get_by_role("img")


def shot(one: Locator) -> Image.Image:
    return Image.open(BytesIO(one.screenshot())).convert("RGB")


def waited(page: Page) -> Iterator[None]:
    """Again and again, for half a minute: a busy machine may take its time."""
    for _ in range(300):
        yield
        page.wait_for_timeout(100)


def frame_of(image: Image.Image, colours: dict[str, str]) -> set[int]:
    """The frames of the first animation of the gallery whose output cell is where the picture has it."""
    layout, found = FIRST.layout, set()
    for number, frame in enumerate(FIRST.frames):
        x, y = (
            start + at * layout.cell + layout.cell // 2
            for start, at in zip(layout.other, frame.cell[::-1], strict=True)
        )
        if "#{:02x}{:02x}{:02x}".format(*image.getpixel((x, y))) == colours["current"]:
            found.add(number)
    return found


def test_a_page_without_animations_does_not_load_what_pauses_them():
    for path in (SITE / "book").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert ("motion.js" in text) == ('class="convarith-animation"' in text), path.name


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_animation_is_paused_walked_through_and_played(browser, bases, theme):
    colours = {"light": LIGHT, "dark": DARK}[theme]
    other = {"light": "dark", "dark": "light"}[theme]
    with Visit(browser, bases["file"], viewport=DESK, color_scheme=other) as visit:
        page = visit.open("book/gallery")
        # The page's theme, not only that of the device.
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        one = picture(page)
        root = page.locator(".convarith-animation").first
        seen: set[int] = set()
        for _ in waited(page):
            seen |= frame_of(shot(one), colours)
            if len(seen) == 4:
                break
        assert seen == {0, 1, 2, 3}

        root.get_by_role("button", name="Pause").press("Space")
        (at,) = frame_of(shot(one), colours)
        assert root.locator("output").inner_text().endswith(f"{at + 1} of 4")
        page.wait_for_timeout(1300)  # of two frames and more
        assert frame_of(shot(one), colours) == {at}
        for step in range(1, 6):
            root.get_by_role("button", name="Step").press("Enter")
            assert frame_of(shot(one), colours) == {(at + step) % 4}
            assert root.locator("output").inner_text().endswith(f"{(at + step) % 4 + 1} of 4")

        now = (at + 5) % 4
        root.get_by_role("button", name="Play").click()
        assert root.locator("output").inner_text() == ""
        page.wait_for_function(
            """([root, time]) => root.querySelector("[role=img]").shadowRoot.querySelector("svg")
              .getAnimations({ subtree: true }).every((one) => one.playState === "running"
                && one.currentTime > time)""",
            arg=[root.element_handle(), 500 * now + 600],
        )
        assert visit.faults == []


def test_what_was_hidden_for_a_while_goes_on_as_it_was(browser, bases):
    with Visit(browser, bases["file"], viewport=DESK) as visit:
        page = visit.open("book/gallery")
        one, root = picture(page), page.locator(".convarith-animation").first
        root.get_by_role("button", name="Step").click()
        (at,) = frame_of(shot(one), LIGHT)
        page.get_by_role("radio", name="pooling").check()
        one.wait_for(state="hidden")
        page.get_by_role("radio", name="everything").check()
        page.wait_for_timeout(1300)
        assert frame_of(shot(one), LIGHT) == {at}
        assert root.locator("output").inner_text().endswith(f"{at + 1} of 4")
        root.get_by_role("button", name="Play").click()
        assert any(frame_of(shot(one), LIGHT) != {at} for _ in waited(page))
        assert visit.faults == []


def test_an_animation_of_a_slide_is_stepped(browser, bases):
    with Visit(browser, bases["file"], viewport=DESK) as visit:
        page = visit.page
        page.goto(f"{visit.base}/downloads/slides/03_strides.html")
        page.wait_for_function("window.Reveal?.isReady()")
        root = page.locator(".convarith-animation")
        assert root.count() == 1 and not root.is_visible()
        page.evaluate(
            """() => {
              const slide = document.querySelector(".convarith-animation").closest("section");
              Reveal.slide(...Object.values(Reveal.getIndices(slide)));
            }"""
        )
        root.get_by_role("button", name="Step").click()
        assert root.locator("output").inner_text().endswith(" of 4")
        assert visit.faults == []


def test_where_less_motion_is_wanted_it_waits_until_it_is_started(browser, bases):
    with Visit(browser, bases["file"], viewport=DESK, reduced_motion="reduce") as visit:
        page = visit.open("book/gallery")
        one = picture(page)
        root = page.locator(".convarith-animation").first
        assert page.locator('.convarith-animation[data-motion="playing"]').count() == 0
        for _ in range(3):
            assert frame_of(shot(one), LIGHT) == {2}  # in the middle
            page.wait_for_timeout(400)
        root.get_by_role("button", name="Play").click()
        assert any(frame_of(shot(one), LIGHT) != {2} for _ in waited(page))


def test_what_is_out_of_sight_stands_still(browser, bases):
    with Visit(browser, bases["file"], viewport=DESK) as visit:
        page = visit.open("book/gallery")
        running = """() => [...document.querySelectorAll(".convarith-animation")].filter((one) =>
          one.querySelector("[role=img]").shadowRoot.querySelector("svg").getAnimations({ subtree: true })
            .some((each) => each.playState === "running")).length"""
        page.wait_for_function(f"0 < ({running})() && ({running})() < 10")


def test_firefox_pauses_too(firefox, bases):
    page = firefox.open(bases["file"], "book/gallery")
    times = """() => document.querySelector(".convarith-animation [role=img]").shadowRoot.querySelector("svg")
      .getAnimations({ subtree: true }).map((one) => one.currentTime)"""
    page.evaluate("document.querySelector('.convarith-animation [data-what=\"pause\"]').click()")
    paused = page.evaluate(times)
    page.evaluate("() => new Promise((done) => setTimeout(done, 700))")
    assert page.evaluate(times) == paused != []
    page.evaluate("document.querySelector('.convarith-animation [data-what=\"step\"]').click()")
    assert len(set(page.evaluate(times))) == 1
    assert page.evaluate(times)[0] % 500 == 250
    assert page.faults == []
