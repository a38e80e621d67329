"""How the axes of a report hang together: rank correlations over many sets of replies.

python -m eval.axes_check --messages FILE [--people 15] [--replies 100]

The sets are the person's own replies, tricks made of them (`eval.gate_check`) and their mixtures
with other people's, each to the person's held-out contexts. No model: likelihood is left out.
Evidence for the docs; never part of an evaluation.
"""

import argparse
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from eval.answers import Answers, from_examples
from eval.bench import Bench, set_up
from eval.gate_check import TRICKS, read_examples, split_by_time
from eval.measure import measure
from eval.report import Arm
from eval.significance import Array
from persona.data import Example

SHARES = (0.25, 0.5, 0.75, 1.0)
FORM = ("length", "burst", "case", "ending", "opener")


def sets_of(
    bench: Bench, others: Sequence[Example], *, draw: random.Random
) -> Iterator[tuple[str, Answers]]:
    """Named sets of replies to the contexts of the person arm."""
    person = from_examples(bench.person)
    yield "the person", person
    for name, trick in TRICKS.items():
        yield name, _with_texts(person, trick(person, bench, draw))
    for share in SHARES:
        texts = [
            draw.choice(others).reply if draw.random() < share else text for text in person.texts
        ]
        yield f"{share:.0%} other people", _with_texts(person, texts)


def _with_texts(person: Answers, texts: Sequence[str]) -> Answers:
    return Answers(texts, person.conversations, prompts=person.prompts, real=person.real)


def axes_of(arm: Arm) -> dict[str, float]:
    """One figure of every axis, more always being more like the person."""
    gates = arm.gates
    judged = max(1, gates.copying.judged_exact)
    axes = {
        "style": arm.style.score,
        **{f"form: {name}": -arm.form[name].distance for name in FORM},
        "content": arm.content["embedding"].scale.value,
        "chrF": arm.content["chrf"].scale.value,
        "novelty": -gates.copying.exact / judged,
        "diversity": gates.diversity.distinct,
        "word order": gates.fluency.order,
        "relevance": gates.relevance.own_over_shuffled,
    }
    return {name: np.nan if value is None else float(value) for name, value in axes.items()}


def spearman(a: Array, b: Array) -> float:
    """Rank correlation over the pairs that both have; ties get their mean rank.

    nan where there are fewer than three, or one of the two never changes.
    """
    both = np.isfinite(a) & np.isfinite(b)
    if both.sum() < 3 or 0 in (np.ptp(a[both]), np.ptp(b[both])):
        return float("nan")
    return float(np.corrcoef(ranks(a[both]), ranks(b[both]))[0, 1])


def ranks(values: Array) -> Array:
    """Ranks from 1; ties share their mean."""
    _, index, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    found: Array = (ends - (counts - 1) / 2)[index]
    return found


def collect(
    examples: Mapping[str, list[Example]], *, people: int, replies: int, seed: int
) -> Iterator[dict[str, float]]:
    """The axes of every set of the people with the most replies."""
    ranked = sorted(examples, key=lambda name: (-len(examples[name]), name))[:people]
    for speaker in ranked:
        held = split_by_time(speaker, examples[speaker], most=2 * replies, seed=seed)
        bench = set_up(held, embed=None, draws=20, seed=seed)
        others = [row for name in ranked if name != speaker for row in examples[name][-200:]]
        if bench.refused is None:
            for name, answers in sets_of(bench, others, draw=random.Random(seed)):
                yield axes_of(measure(bench, name, answers))


def table(rows: Sequence[Mapping[str, float]]) -> Iterator[str]:
    """The correlations as a Markdown table."""
    names = list(rows[0])
    columns = {name: np.array([row[name] for row in rows]) for name in names}
    yield f"{len(rows)} sets of replies\n"
    yield "| | " + " | ".join(names) + " |\n"
    yield "|---" * (len(names) + 1) + "|\n"
    for a in names:
        cells = (f"{spearman(columns[a], columns[b]):.2f}" for b in names)
        yield f"| {a} | " + " | ".join(cells) + " |\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m eval.axes_check", description=__doc__)
    parser.add_argument("--messages", type=Path, required=True, help="JSONL or JSONL.zst")
    parser.add_argument("--people", type=int, default=15)
    parser.add_argument("--replies", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    found = collect(
        read_examples(options.messages),
        people=options.people,
        replies=options.replies,
        seed=options.seed,
    )
    for line in table(list(found)):
        sys.stdout.write(line)


if __name__ == "__main__":
    main()
