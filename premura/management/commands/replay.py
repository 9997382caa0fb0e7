"""premura replay"""

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser

from premura.listen.patterns.pile_on import Event, Watch
from premura.listen.patterns.pile_on_words import LANGUAGES, reason
from premura.management.lines import answer_lines
from premura.text.reading import Asked, Reading, read

UNHAPPY = -0.2  # how it must sound for a complaint to count: “mine came yesterday” is none


class Line(msgspec.Struct):
    """One thing that somebody did to an item.  With no `negative`, the text is read; with neither, it is harmless."""

    t_seconds: float
    kind: Literal["comment", "reply", "like", "share"]
    trace: str | int | None = None
    author: str | int | None = None
    text: str | None = None
    negative: bool | None = None


class Command(BaseCommand):
    help = (
        "Replay what happened under posts and say when many people turned against one of them: JSON lines in (trace,"
        " t_seconds, kind, author, optional text, negative), one line out for each alarm. No database is needed."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pile-on", action="store_true", help="look for pile-ons")
        parser.add_argument("--lang", choices=LANGUAGES, default="en", help="the language of “reason”")

    def handle(self, *args: Any, pile_on: bool, lang: str, **options: Any) -> None:
        if not pile_on:
            raise CommandError("Say what to look for: premura replay --pile-on < trace.jsonl")
        traces: dict[Any, list[Event]] = {}
        answer_lines(Line, partial(_keep, traces), self.stderr)
        for trace, events in traces.items():
            watch = Watch()
            for event in sorted(events, key=lambda event: event.t):
                if alarm := watch.take(event):
                    said = {"trace": trace, "t_seconds": event.t, "reason": reason(alarm, lang)}
                    self.stdout.write(msgspec.json.encode(said).decode())


def _keep(traces: dict[Any, list[Event]], lines: Sequence[tuple[int, Line]]) -> list[object | None]:
    """Put the lines into their traces, and answer nothing yet: their order in time is known at the end."""
    unread = [(number, line.text) for number, line in lines if line.negative is None and line.text]
    readings = read([Asked(text) for _, text in unread], explain=False) if unread else []
    critical = {number for (number, _), reading in zip(unread, readings, strict=True) if is_critical(reading)}
    for number, line in lines:
        author = "" if line.author is None else str(line.author)
        negative = number in critical if line.negative is None else line.negative
        traces.setdefault(line.trace, []).append(Event(line.t_seconds, line.kind, author, negative))
    return [None] * len(lines)


def is_critical(reading: Reading) -> bool:
    """Return whether a message adds a voice against us: it is negative, complains, is sarcastic or abusive.

    >>> from types import SimpleNamespace as Read
    >>> is_critical(Read(sentiment="neutral", intent="complaint", score=-0.1, abuse=0, flags=("me_too",)))
    False
    """
    return (
        reading.sentiment == "negative"
        or (reading.intent == "complaint" and reading.score < UNHAPPY)
        or reading.abuse > 0
        or "sarcasm" in reading.flags
    )
