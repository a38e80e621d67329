"""What became of every message that counts: in a reply, in a context, or dropped and why."""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

from ingest.examples import IN_PROMPT, NO_ROOM, ONLY_PLACEHOLDERS, TOO_LONG, Place
from ingest.lines import Session
from ingest.split import REPEATED

UNUSED = "away from any reply that is kept"
REPLY, CONTEXT, OTHERS = (
    "in the subject's replies",
    "in their contexts",
    "in others' replies and contexts",
)

# From the least to the greatest: a message has the greatest of what befell it.
_FATES = (
    UNUSED, TOO_LONG, NO_ROOM, ONLY_PLACEHOLDERS, IN_PROMPT, REPEATED, OTHERS, CONTEXT, REPLY,
)  # fmt: skip
_USED = (REPLY, CONTEXT, OTHERS)


class Fates:
    """One fate per message, by its place in the accounts."""

    def __init__(self, sessions: Sequence[Session]) -> None:
        last = sessions[-1].bursts[-1] if sessions else None
        self._fate = bytearray(last.first + last.count if last else 0)
        # Where contexts begin (+1) and end (-1): they overlap, so each is entered by its two ends.
        self._edges = {name: [0] * (len(self._fate) + 1) for name in (CONTEXT, OTHERS)}

    def drop(self, session: Session, index: int, *, reason: str) -> None:
        """A reply for which there is no row."""
        burst = session.bursts[index]
        self._raise(burst.first, burst.count, _FATES.index(reason))

    def use(self, at: Place) -> None:
        """A row of the subject's that is kept."""
        self._use(at, REPLY, CONTEXT)

    def use_for_others(self, at: Place) -> None:
        """A row of a partner's that is kept."""
        self._use(at, OTHERS, OTHERS)

    def _use(self, at: Place, reply: str, context: str) -> None:
        self._raise(at.reply.first, at.reply.count, _FATES.index(reply))
        self._edges[context][at.session.bursts[at.start].first] += 1
        self._edges[context][at.reply.first] -= 1

    def count(self) -> tuple[dict[str, int], dict[str, int]]:
        """How many messages are used, by what for, and how many dropped, by reason."""
        for name, edges in self._edges.items():
            code = _FATES.index(name)
            for place, depth in enumerate(accumulate(edges[:-1])):
                if depth and self._fate[place] < code:
                    self._fate[place] = code
        counts = Counter(self._fate)
        by_name = {name: counts.get(code, 0) for code, name in enumerate(_FATES)}
        used = {name: by_name.pop(name) for name in _USED}
        return used, {name: count for name, count in by_name.items() if count}

    def _raise(self, first: int, count: int, code: int) -> None:
        for place in range(first, first + count):
            self._fate[place] = max(self._fate[place], code)
