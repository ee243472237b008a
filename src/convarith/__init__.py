"""The arithmetic of convolution: what padding, kernel, stride and dilation do to a CNN layer.

`Axis` counts the windows of one axis, exactly; `settings` runs the count backwards; the `draw_...`
functions draw it. matplotlib is loaded when the first drawing is asked for, not by this import.
"""

from convarith.axis import Axis, settings

TYPE_CHECKING = False  # type checkers know the name; to import typing would take milliseconds
if TYPE_CHECKING:
    from convarith.figures import (
        Picture,
        draw_grid,
        draw_images,
        draw_reads,
        draw_steps,
        draw_windows,
    )

__all__ = [
    "Axis",
    "Picture",
    "draw_grid",
    "draw_images",
    "draw_reads",
    "draw_steps",
    "draw_windows",
    "settings",
]


def __getattr__(name: str) -> object:
    if name in __all__:
        import convarith.figures  # noqa: PLC0415

        return getattr(convarith.figures, name)
    raise AttributeError(f"module 'convarith' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
