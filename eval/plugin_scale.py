"""A style embedding made into a score from 0 (other people) to 100 (the person), and its audit.

The profile is the mean of the person's reference; a batch of replies scores by the cosine of its
mean with it. Calibrated like the style score, on the log's own speakers only. An embedding that
cannot tell the person from them, or falls for a probe, is not shown.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import msgspec
import numpy as np

from eval.answers import Answers, from_examples, from_utterances
from eval.audit import answers_of, probes_of
from eval.bench import Bench
from eval.measure import gates_of
from eval.metrics.embedding import Embed
from eval.metrics.privacy import area_under_curve
from eval.report import PluginFigures, Report, struck_reason
from eval.significance import Array, around, half_sample_indices, standard_error
from eval.style.selftest import judge

Plugins = Mapping[str, Embed]
"""Style embeddings by name."""

NO_PLUGINS: Plugins = MappingProxyType({})
LEAST_PEOPLE = 3
LEAST_REPLIES = 20
LEAST_AUC = 0.9
BATCHES = 60


@dataclass(frozen=True, slots=True)
class PluginScale:
    """An embedding calibrated on one log."""

    name: str
    embed: Embed
    profile: Array  # (dimensions,) unit vector
    floor: float
    ceiling: float
    auc: float
    size: int  # replies of the batches that set the ends

    def points(self, total: Array) -> float:
        """A sum of embeddings on the scale, by its cosine with the profile."""
        return 100 * (cosine(total, self.profile) - self.floor) / (self.ceiling - self.floor)

    def score(self, answers: Answers, *, draws: int, seed: int) -> PluginFigures:
        """The replies on the scale; the interval is from halves of their conversations."""
        rows = self.embed(answers.texts)
        names, index = np.unique(np.asarray(answers.conversations), return_inverse=True)
        sums = np.zeros((len(names), rows.shape[1]))
        np.add.at(sums, index, rows)
        points = self.points(rows.sum(axis=0))
        if len(names) < 4:
            return PluginFigures(score=points, low=None, high=None)
        halves = half_sample_indices(len(names), draws=draws, seed=seed)
        found = np.array([self.points(sums[half].sum(axis=0)) for half in halves])
        estimate = around(points, standard_error(found, count=len(names)))
        return PluginFigures(score=points, low=estimate.low, high=estimate.high)


def calibrate(bench: Bench, name: str, embed: Embed) -> PluginScale | str:
    """The embedding's scale on this log, or why it is not shown."""
    others = [rows for rows in bench.held.others.values() if len(rows) >= LEAST_REPLIES]
    own = embed([row.reply for row in (*bench.ceiling, *bench.person)])
    if len(others) < LEAST_PEOPLE or len(own) < 2 * LEAST_REPLIES or not bench.held.reference:
        return f"needs {LEAST_PEOPLE} other people with {LEAST_REPLIES} replies in the log"
    rng = np.random.default_rng(bench.seed)
    mean = embed(from_utterances(bench.held.reference).texts).mean(axis=0)
    profile = mean / np.linalg.norm(mean)
    size = min(len(own) // 2, *(len(rows) for rows in others))
    theirs = [
        batches(embed([row.text for row in rows]), profile, size=size, rng=rng) for rows in others
    ]
    mine = batches(own, profile, size=size, rng=rng)
    scale = PluginScale(
        name=name,
        embed=embed,
        profile=profile,
        floor=float(np.median([found.mean() for found in theirs])),
        ceiling=float(mine.mean()),
        auc=float(np.mean([area_under_curve(mine.tolist(), found.tolist()) for found in theirs])),
        size=size,
    )
    if scale.auc < LEAST_AUC:
        return f"tells the person from others with an AUC of {scale.auc:.2f}; {LEAST_AUC} is needed"
    fooled = fooled_by(bench, scale)
    return f"misplaces {', '.join(fooled)}" if fooled else scale


def fooled_by(bench: Bench, scale: PluginScale) -> list[str]:
    """The probes of the self-test that end where they do not belong."""
    found = []
    for probe in probes_of(bench, seed=bench.seed):
        answers = answers_of(bench, probe)
        score = scale.points(scale.embed(answers.texts).sum(axis=0))
        struck = None if probe.is_person else struck_reason(gates_of(bench, answers))
        if not judge(probe, score, struck, gated=True):
            found.append(f"'{probe.name}' ({score:.0f})")
    return found


def batches(rows: Array, profile: Array, *, size: int, rng: np.random.Generator) -> Array:
    """Cosines of random batches with the profile, (BATCHES,)."""
    picked = (rng.permutation(len(rows))[:size] for _ in range(BATCHES))
    return np.array([cosine(rows[batch].sum(axis=0), profile) for batch in picked])


def cosine(row: Array, profile: Array) -> float:
    """Cosine with a unit vector; 0 for no vector at all."""
    length = math.sqrt(float(row @ row))
    return float(row @ profile) / length if length else 0.0


def show_plugins(
    report: Report, bench: Bench, answers: Mapping[str, Answers], plugins: Mapping[str, Embed]
) -> Report:
    """The report with what each embedding says of its arms, or a note why one is not shown."""
    scales, notes = [], []
    for name, embed in plugins.items():
        found = calibrate(bench, name, embed)
        if isinstance(found, PluginScale):
            scales.append(found)
        else:
            notes.append(f"The plug-in {name} is not shown: on this log it {found}.")
    judged = {**answers, "person": from_examples(bench.person)}
    arms = {
        name: msgspec.structs.replace(
            arm,
            plugins={
                scale.name: scale.score(judged[name], draws=bench.draws, seed=bench.seed)
                for scale in scales
                if name in judged
            },
        )
        for name, arm in report.arms.items()
    }
    return msgspec.structs.replace(report, arms=arms, notes=[*report.notes, *notes])
