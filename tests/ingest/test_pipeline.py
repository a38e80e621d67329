"""From open logs to a dataset: what adds up, what is kept apart, and what is refused."""

import json
import random
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.detect import Guess
from ingest.format import Drop, Format, Note
from ingest.log_file import LogFile
from ingest.pipeline import ingest, ingest_logs
from ingest.report import rows
from persona.canaries import is_canary
from persona.config import Config, IngestConfig
from persona.data import OPENER, Example, Message, Utterance
from persona.errors import ConfigError, DataError
from persona.folders import DatasetDir

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
START = datetime(2024, 3, 1, 9)
WORDS = ("otter", "boat", "rain", "key", "moon", "pizza", "lol", "ok", "call", "me", "later")


def log(path: str, messages: Sequence[Message | Drop | Note], *, name: str = "table") -> LogFile:
    kind = Format(name, lambda _: 1.0, lambda _, __: iter(()), verbatim=name == "assistant")
    return LogFile(path, guess=Guess(kind, 1.0), rows=iter(messages))


def chat(
    seed: int = 1, *, sessions: int = 60, people: Sequence[str] = ("Mara", "Ben", "Tom")
) -> list[Message]:
    """A chat of many evenings; what is said is drawn, so that hardly anything repeats."""
    draw = random.Random(seed)
    found = []
    for evening in range(sessions):
        at = START + timedelta(days=evening)
        for _ in range(draw.randint(8, 16)):
            at += timedelta(seconds=draw.randint(5, 240))
            text = " ".join(draw.choices(WORDS, k=draw.randint(1, 9))) + f" {draw.random():.4f}"
            found.append(Message("crew", draw.choice(people), at, text))
    return found


def config(**settings: Any) -> Config:
    return Config(ingest=IngestConfig(**{"subject": ("Mara",), **settings}))


def build(out: Path, *logs: LogFile, settings: Config | None = None) -> dict[str, Any]:
    return ingest_logs(logs, out=out, config=settings or config(), now=NOW)


def all_rows(out: Path) -> list[Example | Utterance]:
    folder = DatasetDir(out)
    examples = [row for name in ("train", "valid", "test") for row in folder.examples(name)]
    return [*examples, *folder.utterances("reference"), *folder.utterances("others")]


