"""Macros: several things in one click, made by leads and used over a conversation."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from premura import access
from premura.access import Act
from premura.decide import conditions, macros
from premura.interact import beside, drafts
from premura.interact.drafts import Written
from premura.prepare import saved
from premura.web import drafts as own
from premura.web import outcomes
from premura.web.conversation import answer
from premura.web.pages import page
from premura.web.routing_rules import HERE, board, kept
from premura.web.rule_forms import DeedsForm


@login_required
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """POST /deciding/macros/ with the fields of the form, each with macro- before its name"""
    standing = access.need(access.standing(request.user), Act.APPROVE)
    known = conditions.known(standing.brand)
    form = DeedsForm(known, request.POST, prefix="macro")
    if form.is_valid() and kept(form, lambda: macros.make(standing, form.cleaned_data["name"], form.deeds())):
        messages.success(request, _("The macro is kept. It stands over every conversation, under Macro."))
        return redirect("routing_rules")
    return board(request, standing, known, 422, macro_form=form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /deciding/macros/7/: the form; POST changes it, or with do=remove takes it away"""
    standing, macro = macros.macro(request.user, pk)
    if request.POST.get("do") == "remove":
        macros.remove(standing, macro)
        messages.success(request, _("Taken away."))
        return redirect("routing_rules")
    form = DeedsForm(
        conditions.known(standing.brand), request.POST or None, actions=macro.actions, initial={"name": macro.name}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["name"], form.deeds()
        if kept(form, lambda: [macros.change(standing, macro, *given)]):
            messages.success(request, _("Kept."))
            return redirect("routing_rules")
    return page(request, "routing/macro", standing, 422 if form.errors else 200, form=form, macro=macro, **HERE)


@login_required
@require_POST
def use(request: HttpRequest, pk: int, macro: int) -> HttpResponse:
    """POST /conversations/7/macros/3/: do it; what it begins to say stands in one's own composer, and is not sent

    Where it resolves and something is open, all the rest is done, and that is asked first.
    """
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    begun = request.POST.get("text", "").strip()
    if begun:
        own.save(request, conversation)
    asked = outcomes.first(request, pk) if macros.resolves(conversation, macro) else None
    _did, reply = macros.use(standing, conversation, macro, stays=asked is not None)
    _unused, conversation = access.conversation(request.user, pk, Act.REPLY)
    if reply is None:
        return asked or answer(request, standing, conversation)
    if not saved.may_say(reply, private=conversation.private):
        trouble = _("The saved reply that it begins with may not be said here, or no longer holds. The rest was done.")
        return answer(request, standing, conversation, trouble=trouble)
    if _begin(request, conversation, reply) is None:
        trouble = _("They have written nothing yet, so there is nothing to answer. The rest was done.")
        return answer(request, standing, conversation, trouble=trouble)
    left = _("It is not resolved yet: something is open. Answer first, then resolve it.") if asked else ""
    return own.opened(request, standing, conversation, left)


def _begin(request: HttpRequest, conversation: Any, reply: Any) -> Any:
    text = beside.begun_with(conversation, reply, request.user)
    draft = drafts.keep(
        conversation, request.user, Written(text, private=conversation.private, begun_at=timezone.now())
    )
    if draft is not None:
        saved.use(reply)
    return draft
