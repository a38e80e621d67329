"""Dialogues to fixed-size batches of token ids, several dialogues to a row, none seeing another.

Each dialogue starts at position 0 and attends to itself only (`document_mask`), as in use.
The corpora are drawn by weight, each shuffled anew when it has been seen once.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

import torch
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info
from transformers import PreTrainedTokenizerFast

from persona.tiny.data import Dialogue
from persona.tiny.recipe import Recipe
from persona.tiny.tokenizer import END, MARKERS
from persona.tiny.variation import Message, vary

IGNORED = -100
CANDIDATES = 64  # dialogues waiting to be fitted into rows; more wastes less, and mixes less


@dataclass(frozen=True, slots=True)
class Batch:
    """Packed rows, all (rows, length) int64. document: 0 is padding, then 1, 2, ... in a row."""

    input_ids: Tensor
    position_ids: Tensor
    document: Tensor
    labels: Tensor  # the next token; IGNORED at the end of a document

    def to(self, device: torch.device) -> "Batch":
        """The same batch on a device."""
        return Batch(
            self.input_ids.to(device, non_blocking=True),
            self.position_ids.to(device, non_blocking=True),
            self.document.to(device, non_blocking=True),
            self.labels.to(device, non_blocking=True),
        )

    def pin_memory(self) -> "Batch":
        """The same batch in memory that a GPU copies from while it works; asked for by torch."""
        return Batch(
            self.input_ids.pin_memory(),
            self.position_ids.pin_memory(),
            self.document.pin_memory(),
            self.labels.pin_memory(),
        )


class Encoder:
    """Messages to token ids as the chat template renders them, without rendering it."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        self.tokenizer = tokenizer.backend_tokenizer
        self.end = tokenizer.convert_tokens_to_ids(END)
        self.markers = {r: tokenizer.convert_tokens_to_ids(m) for r, m in MARKERS.items()}

    def encode(self, messages: Sequence[Message], *, max_length: int) -> list[int]:
        """The ids of the messages, as many from the first as fit into `max_length` tokens."""
        ids: list[int] = []
        texts = [message["content"] for message in messages]
        encoded = self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        for message, text in zip(messages, encoded, strict=True):
            if len(ids) + len(text.ids) + 2 > max_length:
                break
            ids += [self.markers[message["role"]], *text.ids, self.end]
        return ids


class Mixture:
    """An endless stream of varied, encoded dialogues, the corpora drawn by weight."""

    def __init__(
        self, dialogues: Sequence[Dialogue], encoder: Encoder, *, max_length: int, seed: int
    ) -> None:
        self.by_corpus: dict[str, list[Dialogue]] = {}
        for dialogue in dialogues:
            self.by_corpus.setdefault(dialogue.corpus, []).append(dialogue)
        self.encoder, self.max_length, self.rng = encoder, max_length, random.Random(seed)
        self.queues: dict[str, list[Dialogue]] = {name: [] for name in self.by_corpus}
        self.shares: Mapping[str, float] = {}
        self.drawn = dict.fromkeys(self.by_corpus, 0)  # tokens since the shares changed

    def draw(self, shares: Mapping[str, float]) -> list[int]:
        """One dialogue from the corpus that is furthest behind its share of the tokens."""
        if shares is not self.shares:
            self.shares, self.drawn = shares, dict.fromkeys(self.by_corpus, 0)
        total = sum(self.drawn.values()) + 1
        names = [name for name in shares if name in self.by_corpus]
        corpus = max(names, key=lambda name: shares[name] - self.drawn[name] / total)
        queue = self.queues[corpus]
        if not queue:
            queue += self.rng.sample(self.by_corpus[corpus], len(self.by_corpus[corpus]))
        ids = self.encoder.encode(vary(queue.pop(), self.rng), max_length=self.max_length)
        self.drawn[corpus] += len(ids)
        return ids


def fit_rows(documents: Iterator[list[int]], *, length: int) -> Iterator[list[list[int]]]:
    """Rows of documents, together at most `length` tokens: always the longest that still fits."""
    waiting: list[list[int]] = []
    while True:
        row: list[list[int]] = []
        free = length
        while True:
            while len(waiting) < CANDIDATES:
                waiting.append(next(documents))
            fitting = [i for i, ids in enumerate(waiting) if len(ids) <= free]
            if not fitting:
                break
            # The first of a row is the one that has waited longest, so that none waits for ever.
            best = max(fitting, key=lambda i: len(waiting[i])) if row else fitting[0]
            row.append(waiting.pop(best))
            free -= len(row[-1])
        yield row


def batch_rows(rows: Sequence[Sequence[list[int]]], *, length: int) -> Batch:
    """The rows as tensors of (rows, length), padded with id 0."""
    shape = (len(rows), length)
    batch = Batch(
        torch.zeros(shape, dtype=torch.long),
        torch.zeros(shape, dtype=torch.long),
        torch.zeros(shape, dtype=torch.long),
        torch.full(shape, IGNORED),
    )
    for r, row in enumerate(rows):
        start = 0
        for number, ids in enumerate(row, start=1):
            stop = start + len(ids)
            batch.input_ids[r, start:stop] = torch.tensor(ids)
            batch.position_ids[r, start:stop] = torch.arange(len(ids))
            batch.document[r, start:stop] = number
            batch.labels[r, start : stop - 1] = torch.tensor(ids[1:])
            start = stop
    return batch


def document_mask(document: Tensor) -> Tensor:
    """True where a position may look: itself and what came before in its own document.

    document: (rows, length) int. Returns (rows, 1, length, length) bool.
    """
    same = document[:, :, None] == document[:, None, :]  # (rows, length, length)
    causal = torch.ones(same.shape[1:], dtype=torch.bool, device=document.device).tril()
    return (same & causal)[:, None]


class Batches(IterableDataset[list[Batch]]):
    """Endless batches for one optimizer step at a time, of short and long rows in turn.

    Several loading processes share the dialogues out among them.
    """

    def __init__(
        self, dialogues: Sequence[Dialogue], encoder: Encoder, recipe: Recipe, *, seed: int
    ) -> None:
        self.dialogues, self.encoder, self.recipe, self.seed = dialogues, encoder, recipe, seed
        self.decaying = torch.zeros((), dtype=torch.bool).share_memory_()  # seen by all processes

    def begin_decay(self) -> None:
        """Changes the mixture; what is already packed, or waiting to be, comes first."""
        self.decaying.fill_(True)

    def _draws(self, mixture: Mixture) -> Iterator[list[int]]:
        while True:
            yield mixture.draw(self.recipe.decay if self.decaying else self.recipe.constant)

    def __iter__(self) -> Iterator[list[Batch]]:
        worker = get_worker_info()
        part, parts = (worker.id, worker.num_workers) if worker else (0, 1)
        dialogues = self.dialogues[part::parts]
        rows = {}
        for length in set(self.recipe.lengths):
            seed = self.seed + 10_000 * part + length
            mixture = Mixture(dialogues, self.encoder, max_length=length, seed=seed)
            rows[length] = fit_rows(self._draws(mixture), length=length)
        for length in cycle(self.recipe.lengths):
            number = max(1, self.recipe.pass_tokens // length)
            yield [
                batch_rows([next(rows[length]) for _ in range(number)], length=length)
                for _ in range(self.recipe.step_tokens // (number * length))
            ]
