"""What the writers of WeChat exports call the kinds of messages, and which are text.

Names as in WeFlow, echotrace, PyWxDump and WeClone (Chinese or English) and WeChat's own numbers.
"""

import re

from ingest.format import CALL, DELETED, FORWARDED, MEDIA, SYSTEM

_TEXT = frozenset({"文本", "文本消息", "引用回复", "引用消息", "text", "reply with quote", "1", ""})
_SYSTEM = frozenset(
    {"系统通知", "系统消息", "拍一拍", "邀请加群", "添加好友", "群公告", "10000", "system"}
    | {"system notification", "invite to group", "group announcement", "add friend"}
)
_CALLS = frozenset({"语音通话", "通话消息", "voice call", "50"})
_FORWARDED = frozenset(
    {"合并转发的聊天记录", "聊天记录", "聊天记录合并转发", "merged forward chat records"}
)


def reason_to_drop(kind: str) -> str | None:
    """Why a message of that kind has no text of its own; None for text."""
    name = kind.strip().casefold()
    if name in _TEXT:
        return None
    if name in _SYSTEM:
        return SYSTEM
    if name.startswith("消息撤回") or name == "message recall":
        return DELETED
    if name in _CALLS:
        return CALL
    return FORWARDED if name in _FORWARDED else MEDIA


_QUOTE_BELOW = re.compile(r"\n(?:\[引用\]|引用:)")
_QUOTE_BESIDE = "[引用 "


def without_quote(text: str) -> str:
    """The answer, without the message it answers, which stands behind it."""
    if found := _QUOTE_BELOW.search(text):
        return text[: found.start()].rstrip("\n")
    return text.partition(_QUOTE_BESIDE)[0] if text.endswith("]") else text
