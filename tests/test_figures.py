"""The drawings show what `Axis` says: cells are counted on the finished picture and read back from it."""

import json
import re
import statistics
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import keras
import matplotlib
import numpy as np
import pytest
from grids import thinned
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.text import Text

from convarith import (
    Axis,
    Conv,
    Dense,
    Pool,
    SeparableConv,
    TransposedAxis,
    TransposedConv,
    draw_boxes,
    draw_centres,
    draw_costs,
    draw_field,
    draw_filters,
    draw_grid,
    draw_grids,
    draw_im2col,
    draw_images,
    draw_network,
    draw_paths,
    draw_reach,
    draw_reads,
    draw_roofline,
    draw_spread,
    draw_stamps,
    draw_steps,
    draw_windows,
    draw_writes,
    receptive_field,
    trace,
)
from convarith._palette import DARK, LIGHT
from convarith.figures import _drawing as drawing


def painted(ax, role):
    """The upper left corners of the cells that are painted in a role's colour and hatch."""
    corners = []
    for patch in ax.patches:
        same_face = patch.get_facecolor() == matplotlib.colors.to_rgba(role["facecolor"])
        same_edge = to_hex(patch.get_edgecolor()) == role["edgecolor"].lower()
        if same_face and same_edge and patch.get_hatch() == role.get("hatch"):
            corners += [tuple(corner) for corner in patch.get_path().vertices[::5]]
    return sorted(corners)


def texts(ax):
    return {text.get_text().replace("−", "-"): text.get_position() for text in ax.texts}


AXES = [
    Axis(size=size, kernel=kernel, stride=stride, dilation=dilation, pad_low=low, pad_high=high)
    for size, kernel, stride, dilation, low, high in product(
        (5, 8), (1, 2, 3), (1, 2, 4), (1, 2), (0, 2), (0, 1)
    )
]
WINDOWS = (drawing.WINDOW, drawing.WINDOW_ON_PADDING, drawing.WINDOW_BEYOND)
OVERRUN = Axis(size=6, kernel=3, stride=2, ceil_mode=True)


def stack(size, *layers):
    axes = []
    for kernel, stride, dilation, padding in layers:
        axes.append(Axis.with_padding(padding, size=size, kernel=kernel, stride=stride, dilation=dilation))
        size = axes[-1].output
    return axes


STACKS = {
    "dilated": stack(17, (3, 1, 2, "valid"), (3, 1, 2, "same")),
    "strided": stack(20, (3, 2, 1, "same"), (3, 1, 1, "same"), (2, 2, 1, "valid")),
    "causal": stack(8, (2, 1, 1, "causal"), (2, 1, 2, "causal")),
}
LAYERS = {
    "conv": Conv(size=(28, 28), channels=1, filters=32, kernel=3),
    "pool": Pool(size=(26, 26), channels=32, kernel=2),
    "separable": SeparableConv(size=(13, 13), channels=32, filters=64, kernel=3),
    "up": TransposedConv(size=(11, 11), channels=64, filters=8, kernel=2, stride=2),
    "dense": Dense(inputs=3872, units=1000),
    "classes": Dense(inputs=1000, units=10),
}
BRANCHES = {"pool": Axis(size=8, kernel=3, stride=2).same(), "step": Axis(size=8, kernel=1, stride=2)}
SMALL = Conv(size=(4, 5), channels=2, filters=3, kernel=(2, 3), stride=(2, 1), padding="same")
# Some lie close together, as layers of one kind do.
POINTS = {f"layer {n}": (50 + n / 4, 15 + n / 9) for n in range(8)} | {"dense": (0.25, 4)}
PICTURES = {
    "costs": lambda: draw_costs(LAYERS),
    "windows": lambda: draw_windows(Axis(size=7, kernel=3, stride=2).same()),
    "centres": lambda: draw_centres(BRANCHES),
    "grid": lambda: draw_grid(Axis(size=5, kernel=3).same(), at=(1, 2), image=np.eye(5), kernel=np.eye(3)),
    "grids": lambda: draw_grids({"half": Axis(size=5, kernel=3).same(), "plain": Axis(size=4, kernel=3)}),
    "steps": lambda: draw_steps(Axis(size=4, kernel=3).same()),
    "reads": lambda: draw_reads(Axis(size=7, kernel=3)),
    "writes": lambda: draw_writes(TransposedAxis(size=3, kernel=3, stride=2)),
    "stamps": lambda: draw_stamps(TransposedAxis(size=3, kernel=3, stride=2, pad_low=1)),
    "field": lambda: draw_field(STACKS["dilated"]),
    "reach": lambda: draw_reach(STACKS["strided"]),
    "boxes": lambda: draw_boxes(np.eye(9), {"one": (range(-2, 3), range(2, 9)), "two": (range(3), range(3))}),
    "paths": lambda: draw_paths(STACKS["dilated"], STACKS["strided"]),
    "spread": lambda: draw_spread({"one": [3, 5, 5], "two": [1, 2]}, unit="digits", zero=True),
    "roofline": lambda: draw_roofline(POINTS, compute=16, bandwidth=18),
    "filters": lambda: draw_filters(SMALL),
    "im2col": lambda: draw_im2col(SMALL),
    "images": lambda: draw_images({"one": np.eye(4), "two": np.ones((2, 3))}),
}


def test_outputs_of_branches_stand_in_the_middle_of_their_windows():
    picture = draw_centres(BRANCHES, at=3)
    (ax,) = picture.axes
    assert [x for x, _ in painted(ax, drawing.CURRENT)] == [6, 7]
    assert [x for x, _ in painted(ax, drawing.OUTPUT)] == [0, 1, 2, 3, 4, 5]
    assert [x for x, _ in painted(ax, drawing.WINDOW_ON_PADDING)] == [8]
    assert [line.get_xdata()[0] for line in ax.lines] == [7.5, 6.5]
    assert picture.alt.endswith("reads 6, centre 6. Not aligned.")
    odd = {name: Axis(size=9, kernel=axis.kernel, stride=2).same() for name, axis in BRANCHES.items()}
    assert draw_centres(odd).alt.endswith("reads 2, centre 2. Aligned.")


