"""WeChat as tables and as JSON: whose message it is, what is text, which chat it belongs to."""

import json
from pathlib import Path

import pytest

from ingest.format import ReadOptions
from tests.ingest.formats.conftest import Read, read_path, said, times, utc

HEADER = "id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime\n"


def _post(**fields: object) -> dict[str, object]:
    base = {"localId": 1, "createTime": 1706776200, "type": "文本消息", "content": "hi"}
    named = {"isSend": 0, "senderUsername": "wxid_ann", "senderDisplayName": "Ann"}
    return base | named | fields


def _export(*posts: dict[str, object], **session: object) -> str:
    at = {"wxid": "wxid_ann", "displayName": "Ann", "type": "私聊"} | session
    return json.dumps({"session": at, "messages": posts}, ensure_ascii=False)


def test_is_sender_marks_the_owner_even_under_the_partner_s_name(read: Read) -> None:
    rows = "1,1,文本,0,ann,ann,hi,,2024/10/4 9:42\n2,2,文本,1,ann,ann,yo,,2024/10/4 11:43\n"

    messages, _ = read("ann.csv", HEADER + rows)

    assert said(messages) == [("ann", "hi"), ("我", "yo")]
    assert [message.is_subject for message in messages] == [False, True]
    assert times(messages) == ["2024-10-04 09:42", "2024-10-04 11:43"]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("图片", "media only"),
        ("动画表情", "media only"),
        ("Image", "media only"),
        ("系统通知", "system notice"),
        ("拍一拍", "system notice"),
        ("消息撤回57", "deleted"),
        ("语音通话", "call"),
        ("合并转发的聊天记录", "forwarded"),
    ],
)
def test_only_text_is_text(read: Read, kind: str, reason: str) -> None:
    rows = f"1,1,{kind},0,ann,ann,x,,2024/10/4 9:42\n2,2,文本,0,ann,ann,yo,,2024/10/4 9:43\n"

    messages, [summary] = read("ann.csv", HEADER + rows)

    assert said(messages) == [("ann", "yo")]
    assert summary.dropped == {reason: 1}


def test_older_tables_hold_the_text_in_json(read: Read) -> None:
    header = "id,MsgSvrID,type_name,is_sender,talker,room_name,content,CreateTime\n"
    cell = '"{""src"": """", ""msg"": ""a\\nb""}"'

    messages, _ = read("a.csv", f"{header}1,1,文本,1,我,ann,{cell},2023-08-12 23:22:41\n")

    assert said(messages) == [("我", "a\nb")]


def test_pieces_of_a_chat_are_one_chat(tmp_path: Path) -> None:
    rows = "1,1,文本,0,ann,,a,,2024/10/4 9:42\n", "2,2,文本,1,ann,,b,,2024/10/4 9:43\n"
    for name, row in zip(("ann_0_1.csv", "ann_1_2.csv"), rows, strict=True):
        (tmp_path / name).write_text(HEADER + row)

    messages, summaries = read_path(tmp_path)

    assert [(m.chat, m.sender) for m in messages] == [("ann", "ann"), ("ann", "我")]
    assert len(summaries) == 1


def test_messages_behind_a_large_avatar_are_found(read: Read) -> None:
    for size in (9_000, 90_000):
        text = _export(_post(), avatar="data:image/jpeg;base64," + "A" * size)
        messages, [summary] = read("x.json", text)
        assert said(messages) == [("Ann", "hi")]
        assert (summary.format, messages[0].chat) == ("wechat-json", "Ann")


def test_is_send_marks_the_owner_and_null_is_a_notice(read: Read) -> None:
    notice = _post(isSend=None, type="系统消息", senderUsername="g@chatroom")
    mine = _post(isSend=1, senderUsername="wxid_me", senderDisplayName="Bo")

    messages, [summary] = read("x.json", _export(_post(), mine, notice))

    assert [(m.sender, m.is_subject) for m in messages] == [("Ann", False), ("Bo", True)]
    assert summary.dropped == {"system notice": 1}
    assert utc(messages[0]) == "2024-02-01 08:30:00"


def test_media_can_be_kept(read: Read) -> None:
    text = _export(_post(type="图片消息", content="[图片]"))

    assert read("x.json", text)[0] == []
    assert said(read("x.json", text, ReadOptions(keep_media=True))[0]) == [("Ann", "<media>")]


def test_text_with_names_in_quotation_marks_tells_the_owner(read: Read) -> None:
    text = "2026-03-13 22:39:28 '我'\n在吗\n\n2026-03-13 22:39:41 'Bo's'\n在\n\n看\n\n"

    messages, files = read("Bo.txt", text)

    assert said(messages) == [("我", "在吗"), ("Bo's", "在\n\n看")]
    assert [message.is_subject for message in messages] == [True, False]
    assert files[0].format == "wechat-text"


def test_nobody_is_the_owner_in_a_group_where_somebody_is_called_me(read: Read) -> None:
    text = "".join(f"2026-03-13 22:39:28 '{name}'\nhi\n\n" for name in ("我", "Ann", "Bo"))

    messages, _ = read("x.txt", text)

    assert {message.is_subject for message in messages} == {None}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("好看[引用 我：[图片]]", "好看"),
        ("好看[引用 Ann：一\n二]", "好看"),
        ("好看\n引用:Ann:一\n二", "好看"),
        ("好看\n\n[引用]\nAnn：一", "好看"),
        ("[引用 是什么", "[引用 是什么"),
        ("我说引用:一", "我说引用:一"),
    ],
)
def test_quoted_message_is_no_part_of_the_answer(read: Read, text: str, answer: str) -> None:
    messages, _ = read("x.txt", f"2026-03-13 22:39:28 'Ann'\n{text}\n\n")

    assert [message.text for message in messages] == [answer]


def test_weflow_json_answer_comes_without_the_message_it_answers(read: Read) -> None:
    messages, _ = read("x.json", _export(_post(content="好[引用 Bo：一]", type="引用消息")))

    assert [message.text for message in messages] == ["好"]


def test_log_of_a_program_is_not_taken_for_wechat(read: Read) -> None:
    rows = ["INFO", "WARN", "server started", "main: done"]
    text = "".join(f"2026-03-13 22:39:28 {row}\ndetail\n\n" for row in rows * 3)

    _, files = read("x.txt", text)

    assert files[0].format is None
