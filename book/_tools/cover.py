"""Draws the picture of the landing page and the README, which are no notebooks."""

from pathlib import Path

from convarith import Axis, draw_windows

COVER = Path(__file__).parents[1] / "_static" / "cover.svg"


def cover() -> str:
    return draw_windows(Axis(size=7, kernel=3, stride=2).same()).svg()


if __name__ == "__main__":
    COVER.write_text(cover(), encoding="utf-8")
