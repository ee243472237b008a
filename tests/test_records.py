"""What is recorded in the package says how it was made, and is read by its name alone."""

import json
import re
from pathlib import Path

import pytest
from records import messages

from convarith import recorded

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "book" / "mismatch.ipynb").read_text(encoding="utf-8")
RECORDS = sorted(path.stem for path in (ROOT / "src" / "convarith" / "data").glob("*.json"))


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_has_a_date_and_a_script_that_made_it(name):
    assert recorded(name)["date"] > "2026"
    assert (ROOT / "tools" / "records" / f"{name}.py").exists()


def test_another_name_is_refused():
    with pytest.raises(ValueError, match=r"there is no record 'weather', only .*timings"):
        recorded("weather")


def sentences() -> list[tuple[str, str]]:
    """The messages on the page, each with its framework; those in the list at its top with none."""
    cells = ["".join(cell["source"]) for cell in json.loads(PAGE)["cells"] if cell["cell_type"] == "markdown"]
    found = []
    for line in "\n".join(cells).replace("\\|", "¦").splitlines():
        first, *others = line.split("<br>") if line.startswith("- **[") else line.strip("| ").split(" | ")
        if line.startswith("- **[") or (line.startswith("| ") and others and "`" in others[0]):
            texts = re.findall(r"`` (.*?) ``|``(.*?)``|`(.*?)`(?!`)", "\n".join(others))
            found += [
                ("" if first.startswith("-") else first, "".join(text).strip(" …").replace("¦", "|"))
                for text in texts
            ]
    return found


def test_the_page_quotes_every_framework_word_by_word():
    stored, quoted = recorded("messages")["refused"], sentences()
    said = [(framework, one["answer"]) for by in stored.values() for framework, one in by.items()]
    assert len([framework for framework, _ in quoted if framework]) >= 35 <= len(quoted) - 24
    for framework, words in quoted:
        assert any(words in answer and framework in ("", name) for name, answer in said), words
    text = "\n".join("".join(cell["source"]) for cell in json.loads(PAGE)["cells"]).replace("\\|", "|")
    for _, answer in said:
        shown = answer.split("Status Message: ")[-1].split("= Conv2D[")[0]
        assert answer.startswith("gives") or shown in text, answer


def test_the_messages_are_those_that_were_asked_for():
    stored = recorded("messages")
    codes = {
        name: {by: one["code"] for by, one in asked.items()} for name, asked in stored["refused"].items()
    }
    assert codes == messages.REFUSED
    assert {name: one["code"] for name, one in stored["remedies"].items()} == messages.REMEDIES
    assert (stored["shapes"]["model"], stored["shapes"]["code"]) == (messages.MODEL, messages.SHAPES)


def test_the_hook_to_copy_is_the_one_that_was_run():
    shapes, cells = recorded("messages")["shapes"], json.loads(PAGE)["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    assert f"```python\n{shapes['model']}\n\n{shapes['code']}\n```" in text
    assert f"```text\n{shapes['printed']}```" in text


def test_every_framework_that_is_here_says_the_same_today():
    stored, here = recorded("messages"), messages.installed()
    for name, asked in messages.asked(here).items():
        assert asked == {framework: stored["refused"][name][framework] for framework in asked}
    if "PyTorch" in here:
        assert (messages.remedied(), messages.printed()) == (stored["remedies"], stored["shapes"])
