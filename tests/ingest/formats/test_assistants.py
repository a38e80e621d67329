"""Logs of AI assistants: what was typed and answered, and nothing that the program added."""

import json
from typing import Any

from tests.ingest.formats.conftest import Read, said, utc


def jsonl(*rows: object) -> str:
    """JSON lines."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def claude_line(number: int, kind: str, content: object, **more: Any) -> dict[str, Any]:
    """A line of a Claude Code session."""
    body = {"role": kind, "content": content} | more.pop("message", {})
    return {
        "type": kind, "uuid": f"u{number}", "parentUuid": None, "sessionId": "s1",
        "isSidechain": False, "timestamp": f"2025-01-01T10:00:{number:02}.000Z", "message": body,
    } | more  # fmt: skip


def test_claude_code_joins_the_blocks_of_one_answer_and_drops_tools(read: Read) -> None:
    def text(words: str) -> list[dict[str, str]]:
        return [{"type": "text", "text": words}]

    answer = {"message": {"id": "m1"}}
    messages, [summary] = read(
        "s1.jsonl",
        jsonl(
            {"type": "summary", "summary": "x"},
            claude_line(1, "user", "why?\n\nreally"),
            claude_line(2, "assistant", [{"type": "thinking", "thinking": "hm"}], **answer),
            claude_line(3, "assistant", text("First."), **answer),
            claude_line(
                4, "assistant", [{"type": "tool_use", "id": "t", "name": "Bash"}], **answer
            ),
            claude_line(5, "user", [{"type": "tool_result", "tool_use_id": "t", "content": "x"}]),
            claude_line(6, "assistant", text("Second."), **answer),
            claude_line(6, "assistant", text("Second."), **answer),
            claude_line(7, "user", "<command-name>/clear</command-name>"),
            claude_line(8, "user", "<system-reminder>x</system-reminder>thanks"),
            claude_line(9, "user", "hidden", isMeta=True),
            claude_line(10, "user", "aside", isSidechain=True),
        ),
    )

    assert summary.format == "claude-code"
    assert said(messages) == [
        ("user", "why?\n\nreally"), ("assistant", "First.\n\nSecond."), ("user", "thanks"),
    ]  # fmt: skip
    assert [message.role for message in messages] == ["person", "assistant", "person"]
    assert [message.is_subject for message in messages] == [True, False, True]
    assert utc(messages[0]) == "2025-01-01 10:00:01"
    assert summary.dropped["duplicate"] == 1
    assert summary.dropped["hidden"] == 3


def test_sharegpt_keeps_the_two_sides_only(read: Read) -> None:
    rows = [{"conversations": [
        {"from": "system", "value": "be nice"}, {"from": "human", "value": "hi"},
        {"from": "gpt", "value": "hey"}, {"from": "observation", "value": "{}"},
    ]}]  # fmt: skip

    for content in (json.dumps(rows), json.dumps(rows, indent=2), jsonl(*rows)):
        messages, [summary] = read("data.json", content)
        assert summary.format == "sharegpt"
        assert said(messages) == [("human", "hi"), ("gpt", "hey")]
        assert [message.role for message in messages] == ["person", "assistant"]
        assert summary.dropped == {"system or tool row": 2}


def test_openai_messages_in_rows_or_in_lines(read: Read) -> None:
    turns = [{"role": "system", "content": "x"}, {"role": "user", "content": "hi"},
             {"role": "assistant", "content": [{"type": "text", "text": "hey"}]}]  # fmt: skip

    for content in (jsonl({"messages": turns}), jsonl(*turns), json.dumps([{"messages": turns}])):
        messages, [summary] = read("data.jsonl", content)
        assert summary.format == "openai-messages"
        assert said(messages) == [("user", "hi"), ("assistant", "hey")]


def test_alpaca_joins_instruction_and_input(read: Read) -> None:
    row = {"instruction": "Translate.", "input": "Guten Tag", "output": "Good day",
           "history": [["hi", "hello"]]}  # fmt: skip

    messages, [summary] = read("alpaca.json", json.dumps([row]))

    assert summary.format == "alpaca"
    assert [text for _, text in said(messages)] == [
        "hi", "hello", "Translate.\nGuten Tag", "Good day",
    ]  # fmt: skip
