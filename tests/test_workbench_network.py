"""What the workbench counts, against the library's layers and fields over grids of both."""

import csv
import io
from collections import Counter
from functools import cache
from itertools import islice, product
from math import prod

import keras
import pytest
from grids import thinned
from workbench_pages import record_of

from convarith import (
    AdaptivePool,
    Axis,
    Conv,
    Dense,
    Pool,
    SeparableConv,
    TransposedConv,
    receptive_field,
    trace,
)
from convarith.axis import TransposedAxis
from convarith.field import Field, Taps

pytest_plugins = ["workbench_pages"]

SIZES = {1: ((1,), (4,), (7,), (10,)), 2: ((6, 5), (3, 8)), 3: ((4, 5, 3),)}
PADDINGS = {
    1: ("valid", "same", "causal", 1, (0, 2)),
    2: ("valid", "same", 1, ((0, 1), (2, 0))),
    3: ("valid", "same", (1, 0, 2)),
}
CHANNELS = ((1, 3, 1), (4, 6, 2), (4, 4, 4), (4, 6, 4), (6, 4, 4))  # in, out, groups, which need not divide


def windows(rank):
    """Kernels, strides and dilations: alike for all axes, and not."""
    mixed = {1: (), 2: ((3, 2),), 3: ((1, 2, 3),)}[rank]
    yield from product((1, 2, 3, *mixed), (1, 2, 3, *mixed), (1, 2, *mixed))


def grid(rank):
    """Every kind of layer with its arguments; some fit and some do not."""
    shapes = [{"size": size} for size in SIZES[rank]]
    combinations = product(shapes, windows(rank), PADDINGS[rank])
    for number, (shape, (kernel, stride, dilation), padding) in enumerate(combinations):
        window = shape | {"kernel": kernel, "stride": stride, "dilation": dilation, "padding": padding}
        turn = number % 7 % len(CHANNELS)
        channels, filters, groups = CHANNELS[turn]
        bias = bool(turn % 2)
        grouped = {"channels": channels, "filters": filters, "groups": groups, "bias": bias}
        yield Conv, window | grouped
        yield SeparableConv, window | {"channels": 2, "filters": 5, "multiplier": 1 + turn, "bias": bias}
        for ceil_mode in (False, True):
            yield Pool, window | {"channels": 3, "ceil_mode": ceil_mode}
        if padding != "causal":
            for more in (None, 0, 1, 2):
                yield TransposedConv, window | grouped | {"output_padding": more}
    for shape, output in product(shapes, (1, 2, 3, 7)):
        yield AdaptivePool, shape | {"channels": 2, "output": output}
    for shape, mode, padding in product(shapes, ("reflect", "replicate", "circular"), (1, 3, 4, 5)):
        given = shape | {"channels": 1, "filters": 1, "kernel": 2, "padding": padding, "padding_mode": mode}
        yield Conv, given


def count(bench, networks, framework=""):
    """The last row of each network, and the totals."""
    return bench.evaluate(
        """([networks, framework]) => networks.map(({ layers, input }) => {
          const named = layers.map((layer, n) => ({ type: layer.kind, name: "", line: n + 1, ...layer }));
          const { rows, totals } = convarith.network.countNetwork({ layers: named, input, framework });
          return { ...rows[rows.length - 1], rows: rows.length, totals };
        })""",
        [networks, framework],
    )


def expected_of(kind, given):
    """What the library says: the numbers, or the sentence that there is no such layer."""
    pair = kind is not AdaptivePool and len(given["size"]) == 1
    sizes = {name: value[0] if pair and name == "size" else value for name, value in given.items()}
    try:
        layer = kind(**sizes)
    except ValueError as error:
        return str(error)
    *sizes, channels = layer.output_shape
    axes = getattr(layer, "axes", ())
    return {
        "to": {"sizes": sizes, "channels": channels},
        "parameters": layer.parameters,
        "macs": layer.macs,
        "activations": layer.activations,
        "bytes": 4 * layer.activations,
        "weight_bytes": 4 * layer.parameters,
        "unused": [axis.unused for axis in axes if isinstance(axis, Axis)],
        "overhang": [axis.overhang for axis in axes],
        "pads": [[axis.pad_low, axis.pad_high] for axis in axes],
    }


