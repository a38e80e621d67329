"""A style embedding made into a score from 0 (other people) to 100 (the person), and its audit.

The profile is the mean of the person's reference; a batch of replies scores by the cosine of its
mean with it. That cosine rises with the number of replies, so the ends and whatever is scored are
measured at one size. Calibrated like the style score, on the log's own speakers only. An embedding
that cannot tell the person from them, or falls for a probe, is not shown.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import msgspec
import numpy as np

from eval.answers import Answers, from_examples, from_utterances
from eval.audit import answers_of, gates_say, probes_of
from eval.bench import Bench
from eval.measure import gates_of
from eval.metrics.embedding import Embed
from eval.metrics.privacy import area_under_curve
from eval.report import PluginFigures, Report
from eval.significance import FEWEST_CLUSTERS, Array, around, half_sample_indices
from eval.style.calibration import LEAST_SPAN
from eval.style.selftest import Struck, judge, middle

Plugins = Mapping[str, Embed]
"""Style embeddings by name."""

NO_PLUGINS: Plugins = MappingProxyType({})
LEAST_PEOPLE = 3
LEAST_REPLIES = 20
LEAST_SCORED = 10
"""Replies below which an arm gets no figure: the ends are not told apart at such a size."""
LEAST_AUC = 0.9
BATCHES = 60
NO_ERROR: Array = np.zeros(())


@dataclass(frozen=True, slots=True)
class Rows:
    """Embedded replies and the conversation of each."""

    values: Array  # (replies, dimensions)
    conversations: Sequence[str]

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Ends:
    """Cosines at 0 and at 100 for batches of one size, with their sampling error as draws."""

    size: int
    floor: float
    ceiling: float
    floor_draws: Array  # (draws,) centred on 0
    ceiling_draws: Array  # (draws,) centred on 0

    def points(self, found: Array, *, floor: Array = NO_ERROR, top: Array = NO_ERROR) -> Array:
        """Cosines in points; floor, top: how far the ends lie from where they were measured."""
        span = self.ceiling - self.floor
        spans = np.maximum(span + top - floor, LEAST_SPAN * span)
        scaled: Array = 100 * (found - self.floor - floor) / spans
        return scaled


@dataclass(frozen=True, slots=True)
class PluginScale:
    """An embedding calibrated on one log."""

    name: str
    embed: Embed
    profile: Array  # (dimensions,) unit vector
    ceiling: Rows  # the person's half that sets the 100
    others: tuple[Array, ...]  # each other person's rows
    size: int  # replies of a batch, or as many as there are where that is fewer
    draws: int
    seed: int

    def ends(self, size: int) -> Ends:
        """Both ends for batches of `size` replies.

        The 100 varies as conversations of the person might be others, the 0 as people might.
        """
        rng = np.random.default_rng([self.seed, size])
        people = np.array([self.mean(rows, size=size, rng=rng) for rows in self.others])
        medians = np.median(rng.choice(people, (self.draws, len(people))), axis=1)
        return Ends(
            size,
            floor=float(np.median(people)),
            ceiling=self.mean(self.ceiling.values, size=size, rng=rng),
            floor_draws=medians - medians.mean(),
            ceiling_draws=self.drawn(self.ceiling, seed=self.seed + 1),
        )

    def mean(self, rows: Array, *, size: int, rng: np.random.Generator) -> float:
        """Mean cosine of random batches of `size` of these rows."""
        return float(batches(rows, self.profile, size=size, rng=rng).mean())

    def drawn(self, rows: Rows, *, seed: int) -> Array:
        """Draws of the cosine as other conversations would have it, (draws,), centred on 0.

        From halves of the conversations; one that stands alone does not vary.
        """
        names, index = np.unique(np.asarray(rows.conversations), return_inverse=True)
        if len(names) < 2:
            return np.zeros(self.draws)
        sums = np.zeros((len(names), rows.values.shape[1]))
        np.add.at(sums, index, rows.values)
        halves = half_sample_indices(len(names), draws=self.draws, seed=seed)
        found = np.array([cosine(sums[half].sum(axis=0), self.profile) for half in halves])
        half = len(names) // 2
        centred: Array = (found - found.mean()) * math.sqrt(half / (len(names) - half))
        return centred

    def score(self, answers: Answers) -> PluginFigures:
        """The replies on the scale; the interval holds their own error and that of both ends."""
        rows = Rows(self.embed(answers.texts), answers.conversations)
        ends, found = self.placed(rows)
        points = float(ends.points(np.array(found)))
        if len(set(rows.conversations)) < FEWEST_CLUSTERS:
            return PluginFigures(score=points, low=None, high=None)
        drawn = ends.points(
            found + self.drawn(rows, seed=self.seed + 2),
            floor=ends.floor_draws,
            top=ends.ceiling_draws,
        )
        estimate = around(points, float(drawn.std()))
        return PluginFigures(score=points, low=estimate.low, high=estimate.high)

    def placed(self, rows: Rows) -> tuple[Ends, float]:
        """The ends at the size these rows allow, and the mean cosine of batches of that size."""
        size = min(self.size, len(rows))
        rng = np.random.default_rng([self.seed, size, 1])
        return self.ends(size), self.mean(rows.values, size=size, rng=rng)


def calibrate(bench: Bench, name: str, embed: Embed) -> PluginScale | str:
    """The embedding's scale on this log, or why it is not shown."""
    others = [rows for rows in bench.held.others.values() if len(rows) >= LEAST_REPLIES]
    fewest = min(len(bench.ceiling), len(bench.person))
    if len(others) < LEAST_PEOPLE or fewest < LEAST_REPLIES or not bench.held.reference:
        return f"needs {LEAST_PEOPLE} other people with {LEAST_REPLIES} replies in the log"
    mean = embed(from_utterances(bench.held.reference).texts).mean(axis=0)
    top = from_examples(bench.ceiling)
    scale = PluginScale(
        name=name,
        embed=embed,
        profile=mean / np.linalg.norm(mean),
        ceiling=Rows(embed(top.texts), top.conversations),
        others=tuple(embed([row.text for row in rows]) for rows in others),
        size=min(fewest, *(len(rows) for rows in others)),
        draws=bench.draws,
        seed=bench.seed,
    )
    auc = separability(scale, embed(from_examples(bench.person).texts))
    if auc < LEAST_AUC:
        return f"tells the person from others with an AUC of {auc:.2f}; {LEAST_AUC} is needed"
    fooled = fooled_by(bench, scale)
    return f"misplaces {', '.join(fooled)}" if fooled else scale


