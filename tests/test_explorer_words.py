"""What the script says: the formula as Python explains it, verdicts as it counts, links that lead back."""

import json
import re
from dataclasses import replace
from itertools import product

import pytest

from convarith import Axis, Conv, Pool, TransposedAxis, TransposedConv, explore, explore_stack, predict

pytest_plugins = ["explorer_pages"]


def every_axis():
    for size, kernel, stride, dilation in product((1, 4, 7), (1, 2, 3), (1, 2, 3), (1, 2)):
        for low, high in ((0, 0), (1, 0), (0, 2), (2, 1)):
            given = {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation}
            given |= {"pad_low": low, "pad_high": high}
            for kind, more in (
                (Axis, {}),
                (Axis, {"ceil_mode": True}),
                (TransposedAxis, {"output_padding": (size + low) % 2}),
            ):
                try:
                    yield kind(**given, **more)
                except ValueError:
                    continue


def given_to_script(axis):
    return {"operation": "transposed" if isinstance(axis, TransposedAxis) else "conv"} | vars(axis)


def formulas(script, axes):
    return script.evaluate(
        """(axes) => axes.map((axis) => {
          const written = convarith.words.formula(axis, convarith.arithmetic.countAxis(axis));
          const { plainText } = convarith.words;
          const texts = Object.entries(written).map(([name, pieces]) => [name, plainText(pieces)]);
          return Object.fromEntries(texts);
        })""",
        list(map(given_to_script, axes)),
    )


def formula_of(axis):
    """The formula with the script's signs, from the numbers that Python explains."""
    explained = axis.explain().replace("-", "−")
    if isinstance(axis, TransposedAxis):
        numbers = re.search(r"output_padding = (.*) = \d+$", explained, re.MULTILINE)[1]
        return f"o = {numbers} = {axis.output}"
    padded = re.search(r"padded = .* = (.*) = \d+$", explained, re.MULTILINE)[1]
    rounding, room, stride = re.search(r"= (floor|ceil)\(\((\d+ − \d+)\) / (\d+)\)", explained).groups()
    open_, close = "⌊⌋" if rounding == "floor" else "⌈⌉"
    a, span = map(int, room.split(" − "))
    dropped = "dropped" in explained
    fit = f"{axis.output - 1 + dropped} + 1{' − 1' if dropped else ''} = {axis.output}"
    shown = f"o = {open_}({padded} − {span}) / {stride}{close} + 1 = {open_}{a - span} / {stride}{close} + 1"
    return f"{shown} = {fit}".replace("-", "−")


def test_the_formula_is_that_of_python(script):
    axes = list(every_axis())
    for axis, shown in zip(axes, formulas(script, axes), strict=True):
        assert shown["numbers"] == formula_of(axis), axis
        assert shown["span"] == axis.explain().splitlines()[0].replace("-", "−"), axis
    assert len(axes) > 400


def test_the_symbols_with_numbers_in_their_place_are_the_numbers(script):
    axes = list(every_axis())
    for axis, shown in zip(axes, formulas(script, axes), strict=True):
        values = {"p_low": axis.pad_low, "p_high": axis.pad_high, "i": axis.size, "k": axis.kernel}
        values |= {"s": axis.stride, "d": axis.dilation, "span": axis.span}
        values["output padding"] = getattr(axis, "output_padding", 0)
        said = re.sub(
            r"\boutput padding\b|\bp_low\b|\bp_high\b|\bspan\b|\b[ikds]\b",
            lambda m, values=values: str(values[m[0]]),
            shown["symbols"],
        )
        assert shown["numbers"].startswith(f"{said} = "), axis


