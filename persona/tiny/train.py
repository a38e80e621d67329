"""Trains the bundled model from dialogues, in one command, on a CPU or a GPU.

    python -m persona.tiny.train --data base_dialogues.jsonl.zst persona/tiny/dialogues/* \\
        --out persona/tiny/model --work build/tiny --minutes 90

Muon for the hidden matrices, AdamW for the embedding and the norms; warm-up, a constant rate, and a
linear decay over the last part of the time. The same command goes on where it was stopped. It does
not measure: that is `evaluate`.
"""

import argparse
import json
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor
from torch.utils.data import DataLoader
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from persona.data import OPENER
from persona.memory import cpu_name
from persona.system_line import system_line
from persona.tiny.checkpoint import Progress, load_checkpoint, rate, save_checkpoint
from persona.tiny.data import Dialogue, is_held_out, read_dialogues
from persona.tiny.network import ATTENTION, add_dropout, batch_loss, build_model, save_model
from persona.tiny.packing import Batch, Batches, Encoder, batch_rows
from persona.tiny.recipe import (
    DECAY_SHARE,
    MATRIX_RATE,
    MATRIX_WEIGHT_DECAY,
    RECIPES,
    VECTOR_RATE,
    VOCABULARY,
    Recipe,
)
from persona.tiny.tokenizer import load_tokenizer, train_tokenizer
from persona.tiny.variation import NAMES, casual

FACTS = "training.json"  # in the model folder: what the run came to
SAVE_SECONDS = 150
LOG_STEPS = 20


def tokenizer_texts(dialogues: Sequence[Dialogue]) -> Iterator[str]:
    """Every turn as it is and in casual writing, everyday talk 15 times, to learn the tokens from.

    The system lines come in too, often enough that a persona's line costs few tokens.
    """
    for dialogue in dialogues:
        for _ in range(15 if dialogue.corpus == "small_talk" else 1):
            for _, text in dialogue.turns:
                yield text
                yield casual(text, tagged=bool(dialogue.partners))
    for name in NAMES * 20:
        yield from (system_line(name), system_line(name, [name]), system_line(name, [name] * 2))
        yield OPENER


def find_tokenizer(work: Path, dialogues: Sequence[Dialogue]) -> PreTrainedTokenizerFast:
    """The tokenizer of the run so far, or a newly trained one."""
    folder = work / "tokenizer"
    if not folder.exists():
        texts = tokenizer_texts(dialogues)
        train_tokenizer(texts, vocab_size=VOCABULARY).save_pretrained(folder)
    return load_tokenizer(folder)


def make_optimizers(model: LlamaForCausalLM) -> list[torch.optim.Optimizer]:
    """Muon for the hidden matrices, AdamW for the (tied) embedding and the norms."""
    embedding = model.model.embed_tokens.weight
    matrices = [p for p in model.parameters() if p.ndim == 2 and p is not embedding]
    vectors = [p for p in model.parameters() if p.ndim < 2]
    return [
        torch.optim.Muon(
            matrices,
            lr=MATRIX_RATE,
            weight_decay=MATRIX_WEIGHT_DECAY,
            adjust_lr_fn="match_rms_adamw",
        ),
        torch.optim.AdamW(
            [embedding, *vectors],
            lr=VECTOR_RATE,
            betas=(0.9, 0.98),
            weight_decay=0.0,
            fused=True,
        ),
    ]


