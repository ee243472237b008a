"""What PyTorch's operations do that put numbers elsewhere: they join, part, turn, cut, repeat or pad."""

from math import prod

from convarith.field import Taps
from convarith.layers import Pool
from convarith.tracing import effects
from convarith.tracing.effects import Effect, Unreadable
from convarith.tracing.pytorch_call import Call, Reader, as_numbers, each_rank, layout_of
from convarith.tracing.sight import All, View


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


def _expand_as(call: Call) -> Effect:
    return effects.broadcast([one.shape for one in call.args])


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
    layout = layout_of(call.shape, 2)
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


def _roll(call: Call) -> Effect:
    """Places that go round: what leaves at one end comes in at the other."""
    shifts, axes = call.get(1, "shifts"), call.get(2, "dims", [])
    if not axes:
        raise Unreadable("rolls places over the ends of rows")
    along: dict[int, Taps | All] = {}
    for axis, shift in zip(call.axes(axes), as_numbers(shifts, len(axes)), strict=True):
        cells = call.shape[axis]
        along[axis] = Taps(cells, cells, 1, ((-shift,),), "circular")
    return Effect((call.shape,), View(along))


SHAPES: dict[str, Reader] = {
    **each_rank("reflection_pad{}d", lambda _, call: _pad(call), int),
    **each_rank("replication_pad{}d", lambda _, call: _pad(call), int),
    **dict.fromkeys(("view", "reshape", "_unsafe_view", "view_copy"), _view),
    **dict.fromkeys(("split", "split_with_sizes"), _split),
    **dict.fromkeys(("transpose", "swapaxes", "t"), _transpose),
    **dict.fromkeys(("pad", "constant_pad_nd"), _pad),
    "cat": _cat,
    "chunk": _chunk,
    "expand": _expand,
    "expand_as": _expand_as,
    "flatten": _flatten,
    "flip": _flip,
    "narrow": _narrow,
    "permute": _permute,
    "pixel_shuffle": _pixel_shuffle,
    "pixel_unshuffle": _pixel_unshuffle,
    "roll": _roll,
    "repeat_interleave": _repeat_interleave,
    "select": _select,
    "slice": _slice,
    "squeeze": _squeeze,
    "stack": _stack,
    "unbind": _unbind,
    "unflatten": _unflatten,
    "unsqueeze": _unsqueeze,
}
