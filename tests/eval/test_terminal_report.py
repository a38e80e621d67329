"""What `persona eval` shows at a terminal: nothing that the report's files say is held back."""

import io
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from persona import console
from persona.tables.measures import show_report
from tests.eval.conftest import Evaluated

NOTES = ["Fewer than 100 reference or test messages: the score is only indicative.", "z " * 120]


@pytest.mark.parametrize(("is_terminal", "lines"), [(True, 3), (False, 1)])
def test_notes_stand_under_the_table_and_only_a_terminal_breaks_them(
    evaluated: Evaluated, monkeypatch: pytest.MonkeyPatch, is_terminal: bool, lines: int
) -> None:
    page = io.StringIO()
    shown_on = Console(
        file=page, force_terminal=is_terminal, width=100, highlight=False, soft_wrap=True
    )
    monkeypatch.setattr(console, "stdout", lambda: shown_on)
    show_report(msgspec.structs.replace(evaluated[2], notes=NOTES), Path("eval"), as_json=False)
    table, *notes = page.getvalue().split("note: ")
    assert "Other people" in table
    assert " ".join(notes[0].split()) == NOTES[0]
    assert len(notes[1].partition("report:")[0].splitlines()) == lines
