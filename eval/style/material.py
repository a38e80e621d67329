"""What a scale is built from: the language of the log, its other speakers, the halves of the test.

Refuses where there is too little of anything, with the figure that is missing.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from eval.style.features import Features, Reply, extract
from eval.style.lexicon import Lexicon, choose_lexicon
from eval.style.model import Rows
from eval.style.normalise import mask_names, name_words
from eval.style.pool import Pool
from eval.style.results import Refusal

LEAST_REFERENCE = 50  # messages
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
        return Refusal(f"{len(known)} reference messages; {LEAST_REFERENCE} are needed")
    if len(tested) < LEAST_TEST:
        return Refusal(f"{len(tested)} test messages; {LEAST_TEST} are needed")
    if len(set(tested.clusters.tolist())) < 2:
        return Refusal("the test messages are all from one conversation; two are needed")
    if lexicon.language == "learned" and len(rivals) < LEAST_LOCAL_RIVALS:
        return Refusal(
            f"the log is not in English and has {len(rivals)} other people with {LEAST_IMPOSTOR} "
            f"messages; {LEAST_LOCAL_RIVALS} are needed, since the shipped speakers write English"
        )
    return None


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
    """Positions of the replies of two halves: large conversations first, to the smaller half."""
    sizes: Counter[str] = Counter()
    for name, count in zip(own.conversations, own.messages, strict=True):
        sizes[name] += int(count)
    totals, sides = [0, 0], {}
    for name, count in sorted(sizes.items(), key=lambda item: -item[1]):
        place = 0 if totals[0] <= totals[1] else 1
        sides[name] = place
        totals[place] += count
    side = np.array([sides[name] for name in own.conversations])
    return np.flatnonzero(side == 0), np.flatnonzero(side == 1)