def test_branches_that_do_not_meet_are_not_drawn():
    for other in (Axis(size=8, kernel=1), Axis(size=9, kernel=3, stride=2)):
        with pytest.raises(ValueError, match="one input and have outputs of one size"):
            draw_centres(BRANCHES | {"other": other})
    with pytest.raises(ValueError, match="there is no window 4"):
        draw_centres(BRANCHES, at=4)


@pytest.mark.parametrize("axis", [*thinned(AXES, 5), OVERRUN], ids=repr)
def test_the_tape_shows_every_cell_and_every_window(axis):
    (ax,) = draw_windows(axis).axes
    windows = [axis.window(j) for j in range(axis.output)]
    read = {cell for window in windows for cell in window}
    low, high = -axis.pad_low, axis.size + axis.pad_high
    tape = set(range(low, high)) | {cell for cell in read if cell >= high}
    assert [x for x, _ in painted(ax, drawing.INPUT)] == list(range(axis.size))
    assert [x for x, _ in painted(ax, drawing.PADDING)] == sorted(x for x in tape if not 0 <= x < axis.size)
    assert [x for x, _ in painted(ax, drawing.UNUSED)] == sorted(tape - read)
    on_data = sorted(x for w in windows for x in w if 0 <= x < axis.size)
    on_padding = sorted(x for w in windows for x in w if not 0 <= x < axis.size and x < high)
    beyond = sorted(x for w in windows for x in w if x >= high)
    assert [x for x, _ in painted(ax, drawing.WINDOW)] == on_data
    assert [x for x, _ in painted(ax, drawing.WINDOW_ON_PADDING)] == on_padding
    assert [x for x, _ in painted(ax, drawing.WINDOW_BEYOND)] == beyond
    assert bool(beyond) == ("beyond the end" in draw_windows(axis).alt) == axis.ceil_mode
    rows = [y for _, y in sorted(painted(ax, drawing.OUTPUT), key=lambda corner: corner[1])]
    assert len(rows) == axis.output
    for window, row in zip(windows, rows, strict=True):
        in_row = [cell for role in WINDOWS for cell in painted(ax, role)]
        assert sorted(x for x, y in in_row if y == row) == list(window)


@pytest.mark.parametrize("axis", [*AXES[::3], OVERRUN], ids=repr)
def test_windows_with_numbers_show_products_and_their_sums(axis):
    image, kernel = np.arange(axis.size) + 11, np.arange(axis.kernel) + 2
    (ax,) = draw_windows(axis, image=image, kernel=kernel).axes
    padded = np.pad(image, (axis.pad_low, max(0, axis.extent.stop - axis.size)))
    sums = [sum(padded[np.array(window) + axis.pad_low] * kernel) for window in axis.windows]
    rows = sorted(painted(ax, drawing.OUTPUT), key=lambda corner: corner[1])
    written = {text.get_position(): text.get_text() for text in ax.texts}
    assert [written[x + 0.5, y + 0.4] for x, y in rows] == [str(number) for number in sums]
    unread = set(axis.untouched)
    for cell in range(axis.size):
        assert (written.get((cell + 0.5, 0.5)) == str(image[cell])) == (cell not in unread)
    for window, (_, y) in zip(axis.windows, rows, strict=True):
        for cell, weight in zip(window, kernel, strict=True):
            beyond = cell >= axis.size + axis.pad_high
            number = "" if beyond else str(padded[cell + axis.pad_low])
            assert written[cell + 0.3, y + 0.36] == number
            assert written[cell + 0.96, y + 0.78] == f"×{weight}"


def test_windows_take_numbers_alone_or_weights_alone():
    axis = Axis(size=3, kernel=2)
    (ax,) = draw_windows(axis, image=[7, 8, 9]).axes
    assert " ".join(text.get_text() for text in ax.texts) == "7 8 9 input output 0 7 8 1 8 9"
    (ax,) = draw_windows(axis, kernel=[5, -6]).axes
    assert " ".join(text.get_text() for text in ax.texts) == "0 1 2 input output 0 ×5 ×−6 1 ×5 ×−6"
    for given in ({"image": [1, 2]}, {"kernel": [[1, 2]]}):
        with pytest.raises(ValueError, match="must have the shape"):
            draw_windows(axis, **given)


