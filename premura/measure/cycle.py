"""The care cycle in figures: listen, monitor, decide, interact, convert."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.db import connection
from django.db.models import F, OuterRef, Q, Subquery

from premura import access
from premura.access import Standing
from premura.models import Conversation, ConversationQuerySet, Message

State = Conversation.State
STAGES = ("listen", "monitor", "decide", "interact", "convert")

# Who can be listed, in the words of queries/cycle.sql: the numbers there are the lengths of these lists.
ANSWERED = Q(last_out_at__gte=F("first_at"))
WAITING = Q(state=State.OPEN, waiting_since__isnull=False)
ASIDE = Q(state__in=(State.ON_HOLD, State.SNOOZED, State.RESOLVED))
PARTS: dict[str, Q] = {
    "listen": Q(),
    "monitor": Q(),
    "decide": Q(assignee__isnull=False) | ANSWERED | ASIDE,
    "interact": ANSWERED,
    "convert": Q(state=State.RESOLVED),
    "untaken": Q(assignee=None, state=State.OPEN),
    "waiting": WAITING,
    "again": ANSWERED & WAITING,
    # Written without "not answered": what was never answered has no last_out_at to compare.
    "silent": Q(state=State.RESOLVED) & (Q(last_out_at=None) | Q(last_out_at__lt=F("first_at"))),
}


@dataclass(frozen=True, slots=True)
class Cycle:
    """How many of what came in have come how far.  All but `messages` are conversations."""

    messages: int
    conversations: int
    untaken: int  # open, and given to nobody
    decided: int  # given to somebody, answered or put aside
    answered: int  # by us, after their first word of the time asked for
    waiting: int  # our turn
    again: int  # answered, and they wrote again
    resolved: int
    silent: int  # resolved without an answer


def cycle(standing: Standing, since: datetime) -> Cycle:
    """Return the figures of all that came in since then, and that `standing` may see.

    Costs one look over the brand's conversations of that time, and over their messages.
    """
    teams = None if standing.teams is None else sorted(standing.teams)
    with connection.cursor() as cursor:
        cursor.execute(_query(), {"brand": standing.brand.pk, "teams": teams, "since": since})
        return Cycle(*cursor.fetchone())


def conversations(standing: Standing, part: str, since: datetime) -> ConversationQuerySet:
    """Return the conversations behind one figure, newest first.  Raises KeyError for a part that is none."""
    came = Message.objects.filter(conversation=OuterRef("pk"), identity__isnull=False, written_at__gte=since)
    found = access.conversations(standing).filter(last_at__gte=since, last_in_at__gte=since)
    found = found.annotate(first_at=Subquery(came.order_by("written_at").values("written_at")[:1]))
    return found.filter(PARTS[part]).in_order()


@cache
def _query() -> str:
    return (Path(__file__).parent / "queries" / "cycle.sql").read_text()
