"""SMS Backup & Restore: numbers, smileys in two halves, multimedia, entities that are bombs."""

import time

import pytest

from ingest.format import ReadOptions
from tests.ingest.formats.conftest import Read, said, utc

ANN = 'address="+15555550100" contact_name="Ann"'


def _backup(*messages: str) -> str:
    return f'<?xml version="1.0"?>\n<smses count="1">\n{"".join(messages)}</smses>\n'


def _sms(body: str, who: str = ANN, *, box: int = 1, date: str = "1706776200123") -> str:
    return f'<sms {who} date="{date}" type="{box}" body="{body}" />\n'


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("&#55357;&#56898;", "🙂"),
        ("&#xD83D;&#xDE42; &#128578;", "🙂 🙂"),
        ("a &#55357; b", "a \ufffd b"),
        ("&amp;amp; &lt;b&gt; &quot;c&quot; &apos;d&apos;", "&amp; <b> \"c\" 'd'"),
        ("two&#10;lines", "two\nlines"),
        ("1 > 0 and it's &unknown;", "1 > 0 and it's &unknown;"),
        ("grüße 😂", "grüße 😂"),
    ],
)
def test_smileys_in_two_halves_and_references_become_characters(
    read: Read, body: str, text: str
) -> None:
    messages, _ = read("x.xml", _backup(_sms(body)))

    assert said(messages) == [("Ann", text)]
    assert utc(messages[0]) == "2024-02-01 08:30:00"


def test_type_2_is_the_owner_and_drafts_are_not_sent(read: Read) -> None:
    messages, [summary] = read("x.xml", _backup(*(_sms("x", box=box) for box in (1, 2, 3, 5))))

    assert [(m.sender, m.is_subject, m.chat) for m in messages] == [
        ("Ann", False, "Ann"),
        ("Me", True, "Ann"),
        ("Me", True, "Ann"),
    ]
    assert summary.dropped == {"draft": 1}


def test_number_is_one_person_however_it_is_written(read: Read) -> None:
    others = ('address="(555) 555-0100"', 'address="1 555 555 0100" contact_name="null"')

    messages, _ = read("x.xml", _backup(_sms("a"), *(_sms("b", who) for who in others)))

    assert {(message.sender, message.chat) for message in messages} == {("Ann", "Ann")}


def test_number_without_a_contact_is_written_without_blanks(read: Read) -> None:
    for name in ("(Unknown)", "null", ""):
        who = f'address="+1 (555) 555-0177" contact_name="{name}"'
        assert said(read("x.xml", _backup(_sms("a", who)))[0]) == [("+15555550177", "a")]


def test_literal_null_is_nothing(read: Read) -> None:
    messages, [summary] = read("x.xml", _backup(_sms("null"), _sms("null and void")))

    assert said(messages) == [("Ann", "null and void")]
    assert summary.dropped == {"empty": 1}


def test_multimedia_message_is_from_the_address_of_type_137(read: Read) -> None:
    parts = '<part ct="application/smil" text="&lt;smil/&gt;" /><part ct="text/plain" text="hi" />'
    addrs = '<addr address="+15555550101" type="137" /><addr address="+1999" type="151" />'
    group = 'address="+15555550100~+15555550101"'
    mms = (
        f'<mms {group} date="1706776200123" msg_box="1"><parts>{parts}</parts>'
        f"<addrs>{addrs}</addrs></mms>\n"
    )
    bo = _sms("x", 'address="+15555550101" contact_name="Bo"')

    messages, _ = read("x.xml", _backup(_sms("x"), bo, mms))

    assert (messages[-1].chat, *said(messages)[-1]) == ("Ann, Bo", "Bo", "hi")


def test_picture_without_a_text_is_media(read: Read) -> None:
    part = f'<part ct="image/jpeg" text="null" data="{"A" * 400_000}" />'
    mms = f'<mms {ANN} date="1706776200123" msg_box="2"><parts>{part}</parts></mms>'
    text = _backup(mms, _sms("after"))

    dropped, [summary] = read("x.xml", text)
    kept, _ = read("x.xml", text, ReadOptions(keep_media=True))

    assert (said(dropped), summary.dropped) == ([("Ann", "after")], {"media only": 1})
    assert said(kept) == [("Me", "<media>"), ("Ann", "after")]


def test_damaged_message_does_not_spoil_the_others(read: Read) -> None:
    text = _backup(_sms("a"), "<sms address=+1 body=>>\n", _sms("b"))[:-20] + '<sms body="cut'

    messages, [summary] = read("x.xml", text)

    assert said(messages)[0] == ("Ann", "a")
    assert summary.dropped["damaged"] >= 1


def test_declared_entities_are_refused_in_one_line_and_in_no_time(read: Read) -> None:
    levels = [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    bomb = '<!DOCTYPE smses [<!ENTITY a0 "ha">' + "".join(levels)
    text = f'<?xml version="1.0"?>{bomb}]><smses count="1">{_sms("&a11;")}</smses>'
    start = time.perf_counter()

    messages, [summary] = read("x.xml", text)

    assert messages == []
    assert summary.error is not None
    assert "declares XML entities" in summary.error
    assert "\n" not in summary.error
    assert time.perf_counter() - start < 2
