"""A call of one of PyTorch's operations, as `torch.export` writes it down."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from convarith.tracing.effects import Effect, Layout
from convarith.tracing.sight import Shape

Plain = Mapping[str, Any]

# Made of the shape of what they are given, whose numbers they do not read.
_CONSTANT = "new_zeros new_ones new_full new_empty zeros_like ones_like full_like empty_like"


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


def as_numbers(value: Any, count: int) -> tuple[Any, ...]:
    """An argument as one number for each axis; a single number stands for all of them."""
    value = [value] if isinstance(value, int | float) else [*value]
    return tuple(value * count if len(value) == 1 else value)


def layout_of(shape: Shape, rank: int) -> Layout:
    """Channels first; a batch stands in front where there are two axes more than places."""
    return Layout(shape, True, len(shape) - rank - 1)


def each_rank(name: str, reader: Callable[..., Effect], *given: Any) -> dict[str, Reader]:
    """A reader by the names that an operation has in one, two and three dimensions.

    Where `int` stands among what the reader is given first, it gets the number of dimensions.
    """
    return {
        name.format(rank): partial(reader, *(rank if one is int else one for one in given))
        for rank in (1, 2, 3)
    }
