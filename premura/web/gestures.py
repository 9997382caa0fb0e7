"""Small gestures: the run in which a person answers them, twenty at a time, by a word or by a like.  P39.

Nothing is sent without a press, and what was typed stays where it is until it is sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from premura import access
from premura.access import Act, Standing, WrongState
from premura.decide import gestures
from premura.interact import fill, moderate
from premura.interact import gestures as liking
from premura.interact import reply as replying
from premura.interact.seen import Seen
from premura.networks.contract import Can
from premura.prepare import voice
from premura.web import guard, replies
from premura.web.composing import number
from premura.web.pages import page

MOST_CHARACTERS = 2_000
MOST_MARK = 60
WIDTH = 600  # of the bar, in its own units


@dataclass(frozen=True, slots=True)
class Row:
    """One gesture of the run, and what stands in its field."""

    gesture: Any
    text: str
    language: str
    seen: str
    ticked: bool
    can_like: bool
    can_reply: bool
    trouble: str = ""
    findings: Sequence[guard.Shown] = ()


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """GET /gestures/?after=…"""
    standing = access.standing(request.user)
    run = gestures.run(standing, request.GET.get("after", ""))
    if not run.rows and "after" in request.GET:  # the end: what was left on the way is next
        run = gestures.run(standing)
    return _page(request, standing, proposed(standing, run.rows), run.after)


@login_required
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """POST /gestures/replies/ row=7 text-7=… seen-7=12.3 tick=7 …, with one=7 to send that alone"""
    standing = access.need(access.standing(request.user), Act.REPLY)
    chosen = request.POST.getlist("one") or request.POST.getlist("tick")
    left, sent, held = [], 0, 0
    rows = _given(request, standing)
    for row in rows:
        if str(row.gesture.conversation.pk) not in chosen:
            left.append(row)
            continue
        try:
            reply = _submit(row, request)
        except replying.CannotReply as error:
            left.append(_refused(row, error))
            continue
        held += reply.state == "held"
        sent += reply.state != "held"
    given = {str(row.gesture.conversation.pk) for row in rows}
    gone = len([pk for pk in set(chosen) if pk not in given])
    return _after(request, standing, left, _told(sent, held, gone, chosen))


@login_required
@require_POST
def like(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /gestures/7/like/ with the fields of the run: it is liked, and settled"""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    rows = _given(request, standing)
    found = next((row.gesture for row in rows if row.gesture.conversation.pk == pk), None)
    found = found or next(iter(gestures.these(standing, [conversation.pk])), None)
    try:
        if found is None:
            return _after(request, standing, rows, [(False, _("It no longer waits: somebody was faster."))])
        liking.like(found.message, request.user)
    except (moderate.NotPossible, WrongState):
        return _after(request, standing, rows, [(False, _("It cannot be liked here. Nothing was changed."))])
    left = [row for row in rows if row.gesture.conversation.pk != pk]
    return _after(request, standing, left, [(True, _("Liked. It needs no more."))])


def proposed(standing: Standing, found: Sequence[Any]) -> list[Row]:
    """Return the gestures with an answer in each field, none like another."""
    speaks, languages = voice.of(standing.brand), gestures.languages(standing, found)
    wanted = [
        gestures.Wanted(
            one.conversation.pk, one.message.text, languages[one.conversation.pk],
            fill.first_name(one.conversation.identity.name), speaks.address(one.conversation.channel.network),
            one.conversation.channel.handle,
        )
        for one in found
    ]  # fmt: skip
    texts = gestures.propose(wanted, gestures.lately(standing)) if found else []
    seen = replying.seen_of([one.conversation.pk for one in found])
    return [
        replace(_row(one, languages), text=text, ticked=bool(text), seen=str(seen[one.conversation.pk]))
        for one, text in zip(found, texts, strict=True)
    ]


