"""What PyTorch's operations with windows do: convolutions, pools and upsampling."""

from fractions import Fraction
from functools import partial
from typing import Any

from convarith.field import Taps
from convarith.layers import Conv, Pool, TransposedConv
from convarith.tracing import effects
from convarith.tracing.effects import Effect
from convarith.tracing.pytorch_call import Call, Reader, as_numbers, each_rank, layout_of
from convarith.tracing.sight import All, View


def _convolution(call: Call, stride: Any, padding: Any, dilation: Any, groups: int) -> Effect:
    filters, _, *kernel = call.get(1, "weight").shape
    rank = len(kernel)
    layout = layout_of(call.shape, rank)
    pads = padding if isinstance(padding, str) else tuple((n, n) for n in as_numbers(padding, rank))
    layer = Conv(
        size=layout.sizes,
        channels=layout.channels,
        filters=filters,
        kernel=kernel,
        stride=as_numbers(stride, rank),
        padding=pads[0] if rank == 1 and not isinstance(pads, str) else pads,
        dilation=as_numbers(dilation, rank),
        groups=groups,
        bias=call.get(2, "bias") is not None,
    )
    return effects.sliding(layer, layout)


def _conv(call: Call) -> Effect:
    return _convolution(
        call,
        call.get(3, "stride", 1),
        call.get(4, "padding", 0),
        call.get(5, "dilation", 1),
        call.get(6, "groups", 1),
    )


def _any_convolution(call: Call) -> Effect:
    stride, padding, dilation = call.get(3, "stride"), call.get(4, "padding"), call.get(5, "dilation")
    if call.get(6, "transposed"):
        return _transposed_convolution(
            call, stride, padding, call.get(7, "output_padding"), call.get(8, "groups"), dilation
        )
    return _convolution(call, stride, padding, dilation, call.get(8, "groups"))


def _transposed_convolution(
    call: Call, stride: Any, padding: Any, more: Any, groups: int, dilation: Any
) -> Effect:
    _, filters, *kernel = call.get(1, "weight").shape
    rank = len(kernel)
    layout = layout_of(call.shape, rank)
    cuts = tuple((n, n) for n in as_numbers(padding, rank))
    layer = TransposedConv(
        size=layout.sizes,
        channels=layout.channels,
        filters=filters * groups,
        kernel=kernel,
        stride=as_numbers(stride, rank),
        padding=cuts[0] if rank == 1 else cuts,
        output_padding=as_numbers(more, rank),
        dilation=as_numbers(dilation, rank),
        groups=groups,
        bias=call.get(2, "bias") is not None,
    )
    return effects.transposed(layer, layout)


def _conv_transpose(call: Call) -> Effect:
    return _transposed_convolution(
        call,
        call.get(3, "stride", 1),
        call.get(4, "padding", 0),
        call.get(5, "output_padding", 0),
        call.get(6, "groups", 1),
        call.get(7, "dilation", 1),
    )


def _pool(rank: int, operation: str, call: Call) -> Effect:
    layout = layout_of(call.shape, rank)
    kernel = as_numbers(call.get(1, "kernel_size"), rank)
    pads = tuple((n, n) for n in as_numbers(call.get(3, "padding", 0), rank))
    options: dict[str, Any] = {"operation": operation}
    if operation == "max":
        options |= {
            "dilation": as_numbers(call.get(4, "dilation", 1), rank),
            "ceil_mode": call.get(5, "ceil_mode", False),
        }
    else:
        options |= {
            "ceil_mode": call.get(4, "ceil_mode", False),
            "count_padding": call.get(5, "count_include_pad", True),
        }
    layer = Pool(
        size=layout.sizes,
        channels=layout.channels,
        kernel=kernel,
        stride=as_numbers(call.get(2, "stride") or kernel, rank),
        padding=pads[0] if rank == 1 else pads,
        **options,
    )
    effect = effects.sliding(layer, layout)
    return Effect(effect.shapes * 2, effect.view, layer) if "indices" in call.name else effect


def _adaptive(rank: int, several: bool, call: Call) -> Effect:
    layout = layout_of(call.shape, rank)
    sizes = as_numbers(call.get(1, "output_size"), rank)
    wish = {axis: call.shape[axis] if n is None else n for axis, n in zip(layout.places, sizes, strict=True)}
    effect = effects.adaptive(call.shape, wish)
    return Effect(effect.shapes * 2, effect.view) if several else effect


def _upsample(how: str, rank: int, call: Call) -> Effect:
    """Sizes by `output_size` or by factors; a factor, where it is given, also says where outputs lie."""
    places = layout_of(call.shape, rank).places
    interpolates = how != "nearest"
    sizes = call.get(1, "output_size")
    factors = call.get(3 if interpolates else 2, "scale_factors")
    if call.overload == "default":
        factors = [call.get(number + (3 if interpolates else 2)) for number in range(rank)]
        factors = None if None in factors else factors
    corners = bool(interpolates and call.get(2, "align_corners", False))
    made = list(call.shape)
    along: dict[int, Taps | All] = {}
    for number, axis in enumerate(places):
        size: int = sizes[number] if sizes else 0
        scale: Fraction | None = None
        if factors:
            exact, scale = effects.scale_of(call.shape[axis], factors[number])
            size = size or exact
        made[axis] = size
        options: dict[str, Any] = {"scale": scale, "corners": corners, "antialias": "_aa" in call.name}
        options["centred"] = interpolates or "exact" in call.name
        along |= effects.resize(call.shape, {axis: size}, how, **options).view.along
    return Effect((tuple(made),), View(along))


WINDOWS: dict[str, Reader] = {
    **each_rank("conv{}d", lambda _, call: _conv(call), int),
    **each_rank("conv_transpose{}d", lambda _, call: _conv_transpose(call), int),
    **each_rank("max_pool{}d", _pool, int, "max"),
    **each_rank("max_pool{}d_with_indices", _pool, int, "max"),
    **each_rank("avg_pool{}d", _pool, int, "average"),
    **each_rank("adaptive_avg_pool{}d", _adaptive, int, False),
    **each_rank("_adaptive_avg_pool{}d", _adaptive, int, False),
    **each_rank("adaptive_max_pool{}d", _adaptive, int, True),
    **each_rank("upsample_nearest{}d", _upsample, "nearest", int),
    **each_rank("_upsample_nearest_exact{}d", _upsample, "nearest", int),
    "upsample_linear1d": partial(_upsample, "linear", 1),
    "upsample_bilinear2d": partial(_upsample, "bilinear", 2),
    "_upsample_bilinear2d_aa": partial(_upsample, "bilinear", 2),
    "upsample_bicubic2d": partial(_upsample, "bicubic", 2),
    "_upsample_bicubic2d_aa": partial(_upsample, "bicubic", 2),
    "upsample_trilinear3d": partial(_upsample, "trilinear", 3),
    "convolution": _any_convolution,
}
