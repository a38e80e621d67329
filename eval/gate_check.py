"""Measures the gates on a message file: how often real people are struck, how often tricks are.

python -m eval.gate_check --messages FILE [--people 25] [--replies 100] [--draws 2]

Rows are {"conversation", "speaker", "text"} in time order, as JSONL or JSONL.zst. Each speaker's
replies are split by time, 70 % training, 10 % reference, 20 % test, and long ones that recur are
purged as when a dataset is made; draws with too few replies are left out and counted. Evidence for
the docs; never part of an evaluation.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from eval.answers import Answers, from_examples
from eval.bench import Bench, set_up
from eval.held_out import HeldOut, in_drawn_order
from eval.measure import gates_of
from eval.metrics.embedding import Embed, load_minilm
from eval.metrics.words import words
from eval.report import Gates, struck_reason
from eval.style.corpus import open_text
from eval.style.features import Reply
from eval.style.probes import each, scrub, shuffle_words, with_fillers, with_word_added
from persona.data import Example, Turn, Utterance

TURNS = 4
MOST_TRAIN = 2500
MOST_REFERENCE = 250
LONG = 6
"""Words from which on a reply that recurs is purged; a dataset's own rule counts characters."""
LEAST = 20
"""Replies of reference and of test; with fewer a draw is left out."""
PERSON = "the person"
Trick = Callable[[Answers, Bench, random.Random], Sequence[str]]


def read_examples(path: Path) -> dict[str, list[Example]]:
    """Every speaker's replies with up to four turns of context, in time order."""
    found: dict[str, list[Example]] = {}
    with open_text(path) as lines:
        rows = [json.loads(line) for line in lines]
    rows.sort(key=lambda row: str(row["conversation"]))
    for conversation, said in groupby(rows, key=lambda row: str(row["conversation"])):
        runs = [
            (speaker, "\n\n".join(row["text"] for row in run))
            for speaker, run in groupby(said, key=lambda row: str(row["speaker"]))
        ]
        for place in range(1, len(runs)):
            speaker, text = runs[place]
            prompt = tuple(
                Turn("assistant" if name == speaker else "user", before)
                for name, before in runs[max(0, place - TURNS) : place]
            )
            reply = (Turn("assistant", text),)
            found.setdefault(speaker, []).append(Example(conversation, "", None, prompt, reply))
    return found


def split_by_time(speaker: str, rows: Sequence[Example], *, most: int, seed: int) -> HeldOut:
    """The speaker's replies as a dataset; `most` contexts of the test part."""
    first, second = int(len(rows) * 0.7), int(len(rows) * 0.8)
    reference = _apart(rows[first:second], rows[:first])
    test = _apart(rows[second:], rows[:second])
    contexts = in_drawn_order(test, seed=seed)[:most]
    return HeldOut(
        subject=speaker,
        names=(),
        data_sha256="",
        real=contexts,
        contexts=contexts,
        train=list(rows[max(0, first - MOST_TRAIN) : first]),
        reference=[
            Utterance(row.conversation, speaker, None, row.reply, row.prompt)
            for row in reference[-MOST_REFERENCE:]
        ],
        others={},
    )


def _apart(rows: Sequence[Example], earlier: Sequence[Example]) -> list[Example]:
    """The rows whose conversation, and whose reply if long, does not stand in the earlier ones."""
    conversations = {row.conversation for row in earlier}
    said = {" ".join(words(row.reply)) for row in earlier}
    return [
        row
        for row in rows
        if row.conversation not in conversations
        and (len(spoken := words(row.reply)) < LONG or " ".join(spoken) not in said)
    ]


def shuffled(answers: Answers, _bench: Bench, draw: random.Random) -> list[str]:
    """The person's words in random order."""
    return [shuffle_words(text, draw) for text in answers.texts]


def scrubbed(answers: Answers, _bench: Bench, _draw: random.Random) -> list[str]:
    """The person's words in neutral spelling, every message with a capital and a full stop."""
    return [each(row, scrub).text for row in answers.replies]


