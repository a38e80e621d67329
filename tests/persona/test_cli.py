"""The command line as a user meets it: help, exit statuses, settings, erasing."""

import io
import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from persona.cli import app, main

HELP_SECONDS = 0.3
HEAVY = ("torch", "transformers", "gradio", "pandas", "peft", "trl", "datasets", "rich")
ROWS = [
    {"conversation": "a", "sender": "Ana", "text": "hi ben", "timestamp": "2024-05-01T10:00:00"},
    {"conversation": "a", "sender": "Ben", "text": "hello ana", "timestamp": "2024-05-01T10:01:00"},
]


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return path


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom persona.cli import app\n"
        "try: app(['--help'])\nexcept SystemExit: pass\n"
        "sys.stderr.write(' '.join(sys.modules))"
    )
    loaded = {name.split(".")[0] for name in run_python(code).stderr.split()}
    assert not loaded & set(HEAVY)


def test_help_takes_little_of_the_processor() -> None:
    seconds = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run_python(
            "import sys; sys.argv = ['persona', '--help']\nfrom persona.cli import main; main()"
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(seconds) < HELP_SECONDS


def test_every_command_has_help(runner: CliRunner) -> None:
    for command in app.registered_commands:
        name = command.name or command.callback.__name__
        result = runner.invoke(app, [name, "--help"])
        assert result.exit_code == 0
        assert command.callback.__doc__.splitlines()[0] in " ".join(result.output.split())


def test_ingesting_nothing_says_where_there_is_none(runner: CliRunner, tmp_path: Path) -> None:
    result = runner.invoke(app, ["ingest", str(tmp_path / "absent.txt")])
    assert result.exit_code == 1
    assert "absent.txt" in result.stderr


def test_misspelt_command_is_a_usage_error_that_names_the_right_one(runner: CliRunner) -> None:
    result = runner.invoke(app, ["trian"])
    assert result.exit_code == 2
    assert "train" in result.output


def test_parse_prints_one_json_object_per_message(runner: CliRunner, log: Path) -> None:
    result = runner.invoke(app, ["parse", str(log)])
    assert result.exit_code == 0
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["text"] for row in rows] == ["hi ben", "hello ana"]
    assert set(rows[0]) == {"chat", "sender", "sent_at", "text", "is_subject", "role"}


def test_parse_ends_standard_error_with_a_summary_for_machines(
    runner: CliRunner, log: Path
) -> None:
    result = runner.invoke(app, ["parse", "--json", str(log)])
    summary = json.loads(result.stderr.splitlines()[-1])
    assert summary["files"][0]["messages"] == 2
    assert set(summary["files"][0]) == {"path", "format", "messages", "dropped"}


def test_nothing_readable_is_one_error_line_and_status_one(
    runner: CliRunner, tmp_path: Path
) -> None:
    (tmp_path / "photo.bin").write_bytes(bytes(range(256)) * 40)
    result = runner.invoke(app, ["parse", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert sum(line.startswith("error: ") for line in result.stderr.splitlines()) == 1


@pytest.mark.parametrize("options", [[], ["--strict"]])
def test_the_account_for_machines_is_the_last_line_of_a_failure_too(
    runner: CliRunner, log: Path, options: list[str]
) -> None:
    cut = log.with_name("cut.jsonl")
    cut.write_text(log.read_text(encoding="utf-8")[:-20] if options else "{", encoding="utf-8")
    result = runner.invoke(app, ["parse", "--json", *options, str(cut)])
    assert result.exit_code == 1
    assert result.stdout == ""
    *before, last = result.stderr.splitlines()
    assert [file["path"] for file in json.loads(last)["files"]] == [str(cut)]
    assert sum(line.startswith("error: ") for line in before) == 1


def test_names_of_any_script_go_into_a_pipe_of_an_old_encoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "20240501T120000Z-a"
    run.mkdir()
    (run / "manifest.json").write_text('{"subject": "Łukasz 😀"}', encoding="utf-8")
    pipe = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", pipe)
    monkeypatch.setattr(sys, "argv", ["persona", "runs", "--runs", str(tmp_path), "--json"])
    with pytest.raises(SystemExit):
        main()
    pipe.flush()
    assert "Łukasz 😀" in pipe.buffer.getvalue().decode("utf-8")


def test_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(ROWS[0]) + "\n" for _ in range(50_000)), encoding="utf-8")
    command = f"{sys.executable} -m persona parse {path} | head -n 1"
    result = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert len(result.stdout.splitlines()) == 1
    assert "Traceback" not in result.stderr
    assert "error" not in result.stderr


