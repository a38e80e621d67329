"""Splits to the files of a dataset; the manifest last."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from ingest.dataset import earlier_hashes, file_sha256, replaced
from ingest.examples import Place, example, utterance
from ingest.figures import figures
from ingest.report import markdown
from ingest.report_page import html
from ingest.rows import Rows
from persona.canaries import Canary, planted
from persona.data import write_jsonl, write_private
from persona.folders import SPLIT_FILES, DatasetDir, write_json

_SHORT = 300  # characters


def write_dataset(
    out: Path, *, rows: Rows, manifest: dict[str, Any], canaries: Sequence[Canary] = ()
) -> dict[str, Any]:
    """Writes the dataset and returns `manifest` with what was written added to it."""
    with replaced(out) as folder:
        by_file = {**rows.splits, "others": rows.others}
        _write_rows(folder, by_file)
        extra = list(planted(canaries, subject=manifest["subject"]))
        if canaries:
            write_jsonl(folder.train, chain(map(example, rows.splits["train"]), extra))
            write_jsonl(folder.canaries, canaries)
        hashes = {name: file_sha256(folder.root / f"{name}.jsonl") for name in SPLIT_FILES}
        digest = hashlib.sha256("".join(hashes.values()).encode()).hexdigest()
        earlier = earlier_hashes(out)
        total = sum(len(found) for found in rows.splits.values())
        manifest = {
            **manifest,
            "splits": {
                name: {**_size(by_file[name]), "sha256": hashes[name]} for name in SPLIT_FILES
            },
            "canaries": {"codes": len(canaries), "rows": len(extra)},
            "shares": {name: round(len(found) / total, 4) for name, found in rows.splits.items()},
            "figures": figures(rows.splits),
            "data_sha256": digest,
            "earlier_data_sha256": [each for each in dict.fromkeys(earlier) if each != digest],
        }
        shown = [example(at) for at in _telling(rows.splits["train"])]
        write_private(folder.root / "report.md", markdown(manifest))
        write_private(folder.root / "report.html", html(manifest, examples=shown))
        write_json(folder.manifest_path, manifest)
    return manifest


def _write_rows(folder: DatasetDir, rows: Mapping[str, Sequence[Place]]) -> None:
    for name in ("train", "valid", "test"):
        write_jsonl(folder.root / f"{name}.jsonl", map(example, rows[name]))
    write_jsonl(folder.reference, map(utterance, rows["reference"]))
    write_jsonl(folder.others, map(utterance, rows["others"]))


def _telling(places: Sequence[Place]) -> list[Place]:
    """Three rows that show what rows are like: with some context, from all over the split."""
    fit = [at for at in places if 2 <= len(at.context) <= 8 and len(at.reply.text) < _SHORT]
    return [fit[len(fit) * part // 3] for part in range(3)] if fit else list(places[:1])


def _size(rows: Iterable[Place]) -> dict[str, int]:
    rows = list(rows)
    return {
        "rows": len(rows),
        "messages": sum(at.reply.count for at in rows),
        "conversations": len({at.session.conversation for at in rows}),
    }