@pytest.mark.parametrize("rank", (1, 2, 3))
def test_layers_are_counted_as_the_library_counts_them_and_refused_with_its_sentence(bench, rank):
    cases = thinned(grid(rank), {1: 3, 2: 7, 3: 7}[rank])
    found = count(
        bench,
        [
            {
                "layers": [record_of(kind, **given)],
                "input": {"channels": given["channels"], "sizes": given["size"]},
            }
            for kind, given in cases
        ],
    )
    said = Counter()
    for (kind, given), row in zip(cases, found, strict=True):
        expected = expected_of(kind, given)
        said[kind.__name__, isinstance(expected, str)] += 1
        if isinstance(expected, str):
            assert row["why"] == expected, (kind, given)
            continue
        row["overhang"] = [one["overhang"] for one in row["counts"]]
        row["unused"] = [one["unused"] for one in row["counts"]] if kind is not TransposedConv else []
        row["pads"] = [[axis["pad_low"], axis["pad_high"]] for axis in row["axes"]]
        assert {name: row[name] for name in expected} == expected, (kind, given)
        assert row["why"] == "" and row["fixed"] == 0
    kinds = ("Conv", "SeparableConv", "Pool", "TransposedConv")
    assert all(said[kind, refused] > 2 for kind in kinds for refused in (False, True)), said


def test_a_depthwise_layer_has_as_many_groups_as_channels_arrive(bench):
    cases = list(product((1, 3), (1, 2), (False, True)))
    layer = {"kind": "conv", "rank": 2, "kernel": [3, 2], "groups": "channels"}
    found = count(
        bench,
        [
            {
                "layers": [layer | {"multiplier": many, "bias": bias}],
                "input": {"channels": channels, "sizes": [5, 6]},
            }
            for channels, many, bias in cases
        ],
    )
    for (channels, many, bias), row in zip(cases, found, strict=True):
        made = Conv.depthwise(size=(5, 6), channels=channels, multiplier=many, kernel=(3, 2), bias=bias)
        assert (*row["to"]["sizes"], row["to"]["channels"]) == made.output_shape
        assert (row["parameters"], row["macs"]) == (made.parameters, made.macs)


def test_dense_layers_read_the_channels_the_last_axis_or_what_was_flattened(bench):
    dense = {"kind": "dense", "filters": 5, "bias": True}
    shape = {"channels": 4, "sizes": [2, 3]}
    flat, channels, last = count(
        bench,
        [
            {"layers": [{"kind": "flatten"}, dense | {"channels": 24}], "input": shape},
            {"layers": [dense], "input": shape},
            {"layers": [dense | {"along": "last", "bias": False}], "input": shape},
        ],
    )
    for row, inputs, places, bias, sizes, made in (
        (flat, 24, 1, True, [], 5),
        (channels, 4, 6, True, [2, 3], 5),
        (last, 3, 8, False, [2, 5], 4),
    ):
        layer = Dense(inputs=inputs, units=5, bias=bias)
        assert (row["parameters"], row["macs"]) == (layer.parameters, layer.macs * places)
        assert row["to"] == {"sizes": sizes, "channels": made}


# --- fields ------------------------------------------------------------------------------------------------

WINDOWS = [
    (1, 1, 1),
    (2, 2, 1),
    (3, 1, 1),
    (3, 2, 1),
    (3, 1, 2),
    (2, 3, 2),
    (5, 4, 1),
]  # kernel, stride, dilation
PADS = [(0, 0), (1, 1), (2, 0)]


def said_of(field):
    """What the script says of one of the library's fields: along the axis, and of output 0."""
    if field.sizes is None:
        return None
    least, size = field.sizes
    if field.lost:
        return {"size": size, "least": least, "jump": None, "start": None, "centre": None, "all": False}
    cells = field.interval(0)
    jump = 0 if field.constant else float(field.stride)
    return {
        "size": size,
        "least": least,
        "jump": jump,
        "start": cells[0],
        "centre": (cells[0] + cells[-1]) / 2,
        "all": field.covers_input,
    }


def test_fields_of_stacks_are_those_of_receptive_field(bench):
    networks, expected = [], []
    windows = list(product(WINDOWS, PADS))
    for first, second, third in thinned(product(windows, windows, WINDOWS[2:6]), 5):
        size, layers, axes = 90, [], []
        for (kernel, stride, dilation), (low, high) in (first, second, (third, (0, 1))):
            given = {"kernel": kernel, "stride": stride, "dilation": dilation}
            axes.append(Axis(size=size, pad_low=low, pad_high=high, **given))
            size = axes[-1].output
            given = {name: [value] for name, value in given.items()}
            layers.append({"kind": "pool", "rank": 1, "padding": [[low, high]]} | given)
        networks.append({"layers": layers, "input": {"channels": 1, "sizes": [90]}})
        field = receptive_field(axes)
        numbers = {"size": field.size, "least": field.size, "jump": field.stride}
        expected.append(numbers | {"start": field.start, "centre": field.centre(0), "all": False})
    assert [row["fields"] for row in count(bench, networks)] == [[one] for one in expected]


