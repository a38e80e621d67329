"""Copies are counted in replies long enough to be nobody's accident."""

from eval.metrics.copying import Source, copying_gate

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
