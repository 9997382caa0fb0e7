"""premura guard"""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from premura.guard.check import check_many
from premura.guard.contract import Context, Draft, Finding, is_ok
from premura.interact.guard_words import words
from premura.management.lines import answer_lines


class About(msgspec.Struct):
    """What is known besides the words."""

    public_answer_exists: bool | None = False
    our_mistake: bool | None = False
    handover_attached: bool | None = False
    promise_attached: bool | None = False
    customer_asked_for_phone: bool | None = False
    recent_replies: list[str] | None = None
    internal_facts: list[str] | None = None


class Line(msgspec.Struct):
    """One draft as it comes in; with `post`, one of ours that answers nobody."""

    text: str
    id: Any = None
    lang: str | None = None
    customer_text: str | None = None
    customer_lang: str | None = None
    network: str | None = None
    public: bool | None = True
    context: About | None = None
    post: bool | None = False


class Command(BaseCommand):
    help = (
        "Check drafts: JSON lines in (text, optional lang, customer_text, customer_lang, network, public, context,"
        " post, id), one line out for each, in order. No database is needed."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lang", choices=("it", "en"), default="en", help="the language of “why”")

    def handle(self, *args: Any, lang: str, **options: Any) -> None:
        with translation.override(lang):
            answer_lines(Line, _answers, self.stdout)


def _answers(lines: Sequence[tuple[int, Line]]) -> list[object | None]:
    found = check_many([_asked(line) for _, line in lines])
    return [_answer(line, findings) for (_, line), findings in zip(lines, found, strict=True)]


def _asked(line: Line) -> tuple[Draft, Context]:
    about = line.context or About()
    context = Context(
        bool(about.public_answer_exists), bool(about.our_mistake), bool(about.handover_attached),
        bool(about.promise_attached), bool(about.customer_asked_for_phone),
        tuple(about.recent_replies or ()), tuple(about.internal_facts or ()),
    )  # fmt: skip
    draft = Draft(
        line.text, line.lang or "", line.customer_text or "", line.customer_lang or "", (line.network or "").lower(),
        line.public is not False, bool(line.post),
    )  # fmt: skip
    return draft, context


def _answer(line: Line, findings: tuple[Finding, ...]) -> dict[str, Any]:
    said = [
        {"rule": f.rule, "severity": f.severity, "start": f.start, "end": f.end, "why": words(f), "fix": f.fix}
        for f in findings
    ]
    return ({} if line.id is None else {"id": line.id}) | {"ok": is_ok(findings), "findings": said}
