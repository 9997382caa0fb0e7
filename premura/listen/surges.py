"""Surges as people look at them: pile-ons that run and that are over, care alarms, spikes, a week of each channel."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from premura import access, journal
from premura.access import Act, Standing
from premura.listen.patterns import usual
from premura.models import (
    Agent,
    Channel,
    Conversation,
    Event,
    Hourly,
    Label,
    ListeningQuery,
    Membership,
    PileOn,
    Spike,
)
from premura.paging import Page, by_time
from premura.queue import later

DAYS = 7
WEEK = 24 * DAYS
AHEAD = 8  # hours that are forecast
MOST_RUNNING = 50
MOST_TOLD = 9
MOST_ORDERED = 500
LATELY = timedelta(hours=1)
ALARM_LASTS = timedelta(hours=4)  # on top of the inbox
MOST_ALARMS = 20
Row = TypeVar("Row", PileOn, Event)


@dataclass(frozen=True, slots=True)
class Week:
    """What a channel brought in each hour of the last seven days and what was usual, and what is usual in the next."""

    channel: Channel
    began: datetime
    counts: list[int]
    usual: list[float]
    spread: list[float]
    ahead: list[tuple[datetime, float]]


def running(standing: Standing) -> list[PileOn]:
    """Return the pile-ons that run, the newest first; at most fifty, each with whether its conversation may be read."""
    rows = list(_piles(standing).filter(ended_at=None).order_by("-at", "-pk")[:MOST_RUNNING])
    return _with_conversations(standing, rows)


def told_of(standing: Standing) -> list[int]:
    """Return the pile-ons that run, for a badge on every page: at most nine, the newest first.  One question."""
    found = PileOn.objects.filter(_mine(standing), brand=standing.brand, ended_at=None).order_by("-at", "-pk")
    return list(found.values_list("pk", flat=True)[:MOST_TOLD])


def past(standing: Standing, after: str = "", size: int = 20) -> Page[PileOn]:
    """Return the pile-ons that are over, the newest first."""
    found = _piles(standing).filter(ended_at__isnull=False)
    page = by_time(found, "at", after, size)
    _with_conversations(standing, page.rows)
    return page


def spikes(standing: Standing, now: datetime, after: str = "", size: int = 20) -> Page[Spike]:
    """Return the spikes of the last seven days, the newest first, each with the `label` or `query` that it is of."""
    found = Spike.objects.filter(_mine(standing), brand=standing.brand, at__gte=now - timedelta(days=DAYS))
    page = by_time(found.select_related("channel"), "at", after, size)
    labels, queries = (
        _named(standing, of, word, page.rows) for of, word in ((Label, "label "), (ListeningQuery, "query "))
    )
    for row in page.rows:
        row.label, row.query = labels.get(row.what), queries.get(row.what)  # type: ignore[attr-defined]
    return page


def _named(standing: Standing, kind: type[Label | ListeningQuery], of: str, rows: list[Spike]) -> dict[str, Any]:
    """Return the labels, or queries, of which spikes are, by what stands in the spike; nothing is asked for none."""
    wanted = [int(row.what.removeprefix(of)) for row in rows if row.what.startswith(of)]
    found = kind._default_manager.filter(brand=standing.brand, pk__in=wanted) if wanted else ()
    return {f"{of}{one.pk}": one for one in found}


def weeks(standing: Standing, now: datetime, after: int = 0, size: int = 5) -> tuple[list[Week], int]:
    """Return the last seven days of the channels in which something came in, and after which id to go on; 0 at the end.

    Cost     two questions, and 20 milliseconds a channel.
    """
    this = usual.number(now)
    counted = Hourly.objects.filter(channel=OuterRef("pk"), what="", hour__gte=usual.instant(this - WEEK))
    found = Channel.objects.filter(_team(standing, "team"), Exists(counted), brand=standing.brand, pk__gt=after)
    channels = list(found.order_by("pk")[: size + 1])
    shown = channels[:size]
    since = usual.instant(this - WEEK - usual.AROUND - 7 * 24 * usual.WEEKS - 1)
    rows = Hourly.objects.filter(channel__in=shown, what="", hour__gte=since)
    counts: dict[int, dict[int, int]] = {channel.pk: {} for channel in shown}
    for channel, hour, n in rows.values_list("channel", "hour", "n"):
        counts[channel][usual.number(hour)] = n
    zone = ZoneInfo(standing.brand.time_zone)
    return [_week(one, counts[one.pk], this, zone) for one in shown], shown[-1].pk if len(channels) > size else 0


def over(agent: Agent, pk: int) -> bool:
    """Say that a pile-on is over: its conversations fall back to their place.  Return whether it was running.

    Raises Http404 and PermissionDenied as `access.conversation` does.
    """
    brand = PileOn.objects.filter(pk=pk).values_list("brand", flat=True).first()
    if brand is None:
        raise Http404(f"no pile-on {pk}")
    standing = access.standing(agent, brand)
    found = _piles(standing).filter(pk=pk).first()
    if found is None:
        raise Http404(f"no pile-on {pk} for {agent.pk}")
    access.need(standing, Act.APPROVE)
    with transaction.atomic():
        if not PileOn.objects.filter(pk=pk, ended_at=None).update(ended_at=timezone.now()):
            return False
        journal.write(Event.Deed.PILE_ON, found.conversation or found.channel, agent, over=True, voices=found.voices)
        under = Conversation.objects.filter(channel=found.channel_id, root=found.root, private=False)
        if ids := list(under.exclude(state="resolved").values_list("pk", flat=True)[:MOST_ORDERED]):
            later("triage", conversations=ids)
    return True


def alarms(standing: Standing, now: datetime) -> list[Event]:
    """Return the newest care alarms of the last seven days, at most twenty, each with whether it may be read.

    Cost     a look over the brand's journal of that time.
    """
    rows = _alarms(standing, now - timedelta(days=DAYS)).select_related("channel", "conversation__post")
    return _with_conversations(standing, list(rows.order_by("-at", "-pk")[:MOST_ALARMS]))


def news(standing: Standing, now: datetime) -> tuple[bool, bool, bool]:
    """Return where they are on duty: whether a pile-on runs, care was complained of lately, a spike was noted just now.

    Cost     one question.
    """
    spiked = Spike.objects.filter(_mine(standing), brand=standing.brand, at__gte=now - LATELY)
    found = Membership.objects.filter(agent=standing.agent, brand=standing.brand, on_duty=True).annotate(
        piles=Exists(_piles(standing).filter(ended_at=None)), spiked=Exists(spiked),
        alarmed=Exists(_alarms(standing, now - ALARM_LASTS)),
    )  # fmt: skip
    return found.values_list("piles", "alarmed", "spiked").first() or (False, False, False)


def _week(channel: Channel, counts: dict[int, int], this: int, zone: ZoneInfo) -> Week:
    first = this - WEEK + 1
    hours = range(first, this + AHEAD + 1)
    began = min(usual.number(channel.connected_at), min(counts, default=this))
    level, spread = usual.usual_at(counts, hours, zone, began)
    ahead = [(usual.instant(this + i), float(level[WEEK - 1 + i])) for i in range(1, AHEAD + 1)]
    shown = [counts.get(hour, 0) for hour in range(first, this + 1)]
    return Week(channel, usual.instant(first), shown, level[:WEEK].tolist(), spread[:WEEK].tolist(), ahead)


def _piles(standing: Standing) -> QuerySet[PileOn]:
    found = PileOn.objects.filter(_mine(standing), brand=standing.brand)
    return found.select_related("channel", "conversation__identity")


def _alarms(standing: Standing, since: datetime) -> QuerySet[Event]:
    found = Event.objects.filter(_mine(standing), brand=standing.brand, at__gte=since)
    return found.filter(deed=Event.Deed.SERVICE_ALARM)


def _mine(standing: Standing) -> Q:
    return _team(standing, "channel__team")


def _team(standing: Standing, field: str) -> Q:
    """Return the condition that a channel is of their teams, or of none, as with conversations."""
    return Q() if standing.teams is None else Q(**{f"{field}__in": standing.teams}) | Q(**{field: None})


def _with_conversations(standing: Standing, rows: list[Row]) -> list[Row]:
    readable = access.conversations(standing).filter(
        pk__in=[row.conversation_id for row in rows if row.conversation_id]
    )
    known = set(readable.values_list("pk", flat=True)) if rows else set()
    for row in rows:
        row.readable = row.conversation_id in known  # type: ignore[attr-defined]
    return rows
