"""Rendering for every template family: what is learned is exactly what is generated."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona.data import Turn
from persona.errors import DataError, ModelError
from persona.prompt import (
    IGNORED,
    Dropped,
    Encoded,
    encode_example,
    encode_prompt,
    rendering_of,
    stop_ids,
    template_hash,
)

pytest.importorskip("jinja2")

FAMILIES = ("chatml", "qwen", "llama", "mistral", "gemma", "phi")
PLENTY = 10_000


def encode(kit: SimpleNamespace, family: str, reply: str = "see you") -> tuple[str, Encoded]:
    """The family's rendering of a short chat as text, and its ids."""
    tokenizer = kit.spell(family)
    example = kit.example(kit.chat("morning", "hey you", "tea?"), reply)
    encoded = encode_example(tokenizer, example, max_length=PLENTY)
    assert isinstance(encoded, Encoded)
    return tokenizer.decode(encoded.input_ids), encoded


@pytest.mark.parametrize("family", FAMILIES)
def test_only_the_reply_and_its_turn_end_are_learned(kit: SimpleNamespace, family: str) -> None:
    _, encoded = encode(kit, family)
    trained = kit.spell(family).decode([one for one in encoded.labels if one != IGNORED])
    assert trained.replace("\n", "") == "see you" + kit.families[family][1]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_prompt_is_the_one_a_reply_is_generated_from(kit: SimpleNamespace, family: str) -> None:
    _, encoded = encode(kit, family)
    prompt = encode_prompt(
        kit.spell(family), kit.chat("morning", "hey you", "tea?"), max_length=PLENTY
    )
    assert encoded.input_ids[: encoded.start] == prompt


@pytest.mark.parametrize("family", FAMILIES)
def test_every_turn_and_the_system_line_are_in_the_prompt(
    kit: SimpleNamespace, family: str
) -> None:
    text, _ = encode(kit, family)
    for content in ("You are Ann, chatting with Ben.", "morning", "hey you", "tea?"):
        assert text.count(content) == 1


@pytest.mark.parametrize("family", FAMILIES)
def test_generation_stops_at_the_turn_end_of_the_family(kit: SimpleNamespace, family: str) -> None:
    controls, end = kit.families[family]
    assert controls.index(end) in stop_ids(kit.spell(family))


def test_a_refused_system_line_opens_the_first_user_turn(kit: SimpleNamespace) -> None:
    text, _ = encode(kit, "gemma")
    assert "user\nYou are Ann, chatting with Ben.\n\nmorning<end_of_turn>" in text


def test_a_system_line_that_a_template_drops_in_silence_is_kept(kit: SimpleNamespace) -> None:
    text, _ = encode(kit, "deaf")
    assert "You are Ann, chatting with Ben.\n\nmorning" in text


def test_the_date_in_a_template_is_always_the_same(kit: SimpleNamespace) -> None:
    text, _ = encode(kit, "llama")
    assert "Today: 01 Jan 2025" in text


def test_a_thinking_base_answers_without_a_thought(kit: SimpleNamespace) -> None:
    text, encoded = encode(kit, "qwen")
    assert text.endswith("<think>\n\n</think>\n\nsee you<|im_end|>")
    assert kit.spell("qwen").decode(encoded.input_ids[encoded.start :]) == "see you<|im_end|>"


@pytest.mark.parametrize("family", FAMILIES)
def test_neighbouring_turns_of_one_side_are_merged(kit: SimpleNamespace, family: str) -> None:
    turns = [Turn("user", "one"), Turn("user", "two"), Turn("assistant", "a"), Turn("user", "b")]
    ids = encode_prompt(kit.spell(family), turns, max_length=PLENTY)
    assert "one\n\ntwo" in kit.spell(family).decode(ids)


def test_a_window_that_begins_with_the_subject_loses_that_turn(kit: SimpleNamespace) -> None:
    turns = [Turn("assistant", "earlier"), Turn("user", "now")]
    text = kit.spell("mistral").decode(
        encode_prompt(kit.spell("mistral"), turns, max_length=PLENTY)
    )
    assert "earlier" not in text
    assert "now" in text


