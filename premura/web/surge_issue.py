"""A pile-on becomes a known issue: the form, with what is known of it, and who is angry under it proposed."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from premura import access
from premura.access import Act
from premura.decide import one_for_many
from premura.listen import spread
from premura.web.pages import page
from premura.web.problem_forms import IssueForm
from premura.web.surges import why

TITLE, QUOTED = 80, 280


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /surges/7/issue/: the form; POST opens it.  Where there is an issue already, it leads there"""
    standing, pile = spread.pile_on(request.user, pk)
    access.need(standing, Act.REPLY)
    one_for_many.note_issues([pile])
    if pile.issue:  # type: ignore[attr-defined]
        return redirect("issue", pile.issue.pk)  # type: ignore[attr-defined]
    form = IssueForm(standing, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _opened(request, standing, form, pile)
    form.initial |= _known(pile)
    given = {"pile": pile, "why": why(pile), "form": form, "here": "deciding", "part": "surges"}
    return page(request, "surges/issue", standing, 422 if form.errors else 200, **given)


def _opened(request: HttpRequest, standing: Any, form: IssueForm, pile: Any) -> HttpResponse:
    try:
        made, n = one_for_many.open_one(standing, form.said(), pile)
    except one_for_many.AlreadyKnown as known:
        messages.error(request, _("Somebody was faster. This is how it stands now."))
        return redirect("issue", known.issue.pk)
    said = ngettext(
        "The problem is known now. %(n)s conversation under it is proposed.",
        "The problem is known now. %(n)s conversations under it are proposed.",
        n,
    )
    messages.success(request, said % {"n": n})
    return redirect("issue", made.pk)


def _known(pile: Any) -> dict[str, str]:
    """Return what the form begins with: the first critic's words, and what people turn against since when."""
    text, url = one_for_many.item(pile)
    began = localtime(pile.began_at, ZoneInfo(pile.brand.time_zone))
    words = pile.conversation.preview if pile.conversation else text
    facts = _("Since %(at)s people turn against “%(item)s” (%(n)s so far).") % {
        "at": date_format(began, "SHORT_DATETIME_FORMAT"), "n": pile.voices,
        "item": Truncator(text).chars(QUOTED) or pile.channel,
    }  # fmt: skip
    return {"title": Truncator(words).chars(TITLE), "facts": "\n".join(filter(None, (facts, url)))}
