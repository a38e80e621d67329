"""What every arm of one dataset is measured with: scale, indexes, and the person's own figures."""

from dataclasses import dataclass

import numpy as np

from eval.answers import Answers, from_examples, from_utterances, match, own_held_out
from eval.held_out import HeldOut, first_half, last_turns, whole_text
from eval.metrics.copying import Source
from eval.metrics.embedding import MINILM, WORDS, Embed, hashed_words, remembering
from eval.metrics.fluency import WordOrder
from eval.metrics.leakage import LeakageGate, Side, leakage_gate
from eval.metrics.likelihood import Costs
from eval.metrics.privacy import Known, known_private
from eval.significance import Array
from eval.style.results import Refusal
from eval.style.scorer import StyleScale, build_scale
from persona.data import Example, Utterance


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
    read: Costs | None
    draws: int
    seed: int

    @property
    def refused(self) -> str | None:
        """Why there is no scale, None where there is one."""
        return self.scale.why if isinstance(self.scale, Refusal) else None


def set_up(
    held: HeldOut,
    *,
    embed: Embed | None,
    draws: int,
    seed: int,
    read: Costs | None = None,
) -> Bench:
    """The bench of a dataset.

    embed: a sentence embedding, or None for hashed words. read: bits and characters per
    conversation of the real replies to the contexts under the base, where there is one.
    """
    train = [row.reply for row in held.train]
    answered = [last_turns(row.prompt, count=1) for row in held.train]
    chosen = remembering(embed or hashed_words([*train, *answered]))
    scale = _scale(held, seed=seed)
    ceiling, person = _halves(held, scale, seed=seed)
    own = own_held_out(held, ceiling)
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
        measure=MINILM if embed else WORDS,
        known=known_private(
            (text for row in held.train for text in (whole_text(row.prompt), row.reply)),
            partners=held.partners,
        ),
        leakage=_leakage(held),
        ceiling=ceiling,
        person=person,
        own=own,
        own_match=match(own, chosen),
        own_order=order.ranks(own.texts, seed=seed + 1),
        read=read,
        draws=draws,
        seed=seed,
    )


def ends_of(bench: Bench, *, replies: int) -> dict[str, Answers]:
    """The ends of the scale: the person's half that sets no ceiling, and the other speakers."""
    others = _drawn_others(bench.held, replies=replies, seed=bench.seed)
    return {"person": from_examples(bench.person), "others": others}


def _scale(held: HeldOut, *, seed: int) -> StyleScale | Refusal:
    others = {name: from_utterances(rows).replies for name, rows in held.others.items()}
    return build_scale(
        from_utterances(held.reference).replies,
        from_examples(held.real).replies,
        others,
        seed=seed,
        replies=(len(held.contexts) + 1) // 2,
        names=held.names,
    )


def _halves(
    held: HeldOut, scale: StyleScale | Refusal, *, seed: int
) -> tuple[list[Example], list[Example]]:
    """The examples whose real replies set the ceiling, and those of the person arm."""
    if isinstance(scale, Refusal):
        upper = first_half([row.conversation for row in held.real], seed=seed)
    else:
        lower = {reply.conversation for reply in scale.held_out}
        upper = frozenset(row.conversation for row in held.real) - lower
    sides: tuple[list[Example], list[Example]] = ([], [])
    for row in held.real:
        sides[row.conversation not in upper].append(row)
    return sides


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
            "test": side(from_examples(held.real)),
        }
    )
