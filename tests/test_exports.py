"""The stored exports of PyTorch and ONNX, which `tools/records/exports.py` makes, agree with themselves.

What the library reads in them is tested elsewhere; here it is tested that there is something to read.
"""

import json
from importlib.util import find_spec
from math import prod
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "data" / "exports"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
NAMES = sorted(path.name.removesuffix(".json") for path in FOLDER.glob("*.json") if path.stem != "expected")


def stored(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def named(value):
    """The nodes that an argument names, however deep in lists they stand."""
    if isinstance(value, dict):
        yield value["node"]
    for one in value if isinstance(value, list) else ():
        yield from named(one)


def test_each_network_has_its_answers():
    assert sorted(EXPECTED) == [name for name in NAMES if not name.endswith(".onnx")]
    assert len(EXPECTED) == 13 and len(NAMES) == 16


@pytest.mark.parametrize("name", EXPECTED)
def test_weights_are_as_many_as_pytorch_counts(name):
    weights = [one for one in stored(name)["weights"] if "same_as" not in one]
    counts = {"trainable": 0, "parameters": 0, "buffers": 0}
    for one in weights:
        counts["buffers" if one["buffer"] else "parameters"] += prod(one["shape"])
        counts["trainable"] += prod(one["shape"]) * one["trainable"]
    assert counts == {kind: EXPECTED[name][kind] for kind in counts}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_node_reads_what_came_before(name):
    export = stored(name)
    known = {one["name"] for kind in ("inputs", "weights") for one in export[kind]}
    for node in export["nodes"]:
        assert set(named([node["args"], *node["kwargs"].values()])) <= known, node["name"]
        assert node["shapes"] and node["name"] not in known
        known.add(node["name"])
    assert set(export["outputs"]) <= known


@pytest.mark.parametrize("name", EXPECTED)
def test_gradients_were_asked_of_nodes_with_such_sizes(name):
    export = stored(name)
    nodes = {node["name"]: node for node in export["nodes"]}
    assert EXPECTED[name]["rows"]
    for asked in EXPECTED[name]["rows"]:
        size, rows = asked["size"][0], {int(row) for row in asked["intervals"]}
        assert max(rows) < asked["output"]
        if asked["size"] == export["inputs"][0]["shape"][2:]:
            assert nodes[asked["node"]]["shapes"][0][2] == asked["output"]
        for interval in asked["intervals"].values():
            assert interval is None or 0 <= interval[0] <= interval[1] < size


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".onnx")])
def test_each_node_of_onnx_reads_what_came_before(name):
    export = stored(name)
    known = {one["name"] for kind in ("inputs", "weights") for one in export[kind]} | {""}
    for node in export["nodes"]:
        assert set(node["inputs"]) <= known, node["name"]
        assert set(node["constants"]) <= set(node["inputs"])
        known |= set(node["outputs"])
    assert set(export["outputs"]) <= known
    assert {one["name"] for one in export["inputs"]} | set(export["outputs"]) <= set(export["shapes"])


@pytest.mark.skipif(not find_spec("torch"), reason="PyTorch is not installed")
@pytest.mark.parametrize("name", ["rarities", "resized", "signal", "volume"])
def test_pytorch_exports_the_same_today(name):
    import torch  # noqa: PLC0415
    from records.exports import NETWORKS, plain_export  # noqa: PLC0415

    make, shape, _ = NETWORKS[name]
    program = torch.export.export(make().eval(), (torch.zeros(shape),))
    made, kept = json.loads(json.dumps(plain_export(program))), stored(name)
    assert made | {"framework": kept["framework"]} == kept
