"""Repeating the same few replies fails; being as varied as the person passes."""

import random

from eval.metrics.diversity import diversity_gate

PERSON = [f"reply {i}" for i in range(90)] + ["ok"] * 10


def test_the_person_passes() -> None:
    assert diversity_gate(PERSON[::2], person=PERSON, alpha=0.01).passed is True


def test_eight_phrases_again_and_again_fail() -> None:
    found = diversity_gate([f"phrase {i % 8}" for i in range(48)], person=PERSON, alpha=0.01)
    assert found.passed is False
    assert found.distinct == 8 / 48
    assert found.top_share == 6 / 48


def test_more_variety_than_the_person_is_no_failure() -> None:
    replies = [f"quite new {i}" for i in range(50)]
    assert diversity_gate(replies, person=PERSON, alpha=0.01).passed is True


def test_case_and_marks_do_not_make_replies_distinct() -> None:
    replies = [text for i in range(25) for text in (f"So what {i}?", f"so what {i}")]
    assert diversity_gate(replies, person=PERSON, alpha=0.01).distinct == 0.5


def test_nine_replies_are_too_few() -> None:
    assert diversity_gate(["a"] * 9, person=PERSON, alpha=0.01).passed is None


def test_one_line_again_and_again_fails_wherever_it_stands() -> None:
    replies = [f"quite new {i}" for i in range(150)] + ["same old line"] * 600
    person = [f"reply {i}" for i in range(290)] + ["ok"] * 10
    found = diversity_gate(replies, person=person, alpha=0.01)
    assert found.passed is False
    assert (found.judged, found.size) == (750, 150)
    assert found.top_share is not None
    assert abs(found.top_share - 0.8) < 0.01
    random.Random(1).shuffle(replies)
    assert diversity_gate(replies, person=person, alpha=0.01) == found


def test_one_reply_said_twice_is_no_poverty_where_few_are_drawn() -> None:
    replies = [f"quite new {i}" for i in range(30)] + ["ok", "ok", "yes", "yes"]
    person = [f"reply {i}" for i in range(29)]
    assert diversity_gate(replies, person=person, alpha=0.01).passed is True


def test_reason_tells_shares_and_bars_apart() -> None:
    person = [f"reply {i}" for i in range(1000)]
    replies = [f"quite new {i}" for i in range(473)] + ["ok"] * 27
    found = diversity_gate(replies, person=person, alpha=0.01)
    assert found.why == (
        "95% of its replies are distinct and its commonest makes up 5.4%; "
        "the person has at least 91% and at most 5.0%"
    )


def test_reason_names_the_empty_reply() -> None:
    found = diversity_gate([*PERSON[:30], *[" "] * 20], person=PERSON, alpha=0.01)
    assert found.why is not None
    assert "its commonest, the empty reply, makes up 40%" in found.why
