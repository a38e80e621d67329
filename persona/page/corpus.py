"""The data view: how much there is to learn from, what was left out and why."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

import gradio as gr

from persona.counted import counted
from persona.page import markup
from persona.page.stage import Stage

FILES_LISTED = 60


def corpus_html(manifest: Mapping[str, Any]) -> str:
    """The dataset's manifest as a page: splits, the fate of every message, files, redactions."""
    messages = manifest["messages"]
    parts = [
        markup.section("What there is to learn from", splits(manifest["splits"])),
        markup.section(f"What became of {messages['read']:,} messages", fates(messages)),
        markup.section("Files", files(manifest["files"])),
    ]
    redacted = [(kind, f"{number:,}") for kind, number in manifest["redacted"].items()]
    if redacted:
        table = markup.table(["placeholder", "times"], redacted, label="Redactions")
        parts.append(markup.section("Replaced by placeholders", table))
    parts += [markup.notice(str(note)) for note in manifest["notes"]]
    return f'<div class="figure">{"".join(parts)}</div>'


def splits(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Rows, messages and conversations of every split, and what it is for."""
    from ingest.report import WHAT_FOR

    columns = ("rows", "messages", "conversations")
    rows = [
        (f"{name}: {WHAT_FOR[name]}", *(f"{size[column]:,}" for column in columns))
        for name, size in found.items()
    ]
    return markup.table(["file", *columns], rows, label="Splits")


def fates(messages: Mapping[str, Any]) -> str:
    """Where every message went: used for something, or dropped under a reason."""
    used = [(name, number, "used") for name, number in messages["used"].items()]
    dropped = [
        (f"dropped: {name}", number, "dropped")
        for name, number in messages["dropped"].items()
        if number
    ]
    rows = [*_largest_first(used), *_largest_first(dropped)]
    return markup.bars(rows, total=messages["read"])


def files(found: Sequence[Mapping[str, Any]]) -> str:
    """What was read, file by file."""
    rows = [
        (
            PurePath(str(file["path"])).name,
            str(file["format"]),
            f"{file['messages']:,}",
            ", ".join(f"{number:,} {reason}" for reason, number in file["dropped"].items()),
        )
        for file in found[:FILES_LISTED]
    ]
    table = markup.table(["file", "format", "messages", "left out"], rows, label="Files")
    more = len(found) - FILES_LISTED
    return table + (markup.notice(counted(more, "more file")) if more > 0 else "")


def _largest_first(rows: list[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
    return sorted(rows, key=lambda row: -row[1])


def build(stage: Stage) -> None:
    """Lays the view out."""
    gr.HTML(corpus_html(stage.dataset.manifest()), elem_id="corpus", apply_default_css=False)
