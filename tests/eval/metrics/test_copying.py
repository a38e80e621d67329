"""Copies are counted in replies long enough to be nobody's accident."""

import random
from collections.abc import Callable
from time import perf_counter

import pytest

from eval.metrics.copying import Source, copying_gate
from eval.metrics.near_copies import shared_in_order
from eval.style.probes import with_fillers, with_word_added

TRAIN = [
    "i left the keys under the third pot",
    "we could take the early train and then walk along the river to the mill",
]


def test_six_word_reply_standing_in_train_is_an_exact_copy_whatever_its_case() -> None:
    found = Source(["One two three four five six"]).copies(["ONE, two three four five six!", "one"])
    assert (found.judged_exact, found.exact) == (1, 1)


def test_five_word_reply_is_too_short_to_count() -> None:
    assert Source(["one two three four five"]).copies(["one two three four five"]).judged_exact == 0


def test_run_of_eight_words_inside_a_longer_reply_is_found() -> None:
    reply = "yes we could take the early train and then walk home instead"
    found = Source(TRAIN).copies([reply])
    assert (found.exact, found.judged_run, found.run) == (0, 1, 1)


def test_longest_span_is_counted_in_words() -> None:
    assert Source(TRAIN).longest_span(["so i left the keys under the bed"]) == 6
    assert Source(TRAIN).longest_span(["nothing shared"]) == 0


def gate(replies: list[str], *, person: list[str] = ["quite another reply of mine here now"]):  # type: ignore[no-untyped-def]  # noqa: B006
    return copying_gate(replies, person=person, sources={"training": Source(TRAIN)}, alpha=0.01)


def test_one_copy_in_a_hundred_is_what_people_do() -> None:
    fresh = [f"this is a fresh reply number n{i}" for i in range(99)]
    assert gate([*fresh, TRAIN[0]]).passed is True


def test_ten_copies_in_a_hundred_fail_and_say_so() -> None:
    fresh = [f"this is a fresh reply number n{i}" for i in range(90)]
    found = gate(fresh + [TRAIN[0]] * 10)
    assert found.passed is False
    assert found.why is not None
    assert found.why.startswith("10 of 100 replies of 6 words or more stand word for word")


def test_person_who_repeats_himself_raises_the_bar() -> None:
    fresh = [f"this is a fresh reply number n{i}" for i in range(90)]
    person = [TRAIN[0], *(f"this is something else number n{i}" for i in range(4))]
    assert gate(fresh + [TRAIN[0]] * 10, person=person).passed is True


def test_short_replies_only_cannot_be_judged() -> None:
    assert gate(["ok", "lol"]).passed is None


def sentence(draw: random.Random) -> str:
    """Eight to twelve of 3,000 words, the commoner the oftener."""
    return " ".join(f"w{int(3000 * draw.random() ** 2)}" for _ in range(draw.randint(8, 12)))


@pytest.mark.parametrize("change", [with_word_added, with_fillers])
def test_training_replies_with_a_word_added_or_fillers_fail(change: Callable[[str], str]) -> None:
    draw = random.Random(5)
    train, person = ([sentence(draw) for _ in range(200)] for _ in range(2))
    found = copying_gate(
        [change(text) for text in train[:50]],
        person=person[:100],
        sources={"training": Source(train)},
        alpha=0.01,
    )
    assert found.passed is False
    assert (found.exact, found.judged_near, found.near) == (0, 50, 50)
    assert found.why is not None
    assert "50 of 50 replies of 4 words or more have 80% of their words, in order" in found.why
    assert "word for word" not in found.why


def test_person_who_hardly_ever_says_something_new_may_be_near_copied() -> None:
    draw = random.Random(6)
    train = [sentence(draw) for _ in range(100)]
    old = [with_word_added(text) for text in train]
    sources = {"training": Source(train)}
    assert copying_gate(old[:50], person=old[50:], sources=sources, alpha=0.01).near_p > 0.5


def test_person_of_few_replies_is_taken_for_people_at_large() -> None:
    replies = [with_word_added(TRAIN[number % 2]) for number in range(20)]
    assert gate(replies).passed is False


def test_same_words_in_another_order_are_no_near_copy() -> None:
    found = Source(["we could take the early train"])
    assert found.copies(["we could take that early train"]).near == 1
    assert found.copies(["train early the take could we"]).near == 0
    assert found.copies(["early train now"]).judged_near == 0


def test_words_shared_in_order_are_counted() -> None:
    assert shared_in_order("abcd", "xacbyd") == 3
    assert shared_in_order("aa", "a") == 1
    assert shared_in_order("ab", "") == 0


def test_near_copies_among_five_thousand_messages_are_found_in_about_a_second() -> None:
    draw = random.Random(7)
    source = Source(sentence(draw) for _ in range(5000))
    replies = [sentence(draw) for _ in range(200)]
    start = perf_counter()
    source.copies(replies)
    assert perf_counter() - start < 3
