"""Animations as SVG that plays by itself: no script, no element per frame.

A style moves the window and the current cell in steps, columns within rows; sheets of empty cells move with
them and uncover the output. So the file is as small for a thousand frames as for nine.
"""

from collections.abc import Iterable

from convarith._palette import DARK, LIGHT
from convarith.animation.layout import TEXT, Layout, TextSize
from convarith.animation.scene import Scene
from convarith.axis import Axis, TransposedAxis


def svg(scene: Scene, layout: Layout, seconds: float, theme: str) -> str:
    """The animation as the text of an SVG file."""
    cell, (x, y) = layout.cell, layout.origin
    rows, columns = scene.rows, scene.columns
    wide, tall = columns.tape * cell, rows.tape * cell

    window = "".join(
        _box(column * columns.dilation * cell, row * rows.dilation * cell, cell, cell)
        for row in range(rows.kernel)
        for column in range(columns.kernel)
    )
    start = f"translate({-columns.pad_low * cell} {-rows.pad_low * cell})"
    moved = f'<g class="r"><g class="c"><use href="#w" transform="{start}" class="%s"/></g></g>'
    on_data = (
        f'<svg x="-.5" y="-.5" width="{wide + 1}" height="{tall + 1}" '
        f'viewBox="-.5 -.5 {wide + 1} {tall + 1}">'
        f"{moved % 'w'}</svg>"
    )
    cells, clip = _grid(columns.tape, rows.tape, cell), ""
    if scene.steps != (1, 1):
        cells = "".join(_box(column * cell, row * cell, cell, cell) for row, column in scene.data())
        whole = "".join(
            f"M{column * cell - 0.5} {row * cell - 0.5}h{cell + 1}v{cell + 1}h-{cell + 1}z"
            for row, column in scene.data()
        )
        clip = f'<clipPath id="z"><path d="{whole}"/></clipPath>'
        on_data = f'<g clip-path="url(#z)">{moved % "w"}</g>'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{layout.width}" height="{layout.height}" '
        f'viewBox="0 0 {layout.width} {layout.height}" role="img">',
        f"<title>{', '.join(scene.headings)}: {', '.join(scene.settings)}</title><desc>{scene.alt}</desc>",
        f"<style>{_style(scene, layout, seconds, theme)}</style>",
        f'<defs><path id="w" d="{window}"/><path id="g" d="{_grid(*scene.shape[::-1], cell)}"/>'
        '<pattern id="h" width="5" height="5" patternUnits="userSpaceOnUse">'
        f'<path class="h" d="M-1 1L1 -1M0 5L5 0M4 6L6 4"/></pattern>{clip}</defs>',
        f'<rect width="{layout.width}" height="{layout.height}" class="b"/>',
        f'<g transform="translate({x} {y})">',
        _around(scene, cell),
        f'<path class="{"o" if scene.transposed else "i"}" d="{cells}"/>',
        _strips(rows, columns, cell),
        moved % "m",
        # The same window again, in full colour as far as there are data, edges included.
        f"{on_data}{''.join(_numbers_in_the_window(scene, layout))}</g>",
        *_other_grid(scene, layout),
        *(f'<text x="{x}" y="{y}">{text}</text>' for text, x, y in layout.headings + layout.lines),
        _arrow(*layout.arrow),
        "</svg>\n",
    ]
    return "\n".join(part for part in parts if part)


def _other_grid(scene: Scene, layout: Layout) -> Iterable[str]:
    """The grid without the window: the current cell, and sheets that uncover what is made so far."""
    (x, y), (rows, columns), cell = layout.other, scene.shape, layout.cell
    current = f'<g class="s"><g class="d"><path class="n%s" d="{_box(0, 0, cell, cell)}"/></g></g>'
    yield f'<g transform="translate({x} {y})"><use href="#g" class="{"i" if scene.transposed else "o"}"/>'
    if scene.numbers:  # they lie on the current cell, and below the sheets
        texts, letters = (
            (scene.numbers.image, layout.given) if scene.transposed else (scene.numbers.result, layout.made)
        )
        yield current % ""
        yield _texts(texts, cell, letters)
    if not scene.transposed:
        row, across = _grid(columns, 1, cell), columns * cell
        yield (
            f'<svg width="{across}" height="{rows * cell}"><g class="s">'
            f'<use href="#g" y="{cell}" class="e"/><svg width="{across}" height="{cell}"><g class="d">'
            f'<path class="e" d="{row}" transform="translate({cell})"/></g></svg></g></svg>'
        )
    yield current % (" u" if scene.numbers else "") + "</g>"


