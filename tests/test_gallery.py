"""The gallery shows what it is meant to show, and its animations can be taken away."""

import re

import gallery
import pytest
from browsing import DESK, PHONE, SITE, Visit

from convarith import Animation, Axis, TransposedAxis

# The animations of the guide, as i, k, s, p, d and the output size.
GUIDE = [
    (4, 3, 1, 0, 1, 2),
    (5, 4, 1, 2, 1, 6),
    (5, 3, 1, 1, 1, 5),
    (5, 3, 1, 2, 1, 7),
    (5, 3, 2, 0, 1, 2),
    (5, 3, 2, 1, 1, 3),
    (6, 3, 2, 1, 1, 3),
    (7, 3, 1, 0, 2, 3),
]
pytestmark = pytest.mark.usefixtures("site")
ANIMATIONS = list(gallery.animations())


def shown() -> list[tuple]:
    return [animation.scene.axes for _, animation in ANIMATIONS]


@pytest.mark.parametrize("setting", GUIDE)
def test_the_gallery_has_all_animations_of_the_guide(setting):
    i, k, s, p, d, o = setting
    axis = Axis(size=i, kernel=k, stride=s, dilation=d, pad_low=p, pad_high=p)
    assert axis.output == o
    assert (axis, axis) in shown()
    if d == 1:  # both as stamps and over a stretched input, as the guide has it
        back = (axis.transpose(), axis.transpose())
        views = [animation.scene.stretched for _, animation in ANIMATIONS if animation.scene.axes == back]
        assert views == [False, True]


def test_the_gallery_has_what_the_guide_has_not():
    axes = [axis for pair in shown() for axis in pair]
    direct = [axis for axis in axes if isinstance(axis, Axis)]
    assert any(axis.stride > 1 and axis == axis.same() and axis.pad_high > axis.pad_low for axis in direct)
    assert any(axis == axis.causal() and axis.pad_low for axis in direct)
    assert any(axis.kernel % 2 == 0 and axis == axis.same() and axis.pad_high for axis in direct)
    assert any(axis.ceil_mode and axis.window(axis.output - 1)[-1] >= axis.size for axis in direct)
    assert any(isinstance(axis, TransposedAxis) and axis.output_padding for axis in axes)


def test_each_animation_has_a_name_a_source_and_files_of_its_own():
    names = [name for name, _ in ANIMATIONS]
    assert len(set(names)) == len(names) > 30
    page = (SITE / "book" / "gallery.html").read_text(encoding="utf-8")
    sections = dict(re.findall(r'<section[^>]* id="([^"]+)">((?:(?!<section).)*?)</section>', page, re.S))
    for name, animation in ANIMATIONS:
        section = name.removesuffix(gallery.STRETCHED)
        text = sections[section]
        assert "<em>Source:</em>" in text, name
        assert f' alt="{animation.alt}"' in text, name
        views = [one for one in names if one.removesuffix(gallery.STRETCHED) == section]
        linked = re.findall(r'<a href="\.\./(_static/gallery/[^"]+)" download>', text)
        assert linked == [f"_static/gallery/{one}.{suffix}" for one in views for suffix in gallery.SUFFIXES]
        svg, gif = (SITE / gallery.FOLDER / f"{name}.{suffix}" for suffix in gallery.SUFFIXES)
        assert svg.read_text(encoding="utf-8") == Animation(animation.scene, None, 0.5, "auto").svg()
        assert gif.read_bytes()[:6] == b"GIF89a"
    assert {path.stem for path in (SITE / gallery.FOLDER).iterdir()} == set(names)


@pytest.mark.parametrize(("width", "columns"), [(1280, 3), (1920, 3), (768, 2), (390, 1)])
def test_the_cards_lie_in_columns_and_no_picture_is_cut(browser, bases, width, columns):
    with Visit(browser, bases["file"], viewport={"width": width, "height": 900}) as visit:
        page = visit.open("book/gallery")
        lefts = """() => [...document.querySelectorAll("#convolution > .gallery-card")]
          .map((card) => Math.round(card.getBoundingClientRect().left))"""
        assert len(set(page.evaluate(lefts))) == columns
        pair = page.locator("#padding-and-strides-transposed .convarith-animation").all()
        stamps, stretched = (one.bounding_box() for one in pair)
        assert (stamps["y"] == stretched["y"]) == (columns > 1)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert visit.faults == []


def test_the_filter_shows_the_kind_that_is_chosen(browser, bases):
    kinds = {name: gallery.kinds(animation) for name, animation in ANIMATIONS}
    cards = [name for name in kinds if not name.endswith(gallery.STRETCHED)]
    every = {kind for found in kinds.values() for kind in found}
    with Visit(browser, bases["http"], viewport=DESK) as visit:
        page = visit.open("book/gallery")
        group = page.get_by_role("group", name="Show")
        assert {one.get_attribute("value") for one in group.get_by_role("radio").all()} == {"", *every}
        group.get_by_role("radio", name="everything").focus()
        for _ in every:
            page.keyboard.press("ArrowDown")
            chosen = group.get_by_role("radio", checked=True).get_attribute("value")
            seen = [card.get_attribute("id") for card in page.locator(".gallery-card:visible").all()]
            assert seen == [name for name in cards if chosen in kinds[name]] != []
            assert page.locator(".gallery-bar output").inner_text() == f"{len(seen)} of {len(cards)} settings"
        headings = page.locator(".gallery > h2:visible").count()
        page.keyboard.press("ArrowDown")  # round to the first
        assert page.locator(".gallery-card:visible").count() == len(cards)
        assert page.locator(".gallery > h2:visible").count() > headings  # of what is left out, none is shown
        assert visit.faults == []


def test_one_button_pauses_all(browser, bases):
    with Visit(browser, bases["file"], viewport=PHONE) as visit:
        page = visit.open("book/gallery")
        playing = page.locator('.convarith-animation[data-motion="playing"]')
        assert playing.count() == len(ANIMATIONS)
        page.get_by_role("button", name="Pause all").press("Enter")
        assert playing.count() == 0
        page.locator(".convarith-animation").first.get_by_role("button", name="Play").click()
        assert playing.count() == 1
        page.get_by_role("button", name="Pause all").click()
        page.get_by_role("button", name="Play all").click()
        assert playing.count() == len(ANIMATIONS)
