"""One pile-on: why it was raised, how it spread, and when we first answered.  P146."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from premura import access
from premura.access import Act
from premura.decide import one_for_many
from premura.listen import spread
from premura.web.pages import page
from premura.web.spread_figures import figure
from premura.web.surges import why


@login_required
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /surges/7/"""
    standing, pile = spread.pile_on(request.user, pk)
    found = spread.spread(pile, timezone.now())
    pile.readable = access.conversations(standing).filter(pk=pile.conversation_id).exists()  # type: ignore[attr-defined]
    one_for_many.note_issues([pile])
    given = {
        "pile": pile, "why": why(pile), "spread": found, "picture": figure(found), "here": "deciding", "part": "surges",
        "may_end": standing.may(Act.APPROVE), "may_reply": standing.may(Act.REPLY),
    }  # fmt: skip
    return page(request, "surges/one", standing, **given)
