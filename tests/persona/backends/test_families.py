"""Tiny random models with the real layer layout of five families: rendered, trained, reloaded."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from persona.config import Config, TrainConfig
from persona.folders import DatasetDir
from persona.runs import read_metrics

pytestmark = pytest.mark.slow

pytest.importorskip("trl")

SIZES: dict[str, Any] = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
}
SEVEN = ["down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"]
LAYERS = {
    "llama": ("LlamaConfig", {}, SEVEN),
    "qwen": ("Qwen3Config", {"head_dim": 16}, SEVEN),
    "mistral": ("MistralConfig", {"head_dim": 16, "sliding_window": 64}, SEVEN),
    # Gemma 2 squashes its logits after the head: the loss has to go through that too.
    "gemma": ("Gemma2Config", {"head_dim": 16, "final_logit_softcapping": 30.0}, SEVEN),
    "phi": ("Phi3Config", {}, ["down_proj", "gate_up_proj", "o_proj", "qkv_proj"]),
}


@pytest.fixture
def family_base(tmp_path: Path, kit: SimpleNamespace) -> Callable[[str], Path]:
    """Saves a random model of the family with its template."""

    def make(family: str) -> Path:
        import torch
        import transformers

        controls, end = kit.families[family]
        template = (kit.templates / f"{family}.jinja").read_text(encoding="utf-8")
        tokenizer = kit.make_tokenizer(template, [one for one in controls if "im_" not in one])
        tokenizer.eos_token = end
        name, extra, _ = LAYERS[family]
        ids = {"pad_token_id": 0, "eos_token_id": tokenizer.eos_token_id, "bos_token_id": 1}
        config = getattr(transformers, name)(vocab_size=len(tokenizer), **SIZES, **ids, **extra)
        torch.manual_seed(0)
        folder = tmp_path / family
        transformers.AutoModelForCausalLM.from_config(config).save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        return folder

    return make


@pytest.mark.parametrize("family", LAYERS)
def test_a_model_of_the_family_learns_on_all_its_linear_layers_and_answers(
    family: str,
    family_base: Callable[[str], Path],
    make_dataset: Callable[..., DatasetDir],
    tmp_path: Path,
) -> None:
    from peft import PeftConfig

    from persona.chat import open_persona
    from persona.train import train

    dataset = make_dataset()
    config = Config(
        train=TrainConfig(base=str(family_base(family)), learning_rate=1e-2, batch_size=12)
    )
    run = train(
        dataset,
        config,
        runs=tmp_path / "runs",
        name=family,
        now=datetime(2024, 5, 1, tzinfo=UTC),
    )
    assert sorted(PeftConfig.from_pretrained(str(run.adapter)).target_modules) == LAYERS[family][2]
    losses = [line["loss"] for line in read_metrics(run) if "loss" in line]
    assert losses[-1] < losses[0]
    persona = open_persona(run)
    examples = dataset.examples("test")
    gains = [
        base.nats - adapter.nats
        for base, adapter in zip(
            persona.log_likelihood(examples, arm="base"),
            persona.log_likelihood(examples, arm="adapter"),
            strict=True,
        )
    ]
    assert sum(gains) > 0
    assert isinstance(persona.reply(examples[0].prompt, seed=1), str)


def test_the_loss_of_a_family_that_squashes_its_logits_equals_the_library_s_own(
    family_base: Callable[[str], Path],
) -> None:
    from transformers import AutoModelForCausalLM

    from persona.backends.scoring import collate, token_nll
    from persona.batches import Packed

    model = AutoModelForCausalLM.from_pretrained(
        family_base("gemma"), attn_implementation="eager"
    ).eval()
    batch = collate([Packed(list(range(5, 25)), ((15, 20),), (0,))], model.device)
    own = float(token_nll(model, batch).sum().detach()) / 5
    library = model(input_ids=batch["input_ids"], labels=batch["labels"]).loss
    assert own == pytest.approx(float(library.detach()), rel=1e-5)
