"""Pictures to take away: drawn alone, they look as on the page; animations show each frame in its turn."""

import io
import re
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from browsing import DESK, Visit, serving
from explorer_pages import write_page
from PIL import Image

from convarith import Axis, explore, explore_stack

pytest_plugins = ["explorer_pages"]

MARGIN = 8  # around a saved picture
LAYER = {"size": 6, "kernel": 3, "padding": 1}
CASES = [  # all kinds of cells, lines and texts
    (explore(**LAYER), {}),
    (explore(**LAYER, stride=2), {"values": True, "step": 4}),
    (explore(**LAYER), {"operation": "pool", "ceil_mode": True, "stride": 4, "dilation": 2}),
    (explore(**LAYER), {"operation": "transposed", "stride": 2, "values": True, "step": 7}),
    (explore_stack([Axis(size=16, kernel=3, stride=2, dilation=2), Axis(size=6, kernel=3)]), {}),
]
# What the explorers do not draw now: turned, nested, half seen, patterned, in parts, used again, hidden.
OTHERS = """<div id="others" style="position: absolute; left: 30.4px; top: 20.3px; color: #204080">
<style>
  .hatched { fill: url(#hatch); stroke: currentColor; stroke-width: 0.1; stroke-dasharray: 0.3 0.2 }
  .thin { vector-effect: non-scaling-stroke; stroke: rgba(160, 0, 40, 0.5); stroke-width: 3; fill: none }
  .moved { transform: rotate(20deg) scale(0.6) } .veiled { opacity: 0.4 } .gone { display: none }
</style>
<p style="margin: 0; font: italic 600 15px sans-serif">Above &amp; beyond</p>
<svg viewBox="0 0 10 5" width="400" height="200">
  <defs><pattern id="hatch" width="1" height="1" patternUnits="userSpaceOnUse">
    <path d="M0 1L1 0" style="stroke: teal; stroke-width: 0.2"/></pattern>
    <g id="dot"><ellipse cx="0.5" cy="4" rx="0.4" ry="0.2" fill="purple"/></g></defs>
  <path class="hatched" d="M0.5 0.5h3v2h-3z"/>
  <g class="veiled"><rect x="1" y="1" width="3" height="2" fill="gold"/><circle cx="4" cy="2" r="1"/></g>
  <g transform="translate(6 1)"><path class="thin moved" d="M0 0h3v2h-3z"/>
    <path class="thin" d="M1 2a1 1 0 0 1 2 0M0 2L1 3C1 1 2 3 3 2"/></g>
  <text x="5" y="4" style="font: 0.6px serif; fill: #222">one <tspan dy="0.3" fill="red">two</tspan></text>
  <text x="9" y="4.8" style="font: bold 0.5px sans-serif; text-anchor: end; letter-spacing: 0">a &lt; b</text>
  <use href="#dot"/><use href="#dot" x="1"/>
  <path class="gone" d="M0 0h9v9z"/><path style="visibility: hidden" d="M0 0h9v9z"/>
</svg>
<svg viewBox="0 0 20 2" width="300.6" height="60" preserveAspectRatio="none">
  <path class="thin" d="M1 0.5h8v1H2L1 1.5M12 1l2 -0.5 2 1 2 -1 m1 .5v.5 -1h.5 -2"/>
</svg></div>"""

SET = """(change) => {
  for (const [name, value] of Object.entries(change)) {
    const control = document.querySelector(`.convarith-explorer [name="${name}"]`);
    if (control.type === "checkbox") control.checked = value;
    else control.value = value;
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
}"""
SAVE = """(selector) => {
  const element = document.querySelector(selector), inside = document.createRange();
  inside.selectNodeContents(element);
  const { left, top } = inside.getBoundingClientRect();
  return [convarith.saving.svgOf([element], "Cells < & lines"), Math.floor(left), Math.floor(top)];
}"""
FRAMES = """(steps) => steps.map((step) => {
  const control = document.querySelector("[name=step]");
  control.value = step;
  control.dispatchEvent(new Event("change", { bubbles: true }));
  return convarith.saving.pictureOf([document.querySelector(".cv-grids")]);
})"""

STAND = """(time) => document.getAnimations().forEach((one) => {
  one.pause();
  one.currentTime = time;
})"""


@pytest.fixture(scope="module")
def bare(browser):
    """A page on which nothing is but what a test puts there."""
    page = browser.new_page(viewport=DESK)
    yield page
    page.close()


