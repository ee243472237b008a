"""What the workbench reads of pasted text: against Keras, what PyTorch said, and shapes written beside lines.

The snippets are in `data/pasted`: those for Keras are run here, those for PyTorch were run by
`tools/records/pasted.py`, which printed some of their models, too. A line of a fragment says what it makes:
its shapes after "->", the sentence that it does not fit behind "!!", what is noted of it behind "??".
"""

import inspect
import json
import random
import re
from math import prod
from pathlib import Path

import keras
import pytest
from grids import many

pytest_plugins = ["workbench_pages"]

PASTED = Path(__file__).parent / "data" / "pasted"
STORED = json.loads((PASTED / "pytorch.json").read_text())
FRAGMENTS = sorted((PASTED / "fragments").iterdir())


def stems(folder):
    return sorted(path.stem for path in (PASTED / folder).iterdir())


def counted(bench, texts, inputs=None):
    """Each text read, and counted for the input that is given or that it says."""
    return bench.evaluate(
        """(given) => given.map(([text, input]) => {
          const { reading, network } = convarith, read = reading.read(text);
          const shape = input || read.input;
          if (!shape || !read.layers.length) return { ...read, rows: [], totals: {} };
          const count = network.countNetwork({ ...read, input: shape });
          const textOf = (row) => network.writeShape(row.to, read.framework);
          const rows = count.rows.map((row) => ({ ...row, text: textOf(row) }));
          return { ...read, ...count, rows };
        })""",
        [[text, one] for text, one in zip(texts, inputs or [None] * len(texts), strict=True)],
    )


def shape_of(row, framework="pytorch"):
    sizes, channels = row["to"]["sizes"], row["to"]["channels"]
    return [*sizes, channels] if framework == "keras" else [channels, *sizes]


def layers_of(model):
    """The layers and operations of a Keras model, those of models in it in their place."""
    for one in getattr(model, "operations", None) or model.layers:
        if isinstance(one, keras.layers.InputLayer):
            continue
        if isinstance(one, keras.Model):
            yield from layers_of(one)
        else:
            yield one


@pytest.mark.parametrize("name", stems("keras"))
def test_keras_snippets_have_the_shapes_and_parameters_that_keras_says(bench, name):
    text = (PASTED / "keras" / f"{name}.py").read_text()
    names = {}
    exec(text, names)
    model = names["model"]
    (found,) = counted(bench, [text])
    assert found["framework"] == "keras"
    assert (found["notes"], [row["doubt"] for row in found["rows"] if row["doubt"]]) == ([], [])
    rows = [(shape_of(row, "keras"), row["parameters"] + row["fixed"]) for row in found["rows"]]
    if name == "channels_first":
        rows = [(shape_of(row), parameters) for row, (_, parameters) in zip(found["rows"], rows, strict=True)]
    assert found["totals"]["parameters"] + found["totals"]["fixed"] == model.count_params()
    assert found["totals"]["fixed"] == sum(prod(one.shape) for one in model.non_trainable_weights)
    if name == "subclassed":  # Keras does not say what is called in which order
        assert rows[-1] == ([4], 25 * 24 * 4 + 4)
        return
    said = [([*one.output.shape[1:]], getattr(one, "count_params", lambda: 0)()) for one in layers_of(model)]
    if not isinstance(model, keras.Sequential):  # branches come in another order
        rows, said = sorted(rows), sorted(said)
    assert rows == said


def pytorch_input(name):
    _, channels, *sizes = STORED[name]["input"]
    return {"channels": channels, "sizes": sizes}


@pytest.mark.parametrize("name", stems("pytorch"))
def test_pytorch_snippets_have_the_shapes_and_parameters_that_pytorch_said(bench, name):
    stored = STORED[name]
    (found,) = counted(bench, [(PASTED / "pytorch" / f"{name}.py").read_text()])
    assert (found["framework"], found["notes"], found["misfit"]) == ("pytorch", [], None)
    assert found["input"] == pytorch_input(name)
    # Functions are no modules, and Upsample is one whose class changes with its call.
    rows = [row for row in found["rows"] if row["layer"]["type"][0].isupper()]
    said = [[row["layer"]["type"].removeprefix("Lazy"), shape_of(row)] for row in rows]
    assert said == stored["layers"]
    assert stored["output"] in map(shape_of, found["rows"][-2:])  # an encoder's last pool is for nothing
    assert found["totals"]["parameters"] == stored["parameters"]
    assert found["totals"]["fixed"] == stored["fixed"]


ASSUMED = r"forward of \w+ does between its modules is not printed|flatten is not printed, but it is assumed"
UNPRINTED = {"resnet": "expects 64 features, but 64 × 8 × 8 = 4096 arrive"}  # a pool in forward
JOINED = {"densenet", "inception"}


