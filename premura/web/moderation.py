"""What we do to one message besides answering it: like, hide, show again, delete; and to who wrote it: ban."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from premura import access
from premura.access import Act, Standing, WrongState
from premura.interact import acts, clauses, drafts, ledger, moderate, rules, snapshots
from premura.interact import reply as replying
from premura.interact.drafts import Written
from premura.networks.contract import Can
from premura.prepare import netiquette
from premura.templatetags.moderation import bans, hides
from premura.templatetags.premura import soon_at
from premura.web import drafts as own
from premura.web import hiding, replies
from premura.web.asked import Asked
from premura.web.conversation import answer, changed
from premura.web.fragments import fragment, wants_fragment
from premura.web.guard import shown

MOST_CHARACTERS = 5_000


class OtherClause(acts.NotLikeThat):
    """The public line quotes another clause than the act.  Nothing was hidden."""


FAILS = (moderate.NotPossible, acts.NotLikeThat, replying.CannotReply, WrongState, LookupError)


@login_required
@require_POST
def like(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /messages/7/like/"""
    return _do(request, pk, lambda message: moderate.like(message, request.user), Act.REPLY)


@login_required
@require_POST
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /messages/7/hidden/ with hidden=1 (clause=3 words=… seen=… tell=1 line=… quotes=3), or hidden=0 to show it
    again

    With tell=begin the line that quotes the clause stands in the composer then, and is not sent.
    """
    if request.POST.get("hidden") == "0":
        undone: list[Any] = []
        return _do(
            request, pk, lambda message: undone.append(acts.show_again(message, request.user)),
            then=lambda request, standing, message: _shown_again(request, standing, message.conversation, undone[0]),
        )  # fmt: skip

    hidden: list[Any] = []

    def do(message: Any) -> None:
        acts.seen(message, request.POST.get("seen", ""))
        clause, tells = _clause(request, message), request.POST.get("tell") == "1"
        if clause is None and request.POST.get("tell") == "begin":
            raise acts.NoClause
        if tells and request.POST.get("quotes", request.POST.get("clause", "")) != request.POST.get("clause", ""):
            raise OtherClause
        given = {"line": request.POST.get("line", "")[:MOST_CHARACTERS] if tells else "", "clause": clause}
        language = hiding.language_of(message, message.conversation.brand.language)
        hidden.append(acts.hide(message, request.user, words=_words(request), language=language, **given))

    if request.POST.get("tell") != "begin":
        return _do(request, pk, do)
    return _do(request, pk, do, then=lambda request, standing, message: _begin_line(request, standing, hidden[0]))


@login_required
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /messages/7/deletion/: ours at once; what others wrote with reason=personal_data, and a second person"""

    def do(message: Any) -> None:
        if message.is_ours:
            acts.delete_ours(message, request.user)
            return
        acts.seen(message, request.POST.get("seen", ""))
        reason, clause = request.POST.get("reason", ""), _clause(request, message)
        acts.ask_deletion(message, request.user, reason, clause=clause, words=_words(request))

    return _do(request, pk, do)


