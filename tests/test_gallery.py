"""The gallery shows what it is meant to show, and its animations can be taken away."""

import re

import gallery
import pytest
from browsing import SITE, Visit
from PIL import Image

from convarith import Axis, TransposedAxis

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
    if d == 1:
        assert (axis.transpose(), axis.transpose()) in shown()


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
    assert len(set(names)) == len(names) > 20
    page = (SITE / "book" / "gallery.html").read_text(encoding="utf-8")
    sections = dict(re.findall(r'<section id="([^"]+)">((?:(?!<section).)*?)</section>', page, re.S))
    for name, animation in ANIMATIONS:
        text = sections[name]
        assert "<em>Source:</em>" in text, name
        assert f' alt="{animation.alt}"' in text, name
        linked = re.findall(r'<a href="\.\./(_static/gallery/[^"]+)" download>', text)
        assert linked == [f"_static/gallery/{name}.svg", f"_static/gallery/{name}.gif"]
        svg, gif = (SITE / path for path in linked)
        assert svg.read_text(encoding="utf-8") == animation.svg()
        assert gif.read_bytes()[:6] == b"GIF89a"
    assert {path.stem for path in (SITE / gallery.FOLDER).iterdir()} == set(names)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_animations_follow_the_theme_of_the_page_not_only_the_device(browser, bases, tmp_path, theme):
    with Visit(browser, bases["file"], color_scheme="light") as visit:
        page = visit.open("book/gallery")
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        image = page.locator("img.convarith-animation").first
        image.scroll_into_view_if_needed()
        image.evaluate("image => image.decode()")
        image.screenshot(path=tmp_path / "animation.png")
    with Image.open(tmp_path / "animation.png") as picture:
        corner = picture.convert("RGB").getpixel((5, 5))
    assert (sum(corner) > 600) == (theme == "light")
