"""Replies: submitted by the person who wrote them, tried again, settled."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from premura import access
from premura.access import Act, Standing, WrongState
from premura.interact import deliver, guard_words, leaving, signing
from premura.interact import reply as replying
from premura.interact.reply import Besides
from premura.interact.seen import Seen
from premura.templatetags.writing import since_when, want_words
from premura.web import composing, drafts, guard, later, story
from premura.web.asked import Asked
from premura.web.conversation import answer, back, changed
from premura.web.fragments import fragment, wants_fragment
from premura.web.inbox import listed

MOST_CHARACTERS = 20_000
MOST_QUOTED = 120


@login_required
@require_POST
def create(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/replies/ text=… way=public seen=12.7"""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    if "keep" in request.POST or "sign" in request.POST:
        return drafts.keep(request, standing, conversation)
    text = signing.sign(conversation, standing.agent, guard.words(request))
    seen = Seen.of(request.POST.get("looked") or request.POST.get("seen", ""))
    try:
        to = guard.answered(request, conversation)
        private = _private(request)
        voice = None if private else _voice(request, conversation)
        uploads = list(composing.uploads(request).values())
        given = {"private": private, "seen": seen, "to": to, "uploads": uploads, "voice": voice}
        replying.submit(conversation, text, request.user, besides=_besides(request, standing, conversation), **given)
    except replying.CannotReply as error:
        return _refused(request, standing, conversation, error)
    if wants_fragment(request):
        return changed(request, standing, conversation, 201)
    return back(request, conversation)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /replies/7/withdrawal/: call it back into the composer; what stands there meanwhile is kept as a draft"""
    standing, reply = access.reply(request.user, pk)
    if reply.author_id != standing.agent.pk:
        access.need(standing, Act.APPROVE)
    if request.POST.get("text", "").strip():
        drafts.save(request, reply.conversation)
    try:
        leaving.withdraw(reply, request.user)
    except WrongState:
        return answer(request, standing, reply.conversation, trouble=_("It has left already. Nothing was called back."))
    return drafts.opened(request, standing, reply.conversation)


@login_required
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /replies/7/again/ seen=12.7"""
    standing, reply = access.reply(request.user, pk)
    try:
        deliver.try_again(reply, request.user, request.POST.get("seen", ""))
    except WrongState:
        return answer(request, standing, reply.conversation, trouble=_faster())
    except replying.CannotReply as error:
        return answer(request, standing, reply.conversation, trouble=words_of_waiting(error))
    return answer(request, standing, reply.conversation)


@login_required
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /replies/7/settlement/ stands=1, or stands=0 to send it again; seen=12.7"""
    standing, reply = access.reply(request.user, pk)
    stands, seen = request.POST.get("stands") == "1", request.POST.get("seen", "")
    try:
        deliver.settle(reply, request.user, stands=stands, seen=seen)
    except WrongState:
        return answer(request, standing, reply.conversation, trouble=_faster())
    except replying.CannotReply as error:
        return answer(request, standing, reply.conversation, trouble=words_of_waiting(error))
    return answer(request, standing, reply.conversation)


def _private(request: HttpRequest) -> bool:
    way = guard.way(request)
    if way not in ("public", "private"):
        raise replying.NotPossibleHere(way)
    if guard.leaves_private(request):
        raise replying.WrittenInPrivate(way)
    return way == "private"


def _voice(request: HttpRequest, conversation: Any) -> Any:
    """Return the handle of ours that says it; the conversation's own where nothing was chosen."""
    chosen = request.POST.get("voice", "")
    if chosen in ("", str(conversation.channel_id)):
        return None
    for voice in replying.voices(conversation):
        if chosen == str(voice.pk):
            return voice
    raise replying.NotPossibleHere(chosen)


def _besides(request: HttpRequest, standing: Standing, conversation: Any) -> Besides:
    """Return what the form says besides the words."""
    post, zone = request.POST, ZoneInfo(standing.brand.time_zone)
    try:
        leaves_at = later.chosen(request, zone)
    except ValueError as error:
        raise replying.WrongTime(str(error)) from error
    return Besides(
        **composing.form(request, conversation),
        private_reason=post.get("private_reason") == "1",
        overrides=guard.reasons(post),
        leaves_at=leaves_at,
        in_parts="in_parts" in post,
        draft=composing.number(post.get("draft", "")),
        kept=composing.numbers(request, "kept"),
        alts=composing.alts(request),
    )


def _refused(request: HttpRequest, standing: Standing, conversation: Any, error: replying.CannotReply) -> HttpResponse:
    """Say why it was not taken, or what came in between; the text stays where it is."""
    came = error if isinstance(error, replying.SomethingCameIn) else None
    status = 409 if came else 422
    given: dict[str, Any] = {
        "conversation": conversation, "refused": words(error), "came": came, "now_seen": replying.seen(conversation),
        "parts": error.parts if isinstance(error, replying.TooLong) else (),
        "was_private": isinstance(error, replying.WrittenInPrivate),
    }  # fmt: skip
    if isinstance(error, replying.Objected):
        given["refused_findings"] = guard.shown(
            error.findings, guard.words(request), request.POST, a_lead=standing.may(Act.APPROVE)
        )
    given |= later.given_back(request, ZoneInfo(standing.brand.time_zone))
    if wants_fragment(request):
        into = f"#composer-notice-{conversation.pk}"
        return fragment(request, "conversation/refusal", status, into, standing=standing, **given)
    asked = Asked.here(request)
    given |= {"asked": asked, **listed(standing, asked, {}), **_typed(request, error)}
    kept, _unsaid = drafts.keep_all(request, conversation)
    told = story.told(standing, conversation, composing.number(request.POST.get("to", "")) or 0)
    if kept is None:
        told |= {"draft": request.POST, "kept_pictures": ()}
    return fragment(request, "conversation/pane", status, standing=standing, **told | given)


