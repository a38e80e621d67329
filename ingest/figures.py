"""The figures of a dataset's report: when the subject wrote, how long, in what bursts.

Counts only; no text.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ingest.examples import Place
from persona.data import split_bubbles

LENGTHS = (10, 25, 50, 100, 200, 400)
"""Upper ends of the length classes, in characters of one message; the last class is longer."""


def figures(splits: Mapping[str, Sequence[Place]]) -> dict[str, Any]:
    """`months`: messages of the subject by split for each 'YYYY-MM' in between.

    `hours`: messages by the hour of the export's clock. `lengths`: messages by class of LENGTHS.
    `bursts`: replies by number of messages, the last is that many or more.
    """
    months: dict[str, Counter[str]] = {}
    hours, lengths, bursts = Counter[int](), Counter[int](), Counter[int]()
    for name, places in splits.items():
        for at in places:
            reply = at.reply
            bursts[min(reply.count, 6)] += 1
            bubbles = [reply.text] if at.session.verbatim else split_bubbles(reply.text)
            for bubble in bubbles:
                lengths[sum(len(bubble) > end for end in LENGTHS)] += 1
            if reply.sent_at:
                hours[reply.sent_at.hour] += reply.count
                months.setdefault(f"{reply.sent_at:%Y-%m}", Counter())[name] += reply.count
    return {
        "months": {month: dict(months.get(month, {})) for month in _months(sorted(months))},
        "hours": [hours[hour] for hour in range(24)],
        "lengths": [lengths[number] for number in range(len(LENGTHS) + 1)],
        "bursts": [bursts[number] for number in range(1, 7)],
    }


def _months(found: Sequence[str]) -> list[str]:
    """The months from the first to the last, those without a message too."""
    if not found:
        return []
    numbers = [int(month[:4]) * 12 + int(month[5:]) - 1 for month in (found[0], found[-1])]
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(numbers[0], numbers[1] + 1)]
