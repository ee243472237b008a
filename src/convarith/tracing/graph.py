"""How a network is joined, whatever framework it is of: inputs, and layers that are called."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from convarith.tracing.effects import Effect
from convarith.tracing.sight import Shape

Sizes = tuple[int | None, ...]  # a shape, None where a size is open


class Weight(NamedTuple):
    """Numbers that belong to a layer; who has the same key has the same weights."""

    key: int | str
    size: int
    trainable: bool


class Input(NamedTuple):
    """An input of a network; its shape is None where it is open. Its places are the axes without channels."""

    key: int | str
    name: str
    shape: Sizes | None
    channels_first: bool = False
    all_places: bool = False  # as that of words or samples, which have no channels


class Step(NamedTuple):
    """A layer that is called.

    Arguments:
        name, kind: what it is called, and of which class it is.
        reads, makes: the keys of the tensors that go in and come out.
        read: what it does to tensors of these shapes; None where nobody here knows.
        said: its output shapes as the framework has computed them, for these input shapes; None where it
            does not say, None in them where it leaves a size open.
        weights: its weights; None before it has any.
        owner: who has the weights, of calls of one layer the same.
        inner: its own graph where it is a network.
    """

    name: str
    kind: str
    reads: Sequence[int | str]
    makes: Sequence[int | str]
    read: Callable[[Sequence[Shape]], Effect | None]
    said: Callable[[Sequence[Shape]], Sequence[Sizes] | None]
    weights: Sequence[Weight] | None
    owner: int | str = 0
    inner: "Graph | None" = None


class Graph(NamedTuple):
    """How the layers of a network are joined; a key stands for what goes from one to the next.

    Shapes are without the batch; if `batched`, they have a batch of one in front. If `fixed`, the network can
    be read at no other size than its own.
    """

    name: str
    inputs: Sequence[Input]
    steps: Sequence[Step]
    outputs: Sequence[int | str]
    batched: bool = False
    fixed: bool = False
