"""Animations show in each frame the window that `Axis` says, as SVG and as pixels; files are whole or not."""

import os
import re
import resource
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFont

import convarith
from convarith import Axis, Conv, Dense, Pool, SeparableConv, TransposedAxis, TransposedConv, animate
from convarith._palette import DARK, LIGHT
from convarith.animation import raster

SVG = "{http://www.w3.org/2000/svg}"


def every_axis() -> list[Axis | TransposedAxis]:
    """All settings of a small grid that fit, direct and transposed."""
    found: list[Axis | TransposedAxis] = []
    for i, k, s, d, low, high in product(range(1, 6), range(1, 5), range(1, 4), (1, 2), (0, 1, 2), (0, 2)):
        given = {"size": i, "kernel": k, "stride": s, "dilation": d, "pad_low": low, "pad_high": high}
        for kind, name, value in (
            (Axis, "ceil_mode", bool(i % 2)),
            (TransposedAxis, "output_padding", i % s),
        ):
            try:
                found.append(kind(**given, **{name: value}))
            except ValueError:
                continue
    assert len(found) > 1000
    return found


SHOWN = {
    "same": Axis(size=4, kernel=3).same(),
    "unused and dilated": Axis(size=6, kernel=2, stride=2, dilation=2, pad_low=1),
    "beyond": Axis(size=6, kernel=3, stride=2, ceil_mode=True),
    "rows unlike columns": (Axis(size=3, kernel=2, pad_high=1), Axis(size=7, kernel=3, stride=2)),
    "gaps": Pool(size=(7, 8), channels=1, kernel=2, stride=3),
    "tape": Conv(size=8, channels=1, filters=1, kernel=3, padding="causal"),
    "transposed": Axis(size=6, kernel=3, stride=2, pad_low=1, pad_high=1).transpose(),
    "transposed with holes": TransposedAxis(size=3, kernel=2, stride=3, pad_low=1, output_padding=2),
}


def axes_of(what: object) -> tuple:
    """Rows and columns, read from what was asked for and not from the animation."""
    if isinstance(what, Axis | TransposedAxis):
        return what, what
    axes = getattr(what, "axes", what)
    return axes if len(axes) == 2 else (Axis(size=1, kernel=1), axes[0])


def expected(what: object, n: int) -> tuple[dict, dict]:
    """What colour each cell has in frame n: of the grid with the window, and of the other. None: hatched."""
    rows, columns = axes_of(what)
    transposed = isinstance(columns, TransposedAxis)
    sizes = [axis.output if transposed else axis.size for axis in (rows, columns)]
    across = columns.size if transposed else columns.output
    r, c = divmod(n, across)
    reached, ends = [], []
    for axis, size in zip((rows, columns), sizes, strict=True):
        windows = [axis.window(j) for j in range(axis.size if transposed else axis.output)]
        reached.append({cell for window in windows for cell in window})
        ends.append((-axis.pad_low, max(size + (0 if transposed else axis.pad_high), windows[-1][-1] + 1)))
    windowed = {}
    for row, column in product(range(*ends[0]), range(*ends[1])):
        data = 0 <= row < sizes[0] and 0 <= column < sizes[1]
        if row in rows.window(r) and column in columns.window(c):
            role = "window" if data else "margin"
        elif row not in reached[0] or column not in reached[1]:
            role = None
        else:
            role = ("output" if transposed else "input") if data else "paper"
        windowed[row, column] = role
    other = {}
    for cell in product(range(rows.size if transposed else rows.output), range(across)):
        if transposed:
            other[cell] = "window" if cell == (r, c) else "input"
        else:
            other[cell] = "current" if cell == (r, c) else "output" if cell < (r, c) else "paper"
    return windowed, other


def faults(
    image: Image.Image,
    what: object,
    n: int,
    colours: dict = LIGHT,
    at: tuple = (0, 0),
    numbers: dict | None = None,
) -> list:
    """The cells of a picture with another colour than frame n asks for, in the middle or beside a number."""
    layout = animate(what, **(numbers or {})).layout
    pixels, wrong = image.convert("RGB"), []
    spot = 3 if numbers else layout.cell // 2
    for cells, origin in zip(expected(what, n), (layout.origin, layout.other), strict=True):
        for (row, column), role in cells.items():
            x = at[0] + origin[0] + column * layout.cell + spot
            y = at[1] + origin[1] + row * layout.cell + spot
            seen = "#{:02x}{:02x}{:02x}".format(*pixels.getpixel((x, y)))
            if role and seen != colours[role]:
                wrong.append((row, column, role, seen))
    return wrong


