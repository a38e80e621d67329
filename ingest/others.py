"""The partners' replies: what other people say in the same conversations.

They are the other end of the scale: the null distribution of the style score, and what an adapter
that only learned to chat would fit as well. The newest of the most talkative are kept.
"""

from collections import Counter
from collections.abc import Sequence

from ingest.examples import Place, place
from ingest.lines import Session
from persona.config import IngestConfig

MOST_PER_SPEAKER = 400
MOST_SPEAKERS = 40
"""Enough for a null distribution (50 messages each, 10 speakers), small enough to read at once."""


def others(sessions: Sequence[Session], *, subject: str, limits: IngestConfig) -> list[Place]:
    """The partners' replies, oldest first."""
    said = Counter(burst.sender for session in sessions for burst in session.bursts)
    said.pop(subject, None)
    ranked = sorted(said, key=lambda name: (-said[name], name))
    left = dict.fromkeys(ranked[:MOST_SPEAKERS], MOST_PER_SPEAKER)
    found: list[Place] = []
    for session in sorted(sessions, key=_newest_first):
        for index in range(len(session.bursts) - 1, -1, -1):
            speaker = session.bursts[index].sender
            if left.get(speaker, 0):
                at = place(session, index, limits=limits)
                if isinstance(at, Place):
                    found.append(at)
                    left[speaker] -= 1
    return found[::-1]


def _newest_first(session: Session) -> tuple[float, str]:
    return (float("inf") if session.start is None else -session.start, session.conversation)
