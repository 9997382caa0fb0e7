"""All figures on one page; what was solved where it was asked, repeats, and who never had an answer."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_safe

from premura import access
from premura.measure import coverage, unanswered
from premura.measure.coverage import Kept, Repeats
from premura.measure.unanswered import Ages
from premura.web import days as days_
from premura.web.pages import page

PARTS = {
    "moved": gettext_lazy("Sent elsewhere, and not closed where they asked"),
    "closed": gettext_lazy("Sent elsewhere, and closed where they asked"),
    "repeats": gettext_lazy("The same words again, without an answer of their own"),
    "again": gettext_lazy("Resolved, and they wrote again within 7 days"),
}
AGES = (
    gettext_lazy("up to a day"),
    gettext_lazy("up to a week"),
    gettext_lazy("up to four weeks"),
    gettext_lazy("longer"),
)
SIDES = {"public": False, "private": True}
WHERE = {
    "": pgettext_lazy("conversations", "All"),
    "public": pgettext_lazy("conversations", "In public"),
    "private": pgettext_lazy("conversations", "In private"),
}


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """GET /figures/"""
    return page(request, "figures/index", access.standing(request.user), here="cycle")


@login_required
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """GET /figures/coverage/?days=28: resolved where it was asked, and each repeat answered"""
    standing, days = access.standing(request.user), days_.chosen(request)
    since = days_.since(standing, days)
    here, repeats = coverage.in_channel(standing, since), coverage.repeats(standing, since)
    given = {
        "kept": here, "kept_parts": _kept(here), "repeats": repeats, "repeat_parts": _repeats(repeats),
        "again": coverage.again(standing, since), "days": days, "choices": days_.DAYS, "since": since, "here": "cycle",
    }  # fmt: skip
    return page(request, "figures/coverage", standing, **given)


@login_required
@require_safe
def part(request: HttpRequest, part: str) -> HttpResponse:
    """GET /figures/coverage/moved/?days=28&after=…: the conversations behind one of these figures"""
    if part not in coverage.PARTS:
        raise Http404(f"no part {part}")
    standing, days = access.standing(request.user), days_.chosen(request)
    since = days_.since(standing, days)
    found = access.page(coverage.conversations(standing, part, since), request.GET.get("after", ""))
    given = {
        "title": PARTS[part], "rows": found.rows, "days": days, "since": since, "choices": days_.DAYS,
        "more": urlencode({"days": days, "after": found.after}) if found.after else "", "here": "cycle",
        "back": ("coverage", _("Where they asked, and each one")),
    }  # fmt: skip
    return page(request, "figures/part", standing, **given)


@login_required
@require_safe
def never(request: HttpRequest) -> HttpResponse:
    """GET /figures/unanswered/?where=public&after=…: who never had an answer, who wrote first on top"""
    standing, now, where = access.standing(request.user), timezone.now(), request.GET.get("where", "")
    where = where if where in SIDES else ""
    ages = unanswered.ages(standing, now)
    found = unanswered.listed(standing, now, SIDES.get(where), request.GET.get("after", ""))
    given = {
        "ages": ages, "bars": _ages(ages), "rows": found.rows, "where": where, "choices": WHERE.items(),
        "more": urlencode({"where": where, "after": found.after}) if found.after else "", "span": unanswered.DAYS,
        "here": "cycle",
    }  # fmt: skip
    return page(request, "figures/unanswered", standing, **given)


# -- what is drawn -------------------------------------------------------------------------------------

ROOM = 70  # per cent of a bar; the rest is for its words


def _kept(kept: Kept) -> list[dict[str, Any]]:
    """Return what became of those who were resolved, as parts of one bar; '' is a part without a list."""
    parts = [
        ("", _("solved where they asked"), kept.here - kept.closed),
        ("closed", _("sent elsewhere, with a closing line where they asked"), kept.closed),
        ("moved", _("sent elsewhere, without a closing line"), kept.moved),
    ]
    return _parts(parts, kept.resolved)


def _repeats(repeats: Repeats) -> list[dict[str, Any]]:
    left = repeats.posts - repeats.answered
    parts = [("", _("with an answer of their own"), repeats.answered), ("repeats", _("without"), left)]
    return _parts(parts, repeats.posts)


def _parts(parts: list[tuple[str, str, int]], whole: int) -> list[dict[str, Any]]:
    found, at = [], 0
    for place, (name, words, n) in enumerate(parts):
        if n:
            found.append({
                "name": name, "words": words, "n": n, "place": place,
                "x": f"{100 * at / whole:.2f}%", "width": f"{100 * n / whole:.2f}%",
            })  # fmt: skip
        at += n
    return found


def _ages(ages: Ages) -> list[dict[str, Any]]:
    """Return a bar for each age: public, and private beside it."""
    most = max(1, *(a + b for a, b in zip(ages.public, ages.private, strict=True)))
    return [
        {
            "name": name, "public": public, "private": private, "n": public + private,
            "public_width": f"{ROOM * public / most:.1f}%", "private_width": f"{ROOM * private / most:.1f}%",
            "words_at": f"{ROOM * (public + private) / most:.1f}%",
            "said": ngettext("%(n)s conversation", "%(n)s conversations", public + private) % {"n": public + private},
        }
        for name, public, private in zip(AGES, ages.public, ages.private, strict=True)
    ]  # fmt: skip
