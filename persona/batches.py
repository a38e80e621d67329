"""Encoded examples to optimizer steps: what is learned together, in which order. Pure.

Two examples of one conversation often differ only in where they stop: the prompt and completion of
the earlier one open the later one. Such examples become one sequence in which several stretches are
learned: the same losses on the same contexts, computed once (attention is causal, so a token never
sees what follows it). Where a window slid or a template writes older turns differently the ids do
not match, and the examples stay apart.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from persona.prompt import IGNORED, Encoded

MICRO_BATCH_COST = {"cpu": 48.0, "mps": 512.0, "cuda": 1024.0}
"""What starting a micro-batch costs on a device, in tokens that could be computed meanwhile."""


class Packed(msgspec.Struct, frozen=True):
    """One sequence of ids and the stretches of it that are learned, each `(start, end)`.

    examples: for each stretch, the index of the example it came from.
    """

    input_ids: list[int]
    spans: tuple[tuple[int, int], ...]
    examples: tuple[int, ...]

    @property
    def labels(self) -> list[int]:
        """The ids to learn, IGNORED elsewhere."""
        labels = [IGNORED] * len(self.input_ids)
        for start, end in self.spans:
            labels[start:end] = self.input_ids[start:end]
        return labels

    @property
    def trained(self) -> int:
        """Number of tokens that are learned."""
        return sum(end - start for start, end in self.spans)


class Material(msgspec.Struct, frozen=True):
    """What a training run learns from, and when."""

    sequences: list[Packed]
    valid: list[Packed]
    steps: list[list[Packed]]  # of each optimizer step, epochs unrolled
    dropped: dict[str, int]  # examples that cannot be learned, by reason

    @property
    def longest(self) -> int:
        """Tokens of the longest sequence there is."""
        return max(len(one.input_ids) for one in (*self.sequences, *self.valid))


class _Host:
    """A sequence while examples are being folded into it."""

    def __init__(self, input_ids: list[int]) -> None:
        self.input_ids = input_ids
        self.members: list[tuple[int, int, int]] = []  # start, end, index of the example

    def takes(self, encoded: Encoded) -> bool:
        """Whether the example is the beginning of this sequence, not yet learned from it."""
        end = len(encoded.input_ids)
        free = all(encoded.start >= other or end <= start for start, other, _ in self.members)
        return free and self.input_ids[:end] == encoded.input_ids

    def packed(self) -> Packed:
        members = sorted(self.members)
        return Packed(
            self.input_ids,
            spans=tuple((start, end) for start, end, _ in members),
            examples=tuple(index for _, _, index in members),
        )


def fold(examples: Iterable[Encoded]) -> list[Packed]:
    """The examples as sequences, each example in exactly one of them."""
    by_conversation: dict[str, list[tuple[int, Encoded]]] = defaultdict(list)
    for index, example in enumerate(examples):
        by_conversation[example.conversation].append((index, example))
    return [
        host.packed() for group in by_conversation.values() for host in _fold_conversation(group)
    ]


def _fold_conversation(group: list[tuple[int, Encoded]]) -> list[_Host]:
    hosts: list[_Host] = []
    for index, example in sorted(group, key=lambda one: len(one[1].input_ids), reverse=True):
        host = next((host for host in hosts if host.takes(example)), None)
        if host is None:
            host = _Host(example.input_ids)
            hosts.append(host)
        host.members.append((example.start, len(example.input_ids), index))
    return hosts


def plan_steps(
    sequences: Sequence[Packed], *, batch_size: int, epochs: float, seed: int
) -> list[list[int]]:
    """The sequences of each optimizer step, as indices, over all epochs.

    batch_size counts examples: a step takes as many sequences as hold that many on average. Every
    epoch has its own order, drawn from `seed`; a last epoch may be a part of one.
    """
    examples = sum(len(sequence.spans) for sequence in sequences)
    per_step = max(1, round(batch_size * len(sequences) / max(1, examples)))
    order: list[int] = []
    whole, part = divmod(epochs, 1)
    for epoch in range(int(whole) + (part > 0)):
        indices = list(range(len(sequences)))
        random.Random(f"{seed}:{epoch}").shuffle(indices)
        order += indices if epoch < int(whole) else indices[: max(1, round(part * len(indices)))]
    return [order[start : start + per_step] for start in range(0, len(order), per_step)]


def split_micro(sequences: Sequence[Packed], *, max_tokens: int, device: str) -> list[list[Packed]]:
    """The sequences in micro-batches of at most `max_tokens` with padding, longest first.

    Of all ways to cut the sorted lengths, the one with the least work: tokens with padding, and a
    fixed cost for each micro-batch. A single longer sequence is a micro-batch of its own.
    """
    ordered = sorted(sequences, key=lambda one: len(one.input_ids), reverse=True)
    lengths = [len(one.input_ids) for one in ordered]
    fixed = MICRO_BATCH_COST[device]
    best: list[tuple[float, int]] = [(0.0, 0)]  # of the first n: least work, where the last cut is
    for end in range(1, len(ordered) + 1):
        best.append(
            min(
                (best[start][0] + fixed + lengths[start] * (end - start), start)
                for start in _starts(lengths, end, max_tokens=max_tokens)
            )
        )
    batches: list[list[Packed]] = []
    end = len(ordered)
    while end:
        start = best[end][1]
        batches.append(ordered[start:end])
        end = start
    return batches[::-1]


def pack_micro(sequences: Sequence[Packed], *, max_tokens: int) -> list[list[Packed]]:
    """The sequences in rows of at most `max_tokens` without padding, the longest first.

    A single longer sequence is a row of its own.
    """
    rows: list[list[Packed]] = []
    room: list[int] = []
    for sequence in sorted(sequences, key=lambda one: len(one.input_ids), reverse=True):
        size = len(sequence.input_ids)
        row = next((row for row, free in enumerate(room) if free >= size), None)
        if row is None:
            rows.append([sequence])
            room.append(max_tokens - size)
        else:
            rows[row].append(sequence)
            room[row] -= size
    return rows


def _starts(lengths: Sequence[int], end: int, *, max_tokens: int) -> Iterator[int]:
    """Where a micro-batch that ends before `end` may begin, nearest first."""
    yield end - 1
    for start in range(end - 2, -1, -1):
        if lengths[start] * (end - start) > max_tokens:
            return
        yield start
