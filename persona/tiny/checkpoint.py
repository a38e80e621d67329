"""What a run goes on from: weights, optimizer states, and how far it is."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from persona.tiny.recipe import LAST_RATE, WARM_UP_STEPS


@dataclass
class Progress:
    """How far the training is."""

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    decay_from: float | None = None  # the second at which the rate began to fall


def rate(progress: Progress, *, total_seconds: float) -> float:
    """The learning rate as a share of the constant one: warm-up by steps, decay by the clock."""
    if progress.decay_from is None:
        return min(1.0, (progress.step + 1) / WARM_UP_STEPS)
    left = total_seconds - progress.seconds
    return max(LAST_RATE, min(1.0, left / (total_seconds - progress.decay_from)))


def save_checkpoint(
    path: Path,
    model: torch.nn.Module,
    optimizers: Sequence[torch.optim.Optimizer],
    progress: Progress,
) -> None:
    """Writes everything that a later run goes on from, whole or not at all."""
    partial = path.with_suffix(".partial")
    state = {
        "model": model.state_dict(),
        "optimizers": [optimizer.state_dict() for optimizer in optimizers],
        "progress": asdict(progress),
    }
    torch.save(state, partial)
    partial.replace(path)


def load_checkpoint(
    path: Path, model: torch.nn.Module, optimizers: Sequence[torch.optim.Optimizer]
) -> Progress:
    """Puts a checkpoint into model and optimizers and returns how far it was."""
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    for optimizer, state in zip(optimizers, saved["optimizers"], strict=True):
        optimizer.load_state_dict(state)
    return Progress(**saved["progress"])
