"""The formats that can be read, one file each.

Adding one is a new file with a `FORMAT`, a line below, a sample in `samples/formats/` and a test.
"""

from ingest.format import Format
from ingest.formats import (
    aider,
    alpaca,
    chatgpt,
    chatlab,
    claude_ai,
    claude_code,
    codex,
    cursor_database,
    cursor_transcript,
    discord_html,
    discord_json,
    discord_package,
    discord_text,
    gemini_cli,
    google_chat,
    hangouts,
    imessage_database,
    imessage_html,
    imessage_text,
    kakaotalk,
    kakaotalk_csv,
    line,
    mail,
    matrix_json,
    matrix_text,
    meta,
    meta_html,
    openai_messages,
    qq_json,
    qq_text,
    sharegpt,
    signal_desktop,
    signal_plaintext,
    signal_sigexport,
    signal_sigtop,
    skype,
    slack,
    table,
    telegram,
    telegram_html,
    wechat_csv,
    wechat_json,
    whatsapp,
)
from persona.errors import ConfigError

FORMATS: tuple[Format, ...] = (
    signal_sigexport.FORMAT,
    matrix_text.FORMAT,
    whatsapp.FORMAT,
    telegram.FORMAT,
    telegram_html.FORMAT,
    discord_json.FORMAT,
    discord_text.CSV,
    discord_text.TEXT,
    discord_html.FORMAT,
    discord_package.FORMAT,
    slack.FORMAT,
    meta.FORMAT,
    line.FORMAT,
    kakaotalk.FORMAT,
    kakaotalk_csv.FORMAT,
    meta_html.FORMAT,
    imessage_database.FORMAT,
    imessage_html.FORMAT,
    imessage_text.FORMAT,
    wechat_csv.FORMAT,
    wechat_json.FORMAT,
    qq_text.FORMAT,
    qq_json.FORMAT,
    signal_plaintext.FORMAT,
    signal_sigtop.FORMAT,
    signal_desktop.FORMAT,
    chatlab.FORMAT,
    claude_code.FORMAT,
    chatgpt.FORMAT,
    claude_ai.FORMAT,
    codex.FORMAT,
    gemini_cli.FORMAT,
    aider.FORMAT,
    cursor_database.FORMAT,
    cursor_transcript.FORMAT,
    google_chat.FORMAT,
    hangouts.FORMAT,
    skype.FORMAT,
    matrix_json.FORMAT,
    mail.FORMAT,
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
