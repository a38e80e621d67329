"""Every message has one fate, the best that befell it."""

from ingest.examples import TOO_LONG, Place
from ingest.fates import CONTEXT, OTHERS, REPLY, UNUSED, Fates
from ingest.lines import Burst, Session


def session() -> Session:
    """Six messages: two of Ben, two of Mara, one of Tom, one of Mara."""
    bursts = [
        Burst("Ben", "a\n\nb", None, 0, 2),
        Burst("Mara", "c\n\nd", None, 2, 2),
        Burst("Tom", "e", None, 4, 1),
        Burst("Mara", "f", None, 5, 1),
    ]
    return Session("c", "chat", False, None, bursts)


def test_a_message_that_nothing_uses_is_dropped_and_says_so() -> None:
    used, dropped = Fates([session()]).count()
    assert sum(used.values()) == 0
    assert dropped == {UNUSED: 6}


def test_a_reply_goes_before_a_context_and_a_context_before_others() -> None:
    spoken = session()
    fates = Fates([spoken])
    fates.use(Place(spoken, 3, 1))
    fates.use_for_others(Place(spoken, 2, 0))
    assert fates.count() == ({REPLY: 1, CONTEXT: 3, OTHERS: 2}, {})


def test_a_dropped_reply_that_is_context_elsewhere_is_used() -> None:
    spoken = session()
    fates = Fates([spoken])
    fates.drop(spoken, 1, reason=TOO_LONG)
    assert fates.count()[1] == {UNUSED: 4, TOO_LONG: 2}
    fates.use(Place(spoken, 3, 1))
    assert fates.count() == ({REPLY: 1, CONTEXT: 3, OTHERS: 0}, {UNUSED: 2})
