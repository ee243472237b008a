"""Draws the picture of the page "My shapes do not match": five questions that lead to the fault.

`python book/_tools/decision.py`, which is part of `make notebooks`, writes `_static/decision.svg`.
"""

from html import escape
from pathlib import Path

from convarith._palette import DARK, LIGHT

PICTURE = Path(__file__).parents[1] / "_static" / "decision.svg"
# A question, what is at fault if the answer is yes, and what to change; the last has no question.
STEPS = [
    (
        ("Is the number of axes", "wrong: 2D, 3D, 4D, ndim?"),
        "An axis is missing",
        ("add the batch, or the", "one channel of grey"),
    ),
    (
        ("Is a size 0 or negative, or", "a kernel larger than the map?"),
        "The map has run out",
        ("a larger image, or one", "stride or pool fewer"),
    ),
    (
        ("Is one of the numbers 1 or 3,", "the other a height or width?"),
        "Channels",
        ("move them first, or last:", "permute, not reshape"),
    ),
    (
        ("Do branches meet whose", "sizes differ, often by one?"),
        "A merge",
        ("kernel, stride and padding", "alike in both branches"),
    ),
    (
        ("Is it a dense layer,", "two matrices or a reshape?"),
        "A dense layer",
        ("cells × channels of the last", "map, or a global pool"),
    ),
    (("None of them?",), "Trace it", ("shape after each layer,", "up to the first surprise")),
]
WIDE, ROW, HIGH, LEFT, RIGHT = 496, 86, 68, 226, 214


def alt() -> str:
    """The picture in words."""
    said = [f"{' '.join(question)} {fault}: {' '.join(mend)}." for question, fault, mend in STEPS]
    return "Questions from top to bottom. " + " ".join(said)


def decision() -> str:
    """The picture as SVG."""
    right, parts = WIDE - RIGHT - 2, []
    for number, (question, fault, mend) in enumerate(STEPS):
        y, middle = 2 + ROW * number, 2 + ROW * number + HIGH / 2
        parts += _box(
            "question", 2, y, LEFT, [f'<tspan class="ask">{escape(line)}</tspan>' for line in question]
        )
        lines = [f'<tspan class="fault">{escape(fault)}</tspan>', *map(escape, mend)]
        parts += _box("fault", right, y, RIGHT, lines)
        parts.append(_arrow(LEFT + 4, middle, right - 3, middle))
        if number < len(STEPS) - 1:
            parts.append(
                f'<text x="{(LEFT + right) / 2:g}" y="{middle - 7:g}" text-anchor="middle">yes</text>'
            )
            parts.append(_arrow(LEFT / 2, y + HIGH + 2, LEFT / 2, y + ROW - 3))
            parts.append(f'<text x="{LEFT / 2 + 10:g}" y="{y + HIGH + 14:g}">no</text>')
    high = ROW * (len(STEPS) - 1) + HIGH + 4
    style = f"text{{font:14px Verdana,DejaVu Sans,sans-serif}}.fault{{font-weight:bold}}{_colours(LIGHT)}"
    style += f"@media (prefers-color-scheme: dark){{{_colours(DARK)}}}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" width="{WIDE}" height="{high}" '
        f'role="img"><title>{escape(alt())}</title><style>{style}</style>'
        f'<rect class="paper" width="{WIDE}" height="{high}"/>{"".join(parts)}</svg>\n'
    )


def _colours(palette: dict[str, str]) -> str:
    """The rules that colour the picture, on light paper or on dark."""
    return (
        f"text{{fill:{palette['ink']}}}"
        f"rect.paper{{fill:{palette['paper']}}}"
        f"rect.question{{fill:{palette['input']};stroke:{palette['input_edge']}}}"
        f"rect.fault{{fill:{palette['output']};stroke:{palette['output_edge']}}}"
        f"path{{stroke:{palette['ink']};fill:none;stroke-width:1.5}}"
    )


def _box(kind: str, x: float, y: float, wide: float, lines: list[str]) -> list[str]:
    top = y + HIGH / 2 + 5 - 9.5 * (len(lines) - 1)
    texts = [f'<text x="{x + 9:g}" y="{top + 19 * n:g}">{line}</text>' for n, line in enumerate(lines)]
    return [f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{wide}" height="{HIGH}" rx="5"/>', *texts]


def _arrow(x: float, y: float, to_x: float, to_y: float) -> str:
    head = "l-6 -4m6 4l-6 4" if y == to_y else "l-4 -6m4 6l4 -6"
    return f'<path d="M{x:g} {y:g}L{to_x:g} {to_y:g}{head}"/>'


if __name__ == "__main__":
    PICTURE.write_text(decision(), encoding="utf-8")
