"""One name for each QQ account, however often its nickname changes."""

import re

_TITLES = re.compile(r"^(?:【[^】]*】\s*)+(?=\S)")


class Accounts:
    """The name under which each account was first seen; two accounts never share one."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.taken: set[str] = set()

    def name(self, account: str, shown: str) -> str:
        """The sender for a message of `account` (its number or mail address, empty if unknown)."""
        shown = _TITLES.sub("", shown).strip()
        if not account:
            return shown
        if account in self.names:
            return self.names[account]
        if shown in ("", account):
            return account
        name = f"{shown} ({account})" if shown in self.taken else shown
        self.taken.add(name)
        self.names[account] = name
        return name
