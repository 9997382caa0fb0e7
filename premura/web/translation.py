"""Translation: a message beside its original, and our reply in the customer's language and back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from premura import access
from premura.access import Act
from premura.interact import drafts, translate
from premura.interact.drafts import Written
from premura.web import composing, guard
from premura.web import drafts as own
from premura.web.conversation import back
from premura.web.engine_words import FAILURES, why
from premura.web.fragments import fragment, wants_fragment


@login_required
@require_POST
def of_message(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /messages/7/translation/: what they wrote, in the agent's language"""
    standing, message = access.message(request.user, pk, Act.REPLY)
    trouble, shown = "", None
    try:
        shown = translate.message(message, standing.agent)
    except FAILURES as error:
        trouble = why(error)
        shown = translate.beside([message], standing).get(message.pk)
    if wants_fragment(request):
        given = {"message": message, "beside": shown, "trouble": trouble, "may_reply": True}
        return fragment(request, "translation/beside", 422 if trouble else 200, standing=standing, **given)
    if trouble:
        messages.error(request, _("Not translated.") + " " + trouble)
    return back(request, message.conversation)


@login_required
@require_POST
def of_waiting(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /replies/7/translation/: what a reply of ours that is not there yet says, in the agent's language"""
    standing, reply = access.reply(request.user, pk, Act.REPLY)
    trouble, shown = "", None
    try:
        shown = translate.waiting(reply, standing.agent)
    except FAILURES as error:
        trouble = why(error)
        shown = translate.beside_waiting([reply], standing).get(reply.pk)
    if wants_fragment(request):
        given = {"reply": reply, "beside": shown, "trouble": trouble, "may_reply": True}
        return fragment(request, "translation/ours", 422 if trouble else 200, standing=standing, **given)
    if trouble:
        messages.error(request, _("Not translated.") + " " + trouble)
    return redirect("held") if request.POST.get("from") == "held" else back(request, reply.conversation)


@login_required
@require_POST
def of_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/translation/ text=…: original, translation and the way back; nothing is sent

    Without JavaScript what stands in the form is kept as a draft, which the translation is then put into.
    """
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    text = guard.words(request).strip()
    given: dict[str, Any] = {"conversation": conversation, "way": _way(request), "draft": request.POST.get("draft", "")}
    if not wants_fragment(request) and (draft := own.keep_all(request, conversation)[0]):
        given["draft"] = draft.pk
    try:
        if text:
            given["turned"] = translate.reply(conversation, text, standing.agent)
        else:
            given["trouble"] = _("Write your reply first, in your own language.")
    except FAILURES as error:
        given["trouble"] = why(error)
    return fragment(request, "translation/panel", 422 if "trouble" in given else 200, standing=standing, **given)


@login_required
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/taking/ text=…: keep a translation or a proposal as one's draft (without JavaScript)"""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    text, private = guard.words(request).strip(), _way(request) == "private"
    draft, kept = composing.number(request.POST.get("draft", "")), None
    if text and draft:
        kept = drafts.reword(conversation, standing.agent, draft, text, private=private)
    if text and kept is None:
        kept = drafts.keep(conversation, standing.agent, Written(text, private=private))
    if kept is None:
        messages.error(request, _("There is nothing to keep yet."))
    return back(request, conversation)


def _way(request: HttpRequest) -> str:
    if guard.leaves_private(request):
        return "private"
    given = request.POST.get("way") or request.GET.get("way", "")
    return "private" if given == "private" else "public"
