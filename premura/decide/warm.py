"""The warm queue: who deserves a kind word though nothing is broken, and why.  P35.

Praise that nobody answered, fans who come back, a year since somebody first wrote, people who asked before buying.
Nothing here writes to anybody: it says whom, a person says what.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from premura import access, journal
from premura.access import Standing
from premura.models import Brand, Conversation, ConversationQuerySet, Event, Message, Outcome, Reply
from premura.paging import Page
from premura.prepare import employees

KIND = ("praise", "gesture")
WHYS = ("returning", "praise", "year", "prospect")
DAYS = 30  # for which a kind word still comes in time
FAN_DAYS, FAN_TIMES = 90, 3
YEAR, YEAR_DAYS = timedelta(days=365), 7
QUIET_DAYS = 3  # after our answer, before who wanted to buy is asked how it went
WEEK = timedelta(days=7)
MOST_COUNTED = 20_000
MOST_FANS = 500
MOST_WEEKLY = 200
FIRST, PAGE = 5, 30
State = Conversation.State
_CALM = ~Q(sentiment="negative") & ~Q(intent__in=("complaint", "spam", "abuse")) & ~Q(state=State.SNOOZED)
_UNDER_WAY = (Reply.State.HELD, Reply.State.SCHEDULED, Reply.State.READY, Reply.State.SENDING, Reply.State.UNCLEAR)
_UNANSWERED = Q(last_out_at=None) | Q(last_out_at__lt=F("last_in_at"))
_NOT_SETTLED = Q(settled_at=None) | Q(settled_at__lt=F("last_in_at"))  # nobody of ours said since: this needs no more


class NotANumber(ValueError):
    """How many kind words a week is a number from 0 to 200.  Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Warm:
    """One person to be kind to, and how often they were kind to us in 90 days (only of who comes back)."""

    conversation: Conversation
    times: int


def page(standing: Standing, why: str, after: str = "", size: int = PAGE, now: datetime | None = None) -> Page[Warm]:
    """Return who is in the queue for one of WHYS, who wrote last on top.  Raises KeyError for another.

    Cost     two queries: the fans are counted over the newest 20,000 kind conversations of 90 days.
    """
    now = now or timezone.now()
    return _page(standing, why, _fans(standing, now) if why in ("returning", "praise") else {}, now, after, size)


def first(standing: Standing, now: datetime | None = None) -> dict[str, Page[Warm]]:
    """Return the first five of each list, by why.  Five queries."""
    now = now or timezone.now()
    fans = _fans(standing, now)
    return {why: _page(standing, why, fans, now, "", FIRST) for why in WHYS}


def _page(standing: Standing, why: str, fans: dict[int, int], now: datetime, after: str, size: int) -> Page[Warm]:
    found = {
        "returning": lambda: _returning(standing, fans, now), "praise": lambda: _praise(standing, fans, now),
        "year": lambda: _a_year(standing, now), "prospect": lambda: _prospects(standing, now),
    }[why]()  # fmt: skip
    given = access.page(found.in_order(), after, size)
    return Page([Warm(row, fans.get(row.identity.contact_id, 0)) for row in given.rows], given.after)


def _open_to(standing: Standing) -> ConversationQuerySet:
    """Return the conversations in which a kind word is not out of place: nothing is broken, nobody said enough."""
    found = access.conversations(standing).exclude(employees.works_for_us("identity__"))
    found = found.filter(_CALM)
    broken = access.conversations(standing).filter(identity__contact=OuterRef("identity__contact"))
    broken = broken.filter(Q(sentiment="negative") | Q(intent="complaint"), state__in=(State.OPEN, State.ON_HOLD))
    answers = Reply.objects.filter(conversation=OuterRef("pk"), state__in=_UNDER_WAY)
    return found.exclude(Exists(broken.order_by())).exclude(Exists(answers))


def _silent(found: ConversationQuerySet, now: datetime) -> ConversationQuerySet:
    """Return those of the last month whose last words we neither answered nor liked, nor put aside."""
    liked = Message.objects.filter(conversation=OuterRef("pk"), identity__isnull=False, liked_at__isnull=False)
    since = now - timedelta(days=DAYS)
    found = found.filter(_UNANSWERED, _NOT_SETTLED, last_at__gte=since, last_in_at__gte=since)
    return found.exclude(Exists(liked))