def test_every_cell_that_nothing_reads_is_named_until_they_are_many(script):
    axes = list(every_axis())
    tapes = [axis.output if isinstance(axis, TransposedAxis) else axis.size for axis in axes]
    counts = [axis.reads if isinstance(axis, Axis) else axis.writes for axis in axes]
    unread, said = script.evaluate(
        """([axes, tapes]) => {
          const { countAxis, unreadOf } = convarith.arithmetic;
          const unread = axes.map((axis, n) => unreadOf(
            axis, axis.operation === "transposed" ? axis.size : countAxis(axis).output, tapes[n]));
          const said = unread.map((cells, n) => (
            convarith.words.hatchedText(["cell"], cells, tapes[n], "window reads")));
          return [unread, said];
        }""",
        [list(map(given_to_script, axes)), tapes],
    )
    for axis, tape, times, cells, text in zip(axes, tapes, counts, unread, said, strict=True):
        data = [cell for cell in cells if 0 <= cell < tape]
        assert data == [cell for cell, many in enumerate(times) if not many], axis
        named = [
            cell
            for first, last in re.findall(r"(\d+)(?: to (\d+))?", text)
            for cell in range(int(first), int(last or first) + 1)
        ]
        assert named == data if "so on" not in text else named == data[: len(named)] and len(data) > 4, axis
        assert ("padding" in text) == bool(cells and not data)
        assert (text == "") == (not cells)
    assert sum(bool(text) for text in said) > 60
    lists = [[3], [3, 7, 8], [0, 1, 2, 5], [1, 3, 5, 7, 9], [-1], []]
    assert script.evaluate(
        """(lists) => lists.map((cells) => (
          convarith.words.hatchedText(["row", "column"], cells, 12, "window reads")))""",
        lists,
    ) == [
        "Hatched: row and column 3, which no window reads.",
        "Hatched: rows and columns 3, 7 and 8, which no window reads.",
        "Hatched: rows and columns 0 to 2 and 5, which no window reads.",
        "Hatched: rows and columns 1, 3, 5 and so on, which no window reads.",
        "Hatched: padding, which no window reads.",
        "",
    ]


def test_the_words_count_what_the_axis_has(script):
    axes = list(every_axis())
    for axis, shown in zip(axes, formulas(script, axes), strict=True):
        numbers = list(map(int, re.findall(r"-?\d+", shown["words"].replace("−", "-"))))
        cut = axis.pad_low + axis.pad_high
        if isinstance(axis, TransposedAxis):
            stamped = axis.output + cut
            more = axis.output_padding
            expected = [
                axis.size,
                axis.span,
                axis.stride,
                stamped - more,
                *([more, stamped] if more else []),
                cut,
            ]
        else:
            end = axis.window(axis.output - 1)[-1] + 1
            over = max(0, end - axis.size - axis.pad_high)
            rest = [axis.unused] if not axis.ceil_mode else [over] if over else []
            room = axis.padded - axis.span
            expected = [axis.padded, axis.span, room, axis.output - 1, axis.stride, *rest, axis.output]
            assert (" with the padding" in shown["words"]) == bool(cut)
            dropped = axis.ceil_mode and -(-room // axis.stride) + 1 > axis.output
            assert ("is dropped" in shown["words"]) == dropped, axis
        assert numbers == expected, axis
        assert not re.search(
            r"\b1 (cells|steps|stamps)\b|\b(0|[2-9]|\d\d) (cell|step|stamp)\b", shown["words"]
        )


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("formatNumber(-1)", "−1"),
        ("formatNumber(2 / 3)", "0.67"),
        ("formatNumber(0 / 0)", "–"),
        ("formatNumber(-Infinity)", "−∞"),
        ("plural(1, 'cell')", "1 cell"),
        ("plural(0, 'cell')", "0 cells"),
        ("list([5])", "5"),
        ("list([5, 7, 9])", "5, 7 and 9"),
        ("between([3])", "3"),
        ("between([-1, 0, 1])", "−1 to 1"),
        ("range('row', [-2])", "row −2"),
        ("range('row', [1, 2, 3])", "rows 1 to 3"),
        ("range('column', [-1, 1])", "columns −1 to 1 in steps of 2"),
        ("gapsIn([4, 6, 7, 9]).join()", "5,8"),
        ("gapsIn([4]).join()", ""),
        ("sentence('output_padding must be small')", "Output padding must be small."),
        ("sentence('')", ""),
    ],
)
def test_numbers_and_lists_are_said_as_people_do(script, call, text):
    assert script.evaluate(f"convarith.words.{call}") == text


# --- verdicts -------------------------------------------------------------------------------------


def asked(question):
    """The question as it is in the page."""
    return question._asked


def judged(script, questions, answers):
    return script.evaluate(
        """([questions, answers]) => questions.map((asked) =>
          answers.map((answer) => convarith.question.judge(asked, String(answer))))""",
        [list(map(asked, questions)), answers],
    )


