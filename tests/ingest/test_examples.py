"""What the model sees before a reply."""

from ingest.examples import (
    IN_PROMPT,
    NO_ROOM,
    ONLY_PLACEHOLDERS,
    TOO_LONG,
    Place,
    example,
    place,
    prompt,
)
from ingest.lines import Burst, Session
from persona.config import IngestConfig
from persona.data import OPENER, Turn

USUAL = IngestConfig()


def session(*said: tuple[str, str], verbatim: bool = False) -> Session:
    bursts = [Burst(sender, text, None, number, 1) for number, (sender, text) in enumerate(said)]
    return Session("c", "chat", verbatim, 0.0, bursts)


def placed(found: Session, index: int, limits: IngestConfig = USUAL) -> Place:
    at = place(found, index, limits=limits)
    assert isinstance(at, Place), at
    return at


def told(at: Place) -> list[tuple[str, str]]:
    return [(turn.role, turn.content) for turn in prompt(at)]


def test_a_reply_is_the_assistants_turn_after_the_partners() -> None:
    row = example(placed(session(("Ben", "hey"), ("Mara", "yo")), 1))
    assert row.prompt == (
        Turn("system", "You are Mara, chatting with Ben."),
        Turn("user", "hey"),
    )
    assert row.completion == (Turn("assistant", "yo"),)


def test_the_first_message_of_a_session_answers_the_opener() -> None:
    assert told(placed(session(("Mara", "morning")), 0)) == [
        ("system", "You are Mara. Reply the way Mara writes in chat."),
        ("user", OPENER),
    ]


def test_the_opener_stays_in_front_of_what_the_subject_began() -> None:
    found = session(("Mara", "morning"), ("Ben", "hi"), ("Mara", "slept?"))
    assert told(placed(found, 2))[1:] == [
        ("user", OPENER),
        ("assistant", "morning"),
        ("user", "hi"),
    ]


def test_several_partners_are_named_in_front_of_what_they_say() -> None:
    found = session(("Tom", "a"), ("Ben", "b\n\nc"), ("Mara", "x"), ("Ben", "d"), ("Mara", "y"))
    assert told(placed(found, 4)) == [
        ("system", "You are Mara in a group chat with Ben, Tom."),
        ("user", "Tom: a\n\nBen: b\n\nc"),
        ("assistant", "x"),
        ("user", "Ben: d"),
    ]


def test_one_partner_in_the_window_is_not_named() -> None:
    found = session(("Tom", "a"), ("Mara", "x"), ("Ben", "d"), ("Mara", "y"))
    at = placed(found, 3, IngestConfig(max_turns=2))
    assert told(at) == [("system", "You are Mara, chatting with Ben."), ("user", "d")]


def test_oldest_turns_go_first_when_turns_are_too_many() -> None:
    said = [("Ben", f"b{i}") if i % 2 == 0 else ("Mara", f"m{i}") for i in range(12)]
    at = placed(session(*said), 11, IngestConfig(max_turns=5))
    assert [content for _, content in told(at)[1:]] == ["b6", "m7", "b8", "m9", "b10"]


def test_oldest_turns_go_first_when_characters_are_too_many() -> None:
    said = (("Ben", "b" * 40), ("Mara", "m"), ("Ben", "c" * 40), ("Mara", "reply"))
    at = placed(session(*said), 3, IngestConfig(max_characters=60))
    assert [content for _, content in told(at)[1:]] == ["c" * 40]


def test_a_reply_too_long_is_dropped_and_never_cut() -> None:
    found = session(("Ben", "a"), ("Mara", "m" * 11))
    assert place(found, 1, limits=IngestConfig(max_reply_characters=10)) == TOO_LONG
    assert placed(found, 1, IngestConfig(max_reply_characters=11)).reply.text == "m" * 11


def test_a_question_too_long_leaves_no_row() -> None:
    found = session(("Ben", "b" * 61), ("Mara", "m"))
    assert place(found, 1, limits=IngestConfig(max_characters=60)) == NO_ROOM


def test_a_reply_that_is_only_a_link_teaches_nothing() -> None:
    found = session(("Ben", "where"), ("Mara", "<url>\n\n<url>"))
    assert place(found, 1, limits=USUAL) == ONLY_PLACEHOLDERS


def test_a_long_reply_that_stands_in_its_prompt_is_dropped() -> None:
    words = "the otter has taken the keys again"
    found = session(("Ben", f"She said: {words.upper()}"), ("Mara", words))
    assert place(found, 1, limits=USUAL) == IN_PROMPT
    in_burst = session(("Ben", words), ("Mara", f"look\n\n{words}"))
    assert place(in_burst, 1, limits=USUAL) == IN_PROMPT


def test_a_short_reply_may_echo() -> None:
    assert isinstance(place(session(("Ben", "lol"), ("Mara", "lol")), 1, limits=USUAL), Place)


def test_a_copy_that_the_budget_cut_off_is_no_copy() -> None:
    words = "the otter has taken the keys again"
    found = session(("Ben", words), ("Mara", "ok"), ("Ben", "what"), ("Mara", words))
    assert isinstance(place(found, 3, limits=IngestConfig(max_turns=1)), Place)


def test_a_partners_reply_puts_the_subject_in_the_users_place() -> None:
    assert told(placed(session(("Mara", "hey"), ("Ben", "yo")), 1)) == [
        ("system", "You are Ben, chatting with Mara."),
        ("user", "hey"),
    ]
