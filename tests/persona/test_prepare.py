"""What is checked before any weights are loaded."""

from types import SimpleNamespace

import pytest

from persona.errors import ModelError
from persona.prepare import read_back
from persona.prompt import Encoded, encode_example


def test_three_samples_are_read_back_with_their_trained_part_apart(kit: SimpleNamespace) -> None:
    tokenizer = kit.spell("chatml")
    examples = [kit.example(kit.chat("tea?"), f"yes {number}") for number in range(9)]
    encoded = [encode_example(tokenizer, one, max_length=500) for one in examples]
    samples = read_back(tokenizer, encoded)
    assert [one.trained for one in samples] == [f"yes {number}<|im_end|>" for number in (0, 3, 6)]
    assert all(one.context.endswith("<|im_start|>assistant\n") for one in samples)


def test_labels_without_a_turn_end_are_refused(kit: SimpleNamespace) -> None:
    tokenizer = kit.spell("chatml")
    whole = encode_example(tokenizer, kit.example(kit.chat("tea?"), "yes"), max_length=500)
    assert isinstance(whole, Encoded)
    ids = tokenizer("<|im_end|>", add_special_tokens=False)["input_ids"]
    cut = Encoded(whole.conversation, whole.input_ids[: -len(ids)], whole.start)
    with pytest.raises(ModelError, match="no turn end"):
        read_back(tokenizer, [cut])
