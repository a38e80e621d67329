"""E-mail: mbox files (Google Takeout, Thunderbird, Apple Mail), `.eml` and `.emlx`.

    From 1790000000000000001@xxx Mon Feb 05 10:00:00 +0000 2024
    X-GM-THRID: 1790000000000000001
    From: =?utf-8?q?B=C3=B6?= <bo@example.com>
    Subject: Re: lunch

A thread is Gmail's, else that of the first mail that is referred to, else the subject. Mails in the
`Sent` label or folder are the owner's, save in a folder whose senders write to one another. Left
out: quotations, forwarded mails, signatures, attachments, drafts and spam, reports of delivery,
what a program sent (`Auto-Submitted`), second copies. Times have the sender's zone.
"""

import email
import email.policy
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as Mail
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from posixpath import dirname

from ingest.detect import Head
from ingest.format import (
    BOT,
    DAMAGED,
    DUPLICATE,
    EMPTY,
    FORWARDED,
    HIDDEN,
    SYSTEM,
    Drop,
    Format,
    ReadOptions,
    Row,
    media,
)
from ingest.mail_body import body, decoded, has_attachment
from ingest.mail_files import ENVELOPE, mails
from ingest.mail_quotes import is_forward, own
from ingest.source import Source
from persona.data import Message

SENT = frozenset(
    ("sent", "sent mail", "sent messages", "sent items", "gesendet", "gesendete elemente",
     "gesendete objekte", "envoyés", "messages envoyés", "éléments envoyés", "enviados",
     "elementos enviados", "itens enviados", "inviati", "posta inviata", "verzonden",
     "verzonden items", "skickat", "sendt", "wysłane", "отправленные", "已发送", "送信済み")
)  # fmt: skip
BY_HAND = frozenset({"", "no"})  # RFC 3834, section 5: any other word is a program's
UNWANTED = frozenset(("spam", "trash", "draft", "drafts", "papierkorb", "entwürfe", "junk"))
_FIELD = re.compile(r"[!-9;-~]{2,60}:(?:[ \t]|$)")
_KNOWN = re.compile(
    r"(?:from|to|date|subject|message-id|received|return-path|mime-version|delivered-to"
    r"|content-type|x-gm-thrid|x-gmail-labels|in-reply-to|references|reply-to|cc|x-[\w-]+):",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"\s*(?:\[[^\]\n]{1,40}\]\s*)?(?:(?:re|aw|antw|sv|vs|odp|res|rv|ref|fw|fwd|wg|tr|回复|答复|回覆|ответ)"
    r"(?:\[\d+\]|\^\d+)?\s*[:：]\s*)+",
    re.IGNORECASE,
)
_IDS = re.compile(r"<[^<>\s]+>")
_HEADS = BytesParser(policy=email.policy.compat32)


def sniff(head: Head) -> float:
    """The head of a mail, behind the line of an mbox or not."""
    lines = head.text.lstrip("\ufeff\r\n").split("\n", 60)
    is_mbox = bool(ENVELOPE.match(head.data))
    if is_mbox or (lines[0].strip().isdigit() and len(lines) > 1):
        lines = lines[1:]
    known = set[str]()
    for line in lines:
        if not line.strip():
            break
        if not line.startswith((" ", "\t")) and not _FIELD.match(line):
            break
        if _KNOWN.match(line):
            known.add(line.partition(":")[0].lower())
    if is_mbox:
        return 0.97 if known else 0.0
    return 0.95 if "from" in known and len(known) >= 3 else 0.0


def unit(source: Source) -> str:
    """A folder of single mails (a Maildir has two), or one mbox."""
    if source.folder in ("cur", "new"):
        return dirname(dirname(source.inner))
    return dirname(source.inner) if source.name.lower().endswith((".eml", ".emlx")) else source.path


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """What everybody wrote, in the files' order."""
    box = _Mailbox()
    sent = [file for file in source.files if _is_called_sent(file)]
    if not _are_one_persons(sent):
        sent = []
    for file in source.files:
        is_sent = file in sent
        for raw in mails(file):
            mail = email.message_from_bytes(raw, policy=email.policy.compat32)
            yield box.read(mail, is_sent=is_sent, options=options)


def _is_called_sent(source: Source) -> bool:
    """Whether a file is called, or lies in a folder that is called, as one for sent mails."""
    names = [source.container.title, *source.inner.split("/")]
    return any(name.lower().removesuffix(".mbox").lstrip(".") in SENT for name in names)


