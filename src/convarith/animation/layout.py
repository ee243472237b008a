"""Where an animation's grids, numbers and words lie, in pixels: SVG and pixels ask the same."""

from collections.abc import Iterable

from convarith.animation.scene import Scene

TEXT = 13  # pixels, as large as the text around it
LINE = 19
LEAST_FOR_NUMBERS = 20  # pixels of a cell in which a number can be read


class Layout:
    """Where things lie, in pixels: whole numbers, so that SVG and pixels agree."""

    def __init__(self, scene: Scene, cell: int | None) -> None:
        tall, wide = len(scene.rows.extent), len(scene.columns.extent)
        others_tall, others_wide = scene.shape
        across = max(wide, others_wide) if scene.flat else wide + others_wide
        usual, least = (36, LEAST_FOR_NUMBERS) if scene.numbers else (28, 3)
        self.cell = cell = cell or min(usual, max(least, 800 // max(across, tall, others_tall)))
        widths, heights = [wide * cell, others_wide * cell], [tall * cell, others_tall * cell]
        if scene.transposed:
            widths.reverse()
            heights.reverse()
        titles = [width_of(heading) for heading in scene.headings]
        edge, gap, head = 12, 44, LINE + 5
        lefts, tops = [edge, edge], [edge + head, edge + head]
        if scene.flat:
            tops[1] += heights[0] + 2 * head
            self.arrow = (edge + 12, tops[0] + heights[0] + 5, 0, 2 * head - LINE - 11)
            self.width = max(*widths, *titles, 230) + 2 * edge
            bottom = tops[1] + heights[1]
        else:
            lefts[1] += max(widths[0], titles[0]) + gap
            bottom = tops[0] + max(heights)
            middle = tops[0] + min(heights) // 2
            self.arrow = (lefts[1] - gap + 10, middle, gap - 20, 0)
            self.width = max(lefts[1] + max(widths[1], titles[1]), 230) + edge
        self.headings = [(text, x, y - 8) for text, x, y in zip(scene.headings, lefts, tops, strict=True)]
        self.lines = []
        for text in _wrapped(scene.settings, self.width - 2 * edge):
            bottom += LINE
            self.lines.append((text, edge, bottom + 3))
        self.height = bottom + edge
        corners = list(zip(lefts, tops, strict=True))
        if scene.transposed:
            corners.reverse()
        (left, top), self.other = corners
        # The pixel of cell (0, 0) of the data: padding lies to its left and above it.
        self.origin = (left + scene.columns.pad_low * cell, top + scene.rows.pad_low * cell)

        if scene.numbers:
            self.given = TextSize(scene.numbers.image.values(), cell, cell * 3 // 8)
            self.weights = TextSize(scene.numbers.weights.values(), cell, cell * 5 // 16)
            made = [*scene.numbers.result.values()]
            for sums in scene.numbers.sums:
                made += sums.values()
            self.made = TextSize(made, cell, cell * 3 // 8)


class TextSize:
    """The size of the numbers in cells, such that the longest fits; and their base line, seen from above."""

    def __init__(self, texts: Iterable[str], cell: int, most: int) -> None:
        longest = max(map(len, texts), default=1)
        self.size = max(5, min(most, (cell - 4) * 20 // (13 * longest)))
        self.base = (cell + self.size * 5 // 7) // 2


def width_of(text: str) -> int:
    """About as many pixels as a text is wide; nobody knows the reader's font."""
    return len(text) * TEXT * 11 // 20


def _wrapped(parts: list[str], width: int) -> list[str]:
    lines = [parts[0]]
    for part in parts[1:]:
        longer = f"{lines[-1]}, {part}"
        if width_of(longer) <= width:
            lines[-1] = longer
        else:
            lines[-1] += ","
            lines.append(part)
    return lines
