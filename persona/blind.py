"""The files of `persona ab`: a sheet for judges, and the key that only its maker has.

Both bear the first digits of the seal, as the answers do, so that a new sheet replaces no other."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from persona.data import make_private_folder, read_jsonl, write_private
from persona.errors import DataError
from persona.folders import DatasetDir, RunDir, write_json

if TYPE_CHECKING:
    from eval.blind import Key
    from eval.blind_verdict import Judged


class Sheet(NamedTuple):
    """What was written, and the seal that stands on the sheet."""

    sheet: Path
    key: Path
    seal: str
    trials: int


def write_sheet(run: RunDir, dataset: DatasetDir, *, arm: str, trials: int) -> Sheet:
    """Writes `ab/sheet-SEAL.html` and `ab/key-SEAL.json` into the run.

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
    made = Sheet(
        sheet=folder / f"sheet-{key.seal[:8]}.html",
        key=folder / f"key-{key.seal[:8]}.json",
        seal=key.seal,
        trials=len(key.trials),
    )
    write_json(made.key, key)
    write_private(made.sheet, to_sheet(key, questions))
    return made


def read_sheet(run: RunDir, answers: Sequence[Path]) -> "Judged":
    """What the judges of one sheet of the run said.

    Raises DataError where the key or the answers are missing, or are not of one sheet.
    """
    from eval.blind_verdict import judge_all, load_answers

    keys = _keys(run.root / "ab")
    files = [(path, load_answers(path)) for path in answers]
    first, sheet = files[0][0], files[0][1].sheet
    if sheet not in keys:
        raise DataError(f"{first}: answers no sheet of {run.root}, which has {_seals(keys)}")
    return judge_all(keys[sheet], files)


def _keys(folder: Path) -> "dict[str, Key]":
    """The keys in a folder, by their seals. Raises DataError where there is none."""
    from eval.blind import Key

    keys = {}
    for path in sorted(folder.glob("key*.json")):
        try:
            key = msgspec.json.decode(path.read_bytes(), type=Key)
        except OSError as error:
            raise DataError(f"{path}: cannot be read: {error.strerror}") from None
        except msgspec.DecodeError:
            raise DataError(f"{path}: damaged; move it away to read other sheets") from None
        keys[key.seal] = key
    if not keys:
        raise DataError(f"{folder}: no key of a sheet; write a sheet with `persona ab`")
    return keys


def _seals(keys: "dict[str, Key]") -> str:
    """The seals as the names of sheets and answers bear them."""
    return ", ".join(seal[:8] for seal in keys)
