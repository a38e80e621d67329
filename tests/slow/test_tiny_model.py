"""The bundled weights at work on a CPU: loading, speed, stopping, and 4-bit training."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

from persona.tiny import MODEL_DIR
from persona.tiny.evaluate import PROMPTS, load, transcript

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def loaded() -> tuple[Any, Any]:
    return load(MODEL_DIR)


def test_loading_takes_under_two_seconds_of_cpu(loaded: tuple[Any, Any]) -> None:
    started = time.process_time()
    load(MODEL_DIR)
    assert time.process_time() - started < 2


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Two threads wait for each other, in CPU time too, where other programs have the cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("one_thread")
def test_reply_of_30_tokens_takes_under_a_second_of_one_core(loaded: tuple[Any, Any]) -> None:
    model, tokenizer = loaded
    inputs = tokenizer("<|user|>hi<|end|><|assistant|>", return_tensors="pt")

    def seconds() -> float:
        started = time.process_time()
        output = model.generate(**inputs, min_new_tokens=30, max_new_tokens=30)
        assert output.shape[1] == inputs["input_ids"].shape[1] + 30
        return time.process_time() - started

    seconds()
    assert min(seconds() for _ in range(3)) < 1


def test_all_transcript_replies_end_by_themselves(loaded: tuple[Any, Any]) -> None:
    replies = transcript(*loaded)
    assert len(replies) == len(PROMPTS) == 20
    assert [reply.prompt for reply in replies if not reply.ended] == []


def test_lora_on_the_4_bit_model_learns_on_a_cpu() -> None:
    quantised = AutoModelForCausalLM.from_pretrained(
        MODEL_DIR,
        quantization_config=BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4"),
        device_map="cpu",
    )
    tokenizer = load(MODEL_DIR)[1]
    model = get_peft_model(
        prepare_model_for_kbit_training(quantised),
        LoraConfig(r=8, target_modules="all-linear", task_type="CAUSAL_LM"),
    )
    ids = tokenizer("<|user|>hi<|end|><|assistant|>ahoy zzz<|end|>", return_tensors="pt").input_ids
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=5e-3)
    losses = []
    for _ in range(5):
        loss = model(input_ids=ids, labels=ids).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0]
