"""`Axis` and `TransposedAxis` against PyTorch, whose answers `tools/records/pytorch.py` stores as a table."""

import json
from itertools import product
from pathlib import Path

import pytest

from convarith import Axis, TransposedAxis

TABLE = json.loads((Path(__file__).parent / "data" / "pytorch.json").read_text(encoding="utf-8"))


def rows(grid, answers):
    """The arguments of each row of a grid, by name, and what PyTorch answered."""
    values = TABLE["grids"][grid]
    for row, answer in zip(product(*values.values()), answers.split(" "), strict=True):
        yield dict(zip(values, row, strict=True)), answer


def padded(pad, **given):
    return Axis.with_padding(pad, **given)


@pytest.mark.parametrize("ceil_mode", [False, True])
def test_pooling_sizes(ceil_mode):
    checked = 0
    for given, answer in rows("pool", TABLE["max_sizes"][str(ceil_mode)]):
        if answer == "P":  # PyTorch's own limit: more padding than half the kernel
            assert given["pad"] > given["kernel"] // 2, given
        elif answer == "I":
            with pytest.raises(ValueError, match="spans"):
                padded(**given, ceil_mode=ceil_mode)
        else:
            assert padded(**given, ceil_mode=ceil_mode).output == int(answer), given
            checked += 1
    assert checked > 850


@pytest.mark.parametrize(("ceil_mode", "count_padding"), list(product((False, True), repeat=2)))
def test_divisors_of_averages(ceil_mode, count_padding):
    checked = 0
    for given, answer in rows("average", TABLE["average_divisors"][f"{ceil_mode} {count_padding}"]):
        if answer == "P":
            assert given["pad"] > given["kernel"] // 2, given
        elif answer == "S":
            with pytest.raises(ValueError, match="spans"):
                padded(**given, ceil_mode=ceil_mode)
        else:
            divisors = padded(**given, ceil_mode=ceil_mode).divisors(count_padding=count_padding)
            assert "".join(map(str, divisors)) == answer, given
            checked += 1
    assert checked > 200


def test_transposed_convolutions_write_the_same_cells_and_have_the_same_limits():
    seen = dict.fromkeys("OS", 0) | {"beyond the stride": 0}
    for given, answer in rows("transposed", TABLE["transposed_writes"]):
        if answer in ("O", "S"):
            seen[answer] += 1
            # PyTorch looks at the output padding first, and so does TransposedAxis.
            words = {"O": "output_padding must be smaller than", "S": "the padding cuts"}[answer]
            with pytest.raises(ValueError, match=words):
                TransposedAxis.pytorch(**given)
            continue
        axis = TransposedAxis.pytorch(**given)
        assert "".join(map(str, axis.writes)) == answer, given
        seen["beyond the stride"] += given["output_padding"] >= given["stride"]
    assert min(seen.values()) > 100, seen


@pytest.mark.parametrize(
    ("row", "plain_ceil", "actual"),
    [  # PyTorch issue 57178: the documented formula, and what comes out
        ({"size": 32, "kernel": 1, "stride": 2, "pad": 0}, 17, 16),
        ({"size": 5, "kernel": 2, "stride": 2, "pad": 1}, 4, 3),
        ({"size": 10, "kernel": 3, "stride": 4, "pad": 0}, 3, 3),
    ],
)
def test_ceil_mode_is_not_the_plain_formula(row, plain_ceil, actual):
    room = row["size"] + 2 * row["pad"] - row["kernel"]
    assert -(-room // row["stride"]) + 1 == plain_ceil
    assert padded(**row, ceil_mode=True).output == actual