def _typed(request: HttpRequest, error: replying.CannotReply) -> dict[str, Any]:
    """Return what a refused form says that no draft keeps: how far one has read, what is left out, and the reasons."""
    post, found = request.POST, error.findings if isinstance(error, replying.Objected) else ()
    asked = {finding.rule for finding in found}
    return {
        "seen": post.get("seen", ""),
        "left_open": post.getlist("answered_later"),
        "unticked": composing.alts(request).keys() - composing.numbers(request, "kept"),
        "reasons": [(guard.OVERRIDES + rule, why) for rule, why in guard.reasons(post).items() if rule not in asked],
    }


def words(error: replying.CannotReply) -> str:
    """Return why a reply was not taken, in the words of the person who wrote it."""
    match error:
        case replying.TooLong():
            over = ngettext("It is %(n)s character too long", "It is %(n)s characters too long", error.over)
            return over % {"n": error.over} + ": " + _("%(n)s fit. Nothing was sent.") % {"n": error.most}
        case replying.NotConnected():
            return _("This channel is not connected. Nothing was sent. An admin can connect it under Channels.")
        case replying.NothingToSay():
            return _("There is nothing to send yet. Write the reply first.")
        case replying.HasGaps():
            left = _("Something is still missing: %(gaps)s. Fill it in, or take it out. Nothing was sent.")
            return left % {"gaps": ", ".join(error.gaps)}
        case replying.TooManyPictures() if not error.most:
            return _("The network takes no pictures in private messages. Nothing was sent. Take them out.")
        case replying.TooManyPictures():
            fit = ngettext("%(n)s picture fits here.", "%(n)s pictures fit here.", error.most)
            return fit % {"n": error.most} + " " + _("Nothing was sent. Take one out.")
        case replying.WrongPicture():
            wrong = _("The network does not take “%(name)s”: wrong kind or too big. Nothing was sent.")
            return wrong % {"name": error.name}
        case replying.Objected():
            return _("The guard stops it: what is wrong stands under your words. Nothing was sent.")
        case replying.PublicFirst():
            return _("Answer in public first, or say that it is about personal data or safety. Nothing was sent.")
        case replying.WrittenInPrivate() | replying.WindowClosed():
            return _of_way(error)
        case replying.Frozen():
            return _("A lead stopped all sending on this account. Nothing was sent; it can go when sending goes on.")
        case replying.WrongTime():
            return _("Choose a time that is still to come, within a year. Nothing was sent.")
        case replying.BeyondYou():
            why = ", ".join(want_words(one) for one in error.wants)
            return _("Nothing was sent: %(why)s. Somebody whose role may says yes.") % {"why": why}
        case replying.SomethingCameIn():
            return _of_news(error)
    return _("This conversation cannot be answered that way. Nothing was sent: choose another way.")


def _of_news(error: replying.SomethingCameIn) -> str:
    if error.why == "said already":
        return _said_already(error.own[-1])
    if error.why == "came in":
        return _("Something came in while you wrote. Nothing was sent yet: look at it first.")
    return _("What they had written was edited or taken away. Nothing was sent yet: look at it first.")


def _said_already(own: Any) -> str:
    with timezone.override(ZoneInfo(own.brand.time_zone)):
        at = since_when(own.written_at)
    said = _("You have already answered here, at %(at)s: “%(text)s”. Now nothing was sent.")
    more = _("If you want to add something, read it again first.")
    return said % {"at": at, "text": Truncator(own.text).chars(MOST_QUOTED)} + " " + more


def _of_way(error: replying.CannotReply) -> str:
    if isinstance(error, replying.WrittenInPrivate):
        return _("You wrote these words under “In private”. Nothing was sent: in public everybody reads them.")
    if isinstance(error, replying.PrivateOnce):
        return _("To this comment one can answer in private only once, and that was done. Nothing was sent.")
    return _("The network no longer takes an answer at that time. Nothing was sent.")


def words_of_waiting(error: replying.CannotReply) -> str:
    """Return why a reply that was written before does not leave now."""
    if isinstance(error, replying.SomethingCameIn):
        if error.why != "came in":
            return _("What they had written was edited or taken away. Look at it, then try again.")
        return _("They wrote again, or a colleague answered, while it waited. Look at it, then try again.")
    if isinstance(error, replying.Disengaged):
        return _("Somebody chose not to answer here. Nothing was sent: “Answer after all” ends that.")
    if isinstance(error, replying.Objected):
        rules = ", ".join(sorted({str(guard_words.rule(found.rule)) for found in error.findings}))
        return _("The guard now says no (%(rules)s). Nothing was sent.") % {"rules": rules}
    return words(error)


def _faster() -> str:
    return _("Somebody was faster. This is how it stands now.")
