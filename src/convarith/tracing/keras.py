"""How a Keras model is joined, and what Keras itself says of its layers: its private names are here.

Nothing here imports Keras: the model that is handed over is asked.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from convarith._text import shape_text
from convarith.tracing.effects import Effect, Mismatch
from convarith.tracing.graph import Graph, Input, Sizes, Step, Weight
from convarith.tracing.keras_layers import LAYERS
from convarith.tracing.keras_operations import read_operation
from convarith.tracing.sight import Shape


def is_keras_model(model: object) -> bool:
    """Whether this is a model of Keras that runs as its layers are joined: Sequential or functional."""
    runs = next((kind for kind in type(model).__mro__ if "call" in vars(kind)), object)
    return is_keras(runs) and runs.__name__ in ("Sequential", "Functional")


def is_keras(kind: type) -> bool:
    """Whether a class is Keras's own: someone else's `Conv2D` may do anything."""
    return kind.__module__.partition(".")[0] == "keras"


def graph_of(model: Any) -> Graph:
    """The graph of a Sequential or functional model, and of those inside it."""
    functional = getattr(model, "_functional", model)
    if functional is None:  # a `Sequential` that has not seen an input yet: one layer after the other
        steps = [_step(layer, None, [number], [number + 1]) for number, layer in enumerate(model.layers)]
        first = _orders(steps, model.layers, [0])
        return Graph(model.name, [Input(0, "input", None, *first[0])], steps, [len(steps)])
    nodes = [node for node in _nodes(functional) if not node.is_input]
    steps = [
        _step(node.operation, node, [*map(id, node.input_tensors)], [*map(id, node.outputs)])
        for node in nodes
    ]
    keys = [*map(id, functional.inputs)]
    first = _orders(steps, [node.operation for node in nodes], keys)
    inputs = [
        Input(id(one), one._keras_history.operation.name, _shape(one), *first[id(one)])
        for one in functional.inputs
    ]
    return Graph(model.name, inputs, steps, [*map(id, functional.outputs)])


def _orders(
    steps: Sequence[Step], layers: Sequence[Any], inputs: Sequence[Any]
) -> dict[Any, tuple[bool, bool]]:
    """Of each input, whether channels come first, and whether it has places alone: as its first reader."""
    origins = {key: {key} for key in inputs}
    found: dict[Any, tuple[bool, bool]] = {}
    for step, layer in zip(steps, layers, strict=True):
        before = set().union(*(origins.get(key, set()) for key in step.reads))
        origins |= dict.fromkeys(step.makes, before)
        if step.inner:
            told = {
                key: (one.channels_first, one.all_places)
                for key, one in zip(step.reads, step.inner.inputs, strict=False)
            }
        elif type(layer).__name__ == "Embedding":
            told = dict.fromkeys(step.reads, (False, True))
        elif (
            getattr(layer, "data_format", None) in ("channels_first", "channels_last")
            and type(layer).__name__ != "Flatten"
        ):
            told = dict.fromkeys(step.reads, (layer.data_format == "channels_first", False))
        else:
            continue
        for key, answer in told.items():
            for origin in origins.get(key, ()):
                found.setdefault(origin, answer)
    return {key: found.get(key, (False, False)) for key in inputs}


def _step(layer: Any, node: Any, reads: Sequence[Any], makes: Sequence[Any]) -> Step:
    kind = type(layer).__name__
    weights = [
        Weight(id(one), _count(one.shape), bool(one.trainable)) for one in getattr(layer, "weights", ())
    ]
    operation = not hasattr(layer, "count_params")
    return Step(
        layer.name,
        kind,
        reads,
        makes,
        partial(_read, layer, node),
        partial(_said, layer, node),
        weights if operation or getattr(layer, "built", False) else None,
        id(layer),
        graph_of(layer) if is_keras_model(layer) else None,
    )


def _read(layer: Any, node: Any, shapes: Sequence[Shape]) -> Effect | None:
    if not is_keras(type(layer)):
        return None
    if not hasattr(layer, "count_params"):
        return read_operation(layer, node, shapes)
    _check_built(layer, shapes)
    reader = LAYERS.get(type(layer).__name__)
    return reader(layer, shapes, partial(_said, layer, node)) if reader else None


def _count(shape: Sequence[int]) -> int:
    count = 1
    for size in shape:
        count *= int(size)
    return count


def _nodes(functional: Any) -> Iterator[Any]:
    for depth in sorted(functional._nodes_by_depth, reverse=True):
        yield from functional._nodes_by_depth[depth]


def _shape(tensor: Any) -> Sizes:
    """The shape of a tensor of Keras, without the batch."""
    return tuple(tensor.shape[1:])


def _check_built(layer: object, shapes: Sequence[Shape]) -> None:
    """Raises where a layer has weights for another number of inputs than it gets."""
    spec = getattr(layer, "input_spec", None)
    for axis, size in (getattr(spec, "axes", None) or {}).items():
        got = (None, *shapes[0])[axis]
        if got != size:
            of = f" of {shape_text(shapes[0])}" if len(shapes[0]) > 1 else ""
            raise Mismatch(f"was built for {size} inputs, but gets {got}{of}")


def _said(layer: Any, node: Any, shapes: Sequence[Shape]) -> list[Sizes] | None:
    """The output shapes of a layer for these input shapes, as Keras says them."""
    for one in [node] if node is not None else []:
        if [*map(_shape, one.input_tensors)] == [*shapes]:
            return [*map(_shape, one.outputs)]
    try:
        if node is not None and not hasattr(layer, "compute_output_shape"):
            return _spec(layer, node, shapes)
        asked = [(None, *shape) for shape in shapes]
        made = layer.compute_output_shape(asked[0] if len(asked) == 1 else asked)
    except Exception:  # whatever a stranger's layer raises
        return _spec(layer, node, shapes) if node is not None else None
    several = isinstance(made, list) or (
        isinstance(made, tuple) and made and isinstance(made[0], tuple | list)
    )
    return [tuple(one[1:]) for one in (made if several else [made])]


def _spec(layer: Any, node: Any, shapes: Sequence[Shape]) -> list[Sizes] | None:
    """The same by running the layer on tensors that have a shape alone."""
    kind = type(node.outputs[0])
    given = {
        id(tensor): kind((None, *shape), dtype=tensor.dtype)
        for tensor, shape in zip(node.input_tensors, shapes, strict=True)
    }
    try:
        args, kwargs = node.arguments.fill_in(given)
        made = layer.compute_output_spec(*args, **kwargs)
    except Exception:  # whatever a stranger's layer raises
        return None
    tensors = made if isinstance(made, list | tuple) else [made]
    return [_shape(one) for one in tensors] if all(hasattr(one, "shape") for one in tensors) else None
