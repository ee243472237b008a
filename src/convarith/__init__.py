"""The arithmetic of convolution: what padding, kernel, stride and dilation do to a CNN layer.

`Axis` counts the windows of one axis, exactly, and `TransposedAxis` the stamps; `settings` runs the count
backwards. `Conv`, `Pool` and their like are layers; `in_keras`, `in_pytorch`, `in_onnx` and `in_jax` write
them as code, `in_frameworks` side by side; `compare_outputs` finds where two networks part. `receptive_field`
is for a stack of layers, and `trace` reads a whole network. The `draw_...` functions draw all that, and
`animate` sets it in motion; `explore` and `explore_stack` give it sliders, `predict` asks about it, and
`workbench` counts a network that is typed in. `recorded` returns what was measured elsewhere. All but the
first three, and with them matplotlib and ipywidgets, are loaded when they are first needed.
"""

from convarith.axis import Axis, TransposedAxis, settings

TYPE_CHECKING = False  # type checkers know the name; to import typing would take milliseconds
if TYPE_CHECKING:
    from convarith.animation.animation import Animation as Animation, animate as animate
    from convarith.code.jax import in_jax as in_jax
    from convarith.code.keras import in_keras as in_keras
    from convarith.code.onnx import in_onnx as in_onnx
    from convarith.code.outputs import compare_outputs as compare_outputs
    from convarith.code.pytorch import in_pytorch as in_pytorch
    from convarith.code.together import in_frameworks as in_frameworks
    from convarith.data import recorded as recorded
    from convarith.explorer import explore as explore, explore_stack as explore_stack, predict as predict
    from convarith.figures._drawing import Picture as Picture
    from convarith.figures.charts import (
        draw_boxes as draw_boxes,
        draw_costs as draw_costs,
        draw_images as draw_images,
        draw_spread as draw_spread,
    )
    from convarith.figures.counts import draw_reads as draw_reads, draw_writes as draw_writes
    from convarith.figures.filters import draw_filters as draw_filters, draw_im2col as draw_im2col
    from convarith.figures.grids import (
        draw_grid as draw_grid,
        draw_grids as draw_grids,
        draw_steps as draw_steps,
    )
    from convarith.figures.networks import draw_network as draw_network
    from convarith.figures.roofline import draw_roofline as draw_roofline
    from convarith.figures.stacks import (
        draw_field as draw_field,
        draw_paths as draw_paths,
        draw_reach as draw_reach,
    )
    from convarith.figures.stamps import draw_stamps as draw_stamps
    from convarith.figures.windows import draw_centres as draw_centres, draw_windows as draw_windows
    from convarith.layers import (
        AdaptivePool as AdaptivePool,
        Conv as Conv,
        Dense as Dense,
        Pool as Pool,
        SeparableConv as SeparableConv,
        TransposedConv as TransposedConv,
    )
    from convarith.receptive import ReceptiveField as ReceptiveField, receptive_field as receptive_field
    from convarith.tracing.models import fitting as fitting, trace as trace
    from convarith.tracing.table import Trace as Trace
    from convarith.workbenches.widget import workbench as workbench

    __version__: str

# The names that are loaded when they are first needed, by their module.
_LATER = {
    "animation.animation": ("Animation", "animate"),
    "code.jax": ("in_jax",),
    "code.keras": ("in_keras",),
    "code.onnx": ("in_onnx",),
    "code.outputs": ("compare_outputs",),
    "code.pytorch": ("in_pytorch",),
    "code.together": ("in_frameworks",),
    "data": ("recorded",),
    "explorer": ("explore", "explore_stack", "predict"),
    "figures._drawing": ("Picture",),
    "figures.charts": ("draw_boxes", "draw_costs", "draw_images", "draw_spread"),
    "figures.counts": ("draw_reads", "draw_writes"),
    "figures.filters": ("draw_filters", "draw_im2col"),
    "figures.grids": ("draw_grid", "draw_grids", "draw_steps"),
    "figures.networks": ("draw_network",),
    "figures.roofline": ("draw_roofline",),
    "figures.stamps": ("draw_stamps",),
    "figures.stacks": ("draw_field", "draw_paths", "draw_reach"),
    "figures.windows": ("draw_centres", "draw_windows"),
    "layers": ("AdaptivePool", "Conv", "Dense", "Pool", "SeparableConv", "TransposedConv"),
    "receptive": ("ReceptiveField", "receptive_field"),
    "tracing.table": ("Trace",),
    "tracing.models": ("fitting", "trace"),
    "workbenches": ("workbench",),
}

__all__ = ["Axis", "TransposedAxis", "settings", *(name for names in _LATER.values() for name in names)]


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
