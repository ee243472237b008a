"""The arithmetic of convolution: what padding, kernel, stride and dilation do to a CNN layer.

`Axis` counts the windows of one axis, exactly, and `TransposedAxis` the stamps; `settings` runs the count
backwards. `Conv`, `Pool` and their like are layers; `receptive_field` is of a stack of them. The `draw_...`
functions draw all that; `explore` and `explore_stack` put sliders to it and `predict` asks for it. `recorded`
holds what was measured elsewhere. All but it and the first three, and with them matplotlib and ipywidgets,
are loaded when they are first needed.
"""

from convarith.axis import Axis, TransposedAxis, settings
from convarith.recorded import recorded  # here, since its module has the same name

TYPE_CHECKING = False  # type checkers know the name; to import typing would take milliseconds
if TYPE_CHECKING:
    from convarith.explorer import explore, explore_stack, predict
    from convarith.figures import (
        draw_grid,
        draw_images,
        draw_reads,
        draw_stamps,
        draw_steps,
        draw_windows,
        draw_writes,
    )
    from convarith.figures_costs import draw_costs
    from convarith.figures_stacks import draw_field, draw_paths
    from convarith.layers import Conv, Dense, Pool, SeparableConv, TransposedConv
    from convarith.painting import Picture
    from convarith.receptive import ReceptiveField, receptive_field

__all__ = [
    "Axis",
    "Conv",
    "Dense",
    "Picture",
    "Pool",
    "ReceptiveField",
    "SeparableConv",
    "TransposedAxis",
    "TransposedConv",
    "draw_costs",
    "draw_field",
    "draw_grid",
    "draw_images",
    "draw_paths",
    "draw_reads",
    "draw_stamps",
    "draw_steps",
    "draw_windows",
    "draw_writes",
    "explore",
    "explore_stack",
    "predict",
    "receptive_field",
    "recorded",
    "settings",
]


def __getattr__(name: str) -> object:
    if name in ("Conv", "Dense", "Pool", "SeparableConv", "TransposedConv"):
        import convarith.layers as home  # noqa: PLC0415
    elif name in ("ReceptiveField", "receptive_field"):
        import convarith.receptive as home  # noqa: PLC0415
    elif name in ("explore", "explore_stack", "predict"):
        import convarith.explorer as home  # noqa: PLC0415
    elif name == "draw_costs":
        import convarith.figures_costs as home  # noqa: PLC0415
    elif name in ("draw_field", "draw_paths"):
        import convarith.figures_stacks as home  # noqa: PLC0415
    elif name in __all__:
        import convarith.figures as home  # noqa: PLC0415
    else:
        raise AttributeError(f"module 'convarith' has no attribute {name!r}")
    return getattr(home, name)


def __dir__() -> list[str]:
    return __all__