def _fans(standing: Standing, now: datetime) -> dict[int, int]:
    """Return who said something kind three times in ninety days, and how often; at most five hundred."""
    since = now - timedelta(days=FAN_DAYS)
    lately = access.conversations(standing).filter(intent__in=KIND, last_at__gte=since).order_by("-last_at", "-pk")
    said = Message.objects.filter(
        conversation__in=lately.select_related(None).values("pk")[:MOST_COUNTED], identity__isnull=False,
        removed_at=None, written_at__gte=since, reading__intent__in=KIND,
    )  # fmt: skip
    counted = said.values("identity__contact").annotate(n=Count("pk")).filter(n__gte=FAN_TIMES).order_by("-n")
    return dict(counted.values_list("identity__contact", "n")[:MOST_FANS])


def _returning(standing: Standing, fans: dict[int, int], now: datetime) -> ConversationQuerySet:
    found = _silent(_open_to(standing), now).filter(intent__in=KIND, identity__contact__in=fans)
    return found.filter(pk=Subquery(_newest(standing, Q(intent__in=KIND))))


def _praise(standing: Standing, fans: dict[int, int], now: datetime) -> ConversationQuerySet:
    meant = _silent(_open_to(standing), now).filter(intent="praise", sentiment="positive")
    return meant.exclude(flags__contains=["sarcasm"]).exclude(identity__contact__in=fans)


def _a_year(standing: Standing, now: datetime) -> ConversationQuerySet:
    """Return the newest conversation of each person who first wrote a year ago, within a week, and was not told so."""
    until = now - YEAR
    since = until - timedelta(days=YEAR_DAYS)
    born = {"identity__contact__created_at__gt": since, "identity__contact__created_at__lte": until}
    told = access.conversations(standing).filter(identity__contact=OuterRef("identity__contact"))
    told = told.filter(last_out_at__gte=now - timedelta(days=YEAR_DAYS)).order_by()
    found = _open_to(standing).filter(identity__brand=standing.brand, **born)
    return found.filter(pk=Subquery(_newest(standing, _CALM))).exclude(Exists(told))


def _prospects(standing: Standing, now: datetime) -> ConversationQuerySet:
    """Return who asked before buying in the last month: nobody answered, or since our answer nothing is known."""
    since = now - timedelta(days=DAYS)
    outcomes = Outcome.objects.filter(conversation=OuterRef("pk"))
    quiet = Q(last_out_at__gte=F("last_in_at"), last_out_at__lte=now - timedelta(days=QUIET_DAYS))
    found = _open_to(standing).filter(intent="purchase", last_at__gte=since, last_in_at__gte=since)
    found = found.filter(identity__contact__bought_at=None).exclude(Exists(outcomes))
    return found.filter((_UNANSWERED & _NOT_SETTLED) | quiet)


def _newest(standing: Standing, of: Q) -> ConversationQuerySet:
    """Return the newest of the same person's conversations, for a subquery: one line a person."""
    same = access.conversations(standing).filter(of, identity__contact=OuterRef("identity__contact"))
    return same.order_by("-last_at", "-pk").values("pk")[:1]  # type: ignore[return-value]


# -- how many kind words a week ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """How many kind words somebody wrote in the last seven days, of those that the brand aims at."""

    agent: int
    name: str
    n: int
    aim: int

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.n / self.aim)) if self.aim else 0


def progress(standing: Standing, now: datetime | None = None) -> tuple[Progress, ...]:
    """Return how far the agent is; a lead is told of everybody who answers customers.  At most two queries."""
    people = access.colleagues(standing) if standing.may(access.Act.APPROVE) else [standing.agent]
    people = people if standing.may(access.Act.REPLY) else []
    counted = _kind_words(standing.brand, [one.pk for one in people], (now or timezone.now()) - WEEK)
    return tuple(Progress(one.pk, str(one), counted.get(one.pk, 0), standing.brand.warm_weekly) for one in people)


def _kind_words(brand: Brand, agents: Sequence[int], since: datetime) -> dict[int, int]:
    sent = Reply.objects.filter(brand=brand, author__in=agents, state=Reply.State.SENT, follows=None)
    sent = sent.filter(sent_at__gte=since, written_at__gte=since - WEEK)
    sent = sent.filter(Q(conversation__intent__in=KIND) | Q(to__reading__intent__in=KIND))
    return dict(sent.values("author").annotate(n=Count("pk", distinct=True)).values_list("author", "n").order_by())


def aim(standing: Standing, n: int) -> None:
    """Say how many kind words a week each of us means to write; 0 is no number at all.  Raises NotANumber."""
    if not 0 <= n <= MOST_WEEKLY:
        raise NotANumber(n)
    with transaction.atomic():
        if Brand.objects.filter(pk=standing.brand.pk).exclude(warm_weekly=n).update(warm_weekly=n):
            journal.write(Event.Deed.ENTRY_MADE, standing.brand, standing.agent, of="warm", how="changed", what=str(n))
    standing.brand.warm_weekly = n
