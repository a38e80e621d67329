"""Trains the bundled model from dialogues, in one command, on a CPU or a GPU.

    python -m persona.tiny.train --data base.jsonl.zst small_talk.jsonl.zst --out persona/tiny/model --minutes 90

Muon for the hidden matrices, AdamW for the embedding and the norms; warm-up, a constant rate, and a linear
decay over the last part of the time. The same command goes on where it was stopped; with more minutes it
goes on from the end of the constant rate. It does not measure: that is `evaluate`.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from rich.console import Console
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from persona.tiny.data import Dialogue, is_held_out, read_dialogues
from persona.tiny.loss import next_token_loss
from persona.tiny.packing import (
    Batch,
    Encoder,
    Mixture,
    batch_rows,
    document_mask,
    fit_rows,
)
from persona.tiny.tokenizer import END, PAD, load_tokenizer, train_tokenizer
from persona.tiny.variation import GROUP_LINES, NAMES, OPENER, SYSTEM_LINES, casual

HIDDEN, LAYERS, HEADS, INTERMEDIATE, VOCABULARY = 256, 8, 4, 704, 4096
POSITIONS = 1024
# Share of the tokens of each corpus, at the constant rate and in the decay: everyday talk is what the model is
# for, and what comes last stays best.
CONSTANT_SHARES = {
    "small_talk": 0.42,
    "self_dialogue": 0.30,
    "synthetic_persona_chat": 0.15,
    "topical_chat": 0.06,
    "chatterbot_corpus": 0.04,
    "personality_chat": 0.015,
    "taskmaster4": 0.015,
}
DECAY_SHARES = {
    "small_talk": 0.68,
    "self_dialogue": 0.10,
    "synthetic_persona_chat": 0.13,
    "topical_chat": 0.02,
    "chatterbot_corpus": 0.04,
    "personality_chat": 0.02,
    "taskmaster4": 0.01,
}
ROWS_TOKENS = 2048  # tokens of a forward pass on a CPU: what stays in its cache
ROWS_TOKENS_GPU = 65_536
STEP_TOKENS = 8192  # tokens of an optimizer step
LENGTHS = (256, 256, 256, 512)  # row lengths in turn
MATRIX_RATE, VECTOR_RATE = 2e-3, 3e-3
MATRIX_DECAY = 0.1
WARM_UP_STEPS = 60
DECAY_SHARE = 0.25  # of the minutes
LAST_RATE = 0.02  # of the constant rate
SAVE_SECONDS = 150
LOG_STEPS = 20

console = Console(stderr=True, highlight=False)


@dataclass
class Progress:
    """How far the training is; kept in the checkpoint."""

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    warm_up_from: int = 0  # the step at which the newest warm-up began
    decay_from: float | None = None  # seconds


def build_model(tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """A freshly initialised model of the bundled shape; every matrix side is a multiple of 64."""
    config = LlamaConfig(
        hidden_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=HEADS,
        intermediate_size=INTERMEDIATE,
        vocab_size=VOCABULARY,
        max_position_embeddings=POSITIONS,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.convert_tokens_to_ids(END),
        pad_token_id=tokenizer.convert_tokens_to_ids(PAD),
        attn_implementation="eager",
    )
    return LlamaForCausalLM(config)


def generation_defaults(tokenizer: PreTrainedTokenizerFast) -> GenerationConfig:
    """How the model is sampled where nothing else is asked for; stops at the turn end."""
    return GenerationConfig(
        do_sample=True,
        temperature=0.7,
        max_new_tokens=60,
        bos_token_id=None,
        eos_token_id=[tokenizer.convert_tokens_to_ids(END)],
        pad_token_id=tokenizer.convert_tokens_to_ids(PAD),
    )


def make_optimizers(model: LlamaForCausalLM, *, fused: bool) -> list[torch.optim.Optimizer]:
    """Muon for the hidden matrices, AdamW for the (tied) embedding and the norms."""
    embedding = model.model.embed_tokens.weight
    matrices = [p for p in model.parameters() if p.ndim == 2 and p is not embedding]
    vectors = [p for p in model.parameters() if p.ndim < 2]
    return [
        torch.optim.Muon(
            matrices, lr=MATRIX_RATE, weight_decay=MATRIX_DECAY, adjust_lr_fn="match_rms_adamw"
        ),
        torch.optim.AdamW(
            [embedding, *vectors], lr=VECTOR_RATE, betas=(0.9, 0.98), weight_decay=0.0, fused=fused
        ),
    ]


def rate(progress: Progress, *, total_seconds: float) -> float:
    """The learning rate as a share of the constant one: warm-up by steps, decay by the clock."""
    warm = min(1.0, (progress.step - progress.warm_up_from + 1) / WARM_UP_STEPS)
    if progress.decay_from is None:
        return warm
    left = total_seconds - progress.seconds
    return max(LAST_RATE, min(1.0, left / (total_seconds - progress.decay_from)))


class Batches:
    """Endless batches for one optimizer step at a time, of short and long rows in turn."""

    def __init__(self, dialogues: list[Dialogue], encoder: Encoder, *, rows: int, seed: int) -> None:
        self.rows_tokens = rows
        self.shares = CONSTANT_SHARES
        self.rows = {
            length: fit_rows(self._documents(dialogues, encoder, length, seed), length=length)
            for length in set(LENGTHS)
        }

    def _documents(
        self, dialogues: list[Dialogue], encoder: Encoder, length: int, seed: int
    ) -> Iterator[list[int]]:
        mixture = Mixture(dialogues, encoder, max_length=length, seed=seed + length)
        while True:
            yield mixture.draw(self.shares)

    def step(self, number: int) -> list[Batch]:
        """The batches whose gradients are summed for optimizer step `number`."""
        length = LENGTHS[number % len(LENGTHS)]
        rows = max(1, min(self.rows_tokens, STEP_TOKENS) // length)
        return [
            batch_rows([next(self.rows[length]) for _ in range(rows)], length=length)
            for _ in range(max(1, STEP_TOKENS // (rows * length)))
        ]


def batch_loss(core: torch.nn.Module, weight: torch.Tensor, batch: Batch) -> torch.Tensor:
    """The mean loss of a batch in nats per token, computed in bfloat16."""
    device = batch.input_ids.device.type
    with torch.autocast(device, torch.bfloat16):
        hidden = core(
            input_ids=batch.input_ids,
            attention_mask=additive(document_mask(batch.document)),
            position_ids=batch.position_ids,
            use_cache=False,
        ).last_hidden_state
    return next_token_loss(hidden.flatten(0, 1).bfloat16(), weight, batch.labels.flatten())


def additive(mask: torch.Tensor) -> torch.Tensor:
    """The mask as what is added to the scores: 0 where True, else very low. Same shape, bfloat16."""
    low = torch.finfo(torch.bfloat16).min
    return torch.zeros_like(mask, dtype=torch.bfloat16).masked_fill(~mask, low)


def take_step(
    model: LlamaForCausalLM,
    core: torch.nn.Module,
    optimizers: list[torch.optim.Optimizer],
    batches: list[Batch],
) -> float:
    """One optimizer step; returns its loss in nats per token."""
    total = 0.0
    for batch in batches:
        loss = batch_loss(core, model.lm_head.weight, batch) / len(batches)
        loss.backward()
        total += float(loss.detach())
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimizer in optimizers:
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return total


def save_model(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, out: Path) -> None:
    """Writes the model as transformers files in bfloat16; the weights in training stay float32."""
    state = {name: value.detach().bfloat16() for name, value in model.state_dict().items()}
    copy = LlamaForCausalLM(model.config).bfloat16()
    copy.load_state_dict(state)
    copy.generation_config = generation_defaults(tokenizer)
    copy.save_pretrained(out)
    tokenizer.save_pretrained(out)


def save_checkpoint(
    path: Path,
    model: LlamaForCausalLM,
    optimizers: list[torch.optim.Optimizer],
    progress: Progress,
) -> None:
    """Writes everything that a later run goes on from, whole or not at all."""
    partial = path.with_suffix(".partial")
    torch.save(
        {
            "model": model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in optimizers],
            "progress": asdict(progress),
        },
        partial,
    )
    partial.replace(path)


def load_checkpoint(
    path: Path, model: LlamaForCausalLM, optimizers: list[torch.optim.Optimizer]
) -> Progress:
    """Puts a checkpoint into model and optimizers and returns how far it was."""
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    for optimizer, state in zip(optimizers, saved["optimizers"], strict=True):
        optimizer.load_state_dict(state)
    return Progress(**saved["progress"])


def tokenizer_texts(dialogues: list[Dialogue]) -> Iterator[str]:
    """Every turn as it is and in casual writing, everyday talk 15 times, to learn the tokens from.

    The system lines come in too, often enough that a persona's line costs few tokens.
    """
    for dialogue in dialogues:
        for _ in range(15 if dialogue.corpus == "small_talk" else 1):
            for _, text in dialogue.turns:
                yield text
                yield casual(text, tagged=bool(dialogue.partners))
    for name in NAMES * 20:
        for line in (*SYSTEM_LINES, *GROUP_LINES, OPENER):
            yield line.format(name=name, partner=name, partners=name)


def train(arguments: argparse.Namespace) -> None:
    """Trains until the minutes are used up and writes the model."""
    torch.manual_seed(arguments.seed)
    work: Path = arguments.work
    work.mkdir(parents=True, exist_ok=True)
    dialogues = [d for d in read_dialogues(arguments.data) if not is_held_out(d)]
    if not (work / "tokenizer").exists():
        trained = train_tokenizer(tokenizer_texts(dialogues), vocab_size=VOCABULARY)
        trained.save_pretrained(work / "tokenizer")
    tokenizer = load_tokenizer(work / "tokenizer")

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = build_model(tokenizer).to(device)
    core = torch.compile(model.model) if device.type == "cuda" else model.model
    optimizers = make_optimizers(model, fused=True)
    base_rates = [optimizer.param_groups[0]["lr"] for optimizer in optimizers]
    total_seconds = arguments.minutes * 60

    constant, decay = work / "constant.pt", work / "decay.pt"
    progress = Progress()
    for path in (decay, constant):
        if path.exists():
            progress = load_checkpoint(path, model, optimizers)
            break
    rows = ROWS_TOKENS if device.type == "cpu" else ROWS_TOKENS_GPU
    batches = Batches(
        dialogues, Encoder(tokenizer), rows=rows, seed=arguments.seed + progress.tokens
    )
    console.print(f"{len(dialogues)} dialogues, {progress}, {device}")

    last, saved_at, losses = time.monotonic(), time.monotonic(), []
    while progress.seconds < total_seconds:
        if progress.decay_from is None and progress.seconds >= total_seconds * (1 - DECAY_SHARE):
            save_checkpoint(constant, model, optimizers, progress)
            progress.decay_from = progress.seconds
        if progress.decay_from is not None:
            batches.shares = DECAY_SHARES
        factor = rate(progress, total_seconds=total_seconds)
        for optimizer, base in zip(optimizers, base_rates, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = base * factor
        step_batches = [batch.to(device) for batch in batches.step(progress.step)]
        losses.append(take_step(model, core, optimizers, step_batches))
        progress.tokens += sum(int((batch.document > 0).sum()) for batch in step_batches)
        progress.step += 1
        now = time.monotonic()
        progress.seconds, last = progress.seconds + now - last, now
        if progress.step % LOG_STEPS == 0:
            mean = sum(losses) / len(losses)
            losses = []
            console.print(
                f"step {progress.step}  {progress.tokens / 1e6:.2f} M tokens  loss {mean:.3f}  "
                f"rate {factor:.2f}  {progress.tokens / progress.seconds:.0f} tokens/s  "
                f"{(total_seconds - progress.seconds) / 60:.0f} min left"
            )
        if now - saved_at > SAVE_SECONDS:
            saved_at = now
            path = constant if progress.decay_from is None else decay
            save_checkpoint(path, model, optimizers, progress)
    save_model(model, tokenizer, arguments.out)
    (arguments.out / "training.json").write_text(json.dumps(asdict(progress)) + "\n")
    decay.unlink(missing_ok=True)


def main() -> None:
    """Reads the command line and trains."""
    parser = argparse.ArgumentParser(prog="python -m persona.tiny.train")
    parser.add_argument("--data", nargs="+", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--seed", type=int, default=0)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
