"""Held-out contexts joined with their recorded replies, searched and stepped through."""

import random
from pathlib import Path

import pytest

from persona.data import Turn, write_jsonl
from persona.errors import DataError
from persona.page.contexts import Reply, draw, load_contexts, neighbour, pick, search
from persona.page.stage import Stage


def test_a_context_carries_the_three_replies_of_the_file(stage: Stage) -> None:
    first = load_contexts(stage.run, stage.dataset)[0]
    assert first.number == 1
    assert first.text("base") == "Base on c1: did you finish the book?"
    assert (
        first.text(
            "adapter",
        )
        is not None
    )
    assert first.text("adapter").startswith("persona on c1\n\ni <3 u")
    assert first.text("person") == "nooo i got distracted\n\nby a bird"
    assert first.seed("base") == 7


def test_without_an_evaluation_the_real_reply_is_still_there(stage: Stage) -> None:
    stage.run.replies.unlink()
    first = load_contexts(stage.run, stage.dataset)[0]
    assert not first.is_answered
    assert first.text("base") is None
    assert first.text("person") == first.example.reply


def test_replies_are_told_apart_by_prompt_and_not_by_conversation_alone(stage: Stage) -> None:
    example = stage.contexts()[0].example
    elsewhere = (Turn("user", "another prompt"),)
    write_jsonl(
        stage.run.replies,
        [
            Reply("base", example.conversation, elsewhere, "not this one"),
            Reply("base", example.conversation, example.prompt, "this one"),
        ],
    )
    assert stage.contexts()[0].text("base") == "this one"


def test_the_first_of_several_replies_of_an_arm_is_the_recorded_one(stage: Stage) -> None:
    example = stage.contexts()[0].example
    rows = [Reply("base", example.conversation, example.prompt, text) for text in ("one", "two")]
    write_jsonl(stage.run.replies, rows)
    assert stage.contexts()[0].text("base") == "one"


def test_a_damaged_replies_file_is_named_with_its_line(stage: Stage) -> None:
    with stage.run.replies.open("a", encoding="utf-8") as rows:
        rows.write('{"arm": 3}\n')
    with pytest.raises(DataError, match=r"replies\.jsonl:22"):
        stage.contexts()


def test_search_finds_every_word_whatever_the_case_in_cue_and_reply(stage: Stage) -> None:
    contexts = stage.contexts()
    assert [context.number for context in search(contexts, "BIRD nooo")] == [1]
    assert [context.number for context in search(contexts, "train late")] == [5]
    assert search(contexts, "bird saturday") == []
    assert len(search(contexts, "")) == len(contexts)


def test_search_takes_a_number_with_or_without_its_sign(stage: Stage) -> None:
    assert [context.number for context in search(stage.contexts(), "#3")] == [3]
    assert [context.number for context in search(stage.contexts(), "3")] == [3]


def test_neighbours_go_round_within_what_was_found(stage: Stage) -> None:
    contexts = stage.contexts()
    assert neighbour(contexts, 8, step=1).number == 1
    assert neighbour(contexts, 1, step=-1).number == 8
    found = [contexts[1], contexts[4]]
    assert neighbour(found, 2, step=1).number == 5
    assert neighbour(found, 7, step=1).number == 2
    assert neighbour(found, 7, step=-1).number == 5


def test_a_random_context_is_never_the_one_shown(stage: Stage) -> None:
    rng = random.Random(1)
    assert 3 not in {draw(stage.contexts(), rng, number=3).number for _ in range(60)}


def test_the_only_context_can_be_drawn_again(stage: Stage) -> None:
    assert draw(stage.contexts()[:1], random.Random(1), number=1).number == 1


@pytest.mark.parametrize("number", [0, 9, -1])
def test_a_context_outside_the_split_is_refused(stage: Stage, number: int) -> None:
    with pytest.raises(DataError, match="there are 8"):
        pick(stage.contexts(), number)


def test_the_cue_is_the_last_message_on_one_line(stage: Stage, tmp_path: Path) -> None:
    assert stage.contexts()[0].cue == "did you finish the book?"
    assert all(turn.role != "system" for turn in stage.contexts()[0].turns)
    assert not stage.contexts()[0].is_opener
