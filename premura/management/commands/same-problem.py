"""premura same-problem"""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.core.management.base import BaseCommand

from premura.management.lines import answer_lines
from premura.text.similarity import same_problem

MOST = 256  # pairs judged at once, so that a long file does not fill the memory


class Pair(msgspec.Struct):
    """Two messages as they come in."""

    a: str
    b: str
    id: Any = None


class Command(BaseCommand):
    help = (
        "Do two messages tell the same problem, in other words or another language?  JSON lines in (a, b, optional id),"
        " one line out for each: score from 0 to 1, same, and why."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        answer_lines(Pair, _answers, self.stdout)


def _answers(lines: Sequence[tuple[int, Pair]]) -> list[object | None]:
    out: list[object | None] = []
    for start in range(0, len(lines), MOST):
        some = [pair for _, pair in lines[start : start + MOST]]
        verdicts = same_problem([(pair.a, pair.b) for pair in some])
        out += [_line(pair.id, verdict) for pair, verdict in zip(some, verdicts, strict=True)]
    return out


def _line(key: Any, verdict: Any) -> dict[str, Any]:
    named = {} if key is None else {"id": key}
    return named | {"score": verdict.score, "same": verdict.same, "why": verdict.why}
