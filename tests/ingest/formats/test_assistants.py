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


def test_chatgpt_conversations_under_a_key_and_without_titles_are_known(read: Read) -> None:
    mapping = {"q": chatgpt_node(None, "user", "hi", at=None)}
    export = {"conversations": [{"title": None, "id": "c", "mapping": mapping}]}

    messages, [summary] = read("conversations.json", json.dumps(export))

    assert [(message.chat, message.text, message.sent_at) for message in messages] == [
        ("c", "hi", None)
    ]
    assert summary.format == "chatgpt"


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


def test_claude_ai_placeholders_of_blocks_are_no_words(read: Read) -> None:
    gone = "```\nThis block is not supported on your current device yet.\n```"
    rows = [
        {"sender": "assistant", "text": f"One.\n{gone}\n\n{gone}\n\nTwo.", "content": []},
        {"sender": "assistant", "text": gone, "content": [{"type": "tool_use"}]},
    ]

    messages, [summary] = read(
        "conversations.json", json.dumps([{"uuid": "c", "name": "", "chat_messages": rows}])
    )

    assert said(messages) == [("assistant", "One.\n\nTwo.")]
    assert summary.dropped == {"system or tool row": 1}


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


def test_pictures_alone_are_kept_on_request_in_every_assistants_log(read: Read) -> None:
    code = {"type": "user", "uuid": "u", "parentUuid": None, "sessionId": "s", "isSidechain": False,
            "message": {"role": "user", "content": [{"type": "image", "source": {}}]}}  # fmt: skip
    image = {"id": "x", "type": "message", "role": "user", "content": [{"type": "input_image"}]}
    codex = {"type": "response_item", "timestamp": "2025-10-01T10:00:00Z", "payload": image}
    turn = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}

    for row in (code, codex, turn):
        assert read("x.jsonl", jsonl(row))[1][0].dropped == {"media only": 1}
        assert said(read("x.jsonl", jsonl(row), ReadOptions(keep_media=True))[0]) == [
            ("user", "<media>")
        ]
