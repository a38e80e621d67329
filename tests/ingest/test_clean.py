"""What is taken out of a text, and what is style and stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import clean, fold


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\u200ehello \r\n there\u202c ", "hello\n there"),
        ("one\n\n\n two", "one\n two"),
        ("Soooo   MUCH!!  :)", "Soooo   MUCH!!  :)"),
        ("👩\u200d🍳 ❤\ufe0f", "👩\u200d🍳 ❤\ufe0f"),
        ("\u200e\ufeff \n", ""),
    ],
)
def test_only_what_is_unseen_goes(text: str, expected: str) -> None:
    assert clean(text, verbatim=False) == expected


def test_verbatim_text_keeps_its_blank_lines() -> None:
    assert clean(" a\n\n  b\n", verbatim=True) == "a\n\n  b"


@given(st.text())
def test_a_clean_message_holds_no_blank_line_and_stays_clean(text: str) -> None:
    once = clean(text, verbatim=False)
    assert "\n\n" not in once
    assert clean(once, verbatim=False) == once


def test_a_name_is_the_same_however_its_phone_writes_the_accent() -> None:
    assert fold("JOSE\N{COMBINING ACUTE ACCENT}  Li") == fold("José li")
    assert fold("Jose Li") != fold("José Li")
