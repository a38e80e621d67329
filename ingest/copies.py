"""Chats without any time that other exports hold too, word for word.

What has no time is compared as a whole: it counts once where every message of it, in order, is all
of another chat, or the beginning of one in another export, which went on. Somewhere in the middle
proves nothing, and neither does a greeting.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from typing import TYPE_CHECKING

from ingest.people import People
from persona.data import Message

if TYPE_CHECKING:
    from ingest.overlap import Part

TELLING = 6  # characters: "ok" proves nothing
TELLING_MESSAGES = 2


def copies(groups: "Sequence[Sequence[Part]]", people: People) -> set[int]:
    """The places of the undated chats that need not count. groups: of each thread its parts."""
    whole: defaultdict[int, list[int]] = defaultdict(list)
    for place, group in enumerate(groups):
        if not group[0].is_dated:
            *_, everything = _beginnings(group[0], people)
            whole[everything].append(place)
    found = {place for same in whole.values() for place in same[1:]}
    for part in chain.from_iterable(groups if whole else ()):
        for length, beginning in enumerate(_beginnings(part, people)):
            for place in whole.get(beginning, ())[:1]:  # the others are copies of this one
                if _is_older(groups[place][0], part, length):
                    found.add(place)
    return found


def _is_older(copy: "Part", part: "Part", length: int) -> bool:
    """Whether `part`, whose first `length` messages are those of `copy`, says more than it."""
    says_more = part.is_dated or length < len(part.messages)
    telling = sum(len(message.text) >= TELLING for message in copy.messages)
    return says_more and copy.path != part.path and telling >= TELLING_MESSAGES


def _beginnings(part: "Part", people: People) -> Iterator[int]:
    """A hash for the first none, one, two, ... messages of a chat: who said what."""

    def further(so_far: int, message: Message) -> int:
        return hash((so_far, message.role or people.main(message.sender), message.text))

    return accumulate(part.in_order, further, initial=hash(part.verbatim))
