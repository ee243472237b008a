"""Animations made of pixels, drawn with Pillow: GIF, and all frames side by side as PNG."""

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from convarith._palette import DARK, LIGHT
from convarith.animation.layout import TEXT, Layout, TextSize
from convarith.animation.scene import Frame, Scene
from convarith.animation.values import Cell, CellValues

NAMES = tuple(LIGHT)
SHADES = 4  # of ink on paper, for smooth letters
WRITTEN_ON = ("input", "window", "margin", "output", "current")  # where numbers stand
MOST_PIXELS = 100_000_000
LEVEL = [(value * SHADES + 127) // 255 for value in range(256)]


class Grid(NamedTuple):
    """Where the cell (0, 0) of a grid lies, and how large each cell is, in pixels."""

    left: int
    top: int
    cell: int

    def corner(self, row: int, column: int) -> tuple[int, int]:
        """The upper left pixel of a cell."""
        return self.left + column * self.cell, self.top + row * self.cell


class Painter:
    """Draws the frames of one animation, in few colours."""

    def __init__(self, scene: Scene, layout: Layout, dark: bool) -> None:
        self.scene, self.layout = scene, layout
        role = DARK if dark else LIGHT
        self.colour = {name: number for number, name in enumerate(NAMES)}
        rgb = [tuple(bytes.fromhex(role[name][1:])) for name in NAMES]
        ink, self.shades = rgb[self.colour["ink"]], {}
        for name in ("paper", *(WRITTEN_ON if scene.numbers else ())):
            ground = rgb[self.colour[name]]
            self.shades[name] = [0, *range(len(rgb), len(rgb) + SHADES - 1), self.colour["ink"]]
            rgb += [
                tuple(a + (b - a) * shade // SHADES for a, b in zip(ground, ink, strict=True))
                for shade in range(1, SHADES)
            ]
        self.palette = [value for colour in rgb for value in colour]
        self.size = (layout.width, layout.height)
        self.grid, self.other = Grid(*layout.origin, layout.cell), Grid(*layout.other, layout.cell)

    def __len__(self) -> int:
        return len(self.scene)

    def images(self) -> Iterator[Image.Image]:
        """The frames, one after the other."""
        picture = self._backdrop()
        draw = ImageDraw.Draw(picture)
        numbers = self.scene.numbers
        self.shown = dict(numbers.image) if numbers and not self.scene.transposed else {}
        done = None
        for count, frame in enumerate(self.scene.frames()):
            if not self.scene.transposed and done:  # what is filled stays filled
                self._cell(draw, self.other, done.cell, "output", "output_edge")
                if numbers:
                    self._number(picture, self.other, done.cell, numbers.result, "output", self.layout.made)
            if numbers and numbers.sums:
                self.shown |= numbers.sums[count]
            yield self._with_window(picture, frame)
            if numbers and numbers.sums:
                for cell in numbers.sums[count]:
                    self._cell(draw, self.grid, cell, "output", "output_edge")
                    self._number(picture, self.grid, cell, self.shown, "output", self.layout.made)
            done = frame

    def _with_window(self, backdrop: Image.Image, frame: Frame) -> Image.Image:
        picture = backdrop.copy()
        draw = ImageDraw.Draw(picture)
        on_data, mark = [], self.scene.mark
        for row in frame.rows:
            for column in frame.columns:
                if self.scene.has_data(row, column):
                    on_data.append((row, column))
                else:
                    self._cell(draw, self.grid, (row, column), "margin", None)
                    self._dashed(draw, (row, column), "window_edge", 3, 2)
        for cell in on_data:
            self._cell(draw, self.grid, cell, "window", "window_edge")
        self._cell(draw, self.other, frame.cell, mark, f"{mark}_edge", 2)
        if self.scene.numbers:
            self._numbers(picture, self.scene.numbers, frame, set(on_data))
        return picture

    def _numbers(
        self, picture: Image.Image, numbers: CellValues, frame: Frame, on_data: set[tuple[int, int]]
    ) -> None:
        """Writes what stands in the window, and in the one cell of a frame."""
        layout, transposed = self.layout, self.scene.transposed
        inner, outer = (layout.made, layout.given) if transposed else (layout.given, layout.made)
        for cell in on_data:
            self._number(picture, self.grid, cell, self.shown, "window", inner)
        for (a, b), text in numbers.weights.items():
            row, column = cell = frame.rows[a], frame.columns[b]
            x, y = self.grid.corner(row + 1, column + 1)
            ground = "window" if cell in on_data else "margin"
            self._letters(picture, x - 1, y - 3, text, ground, layout.weights.size, "rs")
        texts = numbers.image if transposed else numbers.result
        self._number(picture, self.other, frame.cell, texts, self.scene.mark, outer)

    def _number(
        self,
        picture: Image.Image,
        grid: Grid,
        cell: Cell,
        texts: dict[tuple[int, int], str],
        ground: str,
        letters: TextSize,
    ) -> None:
        if cell in texts:
            left, top = grid.corner(*cell)
            middle, base = left + grid.cell // 2, top + letters.base
            self._letters(picture, middle, base, texts[cell], ground, letters.size, "ms")

    def _letters(
        self, picture: Image.Image, x: int, y: int, text: str, ground: str, size: int, anchor: str
    ) -> None:
        mask, offset = _lettering(text, size, anchor)
        picture.paste(
            mask.point([self.shades[ground][n] for n in LEVEL]),
            (x + offset[0], y + offset[1]),
            mask.point([255 * (n > 0) for n in LEVEL]),
        )

    def _backdrop(self) -> Image.Image:
        """What all frames share."""
        picture = Image.new("P", self.size, self.colour["paper"])
        picture.putpalette(self.palette)
        draw = ImageDraw.Draw(picture)
        rows, columns = self.scene.rows, self.scene.columns
        data, other = ("output", "input") if self.scene.transposed else ("input", "output")
        bottom, right = rows.extent.stop - rows.overhang, columns.extent.stop - columns.overhang
        for row in rows.extent:
            for column in columns.extent:
                if self.scene.has_data(row, column):
                    continue
                beyond = row >= bottom or column >= right
                self._dashed(draw, (row, column), "faint", *((1, 2) if beyond else (3, 2)))
        for cell in self.scene.data():
            self._cell(draw, self.grid, cell, data, f"{data}_edge")
        self._hatch(draw)
        numbers = self.scene.numbers
        if numbers and not self.scene.transposed:
            for cell in numbers.image:
                self._number(picture, self.grid, cell, numbers.image, data, self.layout.given)
        for row in range(self.scene.shape[0]):
            for column in range(self.scene.shape[1]):
                fill = other if self.scene.transposed else "paper"
                self._cell(draw, self.other, (row, column), fill, f"{other}_edge")
        if numbers and self.scene.transposed:
            for cell in numbers.image:
                self._number(picture, self.other, cell, numbers.image, other, self.layout.given)
        self._arrow(draw)
        self._write(picture)
        return picture

    def _cell(
        self,
        draw: ImageDraw.ImageDraw,
        grid: Grid,
        cell: Cell,
        fill: str,
        edge: str | None,
        width: int = 1,
    ) -> None:
        left, top = grid.corner(*cell)
        box = (left, top, left + grid.cell, top + grid.cell)
        draw.rectangle(box, self.colour[fill], None if edge is None else self.colour[edge], width)

    def _dashed(self, draw: ImageDraw.ImageDraw, cell: Cell, colour: str, on: int, off: int) -> None:
        side, ink = self.grid.cell, self.colour[colour]
        left, top = self.grid.corner(*cell)
        for at in range(0, side + 1, on + off):
            to = min(at + on - 1, side)
            for far in (0, side):
                draw.line((left + at, top + far, left + to, top + far), ink)
                draw.line((left + far, top + at, left + far, top + to), ink)

    def _hatch(self, draw: ImageDraw.ImageDraw) -> None:
        """Strokes over the cells that no window touches."""
        rows, columns, cell = self.scene.rows, self.scene.columns, self.grid.cell
        ink, spare_rows, spare_columns = self.colour["unused"], set(rows.untouched), set(columns.untouched)
        for row in rows.extent:
            for column in columns.extent:
                if row in spare_rows or column in spare_columns:
                    left, top = self.grid.corner(row, column)
                    for at in range(5, 2 * cell, 5):
                        near, far = max(0, at - cell), min(at, cell)
                        draw.line((left + near, top + far, left + far, top + near), ink)

    def _arrow(self, draw: ImageDraw.ImageDraw) -> None:
        x, y, right, down = self.layout.arrow
        ink, x1, y1 = self.colour["ink"], x + right, y + down
        draw.line((x, y, x1, y1), ink)
        draw.polygon(
            [(x1, y1), (x1 - 6, y1 - 4), (x1 - 6, y1 + 4)]
            if right
            else [(x1, y1), (x1 - 4, y1 - 6), (x1 + 4, y1 - 6)],
            ink,
        )

    def _write(self, picture: Image.Image) -> None:
        """Writes the words around the grids."""
        for text, x, y in self.layout.headings + self.layout.lines:
            self._letters(picture, x, y, text, "paper", TEXT, "ls")


@lru_cache(maxsize=10_000)
def _lettering(text: str, size: int, anchor: str) -> tuple[Image.Image, tuple[int, int]]:
    """Letters that Pillow brings, so that they look the same everywhere; and where they lie from a place."""
    font = ImageFont.load_default(size)
    text = text.replace("×−", "x -").replace("×", "x").replace("−", "-")  # it has no × and −
    left, top, right, bottom = map(int, font.getbbox(text, anchor=anchor))
    mask = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(mask).text((-left, -top), text, 255, font, anchor=anchor)
    return mask, (left, top)


def gif(painter: Painter, seconds: float) -> bytes:
    """All frames as a GIF that starts again at its end."""
    wide, tall = painter.size
    if wide * tall * len(painter) > 5 * MOST_PIXELS:  # Pillow holds all of them
        raise ValueError(f"{len(painter)} frames of {wide} x {tall} pixels are too many for a GIF")
    images = painter.images()
    target = BytesIO()
    next(images).save(
        target,
        "GIF",
        save_all=True,
        append_images=images,
        duration=round(100 * seconds) * 10,  # GIF counts in hundredths
        loop=0,
        optimize=False,
        disposal=1,
    )
    return target.getvalue()


def png(painter: Painter, seconds: float) -> bytes:
    """All frames side by side, each where the cell lies that it is about."""
    (wide, tall), scene = painter.size, painter.scene
    width, height = wide * scene.shape[1], tall * scene.shape[0]
    if width * height > MOST_PIXELS:
        raise ValueError(
            f"{len(painter)} frames side by side make too large a picture: {width} x {height} pixels"
        )
    strip = Image.new("P", (width, height))
    strip.putpalette(painter.palette)
    images = painter.images()
    for frame, image in zip(scene.frames(), images, strict=True):
        row, column = frame.cell
        strip.paste(image, (column * wide, row * tall))
    target = BytesIO()
    strip.save(target, "PNG", optimize=True)
    return target.getvalue()
