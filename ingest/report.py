"""What became of the messages, as table rows and as Markdown."""

from collections.abc import Iterable, Mapping
from typing import Any


def rows(manifest: Mapping[str, Any]) -> list[tuple[str, int]]:
    """The accounts, in order: what was read, what was dropped and why, what is in the dataset."""
    messages = manifest["messages"]
    dropped = sorted(messages["dropped"].items(), key=lambda item: -item[1])
    return [
        ("messages read", messages["read"]),
        *((f"  dropped: {reason}", count) for reason, count in dropped),
        *((f"  {use}", count) for use, count in messages["used"].items()),
        *((f"{name} rows", size["rows"]) for name, size in manifest["splits"].items()),
    ]


def markdown(manifest: Mapping[str, Any]) -> str:
    """report.md"""
    files = (
        (file["path"], file["format"], file["messages"], sum(file["dropped"].values()))
        for file in manifest["files"]
    )
    return "\n".join(
        [
            f"# Dataset of {manifest['subject']}",
            "",
            *_table(("what", "count"), rows(manifest)),
            "",
            "## Files",
            "",
            *_table(("file", "format", "messages", "left out"), files),
            "",
        ]
    )


def _table(columns: Iterable[str], cells: Iterable[Iterable[object]]) -> list[str]:
    columns = list(columns)
    lines = [" | ".join(str(cell) for cell in row) for row in cells]
    return [
        f"| {line} |" for line in (" | ".join(columns), " | ".join("---" for _ in columns), *lines)
    ]
