"""The side of a dataset to judge by: contexts with their real replies, reference, others.

Every arm answers the same contexts of the test split. The real replies, to these contexts and to
the rest of the split, are cut by conversation into two halves: one sets the ceiling of the style
scale, one is the arm `person`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from persona.canaries import Canary, is_canary
from persona.data import Example, Turn, Utterance, read_jsonl
from persona.folders import DatasetDir


@dataclass(frozen=True, slots=True)
class HeldOut:
    """All that an evaluation reads of a dataset.

    names: those under which the subject appears in the logs. real: held-out examples, in time order
    within a conversation; contexts: the first of them, which every arm answers. train: the
    subject's training examples. others: the other speakers' real replies, by speaker. canaries:
    codes planted in train, which `train` leaves out.
    """

    subject: str
    names: tuple[str, ...]
    data_sha256: str
    real: list[Example]
    contexts: list[Example]
    train: list[Example]
    reference: list[Utterance]
    others: dict[str, list[Utterance]]
    canaries: list[Canary] = field(default_factory=list)

    @property
    def partners(self) -> list[str]:
        """Everybody else who speaks."""
        return sorted(self.others)


def load_held_out(dataset: DatasetDir, *, max_contexts: int | None, seed: int) -> HeldOut:
    """The held-out side of a dataset; `max_contexts`: answered by each arm, None for all.

    Raises DataError if the dataset is missing or half-written.
    """
    manifest = dataset.manifest()
    real = in_drawn_order(dataset.examples("test"), seed=seed)
    others: dict[str, list[Utterance]] = {}
    for row in dataset.utterances("others"):
        others.setdefault(row.speaker, []).append(row)
    return HeldOut(
        subject=str(manifest["subject"]),
        names=tuple(manifest["names"]),
        data_sha256=str(manifest["data_sha256"]),
        real=real,
        contexts=real[:max_contexts],
        train=[row for row in dataset.examples("train") if not is_canary(row)],
        reference=list(dataset.utterances("reference")),
        others=others,
        canaries=list(read_jsonl(dataset.canaries, Canary)) if dataset.canaries.is_file() else [],
    )


def in_drawn_order(examples: Sequence[Example], *, seed: int) -> list[Example]:
    """The examples of one conversation after the other, conversations in drawn order."""
    rank = {name: place for place, name in enumerate(_drawn(examples, seed=seed))}
    return sorted(examples, key=lambda row: rank[row.conversation])


def first_half(conversations: Sequence[str], *, seed: int) -> frozenset[str]:
    """Conversations that together hold about half of the rows, drawn at random."""
    names, counts = np.unique(np.asarray(conversations), return_counts=True)
    order = np.random.default_rng(seed).permutation(len(names))
    chosen: set[str] = set()
    held = 0
    # The largest first: what comes late is small and evens out what came early.
    for index in sorted(order, key=lambda i: -counts[i]):
        if held + counts[index] <= (len(conversations) + 1) // 2:
            chosen.add(str(names[index]))
            held += int(counts[index])
    return frozenset(chosen)


def last_turns(prompt: Sequence[Turn], *, count: int = 2) -> str:
    """What a reply answers: the last turns before it, without the system line."""
    return "\n".join([turn.content for turn in prompt if turn.role != "system"][-count:])


def whole_text(prompt: Iterable[Turn]) -> str:
    """All that stands in a prompt."""
    return "\n".join(turn.content for turn in prompt)


def _drawn(examples: Sequence[Example], *, seed: int) -> list[str]:
    names = sorted({row.conversation for row in examples})
    order = np.random.default_rng(seed).permutation(len(names))
    return [names[index] for index in order]
