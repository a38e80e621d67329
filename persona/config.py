"""persona.toml to a frozen `Config` and back; `--set section.key=value` on top.

The description beside each field is its documentation: `persona config` prints it. Precedence:
`--set` and options > the file of `--config` (or ./persona.toml) > the defaults below.
"""

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from persona.errors import ConfigError
from persona.setting_errors import in_words
from persona.setting_tables import override, read_table, without_unset

FILE_NAME = "persona.toml"

Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=1)]
Positive = Annotated[float, Meta(gt=0)]


def about(description: str) -> Meta:
    """What a setting means, with its unit."""
    return Meta(description=description)


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A table of persona.toml."""


class IngestConfig(Section, frozen=True, kw_only=True):
    """[ingest]: logs to a dataset."""

    subject: Annotated[tuple[str, ...], about("names of the person to imitate")] = ()
    gap_minutes: Annotated[
        Annotated[int, Meta(ge=1, le=360)] | None,
        about("silence that ends a conversation, in minutes; unset: by each chat's own gaps"),
    ] = None
    max_turns: Annotated[Count, about("turns of context before a reply, at most")] = 20
    max_characters: Annotated[Count, about("characters of context before a reply, at most")] = 6000
    max_reply_characters: Annotated[Count, about("longer replies are dropped, in characters")] = (
        4000
    )
    redact: Annotated[bool, about("replace mails, numbers, links and secrets by placeholders")] = (
        True
    )
    pseudonyms: Annotated[bool, about("call the partners Person_1, Person_2, ... everywhere")] = (
        False
    )
    keep_media: Annotated[bool, about("keep media-only messages as a placeholder")] = False
    date_order: Annotated[
        Literal["auto", "dmy", "mdy", "ymd"], about("day and month order of ambiguous dates")
    ] = "auto"
    canaries: Annotated[
        int, Meta(ge=0, le=300), about("made-up codes planted in train to measure memorising")
    ] = 0
    assistant_side: Annotated[
        Literal["person", "assistant"], about("which side of an assistant log is the subject")
    ] = "person"


class TrainConfig(Section, frozen=True, kw_only=True):
    """[train]: a dataset to an adapter."""

    base: Annotated[str, about("auto, tiny, a folder or a hub id of a causal chat model")] = "auto"
    backend: Annotated[Literal["auto", "hf", "unsloth"], about("library that trains")] = "auto"
    quantization: Annotated[
        Literal["auto", "none", "nf4", "int8"], about("how the base is held in memory")
    ] = "auto"
    learning_rate: Annotated[Positive | None, about("peak rate of AdamW; unset: by preset")] = None
    epochs: Annotated[Positive | None, about("passes over train.jsonl; unset: by preset")] = None
    lora_r: Annotated[Count | None, about("rank of the adapter; unset: by preset")] = None
    lora_alpha: Annotated[Count | None, about("scale numerator; unset: by preset")] = None
    lora_dropout: Annotated[Share | None, about("dropout on adapter inputs; unset: by preset")] = (
        None
    )
    max_length: Annotated[
        Count | None, about("tokens of one example, at most; unset: 512, on a large GPU 2048")
    ] = None
    batch_size: Annotated[Count | None, about("examples per optimizer step; unset: by preset")] = (
        None
    )
    warmup_ratio: Annotated[Share, about("share of the steps over which the rate rises")] = 0.05
    weight_decay: Annotated[float, Meta(ge=0), about("AdamW weight decay")] = 0.01
    patience: Annotated[Count, about("evaluations without a better loss before stopping")] = 3


class EvalConfig(Section, frozen=True, kw_only=True):
    """[eval]: a run and its held-out split to a report."""

    arms: Annotated[
        tuple[Literal["base", "prompt", "retrieval", "adapter"], ...], about("what is compared")
    ] = ("base", "prompt", "retrieval", "adapter")
    max_contexts: Annotated[Count, about("held-out contexts answered by each arm, at most")] = 200
    half_samples: Annotated[Count, about("half-samples behind each interval")] = 200


class ChatConfig(Section, frozen=True, kw_only=True):
    """[chat]: how replies are drawn, here, in the page and in the evaluation."""

    temperature: Annotated[float, Meta(ge=0), about("0 takes the likeliest token")] = 0.7
    top_p: Annotated[Positive, Meta(le=1), about("nucleus of the distribution sampled from")] = 0.9
    max_new_tokens: Annotated[Count, about("tokens of one reply, at most")] = 120


class AppConfig(Section, frozen=True, kw_only=True):
    """[app]: the web page."""

    host: Annotated[str, about("address to listen on; other than loopback needs --consent")] = (
        "127.0.0.1"
    )
    port: Annotated[int, Meta(ge=0, le=65535), about("0 takes a free one")] = 7860


class Config(Section, frozen=True, kw_only=True):
    """All of persona.toml."""

    seed: Annotated[int, about("seed of everything that is drawn")] = 0
    consent: Annotated[bool, about("the person imitated has agreed; recorded, also --consent")] = (
        False
    )
    people: Annotated[
        dict[str, tuple[str, ...]], about("main name = the other names of the same person")
    ] = msgspec.field(default_factory=dict)
    ingest: IngestConfig = IngestConfig()
    train: TrainConfig = TrainConfig()
    eval: EvalConfig = EvalConfig()
    chat: ChatConfig = ChatConfig()
    app: AppConfig = AppConfig()


def load_config(path: Path | None = None, *, overrides: Iterable[str] = ()) -> Config:
    """The settings of `path` (or ./persona.toml if there is one), with `section.key=value` on top.

    Raises ConfigError for a file that cannot be read, an unknown key (with the nearest known one)
    or a value that does not fit.
    """
    table = read_table(path) if path else _read_default()
    config = parse_config(table, source=str(path or FILE_NAME))
    for setting in overrides:
        override(table, setting)
        config = parse_config(table, source=f"--set {setting}")
    return config


def parse_config(table: Mapping[str, Any], *, source: str) -> Config:
    """A Config from parsed TOML. Raises ConfigError naming `source` and the key."""
    _refuse_unknown_keys(table, source=source)
    try:
        return msgspec.convert(table, Config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{source}: {in_words(error, Config)}") from None


def with_settings(config: Config, changes: Mapping[str, Any]) -> Config:
    """`config` with some values replaced: by key, or by section and key; None leaves a value.

    Raises ConfigError for a value that does not fit.
    """
    table = without_unset(msgspec.to_builtins(config))
    for name, value in changes.items():
        if isinstance(value, Mapping):
            table[name].update({key: new for key, new in value.items() if new is not None})
        elif value is not None:
            table[name] = value
    return parse_config(table, source="command line")


def dump_config(config: Config) -> str:
    """`config` as TOML; unset settings are left out."""
    import tomli_w

    table = msgspec.to_builtins(config)
    return tomli_w.dumps(without_unset(table))


def _read_default() -> dict[str, Any]:
    path = Path(FILE_NAME)
    return read_table(path) if path.is_file() else {}


def _refuse_unknown_keys(table: Mapping[str, Any], *, source: str) -> None:
    sections = {field.name: field.default for field in msgspec.structs.fields(Config)}
    for name, value in table.items():
        _refuse_unknown(name, sections, where=f"{source}: ")
        section = sections[name]
        if isinstance(section, Section) and isinstance(value, dict):
            known = section.__struct_fields__
            for key in value:
                _refuse_unknown(key, known, where=f"{source}: [{name}] ")


def _refuse_unknown(name: str, known: Iterable[str], *, where: str) -> None:
    known = list(known)
    if name in known:
        return
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
    raise ConfigError(f"{where}unknown setting '{name}'; {hint}")
