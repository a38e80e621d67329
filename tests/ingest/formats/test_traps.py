"""What breaks the other readers of these exports, trap by trap; each on a sample of ours."""

from collections import Counter
from pathlib import Path

import pytest

from ingest.format import ReadOptions
from persona.data import Message
from tests.ingest.formats.conftest import Read, read_path, said

SAMPLES = Path(__file__).parents[3] / "samples" / "formats"


def sample(name: str, **options: bool) -> list[Message]:
    """The messages of a sample."""
    return read_path(SAMPLES / name, ReadOptions(**options))[0]


def test_trap_telegram_desktop_writes_invalid_json() -> None:
    texts = [message.text for message in sample("telegram/not quite json.json")]

    assert texts == ["ding \x07 dong", "wow 🔥", "a backslash \\x41 is text", "fine"]


def test_trap_telegram_whole_account_export() -> None:
    chats = Counter(message.chat for message in sample("telegram/whole account.json"))

    assert chats == {
        "Ann": 3, "Saved Messages": 1, "Deleted Account 9": 1, "Ann (3)": 1, "Old band": 1,
    }  # fmt: skip


def test_trap_telegram_old_exports_have_no_unix_time() -> None:
    times = [str(message.sent_at) for message in sample("telegram/old.json")]

    assert times == ["2019-02-01 09:30:05", "2019-02-01 09:31:00"]


def test_trap_telegram_round_video_notes_and_newlines() -> None:
    texts = [m.text for m in sample("telegram/media and notices.json", keep_media=True)]

    assert texts[0] == "<video_message>"
    assert "many\n\nlines ﬁne 𝓈𝓉𝓎𝓁𝑒 ❤️" in texts


def test_trap_whatsapp_system_words_in_a_message() -> None:
    messages = said(sample("whatsapp/WhatsApp Chat with Soup night.txt"))

    assert ("Bo", "I added salt and left it") in messages
    assert ("Ann", "he removed the lid... and changed the subject 😅") in messages
    assert not any("created group" in text or "removed Bo" in text for _, text in messages)


def test_trap_whatsapp_narrow_blank_before_the_marker() -> None:
    times = [f"{m.sent_at:%H:%M}" for m in sample("whatsapp/Chat de WhatsApp con Ana.txt")]

    assert times == ["21:29", "21:36", "12:30"]


def test_trap_whatsapp_notices_with_an_author() -> None:
    messages = sample("whatsapp/WhatsApp Chat - Soup.zip")

    assert {message.sender for message in messages} == {"Ann", "Cy"}
    assert not any("created group" in message.text for message in messages)


def test_trap_line_breaks_letters_and_order_are_kept() -> None:
    messages = said(sample("whatsapp/Discussion WhatsApp avec Zoé.txt"))

    assert messages[1] == ("Max", "Première ligne\n\nTroisième ligne")


def test_trap_whatsapp_headers_inside_a_message() -> None:
    messages = said(sample("whatsapp/headers inside a message.txt"))

    assert messages[0] == ("Ann", "look what he wrote\n[13.01.19, 07:58:12] Bo: never")
    assert messages[2] == ("Ann", "an old one:\n02/03/2015, 18:00 - Bo: I will")


def test_trap_meta_writes_letters_as_if_they_were_latin_1() -> None:
    texts = [message.text for message in sample("meta/messenger")]

    assert "third “quoted” 🙂\nline" in texts
    assert {message.chat for message in sample("meta/messenger")} == {"Soup é"}


def test_trap_sms_smileys_in_two_halves_are_no_xml() -> None:
    texts = [message.text for message in sample("sms/sms-20240201.xml")]

    assert 'hi 🙂 & "you"\nsecond line' in texts


def test_trap_imessage_texts_that_are_null() -> None:
    texts = [message.text for message in sample("imessage-database/chat.db")]

    assert "from the typedstream 🙂" in texts
    assert max(map(len, texts)) > 0x80  # its length is more than one byte


def test_trap_a_bad_first_line_does_not_hide_what_a_file_is(read: Read) -> None:
    lines = "\u200e[1/5/19, 8:03:12 AM] Ann: hi\n[1/13/19, 8:04:12 AM] Bo: yo\n"
    firsts = ("\ufeff", "\u200e\u200e", "Messages are end-to-end encrypted.\n", "\n\n")

    for first in firsts:
        messages, [summary] = read("x.bin", first + lines)
        assert said(messages) == [("Ann", "hi"), ("Bo", "yo")], first
        assert summary.format == "whatsapp"


def test_trap_telegram_rows_that_look_like_another_apps_are_telegrams(read: Read) -> None:
    kinds = [
        f'{{"id": {n}, "type": "message", "date": "2024-02-01T09:30:0{n}", "from": "Ann", '
        f'"from_id": "user1", "text": "{n}", "sender": {{"uid": "u"}}, "content": {{"text": "x"}}}}'
        for n in range(3)
    ]
    export = f'{{"name": "Ann", "type": "personal_chat", "id": 7, "messages": [{",".join(kinds)}]}}'

    messages, [summary] = read("c000001.jsonl", export)

    assert (summary.format, [message.text for message in messages]) == ("telegram", ["0", "1", "2"])


@pytest.mark.parametrize("gap", [60_000, 64_900, 65_300, 65_400, 65_536, 66_000])
def test_trap_header_inside_a_message_at_the_edge_of_a_block(read: Read, gap: int) -> None:
    line = "13/01/2019, 08:00 - Ann: " + "x" * 54 + "\n"
    padding = (
        line * (gap // len(line)) + "13/01/2019, 08:01 - Ann: " + "y" * (gap % len(line)) + "\n"
    )
    quoting = "13/01/2019, 08:02 - Bo: he said\n02/03/2015, 18:00 - Cy: never\n"
    after = "13/01/2019, 08:03 - Ann: oh\n" * 3000

    messages, _ = read("chat.txt", padding + quoting + after)

    assert ("Bo", "he said\n02/03/2015, 18:00 - Cy: never") in said(messages)
    assert {message.sender for message in messages} == {"Ann", "Bo"}
