"""Drafts: kept while one types, seen by colleagues, taken over from them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from premura import access
from premura.access import Act, Standing
from premura.interact import drafts, refusals, signing
from premura.interact.drafts import Written
from premura.web import composing, guard, presence, story
from premura.web.asked import Asked
from premura.web.conversation import answer, back
from premura.web.fragments import fragment, wants_fragment


@login_required
@require_POST
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/draft/ with the fields of the reply's form, and pictures that are not kept yet

    Answers {"draft": 12, "pictures": {"0": 5}, "trouble": ""}: the draft, or null; the picture of each line.
    """
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    if not wants_fragment(request):
        return keep(request, standing, conversation)
    kept = save(request, conversation)
    pictures, trouble = _add_pictures(request, kept)
    presence.tell(conversation, request.user)
    return JsonResponse({"draft": kept.pk if kept else None, "pictures": pictures, "trouble": trouble})


@login_required
@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /replies/7/copy/: go on with a colleague's draft, or with an older one of one's own"""
    standing, draft = access.reply(request.user, pk)
    if draft.state != "draft":
        return answer(request, standing, draft.conversation, trouble=_("It is no draft any more."))
    if request.POST.get("text", "").strip():
        save(request, draft.conversation)
    if draft.author_id == standing.agent.pk:
        drafts.touch(draft)
    else:
        drafts.take_over(draft, request.user)
    return opened(request, standing, draft.conversation)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /replies/7/removal/: throw one's own draft away"""
    standing, draft = access.reply(request.user, pk)
    if draft.state != "draft":
        return answer(request, standing, draft.conversation, trouble=_("It is no draft any more."))
    if draft.author_id != standing.agent.pk:
        raise PermissionDenied("A draft is its author's.")
    drafts.drop(draft)
    return answer(request, standing, draft.conversation)


@login_required
@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /pictures/7/: a picture of a draft, or of a reply; whatever it is, it is shown and never run"""
    found = drafts.picture(request.user, pk)  # type: ignore[arg-type]
    response = HttpResponse(bytes(found.data), content_type=found.mime)
    response["Content-Disposition"] = f'inline; filename="picture-{pk}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def keep(request: HttpRequest, standing: Standing, conversation: Any) -> HttpResponse:
    """Keep what a form without JavaScript has, and show it again."""
    kept, trouble = keep_all(request, conversation)
    if guard.leaves_private(request):
        trouble = trouble or _("These words were written under “In private”, and stay there: in public all read them.")
    if kept is None:
        return answer(request, standing, conversation, trouble=_("There is nothing to keep yet."))
    presence.tell(conversation, request.user)
    return opened(request, standing, conversation, trouble)


def keep_all(request: HttpRequest, conversation: Any) -> tuple[Any, str]:
    """Keep what the form has, with the pictures in it; return the draft, and why no picture was kept.

    Where the draft that it was opened with has other words, for the other way, that one stays as it is.
    """
    opened_with, chosen = composing.number(request.POST.get("draft", "")), guard.way(request)
    by, text, private = request.user, guard.words(request), chosen == "private"
    apart = chosen in composing.WAYS and drafts.of_other_words(
        conversation,
        by,  # type: ignore[arg-type]
        opened_with,
        text,
        private=private,
    )
    kept = save(request, conversation, apart=apart)
    if apart and kept is not None:
        ticked, alts = composing.numbers(request, "kept"), composing.alts(request)
        drafts.attach(kept, drafts.pictures(conversation, by, opened_with, ticked, alts))  # type: ignore[arg-type]
    _unused, trouble = _add_pictures(request, kept)
    return kept, trouble


def save(request: HttpRequest, conversation: Any, *, apart: bool = False) -> Any:
    """Keep what the form has; with its name at the end, where it says `sign`.  `apart`: as a draft of its own."""
    post, text, form = request.POST, guard.words(request), composing.form(request, conversation)
    if apart:
        form["begun_at"] = timezone.now()  # what was begun at once is one draft
    draft = drafts.keep(
        conversation,
        request.user,  # type: ignore[arg-type]
        Written(
            signing.sign(conversation, request.user, text) if "sign" in post else text,  # type: ignore[arg-type]
            private=_private(request),
            to=guard.answered(request, conversation),
            draft=None if apart else composing.number(post.get("draft", "")),
            voice=guard.voice(request, conversation),
            private_reason=post.get("private_reason") == "1",
            aside=post.get("aside") == "1",
            **form,
        ),
        pictured=any(name.startswith("picture-") for name in request.FILES),
    )
    if draft is not None:
        drafts.change_pictures(draft, composing.alts(request), composing.numbers(request, "dropped"))
    return draft


def _private(request: HttpRequest) -> bool | None:
    """Return whether it is for one person alone; None: as the draft has it.  Words written in private stay so."""
    if guard.leaves_private(request):
        return True
    chosen = guard.way(request) if "way" in request.POST or "for_all" in request.POST else ""
    stands = chosen if chosen in composing.WAYS else request.POST.get("stands", "")
    return {"public": False, "private": True}.get(stands)


def _add_pictures(request: HttpRequest, draft: Any) -> tuple[dict[int, int], str]:
    """Keep the form's pictures with the draft; return the number of each by its line, and why none was kept."""
    given = composing.uploads(request) if draft is not None else {}
    try:
        added = drafts.add_pictures(draft, list(given.values())) if given else []
    except refusals.TooManyPictures as error:
        if not error.most:
            return {}, _("The network takes no pictures in private messages. None was kept; your words were.")
        fit = ngettext("%(n)s picture fits here.", "%(n)s pictures fit here.", error.most)
        return {}, fit % {"n": error.most} + " " + _("No picture was added; your words were kept.")
    except refusals.WrongPicture as error:
        wrong = _("The network does not take “%(name)s”: wrong kind or too big. It was not kept; your words were.")
        return {}, wrong % {"name": error.name}
    return {line: picture.pk for line, picture in zip(given, added, strict=True)}, ""


def opened(request: HttpRequest, standing: Standing, conversation: Any, trouble: str = "") -> HttpResponse:
    """Show the conversation with the newest own draft in its composer; `trouble` is what was not done besides."""
    if not wants_fragment(request):
        if trouble:
            messages.error(request, trouble)
        return back(request, conversation)
    given = story.told(standing, conversation) | {"trouble": trouble}
    return fragment(request, "conversation/opened", standing=standing, asked=Asked.here(request), **given)
