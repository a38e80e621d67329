"""Measures the bundled model: held-out bits per character per source, and a fixed transcript.

    python -m persona.tiny.evaluate --data base_dialogues.jsonl.zst persona/tiny/dialogues/*

The held-out dialogues are those that `train` leaves out. With `--card` the figures are written into
MODEL_CARD.md as well; whether a reply is on topic is for a person to say (`--on-topic`).
"""

import argparse
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, PreTrainedModel, PreTrainedTokenizerFast

from persona.tiny import MODEL_DIR
from persona.tiny.data import Dialogue, is_held_out, read_dialogues
from persona.tiny.packing import Encoder
from persona.tiny.tokenizer import END, load_tokenizer
from persona.tiny.variation import plain

PROMPTS = (
    "hey",
    "how are you today?",
    "what did you have for lunch?",
    "i can't sleep",
    "seen anything good lately?",
    "my boss is driving me crazy",
    "do you want to go for a walk?",
    "it's raining again",
    "what kind of music do you like?",
    "i just got a new dog!",
    "are you coming tonight?",
    "sorry i'm late",
    "what do you think about cats?",
    "i failed my exam",
    "guess what happened",
    "can you help me move on saturday?",
    "happy birthday!!",
    "i don't agree with you",
    "what are you doing this weekend?",
    "ok talk later",
)
"""Openers of everyday talk; none of them opens a dialogue written for this project."""

TEMPERATURE, SEED, MAX_NEW_TOKENS = 0.7, 0, 60
MAX_LENGTH = 512
DIALOGUES_PER_SOURCE = 150
SAMPLES = 10


@dataclass(frozen=True, slots=True)
class SourceLoss:
    """How well held-out dialogue of one source is predicted."""

    source: str
    dialogues: int
    nats_per_token: float
    bits_per_character: float


@dataclass(frozen=True, slots=True)
class Reply:
    """A sampled reply; `ended`: the model ended its turn itself."""

    prompt: str
    text: str
    ended: bool


def by_digest(dialogue: Dialogue) -> str:
    """A fixed, arbitrary order of dialogues, so that none is chosen by hand."""
    return sha256(f"order {dialogue.conversation}".encode()).hexdigest()


def dialogue_loss(
    model: PreTrainedModel, ids: Sequence[int], markers: Iterable[int]
) -> tuple[float, int]:
    """Nats of all text tokens and turn ends of one dialogue, and their number.

    The role markers are not counted: they follow from the turn before.
    """
    tokens = torch.tensor([ids])  # (1, length)
    with torch.inference_mode():
        logits = model(input_ids=tokens, use_cache=False).logits[0, :-1].float()
    targets = tokens[0, 1:]
    nll = torch.nn.functional.cross_entropy(logits, targets, reduction="none")  # (length - 1,)
    counted = ~torch.isin(targets, torch.tensor(list(markers)))
    return float(nll[counted].sum()), int(counted.sum())


def source_loss(
    model: PreTrainedModel, encoder: Encoder, source: str, dialogues: Sequence[Dialogue]
) -> SourceLoss:
    """The loss over the first dialogues of a source in a fixed order, each cut at 512 tokens."""
    chosen = sorted(dialogues, key=by_digest)[:DIALOGUES_PER_SOURCE]
    nats, tokens, characters = 0.0, 0, 0
    for dialogue in chosen:
        messages = plain(dialogue)
        ids = encoder.encode(messages, max_length=MAX_LENGTH)
        kept = sum(token == encoder.end for token in ids)
        added, number = dialogue_loss(model, ids, encoder.markers.values())
        nats, tokens = nats + added, tokens + number
        characters += sum(len(message["content"]) for message in messages[:kept])
    return SourceLoss(source, len(chosen), nats / tokens, nats / math.log(2) / characters)


