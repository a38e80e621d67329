"""How sure each author's scale is, told without a model: who can be judged by style."""

from collections.abc import Iterator

import numpy as np

from eval.style.checks.scene import Town, cut_scene, scale_of
from eval.style.results import Refusal, StyleScore

KNOWN = 12  # impostors of the log given to the scale


def scales_table(town: Town, *, replies: int, seed: int) -> Iterator[str]:
    """Rows: author, AUC, standard error of the span in per cent of it, the person's own score."""
    yield "| author | AUC | error of the span | the person |"
    yield "|---|---|---|---|"
    for place, name in enumerate(town.people):
        rng = np.random.default_rng([seed, place])
        scale = scale_of(
            cut_scene(town, name, known=KNOWN, rng=rng), town, seed=seed, replies=replies
        )
        if isinstance(scale, Refusal):
            yield f"| {name} | refused | | |"
            continue
        levels, own = scale.levels, scale.score(scale.held_out)
        error = levels.span_error / levels.span
        score = (
            f"{own.score:.0f} [{own.low:.0f}, {own.high:.0f}]"
            if isinstance(own, StyleScore)
            else "refused"
        )
        yield f"| {name} | {scale.calibration.auc:.3f} | {error:.0%} | {score} |"
