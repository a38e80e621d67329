"""The blind vote: order, tally, interval, and the file the votes are kept in."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from persona.data import write_jsonl
from persona.page.ballots import (
    Vote,
    count,
    describe,
    is_votable,
    keep_vote,
    letters,
    read_votes,
    shuffled,
)
from persona.page.contexts import PANES, Reply
from persona.page.stage import Stage


def vote(choice: str | None) -> Vote:
    return Vote(datetime(2026, 3, 1, tzinfo=UTC), 1, "c1", ("person", "base", "adapter"), choice, 4)


def test_every_order_of_the_arms_comes_up_about_equally_often() -> None:
    orders = [shuffled(seed) for seed in range(1200)]
    tally = {order: orders.count(order) for order in set(orders)}
    assert len(tally) == 6
    assert all(140 <= times <= 260 for times in tally.values())


def test_a_seed_gives_its_order_again() -> None:
    assert shuffled(11) == shuffled(11)
    assert sorted(shuffled(11)) == sorted(PANES)


def test_letters_stand_for_the_arms_in_their_order() -> None:
    assert letters(("person", "base", "adapter")) == {"A": "person", "B": "base", "C": "adapter"}


def test_cannot_tell_counts_apart_from_choices() -> None:
    tally = count([vote("adapter"), vote("person"), vote("person"), vote(None)])
    assert (tally.cast, tally.cannot_tell) == (3, 1)
    assert tally.rate("person")[0] == pytest.approx(2 / 3)


def test_result_names_hits_rate_and_interval() -> None:
    sentences = describe(count([vote("adapter"), vote("base"), vote(None)]), subject="Mira")
    assert "1 of 2 times: 50%" in sentences[0]
    assert "9% to 91%" in sentences[0]
    assert "Mira's own words were recognised 0 of 2 times" in sentences[1]
    assert sentences[2].startswith("1 ")


def test_votes_are_kept_one_after_another_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "votes.jsonl"
    assert read_votes(path) == []
    keep_vote(path, vote("person"))
    keep_vote(path, vote(None))
    assert [kept.choice for kept in read_votes(path)] == ["person", None]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_ballot_needs_three_replies_that_differ(stage: Stage) -> None:
    contexts = stage.contexts()
    assert is_votable(contexts[0])
    assert not is_votable(contexts[-1])  # not in the evaluation
    example = contexts[0].example
    texts = {"base": "no", "adapter": example.reply + "\n\n\n", "person": example.reply}
    write_jsonl(
        stage.run.replies,
        [Reply(arm, example.conversation, example.prompt, text) for arm, text in texts.items()],
    )
    assert not is_votable(stage.contexts()[0])