class Trainer:
    """A model in training: takes steps, writes checkpoints.

    On a CPU each core works on its own batches, so a core that is busy with something else slows a
    step less than it would inside every matrix product.
    """

    def __init__(self, model: LlamaForCausalLM, *, device: torch.device, seconds: float) -> None:
        self.model = model.to(device).train()
        on_gpu = device.type == "cuda"
        self.core = torch.compile(model.model, dynamic=False) if on_gpu else model.model
        self.device, self.total_seconds = device, seconds
        self.optimizers = make_optimizers(model)
        self.rates = [optimizer.param_groups[0]["lr"] for optimizer in self.optimizers]
        self.progress = Progress()
        cores = len(os.sched_getaffinity(0))
        torch.set_num_threads(1)
        self.map = map if on_gpu else ThreadPoolExecutor(cores).map

    def rehearse(self, recipe: Recipe) -> None:
        """Has the network compiled for every row length, before the clock starts."""
        for length in sorted(set(recipe.lengths)):
            rows = [[[0] * length]] * max(1, recipe.pass_tokens // length)
            self.gradients(batch_rows(rows, length=length))

    def resume(self, paths: Sequence[Path]) -> None:
        """Goes on from the first of the checkpoints that exists."""
        for path in paths:
            if path.exists():
                self.progress = load_checkpoint(path, self.model, self.optimizers)
                return

    def gradients(self, batch: Batch) -> tuple[Tensor, tuple[Tensor, ...]]:
        """The loss of a batch and its gradient for every parameter, in the model's order."""
        loss = batch_loss(self.core, self.model.lm_head.weight, batch.to(self.device))
        return loss.detach(), torch.autograd.grad(loss, list(self.model.parameters()))

    def step(self, batches: Sequence[Batch]) -> Tensor:
        """One optimizer step; returns its loss in nats per token."""
        factor = rate(self.progress, total_seconds=self.total_seconds)
        results = list(self.map(self.gradients, batches))
        for index, parameter in enumerate(self.model.parameters()):
            parameter.grad = torch.stack([grads[index] for _, grads in results]).mean(0)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer, constant in zip(self.optimizers, self.rates, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = constant * factor
            optimizer.step()
        self.model.zero_grad(set_to_none=True)
        self.progress.step += 1
        self.progress.tokens += sum(int((batch.document > 0).sum()) for batch in batches)
        return torch.stack([loss for loss, _ in results]).mean()

    def begin_decay_when_due(self, constant: Path) -> bool:
        """Whether the rate falls by now; the checkpoint before it is kept for longer runs."""
        progress = self.progress
        if progress.decay_from is None and (
            progress.seconds >= self.total_seconds * (1 - DECAY_SHARE)
        ):
            save_checkpoint(constant, self.model, self.optimizers, progress)
            progress.decay_from = progress.seconds
        return progress.decay_from is not None


def run(trainer: Trainer, batches: Batches, work: Path) -> None:
    """Steps until the time is up, with a checkpoint every few minutes and a line of progress."""
    from persona.console import progress as progress_display
    from persona.console import say

    constant, decay = work / "constant.pt", work / "decay.pt"
    progress, losses = trainer.progress, []
    on_gpu = trainer.device.type == "cuda"
    loaders = batches.recipe.loaders
    stream = iter(DataLoader(batches, batch_size=None, num_workers=loaders, pin_memory=on_gpu))
    trainer.rehearse(batches.recipe)
    with progress_display() as display:
        task = display.add_task("training", total=round(trainer.total_seconds), note="")
        now = saved_at = time.monotonic()
        for step in stream:
            if trainer.begin_decay_when_due(constant):
                batches.begin_decay()
            losses.append(trainer.step(step))
            progress.seconds, now = progress.seconds + time.monotonic() - now, time.monotonic()
            if progress.seconds >= trainer.total_seconds:
                break
            note = f"step {progress.step}, {progress.tokens / 1e6:.2f} M tokens"
            display.update(task, completed=round(progress.seconds), note=note)
            if progress.step % LOG_STEPS == 0:
                left = (trainer.total_seconds - progress.seconds) / 60
                loss = float(torch.stack(losses).mean())
                say(f"{note}, loss {loss:.3f} nats per token, {left:.1f} min left")
                losses = []
            if now - saved_at > SAVE_SECONDS:
                saved_at = now
                path = constant if progress.decay_from is None else decay
                save_checkpoint(path, trainer.model, trainer.optimizers, progress)
    decay.unlink(missing_ok=True)


def train(arguments: argparse.Namespace) -> None:
    """Trains until the minutes are used up and writes the model."""
    torch.manual_seed(arguments.seed)
    recipe = RECIPES[arguments.recipe]
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    work: Path = arguments.work
    work.mkdir(parents=True, exist_ok=True)
    dialogues = [d for d in read_dialogues(arguments.data) if not is_held_out(d)]
    tokenizer = find_tokenizer(work, dialogues)
    model = build_model(tokenizer, recipe)
    model.set_attn_implementation(ATTENTION[device.type])
    add_dropout(model, recipe.dropout)
    trainer = Trainer(model, device=device, seconds=arguments.minutes * 60)
    trainer.resume([work / "decay.pt", work / "constant.pt"])
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # texts are short and the cores are taken
    seed = arguments.seed + trainer.progress.tokens
    run(trainer, Batches(dialogues, Encoder(tokenizer), recipe, seed=seed), work)
    save_model(model, tokenizer, arguments.out)
    machine = torch.cuda.get_device_name() if device.type == "cuda" else cpu_name()
    facts = {"recipe": arguments.recipe, "machine": machine, **asdict(trainer.progress)}
    (arguments.out / FACTS).write_text(json.dumps(facts, indent=2) + "\n")


def main() -> None:
    """Reads the command line and trains."""
    parser = argparse.ArgumentParser(prog="python -m persona.tiny.train", description=__doc__)
    parser.add_argument("--data", nargs="+", type=Path, required=True, help="JSONL, .zst or .txt")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--minutes", type=float, required=True, help="training time in all")
    parser.add_argument("--recipe", choices=RECIPES, default="laptop", help="size and mixture")
    parser.add_argument("--seed", type=int, default=0)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
