"""The files of `persona ab`: a sheet for judges, and the key that only its maker has."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from persona.data import make_private_folder, read_jsonl, write_private
from persona.errors import DataError
from persona.folders import DatasetDir, RunDir, write_json

if TYPE_CHECKING:
    from eval.blind import Key, Verdict


class Sheet(NamedTuple):
    """What was written, and the seal that stands on the sheet."""

    sheet: Path
    key: Path
    seal: str
    trials: int


def write_sheet(run: RunDir, dataset: DatasetDir, *, arm: str, trials: int) -> Sheet:
    """Writes `ab/sheet.html` and `ab/key.json` into the run.

    Raises DataError if the run was not evaluated, has no such arm or too few replies.
    """
    from eval.blind import deal
    from eval.blind_sheet import to_sheet
    from eval.replies import ReplyRow
    from eval.report import ENDS

    if not run.replies.is_file():
        raise DataError(f"{run.root}: not evaluated yet, so no replies; run `persona eval` first")
    rows = list(read_jsonl(run.replies, ReplyRow))
    arms = [*dict.fromkeys(row.arm for row in rows if row.arm not in ENDS)]
    if arm not in arms:
        raise DataError(f"--arm {arm}: {run.root} has no such arm; it has {', '.join(arms)}")
    folder = run.root / "ab"
    key, questions = deal(
        rows,
        list(dataset.utterances("others")),
        arm=arm,
        count=trials,
        subject=str(dataset.manifest()["subject"]),
        run=run.root.name,
        salt=secrets.token_hex(16),
    )
    make_private_folder(folder)
    write_json(folder / "key.json", key)
    write_private(folder / "sheet.html", to_sheet(key, questions))
    return Sheet(folder / "sheet.html", folder / "key.json", key.seal, len(key.trials))


def read_sheet(run: RunDir, answers: Sequence[Path]) -> "tuple[Key, list[Verdict]]":
    """The run's key, and what the judges said. Raises DataError where one of them is missing."""
    from eval.blind import Key, read_answers, verdicts

    path = run.root / "ab" / "key.json"
    try:
        key = msgspec.json.decode(path.read_bytes(), type=Key)
    except OSError as error:
        why = f"cannot be read: {error.strerror}"
        raise DataError(f"{path}: {why}; write a sheet with `persona ab`") from None
    except msgspec.DecodeError:
        raise DataError(f"{path}: damaged; write a new sheet with `persona ab`") from None
    return key, list(verdicts(key, read_answers(answers, key)))
