"""One set of replies to one `Arm`: every axis and gate that needs no language model.

`eval.bench` holds what is made once per dataset; likelihoods are added by `eval.likelihoods`.
"""

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from eval.answers import Answers, from_utterances, match
from eval.bench import Bench
from eval.held_out import whole_text
from eval.metrics.classical import Classical, overlaps
from eval.metrics.content import (
    ContentFigures,
    chrf_likeness,
    content_figures,
    embedded_likeness,
)
from eval.metrics.copying import copying_gate
from eval.metrics.diversity import diversity_gate
from eval.metrics.fluency import FluencyGate, fluency_gate, spelled_like
from eval.metrics.form import form_figures
from eval.metrics.form_gate import form_gate
from eval.metrics.likelihood import LikelihoodFigures
from eval.metrics.privacy import privacy_figures
from eval.metrics.relevance import Evidence, RelevanceGate, describe, relevance_gate
from eval.report import ENDS, Arm, Explanations, Gates, StyleFigures, Usage, struck_reason
from eval.significance import Array, Estimate, around, by_conversation, ratio_estimate
from eval.style.explain import NgramGap, explain
from eval.style.results import Refusal

ALPHA = 0.05 / 5
"""Five gates are tests (leakage is a count): each has a fifth of the 5 % of innocents struck."""

FEWEST_CONVERSATIONS = 10


def measure(bench: Bench, name: str, answers: Answers) -> Arm:
    """Everything about one arm that needs no language model."""
    gates = gates_of(bench, answers)
    reference = [row.text for row in bench.held.reference]
    struck = None if name in ENDS else struck_reason(gates)
    own = [row.reply for row in (bench.ceiling if name == "person" else bench.held.real)]
    contexts = [whole_text(prompt) for prompt in answers.prompts] if answers.prompts else None
    said = any(text.strip() for text in answers.texts)
    return Arm(
        replies=len(answers.texts),
        style=_others_style(bench) if name == "others" else _style(bench, answers, struck=struck),
        form=form_figures(answers.texts, reference=reference, held_out=own),
        content=_content(bench, answers),
        likelihood=LikelihoodFigures(),
        gates=gates,
        privacy=privacy_figures(answers.texts, contexts=contexts, known=bench.known),
        classical=overlaps(answers.texts, answers.real) if answers.real else Classical(),
        explanations=None
        if name in ENDS or not (reference and said)
        else _explanations(bench, answers),
    )


def likeness(bench: Bench, answers: Answers) -> Array | None:
    """Cosine of each reply with the real one, x 100; None where that is not known."""
    if answers.real is None:
        return None
    cosines: Array = (bench.embed(answers.texts) * bench.embed(answers.real)).sum(axis=1)
    return 100 * cosines


def _style(bench: Bench, answers: Answers, *, struck: str | None) -> StyleFigures:
    if isinstance(bench.scale, Refusal):
        return StyleFigures(struck=struck)
    score = bench.scale.score(answers.replies)
    if isinstance(score, Refusal):
        return StyleFigures(struck=struck or score.why)
    return StyleFigures(
        score=score.score,
        low=score.low,
        high=score.high,
        share_self=score.share_self,
        over_typical=score.over_typical,
        struck=struck,
    )


def _others_style(bench: Bench) -> StyleFigures:
    """The mean score of single other speakers: their mixture is nobody's style.

    Its interval is never narrower than the error of the zero itself, which few people leave wide.
    """
    if isinstance(bench.scale, Refusal):
        return StyleFigures()
    levels = bench.scale.levels
    points, weights = levels.points(levels.others), levels.other_weights
    mean = float(points @ weights)
    people = math.sqrt(float(weights @ (points - mean) ** 2) * float(weights @ weights))
    zero = 100 * float(levels.floor_draws.std()) / levels.span
    estimate = around(mean, max(people, zero))
    return StyleFigures(
        score=mean,
        low=estimate.low,
        high=estimate.high,
        share_self=float(np.mean([(levels.own <= raw).mean() for raw in levels.others])),
        over_typical=False,
    )


