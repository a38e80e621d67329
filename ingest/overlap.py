"""The parts of one chat in several exports joined to one thread, every message counted once.

Parts belong together when they carry the same chat name in the same format, or when they hold the
same messages of the same people at the same times. Two messages of one export are never duplicates
of each other: people do say things twice. A message without a time stands behind the one before it.
How clocks of different zones meet is in `ingest.clocks`, what becomes of chats without any time in
`ingest.copies`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import isinf

from ingest.clean import fold
from ingest.clocks import Clock, clocks, minute, zone_shift
from ingest.copies import copies
from ingest.lines import Accounts, Line, Thread
from ingest.people import People
from persona.data import Message, order_key

IN_TWO_EXPORTS = "in another export too"

_TELLING = 6  # characters: "ok" at the same minute proves nothing
_MANY = 8  # a text met in more places than this is no evidence either


@dataclass(slots=True)
class Part:
    """One chat in one export, its texts cleaned, in the export's order."""

    path: str
    format: str
    chat: str
    verbatim: bool
    messages: list[Message]

    @property
    def is_dated(self) -> bool:
        return any(message.sent_at for message in self.messages)

    @property
    def is_aware(self) -> bool:
        return any(message.sent_at and message.sent_at.tzinfo for message in self.messages)

    @property
    def is_newest_first(self) -> bool:
        times = [order_key(message.sent_at) for message in self.messages if message.sent_at]
        falls = sum(later < earlier for earlier, later in pairwise(times))
        return falls > sum(later > earlier for earlier, later in pairwise(times))

    @property
    def in_order(self) -> Sequence[Message]:
        """Its messages, the oldest first."""
        return self.messages[::-1] if self.is_newest_first else self.messages

    @property
    def has_seconds(self) -> bool:
        return any(message.sent_at and message.sent_at.second for message in self.messages)


def join_parts(parts: Sequence[Part], people: People, accounts: Accounts) -> list[Thread]:
    """The threads, in order of their beginning, whatever the order of the files.

    The copies of a message that are not counted are entered in `accounts`.
    """
    ordered = sorted(parts, key=lambda part: (part.format, part.chat, part.path))
    groups = _groups(ordered, people)
    repeated = copies(groups, people)
    found = []
    for place, group in enumerate(groups):
        if place in repeated:
            accounts.dropped[IN_TWO_EXPORTS] += len(group[0].messages)
            continue
        lines = _merge(group, people, accounts)
        if lines:
            main = max(group, key=lambda part: (len(part.messages), part.chat))
            found.append((main, Thread(main.chat, main.verbatim, lines)))
    found.sort(key=lambda pair: (_begin(pair[1]), pair[0].chat, pair[0].format, pair[0].path))
    return list(_with_own_names(found))


def _begin(thread: Thread) -> float:
    return next((line.when for line in thread.lines if line.when is not None), float("-inf"))


def _with_own_names(found: Iterable[tuple[Part, Thread]]) -> Iterator[Thread]:
    """The threads, told apart where two different ones are called the same."""
    found = list(found)
    formats: defaultdict[str, set[str]] = defaultdict(set)
    for part, thread in found:
        formats[thread.chat].add(part.format)
    taken: Counter[str] = Counter()
    for part, thread in found:
        name = thread.chat
        if len(formats[name]) > 1:
            name = f"{name} ({part.format})"
        taken[name] += 1
        if taken[name] > 1:
            name = f"{name} #{taken[name]}"
        yield Thread(name, thread.verbatim, thread.lines)


def _groups(parts: Sequence[Part], people: People) -> list[list[Part]]:
    """The parts that are one thread. A chat without any time is a thread of its own."""
    home = list(range(len(parts)))

    def root(index: int) -> int:
        while home[index] != index:
            index = home[index]
        return index

    dated = [index for index, part in enumerate(parts) if part.is_dated]
    first: dict[tuple[str, str], int] = {}
    for index in dated:
        key = (parts[index].format, parts[index].chat)
        home[root(index)] = root(first.setdefault(key, index))
    if len({root(index) for index in dated}) > 1:
        for a, b in _same_pairs(parts, dated, people):
            home[root(b)] = root(a)
    groups: defaultdict[int, list[Part]] = defaultdict(list)
    for index, part in enumerate(parts):
        groups[root(index)].append(part)
    return list(groups.values())


def _same_pairs(
    parts: Sequence[Part], dated: Sequence[int], people: People
) -> Iterator[tuple[int, int]]:
    """The pairs of parts that hold the same messages."""
    places: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    times: dict[int, list[int]] = {}
    is_aware = {index: parts[index].is_aware for index in dated}
    for index in dated:
        telling = list(_telling(parts[index].messages))
        times[index] = sorted(at for _, at in telling)
        for message, at in telling:
            key = hash((people.main(message.sender), fold(message.text), at % 15))
            places[key].append((index, at))
    votes: defaultdict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    for found in places.values():
        if 1 < len(found) <= _MANY:
            for (a, at_a), (b, at_b) in combinations(found, 2):
                shift = zone_shift(at_a, at_b, is_aware[a], is_aware[b])
                if a != b and shift is not None:
                    votes[a, b][shift] += 1
    for (a, b), shifts in votes.items():
        if parts[a].verbatim == parts[b].verbatim and _is_same(shifts, times[a], times[b]):
            yield a, b


def _telling(messages: Iterable[Message]) -> Iterator[tuple[Message, int]]:
    for message in messages:
        if message.sent_at and len(message.text) >= _TELLING:
            yield message, minute(order_key(message.sent_at))


def _is_same(shifts: Counter[int], a: Sequence[int], b: Sequence[int]) -> bool:
    """Whether so many agree that the two are one chat, not one greeting sent to two."""
    matches = sum(count for _, count in shifts.most_common(2))
    day = 24 * 60
    begin, end = max(a[0], b[0]) - day, min(a[-1], b[-1]) + day
    common = min(sum(begin <= at <= end for at in times) for times in (a, b))
    return (matches >= 2 and matches >= common / 2) or (matches >= 5 and matches >= common / 5)


def _merge(group: Sequence[Part], people: People, accounts: Accounts) -> list[Line]:
    """The lines of one thread in order; of two copies, the one from the more exact export."""
    ranked = sorted(group, key=lambda p: (-p.is_aware, -p.has_seconds, -len(p.messages), p.path))
    have: Counter[tuple[str, str, float, bool]] = Counter()
    found: list[tuple[float, Line]] = []
    for part, clock in zip(ranked, clocks([part.messages for part in ranked]), strict=True):
        mine: Counter[tuple[str, str, float, bool]] = Counter()
        last = float("-inf")
        for line in _lines(part, people, clock):
            last = line.when if line.when is not None else last
            if len(ranked) > 1:
                at = last if isinf(last) else minute(last)
                key = (line.sender, fold(line.text), at, line.when is None)
                mine[key] += 1
                if mine[key] <= have[key]:
                    accounts.dropped[IN_TWO_EXPORTS] += 1
                    continue
            found.append((last, line))
        have |= mine
    found.sort(key=lambda pair: pair[0])
    return [line for _, line in found]


def _lines(part: Part, people: People, clock: Clock) -> Iterator[Line]:
    for message in part.in_order:
        at = message.sent_at
        when = None if at is None else order_key(at) - clock.shift(at)
        yield Line(people.main(message.sender), message.text, at, when)
