"""Element's export of a Matrix room as plain text: `matrix - ROOM - Chat Export - DATE.txt`.

    2/1/2024, 9:30:02 AM - Ann: hi all
    2/1/2024, 9:31:03 AM - Bo: <@ann:example.org "hi all"> hey

Dates are in the layout of the language; the lines are built like WhatsApp's and are read as such.
The quotation in front of a reply goes. Left out: notices, files, deleted and undecrypted messages,
and actions ("* Bo waves"), whose author is not marked. Times are local.
"""

import re
from collections.abc import Iterator

import msgspec

from ingest.detect import Head
from ingest.format import DELETED, EMPTY, SYSTEM, Drop, Format, ReadOptions, Row, media
from ingest.formats import whatsapp
from ingest.formats.matrix_marks import is_element, room_title
from ingest.source import Source
from persona.data import Message

UNDECRYPTED = "not decrypted"
_REPLY = re.compile(r'<@[^>\s]+:[^>\s"]+(?: ".*?")?> ')
_FILE = re.compile(r"[^\n]*\.\w{1,5} \([^()\n]+\)|[^\n]*\((?:Media omitted[^)]*|File Attached)\)")


def sniff(head: Head) -> float:
    """Lines like WhatsApp's with something that only Element writes, or its file name."""
    return whatsapp.share_of_headers(head) if is_element(head) else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one room, in the file's order."""
    chat = room_title(source.stem)
    for row in whatsapp.parse(source, options):
        if isinstance(row, list):
            yield from (_mended(chat, message, options) for message in row)
        else:
            yield _mended(chat, row, options) if isinstance(row, Message) else row


def _mended(chat: str, message: Message, options: ReadOptions) -> Row:
    text = _REPLY.sub("", message.text, count=1) if message.text.startswith("<@") else message.text
    if '"' in message.sender:  # 'Ann changed the topic to "soup: today"'
        return Drop(SYSTEM)
    if text == "Message deleted" or text.startswith("Message deleted by "):
        return Drop(DELETED)
    if text.startswith("** Unable to decrypt"):
        return Drop(UNDECRYPTED)
    if not text.strip():
        return Drop(EMPTY)
    is_file = bool(_FILE.fullmatch(text))
    mended = msgspec.structs.replace(message, chat=chat, text="" if is_file else text)
    return media(options, mended) if is_file else mended


FORMAT = Format(name="matrix-text", needs="times", sniff=sniff, parse=parse)