def made(kind, **given):
    """The axis, or none."""
    try:
        return kind(**given)
    except ValueError:
        return None


@cache
def steps(cells):
    """Layers on an axis of so many cells, as the script takes them, and the taps that the library says."""
    found = []
    for (kernel, stride, dilation), (low, high) in product(WINDOWS[2:], PADS):
        given = {"size": cells, "kernel": kernel, "stride": stride, "dilation": dilation}
        given |= {"pad_low": low, "pad_high": high}
        record = {"rank": 1, "kernel": [kernel], "stride": [stride], "dilation": [dilation]}
        record |= {"padding": [[low, high]]}
        if axis := made(Axis, **given):
            found.append((record | {"kind": "pool"}, Taps.of_windows(axis)))
        if axis := made(TransposedAxis, **given, output_padding=stride - 1):
            stamped = {"kind": "transposed", "filters": 1, "output_padding": [stride - 1]}
            found.append((record | stamped, Taps.of_stamps(axis)))
    for outputs in (1, 2, 3, 5):
        found.append(({"kind": "adaptive", "outputs": [outputs]}, Taps.of_shares(cells, outputs)))
    for times, (name, radius) in product((2, 3), (("nearest", 0), ("linear", 1), ("cubic", 2))):
        record = {"kind": "upsampling", "times": [times], "interpolation": name}
        for corners in (False, True)[
            : 1 + (radius > 0 and cells > 1)
        ]:  # one cell put everywhere has no place
            taps = Taps.of_resizing(cells, cells * times, radius=radius, corners=corners)
            found.append((record | {"corners": corners}, taps))
        for outputs in (4, 13):  # no whole number of times
            taps = Taps.of_resizing(cells, outputs, radius=radius, centred=radius > 0)
            found.append(({"kind": "upsampling", "outputs": [outputs], "interpolation": name}, taps))
    for low, high in ((1, 0), (-1, 2), (-1, -1)):
        if cells + low + high > 0:
            record = {"kind": "padding", "padding": [[low, high]]}
            found.append((record, Taps.of_shift(cells, low, high)))
    return found


def walks(cells=9):
    """Layers in a row: every pair, and a third after some of them, which comes at a turn."""
    for turn, (one, first) in enumerate(steps(cells)):
        for more, (other, second) in enumerate(steps(first.outputs)):
            yield cells, [one, other], [first, second]
            for third, last in islice(steps(second.outputs), (turn + more) % 29, None, 29):
                yield cells, [one, other, third], [first, second, last]


BEHIND = [
    ([{"kind": "global", "keep": True}], Field.gather),
    ([{"kind": "flatten"}], Field.scatter),
    ([{"kind": "flatten"}, {"kind": "dense", "filters": 1}], lambda field: field.scatter().gather()),
    ([{"kind": "norm", "mixes": True}], lambda field: Field.merge([field, field.gather()])),
    ([], lambda field: field),
]


def test_fields_after_stamps_resizing_and_gathering_are_those_of_the_library(bench):
    networks, expected = [], []
    for turn, (cells, records, taps) in thinned(enumerate(walks()), 11):
        if any(one.misses for one in taps):
            continue  # outputs that see nothing, which the library says in words
        if prod(len(one.offsets) for one in taps) > 4096:
            continue  # the script says nothing of so long a period
        field = Field.of_input(cells)
        for one in taps:
            field = field.through(one)
        for layers, end in (BEHIND[turn % 4], BEHIND[4]):
            networks.append({"layers": records + layers, "input": {"channels": 1, "sizes": [cells]}})
            expected.append(said_of(end(field)))
    found = [row["fields"][0] for row in count(bench, networks)]
    for network, one, other in zip(networks, found, expected, strict=True):
        assert one == other, network
    assert len(found) > 350


