"""A conversation with the persona as an immutable list of turns, and what can be done to it.

Raw text only: nothing here is escaped, rendered or generated.
"""

from collections.abc import Sequence

import msgspec

from persona.data import Role, Turn

Dialogue = tuple[Turn, ...]


def said(dialogue: Sequence[Turn], text: str, *, role: Role) -> Dialogue:
    """The dialogue with `text` added; a second message of the same side joins its burst."""
    if dialogue and dialogue[-1].role == role:
        joined = f"{dialogue[-1].content}\n\n{text}"
        return (*dialogue[:-1], Turn(role, joined))
    return (*dialogue, Turn(role, text))


def without_last_reply(dialogue: Sequence[Turn]) -> Dialogue:
    """The dialogue up to the last thing the user said, to be answered anew."""
    end = len(dialogue)
    while end and dialogue[end - 1].role == "assistant":
        end -= 1
    return tuple(dialogue[:end])


def undone(dialogue: Sequence[Turn]) -> Dialogue:
    """The dialogue without the last exchange."""
    return without_last_reply(dialogue)[:-1]


def edited(dialogue: Sequence[Turn], index: int, text: str) -> Dialogue:
    """The dialogue with another text at `index`.

    After a change of the user's own words, what followed no longer answers them and is dropped; a
    change of the persona's words keeps it.
    """
    changed = Turn(dialogue[index].role, text)
    rest = dialogue[index + 1 :] if changed.role == "assistant" else ()
    return (*dialogue[:index], changed, *rest)


def is_unanswered(dialogue: Sequence[Turn]) -> bool:
    """Whether the user spoke last."""
    return bool(dialogue) and dialogue[-1].role == "user"


def as_jsonl(dialogue: Sequence[Turn], *, system: Turn | None) -> str:
    """One line of `{"messages": [...]}`, the form other trainers read."""
    messages = [*([system] if system else []), *dialogue]
    return msgspec.json.encode({"messages": messages}).decode() + "\n"