def gates_of(bench: Bench, answers: Answers) -> Gates:
    """Every gate on one set of replies."""
    texts, own = answers.texts, bench.own.texts
    return Gates(
        copying=copying_gate(
            texts,
            person=[row.reply for row in bench.ceiling],
            sources=bench.sources,
            alpha=ALPHA,
        ),
        diversity=diversity_gate(texts, person=own, alpha=ALPHA, seed=bench.seed),
        fluency=_fluency(bench, answers),
        form=form_gate(
            texts,
            reference=[row.text for row in bench.held.reference],
            person=[row.reply for row in bench.ceiling],
            alpha=ALPHA,
            seed=bench.seed,
        ),
        relevance=_relevance(bench, answers),
        leakage=bench.leakage,
    )


def _fluency(bench: Bench, answers: Answers) -> FluencyGate:
    alpha = ALPHA / 2 if answers.read else ALPHA
    gate = fluency_gate(
        answers.texts, own=bench.own_order, order=bench.order, alpha=alpha, seed=bench.seed
    )
    if answers.read is None or bench.read is None:
        return gate
    return spelled_like(gate, answers.read.bits, own=bench.read.bits, alpha=alpha)


def _relevance(bench: Bench, answers: Answers) -> RelevanceGate:
    if answers.prompts is None:
        return RelevanceGate(passed=None, why="the contexts of these replies are not known")
    sides = (answers.conversations, bench.own.conversations)
    if min(len(set(side)) for side in sides) < FEWEST_CONVERSATIONS:
        return RelevanceGate(passed=None, why="too few conversations to shuffle contexts between")
    cosine = Evidence(
        "points",
        _mean(bench, match(answers, bench.embed).tolist(), answers.conversations),
        _mean(bench, bench.own_match.tolist(), bench.own.conversations),
    )
    found, bits = [cosine], None
    if answers.read and bench.read:
        bits = Evidence(
            "bits",
            *(
                _mean(bench, read.saved_by_context, read.conversations)
                for read in (answers.read, bench.read)
            ),
        )
        found.append(bits)
    passed = relevance_gate(found, alpha=ALPHA)
    why = None if passed else describe(found)
    return RelevanceGate(
        passed=passed,
        why="the person's own replies do not match theirs either" if passed is None else why,
        measure=bench.measure,
        own_over_shuffled=cosine.own.value,
        person=cosine.person.value,
        bits=bits.own.value if bits else None,
        bits_person=bits.person.value if bits else None,
    )


def _mean(bench: Bench, values: Sequence[float], conversations: Sequence[str]) -> Estimate:
    sums = by_conversation(values, conversations)
    return ratio_estimate(sums, draws=bench.draws, seed=bench.seed)


def _content(bench: Bench, answers: Answers) -> dict[str, ContentFigures]:
    if not answers.real:
        return {}
    where = answers.conversations
    arm, real = bench.embed(answers.texts), bench.embed(answers.real)
    embedded = embedded_likeness(arm, real, conversations=where)
    zero = embedded_likeness(real, real, conversations=where)[1]
    overlap = chrf_likeness(answers.texts, answers.real, conversations=where)
    overlap_zero = chrf_likeness(answers.real, answers.real, conversations=where)[1]
    return {
        "embedding": content_figures(
            *embedded,
            zero=zero,
            conversations=where,
            measure=bench.measure,
            draws=bench.draws,
            seed=bench.seed,
        ),
        "chrf": content_figures(
            *overlap,
            zero=overlap_zero,
            conversations=where,
            measure="chrF",
            draws=bench.draws,
            seed=bench.seed,
        ),
    }


def _explanations(bench: Bench, answers: Answers) -> Explanations:
    reference = from_utterances(bench.held.reference).replies
    found = explain(reference, answers.replies, names=bench.held.partners)
    return Explanations(
        sentences=list(found.sentences),
        over_used=[_usage(gap) for gap in found.over_used],
        under_used=[_usage(gap) for gap in found.under_used],
    )


def _usage(gap: NgramGap) -> Usage:
    return Usage(words=gap.ngram, person=gap.person, replies=gap.replies)


def with_likelihood(arm: Arm, figures: LikelihoodFigures) -> Arm:
    """The arm with its likelihood axis, and perplexity among the classical figures."""
    classical = msgspec.structs.replace(arm.classical, perplexity=figures.perplexity)
    return msgspec.structs.replace(arm, likelihood=figures, classical=classical)
