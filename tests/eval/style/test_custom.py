"""Invented communities: the same people, other customs."""

from dataclasses import replace

from eval.style.checks.custom import CUSTOMS, follow, invent
from eval.style.corpus import Said
from eval.style.features import Reply

SAID = [
    Said(Reply("Hello wren, are you sure about <url> and the kernel?", "a"), "", 1),
    Said(Reply("I think the printer needs a driver.\n\nDon't you?", "b"), "", 2),
]


def texts(custom, speaker="otter"):
    return [one.reply.text for one in follow(custom, SAID, speaker, {"wren"})]


def nothing(**strong):
    return replace(
        invent(1), strength={**dict.fromkeys(CUSTOMS, 0.0), **strong}, topic=0.0, words={}
    )


def test_a_community_without_customs_changes_nothing():
    assert texts(nothing()) == [one.reply.text for one in SAID]


def test_customs_leave_names_and_placeholders():
    first = texts(replace(invent(1), topic=1.0))[0].lower()
    assert "wren" in first
    assert "<url>" in first
    assert "kernel" not in first


def test_a_topic_word_becomes_the_same_other_word_for_everybody():
    custom = replace(nothing(), topic=1.0)
    assert texts(custom, "otter") == texts(custom, "heron") != texts(nothing())


def test_speakers_follow_a_custom_to_their_own_degree():
    custom = invent(5)
    assert texts(custom) == texts(custom)
    degrees = {str(follow(custom, SAID * 40, name, ())) for name in ("otter", "heron", "lynx")}
    assert len(degrees) == 3


def test_a_broken_message_counts_as_two():
    broken = follow(nothing(**{"break": 1.0}), SAID * 20, "otter", ())
    assert sum(one.messages for one in broken) > sum(one.messages for one in SAID * 20)
    assert all(one.messages == one.reply.text.count("\n\n") + 1 for one in broken)