def test_fields_of_several_ways_are_merged_as_the_library_merges_them(bench):
    """Two ways of one layer each, added; ways of different rates have no one field."""
    networks, expected = [], []
    for (one, first), (other, second) in product(steps(9), repeat=2):
        if first.outputs != second.outputs or first.misses or second.misses:
            continue
        layers = [one | {"reads": [-1]}, other | {"reads": [-1]}, {"kind": "add", "reads": [0, 1]}]
        networks.append({"layers": layers, "input": {"channels": 1, "sizes": [9]}})
        networks.append({"layers": [*layers, {"kind": "global"}], "input": {"channels": 1, "sizes": [9]}})
        field = Field.merge([Field.of_input(9).through(taps) for taps in (first, second)])
        expected += [said_of(field), said_of(field.gather())]
    for one, first in steps(9):  # one of the ways has one place, which all read
        if first.misses:
            continue
        alone = [one, {"kind": "global", "keep": True}, {"kind": "add", "reads": [0, 1]}]
        field = Field.of_input(9).through(first)
        merged = Field.merge([field, field.gather()])
        networks.append({"layers": alone, "input": {"channels": 1, "sizes": [9]}})
        networks.append({"layers": [*alone, {"kind": "flatten"}], "input": {"channels": 1, "sizes": [9]}})
        expected += [said_of(merged), said_of(merged)]
    found = [row["fields"][0] for row in count(bench, networks)]
    for network, one, other in zip(networks, found, expected, strict=True):
        assert one == other, network
    assert sum(one is None for one in expected) > 10 and len(expected) > 200


TRACED = [
    "layers.Conv2D(8, 3, strides=2, padding='same'),\n" * 4 + "layers.Flatten(),\nlayers.Dense(10),",
    "layers.Conv2D(4, 3),\nlayers.MaxPooling2D(2),\nlayers.Flatten(),\nlayers.Dense(6),\nlayers.Dense(2),",
    "layers.Conv2D(4, 5, padding='same'),\nlayers.GlobalAveragePooling2D(),\nlayers.Dense(2),",
    "layers.MaxPooling2D(3, strides=2),\nlayers.Conv2D(4, 3, dilation_rate=3),\nlayers.ZeroPadding2D(2),",
    "layers.Conv2D(4, 7, strides=4),\nlayers.GlobalMaxPooling2D(),\nlayers.Dense(3),",  # not all
]


def traced(row):
    """Field, jump and start of a row of `trace`, as a table says them."""

    def written(value):
        each = value if isinstance(value, tuple) else (value,)
        return " × ".join("–" if one is None else str(one).replace("-", "−") for one in each)

    ends = row.padding if isinstance(row.padding, tuple) else (row.padding,)
    start = tuple(one and -one for one in ends)
    return [written(row.receptive_field), written(row.stride), written(start)]


@pytest.mark.parametrize("source", TRACED)
def test_the_table_says_of_fields_what_trace_says(bench, source):
    """Also where outputs see everything: "all", and then they have no place."""
    text = f"model = keras.Sequential([keras.Input((27, 30, 1)),\n{source}\n])"
    names = {"keras": keras, "layers": keras.layers}
    exec(text, names)
    said = bench.evaluate(
        """(text) => {
          const reading = convarith.reading.read(text), count = convarith.network.countNetwork(reading);
          return convarith.results.csvOf(count, reading.framework);
        }""",
        text,
    )
    heads, *lines = csv.reader(io.StringIO(said))
    columns = [heads.index(name) for name in ("field r", "jump S", "start")]
    found = [[line[at] for at in columns] for line in lines]
    assert found == [traced(row) for row in trace(names["model"])[1:]]


# --- networks ----------------------------------------------------------------------------------------------

CONV = {"kind": "conv", "rank": 2, "kernel": [3, 3], "padding": [[1, 1]]}
IMAGE = {"channels": 3, "sizes": [8, 8]}


def test_a_network_is_counted_up_to_its_first_misfit(bench):
    layers = [CONV | {"filters": 4}, CONV | {"channels": 5, "filters": 6}, CONV | {"filters": 7}]
    (row,) = count(bench, [{"layers": layers, "input": IMAGE}])
    assert (row["rows"], row["why"]) == (2, "expects 5 channels, but 4 arrive")
    first = Conv(size=(8, 8), channels=3, filters=4, kernel=3, padding=1)
    assert row["totals"]["parameters"] == first.parameters
    assert row["totals"]["macs"] == first.macs