@pytest.mark.parametrize("name", stems("printed"))
def test_printed_models_have_the_shapes_and_parameters_that_pytorch_said(bench, name):
    text, stored = (PASTED / "printed" / f"{name}.txt").read_text(), STORED[name]
    (found,) = counted(bench, [text], [pytorch_input(name)])
    assert found["framework"] == "pytorch"
    rows = [row for row in found["rows"] if row["parameters"]]
    said = [[row["layer"]["type"].removeprefix("Lazy"), shape_of(row)] for row in rows]
    learned = [one for one in stored["layers"] if one[0] in {kind for kind, _ in said}]
    if name in JOINED:
        assert any("are printed before it" in note["why"] for note in found["notes"])
    else:
        assert all(re.search(ASSUMED, note["why"]) for note in found["notes"])
        # Beside the line the order may differ: what is printed last is called before.
        assert sorted(said) == sorted(
            one for one in learned if not (name in UNPRINTED and one[0] == "Linear")
        )
    if name in UNPRINTED:
        assert found["misfit"]["why"] == UNPRINTED[name]
    elif name != "inception":
        assert found["misfit"] is None
        assert found["totals"]["parameters"] == stored["parameters"]
        assert found["totals"]["fixed"] == stored["fixed"]


# --- fragments ---------------------------------------------------------------------------------------------


def marks(text):
    """What is written after lines: for each mark the number of the line, and the words."""
    found = {"->": [], "!!": [], "??": []}
    for number, line in enumerate(text.splitlines(), start=1):
        for mark, words in re.findall(r"# (->|!!|\?\?) (.*?)(?= # ->|$)", line):
            found[mark].append((number, words.strip()))
    return found


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.stem)
def test_fragments_make_what_is_written_beside_their_lines(bench, path):
    text = path.read_text()
    given = re.search(r"^# input: (.*)$", text, re.MULTILINE)
    shape = None
    if given:
        numbers = [int(number) for number in given[1].split(" x ")]
        channels, *sizes = [numbers[-1], *numbers[:-1]] if path.stem.startswith("keras") else numbers
        shape = {"channels": channels, "sizes": sizes}
    (found,) = counted(bench, [text], [shape])
    rows = {}
    for row in found["rows"]:
        rows.setdefault(row["layer"]["line"], []).append(row)
    expected = marks(text)
    assert expected["->"] or expected["!!"]
    for line, words in expected["->"]:
        assert ", ".join(row["text"].replace("×", "x") for row in rows[line]) == words, line
    misfits = [(row["layer"]["line"], row["why"]) for row in found["rows"] if row["why"]]
    assert misfits == expected["!!"]
    noted = {note["line"]: note["why"] for note in found["notes"]}
    for line, words in expected["??"]:
        assert words in noted.pop(line)
    assert noted == {}


def test_what_keras_is_said_to_refuse_it_refuses():
    refused = [path for path in FRAGMENTS if path.stem.startswith("keras") and marks(path.read_text())["!!"]]
    assert len(refused) > 3
    names = vars(keras.layers) | vars(keras) | {"keras": keras, "layers": keras.layers}
    for path in refused:
        lines = [line for line in path.read_text().splitlines() if "Conv2d" not in line]
        given = re.search(r"input: (\d+) x (\d+) x (\d+)", lines[0])
        with pytest.raises((ValueError, TypeError)):
            space = dict(names)
            exec("\n".join(lines), space)
            space["model"].build((None, *map(int, given.groups())))


# --- names -------------------------------------------------------------------------------------------------


def own_signatures(bench, framework):
    table = bench.evaluate(
        """(name) => Object.fromEntries(Object.values(convarith[name]).flatMap(Object.entries)
          .map(([name, { signature }]) => [name, signature]))""",
        f"{framework}Names",
    )
    return {name: signature.split() for name, signature in table.items() if signature != "*"}


def plain(parameter):
    """A parameter without its default, and whether it is needed."""
    name, _, usual = parameter.partition("=")
    return name, usual


def test_pytorchs_parameters_have_its_order_and_its_defaults(bench):
    stored = {name: one.split() for name, one in STORED["signatures"].items()}
    compared = 0
    for name, own in own_signatures(bench, "pytorch").items():
        if name not in stored:
            continue
        theirs = stored[name][: len(own)]
        assert [plain(one)[0] for one in own] == [plain(one)[0] for one in theirs], name
        for one, other in zip(own, theirs, strict=True):
            usual, said = plain(one)[1], plain(other)[1]
            assert usual == said or float(usual) == float(said), (name, one)
        compared += 1
    assert compared > 60


