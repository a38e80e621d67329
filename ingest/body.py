"""The text of one message, put together line by line."""

LONGEST_TEXT = 1 << 20
"""Characters of one message, at most; what goes on after that nobody typed."""


class Body:
    """The lines of one message."""

    def __init__(self, first: str) -> None:
        self.lines = [first]
        self.size = len(first)

    def add(self, line: str) -> None:
        """Takes another line; leaves it out of a text that is too long already."""
        if self.size < LONGEST_TEXT:
            self.lines.append(line)
            self.size += len(line) + 1

    @property
    def text(self) -> str:
        """The text, without the empty lines that an export puts behind it."""
        return "\n".join(self.lines).rstrip("\n")
