"""`Taps` and `Field` against walks over every cell, the axes they come from, and resizing itself."""

import random
from fractions import Fraction
from itertools import product
from math import ceil, floor

import numpy as np
import pytest
from witnesses import asks_keras, keras

from convarith import Axis, TransposedAxis
from convarith.field import Field, Line, Taps, hull

# --- one layer ---------------------------------------------------------------------------------------------


def test_windows_are_those_of_the_axis():
    for size, kernel, stride, dilation, low, high in product(
        (5, 8), (1, 2, 3), (1, 2, 4), (1, 2), (0, 2), (0, 1)
    ):
        axis = Axis(size=size, kernel=kernel, stride=stride, dilation=dilation, pad_low=low, pad_high=high)
        taps = Taps.of_windows(axis)
        for j, window in enumerate(axis.windows):
            assert taps.read_by(j) == [cell for cell in window if 0 <= cell < size], (axis, j)


def test_stamps_are_read_from_where_they_are_written():
    misses = 0
    for size, kernel, stride, dilation, low, more in product(
        (1, 4), (1, 2, 3, 5), (1, 2, 3), (1, 2, 3), (0, 1, 3), (0, 1)
    ):
        try:
            axis = TransposedAxis(
                size=size, kernel=kernel, stride=stride, dilation=dilation, pad_low=low, output_padding=more
            )
        except ValueError:
            continue
        taps = Taps.of_stamps(axis)
        wrote = [[i for i in range(size) if j in axis.window(i)] for j in range(axis.output)]
        assert [taps.read_by(j) for j in range(axis.output)] == wrote, axis
        assert taps.misses == (not all(wrote) or not all(taps.offsets)), axis
        misses += taps.misses
    assert misses > 50


def test_shares_are_those_of_an_adaptive_pool():
    for cells, outputs in product(range(1, 14), range(1, 14)):
        taps = Taps.of_shares(cells, outputs)
        for j in range(outputs):
            ends = floor(j * cells / outputs), ceil((j + 1) * cells / outputs)
            assert taps.read_by(j) == [*range(*ends)], (cells, outputs, j)


BORDERS = {"reflect": "reflect", "symmetric": "symmetric", "replicate": "edge", "circular": "wrap"}


@pytest.mark.parametrize("border", BORDERS)
def test_borders_are_those_of_numpy(border):
    for cells, low, high in product((1, 2, 3, 7), range(4), range(4)):
        if border in ("reflect", "circular") and cells == 1 and low + high:
            continue  # nothing to reflect
        padded = np.pad(np.arange(cells), (low, high), BORDERS[border])
        taps = Taps.of_shift(cells, low, high, border)
        assert [taps.read_by(j) for j in range(taps.outputs)] == [[cell] for cell in padded], (
            cells,
            low,
            high,
        )


@asks_keras
@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize(
    ("how", "radius"), [("nearest", 0), ("bilinear", 1), ("bicubic", 2), ("lanczos3", 3)]
)
def test_resizing_reads_what_has_a_weight(how, radius, antialias):
    """Each cell alone is resized: what comes out is its weight in every output."""
    for cells, outputs in [(4, 8), (5, 3), (6, 4), (3, 7), (7, 7), (8, 2), (5, 15)]:
        alone = np.zeros((cells, cells, 2, 1), "float32")  # one image for each cell, two columns wide
        alone[range(cells), range(cells)] = 1
        weights = keras.ops.image.resize(alone, (outputs, 2), how, antialias=antialias)
        weights = np.abs(np.array(weights)[:, :, 0, 0]) > 1e-5
        taps = Taps.of_resizing(cells, outputs, radius=radius, antialias=antialias)
        for j in range(outputs):
            assert sorted(set(taps.read_by(j))) == [*np.flatnonzero(weights[:, j])], (cells, outputs, j)


# --- many layers -------------------------------------------------------------------------------------------


def random_taps(chance, cells):
    """A layer of any kind that goes on with so many cells."""
    kind = chance.randrange(6)
    if kind == 0:
        low, high = chance.randint(-1, 2), chance.randint(-1, 2)
        return Taps.of_shift(cells, low, high)
    if kind == 1:
        axis = TransposedAxis(
            size=cells,
            kernel=chance.randint(1, 4),
            stride=chance.randint(1, 3),
            dilation=chance.randint(1, 2),
        )
        return Taps.of_stamps(axis)
    if kind == 2:
        return Taps.of_resizing(
            cells, cells * chance.choice((2, 3)) // chance.choice((1, 2)), radius=chance.randint(0, 2)
        )
    kernel, dilation = chance.randint(1, 4), chance.randint(1, 2)
    pads = {"pad_low": chance.randint(0, 2), "pad_high": chance.randint(0, 2)}
    axis = Axis(size=cells, kernel=kernel, stride=chance.randint(1, 3), dilation=dilation, **pads)
    return Taps.of_windows(axis)


def walked(layers, j):
    """The cells of the input that output j is made of, one layer after the other, wherever they lie."""
    cells = {j}
    for taps in reversed(layers):
        period = len(taps.offsets)
        cells = {
            cell // period * taps.step + offset for cell in cells for offset in taps.offsets[cell % period]
        }
    return cells


