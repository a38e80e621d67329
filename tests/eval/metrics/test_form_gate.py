"""Replies in the person's words but another outer form are struck; the person never is."""

from eval.metrics.form_gate import form_gate
from eval.style.features import Reply
from eval.style.probes import each, scrub

REFERENCE = [f"omg the cat {n} lol" if n % 3 else f"cat {n} again?" for n in range(120)]
HELD_OUT = [f"the cat {n} did it" if n % 4 else f"why cat {n}?" for n in range(80)]


def test_own_replies_pass() -> None:
    found = form_gate(HELD_OUT, reference=REFERENCE, person=HELD_OUT, alpha=0.01)
    assert found.passed is True
    assert (found.case, found.case_most) == (0.0, 0.5)


def test_own_words_in_neutral_spelling_are_struck() -> None:
    tidy = [each(Reply(text, ""), scrub).text for text in HELD_OUT]
    found = form_gate(tidy, reference=REFERENCE, person=HELD_OUT, alpha=0.01)
    assert found.passed is False
    assert found.case == 1.0
    assert str(found.why).startswith(
        "100% of its replies would have to change their case, 50% at most may (capital start: 100%"
    )
    assert "full stop: 75%, the person 0%" in str(found.why)


def test_one_reply_in_three_in_another_form_is_no_fault() -> None:
    mixed = [text.capitalize() + "." if n % 3 == 0 else text for n, text in enumerate(HELD_OUT)]
    assert form_gate(mixed, reference=REFERENCE, person=HELD_OUT, alpha=0.01).passed is True


def test_a_person_whose_form_has_changed_is_not_struck() -> None:
    changed = [text.capitalize() for text in HELD_OUT]
    found = form_gate(changed[:40], reference=REFERENCE, person=changed, alpha=0.01)
    assert found.passed is True
    assert found.case_most == 1.0


def test_too_few_replies_get_no_verdict() -> None:
    found = form_gate(["Tidy."] * 19, reference=REFERENCE, person=HELD_OUT, alpha=0.01)
    assert found.passed is None