def separability(scale: PluginScale, person: Array) -> float:
    """AUC of batches of all the person's held-out replies against those of each other person."""
    rng, size = np.random.default_rng(scale.seed), scale.size
    own = np.concatenate([scale.ceiling.values, person])
    mine = batches(own, scale.profile, size=size, rng=rng).tolist()
    theirs = [batches(rows, scale.profile, size=size, rng=rng).tolist() for rows in scale.others]
    return float(np.mean([area_under_curve(mine, found) for found in theirs]))


def fooled_by(bench: Bench, scale: PluginScale) -> list[str]:
    """The probes of the self-test that end where they do not belong."""
    found = []
    for probe in probes_of(bench, seed=bench.seed):
        tried = [answers_of(bench, replies) for replies in probe.attempts]
        placed = [(answers, scale.score(answers).score) for answers in tried]
        answers, score = middle(placed, by=lambda pair: pair[1])
        struck = Struck(None) if probe.is_person else gates_say(gates_of(bench, answers))
        if not judge(probe, score, struck):
            found.append(f"'{probe.name}' ({score:.0f})")
    return found


def batches(rows: Array, profile: Array, *, size: int, rng: np.random.Generator) -> Array:
    """Cosines of random batches with the profile, (BATCHES,); one where all rows make one batch."""
    if size >= len(rows):
        return np.array([cosine(rows.sum(axis=0), profile)])
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
                scale.name: scale.score(judged[name])
                for scale in scales
                if name in judged and len(judged[name].texts) >= LEAST_SCORED
            },
        )
        for name, arm in report.arms.items()
    }
    return msgspec.structs.replace(report, arms=arms, notes=[*report.notes, *notes])
