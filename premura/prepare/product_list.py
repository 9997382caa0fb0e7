"""A list of products as it is pasted, or comes out of a shop: one a line, its columns in the usual order or named."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_BYTES = 1_000_000
MOST_LINES = 2_000
COLUMNS = ("name", "words", "price", "link", "note")
CALLED: Mapping[str, str] = {
    **dict.fromkeys(("name", "product", "title", "nome", "prodotto", "titolo"), "name"),
    **dict.fromkeys(("words", "other words", "also called", "parole", "altre parole", "altri nomi"), "words"),
    **dict.fromkeys(("price", "prezzo"), "price"),
    **dict.fromkeys(("link", "url", "address", "indirizzo", "pagina"), "link"),
    **dict.fromkeys(("note", "notes", "nota", "descrizione", "description"), "note"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: its number, what it says whole, and what stands in its columns; None where it has none."""

    number: int
    text: str
    cells: Mapping[str, str] | None


def decoded(data: bytes) -> str:
    """Return the text of a file, as shops and spreadsheets save it: UTF-8, UTF-16 with its mark, or Windows' own."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def lines(text: str) -> tuple[str, list[Line]]:
    """Return the line that names the columns ('' where none does) and the others that say something, numbered from 1.

    The columns stand between semicolons or tabs; between commas only where the first line names the columns, because
    prices and other words have commas of their own.
    """
    said = [(number, line) for number, line in enumerate(text.replace("\0", "").splitlines(), 1) if line.strip()]
    if not said:
        return "", []
    first = said[0][1]
    between = next((sign for sign in "\t;" if sign in first), "," if _named(first, ",") else ";")
    named = _named(first, between)
    rest = said[bool(named) :]
    return first if named else "", [
        Line(number, line, _cells(line, between, named or COLUMNS)) for number, line in rest
    ]


def _named(first: str, between: str) -> list[str]:
    """Return the columns that a first line names, '' for one of no use here; none where it is a product already."""
    names = [CALLED.get(" ".join(cell.split()).casefold(), "") for cell in _row(first, between) or ()]
    return names if "name" in names and (len(names) == 1 or sum(map(bool, names)) > 1) else []


def _cells(line: str, between: str, columns: Sequence[str]) -> Mapping[str, str] | None:
    row = _row(line, between)
    if row is None or any(cell.strip() for cell in row[len(columns) :]):
        return None
    return {name: " ".join(cell.split()) for name, cell in zip(columns, row, strict=False) if name}


def _row(line: str, between: str) -> list[str] | None:
    """Return the columns of one line; None where a quotation mark is never closed.

    Line by line, so that such a mark never swallows the lines below it.
    """
    try:
        return next(csv.reader([line], delimiter=between, skipinitialspace=True, strict=True))
    except (csv.Error, StopIteration):
        return None
