"""Draws the library as a house, from the floors in pyproject.toml and the first sentence of each module.

`python tools/house.py`, which is part of `make notebooks`, writes `house.svg`, the picture in CONTRIBUTING.
"""

import ast
import tomllib
from html import escape
from pathlib import Path
from textwrap import wrap

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "src" / "convarith"
PICTURE = Path(__file__).with_name("house.svg")
CORE = {"receptive", "field", "layers", "_layer", "axis"}

WIDE, GAP, MARGIN = 880, 8, 12
LETTERS = 6.2  # the width of one at 12 px, on average


def floors() -> list[list[str]]:
    """The rooms of each floor, from the roof down."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    house = settings["tool"]["importlinter"]["contracts"][0]
    return [floor.split(" | ") for floor in house["layers"]]


def purpose(room: str) -> str:
    """The first sentence of a module or package."""
    path = LIBRARY / room / "__init__.py" if (LIBRARY / room).is_dir() else LIBRARY / f"{room}.py"
    first = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))).split("\n\n")[0]
    return " ".join(first.split()).split(". ")[0].rstrip(".").replace("`", "") + "."


def box(room: str, lines: list[str], x: float, y: float, wide: float, high: float) -> list[str]:
    """A room: its name, and what it is for."""
    kind = "core" if room in CORE else "tool"
    name = f"{room}/" if (LIBRARY / room).is_dir() else room
    return [
        f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{wide:g}" height="{high}" rx="4"/>',
        f'<text class="name" x="{x + 12:g}" y="{y + 22:g}">{escape(name)}</text>',
        *(
            f'<text x="{x + 12:g}" y="{y + 40 + 15 * n:g}">{escape(line)}</text>'
            for n, line in enumerate(lines)
        ),
    ]


def house() -> str:
    """The picture as SVG."""
    parts, y = [], MARGIN
    for rooms in floors():
        wide = (WIDE - GAP * (len(rooms) - 1)) / len(rooms)
        texts = [wrap(purpose(room), int((wide - 24) / LETTERS)) for room in rooms]
        high = 34 + 15 * max(map(len, texts))
        for number, (room, lines) in enumerate(zip(rooms, texts, strict=True)):
            parts += box(room, lines, MARGIN + number * (wide + GAP), y, wide, high)
        y += high + GAP
    width, height = WIDE + 2 * MARGIN, y - GAP + MARGIN
    style = (
        "text{font:12px system-ui,sans-serif;fill:#333}.name{font:600 14px ui-monospace,monospace;fill:#111}"
        ".core{fill:#cfe3f7;stroke:#3b78b5}.tool{fill:#f3f3f0;stroke:#999}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}">\n'
        f'<style>{style}</style>\n<rect width="{width}" height="{height}" fill="#fff"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


if __name__ == "__main__":
    PICTURE.write_text(house(), encoding="utf-8")
