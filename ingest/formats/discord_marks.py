"""Discord's marks in a text that was not rendered, as the app shows them.

    <@!123456789012345678> nice <:wave:234567890123456789>     ->     @ann nice :wave:

They stand in data packages and in exports made with `--markdown false`. A number in one says who
is meant only to Discord: whoever the export does not name is '@someone'.
"""

import re
from collections.abc import Mapping

_MARK = re.compile(r"<(?:(@!?|@&|#)(\d+)|a?(:\w+:)\d+)>")
_UNKNOWN = {"@": "@someone", "@!": "@someone", "@&": "@role", "#": "#channel"}


def plain(text: str, names: Mapping[str, str]) -> str:
    """`text` with its marks as they are shown. names: of accounts, by number."""

    def shown(mark: re.Match[str]) -> str:
        kind, number, emoji = mark.groups()
        if emoji:
            return emoji
        known = names.get(number) if kind in ("@", "@!") else None
        return f"@{known}" if known else _UNKNOWN[kind]

    return _MARK.sub(shown, text) if "<" in text else text
