"""What KakaoTalk itself writes into an export: titles, placeholders and notices.

Placeholders count only as a whole text, notices only in the app's own Korean or English wording.
"""

import re
from collections.abc import Set

import msgspec

from ingest.format import CALL, DELETED, EMPTY, Drop, ReadOptions, Row, media
from ingest.source import Source
from persona.data import Message

SELF = frozenset({"회원님", "you", "You"})
"""How phones name the owner of an export."""

_TITLES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(.+?) ?님과의? ?카카오톡 ?대화",
        r"(.+?)(?<=\))과 ?카카오톡 ?대화",
        r"(.+?) ?카카오톡 ?대화",
        r"KakaoTalk Chats with (.+)",
        r"(.+) with KakaoTalk Chats",
        r"KakaoTalk_Chat_(.+?)_\d{4}-.*",
    )
)
_NUMBER = re.compile(r"(?:-\d+)?(?:\.txt)?$")
_PEOPLE = re.compile(r" \(\d+ ?(?:people|명)\)$")
SAVED = re.compile(r"(?:저장한 ?날짜|Date Saved|Saved Date) ?: ?.+", re.IGNORECASE)

_MEDIA = re.compile(
    r"\(?(?:사진(?: \d+장)?|동영상|이모티콘|음성 ?메시지|photos?|\d+ photos|photos? \d+|videos?"
    r"|emoticons?|stickers?|voice ?(?:note|message))\)?"
    r"|(?:파일|연락처|지도|위치|샵검색|일정|File|Contact|Map|Location) ?: ?.+"
    r"|(?:[0-9a-f]{32,}\.\w{2,4}\s*)+",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"(?:보이스톡|페이스톡|그룹콜|그룹 ?보이스톡|라이브톡|보이스룸)"
    r"(?: ?(?:해요|시작|종료|취소|거절|부재중|응답 ?없음|\d+:[\d:]+).*)?"
    r"|(?:Voice|Video|Group) Call(?: .*)?|Live Talk (?:started|ended).*|(?:Missed|Canceled) call"
)
_DELETED = re.compile(
    r"\(?(?:삭제된 메시지입니다|메시지가 삭제되었습니다"
    r"|This message (?:was|has been) deleted|Deleted message)\.?\)?"
    r"|채팅방 관리자가 메시지를 가렸습니다\."
)
_NOTICE = re.compile(
    r".+님(?:이|께서) (?:들어왔습니다|나갔습니다)\..*"
    r"|.+님을 (?:초대(?:했|하였)습니다|내보냈습니다)\."
    r"|.+ (?:joined|left) (?:this|the) chat ?room\.|.+님이 (?:방장|부방장)이 되(?:었|셨)습니다\."
    r"|.+님에서 .+님으로 방장이 변경되었습니다\."
)
_NOTICE_ABOUT = re.compile(r"(?:님이 .+습니다|님을 .+습니다| invited .+| left)\.")
"""What follows the name of somebody who writes in the chat."""


def title_of(line: str) -> str | None:
    """The chat's name from the first line of an export, or from its file's name."""
    bare = _NUMBER.sub("", line.strip("\ufeff \t"))
    for pattern in _TITLES:
        if found := pattern.fullmatch(bare):
            return _PEOPLE.sub("", found[1]).strip()
    return None


def chat_name(source: Source, first_line: str) -> str:
    """What the chat is called: by its first line, else by the file."""
    return title_of(first_line) or title_of(source.stem) or _NUMBER.sub("", source.stem)


def row(message: Message, options: ReadOptions) -> Row:
    """A message, or why it is left out: a call, a deleted one, media."""
    if _MEDIA.fullmatch(message.text):
        return media(options, msgspec.structs.replace(message, text=""))
    if _CALL.fullmatch(message.text):
        return Drop(CALL)
    if _DELETED.fullmatch(message.text):
        return Drop(DELETED)
    return message if message.text.strip() else Drop(EMPTY)


def is_notice(line: str, names: Set[str]) -> bool:
    """Whether a line tells who came or went. names: of those who write in the chat."""
    if "님" not in line and not line.endswith("."):
        return False
    if _NOTICE.fullmatch(line):
        return True
    return any(line.startswith(name) and _NOTICE_ABOUT.fullmatch(line, len(name)) for name in names)
