"""Measures the self-test on a message file: where every probe ends, over many personas.

python -m eval.gaming_check --messages FILE [--authors held-out] [--least 200]

Rows are {"conversation", "speaker", "text"} in time order, as JSONL or JSONL.zst. Each author is a
persona as in the checks of the style score; the probes' other people are not those that set its
zero. Evidence for the docs; never part of an evaluation.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from eval.audit import verdicts_on
from eval.bench import set_up
from eval.held_out import HeldOut
from eval.report import Gates
from eval.style.check import AUTHORS
from eval.style.checks.scene import TEST_MESSAGES, Scene, Town, cut_scene, settle
from eval.style.corpus import read_speakers
from eval.style.features import Reply
from eval.style.probes import Probe, build_probes
from eval.style.selftest import MOST_POINTS, ProbeVerdict
from persona.data import Example, Turn, Utterance

KNOWN = 12  # other people of the log
DRAWS = 100


def as_dataset(scene: Scene, names: Sequence[str]) -> HeldOut:
    """The scene as a dataset, contexts unknown.

    An author writes too little for a training split beside reference and test; what the others say
    stands there, so that the gates know the language of the log.
    """
    test = [exchange(reply.conversation, "", reply.text) for reply in scene.test]
    talk = [reply.text for replies in scene.others.values() for reply in replies]
    return HeldOut(
        subject=scene.name,
        names=tuple(names),
        data_sha256="",
        real=test,
        contexts=test,
        train=[exchange("talk", before, text) for before, text in pairwise(talk)],
        reference=utterances(scene.name, scene.reference),
        others={name: utterances(name, replies) for name, replies in scene.others.items()},
    )


def exchange(conversation: str, before: str, text: str) -> Example:
    """One reply to one message."""
    return Example(conversation, "", None, (Turn("user", before),), (Turn("assistant", text),))


def utterances(speaker: str, replies: Iterable[Reply]) -> list[Utterance]:
    """Replies as a dataset keeps them for judging."""
    return [Utterance(one.conversation, speaker, None, one.text, ()) for one in replies]


def audit_people(town: Town, *, tested: int, seed: int) -> Iterator[list[ProbeVerdict]]:
    """The verdicts on every author's probes; empty where there is no scale."""
    rng = np.random.default_rng(seed)
    for place, name in enumerate(town.people):
        scene = cut_scene(town, name, known=KNOWN, rng=rng, tested=tested)
        bench = set_up(as_dataset(scene, town.names), embed=None, draws=DRAWS, seed=seed + place)
        if bench.refused:
            yield []
            continue
        person = [Reply(row.reply, row.conversation) for row in bench.person]
        probes = build_probes(scene.reference, person, scene.strangers, seed=seed + place)
        yield verdicts_on(bench, with_singles(probes))


def with_singles(probes: Sequence[Probe]) -> list[Probe]:
    """The probes, and each attempt of those that several people play as one of its own."""
    singles = [
        Probe(f"{probe.name}, each alone", (replies,), probe.is_person, probe.gate)
        for probe in probes
        if len(probe.attempts) > 1
        for replies in probe.attempts
    ]
    return [*probes, *singles]


def table(audits: Sequence[Sequence[ProbeVerdict]]) -> Iterator[str]:
    """Rows: probe, scores, median, 90th percentile, share under 60, struck, either, clearly over.

    Clearly over: not struck, and 60 below the whole interval.
    """
    yield f"{len(audits)} personas, {sum(not one for one in audits)} refused\n"
    yield "| probe | n | median | p90 | under 60 | struck | either | clearly over | struck by |"
    yield "|---" * 9 + "|"
    for name, rows in by_name(audits).items():
        scores = np.array([row.score for row in rows], float)
        lows = np.array([row.low for row in rows], float)
        struck = np.array([row.struck is not None for row in rows])
        yield (
            f"| {name} | {len(rows)} | {np.median(scores):.0f} | {np.percentile(scores, 90):.0f} | "
            f"{(scores < MOST_POINTS).mean():.0%} | {struck.mean():.0%} | "
            f"{((scores < MOST_POINTS) | struck).mean():.0%} | "
            f"{((lows > MOST_POINTS) & ~struck).mean():.0%} | {gates_that_struck(rows)} |"
        )


def by_name(audits: Sequence[Sequence[ProbeVerdict]]) -> Mapping[str, list[ProbeVerdict]]:
    """Every probe's verdicts over the personas, those without a score left out."""
    found: dict[str, list[ProbeVerdict]] = defaultdict(list)
    for verdicts in audits:
        for row in verdicts:
            if row.score is not None:
                found[row.name].append(row)
    return found


def gates_that_struck(rows: Iterable[ProbeVerdict]) -> str:
    """The gates that struck these verdicts, the most frequent first."""
    gates = Counter(
        gate
        for row in rows
        for gate in Gates.__struct_fields__
        if f"; {gate}: " in f"; {row.struck}"
    )
    return ", ".join(f"{gate} {count}" for gate, count in gates.most_common()) or "-"


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m eval.gaming_check", description=__doc__)
    parser.add_argument("--messages", type=Path, required=True, help="JSONL or JSONL.zst")
    parser.add_argument("--authors", choices=AUTHORS, default="held-out")
    parser.add_argument("--least", type=int, default=200, help="messages an author must have")
    parser.add_argument(
        "--tested", type=int, default=TEST_MESSAGES, help="held-out messages; half are scored"
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    speakers = read_speakers(options.messages)
    town = settle(speakers, messages=options.least, fitted=AUTHORS[options.authors])
    for line in table(list(audit_people(town, tested=options.tested, seed=options.seed))):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