def test_grids_are_drawn_whole_and_in_one_scale():
    axes = {str(axis): axis for axis in AXES[:50:8]}
    picture = draw_grids(axes)
    assert len(picture.axes) == -(-len(axes) // 3) * 3 and len(axes) > 3
    inches = set()
    for ax, (name, axis) in zip(picture.axes, axes.items(), strict=False):
        counts = [len(painted(ax, role)) for role in (drawing.INPUT, drawing.OUTPUT, drawing.CURRENT)]
        assert counts == [axis.size**2, axis.output**2, 1]
        window = painted(ax, drawing.WINDOW) + painted(ax, drawing.WINDOW_ON_PADDING)
        assert len(window) == axis.kernel**2
        assert f"{axis.size} × {axis.size} → {axis.output} × {axis.output}" in ax.texts[0].get_text()
        assert name in picture.alt
        wide, high = (np.ptp(ends) for ends in (ax.get_xlim(), ax.get_ylim()))
        box = ax.get_position()
        across, down = picture.get_size_inches()
        inches |= {round(box.width * across / wide, 6), round(box.height * down / high, 6)}
        assert max(x for x, _ in painted(ax, drawing.OUTPUT)) + 1 < ax.get_xlim()[1]
        assert max(y for _, y in painted(ax, drawing.INPUT)) + 1 < ax.get_ylim()[0]
    assert len(inches) == 1
    with pytest.raises(ValueError, match="there are no layers to draw"):
        draw_grids({})


@pytest.mark.parametrize("rows", AXES[::5], ids=repr)
def test_the_grid_shows_one_window_and_its_output(rows):
    columns = Axis(size=6, kernel=3, stride=2, pad_high=1)
    at = (rows.output - 1, 1)
    (ax,) = draw_grid(rows, columns, at=at).axes
    assert len(painted(ax, drawing.INPUT)) == rows.size * columns.size
    assert len(painted(ax, drawing.PADDING)) == rows.padded * columns.padded - rows.size * columns.size
    window = painted(ax, drawing.WINDOW) + painted(ax, drawing.WINDOW_ON_PADDING)
    assert sorted(window) == sorted((x, y) for y in rows.window(at[0]) for x in columns.window(at[1]))
    outputs = painted(ax, drawing.OUTPUT)
    assert len(outputs) == rows.output * columns.output
    (current,) = painted(ax, drawing.CURRENT)
    by_line = sorted(outputs, key=lambda corner: corner[::-1])
    assert by_line.index(current) == at[0] * columns.output + at[1]


def test_the_grid_carries_the_numbers_where_they_belong():
    axis = Axis(size=3, kernel=2)
    image, result = np.arange(10, 19).reshape(3, 3), np.arange(-4, 0).reshape(2, 2)
    (ax,) = draw_grid(axis, image=image, kernel=[[1, -2], [0.5, 0]], result=result, at=(1, 0)).axes
    written = texts(ax)
    for (y, x), number in np.ndenumerate(image):
        raised = 0.16 * (x < 2 and y > 0)  # in the window, above its weight
        assert written[str(number)] == (x + 0.5, y + 0.5 - raised)
    outputs = sorted(painted(ax, drawing.OUTPUT), key=lambda corner: corner[::-1])
    for number, (x, y) in zip(result.flat, outputs, strict=True):
        assert written[str(number)] == (x + 0.5, y + 0.5)
    for weight, (x, y) in {"×1": (0, 1), "×-2": (1, 1), "×0.5": (0, 2), "×0": (1, 2)}.items():
        assert (int(written[weight][0]), int(written[weight][1])) == (x, y)


@pytest.mark.parametrize("name", ["image", "kernel", "result"])
def test_numbers_of_another_shape_are_refused(name):
    shape = {"image": (3, 3), "kernel": (2, 2), "result": (2, 2)}[name]
    with pytest.raises(ValueError) as caught:
        draw_grid(Axis(size=3, kernel=2), **{name: np.zeros((4, 5))})
    assert str(caught.value) == f"{name} must have the shape {shape}, but has (4, 5)"


def test_an_output_cell_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="there is no window 2"):
        draw_grid(Axis(size=3, kernel=2), at=(0, 2))


@pytest.mark.parametrize("axis", AXES[::7], ids=repr)
def test_there_is_a_step_for_every_output_cell(axis):
    columns = Axis(size=4, kernel=2, stride=2)
    frames = draw_steps(axis, columns).axes
    assert len(frames) == axis.output * columns.output
    for step, (frame, at) in enumerate(zip(frames, np.ndindex(axis.output, columns.output), strict=True)):
        window = painted(frame, drawing.WINDOW) + painted(frame, drawing.WINDOW_ON_PADDING)
        assert sorted(window) == sorted((x, y) for y in axis.window(at[0]) for x in columns.window(at[1]))
        assert len(painted(frame, drawing.OUTPUT)) == step + 1
        assert len(painted(frame, drawing.EMPTY)) == len(frames) - step - 1


@pytest.mark.parametrize("axis", AXES[::5], ids=repr)
def test_the_heat_map_shows_the_product_of_the_counts(axis):
    columns = Axis(size=4, kernel=3)
    (ax,) = draw_reads(axis, columns).axes
    shown = {tuple(text.get_position()): int(text.get_text()) for text in ax.texts}
    for y, x in product(range(axis.size), range(columns.size)):
        assert shown[x + 0.5, y + 0.5] == axis.reads[y] * columns.reads[x]


@pytest.mark.parametrize(("kernel", "stride"), [(3, 2), (4, 2), (1, 3)])
def test_the_heat_map_of_writes_shows_the_product_of_the_counts(kernel, stride):
    rows, columns = TransposedAxis(size=3, kernel=kernel, stride=stride), TransposedAxis(size=2, kernel=2)
    (ax,) = draw_writes(rows, columns).axes
    shown = {tuple(text.get_position()): text.get_text() for text in ax.texts}
    assert "output" in shown.values()
    for y, x in product(range(rows.output), range(columns.output)):
        assert shown[x + 0.5, y + 0.5] == str(rows.writes[y] * columns.writes[x])


