"""The arithmetic of convolution: what padding, kernel, stride and dilation do to a CNN layer.

`Axis` counts the windows of one axis, exactly, and `TransposedAxis` the stamps; `settings` runs the count
backwards. `Conv`, `Pool` and their like are layers, and `in_keras`, `in_pytorch`, `in_onnx` and `in_jax` say
them as code; `receptive_field` is of a stack of them, and `trace` reads a whole Keras model. The `draw_...`
functions draw all that, and `animate` sets it in motion; `explore` and `explore_stack` put sliders to it and
`predict` asks for it. `recorded` holds what was measured elsewhere. All but the first three, and with them
matplotlib and ipywidgets, are loaded when they are first needed.
"""

from convarith.axis import Axis, TransposedAxis, settings

TYPE_CHECKING = False  # type checkers know the name; to import typing would take milliseconds
if TYPE_CHECKING:
    from convarith.animation.animation import Animation, animate
    from convarith.code.jax import in_jax
    from convarith.code.keras import in_keras
    from convarith.code.onnx import in_onnx
    from convarith.code.pytorch import in_pytorch
    from convarith.data import recorded
    from convarith.explorer import explore, explore_stack, predict
    from convarith.figures._drawing import Picture
    from convarith.figures.charts import draw_costs
    from convarith.figures.networks import draw_network
    from convarith.figures.spread import draw_spread
    from convarith.figures.stacks import draw_field, draw_paths
    from convarith.figures.windows import (
        draw_grid,
        draw_images,
        draw_reads,
        draw_stamps,
        draw_steps,
        draw_windows,
        draw_writes,
    )
    from convarith.layers import Conv, Dense, Pool, SeparableConv, TransposedConv
    from convarith.receptive import ReceptiveField, receptive_field
    from convarith.tracing.table import Trace
    from convarith.tracing.walk import trace

    __version__: str

__all__ = [
    "Animation",
    "Axis",
    "Conv",
    "Dense",
    "Picture",
    "Pool",
    "ReceptiveField",
    "SeparableConv",
    "Trace",
    "TransposedAxis",
    "TransposedConv",
    "animate",
    "draw_costs",
    "draw_field",
    "draw_grid",
    "draw_images",
    "draw_network",
    "draw_paths",
    "draw_reads",
    "draw_spread",
    "draw_stamps",
    "draw_steps",
    "draw_windows",
    "draw_writes",
    "explore",
    "explore_stack",
    "in_jax",
    "in_keras",
    "in_onnx",
    "in_pytorch",
    "predict",
    "receptive_field",
    "recorded",
    "settings",
    "trace",
]

# The names that are loaded when they are first needed, by their module.
_LATER = {
    "animation.animation": ("Animation", "animate"),
    "code.jax": ("in_jax",),
    "code.keras": ("in_keras",),
    "code.onnx": ("in_onnx",),
    "code.pytorch": ("in_pytorch",),
    "data": ("recorded",),
    "explorer": ("explore", "explore_stack", "predict"),
    "figures._drawing": ("Picture",),
    "figures.charts": ("draw_costs",),
    "figures.networks": ("draw_network",),
    "figures.spread": ("draw_spread",),
    "figures.stacks": ("draw_field", "draw_paths"),
    "figures.windows": (
        "draw_grid",
        "draw_images",
        "draw_reads",
        "draw_stamps",
        "draw_steps",
        "draw_windows",
        "draw_writes",
    ),
    "layers": ("Conv", "Dense", "Pool", "SeparableConv", "TransposedConv"),
    "receptive": ("ReceptiveField", "receptive_field"),
    "tracing.table": ("Trace",),
    "tracing.walk": ("trace",),
}


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415

        return version("convarith")
    from importlib import import_module  # noqa: PLC0415

    for module, names in _LATER.items():
        if name in names:
            return getattr(import_module(f"convarith.{module}"), name)
    raise AttributeError(f"module 'convarith' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
