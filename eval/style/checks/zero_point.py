"""How far the zero point is off when a log has few other speakers, with the bank and without it.

The true zero is the median over all other authors of the file. Errors are points of the scale that
zero gives.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from eval.style.bank import load_bank
from eval.style.calibration import mean_raw
from eval.style.corpus import Author
from eval.style.features import LENGTH_BINS
from eval.style.floor import Others, measure_floor, move_bank
from eval.style.model import Model
from eval.style.pool import pool_messages
from eval.style.resemblance import build_profile
from eval.style.trials import take

OTHERS = (1, 2, 3, 5, 10)
SIZE = 100  # messages
REFERENCE = 300
REPEATS = 6
MOST_PEOPLE = 40
LEAST_SPAN = 2.0  # raw; personas nearer to the others than this are refused by their AUC


def zero_point_table(model: Model, authors: Sequence[Author], *, seed: int) -> Iterator[str]:
    """Rows: speakers in the log, RMS error and bias without and with the bank."""
    rng = np.random.default_rng(seed)
    errors: dict[int, list[tuple[float, float]]] = {count: [] for count in OTHERS}
    for target in authors:
        reference = take(target.reference, rng.permutation(len(target.reference))[:REFERENCE])
        profile = build_profile(model, reference)
        rivals = [author for author in authors if author is not target]
        rivals = [rivals[place] for place in rng.permutation(len(rivals))[:MOST_PEOPLE]]
        pools = [pool_messages(profile, rival.query) for rival in rivals]
        bank = load_bank().pools(profile)
        shares = np.bincount(target.query.bins, minlength=LENGTH_BINS) / len(target.query)

        def zero(others: Others) -> float:
            quota = shares * SIZE  # noqa: B023 - called within the iteration
            return measure_floor(profile, others, quota=quota, size=SIZE, rng=rng).raw  # noqa: B023

        true = zero(Others(tuple(pools), (), 0.0))
        span = mean_raw(profile, pool_messages(profile, target.query), size=SIZE, rng=rng) - true
        if span < LEAST_SPAN:
            continue
        for count in OTHERS:
            for _ in range(REPEATS):
                picked = rng.permutation(len(rivals))[:count]
                chosen = tuple(pools[place] for place in picked)
                moved, trust = move_bank(
                    profile, reference, [rivals[place].query for place in picked], bank
                )
                alone = zero(Others(chosen, (), 0.0))
                helped = zero(Others(chosen, moved, trust))
                errors[count].append((100 * (alone - true) / span, 100 * (helped - true) / span))
    yield "| other speakers | RMS without | bias | RMS with the bank | bias | ratio |"
    yield "|---|---|---|---|---|---|"
    for count, pairs in errors.items():
        table = np.array(pairs)
        rms, bias = np.sqrt((table**2).mean(0)), table.mean(0)
        yield (
            f"| {count} | {rms[0]:.1f} | {bias[0]:+.1f} | {rms[1]:.1f} | {bias[1]:+.1f} | "
            f"{rms[1] / rms[0]:.2f} |"
        )
