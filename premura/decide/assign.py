"""Who does it: what comes next for an agent, who is on duty, what goes to a lead, what is not ours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from premura import journal
from premura.access import Standing
from premura.decide import involved, owners
from premura.models import Agent, Conversation, ConversationQuerySet, Event, Membership, Note, Ownership, Presence, Team
from premura.paging import Page, by_time

Deed = Event.Deed
State = Conversation.State
LOOKED_AT = timedelta(seconds=30)
SET_ASIDE = timedelta(minutes=15)  # what is theirs and was looked at comes again after this
UNKNOWN = ("", "und")  # not read, or in no language: anybody's
MOST_REASON = 500
PAGE = 30
COUNTED_S = 60
DISPUTED_WITHIN = timedelta(days=1)
HANDED = (Deed.TAKEN_OVER, Deed.ASSIGNED, Deed.CLAIMED)
ABOUT_A_LEAD = (Deed.ESCALATED, Deed.TAKEN_OVER, Deed.RESOLVED)


class Away(Exception):
    """They said that they are away.  Nothing was given to them."""


class Full(Exception):
    """They have as many open conversations as they take at once.  Nothing was given to them."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} at once")
        self.most = most


class NoReason(Exception):
    """It goes to somebody else only with a reason.  Nothing was done."""


class NowhereElse(Exception):
    """Nobody else could own it: there is no other team, no row of the matrix and no way back.  Nothing was done."""


class TooLate(Exception):
    """It has been with the team for longer than a dispute may take.  Nothing was done."""


class Disputed(Exception):
    """The team that it came from said the same: a lead decides.  Nothing was done."""


# -- what is next -----------------------------------------------------------------------------


def next_for(standing: Standing, now: datetime, besides: int | None = None) -> Conversation | None:
    """Return the best open conversation for this agent, which from then on is theirs; None where there is none.

    Highest priority first, of their teams, languages and intents: what nobody has, and what is theirs already and
    waits, unless they looked at it lately.  What a colleague looks at just now is left to them.
    Takes    besides: the conversation that they leave.
    Raises   Away; Full where they have all they take at once and none of that waits for a look.
    Cost     a walk down the index of priorities until the first that fits.
    """
    with transaction.atomic():
        # One person's clicks go one after another; what two people ask for at once is told apart by the row's own lock.
        mine = Membership.objects.select_for_update(no_key=True).get(agent=standing.agent, brand=standing.brand)
        if not mine.on_duty:
            raise Away
        full = mine.most_open is not None and _open(standing) >= mine.most_open
        found = _fitting(standing, mine, now, full=full)
        found = found.exclude(pk=besides) if besides else found
        found = found.only("brand_id", "channel_id", "assignee_id", "priority").in_order("first")
        one = found.select_for_update(skip_locked=True, no_key=True).first()
        if one is None:
            if full:
                raise Full(mine.most_open or 0)
            return None
        fresh = one.assignee_id is None
        Conversation.objects.filter(pk=one.pk).update(assignee=standing.agent, read_at=now)
        one.assignee, one.read_at = standing.agent, now
        if fresh:
            journal.write(Deed.CLAIMED, one, standing.agent, priority=one.priority)
    return one


def _fitting(standing: Standing, mine: Membership, now: datetime, *, full: bool) -> ConversationQuerySet:
    found = Conversation.objects.filter(brand=standing.brand, state=State.OPEN)
    looked = Q(read_at=None) | Q(read_at__lt=F("last_in_at")) | Q(read_at__lt=now - SET_ASIDE)
    theirs = Q(assignee=standing.agent, waiting_since__isnull=False) & looked
    found = found.filter(theirs if full else theirs | (Q(assignee=None) & _suits(standing, mine)))
    seen = Presence.objects.filter(conversation=OuterRef("pk"), seen_at__gt=now - LOOKED_AT)
    return found.filter(~Exists(seen.exclude(agent=standing.agent)))


