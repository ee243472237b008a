"""What PyTorch's operations do, by the names that `torch.export` gives them."""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import partial
from math import prod
from typing import Any, NamedTuple

from convarith.field import Taps
from convarith.layers import Conv, Dense, Pool, TransposedConv
from convarith.tracing import effects
from convarith.tracing.effects import Effect, Layout, Mismatch, Unreadable
from convarith.tracing.sight import All, Shape, View

Plain = Mapping[str, Any]


class Tensor(NamedTuple):
    """A tensor among the arguments of an operation; of a constant, the weights it is made of."""

    shape: Shape
    constant: bool = False
    weights: tuple[str, ...] = ()


def operation_of(node: Plain) -> str:
    """The name of an operation, without its overload and the sign that it works in place."""
    name = str(node["op"])
    return (name.split(".")[1] if name.startswith("aten.") else name).rstrip("_")


def references_of(node: Plain) -> Iterable[str]:
    """The names of the nodes among a node's arguments, in order."""

    def within(value: Any) -> Iterable[str]:
        if isinstance(value, Mapping):
            if set(value) == {"node"}:
                yield value["node"]
                return
            value = list(value.values())
        if isinstance(value, list):
            for one in value:
                yield from within(one)

    yield from within(node["args"])
    yield from within(node["kwargs"])


