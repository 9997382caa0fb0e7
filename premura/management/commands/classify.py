"""premura classify"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandParser

from premura.management.lines import answer_lines
from premura.text.reading import Asked, Reading, read


class Line(msgspec.Struct):
    """One message as it comes in."""

    text: str
    id: Any = None
    lang: str | None = None
    network: str | None = None
    kind: str | None = None


class Command(BaseCommand):
    help = (
        "Read messages: JSON lines in (text, optional id, lang, network, kind), one line out for each, in order."
        " No database is needed."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--explain", action="store_true", help="add the reasons: words and rules that decided")
        parser.add_argument("--tier", type=int, choices=(1, 2), default=2, help="1 leaves the sentence vectors out")

    def handle(self, *args: Any, explain: bool, tier: int, **options: Any) -> None:
        answer_lines(Line, partial(_answers, tier, explain), self.stdout)


def _answers(tier: int, explain: bool, lines: Sequence[tuple[int, Line]]) -> list[object | None]:
    asked = [Asked(line.text, line.lang or "") for _, line in lines]
    found = read(asked, tier, explain)
    return [
        _answer(number if line.id is None else line.id, line.text, reading, explain)
        for (number, line), reading in zip(lines, found, strict=True)
    ]


def _answer(id_: Any, text: str, reading: Reading, explain: bool) -> dict[str, Any]:
    answer = {
        "id": id_,
        "language": {"code": reading.language.code, "confidence": reading.language.confidence},
        "sentiment": {"class": reading.sentiment, "score": reading.score},
        "emotions": reading.emotions,
        "intent": reading.intent,
        "intents": [{"name": name, "confidence": confidence} for name, confidence in reading.intents],
        "urgency": reading.urgency,
        "flags": reading.flags,
        "questions": [{"start": q.start, "end": q.end, "text": text[q.start : q.end]} for q in reading.questions],
        "personal_data": [{"start": p.start, "end": p.end, "kind": p.kind} for p in reading.personal_data],
        "abuse": {"level": reading.abuse, "hate": reading.hate},
        "version": reading.version,
    }
    return answer | ({"reasons": [_reason(text, reason) for reason in reading.reasons]} if explain else {})


def _reason(text: str, reason: Any) -> dict[str, Any]:
    said = {"of": reason.of, "by": reason.by}
    if reason.name:
        said["name"] = reason.name
    if reason.end:
        said |= {"start": reason.start, "end": reason.end, "text": text[reason.start : reason.end]}
    return said
