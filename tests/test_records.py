"""What is recorded in the package says how it was made, and is read by its name alone."""

from pathlib import Path

import pytest

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
