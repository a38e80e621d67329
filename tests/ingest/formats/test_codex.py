"""Codex's session logs: forks, rollbacks and what the program puts into the person's mouth."""

from tests.ingest.formats.conftest import Read, jsonl, said


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
