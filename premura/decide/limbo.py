"""What hangs between teams: open, with nobody, and nobody has looked into it where it is now."""

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from premura import access
from premura.access import Standing
from premura.models import Conversation, Event, Team
from premura.paging import Page, by_time

# A move between teams: by the matrix or by a person, by a rule, by a macro.
MOVE = Q(deed=Event.Deed.ROUTED) | Q(deed__in=(Event.Deed.RULE_ACTED, Event.Deed.MACRO_USED), facts__has_key="team")
MOST = 5_000  # of those that nobody has, the ones that have been silent longest
PAGE = 30


def now(standing: Standing, after: str = "") -> Page[Conversation]:
    """Return what is in limbo, the longest first, each with `since`.

    In limbo is what was moved and then touched by nobody, and what belongs to no team at all.  Without teams there is
    no limbo.
    Cost     a probe into the journal for each open conversation that nobody has, of at most 5,000.
    """
    if not Team.objects.filter(brand=standing.brand).exists():
        return Page([], "")
    free = access.conversations(standing).filter(state=Conversation.State.OPEN, assignee=None)
    oldest = free.order_by("last_at", "pk").values("pk")[:MOST]
    last = Event.objects.filter(Q(by__isnull=False) | MOVE, conversation=OuterRef("pk")).order_by("-pk")
    found = access.conversations(standing).filter(pk__in=oldest).select_related("team").annotate(
        last=Subquery(last.values("pk")[:1]),
        moved=Subquery(last.filter(MOVE).values("pk")[:1]),
        since=Coalesce(Subquery(last.filter(MOVE).values("at")[:1]), F("opened_at")),
    )  # fmt: skip
    found = found.filter(Q(last=F("moved")) | Q(team=None))
    return by_time(found, "since", after, PAGE, newest=False)