def test_kerass_parameters_have_its_order_and_its_defaults(bench):
    compared = 0
    for name, own in own_signatures(bench, "keras").items():
        layer = getattr(keras.layers, name, None)
        if not inspect.isclass(layer):
            continue
        parameters = inspect.signature(layer).parameters.values()
        theirs = [one for one in parameters if one.kind is not one.VAR_KEYWORD]
        for parameter, said in zip(own, theirs, strict=False):
            (key, usual), default = plain(parameter), said.default
            assert key.rstrip("!") == said.name, name
            assert key.endswith("!") == (default is said.empty), (name, key)
            if usual:
                first = default[0] if isinstance(default, tuple) else default
                first = first[0] if isinstance(first, tuple) else first
                assert str(first) == usual or name.startswith("Cropping"), (name, key)
        compared += 1
    assert compared > 60


# --- what is broken ----------------------------------------------------------------------------------------

GARBAGE = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    '"',
    "'",
    '"""',
    "\\",
    "\t",
    ",",
    ":",
    "=",
    "**",
    "lambda",
    "for",
    "if",
    "@",
]
GARBAGE += [
    "\x00",
    "é",
    "😀",
    "self",
    "nn.",
    "1e999",
    "0x",
    "->",
    "...",
    "def f(:",
    "class",
    "#",
    "%",
    "-1",
    "None",
]


def broken(seed, texts):
    """A text with some things deleted, cut, swapped or put in."""
    chance = random.Random(seed)
    text = chance.choice(texts)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(text) + 1)
        lines = text.split("\n")
        kind = chance.randrange(6)
        if kind == 0:
            text = text[:at] + text[at + chance.randint(1, 12) :]
        elif kind == 1:
            text = text[:at] + chance.choice(GARBAGE) + text[at:]
        elif kind == 2:
            del lines[chance.randrange(len(lines)) :][: chance.randint(1, 5)]
            text = "\n".join(lines)
        elif kind == 3:
            brackets = str.maketrans(*chance.sample(["()[]", "[]()", "({[ ", ")}] "], 2))
            text = text[:at] + text[at:].translate(brackets)
        elif kind == 4:
            chance.shuffle(lines)
            text = "\n".join(lines)
        else:
            text = text[:at]
    return text


def test_whatever_is_pasted_is_read_with_notes_of_one_sentence_each(bench):
    texts = [path.read_text() for path in sorted(PASTED.glob("*/*")) if path.suffix in (".py", ".txt")]
    pasted = [broken(seed, texts) for seed in range(many(1_500, 300))]
    pasted += [
        "",
        " ",
        "\n",
        "(" * 5_000,
        "[(" * 5_000,
        "-" * 5_000,
        "lambda: " * 2_000,
        "x if y else " * 2_000,
    ]
    pasted += ["not " * 3_000, "x = x + x\n" * 300, "a = [a, a]\n" * 50 + "nn.Conv2d(*a)"]
    pasted += ["a = []\n" + "a.append(a)\n" * 60 + "f(a, a)\nnn.Conv2d(a, a, a)"]
    pasted += ["def f(x):\n    return f(f(x))\nf(1)", "for i in range(10**9):\n    nn.Conv2d(3, 3, 3)"]
    pasted += ["s = nn.Sequential()\ns.append(s)\ns(x)", "nn.Conv2d(3, 8, 10**9, stride=10**9)(x)"]
    pasted += ["s = nn.Sequential(nn.ReLU())\n" + "s = nn.Sequential(s, s)\n" * 40]
    found = counted(bench, pasted, [{"channels": 3, "sizes": [32, 32]}] * len(pasted))
    read = 0
    for text, one in zip(pasted, found, strict=True):
        read += len(one["layers"]) > 3
        for note in one["notes"]:
            assert 1 <= note["line"] <= text.count("\n") + 1 + text.count("\r"), text
            assert re.fullmatch(r"[^\n]+[^\n.]\.", note["why"]), note
        for row in one["rows"]:
            assert all(isinstance(row[name], int) for name in ("parameters", "macs", "activations")), row
    assert read > 100


# --- Python ------------------------------------------------------------------------------------------------


def test_numbers_are_worked_out_as_python_does(bench):
    programs = (PASTED / "numbers.txt").read_text().strip().split("\n---\n")
    texts = [f"import torch\n{program}\nmodel = torch.nn.Conv2d(1, n, 1)" for program in programs]
    for program, found in zip(programs, counted(bench, texts), strict=True):
        names = {}
        exec(program, names)
        assert [layer["filters"] for layer in found["layers"]] == [names["n"]], program
        assert found["notes"] == [], program
