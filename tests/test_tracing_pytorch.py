"""`trace` of PyTorch's modules and of ONNX, from stored exports, against what torch itself has said of them.

`tools/records/exports.py` exports networks and asks torch for the numbers: parameters, multiply-accumulates
as its own counter has them, and the input rows that outputs have a gradient by.
"""

import json
from pathlib import Path

import pytest

from convarith import trace
from convarith.tracing.onnx import graph_of_onnx
from convarith.tracing.onnx_operators import OPERATORS
from convarith.tracing.pytorch import graph_of_export
from convarith.tracing.pytorch_operations import OPERATIONS

HERE = Path(__file__).parent / "data" / "exports"
SAID = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))


def stored(name):
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=SAID)
def network(request):
    plain = stored(request.param)
    return request.param, plain, trace(graph_of_export(plain))


def test_costs_are_what_torch_counts(network):
    name, _, traced = network
    assert traced.parameters == SAID[name]["parameters"]
    assert traced.trainable == SAID[name]["trainable"]
    attention = sum(row.macs or 0 for row in traced if "attention" in row.kind)
    projections = sum(row.macs for row in traced if row.name.startswith("attention.linear"))
    assert 2 * (traced.macs - attention - projections) <= SAID[name]["flops"] <= 2 * traced.macs
    if name != "rarities":  # whose attention torch's counter leaves out on a CPU
        assert 2 * traced.macs == SAID[name]["flops"]


def test_shapes_are_those_of_torch(network):
    """Asserted by `trace` itself, of every node: here that all were read, and by their names."""
    name, plain, traced = network
    assert traced.unknown == (), name
    assert len(traced) >= len([node for node in plain["nodes"] if node["op"] != "getitem"])
    assert traced.name == plain["name"]


def node_rows(plain, traced):
    """The row of each node: they come in one order."""
    rows = iter([row for row in traced if row.kind != "InputLayer"])
    return {node["name"]: next(rows) for node in plain["nodes"] if node["op"] != "getitem"}


def test_fields_are_where_torch_has_gradients(network):
    name, plain, traced = network
    rows = node_rows(plain, traced)
    size = plain["inputs"][0]["shape"][2]
    checked = 0
    for one in SAID[name]["rows"]:
        row = rows[one["node"]]
        if row.sight is None:
            assert "side by side" in row.note or "not known" in row.note or "lost" in row.note, row
            continue
        for j, ends in one["intervals"].items():
            rule = row.interval(int(j))
            rule = rule[0] if isinstance(rule, tuple) else rule
            if one["size"][0] == size:  # at the size of the export: the very cells
                seen = row.sees(int(j))
                seen = seen[0] if isinstance(seen, tuple) else seen
                assert seen == (range(ends[0], ends[1] + 1) if ends else range(0)), (row.name, j)
            elif row.stride is not None and row.fields[0].period == 1:  # elsewhere: as large, as far in
                assert len(rule) == ends[1] - ends[0] + 1, (row.name, j)
                assert rule[0] == ends[0], (row.name, j)
            checked += 1
    assert checked, name


@pytest.mark.parametrize(
    ("name", "row", "field", "stride", "padding"),
    [
        ("vgg16", "features.30", 212, 32, 90),
        ("resnet18", "layer4.1.relu (2)", 435, 32, 217),
        ("resnet50", "layer4.2.relu (3)", 427, 32, 213),
    ],
)
def test_fields_from_the_literature(name, row, field, stride, padding):
    """VGG16 as in Araujo, Norris and Sim (2019); ResNets as a walk over their strides has them."""
    found = trace(graph_of_export(stored(name)))[row]
    assert (found.receptive_field, found.stride, found.padding) == (field, stride, padding)


def test_rows_are_called_as_their_modules():
    traced = trace(graph_of_export(stored("resnet18")))
    names = [row.name for row in traced]
    assert names[:5] == ["x", "conv1", "bn1", "relu", "maxpool"]
    assert names[5:12] == [
        "layer1.0.conv1", "layer1.0.bn1", "layer1.0.relu", "layer1.0.conv2", "layer1.0.bn2", "layer1.0.add_",
        "layer1.0.relu (2)",
    ]  # fmt: skip
    assert (traced["conv1"].kind, traced["layer1.0.add_"].kind) == ("Conv2d", "add")
    assert len(set(names)) == len(names)


