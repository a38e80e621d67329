"""A tiny random chat model, tokenizers, templates and a small dataset: nothing is fetched."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from persona.data import Example, Turn, write_jsonl
from persona.folders import DatasetDir, write_json

TEMPLATES = Path(__file__).parent / "templates"

CHATML = (TEMPLATES / "chatml.jinja").read_text(encoding="utf-8")

FAMILIES = {
    # ChatML as the bundled base has it.
    "chatml": (("<|im_start|>", "<|im_end|>"), "<|im_end|>"),
    # Qwen: the newest answer carries an empty thought unless thinking is on, older ones none.
    "qwen": (("<|im_start|>", "<|im_end|>"), "<|im_end|>"),
    # Llama 3: writes a date into the system block, trims, ends turns with a token of its own.
    "llama": (("<|begin|>", "<|head|>", "<|tail|>", "<|eot|>"), "<|eot|>"),
    # Mistral: strict alternation, the turn ends with EOS, no control token opens a reply.
    "mistral": (("<s>", "</s>", "[INST]", "[/INST]"), "</s>"),
    # Gemma: refuses a system line, strict alternation, calls the assistant "model".
    "gemma": (("<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>"), "<end_of_turn>"),
    # Phi: a control token for each role, EOS after the last turn.
    "phi": (("<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<|endoftext|>"), "<|end|>"),
    # Drops the system line without a word.
    "deaf": (("<|im_start|>", "<|im_end|>"), "<|im_end|>"),
}
"""Family: its control tokens and the one that ends a turn; the templates are minimal, ours, and
hold only the quirk."""

WORDS = ["tea", "rain", "later", "yes", "no way", "haha", "bus", "tomorrow", "ok", "see you"]


FIRST_CHARACTER = 100


class Spelling:
    """Control tokens are 0, 1, 2...; every other character is its code point plus 100."""

    def __init__(self, template: str | None, controls: Sequence[str], eos: str | None) -> None:
        self.name_or_path = "a base"
        self.chat_template = template
        self.controls = list(controls)
        self.eos_token_id = self.controls.index(eos) if eos else None
        self.all_special_tokens = [eos] if eos else []
        self.added_tokens_decoder: dict[int, Any] = dict(enumerate(self.controls))

    def __call__(self, text: str, *, add_special_tokens: bool) -> dict[str, list[int]]:
        parts = re.split("(" + "|".join(map(re.escape, self.controls)) + ")", text)
        ids: list[int] = []
        for part in parts:
            if part in self.controls:
                ids.append(self.controls.index(part))
            else:
                ids += [ord(character) + FIRST_CHARACTER for character in part]
        return {"input_ids": ids}

    def apply_chat_template(
        self,
        conversation: list[dict[str, str]],
        *,
        tokenize: bool,
        add_generation_prompt: bool,
        enable_thinking: bool,
        date_string: str,
        strftime_now: Callable[[str], str],
    ) -> str:
        from jinja2.exceptions import TemplateError
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        def raise_exception(message: str) -> None:
            raise TemplateError(message)

        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.globals["raise_exception"] = raise_exception
        template = environment.from_string(self.chat_template or "")
        return template.render(
            messages=conversation,
            add_generation_prompt=add_generation_prompt,
            enable_thinking=enable_thinking,
            date_string=date_string,
            strftime_now=strftime_now,
        )

    def decode(self, token_ids: Sequence[int], *, skip_special_tokens: bool = False) -> str:
        return "".join(
            self.controls[one] if one < FIRST_CHARACTER else chr(one - FIRST_CHARACTER)
            for one in token_ids
        )


def spell(family: str) -> Spelling:
    """The family's template over a tokenizer of single characters."""
    controls, _ = FAMILIES[family]
    eos = {"mistral": "</s>", "phi": "<|endoftext|>", "gemma": "<eos>"}.get(family)
    template = (TEMPLATES / f"{family}.jinja").read_text(encoding="utf-8")
    return Spelling(template, controls, eos)


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
def kit() -> SimpleNamespace:
    """The builders of this file, for tests to call."""
    return SimpleNamespace(
        chat=chat,
        example=example,
        conversation=conversation,
        spell=spell,
        make_tokenizer=make_tokenizer,
        families=FAMILIES,
        templates=TEMPLATES,
    )


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
