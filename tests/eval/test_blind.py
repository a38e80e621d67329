"""The blind sheet: sides only the key knows, catch trials, and what a judge gets to see."""

import re
from collections import Counter

import pytest

from eval.blind import Key, Trial, deal
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


def test_real_reply_stands_where_the_key_says_and_what_is_beside_it_is_of_its_kind() -> None:
    key, pairs = dealt()
    marks = {"clone": "adapter says", "other": "somebody else", "same": "person says"}
    for trial, pair in zip(key.trials, pairs, strict=True):
        real, beside = pair if trial.real == "A" else pair[::-1]
        assert real == f"person says {trial.conversation[1:]}"
        assert beside.startswith(marks[trial.kind])
        assert beside != real


@pytest.mark.parametrize("salt", ["a", "b", "c", "d"])
def test_no_reply_stands_on_a_sheet_twice_where_there_are_others(salt: str) -> None:
    texts = [text for pair in dealt(24, salt)[1] for text in pair]
    assert len(texts) == len(set(texts)) == 48


def test_kinds_have_their_shares_and_sides_are_even() -> None:
    kinds = Counter(trial.kind for trial in dealt()[0].trials)
    assert kinds == {"clone": 28, "other": 8, "same": 4}
    sides = Counter(trial.real for salt in range(40) for trial in dealt(salt=str(salt))[0].trials)
    assert 0.45 < sides["A"] / sides.total() < 0.55


def test_seal_changes_with_every_side_of_the_key() -> None:
    one, two = (Key("Mo", "r", "adapter", "s", (Trial("clone", "c", side),)) for side in ("A", "B"))
    assert one.seal != two.seal
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
    assert "12 of 12</legend>" in sheet
    plain = re.sub(r"\w+ (?:says|else) \d+", "", sheet)
    assert "adapter" not in plain


def test_too_few_contexts_are_refused() -> None:
    with pytest.raises(DataError, match="too few for a blind sheet"):
        deal(rows(11), OTHERS, arm="adapter", count=40, subject="Mo", run="r", salt="s")
    with pytest.raises(DataError, match="another one of 'prompt'"):
        deal(rows(), OTHERS, arm="prompt", count=40, subject="Mo", run="r", salt="s")
