"""How a Keras model is joined, and what its layers say of themselves: all of Keras's private names are here.

Nothing here imports Keras: the model that is handed over is asked.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from convarith._text import shape_text

Shape = tuple[int, ...]


class Input(NamedTuple):
    """An input of a model; its shape is None where it is open."""

    key: int
    name: str
    shape: tuple[int | None, ...] | None


class Step(NamedTuple):
    """A layer that is called: the keys of what it reads and makes; and its own graph where it is a model."""

    layer: Any
    reads: list[int]
    makes: list[int]
    inner: "Graph | None"


class Graph(NamedTuple):
    """How the layers of a model are joined; a key stands for what goes from one to the next."""

    name: str
    inputs: list[Input]
    steps: list[Step]
    outputs: list[int]


def graph_of(model: Any) -> Graph:
    """The graph of a model and those inside it.

    Raises TypeError for what does not run as its layers are joined, by the `call` of a `Sequential` or
    functional model.
    """
    if not _is_model(model):
        raise TypeError(
            f"trace reads Sequential and functional models of Keras, not {type(model).__name__}: "
            "only these say how their layers are joined"
        )
    functional = getattr(model, "_functional", model)
    if functional is None:  # a `Sequential` that has not seen an input yet: one layer after the other
        steps = [_step(layer, [number], [number + 1]) for number, layer in enumerate(model.layers)]
        return Graph(model.name, [Input(0, "input", None)], steps, [len(steps)])
    return Graph(
        model.name,
        [Input(id(one), one._keras_history.operation.name, _shape(one)) for one in functional.inputs],
        [
            _step(node.operation, [*map(id, node.input_tensors)], [*map(id, node.outputs)])
            for node in _nodes(functional)
            if not node.is_input
        ],
        [*map(id, functional.outputs)],
    )


def _step(layer: Any, reads: list[int], makes: list[int]) -> Step:
    return Step(layer, reads, makes, graph_of(layer) if _is_model(layer) else None)


def _nodes(functional: Any) -> Iterator[Any]:
    for depth in sorted(functional._nodes_by_depth, reverse=True):
        yield from functional._nodes_by_depth[depth]


def _shape(tensor: Any) -> Shape:
    """The shape of a tensor of Keras, without the batch."""
    return tuple(tensor.shape[1:])


def _is_model(model: object) -> bool:
    runs = next((kind for kind in type(model).__mro__ if "call" in vars(kind)), object)
    return is_keras(runs) and runs.__name__ in ("Sequential", "Functional")


def is_keras(kind: type) -> bool:
    """Whether a class is Keras's own: someone else's `Conv2D` may do anything."""
    return kind.__module__.partition(".")[0] == "keras"


def has_channels_first(layer: object) -> bool:
    """Whether a layer, or one inside it, has its channels before its places."""
    first = getattr(layer, "data_format", None) == "channels_first"
    return first or any(map(has_channels_first, getattr(layer, "layers", ())))


def config_of(layer: Any) -> dict[str, Any]:
    """A layer's configuration; of an operation of `keras.ops`, which counts no parameters, what it keeps."""
    config: dict[str, Any] = layer.get_config() if hasattr(layer, "count_params") else vars(layer)
    return config


def check_built(layer: object, name: str, shapes: Sequence[Shape]) -> None:
    """Raises where a layer has weights for another number of inputs than it gets."""
    spec = getattr(layer, "input_spec", None)
    for axis, size in (getattr(spec, "axes", None) or {}).items():
        got = (None, *shapes[0])[axis]
        if got != size:
            of = f" of {shape_text(shapes[0])}" if len(shapes[0]) > 1 else ""
            raise ValueError(
                f"{name} ({type(layer).__name__}) was built for {size} inputs, but gets {got}{of}"
            )


def shapes_from_keras(layer: Any, name: str, shapes: Sequence[Shape]) -> list[Shape]:
    """The output shapes of a layer that cannot be read, as Keras says them."""
    for node in layer._inbound_nodes:
        if [*map(_shape, node.input_tensors)] == [*shapes]:
            return [*map(_shape, node.outputs)]
    try:
        shape = layer.compute_output_shape(*((None, *shape) for shape in shapes))
    except Exception as error:  # whatever a stranger's layer raises
        sizes = " and ".join(map(shape_text, shapes))
        raise ValueError(
            f"{name} ({type(layer).__name__}) does not say its output shape for {sizes}"
        ) from error
    return [tuple(shape[1:])]


def parameters_from_keras(layer: Any) -> int | None:
    """The parameters of a layer that cannot be read, as Keras counts them; None before it is built."""
    count: int | None = layer.count_params() if getattr(layer, "built", False) else None
    return count
