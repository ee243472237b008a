"""The code of a layer in several frameworks, side by side; and networks compared by their outputs."""

import io
import re
import tokenize
from html import unescape

import numpy as np
import pytest
from layer_grid import layers

import convarith
from convarith import Conv, compare_outputs, in_frameworks

FUNCTIONS = {"Keras": "in_keras", "PyTorch": "in_pytorch", "ONNX": "in_onnx", "JAX": "in_jax"}


def text_of(html):
    return unescape(re.sub(r"<[^>]*>", "", html))


def test_what_is_shown_is_what_each_framework_is_told():
    for layer in layers()[::7]:
        shown = in_frameworks(layer)
        html = shown._repr_html_()
        cells = re.findall(r"<td>(.*?)</td>", html, re.S)
        assert len(cells) == 4
        for (name, function), cell in zip(FUNCTIONS.items(), cells, strict=True):
            text = getattr(convarith, function)(layer)
            assert f"{name}\n{text}" in repr(shown)
            said = [line for line in text.splitlines() if line.startswith("#")]
            code = "".join(re.findall(r"<pre>(.*?)</pre>", cell, re.S))
            assert text_of(code).splitlines() == [li for li in text.splitlines() if li not in said]
            notes = [text_of(note) for note in re.findall(r"<p>(.*?)</p>", cell, re.S)]
            assert [f"# {note}" for note in notes] == said
            assert cell.startswith(f"<strong>{name}</strong>")


def test_strings_and_numbers_are_coloured_and_nothing_else():
    """As Python itself reads the code."""
    classes = {tokenize.STRING: "s2", tokenize.NUMBER: "mi"}
    seen = set()
    for layer in layers()[::7]:
        for code in re.findall(r"<pre>(.*?)</pre>", in_frameworks(layer)._repr_html_(), re.S):
            tokens = tokenize.generate_tokens(io.StringIO(text_of(code)).readline)
            expected = [
                ("kc" if t.string in ("True", "False", "None") else classes.get(t.type, ""), t.string)
                for t in tokens
            ]
            expected = [one for one in expected if one[0]]
            found = re.findall(r"<span class='(s2|mi|kc)'>(.*?)</span>", code)
            assert [(kind, unescape(text)) for kind, text in found] == expected
            seen |= {kind for kind, _ in found}
    assert seen == {"s2", "mi", "kc"}


def test_as_many_frameworks_as_are_named_in_that_order():
    layer = Conv(size=5, channels=1, filters=1, kernel=3)
    shown = in_frameworks(layer, ("JAX", "Keras", "ONNX"))
    assert re.findall(r"<strong>(\w+)", shown._repr_html_()) == ["JAX", "Keras", "ONNX"]
    with pytest.raises(ValueError, match=r"^every framework must be one of Keras, .*, but is 'Caffe'$"):
        in_frameworks(layer, ["Caffe"])
    with pytest.raises(ValueError, match=r"^frameworks must name at least one of Keras, PyTorch, ONNX, JAX$"):
        in_frameworks(layer, [])


SHAPES = {"a": (2, 6, 5, 3), "b": (2, 3, 2, 4), "c": (2, 24), "d": (2, 7)}


def outputs():
    rng = np.random.default_rng(0)
    return {name: rng.normal(size=shape).astype("float32") for name, shape in SHAPES.items()}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("change", ["value", "shape"])
@pytest.mark.parametrize("channels_first", [False, True])
def test_the_first_that_differs_is_found(name, change, channels_first):
    ours, theirs = outputs(), outputs()
    if change == "value":
        theirs[name][(-1,) * theirs[name].ndim] += 1
    else:
        theirs[name] = np.repeat(theirs[name], 2, axis=1)
    if channels_first:
        theirs = {key: np.moveaxis(value, -1, 1) for key, value in theirs.items()}
    after = list(SHAPES)[list(SHAPES).index(name) + 1 :]
    for key in after:  # what comes after differs as well
        theirs[key] = theirs[key] + 5
    table = compare_outputs(ours, theirs, channels_first=channels_first)
    assert [row.equal for row in table].index(False) == list(SHAPES).index(name)
    assert table.first.ours == name and (table.first.difference is None) == (change == "shape")
    assert str(table).endswith(f"The first that differs is {name}: in {change}.")
    assert table.first.difference is None or table.first.difference == pytest.approx(1, rel=1e-5)


def test_equal_networks_differ_nowhere():
    table = compare_outputs(outputs(), {f"{n}": one for n, one in enumerate(outputs().values())})
    assert table.first is None and str(table).endswith("No layer differs.")
    assert [row.theirs for row in table] == ["0", "1", "2", "3"]


@pytest.mark.parametrize("size", [0.001, 1, 1000])
def test_tolerance_is_a_share_of_the_largest(size):
    ours = {"a": np.array([[1.0, -4.0]]) * size}
    for apart, equal in ((0.39, True), (0.41, False)):
        theirs = {"a": ours["a"] + np.array([[apart, 0]]) * size}
        assert compare_outputs(ours, theirs, tolerance=0.1)[0].equal == equal
    assert not compare_outputs(ours, {"a": ours["a"] * np.nan}, tolerance=0.1)[0].equal


@pytest.mark.parametrize(
    ("theirs", "error", "message"),
    [
        ({}, ValueError, "ours has 1 layer and theirs 0: leave out those that only one of them has"),
        ({"b": np.ones((2, 3))}, ValueError, "a is for 1 input, but b is for 2"),
        ({"b": "x"}, TypeError, "theirs['b'] must be an array of numbers, but is 'x' (str)"),
        ({"b": [[1], [2, 3]]}, TypeError, "theirs['b'] must be an array of numbers, but NumPy says: "),
    ],
)
def test_what_cannot_be_compared_is_said(theirs, error, message):
    with pytest.raises(error, match=rf"^{re.escape(message)}"):
        compare_outputs({"a": np.ones((1, 3))}, theirs)
