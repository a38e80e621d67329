"""What judges said: read against the sealed key, counted once, weighed by their catch trials."""

from pathlib import Path

import pytest

from eval.blind import Key, Side, Trial, deal
from eval.blind_verdict import (
    Answers,
    Rate,
    c_at_1,
    in_words,
    judge_all,
    load_answers,
    verdicts,
)
from eval.replies import ReplyRow
from persona.data import Turn, Utterance
from persona.errors import DataError


def key_of(*trials: tuple[str, str]) -> Key:
    made = tuple(Trial(kind, "c", real) for kind, real in trials)  # type: ignore[arg-type]
    return Key("Mo", "r", "adapter", "s", made)


def said_of(clone: tuple[int, int], other: tuple[int, int]) -> str:
    """The words for so many right of so many trials of either kind."""
    key = key_of(*[("clone", "A")] * clone[1], *[("other", "A")] * other[1])
    right = [True] * clone[0] + [False] * (clone[1] - clone[0])
    right += [True] * other[0] + [False] * (other[1] - other[0])
    answers: dict[int, Side | None] = {
        number: "A" if hit else "B" for number, hit in enumerate(right, start=1)
    }
    (found,) = verdicts(key, [Answers(key.seal, "acquaintance", answers)])
    return in_words(found, subject="Mo")


def test_choices_cannot_tells_and_catches_are_counted_apart() -> None:
    key = key_of(("clone", "A"), ("clone", "B"), ("clone", "A"), ("other", "B"), ("same", "A"))
    sheets = [
        Answers(key.seal, "stranger", {1: "A", 2: "A", 3: None, 4: "B", 5: "B"}),
        Answers(key.seal, "stranger", {1: "A"}),
    ]
    (found,) = verdicts(key, sheets)
    assert (found.judge, found.judges, found.cannot_tell) == ("stranger", 2, 1)
    assert (found.clone.hits, found.clone.choices) == (2, 3)
    assert found.c_at_1 == pytest.approx((2 + 1 * 2 / 4) / 4)
    assert (found.other.hits, found.other.choices, found.same.hits) == (1, 1, 0)


def test_words_say_when_the_judges_do_not_know_the_person() -> None:
    key = key_of(*[("clone", "A")] * 40, *[("other", "A")] * 8)
    blind = Answers(
        key.seal, "stranger", {number: "B" if number % 2 else "A" for number in range(1, 49)}
    )
    sharp = Answers(key.seal, "acquaintance", dict.fromkeys(range(1, 49), "A"))
    said = {found.judge: in_words(found, subject="Mo") for found in verdicts(key, [blind, sharp])}
    assert "may not know Mo well enough" in said["stranger"]
    assert "40 of 40 times" in said["acquaintance"]
    assert "can be told from the person" in said["acquaintance"]


def test_clone_at_chance_among_judges_who_know_the_person_is_bounded() -> None:
    key = key_of(*[("clone", "A")] * 40, *[("other", "A")] * 8)
    fooled = {number: "A" if number % 2 or number > 40 else "B" for number in range(1, 49)}
    (found,) = verdicts(key, [Answers(key.seal, "self", fooled)])  # type: ignore[arg-type]
    assert found.clone == Rate(20, 40, found.clone.low, found.clone.high)
    assert "recognised more than 65% of the time is ruled out" in in_words(found, subject="Mo")