@pytest.mark.parametrize(
    "axis",
    thinned(
        [
            TransposedAxis(
                size=size,
                kernel=kernel,
                stride=stride,
                dilation=dilation,
                pad_low=low,
                pad_high=high,
                output_padding=extra,
            )
            for size, kernel, stride, dilation, low, high, extra in product(
                (2, 3), (2, 3), (1, 2), (1, 2), (0, 1), (0, 1), (0, 1)
            )
            if extra < max(stride, dilation)
        ],
        3,
    ),
    ids=repr,
)
def test_stamps_show_who_writes_where(axis):
    (ax,) = draw_stamps(axis).axes
    stamped = sorted((x, y) for x, y in painted(ax, drawing.WINDOW))
    rows = sorted({y for _, y in painted(ax, drawing.INPUT)})
    assert len(rows) == axis.size
    by_axis = [(x, rows[i]) for i in range(axis.size) for x in axis.window(i) if 0 <= x < axis.output]
    assert stamped == sorted(by_axis)
    cut = sum(not 0 <= x < axis.output for i in range(axis.size) for x in axis.window(i))
    assert len(painted(ax, drawing.WINDOW_ON_PADDING)) == cut
    assert [x for x, _ in painted(ax, drawing.OUTPUT)] == list(range(axis.output))
    bottom = painted(ax, drawing.OUTPUT)[0][1] + 0.5
    counts = {t.get_position()[0]: t.get_text() for t in ax.texts if t.get_position()[1] == bottom}
    assert [int(counts[x + 0.5]) for x in range(axis.output)] == list(axis.writes)
    assert {"input", "output"} <= set(texts(ax))


def test_stamps_with_numbers_show_products_and_their_sums():
    axis = TransposedAxis(size=3, kernel=3, stride=2, pad_low=1)
    (ax,) = draw_stamps(axis, image=[2, 1, 3], kernel=[1, 10, 100]).axes
    written = "2 1 3  2 20 200  1 10 100  3 30 300  20 201 10 103 30 300"
    assert sorted(set(texts(ax)) - {"input", "output"}) == sorted(set(written.split()))
    (ax,) = draw_stamps(axis, kernel=[1, 10, 100]).axes
    assert [t.get_text() for t in ax.texts].count("100") == axis.size and "201" not in texts(ax)
    (ax,) = draw_stamps(axis, image=[7, 8, 9]).axes
    assert {"7", "8", "9", *map(str, axis.writes)} | {"input", "output"} == set(texts(ax))
    for given in ({"image": [1, 2]}, {"kernel": [[1, 2, 3]]}):
        with pytest.raises(ValueError, match="must have the shape"):
            draw_stamps(axis, **given)


@pytest.mark.parametrize("name", STACKS)
def test_the_cone_holds_the_cells_that_reach_the_output(name):
    axes = STACKS[name]
    field = receptive_field(axes)
    for at in range(axes[-1].output):
        picture = draw_field(axes, at=at)
        (ax,) = picture.axes
        assert len(painted(ax, drawing.CURRENT)) == 1
        assert len(painted(ax, drawing.OUTPUT)) == axes[-1].output - 1
        bottom = 2.0 * len(axes)
        reach = {cell for cell, ways in enumerate(field.paths(at)) if ways}
        filled = painted(ax, drawing.WINDOW)
        assert {x for x, y in filled if y == bottom} == reach
        assert len(filled) == sum(map(bool, sum(field.reached(at)[:-1], ())))
        missed = {cell for cell in field.interval(at) if 0 <= cell < axes[0].size} - reach
        assert {x for x, _ in painted(ax, drawing.UNUSED)} == missed
        assert picture.alt.endswith(f"sees {'all' if len(reach) == field.size else len(reach)} of them.")
        beyond = [cell for cell in field.interval(at) if not 0 <= cell < axes[0].size]
        assert (f"({len(beyond)} beyond the input)" in picture.alt) == bool(beyond)
        reads = [
            [cell for j, n in enumerate(ways) if n for cell in axis.window(j)]
            for axis, ways in zip(axes, field.reached(at)[1:], strict=True)
        ]
        assert len(ax.lines) == sum(map(len, reads))
        padding = [set(cells) - set(range(axis.size)) for axis, cells in zip(axes, reads, strict=True)]
        dashed = painted(ax, drawing.WINDOW_ON_PADDING)
        assert {x for x, y in dashed if y == bottom} == padding[0]
        assert len(dashed) == sum(map(len, padding))
        assert {x for x, _ in painted(ax, drawing.PADDING)} == set(beyond) - padding[0]
        written = sorted(text.get_text() for text in ax.texts if text.get_text().isdigit())
        numbered = [axis.size for axis in axes] + [axes[-1].output]
        high = [x for x in {*beyond, *padding[0]} if x > 0] + [
            x for cells in padding[1:] for x in cells if x > 0
        ]
        assert written == sorted([str(n) for size in numbered for n in range(size)] + list(map(str, high)))
        (x, _) = painted(ax, drawing.CURRENT)[0]
        assert x == (field.interval(at)[-1] if name == "causal" else field.centre(at))
        assert {"input", "layer 1", "output"} <= set(texts(ax))


@pytest.mark.parametrize("name", STACKS)
def test_the_reach_of_each_output_is_a_bar_with_its_centre(name):
    field = receptive_field(STACKS[name])
    picture = draw_reach(STACKS[name])
    (ax,) = picture.axes
    size, outputs = STACKS[name][0].size, range(STACKS[name][-1].output)
    bars = sorted(painted(ax, drawing.WINDOW) + painted(ax, drawing.WINDOW_ON_PADDING))
    rows = sorted({y for _, y in bars})
    assert [[x for x, y in bars if y == row] for row in rows] == [list(field.interval(j)) for j in outputs]
    assert all(0 <= x < size for x, _ in painted(ax, drawing.WINDOW))
    assert not any(0 <= x < size for x, _ in painted(ax, drawing.WINDOW_ON_PADDING))
    lines = [(line.get_marker(), line.get_xdata()) for line in ax.lines]
    assert [x[0] - 0.5 for marker, x in lines if marker == "o"] == [field.centre(j) for j in outputs]
    measured = [x[1] - x[0] for marker, x in lines if marker == "|"]
    assert measured == [field.size, field.stride]
    assert {f"size {field.size}", f"jump {field.stride}", f"start {field.start}"} <= set(texts(ax))
    assert f"size {field.size}, jump {field.stride}, start {field.start}." in picture.alt


