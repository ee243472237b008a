"""What is recorded in the package says how it was made, and is read by its name alone."""

import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from records import messages

from convarith import recorded

ROOT = Path(__file__).parents[1]
RECORDS = sorted(path.stem for path in (ROOT / "src" / "convarith" / "data").glob("*.json"))


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_has_a_date_and_a_script_that_made_it(name):
    assert recorded(name)["date"] > "2026"
    assert (ROOT / "tools" / "records" / f"{name}.py").exists()


def test_another_name_is_refused():
    with pytest.raises(ValueError, match=r"there is no record 'weather', only .*timings"):
        recorded("weather")


def test_chapter_11_quotes_pytorch_word_by_word():
    said = [one["answer"] for one in recorded("messages")["refused"].values()]
    notebook = json.loads((ROOT / "book" / "11_reading_a_network.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    (table,) = (cell for cell in cells if "| PyTorch |" in cell)
    rows = [row.split("|")[2] for row in table.splitlines() if row.startswith("| ")][1:]
    parts = [part.strip() for row in rows for part in re.split("[…;]", row)]
    parts = [part for part in parts if len(part) > 8]
    texts = [text for cell in cells for text in re.findall(r'"([^"]*)"', cell)]
    quoted = [text for text in texts if re.search(r"\[\d|\d ?x ?\d|tensor", text)]
    assert len(parts) == 10 and len(quoted) == 7
    for words in (*quoted, *parts):
        assert any(words in one for one in said), words


def test_the_messages_are_those_that_pytorch_was_asked_for():
    stored = recorded("messages")
    for kind, asked in (("refused", messages.REFUSED), ("remedies", messages.REMEDIES)):
        assert {name: one["code"] for name, one in stored[kind].items()} == asked


@pytest.mark.skipif(not find_spec("torch"), reason="PyTorch is not installed")
def test_pytorch_says_the_same_today():
    stored = recorded("messages")
    assert messages.asked() == {kind: stored[kind] for kind in ("refused", "remedies")}
