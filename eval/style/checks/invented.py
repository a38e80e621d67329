"""The zero point of two-person logs in invented communities, by how far they lie from the bank.

The community is a third of the authors that the shipped files are fitted on, with customs of its
own (custom.py); the bank, the means and the whitening come from the other two thirds. Nothing of
the test authors is used: the weights of `community.py` may be chosen on this.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from eval.style.bank import build_bank
from eval.style.checks.custom import follow, invent
from eval.style.checks.zero_point import Miss, describe, miss_zeros
from eval.style.corpus import Author, Said, read_author, read_authors, thin
from eval.style.fit import fit_habits, fit_rates
from eval.style.model import Model

FOLDS = 3
LEAST_SIDE = 60
MOST_MESSAGES = 800
EDGES = (10.0, 60.0, 120.0)  # points that the bank alone is off, on average
LABELS = ("under 10", "10 to 60", "60 to 120", "over 120")


def invented_table(
    model: Model,
    speakers: dict[str, list[Said]],
    fitted: Sequence[str],
    *,
    communities: int,
    seed: int,
) -> Iterator[str]:
    """Rows: distance of the bank, communities, RMS error and bias without and with the bank.

    Every fourth community is the bank's own.
    """
    authors = read_authors(speakers, fitted, most=MOST_MESSAGES, least=LEAST_SIDE)
    found: list[list[list[Miss]]] = [[] for _ in LABELS]
    for number in range(communities):
        rng = np.random.default_rng([seed, number])
        order = [authors[place] for place in rng.permutation(len(authors))]
        inside, outside = order[::FOLDS], [one for place, one in enumerate(order) if place % FOLDS]
        whitened = (fit_rates(outside, rng), fit_habits(outside, rng))
        local = Model(model.lexicon, model.plain, model.masked, *whitened, model.weights)
        people = settle_in(inside, speakers, seed=number) if number % 4 else inside
        bank = build_bank(outside)
        rows = [
            miss
            for target in people
            for _, miss in miss_zeros(local, bank, target, people, rng=rng, counts=(1,))
        ]
        distance = -float(np.mean([row.bank for row in rows]))
        found[int(np.searchsorted(EDGES, distance))].append(rows)
    yield f"{communities} communities, one other speaker, seed {seed}"
    yield (
        "| the bank is off by | communities | RMS without | bias | RMS with the bank | bias "
        "| ratio | in its 95 % |"
    )
    yield "|---" * 8 + "|"
    for label, groups in zip(LABELS, found, strict=True):
        if groups:
            figures = describe([row for group in groups for row in group])
            yield f"| {label} | {len(groups)} | " + " | ".join(figures) + " |"


def settle_in(
    authors: Sequence[Author], speakers: dict[str, list[Said]], *, seed: int
) -> list[Author]:
    """The authors as members of an invented community."""
    names = frozenset(speakers)
    low = frozenset(name.lower() for name in names)
    custom = invent(seed)
    return [
        read_author(
            one.name,
            follow(custom, thin(speakers[one.name], messages=MOST_MESSAGES), one.name, low),
            names=names,
            most=MOST_MESSAGES,
        )
        for one in authors
    ]