def test_boxes_lie_where_they_are_said_to_lie():
    boxes = {"out": (range(-2, 3), range(2, 12)), "in": (range(4, 5), range(3, 6))}
    (ax,) = draw_boxes(np.eye(9), boxes).axes
    frames = [line.get_xydata() for line in ax.lines[::2]]
    for frame, (rows, columns) in zip(frames, boxes.values(), strict=True):
        assert frame.min(0).tolist() == [columns.start, rows.start]
        assert frame.max(0).tolist() == [columns.stop, rows.stop]
    assert ax.get_xlim()[1] > 12 and ax.get_ylim()[1] < -2 and ax.get_ylim()[0] > 9
    assert [text.get_text() for text in ax.texts] == ["out", "in"]
    assert list(ax.images[0].get_extent()) == [0, 9, 9, 0]
    with pytest.raises(ValueError, match="must have pixels"):
        draw_boxes(np.eye(9), {"none": (range(0), range(3))})
    with pytest.raises(TypeError, match="a pair of ranges"):
        draw_boxes(np.eye(9), {"none": ([0, 1], range(3))})


@pytest.mark.parametrize("draw", [draw_grid, draw_steps])
def test_a_window_that_hangs_over_has_room_and_touches_no_output(draw):
    hanging = Axis(size=5, kernel=3, stride=3, ceil_mode=True)
    last = draw(hanging, at=(1, 1)) if draw is draw_grid else draw(hanging)
    ax = last.axes[-1]
    cells = painted(ax, drawing.WINDOW_BEYOND) + painted(ax, drawing.WINDOW)
    assert max(x for x, _ in cells) == max(y for _, y in cells) == hanging.window(1)[-1] == 5
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    assert all(left <= x and x + 1 <= right and top <= y and y + 1 <= bottom for x, y in cells)
    outputs = painted(ax, drawing.OUTPUT) + painted(ax, drawing.CURRENT)
    assert max(x + 1 for x, _ in cells) < min(x for x, _ in outputs)


def test_the_labels_of_a_field_stand_clear_of_its_bars_and_its_cells():
    for first_row, side, edge in ((0, "top", 5), (4, "bottom", 4)):
        profile, image = draw_paths([Axis(size=15, kernel=5)], at=(first_row, 0)).axes
        (label,) = [text for text in image.texts if text.get_text().startswith("field")]
        assert label.get_va() == side
        assert abs(label.get_position()[1] - edge) < 1
        assert (label.get_position()[1] > edge) == (side == "top")
        assert profile.texts[0].get_ha() == "right"  # the bars are on the left
    assert draw_paths([Axis(size=15, kernel=5)], at=(0, 10)).axes[0].texts[0].get_ha() == "left"


def test_the_effective_field_is_the_product_of_the_paths():
    rows, columns = STACKS["dilated"], STACKS["strided"]
    profile, image = draw_paths(rows, columns, at=(6, 2)).axes
    ways = receptive_field(rows).paths(6), receptive_field(columns).paths(2)
    assert (image.images[0].get_array() == np.outer(*ways)).all()
    assert [bar.get_height() for bar in profile.patches] == list(ways[1])
    frame = image.lines[0].get_xydata()
    fields = receptive_field(rows).interval(6), receptive_field(columns).interval(2)
    assert frame.min(0).tolist() == [fields[1].start, fields[0].start]
    assert frame.max(0).tolist() == [fields[1].stop, fields[0].stop]
    half, counts = 0, np.sort(np.outer(*ways).ravel())
    while counts[len(counts) - half :].sum() * 2 < counts.sum():
        half += 1
    assert f"half of them to {half} cells." in draw_paths(rows, columns, at=(6, 2)).alt


@pytest.mark.parametrize("paper", [LIGHT["paper"], DARK["paper"]])
def test_a_map_of_paths_stands_out_the_more_the_more_paths_there_are(paper):
    stack_of_three = stack(17, *[(3, 1, 2, "valid")] * 3)
    picture = draw_paths(stack_of_three)
    picture.set_facecolor(paper)
    image = picture.axes[1]
    for text in list(image.texts):
        text.remove()
    canvas = FigureCanvasAgg(picture)
    canvas.draw()
    shown = np.asarray(canvas.buffer_rgba())[::-1, :, :3].astype(float)
    ways = receptive_field(stack_of_three).paths(2)
    counts = np.outer(ways, ways)
    distance = {}
    for (y, x), count in np.ndenumerate(counts):
        column, row = image.transData.transform((x + 0.5, y + 0.5)).astype(int)
        seen = np.abs(shown[row, column] - 255 * np.array(to_rgb(paper))).sum()
        distance.setdefault(count, set()).add(seen)
    assert all(len(one) == 1 for one in distance.values()), "equal counts, equal shades"
    ordered = [distance[count].pop() for count in sorted(distance)]
    assert ordered[0] > 0 and len(ordered) > 5
    assert all(less < more for less, more in pairwise(ordered))


def counted(written):
    """The number that is written in full, or in thousands, millions or billions."""
    digits, _, unit = written.partition(" ")
    return float(digits.replace(",", "")) * {"": 1, "k": 10**3, "M": 10**6, "G": 10**9}[unit]


