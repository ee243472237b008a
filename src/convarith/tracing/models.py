"""Whose models are read, by `trace`; and at which sizes they run, by `fitting`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from convarith._text import shape_text
from convarith._validate import as_ints, as_positive_int
from convarith.tracing.graph import Graph
from convarith.tracing.keras import graph_of, is_keras_model
from convarith.tracing.onnx import graph_of_onnx, is_onnx, plain_onnx
from convarith.tracing.pytorch import exported, graph_of_export, is_exported, is_module, plain_export
from convarith.tracing.sight import Shape
from convarith.tracing.table import Trace
from convarith.tracing.walk import fits, shapes_of, walk


def trace(model: Any, input_shape: Sequence[int] | Sequence[Sequence[int]] | None = None) -> Trace:
    """Reads a network layer by layer: what each makes of the input, what it costs, what it sees.

    Going up, r grows by (span - 1)S and P by p_low * S, and then S is multiplied by the stride s. Where
    branches meet, outputs see the hull of what the branches see. Branches of one stride and one centre are
    aligned, and the field of the widest is that of all. Where others meet, `padding` and `centre` are None
    from there on, and the row's note has the numbers of each branch; branches of different strides leave
    no `receptive_field` and no `stride` either, only the `interval` of each output.

    After a layer that goes up, a transposed convolution with a stride or a resizing, neighbouring outputs
    take turns in seeing more and fewer cells: `receptive_field` is the largest field, `smallest_field` the
    smallest, and S may be a fraction. Padding counts as if it were data; `sees` leaves it out. If an input
    is reshaped at once, fields count cells of the new shape; inputs of one size share their fields.

    A layer that is not in the tables is not guessed at: its shape and parameters are what the framework
    says, its multiply-accumulates and all fields after it are None, and `Trace.unknown` names it. Every
    shape is compared with the one that the framework itself has computed, wherever there is one.

    Arguments:
        model: a `Sequential` or functional model of Keras 3, nested ones included; a PyTorch module, which
            is read by `torch.export`, so that nothing is run; what `torch.export` returned; or an ONNX model.
            For the last two, also what `recorded("exports")` has: only the graph, in lists, numbers, words.
        input_shape: without the batch, (height, width, channels) for Keras, (channels, height, width) for
            PyTorch, fewer or more sizes with other axes; one for each of several inputs. By default the
            model's own; a module has none, and a Keras model may be read at a size it was not built for.

    Returns a `Trace`: the inputs, then the layers in the order in which they are computed.

    Raises TypeError for anything else, and ValueError where a size is open, a layer does not fit,
    a layer was built for a different number of inputs, or a shape is not what the framework says.

    Source: Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks",
    Distill (2019).

    >>> import keras
    >>> layers = [keras.layers.Conv2D(8, 3, strides=2, padding="same", name="half"), keras.layers.Flatten()]
    >>> small = trace(keras.Sequential([keras.Input((28, 28, 1)), *layers]))
    >>> small["half"].output_shape, small["half"].receptive_field, small.parameters, small.macs
    ((14, 14, 8), 3, 80, 14112)
    """
    graph = _graph(model, input_shape)
    try:
        return walk(graph, input_shape)
    except ValueError as error:
        advice = _sizes_that_fit(graph, input_shape)
        if not advice:
            raise
        raise ValueError(f"{error}; {advice}") from None


def fitting(
    model: Any, near: int | Sequence[int], *, channels: int | None = None, count: int = 4, reach: int = 64
) -> tuple[Shape, ...]:
    """The input shapes nearest to the one you want at which a network runs, so that `trace` reads it.

    A U-Net that halves its maps four times and joins them on its way up runs at multiples of 16 only; a
    network that ends in a dense layer, at the one size that this layer was built for.

    Arguments:
        model: as in `trace`. A PyTorch module is exported at each size that is tried, a second each.
        near: the size you want, along each axis; one number stands for all. Sizes that are equal here
            stay equal.
        channels: channels of the input, where the model does not say.
        count: how many shapes are returned at most.
        reach: how far from `near` sizes are tried.

    Returns a tuple of shapes as `trace` takes them, the nearest first; empty where no size in reach fits.

    Raises TypeError and ValueError as `trace` does, and ValueError for a network with several inputs.

    >>> import keras
    >>> x = inputs = keras.Input((None, None, 1))
    >>> down = keras.layers.MaxPooling2D(4)(x)
    >>> model = keras.Model(inputs, keras.layers.Add()([x, keras.layers.UpSampling2D(4)(down)]))
    >>> fitting(model, near=30, count=2)
    ((32, 32, 1), (28, 28, 1))
    """
    count, reach = as_positive_int("count", count), as_positive_int("reach", reach)
    wish = as_ints("near", near)
    channels = None if channels is None else as_positive_int("channels", channels)
    if is_module(model):
        wish = wish * 2 if isinstance(near, int) else wish
        if channels is None:
            raise ValueError(f"{type(model).__name__} leaves its channels open; give them, say channels=3")
        first = channels

        def runs(sizes: Sequence[int]) -> bool:
            try:
                exported(model, [(first, *sizes)])
            except ValueError:
                return False
            return True

        return tuple((first, *sizes) for sizes in _nearest(wish, runs, count, reach))
    return _fitting(_graph(model, None), wish, channels, count, reach)


def _fitting(
    graph: Graph, wish: Sequence[int], channels: int | None, count: int, reach: int
) -> tuple[Shape, ...]:
    if len(graph.inputs) != 1:
        raise ValueError(f"fitting takes networks with one input, but {graph.name} has {len(graph.inputs)}")
    (entry,) = graph.inputs
    own = (entry.shape or (None,) * 3)[graph.batched :]
    wish = [*wish] * (len(own) - 1) if len(wish) == 1 else [*wish]
    if len(wish) != len(own) - 1:
        raise ValueError(f"near must be a size for each of {len(own) - 1} axes, but is {wish}")
    inner = own[0] if entry.channels_first else own[-1]
    inner = channels if inner is None else inner
    if inner is None:
        raise ValueError(f"{graph.name} leaves its channels open; give them, say channels=3")

    def shape(sizes: Sequence[int]) -> Shape:
        return (inner, *sizes) if entry.channels_first else (*sizes, inner)

    return tuple(
        shape(sizes) for sizes in _nearest(wish, lambda sizes: fits(graph, shape(sizes)), count, reach)
    )


def _nearest(
    wish: Sequence[int], runs: Callable[[Sequence[int]], bool], count: int, reach: int
) -> list[tuple[int, ...]]:
    """The sizes that fit, the nearest first: axes fit by themselves, so that each is looked for alone."""
    tried: dict[int, bool] = {}
    found: list[list[int]] = []
    for start in wish:
        sizes: list[int] = []
        for size in _outward(start, reach):
            if size not in tried:
                tried[size] = runs([size] * len(wish))
            if tried[size]:
                sizes.append(size)
            if len(sizes) == count:
                break
        found.append(sizes)
    if len(set(wish)) == 1:  # a square is asked for
        return [(size,) * len(wish) for size in found[0]]
    if not all(found):  # axes belong together: pairs within a few cells, each tried by itself
        found = [[*_outward(start, _FEW)] for start in wish]
    pairs = sorted(
        product(*found),
        key=lambda sizes: sum(abs(size - start) for size, start in zip(sizes, wish, strict=True)),
    )
    fit = (sizes for sizes in pairs if runs(sizes))
    return [sizes for sizes, _ in zip(fit, range(count), strict=False)]


_FEW = 6  # cells to each side: with two axes 169 pairs


def _outward(start: int, reach: int) -> Iterator[int]:
    yield start
    for step in range(1, reach + 1):
        yield start + step
        if start > step:
            yield start - step


def _sizes_that_fit(graph: Graph, input_shape: object) -> str:
    """Two sizes near to one that does not fit, in words; none where it is not the size that is at fault."""
    own = graph.inputs[0].shape
    if graph.fixed or len(graph.inputs) != 1 or own is None or input_shape is None:
        return ""
    shape, *others = shapes_of(input_shape, own)
    bare = own[graph.batched :]
    channel = 0 if graph.inputs[0].channels_first else -1
    if others or len(shape) != len(bare) or bare[channel] not in (None, shape[channel]):
        return ""
    sizes = shape[1:] if channel == 0 else shape[:-1]
    found = _fitting(graph, sizes, shape[channel], 2, 32) if sizes else ()
    return f"it fits at {' and at '.join(map(shape_text, found))}" if found else ""


def _graph(model: Any, given: object) -> Graph:
    if is_keras_model(model):
        return graph_of(model)
    if isinstance(model, Graph):
        return model
    if isinstance(model, Mapping) and model.get("format") == 1 and "nodes" in model:
        return graph_of_onnx(model) if model["framework"] == "onnx" else graph_of_export(model)
    if is_module(model):
        if given is None:
            raise ValueError(
                f"{type(model).__name__} leaves its input size open; give it, for example "
                "input_shape=(3, 224, 224)"
            )
        model = exported(model, shapes_of(given, (3, 224, 224)))
    if is_exported(model):
        return graph_of_export(plain_export(model))
    if is_onnx(model):
        return graph_of_onnx(plain_onnx(model))
    raise TypeError(
        "trace reads Sequential and functional Keras models, PyTorch modules, what torch.export makes of "
        f"them, and ONNX models, not {type(model).__name__}: only these say how their layers are joined"
    )