@login_required
@require_POST
def ban(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /messages/7/ban/ clause=3 words=… seen=…"""

    def do(message: Any) -> None:
        acts.seen(message, request.POST.get("seen", ""))
        acts.ask_ban(message, request.user, _clause(request, message), _words(request))

    return _do(request, pk, do)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /messages/7/moderation/?clause=3: everything that can be done to it, and what that does

    POST what stands in a form of it: the page again, with the line for the clause that was chosen; nothing is done.
    """
    standing, message = access.message(request.user, pk, Act.MODERATE)
    return _page(request, standing, message)


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /acts/7/decision/ say=yes|no|keep|undo"""
    standing, act = ledger.act(request.user, pk)
    deeds = {"yes": acts.agree, "no": acts.refuse, "keep": acts.keep, "undo": acts.undo}
    trouble, do = "", deeds.get(request.POST.get("say", ""))
    try:
        if do is None:
            trouble = _("Choose yes or no. Nothing was changed.")
        else:
            do(act, request.user)
    except FAILS as error:
        trouble = words(error)
    if request.POST.get("from") == "ledger":
        if said := trouble or _line(act):
            messages.error(request, said)
        return redirect(reverse("ledger") + f"#act-{act.pk}")
    if not trouble and do is acts.undo:
        return _shown_again(request, standing, act.conversation, act)
    return answer(request, standing, act.conversation, trouble=trouble)


def words(error: Exception) -> str:
    """Return why it was not done, in the words of who wanted it."""
    match error:
        case acts.Changed():
            return _("They changed it meanwhile: read what it says now, and decide on that. Nothing was done to it.")
        case acts.OnlyData():
            return _("Only you two read it: a private message is deleted for personal data alone. Nothing was changed.")
        case OtherClause():
            return _("The line quoted another rule. Here is the line for the one you chose. Nothing was hidden.")
        case acts.CanHide():
            return _("This network can hide: hide it. Deleting is for what cannot be hidden. Nothing was changed.")
        case acts.NoWhy():
            return _("Choose a rule of the netiquette, or say why in your own words. Nothing was changed.")
        case acts.NoReason():
            return _("Deleting needs one of the two reasons. Nothing was changed.")
        case acts.NoClause() | LookupError():
            return _("Choose a clause of the netiquette that is in force. Nothing was changed.")
        case acts.OwnRequest():
            return _("You asked for it: somebody else must say yes. Nothing was changed.")
        case acts.TooSoon():
            return _("It cools down until %(time)s. Nothing was changed.") % {"time": soon_at(error.until)}
        case acts.AskedAlready():
            return _("It has been asked for already. Nothing was changed.")
        case WrongState():
            return _("Somebody was faster. This is how it stands now.")
        case replying.CannotReply():
            return _("The line could not be said, so nothing was hidden.") + " " + replies.words(error)
    return _("The network does not allow that for this message, or it was done already. Nothing was changed.")


def _shown_again(request: HttpRequest, standing: Standing, conversation: Any, act: Any) -> HttpResponse:
    said = _line(act)
    if said and wants_fragment(request):
        return changed(request, standing, conversation, trouble=said)
    if said:
        messages.error(request, said)
    return answer(request, standing, conversation)


def _line(act: Any) -> str:
    """Return that our own public line goes on saying that it is hidden, where that is so."""
    if act is None or not acts.line_stands(act):
        return ""
    return _("It is shown again, but our line that says it is hidden stands in public. Delete that line below it.")


def _answer(request: HttpRequest, standing: Standing, message: Any) -> HttpResponse:
    return answer(request, standing, message.conversation)


def _begin_line(request: HttpRequest, standing: Standing, act: Any) -> HttpResponse:
    message, clause = act.message, act.clause
    if clause is None or not standing.may(Act.REPLY):
        return _answer(request, standing, message)
    if request.POST.get("text", "").strip():
        own.save(request, message.conversation)
    line = hiding.line(standing.brand, clause, hiding.language_of(message, standing.brand.language))
    kept = drafts.keep(message.conversation, standing.agent, Written(line, to=message, begun_at=timezone.now()))
    if kept is not None:
        acts.will_tell(act, kept)
    return own.opened(request, standing, message.conversation)


def _do(
    request: HttpRequest,
    pk: int,
    do: Callable[[Any], Any],
    act: Act = Act.MODERATE,
    then: Callable[[HttpRequest, Standing, Any], HttpResponse] = _answer,
) -> HttpResponse:
    standing, message = access.message(request.user, pk, act)
    try:
        do(message)
    except FAILS as error:
        standing, message = access.message(request.user, pk, act)  # as it stands, not as it would have
        if request.POST.get("from") == "page":
            return _page(request, standing, message, error)
        return answer(request, standing, message.conversation, trouble=words(error))
    return then(request, standing, message)


def _page(request: HttpRequest, standing: Standing, message: Any, error: Exception | None = None) -> HttpResponse:
    asked = request.POST or request.GET
    language = hiding.language_of(message, standing.brand.language)
    reading = getattr(message, "reading", None)
    rows, _likely = clauses.likeliest_first(netiquette.clauses(standing.brand, language), message, reading)
    chosen = next((c for c in rows if str(c.pk) == asked.get("clause")), None)
    network = message.conversation.channel.network
    same = chosen is not None and asked.get("quotes", asked.get("clause")) == str(chosen.pk)
    line = (same and asked.get("line")) or (hiding.line(standing.brand, chosen, language) if chosen else "")
    found = error.findings if isinstance(error, replying.Objected) else ()
    given = {
        "message": message, "conversation": message.conversation, "clauses": rows, "chosen": chosen, "line": line,
        "language": language, "may_hide": moderate.may(message, Can.HIDE), "may_delete": acts.can_delete(message),
        "hides": hides(network, private=message.conversation.private), "deletes": hiding.deletes(network),
        "can_hide": moderate.can_hide(message), "proposed": asked.get("reason") or acts.proposed(message),
        "draft": request.POST, "trouble": words(error) if error else "", "findings": shown(found, line),
        "banned": ledger.banned(message.conversation), "minutes": int(acts.COOLING.total_seconds() // 60),
        "bans": bans(network) if moderate.bans(message.conversation.channel) else "",
        "here": "moderation", "asked": Asked.here(request), "criticism": rules.reads_as_criticism(message),
        "seen": snapshots.stamp(message), "asked_for": ledger.asked(message),
    }  # fmt: skip
    status = 409 if isinstance(error, acts.Changed) else 422 if error else 200
    return fragment(request, "moderating/page", status, standing=standing, **given)


def _clause(request: HttpRequest, message: Any) -> Any:
    return netiquette.clause(message.conversation.brand, request.POST.get("clause", ""))


def _words(request: HttpRequest) -> str:
    return request.POST.get("words", "")[:MOST_CHARACTERS]