def test_bars_are_as_long_as_costs_are_high():
    picture = draw_costs(LAYERS)
    names, *charts = picture.axes
    shapes = [" × ".join(map(str, layer.output_shape)) for layer in LAYERS.values()]
    assert [text.get_text() for text in names.texts[::2]] == list(LAYERS)
    assert [text.get_text() for text in names.texts[1::2]] == shapes
    for ax, cost in zip(charts, ("parameters", "macs", "activations"), strict=True):
        numbers = [getattr(layer, cost) for layer in LAYERS.values()]
        bars = sorted(ax.patches, key=lambda bar: bar.get_y())
        assert [bar.get_width() for bar in bars] == [number / max(numbers) for number in numbers]
        rows = {
            round(text.get_position()[1]): text.get_text() for text in ax.texts if text.get_position()[1] >= 0
        }
        for row, number in enumerate(numbers):  # what is written is the number, to three digits
            exact = number < 100_000
            assert abs(counted(rows[row]) - number) <= (0 if exact else 0.005 * number), (cost, number)
        (total,) = [text.get_text() for text in ax.texts if text.get_text().endswith(" in all")]
        assert abs(counted(total.removesuffix(" in all")) - sum(numbers)) <= 0.005 * sum(numbers)
        assert f"{max(numbers):,} of {sum(numbers):,}." in picture.alt
        without = draw_costs(LAYERS, totals=False)
        assert not [text for ax in without.axes for text in ax.texts if text.get_text().endswith(" in all")]
        assert f"{max(numbers):,}." in without.alt and f" of {sum(numbers):,}" not in without.alt
    assert picture.alt.startswith("Costs of 6 layers. Most parameters: dense, 3,873,000 of ")


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "0"),
        (99_999, "99,999"),
        (100_000, "100 k"),
        (999_499, "999 k"),
        (999_501, "1.00 M"),
        (1_982_592, "1.98 M"),
        (102_764_544, "103 M"),
        (999_600_000, "1.00 G"),
        (15_346_630_656, "15.3 G"),
    ],
)
def test_large_numbers_are_written_with_three_digits(number, written):
    picture = draw_costs({"one": Dense(inputs=max(number, 1), units=1)})
    if number:
        assert written in [text.get_text() for text in picture.axes[2].texts]
    else:
        assert written in [text.get_text() for text in draw_costs({"one": LAYERS["pool"]}).axes[2].texts]


def test_what_is_written_beside_bars_stands_clear():
    long = LAYERS | {"a depthwise layer with a long name": LAYERS["conv"]}
    for layers, totals in product((LAYERS, long, {"d": Dense(inputs=9, units=9)}), (True, False)):
        picture = draw_costs(layers, totals=totals)
        picture.draw_without_rendering()
        for ax in picture.axes:
            boxes = [text.get_window_extent() for text in ax.texts]
            boxes += [
                text.get_window_extent() for other in picture.axes if other is not ax for text in other.texts
            ]
            for number, box in enumerate(boxes):
                assert not any(box.overlaps(other) for other in boxes[:number]), picture.alt


def test_costs_of_nothing_are_refused():
    with pytest.raises(ValueError, match="there are no layers to draw"):
        draw_costs({})


TRIALS = {"spread": [1, 4, 4, 9, 2], "equal": [7, 7, 7], "pair": [-3, 5], "many": [0] * 30 + [1]}


def lines_of(ax, what):
    return [line for line in ax.lines if line.get_gid() == what]


@pytest.mark.parametrize("zero", [False, True])
def test_a_spread_shows_every_trial_the_mean_and_two_errors(zero):
    (ax,) = draw_spread(TRIALS, unit="digits", zero=zero).axes
    shown = zip(*[lines_of(ax, what) for what in ("trials", "mean", "error")], strict=True)
    for (name, values), (dots, mean, bar) in zip(TRIALS.items(), shown, strict=True):
        assert sorted(dots.get_xdata()) == sorted(values)
        places = list(zip(*dots.get_data(), strict=True))
        assert len(set(places)) == len(values), "no dot hides another"
        assert abs(mean.get_xdata()[0] - statistics.mean(values)) < 1e-12
        error = statistics.stdev(values) / len(values) ** 0.5
        low, high = bar.get_xdata()
        assert abs(high - low - 4 * error) < 1e-12 and abs(high + low - 2 * mean.get_xdata()[0]) < 1e-12
        row = texts(ax)[name][1]
        assert all(abs(y - row) < 0.6 for line in (dots, mean, bar) for y in line.get_ydata())
    low, high = ax.get_xlim()
    everything = [x for line in ax.lines if line.get_gid() for x in line.get_xdata()]
    assert low < min(everything) and max(everything) < high
    assert [list(line.get_xdata()) for line in ax.lines if line.get_linestyle() == "--"] == [[0, 0]] * zero
    assert ax.get_xlabel() == "digits"


def test_a_spread_needs_trials():
    with pytest.raises(ValueError, match="there are no trials to draw"):
        draw_spread({})
    with pytest.raises(ValueError, match="a spread takes at least 2 trials, but same has 1"):
        draw_spread({"valid": [1, 2], "same": [1]})


def test_a_roofline_has_its_points_and_limits_where_they_belong():
    picture = draw_roofline(POINTS, compute=16, bandwidth=18)
    (ax,) = picture.axes
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    (dots,), (roof,) = lines_of(ax, "layers"), lines_of(ax, "roof")
    assert list(zip(*dots.get_data(), strict=True)) == list(POINTS.values())
    for intensity, most in zip(*roof.get_data(), strict=True):
        assert most == pytest.approx(min(16, 18 * intensity))
    written = [text.get_text() for text in ax.texts]
    assert written == [*"123456789", *(w for n, name in enumerate(POINTS, 1) for w in (str(n), name))]
    picture.draw_without_rendering()
    numbers = [Text.get_window_extent(text) for text in ax.texts[:9]]  # without the line to its dot
    for n, box in enumerate(numbers):
        assert not any(box.overlaps(other) for other in numbers[:n])


