"""Which conversation is learned from and which is held out, decided before training.

By conversation and by time: the newest are `test`, before them `reference`, before them `valid`,
the older ones `train`. A held-out reply that nearly repeats one of an earlier split is dropped
(facts behind the sizes: a style profile is steady from 100 real messages, a score from 100
replies; below 50 and 20 `persona eval` refuses).
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ingest.examples import Place, prompt
from ingest.lines import Session
from ingest.near import NearIndex
from persona.counted import counted
from persona.errors import DataError
from persona.repeats import long_text, normalise

SPLITS = ("train", "valid", "reference", "test")
"""Oldest first. Of two near-duplicates the one in the earlier split stays."""

REPEATED = "reply nearly repeats one of another split"

MIN_TRAIN, MIN_VALID, MIN_TEST = 40, 5, 20
"""Replies: fewer to learn from or to judge on are not worth a run."""

MIN_REFERENCE = 50
"""Messages in the style profile, at least."""

STEADY = 100
"""Replies in `test`, messages in `reference`: from there on a score is steady."""

_HELD_OUT_SHARE = 0.13
_VALID_SHARE = 0.05
_TRIES = 3
_MOST_HELD_OUT, _MOST_VALID = 400, 200


class Sizes(NamedTuple):
    """Replies wanted in each split but `train`, which gets the rest."""

    valid: int
    reference: int
    test: int


Split = dict[str, list[Place]]


def sizes(replies: int, messages: int) -> Sizes:
    """How many of `replies`, made of `messages`, are held out.

    13 % each for `reference` and `test`, but 100 each as long as that is no more than a quarter:
    with little data they take a larger share. Raises DataError if there is too little of all.
    """
    per_reply = messages / max(replies, 1)
    least_reference = -int(-MIN_REFERENCE // max(per_reply, 1.0))
    needed = MIN_TRAIN + MIN_VALID + MIN_TEST + least_reference
    if replies < needed:
        raise DataError(too_few(replies, needed))
    share = round(_HELD_OUT_SHARE * replies)
    wanted = min(max(share, min(STEADY, replies // 4)), _MOST_HELD_OUT)
    valid = min(max(round(_VALID_SHARE * replies), MIN_VALID), _MOST_VALID)
    return Sizes(valid, max(wanted, least_reference), max(wanted, MIN_TEST))


def too_few(replies: int, needed: int) -> str:
    """The message of the DataError."""
    return (
        f"{counted(replies, 'reply')} {'is' if replies == 1 else 'are'} too few: at least {needed} "
        f"are needed, {MIN_TRAIN + MIN_VALID} to learn from and the rest to judge by; add more logs"
    )


def split(places: Sequence[Place], *, seed: int) -> tuple[Split, list[Place]]:
    """The replies by split, and those dropped because they repeat one of another split."""
    wanted = sizes(len(places), sum(at.reply.count for at in places))
    conversations = _in_order(places, seed)
    extra = Sizes(0, 0, 0)
    for _ in range(_TRIES):
        goal = Sizes(*(a + b for a, b in zip(wanted, extra, strict=True)))
        found = _assign(conversations, goal)
        kept, repeated = _purge(found)
        short = _short(kept, wanted)
        if not any(short) or len(kept["train"]) <= MIN_TRAIN + sum(short):
            break
        extra = Sizes(*(a + b for a, b in zip(extra, short, strict=True)))
    _refuse_small(kept, len(places))
    return kept, repeated


def _in_order(places: Sequence[Place], seed: int) -> list[list[Place]]:
    """The conversations, oldest first; those without a time before them, in an order by seed."""
    by_name: dict[str, list[Place]] = {}
    for at in places:
        by_name.setdefault(at.session.conversation, []).append(at)
    return sorted(by_name.values(), key=lambda rows: _order(rows[0].session, seed))


def _order(session: Session, seed: int) -> tuple[float, bytes]:
    start = float("-inf") if session.start is None else session.start
    return start, hashlib.blake2b(f"{seed} {session.conversation}".encode()).digest()


def _assign(conversations: Sequence[Sequence[Place]], wanted: Sizes) -> Split:
    """Whole conversations, from the newest: until each held-out split has what is wanted."""
    found: Split = {name: [] for name in SPLITS}
    targets = wanted._asdict()
    order = ["test", "reference", "valid", "train"]
    for rows in reversed(conversations):
        while order[0] != "train" and len(found[order[0]]) >= targets[order[0]]:
            order.pop(0)
        found[order[0]].extend(rows)
    return found


def _short(kept: Split, wanted: Sizes) -> Sizes:
    """What the held-out splits lack of `wanted`, and the style profile of its least messages."""
    lacks = {name: max(0, size - len(kept[name])) for name, size in wanted._asdict().items()}
    profile = sum(at.reply.count for at in kept["reference"])
    lacks["reference"] = max(lacks["reference"], MIN_REFERENCE - profile)
    return Sizes(**lacks)


def _key(at: Place) -> str:
    """What must not repeat: a long reply by itself, a short one with what it answers."""
    return long_text(at.reply.text) or (
        f"{normalise(prompt(at)[-1].content)} {normalise(at.reply.text)}"
    )


def _purge(found: Mapping[str, Sequence[Place]]) -> tuple[Split, list[Place]]:
    held_out = [(name, at) for name in SPLITS[1:] for at in found[name]]
    keys = [_key(at) for _, at in held_out]
    index = NearIndex(keys)
    learned = {_key(at) for at in found["train"]}  # people say the same short things again
    repeated = {number for key in learned for number in index.near(key)}
    for number, (name, _) in enumerate(held_out):
        if number not in repeated:
            repeated |= {
                other
                for other in index.near(keys[number])
                if other > number and held_out[other][0] != name
            }
    kept: Split = {"train": list(found["train"]), "valid": [], "reference": [], "test": []}
    for number, (name, at) in enumerate(held_out):
        if number not in repeated:
            kept[name].append(at)
    return kept, [at for number, (_, at) in enumerate(held_out) if number in repeated]


def _refuse_small(kept: Split, replies: int) -> None:
    """Raises DataError where a few long conversations leave a split too small."""
    least = {"train": MIN_TRAIN, "valid": MIN_VALID, "test": MIN_TEST}
    for name, at_least in least.items():
        if len(kept[name]) < at_least:
            raise DataError(
                f"the {counted(replies, 'reply')} in these conversations leave {len(kept[name])} "
                f"for {name}, {at_least} are needed; add more logs"
            )
    profile = sum(at.reply.count for at in kept["reference"])
    if profile < MIN_REFERENCE:
        raise DataError(
            f"{counted(replies, 'reply')} leave {counted(profile, 'message')} for the style "
            f"profile, {MIN_REFERENCE} are needed; add more logs"
        )