def test_an_output_is_judged_as_python_counts_it(script):
    axes = list(every_axis())
    for axis, verdicts in zip(axes, judged(script, map(predict, axes), list(range(30))), strict=True):
        assert [n for n, verdict in enumerate(verdicts) if verdict["right"]] == [axis.output], axis
        for answer, verdict in enumerate(verdicts):
            assert verdict["why"].startswith("Right. " if answer == axis.output else f"Not {answer}. ")
            assert " gives " not in verdict["why"]


@pytest.mark.parametrize("find", ["kernel", "stride", "padding"])
def test_an_answer_is_right_where_python_gets_the_wanted_output_with_it(script, find):
    asked_of, answers = [], list(range(12))
    for axis in list(every_axis())[::3]:
        try:
            asked_of.append((axis, predict(axis, find=find, output=axis.output + 1)))
        except ValueError:  # no answer leads there
            continue
    assert len(asked_of) > 20
    all_verdicts = judged(script, [question for _, question in asked_of], answers)
    names, least = (("pad_low", "pad_high"), 0) if find == "padding" else ((find,), 1)
    for (axis, _), verdicts in zip(asked_of, all_verdicts, strict=True):
        for answer, verdict in zip(answers, verdicts, strict=True):
            good = re.search(rf" {find.capitalize()} (\d+) gives {axis.output + 1}\.$", verdict["why"])
            assert (good is None) == (verdict["right"] or answer < least), (axis, find, answer)
            if good:
                assert replace(axis, **dict.fromkeys(names, int(good[1]))).output == axis.output + 1
            try:
                output = replace(axis, **dict.fromkeys(names, answer)).output
            except ValueError as error:
                said = str(error)[0].upper() + str(error)[1:].replace("_", " ") + "."
                assert verdict["right"] is False and said in verdict["why"], (axis, answer)
                continue
            assert verdict["right"] == (output == axis.output + 1), (axis, find, answer)
            assert f"With {find} {answer}: " in verdict["why"]


def test_the_output_of_a_stack_is_judged_at_its_end(script):
    layers = [
        Conv(size=(28, 28), channels=1, filters=8, kernel=3),
        Pool(size=(26, 26), channels=8, kernel=2),
        TransposedConv(size=(13, 13), channels=8, filters=1, kernel=3, stride=2),
    ]
    question = predict(layers)
    (verdicts,) = judged(script, [question], [26, 27])
    assert [verdict["right"] for verdict in verdicts] == [False, True]
    assert verdicts[1]["why"].count("With the first window") == 2 and "13 stamps" in verdicts[1]["why"]


def test_a_number_is_judged_by_its_value(script):
    words = {"text": "Where?", "hint": "Halve it.", "why": "2 and 3 have it between them."}
    given = ["2.5", "2,5", "2.50", "2", "3", "25"]
    (half,) = judged(script, [predict(2.5, **words)], given)
    assert [verdict["right"] for verdict in half] == [True] * 3 + [False] * 3
    assert half[0]["why"] == "Right. 2 and 3 have it between them."
    assert half[3]["why"] == "Not 2. It is 2.5: 2 and 3 have it between them."
    (third,) = judged(script, [predict(1 / 3, **words)], ["0.3", "0.33", "0.333", "0.34", "0", "1"])
    assert [verdict["right"] for verdict in third] == [True] * 3 + [False] * 3
    (whole,) = judged(script, [predict(7, **words)], ["7", "07", "7.0", "8"])
    assert [verdict["right"] for verdict in whole] == [True, True, None, False]


def test_the_first_wrong_answer_brings_a_hint_and_no_solution(script):
    axis = Axis(size=28, kernel=3, stride=2)
    questions = [
        predict(axis),
        predict(TransposedAxis(size=14, kernel=3), find="stride", output=29),
        predict(axis, find="kernel", output=12, hint="Count the steps."),
    ]
    for question in questions:
        first, again = script.evaluate(
            "(asked) => [true, false].map((first) => convarith.question.judge(asked, '77', first))",
            asked(question),
        )
        assert first == {"right": False, "why": f"Not 77. {asked(question)['hint']}"}
        assert str(asked(question)["answer"]) in again["why"] and again["why"] != first["why"]
        right = str(asked(question)["answer"])
        judge = "([asked, typed]) => convarith.question.judge(asked, typed, true)"
        assert script.evaluate(judge, [asked(question), right])["why"].startswith("Right. ")