def test_fields_of_random_stacks_are_what_a_walk_down_finds():
    chance, met = random.Random(3), {"one size": 0, "in turns": 0, "see nothing": 0}
    for _ in range(300):
        layers, field, cells = [], Field.of_input(40), 40
        for _ in range(chance.randint(1, 4)):
            taps = random_taps(chance, cells)
            if taps.outputs > 200 or taps.outputs < 8:
                break
            layers.append(taps)
            field, cells = field.through(taps), taps.outputs
        reached = [[{n} for n in range(40)]]  # the cells there are that each cell of each layer sees
        for taps in layers:
            reached.append(
                [set().union(*(reached[-1][n] for n in taps.read_by(j))) for j in range(taps.outputs)]
            )
        for j in range(cells):
            seen = walked(layers, j)
            whole = range(min(seen), max(seen) + 1) if seen else range(0)
            assert field.interval(j) == whole, (layers, j)
            there = reached[-1][j]
            assert field.seen[j] == ((min(there), max(there)) if there else None), (layers, j)
            met["see nothing"] += not seen
        sizes = [len(field.interval(j)) for j in range(field.period)]
        assert field.sizes == (min(sizes), max(sizes))
        met["one size" if field.period == 1 else "in turns"] += 1
        ends = [field.interval(j) for j in (0, field.period) if field.interval(0)]
        if ends:
            assert Fraction(ends[1].start - ends[0].start, field.period) == field.stride
    assert min(met.values()) > 40, met


def test_a_period_is_the_shortest():
    twice = Line(2, ((0, 1), (1, 2)))
    assert twice.shortened() == Line(1, ((0, 1),))
    assert Line(4, ((0, 1), (1, 2), (2, 3), (3, 9))).shortened().spans[-1] == (3, 9)
    up_and_down = Field.of_input(20).through(Taps.of_repeats(20, 2)).through(Taps.of_slice(40, 0, 20, 2))
    assert up_and_down.lines == Field.of_input(20).lines


def random_field(chance):
    field, layers = Field.of_input(50), []
    for _ in range(chance.randint(1, 3)):
        size = len(field.seen)
        kernel, stride = chance.randint(1, 4), chance.choice((1, 1, 2))
        axis = Axis(size=size, kernel=kernel, stride=stride, pad_low=chance.randint(0, 2))
        up = chance.random() < 0.2 and size < 60
        layers.append(Taps.of_repeats(size, 2) if up else Taps.of_windows(axis))
        field = field.through(layers[-1])
    return field, layers


def test_merged_fields_reach_from_the_first_to_the_last_cell_of_all_ways():
    chance, met = random.Random(13), {"one stride": 0, "strides differ": 0, "aligned": 0}
    for _ in range(400):
        fields, ways = zip(*(random_field(chance) for _ in range(chance.randint(1, 3))), strict=True)
        least = min(len(field.seen) for field in fields)
        fields = [field.through(Taps.of_slice(len(field.seen), 0, least)) for field in fields]
        merged = Field.merge(fields)
        for j in range(least):
            cells = set().union(*(walked(way, j) for way in ways))
            assert merged.interval(j) == range(min(cells), max(cells) + 1), (ways, j)
            assert merged.seen[j] == hull(field.seen[j] for field in fields)
        strides = {field.stride for field in fields}
        met["one stride" if len(strides) == 1 else "strides differ"] += 1
        if len(strides) > 1:
            assert (merged.sizes, merged.stride, merged.padding) == (None, None, None), ways
            continue
        assert merged.stride == strides.pop() and merged.sizes[1] >= max(field.sizes[1] for field in fields)
        if max(field.period for field in fields) == 1:
            ends = {(min(walked(way, 0)) + max(walked(way, 0))) / 2 for way in ways}
            assert merged.padding == (-merged.interval(0)[0] if len(ends) == 1 else None), ways
            met["aligned"] += len(ends) == 1
    assert min(met.values()) > 50, met


def test_what_covers_the_input_sees_all_of_it_from_everywhere():
    moving = Field.of_input(9).through(
        Taps.of_windows(Axis(size=9, kernel=3, stride=2, pad_low=1, pad_high=1))
    )
    everything = Field.merge([moving, moving.gather()])  # a factor made of all places: each kept its own
    assert [everything.interval(j) for j in (0, 4)] == [range(9), range(9)] and everything.covers_input
    assert (everything.stride, everything.padding) == (2, None)
    pooled = moving.gather()
    assert pooled.interval(0) == range(9) and (pooled.stride, pooled.padding) == (None, None)


def test_what_is_not_read_is_not_seen_by_a_pool_of_all():
    tail = Field.of_input(28).through(Taps.of_windows(Axis(size=28, kernel=3, stride=2))).gather()
    assert tail.interval(0) == range(27) and tail.sizes == (27, 27) and not tail.covers_input
    cut = (
        Field.of_input(100).through(Taps.of_shift(100, -40, -40)).through(Taps.of_shift(20, 10, 10)).gather()
    )
    assert cut.interval(0) == range(40, 60)


def test_flattened_numbers_keep_their_count_and_no_place():
    flat = Field.of_input(9).through(Taps.of_windows(Axis(size=9, kernel=3, stride=2))).scatter()
    assert flat.sizes == (3, 3) and (flat.stride, flat.padding, flat.interval(0)) == (None, None, None)
    assert not Field.of_input(9).lost and flat.gather().interval(0) == range(9)
    assert Field.merge([flat, Field.of_input(9).scatter()]).sizes == (3, 3)
    assert Field.merge([flat, flat.gather()]) == flat.gather()
