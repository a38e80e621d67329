"""QQ's text export and qq-chat-exporter's JSON: headers, accounts, chunks."""

import json
from pathlib import Path

import pytest

from tests.ingest.formats.conftest import Read, read_path, said, times

TITLE = "消息记录（此消息记录为文本格式，不支持重新导入）\n\n"


def _chat(name: str) -> str:
    rule = "=" * 64
    return f"{rule}\n消息分组:群\n{rule}\n消息对象:{name}\n{rule}\n\n"


@pytest.mark.parametrize(
    ("stamp", "meant"),
    [
        ("2019-07-16 18:15:05", "2019-07-16 18:15"),
        ("2019-07-16 8:15:05", "2019-07-16 08:15"),
        ("2019-09-23 8:43:38 PM", "2019-09-23 20:43"),
        ("2019-09-23 12:01:00 AM", "2019-09-23 00:01"),
        ("2019/9/3 下午 8:43:38", "2019-09-03 20:43"),
        ("2022-05-10 1:2:3", "2022-05-10 01:02"),
    ],
)
def test_hours_of_one_digit_and_pm(read: Read, stamp: str, meant: str) -> None:
    messages, _ = read("x.txt", f"{TITLE}{_chat('茶馆')}{stamp} Ann(12345)\nhi\n")

    assert times(messages) == [meant]
    assert (messages[0].chat, messages[0].sender) == ("茶馆", "Ann")


@pytest.mark.parametrize(
    ("header", "sender"),
    [
        ("Ann(12345)", "Ann"),
        ("Ann<ann@example.org>", "Ann"),
        ("【管理员】【活跃】Ann(12345)", "Ann"),
        ("名字(带(嵌套)括号) (0012345)", "名字(带(嵌套)括号)"),
        ("12345(12345)", "12345"),
        ("Ann", "Ann"),
    ],
)
def test_numbers_addresses_and_titles_are_no_part_of_the_name(
    read: Read, header: str, sender: str
) -> None:
    messages, _ = read("x.txt", f"{TITLE}{_chat('茶馆')}2019-07-16 18:15:05 {header}\nhi\n")

    assert said(messages) == [(sender, "hi")]


def test_renamed_account_stays_one_sender_and_namesakes_stay_two(read: Read) -> None:
    heads = ["Ann(11111)", "Annie(11111)", "Ann(22222)"]
    text = "".join(f"2019-07-16 18:15:0{i} {head}\nhi\n\n" for i, head in enumerate(heads))

    messages, _ = read("x.txt", TITLE + text)

    assert [message.sender for message in messages] == ["Ann", "Ann", "Ann (22222)"]


def test_every_chat_of_a_full_export_keeps_its_own_name(read: Read) -> None:
    one = "2019-07-16 18:15:05 Ann(12345)\nhi\n\n"

    messages, _ = read("全部.txt", TITLE + _chat("茶馆") + one + _chat("Ann") + one)

    assert [message.chat for message in messages] == ["茶馆", "Ann"]


def test_system_messages_and_bare_placeholders_are_dropped(read: Read) -> None:
    text = (
        "2019-07-16 18:15:05 系统消息(10000)\nAnn加入本群。\n\n"
        "2019-07-16 18:15:06 Ann(12345)\n[图片]\n\n"
        "2019-07-16 18:15:07 Ann(12345)\n[图片]好看\n\n"
        "2019-07-16 18:15:08 Ann(12345)\n你撤回了一条消息\n\n"
    )

    messages, [summary] = read("x.txt", TITLE + text)

    assert said(messages) == [("Ann", "[图片]好看")]
    assert summary.dropped == {"system notice": 1, "media only": 1, "deleted": 1}


def _post(text: str, uin: str = "2", **fields: object) -> dict[str, object]:
    sender = {"uid": f"u_{uin}", "uin": uin, "name": f"n{uin}"}
    return {"timestamp": 1706776200123, "sender": sender, "content": {"text": text}} | fields


def test_owner_is_the_account_that_exported(read: Read) -> None:
    info = {"name": "茶馆", "type": "group", "selfUin": "1"}
    posts = [_post("hi"), _post("yo", "1"), _post("gone", recalled=True)]
    text = json.dumps({"metadata": {"version": "5"}, "chatInfo": info, "messages": posts})

    messages, [summary] = read("x.json", text)

    assert [(m.sender, m.is_subject) for m in messages] == [("n2", False), ("n1", True)]
    assert summary.dropped == {"deleted": 1}


def test_chunks_are_one_chat_named_by_their_manifest(tmp_path: Path) -> None:
    info = {"metadata": {"version": "5"}, "chatInfo": {"name": "茶馆", "selfUid": "u_1"}}
    (tmp_path / "chunks").mkdir()
    (tmp_path / "manifest.json").write_text(json.dumps(info))
    for number, post in enumerate((_post("a"), _post("b", "1")), start=1):
        (tmp_path / "chunks" / f"c00000{number}.jsonl").write_text(json.dumps(post) + "\n")

    messages, summaries = read_path(tmp_path)

    assert [(m.chat, m.sender, m.is_subject) for m in messages] == [
        ("茶馆", "n2", False),
        ("茶馆", "n1", True),
    ]
    assert len(summaries) == 1


EXPORTER = "[QQChatExporter V5 / https://example.org]\n\n聊天名称: 茶馆\n聊天类型: 群聊\n\n"


def test_name_above_a_time_is_a_header_only_behind_an_empty_line(read: Read) -> None:
    stamp = "时间: 2024-01-01 00:03:20"
    pasted = f"见上:\n{stamp}\n内容: 假的"

    messages, files = read(
        "x.txt", f"{EXPORTER}Ann:\n{stamp}\n内容: 看\n{pasted}\n\nBo:\n{stamp}\n内容: 嗯"
    )

    assert said(messages) == [("Ann", f"看\n{pasted}"), ("Bo", "嗯")]
    assert (files[0].format, files[0].dropped) == ("qq-exporter-text", {})


def test_lines_that_only_look_like_the_exporters_marks_are_text(read: Read) -> None:
    typed = "资源: 很多\n提及: 谁\n回复: 无 - 有\n时间: 快到了\n好"

    messages, _ = read("x.txt", f"{EXPORTER}Ann:\n时间: 2024-01-01 00:03:20\n内容: {typed}\n")

    assert [message.text for message in messages] == [typed]


def test_text_of_the_message_answered_is_not_read_as_the_answer(read: Read) -> None:
    body = "[回复 Ann: 一]\n好的\n资源: 1 个文件\n  - image: a.png\n提及: Ann\n回复: Ann - 一\n二"

    messages, _ = read("x.txt", f"{EXPORTER}Bo:\n时间: 2024-01-01 00:03:20\n内容: {body}\n")

    assert said(messages) == [("Bo", "好的")]


@pytest.mark.parametrize(
    ("stamp", "meant"),
    [("2024/1/1 24:01:40", "2024-01-01 00:01"), ("2024/1/1 9:05:00", "2024-01-01 09:05")],
)
def test_streamed_midnight_is_the_beginning_of_its_day(read: Read, stamp: str, meant: str) -> None:
    messages, _ = read("x.txt", f"{EXPORTER}[#1] {stamp} Ann Lee\nhi\n")

    assert (said(messages), times(messages)) == ([("Ann Lee", "hi")], [meant])
