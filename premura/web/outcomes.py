"""Outcome: what is asked when a conversation with somebody angry is closed, and put right later."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from premura import access
from premura.access import Act, Standing
from premura.convert import outcome
from premura.convert.outcome import Said
from premura.web.asked import Asked
from premura.web.conversation import answer, deed
from premura.web.fragments import fragment

SOLUTION = {"yes": True, "no": False}


@login_required
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/outcome/ why=delivery words=… solution=yes, with resolve=1 to close it too"""
    post = request.POST
    said = Said(post.get("why", ""), post.get("words", ""), SOLUTION.get(post.get("solution", "")), post.get("troll"))
    closes = post.get("resolve") == "1"

    def do(standing: Standing, conversation: Any) -> None:
        (outcome.close if closes else outcome.note)(conversation, standing.agent, said)

    try:
        return deed(request, pk, do)
    except outcome.NoWhy:
        standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    if closes:
        return _form(request, standing, conversation, 422)
    return answer(request, standing, conversation, trouble=_("Choose why they were angry. Nothing was changed."))


def first(request: HttpRequest, pk: int) -> HttpResponse | None:
    """Return what is to be asked before a conversation is resolved; None where it is simply resolved."""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    if not conversation.may("resolve"):
        return None
    if outcome.asks(conversation) or outcome.asks_first_of_troll(standing, conversation):
        return _form(request, standing, conversation)
    return None


def _form(request: HttpRequest, standing: Standing, conversation: Any, status: int = 200) -> HttpResponse:
    noted = outcome.of(conversation)
    said = {"why": noted.why, "words": noted.words, "troll": noted.troll} if noted else {}
    said |= {"solution": _word(noted.solution_proposed)} if noted else {}
    given = {
        "conversation": conversation, "checklist": outcome.checklist(conversation), "whys": outcome.WHYS,
        "said": request.POST if status == 422 else said, "wrong": status == 422, "asked": Asked.here(request),
        "trolls": outcome.TROLLS if outcome.asks_of_troll(standing, conversation) else (), "here": "inbox",
    }  # fmt: skip
    return fragment(request, "outcome/asked", status, standing=standing, **given)


def _word(solution: bool | None) -> str:
    return "" if solution is None else "yes" if solution else "no"
