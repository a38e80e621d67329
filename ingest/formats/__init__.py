"""The formats that can be read, one file each.

Adding one is a new file with a `FORMAT`, a line below, a sample in `samples/formats/` and a test.
"""

from ingest.format import Format
from ingest.formats import (
    alpaca,
    claude_code,
    discord_json,
    discord_package,
    discord_text,
    kakaotalk,
    kakaotalk_csv,
    line,
    meta,
    openai_messages,
    sharegpt,
    signal_plaintext,
    signal_sigexport,
    slack,
    table,
    telegram,
    whatsapp,
)
from persona.errors import ConfigError

FORMATS: tuple[Format, ...] = (
    signal_sigexport.FORMAT,
    whatsapp.FORMAT,
    telegram.FORMAT,
    discord_json.FORMAT,
    discord_text.CSV,
    discord_text.TEXT,
    discord_package.FORMAT,
    slack.FORMAT,
    meta.FORMAT,
    line.FORMAT,
    kakaotalk.FORMAT,
    kakaotalk_csv.FORMAT,
    signal_plaintext.FORMAT,
    claude_code.FORMAT,
    sharegpt.FORMAT,
    openai_messages.FORMAT,
    alpaca.FORMAT,
    table.FORMAT,
)


def format_named(name: str) -> Format:
    """The format of that name. Raises ConfigError with the known ones."""
    for known in FORMATS:
        if known.name == name:
            return known
    names = ", ".join(sorted(known.name for known in FORMATS))
    raise ConfigError(f"--format {name}: no such format; known: {names}")
