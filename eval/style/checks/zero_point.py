"""How far the zero point is off when a log has few other speakers, with the bank and without it.

The true zero is the median over all other authors of the file. Errors are points of the scale that
zero gives.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eval.style.bank import Bank, load_bank
from eval.style.calibration import mean_raw
from eval.style.community import read_signs
from eval.style.corpus import Author
from eval.style.features import LENGTH_BINS
from eval.style.floor import Floor, Others, measure_floor
from eval.style.model import Model
from eval.style.pool import pool_messages
from eval.style.resemblance import build_profile
from eval.style.trials import take
from persona.proportion import Z95

OTHERS = (1, 2, 3, 5, 10)
SIZE = 100  # messages
REFERENCE = 300
REPEATS = 6
MOST_PEOPLE = 40
LEAST_SPAN = 2.0  # raw; personas nearer to the others than this are refused by their AUC


@dataclass(frozen=True, slots=True)
class Miss:
    """Errors of one zero point, in points."""

    alone: float  # without the bank
    helped: float  # with it
    bank: float  # of the bank alone
    held: bool  # whether its own error, 95 %, holds the true zero


def zero_point_table(model: Model, authors: Sequence[Author], *, seed: int) -> Iterator[str]:
    """Rows: speakers in the log, RMS error and bias without and with the bank."""
    rng = np.random.default_rng(seed)
    misses: dict[int, list[Miss]] = {count: [] for count in OTHERS}
    for target in authors:
        for count, found in miss_zeros(model, load_bank(), target, authors, rng=rng):
            misses[count].append(found)
    yield "| other speakers | RMS without | bias | RMS with the bank | bias | ratio | in its 95 % |"
    yield "|---|---|---|---|---|---|---|"
    for count, rows in misses.items():
        yield f"| {count} | " + " | ".join(describe(rows)) + " |"


def describe(rows: Sequence[Miss]) -> list[str]:
    """RMS and bias without and with the bank, their ratio, and the coverage."""
    table = np.array([(row.alone, row.helped) for row in rows])
    rms, bias = np.sqrt((table**2).mean(0)), table.mean(0)
    held = float(np.mean([row.held for row in rows]))
    return [
        *(f"{rms[0]:.1f}", f"{bias[0]:+.1f}", f"{rms[1]:.1f}", f"{bias[1]:+.1f}"),
        *(f"{rms[1] / rms[0]:.2f}", f"{held:.0%}"),
    ]


def miss_zeros(
    model: Model,
    bank: Bank,
    target: Author,
    authors: Sequence[Author],
    *,
    rng: np.random.Generator,
    counts: Sequence[int] = OTHERS,
) -> Iterator[tuple[int, Miss]]:
    """Zero points of one person in logs of `counts` others, drawn REPEATS times each."""
    reference = take(target.reference, rng.permutation(len(target.reference))[:REFERENCE])
    profile = build_profile(model, reference)
    rivals = [author for author in authors if author is not target]
    rivals = [rivals[place] for place in rng.permutation(len(rivals))[:MOST_PEOPLE]]
    pools = [pool_messages(profile, rival.query) for rival in rivals]
    strangers = tuple(bank.pools(profile))
    quota = SIZE * np.bincount(target.query.bins, minlength=LENGTH_BINS) / len(target.query)
    own = pool_messages(profile, target.query)

    def zero(others: Others) -> Floor:
        return measure_floor(profile, others, quota=quota, size=SIZE, rng=rng)

    true = zero(Others(tuple(pools))).raw
    span = mean_raw(profile, own, size=SIZE, rng=rng) - true
    if span < LEAST_SPAN:
        return
    far = zero(Others((), strangers)).raw - true
    for count in counts:
        for _ in range(REPEATS):
            picked = rng.permutation(len(rivals))[:count]
            log = tuple(pools[place] for place in picked)
            alone = zero(Others(log)).raw - true
            signs = read_signs(model, [reference, *(rivals[place].query for place in picked)], bank)
            found = zero(Others(log, strangers, signs))
            helped = found.raw - true
            held = abs(helped) <= Z95 * float(found.draws.std())
            points = 100 / span
            yield count, Miss(points * alone, points * helped, points * far, held)
