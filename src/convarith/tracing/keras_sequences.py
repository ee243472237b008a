"""What Keras's recurrent layers and its attention do: fields end there, costs do not."""

from collections.abc import Sequence
from math import prod
from typing import Any

from convarith.layers import Conv
from convarith.tracing import effects
from convarith.tracing.effects import Effect
from convarith.tracing.keras_attributes import Reader, Said, said_shape, said_shapes, window_of
from convarith.tracing.sight import Shape

_GATES = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4, "ConvLSTM1D": 4, "ConvLSTM2D": 4, "ConvLSTM3D": 4}
_BEFORE = "sees all steps before, so fields differ from output to output"
_LOOKS = "which places attention looks at depends on the numbers"


def _recurrent(layer: Any, shapes: Sequence[Shape], said: Said) -> Effect:
    """A network for each step of a sequence: each gate multiplies the input and the state by its weights."""
    steps, inputs = shapes[0][0], shapes[0][-1]
    gates = _GATES[type(layer).__name__]
    parameters = gates * layer.units * (inputs + layer.units + bool(layer.use_bias))
    if type(layer).__name__ == "GRU" and layer.use_bias and layer.reset_after:
        parameters += gates * layer.units
    macs = steps * gates * layer.units * (inputs + layer.units)
    return effects.opaque(said_shapes(said, shapes), _BEFORE, macs=macs, parameters=parameters)


def _recurrent_conv(layer: Any, shapes: Sequence[Shape], said: Said) -> Effect:
    """The same with convolutions: of the input with its strides, of the state at stride 1, as large."""
    steps, *frame = shapes[0]
    given = window_of(layer, tuple(frame)) | {"filters": 4 * layer.filters}
    inward = Conv(**given)
    state = Conv(size=inward.output_shape[:-1], channels=layer.filters, filters=4 * layer.filters,
                 kernel=given["kernel"], padding="same", bias=False)  # fmt: skip
    macs = steps * (inward.macs + state.macs)
    return effects.opaque(
        said_shapes(said, shapes), _BEFORE, macs=macs, parameters=inward.parameters + state.parameters
    )


def _multi_head_attention(layer: Any, shapes: Sequence[Shape], said: Said) -> Effect:
    """Projections of query, key and value; each query times each key; values summed; a projection back."""
    query, value = shapes[0], shapes[1] if len(shapes) > 1 else shapes[0]
    key = shapes[2] if len(shapes) > 2 else value
    made = said_shape(said, [query, value, *shapes[2:]])
    heads, deep, wide = layer.num_heads, layer.key_dim, layer.value_dim
    asked, told = prod(query[:-1]), prod(value[:-1])
    projected = heads * (asked * query[-1] * deep + told * key[-1] * deep + told * value[-1] * wide)
    attended = heads * asked * told * (deep + wide)
    macs = projected + attended + asked * heads * wide * made[-1]
    parameters = heads * (query[-1] * deep + key[-1] * deep + value[-1] * wide + wide * made[-1])
    if layer.use_bias:
        parameters += heads * (2 * deep + wide) + made[-1]
    return effects.opaque([made], _LOOKS, macs=macs, parameters=parameters)


def _attention(layer: Any, shapes: Sequence[Shape], said: Said) -> Effect:
    """Each query times each key, and the same sum of values."""
    query, value = shapes[0], shapes[1]
    key = shapes[2] if len(shapes) > 2 else value
    macs = query[0] * key[0] * (query[-1] + value[-1])
    return effects.opaque(said_shapes(said, shapes), _LOOKS, macs=macs, parameters=int(layer.use_scale))


SEQUENCES: dict[str, Reader] = {
    **dict.fromkeys(("SimpleRNN", "GRU", "LSTM"), _recurrent),
    **dict.fromkeys(("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), _recurrent_conv),
    "Attention": _attention,
    "MultiHeadAttention": _multi_head_attention,
}
