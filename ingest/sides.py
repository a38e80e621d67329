"""The two sides of an assistant's log: its owner, who is marked as such, and the assistant."""

from datetime import datetime

from persona.data import Message


def typed(chat: str, sender: str, sent_at: datetime | None, text: str) -> Message:
    """What the owner of the log wrote."""
    return Message(chat, sender, sent_at, text, is_subject=True, role="person")


def answered(chat: str, sender: str, sent_at: datetime | None, text: str) -> Message:
    """What the assistant wrote."""
    return Message(chat, sender, sent_at, text, is_subject=False, role="assistant")
