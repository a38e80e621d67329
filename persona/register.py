"""The runs there are, what each came to, and which dataset it was trained on."""

from pathlib import Path
from typing import Any

from persona.errors import ModelError
from persona.folders import DatasetDir, RunDir, all_runs, read_json


def list_runs(runs: Path) -> list[dict[str, Any]]:
    """A row per run; what is not known yet, or cannot be read any more, is None."""
    return [_row(run) for run in all_runs(runs)]


def origin_of(run: RunDir) -> dict[str, Any]:
    """What a run was trained on, `subject` and `data_sha256`; empty if it never got that far.

    Raises ModelError where all that says so is damaged.
    """
    paths = [path for path in (run.manifest_path, run.started) if path.is_file()]
    for path in paths:
        try:
            return read_json(path, error=ModelError)
        except ModelError:
            if path == paths[-1]:
                raise
    return {}


def require_same_data(run: RunDir, dataset: DatasetDir) -> None:
    """Raises ModelError if the run was trained on another dataset than this one.

    Its held-out replies could be among those the run was trained on.
    """
    if run.manifest()["data_sha256"] != dataset.manifest()["data_sha256"]:
        raise ModelError(
            f"{run.root}: was trained on another dataset than {dataset.root}; "
            "give its own with --data, or train again"
        )


def _row(run: RunDir) -> dict[str, Any]:
    state, manifest, score = "unfinished", dict[str, Any](), None
    try:
        if run.is_finished:
            state, manifest = "finished", run.manifest()
        score = _score(run)
    except ModelError:
        state = "damaged"
    return {
        "run": run.root.name,
        "subject": manifest.get("subject"),
        "base": manifest.get("base"),
        "state": state,
        "steps": manifest.get("steps"),
        "held-out loss": manifest.get("best_valid_loss"),
        "style score": score,
    }


def _score(run: RunDir) -> float | None:
    if not run.report_json.is_file():
        return None
    arms = read_json(run.report_json, error=ModelError)["arms"]
    score: float | None = arms.get("adapter", {}).get("style", {}).get("score")
    return score
