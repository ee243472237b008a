"""What the script says a layer costs, held equal with the library over a whole grid."""

from itertools import product
from math import prod

import pytest

from convarith import Conv, Pool, TransposedConv

pytest_plugins = ["explorer_pages"]

AXES = {"size": (1, 6), "kernel": (1, 3), "stride": (1, 2), "dilation": (1, 2)}
COUNTS = {"channels": (0, 1, 4, 6), "filters": (1, 4), "groups": (0, 1, 2, 4), "bias": (True, False)}
PADDINGS = (("number", 0), ("number", 1), ("same", "same"), ("full", "full"))


def rows(grid):
    return [dict(zip(grid, row, strict=True)) for row in product(*grid.values())]


def cases():
    """State, what is given of channels, and the library's layer as a call; rows are unlike columns."""
    axes = [(one, one | {"size": one["size"] + 2, "stride": 1, "kernel": 2}) for one in rows(AXES)]
    weighted = rows(COUNTS) + [
        {"channels": c, "multiplier": m, "bias": bias}
        for c, m, bias in product((0, 1, 5), (1, 3), (True, False))
    ]
    memory = ((1, 4), (8, 2))
    every = product(axes, ("conv", "transposed", "pool"), PADDINGS)
    for number, ((one, two), operation, (rule, padding)) in enumerate(every):
        state = {"operation": operation, "rule": rule, "rectangular": True, "ceil_mode": number % 2 == 0}
        for name in one:
            state |= {name: one[name], f"{name}_columns": two[name]}
        pad = padding if rule == "number" else 0
        state |= {"padding": pad, "padding_columns": pad}
        channels = [{"channels": c} for c in (0, 1, 7)] if operation == "pool" else weighted
        for n, given in enumerate(channels):
            yield state, given, *memory[(number + n) % 2]


def layer_of(state, given):
    """The library's layer; ValueError where there is none."""
    names = [name for name in AXES if state["operation"] != "pool" or name != "channels"]
    given = given | {name: (state[name], state[f"{name}_columns"]) for name in names}
    padding = state["padding"] if state["rule"] == "number" else state["rule"]
    if state["operation"] == "pool":
        return Pool(**given, padding=padding, ceil_mode=state["ceil_mode"])
    if state["operation"] == "transposed":
        if padding == "full":
            padding = tuple(
                (d * (k - 1),) * 2 for k, d in zip(given["kernel"], given["dilation"], strict=True)
            )
        if "multiplier" in given:
            given["groups"], given["filters"] = given["channels"], given["channels"] * given.pop("multiplier")
        return TransposedConv(**given, padding=padding)
    return (
        Conv.depthwise(**given, padding=padding) if "multiplier" in given else Conv(**given, padding=padding)
    )


def expected(state, given, batch, size):
    """What the library says, as the script says it."""
    try:
        layer = layer_of(state, given)
    except ValueError as reason:
        nothing = dict.fromkeys(("weights", "input", "output"), 0)
        return {"parameters": 0, "macs": 0, "activations": 0, "memory": nothing, "why": str(reason)}
    cells = prod(axis.size for axis in layer.axes) * layer.channels
    memory = {"weights": layer.parameters, "input": batch * cells, "output": batch * layer.activations}
    return {
        "parameters": layer.parameters,
        "macs": layer.macs,
        "activations": layer.activations,
        "memory": {name: numbers * size for name, numbers in memory.items()},
        "why": "",
    }


@pytest.fixture(scope="module")
def counted(script):
    every = list(cases())
    costs = script.evaluate(
        """(cases) => cases.map(([given, channels, batch, bytes]) => {
          const state = { ...convarith.state.DEFAULTS, ...given };
          const count = convarith.state.countLayer(state);
          return convarith.cost.costOf(state.operation, count, { ...channels, batch, bytes });
        })""",
        every,
    )
    return list(zip(every, costs, strict=True))


def test_a_layer_costs_what_it_does_in_python(counted):
    found = {}
    for case, cost in counted:
        assert cost == expected(*case), case
        kind = case[0]["operation"], cost["why"].split(" ")[0]
        found[kind] = found.get(kind, 0) + 1
    assert len(found) == 14 and min(found.values()) > 5, found


def test_what_is_not_given_goes_without_saying(script):
    bare, one = script.evaluate(
        """() => [{}, { channels: 1, filters: 1, groups: 1, bias: true, batch: 1, bytes: 4 }].map((given) =>
          convarith.cost.costOf("conv", convarith.state.countLayer(convarith.state.DEFAULTS), given))"""
    )
    assert bare == one
    layer = Conv(size=(7, 7), channels=1, filters=1, kernel=3)
    assert (bare["parameters"], bare["memory"]["input"]) == (layer.parameters, 4 * 49)
