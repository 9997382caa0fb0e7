"""The guard while somebody types: findings, their questions as ticks, and what a passer-by would see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from premura import access
from premura.access import Act
from premura.guard.contract import NEVER, Finding, Severity
from premura.interact import guard, guard_words, signing
from premura.interact import reply as replying
from premura.interact.seen import Seen
from premura.web import hints

MOST_CHARACTERS = 20_000
LONGEST_STRETCH = 80


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding as it stands on the screen."""

    rule: str
    severity: str
    kind: str
    why: str
    stretch: str
    start: int
    end: int
    fix: str | None
    fix_words: str
    may_override: bool
    reason: str = ""


@login_required
@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/guard/ with the fields of the reply's form: nothing is kept, nothing is sent"""
    _standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    text = request.POST.get("text", "")[:MOST_CHARACTERS]
    private = request.POST.get("way") == "private"
    if not text.strip():
        return render(request, "guard/_findings.html", {"says": ""})
    given = of_form(request, conversation) | {"private": private, "to": answered(request, conversation)}
    found = guard.look(conversation, text, request.user, **given)
    later = set(request.POST.getlist("answered_later"))
    questions = [{"text": q.text, "answered": q.answered, "later": q.text in later} for q in found.questions]
    channel, signed = conversation.channel, signing.signed(text, signing.of_a_lead(conversation, request.user))
    preview = None if private or conversation.private else {
        "name": channel.name, "handle": channel.handle, "parts": replying.as_shown(channel, signed),
    }  # fmt: skip
    under = hints.given(conversation, text, found, private=private, to=given["to"], reason=given["way_reason"])
    given = under | {
        "findings": shown(found.findings, text, request.POST), "questions": questions, "preview": preview,
        "says": summary(found.findings),
    }  # fmt: skip
    return render(request, "guard/_findings.html", given)


def of_form(request: HttpRequest, conversation: Any) -> dict[str, Any]:
    """Return what the reply's form says besides its text, as `interact.guard.look` takes it."""
    post, zone = request.POST, ZoneInfo(conversation.brand.time_zone)
    edits = post.get("edits", "")
    return {
        "way_reason": post.get("private_reason") == "1",
        "our_mistake": post.get("our_mistake") == "1",
        "promised_for": _time(post.get("promised_for", ""), zone),
        "answered_later": tuple(post.getlist("answered_later")[:20]),
        "seen": Seen.of(post.get("looked") or post["seen"]) if post.get("seen") else None,
        "begun_at": _time(post.get("begun_at", ""), zone),
        "edits": int(edits) if edits.isascii() and edits.isdigit() and len(edits) < 6 else 0,
    }


def answered(request: HttpRequest, conversation: Any) -> Any:
    """Return the message that the form answers, where it names one of this conversation."""
    to = request.POST.get("to", "")
    if not (to.isascii() and to.isdigit() and len(to) < 16):
        return None
    return conversation.messages.filter(pk=int(to), identity__isnull=False).first()


def shown(findings: Sequence[Finding], text: str, post: Any = None, *, may_override: bool = True) -> list[Shown]:
    """Return the findings as the screen shows them; what the form already gives as a reason stays in it."""
    kinds = {
        Severity.BLOCK: _("Stops"), Severity.WARN: _("Careful"), Severity.HINT: _("Hint"), Severity.DELAY: _("Waits"),
    }  # fmt: skip
    return [
        Shown(
            found.rule, str(found.severity), kinds[found.severity], guard_words.words(found),
            _stretch(found, text), found.start, found.end, found.fix, guard_words.fix(found),
            may_override and _gives_way(found),
            (post or {}).get(f"override-{found.rule}", ""),
        )
        for found in findings
    ]  # fmt: skip


def _gives_way(found: Finding) -> bool:
    return found.severity in (Severity.BLOCK, Severity.WARN) and found.rule not in NEVER | {"collision"}


def summary(findings: Sequence[Finding]) -> str:
    """Return one line for who hears the screen; "" when all is well."""
    stops = sum(found.severity == Severity.BLOCK for found in findings)
    if stops:
        return ngettext("%(n)s thing stops this reply.", "%(n)s things stop this reply.", stops) % {"n": stops}
    warns = sum(found.severity == Severity.WARN for found in findings)
    return ngettext("%(n)s thing to look at.", "%(n)s things to look at.", warns) % {"n": warns} if warns else ""


def _stretch(found: Finding, text: str) -> str:
    """Return the words that are meant; nothing where it is the whole draft."""
    words = text[found.start : found.end].strip()
    if words == text.strip():
        return ""
    return words if len(words) <= LONGEST_STRETCH else words[: LONGEST_STRETCH - 1] + "…"


def _time(given: str, zone: ZoneInfo) -> datetime | None:
    try:
        found = parse_datetime(given)
    except ValueError:
        return None
    return found.replace(tzinfo=zone) if found and found.tzinfo is None else found
