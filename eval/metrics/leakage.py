"""Gate: do the splits of the dataset share anything that would let a model know the answers?

A property of the dataset, so it is the same for every arm. Short replies ("ok") recur by nature
and are not counted, by the rule by which a dataset is purged of long ones (`persona.repeats`); a
conversation on both sides is.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from persona.counted import counted
from persona.repeats import long_text


class LeakageGate(msgspec.Struct, frozen=True, kw_only=True):
    """What train shares with reference and test. replies: long ones, word for word."""

    passed: bool | None
    why: str | None = None
    conversations: int = 0
    replies: int = 0


class Side(msgspec.Struct, frozen=True):
    """The conversations and replies of one split."""

    conversations: Sequence[str]
    replies: Sequence[str]


def leakage_gate(splits: Mapping[str, Side]) -> LeakageGate:
    """Passed when no two of the splits share a conversation or a long reply."""
    conversations = _repeated(set(side.conversations) for side in splits.values())
    replies = _repeated(
        {plain for text in side.replies if (plain := long_text(text))} for side in splits.values()
    )
    passed = conversations == 0 and replies == 0
    why = (
        f"{counted(conversations, 'conversation')} and {counted(replies, 'long reply')} in more "
        f"than one of {', '.join(splits)}; make the dataset again with `persona ingest`"
    )
    return LeakageGate(
        passed=passed,
        why=None if passed else why,
        conversations=conversations,
        replies=replies,
    )


def _repeated(sets: Iterable[set[str]]) -> int:
    """How many items are in more than one set."""
    seen: set[str] = set()
    twice: set[str] = set()
    for items in sets:
        twice |= items & seen
        seen |= items
    return len(twice)
