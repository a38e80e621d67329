"""What is seen where there is no terminal: a line now and then, and what is in the way at once."""

import pytest

from persona.live import Stages


def test_first_note_is_told_at_once_and_the_next_not_before_its_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Stages() as told:
        told("replies", done=0, total=9)
        told("replies", done=1, total=9)
        told("replies", done=1, total=9, note="HTTP 500")
        told("replies", done=2, total=9, note="HTTP 429")
        told("replies", done=9, total=9)
    assert capsys.readouterr().err.splitlines() == [
        "replies 0/9",
        "replies 1/9 HTTP 500",
        "replies 9/9",
    ]