def _given(request: HttpRequest, standing: Standing) -> list[Row]:
    """Return the rows of the form that still wait, with what was typed in them."""
    post, shown = request.POST, [pk for row in request.POST.getlist("row") if (pk := number(row))]
    rows, ticked = {}, set(post.getlist("tick"))
    found = gestures.these(standing, shown)
    languages = gestures.languages(standing, found)
    for one in found:
        pk = one.conversation.pk
        text, seen = post.get(f"text-{pk}", "")[:MOST_CHARACTERS], post.get(f"seen-{pk}", "")
        rows[pk] = replace(_row(one, languages), text=text, seen=seen, ticked=str(pk) in ticked)
    return [rows[pk] for pk in dict.fromkeys(shown) if pk in rows]


def _row(one: Any, languages: Mapping[int, str]) -> Row:
    language = languages[one.conversation.pk]
    can_like, can_reply = moderate.may(one.message, Can.LIKE), bool(replying.ways(one.conversation))
    return Row(one, "", language, "", False, can_like, can_reply)


def _submit(row: Row, request: HttpRequest) -> Any:
    conversation = row.gesture.conversation
    seen = Seen.of(row.seen)
    return replying.submit(
        conversation, row.text, request.user, seen=seen, to=row.gesture.message, language=row.language
    )


def _refused(row: Row, error: replying.CannotReply) -> Row:
    found = error.findings if isinstance(error, replying.Objected) else ()
    return replace(row, trouble=replies.words(error), findings=guard.shown(found, row.text), ticked=False)


def _told(sent: int, held: int, gone: int, chosen: Sequence[str]) -> list[tuple[bool, str]]:
    """Return what became of those that were to be sent; each with whether it went well."""
    if not chosen:
        return [(False, _("Nothing was ticked. Nothing was sent."))]
    said = []
    if sent:
        said.append((True, ngettext("%(n)s answer goes out.", "%(n)s answers go out.", sent) % {"n": sent}))
    if held:
        waits = npgettext("gestures", "%(n)s waits for a second person.", "%(n)s wait for a second person.", held)
        said.append((True, waits % {"n": held}))
    if gone:
        faster = ngettext(
            "%(n)s no longer waited: somebody was faster.", "%(n)s no longer waited: somebody was faster.", gone
        )
        said.append((False, faster % {"n": gone}))
    return said


def _after(request: HttpRequest, standing: Standing, left: list[Row], said: list[tuple[bool, str]]) -> HttpResponse:
    """Show what is left of the page as it stands there; where nothing is, the next twenty."""
    if not left:
        for went_well, words in said:
            (messages.success if went_well else messages.warning)(request, words)
        after = request.POST.get("after", "")[:MOST_MARK]
        return redirect(reverse("gestures") + (f"?{urlencode({'after': after})}" if after else ""))
    status = 422 if any(row.trouble for row in left) else 200
    return _page(request, standing, left, request.POST.get("after", "")[:MOST_MARK], status, said=said)


def _page(
    request: HttpRequest, standing: Standing, rows: list[Row], after: str, status: int = 200, **more: Any
) -> HttpResponse:
    share = gestures.share(standing)
    given = {
        "rows": rows, "after": after, "may_reply": standing.may(Act.REPLY), "share": share, "segments": segments(share),
        "days": gestures.DAYS, "width": WIDTH, "here": "gestures", **more,
    }  # fmt: skip
    return page(request, "gestures/page", standing, status, **given)


def segments(share: gestures.Share) -> list[dict[str, Any]]:
    """Return the parts of the bar that are not empty: its words, how many, where it begins, how wide it is."""
    parts = [
        ("word", pgettext("gestures", "answered with words"), share.word),
        ("like", pgettext("gestures", "liked"), share.like),
        ("waiting", pgettext("gestures", "still waiting"), share.waiting),
        ("aside", pgettext("gestures", "resolved without an answer"), share.aside),
    ]
    found, at = [], 0.0
    for name, words, n in parts:
        if n:
            width = WIDTH * n / share.all
            found.append({"name": name, "words": words, "n": n, "x": round(at), "width": max(1, round(width))})
            at += width
    return found
