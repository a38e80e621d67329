"""How likely given tokens are: the losses of validation and the evaluation's likelihoods.

Notation: B sequences, T tokens with padding, V vocabulary.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from persona.batches import Packed, split_micro
from persona.prompt import IGNORED


def collate(sequences: Sequence[Packed], device: torch.device) -> dict[str, torch.Tensor]:
    """`input_ids`, `labels` and `position_ids`, each (B, T), padded on the right.

    No attention mask: attention is causal, so what is on the right is never seen, and without a
    mask the fast kernel is used. The padding's labels are IGNORED.
    """
    length = max(len(sequence.input_ids) for sequence in sequences)
    input_ids = torch.zeros(len(sequences), length, dtype=torch.long)
    labels = torch.full((len(sequences), length), IGNORED, dtype=torch.long)
    for row, sequence in enumerate(sequences):
        end = len(sequence.input_ids)
        input_ids[row, :end] = torch.tensor(sequence.input_ids)
        labels[row, :end] = torch.tensor(sequence.labels)
    positions = torch.arange(length).expand(len(sequences), length)
    batch = {"input_ids": input_ids, "labels": labels, "position_ids": positions}
    return {name: tensor.to(device) for name, tensor in batch.items()}


def collate_packed(sequences: Sequence[Packed], device: torch.device) -> dict[str, torch.Tensor]:
    """The sequences behind each other in one row, (1, T): no padding and no attention mask.

    Positions start anew with each sequence; a model that reads documents off them keeps each
    sequence from seeing the others. One that does not leaks: see `packing_leak`.
    """
    input_ids = [token for sequence in sequences for token in sequence.input_ids]
    labels = [label for sequence in sequences for label in sequence.labels]
    positions = [place for sequence in sequences for place in range(len(sequence.input_ids))]
    batch = {"input_ids": input_ids, "labels": labels, "position_ids": positions}
    return {name: torch.tensor([row], device=device) for name, row in batch.items()}


@torch.no_grad()
def packing_leak(model: Any, sequences: Sequence[Packed]) -> float:
    """How far a packed row's logits are from those of its sequences alone, as a share of their
    spread: some hundredths by rounding to 16 bit, about 1 where sequences see each other.
    """
    model.eval()
    together = _logits(model, collate_packed(sequences, model.device))[0]  # (T, V)
    alone = torch.cat([_logits(model, collate_packed([one], model.device))[0] for one in sequences])
    return float((together - alone).square().mean().sqrt() / alone.std())


def _logits(model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    return model(
        input_ids=batch["input_ids"], position_ids=batch["position_ids"], use_cache=False
    ).logits.float()


@torch.no_grad()
def span_nll(model: Any, sequences: Sequence[Packed], *, max_tokens: int) -> dict[int, float]:
    """The negative log-likelihood in nats of every stretch, by the index of its example.

    The model is put into evaluation mode. max_tokens: of one micro-batch, with padding.
    """
    model.eval()
    found: dict[int, float] = {}
    for batch in split_micro(sequences, max_tokens=max_tokens, device=model.device.type):
        losses = token_nll(model, collate(batch, model.device))  # (B, T)
        for row, sequence in enumerate(batch):
            for (start, end), example in zip(sequence.spans, sequence.examples, strict=True):
                found[example] = float(losses[row, start:end].sum())
    return found


def token_nll(model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Minus the log-probability of each labelled token, (B, T) float32, 0 where IGNORED.

    Differentiable. Logits are made at the labelled positions only.
    """
    labels = batch["labels"]
    wanted = labels[:, 1:] != IGNORED  # position t predicts label t + 1
    with _head_sees_only(model, wanted):
        logits = model(
            input_ids=batch["input_ids"], position_ids=batch["position_ids"], use_cache=False
        ).logits  # (1, labelled, V)
    targets = labels[:, 1:][wanted]
    losses = torch.nn.functional.cross_entropy(logits[0].float(), targets, reduction="none")
    result = losses.new_zeros(labels.shape)
    result[:, 1:] = result[:, 1:].masked_scatter(wanted, losses)
    return result


@contextmanager
def _head_sees_only(model: Any, wanted: torch.Tensor) -> Iterator[None]:
    """Projects only the hidden states at `wanted`, (B, T - 1) bool, onto the vocabulary.

    Done in front of the head itself, so that what a family does to its logits stays in force.
    """

    def pick(_module: Any, args: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        return (args[0][:, :-1][wanted].unsqueeze(0),)

    handle = model.get_output_embeddings().register_forward_pre_hook(pick)
    try:
        yield
    finally:
        handle.remove()
