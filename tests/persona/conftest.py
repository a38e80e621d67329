"""A tiny random chat model, its tokenizer and a small dataset, built here: nothing is fetched."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from persona.data import Example, Turn, write_jsonl
from persona.folders import DatasetDir, write_json

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

WORDS = ["tea", "rain", "later", "yes", "no way", "haha", "bus", "tomorrow", "ok", "see you"]


def chat(*contents: str, system: str | None = "You are Ann, chatting with Ben.") -> list[Turn]:
    """Turns from user to assistant and so on, with a system line in front."""
    roles = ("user", "assistant")
    turns = [Turn(roles[index % 2], text) for index, text in enumerate(contents)]  # type: ignore[arg-type]
    return [Turn("system", system), *turns] if system else turns


def example(prompt: Sequence[Turn], reply: str, conversation: str = "c1") -> Example:
    """An example without a date."""
    return Example(conversation, "chat", None, tuple(prompt), (Turn("assistant", reply),))


def conversation(number: int, turns: int = 6) -> list[Example]:
    """The examples of one conversation: each reply with everything said before it."""
    said = [f"{WORDS[(number * 3 + k) % 10]} {number} {k}" for k in range(turns)]
    return [
        Example(
            f"c{number}",
            "chat",
            datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=number),
            tuple(chat(*said[:k])),
            (Turn("assistant", said[k]),),
        )
        for k in range(1, turns, 2)
    ]


def make_tokenizer(template: str | None = CHATML, extra: Sequence[str] = ()) -> Any:
    """A byte-level BPE tokenizer of a few hundred ids with ChatML's control tokens."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|pad|>", "<|im_start|>", "<|im_end|>", *extra]
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(
        [turn.content for n in range(20) for e in conversation(n) for turn in e.prompt], trainer
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<|pad|>",
        eos_token="<|im_end|>",
        additional_special_tokens=special[1:2],
    )
    fast.chat_template = template
    return fast


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    """The ChatML tokenizer."""
    return make_tokenizer()


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory, tokenizer: Any) -> Path:
    """The folder of a random two-layer Llama with a chat template."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("bases") / "random-llama"
    LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=512,
            tie_word_embeddings=True,
        )
    ).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def make_dataset(tmp_path: Path) -> Callable[..., DatasetDir]:
    """Writes a dataset of so many conversations."""

    def make(conversations: int = 30) -> DatasetDir:
        dataset = DatasetDir(tmp_path / "dataset")
        dataset.root.mkdir(exist_ok=True)
        rows = {
            "train": range(conversations),
            "valid": range(100, 106),
            "test": range(200, 206),
        }
        for split, numbers in rows.items():
            examples = [one for number in numbers for one in conversation(number)]
            write_jsonl(dataset.root / f"{split}.jsonl", examples)
        write_json(
            dataset.manifest_path, {"subject": "Ann", "data_sha256": f"sha-of-{conversations}"}
        )
        return dataset

    return make
