"""Damaged, hostile and foreign files: each is named with its reason and spoils no other."""

import io
import os
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from ingest.format import ReadOptions
from ingest.log_file import FileSummary
from ingest.parse import refusal, write_messages

CHAT = "".join(f"13/01/2019, 08:{minute:02} - Ann: message {minute}\n" for minute in range(30))
NAME = "WhatsApp Chat with Ann.txt"
MB = 1 << 20


def read(path: Path, **options: bool) -> tuple[list[bytes], dict[str, FileSummary]]:
    """The lines of everything at `path`, and the summaries by the names of the files."""
    out = io.BytesIO()
    summaries = write_messages([path], ReadOptions(**options), out)
    return out.getvalue().splitlines(), {Path(summary.path).name: summary for summary in summaries}


def zipped(files: dict[str, bytes | str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


BAD = {
    "empty.txt": b"",
    "blank.txt": b"\n \n" * 100,
    "nul.txt": bytes(70_000),
    "noise.bin": bytes(range(256)) * 300,
    "cut.json": b'{"name":"A","type":"personal_chat","id":1,"messages":[{"id":1,"type":"mess',
    "deep.json": b'{"messages":' + b"[" * 100_000,
    "cut.zip": zipped({NAME: CHAT})[:80],
    "no zip.zip": b"PK\x03\x04" + bytes(200),
    "entities.xml": (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
        b'<smses count="1"><sms address="1" date="1546300800000" type="1" body="&b;"/></smses>'
    ),
}


def test_bad_files_are_named_with_a_reason_and_spoil_no_other(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(CHAT)
    for name, content in BAD.items():
        (tmp_path / name).write_bytes(content)

    lines, files = read(tmp_path)

    assert len(lines) == 30
    assert set(files) >= set(BAD)
    for name in BAD:
        assert files[name].error or files[name].dropped, name
        assert files[name].messages == 0


def test_strict_minds_no_file_that_is_simply_no_chat(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(CHAT)
    (tmp_path / "style.css").write_text("body { margin: 0 }\n")
    assert len(read(tmp_path, strict=True)[0]) == 30


def test_strict_refuses_a_folder_with_a_damaged_file(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(CHAT)
    assert len(read(tmp_path, strict=True)[0]) == 30
    (tmp_path / "cut.json").write_bytes(BAD["cut.json"])

    lines, files = read(tmp_path, strict=True)

    assert lines == []
    assert refusal([tmp_path], [*files.values()], strict=False) is None
    assert "cut.json" in (refusal([tmp_path], [*files.values()], strict=True) or "")


def test_export_that_ends_in_zeros_keeps_what_is_before_them(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(CHAT.encode() + bytes(MB))

    lines, files = read(tmp_path)

    assert len(lines) == 30
    assert b'"message 29"' in lines[-1]
    assert files[NAME].dropped == {"damaged": 1}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_every_encoding_with_unicode_is_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / NAME).write_bytes(CHAT.replace("message 7", "süß 🙂").encode(encoding))

    lines, files = read(tmp_path)

    assert "süß 🙂".encode() in lines[7]
    assert not files[NAME].notes


def test_text_in_an_old_encoding_is_read_and_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(CHAT.replace("message", "müde").encode("cp1252"))

    lines, files = read(tmp_path)

    assert "müde 3".encode() in lines[3]
    assert any("Windows-1252" in note for note in files[NAME].notes)


def test_endless_line_is_one_damaged_message_in_bounded_memory(tmp_path: Path) -> None:
    after = "13/01/2019, 09:00 - Bo: after\n"
    with (tmp_path / NAME).open("wb") as out:
        out.write(CHAT.encode() + b"13/01/2019, 08:59 - Ann: ")
        for _ in range(40):
            out.write(b"x" * MB)
        out.write(b"\n" + after.encode())

    tracemalloc.start()
    lines, files = read(tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert len(lines) == 31
    assert b'"after"' in lines[-1]
    assert files[NAME].dropped == {"damaged": 1}
    assert peak < 80 * MB


def test_zip_bomb_is_refused_and_its_neighbour_is_read(tmp_path: Path) -> None:
    (tmp_path / "export.zip").write_bytes(zipped({"bomb.txt": bytes(70 * MB), NAME: CHAT}))

    lines, files = read(tmp_path)

    assert len(lines) == 30
    assert "unpacks" in str(files["bomb.txt"].error)


def test_names_in_a_zip_cannot_lead_out_of_it(tmp_path: Path) -> None:
    names = ["../../up.txt", "/etc/root.txt", "..\\..\\windows.txt", "C:\\drive.txt"]
    (tmp_path / "export.zip").write_bytes(zipped(dict.fromkeys(names, CHAT)))
    before = set(tmp_path.parent.iterdir())

    lines, files = read(tmp_path)

    assert len(lines) == 120
    assert all("/.." not in summary.path for summary in files.values())
    assert set(tmp_path.parent.iterdir()) == before
    assert not Path("/etc/root.txt").exists()


def test_a_member_without_a_name_is_passed_over(tmp_path: Path) -> None:
    packed = zipped({"QQQ": "", NAME: CHAT}).replace(b"QQQ", b"\0QQ")
    (tmp_path / "export.zip").write_bytes(packed)

    lines, _ = read(tmp_path)

    assert len(lines) == 30


def test_zips_in_zips_are_opened_only_so_deep(tmp_path: Path) -> None:
    once = zipped({"inner.zip": zipped({NAME: CHAT})})
    deep = once
    for depth in range(5):
        deep = zipped({f"{depth}.zip": deep})
    (tmp_path / "once.zip").write_bytes(once)
    (tmp_path / "deep.zip").write_bytes(deep)

    lines, files = read(tmp_path)

    assert len(lines) == 30
    assert any("too many archives" in str(summary.error) for summary in files.values())


def test_links_are_not_followed_out_of_the_folder_nor_in_circles(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(CHAT)
    export = tmp_path / "export"
    (export / "sub").mkdir(parents=True)
    (export / NAME).write_text(CHAT)
    links = {"out.txt": "../secret.txt", "dead.txt": "nowhere", "self.txt": "self.txt", "up": "."}
    for name, target in links.items():
        (export / name).symlink_to(target)
    (export / "sub" / "back").symlink_to("..")

    lines, files = read(export)

    assert len(lines) == 30
    assert all(files[name].error for name in (*links, "back"))


def test_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / NAME).write_text(CHAT)

    lines, files = read(tmp_path)

    assert len(lines) == 30
    assert "neither a file" in str(files["pipe.txt"].error)


def test_file_that_may_not_be_opened_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "locked.txt"
    for path in (locked, tmp_path / NAME):
        path.write_text(CHAT)
    opened = Path.open

    def refuse(path: Path, *args: str, **more: str) -> object:
        if path == locked:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)

    lines, files = read(tmp_path)

    assert len(lines) == 30
    assert files["locked.txt"].error == "cannot be read: Permission denied"


def test_what_is_damaged_is_said_in_plain_words(tmp_path: Path) -> None:
    whole = zipped({NAME: CHAT})
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    spoilt = bytearray(whole)
    spoilt[60:120] = bytes(60)
    (tmp_path / "spoilt.zip").write_bytes(spoilt)

    _, files = read(tmp_path)

    again = "damaged archive: cannot be read: damaged or cut off; copy or download it again"
    assert files["cut.zip"].error == again
    assert files[NAME].error == "cannot be read: damaged or cut off"


def test_a_picture_with_the_name_of_a_text_is_counted(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(CHAT)
    for name in ("photo.txt", "photo.png"):
        (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))

    _, files = read(tmp_path)
    assert "picture" in (files["photo.txt"].error or "")
    assert "photo.png" not in files
    assert "picture" in (read(tmp_path / "photo.png")[1]["photo.png"].error or "")


def test_strict_refuses_a_file_given_by_name_that_is_no_chat(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(CHAT)
    for name, content in (("a.css", b"body { margin: 0 }\n"), ("b.png", b"\x89PNG" + bytes(9))):
        other = tmp_path / name
        other.write_bytes(content)
        paths = [tmp_path / NAME, other]
        files = write_messages(paths, ReadOptions(strict=True), io.BytesIO())
        assert name in (refusal(paths, files, strict=True) or "")
        assert refusal(paths, files, strict=False) is None
    assert refusal([tmp_path], files, strict=True) is None


def test_a_format_that_was_forced_is_not_sure(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(CHAT)
    options = [ReadOptions(format=name) for name in ("irc", "whatsapp")]
    [irc], [whatsapp] = (write_messages([tmp_path], each, io.BytesIO()) for each in options)
    assert irc.confidence == 0
    assert whatsapp.confidence > 0.5
