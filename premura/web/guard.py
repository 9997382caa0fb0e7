"""The guard while somebody types: findings, their questions as ticks, and what a passer-by would see."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from premura import access
from premura.access import Act
from premura.guard.contract import NEVER, Finding, Severity
from premura.interact import approvals, drafts, guard, guard_words, signing
from premura.interact import reply as replying
from premura.interact.seen import Seen
from premura.web import hints
from premura.web.times import time_of

MOST_CHARACTERS = 20_000
LONGEST_STRETCH = 80
OVERRIDES = "override-"


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
    agrees: str = ""  # who must, besides the reason: a lead, or another where the author is one; "": nobody


@login_required
@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/guard/ with the fields of the reply's form: nothing is kept, nothing is sent"""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    text = words(request)
    private = request.POST.get("way") == "private"
    if not text.strip():
        return render(request, "guard/_findings.html", {"says": ""})
    line = drafts.line_of_a_run(conversation, standing.agent, _number(request.POST.get("draft", "")))
    given = of_form(request, conversation) | {
        "private": private, "to": answered(request, conversation), "known_issue": line is not None,
    }  # fmt: skip
    found = guard.look(conversation, text, request.user, **given)
    later = set(request.POST.getlist("answered_later"))
    questions = [{"text": q.text, "answered": q.answered, "later": q.text in later} for q in found.questions]
    preview = None if private or conversation.private else _preview(request, conversation, text)
    under = hints.given(conversation, text, found, private=private, to=given["to"], reason=given["way_reason"])
    given = under | {
        "findings": shown(found.findings, text, request.POST, a_lead=standing.may(Act.APPROVE)),
        "questions": questions, "preview": preview, "says": summary(found.findings),
    }  # fmt: skip
    return render(request, "guard/_findings.html", given)


def _preview(request: HttpRequest, conversation: Any, text: str) -> dict[str, Any]:
    """Return what a passer-by would see: which account says it, and in what words."""
    channel = voice(request, conversation) or conversation.channel
    signed = signing.sign(conversation, request.user, text)  # type: ignore[arg-type]
    return {"name": channel.name, "handle": channel.handle, "parts": replying.as_shown(channel, signed)}


def words(request: HttpRequest) -> str:
    """Return the text of the form as it was typed: forms give line ends back in their own way, and they would count."""
    return request.POST.get("text", "").replace("\r\n", "\n")[:MOST_CHARACTERS]


def way(request: HttpRequest) -> str:
    """Return who is to read it: public or private; or what else the form says."""
    return "public" if "for_all" in request.POST else request.POST.get("way", "public")


def leaves_private(request: HttpRequest) -> bool:
    """Whether words that were written in private would become public, and nobody said that everybody may read them."""
    return request.POST.get("stands") == "private" and way(request) == "public" and "for_all" not in request.POST


def voice(request: HttpRequest, conversation: Any) -> Any:
    """Return another handle of ours that was chosen and can say it in public; None: the conversation's own."""
    chosen = request.POST.get("voice", "")
    if request.POST.get("way") == "private" or chosen in ("", str(conversation.channel_id)):
        return None
    return next((one for one in replying.voices(conversation) if chosen == str(one.pk)), None)


def of_form(request: HttpRequest, conversation: Any) -> dict[str, Any]:
    """Return what the reply's form says besides its text, as `interact.guard.look` takes it."""
    post, zone = request.POST, ZoneInfo(conversation.brand.time_zone)
    edits = post.get("edits", "")
    return {
        "way_reason": post.get("private_reason") == "1",
        "our_mistake": post.get("our_mistake") == "1",
        "promised_for": time_of(post.get("promised_for", ""), zone),
        "answered_later": tuple(post.getlist("answered_later")[:20]),
        "seen": Seen.of(post.get("looked") or post["seen"]) if post.get("seen") else None,
        "begun_at": time_of(post.get("begun_at", ""), zone),
        "edits": int(edits) if edits.isascii() and edits.isdigit() and len(edits) < 6 else 0,
    }


def answered(request: HttpRequest, conversation: Any) -> Any:
    """Return the message that the form answers, where it names one of this conversation."""
    to = _number(request.POST.get("to", ""))
    return conversation.messages.filter(pk=to, identity__isnull=False).first() if to is not None else None


def shown(
    findings: Sequence[Finding], text: str, post: Any = None, *, may_override: bool = True, a_lead: bool = False
) -> list[Shown]:
    """Return the findings as the screen shows them; what the form already gives as a reason stays in it.

    A reason is asked for once a rule, however often it speaks; `a_lead`: its author is one.
    """
    kinds, given = guard_words.kinds(), reasons(post or {})
    asks: dict[str, int] = {}
    for n, found in enumerate(findings):
        if may_override and _gives_way(found):
            asks.setdefault(found.rule, n)
    return [
        Shown(
            found.rule, str(found.severity), kinds[found.severity], guard_words.words(found),
            _stretch(found, text), found.start, found.end, found.fix, guard_words.fix(found),
            asks.get(found.rule) == n, given.get(found.rule, ""), _agrees(found, a_lead),
        )
        for n, found in enumerate(findings)
    ]  # fmt: skip


def _agrees(found: Finding, a_lead: bool) -> str:
    if found.severity != Severity.BLOCK or not approvals.second_agrees(found.rule, a_lead=a_lead):
        return ""
    return "another" if a_lead else "lead"


def _gives_way(found: Finding) -> bool:
    return found.severity in (Severity.BLOCK, Severity.WARN) and found.rule not in NEVER | {"collision"}


def reasons(post: Any) -> dict[str, str]:
    """Return for each rule why it is to be sent all the same: of several fields, the first that is filled."""
    every = post.getlist if hasattr(post, "getlist") else lambda name: [post[name]]
    names = [name for name in post if name.startswith(OVERRIDES)]
    return {name.removeprefix(OVERRIDES): next(filter(str.strip, map(str, every(name))), "") for name in names}


def summary(findings: Sequence[Finding]) -> str:
    """Return what speaks against it, by name, for who hears the screen: "Stops: insult (2)."; "" when all is well."""
    said = []
    for severity, kind in guard_words.kinds().items():
        here = [found for found in findings if found.severity == severity]
        if severity == Severity.DELAY:
            said += [f"{kind}: {why}" for why in dict.fromkeys(guard_words.words(found) for found in here)]
            continue
        names = Counter(guard_words.rule(found.rule) for found in here)
        if names:
            said.append(f"{kind}: " + ", ".join(f"{one} ({n})" if n > 1 else one for one, n in names.items()) + ".")
    return " ".join(said)


def _stretch(found: Finding, text: str) -> str:
    """Return the words that are meant; nothing where it is the whole draft."""
    words = text[found.start : found.end].strip()
    if words == text.strip():
        return ""
    return words if len(words) <= LONGEST_STRETCH else words[: LONGEST_STRETCH - 1] + "…"


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
