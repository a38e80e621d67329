"""The rows of a table with a header, whatever parts its columns: comma, semicolon or tab."""

import csv
from collections.abc import Iterator, Mapping
from typing import Any

from ingest.detect import header_line
from ingest.source import Source
from ingest.text import lines

LONGEST_CELL = 4 << 20


def csv_rows(source: Source, head: str) -> Iterator[dict[str, Any] | None]:
    """Every row by the folded names of its columns; None for a damaged one. head: its text."""
    first = header_line(head)
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(LONGEST_CELL)
    text = (line.replace("\0", "") + "\n" for line in lines(source))
    if not head.lstrip("\ufeff").startswith(first):
        next(text, None)  # Excel's mark
    table = csv.DictReader(text, delimiter=delimiter)
    while True:
        try:
            row = next(table, None)
        except csv.Error:
            yield None
            continue
        if row is None:
            return
        yield folded({key: value for key, value in row.items() if isinstance(key, str)})


def folded(row: Mapping[str, Any]) -> dict[str, Any]:
    """`row` with its keys in lower case and without blanks around them."""
    return {str(key).strip().casefold(): value for key, value in row.items()}
