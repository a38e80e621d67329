"""The backend for CUDA GPUs: Unsloth's kernels around the same steps, labels and records.

Where one attention kernel takes many sequences, a micro-batch is a single row of them without
padding, provided that a trial before the first step shows that they do not see each other. Else it
is rows of like lengths: on an H200 with torch 2.11, which runs a kernel for each sequence, packing
reached 9,802 tokens/s and rows 12,223 (docs/evidence/gpu-h200.md). The tests run Unsloth's own CPU
backend for real and hold the settings passed here to its CUDA signatures.
"""

# isort: off
import unsloth  # first: it patches transformers, PEFT and TRL

# isort: on
import contextlib
import importlib.metadata
import sys
from collections.abc import Sequence
from typing import Any

import msgspec
import torch
from transformers import PrinterCallback, Trainer, TrainingArguments

from persona.backends import Job, Outcome
from persona.backends.hf import PACKAGES, finish, scorer, trainer_settings
from persona.backends.loading import compute_dtype, linear_names, load_tokenizer
from persona.backends.recorder import Recorder
from persona.backends.scoring import collate_packed, packing_leak, token_nll
from persona.backends.trainer import PlannedSteps, row_batch, step_rows
from persona.batches import Packed, pack_micro
from persona.runs import drop_incomplete

LIBRARIES = (*PACKAGES, "unsloth", "unsloth_zoo")

ROUNDING = 0.2
"""The difference of logits, as a share of their spread, that 16-bit numbers explain."""

PROBES = 3
PROBE_TOKENS = 64
"""Sequences, and tokens of each, tried together and alone before packing is trusted."""


class UnslothBackend:
    """LoRA on all linear layers through Unsloth, 4-bit on a GPU."""

    def train(self, job: Job) -> Outcome:
        """Trains and writes the adapter; see `Backend`."""
        with contextlib.redirect_stdout(sys.stderr):  # Unsloth prints; results are ours
            return self._train(job)

    def _train(self, job: Job) -> Outcome:
        tokenizer = load_tokenizer(job.base)
        model = adapted_model(job)
        recorder = Recorder(job, model, score=scorer(job, model, tokenizer))
        trainer = UnslothTrainer(job=job, model=model)
        trainer.add_callback(recorder)
        drop_incomplete(job.run)
        trainer.train(resume_from_checkpoint=str(job.checkpoint) if job.checkpoint else None)
        outcome = finish(job, recorder, tokenizer, step=trainer.state.global_step)
        versions = {name: importlib.metadata.version(name) for name in LIBRARIES}
        return msgspec.structs.replace(outcome, versions=versions)


class UnslothTrainer(PlannedSteps, Trainer):
    """The plain trainer over planned steps; what is fast is in the model."""

    def __init__(self, *, job: Job, model: Any) -> None:
        self.job = job
        self.micro_tokens = job.micro_tokens
        self.is_packed = has_varlen_kernel(job) and is_packing_sound(job, model)
        super().__init__(
            model=model,
            # Recomputing was set up when the model was loaded; the trainer's way would replace it.
            args=TrainingArguments(**{**trainer_settings(job), "gradient_checkpointing": False}),
            train_dataset=step_rows(job),
            data_collator=row_batch,
        )
        self.remove_callback(PrinterCallback)

    def training_step(
        self, model: Any, inputs: dict[str, Any], num_items_in_batch: Any = None
    ) -> torch.Tensor:
        """The loss of one planned step, its gradients left on the model."""
        if not model.training:  # after replies were tried, Unsloth stays set for generating
            unsloth.FastLanguageModel.for_training(
                model, use_gradient_checkpointing=_checkpointing(self.job)
            )
        return super().training_step(model, inputs, num_items_in_batch)

    def micro_batches(self, sequences: Sequence[Packed]) -> list[dict[str, torch.Tensor]]:
        """Rows without padding where the model keeps their sequences apart."""
        if not self.is_packed:
            return super().micro_batches(sequences)
        rows = pack_micro(sequences, max_tokens=self.micro_tokens)
        return [collate_packed(row, self.args.device) for row in rows]

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """The micro-batch's share of the step's mean loss per trained token.

        On a GPU Unsloth's own, which never holds all logits; its CPU backend has none.
        """
        if self.args.device.type == "cuda":
            batch = {**inputs, "use_cache": False}
            return super().compute_loss(
                model, batch, return_outputs, num_items_in_batch=num_items_in_batch
            )
        return token_nll(model, inputs).sum() / num_items_in_batch


def has_varlen_kernel(job: Job) -> bool:
    """Whether attention over many packed sequences is one kernel: FlashAttention's or torch's."""
    if job.machine.device != "cuda":
        return False
    from unsloth.utils import attention_dispatch

    return bool(attention_dispatch.HAS_FLASH_ATTENTION or attention_dispatch._TORCH_VARLEN_ATTN)


def is_packing_sound(job: Job, model: Any) -> bool:
    """Whether sequences packed into one row do not see each other, found by trying."""
    probes = [Packed(one.input_ids[:PROBE_TOKENS], (), ()) for one in job.steps[0][:PROBES]]
    return len(probes) > 1 and packing_leak(model, probes) < ROUNDING


def adapted_model(job: Job) -> Any:
    """The base with a fresh adapter on all its linear layers."""
    base, _ = unsloth.FastLanguageModel.from_pretrained(**load_arguments(job))
    model = unsloth.FastLanguageModel.get_peft_model(
        base, **adapter_arguments(job, linear_names(base))
    )
    # PEFT notes where the weights were loaded from, which may be a private path.
    model.peft_config["default"].base_model_name_or_path = job.base.name
    return model


def load_arguments(job: Job) -> dict[str, Any]:
    """Keywords of `FastLanguageModel.from_pretrained`."""
    return {
        "model_name": job.base.path,
        "max_seq_length": job.settings.max_length,
        "dtype": compute_dtype(job.machine),
        "load_in_4bit": job.quantization == "nf4",
        "load_in_8bit": job.quantization == "int8",
        "use_gradient_checkpointing": _checkpointing(job),
        "random_state": job.seed,
        "trust_remote_code": False,
        "use_exact_model_name": True,
        "fix_tokenizer": False,  # ours does the rendering
    }


def adapter_arguments(job: Job, target_modules: list[str]) -> dict[str, Any]:
    """Keywords of `FastLanguageModel.get_peft_model`."""
    return {
        "r": job.settings.lora_r,
        "target_modules": target_modules,
        "lora_alpha": job.settings.lora_alpha,
        "lora_dropout": job.settings.lora_dropout,
        "bias": "none",
        "use_gradient_checkpointing": _checkpointing(job),
        "random_state": job.seed,
        "max_seq_length": job.settings.max_length,
    }


def _checkpointing(job: Job) -> str | bool:
    return "unsloth" if job.gradient_checkpointing else False
