"""Tables to take along, as CSV: row by row, and harmless in whatever opens them."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

MARK = "\ufeff"  # tells a spreadsheet that it is UTF-8
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet would carry out


class _Line:
    """What the writer of CSV writes to: it hands the line back."""

    def write(self, line: str) -> str:
        return line


def table(rows: Iterable[Sequence[Any]], name: str) -> StreamingHttpResponse:
    """Return rows as a file to download, the first of them the headings; they are asked for as it is read."""
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def harmless(value: Any) -> Any:
    """Return a value with an apostrophe before it where a spreadsheet would take it for a formula.

    >>> harmless("=1+1"), harmless("1+1"), harmless(-1)
    ("'=1+1", '1+1', -1)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value


def _lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer, begin = csv.writer(_Line()), MARK
    for row in rows:
        yield begin + writer.writerow([harmless(value) for value in row])
        begin = ""