def _are_one_persons(files: Sequence[Source]) -> bool:
    """Whether one person may have sent all these mails: no sender writes to another of them.

    A folder may be called as one for sent mails and hold the answers too.
    """
    names: dict[str, set[str]] = {}
    written_to: dict[str, set[str]] = {}
    for file in files:
        for raw in mails(file):
            mail = _HEADS.parsebytes(raw, headersonly=True)
            for name, address in getaddresses([_written(mail, "From")])[:1]:
                names.setdefault(address.lower(), set()).add(_plain(name).strip("'\" ").lower())
                to = getaddresses([_written(mail, "To"), _written(mail, "Cc")])
                written_to.setdefault(address.lower(), set()).update(at.lower() for _, at in to)
    return not any(
        names[sender].isdisjoint(names[other])
        for sender, others in written_to.items()
        for other in others & names.keys() - {sender}
    )


class _Mailbox:
    """The threads met so far, by the mails and subjects in them."""

    def __init__(self) -> None:
        self.threads: dict[str, str] = {}
        self.subjects: dict[str, str] = {}
        self.seen: set[str] = set()

    def read(self, mail: Mail, *, is_sent: bool, options: ReadOptions) -> Row:
        if not mail.keys():
            return Drop(DAMAGED)
        labels = {label.strip().lower() for label in _field(mail, "X-Gmail-Labels").split(",")}
        identity = _field(mail, "Message-ID").strip()
        chat = self._thread(mail, identity)
        if labels & UNWANTED or mail.get("X-Mozilla-Draft-Info"):
            return Drop(HIDDEN)
        if identity and identity in self.seen:
            return Drop(DUPLICATE)
        self.seen.add(identity)
        if mail.get_content_type() == "multipart/report":
            return Drop(SYSTEM)
        if _field(mail, "Auto-Submitted").partition(";")[0].strip().lower() not in BY_HAND:
            return Drop(BOT)
        is_owner = bool(is_sent or labels & SENT)
        marked = is_owner if is_sent or mail.get("X-Gmail-Labels") else None
        return _row(chat, mail, marked, options)

    def _thread(self, mail: Mail, identity: str) -> str:
        """The thread of a mail, which is kept for those that will answer it."""
        subject = _field(mail, "Subject")
        mark = _REPLY.match(subject)
        bare = " ".join(subject[mark.end() if mark else 0 :].split()).lower()
        answered = _IDS.findall(_field(mail, "References") + " " + _field(mail, "In-Reply-To"))
        known = next((self.threads[at] for at in answered if at in self.threads), None)
        if known is None and not answered and mark:
            known = self.subjects.get(bare)
        chat = _field(mail, "X-GM-THRID").strip() or known
        chat = chat or (answered[0] if answered else identity) or bare or "no subject"
        self.threads.setdefault(identity, chat)
        self.subjects.setdefault(bare, chat)
        return chat


def _row(chat: str, mail: Mail, is_owner: bool | None, options: ReadOptions) -> Row:
    whole = body(mail)
    message = Message(chat, _sender(mail), _time(mail), own(whole), is_owner)
    if message.text.strip():
        return message
    if is_forward(whole):
        return Drop(FORWARDED)
    return media(options, message) if has_attachment(mail) else Drop(EMPTY)


def _field(mail: Mail, name: str) -> str:
    """A field of a mail's head, whatever encodings it is written in, on one line."""
    return _plain(_written(mail, name))


def _written(mail: Mail, name: str) -> str:
    """A field as it stands there, bytes that are no ASCII in the encoding they are likely in."""
    found = (value for key, value in mail.raw_items() if key.lower() == name.lower())
    return decoded(str(next(found, "")).encode("utf-8", "surrogateescape"), "")


def _plain(text: str) -> str:
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    words = (
        piece if isinstance(piece, str) else decoded(piece, charset) if charset
        else piece.decode("raw-unicode-escape", "replace")
        for piece, charset in pieces
    )  # fmt: skip
    folded = re.split(r"[\r\n]+", "".join(words))
    return folded[0] if len(folded) == 1 else " ".join(filter(None, map(str.strip, folded)))


def _sender(mail: Mail) -> str:
    """Who wrote it: by name, else by address."""
    fields = (_written(mail, name) for name in ("From", "Sender", "Reply-To"))
    written = re.sub(r"[\r\n]+[ \t]*", " ", next(filter(None, fields), ""))
    name, address = (getaddresses([written]) or [("", "")])[0]
    return _plain(name).strip().strip("'\"") or address or "unknown"


def _time(mail: Mail) -> datetime | None:
    """When it was sent, else when it was received."""
    received = str(mail.get("Received") or "").rpartition(";")[2]
    for text in (mail.get("Date"), received):
        try:
            at = parsedate_to_datetime(str(text or ""))
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return None


FORMAT = Format(name="mail", sniff=sniff, parse=parse, verbatim=True, unit=unit)
