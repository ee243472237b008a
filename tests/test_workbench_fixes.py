"""What the workbench proposes where a layer does not fit, counted again with the library."""

import contextlib
import re
from itertools import product
from math import prod

from convarith import Conv, Dense, Pool, TransposedConv

pytest_plugins = ["workbench_pages"]

KERNELS = ((2, 2), (3, 5), (7, 4))
KINDS = {"in_features=", "in_channels=", "out_channels=", "flatten", "in place of", "groups=", "a kernel of"}
KINDS |= {
    "a padding of",
    'padding="same"',
    "ceil_mode",
    "a stride of",
    "a dilation of",
    "an output padding of",
}
KINDS |= {"an input of"}


def arguments(layer, sizes, channels):
    """What the library takes for a record of the script."""
    padding = layer.get("padding", "valid")
    given = {"size": sizes, "channels": channels, "kernel": tuple(layer["kernel"])}
    given |= {"stride": tuple(layer["stride"]), "dilation": tuple(layer["dilation"])}
    return given | {"padding": padding if isinstance(padding, str) else tuple(map(tuple, padding))}


def counted(network):
    """The shapes that the library makes of a network, up to the first layer that it refuses."""
    channels, sizes = network["input"]["channels"], tuple(network["input"]["sizes"])
    keras = network["framework"] == "keras"
    shapes = []
    with contextlib.suppress(ValueError):
        for layer in network["layers"]:
            kind, said = layer["kind"], layer.get("channels")
            if kind == "flatten":
                sizes, channels, said = (), prod(sizes) * channels, layer.get("target", [None])[0]
            last = kind == "dense" and sizes and not keras  # what nothing flattens is read row by row
            if said not in (None, sizes[-1] if last else channels):
                raise ValueError("other numbers arrive")
            if kind == "dense":
                made = Dense(inputs=sizes[-1] if last else channels, units=layer["filters"])
                sizes, channels = ((*sizes[:-1], made.units), channels) if last else (sizes, made.units)
            elif kind != "flatten":
                given = arguments(layer, sizes, channels)
                pairs = given["padding"] if isinstance(given["padding"], tuple) else ((0, 0),) * len(sizes)
                if kind == "pool":
                    made = Pool(**given, ceil_mode=layer.get("ceil_mode", False))
                    if not keras and any(2 * low > k for (low, _), k in zip(pairs, made.kernel, strict=True)):
                        raise ValueError("PyTorch pads by half the kernel at most")
                elif kind == "transposed":
                    more = layer["output_padding"]
                    made = TransposedConv(
                        **given, filters=layer["filters"], output_padding=more and tuple(more)
                    )
                else:
                    made = Conv(**given, filters=layer["filters"], groups=layer.get("groups", 1))
                    strided, dilated = max(layer["stride"]) > 1, max(layer["dilation"]) > 1
                    if strided and (dilated if keras else given["padding"] == "same"):
                        raise ValueError("the framework has no stride with that")
                *sizes, channels = made.output_shape
            shapes.append((*sizes, channels))
    return shapes


def proposed(bench, networks):
    return bench.evaluate(
        """(networks) => networks.map((network) => {
          const count = convarith.network.countNetwork(network);
          const fixes = convarith.fixes.fixesOf(network, count);
          return { n: count.misfit ? count.rows.length - 1 : -1, fixes };
        })""",
        networks,
    )


def windowed(kind, kernel, **more):
    layer = {"kind": kind, "rank": 2, "kernel": list(kernel), "stride": [1, 1], "dilation": [1, 1]}
    return layer | {"type": kind, "name": "", "line": 1, "padding": [[0, 0], [0, 0]]} | more


FLATTEN = {"kind": "flatten", "type": "Flatten", "name": "", "line": 2}
LINEAR = {"kind": "dense", "type": "Linear", "name": "", "line": 3, "along": "last", "filters": 4}


def networks():
    """Layers of which some fit and some do not."""
    for sizes, kernel, framework in product(((2, 3), (5, 5), (9, 7)), KERNELS, ("keras", "pytorch")):
        shape = {"framework": framework, "input": {"channels": 3, "sizes": list(sizes)}}
        keras = {"padding": "valid"} if framework == "keras" else {}
        conv = windowed("conv", kernel, filters=8, **keras)
        pools = [windowed("pool", kernel, stride=stride, **keras) for stride in ([1, 1], list(kernel))]
        for layer in (conv, conv | {"dilation": [2, 2]}, *pools):
            yield shape | {"layers": [windowed("conv", (2, 2), filters=3, **keras), layer, layer]}
        if framework == "keras":
            yield shape | {"layers": [conv | {"stride": [2, 2], "dilation": [2, 2], "padding": "same"}]}
            continue
        yield shape | {"layers": [conv | {"padding": "same", "stride": [1, 3]}]}
        if kernel < (7, 4):  # which fits only with more
            yield shape | {"layers": [pools[0] | {"padding": [[4, 4], [4, 4]]}]}
        yield shape | {"layers": [conv | {"groups": 3, "padding": [[3, 3]] * 2}, conv]}
        yield shape | {"layers": [conv, windowed("conv", (1, 1), channels=5, filters=2)]}
        for padding, more in ((0, 0), (3, 0), (9, 0), (0, 4)):  # one fault at a time
            cut = {"padding": [[padding, padding]] * 2, "output_padding": [more, more]}
            yield shape | {"layers": [windowed("transposed", kernel, filters=3, **cut)]}
        first = windowed("conv", (2, 2), filters=6)
        for features, flat in product((24, 120, 400), ([FLATTEN], [], [FLATTEN | {"target": [120]}])):
            yield shape | {"layers": [first, *flat, LINEAR | {"channels": features}]}


