"""What PyTorch's operations do, by the names that `torch.export` gives them: one table, `OPERATIONS`.

Those with windows, and those that put numbers elsewhere, have modules of their own. Here are products, what
is done number by number, normalizations, and sums.
"""

from math import prod

from convarith.layers import Dense
from convarith.tracing import effects
from convarith.tracing.effects import Effect, Mismatch, Unreadable
from convarith.tracing.pytorch_call import Call, Reader
from convarith.tracing.pytorch_shapes import SHAPES
from convarith.tracing.pytorch_windows import WINDOWS


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

OPERATIONS: dict[str, Reader] = {
    **WINDOWS,
    **SHAPES,
    **dict.fromkeys(_POINTWISE.split(), _elementwise),
    **dict.fromkeys(_IDENTITY.split(), _identity),
    **dict.fromkeys(_REDUCTIONS.split(), _reduce),
    **dict.fromkeys(("matmul", "mm", "bmm", "addmm", "baddbmm"), _matmul),
    **dict.fromkeys(("softmax", "log_softmax", "_softmax", "_log_softmax", "cumsum"), _softmax),
    **dict.fromkeys(("layer_norm", "rms_norm"), _layer_norm),
    "_native_batch_norm_legit_no_training": _several_normalizations,
    "batch_norm": _normalization,
    "einsum": _einsum,
    "embedding": _embedding,
    "group_norm": _group_norm,
    "instance_norm": _instance_norm,
    "linear": _linear,
    "scaled_dot_product_attention": _attention,
}
