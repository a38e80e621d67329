"""What a scale is built from: the language of the log, its other speakers, the halves of the test.

Refuses where there is too little of anything, with the figure that is missing.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from eval.style.features import Features, Reply, extract
from eval.style.lexicon import Lexicon, choose_lexicon
from eval.style.model import Array, Rows
from eval.style.normalise import mask_names, name_words
from eval.style.pool import Pool, cut_clusters
from eval.style.results import Refusal
from persona.counted import counted

LEAST_REFERENCE = 50  # messages
LEAST_HALF = 0.3  # of the test messages
LEAST_TEST = 20  # messages
LEAST_IMPOSTOR = 50  # messages
LEAST_LOCAL_RIVALS = 3  # other people a log that is not English must have
LEXICON_REPLIES = 200  # of every speaker, to tell the language
MOST_IMPOSTORS = 60  # of the log
MOST_IMPOSTOR_MESSAGES = 300


def log_lexicon(
    reference: Sequence[Reply], others: Mapping[str, Sequence[Reply]], names: Collection[str]
) -> Lexicon:
    """The function words of the log's language, from some replies of everybody."""
    called = name_words(names)
    said = {"": reference, **{f"other {name}": replies for name, replies in others.items()}}
    return choose_lexicon(
        {
            name: [mask_names(one.text, called) for one in replies[:LEXICON_REPLIES]]
            for name, replies in said.items()
        }
    )


def refuse(
    known: Features, tested: Features, rivals: Sequence[Features], lexicon: Lexicon
) -> Refusal | None:
    """Why there are too few data, or None."""
    if len(known) < LEAST_REFERENCE:
        return _short_of(LEAST_REFERENCE, known, "reference message")
    if len(tested) < LEAST_TEST:
        return _short_of(LEAST_TEST, tested, "test message")
    if len(set(tested.clusters.tolist())) < 2:
        return Refusal("the test messages are all from one conversation; two are needed")
    if lexicon.language == "learned" and len(rivals) < LEAST_LOCAL_RIVALS:
        people = counted(len(rivals), "other person", "other people")
        return Refusal(
            f"the log is not in English and has {people} with {LEAST_IMPOSTOR} messages; "
            f"{LEAST_LOCAL_RIVALS} are needed, since the shipped speakers write English"
        )
    return None


def _short_of(needed: int, found: Features, one: str) -> Refusal:
    replies = counted(len(np.unique(found.replies)), "reply")
    return Refusal(f"{counted(len(found), one)} in {replies}; {needed} messages are needed")


def too_few(messages: float, purpose: str, *, replies: int | None = None) -> Refusal | None:
    """A refusal where there are not enough messages to score or to compare, of so many replies."""
    if messages >= LEAST_TEST:
        return None
    held = f" in {counted(replies, 'reply')}" if replies is not None else ""
    found = f"{counted(round(messages), 'message')}{held}"
    return Refusal(f"{found} to {purpose}; {LEAST_TEST} messages are needed")


def read_rivals(
    others: Mapping[str, Sequence[Reply]], lexicon: Lexicon, names: Collection[str]
) -> list[Features]:
    """The log's other speakers with enough messages, the most talkative where there are many."""
    chosen = sorted(others, key=lambda name: (-len(others[name]), name))[: 2 * MOST_IMPOSTORS]
    found: list[Features] = []
    for name in chosen:
        features = extract(others[name][:MOST_IMPOSTOR_MESSAGES], lexicon, names=names)
        if len(features) >= LEAST_IMPOSTOR:
            found.append(features)
        if len(found) == MOST_IMPOSTORS:
            break
    return found


def cut_in_halves(own: Pool) -> tuple[Rows, Rows]:
    """Positions of the replies of two halves: large conversations first, to the smaller half.

    Where one conversation holds so much that a half would be under LEAST_HALF of the messages, long
    conversations are cut in stretches first.
    """
    whole = np.unique(np.array(own.conversations), return_inverse=True)[1]
    for labels in (whole, cut_clusters(own.conversations, own.messages)):
        side = balance(labels, own.messages)
        share = float(own.messages[side == 0].sum()) / own.total()
        if min(share, 1 - share) >= LEAST_HALF:
            break
    return np.flatnonzero(side == 0), np.flatnonzero(side == 1)


def balance(labels: Rows, messages: Array) -> Rows:
    """Side of every unit, (units,) of 0 and 1: labels by falling size, each to the smaller side."""
    sizes = np.bincount(labels, weights=messages)
    totals, sides = [0.0, 0.0], np.zeros(len(sizes), np.intp)
    for place in np.argsort(-sizes, kind="stable"):
        sides[place] = 0 if totals[0] <= totals[1] else 1
        totals[sides[place]] += sizes[place]
    chosen: Rows = sides[labels]
    return chosen
