"""Draws the picture of the landing page, the one that link previews show, and the animation of the README."""

from io import BytesIO
from pathlib import Path

from convarith import Axis, animate, draw_windows

from dark import on_dark_paper

COVER = Path(__file__).parents[1] / "_static" / "cover.svg"
ANIMATION = COVER.with_name("animation.svg")
AXIS = Axis(size=7, kernel=3, stride=2).same()


def cover() -> str:
    return on_dark_paper(draw_windows(AXIS).svg())


def animation() -> str:
    return animate(Axis(size=5, kernel=3, stride=2, pad_low=1, pad_high=1)).svg()


def preview() -> bytes:
    """The cover with the title above it, 1200 x 630 pixels, as PNG: what link previews take."""
    figure = draw_windows(AXIS)
    figure.set(size_inches=(12, 6.3), facecolor="white")
    figure.axes[0].set_position((0.06, 0.05, 0.88, 0.6))
    figure.text(
        0.06,
        0.84,
        "Convolution Arithmetic",
        fontsize=44,
        color="#222222",
        weight="bold",
    )
    figure.text(
        0.06,
        0.745,
        "padding, kernel, stride, dilation: lay the windows, count them",
        fontsize=22,
    )
    for text in figure.axes[0].texts:
        text.set_fontsize(20)
    target = BytesIO()
    figure.savefig(target, format="png", dpi=100, metadata={"Software": None})
    return target.getvalue()


if __name__ == "__main__":
    COVER.write_text(cover(), encoding="utf-8")
    ANIMATION.write_text(animation(), encoding="utf-8")
