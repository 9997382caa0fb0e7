"""Not answering, on purpose: with a reason, rare, and watched."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from premura import access, journal
from premura.access import Standing
from premura.models import Agent, Clause, Conversation, Disengagement, Event, Reply, WrongState

Deed = Event.Deed
DAYS = 30
MOST = 500
MOST_COUNTED = 100_000
MOST_REASON = 200


class NoReason(Exception):
    """Nobody is left without an answer without a reason.  Nothing was done."""


class OutAlready(Exception):
    """We are out of it already.  Nothing was done."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many conversations of the last days were left unanswered on purpose, and which."""

    out: list[Disengagement]
    of: int
    days: list[tuple[date, list[Disengagement]]]

    @property
    def percent(self) -> float:
        return 100 * len(self.out) / self.of if self.of else 0.0


def disengage(conversation: Conversation, by: Agent, reason: str, clause: Clause | None = None) -> Disengagement:
    """Choose not to answer, and say why; it is resolved.  A clause is a reason too.  Raises NoReason and OutAlready."""
    reason = " ".join((reason or (clause.title if clause else "")).split())[:MOST_REASON]
    if not reason or (clause is not None and clause.netiquette.brand_id != conversation.brand_id):
        raise NoReason
    with transaction.atomic():
        Conversation.objects.select_for_update().get(pk=conversation.pk)
        if out(conversation):
            raise OutAlready(conversation.pk)
        made = Disengagement.objects.create(
            brand_id=conversation.brand_id, conversation=conversation, by=by, reason=reason, clause=clause
        )
        with suppress(WrongState):  # resolved already
            conversation.resolve(timezone.now())
        number = clause.number if clause else None
        journal.write(Deed.DISENGAGED, conversation, by, reason=reason, clause=number)
    return made


def engage(conversation: Conversation, by: Agent, *, reopen: bool = False) -> bool:
    """End it: we answer after all.  Return whether there was anything to end."""
    with transaction.atomic():
        open_ = Disengagement.objects.filter(conversation=conversation, ended_at=None)
        if not open_.update(ended_at=timezone.now()):
            return False
        with suppress(WrongState):
            if reopen and conversation.state == Conversation.State.RESOLVED:
                conversation.reopen()
        journal.write(Deed.ENGAGED, conversation, by)
    return True


def answered(event: Event) -> None:
    """Follow a reply that stands on the network: who has answered is not out of it.

    What was said before, the line that quotes a clause above all, ends nothing.
    """
    reply = Reply.objects.select_related("conversation", "author").filter(pk=event.facts.get("reply")).first()
    since = reply and out(reply.conversation)
    if reply and since and since.at < reply.written_at:
        engage(reply.conversation, reply.author)


def out(conversation: Conversation) -> Disengagement | None:
    """Return why we do not answer here; None where we do."""
    found = Disengagement.objects.filter(conversation=conversation, ended_at=None)
    return found.select_related("by", "clause").order_by("-pk").first()


def share(standing: Standing, now: datetime | None = None) -> Share:
    """Return the share of the last thirty days, by day, oldest first."""
    now = now or timezone.now()
    today = timezone.localtime(now).date()
    since = now - timedelta(days=DAYS)
    visible = access.conversations(standing)
    found = Disengagement.objects.filter(brand=standing.brand, at__gte=since, ended_at=None)
    found = found.filter(conversation__in=visible.values("pk"))
    rows = list(found.select_related("by", "clause", "conversation__identity").order_by("-at", "-pk")[:MOST])
    days = {today - timedelta(days=n): [] for n in reversed(range(DAYS))}  # type: dict[date, list[Disengagement]]
    for row in reversed(rows):
        days.setdefault(timezone.localtime(row.at).date(), []).append(row)
    of = visible.filter(last_at__gte=since).order_by()[:MOST_COUNTED].count()
    return Share(rows, of, sorted(days.items()))


def reasons(standing: Standing) -> list[str]:
    """Return the reasons given most often lately, to choose from."""
    given = Disengagement.objects.filter(brand=standing.brand).order_by("-at").values_list("reason", flat=True)[:200]
    return [reason for reason, _ in Counter(given).most_common(5)]
