"""One layer said in four frameworks: its source code in Keras, PyTorch, ONNX and JAX.

The same word means different cells in each of them, and where the words run out, numbers stand in front. A
module for each framework says its kinds of layers; this one frames what they say with shapes and weights.
"""

import convarith.code.jax as jax
import convarith.code.keras as keras
import convarith.code.onnx as onnx
import convarith.code.pytorch as pytorch
from convarith.code._emit import Layer, NoSuchLayer
from convarith.layers import Dense

_KINDS = {
    "in_keras": keras.KINDS,
    "in_pytorch": pytorch.KINDS,
    "in_onnx": onnx.KINDS,
    "in_jax": jax.KINDS,
}


def in_keras(layer: Layer) -> str:
    """The layer as source code for Keras, channels last; it runs after `import keras`.

    A padding that Keras has no word for comes in front, as a layer of its own. The last line names the
    weights, in the order of `layer.get_weights()`, with their shapes.

    Arguments:
        layer: a `Conv`, `SeparableConv`, `TransposedConv`, `Pool` or `Dense`.

    Returns code that makes `layer`, or a comment alone that says why Keras has no such layer.

    Raises TypeError for anything else.

    Source: Keras 3, the layers' own checks (`base_conv.py` and its neighbours).

    >>> from convarith import Conv
    >>> print(in_keras(Conv(size=(224, 224), channels=3, filters=64, kernel=7, stride=2, padding=3)))
    # (batch, 224, 224, 3) to (batch, 112, 112, 64)
    # Keras takes padding in words only: these cells come in front.
    layer = keras.Sequential([
        keras.layers.ZeroPadding2D(((3, 3), (3, 3))),
        keras.layers.Conv2D(64, 7, strides=2),
    ])
    # weights: kernel (7, 7, 3, 64), bias (64,)
    """
    return _said("in_keras", layer)


def in_pytorch(layer: Layer) -> str:
    """The layer as source code for PyTorch, channels first; it runs after `from torch import nn`.

    The last line says what its weights are, from the weights that `in_keras` names.

    Arguments and errors are those of `in_keras`.

    Returns code that makes `layer`, or a comment alone that says why PyTorch has no such layer.

    Source: PyTorch 2, `torch.nn`.

    >>> from convarith import Conv
    >>> print(in_pytorch(Conv(size=(224, 224), channels=3, filters=64, kernel=7, stride=2, padding="same")))
    # (batch, 3, 224, 224) to (batch, 64, 112, 112)
    # PyTorch refuses padding="same" with stride 2: in numbers it is (2, 3) on each axis at this size.
    # nn.Conv2d pads both ends alike: uneven padding comes in front, the last axis first.
    layer = nn.Sequential(
        nn.ZeroPad2d((2, 3, 2, 3)),
        nn.Conv2d(3, 64, 7, stride=2),
    )
    # layer[1].weight: kernel.transpose(3, 2, 0, 1); layer[1].bias: bias
    """
    return _said("in_pytorch", layer)


def in_onnx(layer: Layer) -> str:
    """The layer as ONNX nodes from `x` to `y`, channels first; runs after `from onnx import helper`.

    The last line says what its weights are, from the weights that `in_keras` names.

    Arguments and errors are those of `in_keras`.

    Returns code that makes `nodes`, or a comment alone that says why ONNX has no such layer.

    Source: ONNX operators `Conv`, `ConvTranspose`, `MaxPool`, `AveragePool`, `Gemm`.

    >>> from convarith import Pool
    >>> print(in_onnx(Pool(size=(5, 5), channels=1, kernel=2, padding="same_lower")))
    # (batch, 1, 5, 5) to (batch, 1, 3, 3)
    nodes = [
        helper.make_node(
            "MaxPool",
            ["x"],
            ["y"],
            kernel_shape=[2, 2],
            strides=[2, 2],
            auto_pad="SAME_LOWER",
        ),
    ]
    """
    return _said("in_onnx", layer)


def in_jax(layer: Layer) -> str:
    """The layer as source code for JAX, from `x` to `y`, channels last; runs after `from jax import lax`.

    Pools also need `from jax import numpy as jnp`. The last line says what its weights are, from the
    weights that `in_keras` names.

    Arguments and errors are those of `in_keras`.

    Returns code that makes `y`; JAX has every layer, grouped transposed ones by its general convolution.

    Source: JAX, `jax.lax.conv_general_dilated`, `conv_transpose`, `reduce_window`.

    >>> print(in_jax(Dense(inputs=128, units=10)))
    # (batch, 128) to (batch, 10)
    y = x @ w + b
    # w: kernel; b: bias
    """
    return _said("in_jax", layer)


def _said(function: str, layer: Layer) -> str:
    """The code, framed: what goes in and comes out above it, the weights below it."""
    if type(layer) not in _KINDS[function]:
        raise TypeError(f"{function} takes a layer, as Conv or Pool, but is given {layer!r}")
    try:
        notes, code, weights = _KINDS[function][type(layer)](layer)
    except NoSuchLayer as reason:
        return f"# {reason}"
    first = function in ("in_pytorch", "in_onnx")
    shapes = [_batch(shape, first) for shape in (_input_shape(layer), layer.output_shape)]
    above = [" to ".join(shapes), *notes]
    return "\n".join([*(f"# {line}" for line in above), code, *([f"# {weights}"] if weights else [])])


def _input_shape(layer: Layer) -> tuple[int, ...]:
    if isinstance(layer, Dense):
        return (layer.inputs,)
    return (*(axis.size for axis in layer.axes), layer.channels)


def _batch(shape: tuple[int, ...], channels_first: bool) -> str:
    *sizes, channels = shape
    return f"(batch, {', '.join(map(str, [channels, *sizes] if channels_first else [*sizes, channels]))})"