def _suits(standing: Standing, mine: Membership) -> Q:
    suits = Q()
    # A lead sees all teams; who belongs to some works for these.
    teams = standing.teams if standing.teams is not None else set(mine.teams.values_list("pk", flat=True))
    if teams or standing.teams is not None:
        suits &= Q(team__in=teams) | Q(team=None)
    if mine.languages:
        suits &= Q(language__in=[*mine.languages, *UNKNOWN])
    if mine.intents:
        suits &= Q(intent__in=[*mine.intents, ""])
    return suits


def _open(standing: Standing) -> int:
    own = Conversation.objects.filter(assignee=standing.agent, state=State.OPEN, brand=standing.brand)
    return own.count()


def be_on_duty(standing: Standing, *, on: bool) -> None:
    """Note whether an agent takes conversations of this brand now.  What they have stays theirs."""
    Membership.objects.filter(agent=standing.agent, brand=standing.brand).update(on_duty=on)


# -- to a lead --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks a lead for help with a conversation, why, and since when."""

    by: Agent
    reason: str
    at: datetime


def escalate(conversation: Conversation, by: Agent, reason: str) -> None:
    """Ask a lead for help; who has it keeps it until a lead takes over, and where nobody has it the asker does.

    State and clocks stay as they are: the customer waits all the same.  Raises NoReason.
    """
    reason = _reason(reason)
    with transaction.atomic():
        now = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
        if now.assignee_id is None:
            _to(conversation, by)
        if now.state == State.RESOLVED:
            conversation.reopen()
        Note.objects.create(brand_id=conversation.brand_id, conversation=conversation, author=by, text=reason)
        _say(Deed.ESCALATED, conversation, by, reason=reason)


def calm(conversation: Conversation, by: Agent) -> bool:
    """Say that no lead is needed any more.  Return whether one was asked for."""
    with transaction.atomic():
        Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
        if asked(conversation) is None:
            return False
        _say(Deed.ESCALATED, conversation, by, over=True)
    return True


def take_over(conversation: Conversation, by: Agent) -> None:
    """Let a lead answer in person, with their own name; twice changes nothing."""
    with transaction.atomic():
        now = (
            Conversation.objects.select_for_update(no_key=True, of=("self",))
            .select_related("assignee")
            .get(pk=conversation.pk)
        )
        if now.assignee_id == by.pk and asked(conversation) is None:
            return
        _to(conversation, by)
        _say(Deed.TAKEN_OVER, conversation, by, was=str(now.assignee or ""), to=str(by))


def _say(deed: Deed, conversation: Conversation, by: Agent, **facts: Any) -> None:
    journal.write(deed, conversation, by, **facts)
    cache.delete(_counted(conversation.brand_id))


def asked(conversation: Conversation) -> Asked | None:
    """Return who asks a lead for help with it; None where nobody does, or a lead has answered."""
    return asked_in(_last_of(conversation.events.select_related("by"), *ABOUT_A_LEAD)[:1])


def asked_in(events: Iterable[Event]) -> Asked | None:
    """Return the same of events that are known already, the newest first."""
    last = next((event for event in events if event.deed in ABOUT_A_LEAD), None)
    if last is None or last.deed != Deed.ESCALATED or last.by is None or last.facts.get("over"):
        return None
    return Asked(last.by, str(last.facts.get("reason", "")), last.at)


def taken_over(conversation: Conversation, agent: Agent, events: Iterable[Event]) -> bool:
    """Whether a lead took it over and has it still: they sign with their own name.  `events`: the newest first."""
    given = (event for event in events if event.deed in HANDED)
    last = next(given, None)
    if conversation.assignee_id != agent.pk or last is None or last.deed != Deed.TAKEN_OVER:
        return False
    return last.by_id == agent.pk  # a rule may have given it to somebody else since


def took_over(conversation: Conversation, agent: Agent) -> bool:
    """Whether a lead took it over and has it still.  Cost: one query, or none."""
    if conversation.assignee_id != agent.pk:
        return False
    return taken_over(conversation, agent, _last_of(conversation.events.all(), *HANDED)[:1])


