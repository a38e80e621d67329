"""Given replies find their contexts by prompt or by conversation, all of them or none."""

from eval.given import GivenReply
from eval.placing import match_contexts
from tests.eval.conftest import examples

CONTEXTS = examples("test", 8, seed=2)


def test_rows_with_prompts_find_their_real_replies_in_any_order() -> None:
    rows = [GivenReply(text="hm", prompt=row.prompt) for row in reversed(CONTEXTS)]
    assert match_contexts(rows, CONTEXTS).real == [row.reply for row in reversed(CONTEXTS)]


def test_as_many_rows_as_contexts_in_a_conversation_answer_in_order() -> None:
    rows = [GivenReply(text=str(i), conversation="test-1") for i in range(4)]
    assert match_contexts(rows, CONTEXTS).real == [row.reply for row in CONTEXTS[4:]]


def test_one_row_that_cannot_be_placed_leaves_all_without_context() -> None:
    rows = [GivenReply(text="hm", prompt=CONTEXTS[0].prompt), GivenReply(text="ok")]
    found = match_contexts(rows, CONTEXTS)
    assert found.prompts is None
    assert found.conversations == ["reply 1", "reply 2"]
