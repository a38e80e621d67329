"""What the LINE app itself writes into an export: titles, placeholders and notices, by language.

Placeholders count only as a whole text, notices without a sender or as a whole text.
"""

import re

from ingest.format import CALL, DELETED, MEDIA, POLL, SYSTEM
from ingest.source import Source

TITLES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:\[LINE\] ?)?Chat history (?:with|in) (.+)",
        r"(?:\[LINE\] ?)?(.+?)(?:との|の)トーク(?:履歴)?",
        r"(?:\[LINE\] ?)?[与與](.+?)的聊天(?:[记記][录錄])?",
        r"(?:\[LINE\] ?)?(.+?)的聊天[记記][录錄]",
        r"(?:\[LINE\] ?)?ประวัติการ(?:แชท|สนทนา)(?:กับ|ใน) ?(.+)",
        r"(?:\[LINE\] ?)?(.+?) ?님과의? ?대화(?: ?내용)?",
        r"(?:\[LINE\] ?)?Riwayat (?:chat|obrolan) (?:dengan|di) (.+)",
        r"\[LINE\] ?(?:Chat with |Chat in )?(.+)",
    )
)
SAVED = re.compile(
    r"(?:Saved on|保存日時|保存日期|[儲储]存日期|บันทึก(?:วันที่|เมื่อ)"
    r"|저장한? ?(?:날짜|일시)|Disimpan pada) ?[:：]? ?\d.*"
)

_WORDS = (
    "Photo|Photos|Video|Videos|Sticker|Stickers|Voice message|Audio|File|Location|Contact|Gift",
    "Album|Note|Notes|Link|null",
    "写真|動画|スタンプ|ボイスメッセージ|ファイル|位置情報|連絡先|プレゼント|アルバム|ノート",
    "照片|图片|圖片|视频|視頻|影片|贴图|貼圖|语音信息|语音消息|語音訊息|文件|檔案|位置|位置訊息",
    "联系人|聯絡資訊|禮物|礼物|相簿|相册|記事本|记事本",
    "รูป|รูปภาพ|ภาพ|วิดีโอ|สติกเกอร์|ไฟล์|ข้อความเสียง|ตำแหน่ง|ตำแหน่งที่ตั้ง",
    "ผู้ติดต่อ|รายชื่อผู้ติดต่อ|ของขวัญ|อัลบั้ม|โน้ต",
    "사진|동영상|스티커|음성메시지|음성 메시지|파일|위치|위치정보|연락처|선물|앨범|노트",
    "Foto|Stiker|Pesan suara|Lokasi|Kontak|Hadiah",
)
_MEDIA = re.compile(rf"\[(?:{'|'.join(_WORDS)})\](?: .*)?", re.DOTALL)
_BARE = frozenset(
    {"Photos", "Videos", "Stickers", "Audio", "รูป", "สติกเกอร์", "วิดีโอ", "圖片", "貼圖"}
)
_POLL = re.compile(r"\[(?:Poll|投票|โหวต|투표)\](?: .*)?", re.DOTALL)
_MISSED = frozenset({"Missed call", "Cancelled call", "Canceled call"})

_UNSENT = re.compile(
    r"(?:.{0,80} )?unsent a message\.?|Message unsent\."
    r"|.{0,80}(?:メッセージの送信を取り消しました|已收回訊息|撤回了一条消息)。?"
    r"|.{0,80}ยกเลิกการส่งข้อความ(?:แล้ว)?|.{0,80}메시지(?: 전송)?를? 취소했습니다\.?"
)
_NOTICE = re.compile(
    r".{0,80} (?:joined|left) the (?:group|chat)\.?|.{0,80} added .{1,80} to the group\.?"
    r"|.{0,80} invited .{1,80} to the (?:group|chat)\.?"
    r"|.{0,80} (?:created an album|made an announcement)\.?"
    r"|.{0,80} changed the group(?: name|'s name| profile| photo).*"
    r"|.{0,80}(?:グループ|トーク)(?:に参加|を退会|から退会|を退出|に追加|に招待)(?:し|され)ました。?"
    r"|.{0,80}を(?:グループ|トーク)に(?:追加|招待)しました。?"
    r"|.{0,80}グループ(?:名|のアイコン)を.{0,80}変更しました。?|.{0,80}が(?:退出|参加)しました。?"
    r"|.{0,80}已(?:加入群組|加入该群|離開群組|退群|設定公告)。?"
    r"|.{0,80}已(?:新增|将|邀請).{1,80}(?:至群組|到群|至群).{0,4}|.{0,80}发布了通告。?"
    r"|.{0,80}(?:เข้าร่วมกลุ่ม|ออกจากกลุ่ม)(?:แล้ว)?|.{0,80}님이 (?:들어왔습니다|나갔습니다)\.?"
)
_TOLD = re.compile(
    r"(?:ノートに投稿|アルバムを作成|アルバムに写真を追加|アナウンス)しました。?"
    r"|イベント「.{0,80}」が(?:作成|削除|更新)されました。?"
)
"""Notices that stand behind the name of who did it."""


def title_of(first_line: str) -> str | None:
    """The chat's name from the first line of an export, or from its file's name."""
    for pattern in TITLES:
        if found := pattern.fullmatch(first_line.strip("\ufeff \t")):
            return found[1].strip()
    return None


def chat_name(source: Source, first_line: str) -> str:
    """What the chat is called: by its first line, else by the file."""
    return title_of(first_line) or title_of(source.stem) or source.stem


def reason_to_drop(text: str, *, is_bare: bool) -> str | None:
    """Why a text is not what its sender typed; None if it is.

    is_bare: the export may write placeholders without brackets, as the desktop does.
    """
    if text.startswith("☎") or text in _MISSED:
        return CALL
    if text.startswith("[") and (_MEDIA.fullmatch(text) or _POLL.fullmatch(text)):
        return MEDIA if _MEDIA.fullmatch(text) else POLL
    if is_bare and text in _BARE:
        return MEDIA
    if text in ("Message unsent.", "メッセージの送信を取り消しました"):
        return DELETED
    return SYSTEM if _TOLD.fullmatch(text) else None


def notice(line: str) -> str | None:
    """Why a line without a sender is left out; None if it is nothing that the app tells."""
    if _UNSENT.fullmatch(line):
        return DELETED
    return SYSTEM if _NOTICE.fullmatch(line) else None