@pytest.mark.parametrize(
    "number, words, said",
    [
        (3, {"text": "How many?"}, "the answer 3 needs text=, hint= and why="),
        (float("nan"), {"text": "x", "hint": "x", "why": "x"}, "but is nan"),
        (-1, {"text": "x", "hint": "x", "why": "x"}, "but is -1"),
        (Axis(size=5, kernel=3), {"why": "x"}, "layers explain themselves"),
    ],
)
def test_a_question_without_its_words_is_refused(number, words, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        predict(number, **words)


@pytest.mark.parametrize("typed", ["", "x", "2.5", "-1", "1e1", "９", "1234567890"])
def test_what_is_no_whole_number_is_not_judged(script, typed):
    question = asked(predict(Axis(size=28, kernel=3)))
    verdict = script.evaluate("([asked, typed]) => convarith.question.judge(asked, typed)", [question, typed])
    assert verdict == {"right": None, "why": "A whole number, please."}


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            lambda: predict(TransposedAxis(size=5, kernel=4, stride=2, output_padding=1)),
            "Transposed, 5 cells, kernel 4, stride 2, padding (0, 0), output padding 1: how many outputs?",
        ),
        (
            lambda: predict(Axis(size=5, kernel=2, stride=2, dilation=2, ceil_mode=True)),
            "5 cells, kernel 2, stride 2, dilation 2, padding (0, 0), ceil_mode: how many outputs?",
        ),
        (
            lambda: predict(TransposedAxis(size=5, kernel=4), find="padding", output=6),
            "Transposed, 5 cells, kernel 4, stride 1: which padding on both sides gives 6 outputs?",
        ),
        (
            lambda: predict([Axis(size=5, kernel=2), Axis(size=4, kernel=3)]),
            "5 cells, kernel 2, stride 1, padding (0, 0), then 4 cells, kernel 3, stride 1, padding (0, 0): "
            "how many outputs?",
        ),
    ],
)
def test_a_question_says_what_it_is_about(question, text):
    assert repr(question()) == text


def test_predict_refuses_a_question_without_an_answer():
    for call, error, message in [
        (
            lambda: predict(Axis(size=28, kernel=3), find="stride", output=27),
            ValueError,
            "no stride leads from 28 to 27",
        ),
        (
            lambda: predict(Axis(size=28, kernel=3), find="answer"),
            ValueError,
            "find must be one of output, kernel",
        ),
        (
            lambda: predict(Axis(size=28, kernel=3), find="kernel"),
            TypeError,
            "output must be a whole number, but is None",
        ),
        (
            lambda: predict(28),
            ValueError,
            "the answer 28 needs text=",
        ),
        (lambda: predict([]), ValueError, "predict needs at least one layer, but the list is empty"),
        (
            lambda: predict([Axis(size=5, kernel=2), Axis(size=5, kernel=2)]),
            ValueError,
            "layer 2 has size 5, but the layer before it gives 4",
        ),
        (
            lambda: predict([Axis(size=5, kernel=2), Axis(size=4, kernel=2)], find="kernel", output=3),
            ValueError,
            "find='kernel' asks about one layer, but there are 2",
        ),
        (
            lambda: predict(Conv(size=(5, 6), channels=1, filters=1, kernel=2)),
            ValueError,
            "predict takes rows and columns that are alike, but those of Conv",
        ),
    ]:
        with pytest.raises(error) as caught:
            call()
        assert str(caught.value).startswith(message)


# --- links ----------------------------------------------------------------------------------------


def back(script, initial, state):
    """What a link to the state brings back."""
    return script.evaluate(
        """([given, changes]) => {
          const { DEFAULTS } = convarith.state, { readFragment, writeFragment } = convarith.links;
          const initial = { ...DEFAULTS, ...given };
          const link = writeFragment({ ...initial, ...changes }, initial);
          return readFragment(link.split("&").slice(1), initial);
        }""",
        [initial, state],
    )