MISFITS = {
    "expects 512 features, but 256 × 6 × 6 = 9216 arrive": (
        {"channels": 256, "sizes": [6, 6]},
        [{"kind": "flatten"}, {"kind": "dense", "channels": 512, "filters": 10, "along": "last"}],
    ),
    "expects 512 features, but the last axis of 256 × 6 × 7 has 7: nothing flattens it": (
        {"channels": 256, "sizes": [6, 7]},
        [{"kind": "dense", "channels": 512, "filters": 10, "along": "last"}],
    ),
    "wants 400 numbers for each input, but 16 × 6 × 6 = 576 arrive": (
        {"channels": 16, "sizes": [6, 6]},
        [{"kind": "flatten", "target": [400]}],
    ),
    "needs a map with 2 axes, but 784 arrives, which has no axes": ({"channels": 784, "sizes": []}, [CONV]),
    "needs a map with 1 axis, but 3 × 8 × 8 arrives, which has 2 axes": (
        IMAGE,
        [{"kind": "norm", "rank": 1, "channels": 3}],
    ),
    "brings 3 × 8 × 8 and 4 × 8 × 8 together": (
        IMAGE,
        [CONV | {"filters": 4}, {"kind": "add", "reads": [-1, 0]}],
    ),
    "joins 3 × 8 × 8 and 3 × 4 × 4": (
        IMAGE,
        [{"kind": "pool", "kernel": [2, 2], "stride": [2, 2]}, {"kind": "concatenate", "reads": [-1, 0]}],
    ),
    "cuts 8 cells off 8": (IMAGE, [{"kind": "cropping", "padding": [[4, 4], [0, 0]]}]),
    "3 × 8 × 8 is 192 numbers, 5 × 6 × 6 is 180": (IMAGE, [{"kind": "reshape", "target": [6, 6, 5]}]),
    "channels must be a multiple of groups (2), but is 3": (
        IMAGE,
        [{"kind": "norm", "groups": 2, "mixes": True}],
    ),
    "expects 8 along the last axis of 3 × 8 × 4": (
        {"channels": 3, "sizes": [8, 4]},
        [{"kind": "norm", "along": "last", "channels": 8}],
    ),
    "stride must be at least 1, but is 0": (IMAGE, [CONV | {"filters": 4, "stride": [0, 0]}]),
    "filters must be at least 1, but is 0": (IMAGE, [CONV | {"filters": 0}]),
    "kernel is counted here up to 4194304, but is 1000000000": (
        IMAGE,
        [CONV | {"filters": 1, "kernel": [10**9, 1]}],
    ),
    "a size is counted here up to 4194304, but is 8000000": (
        IMAGE,
        [{"kind": "upsampling", "times": [10**6]}],
    ),
}


def test_what_does_not_fit_is_said_with_its_numbers(bench):
    networks = [{"layers": layers, "input": shape} for shape, layers in MISFITS.values()]
    assert [row["why"] for row in count(bench, networks)] == list(MISFITS)
    order = count(bench, [networks[5]], "keras")
    assert order[0]["why"] == "brings 8 × 8 × 3 and 8 × 8 × 4 together"


def test_what_is_unknown_casts_doubt_on_all_that_reads_it_and_on_nothing_else(bench):
    unknown = {"kind": "unknown", "type": "LSTM"}
    layers = [
        CONV | {"filters": 4},
        unknown,
        CONV | {"channels": 9, "filters": 2},
        CONV | {"filters": 2, "reads": [0]},
        {"kind": "add", "reads": [3, 2]},
    ]
    doubts = [count(bench, [{"layers": layers[: n + 1], "input": IMAGE}])[0] for n in range(5)]
    said = "what LSTM in line 2 does is not known"
    assert [row["doubt"] for row in doubts] == ["", "", said, "", said]
    assert [row["why"] for row in doubts] == [""] * 5
    assert doubts[2]["from"] == [{"channels": 9, "sizes": [8, 8]}]


def test_weights_that_are_shared_and_numbers_that_are_handed_on_count_once(bench):
    layers = [CONV | {"filters": 3}, CONV | {"filters": 3, "shares": 0}, {"kind": "activation"}]
    layers += [{"kind": "identity"}, {"kind": "flatten"}]
    (row,) = count(bench, [{"layers": layers, "input": IMAGE}])
    one = Conv(size=(8, 8), channels=3, filters=3, kernel=3, padding=1)
    numbers = 3 * one.activations
    assert row["totals"] == {
        "parameters": one.parameters,
        "fixed": 0,
        "macs": 2 * one.macs,
        "activations": numbers,
        "bytes": 4 * numbers,
        "weight_bytes": 4 * one.parameters,
    }


def test_norms_have_numbers_along_the_axes_that_are_normalized(bench):
    cases = [
        ({"statistics": True}, 2 * 3, 2 * 3),
        ({"statistics": True, "scale": False}, 3, 6),
        ({"along": "last", "mixes": True}, 2 * 5, 0),
        ({"along": "all", "mixes": True, "target": [4, 5, 3]}, 2 * 60, 0),
        ({"along": "one", "bias": False}, 1, 0),
        ({"groups": 3, "mixes": True}, 2 * 3, 0),
    ]
    layers = [
        {"layers": [{"kind": "norm"} | given], "input": {"channels": 3, "sizes": [4, 5]}}
        for given, *_ in cases
    ]
    found = [(row["parameters"], row["fixed"]) for row in count(bench, layers)]
    assert found == [tuple(numbers) for _, *numbers in cases]
