"""TRL's SFTTrainer over planned steps: our ids and labels, our micro-batches.

A row of the trainer's dataset is one whole optimizer step, so the order is the plan's and a resumed
run takes up exactly the next step. Nothing here renders, tokenises or plans.
"""

import gc
from collections.abc import Sequence
from typing import Any

import torch
from datasets import Dataset
from transformers import PrinterCallback
from trl import SFTConfig, SFTTrainer

from persona.backends import Job
from persona.backends.scoring import collate, token_nll
from persona.batches import Packed, split_micro
from persona.errors import ModelError


class PlannedSteps:
    """What every trainer here does: one planned step per row, in micro-batches that fit.

    A micro-batch that does not fit into memory is halved, and the step is done again.
    Checkpoints hold the adapter and no card.
    """

    job: Job
    micro_tokens: int
    args: Any
    model: Any

    def training_step(
        self, model: Any, inputs: dict[str, Any], num_items_in_batch: Any = None
    ) -> torch.Tensor:
        """The loss of one planned step, its gradients left on the model."""
        sequences = self.job.steps[int(inputs["row"])]
        trained = sum(sequence.trained for sequence in sequences)
        total = torch.tensor(trained, device=self.args.device)
        while True:
            try:
                losses = [
                    super(PlannedSteps, self).training_step(  # type: ignore[misc]
                        model, batch, num_items_in_batch=total
                    )
                    for batch in self.micro_batches(sequences)
                ]
                return torch.stack(losses).sum()
            except torch.OutOfMemoryError:
                self._halve(longest=max(len(one.input_ids) for one in sequences))
                model.zero_grad()

    def micro_batches(self, sequences: Sequence[Packed]) -> list[dict[str, torch.Tensor]]:
        """The step's sequences in batches of like lengths, padded on the right."""
        device = self.args.device
        batches = split_micro(sequences, max_tokens=self.micro_tokens, device=device.type)
        return [collate(batch, device) for batch in batches]

    def _halve(self, *, longest: int) -> None:
        if self.micro_tokens <= longest:
            raise ModelError(
                f"a single example of {longest} tokens does not fit into memory; lower "
                "train.max_length, choose a smaller --base or train.quantization=nf4"
            ) from None
        self.micro_tokens //= 2
        self.job.note(f"out of memory: going on with micro-batches of {self.micro_tokens:,} tokens")
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        """Only the adapter: PEFT's own way asks the hub whether the vocabulary grew."""
        self.model.save_pretrained(output_dir, save_embedding_layers=False)

    def create_model_card(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: the adapter's card is written at the end, with its provenance."""

    def _send_telemetry(self) -> None:
        """Nothing is sent, even where the hub's library was imported before this package."""


class StepTrainer(PlannedSteps, SFTTrainer):
    """TRL's trainer over planned steps."""

    def __init__(self, *, job: Job, model: Any, tokenizer: Any, args: SFTConfig) -> None:
        self.job = job
        self.micro_tokens = job.micro_tokens
        super().__init__(
            model=model,
            args=args,
            train_dataset=step_rows(job),
            processing_class=tokenizer,
            data_collator=row_batch,
        )
        self.remove_callback(PrinterCallback)

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """The micro-batch's share of the step's mean loss per trained token.

        TRL's own loss needs Triton, which only CUDA machines have.
        """
        if self.args.device.type == "cuda":
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        return token_nll(model, inputs).sum() / num_items_in_batch


def step_rows(job: Job) -> Dataset:
    """One row for each planned step: its number."""
    return Dataset.from_dict({"row": list(range(len(job.steps)))})


def row_batch(rows: list[dict[str, int]]) -> dict[str, torch.Tensor]:
    """A batch of step numbers."""
    return {"row": torch.tensor([row["row"] for row in rows])}
