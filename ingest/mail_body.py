"""The text of a parsed mail: the right part of it, in its real encoding, if need be out of HTML.

Quotations are still in it: `mail_quotes.py`.
"""

from email.message import Message as Mail

from ingest.html_text import words

LONGEST_BODY = 4 << 20
QUOTATIONS = frozenset(
    ("gmail_quote", "gmail_quote_container", "gmail_extra", "gmail_signature", "yahoo_quoted",
     "moz-cite-prefix", "moz-signature", "protonmail_quote", "protonmail_signature_block",
     "zmail_extra", "blockquote", "isForwardContent",
     "mail-editor-reference-message-container", "ms-outlook-mobile-signature", "Signature")
)  # fmt: skip
_SEVEN_BITS = ("iso-2022", "utf-7", "hz")
_WIDER = {
    "us-ascii": "cp1252", "ascii": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252",
    "latin-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949", "shift_jis": "cp932", "iso-8859-8-i": "iso-8859-8", "x-sjis": "cp932",
}  # fmt: skip


def body(mail: Mail) -> str:
    """What a mail says, line breaks as '\\n'. Empty where it has no text."""
    plain, html = _texts(mail)
    if plain.strip():
        return plain
    return words(html, without=QUOTATIONS) if html else ""


def has_attachment(mail: Mail) -> bool:
    """Whether anything hangs on a mail."""
    return any(
        part.get_filename() or part.get_content_maintype() not in ("text", "multipart")
        for part in mail.walk()
    )


def _texts(mail: Mail) -> tuple[str, str]:
    """The plain text and the HTML of the parts that are shown, attachments aside."""
    plain: list[str] = []
    html: list[str] = []
    for part in _shown(mail):
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html"):
            (plain if kind == "text/plain" else html).append(_text(part))
    return "\n".join(plain), "\n".join(html)


def _shown(mail: Mail) -> list[Mail]:
    """The leaves of a mail, without attachments and without what lies in mails inside it."""
    if mail.get_content_maintype() == "message":
        return []
    if not mail.is_multipart():
        is_attached = str(mail.get("Content-Disposition", "")).lower().startswith("attachment")
        return [] if is_attached or mail.get_filename() else [mail]
    parts = mail.get_payload()
    return [leaf for part in parts if isinstance(part, Mail) for leaf in _shown(part)]


def _text(part: Mail) -> str:
    data = part.get_payload(decode=True)
    raw = data[:LONGEST_BODY] if isinstance(data, bytes) else b""
    text = decoded(raw, str(part.get_param("charset", "") or ""))
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if str(part.get_param("format", "")).lower() == "flowed":
        return _unfolded(text, keeps_blank=str(part.get_param("delsp", "")).lower() != "yes")
    return text


def decoded(data: bytes, charset: str) -> str:
    """`data` as text. What the mail says its encoding is, is believed only where it can be true."""
    named = charset.strip("\"' ").lower()
    if not named.startswith(_SEVEN_BITS):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pass
    for encoding in (_WIDER.get(named, named), "cp1252"):
        try:
            return data.decode(encoding)
        except (ValueError, LookupError):  # no such encoding, or not that one
            continue
    return data.decode("cp1252", errors="replace")


def _unfolded(text: str, *, keeps_blank: bool) -> str:
    """Paragraphs as they were typed, out of lines that end in a blank to go on (RFC 3676)."""
    lines: list[str] = []
    goes_on = False
    for stuffed in text.split("\n"):
        line = stuffed[1:] if stuffed.startswith(" ") else stuffed
        if goes_on and not line.startswith(">"):
            lines[-1] += line
        else:
            lines.append(line)
        goes_on = line.endswith(" ") and line != "-- " and not line.startswith(">")
        if goes_on and not keeps_blank:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)