def turned(shape):
    """Channels and sizes, where the channels were given last and not first."""
    *first, last = (shape["channels"], *shape["sizes"])
    return [last, first]


def test_whatever_is_proposed_fits_and_what_is_nearer_does_not(bench):
    cases = list(networks())
    kinds = set()
    for network, found in zip(cases, proposed(bench, cases), strict=True):
        shapes, every = counted(network), len(network["layers"])
        assert found["n"] == (len(shapes) if len(shapes) < every else -1), network
        assert (found["n"] >= 0) or found["fixes"] == []
        for fix in found["fixes"]:
            mended, inserted = fix["network"], len(fix["network"]["layers"]) - every
            far = len(counted(mended))
            assert far > found["n"] + inserted, (network, fix["text"])
            assert fix["fits"] == (far == len(mended["layers"])), (network, fix["text"])
            kinds |= {name for name in KINDS if name in fix["text"]}
            assert re.search(r"^an input of|convolutions$|before it$| in line [1-3]$", fix["text"]), fix[
                "text"
            ]
            if "come first here" in fix["text"]:
                assert list(fix["input"].values()) == turned(network["input"]), network
            elif "input" in fix:
                assert fix["fits"]
                own, other = network["input"]["sizes"], fix["input"]["sizes"]
                away = other[0] - own[0]
                for more in range(0, away, 1 if away > 0 else -1):
                    sizes = [size + more for size in own]
                    nearer = network | {"input": network["input"] | {"sizes": sizes}}
                    assert len(counted(nearer)) < every, (network, sizes)
        if found["n"] >= 0:
            assert found["fixes"], network
    assert kinds == KINDS


def test_a_misfit_has_the_arguments_that_mend_it(bench):
    """One network of each kind, with what is written beside it."""
    shape = {"framework": "pytorch", "input": {"channels": 3, "sizes": [8, 8]}}
    first = windowed("conv", (3, 3), filters=6)
    linear = LINEAR | {"channels": 96}
    cases = {
        ("in_features=216 in place of 96 in line 3", "an input of 3 × 6 × 6, where all layers fit"): [
            first,
            FLATTEN,
            linear,
        ],
        ("216 in place of 100 in line 2",): [first, FLATTEN | {"target": [100]}, LINEAR | {"channels": 100}],
        ("a flatten before it",): [first, LINEAR | {"channels": 216}],
        ("a flatten before it and in_features=216 in place of 96 in line 3",): [first, linear],
        ("groups=4 in place of 5 in line 1",): [
            windowed("conv", (1, 1), filters=12),
            windowed("conv", (1, 1), filters=8, groups=5),
        ],
        ("in_channels=6 in place of 5 in line 1", "out_channels=5 in place of 6 in line 1"): [
            first,
            windowed("conv", (1, 1), channels=5, filters=2),
        ],
    }
    found = proposed(bench, [shape | {"layers": layers} for layers in cases.values()])
    for texts, one in zip(cases, found, strict=True):
        assert [fix["text"] for fix in one["fixes"]][: len(texts)] == list(texts)


def test_the_features_that_arrive_are_told_whatever_the_source_says(bench):
    sizes = (9, 12)
    network = {"framework": "pytorch", "input": {"channels": 3, "sizes": list(sizes)}}
    conv = windowed("conv", (4, 3), filters=5, stride=[2, 2])
    network["layers"] = [conv, FLATTEN | {"target": [7]}, LINEAR | {"channels": 1}, LINEAR | {"channels": 9}]
    made = Conv(size=sizes, channels=3, filters=5, kernel=(4, 3), stride=2)
    found = bench.evaluate("(network) => convarith.fixes.featuresOf(network)", network)
    assert found == [{"layer": 2, "features": prod(made.output_shape)}, {"layer": 3, "features": 4}]


def test_sizes_that_divide_are_named_with_the_features_that_change(bench):
    layers = [windowed("pool", (2, 2), stride=[2, 2]), FLATTEN, LINEAR | {"channels": 3 * 4 * 4}]
    network = {"framework": "pytorch", "layers": layers, "input": {"channels": 3, "sizes": [9, 9]}}
    near = bench.evaluate(
        """(network) => convarith.fixes.sizesNear(network, convarith.network.countNetwork(network))""",
        network,
    )
    assert near == ["3 × 6 × 6 with in_features=27", "3 × 8 × 8", "3 × 10 × 10 with in_features=75"]
