"""Drawing replies: seeded by row, independent of the batch, honest to the distribution."""

import threading
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from persona.config import ChatConfig

pytestmark = pytest.mark.slow

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def model(tiny_base: Path) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(tiny_base).eval()


def test_a_reply_depends_on_its_seed_and_not_on_its_neighbours(
    model: Any, tokenizer: Any, kit: SimpleNamespace
) -> None:
    from persona.backends.sampling import sample_replies

    contexts = [kit.chat("tea"), kit.chat("rain", "yes", "a much longer question, later?")]

    def draw(rows: list[int]) -> list[str]:
        return sample_replies(
            model,
            tokenizer,
            [contexts[row] for row in rows],
            sampling=ChatConfig(max_new_tokens=12),
            seeds=[row + 7 for row in rows],
            max_length=256,
        )

    together = draw([0, 1])
    assert draw([0]) + draw([1]) == together
    assert draw([1, 0]) == together[::-1]
    assert together[0] != together[1]


def test_temperature_zero_takes_the_likeliest_token(
    model: Any, tokenizer: Any, kit: SimpleNamespace
) -> None:
    from persona.backends.sampling import generate_ids
    from persona.prompt import encode_prompt

    prompt = encode_prompt(tokenizer, kit.chat("tea"), max_length=200)
    cold = ChatConfig(temperature=0, max_new_tokens=1)
    rows = [generate_ids(model, [prompt], stops=[2], sampling=cold, seeds=[s])[0] for s in (1, 2)]
    with torch.no_grad():
        best = int(model(input_ids=torch.tensor([prompt])).logits[0, -1].argmax())
    assert rows == [[best], [best]]


def test_tokens_are_drawn_as_often_as_their_probability_says() -> None:
    from persona.backends.sampling import SeededChoice

    scores = torch.tensor([[0.5, 0.3, 0.2]]).log().repeat(2000, 1)
    choice = SeededChoice(range(2000), temperature=1.0, top_p=1.0)
    drawn = Counter(choice(torch.zeros(2000, 1), scores).argmax(-1).tolist())
    assert drawn[0] / 2000 == pytest.approx(0.5, abs=0.04)
    assert drawn[2] / 2000 == pytest.approx(0.2, abs=0.04)


def test_the_nucleus_leaves_out_the_unlikely_tail() -> None:
    from persona.backends.sampling import SeededChoice

    scores = torch.tensor([[0.5, 0.3, 0.2]]).log().repeat(500, 1)
    choice = SeededChoice(range(500), temperature=1.0, top_p=0.7)
    assert set(choice(torch.zeros(500, 1), scores).argmax(-1).tolist()) == {0, 1}


def test_a_flag_ends_the_generation_at_its_next_token(
    model: Any, tokenizer: Any, kit: SimpleNamespace
) -> None:
    from persona.backends.sampling import generate_ids
    from persona.prompt import encode_prompt

    flag = threading.Event()
    steps: list[list[int]] = []

    def on_step(step: list[int]) -> None:
        steps.append(step)
        if len(steps) == 3:
            flag.set()

    generate_ids(
        model,
        [encode_prompt(tokenizer, kit.chat("tea"), max_length=200)] * 2,
        stops=[2],
        sampling=ChatConfig(max_new_tokens=50),
        seeds=[1, 2],
        on_step=on_step,
        flag=flag,
    )
    assert len(steps) <= 4  # the library hands a token over while it makes the next
    assert all(len(step) == 2 for step in steps)
