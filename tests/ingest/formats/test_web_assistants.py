"""DeepSeek's and Grok's exports, and the chats that were saved in Gemini CLI."""

import json
from typing import Any

from ingest.format import DAMAGED, EMPTY, HIDDEN, OTHER_BRANCH, TOOL, ReadOptions
from tests.ingest.formats.conftest import Read, said, utc


def node(parent: str | None, minute: int, *fragments: tuple[str, object]) -> dict[str, Any]:
    """A node of a DeepSeek conversation."""
    pieces = [{"type": kind, "content": content} for kind, content in fragments]
    message = {"fragments": pieces, "inserted_at": f"2025-03-30T04:{minute:02}:00.5+08:00"}
    return {"parent": parent, "children": [], "message": message}


def deepseek(**nodes: dict[str, Any]) -> dict[str, Any]:
    """A DeepSeek conversation."""
    root = {"id": "root", "parent": None, "children": [], "message": None}
    return {
        "id": "c",
        "inserted_at": "2025-03-30T04:00:00+08:00",
        "mapping": {"root": root} | nodes,
    }


def test_deepseek_answers_asked_for_again_count_once(read: Read) -> None:
    tree = deepseek(
        a=node("root", 1, ("REQUEST", "soup?")),
        c=node("a", 3, ("THINK", "hm"), ("RESPONSE", "yes"), ("RESPONSE", "lentils")),
        b=node("a", 2, ("RESPONSE", "no")),
    )

    messages, [summary] = read("conversations.json", json.dumps([tree]))

    assert said(messages) == [("user", "soup?"), ("assistant", "yes\n\nlentils")]
    assert [message.is_subject for message in messages] == [True, False]
    assert utc(messages[0]) == "2025-03-29 20:01:00"
    assert (summary.format, summary.dropped) == ("deepseek", {OTHER_BRANCH: 1})


def test_deepseek_rows_without_words_are_counted_and_harm_no_other(read: Read) -> None:
    tree = deepseek(
        a=node("root", 1, ("REQUEST", "soup?")),
        b=node("a", 2, ("THINK", "hm"), ("SEARCH", {"results": []})),
        c=node("b", 3, ("REQUEST", "")),
        d=node("c", 4, ("RESPONSE", "yes")),
    )

    messages, [summary] = read("x.json", json.dumps([tree, {"mapping": 1}, deepseek()]))

    assert said(messages) == [("user", "soup?"), ("assistant", "yes")]
    assert summary.dropped == {TOOL: 1, EMPTY: 1, DAMAGED: 1}


def response(name: str, sender: str, text: str, **more: object) -> dict[str, Any]:
    """A response of a Grok conversation."""
    at = {"$date": {"$numberLong": "1743281377018"}}
    return {"response": {"_id": name, "sender": sender, "message": text, "create_time": at} | more}


def grok(*responses: dict[str, Any]) -> str:
    """Grok's export of one conversation."""
    return json.dumps({"conversations": [{"conversation": {"id": "g"}, "responses": responses}]})


def test_grok_goes_by_many_names_and_the_person_by_one(read: Read) -> None:
    senders = ("human", "assistant", "ASSISTANT", "grok-3", "Human")
    rows = [response(sender, sender, f"by {sender}") for sender in senders]

    messages, [summary] = read("prod-grok-backend.json", grok(*rows))

    assert [message.is_subject for message in messages] == [True, False, False, False, True]
    assert utc(messages[0]) == "2025-03-29 20:49:37"
    assert (summary.format, summary.dropped) == ("grok", {})


def test_grok_answers_asked_for_again_count_once_and_lost_parents_do_no_harm(read: Read) -> None:
    rows = [
        response("1", "human", "soup?"),
        response("2", "assistant", "no", parent_response_id="1"),
        response("3", "assistant", "yes", parent_response_id="1", create_time="2025-04-01T00:00Z"),
        response("4", "human", "how", parent_response_id="?", create_time="2025-04-02T00:00Z"),
    ]

    messages, [summary] = read("x.json", grok(*rows))

    assert said(messages) == [("human", "soup?"), ("assistant", "yes"), ("human", "how")]
    assert summary.dropped == {OTHER_BRANCH: 1}


def content(role: str, *texts: str) -> dict[str, Any]:
    """A content of Gemini's interface."""
    return {"role": role, "parts": [{"text": text} for text in texts]}


def test_saved_gemini_chat_is_told_by_how_it_begins_whatever_its_name(read: Read) -> None:
    opening = content("user", "This is the Gemini CLI. We are setting up the context for our chat.")
    history = [opening, content("user", "hi"), content("model", "Got it. Hello.")]

    messages, [summary] = read("mine.json", json.dumps(history))

    assert said(messages) == [("user", "hi"), ("gemini", "Got it. Hello.")]
    assert (summary.format, summary.dropped) == ("gemini-checkpoint", {HIDDEN: 1})


def test_what_gemini_cli_says_in_the_persons_name_is_not_the_persons(read: Read) -> None:
    history = [
        content("user", "hi"),
        content("model", "Got it. Thanks for the context!"),
        content("user", "Please continue."),
        content("user", "Please continue. And faster"),
        content("user", "<state_snapshot>tea</state_snapshot>"),
        content("model", "Got it. Thanks for the additional context!"),
    ]

    messages, [summary] = read("x.json", json.dumps({"history": history}), ReadOptions())

    assert said(messages) == [
        ("user", "hi"),
        ("gemini", "Got it. Thanks for the context!"),
        ("user", "Please continue. And faster"),
    ]
    assert summary.dropped == {HIDDEN: 3}
