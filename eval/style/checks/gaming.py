"""Where the gaming probes land, over many personas: median and 90th percentile."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from eval.style.checks.scene import Town, at_most, cut_scene, scale_of
from eval.style.probes import build_probes
from eval.style.results import Refusal
from eval.style.selftest import MOST_POINTS, run_selftest

KNOWN = 12


def gaming_table(town: Town, *, replies: int, seed: int) -> Iterator[str]:
    """Rows: probe, median, 90th percentile, share under 60 points, share over-typical."""
    rng = np.random.default_rng(seed)
    found: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    gates: dict[str, str] = {}
    refused = 0
    for place, name in enumerate(town.people):
        scene = cut_scene(town, name, known=KNOWN, rng=rng)
        scale = scale_of(scene, town, seed=seed + place)
        if isinstance(scale, Refusal):
            refused += 1
            continue
        person = at_most(scale.held_out, replies, rng)
        probes = build_probes(scene.reference, person, scene.strangers, seed=seed + place)
        gates |= {probe.name: probe.gate for probe in probes}
        for result in run_selftest(scale, probes):
            found[result.name].append((result.score, result.over_typical))
    yield f"{len(town.people)} personas, {refused} refused, up to {replies} replies, seed {seed}"
    yield "| probe | median | p90 | under 60 | over-typical | gate |"
    yield "|---|---|---|---|---|---|"
    for name, rows in found.items():
        scores = np.array([score for score, _ in rows])
        over = float(np.mean([flag for _, flag in rows]))
        yield (
            f"| {name} | {np.median(scores):.0f} | {np.percentile(scores, 90):.0f} | "
            f"{(scores < MOST_POINTS).mean():.0%} | {over:.0%} | {gates[name] or '-'} |"
        )
