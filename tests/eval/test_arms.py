"""What the prompt and retrieval arms add to a context."""

from eval.arms import describe, index_exchanges, prompts_of, with_exchanges
from persona.data import Example, Turn

PROMPT = (Turn("system", "You are Mo."), Turn("user", "cheese! more cheese?"))


def example(said: str, reply: str) -> Example:
    prompt = (Turn("system", "You are Mo."), Turn("user", said))
    return Example("c", "chat", None, prompt, (Turn("assistant", reply),))


TRAIN = [
    example("did you see the film", "yes twice"),
    example("we need more cheese", "on it!!"),
    example("hello", "hey"),
]


def test_description_stands_in_the_system_line_and_the_turns_stay() -> None:
    context = Example("t", "chat", None, PROMPT, (Turn("assistant", "in the fridge"),))
    (found,) = prompts_of("prompt", [context], train=TRAIN)
    assert found[0].content.startswith("You are Mo.\nWrite short chat messages: typically 2 words")
    assert found[1:] == PROMPT[1:]
    assert "in the fridge" not in found[0].content


def test_description_names_case_ending_and_openers() -> None:
    text = describe(["hey you there", "hey now. then", "Fine."] * 4)
    assert "Case: all lower case 67%" in text
    assert "full stop 33%" in text
    assert "Often begins with hey, fine." in text


def test_retrieval_finds_the_exchange_about_the_same_thing_and_puts_it_nearest() -> None:
    assert index_exchanges(TRAIN)(PROMPT)[-1].reply == "on it!!"


def test_retrieved_exchanges_stand_between_system_line_and_context() -> None:
    found = with_exchanges(PROMPT, [TRAIN[1]])
    assert [turn.role for turn in found] == ["system", "user", "assistant", "user"]
    assert found[1].content == "we need more cheese"
    assert found[-1] == PROMPT[-1]


def test_nothing_in_common_retrieves_nothing() -> None:
    assert index_exchanges(TRAIN)((Turn("user", "zzz"),)) == []
