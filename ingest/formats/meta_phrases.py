"""What Messenger and Instagram write in a message's place: notices, reactions, attachments.

English exports only; in other languages these lines are taken for messages.
"""

import re
from collections.abc import Iterator

from ingest.format import CALL, DELETED, REACTION, SYSTEM

NAMELESS = frozenset({"", "Facebook user", "Facebook User", "Instagram user", "Instagram User"})

_ATTACHMENT = re.compile(r"sent (?:an attachment|a photo|a video|a live location)\.")
_REACTION = re.compile(
    r"(?:.* )?[Ll]iked a message\s*|Reacted .{1,12} to (?:your|their|.{1,60}['’]s) message\s*"
)
_UNSENT = re.compile(r"unsent a message\.?")
_CALL = re.compile(
    r"(?:called (?:you|.{1,80})|missed (?:a|your) (?:video |audio )?(?:chat|call)(?: with .{1,80})?"
    r"|started (?:a|an) (?:video |audio )?(?:chat|call))\.?(?:\s*Duration: .{1,40})?"
)
_NOTICES = re.compile(
    r"(?:named the group|changed the (?:group photo|theme|chat theme|quick reaction)"
    r"|set (?:the nickname for"
    r"|(?:his|her|their|your|the) (?:own )?(?:nickname|quick reaction|emoji))"
    r"|(?:added|removed) .+ (?:to|from) the group|created (?:the|this) group|left the group"
    r"|joined the (?:group|video|call|audio)|turned (?:on|off) |pinned a message"
    r"|started a (?:video chat|call|video call)|missed (?:a|your) (?:video |audio )?(?:chat|call)"
    r"|waved at|created a poll|voted for|is waving at you)"
)
_WHOLE_NOTICES = re.compile(
    r"(?:You are now connected on Messenger|Say hi to your new .+|The video chat ended"
    r"|You can now message and call each other.*|This poll is no longer available)\.?"
)


def is_attachment(sender: str, text: str) -> bool:
    """Whether `text` only tells that something without a text was sent."""
    return any(_ATTACHMENT.fullmatch(told) for told in _told_of(sender, text))


def why_no_message(sender: str, text: str) -> str | None:
    """Why `text` is no message of `sender`; None where it is one."""
    if _REACTION.fullmatch(text):
        return REACTION
    if _WHOLE_NOTICES.fullmatch(text):
        return SYSTEM
    if text == "This message was unsent.":
        return DELETED
    for told in _told_of(sender, text):
        if _UNSENT.fullmatch(told):
            return DELETED
        if _CALL.fullmatch(told):
            return CALL
        if _NOTICES.match(told):
            return SYSTEM
    return None


def _told_of(sender: str, text: str) -> Iterator[str]:
    """What the app tells of its sender: 'named the group Soup.' for 'Ann named the group Soup.'"""
    for name in (sender, "You"):
        if text.startswith(name + " "):
            yield text[len(name) + 1 :]
