"""Repeating the same few replies fails; being as varied as the person passes."""

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