def test_variants_have_a_mark_of_their_own():
    one, other, *rest = POINTS
    picture = draw_roofline(POINTS, compute=16, bandwidth=18, variants=[one, other])
    (ax,) = picture.axes
    (dots,), (diamonds,) = lines_of(ax, "layers"), lines_of(ax, "variants")
    assert list(zip(*diamonds.get_data(), strict=True)) == [POINTS[one], POINTS[other]]
    assert list(zip(*dots.get_data(), strict=True)) == [POINTS[name] for name in rest]
    assert dots.get_markerfacecolor() != diamonds.get_markerfacecolor()
    assert [f"{name} (variant): " in picture.alt for name in POINTS] == [True, True, *[False] * len(rest)]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"variants": ["none such"]}, "variants must be names of points, but 'none such' is not one"),
        ({"points": {}}, "there are no points to draw"),
        ({"points": {"a": (1, 0)}}, r"a point is two numbers above 0, but a is \[1.0, 0.0\]"),
        ({"points": {"a": (1, 2, 3)}}, "a point is two numbers above 0"),
        ({"compute": 0}, "compute must be more than 0, but is 0"),
        ({"bandwidth": float("nan")}, "bandwidth must be more than 0, but is nan"),
    ],
)
def test_a_roofline_of_nothing_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        draw_roofline(**{"points": POINTS, "compute": 16, "bandwidth": 18} | given)


@pytest.mark.parametrize("bias", [True, False])
def test_every_number_that_a_layer_learns_is_a_cell(bias):
    layer = replace(SMALL, bias=bias)
    (ax,) = draw_filters(layer).axes
    learned = painted(ax, drawing.WINDOW) + painted(ax, drawing.WINDOW_ON_PADDING)
    assert len(set(learned)) == len(learned) == layer.parameters
    assert len(painted(ax, drawing.INPUT)) == 4 * 5 * 2
    assert len(painted(ax, drawing.OUTPUT)) == layer.activations
    words = ["input", "weights", "bias", "output"] if bias else ["input", "weights", "output"]
    told = [text.get_text() for text in ax.texts]
    assert told == [*map(str, range(1, layer.parameters + 1)), *words]
    assert f"and make {' x '.join(map(str, layer.output_shape))}." in draw_filters(layer).alt


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_filters_with_numbers_show_them_where_they_belong(padding):
    layer = replace(SMALL, padding=padding)
    image = np.arange(100, 140).reshape(4, 5, 2)
    kernel = np.arange(200, 236).reshape(2, 3, 2, 3)
    result = np.arange(300, 300 + layer.activations).reshape(layer.output_shape)
    (ax,) = draw_filters(layer, image=image, kernel=kernel, bias=[7, 8, 9], result=result).axes
    at = {text.get_text(): text.get_position() for text in ax.texts}
    assert {*map(str, [*image.flat, *kernel.flat, *result.flat, 7, 8, 9])} <= at.keys()
    read = [
        image[y, x, 0] for y in layer.axes[0].window(0) for x in layer.axes[1].window(0) if min(y, x) >= 0
    ]
    marked = {(x + 0.5, y + 0.5) for x, y in painted(ax, drawing.WINDOW)}
    assert [n for n in image[:, :, 0].flat if at[str(n)] in marked] == read
    assert all(at[str(n)] in marked for n in kernel.flat)
    firsts = {(x + 0.5, y + 0.5) for x, y in painted(ax, drawing.CURRENT)}
    assert firsts == {at[str(n)] for n in result[0, 0]}
    for n in range(3):
        assert at[str(7 + n)][1] == pytest.approx(at[str(kernel[0, 1, 0, n])][1] + 0.5)
    with pytest.raises(ValueError, match=r"kernel must have the shape \(2, 3, 2, 3\)"):
        draw_filters(layer, kernel=kernel.T)
    with pytest.raises(ValueError, match=r"bias must have the shape \(0,\)"):
        draw_filters(replace(layer, bias=False), bias=[7, 8, 9])


def test_the_rows_of_the_matrix_are_the_windows():
    rng = np.random.default_rng(0)
    (ax,) = draw_im2col(SMALL).axes
    cells = {text.get_position(): text.get_text() for text in ax.texts}
    high, wide = (axis.output for axis in SMALL.axes)
    reads = 2 * 3 * 2
    corners = painted(ax, drawing.INPUT)
    assert len(corners) == high * wide * reads
    image, weights = rng.integers(9, size=(4, 5, 2)), rng.integers(9, size=(2, 3, 2, 3))
    numbers = [cells[x + 0.5, y + 0.5] for x, y in sorted(corners, key=lambda corner: corner[::-1])]
    values = [0 if number == "·" else image.ravel()[int(number)] for number in numbers]
    product = np.reshape(values, (-1, reads)) @ weights.reshape(reads, 3)
    rows, columns = SMALL.axes
    framed = np.pad(image, [(rows.pad_low, rows.pad_high), (columns.pad_low, columns.pad_high), (0, 0)])
    walked = [
        np.einsum("yxc,yxcf->f", framed[2 * y : 2 * y + 2, x : x + 3], weights)
        for y in range(high)
        for x in range(wide)
    ]
    assert (product == walked).all()
    assert len(painted(ax, drawing.WINDOW)) == reads + reads * 3
    assert len(painted(ax, drawing.CURRENT)) == 3


@pytest.mark.parametrize("draw", [draw_filters, draw_im2col])
def test_a_layer_that_cannot_be_drawn_cell_by_cell_is_refused(draw):
    for layer in (Conv(size=5, channels=1, filters=1, kernel=3), replace(SMALL, channels=3, groups=3)):
        with pytest.raises(ValueError, match="only a Conv with two axes and one group can be drawn"):
            draw(layer)
    with pytest.raises(ValueError, match=r"at most 400 cells can be drawn, but .* has 6084"):
        draw(Conv(size=(28, 28), channels=1, filters=2, kernel=3))


