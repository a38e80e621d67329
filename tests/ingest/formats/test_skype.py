"""Skype's and personal Teams' export: marked-up text, newest first."""

import json

from tests.ingest.formats.conftest import Read, said


def export(*contents: str, kind: str = "RichText") -> str:
    """One chat with Bo, whose messages are given newest first."""
    rows = [
        {"id": "1", "displayName": None, "from": "8:bo", "messagetype": kind, "content": content,
         "originalarrivaltime": "2024-02-01T09:30:00.123Z"}
        for content in contents
    ]  # fmt: skip
    talk = {"id": "8:bo", "displayName": "Bo Ek", "MessageList": rows}
    return json.dumps({"userId": "8:ann", "exportDate": "x", "conversations": [talk]})


def test_skype_quotations_and_marks_go_and_their_words_stay(read: Read) -> None:
    marked = [
        '<quote author="x"><legacyquote>[1] x: </legacyquote>old</quote>new', "a &lt; b &amp; c",
        '<ss type="smile">:)</ss> <a href="https://x.org">x.org</a>',
        'edited<e_m a="x" ts_ms="1" t="61"></e_m>', "two\n  lines", "1 < 2",
    ]  # fmt: skip

    messages, [summary] = read("messages.json", export(*reversed(marked)))

    assert summary.format == "skype"
    assert [text for _, text in said(messages)] == [
        "new", "a < b & c", ":) x.org", "edited", "two\n  lines", "1 < 2",
    ]  # fmt: skip
    assert {sender for sender, _ in said(messages)} == {"Bo Ek"}


def test_skype_calls_notices_and_files_are_left_out(read: Read) -> None:
    for kind, reason in (
        ("Event/Call", "call"), ("ThreadActivity/AddMember", "system notice"), ("Poll", "poll"),
        ("RichText/UriObject", "media only"), ("RichText/Media_Video", "media only"),
        ("EndToEndEncryption/EncryptedText", "not decrypted"),
    ):  # fmt: skip
        _, [summary] = read("messages.json", export("<x>y</x>", kind=kind))
        assert summary.dropped == {reason: 1}


def test_skype_bots_are_told_by_the_number_before_their_account(read: Read) -> None:
    for bot in ("28:concierge", "https://x.skype.com/v1/users/ME/contacts/28:concierge"):
        text = export("welcome", "hi").replace('"from": "8:bo"', f'"from": "{bot}"', 1)

        messages, [summary] = read("messages.json", text)

        assert said(messages) == [("Bo Ek", "hi")]
        assert summary.dropped == {"by a bot": 1}