def pixels_of(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def drawn(page, svg):
    """The pixels of an SVG that is alone on a page."""
    page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{svg}")
    return pixels_of(page.locator("svg").first.screenshot())


def inside(pixels, scale=1):
    """Without the margin, in which the page has other things."""
    return pixels[MARGIN * scale : -MARGIN * scale, MARGIN * scale : -MARGIN * scale]


def different(one, other):
    """The share of the pixels that are not alike."""
    return (np.abs(one - other).max(axis=2) > 5).mean()


def looks_alike(page, bare, selector, most=0.005):
    """Saves a part of a page; it is drawn alone as there, and is XML that asks for nothing."""
    svg, left, top = page.evaluate(SAVE, selector)
    alone = drawn(bare, svg)
    there = pixels_of(page.screenshot())[top - MARGIN :, left - MARGIN :][: len(alone), : alone.shape[1]]
    assert np.ptp(alone) > 100  # something is drawn
    # A line of text may lie a pixel higher where its middle is between two.
    assert different(inside(there), inside(alone)) < most
    root = ElementTree.fromstring(svg)
    assert root.find("{http://www.w3.org/2000/svg}title").text == "Cells < & lines"
    assert not re.search(r"class=|style|var\(|http(?!://www.w3.org/2000/svg)", svg.replace("font-style", ""))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("number", range(len(CASES)))
def test_a_saved_picture_looks_as_on_the_page(opened, bare, number, theme):
    thing, change = CASES[number]
    page = opened(thing, theme=theme)
    page.evaluate(SET, change)
    # The words under the tapes of a stack are moved by parts of their width, and lie between pixels.
    looks_alike(page, bare, ".cv-grids", most=0.008 if page.locator(".cv-tapes").count() else 0.005)


def test_whatever_an_svg_has_is_saved(script, bare):
    script.set_viewport_size(DESK)
    script.evaluate("(html) => { document.body.innerHTML = html; }", OTHERS)
    looks_alike(script, bare, "#others", most=0.001)
    script.evaluate("document.body.innerHTML = ''")


@pytest.mark.parametrize("place", ["a folder", "a server with a policy"])
def test_files_are_downloaded(browser, bare, tmp_path, place):
    folder = write_page(tmp_path, CASES[1][0])
    (tmp_path / "favicon.ico").touch()  # browsers ask a server for it
    with serving(tmp_path) as server, Visit(browser, folder if place == "a folder" else server) as visit:
        page = visit.open("page")

        def saved(call):
            with page.expect_download() as download:
                page.evaluate(f"convarith.saving.{call}")
            return download.value.suggested_filename, download.value.path().read_bytes()

        name, svg = saved('saveSvg([document.querySelector(".cv-grids")], "layer")')
        assert name == "layer.svg"
        name, png = saved('savePng([document.querySelector(".cv-grids")], "layer")')
        assert name == "layer.png"
        small, large = drawn(bare, svg.decode()), pixels_of(png)
        assert large.shape == (2 * small.shape[0], 2 * small.shape[1], 3)
        halves = large.reshape(small.shape[0], 2, small.shape[1], 2, 3).mean(axis=(1, 3))
        assert np.abs(halves.mean(axis=(0, 1)) - small.mean(axis=(0, 1))).max() < 2
        assert (np.abs(halves - small).max(axis=2) > 60).mean() < 0.03  # letters and lines are finer
        assert visit.faults == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_animation_shows_each_frame_in_its_turn(opened, bare, theme):
    page = opened(CASES[1][0], theme=theme)
    page.evaluate(SET, {"values": True})
    frames, seconds = page.evaluate(FRAMES, list(range(9))), 0.5
    animation = page.evaluate(
        "([frames, seconds]) => convarith.saving.animationOf(frames, seconds, 'A window < moves')",
        [frames, seconds],
    )
    root = ElementTree.fromstring(animation)
    # What does not move is written once.
    written = [ElementTree.tostring(one) for one in root.iter() if not len(one)]
    every = set.intersection(*(set(frame["marks"]) for frame in frames))
    assert len(every) > 30 and all(animation.count(mark) == 1 for mark in every)
    assert len(written) < sum(len(frame["marks"]) for frame in frames) / 3
    alone = [
        drawn(bare, page.evaluate("(frame) => convarith.saving.animationOf([frame], 1)", frame))
        for frame in frames
    ]
    assert min(different(one, other) for one, other in pairwise(alone)) > 0
    drawn(bare, animation)
    for number, frame in enumerate(alone):
        for at in (0.01, 0.99):
            bare.evaluate(STAND, (number + at) * 1000 * seconds)
            shown = pixels_of(bare.locator("svg").screenshot())
            assert np.abs(shown - frame).max() <= 2, (number, at)  # rounded
    assert bare.evaluate(
        "document.getAnimations().every((one) => one.effect.getTiming().iterations === Infinity)"
    )


def test_marks_lie_on_one_another_as_in_each_frame(script, bare):
    marks = [f'<circle r="{radius}"></circle>' for radius in range(6)]
    orders = [[0, 1, 2, 3], [0, 3, 2, 1], [0, 2, 4], [0, 4, 2, 2, 5]]
    look = {"width": 90, "height": 90, "paper": "#ffffff"}
    frames = [look | {"marks": [marks[n] for n in order]} for order in orders]
    drawn(bare, script.evaluate("(frames) => convarith.saving.animationOf(frames, 1)", frames))
    for number, order in enumerate(orders):
        bare.evaluate(STAND, 1000 * number + 500)
        seen = bare.evaluate(
            """[...document.querySelectorAll("circle")].filter((one) =>
              getComputedStyle(one).visibility === "visible").map((one) => one.getAttribute("r"))"""
        )
        assert list(map(int, seen)) == order
    assert bare.locator("svg > circle").count() == 1  # what does not move is in no group


def test_an_animation_stands_still_where_no_motion_is_wanted(opened, bare):
    page = opened(CASES[0][0])
    frames = page.evaluate(FRAMES, list(range(5)))
    animation = page.evaluate("(frames) => convarith.saving.animationOf(frames, 0.01)", frames)
    middle = drawn(bare, page.evaluate("(frame) => convarith.saving.animationOf([frame], 1)", frames[2]))
    bare.emulate_media(reduced_motion="reduce")
    assert np.array_equal(drawn(bare, animation), middle)
    assert bare.evaluate("document.getAnimations().length") == 0
    bare.emulate_media(reduced_motion="no-preference")
    drawn(bare, animation)
    assert bare.evaluate("document.getAnimations().length") > 0