def test_images_are_shown_as_they_are():
    grey, colour = np.arange(12.0).reshape(1, 3, 4, 1), np.zeros((6, 8, 3))
    picture = draw_images({"grey": grey, "colour": colour}, limits=(0, 20), to_scale=True)
    first, second = picture.axes
    assert (first.images[0].get_array() == grey[0, :, :, 0]).all()
    assert first.images[0].get_clim() == (0, 20)
    assert first.get_title() == "grey\n3 × 4"
    widths = [ax.get_position().width * ax.figure.get_figwidth() for ax in (first, second)]
    assert widths[1] == pytest.approx(2 * widths[0])
    (alone,) = draw_images({"alone": grey}).axes
    assert alone.images[0].get_clim() == (0, 11)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_svg_and_describes_itself(name, capsys):
    before = dict(matplotlib.rcParams)
    picture = PICTURES[name]()
    svg = picture._repr_svg_()
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert picture.alt in svg and repr(picture) == picture.alt
    assert picture.alt[0].isalnum() and picture.alt.endswith(".") and any(c.isdigit() for c in picture.alt)
    assert dict(matplotlib.rcParams) == before
    assert capsys.readouterr() == ("", "")


@pytest.mark.slow
@pytest.mark.parametrize("name", PICTURES)
def test_equal_pictures_are_equal_bytes(name):
    assert PICTURES[name]().svg() == PICTURES[name]().svg()


@pytest.mark.slow
def test_pictures_are_equal_from_one_run_to_the_next():
    code = "from convarith import *; print(hash(('x',)), draw_steps(Axis(size=4, kernel=3).same()).svg())"
    runs = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        )
        runs.add(done.stdout.partition(" ")[2])
    assert len(runs) == 1


COLUMN = 358  # CSS pixels that a phone of 390 leaves for a picture, which a wider one is shrunk to
NOTEBOOKS = sorted((Path(__file__).parents[1] / "book").glob("*.ipynb"))
PAINTED = re.compile(r"<!-- .*? -->\s*<g[^>]*scale\(([\d.]+) -", re.S)  # matplotlib's letters are paths
WRITTEN = re.compile(r"font(?:-size)?[=:][\"']?\s*([\d.]+)")  # those of animations are text


def smallest_letters(svg):
    """The height of the smallest letters of a picture on a phone, in pixels; None where there are none."""
    box = ElementTree.fromstring(svg).get("viewBox").split()
    width = ElementTree.fromstring(svg).get("width")
    shown = float(width.removesuffix("pt")) * (96 / 72 if width.endswith("pt") else 1)
    sizes = [100 * float(scale) for scale in PAINTED.findall(svg)] or list(map(float, WRITTEN.findall(svg)))
    return min(sizes) * min(shown, COLUMN) / float(box[2]) if sizes else None


def pictures_of(path):
    """The drawings and animations that a notebook has stored."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            data = {kind: "".join(text) for kind, text in output.get("data", {}).items()}
            if "image/svg+xml" in data:
                yield data["text/plain"], data["image/svg+xml"]
            for html in re.findall(r'<img class="convarith-animation"[^>]*', data.get("text/html", "")):
                yield re.search('alt="(.*?)"', html)[1], unquote(re.search('src="data:.*?,(.*?)"', html)[1])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_letters_can_be_read_on_a_phone(path):
    sizes = {alt[:60]: smallest_letters(svg) for alt, svg in pictures_of(path)}
    assert {alt: size for alt, size in sizes.items() if size and size < 9} == {}


def written_apart(picture):
    """Whether no text of a picture lies on another."""
    picture.draw_without_rendering()
    boxes = [text.get_window_extent() for ax in picture.axes for text in ax.texts]
    return not any(box.overlaps(other) for n, box in enumerate(boxes) for other in boxes[:n])


def test_narrow_cells_are_numbered_as_far_as_there_is_room():
    first = Axis(size=27, kernel=3)
    second = first.then(kernel=3, dilation=3)
    field = draw_field([first, second, second.then(kernel=3, dilation=9)])
    for picture in (field, draw_windows(Axis(size=28, kernel=3, stride=2))):
        numbers = {int(word) for word in texts(picture.axes[0]) if word.isdigit()}
        assert {0, 2, 4, 26} <= numbers
        assert written_apart(picture)
    assert not any(word.isdigit() for word in texts(draw_field([Axis(size=60, kernel=3)]).axes[0]))


def test_images_wrap():
    for count, across in ((1, 1), (3, 3), (4, 2), (5, 3)):
        picture = draw_images({f"image {n}": np.eye(8) for n in range(count)})
        places = [ax.get_position() for ax in picture.axes]
        assert len({round(place.x0, 6) for place in places}) == across
        assert len({round(place.y0, 6) for place in places}) == -(-count // across)
        assert not any(place.overlaps(other) for n, place in enumerate(places) for other in places[:n])
        assert picture.get_figwidth() <= drawing.WIDEST


def test_what_is_written_under_many_boxes_stands_clear():
    layers = [keras.layers.Conv2D(100 + n, 3, name=f"conv_{n}") for n in range(14)]
    assert written_apart(draw_network(trace(keras.Sequential([keras.Input((224, 224, 3)), *layers]))))


@pytest.mark.parametrize("name", PICTURES)
def test_every_kind_of_picture_has_letters_for_a_phone(name):
    assert smallest_letters(PICTURES[name]().svg()) >= 9


def test_letters_that_are_too_small_are_found_out():
    for width, size, found in ((3, 10, 40 / 3), (7, 10, 358 * 10 / 504), (7, 14, 358 * 14 / 504)):
        picture, ax = drawing.new_picture(width, 1)
        drawing.hide_frame(ax, (0, width), (1, 0))
        ax.plot([0, width], [0, 1])
        drawing.add_text(ax, width / 2, 0.5, "small", size)
        assert smallest_letters(picture.svg()) == pytest.approx(found, rel=0.05)
