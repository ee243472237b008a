"""The picture of the landing page and the README is what the library draws."""

from cover import COVER, cover


def test_the_stored_cover_is_what_the_code_draws():
    assert COVER.read_text(encoding="utf-8") == cover(), "run `make notebooks`, which draws it again"
