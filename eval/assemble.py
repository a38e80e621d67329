"""What was measured, put together as one `Report`, with the notes a reader needs."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from eval.answers import Answers
from eval.bench import Bench
from eval.compare import compare_all
from eval.likelihoods import Readings
from eval.metrics.embedding import MINILM
from eval.report import Arm, Calibration, Report
from eval.style.results import Refusal


def assemble(
    bench: Bench,
    arms: dict[str, Arm],
    *,
    answers: Mapping[str, Answers],
    readings: Readings | None,
    run: str | None,
    now: datetime,
) -> Report:
    """The report on these arms. readings: what a model made of them, None where none was asked."""
    return Report(
        subject=bench.held.subject,
        run=run,
        data_sha256=bench.held.data_sha256,
        created_at=now,
        calibration=_calibration(bench),
        arms=arms,
        comparisons=compare_all(bench, answers, readings=readings),
        refused=bench.refused,
        notes=_notes(bench, answers),
    )


def _notes(bench: Bench, answers: Mapping[str, Answers]) -> list[str]:
    """What a reader must know besides the figures."""
    notes = []
    if not isinstance(bench.scale, Refusal) and bench.scale.indicative:
        notes.append("Fewer than 100 reference or test messages: the score is only indicative.")
    if bench.measure != MINILM:
        notes.append("Content and relevance by shared words: no sentence embedding was used.")
    for name, found in answers.items():
        if found.prompts is None:
            notes.append(
                f"The contexts of the replies of '{name}' are not known, so relevance and content "
                "are not measured; rows tell by `prompt`, or by `conversation` where they answer "
                "all its test contexts in order."
            )
        if empty := sum(not text.strip() for text in found.texts):
            notes.append(f"{empty} of {len(found.texts)} replies of '{name}' are empty.")
    return notes


def _calibration(bench: Bench) -> Calibration:
    if isinstance(bench.scale, Refusal):
        return Calibration(
            floor=None,
            ceiling=None,
            impostors=0,
            auc=None,
            auc_low=None,
            auc_high=None,
            replies_needed=None,
        )
    found, levels = bench.scale.calibration, bench.scale.levels
    own = np.percentile(levels.points(levels.own), [2.5, 97.5])
    return Calibration(
        floor=found.floor,
        ceiling=found.ceiling,
        impostors=found.impostors,
        auc=found.auc,
        auc_low=found.auc_low,
        auc_high=found.auc_high,
        replies_needed=found.replies_needed,
        impostor_scores=[float(points) for points in levels.points(levels.others)],
        own_low=float(own[0]),
        own_high=float(own[1]),
    )
