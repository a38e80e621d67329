"""What is learned from and what is held out."""

import random
from datetime import datetime, timedelta
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.examples import Place
from ingest.lines import Burst, Session
from ingest.near import THRESHOLD, shingles, similarity
from ingest.split import SPLITS, sizes, split
from persona.data import order_key
from persona.errors import DataError
from persona.repeats import normalise

START = datetime(2024, 1, 1)


def conversation(day: int, *replies: str, dated: bool = True) -> list[Place]:
    """A session in which Ben says something of his own before every reply."""
    at = START + timedelta(days=day)
    bursts = []
    for number, reply in enumerate(replies):
        bursts.append(Burst("Ben", f"{day} and {number} {'x' * (day % 7)}", at, 0, 1))
        bursts.append(Burst("Mara", reply, at, 0, 1))
    session = Session(f"c{day}", "chat", False, order_key(at) if dated else None, bursts)
    return [Place(session, 2 * number + 1, 2 * number) for number in range(len(replies))]


def conversations(count: int, size: int, *, dated: bool = True) -> list[Place]:
    return [
        at
        for day in range(count)
        for at in conversation(
            day, *(f"reply {n} of day {day} {day * n}" for n in range(size)), dated=dated
        )
    ]


def days(places: list[Place]) -> set[int]:
    return {int(at.session.conversation[1:]) for at in places}


def test_the_newest_conversations_are_for_judging_and_the_oldest_for_learning() -> None:
    kept, _ = split(conversations(90, 10), seed=0)
    train, valid, reference, test = (days(kept[name]) for name in SPLITS)
    assert max(train) < min(valid)
    assert max(valid) < min(reference)
    assert max(reference) < min(test)


def test_a_year_of_chat_leaves_a_hundred_replies_to_judge_by() -> None:
    kept, _ = split(conversations(90, 10), seed=0)
    assert len(kept["test"]) >= 100
    assert len(kept["reference"]) >= 100
    assert len(kept["train"]) >= 0.6 * 900


@pytest.mark.parametrize(
    ("replies", "held_out"), [(200, 50), (300, 75), (400, 100), (1000, 130), (10_000, 400)]
)
def test_little_data_gives_a_larger_share_to_judging(replies: int, held_out: int) -> None:
    wanted = sizes(replies, replies)
    assert (wanted.reference, wanted.test) == (held_out, held_out)


def test_too_few_replies_say_how_many_there_are_and_how_many_are_needed() -> None:
    with pytest.raises(DataError, match="30 replies are too few: at least 115"):
        split(conversations(3, 10), seed=0)
    with pytest.raises(DataError, match="at least 82"):
        sizes(30, 90)


def test_a_few_long_conversations_cannot_be_split() -> None:
    with pytest.raises(DataError, match=r"120 replies .* leave 0 for train, 40 are needed"):
        split(conversations(2, 60), seed=0)


def test_a_held_out_reply_that_nearly_repeats_one_of_train_is_dropped() -> None:
    words = "has anyone seen the spare key to the boat shed today"
    places = conversations(90, 10)
    old, new = conversation(2, words), conversation(89, f"{words}!!", "something else entirely")
    kept, repeated = split([*places, *old, *new], seed=0)
    assert [at.reply.text for at in repeated] == [f"{words}!!"]
    assert len(kept["test"]) >= 100


def test_a_short_answer_may_come_again_after_other_words() -> None:
    places = [*conversations(90, 10), *conversation(2, "lol"), *conversation(89, "lol")]
    assert split(places, seed=0)[1] == []


def test_the_seed_orders_conversations_without_a_time() -> None:
    places = conversations(60, 5, dated=False)
    first, again, other = (split(places, seed=seed)[0] for seed in (1, 1, 2))
    assert first == again
    assert days(first["test"]) != days(other["test"])


LONG = ["the key is on the hook by the door", "has anyone seen the spare key today", "rain again"]


def random_chat(draw: random.Random, *, repeats: float) -> list[Place]:
    """Sixty conversations, in which a share of the replies is the same few with small changes."""

    def reply(day: int, number: int) -> str:
        words = f"reply {number * number} of the {day * day}th day of rain"
        said = draw.choice(LONG) if draw.random() < repeats else words
        return said + draw.choice(["", "!", " 😭", " x"])

    return [
        at
        for day in range(60)
        for at in conversation(day, *(reply(day, n) for n in range(draw.randint(3, 6))))
    ]


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 0.3))
def test_splits_share_no_conversation_and_no_near_duplicate(seed: int, repeats: float) -> None:
    places = random_chat(random.Random(seed), repeats=repeats)
    kept, repeated = split(places, seed=0)
    assert sum(map(len, kept.values())) + len(repeated) == len(places)
    home: dict[str, str] = {}
    pieces: dict[str, set[frozenset[str]]] = {name: set() for name in SPLITS}
    for name, rows in kept.items():
        for at in rows:
            assert home.setdefault(at.session.conversation, name) == name
            text = normalise(at.reply.text)
            if len(text) >= 25:  # a shorter one may come again after other words
                pieces[name].add(shingles(text))
    for name, other in combinations(SPLITS, 2):
        assert all(similarity(a, b) < THRESHOLD for a, b in product(pieces[name], pieces[other]))
