"""What the model makes of real replies: the likelihood axis, and what the gates and privacy need.

Teacher-forced, over bounded numbers of replies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from eval.arms import WEIGHTS, Prompt
from eval.engine import Engine, Likelihood, Progress
from eval.held_out import HeldOut
from eval.memory import Memory, read_memory
from eval.metrics.likelihood import (
    Costs,
    LikelihoodFigures,
    Read,
    likelihood_figures,
)
from persona.data import Example, Turn

CHUNK = 64
MOST_READ = 40
"""Replies of each arm read for the gates."""
MOST_SAMPLED = 60
"""Others' replies, and training replies, read under base and adapter."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What each arm made of the person's held-out replies, and how well train stands out.

    replies: what each arm's replies, and the person's, cost the base; empty where there is none.
    memory: what the adapter kept of its training replies; None without base and adapter.
    """

    replies: dict[str, Costs]
    person: dict[str, list[Likelihood]]
    others: dict[str, list[Likelihood]]
    other_conversations: list[str]
    memory: Memory | None


def read_all(
    held: HeldOut,
    prompts: Mapping[str, Sequence[Prompt]],
    texts: Mapping[str, Sequence[str]],
    *,
    engine: Engine,
    seed: int,
    progress: Progress,
) -> Readings:
    """Reads real replies and, under the base, those of the arms.

    prompts, texts: of every arm, a prompt and its reply for each context. The held-out replies are
    read under every arm, others' and training ones under base and adapter.
    """
    person = {
        arm: _read(
            [
                msgspec.structs.replace(row, prompt=given)
                for row, given in zip(held.contexts, rows, strict=True)
            ],
            engine=engine,
            arm=arm,
            what="held-out replies",
            progress=progress,
        )
        for arm, rows in prompts.items()
    }
    both = [arm for arm in ("base", "adapter") if arm in prompts]
    strangers = _sample(_other_examples(held), most=MOST_SAMPLED, seed=seed)
    members = _sample(held.train, most=MOST_SAMPLED, seed=seed) if len(both) == 2 else []
    others, seen = (
        {arm: _read(rows, engine=engine, arm=arm, what=what, progress=progress) for arm in both}
        for rows, what in ((strangers, "others' replies"), (members, "training replies"))
    )
    real = [row.reply for row in held.contexts]
    return Readings(
        replies={
            arm: _costs(held, found, arm=arm, engine=engine, progress=progress)
            for arm, found in {**texts, "person": real}.items()
            if "base" in prompts and any(text.strip() for text in found)
        },
        person=person,
        others=others,
        other_conversations=[row.conversation for row in strangers],
        memory=read_memory(held, seen, person, engine=engine, seed=seed, progress=progress)
        if len(both) == 2
        else None,
    )


def _costs(
    held: HeldOut, texts: Sequence[str], *, arm: str, engine: Engine, progress: Progress
) -> Costs:
    """What some replies cost the base, in their own plain contexts and in shuffled ones.

    An even spread of the contexts; empty replies cost nothing.
    """
    chosen = [i for i in spread(len(texts), most=MOST_READ) if texts[i].strip()]
    own = [held.contexts[i] for i in chosen]
    foreign = [held.contexts[elsewhere(i, held)] for i in chosen]
    read = _read(
        [
            msgspec.structs.replace(context, completion=(Turn("assistant", texts[i]),))
            for contexts in (own, foreign)
            for i, context in zip(chosen, contexts, strict=True)
        ],
        engine=engine,
        arm="base",
        what=f"replies of {arm}",
        progress=progress,
    )
    half = len(chosen)
    return Costs(read[:half], read[half:], [context.conversation for context in own])


def spread(count: int, *, most: int) -> list[int]:
    """At most `most` of range(count), evenly apart."""
    if count <= most:
        return list(range(count))
    return [step * count // most for step in range(most)]


def elsewhere(index: int, held: HeldOut) -> int:
    """A context of another conversation, half the way round; the same one if there is no other."""
    names = [row.conversation for row in held.contexts]
    around = [(index + len(names) // 2 + step) % len(names) for step in range(len(names))]
    return next((other for other in around if names[other] != names[index]), index)


def figures_of(
    readings: Readings, arm: str, *, conversations: Sequence[str], draws: int, seed: int
) -> LikelihoodFigures:
    """The likelihood axis of one arm; gain and specificity need the base to have read the same."""
    base = readings.person.get("base")
    if arm not in readings.person or base is None:
        return LikelihoodFigures()
    person = Read(base, readings.person[arm], conversations)
    others = None
    if arm == "adapter" and readings.other_conversations:
        others = Read(
            readings.others["base"], readings.others["adapter"], readings.other_conversations
        )
    found = likelihood_figures(person, others=others, draws=draws, seed=seed)
    return msgspec.structs.replace(found, gain=None) if arm == "base" else found


def _read(
    rows: Sequence[Example], *, engine: Engine, arm: str, what: str, progress: Progress
) -> list[Likelihood]:
    read: list[Likelihood] = []
    for start in range(0, len(rows), CHUNK):
        read += engine.log_likelihood(rows[start : start + CHUNK], arm=WEIGHTS[arm])
        progress(f"{arm}: {what}", done=len(read), total=len(rows))
    return read


def _other_examples(held: HeldOut) -> list[Example]:
    return [
        Example(row.conversation, "", row.sent_at, row.prompt, (Turn("assistant", row.text),))
        for name in held.partners
        for row in held.others[name]
    ]


def _sample(rows: Sequence[Example], *, most: int, seed: int) -> list[Example]:
    chosen = np.random.default_rng(seed).permutation(len(rows))[:most]
    return [rows[index] for index in sorted(chosen)]
