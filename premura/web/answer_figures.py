"""What our answers do: whether they ask back, calm, are liked, and what comes of each style."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from premura import access
from premura.access import Standing
from premura.measure import answers, answers_held, answers_slope
from premura.measure.answers import Of
from premura.web import answer_bars as drawn
from premura.web import days as days_
from premura.web.composing import number
from premura.web.pages import page

SPAN = days_.DAYS[-1]  # answers are fewer than questions: a week of them tells little
PARTS = {
    "all": (gettext_lazy("All our public answers"), Of()),
    "asking": (gettext_lazy("Answers that ask something back"), Of(asks=True)),
    "telling": (gettext_lazy("Answers that ask nothing back"), Of(asks=False)),
    "liked": (gettext_lazy("Answers that others liked"), Of(liked=True)),
    "own": (drawn.STYLES[False], Of(canned=False)),
    "canned": (drawn.STYLES[True], Of(canned=True)),
}
WAYS = {
    "up": gettext_lazy("More negative comments after our answer than before it"),
    "down": gettext_lazy("Fewer negative comments after our answer than before it"),
    "same": gettext_lazy("As many negative comments after our answer as before it"),
}
HELD = pgettext_lazy("replies", "Waited for a second person")


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """GET /figures/answers/?days=28"""
    standing, days = access.standing(request.user), days_.chosen(request, SPAN)
    since = days_.since(standing, days)
    found, held = answers.answers(standing, since), answers_held.held(standing, since)
    calm = answers_slope.slope(standing, since, timezone.now())
    given = {
        "found": found, "weeks": drawn.weeks(found, days), "styles": drawn.styles(found, days), "calm": calm,
        "pair": drawn.pair(calm), "ways": drawn.ways(calm, WAYS, days), "held": held, "teams": drawn.teams(held, days),
        "few": answers.FEW, "least": answers_slope.LEAST, "days": days, "choices": days_.DAYS, "since": since,
        "here": "cycle",
    }  # fmt: skip
    return page(request, "figures/answers", standing, **given)


@login_required
@require_safe
def part(request: HttpRequest, part: str) -> HttpResponse:
    """GET /figures/answers/asking/?days=28&week=2026-11-16&after=…: the conversations behind one of these figures"""
    standing, days = access.standing(request.user), days_.chosen(request, SPAN)
    since = days_.since(standing, days)
    title, rows, kept = _behind(request, standing, part, since)
    found = access.page(rows, request.GET.get("after", ""))
    given = {
        "title": title, "rows": found.rows, "days": days, "since": since, "choices": days_.DAYS, "here": "cycle",
        "more": urlencode({"days": days, **kept, "after": found.after}) if found.after else "",
        "back": ("answers_did", _("What our answers do")),
    }  # fmt: skip
    return page(request, "figures/part", standing, **given)


def _behind(request: HttpRequest, standing: Standing, part: str, since: datetime) -> tuple[str, Any, dict[str, Any]]:
    """Return the title of a part, its conversations, and what else was asked for.  Raises Http404 where it is none."""
    if part in WAYS:
        return str(WAYS[part]), answers_slope.conversations(standing, part, since, timezone.now()), {}
    if part == "held":
        team = number(request.GET.get("team", ""))
        return str(HELD), answers_held.conversations(standing, since, team), {} if team is None else {"team": team}
    name, _dash, outcome = part.partition("-")
    if name not in PARTS or (outcome and (name not in ("own", "canned") or outcome not in drawn.OUTCOMES)):
        raise Http404(f"no part {part}")
    words, of = PARTS[name]
    week = _day(request.GET.get("week", ""))
    of = Of(week, of.asks, of.liked, of.canned, outcome or None)
    told = [words, *([drawn.OUTCOMES[outcome]] if outcome else []), *([drawn.week_of(week)] if week else [])]
    return (
        " · ".join(map(str, told)),
        answers.conversations(standing, of, since),
        {"week": week.isoformat()} if week else {},
    )


def _day(asked: str) -> date | None:
    """Return the day that is asked for.  Raises Http404 for what is none."""
    try:
        return date.fromisoformat(asked) if asked else None
    except ValueError:
        raise Http404("no such week") from None