def held_out_losses(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, dialogues: Iterable[Dialogue]
) -> list[SourceLoss]:
    """The loss per source, by name."""
    sources: dict[str, list[Dialogue]] = {}
    for dialogue in dialogues:
        sources.setdefault(dialogue.corpus, []).append(dialogue)
    encoder = Encoder(tokenizer)
    return [source_loss(model, encoder, name, sources[name]) for name in sorted(sources)]


def sample_reply(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, prompt: str) -> Reply:
    """One sampled reply to a first message, without a system line."""
    rendered = tokenizer.apply_chat_template(
        [{"role": "user", "content": prompt}], add_generation_prompt=True, tokenize=False
    )
    inputs = tokenizer(rendered, add_special_tokens=False, return_tensors="pt")
    output = model.generate(
        **inputs,
        do_sample=True,
        temperature=TEMPERATURE,
        top_k=0,
        max_new_tokens=MAX_NEW_TOKENS,
    )
    ids = output[0, inputs["input_ids"].shape[1] :]
    ended = bool(ids[-1] == tokenizer.convert_tokens_to_ids(END))
    return Reply(prompt, tokenizer.decode(ids, skip_special_tokens=True), ended)


def transcript(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, prompts: Iterable[str] = PROMPTS
) -> list[Reply]:
    """One reply to each prompt, in order, the generator seeded once."""
    torch.manual_seed(SEED)
    return [sample_reply(model, tokenizer, prompt) for prompt in prompts]


def words(text: str) -> str:
    """The words of a text, lower case, for comparing without case and punctuation."""
    return " ".join(re.findall(r"[\w']+", text.lower()))


def count_known(replies: Iterable[Reply], dialogues: Iterable[Dialogue]) -> int:
    """How many replies stand word for word as a turn in the dialogues."""
    known = {words(text) for dialogue in dialogues for _, text in dialogue.turns}
    return sum(words(reply.text) in known for reply in replies)


def load(folder: Path) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    """The model in float32, ready to answer, and its tokenizer."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    return model.eval(), load_tokenizer(folder)


def show(losses: Sequence[SourceLoss], replies: Sequence[Reply]) -> None:
    """Both tables, on standard output."""
    from persona.console import show_table

    show_table(
        "held-out dialogue",
        ["source", "dialogues", "nats/token ↓", "bits/character ↓"],
        [
            (s.source, s.dialogues, f"{s.nats_per_token:.3f}", f"{s.bits_per_character:.3f}")
            for s in losses
        ],
    )
    ended = sum(reply.ended for reply in replies)
    show_table(
        f"transcript: {ended} of {len(replies)} end by themselves",
        ["prompt", "reply"],
        [(reply.prompt, reply.text) for reply in replies],
    )


def main() -> None:
    """Reads the command line, measures, and shows the tables."""
    from persona.tiny.card import write_card

    parser = argparse.ArgumentParser(prog="python -m persona.tiny.evaluate", description=__doc__)
    parser.add_argument("--data", nargs="+", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=MODEL_DIR)
    parser.add_argument("--card", type=Path, help="write the model card to this file")
    parser.add_argument("--run", type=Path, help="a judged run of the demo, for the card")
    parser.add_argument("--on-topic", default="", help="20 marks, 1 or 0, in the prompts' order")
    arguments = parser.parse_args()

    model, tokenizer = load(arguments.model)
    dialogues = read_dialogues(arguments.data)
    held_out = [d for d in dialogues if is_held_out(d)]
    losses = held_out_losses(model, tokenizer, held_out)
    replies = transcript(model, tokenizer)
    show(losses, replies)
    if arguments.card:
        everyday = sorted((d for d in held_out if d.corpus == "small_talk"), key=by_digest)
        write_card(
            arguments.card,
            run=arguments.run,
            folder=arguments.model,
            parameters=model.num_parameters(),
            losses=losses,
            replies=replies,
            known=count_known(replies, [d for d in dialogues if not is_held_out(d)]),
            on_topic=[mark == "1" for mark in arguments.on_topic],
            samples=transcript(model, tokenizer, [d.turns[0][1] for d in everyday[:SAMPLES]]),
        )


if __name__ == "__main__":
    main()
