"""DiscordChatExporter's HTML, light or dark: one channel a file.

    <div class="chatlog__message-container" data-message-id="866..."> ...
      <span class="chatlog__author" title="ann" data-user-id="7">Ann</span>
      <span class="chatlog__timestamp">7/20/2021 6:13 PM</span> ...
      <span class="chatlog__markdown-preserve">hi <img class="chatlog__emoji" alt="🙂"></span>

Posts of one group have one author; the older layout shows one time for all of them. The sender is
the account's name, as in the JSON export. A post's id tells when it was made, to the millisecond,
and so the zone of the times that are shown. Left out: joins, calls, pins, what a post answers,
embeds, reactions, posts of bots and webhooks, posts without a text.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import chain, islice

from ingest.detect import Head
from ingest.format import BOT, EMPTY, FORWARDED, SYSTEM, Drop, Format, Note, ReadOptions, Row, media
from ingest.formats.discord_json import DIRECT
from ingest.formats.discord_marks import plain
from ingest.formats.discord_text import times_of
from ingest.html_nodes import Node, inner_text, nodes
from ingest.source import Source
from ingest.times import TimeReader
from persona.data import Message

SAMPLE = 500
SNOWFLAKES_BEGIN = 1420070400000
QUARTER = timedelta(minutes=15)
_GROUP = "chatlog__message-group"
_AUTHORS = ("chatlog__author", "chatlog__author-name")
_BOT = ("chatlog__author-tag", "chatlog__bot-tag")
_TIMES = ("chatlog__timestamp", "chatlog__short-timestamp")
_VERBATIM = ("chatlog__markdown-preserve", "preserve-whitespace")
_ANSWERED = frozenset({"chatlog__reply", "chatlog__reference"})
_MEDIA = ("chatlog__attachment", "chatlog__embed", "chatlog__sticker")
_BLOCKS = frozenset({"div", "h1", "h2", "h3", "li"})


def sniff(head: Head) -> float:
    """The classes of its style sheet or of its posts."""
    if "chatlog__" not in head.text:
        return 0.3 if "preamble__entry" in head.text else 0.0
    found = sum(name in head.text for name in ("chatlog__message", "preamble__entry"))
    return (0.3, 0.6, 0.97)[found]


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The posts of one channel, in the file's order."""
    found = nodes(source, {_GROUP, "preamble"})
    first = list(islice(found, SAMPLE))
    clock = _Clock(first, options)
    chat = source.stem
    for node in chain(first, found):
        if "preamble" in node.names:
            chat = _title(node) or chat
        else:
            yield from _posts(node, chat, clock, options)
    if clock.is_in_doubt:
        yield Note(clock.shown.layout.note)


def _title(preamble: Node) -> str:
    """'Guild - channel', or who the talk is with."""
    entries = [inner_text(entry) for entry in preamble.all("preamble__entry")]
    guild, channel = (*entries, "", "")[:2]
    channel = channel.split(" / ")[-1].strip()
    return channel if guild in ("", DIRECT) else f"{guild} - {channel}"


class _Clock:
    """Reads the times of one file."""

    def __init__(self, sample: list[Node], options: ReadOptions) -> None:
        shown = (_shown_time(node) for group in sample for node in group.all(*_TIMES))
        self.shown = times_of(list(shown), options)
        self.others = [TimeReader((), date_order=order) for order in ("mdy", "dmy", "ymd")]
        self.is_in_doubt = False

    def read(self, text: str, number: str) -> datetime | None:
        """When the post with this id was made: the time shown, its zone and seconds from the id."""
        made = _made(number)
        for reader in (self.shown, *self.others) if made else ():
            shown = reader.read(text)
            if made and shown and (moment := _placed(made, shown)):
                return moment
        self.is_in_doubt |= self.shown.layout.ambiguous
        return self.shown.read(text)


def _made(number: str) -> datetime | None:
    """The time in a Discord id."""
    if not re.fullmatch(r"[0-9]{16,20}", number):
        return None
    return datetime.fromtimestamp(((int(number) >> 22) + SNOWFLAKES_BEGIN) / 1000, tz=UTC)


def _placed(made: datetime, shown: datetime) -> datetime | None:
    """`made` in the zone in which it looks like `shown`; None if there is no such zone."""
    ahead = shown.replace(tzinfo=UTC) - made
    offset = round(ahead / QUARTER) * QUARTER
    if abs(offset) > timedelta(hours=15) or not -1 <= (offset - ahead).total_seconds() <= 60:
        return None
    return made.astimezone(timezone(offset) if offset else UTC)


def _posts(group: Node, chat: str, clock: _Clock, options: ReadOptions) -> Iterator[Row]:
    author = group.first(*_AUTHORS, outside=_ANSWERED)
    is_bot = bool(group.first(*_BOT, outside=_ANSWERED))
    shown = ""
    containers = list(group.all("chatlog__message-container"))
    for post in containers or group.all("chatlog__message"):
        if post.first("chatlog__system-notification-content"):
            yield Drop(SYSTEM)
            continue
        if found := post.first(*_AUTHORS, outside=_ANSWERED):
            author, is_bot = found, bool(post.first(*_BOT, outside=_ANSWERED))
        stamp = post.first(*_TIMES) or group.first(*_TIMES)
        shown = _shown_time(stamp) if stamp else shown
        when = clock.read(shown, post.attributes.get("data-message-id", ""))
        known = Message(chat, _name(author), when, "")
        yield Drop(BOT) if is_bot else _row(post, known, options)


def _name(author: Node | None) -> str:
    if author is None:
        return "Deleted User"
    account = author.attributes.get("title", "").removesuffix("#0000")
    return account or inner_text(author) or "Deleted User"


def _shown_time(stamp: Node) -> str:
    """The time as it is shown; in words where the file has it so."""
    return stamp.attributes.get("title") or inner_text(stamp)


def _row(post: Node, known: Message, options: ReadOptions) -> Row:
    forwarded = post.first("chatlog__forwarded")
    content = post.first("chatlog__content", outside={*_ANSWERED, "chatlog__forwarded", *_MEDIA})
    body = content.first(*_VERBATIM) if content else None
    text = _text(body) if body else _text(content).strip() if content else ""
    message = Message(known.chat, known.sender, known.sent_at, plain(text, {}))
    if text.strip():
        return message
    if forwarded:
        return Drop(FORWARDED)
    return media(options, message) if post.first(*_MEDIA) else Drop(EMPTY)


def _text(body: Node) -> str:
    """What is shown, with emoji as characters or ':name:' and '> ' before what is quoted."""
    text = ""
    for child in body.children:
        if isinstance(child, str):
            text += child
        elif "chatlog__edited-timestamp" in child.names:
            continue
        elif child.tag in ("br", "img"):
            text += "\n" if child.tag == "br" else _emoji(child)
        elif child.tag in _BLOCKS:
            mark = "> " if "chatlog__markdown-quote" in child.names else ""
            block = "\n".join(mark + line for line in _text(child).strip("\n").split("\n"))
            text += f"{block}\n" if block else ""
        else:
            text += _text(child)
    return text


def _emoji(image: Node) -> str:
    name = image.attributes.get("alt", "")
    return f":{name}:" if name.isascii() and name else name


FORMAT = Format(name="discord-html", needs="tags", sniff=sniff, parse=parse)
