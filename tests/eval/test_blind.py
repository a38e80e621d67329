"""The blind sheet: sides only the key knows, catch trials, answers read against the sealed key."""

import re
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from eval.blind import Answers, Key, Rate, Trial, deal, in_words, read_answers, verdicts
from eval.blind_sheet import to_sheet
from eval.replies import ReplyRow
from persona.data import Turn, Utterance
from persona.errors import DataError


def rows(count: int = 60) -> list[ReplyRow]:
    return [
        ReplyRow(
            arm=arm,
            conversation=f"c{number}",
            prompt=(Turn("system", "You are Mo."), Turn("user", f"question {number} <b>")),
            text=f"{arm} says {number}",
        )
        for arm in ("adapter", "person")
        for number in range(count)
    ]


OTHERS = [Utterance("x", "Ana", None, f"somebody else {number}", ()) for number in range(20)]


def dealt(count: int = 40, salt: str = "s") -> tuple[Key, list[tuple[str, str]]]:
    key, questions = deal(
        rows(), OTHERS, arm="adapter", count=count, subject="Mo", run="r", salt=salt
    )
    return key, [(question.a, question.b) for question in questions]


def key_of(*trials: tuple[str, str]) -> Key:
    made = tuple(Trial(kind, "c", real) for kind, real in trials)  # type: ignore[arg-type]
    return Key("Mo", "r", "adapter", "s", made)


def test_real_reply_stands_where_the_key_says_and_what_is_beside_it_is_of_its_kind() -> None:
    key, pairs = dealt()
    marks = {"clone": "adapter says", "other": "somebody else", "same": "person says"}
    for trial, pair in zip(key.trials, pairs, strict=True):
        real, beside = pair if trial.real == "A" else pair[::-1]
        assert real == f"person says {trial.conversation[1:]}"
        assert beside.startswith(marks[trial.kind])
        assert beside != real


def test_one_trial_in_eight_is_a_catch_of_either_kind_and_sides_are_even() -> None:
    kinds = Counter(trial.kind for trial in dealt()[0].trials)
    assert kinds == {"clone": 30, "other": 5, "same": 5}
    sides = Counter(trial.real for salt in range(40) for trial in dealt(salt=str(salt))[0].trials)
    assert 0.45 < sides["A"] / sides.total() < 0.55


def test_seal_changes_with_every_side_of_the_key() -> None:
    assert key_of(("clone", "A")).seal != key_of(("clone", "B")).seal
    assert dealt(salt="a")[0].seal != dealt(salt="b")[0].seal


def test_sheet_tells_the_seal_and_escapes_and_names_no_arm() -> None:
    key, questions = deal(
        rows(), OTHERS, arm="adapter", count=12, subject="Mo", run="r", salt="pepper"
    )
    sheet = to_sheet(key, questions)
    assert key.seal in sheet
    assert "&lt;b&gt;" in sheet
    assert "pepper" not in sheet
    assert not re.search(r"https?://|clone|class=.(?:person|adapter)", sheet)
    plain = re.sub(r"\w+ (?:says|else) \d+", "", sheet)
    assert "adapter" not in plain


def test_too_few_contexts_are_refused() -> None:
    with pytest.raises(DataError, match="too few for a blind sheet"):
        deal(rows(5), OTHERS, arm="adapter", count=40, subject="Mo", run="r", salt="s")
    with pytest.raises(DataError, match="another one of 'prompt'"):
        deal(rows(), OTHERS, arm="prompt", count=40, subject="Mo", run="r", salt="s")


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


def test_answers_of_another_sheet_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    key = key_of(("clone", "A"))
    path.write_bytes(msgspec.json.encode(Answers("other", "self", {1: "A"})))
    with pytest.raises(DataError, match="answers another sheet"):
        read_answers([path], key)
    path.write_text('{"sheet": "x", "judge": "cat", "answers": {}}')
    with pytest.raises(DataError, match="the file that the sheet saved"):
        read_answers([path], key)
    path.write_text(f'{{"sheet": "{key.seal}", "judge": "self", "answers": {{"1": null}}}}')
    assert read_answers([path], key)[0].answers == {1: None}
