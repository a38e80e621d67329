"""Telegram Desktop's HTML export: `messages.html`, `messages2.html`, ... of one chat.

    <div class="message default clearfix" id="message5"> ... <div class="pull_right date details"
     title="01.02.2024 09:30:05 UTC+01:00"> ... <div class="from_name">Ann</div>
     <div class="text">hi<br>there</div>

A message that is joined to the one before it has no name: it is by the same person, and what it
passes on by the same too. Left out: service messages and dates between days, calls, polls, media
without a caption, messages of others that are passed on, what an inline bot made (`via @bot` behind
the name). Old exports name no zone; their times are local.
"""

import re
from collections.abc import Iterator
from posixpath import dirname

from ingest.detect import Head
from ingest.format import (
    BOT,
    CALL,
    DAMAGED,
    EMPTY,
    FORWARDED,
    SYSTEM,
    UNSUPPORTED,
    Drop,
    Format,
    ReadOptions,
    Row,
    media,
)
from ingest.html_nodes import Node, inner_text, nodes
from ingest.source import READ_ERRORS, Source
from ingest.times import TimeReader
from persona.data import Message

_PAGE = re.compile(r"([0-9]{1,9})\.html?$", re.IGNORECASE)
_VIA = re.compile(r" via @\w+$")
_FORWARDED = frozenset({"forwarded"})
_DETAILS = frozenset({"details"})
_LAYOUT = re.compile(r"^\s*\n|\n\s*$")
_DAY = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")
_UNSUPPORTED = "This message is not supported by this version of Telegram Desktop"
_PERSON = re.compile(
    r'class="personal_info.*?First name.*?value bold">\s*(.*?)\s*</div>'
    r'(?:.*?Last name.*?value bold">\s*(.*?)\s*</div>)?.*?class="rows info',
    re.DOTALL,
)


def sniff(head: Head) -> float:
    """Its own classes."""
    if 'class="message default clearfix' in head.text:
        return 0.97
    return 0.9 if 'class="page_body chat_page"' in head.text else 0.0


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The messages of one chat through all its pages."""
    times = TimeReader((), date_order="dmy")
    owner = _owner(source)
    chat = shown = sender = author = ""
    for page in sorted(source.files, key=_number):
        for node in nodes(page, {"page_header", "message"}):
            if "page_header" in node.names:
                chat = chat or _title(node, page)
                continue
            if "default" not in node.names:
                yield from _notice(node)
                continue
            name = node.first("from_name", outside=_FORWARDED)
            shown = inner_text(name) if name else shown
            sender = _VIA.sub("", shown)
            passed_on = _passed_on(node)
            author = (_author(passed_on) or author) if passed_on else sender
            if author != sender:
                yield Drop(FORWARDED)
                continue
            if sender != shown:
                yield Drop(BOT)
                continue
            stamp = node.first("date")
            when = times.read(stamp.attributes.get("title", "")) if stamp else None
            yield _row(node, Message(chat or page.stem, sender, when, ""), owner, options)


def _passed_on(node: Node) -> Node | None:
    """What of a message was written for another chat."""
    return next((part for part in node.all("forwarded") if "body" in part.names), None)


def _author(passed_on: Node) -> str:
    """Who wrote it, named once for several in a row; behind the name stands when."""
    name = passed_on.first("from_name")
    return _VIA.sub("", inner_text(name, outside=_DETAILS))


def _number(page: Source) -> int:
    """2 for `messages2.html`, 1 for `messages.html`."""
    found = _PAGE.search(page.name)
    return int(found[1]) if found else 1


def _title(node: Node, page: Source) -> str:
    """The chat's name; with its folder where many chats of an account may be called so."""
    name = inner_text(node.first("text"))
    is_nameless = name in ("", "Deleted Account") and page.folder.startswith("chat_")
    return f"{name or 'Deleted Account'} ({page.folder})" if is_nameless else name


def _owner(source: Source) -> str | None:
    """The name of the account's owner, from the front page of a whole account's export."""
    if not source.folder.startswith("chat_"):
        return None
    front = source.beside("../../export_results.html")
    try:
        found = _PERSON.search(front.head().decode("utf-8", "replace")) if front else None
    except READ_ERRORS:
        return None
    return " ".join(name for name in found.groups() if name) if found else None


def _notice(node: Node) -> Iterator[Row]:
    """Why a service message is left out; nothing for the date between two days."""
    text = " ".join(inner_text(node).split())
    if text.startswith(_UNSUPPORTED):
        yield Drop(UNSUPPORTED)
    elif not _DAY.fullmatch(text):
        yield Drop(SYSTEM)


def _row(node: Node, known: Message, owner: str | None, options: ReadOptions) -> Row:
    if not known.sender or known.sent_at is None:
        return Drop(DAMAGED)
    mine = known.sender == owner if owner else None
    body = node.first("text", outside=frozenset({"media_wrap", "reply_to"}))
    text = _laid_out(body)
    message = Message(known.chat, known.sender, known.sent_at, text, mine)
    if text.strip():
        return message
    if node.first("media_call"):
        return Drop(CALL)
    wrap = node.first("media_wrap")
    return media(options, message, placeholder=_placeholder(wrap)) if wrap else Drop(EMPTY)


def _laid_out(body: Node | None) -> str:
    """A text without the line breaks of the file, which stand for nothing in it."""
    if body is None:
        return ""
    return _LAYOUT.sub("", _raw(body)).replace("\0", "\n")


def _raw(body: Node) -> str:
    """Its text, with \\0 for <br> so that the file's own line breaks can be told from them."""
    return "".join(
        child if isinstance(child, str) else "\0" if child.tag == "br" else _raw(child)
        for child in body.children
    )


def _placeholder(wrap: Node) -> str:
    """'<Voice message>' or, where only a picture is shown, '<photo>'."""
    title = inner_text(wrap.first("title"))
    if title:
        return f"<{title}>"
    kinds = ("sticker_wrap", "animated_wrap", "video_file_wrap", "photo_wrap", "media_poll")
    found = next((kind for kind in kinds if wrap.first(kind)), "media")
    return f"<{found.removeprefix('media_').removesuffix('_wrap')}>"


def unit(source: Source) -> str:
    """The pages of one chat lie in one folder."""
    return dirname(source.inner)


FORMAT = Format(
    name="telegram-html",
    needs="tags", sniff=sniff,
    parse=parse,
    unit=unit,
    companions=frozenset(
        {"export_results.html", "chats.html", "contacts.html", "frequent.html", "sessions.html",
         "web_sessions.html", "profile_pictures.html", "stories.html", "style.css", "script.js"}
    ),
)  # fmt: skip