def escalated(standing: Standing, after: str = "") -> Page[Event]:
    """Return the words with which leads are asked for, each with its conversation, the oldest first.

    Walks down what the brand's people have: who asks for a lead keeps the conversation.
    """
    found = _escalated(standing).select_related("by", "conversation__assignee", "conversation__channel")
    found = found.select_related("conversation__identity", "conversation__team")
    return by_time(found, "at", after, PAGE, newest=False)


def escalations(standing: Standing) -> int:
    """Return for how many a lead is asked, at most a hundred; what is resolved meanwhile may count for a minute."""

    def count() -> int:
        return len(_escalated(standing).values_list("pk", flat=True)[:100])

    return cache.get_or_set(_counted(standing.brand.pk), count, COUNTED_S) or 0


def _counted(brand_id: int) -> str:
    return f"escalations-{brand_id}"


def _escalated(standing: Standing) -> QuerySet[Event]:
    people = Membership.objects.filter(brand=standing.brand).values("agent")
    theirs = Conversation.objects.filter(brand=standing.brand, assignee__in=people)
    theirs = theirs.filter(state__in=(State.OPEN, State.PENDING, State.ON_HOLD))
    last = _last_of(Event.objects.filter(conversation=OuterRef("pk")), *ABOUT_A_LEAD)
    words = theirs.annotate(word=Subquery(last.values("pk")[:1])).values("word")
    return Event.objects.filter(pk__in=words, deed=Deed.ESCALATED).exclude(facts__has_key="over")


# -- not ours -----------------------------------------------------------------------------------


def dispute(conversation: Conversation, by: Agent, reason: str, to: Team | None = None) -> Team:
    """Say that a conversation is not our team's, and why; nobody has it then.  Return whose it is now.

    Without `to` it goes to the team that owns it by the matrix, or else back to where it came from.  Who owns it by
    the matrix gets with it those who are asked and told.
    Raises   NoReason, NowhereElse; TooLate after a day with the team; Disputed where the other team said the same.
    """
    reason = _reason(reason)
    with transaction.atomic():
        now = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
        last = _last_of(now.events.all(), Deed.ROUTED).first()
        if last is not None and last.facts.get("dispute"):
            raise Disputed
        if timezone.now() - (last.at if last else now.opened_at) > DISPUTED_WITHIN:
            raise TooLate
        row = owners.of(now)
        to = to or _elsewhere(now, last, row)
        if to is None or to.pk == now.team_id or to.brand_id != now.brand_id:
            raise NowhereElse
        conversation.team = now.team
        send(conversation, to, by, reason=reason, dispute=True)
        if row is not None and row.owner_id == to.pk:
            involved.follow({now.pk: row}, [now])
    return to


def send(conversation: Conversation, to: Team, by: Agent | None = None, **facts: Any) -> None:
    """Give a conversation to another team, and take it from whoever has it."""
    with transaction.atomic():
        was = conversation.team
        Conversation.objects.filter(pk=conversation.pk).update(team=to, assignee=None)
        conversation.team, conversation.assignee = to, None
        about = {"from": was.name if was else "", "was": was.pk if was else None, "to": to.name, "team": to.pk}
        journal.write(Deed.ROUTED, conversation, by, **about | facts)


def _elsewhere(conversation: Conversation, last: Event | None, row: Ownership | None) -> Team | None:
    if row is not None and row.owner_id != conversation.team_id:
        return row.owner
    before = last.facts.get("was") if last else None
    return Team.objects.filter(brand=conversation.brand_id, pk=before).first() if before else None


def _last_of(events: QuerySet[Event], *deeds: str) -> QuerySet[Event]:
    return events.filter(deed__in=deeds).order_by("-pk")


def _to(conversation: Conversation, agent: Agent) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(assignee=agent)
    conversation.assignee = agent


def _reason(given: str) -> str:
    reason = " ".join(given.split())[:MOST_REASON]
    if not reason:
        raise NoReason
    return reason
