"""Pictures of the landing page, README, CONTRIBUTING and "My shapes do not match" are what code draws."""

import re
from pathlib import Path

import cover
import decision
import house
import pytest

from convarith import Axis, animate

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("stored", "drawn"),
    [
        (cover.COVER, cover.cover),
        (cover.ANIMATION, cover.animation),
        (house.PICTURE, house.house),
        (decision.PICTURE, decision.decision),
    ],
)
def test_a_stored_picture_is_what_the_code_draws(stored, drawn):
    assert stored.read_text(encoding="utf-8") == drawn(), "run `make notebooks`, which draws it again"


def test_the_animation_of_the_readme_is_described_as_it_describes_itself():
    alt = animate(Axis(size=5, kernel=3, stride=2, pad_low=1, pad_high=1)).alt
    assert re.findall(r"!\[(.*)\]\(book/_static/animation\.svg\)", README) == [alt]


def test_the_decision_is_described_by_its_own_words():
    page = (Path(__file__).parents[1] / "book" / "mismatch.ipynb").read_text(encoding="utf-8")
    assert re.findall(r"!\[(.*)\]\(_static/decision\.svg\)", page) == [decision.alt()]
