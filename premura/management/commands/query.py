"""premura query"""

import unicodedata
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser

from premura.management.lines import answer_lines
from premura.text.query import Listener, Query, QueryError, parse
from premura.text.query_page import merged

SHOWN = 36  # characters on either side of the place where a query is wrong


class Line(msgspec.Struct):
    """One message as it comes in."""

    text: str
    id: Any = None
    lang: str | None = None
    network: str | None = None


class Command(BaseCommand):
    help = (
        "Find the messages that a listening query matches: JSON lines in (text, optional id, lang, network), one line"
        " out for each that matches.  docs/listening-queries.md explains what can be asked."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("query", nargs="*", metavar="QUERY", help="one that begins with - goes after --")
        parser.add_argument("--queries", metavar="FILE", help="one query a line, each may have `id<TAB>` before it")

    def handle(self, *args: Any, query: Sequence[str], queries: str | None, **options: Any) -> None:
        asked = {source: _parsed(source) for source in query}
        if queries:
            asked |= _from_file(queries)
        if not asked:
            raise CommandError("There is no query: premura query 'QUERY' < in.jsonl", returncode=2)
        several = len(query) > 1 or queries is not None
        listener = Listener(asked)
        answer_lines(Line, partial(_answers, listener, asked, several), self.stdout)


def _answers(
    listener: Listener[str], asked: dict[str, Query], several: bool, lines: Sequence[tuple[int, Line]]
) -> list[object | None]:
    given = [line for _, line in lines]
    langs, networks = [line.lang or "" for line in given], [line.network or "" for line in given]
    found = listener.match_many([line.text for line in given], langs, networks)
    return [_answer(number, line, ids, asked, several) for (number, line), ids in zip(lines, found, strict=True)]


def _answer(
    number: int, line: Line, ids: Sequence[str], asked: dict[str, Query], several: bool
) -> dict[str, Any] | None:
    if not ids:
        return None
    answer = {"id": number if line.id is None else line.id, "matches": _matches(line, [asked[n] for n in ids])}
    return answer | ({"queries": ids} if several else {})


def _matches(line: Line, queries: Sequence[Query]) -> list[dict[str, Any]]:
    matches = (query.matches(line.text, line.lang or "", line.network or "") for query in queries)
    stretches = merged(stretch for match in matches if match for stretch in match.stretches)
    return [{"start": start, "end": end, "text": line.text[start:end]} for start, end in stretches]


def _from_file(name: str) -> dict[str, Query]:
    try:
        lines = Path(name).read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeError) as error:
        raise CommandError(f"{name} cannot be read: {error}", returncode=2) from error
    found: dict[str, Query] = {}
    for number, line in enumerate(lines, 1):
        name_, tab, source = line.rstrip("\r").partition("\t")
        if not line.strip():
            continue
        key, source = (name_.strip(), source) if tab else (line.strip(), line.strip())
        if key in found and tab:
            raise CommandError(f"{name}, line {number}: {key} is there twice", returncode=2)
        found[key] = _parsed(source, f"{name}, line {number}: ")
    return found


def _parsed(source: str, where: str = "") -> Query:
    try:
        return parse(source)
    except QueryError as error:
        raise CommandError(f"{where}{error}\n{pointed(error, source)}", returncode=2) from error


def pointed(error: QueryError, source: str) -> str:
    """Return the query, or the part around the place, with carets under what is wrong."""
    begin, end = max(0, error.start - SHOWN), min(len(source), max(error.end, error.start + 1) + SHOWN)
    end = min(end, error.start + 2 * SHOWN)
    shown = "".join(c if c.isprintable() else " " for c in source[begin:end])
    before = "…" * (begin > 0)
    indent = len(before) + _width(shown[: error.start - begin])
    carets = max(1, _width(shown[error.start - begin : error.end - begin]))
    return f"  {before}{shown}{'…' * (end < len(source))}\n  {' ' * indent}{'^' * carets}"


def _width(text: str) -> int:
    # Emoji take two columns, accents written apart none.
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 or unicodedata.category(c) == "Cf" for c in text)
