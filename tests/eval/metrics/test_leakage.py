"""Nothing may stand in two splits, apart from what people say every day."""

from eval.metrics.leakage import Side, leakage_gate

LONG = "we said this very same thing before"


def test_disjoint_splits_pass() -> None:
    found = leakage_gate({"train": Side(["a"], ["ok", LONG]), "test": Side(["b"], ["ok"])})
    assert found.passed is True


def test_shared_conversation_fails() -> None:
    found = leakage_gate({"train": Side(["a"], []), "test": Side(["a", "b"], [])})
    assert (found.passed, found.conversations) == (False, 1)


def test_long_reply_on_both_sides_fails_whatever_its_case() -> None:
    found = leakage_gate({"train": Side(["a"], [LONG]), "test": Side(["b"], [LONG.upper() + "!"])})
    assert (found.passed, found.replies) == (False, 1)


def test_long_reply_twice_in_one_split_is_no_leak() -> None:
    assert leakage_gate({"train": Side(["a"], [LONG, LONG]), "test": Side(["b"], [])}).passed


def test_what_a_dataset_may_hold_twice_is_no_leak_in_any_script() -> None:
    said_again = ["ok so i do not know", "今天天气真的很好啊"]
    sides = {"train": Side(["a"], said_again), "test": Side(["b"], said_again)}
    assert leakage_gate(sides).passed is True
