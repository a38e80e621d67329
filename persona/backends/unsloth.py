"""The backend for CUDA GPUs: Unsloth's kernels around the same rows, labels and records.

Not yet verified on CUDA. What the tests run for real is Unsloth's own CPU backend; that every
setting passed here exists on its CUDA classes is checked against their signatures.
"""

# isort: off
import unsloth  # first: it patches transformers, PEFT and TRL

# isort: on
import contextlib
import importlib.metadata
import sys
from typing import Any

from datasets import Dataset
from trl import SFTTrainer

from persona.backends import Job, Outcome
from persona.backends.hf import PACKAGES, finish, scorer, trainer_arguments
from persona.backends.loading import compute_dtype, linear_names, load_tokenizer
from persona.backends.trainer import AdapterOnly, Recorder

LIBRARIES = (*PACKAGES, "unsloth", "unsloth_zoo")


class UnslothBackend:
    """LoRA on all linear layers through Unsloth, 4-bit on a GPU."""

    def train(self, job: Job) -> Outcome:
        """Trains and writes the adapter; see `Backend`."""
        with contextlib.redirect_stdout(sys.stderr):  # Unsloth prints; results are ours
            return self._train(job)

    def _train(self, job: Job) -> Outcome:
        tokenizer = load_tokenizer(job.base)
        base, _ = unsloth.FastLanguageModel.from_pretrained(**load_arguments(job))
        model = unsloth.FastLanguageModel.get_peft_model(
            base, **adapter_arguments(job, linear_names(base))
        )
        model.peft_config["default"].base_model_name_or_path = job.base.name
        recorder = Recorder(job, model, score=scorer(job, model, tokenizer))
        trainer = RowTrainer(
            model=model,
            args=_rows_to_steps(trainer_arguments(job), job),
            train_dataset=rows(job),
            processing_class=tokenizer,
            callbacks=[recorder],
        )
        trainer.train(resume_from_checkpoint=str(job.checkpoint) if job.checkpoint else None)
        outcome = finish(job, recorder, tokenizer, step=trainer.state.global_step)
        return Outcome(
            step=outcome.step,
            best_step=outcome.best_step,
            best_valid_loss=outcome.best_valid_loss,
            stopped=outcome.stopped,
            ended=outcome.ended,
            versions={name: importlib.metadata.version(name) for name in LIBRARIES},
            peak_memory=outcome.peak_memory,
        )


class RowTrainer(AdapterOnly, SFTTrainer):
    """Unsloth's trainer over sequences; it packs them without padding where it can."""


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


def rows(job: Job) -> Dataset:
    """The sequences of all steps in their order, as ids and labels."""
    sequences = [sequence for step in job.steps for sequence in step]
    return Dataset.from_dict(
        {
            "input_ids": [sequence.input_ids for sequence in sequences],
            "labels": [sequence.labels for sequence in sequences],
        }
    )


def micro_batch(job: Job) -> int:
    """Sequences of a micro-batch: a divisor of a step's sequences that fits into memory."""
    per_step = len(job.steps[0])
    longest = max(len(sequence.input_ids) for step in job.steps for sequence in step)
    return next(
        size
        for size in range(per_step, 0, -1)
        if per_step % size == 0 and (size == 1 or size * longest <= job.micro_tokens)
    )


def _rows_to_steps(arguments: Any, job: Job) -> Any:
    size = micro_batch(job)
    arguments.per_device_train_batch_size = size
    arguments.gradient_accumulation_steps = len(job.steps[0]) // size
    arguments.dataset_kwargs = None
    arguments.remove_unused_columns = True
    return arguments


def _checkpointing(job: Job) -> str | bool:
    return "unsloth" if job.gradient_checkpointing else False
