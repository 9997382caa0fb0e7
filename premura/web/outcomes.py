"""Outcome: what is asked when a conversation is closed in which something is open, and put right later."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from premura import access
from premura.access import Act, Standing
from premura.convert import closing, outcome
from premura.convert.closing import Checklist
from premura.convert.outcome import Said
from premura.web.asked import Asked
from premura.web.conversation import answer, deed
from premura.web.fragments import fragment

YES = {"yes": True, "no": False}


@login_required
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/outcome/ why=delivery need=fix met=yes solution=yes words=…

    With resolve=1 it is closed too, with kept=3 for promises that are kept and reason=… where something is open.
    """
    post, said = request.POST, _said(request)
    closes = post.get("resolve") == "1"
    kept = {int(pk) for pk in post.getlist("kept") if pk.isascii() and pk.isdigit() and len(pk) < 16}

    def do(standing: Standing, conversation: Any) -> None:
        if closes:
            closing.close(conversation, standing.agent, said, kept=kept, reason=post.get("reason", ""))
        else:
            outcome.note(conversation, standing.agent, said)

    try:
        return deed(request, pk, do)
    except (outcome.NoWhy, closing.NoReason) as error:
        standing, conversation = access.conversation(request.user, pk, Act.REPLY)
        wrong = "why" if isinstance(error, outcome.NoWhy) else "reason"
    if closes:
        return form(request, standing, conversation, closing.checklist(conversation), wrong)
    return answer(request, standing, conversation, trouble=_("Choose why they were angry. Nothing was changed."))


def first(request: HttpRequest, pk: int) -> HttpResponse | None:
    """Return what is to be asked before a conversation is resolved; None where it is simply resolved."""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    if not conversation.may("resolve"):
        return None
    left = closing.checklist(conversation)
    return form(request, standing, conversation, left) if closing.asks_first(standing, conversation, left) else None


def form(request: HttpRequest, standing: Standing, conversation: Any, left: Checklist, wrong: str = "") -> HttpResponse:
    """Return the closing form; `wrong` says what it lacks of what was typed: why or reason."""
    noted = outcome.of(conversation)
    said = _as_typed(noted) if noted else {"need": outcome.proposed_need(conversation)}
    given = {
        "conversation": conversation, "checklist": left, "angry": outcome.asks(conversation), "whys": outcome.WHYS,
        "needs": outcome.NEEDS, "said": request.POST if wrong else said, "wrong": wrong, "asked": Asked.here(request),
        "kept": request.POST.getlist("kept") if wrong else [], "here": "inbox",
        "trolls": outcome.TROLLS if outcome.asks_of_troll(standing, conversation) else (),
    }  # fmt: skip
    return fragment(request, "outcome/asked", 422 if wrong else 200, standing=standing, **given)


def _said(request: HttpRequest) -> Said:
    post = request.POST
    solution, met = (YES.get(post.get(name, "")) for name in ("solution", "met"))
    return Said(post.get("why", ""), post.get("words", ""), solution, post.get("troll"), post.get("need"), met)


def _as_typed(noted: Any) -> dict[str, str]:
    """Return what was noted with the names of the form's fields."""
    return {
        "why": noted.why, "words": noted.words, "troll": noted.troll, "need": noted.need,
        "solution": _word(noted.solution_proposed), "met": _word(noted.need_met),
    }  # fmt: skip


def _word(yes: bool | None) -> str:
    return "" if yes is None else "yes" if yes else "no"