def test_setting_on_the_command_line_wins_over_the_file(runner: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("seed = 4\n[train]\nlora_r = 8\nepochs = 3.0\n", encoding="utf-8")
    arguments = ["config", "--config", str(file), "--set", "train.lora_r=32", "--json"]
    shown = json.loads(runner.invoke(app, arguments).stdout)
    assert (shown["seed"], shown["train"]["lora_r"], shown["train"]["epochs"]) == (4, 32, 3.0)


def test_unknown_setting_names_the_nearest_one(runner: CliRunner) -> None:
    result = runner.invoke(app, ["config", "--set", "train.lerning_rate=1"])
    assert result.exit_code == 1
    assert "did you mean 'learning_rate'?" in result.stderr


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("train.epochs=0", "train.epochs"),
        ("train.learning_rate=nan", "train.learning_rate"),
        ("train.base.size=8", "'base' is a value"),
        ("chat.top_p=0", "chat.top_p"),
    ],
)
def test_a_setting_that_cannot_be_is_named_with_the_option_it_came_from(
    runner: CliRunner, tmp_path: Path, override: str, told: str
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[train]\nbase = "tiny"\n', encoding="utf-8")
    result = runner.invoke(app, ["config", "--config", str(file), "--set", override])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: --set {override}: ")
    assert told in result.stderr


def test_without_a_run_the_way_to_one_is_told(runner: CliRunner, tmp_path: Path) -> None:
    result = runner.invoke(app, ["runs", "--runs", str(tmp_path)])
    assert result.stdout == ""
    assert "no run yet; make one with `persona train`" in result.stderr


def test_without_a_terminal_nothing_is_erased_unless_told_to(
    runner: CliRunner, tmp_path: Path
) -> None:
    dataset = tmp_path / "dataset"
    dataset.mkdir()
    (dataset / "manifest.json").write_text('{"subject": "Ana", "data_sha256": "5eed"}')
    arguments = ["forget", str(dataset), "--runs", str(tmp_path / "runs")]
    refused = runner.invoke(app, arguments)
    assert refused.exit_code == 1
    assert refused.stderr.splitlines()[-1].startswith("error: nothing was erased: say --yes")
    assert dataset.exists()
    assert runner.invoke(app, [*arguments, "--yes"]).stdout == f"erased: {dataset}\n"
    assert not dataset.exists()


def test_printed_settings_are_read_back_as_they_were(runner: CliRunner, tmp_path: Path) -> None:
    changed = ["--set", 'ingest.subject=["Ana \\"A\\""]', "--set", "seed=9"]
    file = tmp_path / "persona.toml"
    file.write_text(runner.invoke(app, ["config", *changed]).stdout, encoding="utf-8")
    again = runner.invoke(app, ["config", "--config", str(file), "--json"])
    assert json.loads(again.stdout)["ingest"]["subject"] == ['Ana "A"']


def test_alias_without_equals_sign_is_refused(runner: CliRunner, log: Path) -> None:
    result = runner.invoke(app, ["ingest", str(log), "--alias", "Ana"])
    assert result.exit_code == 1
    assert "NAME=OTHER" in result.stderr


def test_a_dataset_is_shown_with_its_files_its_names_and_what_was_not_read(
    runner: CliRunner, tmp_path: Path
) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "empty.txt").touch()
    names = ("Ana", "Ben", "ana_2")
    rows = [
        {"chat": day, "sender": names[n % 3], "text": f"{day} and {n}", "time": 1e9 + 1e6 * day + n}
        for day in range(90)
        for n in range(6)
    ]
    (logs / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    arguments = ["ingest", str(logs), "--subject", "Ana", "--alias", "Ana=ana_2"]
    shown = runner.invoke(app, [*arguments, "--out", str(tmp_path / "d")]).stdout
    assert "train.jsonl: learned from" in shown
    assert "Ana under all names: Ana, ana_2" in shown
    assert "not read or damaged: 1 file: empty file" in shown


def test_doctor_says_what_is_chosen_and_why(runner: CliRunner) -> None:
    result = runner.invoke(app, ["doctor", "--json"])
    assert result.exit_code == 0
    assert "python" in json.loads(result.stdout)


def test_train_without_a_dataset_says_how_to_make_one(runner: CliRunner, tmp_path: Path) -> None:
    result = runner.invoke(app, ["train", "--data", str(tmp_path / "none")])
    assert result.exit_code == 1
    assert "persona ingest" in result.stderr


def test_bug_of_ours_shows_places_but_no_chat_text(
    runner: CliRunner, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object, **__: object) -> None:
        raise KeyError("my secret message")

    monkeypatch.setattr("ingest.pipeline.ingest", explode)
    result = runner.invoke(app, ["ingest", str(log)])
    assert result.exit_code == 1
    assert "secret" not in result.stderr + result.stdout
    assert "test_cli.py" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [["a-run", "--replies", "r.jsonl"], ["a-run", "--out", "o"], ["--out", "o"], ["--model", "m"]],
)
def test_eval_refuses_options_that_it_would_not_heed(
    runner: CliRunner, arguments: list[str]
) -> None:
    assert runner.invoke(app, ["eval", *arguments]).exit_code == 2


