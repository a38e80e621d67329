"""KakaoTalk's export from the Mac: `KakaoTalk_Chat_NAME_2024-01-01-12-00-00.csv`.

    Date,User,Message
    2015-07-09 20:34:26,"Kim","hi"
    2015-07-09 20:35:19,"Kim","Kim invited Lee."

Local time; the owner is not marked. Left out: notices, calls, deleted messages, media.
"""

from collections.abc import Iterator

from ingest.csv_rows import csv_rows
from ingest.detect import Head
from ingest.format import DAMAGED, SYSTEM, Drop, Format, ReadOptions, Row
from ingest.formats.kakaotalk_words import chat_name, is_notice, row
from ingest.source import Source
from ingest.times import TimeReader
from persona.data import Message

COLUMNS = ("Date", "User", "Message")


def sniff(head: Head) -> float:
    """Its three columns, written and ordered as the app does."""
    return 0.95 if head.columns == COLUMNS else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one chat, in the file's order."""
    chat = chat_name(source, "")
    times = TimeReader([], date_order="ymd")
    for cells in csv_rows(source, ",".join(COLUMNS)):
        if cells is None or not isinstance(cells.get("message"), str) or not cells.get("user"):
            yield Drop(DAMAGED)
            continue
        message = Message(
            chat, cells["user"], times.read(cells.get("date") or ""), cells["message"]
        )
        is_told = is_notice(message.text, {message.sender})
        yield Drop(SYSTEM) if is_told else row(message, options)


FORMAT = Format(name="kakaotalk-csv", sniff=sniff, parse=parse)
