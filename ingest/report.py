"""What became of the messages: as table rows for the terminal, and as Markdown.

The HTML page is in `report_page.py`. Both are made from the manifest alone.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Manifest = Mapping[str, Any]

WHAT_FOR = {
    "train": "learned from",
    "valid": "when to stop learning",
    "test": "contexts with the real replies, for judging",
    "reference": "the style profile: real replies, never learned from",
    "others": "replies of the partners, the other end of the scale",
}
"""What each file of a dataset is for."""


def rows(manifest: Manifest) -> list[tuple[str, int]]:
    """The accounts, in order: what was read, what it is used for, what was dropped and why.

    What the readers left out comes first; it is not among the messages read. The rest adds up:
    read = used + dropped.
    """
    messages = manifest["messages"]
    return [
        *((f"left out by the reader: {reason}", n) for reason, n in left_out(manifest).items()),
        ("messages read", messages["read"]),
        *((f"used {use}", count) for use, count in messages["used"].items()),
        *((f"dropped: {reason}", count) for reason, count in _ranked(messages["dropped"])),
    ]


def left_out(manifest: Manifest) -> dict[str, int]:
    """What the readers did not take for a message, by reason, over all files."""
    total: dict[str, int] = {}
    for file in manifest["files"]:
        for reason, count in file["dropped"].items():
            total[reason] = total.get(reason, 0) + count
    return dict(_ranked(total))


def unread(manifest: Manifest) -> dict[str, list[str]]:
    """The paths of files that could not be read, or not to their end, by reason."""
    found: dict[str, list[str]] = {}
    for file in manifest["files"]:
        if file["error"]:
            found.setdefault(file["error"], []).append(file["path"])
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def split_rows(manifest: Manifest) -> list[tuple[str, int, int, int, str]]:
    """Name, rows, messages, conversations and purpose of each file."""
    return [
        (name, size["rows"], size["messages"], size["conversations"], WHAT_FOR[name])
        for name, size in manifest["splits"].items()
    ]


def markdown(manifest: Manifest) -> str:
    """report.md"""
    files = [
        (f"`{file['path']}`", file["format"] or "-", file["messages"], _why(file))
        for file in manifest["files"]
    ]
    sections = [
        ("", _table(("file", "rows", "messages", "conversations", "for"), split_rows(manifest))),
        ("Messages", _table(("what", "messages"), rows(manifest))),
        ("Replies without a row", _table(("why", "replies"), _ranked(manifest["dropped_rows"]))),
        ("Replaced by placeholders", _table(("kind", "times"), _ranked(manifest["redacted"]))),
        ("Files", _table(("file", "format", "messages", "left out"), files)),
        ("Notes", [f"- {note}" for note in manifest["notes"]]),
    ]
    lines = [f"# What {manifest['subject']} wrote, as a dataset", ""]
    for title, body in sections:
        if body:
            lines += [*([f"## {title}", ""] if title else []), *body, ""]
    made = f"Made {manifest['created_at'][:10]}, seed {manifest['seed']}"
    return "\n".join([*lines, f"{made}, data `{manifest['data_sha256'][:16]}`.", ""])


def _why(file: Mapping[str, Any]) -> str:
    if file["error"]:
        return str(file["error"])
    return ", ".join(f"{reason} {count}" for reason, count in file["dropped"].items()) or "nothing"


def _ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _table(columns: Iterable[str], cells: Iterable[Iterable[object]]) -> list[str]:
    """A Markdown table; nothing where it has no rows."""
    body = [_row(row) for row in cells]
    head = list(columns)
    return [_row(head), _row("---" for _ in head), *body] if body else []


def _row(cells: Iterable[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
