"""Instruction datasets: two sides, and nothing of the rows that belong to neither."""

import json

from tests.ingest.formats.conftest import Read, jsonl, said


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


def test_other_names_for_the_two_sides(read: Read) -> None:
    turns = [{"role": "human", "content": "hi"}, {"role": "ai", "content": "yo"}]
    parts = [
        {"role": "user", "parts": [{"text": "hi"}]},
        {"role": "model", "parts": [{"text": "yo"}]},
    ]
    asked = {"prompt": "hi", "completion": "yo"}
    mixed = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "yo"}]

    for content, known in (
        (jsonl({"messages": turns}), "openai-messages"),
        (jsonl({"contents": parts}), "openai-messages"),
        (jsonl(asked), "alpaca"), (json.dumps([{"conversations": mixed}]), "sharegpt"),
    ):  # fmt: skip
        messages, [summary] = read("data.json", content)
        assert summary.format == known
        assert [(m.role, m.text) for m in messages] == [("person", "hi"), ("assistant", "yo")]
