"""Tables of messages with the usual column names."""

import json

from ingest.format import ReadOptions
from ingest.parse import write_messages
from tests.ingest.formats.conftest import Read, naive, said, utc


def test_csv_with_newlines_and_quotes_in_cells(read: Read) -> None:
    text = 'Author,Date,Content\r\nAnn,2024-02-01T09:30:00+01:00,"a ""b""\nc"\r\nBo,,\r\n'

    messages, [summary] = read("room.csv", text)

    assert said(messages) == [("Ann", 'a "b"\nc')]
    assert utc(messages[0]) == "2024-02-01 08:30:00"
    assert (messages[0].chat, summary.dropped) == ("room", {"empty": 1})


def test_semicolons_and_tabs_part_columns(read: Read) -> None:
    for mark in ";\t":
        row = mark.join
        lines = [row(["name", "message", "time"]), row(["Ann", "hi", "13.01.2019 08:03"])]
        messages, _ = read("t.csv", "\n".join(lines))
        assert said(messages) == [("Ann", "hi")]
        assert str(naive(messages[0])) == "2019-01-13 08:03:00"


def test_json_lines_array_and_messages_under_a_key(read: Read) -> None:
    rows = [{"speaker": "Ann", "text": "hi", "t": 1706776200},
            {"speaker": "Bo", "text": "yo", "t": 1706776200123}]  # fmt: skip
    shapes = [
        "\n".join(map(json.dumps, rows)), json.dumps(rows), json.dumps({"messages": rows}),
    ]  # fmt: skip

    for content in shapes:
        messages, _ = read("x.json", content)
        assert said(messages) == [("Ann", "hi"), ("Bo", "yo")]
        assert [utc(m) for m in messages] == ["2024-02-01 08:30:00"] * 2


def test_what_parse_prints_is_read_back_as_it_was(read: Read, tmp_path) -> None:  # type: ignore[no-untyped-def]
    rows = [
        {"chat": "c", "sender": "Ann", "sent_at": "2024-02-01T09:30:00+01:00", "text": " a\n",
         "is_subject": True, "role": None},
        {"chat": "d", "sender": "Bo", "sent_at": None, "text": "b", "is_subject": None,
         "role": "assistant"},
    ]  # fmt: skip
    text = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
    first, _ = read("in.jsonl", text)

    out = tmp_path / "out.jsonl"
    with out.open("wb") as stream:
        write_messages([tmp_path / "in.jsonl"], ReadOptions(), stream)

    assert out.read_text() == text
    assert first[0].is_subject


def test_conversations_with_their_messages_inside_them(read: Read) -> None:
    talks = [
        {"chat": chat, "messages": [{"sender": "Ann", "text": f"in {chat}", "t": 1706776200}]}
        for chat in "ab"
    ]

    for content in (json.dumps(talks), "\n".join(map(json.dumps, talks))):
        messages, [summary] = read("x.json", content)
        assert summary.format == "table"
        assert [(m.chat, m.text) for m in messages] == [("a", "in a"), ("b", "in b")]


def test_excels_mark_utf16_and_windows_letters_are_read(read: Read) -> None:
    table = "speaker;text;t\nÄnn;grüß dich;01.02.2024 09:30\n"

    for content in (
        f"sep=;\n{table}".encode(), table.encode("utf-16"), table.encode("cp1252"),
        table.replace(";", "\t").encode("utf-8-sig"),
    ):  # fmt: skip
        messages, [summary] = read("t.csv", content)
        assert (summary.format, said(messages)) == ("table", [("Änn", "grüß dich")])
        assert str(naive(messages[0])) == "2024-02-01 09:30:00"


def test_people_and_chats_may_be_records_with_a_name(read: Read) -> None:
    row = {"author": {"id": 5, "name": "Ann"}, "channel": {"id": 11, "name": "reef"}, "text": "hi"}

    messages, _ = read("log.json", json.dumps([row, row | {"channel": [1], "author": "Bo"}]))

    assert [(message.chat, message.sender) for message in messages] == [
        ("reef", "Ann"),
        ("log", "Bo"),
    ]


def test_columns_named_in_other_languages_and_ways_are_known(read: Read) -> None:
    for header in (
        "Datum;Absender;Nachricht", "Datum;Name;Nachricht", "created;from_user;message_text",
        "Fecha;Remitente;Mensaje", "Date;Expéditeur;Message",
    ):  # fmt: skip
        messages, [summary] = read("t.csv", f"{header}\n13.01.2019 08:03;Ann;hi\n")
        assert (summary.format, said(messages)) == ("table", [("Ann", "hi")]), header
        assert str(naive(messages[0])) == "2019-01-13 08:03:00"


def test_a_table_with_other_columns_says_which_are_wanted(read: Read) -> None:
    for options in (ReadOptions(), ReadOptions(format="table")):
        _, [summary] = read("t.csv", "A;B;C\n13.01.2019 08:03;Ann;hi\n", options)
        assert summary.dropped == {}
        assert "columns (A, B, C) have no known name for text and sender" in (summary.error or "")
        _, [summary] = read("t.csv", "13.01.2019 08:03;Ann;hi\n", options)
        assert "Ann" not in (summary.error or "")


def test_date_and_time_of_day_in_columns_of_their_own_are_one_time(read: Read) -> None:
    for names, row in (
        ("Datum;Uhrzeit;Absender;Nachricht", "13.01.2019;08:03;Ann;hi"),
        ("date;time;name;text", "2019-01-13;08:03;Ann;hi"),
        ("time;date;name;text", "8:03 AM;1/13/2019;Ann;hi"),
    ):
        messages, _ = read("t.csv", f"{names}\n{row}\n")
        assert str(naive(messages[0])) == "2019-01-13 08:03:00"
