"""Logs of AI assistants: what was typed and answered, and nothing that the program added."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from ingest.format import ReadOptions
from tests.ingest.formats.conftest import Read, jsonl, read_path, said, times


def chatgpt_node(
    parent: str | None, role: str, *parts: object, at: float | None = 1.7e9, **more: Any
) -> dict[str, Any]:
    """A node of a conversation."""
    kind = "text" if all(isinstance(part, str) for part in parts) else "multimodal_text"
    content = {"content_type": more.pop("content_type", kind), "parts": list(parts)}
    message = {"author": {"role": role}, "content": content, "create_time": at} | more
    return {"parent": parent, "children": [], "message": message}


def chatgpt(current: str | None, **nodes: object) -> str:
    """An export with one conversation."""
    return json.dumps([{"title": "t", "id": "c", "current_node": current, "mapping": nodes}])


def test_chatgpt_shows_the_branch_of_the_current_node(read: Read) -> None:
    nodes = {
        "q": chatgpt_node(None, "user", "hi"),
        "a": chatgpt_node("q", "assistant", "shown", at=1.7e9 + 1),
        "b": chatgpt_node("q", "assistant", "newer but not shown", at=1.7e9 + 9),
    }

    messages, [summary] = read("conversations.json", chatgpt("a", **nodes))
    assert [text for _, text in said(messages)] == ["hi", "shown"]
    assert summary.dropped == {"rewritten branch": 1}

    messages, _ = read("conversations.json", chatgpt(None, **nodes))
    assert [text for _, text in said(messages)] == ["hi", "newer but not shown"]


def test_chatgpt_without_parents_goes_by_time(read: Read) -> None:
    nodes = {
        "a": {"message": chatgpt_node(None, "assistant", "second", at=1.7e9 + 1)["message"]},
        "q": {"message": chatgpt_node(None, "user", "first")["message"]},
    }

    messages, [summary] = read("conversations.json", chatgpt(None, **nodes))

    assert (summary.format, [text for _, text in said(messages)]) == (
        "chatgpt",
        ["first", "second"],
    )


def test_chatgpt_leaves_out_what_the_person_never_saw(read: Read) -> None:
    hidden = {"metadata": {"is_visually_hidden_from_conversation": True}}
    rows = [
        ("system", {}), ("tool", {}), ("user", hidden), ("assistant", {"weight": 0}),
        ("assistant", {"recipient": "python"}), ("assistant", {"content_type": "thoughts"}),
        ("assistant", {"content_type": "reasoning_recap"}),
        ("user", {"content_type": "user_editable_context"}), ("user", {"weight": 1}),
    ]  # fmt: skip
    nodes = {
        str(number): chatgpt_node(str(number - 1) if number else None, role, f"x{number}", **more)
        for number, (role, more) in enumerate(rows)
    }

    messages, [summary] = read("conversations.json", chatgpt("8", **nodes))

    assert said(messages) == [("user", "x8")]
    assert summary.dropped == {"hidden": 5, "system or tool row": 3}


def test_chatgpt_parts_are_text_speech_and_pictures(read: Read) -> None:
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://f"}
    speech = {"content_type": "audio_transcription", "text": "spoken", "direction": "in"}
    content = chatgpt(
        "c",
        a=chatgpt_node(None, "user", picture, "look"),
        b=chatgpt_node("a", "user", speech, {"content_type": "audio_asset_pointer"}),
        c=chatgpt_node("b", "user", picture),
    )

    messages, [summary] = read("conversations.json", content)
    assert [text for _, text in said(messages)] == ["look", "spoken"]
    assert summary.dropped == {"media only": 1}

    messages, _ = read("conversations.json", content, ReadOptions(keep_media=True))
    assert messages[-1].text == "<media>"


def test_claude_ai_takes_content_or_text_whichever_is_there(read: Read) -> None:
    rows = [
        {"sender": "human", "text": "", "content": [{"type": "text", "text": "in content"}]},
        {"sender": "assistant", "text": "in text", "content": []},
        {"sender": "assistant", "text": "in text", "content": [{"type": "thinking"}]},
    ]

    messages, [summary] = read(
        "conversations.json", json.dumps([{"uuid": "c", "name": "", "chat_messages": rows}])
    )

    assert summary.format == "claude-ai"
    assert [text for _, text in said(messages)] == ["in content", "in text", "in text"]


def codex_line(kind: str, payload: object) -> dict[str, object]:
    """A line of a Codex session."""
    return {"timestamp": "2025-10-01T10:00:00.000Z", "type": kind, "payload": payload}


def test_codex_drops_what_the_program_puts_into_the_persons_mouth(read: Read) -> None:
    injected = [
        "<environment_context>\n<cwd>/</cwd>\n</environment_context>",
        "# AGENTS.md instructions for /\n\n<INSTRUCTIONS>\n</INSTRUCTIONS>",
        "<user_instructions>x</user_instructions>", "<turn_aborted>x</turn_aborted>",
    ]  # fmt: skip
    typed = ["<div> is what?", "# Files mentioned by the user:\n\n## My request for Codex:\nfix it"]
    rows = [
        codex_line("response_item", {"type": "message", "role": "user", "content": [
            {"type": "input_text", "text": text}]})
        for text in injected + typed
    ]  # fmt: skip

    messages, [summary] = read("r.jsonl", jsonl(codex_line("session_meta", {"id": "s"}), *rows))

    assert summary.format == "codex"
    assert said(messages) == [("user", "<div> is what?"), ("user", "fix it")]
    assert summary.dropped == {"hidden": 4, "system notice": 1}


def codex_turn(question: str, answer: str) -> list[dict[str, object]]:
    """The messages of a turn, and the events that repeat them."""
    items = (("user", "input_text", question), ("assistant", "output_text", answer))
    rows = [
        codex_line("response_item", {"type": "message", "role": role, "content": [
            {"type": kind, "text": text}]})
        for role, kind, text in items
    ]  # fmt: skip
    rows.append(codex_line("event_msg", {"type": "user_message", "message": question}))
    return [*rows, codex_line("event_msg", {"type": "agent_message", "message": answer})]


def test_codex_turns_that_were_rolled_back_are_left_out(read: Read) -> None:
    back = codex_line("event_msg", {"type": "thread_rolled_back", "num_turns": 2})
    turns = [codex_turn(f"q{n}", f"a{n}") for n in range(4)]
    rows = [
        codex_line("session_meta", {"id": "s"}),
        *turns[0],
        *turns[1],
        *turns[2],
        back,
        *turns[3],
    ]

    messages, [summary] = read("r.jsonl", jsonl(*rows))

    assert [text for _, text in said(messages)] == ["q0", "a0", "q3", "a3"]
    assert summary.dropped == {"rewritten branch": 4, "duplicate": 4, "system notice": 2}


def test_codex_session_kept_as_events_alone_is_read_out_of_them(read: Read) -> None:
    events = [row for row in codex_turn("hi", "ho") if row["type"] == "event_msg"]

    messages, _ = read("r.jsonl", jsonl(codex_line("session_meta", {"id": "s"}), *events))

    assert said(messages) == [("user", "hi"), ("assistant", "ho")]


def test_aider_headings_in_an_answer_are_not_questions(read: Read) -> None:
    run = "# aider chat started at 2025-11-02 10:00:00\n\n#### plan it  \n\n#### Step 1\n\nGo.\n"

    messages, [summary] = read(".aider.chat.history.md", run)
    assert summary.format == "aider"
    assert said(messages) == [("user", "plan it"), ("assistant", "#### Step 1\n\nGo.")]
    assert times(messages) == ["2025-11-02 10:00"] * 2

    messages, _ = read(".aider.chat.history.md", run.replace("  \n", "\n").replace("Step", "step"))
    assert said(messages)[0] == ("user", "plan it")


def test_aider_notices_of_several_lines_are_not_the_answers(read: Read) -> None:
    run = (
        "# aider chat started at 2025-11-02 10:00:00\n\n#### go  \n\n"
        "Run it:\n\n> quoted\n> words\n\n"
        "> python a.py\npython b.py  \n> Run shell commands? (Y)es/(N)o [Yes]: y  \n"
    )

    messages, _ = read(".aider.chat.history.md", run)

    assert said(messages) == [("user", "go"), ("assistant", "Run it:\n\n> quoted\n> words")]


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


def test_cursor_reads_rows_that_are_still_in_the_log_beside_the_database(tmp_path: Path) -> None:
    path = tmp_path / "state.vscdb"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE cursorDiskKV (key TEXT, value BLOB)")
    database.execute("PRAGMA journal_mode=WAL")
    composer = {"conversation": [{"type": 1, "text": "hi"}, {"type": 2, "text": "ho"}]}
    database.execute(
        "INSERT INTO cursorDiskKV VALUES ('composerData:c', ?)", [json.dumps(composer)]
    )
    database.commit()
    before = path.read_bytes()

    messages, _ = read_path(tmp_path)

    assert said(messages) == [("user", "hi"), ("assistant", "ho")]
    assert path.read_bytes() == before
    database.close()