@pytest.mark.parametrize("count", [12, 23, 24, 31, 40, 60])
def test_judges_who_are_always_right_are_believed_at_every_size(count: int) -> None:
    prompts = [(Turn("user", f"question {number}"),) for number in range(60)]
    rows = [
        ReplyRow(arm=arm, conversation=prompt[0].content, prompt=prompt, text=arm)
        for arm in ("adapter", "person")
        for prompt in prompts
    ]
    others = [Utterance("x", "Ana", None, "hello", ())]
    key, _ = deal(rows, others, arm="adapter", count=count, subject="Mo", run="r", salt="s")
    kinds = [trial.kind for trial in key.trials]
    clones, catches = kinds.count("clone"), kinds.count("other")
    assert len(kinds) == count
    assert catches >= 5
    assert "The clone can be told" in said_of((clones, clones), (catches, catches))
    assert "is ruled out" in said_of((clones // 2, clones), (catches, catches))
    slips = count // 24
    assert "is ruled out" in said_of((clones // 2, clones), (catches - slips, catches))


def test_one_slip_in_the_catch_trials_does_not_overrule_thirty_of_thirty() -> None:
    assert said_of((30, 30), (4, 5)).endswith("The clone can be told from the person.")
    assert said_of((18, 18), (3, 3)).endswith("The clone can be told from the person.")


def test_a_clone_told_apart_by_judges_who_miss_other_people_gives_itself_away_otherwise() -> None:
    words = said_of((30, 30), (2, 5))
    assert "can be told from the person. Another person was told apart only 2 of 5 times" in words


def test_too_few_catch_trials_are_not_called_guessing() -> None:
    words = said_of((9, 18), (3, 3))
    assert "With 3 choices against another person there are too few catch trials" in words
    assert "may not know" not in words
    assert said_of((4, 4), (5, 5)).endswith("So few choices could all be guessing.")
    assert "4 of 5, which could be guessing too" in said_of((9, 18), (4, 5))


def test_c_at_1_is_as_penas_and_rodrigo_define_it() -> None:
    # (n_right + n_unanswered * n_right / n) / n; at the rate of the choices, 2 of 4, it were 0.5
    assert c_at_1(2, 4, 8) == 0.375
    assert c_at_1(3, 0, 4) == 0.75
    assert c_at_1(0, 4, 4) == 0.0
    assert c_at_1(0, 0, 0) == 0.0


def test_the_same_answers_given_twice_count_once() -> None:
    key = key_of(("clone", "A"), ("other", "B"))
    one = Answers(key.seal, "self", {1: "A", 2: "B"}, "s1")
    agreeing = Answers(key.seal, "self", {1: "A", 2: "B"}, "s2")
    a, b, c = Path("a.json"), Path("b.json"), Path("c.json")
    judged = judge_all(key, [(a, one), (a, one), (b, one), (c, agreeing)])
    assert judged.repeated == [a, b]
    assert judged.verdicts[0].judges == 2
    assert judged.verdicts[0].clone.choices == 2


def test_two_saves_of_one_sitting_that_differ_are_refused() -> None:
    key = key_of(("clone", "A"), ("other", "B"))
    early = Answers(key.seal, "self", {1: "A"}, "s1")
    late = Answers(key.seal, "self", {1: "A", 2: "B"}, "s1")
    with pytest.raises(DataError, match=r"b.json: saved by the same judge .* as a.json"):
        judge_all(key, [(Path("a.json"), early), (Path("b.json"), late)])


@pytest.mark.parametrize("number", [0, -1, 3])
def test_an_answer_to_a_trial_that_does_not_exist_is_refused(number: int) -> None:
    key = key_of(("clone", "A"), ("other", "B"))
    with pytest.raises(DataError, match=f"answers trial {number}, but the sheet's are 1 to 2"):
        judge_all(key, [(Path("a.json"), Answers(key.seal, "self", {1: "A", number: "B"}))])


def test_answers_of_another_sheet_and_damaged_ones_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    key = key_of(("clone", "A"))
    with pytest.raises(DataError, match="answers another sheet"):
        judge_all(key, [(path, Answers("other", "self", {1: "A"}))])
    path.write_text('{"sheet": "x", "judge": "cat", "answers": {}}')
    with pytest.raises(DataError, match="the file that the sheet saved"):
        load_answers(path)
    path.write_text(f'{{"sheet": "{key.seal}", "judge": "self", "answers": {{"1": null}}}}')
    assert load_answers(path).answers == {1: None}