class Call:
    """An operation as it is called: its arguments, with tensors in place of nodes."""

    def __init__(self, node: Plain, tensors: Mapping[str, Tensor]) -> None:
        self.name = operation_of(node)
        self.overload = str(node["op"]).rpartition(".")[2]
        self._tensors = tensors
        self.args = self._fill(node["args"])
        self.kwargs = self._fill(node["kwargs"])
        references = [name for name in references_of(node) if name in tensors]
        self.tensors = [tensors[name] for name in references]
        self.reads = [name for name in references if not tensors[name].constant]

    @property
    def makes_constant(self) -> bool:
        """Whether what comes out depends on shapes alone."""
        return self.name in _CONSTANT.split()

    def _fill(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            if set(value) == {"node"}:
                return self._tensors.get(value["node"])
            return {key: self._fill(one) for key, one in value.items()}
        return [self._fill(one) for one in value] if isinstance(value, list) else value

    def get(self, number: int, name: str = "", usual: Any = None) -> Any:
        """An argument by its place or name."""
        value = self.args[number] if number < len(self.args) else self.kwargs.get(name)
        return usual if value is None else value

    @property
    def shape(self) -> Shape:
        """The shape of the first tensor."""
        return self.args[0].shape if self.args and isinstance(self.args[0], Tensor) else self.tensors[0].shape

    def axis(self, value: int, more: int = 0) -> int:
        """An axis as it is counted from the front."""
        return value % (len(self.shape) + more)

    def axes(self, value: Any) -> list[int]:
        """Axes, each counted from the front; None stands for all."""
        if value is None or value == []:
            return [*range(len(self.shape))]
        return [self.axis(one) for one in ([value] if isinstance(value, int) else value)]


Reader = Callable[[Call], Effect]


def _numbers(value: Any, count: int) -> tuple[Any, ...]:
    value = [value] if isinstance(value, int | float) else [*value]
    return tuple(value * count if len(value) == 1 else value)


def _layout(shape: Shape, rank: int) -> Layout:
    """Channels first; a batch stands in front where there are two axes more than places."""
    return Layout(shape, True, len(shape) - rank - 1)


def _convolution(call: Call, stride: Any, padding: Any, dilation: Any, groups: int) -> Effect:
    filters, _, *kernel = call.get(1, "weight").shape
    rank = len(kernel)
    layout = _layout(call.shape, rank)
    pads = padding if isinstance(padding, str) else tuple((n, n) for n in _numbers(padding, rank))
    layer = Conv(
        size=layout.sizes,
        channels=layout.channels,
        filters=filters,
        kernel=kernel,
        stride=_numbers(stride, rank),
        padding=pads[0] if rank == 1 and not isinstance(pads, str) else pads,
        dilation=_numbers(dilation, rank),
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
    layout = _layout(call.shape, rank)
    cuts = tuple((n, n) for n in _numbers(padding, rank))
    layer = TransposedConv(
        size=layout.sizes,
        channels=layout.channels,
        filters=filters * groups,
        kernel=kernel,
        stride=_numbers(stride, rank),
        padding=cuts[0] if rank == 1 else cuts,
        output_padding=_numbers(more, rank),
        dilation=_numbers(dilation, rank),
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
    layout = _layout(call.shape, rank)
    kernel = _numbers(call.get(1, "kernel_size"), rank)
    pads = tuple((n, n) for n in _numbers(call.get(3, "padding", 0), rank))
    options: dict[str, Any] = {"operation": operation}
    if operation == "max":
        options |= {
            "dilation": _numbers(call.get(4, "dilation", 1), rank),
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
        stride=_numbers(call.get(2, "stride") or kernel, rank),
        padding=pads[0] if rank == 1 else pads,
        **options,
    )
    effect = effects.sliding(layer, layout)
    return Effect(effect.shapes * 2, effect.view, layer) if "indices" in call.name else effect


def _adaptive(rank: int, several: bool, call: Call) -> Effect:
    layout = _layout(call.shape, rank)
    sizes = _numbers(call.get(1, "output_size"), rank)
    wish = {axis: call.shape[axis] if n is None else n for axis, n in zip(layout.places, sizes, strict=True)}
    effect = effects.adaptive(call.shape, wish)
    return Effect(effect.shapes * 2, effect.view) if several else effect


def _linear(call: Call) -> Effect:
    units, inputs = call.get(1, "weight").shape
    if call.shape[-1] != inputs:
        raise Mismatch(f"multiplies {call.shape[-1]} numbers by weights for {inputs}")
    return effects.dense(Dense(inputs=inputs, units=units, bias=call.get(2, "bias") is not None), call.shape)


def _matmul(call: Call) -> Effect:
    """A product with weights is a dense layer; one of two tensors of the network mixes places."""
    one, other = call.args[-2:] if call.name in ("addmm", "baddbmm") else call.args[:2]
    if one.constant or min(len(one.shape), len(other.shape)) < 2:
        raise Unreadable("has its weights in front")
    if one.shape[-1] != other.shape[-2]:
        raise Mismatch("multiplies {} × {} by {} × {}".format(*one.shape[-2:], *other.shape[-2:]))
    if other.constant and len(other.shape) == 2:
        layer = Dense(inputs=other.shape[0], units=other.shape[1], bias=call.name == "addmm")
        return effects.dense(layer, one.shape)
    front = effects.broadcast([one.shape[:-2] or (1,), other.shape[:-2] or (1,)]).shapes[0]
    made = (*(front if max(len(one.shape), len(other.shape)) > 2 else ()), one.shape[-2], other.shape[-1])
    return effects.matrix_product(made, one.shape[-1], "products of places with one another")


def _attention(call: Call) -> Effect:
    query, key, value = (
        call.get(number, name).shape for number, name in enumerate(("query", "key", "value"))
    )
    macs = prod(query[:-1]) * key[-2] * (query[-1] + value[-1])
    reason = "which places attention looks at depends on the numbers"
    return effects.opaque([(*query[:-1], value[-1])], reason, macs=macs, parameters=0)


def _elementwise(call: Call) -> Effect:
    if call.name == "prelu":
        return Effect((call.shape,))  # a slope for each channel, wherever channels stand
    return effects.broadcast([one.shape for one in call.tensors])


def _identity(call: Call) -> Effect:
    return effects.identity(call.shape)


def _normalization(call: Call) -> Effect:
    """Of each channel by itself, with numbers that were learned."""
    return Effect((call.shape,))


def _several_normalizations(call: Call) -> Effect:
    return Effect((call.shape, (0,), (0,)))


def _group_norm(call: Call) -> Effect:
    return effects.mix(call.shape, range(len(call.shape)), note="a mean over all places")


def _instance_norm(call: Call) -> Effect:
    return effects.mix(call.shape, range(2, len(call.shape)), note="a mean over all places")


def _layer_norm(call: Call) -> Effect:
    count = len(call.get(1, "normalized_shape"))
    return effects.mix(call.shape, range(len(call.shape) - count, len(call.shape)))


def _softmax(call: Call) -> Effect:
    return effects.mix(call.shape, [call.axis(call.get(1, "dim"))])


def _reduce(call: Call) -> Effect:
    """One number made of all along some axes. The arguments after the axes differ between operations."""
    at = {"linalg_vector_norm": 2, "norm": 2}.get(call.name, 1)
    after = at + 1 + (call.overload == "dim" and call.name in ("var", "std"))
    keep = bool(call.get(after, "keepdim", False))
    effect = effects.reduce(call.shape, call.axes(call.get(at, "dim")), keep=keep)
    several = call.name in ("max", "min", "median") and call.overload == "dim"
    return Effect(effect.shapes * 2, effect.view) if several else effect


def _cat(call: Call) -> Effect:
    parts = call.get(0, "tensors")
    if any(one.constant for one in parts):
        effect = effects.concatenate([one.shape for one in parts], call.axis(call.get(1, "dim", 0)))
        raise Unreadable(f"joins weights to it, which makes {effect.shapes[0]}")
    rank = len(parts[0].shape)
    return effects.concatenate([one.shape for one in parts], call.get(1, "dim", 0) % rank)


def _stack(call: Call) -> Effect:
    shapes = [one.shape for one in call.get(0, "tensors")]
    axis = call.get(1, "dim", 0) % (len(shapes[0]) + 1)
    one = effects.insert(shapes[0], axis)
    made = list(one.shapes[0])
    made[axis] = len(shapes)
    return Effect((tuple(made),), one.view)


def _flatten(call: Call) -> Effect:
    rank = len(call.shape)
    start, end = call.get(1, "start_dim", 0) % rank, call.get(2, "end_dim", -1) % rank
    middle = prod(call.shape[start : end + 1])
    return effects.reshape(call.shape, (*call.shape[:start], middle, *call.shape[end + 1 :]))


def _view(call: Call) -> Effect:
    return effects.reshape(call.shape, call.get(1, "size", call.get(1, "shape")))


def _unflatten(call: Call) -> Effect:
    axis = call.axis(call.get(1, "dim"))
    made = (*call.shape[:axis], *call.get(2, "sizes"), *call.shape[axis + 1 :])
    rest = prod(call.shape[axis : axis + 1]) // -prod(call.get(2, "sizes")) if -1 in made else 0
    return effects.reshape(call.shape, [rest if size == -1 else size for size in made])


def _squeeze(call: Call) -> Effect:
    named = call.args[1:] or None
    axes = call.axes(named[0] if named else None)
    return effects.select(
        call.shape, [0 if axis in axes and size == 1 else slice(None) for axis, size in enumerate(call.shape)]
    )


def _unsqueeze(call: Call) -> Effect:
    return effects.insert(call.shape, call.axis(call.get(1, "dim"), more=1))


def _permute(call: Call) -> Effect:
    return effects.transpose(call.shape, call.axes(call.get(1, "dims")))


def _transpose(call: Call) -> Effect:
    one, other = (0, 1) if call.name == "t" else (call.axis(call.get(1)), call.axis(call.get(2)))
    order = [*range(len(call.shape))]
    order[one], order[other] = other, one
    return effects.transpose(call.shape, order)


def _along(call: Call, axis: int, key: int | slice) -> Effect:
    return effects.select(call.shape, [*[slice(None)] * axis, key])


def _select(call: Call) -> Effect:
    return _along(call, call.axis(call.get(1, "dim")), call.get(2, "index"))


def _slice(call: Call) -> Effect:
    return _along(
        call,
        call.axis(call.get(1, "dim", 0)),
        slice(call.get(2, "start"), call.get(3, "end"), call.get(4, "step")),
    )


def _narrow(call: Call) -> Effect:
    start, length = call.get(2, "start"), call.get(3, "length")
    return _along(call, call.axis(call.get(1, "dim")), slice(start, start + length))


def _chunk(call: Call) -> Effect:
    axis = call.axis(call.get(2, "dim", 0))
    size = -(-call.shape[axis] // call.get(1, "chunks"))
    return _parts(call, axis, size)


def _parts(call: Call, axis: int, size: int) -> Effect:
    whole, rest = divmod(call.shape[axis], size)
    return effects.split(call.shape, axis, [size] * whole + [rest] * bool(rest))


def _split(call: Call) -> Effect:
    axis, sizes = call.axis(call.get(2, "dim", 0)), call.get(1, "split_size")
    return _parts(call, axis, sizes) if isinstance(sizes, int) else effects.split(call.shape, axis, sizes)


def _unbind(call: Call) -> Effect:
    axis = call.axis(call.get(1, "dim", 0))
    made = call.shape[:axis] + call.shape[axis + 1 :]
    moved = tuple(None if one == axis else one - (one > axis) for one in range(len(call.shape)))
    return Effect((made,) * call.shape[axis], View(moved=moved, seam=axis), allocates=False)


def _flip(call: Call) -> Effect:
    axes = call.axes(call.get(1, "dims"))
    return effects.select(
        call.shape,
        [slice(None, None, -1) if axis in axes else slice(None) for axis in range(len(call.shape))],
    )


def _expand(call: Call) -> Effect:
    size = call.get(1, "size")
    own = (1,) * (len(size) - len(call.shape)) + call.shape
    return effects.broadcast([own, tuple(b if a == -1 else a for a, b in zip(size, own, strict=True))])


def _repeat_interleave(call: Call) -> Effect:
    repeats, dim = call.get(1, "repeats"), call.get(2, "dim")
    if not isinstance(repeats, int) or dim is None:
        raise Unreadable("repeats each place in its own way")
    axis = call.axis(dim)
    return effects.resize(call.shape, {axis: call.shape[axis] * repeats}, "nearest")


def _pixel_shuffle(call: Call) -> Effect:
    """Channels become places: every place is r places in a row, along both axes."""
    r = call.get(1, "upscale_factor")
    *front, channels, high, wide = call.shape
    up = effects.resize(call.shape, {len(front) + 1: high * r, len(front) + 2: wide * r}, "nearest")
    return Effect(((*front, channels // r**2, high * r, wide * r),), up.view, allocates=False)


def _pixel_unshuffle(call: Call) -> Effect:
    """Places become channels: windows that tile."""
    r = call.get(1, "downscale_factor")
    rank = len(call.shape)
    layout = _layout(call.shape, 2)
    tiles = effects.sliding(Pool(size=layout.sizes, channels=layout.channels, kernel=r), layout)
    made = list(tiles.shapes[0])
    made[rank - 3] *= r**2
    return Effect((tuple(made),), tiles.view, allocates=False)


_BORDERS = {"constant": "nothing", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}


def _pad(call: Call) -> Effect:
    mode = "reflect" if "reflection" in call.name else "replicate" if "replication" in call.name else None
    mode = mode or (call.get(2, "mode", "constant") if call.name == "pad" else "constant")
    numbers, rank = call.get(1, "pad"), len(call.shape)
    pairs = zip(numbers[::2], numbers[1::2], strict=True)  # the last axis first
    ends = {rank - 1 - number: pair for number, pair in enumerate(pairs) if any(pair)}
    return effects.pad(call.shape, ends, _BORDERS[mode])


def _upsample(how: str, rank: int, call: Call) -> Effect:
    """Sizes by `output_size` or by factors; a factor, where it is given, also says where outputs lie."""
    places = _layout(call.shape, rank).places
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


def _embedding(call: Call) -> Effect:
    weight, words = call.get(0, "weight"), call.get(1, "indices")
    return Effect(((*words.shape, weight.shape[-1]),))


def _einsum(call: Call) -> Effect:
    """Every letter is a loop, so the cost is the product of their sizes."""
    equation, tensors = call.get(0, "equation").replace(" ", ""), call.get(1, "tensors")
    taken, _, given = equation.partition("->")
    if "." in equation or not given:
        raise Unreadable("has an equation with dots, or without an arrow")
    sizes = {
        letter: size
        for letters, one in zip(taken.split(","), tensors, strict=True)
        for letter, size in zip(letters, one.shape, strict=True)
    }
    made = tuple(sizes[letter] for letter in given)
    return effects.opaque(
        [made], "products of places with one another", macs=prod(sizes.values()), parameters=0
    )


def _roll(call: Call) -> Effect:
    """Places that go round: what leaves at one end comes in at the other."""
    shifts, axes = call.get(1, "shifts"), call.get(2, "dims", [])
    if not axes:
        raise Unreadable("rolls places over the ends of rows")
    along: dict[int, Taps | All] = {}
    for axis, shift in zip(call.axes(axes), _numbers(shifts, len(axes)), strict=True):
        cells = call.shape[axis]
        along[axis] = Taps(cells, cells, 1, ((-shift,),), "circular")
    return Effect((call.shape,), View(along))


def _expand_as(call: Call) -> Effect:
    return effects.broadcast([one.shape for one in call.args])


def _ranks(name: str, reader: Callable[..., Effect], *given: Any) -> dict[str, Reader]:
    return {
        name.format(rank): partial(reader, *(rank if one is int else one for one in given))
        for rank in (1, 2, 3)
    }


_POINTWISE = """
    abs acos add add_relu addcdiv addcmul asin atan bitwise_and bitwise_not bitwise_or ceil celu clamp
    clamp_max clamp_min clip copysign cos cosh div divide elu eq erf exp exp2 expm1 floor floor_divide
    fmod ge gelu gt hardshrink hardsigmoid hardswish hardtanh isinf isnan le leaky_relu lerp log log10
    log1p log2 log_sigmoid logical_and logical_not logical_or lt masked_fill maximum minimum mish mul
    multiply nan_to_num ne neg pow prelu reciprocal relu relu6 remainder round rrelu rsqrt rsub selu
    sigmoid sign silu sin sinh softplus softshrink softsign sqrt square sub subtract tan tanh threshold
    true_divide trunc where
"""
_IDENTITY = """
    alias alpha_dropout bernoulli clone contiguous detach dropout dropout1d dropout2d dropout3d
    feature_alpha_dropout feature_dropout float lift_fresh lift_fresh_copy native_dropout to _to_copy
    type_as _assert_tensor_metadata
"""
_REDUCTIONS = """
    all amax amin any argmax argmin linalg_vector_norm logsumexp max mean median min norm prod std sum var
"""
# Made of the shape of what they are given, whose numbers they do not read.
_CONSTANT = "new_zeros new_ones new_full new_empty zeros_like ones_like full_like empty_like"

OPERATIONS: dict[str, Reader] = {
    **_ranks("conv{}d", lambda _, call: _conv(call), int),
    **_ranks("conv_transpose{}d", lambda _, call: _conv_transpose(call), int),
    **_ranks("max_pool{}d", _pool, int, "max"),
    **_ranks("max_pool{}d_with_indices", _pool, int, "max"),
    **_ranks("avg_pool{}d", _pool, int, "average"),
    **_ranks("adaptive_avg_pool{}d", _adaptive, int, False),
    **_ranks("_adaptive_avg_pool{}d", _adaptive, int, False),
    **_ranks("adaptive_max_pool{}d", _adaptive, int, True),
    **_ranks("reflection_pad{}d", lambda _, call: _pad(call), int),
    **_ranks("replication_pad{}d", lambda _, call: _pad(call), int),
    **_ranks("upsample_nearest{}d", _upsample, "nearest", int),
    **_ranks("_upsample_nearest_exact{}d", _upsample, "nearest", int),
    "upsample_linear1d": partial(_upsample, "linear", 1),
    "upsample_bilinear2d": partial(_upsample, "bilinear", 2),
    "_upsample_bilinear2d_aa": partial(_upsample, "bilinear", 2),
    "upsample_bicubic2d": partial(_upsample, "bicubic", 2),
    "_upsample_bicubic2d_aa": partial(_upsample, "bicubic", 2),
    "upsample_trilinear3d": partial(_upsample, "trilinear", 3),
    **dict.fromkeys(_POINTWISE.split(), _elementwise),
    **dict.fromkeys(_IDENTITY.split(), _identity),
    **dict.fromkeys(_REDUCTIONS.split(), _reduce),
    **dict.fromkeys(("matmul", "mm", "bmm", "addmm", "baddbmm"), _matmul),
    **dict.fromkeys(("view", "reshape", "_unsafe_view", "view_copy"), _view),
    **dict.fromkeys(("split", "split_with_sizes"), _split),
    **dict.fromkeys(("softmax", "log_softmax", "_softmax", "_log_softmax", "cumsum"), _softmax),
    **dict.fromkeys(("layer_norm", "rms_norm"), _layer_norm),
    **dict.fromkeys(("transpose", "swapaxes", "t"), _transpose),
    **dict.fromkeys(("pad", "constant_pad_nd"), _pad),
    "_native_batch_norm_legit_no_training": _several_normalizations,
    "batch_norm": _normalization,
    "cat": _cat,
    "chunk": _chunk,
    "convolution": _any_convolution,
    "einsum": _einsum,
    "embedding": _embedding,
    "expand": _expand,
    "expand_as": _expand_as,
    "flatten": _flatten,
    "flip": _flip,
    "group_norm": _group_norm,
    "instance_norm": _instance_norm,
    "linear": _linear,
    "narrow": _narrow,
    "permute": _permute,
    "pixel_shuffle": _pixel_shuffle,
    "pixel_unshuffle": _pixel_unshuffle,
    "roll": _roll,
    "repeat_interleave": _repeat_interleave,
    "scaled_dot_product_attention": _attention,
    "select": _select,
    "slice": _slice,
    "squeeze": _squeeze,
    "stack": _stack,
    "unbind": _unbind,
    "unflatten": _unflatten,
    "unsqueeze": _unsqueeze,
}