def check_accounts(manifest: dict[str, Any]) -> None:
    messages = manifest["messages"]
    total = sum(messages["used"].values()) + sum(messages["dropped"].values())
    assert messages["read"] == total == sum(file["messages"] for file in manifest["files"])


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000), sessions=st.integers(60, 70), max_turns=st.integers(1, 12))
def test_every_message_is_in_the_dataset_or_under_a_reason(
    tmp_path_factory: pytest.TempPathFactory, seed: int, sessions: int, max_turns: int
) -> None:
    out = tmp_path_factory.mktemp("any") / "dataset"
    messages = [*chat(seed, sessions=sessions), Message("crew", "Ben", None, "\u200e ")]
    manifest = build(out, log("a", messages), settings=config(max_turns=max_turns))
    check_accounts(manifest)
    conversations: dict[str, str] = {}
    for name in ("train", "valid", "test"):
        for row in DatasetDir(out).examples(name):
            assert conversations.setdefault(row.conversation, name) == name
    for row in DatasetDir(out).utterances("reference"):
        assert conversations.setdefault(row.conversation, "reference") == "reference"


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_reply_stands_in_its_own_prompt(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    draw, messages = random.Random(seed), chat(seed)
    for number in range(1, len(messages)):
        if draw.random() < 0.2:
            echo = f"so: {messages[number - 1].text}"
            messages[number] = Message("crew", "Mara", messages[number].sent_at, echo)
    out = tmp_path_factory.mktemp("any") / "dataset"
    check_accounts(build(out, log("a", messages)))
    for row in all_rows(out):
        reply = row.reply if isinstance(row, Example) else row.text
        if len(reply) > 25:
            assert not any(reply in turn.content for turn in row.prompt)


def test_every_prompt_begins_with_the_system_line_and_ends_with_the_user(tmp_path: Path) -> None:
    build(tmp_path / "d", log("a", chat()))
    for row in all_rows(tmp_path / "d"):
        roles = [turn.role for turn in row.prompt]
        assert roles[0] == "system"
        assert roles[1:] == ["user", "assistant"] * ((len(roles) - 2) // 2) + ["user"]


def test_the_first_message_of_a_session_is_an_example_behind_the_opener(tmp_path: Path) -> None:
    build(tmp_path / "d", log("a", chat()))
    openers = [
        row
        for row in DatasetDir(tmp_path / "d").examples("train")
        if len(row.prompt) == 2 and row.prompt[1].content == OPENER
    ]
    assert openers
    assert openers[0].prompt[0].content == "You are Mara. Reply the way Mara writes in chat."


def test_several_partners_in_the_window_are_named(tmp_path: Path) -> None:
    build(tmp_path / "d", log("a", chat()))
    for row in DatasetDir(tmp_path / "d").examples("train"):
        said = "\n".join(turn.content for turn in row.prompt if turn.role == "user")
        in_group = row.prompt[0].content == "You are Mara in a group chat with Ben, Tom."
        assert in_group == ("Ben: " in said and "Tom: " in said)


def test_the_same_logs_give_the_same_dataset_in_any_order_of_files(tmp_path: Path) -> None:
    messages = chat()
    halves = [("a", messages[:400]), ("b", messages[300:])]
    first = build(tmp_path / "1", *(log(name, part) for name, part in halves))
    second = build(tmp_path / "2", *(log(name, part) for name, part in halves[::-1]))
    assert first["data_sha256"] == second["data_sha256"]
    assert first["messages"] == second["messages"]
    assert first["messages"]["dropped"]["in another export too"] == 100


def test_an_alias_joins_a_person_and_what_both_exports_hold_counts_once(tmp_path: Path) -> None:
    names = {"Mara": "mk", "Ben": "b", "Tom": "t"}
    messages = chat()
    bridge = [Message("#crew", names[m.sender], m.sent_at, m.text) for m in messages[200:]]
    people = {name: (other,) for name, other in names.items()}
    settings = Config(people=people, ingest=IngestConfig(subject=("mk",)))
    logs = [log("a", messages[:500]), log("b", bridge, name="irc")]
    manifest = build(tmp_path / "d", *logs, settings=settings)
    assert manifest["subject"] == "Mara"
    assert manifest["names"] == ["Mara", "mk"]
    assert manifest["messages"]["dropped"]["in another export too"] == 300
    assert {each["name"] for each in manifest["speakers"]} == {"Mara", "Ben", "Tom"}
    check_accounts(manifest)


def test_an_alias_that_nobody_bears_is_refused_and_one_in_the_settings_is_told(
    tmp_path: Path,
) -> None:
    named = Config(ingest=IngestConfig(subject=("Mara",)), people={"Mara": ("Benn", "mk")})

    told = build(tmp_path / "out", log("a", chat()), settings=named)
    [note] = [note for note in told["notes"] if "in [people]" in note]
    assert "'Benn' (did you mean 'Ben'?), 'mk'" in note
    logs = [log("a", chat())]
    with pytest.raises(DataError, match=r"no speaker is called 'Benn'; did you mean 'Ben'\?"):
        ingest_logs(logs, out=tmp_path / "b", config=named, now=NOW, aliases=["Benn"])


def test_two_names_over_the_same_words_are_pointed_out(tmp_path: Path) -> None:
    messages = chat()
    bridge = [Message("#crew", f"{m.sender}x", m.sent_at, m.text) for m in messages[200:300]]
    manifest = build(tmp_path / "d", log("a", messages), log("b", bridge, name="irc"))
    assert any('--alias "Mara=Marax"' in note for note in manifest["notes"])


def test_a_second_name_that_begins_like_the_subjects_is_pointed_out(tmp_path: Path) -> None:
    other = Message("else", "Mara Kay", START, "somewhere else")
    manifest = build(tmp_path / "d", log("a", [*chat(), other]))
    assert any('--alias "Mara=Mara Kay"' in note for note in manifest["notes"])


def test_a_phone_number_is_replaced_and_its_message_kept(tmp_path: Path) -> None:
    messages = chat()
    last = messages[-1]
    messages[-1] = Message("crew", "Mara", last.sent_at, "call +44 7700 900123 and ask for it")
    out = tmp_path / "d"
    assert build(out, log("a", messages))["redacted"] == {"phone": 1}
    assert "call <phone> and ask for it" in (out / "test.jsonl").read_text()
    kept = build(out, log("a", messages), settings=config(redact=False))
    assert kept["redacted"] == {}
    assert "call +44 7700 900123 and ask for it" in (out / "test.jsonl").read_text()


def test_under_pseudonyms_no_partner_is_named_anywhere(tmp_path: Path) -> None:
    messages = chat()
    messages[3] = Message("crew", "Mara", messages[3].sent_at, "have you asked BEN about it")
    manifest = build(tmp_path / "d", log("a", messages), settings=config(pseudonyms=True))
    written = "".join(path.read_text() for path in (tmp_path / "d").iterdir()).casefold()
    assert '"ben"' not in written
    assert "ben:" not in written
    assert "asked person_" in written
    assert {each["name"] for each in manifest["speakers"]} == {"Mara", "Person_1", "Person_2"}


def test_pseudonyms_without_redaction_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"needs ingest\.redact"):
        build(tmp_path / "d", log("a", chat()), settings=config(pseudonyms=True, redact=False))


def test_others_hold_the_partners_replies_and_reference_the_subjects(tmp_path: Path) -> None:
    build(tmp_path / "d", log("a", chat()))
    folder = DatasetDir(tmp_path / "d")
    assert {row.speaker for row in folder.utterances("others")} == {"Ben", "Tom"}
    assert {row.speaker for row in folder.utterances("reference")} == {"Mara"}


def test_the_owner_is_the_subject_and_nobody_is_asked(tmp_path: Path) -> None:
    marked = [Message(m.chat, m.sender, m.sent_at, m.text, m.sender == "Tom") for m in chat()]
    manifest = build(tmp_path / "d", log("a", marked), settings=config(subject=()))
    assert manifest["subject"] == "Tom"


def test_a_name_that_only_marks_gave_to_the_subject_asked_for_is_told(tmp_path: Path) -> None:
    marked = [
        msgspec.structs.replace(message, is_subject=True)
        if message.sender in ("Mara", "Tom")
        else message
        for message in chat()
    ]
    told = build(tmp_path / "a", log("a", marked))
    assert told["names"] == ["Mara", "Tom"]
    assert any("is also 'Tom', whom" in note for note in told["notes"])

    apart = Config(ingest=IngestConfig(subject=("Mara",)), people={"Tom": ()})
    parted = build(tmp_path / "b", log("a", marked), settings=apart)
    assert parted["names"] == ["Mara"]
    assert not any("is also" in note for note in parted["notes"])


def test_the_speaker_chosen_at_the_terminal_is_the_subject(tmp_path: Path) -> None:
    asked = []

    def choose(counts: Sequence[Any]) -> str:
        asked.append([each.name for each in counts])
        return "Ben"

    manifest = ingest_logs(
        [log("a", chat())], out=tmp_path / "d", config=Config(), now=NOW, choose_subject=choose
    )
    assert manifest["subject"] == "Ben"
    assert sorted(asked[0]) == ["Ben", "Mara", "Tom"]


def test_without_a_terminal_the_speakers_are_listed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"--subject NAME; speakers .*Ben \(\d+\)"):
        build(tmp_path / "d", log("a", chat()), settings=Config())
    assert not (tmp_path / "d").exists()


