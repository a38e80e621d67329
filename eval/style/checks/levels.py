"""Where the person, other people and mixtures of the two land on the calibrated scale.

The strangers scored here are not among the scale's impostors, and the person's replies are not
those that set the ceiling.
"""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from eval.style.checks.scene import Town, at_most, cut_scene, scale_of
from eval.style.results import Refusal

KNOWN = 12  # impostors of the log given to the scale
STRANGERS = 6
SHARES = (0.25, 0.5, 0.75)


def levels_table(town: Town, *, replies: int, seed: int) -> Iterator[str]:
    """Rows: who is scored, mean, SD, 5th and 95th percentile, number of scores."""
    found: dict[str, list[float]] = defaultdict(list)
    refused = 0
    rng = np.random.default_rng(seed)
    for place, name in enumerate(town.people):
        scene = cut_scene(town, name, known=KNOWN, rng=rng)
        scale = scale_of(scene, town, seed=seed + place, replies=replies)
        if isinstance(scale, Refusal):
            refused += 1
            continue
        own = list(scale.held_out)
        arms = {"the person": at_most(own, replies, rng)}
        strangers = list(scene.strangers.values())[:STRANGERS]
        for number, stranger in enumerate(strangers):
            arms[f"another person {number}"] = at_most(stranger, replies, rng)
        for share in SHARES:
            size = min(replies, len(own), len(strangers[0]))
            count = round(share * size)
            mixed = at_most(own, count, rng) + at_most(strangers[0], size - count, rng)
            arms[f"{share:.0%} the person"] = mixed
        for arm, chosen in arms.items():
            score = scale.score(chosen)
            if not isinstance(score, Refusal):
                found[arm.rstrip("0123456789")].append(score.score)
                found[f"{arm.rstrip('0123456789')} in interval"].append(
                    float(score.low <= 100.0 <= score.high)
                )
    yield f"{len(town.people)} personas, {refused} refused, {replies} replies, seed {seed}"
    yield "| scored | mean | SD | p5 | p95 | n |"
    yield "|---|---|---|---|---|---|"
    for arm, scores in sorted(found.items()):
        if not arm.endswith("in interval"):
            low, high = np.percentile(scores, [5, 95])
            yield (
                f"| {arm.strip()} | {np.mean(scores):.1f} | {np.std(scores):.1f} | {low:.0f} | "
                f"{high:.0f} | {len(scores)} |"
            )
