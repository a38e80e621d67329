"""Splits to the files of a dataset; the manifest last."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ingest.dataset import SPLIT_FILES, file_sha256, replaced
from ingest.examples import Place, example, utterance
from ingest.report import markdown
from ingest.rows import Rows
from persona.data import write_jsonl, write_private
from persona.folders import DatasetDir, write_json


def write_dataset(out: Path, *, rows: Rows, manifest: dict[str, Any]) -> dict[str, Any]:
    """Writes the dataset and returns `manifest` with what was written added to it."""
    with replaced(out) as folder:
        by_file = {**rows.splits, "others": rows.others}
        _write_rows(folder, by_file)
        hashes = {name: file_sha256(folder.root / f"{name}.jsonl") for name in SPLIT_FILES}
        total = sum(len(found) for found in rows.splits.values())
        manifest = {
            **manifest,
            "splits": {
                name: {**_size(by_file[name]), "sha256": hashes[name]} for name in SPLIT_FILES
            },
            "shares": {name: round(len(found) / total, 4) for name, found in rows.splits.items()},
            "data_sha256": hashlib.sha256("".join(hashes.values()).encode()).hexdigest(),
        }
        write_private(folder.root / "report.md", markdown(manifest))
        write_json(folder.manifest_path, manifest)
    return manifest


def _write_rows(folder: DatasetDir, rows: dict[str, Sequence[Place]]) -> None:
    for name in ("train", "valid", "test"):
        write_jsonl(folder.root / f"{name}.jsonl", map(example, rows[name]))
    write_jsonl(folder.reference, map(utterance, rows["reference"]))
    write_jsonl(folder.others, map(utterance, rows["others"]))


def _size(rows: Iterable[Place]) -> dict[str, int]:
    rows = list(rows)
    return {
        "rows": len(rows),
        "messages": sum(at.reply.count for at in rows),
        "conversations": len({at.session.conversation for at in rows}),
    }
