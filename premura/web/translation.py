"""Translation: a message beside its original, and our reply in the customer's language and back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from premura import access
from premura.access import Act
from premura.interact import drafts, translate
from premura.interact.drafts import Written
from premura.web.conversation import back
from premura.web.engine_words import FAILURES, why
from premura.web.fragments import fragment, wants_fragment

MOST_CHARACTERS = 20_000


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
def of_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/translation/ text=…: original, translation and the way back; nothing is kept or sent"""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    text = request.POST.get("text", "")[:MOST_CHARACTERS].replace("\r\n", "\n").strip()
    given: dict[str, Any] = {"conversation": conversation, "way": _way(request), "draft": request.POST.get("draft", "")}
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
    text = request.POST.get("text", "")[:MOST_CHARACTERS].replace("\r\n", "\n").strip()
    given = request.POST.get("draft", "")
    draft = int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
    written = Written(text, private=_way(request) == "private", draft=draft)
    if not text or drafts.keep(conversation, standing.agent, written) is None:
        messages.error(request, _("There is nothing to keep yet."))
    return back(request, conversation)


def _way(request: HttpRequest) -> str:
    given = request.POST.get("way") or request.GET.get("way", "")
    return "private" if given == "private" else "public"