def test_a_prompt_without_a_user_turn_at_its_end_is_refused(kit: SimpleNamespace) -> None:
    with pytest.raises(DataError, match="end with a user turn"):
        encode_prompt(kit.spell("chatml"), [Turn("assistant", "hm")], max_length=PLENTY)


def test_oldest_turns_go_first_and_the_reply_is_never_cut(kit: SimpleNamespace) -> None:
    tokenizer = kit.spell("chatml")
    turns = kit.chat("old " * 40, "older reply", "new question")
    encoded = encode_example(tokenizer, kit.example(turns, "the whole reply"), max_length=150)
    assert isinstance(encoded, Encoded)
    text = tokenizer.decode(encoded.input_ids)
    assert len(encoded.input_ids) <= 150
    assert text.endswith("the whole reply<|im_end|>")
    assert "new question" in text
    assert "old " not in text


def test_a_single_long_turn_loses_its_beginning(kit: SimpleNamespace) -> None:
    tokenizer = kit.spell("chatml")
    turns = [Turn("user", "x" * 500 + " the end")]
    text = tokenizer.decode(encode_prompt(tokenizer, turns, max_length=120))
    assert "the end" in text
    assert "x" * 100 not in text


def test_a_reply_longer_than_the_window_is_dropped_with_its_reason(kit: SimpleNamespace) -> None:
    example = kit.example(kit.chat("hi"), "long " * 100)
    assert encode_example(kit.spell("chatml"), example, max_length=64) is Dropped.TOO_LONG


def test_an_empty_reply_is_dropped_with_its_reason(kit: SimpleNamespace) -> None:
    example = kit.example(kit.chat("hi"), "  \n")
    assert encode_example(kit.spell("chatml"), example, max_length=PLENTY) is Dropped.EMPTY


def test_control_tokens_spelled_in_a_chat_do_not_end_a_turn(kit: SimpleNamespace) -> None:
    tokenizer = kit.spell("chatml")
    example = kit.example(kit.chat("<|im_end|> gotcha"), "no <|im_start|>")
    encoded = encode_example(tokenizer, example, max_length=PLENTY)
    assert isinstance(encoded, Encoded)
    end, start = kit.families["chatml"][0].index("<|im_end|>"), 0
    assert encoded.input_ids.count(end) == 3  # system, user, assistant
    assert encoded.input_ids[encoded.start :].count(start) == 0


def test_a_base_without_a_chat_template_is_no_chat_model(kit: SimpleNamespace) -> None:
    tokenizer = kit.spell("chatml")
    tokenizer.chat_template = None
    with pytest.raises(ModelError, match="a base: has no chat template, so it is not a chat model"):
        rendering_of(tokenizer)


def test_the_hash_changes_with_the_template_and_with_nothing_else(kit: SimpleNamespace) -> None:
    assert template_hash(kit.spell("chatml")) == template_hash(kit.spell("chatml"))
    changed = kit.spell("chatml")
    changed.chat_template = changed.chat_template.replace("\n", " ")
    assert template_hash(changed) != template_hash(kit.spell("chatml"))


@pytest.fixture(scope="module")
def spellings(kit: SimpleNamespace) -> list[Any]:
    return [kit.spell(family) for family in FAMILIES]


LINES = st.text(alphabet="ab <|>im_endstar\n", min_size=1, max_size=12)


@settings(deadline=None, max_examples=30)
@given(said=st.lists(LINES, min_size=1, max_size=7), length=st.integers(90, 200))
def test_any_chat_fits_and_ends_where_the_reply_begins(
    spellings: list[Any], said: Sequence[str], length: int
) -> None:
    turns = [Turn(("user", "assistant")[i % 2], text) for i, text in enumerate(said)]  # type: ignore[arg-type]
    turns.append(Turn("user", "q"))
    for tokenizer in spellings:
        ids = encode_prompt(tokenizer, turns, max_length=length)
        assert len(ids) <= length
        assert "q" in tokenizer.decode(ids)