def test_what_is_shared_tied_frozen_or_never_called_is_counted_as_it_is():
    traced = trace(graph_of_export(stored("rarities")))
    assert traced["shared"].parameters == 4 * 4 * 9 + 4 and traced["shared (2)"].parameters == 0
    assert traced["tied"].parameters == 4  # its bias: the weights are those of `shared`
    assert (traced["frozen"].parameters, traced["frozen"].trainable) == (296, 0)
    assert (traced["unused"].parameters, traced["unused"].kind, traced["unused"].macs) == (9, "not called", 0)
    assert "(776 trainable)" in str(traced)


def written(shape, *nodes, weights=()):
    """A small program by hand: of each node its name, operation, arguments and shape."""
    return {
        "name": "m",
        "inputs": [{"name": "x", "shape": shape}],
        "weights": [
            {"name": name, "path": name, "shape": size, "trainable": True, "buffer": False}
            for name, size in weights
        ],
        "nodes": [
            {"name": name, "op": f"aten.{operation}.default", "args": args, "kwargs": {}, "shapes": [size]}
            | {"owner": "", "kind": ""}
            for name, operation, args, size in nodes
        ],
        "outputs": [nodes[-1][0]],
    }


X, W = {"node": "x"}, {"node": "w"}


def test_a_batch_that_heads_are_put_into_is_counted():
    heads = "heads", "view", [X, [2, 2, 8]], [2, 2, 8]
    conv = "conv", "conv1d", [{"node": "heads"}, W, None, [1], [0], [1], 1], [2, 3, 6]
    network = trace(graph_of_export(written([1, 4, 8], heads, conv, weights=[("w", [3, 2, 3])])))
    assert network["conv"].macs == 2 * 3 * 6 * 2 * 3 and network["conv"].output_shape == (2, 3, 6)


def test_channels_in_front_of_places_are_not_repeats_of_them():
    """Behind channels that are joined to it, a place is lost; before them, it is so many times in a row."""
    first = "same", "mul", [X, X], [1, 4, 8]
    flat = "flat", "view", [{"node": "same"}, [1, 32]], [1, 32]
    lost = trace(graph_of_export(written([1, 4, 8], first, flat)))["flat"]
    assert (lost.stride, lost.interval(0)) == (None, None)
    turned = "turned", "permute", [{"node": "same"}, [0, 2, 1]], [1, 8, 4]
    flat = "flat", "view", [{"node": "turned"}, [1, 32]], [1, 32]
    kept = trace(graph_of_export(written([1, 4, 8], first, turned, flat)))["flat"]
    assert [kept.interval(j) for j in (0, 3, 4)] == [range(1), range(1), range(1, 2)]


def test_one_place_that_is_added_to_all_is_seen_by_all():
    narrow = "narrow", "conv1d", [X, W, None, [1], [0], [1], 1], [1, 1, 1]
    joined = "joined", "add", [X, {"node": "narrow"}], [1, 1, 8]
    network = trace(graph_of_export(written([1, 1, 8], narrow, joined, weights=[("w", [1, 1, 8])])))
    assert network["narrow"].receptive_field == 8
    assert [network["joined"].sees(j) for j in range(8)] == [range(8)] * 8
    assert [network["joined"].interval(j) for j in range(8)] == [range(8)] * 8


def test_attention_is_not_defined_and_says_why():
    traced = trace(graph_of_export(stored("rarities")))
    row = next(row for row in traced if row.kind == "scaled_dot_product_attention")
    assert row.receptive_field is None and row.macs == 2 * 15 * 15 * 8


def test_a_shape_is_never_said_against_what_torch_has_computed():
    plain = stored("signal")
    plain["nodes"][0]["shapes"] = [[1, 8, 125]]
    with pytest.raises(ValueError, match=r"^first \(Conv1d\) makes 1 × 8 × 126 by the arithmetic here, but"):
        trace(graph_of_export(plain))


def test_what_is_not_known_is_named_and_not_guessed():
    plain = stored("signal")
    plain["nodes"][0]["op"] = "aten.conv1d_of_tomorrow.default"
    traced = trace(graph_of_export(plain))
    assert traced.unknown == ("first",) and traced["first"].note == "unknown: Conv1d is not read"
    assert traced["first"].parameters == 2 * 8 * 7 + 8 and traced[-1].receptive_field is None


def test_programs_of_a_batch_or_of_open_sizes_are_refused():
    plain = stored("signal")
    plain["inputs"][0]["shape"][0] = 8
    with pytest.raises(ValueError, match="exported for a batch of 8: export it with a batch of 1"):
        graph_of_export(plain)
    plain["inputs"][0]["shape"] = ["s0", 2, "s1"]
    with pytest.raises(ValueError, match="exported with open sizes"):
        graph_of_export(plain)