def test_a_link_brings_every_part_of_a_state_back(script):
    defaults, choices, stack_choices = script.evaluate(
        "() => [convarith.state.DEFAULTS, convarith.state.CHOICES, convarith.state.STACK_CHOICES]"
    )
    other = {name: not value for name, value in defaults.items() if isinstance(value, bool)}
    other |= {name: value + 1 for name, value in defaults.items() if type(value) is int and name != "goal"}
    other |= {"own": [-1, 0, 3, 2], "against": "kernel:4,own:1.2,rule:same"}
    kept = {"goal", "kinds", "stack", "controls"}  # of the page, not of the link; a stack comes below
    assert set(defaults) == set(other) | set(choices) | kept
    for name, values in choices.items():
        for value in values:
            state = other | {name: value}
            assert back(script, {}, state) == defaults | state, state
    stack = {"operation": "stack", "stack": [[3, 1, 0, 1], [2, 2, 1, 16]]}
    for rule in stack_choices["rule"]:
        state = {"stack": [[9, 6, 8, 16], [2, 2, 1, 1], [1, 1, 0, 2]], "rule": rule, "layer": 2, "layers": 3}
        assert back(script, stack, state) == defaults | stack | state
    pools = stack | {"kinds": ["conv", "max"]}
    for kinds, read in ((["average_padded", "conv"], None), (["max", "toString"], pools["kinds"])):
        assert back(script, pools, {"kinds": kinds})["kinds"] == (read or kinds)


def test_a_setting_is_kept_in_one_word(script):
    """Nothing of it is lost but how it is looked at."""
    for change in (
        {"kernel": 4, "stride": 2, "rule": "sides", "pad_high": 3},
        {
            "operation": "pool",
            "pooling": "average",
            "ceil_mode": True,
            "rectangular": True,
            "size_columns": 5,
        },
        {"operation": "transposed", "way": "gather", "weights": "own", "own": [1, -2, 0, 5]},
    ):
        word, read, defaults = script.evaluate(
            """(change) => {
              const { DEFAULTS } = convarith.state, { writeSetting, readSetting } = convarith.links;
              const looks = { step: 7, goal: 3, controls: ["size"], values: true, tape: true };
              const word = writeSetting({ ...DEFAULTS, ...change, ...looks });
              return [word, readSetting(word, DEFAULTS), DEFAULTS];
            }""",
            change,
        )
        assert read == defaults | change and not set(word) & set("=&")


def test_python_writes_a_setting_as_the_page_reads_it(script):
    layers = [
        Conv(size=(6, 7), channels=1, filters=1, kernel=(3, 2), stride=2, padding="same"),
        Pool(size=(7, 7), channels=1, kernel=2, operation="average", ceil_mode=True),
        TransposedAxis(size=4, kernel=3, stride=2, pad_high=1, output_padding=1),
    ]
    for layer in layers:
        shown = explore(layer)
        read = script.evaluate(
            """(word) => {
              const { DEFAULTS, countLayer } = convarith.state;
              const { counts } = countLayer(convarith.links.readSetting(word, DEFAULTS));
              return counts.map(({ output }) => output);
            }""",
            explore(against=layer).view.against,
        )
        assert read == [shown.axis.output, shown.columns.output]


@pytest.mark.parametrize(
    "nonsense",
    [
        "size=77",
        "size=0",
        "size=2.5",
        "size=",
        "size",
        "rule=nonsense",
        "unheard=1",
        "operation=stack",
        "goal=3",
        "stack=3,1,0",
        "stack=99,1,0,1",
        "stack=x",
        "stack=",
        "stack=" + ",".join(["3,1,0,1"] * 9),
        "kinds=max",
        "rule=causal",
        "constructor=1",
        "rule=toString",
    ],
)
def test_what_a_link_has_no_business_with_is_left_as_it_was(script, nonsense):
    read = script.evaluate(
        """(part) => convarith.links.readFragment([part], convarith.state.DEFAULTS)""", nonsense
    )
    assert read == script.evaluate("() => convarith.state.DEFAULTS")


def test_what_python_says_to_the_page_is_in_snake_case():
    shown = [
        explore(),
        explore(TransposedAxis(size=3, kernel=3)),
        explore_stack(),
        predict(Axis(size=5, kernel=2)),
    ]
    for one in shown:
        state = json.loads(json.dumps(getattr(one, "_state", None) or one._asked))
        keys = [*state, *(key for axis in state.get("axes", []) for key in axis)]
        assert all(re.fullmatch(r"[a-z_]+", key) for key in keys), keys
