"""What the user should know about the people in the logs, and their size, before trusting them.

It only points out; nothing is joined here.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from ingest.clean import fold
from ingest.clocks import minute
from ingest.lines import Thread
from ingest.people import SpeakerCount, Speakers, look_alikes
from ingest.split import STEADY, Split
from persona.canaries import Canary
from persona.counted import counted

_TELLING = 12  # characters: longer ones are not said by two people in the same minute
_ENOUGH = 3
_LARGE_SHARE = 0.3
_MUCH = 0.05  # of all messages
_SHOWN_SPEAKERS = 4
_ALIKE = 0.75  # from 0 to 1
_PROPOSED = 5


def people_notes(
    threads: Sequence[Thread], speakers: Iterable[SpeakerCount], *, subject: str
) -> Iterator[str]:
    """One sentence for each pair of names that may be one person."""
    same = _same_words(threads) if len(threads) > 1 else Counter[tuple[str, str]]()
    told: set[str] = set()
    for (a, b), count in sorted(same.items(), key=lambda item: (-item[1], item[0])):
        if count >= _ENOUGH:
            told |= {a, b} if subject in (a, b) else set()
            a, b = (b, a) if b == subject else (a, b)
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


def owner_note(
    speakers: Speakers, mains: Mapping[str, str], *, subject: str, given: Iterable[str]
) -> Iterator[str]:
    """A sentence where marks of the exports gave the subject names that nobody said are his."""
    known = {fold(name) for name in given}
    marked = [
        name
        for name, speaker in speakers.by_name.items()
        if speaker.is_owner and mains[name] == subject and fold(name) not in known
    ]
    if known and marked:
        named = ", ".join(f"'{name}'" for name in sorted(marked))
        yield (
            f"{subject} is also {named}, whom the exports mark as their owner: whoever of them is "
            f'somebody else must be named in the settings, as in [people] "{min(marked)}" = []'
        )


def silence_note(threads: Sequence[Thread], *, subject: str, hidden: Container[str] = ()) -> str:
    """One sentence where the subject says nothing in chats that hold much of the logs, else ''.

    Who exports a chat speaks in it, so there the subject may go by another name: by one of those
    that look like his, else by that of who says most. hidden: names that are not told.
    """
    silent = [thread for thread in threads if all(line.sender != subject for line in thread.lines)]
    counts = Counter(line.sender for thread in silent for line in thread.lines)
    total = sum(len(thread.lines) for thread in threads)
    told = [row for row in counts.most_common() if row[0] not in hidden]
    if not told or counts.total() < _MUCH * total:
        return ""
    alike = _named_like(subject, [name for name, _ in told])
    speakers = ", ".join(f"{name} ({messages:,})" for name, messages in told[:_SHOWN_SPEAKERS])
    likely = f", and named like {subject} are {', '.join(alike)}" if alike else ""
    joined = " ".join(f'--alias "{subject}={name}"' for name in alike or [told[0][0]])
    return (
        f"{subject} says nothing in {len(silent)} of {counted(len(threads), 'chat')}, which hold "
        f"{counts.total():,} of {total:,} messages; most is said there by {speakers}{likely}: "
        f"where that is {subject} too, join the names with {joined}"
    )


def _named_like(subject: str, names: Sequence[str]) -> list[str]:
    """Who has the subject's first name or one much like his whole one."""
    first = subject.split()[:1] or [subject]
    alike = [near for way in (subject, *first) for near in look_alikes(way, names, least=_ALIKE)]
    return [*dict.fromkeys(alike)][:_PROPOSED]


def size_notes(splits: Split) -> Iterator[str]:
    """What a small log means for learning and for judging."""
    rows = {name: len(places) for name, places in splits.items()}
    total, held_out = sum(rows.values()), rows["test"] + rows["reference"]
    if held_out > _LARGE_SHARE * total:
        yield (
            f"with {counted(total, 'reply')}, {held_out / total:.0%} are held out to judge by and "
            f"{rows['train']} are left to learn from; with more logs a larger share is learned from"
        )
    profile = sum(at.reply.count for at in splits["reference"])
    if min(rows["test"], profile) < STEADY:
        yield (
            f"{counted(rows['test'], 'reply')} to judge by and a style profile of "
            f"{counted(profile, 'message')} make an indicative score; it is steady from {STEADY} "
            "of each"
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


def canary_notes(canaries: Sequence[Canary]) -> Iterator[str]:
    """A sentence where made-up codes were planted."""
    if canaries:
        rows = counted(sum(one.times for one in canaries), "row")
        codes = counted(len(canaries), "made-up code")
        yield (
            f"{rows} of train.jsonl that nobody wrote hold {codes}, so `persona eval` measures "
            "what training memorises; for a persona to keep, ingest again without [ingest] canaries"
        )