def misplaced(answers: Answers, _bench: Bench, _draw: random.Random) -> list[str]:
    """The person's own replies to other contexts."""
    third = len(answers.texts) // 3
    return [*answers.texts[third:], *answers.texts[:third]]


def collapsed(answers: Answers, bench: Bench, draw: random.Random) -> list[str]:
    """The person's eight commonest messages."""
    counts = Counter(row.text for row in bench.held.reference)
    pets = [text for text, _ in counts.most_common(8)]
    return [draw.choice(pets) for _ in answers.texts]


def copied(answers: Answers, bench: Bench, draw: random.Random) -> list[str]:
    """Training messages, word for word."""
    return [draw.choice(bench.held.train).reply for _ in answers.texts]


def word_added(answers: Answers, bench: Bench, draw: random.Random) -> list[str]:
    """Training messages with a word at the end."""
    return [with_word_added(text) for text in copied(answers, bench, draw)]


def padded(answers: Answers, bench: Bench, draw: random.Random) -> list[str]:
    """Training messages with a filler word after every sixth."""
    rows = (Reply(text, "") for text in copied(answers, bench, draw))
    return [each(row, with_fillers).text for row in rows]


TRICKS: dict[str, Trick] = {
    "words shuffled": shuffled,
    "style scrubbed": scrubbed,
    "own replies to other contexts": misplaced,
    "eight pet phrases": collapsed,
    "copies of training messages": copied,
    "near-copies: a word added": word_added,
    "near-copies: fillers": padded,
}


def judge_draws(
    people: Sequence[list[Example]], *, replies: int, draws: int, seed: int, embed: Embed | None
) -> Iterator[dict[str, Gates]]:
    """The gates on the person's replies and on every trick, draw by draw; empty if left out."""
    for examples in people:
        for number in range(seed, seed + draws):
            held = split_by_time("", examples, most=2 * replies, seed=number)
            if min(len(held.reference), len(held.contexts)) < LEAST:
                yield {}
                continue
            bench = set_up(held, embed=embed, draws=100, seed=number)
            person = from_examples(bench.person)
            draw = random.Random(number)
            found = {PERSON: person.texts}
            found |= {name: trick(person, bench, draw) for name, trick in TRICKS.items()}
            yield {
                name: gates_of(bench, Answers(texts, person.conversations, prompts=person.prompts))
                for name, texts in found.items()
            }


def table(draws: Sequence[dict[str, Gates]]) -> Iterator[str]:
    """Lines: how many draws were struck, of the person and of each trick; the person's form."""
    judged = [gates for gates in draws if gates]
    yield f"{len(judged)} draws; {len(draws) - len(judged)} left out for want of replies\n"
    if not judged:
        return
    for name in (PERSON, *TRICKS):
        struck = [struck_reason(gates[name]) is not None for gates in judged]
        yield f"{name:32} struck {np.mean(struck):6.1%}\n"
    reasons = [struck_reason(gates[PERSON]) for gates in judged]
    by_gate = Counter(why.partition(":")[0] for why in reasons if why)
    yield f"gates that struck the person: {dict(by_gate)}\n"
    changed = [
        max(form.case, form.ending)
        for form in (gates[PERSON].form for gates in judged)
        if form.case is not None and form.ending is not None
    ]
    if changed:
        yield "form of the person, share that would have to change: "
        yield f"median {np.median(changed):.2f}, at most {max(changed):.2f}\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m eval.gate_check", description=__doc__)
    parser.add_argument("--messages", type=Path, required=True, help="JSONL or JSONL.zst")
    parser.add_argument("--people", type=int, default=25)
    parser.add_argument("--replies", type=int, default=100)
    parser.add_argument("--draws", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minilm", action="store_true", help="relevance by sentence embedding")
    options = parser.parse_args(arguments)
    examples = read_examples(options.messages)
    ranked = sorted(examples, key=lambda name: (-len(examples[name]), name))[: options.people]
    found = judge_draws(
        [examples[name] for name in ranked],
        replies=options.replies,
        draws=options.draws,
        seed=options.seed,
        embed=load_minilm() if options.minilm else None,
    )
    for line in table(list(found)):
        sys.stdout.write(line)


if __name__ == "__main__":
    main()
