"""Gemini on the web, as Takeout has it, and Gemini CLI."""

import json
from pathlib import Path

from tests.ingest.formats.conftest import Read, jsonl, read_path, said, times


def activity(title: str, answer: str | None) -> dict[str, object]:
    """A record of Gemini's."""
    record: dict[str, object] = {"header": "Gemini Apps", "title": title, "products": ["Gemini"],
                                 "time": "2025-10-01T10:00:00.000Z"}  # fmt: skip
    return record | ({"safeHtmlItem": [{"html": answer}]} if answer else {})


def test_gemini_questions_lose_the_word_of_the_accounts_language(read: Read) -> None:
    rows = [activity(f"Prompt eingegeben: {word}", "<p>ja</p>") for word in "abcde"]

    messages, [summary] = read("MyActivity.json", json.dumps(rows))

    assert summary.format == "gemini-activity"
    assert [text for who, text in said(messages) if who == "user"] == list("abcde")


def test_gemini_activities_that_are_no_question_are_left_out(read: Read) -> None:
    search = activity("Searched for x", None) | {"header": "Search", "products": ["Search"]}
    rows = [activity("Used Gemini Apps", None), activity("Prompted hi", "<p>ho</p>"), search]

    messages, [summary] = read("MyActivity.json", json.dumps(rows))

    assert said(messages) == [("user", "hi"), ("Gemini", "ho")]
    assert summary.dropped == {"system notice": 2}


def test_gemini_page_is_known_behind_the_style_sheet_that_takeout_puts_first(read: Read) -> None:
    cell = (
        '<div class="outer-cell"><p class="mdl-typography--title">Gemini Apps<br></p><div class='
        '"content-cell">Prompted hi<br>Nov 2, 2025, 9:00:00 AM UTC<br><p>ho</p></div></div>'
    )
    style = f"<style>.mdl-typography--title {{}}{'.x {}' * 40_000}</style>"

    messages, [summary] = read("MyActivity.html", f"<html><head>{style}</head>{cell}</html>")

    assert summary.format == "gemini-html"
    assert said(messages) == [("user", "hi"), ("Gemini", "ho")]


def test_gemini_page_dates_are_in_the_order_of_the_accounts_language(read: Read) -> None:
    cell = (
        '<div class="outer-cell"><p class="mdl-typography--title">Gemini</p><div class='
        '"content-cell">Prompted hi<br>{}<br></div></div>'
    )
    for dates in (
        ("2024/02/01 9:30:00 JST", "2024/02/13 9:30:00 JST"),
        ("01.02.2024, 09:30:00 MEZ", "13.02.2024, 09:30:00 MEZ"),
        ("2/1/2024, 9:30:00 AM PST", "2/13/2024, 9:30:00 AM PST"),
        ("1 févr. 2024, 09:30:00 CET", "13 févr. 2024, 09:30:00 CET"),
    ):
        messages, [summary] = read("MyActivity.html", "".join(map(cell.format, dates)))
        assert times(messages) == ["2024-02-01 09:30", "2024-02-13 09:30"], dates
        assert not summary.notes


def test_gemini_cli_session_that_went_on_in_another_file_is_one(tmp_path: Path) -> None:
    first = {"id": "1", "timestamp": "2025-11-02T10:00:00Z", "type": "user", "content": "hi"}
    about = {"sessionId": "s", "projectHash": "p"}
    (tmp_path / "session-1.json").write_text(json.dumps(about | {"messages": [first]}))
    second = first | {"id": "2", "type": "gemini", "content": "ho"}
    (tmp_path / "session-1.jsonl").write_text(jsonl(about, first, second))

    messages, summaries = read_path(tmp_path)

    assert said(messages) == [("user", "hi"), ("gemini", "ho")]
    assert len(summaries) == 1
