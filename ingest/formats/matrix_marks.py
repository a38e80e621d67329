"""What only Element writes into a text export, whose lines are otherwise built like WhatsApp's."""

import re

from ingest.detect import Head

_TITLE = re.compile(r"(?:matrix|element)[ -]+(.+?)[ -]+(?:chat[ -])?export", re.IGNORECASE)
_OWN = re.compile(
    r".{8,30}\d[:.]\d\d.{0,8} - (?:[^\n]{1,80}? (?:joined|left) the room|[^\n]{1,80}: <@[^>\s]+:"
    r"|[^\n]*\((?:Media omitted|File Attached)|[^\n]{1,80} sent an image\."
    r"|[^\n]{1,80} (?:changed the room name|created and configured the room|invited [^\n]{1,80}))"
)


def is_element(head: Head) -> bool:
    """Whether the file has Element's name, or a line that only Element writes."""
    return bool(_TITLE.match(head.source.stem)) or any(map(_OWN.match, head.timed))


def room_title(stem: str) -> str:
    """The room's name out of the file's name; the file's name where it is not Element's."""
    found = _TITLE.match(stem)
    return found[1] if found else stem
