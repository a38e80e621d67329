"""What the user should know about the people in the logs before trusting the dataset.

It only points out; nothing is joined here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ingest.clean import fold
from ingest.clocks import minute
from ingest.lines import Thread
from ingest.people import SpeakerCount

_TELLING = 12  # characters: longer ones are not said by two people in the same minute
_ENOUGH = 3


def people_notes(
    threads: Sequence[Thread], speakers: Iterable[SpeakerCount], *, subject: str
) -> Iterator[str]:
    """One sentence for each pair of names that may be one person."""
    same = _same_words(threads) if len(threads) > 1 else Counter[tuple[str, str]]()
    told = set()
    for (a, b), count in sorted(same.items(), key=lambda item: (-item[1], item[0])):
        if count >= _ENOUGH:
            told |= {a, b}
            yield (
                f"'{a}' and '{b}' wrote the same {count} messages in the same minutes: if they are "
                f'one person, join them with --alias "{a}={b}"'
            )
    first = fold(subject).split()[:1]
    for name in (speaker.name for speaker in speakers):
        if name != subject and name not in told and fold(name).split()[:1] == first:
            yield (
                f"'{name}' may be the subject under another name: if so, join them with "
                f'--alias "{subject}={name}"; else the subject is measured against himself'
            )


def _same_words(threads: Sequence[Thread]) -> Counter[tuple[str, str]]:
    """How often two names stand over the same words at the same time in two threads."""
    first: dict[tuple[int, int], tuple[str, int]] = {}
    same: Counter[tuple[str, str]] = Counter()
    for number, thread in enumerate(threads):
        for line in thread.lines:
            if line.when is None or len(line.text) < _TELLING:
                continue
            key = (hash(fold(line.text)), minute(line.when))
            sender, where = first.setdefault(key, (line.sender, number))
            if where != number and sender != line.sender:
                same[min(sender, line.sender), max(sender, line.sender)] += 1
    return same
