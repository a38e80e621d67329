"""What a training run writes down and decides after each step, whatever trains it.

Metric lines, validation, the best adapter, when to save and when to stop.
"""

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import TrainerCallback

from persona.backends import Job, Progress
from persona.backends.scoring import span_nll
from persona.errors import ModelError
from persona.runs import BEST, COMPLETE, append_metric, need_space, read_metrics

EVALUATIONS = 8
"""Validations in a run, about."""

MOST_SECONDS_BETWEEN_CHECKPOINTS = 300.0


class Recorder(TrainerCallback):
    """Writes the metric lines, validates, keeps the best adapter and says when to save or stop."""

    def __init__(self, job: Job, model: Any, *, score: Callable[[], float] | None) -> None:
        self.job = job
        self.model = model
        self.score = score
        self.every = max(1, -(-len(job.steps) // EVALUATIONS))
        self.step_started = self.last_saved = time.monotonic()
        self.cpu_started = time.process_time()
        self.startup_seconds: float | None = None
        self.micro_tokens = job.micro_tokens
        self.history = [line for line in read_metrics(job.run) if "valid_loss" in line]

    @property
    def best(self) -> dict[str, Any] | None:
        """The line of the best validation so far."""
        return min(self.history, key=_badness, default=None)

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Starts the step's clock."""
        self.step_started = time.monotonic()
        if self.startup_seconds is None:
            self.startup_seconds = self.step_started - self.job.began
        self.cpu_started = time.process_time()

    def on_log(
        self, args: Any, state: Any, control: Any, logs: dict[str, float], **kwargs: Any
    ) -> Any:
        """Records the step and decides what comes next."""
        if "loss" not in logs:
            return control
        step = state.global_step
        self._refuse_nan(step, logs["loss"])
        line = self._step_line(step, logs)
        append_metric(self.job.run, line)
        valid_loss = self._validate(step) if self._is_due(step) else None
        self._report(line, valid_loss)
        control.should_save |= self._is_due(step) or self._is_late() or self.job.stop.is_set()
        control.should_training_stop |= self.job.stop.is_set() or self._is_out_of_patience()
        if control.should_save:
            need_space(self.job.run.root, size=4 * _trainable_bytes(self.model))
        return control

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Marks the checkpoint as whole."""
        folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        (folder / COMPLETE).touch()
        self.last_saved = time.monotonic()

    def _refuse_nan(self, step: int, loss: float) -> None:
        if math.isfinite(loss):
            return
        raise ModelError(
            f"the loss is no longer a number at step {step}; lower train.learning_rate "
            f"(now {self.job.settings.learning_rate:g}) and train again; the last good checkpoint "
            f"is kept in {self.job.run.checkpoints}"
        )

    def _is_due(self, step: int) -> bool:
        return step % self.every == 0 or step == len(self.job.steps)

    def _is_late(self) -> bool:
        return time.monotonic() - self.last_saved > MOST_SECONDS_BETWEEN_CHECKPOINTS

    def _step_line(self, step: int, logs: dict[str, float]) -> dict[str, Any]:
        sequences = self.job.steps[step - 1]
        seconds = max(1e-9, time.monotonic() - self.step_started)
        tokens = sum(len(sequence.input_ids) for sequence in sequences)
        return {
            "step": step,
            "loss": logs["loss"],
            "learning_rate": logs["learning_rate"],
            "grad_norm": logs["grad_norm"],
            "tokens": tokens,
            "trained_tokens": sum(sequence.trained for sequence in sequences),
            "tokens_per_second": round(tokens / seconds, 1),
            "seconds": round(seconds, 4),
            "cpu_seconds": round(time.process_time() - self.cpu_started, 4),
        }

    def _validate(self, step: int) -> float | None:
        if not self.job.valid:
            return None
        loss = self._valid_nll() / sum(sequence.trained for sequence in self.job.valid)
        line: dict[str, Any] = {"step": step, "valid_loss": loss}
        if self.score is not None:
            line["score"] = self.score()
        append_metric(self.job.run, line)
        self.history.append(line)
        if self.best is line:
            save_adapter(self.model, self.job.run.checkpoints / BEST)
        return loss

    def _valid_nll(self) -> float:
        """Nats of all of valid, in smaller micro-batches where memory runs out."""
        while True:
            try:
                found = span_nll(self.model, self.job.valid, max_tokens=self.micro_tokens)
                return sum(found.values())
            except torch.OutOfMemoryError:
                if self.micro_tokens <= max(len(one.input_ids) for one in self.job.valid):
                    raise
                self.micro_tokens //= 2

    def _is_out_of_patience(self) -> bool:
        best = self.best
        if best is None:
            return False
        since = sum(line["step"] > best["step"] for line in self.history)
        return since >= self.job.settings.patience

    def _report(self, line: dict[str, Any], valid_loss: float | None) -> None:
        steps = len(self.job.steps)
        done = line["step"]
        self.job.progress(
            Progress(
                step=done,
                steps=steps,
                loss=line["loss"],
                tokens_per_second=line["tokens_per_second"],
                seconds_left=(steps - done) * line["seconds"],
                valid_loss=valid_loss,
            )
        )


def save_adapter(model: Any, folder: Path) -> None:
    """Writes the adapter alone, whole or not at all."""
    partial = folder.with_name(folder.name + ".partial")
    model.save_pretrained(str(partial), save_embedding_layers=False)
    if folder.exists():
        stale = folder.with_name(folder.name + ".stale")
        folder.rename(stale)
        partial.rename(folder)
        _remove(stale)
    else:
        partial.rename(folder)


def _remove(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def _badness(line: dict[str, Any]) -> float:
    return -float(line["score"]) if "score" in line else float(line["valid_loss"])


def _trainable_bytes(model: Any) -> int:
    return sum(
        parameter.numel() * parameter.element_size()
        for parameter in model.parameters()
        if parameter.requires_grad
    )
