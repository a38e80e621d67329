"""IRC logs: who, when, in which channel, through renames, colours and encodings."""

from pathlib import Path

import pytest

from tests.ingest.formats.conftest import Read, read_path, said, times

OPENED = "--- Log opened Tue Dec 24 22:00:00 2013\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{OPENED}00:35 < ann> hi\n", ("ann", "hi")),
        (f"{OPENED}00:35 <@ann> hi\n", ("ann", "hi")),
        (f"{OPENED}00:35 <&ann> hi\n", ("ann", "hi")),
        (f"{OPENED}00:35  * ann waves\n", ("ann", "waves")),
        ("[12:34:56] <ann> hi\n", ("ann", "hi")),
        ("[00:35] <+ann> hi\n", ("ann", "hi")),
        ("[2014-05-01 12:34:56] <ann> hi\n", ("ann", "hi")),
        ("[00:35] <x> y\n[00:36] Action: ann waves\n", ("ann", "waves")),
        ("Jan 05 09:01:05 <ann>\thi\n", ("ann", "hi")),
        ("2014-05-01 12:34:56\t-->\tann (a@b) has joined #c\n2014-05-01 12:34:57\t+ann\thi\n",
         ("ann", "hi")),
        (f"{OPENED}00:35 < ann> \x02hi\x02 \x0304,12red\x03 \x1du\x0f\n", ("ann", "hi red u")),
        (f"{OPENED}00:35 < ann> is now known as a joke\n", ("ann", "is now known as a joke")),
    ],
)  # fmt: skip
def test_nick_and_text_of_every_client(read: Read, text: str, expected: tuple[str, str]) -> None:
    messages, [summary] = read("#c.log", text)

    assert (said(messages)[-1], summary.format) == (expected, "irc")


@pytest.mark.parametrize(
    ("name", "text", "meant"),
    [
        ("#c.log", OPENED + "22:01 < a> x\n--- Day changed Wed Dec 25 2013\n00:01 < a> y\n",
         ["2013-12-24 22:01", "2013-12-25 00:01"]),
        ("#c.log", "Session Start: Thu Jun 19 23:28:51 2008\n[23:29] <a> x\n[00:01] <a> y\n",
         ["2008-06-19 23:29", "2008-06-20 00:01"]),
        ("#c.log", "**** BEGIN LOGGING AT Wed Dec 31 23:00:00 2014\n\n"
         "Dec 31 23:00:01 <a>\tx\nJan 01 00:00:01 <a>\ty\n",
         ["2014-12-31 23:00", "2015-01-01 00:00"]),
        ("#c_20140501.log", "[12:34:56] <a> x\n", ["2014-05-01 12:34"]),
        ("#c/2014-05-01.log", "[12:34:56] <a> x\n", ["2014-05-01 12:34"]),
        ("#c.log", "[12:34:56] <a> x\n", [""]),
    ],
)  # fmt: skip
def test_day_comes_from_the_log_or_from_the_name_of_the_file(
    read: Read, name: str, text: str, meant: list[str]
) -> None:
    messages, _ = read(name, text)

    assert times(messages) == meant
    assert {message.chat for message in messages} == {"#c"}


def test_renamed_nick_stays_the_one_that_says_more_until_it_leaves(read: Read) -> None:
    text = OPENED + (
        "22:01 < ann> one\n22:02 -!- ann is now known as ann_away\n22:03 < ann_away> two\n"
        "22:04 -!- ann_away [a@b] has quit [bye]\n22:05 < ann_away> somebody else\n"
        "22:06 < ann> three\n22:07 < ann> four\n"
    )

    messages, _ = read("#c.log", text)

    assert [m.sender for m in messages] == ["ann", "ann", "ann_away", "ann", "ann"]


def test_every_line_is_utf8_or_else_windows_1252(read: Read) -> None:
    text = OPENED.encode() + b"22:01 < a> caf\xe9 \x80\n22:02 < a> caf\xc3\xa9\n"

    assert [m.text for m in read("#c.log", text)[0]] == ["café €", "café"]


def test_joins_and_modes_are_notices_and_deeds_are_not(read: Read) -> None:
    text = (
        "Session Start: Thu Jun 19 23:28:51 2008\n[23:28] * Now talking in #c\n"
        "[23:29] * bo (b@b) has left #c\n[23:30] * bo has left the building\n"
        "[23:31] * bo sets mode: +o ann\n[23:32] <bo> x\n"
    )

    messages, [summary] = read("#c.log", text)

    assert said(messages) == [("bo", "has left the building"), ("bo", "x")]
    assert summary.dropped == {"system notice": 3}


def test_days_of_a_channel_are_one_chat(tmp_path: Path) -> None:
    for day in ("2014-05-01", "2014-05-02"):
        for room in ("#a", "#b"):
            (tmp_path / room).mkdir(exist_ok=True)
            (tmp_path / room / f"{day}.log").write_text("[12:00:00] <ann> hi\n")

    messages, summaries = read_path(tmp_path)

    assert [message.chat for message in messages] == ["#a", "#a", "#b", "#b"]
    assert len(summaries) == 2


def test_log_of_a_program_is_no_chat(read: Read) -> None:
    text = "2024-01-01 10:00:00\tINFO\tstarted\n2024-01-01 10:00:01\tERROR\t--\tfailed\n"

    _, [summary] = read("app.log", text)

    assert summary.format is None