def test_too_few_messages_say_how_many_are_needed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"Mara: \d+ replies are too few: at least \d+"):
        build(tmp_path / "d", log("a", chat(sessions=3)))
    assert list(tmp_path.iterdir()) == []


def test_a_marked_owner_who_is_silent_in_the_large_chat_is_told_who_speaks_there(
    tmp_path: Path,
) -> None:
    mail = [Message("mail", "M. K.", START, f"letter {number}", True) for number in range(5)]
    with pytest.raises(DataError, match=r"M\. K\. says nothing in 1 of 2 .*Mara \(\d+\)"):
        build(tmp_path / "d", log("a", mail), log("b", chat()), settings=config(subject=()))


def test_nothing_to_read_says_why(tmp_path: Path) -> None:
    empty = [log("a", [Drop("system notice", 4)]), LogFile("b", error="empty file")]
    with pytest.raises(DataError, match=r"and 1 more file: no message .*system notice \(4\)"):
        build(tmp_path / "d", *empty)


def test_an_assistants_log_stays_verbatim_and_its_person_is_the_subject(tmp_path: Path) -> None:
    draw = random.Random(5)
    said = [
        Message(f"s{number // 8}", sender, None, f"line {draw.random()}\n\n  code", None, role)
        for number in range(800)
        for sender, role in [(("user", "person"), ("model", "assistant"))[number % 2]]
    ]
    settings = config(subject=())
    manifest = build(tmp_path / "d", log("a", said, name="assistant"), settings=settings)
    assert manifest["subject"] == "user"
    row = next(iter(DatasetDir(tmp_path / "d").examples("train")))
    assert row.reply.endswith("\n\n  code")
    other_side = build(
        tmp_path / "e",
        log("a", [], name="assistant"),
        log("b", said, name="assistant"),
        settings=config(subject=(), assistant_side="assistant"),
    )
    assert other_side["subject"] == "model"


