"""What an adapter kept of its training replies: membership, planted codes, completed beginnings.

Attacks that whoever holds base and adapter can run.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from eval.engine import Engine, Likelihood, Progress
from eval.held_out import HeldOut
from eval.metrics.completion import Completions, count_completed, cut_long
from eval.metrics.exposure import Exposure, exposures
from eval.metrics.likelihood import Read, saved_bits
from eval.metrics.privacy import NOTHING_SEEN, PrivacyFigures, area_under_curve
from eval.significance import binomial_tail
from persona.canaries import canary_example, draw_codes
from persona.counted import counted
from persona.data import Example

DECOYS = 1000
"""Codes that were not planted, to rank those that were."""
MOST_COMPLETED = 24
"""Training replies begun, and held-out ones."""
CHUNK = 64
MEMBERSHIP_WARNING = 0.7
ALPHA = 0.05
LESS = "train for fewer epochs, with a lower rank or with dropout, and do not share the adapter"


@dataclass(frozen=True, slots=True)
class Memory:
    """What was found; None where it was not measured.

    membership_auc: how well bits saved per character tell `members` training replies from held-out
    ones. limit: the most bits of exposure that can be seen.
    """

    membership_auc: float | None
    members: int
    exposures: list[Exposure] | None
    limit: float | None
    completed: Completions
    guessed: Completions


def read_memory(
    held: HeldOut,
    members: Mapping[str, Sequence[Likelihood]],
    strangers: Mapping[str, Sequence[Likelihood]],
    *,
    engine: Engine,
    seed: int,
    progress: Progress,
) -> Memory:
    """Runs the attacks.

    members, strangers: what base and adapter made of training replies and of held-out ones.
    """
    planted = _exposures(held, engine=engine, seed=seed, progress=progress)
    return Memory(
        membership_auc=_membership(members, strangers),
        members=len(members["adapter"]),
        exposures=planted,
        limit=float(np.log2(DECOYS + 1)) if planted else None,
        completed=_completed(held.train, engine=engine, seed=seed),
        guessed=_completed(held.contexts, engine=engine, seed=seed),
    )


def with_memory(figures: PrivacyFigures, memory: Memory) -> PrivacyFigures:
    """The figures with what the adapter kept, and a verdict that says what to change."""
    warnings = list(_warnings(memory))
    verdict = figures.verdict
    if warnings:
        said = [] if verdict == NOTHING_SEEN else [verdict]
        verdict = "; ".join([*said, *warnings]) + f": {LESS}"
    return msgspec.structs.replace(
        figures,
        membership_auc=memory.membership_auc,
        membership_replies=memory.members,
        exposure=memory.exposures,
        exposure_limit=memory.limit,
        completed=memory.completed,
        guessed=memory.guessed,
        verdict=verdict,
    )


def _warnings(memory: Memory) -> Iterator[str]:
    for group in memory.exposures or ():
        if group.p < ALPHA / len(memory.exposures or ()):
            yield (
                f"{group.found} of {group.canaries} codes planted {counted(group.times, 'time')} "
                "rank in the likeliest hundredth: what is said so often is memorised"
            )
    done, guessed = memory.completed, memory.guessed
    by_chance = (guessed.near + 1) / (guessed.tried + 2)
    if binomial_tail(done.near, done.tried, by_chance) < ALPHA:
        yield (
            f"{done.near} of {done.tried} training replies are finished from their first half, "
            f"{guessed.near} of {guessed.tried} held-out ones"
        )
    if memory.membership_auc is not None and memory.membership_auc > MEMBERSHIP_WARNING:
        yield (
            "who has base and adapter can tell training messages apart (AUC "
            f"{memory.membership_auc:.2f})"
        )


def _membership(
    members: Mapping[str, Sequence[Likelihood]], strangers: Mapping[str, Sequence[Likelihood]]
) -> float | None:
    if not members["adapter"]:
        return None
    seen, unseen = (
        _per_character(Read(read["base"], read["adapter"], ())) for read in (members, strangers)
    )
    return area_under_curve(seen, unseen)


def _per_character(read: Read) -> list[float]:
    """Bits saved per character, the membership signal of each reply."""
    pairs = zip(saved_bits(read), read.arm, strict=True)
    return [bits / max(1, row.characters) for bits, row in pairs]


def _exposures(
    held: HeldOut, *, engine: Engine, seed: int, progress: Progress
) -> list[Exposure] | None:
    if not held.canaries:
        return None
    codes = [canary.code for canary in held.canaries]
    codes += draw_codes(DECOYS, seed=seed + 1, but=codes)
    nats: list[float] = []
    for start in range(0, len(codes), CHUNK):
        rows = [canary_example(code, subject=held.subject) for code in codes[start : start + CHUNK]]
        nats += [row.nats for row in engine.log_likelihood(rows, arm="adapter")]
        progress("adapter: planted codes", done=len(nats), total=len(codes))
    count = len(held.canaries)
    return exposures(
        held.canaries, dict(zip(codes[:count], nats[:count], strict=True)), decoys=nats[count:]
    )


def _completed(rows: Sequence[Example], *, engine: Engine, seed: int) -> Completions:
    begun = cut_long(rows)
    chosen = np.random.default_rng(seed).permutation(len(begun))[:MOST_COMPLETED]
    picked = [begun[place] for place in sorted(chosen)]
    said = engine.complete_batch(
        [one.example.prompt for one in picked],
        beginnings=[one.beginning for one in picked],
        arm="adapter",
    )
    return count_completed(picked, said)
