"""Mail: encodings that lie, threads, and big mboxes."""

import time
from pathlib import Path

import pytest

from ingest import mail_files
from ingest.format import ReadOptions
from tests.ingest.formats.conftest import Read, read_path, said, utc


def mail(number: int, text: str, *fields: str, subject: str = "x") -> str:
    """A mail of the fifth of February."""
    head = ["From: Ann <ann@example.com>", f"Date: Mon, 5 Feb 2024 10:{number:02}:00 +0100",
            f"Subject: {subject}", f"Message-ID: <{number}@x>", *fields]  # fmt: skip
    return "\n".join(head) + f"\n\n{text}\n"


def mbox(*mails: str) -> str:
    """The mails in one file."""
    return "".join(f"From a@x.org Mon Feb  5 10:00:00 2024\n{one}\n" for one in mails)


def test_mbox_of_any_size_is_cut_where_its_mails_begin(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = mbox(*(mail(n, f"number {n}\n\n>From here on\nFrom me") for n in range(40)))
    monkeypatch.setattr(mail_files, "SEAM", 200)

    for block in (101, 1 << 20):
        monkeypatch.setattr(mail_files, "BLOCK", block)
        messages, [summary] = read("box", text)
        assert summary.format == "mail"
        assert [m.text for m in messages] == [
            f"number {n}\n\nFrom here on\nFrom me" for n in range(40)
        ]


def test_a_mail_without_end_keeps_its_beginning(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_files, "LONGEST_MAIL", 20_000)
    monkeypatch.setattr(mail_files, "BLOCK", 1000)

    messages, _ = read("box", mbox(mail(1, "begins" + "\nx" * 100_000), mail(2, "next")))

    assert messages[0].text.startswith("begins")
    assert messages[-1].text == "next"


def test_encodings_that_lie_are_seen_through(read: Read) -> None:
    for charset, encoding in (
        ("iso-8859-1", "utf-8"), ("us-ascii", "utf-8"), ("utf-8", "cp1252"),
        ("us-ascii", "cp1252"), ("nonsense", "utf-8"), ("iso-8859-1", "cp1252"),
    ):  # fmt: skip
        one = mail(1, "Käse – “süß”", f"Content-Type: text/plain; charset={charset}")
        messages, _ = read("1.eml", one.encode(encoding))
        assert messages[0].text == "Käse – “süß”", (charset, encoding)


def test_seven_bit_encodings_are_taken_at_their_word(read: Read) -> None:
    one = mail(1, "こんにちは", "Content-Type: text/plain; charset=iso-2022-jp")

    messages, _ = read("1.eml", one.encode("iso-2022-jp"))

    assert messages[0].text == "こんにちは"


def test_names_in_encoded_words_and_without_them(read: Read) -> None:
    for written, name in (
        ("=?utf-8?B?QsO2IEVr?= <b@x.org>", "Bö Ek"), ("=?iso-8859-1?Q?B=F6?= <b@x.org>", "Bö"),
        ('"Ek, Bo" <b@x.org>', "Ek, Bo"), ("b@x.org", "b@x.org"), ("Bö <b@x.org>", "Bö"),
        ("=?utf-8?Q?B=C3=B6?=\n =?utf-8?Q?_Ek?= <b@x.org>", "Bö Ek"),
    ):  # fmt: skip
        one = mail(1, "hi").replace("From: Ann <ann@example.com>", f"From: {written}")
        messages, _ = read("1.eml", one)
        assert messages[0].sender == name


def test_utf16_eml_is_read(read: Read) -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        messages, [summary] = read("1.eml", mail(1, "Käse").encode(encoding))
        assert (summary.format, said(messages)) == ("mail", [("Ann", "Käse")])


def test_html_only_mail_becomes_text_without_its_quotation(read: Read) -> None:
    html = "<p>Hi&nbsp;Bo,</p><p>see<br>you</p><div class='gmail_quote'>On x wrote: old</div>"

    messages, _ = read("1.eml", mail(1, html, "Content-Type: text/html; charset=utf-8"))

    assert messages[0].text == "Hi\u00a0Bo,\n\nsee\nyou"


def test_outlooks_quotation_behind_a_rule_in_html_goes(read: Read) -> None:
    html = (
        "<div>fine with me</div><div id='appendonsend'></div><hr>"
        "<div id='divRplyFwdMsg'><font><b>From:</b> Bo &lt;b@x.org&gt;<br><b>Sent:</b> Monday<br>"
        "<b>To:</b> Ann<br><b>Subject:</b> x</font></div><div>old words</div>"
    )

    messages, _ = read("1.eml", mail(1, html, "Content-Type: text/html; charset=utf-8"))

    assert messages[0].text == "fine with me"


def test_a_thread_is_found_by_references_then_answers_then_subject(read: Read) -> None:
    messages, _ = read(
        "box",
        mbox(
            mail(1, "a", subject="Lunch"),
            mail(2, "b", "In-Reply-To: <1@x>"),
            mail(3, "c", "References: <1@x> <2@x>"),
            mail(4, "d", "In-Reply-To: <2@x>"),
            mail(5, "e", subject="AW: Re: lunch"),
            mail(6, "f", subject="Lunch"),
        ),
    )

    assert [m.chat for m in messages] == ["<1@x>"] * 5 + ["<6@x>"]


def test_a_folder_of_mails_is_one_export_and_copies_count_once(tmp_path: Path) -> None:
    for name, number in (("b", 1), ("a", 2), ("copy", 1)):
        (tmp_path / f"{name}.eml").write_text(mail(number, f"mail {number}"))

    messages, [summary] = read_path(tmp_path)

    assert sorted(m.text for m in messages) == ["mail 1", "mail 2"]
    assert summary.dropped == {"duplicate": 1}


def test_a_maildir_is_one_export_and_its_sent_folder_is_the_owners(tmp_path: Path) -> None:
    for number, name in enumerate(
        ("cur/1.M1.host:2,S", "new/2.M1.host", ".Sent/cur/3.M1.host:2,S")
    ):
        path = tmp_path / "Maildir" / name
        path.parent.mkdir(parents=True)
        path.write_text(mail(number, f"mail {number}"))

    messages, summaries = read_path(tmp_path)

    assert [(m.text, m.is_subject) for m in messages] == [
        ("mail 2", True), ("mail 0", None), ("mail 1", None),
    ]  # fmt: skip
    assert len(summaries) == 2


def test_wrapped_paragraphs_are_as_they_were_typed(read: Read) -> None:
    flowed = "one line \nthat goes on\nand a new one\n-- \nsignature"
    kind = "Content-Type: text/plain; charset=utf-8; format=flowed"

    messages, _ = read("1.eml", mail(1, flowed, kind))

    assert messages[0].text == "one line that goes on\nand a new one"


def test_a_broken_date_falls_back_on_when_it_was_received(read: Read) -> None:
    one = mail(1, "hi", "Received: by x; Mon, 5 Feb 2024 11:00:00 +0100")

    messages, _ = read("1.eml", one.replace("Date: Mon, 5 Feb 2024 10:01:00 +0100", "Date: ?"))
    assert utc(messages[0]) == "2024-02-05 10:00:00"

    messages, _ = read("1.eml", mail(1, "hi").replace("+0100", "-0000"))
    assert utc(messages[0]) == "2024-02-05 10:01:00"


def test_a_mail_with_only_an_attachment_is_media(read: Read) -> None:
    one = mail(1, "iVBORw0KGgo=", "Content-Type: image/png; name=a.png")

    assert read("1.eml", one)[1][0].dropped == {"media only": 1}
    assert read("1.eml", one, ReadOptions(keep_media=True))[0][0].text == "<media>"


def test_a_folder_called_sent_that_holds_the_answers_too_marks_nobody(read: Read) -> None:
    ann, bo, cy = "Ann <ann@x.org>", "Bo <bo@x.org>", "Cy <cy@x.org>"

    def box(*pairs: tuple[str, str]) -> str:
        heads = [f"Message-ID: <{n}@x>\nTo: {to}\nFrom: {who}" for n, (who, to) in enumerate(pairs)]
        return mbox(*(f"{head}\nSubject: x\n\nhello there\n" for head in heads))

    for pairs in ([(ann, bo), (bo, ann)], [(ann, cy), (bo, ann)]):
        messages, _ = read("Gesendet.mbox", box(*pairs))
        assert {m.is_subject for m in messages} == {None}
    for pairs in ([(ann, bo), (ann, cy)], [(ann, ann), (ann, bo)], [(ann, "Ann <a@y.org>"),
                  ("Ann <a@y.org>", ann)]):  # fmt: skip
        messages, _ = read("Gesendet.mbox", box(*pairs))
        assert {m.is_subject for m in messages} == {True}


def test_mail_that_a_program_sent_is_no_persons(read: Read) -> None:
    box = mbox(
        mail(1, "I am away", "Auto-Submitted: auto-replied"),
        mail(2, "your meeting", "Auto-Submitted: auto-generated; type=invitation"),
        mail(3, "by hand", "Auto-Submitted: no"),
        mail(4, "also by hand"),
    )

    messages, [summary] = read("box", box)

    assert [message.text for message in messages] == ["by hand", "also by hand"]
    assert summary.dropped == {"by a bot": 2}


def test_a_subject_of_blanks_without_end_is_read_in_linear_time(read: Read) -> None:
    started = time.process_time()
    messages, _ = read("a.mbox", mbox(mail(1, "hi", subject="a" + " " * 200_000 + "b")))

    assert [message.text for message in messages] == ["hi"]
    assert time.process_time() - started < 5