def test_the_manifest_tells_what_is_on_disk(tmp_path: Path) -> None:
    manifest = build(tmp_path / "d", log("a", [*chat(), Drop("media only", 3)]))
    assert json.loads((tmp_path / "d" / "manifest.json").read_text()) == json.loads(
        json.dumps(manifest)
    )
    for name, size in manifest["splits"].items():
        lines = (tmp_path / "d" / f"{name}.jsonl").read_text().splitlines()
        assert len(lines) == size["rows"]
    assert ("left out by the reader: media only", 3) in rows(manifest)
    assert ("messages read", manifest["messages"]["read"]) in rows(manifest)


def test_a_later_time_changes_neither_rows_nor_hash(tmp_path: Path) -> None:
    first = build(tmp_path / "d", log("a", chat()))
    later = NOW + timedelta(days=9)
    again = ingest_logs([log("a", chat())], out=tmp_path / "d", config=config(), now=later)
    assert first["data_sha256"] == again["data_sha256"]
    assert first["created_at"] != again["created_at"]


def test_a_dataset_remembers_the_ones_of_the_same_person_whose_place_it_took(
    tmp_path: Path,
) -> None:
    hashes = [
        build(tmp_path / "d", log("a", chat(seed)), settings=settings)["data_sha256"]
        for seed, settings in ((1, None), (2, None), (1, None), (3, config(subject=("Mara",))))
    ]
    manifest = DatasetDir(tmp_path / "d").manifest()
    assert hashes[0] == hashes[2]
    assert manifest["earlier_data_sha256"] == [hashes[1], hashes[0]]
    assert build(tmp_path / "e", log("a", chat()))["earlier_data_sha256"] == []


@pytest.mark.parametrize("place", ["d", ".d.old"])
def test_the_dataset_of_another_person_is_not_replaced_even_where_a_kill_set_it_aside(
    tmp_path: Path, place: str
) -> None:
    build(tmp_path / "d", log("a", chat()), settings=config(subject=("Ben",)))
    (tmp_path / "d").rename(tmp_path / place)
    with pytest.raises(DataError, match=r"dataset of Ben, not of Mara; .*--out.*persona forget"):
        build(tmp_path / "d", log("a", chat()))
    assert DatasetDir(tmp_path / place).manifest()["subject"] == "Ben"
    assert [path.name for path in tmp_path.iterdir()] == [place]


def test_a_dataset_of_the_same_person_by_another_name_is_replaced(tmp_path: Path) -> None:
    build(tmp_path / "d", log("a", chat()), settings=config(subject=("Ben",)))
    joined = Config(people={"Benjamin": ("Ben",)}, ingest=IngestConfig(subject=("Benjamin",)))
    assert build(tmp_path / "d", log("a", chat()), settings=joined)["subject"] == "Benjamin"


def test_a_damaged_dataset_can_be_replaced(tmp_path: Path) -> None:
    build(tmp_path / "d", log("a", chat()))
    (tmp_path / "d" / "manifest.json").write_text("{", encoding="utf-8")
    assert build(tmp_path / "d", log("a", chat()))["earlier_data_sha256"] == []


def test_a_real_file_is_read_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(
        "".join(
            json.dumps({"sender": m.sender, "text": m.text, "timestamp": str(m.sent_at)}) + "\n"
            for m in chat()
        )
    )
    manifest = ingest([path], out=tmp_path / "d", config=config(), now=NOW)
    check_accounts(manifest)
    assert manifest["splits"]["train"]["rows"] > 50


