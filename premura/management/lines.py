"""JSON lines in, JSON lines out: what the commands that read a stream of messages share."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, TextIO, TypeVar

import msgspec

AT_ONCE = 1 << 18
T = TypeVar("T")
Answer = Callable[[Sequence[tuple[int, T]]], Sequence[object | None]]


def answer_lines(kind: type[T], answer: Answer[T], out: TextIO) -> None:
    """Read standard input, line by line, and write to `out` what `answer` makes of it, in order, until it ends.

    Takes    the shape of a line; a function from numbered lines (a batch of them) to one answer each, None for none.
    A line that cannot be read becomes {"line": its number, "error": why}, and the rest goes on.  An empty line
    is passed over.  Memory does not grow with the length of the stream.
    """
    decode = msgspec.json.Decoder(kind).decode
    try:
        for batch in _batches(sys.stdin.buffer):
            read = [(number, _read(raw.removeprefix(b"\xef\xbb\xbf"), decode)) for number, raw in batch if raw.strip()]
            good = [(number, line) for number, line in read if not isinstance(line, _Wrong)]
            answers = iter(answer(good))
            for number, line in read:
                said = {"line": number, "error": line.why} if isinstance(line, _Wrong) else next(answers)
                if said is not None:
                    out.write(msgspec.json.encode(said).decode() + "\n")
            out.flush()
    except BrokenPipeError:
        # Whoever read us (head, less) has seen enough; Python must not complain of it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Wrong(msgspec.Struct):
    why: str


def _read(raw: bytes, decode: Callable[[bytes], T]) -> T | _Wrong:
    try:
        return decode(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        return _Wrong(str(error) or type(error).__name__)


def _batches(stream: BinaryIO) -> Iterator[list[tuple[int, bytes]]]:
    """Yield numbered lines as they come: many at once from a file, one at once from a slow pipe."""
    rest: list[bytes] = []
    number = 1
    while piece := stream.read1(AT_ONCE):  # type: ignore[attr-defined]
        whole, newline, tail = piece.rpartition(b"\n")
        if newline:
            lines = b"".join([*rest, whole]).split(b"\n")
            yield list(enumerate(lines, number))
            number += len(lines)
            rest = []
        rest.append(tail)
    if any(rest):
        yield [(number, b"".join(rest))]
