"""One set of replies to one `Arm`: every axis and gate that needs no language model.

A `Bench` holds what is made once per dataset (scale, indexes, embeddings of the contexts);
`measure` runs each set of replies over it. Likelihoods are added by `eval.likelihoods`, where
there is an engine.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from eval.held_out import HeldOut, first_half, last_turns, whole_text
from eval.metrics.classical import Classical, overlaps
from eval.metrics.content import (
    ContentFigures,
    chrf_likeness,
    content_figures,
    embedded_likeness,
)
from eval.metrics.copying import Source, copying_gate
from eval.metrics.diversity import diversity_gate
from eval.metrics.embedding import Embed, hashed_words
from eval.metrics.fluency import WordOrder, fluency_gate
from eval.metrics.form import form_figures
from eval.metrics.leakage import LeakageGate, Side, leakage_gate
from eval.metrics.likelihood import LikelihoodFigures
from eval.metrics.privacy import Known, known_private, privacy_figures
from eval.metrics.relevance import RelevanceGate, context_match, relevance_gate
from eval.report import ENDS, Arm, Explanations, Gates, StyleFigures, Usage, struck_reason
from eval.significance import Array, around
from eval.style.explain import NgramGap, explain
from eval.style.features import Reply
from eval.style.scorer import Refusal, StyleScale, build_scale
from persona.data import Example, Turn, Utterance

ALPHA = 0.05 / 4
"""Four gates are tests (leakage is a count): each has a quarter of the 5 % of innocents struck."""

BASELINE_REPLIES = 300


@dataclass(frozen=True, slots=True)
class Answers:
    """Replies of one arm; prompts and real (the person's own replies there) where known."""

    texts: Sequence[str]
    conversations: Sequence[str]
    prompts: Sequence[Sequence[Turn]] | None = None
    real: Sequence[str] | None = None

    @property
    def replies(self) -> list[Reply]:
        """As the style score takes them."""
        pairs = zip(self.texts, self.conversations, strict=True)
        return [Reply(text, conversation) for text, conversation in pairs]


@dataclass(frozen=True, slots=True)
class Bench:
    """What every arm of one dataset is measured with."""

    held: HeldOut
    scale: StyleScale | Refusal
    sources: dict[str, Source]
    order: WordOrder
    embed: Embed
    measure: str
    known: Known
    leakage: LeakageGate
    ceiling: list[Example]
    person: list[Example]
    own: Answers
    own_match: Array
    own_order: Array
    draws: int
    seed: int

    @property
    def refused(self) -> str | None:
        """Why there is no scale, None where there is one."""
        return self.scale.why if isinstance(self.scale, Refusal) else None


def set_up(held: HeldOut, *, embed: Embed | None, draws: int, seed: int) -> Bench:
    """The bench of a dataset. embed: a sentence embedding, or None for hashed words."""
    train = [row.reply for row in held.train]
    answered = [last_turns(row.prompt, count=1) for row in held.train]
    chosen = embed or hashed_words([*train, *answered])
    scale = _scale(held, seed=seed)
    ceiling, person = _halves(held, scale, seed=seed)
    own = _own_held_out(held, ceiling)
    order = WordOrder([*train, *answered])
    return Bench(
        held=held,
        scale=scale,
        sources={
            "training": Source(train),
            "reference": Source(row.text for row in held.reference),
        },
        order=order,
        embed=chosen,
        measure="MiniLM" if embed else "hashed words",
        known=known_private(
            (text for row in held.train for text in (whole_text(row.prompt), row.reply)),
            partners=held.partners,
        ),
        leakage=_leakage(held),
        ceiling=ceiling,
        person=person,
        own=own,
        own_match=_match(own, chosen),
        own_order=order.ranks(own.texts, seed=seed + 1),
        draws=draws,
        seed=seed,
    )


def ends_of(bench: Bench, *, replies: int) -> dict[str, Answers]:
    """The ends of the scale: the person's half that sets no ceiling, and the other speakers."""
    others = _drawn_others(bench.held, replies=replies, seed=bench.seed)
    return {"person": from_examples(bench.person), "others": others}


def from_examples(rows: Sequence[Example]) -> Answers:
    """The real replies to some contexts."""
    return Answers(
        texts=[row.reply for row in rows],
        conversations=[row.conversation for row in rows],
        prompts=[row.prompt for row in rows],
        real=[row.reply for row in rows],
    )


def from_utterances(rows: Sequence[Utterance]) -> Answers:
    """Real replies kept for judging, with the contexts they answered."""
    return Answers(
        texts=[row.text for row in rows],
        conversations=[row.conversation for row in rows],
        prompts=[row.prompt for row in rows],
    )


def measure(bench: Bench, name: str, answers: Answers) -> Arm:
    """Everything about one arm that needs no language model."""
    gates = _gates(bench, answers)
    reference = [row.text for row in bench.held.reference]
    struck = None if name in ENDS else struck_reason(gates)
    own = [row.reply for row in (bench.ceiling if name == "person" else bench.held.contexts)]
    contexts = [whole_text(prompt) for prompt in answers.prompts] if answers.prompts else None
    return Arm(
        replies=len(answers.texts),
        style=_others_style(bench) if name == "others" else _style(bench, answers, struck=struck),
        form=form_figures(answers.texts, reference=reference, held_out=own),
        content=_content(bench, answers),
        likelihood=LikelihoodFigures(),
        gates=gates,
        privacy=privacy_figures(answers.texts, contexts=contexts, known=bench.known),
        classical=overlaps(answers.texts, answers.real) if answers.real else Classical(),
        explanations=None if name in ENDS else _explanations(bench, answers),
    )


def likeness(bench: Bench, answers: Answers) -> Array | None:
    """Cosine of each reply with the real one, x 100; None where that is not known."""
    if answers.real is None:
        return None
    cosines: Array = (bench.embed(answers.texts) * bench.embed(answers.real)).sum(axis=1)
    return 100 * cosines


def _scale(held: HeldOut, *, seed: int) -> StyleScale | Refusal:
    others = {name: from_utterances(rows).replies for name, rows in held.others.items()}
    return build_scale(
        from_utterances(held.reference).replies,
        from_examples(held.contexts).replies,
        others,
        seed=seed,
    )


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
    """The mean score of single other speakers: their mixture is nobody's style."""
    if isinstance(bench.scale, Refusal):
        return StyleFigures()
    levels = bench.scale.levels
    points, weights = levels.points(levels.others), levels.other_weights
    mean = float(points @ weights)
    error = math.sqrt(float(weights @ (points - mean) ** 2) * float(weights @ weights))
    estimate = around(mean, error)
    return StyleFigures(
        score=mean,
        low=estimate.low,
        high=estimate.high,
        share_self=float(np.mean([(levels.own <= raw).mean() for raw in levels.others])),
        over_typical=False,
    )


def _gates(bench: Bench, answers: Answers) -> Gates:
    texts, own = answers.texts, bench.own.texts
    return Gates(
        copying=copying_gate(
            texts,
            person=[row.reply for row in bench.ceiling],
            sources=bench.sources,
            alpha=ALPHA,
        ),
        diversity=diversity_gate(texts, person=own, alpha=ALPHA, seed=bench.seed),
        fluency=fluency_gate(
            texts, own=bench.own_order, order=bench.order, alpha=ALPHA, seed=bench.seed
        ),
        relevance=_relevance(bench, answers),
        leakage=bench.leakage,
    )


def _relevance(bench: Bench, answers: Answers) -> RelevanceGate:
    if not answers.prompts or not bench.own.prompts:
        return RelevanceGate(passed=None, why="the contexts of these replies are not known")
    return relevance_gate(
        _match(answers, bench.embed),
        person=bench.own_match,
        conversations=answers.conversations,
        person_conversations=bench.own.conversations,
        measure=bench.measure,
        alpha=ALPHA,
        seed=bench.seed,
    )


def _match(answers: Answers, embed: Embed) -> Array:
    contexts = [last_turns(prompt) for prompt in answers.prompts or ()]
    return context_match(embed(answers.texts), embed(contexts), conversations=answers.conversations)


def _content(bench: Bench, answers: Answers) -> dict[str, ContentFigures]:
    if answers.real is None:
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


def _halves(
    held: HeldOut, scale: StyleScale | Refusal, *, seed: int
) -> tuple[list[Example], list[Example]]:
    """The contexts whose real replies set the ceiling, and those of the person arm."""
    if isinstance(scale, Refusal):
        upper = first_half([row.conversation for row in held.contexts], seed=seed)
    else:
        lower = {reply.conversation for reply in scale.held_out}
        upper = frozenset(row.conversation for row in held.contexts) - lower
    sides: tuple[list[Example], list[Example]] = ([], [])
    for row in held.contexts:
        sides[row.conversation not in upper].append(row)
    return sides


def _own_held_out(held: HeldOut, ceiling: Sequence[Example]) -> Answers:
    """The person's replies neither trained on nor in the person arm: reference and ceiling."""
    a, b = from_utterances(held.reference[-BASELINE_REPLIES:]), from_examples(ceiling)
    return Answers(
        texts=[*a.texts, *b.texts],
        conversations=[*a.conversations, *b.conversations],
        prompts=[*(a.prompts or ()), *(b.prompts or ())],
    )


def _drawn_others(held: HeldOut, *, replies: int, seed: int) -> Answers:
    """Real replies of the other speakers, as many from each as the number allows."""
    random = np.random.default_rng(seed)
    piles = [[rows[i] for i in random.permutation(len(rows))] for rows in held.others.values()]
    drawn: list[Utterance] = []
    while piles and len(drawn) < replies:
        drawn += [pile.pop() for pile in piles]
        piles = [pile for pile in piles if pile]
    return from_utterances(drawn[:replies])


def _leakage(held: HeldOut) -> LeakageGate:
    def side(answers: Answers) -> Side:
        return Side(list(answers.conversations), list(answers.texts))

    return leakage_gate(
        {
            "train": side(from_examples(held.train)),
            "reference": side(from_utterances(held.reference)),
            "test": side(from_examples(held.contexts)),
        }
    )


def with_likelihood(arm: Arm, figures: LikelihoodFigures) -> Arm:
    """The arm with its likelihood axis, and perplexity among the classical figures."""
    classical = msgspec.structs.replace(arm.classical, perplexity=figures.perplexity)
    return msgspec.structs.replace(arm, likelihood=figures, classical=classical)