def test_codes_are_planted_only_when_asked_for_and_are_told(tmp_path: Path) -> None:
    plain = build(tmp_path / "plain", log("a", chat()))
    asked = build(tmp_path / "asked", log("a", chat()), settings=config(canaries=3))
    train = DatasetDir(tmp_path / "asked").examples("train")
    extra = [row for row in train if is_canary(row)]
    assert plain["canaries"] == {"codes": 0, "rows": 0}
    assert asked["canaries"] == {"codes": 3, "rows": 21}
    assert len({row.reply for row in extra}) == 3
    assert len(train) - len(extra) == asked["splits"]["train"]["rows"]
    assert any("21 rows of train.jsonl that nobody wrote" in note for note in asked["notes"])
    assert not (tmp_path / "plain" / "canaries.jsonl").exists()
    build(tmp_path / "asked", log("a", chat()))  # a dataset with codes can be replaced


def test_what_a_reader_says_of_a_file_is_among_the_notes(tmp_path: Path) -> None:
    told = log("chat.txt", [Note("ambiguous dates read as dmy"), *chat()])

    manifest = build(tmp_path / "data", told)

    assert "chat.txt: ambiguous dates read as dmy" in manifest["notes"]


def test_the_manifest_says_whether_the_subject_agreed(tmp_path: Path) -> None:
    agreed = msgspec.structs.replace(config(), consent=True)
    assert build(tmp_path / "a", log("a", chat()), settings=agreed)["consent"] is True
    assert build(tmp_path / "b", log("a", chat()))["consent"] is False


def test_what_was_made_of_the_logs_is_not_read_as_logs_the_second_time(tmp_path: Path) -> None:
    write_chat(tmp_path / "crew.jsonl")
    run = tmp_path / "runs" / "20260102T030405Z-persona"
    (run / "checkpoints").mkdir(parents=True)
    (tmp_path / "runs" / "latest").write_text(run.name + "\n")
    for name in ("persona.toml", "started.json"):
        (run / name).write_text("{}")
    write_chat(run / "checkpoints" / "replies.jsonl")
    first, second = (
        ingest([tmp_path], out=tmp_path / "dataset", config=config(), now=NOW) for _ in range(2)
    )

    assert first["messages"] == second["messages"]
    assert first["data_sha256"] == second["data_sha256"]
    [note] = [note for note in second["notes"] if "persona wrote itself" in note]
    assert f"{tmp_path / 'dataset'} (a dataset), {tmp_path / 'runs'} (runs)" in note


def test_a_dataset_given_as_a_log_is_said_to_be_one(tmp_path: Path) -> None:
    build(tmp_path / "dataset", log("a", chat()))

    with pytest.raises(DataError, match="dataset: a dataset already"):
        ingest([tmp_path / "dataset"], out=tmp_path / "other", config=config(), now=NOW)


def test_in_a_packed_project_only_the_logs_are_read(tmp_path: Path) -> None:
    project = tmp_path / "project"
    run = project / "runs" / "20260102T030405Z-persona"
    run.mkdir(parents=True)
    (project / "logs").mkdir()
    write_chat(project / "logs" / "crew.jsonl")
    write_chat(run / "votes.jsonl")
    for path in (run / "persona.toml", run / "started.json"):
        path.write_text("{}")
    (run.parent / "latest").write_text(run.name)
    build(project / "dataset", log("a", chat()))
    settings = config()
    plain = ingest([project / "logs"], out=tmp_path / "a", config=settings, now=NOW)
    for kind in ("zip", "gztar"):
        packed = shutil.make_archive(str(tmp_path / kind), kind, tmp_path, "project")
        found = ingest([Path(packed)], out=tmp_path / "b", config=settings, now=NOW)

        assert found["messages"] == plain["messages"]
        [note] = [note for note in found["notes"] if "persona wrote itself" in note]
        assert f"{packed}/project/dataset (a dataset), {packed}/project/runs (runs)" in note


def test_an_archive_of_nothing_but_a_dataset_is_said_to_be_one(tmp_path: Path) -> None:
    build(tmp_path / "dataset", log("a", chat()))
    packed = shutil.make_archive(str(tmp_path / "data"), "zip", tmp_path / "dataset")

    with pytest.raises(DataError, match=r"wrote itself .* log: .*data.zip \(a dataset"):
        ingest([Path(packed)], out=tmp_path / "other", config=config(), now=NOW)


def write_chat(path: Path) -> None:
    path.write_bytes(b"".join(msgspec.json.encode(message) + b"\n" for message in chat()))