def test_another_size_than_that_of_the_export_is_refused():
    graph = graph_of_export(stored("signal"))
    assert trace(graph, (2, 503))[0].output_shape == (2, 503)
    with pytest.raises(
        ValueError, match=r"Signal was exported for input_shape \(2, 503\), but is to be read at \(2, 504\)"
    ):
        trace(graph, (2, 504))


def test_operations_in_the_exports_are_all_read():
    tried = {
        node["op"].split(".")[1].rstrip("_")
        for name in SAID
        for node in stored(name)["nodes"]
        if node["op"] != "getitem"
    }
    assert tried <= set(OPERATIONS) and len(tried) > 40


# --- ONNX --------------------------------------------------------------------------------------------------


def test_onnx_says_the_same_as_the_module_that_it_was_written_from():
    """Batch normalizations are folded into the convolutions there: these have biases instead."""
    file, module = trace(graph_of_onnx(stored("resnet18.onnx"))), trace(graph_of_export(stored("resnet18")))
    folded = sum(row.parameters for row in module if row.kind == "BatchNorm2d")
    biases = sum(row.output_shape[0] for row in module if row.kind == "Conv2d")
    assert file.macs == module.macs and file.parameters == module.parameters - folded + biases
    convolutions = [[row for row in one if row.layer] for one in (file, module)]
    for mine, theirs in zip(*convolutions, strict=True):
        assert (mine.output_shape, mine.fields) == (theirs.output_shape, theirs.fields)


def test_a_u_net_of_onnx_sees_what_that_of_torch_sees():
    file, module = trace(graph_of_onnx(stored("unet.onnx"))), trace(graph_of_export(stored("unet")))
    assert (file.parameters, file.macs) == (module.parameters, module.macs)
    assert file[-1].fields == module[-1].fields and file.unknown == ()


def test_a_file_is_read_at_another_size_where_nothing_in_it_has_its_own():
    traced = trace(graph_of_onnx(stored("unet.onnx")), (1, 96, 112))
    assert traced[-1].output_shape == (1, 96, 112)
    with pytest.raises(ValueError, match="joins"):
        trace(graph_of_onnx(stored("unet.onnx")), (1, 100, 112))


def test_rare_operators_are_read_or_named():
    traced = trace(graph_of_onnx(stored("rarities.onnx")))
    assert traced.unknown == ("node_GatherND_101",)  # what an adaptive pool is written as
    module = {row.name: row for row in trace(graph_of_export(stored("rarities")))}
    pads = [row for row in traced if row.kind == "Pad"]
    assert [row.fields for row in pads] == [
        module[name].fields for name in ("pad", "tied.pad_1", "frozen.pad_2", "reflected")
    ]
    (pool,) = (row for row in traced if row.kind == "MaxPool")
    assert pool.fields == module["pool"].fields and pool.layer.dilation == (2, 2)


def test_open_sizes_of_a_file_are_asked_for():
    plain = stored("unet.onnx")
    plain["inputs"][0]["shape"] = ["batch", 1, "high", "wide"]
    with pytest.raises(
        ValueError, match=r"main_graph leaves its input size open, \(1, None, None\); give it"
    ):
        trace(graph_of_onnx(plain))
    assert trace(graph_of_onnx(plain), (1, 64, 64))[-1].output_shape == (1, 64, 64)


def test_a_shape_is_never_said_against_what_onnx_has_inferred():
    plain = stored("unet.onnx")
    first = plain["nodes"][0]["outputs"][0]
    plain["shapes"][first] = [1, 64, 159, 160]
    with pytest.raises(
        ValueError, match="makes 1 × 64 × 160 × 160 by the arithmetic here, but 1 × 64 × 159 × 160"
    ):
        trace(graph_of_onnx(plain))


def test_what_a_batch_normalization_of_a_file_keeps_is_not_trained():
    names = ["x", "scale", "bias", "mean", "variance"]
    node = {"name": "n", "op": "BatchNormalization", "inputs": names, "outputs": ["y"]}
    plain = {
        "name": "m",
        "inputs": [{"name": "x", "shape": [1, 4, 8, 8]}],
        "weights": [{"name": name, "shape": [4]} for name in names[1:]],
        "nodes": [node | {"attributes": {}, "constants": {}}],
        "shapes": {"x": [1, 4, 8, 8], "y": [1, 4, 8, 8]},
        "outputs": ["y"],
    }
    network = trace(graph_of_onnx(plain))
    assert (network.parameters, network.trainable) == (16, 8)


def test_operators_in_the_files_are_read():
    tried = {
        node["op"] for name in ("resnet18", "unet", "rarities") for node in stored(f"{name}.onnx")["nodes"]
    }
    assert tried - set(OPERATORS) <= {"Constant", "GatherND"}
