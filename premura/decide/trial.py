"""What a rule would have done: the last thirty days, before it is switched on."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from premura.decide import conditions
from premura.decide.facts import Facts, facts
from premura.decide.rules import LISTENED, shortest_wait
from premura.models import Conversation, Event, Message, Rule

DAYS = 30
MOST = 2_000
MOST_EXAMPLES = 20
Hit = tuple[datetime, Facts]  # when it would have acted, on what


@dataclass(frozen=True, slots=True)
class Example:
    """One conversation that it would have touched, with their words."""

    message: Message
    at: datetime


@dataclass(frozen=True, slots=True)
class Trial:
    """Conversations that a rule would have touched, as they stand today."""

    looked_at: int  # messages; of a rule about what people do, their deeds
    cut: bool  # there were more in these days
    touched: int
    days: list[tuple[date, int]]  # oldest first, all of them
    examples: list[Example]  # the newest twenty


def trial(rule: Rule, now: datetime | None = None) -> Trial:
    """Return what a rule would have done of the newest 2,000 messages (or deeds of people) of thirty days.

    Teams, labels and who has it are taken as they stand today, and other rules are left out of it.
    Cost     about six queries and 50 ms.
    """
    now = now or timezone.now()
    since, fits = now - timedelta(days=DAYS), conditions.test(rule.conditions)
    rows = list(_deeds(rule, since, now) if rule.trigger == Rule.Trigger.CHANGED else _said(rule, since, now))
    hits = [(at, row) for at, row in rows if fits(row)]
    zone = ZoneInfo(rule.brand.time_zone)
    looked_at = len(rows) if rule.trigger != Rule.Trigger.WAITS else len(_newest(rule.brand_id, since))
    # A conversation counts once a day, and once in all.
    by_day = Counter(day for day, _ in {(at.astimezone(zone).date(), row.stand.conversation) for at, row in hits})
    today = now.astimezone(zone).date()
    days = [(day, by_day[day]) for day in (today - timedelta(days=n) for n in reversed(range(DAYS + 1)))]
    touched = len({row.stand.conversation for _, row in hits})
    return Trial(looked_at, looked_at >= MOST, touched, days, _examples(hits))


def _newest(brand_id: int, since: datetime) -> list[int]:
    """Return the newest messages of theirs."""
    lately = Conversation.objects.filter(brand=brand_id, last_at__gte=since).order_by("-last_at", "-pk")
    found = Message.objects.filter(conversation__in=lately.values("pk")[:MOST], identity__isnull=False)
    found = found.filter(written_at__gte=since, removed_at=None).order_by("-written_at", "-pk")
    return list(found.values_list("pk", flat=True)[:MOST])


def _said(rule: Rule, since: datetime, now: datetime) -> Iterator[Hit]:
    came_in = rule.trigger == Rule.Trigger.CAME_IN
    rows = facts(rule.brand_id, _newest(rule.brand_id, since), now, as_read=came_in)
    ours = _answers({row.stand.conversation for row in rows}, since)
    least = timedelta(minutes=shortest_wait(rule))
    begun: dict[int, tuple[datetime, datetime]] = {}  # of a conversation: since when they wait, until when
    for row in rows:
        here = row.stand.conversation
        is_first = here not in begun or begun[here][1] <= row.written_at
        if is_first:
            until = next((at for at in ours[here] if at > row.written_at), now)
            begun[here] = (row.written_at, until)
        since_when, until = begun[here]
        if came_in:
            yield row.written_at, replace(row, waited=_minutes(row.written_at - since_when))
        elif is_first:  # one acts once for each time that somebody waits
            yield since_when + least, replace(row, waited=_minutes(until - since_when))


def _answers(conversations: set[int], since: datetime) -> dict[int, list[datetime]]:
    """Return when we ended their waiting: what we said, and what we settled."""
    found: dict[int, list[datetime]] = defaultdict(list)
    said = Message.objects.filter(conversation__in=conversations, identity=None, written_at__gte=since)
    for here, at in said.order_by("written_at").values_list("conversation", "written_at")[: 10 * MOST]:
        found[here].append(at)
    settled = Conversation.objects.filter(pk__in=conversations, settled_at__gte=since)
    for here, end in settled.values_list("pk", "settled_at"):
        found[here] = sorted([*found[here], *([end] if end else [])])
    return found


def _deeds(rule: Rule, since: datetime, now: datetime) -> Iterator[Hit]:
    """Return what people did, each with the newest words of that conversation."""
    done = Event.objects.filter(brand=rule.brand_id, at__gte=since, by__isnull=False, deed__in=LISTENED)
    events = list(done.filter(conversation__isnull=False).order_by("-at").values_list("conversation", "at")[:MOST])
    theirs = Message.objects.filter(conversation__in={here for here, _ in events}, identity__isnull=False)
    newest = theirs.filter(removed_at=None).order_by("conversation", "-written_at", "-pk").distinct("conversation")
    rows = facts(rule.brand_id, list(newest.values_list("pk", flat=True)), now, as_read=False)
    by_conversation = {row.stand.conversation: row for row in rows}
    for here, at in events:
        if here in by_conversation:
            yield at, by_conversation[here]


def _examples(hits: Sequence[Hit]) -> list[Example]:
    newest: dict[int, Hit] = {}
    for at, row in sorted(hits, key=lambda hit: (hit[0], hit[1].message), reverse=True):
        newest.setdefault(row.stand.conversation, (at, row))
        if len(newest) == MOST_EXAMPLES:
            break
    shown = {row.message: at for at, row in newest.values()}
    found = Message.objects.filter(pk__in=shown).select_related("identity", "conversation__channel")
    return sorted((Example(message, shown[message.pk]) for message in found), key=lambda e: e.at, reverse=True)


def _minutes(span: timedelta) -> float:
    return span.total_seconds() / 60