@pytest.mark.parametrize(
    "given",
    [
        ("a-run",),
        ("--replies", "r.jsonl"),
        ("--endpoint", "http://localhost", "--model", "m"),
        ("--plugin", "luar"),
        ("--remote-code",),
        ("--fail-under", "0"),
    ],
)
def test_selftest_refuses_what_it_would_not_heed(runner: CliRunner, given: Sequence[str]) -> None:
    result = runner.invoke(app, ["eval", "--selftest", *given])
    assert result.exit_code == 2
    said = " ".join(result.stderr.replace("│", " ").split())
    assert f"leave out {'RUN' if given == ('a-run',) else given[0]}" in said


def test_ctrl_c_is_status_130(
    runner: CliRunner, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ingest.pipeline.ingest", interrupt)
    assert runner.invoke(app, ["ingest", str(log)]).exit_code == 130


def test_ctrl_c_in_training_tells_how_to_go_on(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt("go on with `persona train`")

    monkeypatch.setattr("persona.train.train", interrupt)
    result = runner.invoke(app, ["train"])
    assert result.exit_code == 130
    assert result.stderr.endswith("what was finished is kept; go on with `persona train`\n")


def test_plan_tells_whether_a_base_fits_a_card_and_the_parts_of_it(runner: CliRunner) -> None:
    small = runner.invoke(app, ["plan", "--params", "8B", "--vram", "8", "--json"])
    large = runner.invoke(app, ["plan", "--params", "70B", "--vram", "8"])
    found = json.loads(small.stdout)
    assert found["fits"]
    assert sum(found["memory"].values()) < 8 * 2**30
    assert found["like"] == "Qwen3-8B"
    assert "does not fit a GPU with 8 GiB of memory: training takes about " in large.stdout
    assert "choose a smaller --base" in large.stdout


def test_merge_without_a_run_says_how_to_make_one(runner: CliRunner, tmp_path: Path) -> None:
    result = runner.invoke(app, ["merge", "--out", str(tmp_path / "m"), "--runs", str(tmp_path)])
    assert result.exit_code == 1
    assert "persona train" in result.stderr


@pytest.mark.parametrize("command", sorted(typer.main.get_command(app).commands))
def test_help_names_what_is_given_and_not_its_type_in_python(
    runner: CliRunner, command: str
) -> None:
    told = runner.invoke(app, [command, "--help"]).stdout
    assert "list[" not in told


def test_help_names_a_list_of_files_as_the_usage_does(runner: CliRunner) -> None:
    lines = runner.invoke(app, ["ingest", "--help"]).stdout.splitlines()
    assert lines[0].endswith("ingest [OPTIONS] PATH...")
    assert any(line.startswith("  PATH...  Export files") for line in lines)
    assert "--answers FILE" in runner.invoke(app, ["ab", "--help"]).stdout
