"""The report: complete, self-contained, and made of the manifest alone."""

import re
from typing import Any

from ingest.report import markdown, rows, unread
from ingest.report_page import html
from persona.data import OPENER, Example, Turn

SIZE = {"rows": 2, "messages": 3, "conversations": 1, "sha256": "0" * 64}
MANIFEST: dict[str, Any] = {
    "subject": "Mara <3",
    "created_at": "2026-01-02T03:04:00+00:00",
    "seed": 0,
    "data_sha256": "f" * 64,
    "files": [
        {"path": "a|b.txt", "format": "x", "messages": 7, "dropped": {"deleted": 2}, "error": None},
        {"path": "c.bin", "format": None, "messages": 0, "dropped": {}, "error": "not a chat"},
    ],
    "messages": {
        "read": 7,
        "used": {"in replies": 3, "in contexts": 2, "in others": 1},
        "dropped": {"in another export too": 1},
    },
    "dropped_rows": {},
    "redacted": {"phone": 4},
    "conversations": 2,
    "speakers": [{"name": f"P{number}", "messages": 20 - number} for number in range(15)],
    "notes": ["'a' & 'b' may be one"],
    "splits": dict.fromkeys(("train", "valid", "test", "reference", "others"), SIZE),
    "shares": {"train": 0.7, "valid": 0.05, "reference": 0.125, "test": 0.125},
    "figures": {
        "months": {"2024-01": {"train": 3}, "2024-02": {}, "2024-03": {"test": 1}},
        "hours": [0] * 24,
        "lengths": [1, 2, 0, 0, 0, 0, 0],
        "bursts": [2, 1, 0, 0, 0, 0],
    },
}
ROW = Example(
    "c", "chat", None, (Turn("system", "s"), Turn("user", OPENER)), (Turn("assistant", "<b>\n\nx"),)
)


def test_the_rows_add_up_and_what_was_no_message_stands_before() -> None:
    assert rows(MANIFEST) == [
        ("left out by the reader: deleted", 2),
        ("messages read", 7),
        ("used in replies", 3),
        ("used in contexts", 2),
        ("used in others", 1),
        ("dropped: in another export too", 1),
    ]


def test_files_that_were_not_read_are_counted_by_reason() -> None:
    assert unread(MANIFEST) == {"not a chat": ["c.bin"]}


def test_markdown_names_every_file_and_why_it_gave_nothing() -> None:
    text = markdown(MANIFEST)
    assert "| `a\\|b.txt` | x | 7 | deleted 2 |" in text
    assert "| `c.bin` | - | 0 | not a chat |" in text
    assert "- 'a' & 'b' may be one" in text


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    page = html(MANIFEST, examples=[ROW])
    assert not re.search(r"<script|<link|<img|https?://|@import|url\(", page)


def test_chat_text_and_names_cannot_become_markup() -> None:
    page = html(MANIFEST, examples=[ROW])
    assert "&lt;b&gt;" in page
    assert "<b>\n" not in page
    assert "Mara &lt;3" in page


def test_a_burst_is_shown_as_its_bubbles_and_many_people_are_cut_short() -> None:
    page = html(MANIFEST, examples=[ROW])
    assert page.count('<p class="me">') == 2
    assert "and 3 more" in page


def test_a_chat_without_times_has_no_chart_of_months_or_hours() -> None:
    undated = {**MANIFEST, "figures": {**MANIFEST["figures"], "months": {}}}
    page = html(undated, examples=[])
    assert "by month" not in page
    assert "Hour of the day" not in page
    assert "by month" in html(MANIFEST, examples=[])