def moved_in(svg: str, n: int) -> tuple[list[tuple[int, int]], tuple[int, int]]:
    """From the text of an SVG alone, in pixels: corners of the window's cells, and of the cell of frame n."""
    ElementTree.fromstring(svg)
    steps = {name: int(count) for name, count in re.findall(r"\.(\w)\{animation:\1 \S+ steps\((\d+)\)", svg)}
    far = re.findall(r"@keyframes (\w)\{to\{transform:translate[XY]\((\d+)px", svg)
    step = {name: int(pixels) // steps[name] for name, pixels in far}
    assert all(int(pixels) % steps[name] == 0 for name, pixels in far)
    r, c = divmod(n, steps["c"])
    left, top = map(int, re.search(r'href="#w" transform="translate\((\S+) (\S+)\)" class="w"', svg).groups())
    boxes = re.findall(r"M(\d+) (\d+)h", re.search(r'<path id="w" d="([^"]*)"', svg)[1])
    window = [(left + int(x) + c * step["c"], top + int(y) + r * step["r"]) for x, y in boxes]
    return window, (c * step["d"], r * step["s"])


def test_every_frame_has_the_window_of_the_axis():
    for axis in every_axis():
        others = axis.size if isinstance(axis, TransposedAxis) else axis.output
        animation = animate(axis)
        assert len(animation) == len(animation.frames) == others**2
        svg, cell = animation.svg(), animation.layout.cell
        for n, frame in enumerate(animation.frames):
            r, c = divmod(n, others)
            assert (frame.cell, frame.rows, frame.columns) == ((r, c), axis.window(r), axis.window(c)), axis
            window, current = moved_in(svg, n)
            assert current == (c * cell, r * cell), axis
            seen = {(x // cell, y // cell) for x, y in window}
            assert seen == set(product(axis.window(c), axis.window(r))), axis


@pytest.mark.parametrize("name", SHOWN)
def test_gif_and_strip_show_every_frame(name, tmp_path):
    what = SHOWN[name]
    animation = animate(what, tmp_path / "a.gif", seconds=0.3)
    animation.save(tmp_path / "a.png")
    gif, strip = Image.open(tmp_path / "a.gif"), Image.open(tmp_path / "a.png")
    assert gif.n_frames == len(animation)
    assert gif.info["loop"] == 0
    for n, frame in enumerate(animation.frames):
        gif.seek(n)
        assert gif.info["duration"] == 300
        assert faults(gif, what, n) == []
        place = frame.cell[1] * gif.width, frame.cell[0] * gif.height
        assert faults(strip, what, n, at=place) == []
        shown = strip.crop((*place, place[0] + gif.width, place[1] + gif.height)).convert("RGB")
        assert shown.tobytes() == gif.convert("RGB").tobytes()


@pytest.mark.parametrize("name", SHOWN)
def test_pixels_hatch_what_no_window_reads_and_nothing_else(name):
    what, animation = SHOWN[name], animate(SHOWN[name])
    image = next(raster.Painter(animation.scene, animation.layout, dark=False).images()).convert("RGB")
    unused = tuple(bytes.fromhex(LIGHT["unused"][1:]))
    for cell, role in expected(what, 0)[0].items():
        inside = patch(image, animation.layout, animation.layout.origin, cell)
        assert (unused in {colour for _, colour in inside.getcolors(1000)}) == (role is None), cell


def test_pixels_dash_padding_and_dot_what_lies_beyond_it():
    axis = Axis(size=6, kernel=3, stride=3, pad_low=1, ceil_mode=True)
    for rows, columns, longest in (
        (axis, Axis(size=6, kernel=3, stride=3, pad_low=1, pad_high=2), 3),
        (axis, axis, 1),  # and one more where two cells meet
    ):
        animation = animate((rows, columns))
        image = next(raster.Painter(animation.scene, animation.layout, dark=False).images()).convert("RGB")
        (left, top), cell = animation.layout.origin, animation.layout.cell
        x = left + (columns.window(columns.output - 1)[-1] + 1) * cell  # no other cell draws on this edge
        edge = [image.getpixel((x, y)) for y in range(top + 4 * cell, top + 5 * cell)]
        inked = "".join("#" if colour == tuple(bytes.fromhex(LIGHT["faint"][1:])) else " " for colour in edge)
        assert max(map(len, inked.split())) - longest in (0, 1), inked


# A busy machine may not have paused yet, or not have drawn the new time, when the picture is taken.
SET_TIME = """async (time) => {
  const all = document.getAnimations();
  all.forEach((animation) => animation.pause());
  await Promise.all(all.map((animation) => animation.ready));
  all.forEach((animation) => { animation.currentTime = time; });
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
}"""


@pytest.fixture
def open_svg(browser, tmp_path) -> Iterator[Callable]:
    contexts = []

    def open_it(
        what: object, numbers: dict | None = None, **context: object
    ) -> Callable[[float | None], Image.Image]:
        animation = animate(what, tmp_path / "a.svg", **(numbers or {}))
        layout = animation.layout
        room = {"width": layout.width, "height": layout.height}
        contexts.append(browser.new_context(viewport=room, **context))
        page = contexts[-1].new_page()
        page.goto((tmp_path / "a.svg").as_uri())

        page.wait_for_function("document.getAnimations().length")

        def at(seconds: float | None) -> Image.Image:
            if seconds is not None:
                page.evaluate(SET_TIME, 1000 * seconds)
            return Image.open(BytesIO(page.screenshot()))

        return at

    yield open_it
    for context in contexts:
        context.close()  # it would move for as long as the browser is there


@pytest.mark.parametrize("name", SHOWN)
def test_a_browser_shows_every_frame_of_the_svg(name, open_svg):
    what = SHOWN[name]
    at = open_svg(what)
    for n in range(len(animate(what))):
        for moment in (0.02, 0.48):  # of the half second
            assert faults(at(0.5 * n + moment), what, n) == [], n
    assert faults(at(0.5 * len(animate(what)) + 0.1), what, 0) == []  # and begins again


def test_the_svg_follows_the_scheme_and_stands_still_where_motion_is_unwanted(open_svg):
    for name in ("same", "transposed"):
        what = SHOWN[name]
        middle = len(animate(what)) // 2
        dark = open_svg(what, color_scheme="dark")
        assert faults(dark(0.25), what, 0, DARK) == []
        assert faults(open_svg(what)(0.25), what, 0, DARK) != []
        for scheme, colours in (("light", LIGHT), ("dark", DARK)):
            still = open_svg(what, color_scheme=scheme, reduced_motion="reduce")
            assert faults(still(None), what, middle, colours) == []


def test_the_svg_plays_inside_an_image(browser):
    what = SHOWN["same"]
    page = browser.new_page()
    page.set_content(f"<style>body{{margin:0}}</style>{animate(what, seconds=0.1)._repr_html_()}")
    image = page.locator("img")
    assert image.get_attribute("alt") == animate(what).alt
    seen = set()
    for _ in range(60):
        if len(seen) > 3:
            break
        picture = Image.open(BytesIO(image.screenshot()))
        seen |= {n for n in range(16) if not faults(picture, what, n)}
        page.wait_for_timeout(30)
    page.close()
    assert len(seen) > 3


def test_themes_fix_the_colours(open_svg):
    axis = SHOWN["same"]
    assert animate(axis, theme="light").svg().count("prefers-color-scheme") == 0
    assert DARK["window"] not in animate(axis, theme="light").svg()
    assert LIGHT["window"] not in animate(axis, theme="dark").svg()
    painter = raster.Painter(animate(axis).scene, animate(axis).layout, dark=True)
    assert faults(next(painter.images()), axis, 0, DARK) == []


def test_explorer_and_animations_have_the_same_colours():
    (sheet,) = Path(convarith.__file__).parent.rglob("explorer.css")
    css = sheet.read_text()
    names = {"done": "output", "window-margin": "margin"}
    found = re.findall(r"--cv-([a-z-]+): (#[0-9a-f]+);", css)
    light, dark = dict(reversed(found)), dict(found)  # the light ones come first
    compared = {"ink", "paper", "input", "input-edge", "done", "window", "window-margin", "window-edge"}
    compared |= {"current", "current-edge", "output-edge", "unused"}
    for name in compared:
        role = names.get(name, name.replace("-", "_"))
        for seen, table in ((light, LIGHT), (dark, DARK)):
            value = seen[name]
            long = "#" + "".join(2 * digit for digit in value[1:]) if len(value) == 4 else value
            assert table[role] == long, name


def test_labels_come_from_the_numbers():
    for axis in every_axis()[::7]:
        scene = animate(axis).scene
        assert scene.headings == (f"input {axis.size} × {axis.size}", f"output {axis.output} × {axis.output}")
        said = ", ".join(scene.settings)
        assert f"kernel {axis.kernel}, stride {axis.stride}, padding " in said
        pads = str(axis.pad_low) if axis.pad_low == axis.pad_high else f"({axis.pad_low}, {axis.pad_high})"
        assert f"padding {pads}" in said
        extra = getattr(axis, "output_padding", 0)
        assert (f"dilation {axis.dilation}" in said) == (axis.dilation > 1)
        assert (f"output padding {extra}" in said) == (extra > 0)
        root = ElementTree.fromstring(animate(axis).svg())
        words = " ".join(text.text for text in root.iter(f"{SVG}text")).replace(",", "")
        assert words == " ".join((*scene.headings, *scene.settings)).replace(",", "")
        assert root.find(f"{SVG}desc").text == animate(axis).alt == repr(animate(axis))


def test_layers_are_their_axes():
    layer = {"channels": 1, "filters": 1, "kernel": 3}
    assert len(animate(Conv(size=(5, 6), **layer))) == 12
    assert len(animate(SeparableConv(size=(5, 6), **layer))) == 12
    assert len(animate(Conv(size=5, **layer))) == 3
    assert animate(Conv(size=5, **layer)).scene.headings == ("input 5", "output 3")
    assert animate(Axis(size=5, kernel=3), flat=True).scene.headings == ("input 5", "output 3")
    assert animate(TransposedConv(size=(2, 3), **layer)).scene.settings[0] == "transposed convolution"
    average = Pool(size=4, channels=1, kernel=2, operation="average")
    assert animate(average).scene.settings[0] == "average pooling"


def test_what_cannot_be_animated_is_said():
    axis = Axis(size=5, kernel=3)
    for wrong in (7, "axis", (axis, axis.transpose()), (), Dense(inputs=2, units=3), None):
        with pytest.raises(TypeError, match="takes an axis, a pair of axes of one kind, or a layer"):
            animate(wrong)
    with pytest.raises(ValueError, match=r"one or two axes, but .* has 3"):
        animate(Conv(size=(5, 5, 5), channels=1, filters=1, kernel=3))
    with pytest.raises(ValueError, match="only a single axis"):
        animate((axis, axis), flat=True)
    for given, kind, said in (
        ({"cell": 2}, ValueError, "cell must be at least 3 pixels, but is 2"),
        ({"cell": 2.5}, TypeError, "cell must be a whole number"),
        ({"seconds": 0}, ValueError, "from 0.02 to 60, but is 0"),
        ({"seconds": "1"}, TypeError, "seconds must be a number, but is '1'"),
        ({"theme": "blue"}, ValueError, "theme must be one of auto, light, dark, but is 'blue'"),
        ({"path": "a.webp"}, ValueError, r"saved as \.svg, \.gif or \.png, not as 'a\.webp'"),
    ):
        with pytest.raises(kind, match=said):
            animate(axis, **given)
    with pytest.raises(ValueError, match="40000 frames side by side make too large"):
        animate(Axis(size=200, kernel=1), "strip.png")


def test_an_svg_grows_with_its_sides_not_with_its_frames():
    few, many = (animate(Axis(size=size, kernel=3)) for size in (6, 96))
    assert len(many) > 500 * len(few)
    assert len(many.svg()) < 4 * len(few.svg())


@pytest.mark.parametrize("suffix", ["svg", "gif", "png"])
def test_equal_animations_are_equal_bytes(suffix, tmp_path):
    code = "import sys, convarith as c; "
    code += "c.animate(c.Axis(size=5, kernel=3, stride=2).same(), sys.argv[1])"
    made = []
    for seed in ("1", "2"):
        path = tmp_path / f"{seed}.{suffix}"
        subprocess.run(
            [sys.executable, "-c", code, path], check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        )
        made.append(path.read_bytes())
    animate(Axis(size=5, kernel=3, stride=2).same(), tmp_path / f"3.{suffix}")
    assert {*made, (tmp_path / f"3.{suffix}").read_bytes()} == {made[0]}
    assert len(list(tmp_path.iterdir())) == 3


def in_a_child(act: Callable[[], None]) -> str:
    """What goes wrong in a process of its own, which may give up rights and room."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            act()
            said = "nothing"
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(write, said.encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(write)
    with open(read, encoding="utf-8") as pipe:
        return pipe.read()


@pytest.mark.parametrize("suffix", ["svg", "gif", "png"])
def test_a_failure_is_a_sentence_and_leaves_nothing_behind(suffix, tmp_path):
    animation = animate(Axis(size=9, kernel=3))
    with pytest.raises(FileNotFoundError, match=r"none/a\.\w+ cannot be written: No such file or directory$"):
        animation.save(tmp_path / "none" / f"a.{suffix}")
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError, match="cannot be written: Not a directory"):
        animation.save(tmp_path / "file" / f"a.{suffix}")
    (tmp_path / f"folder.{suffix}").mkdir()
    with pytest.raises(IsADirectoryError, match="cannot be written: Is a directory"):
        animation.save(tmp_path / f"folder.{suffix}")

    path = tmp_path / f"a.{suffix}"
    path.write_text("as it was")
    before = sorted(tmp_path.iterdir())

    def without_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        animation.save(path)

    def without_rights() -> None:
        if os.geteuid() == 0:
            os.setuid(65534)  # nobody
        animation.save(path)

    assert re.fullmatch(r"OSError: \S+ cannot be written: File too large", in_a_child(without_room))
    raster.Painter(animation.scene, animation.layout, dark=False)  # a child without rights may load nothing
    animation.save(tmp_path / f"b.{suffix}")
    (tmp_path / f"b.{suffix}").unlink()
    tmp_path.chmod(0o500)
    try:
        assert re.fullmatch(
            r"PermissionError: \S+ cannot be written: Permission denied", in_a_child(without_rights)
        )
    finally:
        tmp_path.chmod(0o700)
    assert sorted(tmp_path.iterdir()) == before
    assert path.read_text() == "as it was"
    animation.save(path)
    assert path.stat().st_size > 1000


NUMBERED = SHOWN | {
    "dilated": (Axis(size=7, kernel=3, dilation=2, pad_low=1), Axis(size=6, kernel=2, stride=3)),
    "largest": Pool(size=(5, 5), channels=1, kernel=2, padding="same"),
    "average": Pool(size=(5, 4), channels=1, kernel=3, stride=2, operation="average", ceil_mode=True),
    "average with its padding": Pool(
        size=(4, 4), channels=1, kernel=3, stride=2, padding=1, operation="average", count_padding=True
    ),
    "stamps on a tape": TransposedConv(size=4, channels=1, filters=1, kernel=3, stride=2),
}


def numbers_for(what: object) -> dict:
    """Halves and whole numbers, some below zero, for the image and, but for a pool, the kernel."""
    rows, columns = axes_of(what)
    image = [[(7 * r + 3 * c + 2) % 11 / 2 - 2.5 for c in range(columns.size)] for r in range(rows.size)]
    kernel = [[(5 * a + 2 * b + 3) % 7 % 4 - 1 for b in range(columns.kernel)] for a in range(rows.kernel)]
    flat = len(getattr(what, "axes", "2D")) == 1
    numbers = {"image": image[0] if flat else image}
    return numbers if isinstance(what, Pool) else numbers | {"kernel": kernel[0] if flat else kernel}


def text_of(number: float) -> str:
    return f"{number:.3g}".replace("-", "−")


def written(what: object, n: int) -> tuple[dict, dict, dict]:
    """By a naive walk, what is written in frame n: on the grid with the window, on the other, the weights."""
    numbers, (rows, columns) = numbers_for(what), axes_of(what)
    image, kernel = (
        [line] if line and not isinstance(line[0], list) else line
        for line in (numbers["image"], numbers.get("kernel", []))
    )
    given = {(r, c): text_of(v) for r, line in enumerate(image) for c, v in enumerate(line)}
    taps = list(product(range(rows.kernel), range(columns.kernel)))
    made: dict = {}
    if isinstance(columns, TransposedAxis):
        for r, c in list(product(range(rows.size), range(columns.size)))[: n + 1]:
            for a, b in taps:
                y = r * rows.stride + a * rows.dilation - rows.pad_low
                x = c * columns.stride + b * columns.dilation - columns.pad_low
                if 0 <= y < rows.output and 0 <= x < columns.output:
                    made[y, x] = made.get((y, x), 0) + image[r][c] * kernel[a][b]
        across = columns.size
    else:
        room = [[None] * (columns.padded + columns.span) for _ in range(rows.padded + rows.span)]
        for r, line in enumerate(image):
            for c, value in enumerate(line):
                room[rows.pad_low + r][columns.pad_low + c] = value
        for r, c in list(product(range(rows.output), range(columns.output)))[: n + 1]:
            read = {
                (a, b): (r * rows.stride + a * rows.dilation, c * columns.stride + b * columns.dilation)
                for a, b in taps
            }
            inside = {tap: room[y][x] for tap, (y, x) in read.items() if room[y][x] is not None}
            if kernel:
                made[r, c] = sum(value * kernel[a][b] for (a, b), value in inside.items())
            elif what.operation == "max":
                made[r, c] = sorted(inside.values())[-1]
            else:
                counted = sum(y < rows.padded and x < columns.padded for y, x in read.values())
                made[r, c] = sum(inside.values()) / (counted if what.count_padding else len(inside))
        across = columns.output
    made = {cell: text_of(value) for cell, value in made.items()}
    row, column = rows.window(n // across), columns.window(n % across)
    weights = {(row[a], column[b]): "×" + text_of(kernel[a][b]) for a, b in taps if kernel}
    return *((made, given) if isinstance(columns, TransposedAxis) else (given, made)), weights


def read_back(svg: str, animation: object, n: int) -> tuple[dict, dict, dict]:
    """The same from the text of an SVG alone; of the output, all that lies under the sheets."""
    layout, style = animation.layout, re.search("<style>(.*?)</style>", svg, re.S)[1]
    moment, found = 100 * (n + 0.5) / len(animation), ({}, {}, {})

    def visible(name: str) -> bool:
        frames = re.search(rf"@keyframes {name}\{{(.*?)\}}\}}", style)[1]
        steps = [(float(at), int(shown)) for at, shown in re.findall(r"([\d.]+)%\{opacity:(\d)", frames)]
        assert steps[0][0] == 0
        return [shown for at, shown in steps if at <= moment][-1] == 1

    def walk(node: ElementTree.Element, x: int, y: int, where: dict) -> None:
        name = node.get("class", "")
        if re.fullmatch(r"v\d+-\d+", name) and not visible(name):
            return
        if move := re.fullmatch(r"translate\((-?\d+) (-?\d+)\)", node.get("transform", "")):
            x, y = x + int(move[1]), y + int(move[2])
            where = found[0] if (x, y) == layout.origin else found[1] if (x, y) == layout.other else where
        if node.tag == f"{SVG}text" and where is not None:
            place = int(node.get("x")), int(node.get("y"))
            column, row = (at // layout.cell for at in place)
            assert (row, column) not in where, "two numbers in one cell"
            where[row, column] = node.text
        for child in node:
            walk(child, x, y, found[2] if name == "k" else where)

    walk(ElementTree.fromstring(svg), 0, 0, None)
    window, _ = moved_in(svg, n)
    ((left, top), *_), (first, *_) = window, moved_in(svg, 0)[0]
    shift = (top - first[1]) // layout.cell, (left - first[0]) // layout.cell
    weights = {(row + shift[0], column + shift[1]): text for (row, column), text in found[2].items()}
    return found[0], found[1], weights


def test_every_frame_has_the_numbers_of_a_naive_walk():
    for what in (*every_axis()[::9], *NUMBERED.values()):
        animation = animate(what, **numbers_for(what))
        svg, count = animation.svg(), len(animation)
        for n in {0, count // 3, count // 2, count - 1}:
            on_window, on_other, weights = read_back(svg, animation, n)
            if not animation.scene.transposed:  # the sheets are looked at in a browser
                reached = written(what, n)[1]
                assert reached == dict(list(on_other.items())[: n + 1]), what
                on_other = reached
            assert (on_window, on_other, weights) == written(what, n), (what, n)


def stretchable() -> list[TransposedAxis]:
    """The transposed axes of the grid of which a direct convolution makes the same."""
    return [
        axis
        for axis in every_axis()
        if isinstance(axis, TransposedAxis) and max(axis.pad_low, axis.pad_high) < axis.span
    ]


def test_over_a_stretched_input_each_window_reads_the_cells_whose_stamps_reach_its_output():
    axes = stretchable()
    assert len(axes) > 300
    for axis in axes:
        animation = animate(axis, stretched=True)
        assert len(animation) == axis.output**2
        assert set(animation.scene.data()) == set(product(range(0, axis.stretched, axis.stride), repeat=2))
        for frame in animation.frames[:: axis.output + 1]:
            for o, window in zip(frame.cell, (frame.rows, frame.columns), strict=True):
                read = {at // axis.stride for at in window if animation.scene.has_data(at, 0)}
                assert read == {i for i in range(axis.size) if o in axis.window(i)}, axis
        svg, cell, last = animation.svg(), animation.layout.cell, len(animation) - 1
        window, current = moved_in(svg, last)
        assert current == ((axis.output - 1) * cell, (axis.output - 1) * cell)
        frame = animation.frames[last]
        assert {(y // cell, x // cell) for x, y in window} == set(product(frame.rows, frame.columns))


def test_over_a_stretched_input_the_weights_turned_round_make_the_sums_of_the_stamps():
    for what in (*stretchable()[::7], TransposedConv(size=4, channels=1, filters=1, kernel=3, stride=2)):
        numbers, sums = numbers_for(what), {}
        for changed in animate(what, **numbers).scene.numbers.sums:
            sums |= changed
        direct = animate(what, stretched=True, **numbers)
        missing = set(direct.scene.numbers.result.items()) - set(sums.items())
        assert {text for _, text in missing} <= {"0"}, what  # where no stamp is
        assert set(sums) <= set(direct.scene.numbers.result)
        assert direct.alt.endswith("numbers in its window times the weights, which are turned round.")


STRETCHED = {
    "strides": Axis(size=6, kernel=3, stride=2, pad_low=1, pad_high=1).transpose(),
    "zeros without padding": TransposedAxis(size=3, kernel=2, stride=2, pad_low=1, pad_high=1),
    "no strides": TransposedAxis(size=2, kernel=2),
    "rows unlike columns": (
        TransposedAxis(size=2, kernel=2, stride=3),
        TransposedAxis(size=3, kernel=3, dilation=2, pad_low=1),
    ),
    "tape": TransposedConv(size=3, channels=1, filters=1, kernel=3, stride=2),
}


@pytest.mark.parametrize("name", STRETCHED)
def test_pixels_and_a_browser_show_the_stretched_input(name, open_svg, tmp_path):
    what, numbers = STRETCHED[name], {"stretched": True}
    rows, columns = axes_of(what)
    if rows == Axis(size=1, kernel=1):
        rows = TransposedAxis(size=1, kernel=1)
    animation, at = animate(what, tmp_path / "a.gif", stretched=True), open_svg(what, numbers)
    gif, layout = Image.open(tmp_path / "a.gif"), animation.layout
    data = set(product(range(0, rows.stretched, rows.stride), range(0, columns.stretched, columns.stride)))
    for n, (r, c) in enumerate(product(range(rows.output), range(columns.output))):
        window = set(product(rows.equivalent.window(r), columns.equivalent.window(c)))
        room = product(
            *(range(-axis.equivalent.pad_low, axis.equivalent.extent.stop) for axis in (rows, columns))
        )
        roles = {
            cell: ("window" if cell in data else "margin")
            if cell in window
            else ("input" if cell in data else "paper")
            for cell in room
        }
        gif.seek(n)
        for image in (gif.convert("RGB"), at(0.5 * n + 0.25).convert("RGB")):
            for (row, column), role in roles.items():
                x, y = (
                    start + place * layout.cell + layout.cell // 2
                    for start, place in zip(layout.origin, (column, row), strict=True)
                )
                assert "#{:02x}{:02x}{:02x}".format(*image.getpixel((x, y))) == LIGHT[role], (n, row, column)


def test_the_words_of_a_stretched_input_are_those_of_the_layer():
    strided = animate(STRETCHED["strides"], stretched=True)
    assert strided.scene.headings == ("input 3 × 3, stretched", "output 6 × 6")
    assert strided.scene.settings == animate(STRETCHED["strides"]).scene.settings
    assert "stretched to 5 × 5 cells by zeros between its own and padded by (1, 2), and a" in strided.alt
    assert "The input is padded by 1, and a" in animate(STRETCHED["no strides"], stretched=True).alt
    assert "stretched to 5 cells by" in animate(STRETCHED["tape"], stretched=True).alt
    both = animate(STRETCHED["rows unlike columns"], stretched=True)
    assert "stretched to 4 × 3 cells by zeros between its own and padded by 1 × (3, 4)" in both.alt


def test_where_no_input_is_stretched_it_is_said():
    with pytest.raises(ValueError, match=r"only a transposed convolution .*, not Axis\(size=5"):
        animate(Axis(size=5, kernel=3), stretched=True)
    with pytest.raises(ValueError, match="no direct axis cuts input cells off: the padding is 3 and 0"):
        animate(TransposedAxis(size=5, kernel=3, pad_low=3), stretched=True)


def patch(image: Image.Image, layout: object, origin: tuple, cell: tuple) -> Image.Image:
    """What is inside the edges of a cell."""
    left, top = (start + at * layout.cell + 3 for start, at in zip(origin, cell[::-1], strict=True))
    return image.crop((left, top, left + layout.cell - 5, top + layout.cell - 5))


@pytest.mark.parametrize("name", NUMBERED)
def test_equal_numbers_are_equal_pixels_and_others_are_not(name, tmp_path):
    what = NUMBERED[name]
    animation = animate(what, tmp_path / "a.gif", **numbers_for(what))
    gif, layout, seen = Image.open(tmp_path / "a.gif"), animation.layout, {}
    for n in range(len(animation)):
        gif.seek(n)
        image = gif.convert("RGB")
        assert faults(image, what, n, numbers=numbers_for(what)) == []
        *texts, weights = written(what, n)
        for grid, (roles, origin) in enumerate(
            zip(expected(what, n), (layout.origin, layout.other), strict=True)
        ):
            for cell, role in roles.items():
                weight = weights.get(cell) if grid == 0 else None
                if role:
                    key = grid, role, texts[grid].get(cell), weight
                    seen.setdefault(key, set()).add(patch(image, layout, origin, cell).tobytes())
    assert {len(patches) for patches in seen.values()} == {1}
    looks = {(key[0], key[1], *patches) for key, patches in seen.items()}
    assert len(looks) == len(seen) > 8


@pytest.mark.parametrize("name", ["same", "beyond", "tape", "average", "transposed with holes"])
def test_a_browser_uncovers_each_number_in_its_frame(name, open_svg):
    what = NUMBERED[name]
    numbers = numbers_for(what)
    at, animation = open_svg(what, numbers), animate(what, **numbers)
    layout = animation.layout

    def check(image: Image.Image, n: int) -> None:
        image = image.convert("RGB")
        assert faults(image, what, n, numbers=numbers) == []
        *texts, weights = written(what, n)
        for grid, origin in enumerate((layout.origin, layout.other)):
            for cell, role in expected(what, n)[grid].items():
                one_colour = len(patch(image, layout, origin, cell).getcolors(10_000)) == 1
                is_written = cell in texts[grid] or (grid == 0 and cell in weights)
                assert role is None or one_colour != is_written, (n, grid, cell)

    for n in range(len(animation)):
        check(at(0.5 * n + 0.02), n)
        check(at(0.5 * n + 0.48), n)
    check(open_svg(what, numbers, reduced_motion="reduce")(None), len(animation) // 2)


def test_numbers_come_from_lists_and_arrays_alike():
    axis = Axis(size=3, kernel=2)
    image, kernel = [[1, 2, 3], [4, 5, 6], [7, 8, 1200]], [[1, 0], [0, -0.5]]
    given = {"image": image, "kernel": kernel}
    shown = animate(axis, **given)
    for kind in (np.array, np.float32, lambda table: tuple(map(tuple, table))):
        assert animate(axis, **{name: kind(table) for name, table in given.items()}).svg() == shown.svg()
    assert shown.scene.numbers.result[1, 1] == "−595"
    assert shown.scene.numbers.image[2, 2] == "1200"
    assert shown.alt == animate(axis).alt + (
        " Each number in the output is the sum of the numbers in its window times the weights."
    )
    for alone in ("image", "kernel"):
        half = animate(axis, **{alone: given[alone]})
        assert half.alt == animate(axis).alt
        assert not half.scene.numbers.result
        assert bool(half.scene.numbers.image) == (alone == "image")


def test_the_longest_number_fits_into_its_cell():
    for longest in (5, 1200, -2 / 3, -12345):
        animation = animate(Axis(size=2, kernel=1), image=[[1, 2], [3, longest]], kernel=[[1]])
        numbers, layout = animation.scene.numbers, animation.layout
        for texts, letters in ((numbers.image, layout.given), (numbers.result, layout.made)):
            font = ImageFont.load_default(letters.size)
            assert max(map(font.getlength, texts.values())) < layout.cell, texts


def test_numbers_that_do_not_fit_are_said():
    axis, square = Axis(size=3, kernel=2), [[1, 2, 3]] * 3
    pool = Pool(size=(3, 3), channels=1, kernel=2)
    for what, given, kind, said in (
        (
            axis,
            {"image": [[1, 2], [3, 4]]},
            ValueError,
            r"image must have the shape \(3, 3\), but has \(2, 2\)",
        ),
        (axis, {"image": [[1, 2, 3], [4, 5], [6, 7, 8]]}, ValueError, r"shape \(3, 3\), but has \(3, 2\)"),
        (axis, {"image": 5}, ValueError, r"image must have the shape \(3, 3\), but has \(\)"),
        (axis, {"kernel": np.ones(4)}, ValueError, r"kernel must have the shape \(2, 2\), but has \(4,\)"),
        (axis, {"flat": True, "image": square}, ValueError, r"shape \(3,\), but has \(3, 3\)"),
        (axis, {"image": [[1, 2, "3"]] * 3}, TypeError, "image must hold numbers, but has '3'"),
        (axis, {"image": [[1, 2, None]] * 3}, TypeError, "image must hold numbers, but has None"),
        (
            axis,
            {"image": [[1, 2, float("nan")]] * 3},
            ValueError,
            "image must hold finite numbers, but has nan",
        ),
        (axis, {"image": square, "cell": 19}, ValueError, "at least 20 pixels for numbers, but is 19"),
        (pool, {"kernel": [[1, 1]] * 2}, ValueError, "a pooling window has no weights, but kernel is given"),
        (
            Pool(size=(3, 3), channels=1, kernel=2, padding=2),
            {"image": square},
            ValueError,
            r"the window of output \(0, 0\) holds no numbers to pool, only padding",
        ),
    ):
        with pytest.raises(kind, match=said):
            animate(what, **given)
