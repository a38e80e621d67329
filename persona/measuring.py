"""The commands that measure: `persona eval` and `persona ab`."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

from typer import BadParameter, Option

from persona.folders import DATASET, RUNS, DatasetDir, find_run
from persona.options import ConfigFile, Data, Json, Run, Runs, Seed, Settings, settings

Replies = Annotated[
    Path | None, Option(help="Score these replies (JSON lines) instead of a run's.")
]
Hosted = Annotated[
    str | None,
    Option(help="Ask a server with OpenAI's chat completions too: contexts leave the machine."),
]
Model = Annotated[str | None, Option(help="The model of --endpoint.")]
Out = Annotated[Path | None, Option(help="Folder for the report on --replies or --endpoint.")]
Plugin = Annotated[
    list[str] | None,
    Option(
        metavar="NAME|FOLDER",
        help="A style embedding beside the score: styledistance, mstyledistance, luar, or the "
        "folder of one.",
    ),
]
RemoteCode = Annotated[
    bool, Option("--remote-code", help="Let a plug-in run code from the hub (luar does).")
]
SelfTest = Annotated[
    bool, Option("--selftest", help="Audit the score on this dataset: try to fool it.")
]
FailUnder = Annotated[float | None, Option(help="Exit 4 if the style score is below this.")]


def evaluate(
    run: Run = None,
    replies: Replies = None,
    endpoint: Hosted = None,
    model: Model = None,
    data: Data = DATASET,
    out: Out = None,
    plugin: Plugin = None,
    remote_code: RemoteCode = False,
    selftest: SelfTest = False,
    fail_under: FailUnder = None,
    runs: Runs = RUNS,
    config_file: ConfigFile = None,
    overrides: Settings = None,
    seed: Seed = None,
    as_json: Json = False,
) -> None:
    """Measure how much replies resemble the person.

    0 is other people, 100 the person's own other messages; the interval covers 95 %.
    """
    from persona import judging
    from persona.tables.measures import show_report

    if selftest:
        given: dict[str, object] = {"RUN": run, "--replies": replies, "--endpoint": endpoint}
        given |= {"--model": model, "--out": out, "--plugin": plugin, "--remote-code": remote_code}
        _refuse_unheeded(given | {"--fail-under": fail_under is not None})
    _refuse_conflicts(run, replies=replies, endpoint=endpoint, model=model, out=out)
    config = settings(config_file, overrides, seed=seed)
    dataset = DatasetDir(data)
    if selftest:
        judging.audit_score(dataset, config, as_json=as_json)
        return
    plugins = judging.open_plugins(plugin or (), remote_code=remote_code)
    hosted = judging.open_endpoint(endpoint, model, config) if endpoint and model else None
    if replies:
        report = judging.judge_replies(replies, dataset, config, out=out, plugins=plugins)
    elif hosted and run is None:
        report = judging.judge_endpoint(hosted, dataset, config, out=out, plugins=plugins)
    else:
        judged = find_run(run, runs=runs)
        report = judging.judge_run(judged, dataset, config, hosted=hosted, plugins=plugins)
        out = judged.eval
    show_report(report, out, as_json=as_json)
    judging.require_score(report, at_least=fail_under)


def _refuse_unheeded(given: Mapping[str, object]) -> None:
    """Refuses what the audit of the score would not heed. given: by name, true where it is set."""
    unheeded = [name for name, value in given.items() if value]
    if unheeded:
        raise BadParameter(
            f"--selftest audits the score on the dataset alone; leave out {', '.join(unheeded)}"
        )


def _refuse_conflicts(
    run: str | None,
    *,
    replies: Path | None,
    endpoint: str | None,
    model: str | None,
    out: Path | None,
) -> None:
    """Refuses options of which one would not be heeded."""
    if (endpoint is None) != (model is None):
        raise BadParameter("--endpoint and --model go together")
    if endpoint and replies:
        raise BadParameter("--endpoint and --replies are two reports; ask for one of them")
    if replies and run:
        raise BadParameter("--replies are scored without a run; leave one of the two out")
    if out and not replies and (run or not endpoint):
        raise BadParameter("a run's report is written into the run; leave --out out")


def blind(
    run: Run = None,
    answers: Annotated[
        list[Path] | None,
        Option(metavar="FILE", help="Read a judge's saved answers and report; may be repeated."),
    ] = None,
    arm: Annotated[str, Option(help="The arm of the run set against the person.")] = "adapter",
    trials: Annotated[int, Option(min=12, help="Questions on the sheet, at most.")] = 40,
    data: Data = DATASET,
    runs: Runs = RUNS,
    as_json: Json = False,
) -> None:
    """Write a blind sheet: which of two replies is the real one?

    Give the sheet to people who know the person; each saves a file to read with --answers.
    """
    from persona.blind import read_sheet, write_sheet
    from persona.tables.measures import show_sheet, show_verdicts

    judged = find_run(run, runs=runs)
    if answers:
        show_verdicts(read_sheet(judged, answers), as_json=as_json)
    else:
        sheet = write_sheet(judged, DatasetDir(data), arm=arm, trials=trials)
        show_sheet(sheet, as_json=as_json)


MEASURING: dict[str, Callable[..., None]] = {"eval": evaluate, "ab": blind}