def _style(scene: Scene, layout: Layout, seconds: float, theme: str) -> str:
    rows, columns = scene.shape
    row_time, time = columns * seconds, rows * columns * seconds
    still = (len(scene) // 2 + 0.5) * seconds
    moves = (
        ("r", "Y", rows, time, scene.rows.stride),
        ("c", "X", columns, row_time, scene.columns.stride),
        ("s", "Y", rows, time, 1),
        ("d", "X", columns, row_time, 1),
    )
    style = [f"text{{font:{TEXT}px sans-serif}}.p,.m,.y{{stroke-dasharray:3 2}}.y{{stroke-dasharray:1 2}}"]
    style += [
        f".{name}{{animation:{name} {duration:g}s steps({count}) infinite}}"
        f"@keyframes {name}{{to{{transform:translate{way}({count * step * layout.cell}px)}}}}"
        for name, way, count, duration, step in moves
    ]
    style.append(
        "@media(prefers-reduced-motion:reduce)"
        f"{{g{{animation-play-state:paused!important;animation-delay:-{still:g}s!important}}}}"
    )
    if scene.numbers:
        style.append(_number_style(scene, layout, seconds))
    style.append(_colours(DARK if theme == "dark" else LIGHT, scene))
    if theme == "auto":
        style.append(f"@media(prefers-color-scheme:dark){{{_colours(DARK, scene)}}}")
    return "\n".join(style)


def _numbers_in_the_window(scene: Scene, layout: Layout) -> Iterable[str]:
    """What is written on the grid that has the window: its numbers, and the weights that move with it."""
    numbers, rows, columns, cell = scene.numbers, scene.rows, scene.columns, layout.cell
    if not numbers:
        return
    if scene.transposed:
        for (start, end), texts in sorted(_lifetimes(scene).items()):
            yield f'<g class="v{start}-{end}">{_texts(texts, cell, layout.made)}</g>'
    else:
        yield _texts(numbers.image, cell, layout.given)
    if numbers.weights:
        placed = "".join(
            f'<text x="{(b * columns.dilation - columns.pad_low + 1) * cell - 2}" '
            f'y="{(a * rows.dilation - rows.pad_low + 1) * cell - 3}">{text}</text>'
            for (a, b), text in numbers.weights.items()
        )
        yield f'<g class="r"><g class="c"><g class="k">{placed}</g></g></g>'


def _texts(texts: dict[tuple[int, int], str], cell: int, letters: TextSize) -> str:
    placed = "".join(
        f'<text x="{column * cell + cell // 2}" y="{row * cell + letters.base}">{text}</text>'
        for (row, column), text in texts.items()
    )
    return f'<g class="t" font-size="{letters.size}">{placed}</g>' if texts else ""


def _lifetimes(scene: Scene) -> dict[tuple[int, int], dict[tuple[int, int], str]]:
    """The growing sums, by the frames in which they are seen: the first, and the one that is the next's."""
    shown: dict[tuple[int, int], tuple[int, str]] = {}  # cell -> since when, what
    lives: dict[tuple[int, int], dict[tuple[int, int], str]] = {}
    for number, sums in enumerate(scene.numbers.sums if scene.numbers else []):
        for place, text in sums.items():
            since, before = shown.get(place, (number, text))
            if before != text:
                lives.setdefault((since, number), {})[place] = before
                since = number
            shown[place] = since, text
    for place, (since, text) in shown.items():
        lives.setdefault((since, len(scene)), {})[place] = text
    return lives


def _number_style(scene: Scene, layout: Layout, seconds: float) -> str:
    """Letters, and when which sum is seen; where nothing moves, the last ones are."""
    style = [
        "g.t text,g.k text{font-size:inherit}.t{text-anchor:middle}.n.u{fill:none}"
        f".k{{text-anchor:end;font-size:{layout.weights.size}px}}"
    ]
    count = len(scene)
    for start, end in sorted(_lifetimes(scene)):
        moments = [
            (0, start == 0),
            *([(start, True)] if start else []),
            *([(end, False)] if end < count else []),
        ]
        frames = "".join(f"{100 * moment / count:.9g}%{{opacity:{shown:d}}}" for moment, shown in moments)
        name = f"v{start}-{end}"
        style.append(
            f".{name}{{opacity:{end == count:d};animation:{name} {count * seconds:g}s step-end infinite}}"
            f"@keyframes {name}{{{frames}}}"
        )
    return "\n".join(style)


def _colours(role: dict[str, str], scene: Scene) -> str:
    now = scene.mark
    painted = {
        ".b": ("paper", None),
        ".p,.y": ("paper", "faint"),
        ".i": ("input", "input_edge"),
        ".o": ("output", "output_edge"),
        ".e": ("paper", "output_edge"),
        ".m": ("margin", "window_edge"),
        ".w": ("window", "window_edge"),
        ".n": (now, f"{now}_edge"),
        "text": ("ink", None),
    }
    rules = [
        f"{what}{{fill:{role[fill]}{f';stroke:{role[edge]}' if edge else ''}}}"
        for what, (fill, edge) in painted.items()
    ]
    return (
        "".join(rules)
        + f".n{{stroke-width:2}}.h{{stroke:{role['unused']}}}.a{{fill:none;stroke:{role['ink']}}}"
    )


def _around(scene: Scene, cell: int) -> str:
    """The dashed cells around the data and between, padding or cut off; and dotted ones beyond them."""
    rows, columns = scene.rows, scene.columns
    whole = len(rows.extent), len(columns.extent)
    padded = whole[0] - rows.overhang, whole[1] - columns.overhang
    place = f'transform="translate({-columns.pad_low * cell} {-rows.pad_low * cell})"'
    parts = []
    if whole != padded:
        parts.append(f'<path class="y" d="{_grid(whole[1], whole[0], cell)}" {place}/>')
    if padded != (rows.tape, columns.tape) or scene.steps != (1, 1):
        parts.append(f'<path class="p" d="{_grid(padded[1], padded[0], cell)}" {place}/>')
    return "\n".join(parts)


def _strips(rows: Axis | TransposedAxis, columns: Axis | TransposedAxis, cell: int) -> str:
    """Hatches the rows and columns that no window touches."""
    left, top = -columns.pad_low * cell, -rows.pad_low * cell
    wide, tall = len(columns.extent) * cell, len(rows.extent) * cell
    strips = [_box(left, row * cell, wide, cell) for row in rows.untouched]
    strips += [_box(column * cell, top, cell, tall) for column in columns.untouched]
    return f'<path fill="url(#h)" d="{"".join(strips)}"/>' if strips else ""


def _arrow(x: int, y: int, right: int, down: int) -> str:
    head = f"M{x + right} {y + down}" + ("l-6 -4v8z" if right else "l-4 -6h8z")
    return f'<path class="a" d="M{x} {y}l{right} {down}{head}"/>'


def _box(x: int, y: int, wide: int, tall: int) -> str:
    return f"M{x} {y}h{wide}v{tall}h-{wide}z"


def _grid(columns: int, rows: int, cell: int) -> str:
    """A rectangle and its inner lines, each of them once."""
    wide, tall = columns * cell, rows * cell
    lines = [f"M{x} 0v{tall}" for x in _inner(columns, cell)] + [f"M0 {y}h{wide}" for y in _inner(rows, cell)]
    return _box(0, 0, wide, tall) + "".join(lines)


def _inner(count: int, cell: int) -> Iterable[int]:
    return range(cell, count * cell, cell)
