"""Promises: what we told a customer that we would do, until when, and who of us sees to it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from premura import access, journal
from premura.access import Act, Standing
from premura.decide import deadlines, triage
from premura.guard.parts import parts
from premura.interact import leaving
from premura.models import Agent, Conversation, Event, Promise, Reply, Triage
from premura.paging import Page, by_time

Deed = Event.Deed
State = Promise.State
MOST_WORDS = 300
MOST_REASON = 200
MOST_AHEAD = timedelta(days=731)
WARNED_BEFORE = timedelta(hours=24)  # or a quarter of the time that was promised, where that is less
LEAST_BEFORE = timedelta(minutes=30)
MOST_AT_ONCE = 500
MOST_SHOWN = 20
PAGE = 50
COUNTED_AHEAD = timedelta(days=14)  # what is farther off is not counted in working time
# What was set aside comes back when what we promised is nearly due.  Who is on hold waits for somebody of ours anyway.
BROUGHT_BACK = (Conversation.State.PENDING, Conversation.State.SNOOZED, Conversation.State.RESOLVED)


class NotAPromise(Exception):
    """It says nothing, or its time has passed or is too far off.  Nothing was changed."""


class NoReason(Exception):
    """Nothing that was promised is taken back without a reason.  Nothing was changed."""


def said(reply: Reply) -> Promise | None:
    """Keep what a reply promised, once it stands where the customer can read it; None where it names no time.

    Call it in the transaction that saw the reply arrive: what was called back, or never arrived, promised nothing.
    One promise a reply, however often it is called; a thread makes its own with its first part.
    """
    if reply.promised_for is None or reply.follows_id is not None:
        return None
    text = leaving.whole(reply, leaving.rest_of([reply.pk]).get(reply.pk, []))
    given: dict[str, Any] = {"what": sentence(text), "due_at": reply.promised_for, "owner": reply.author}
    about = {"brand_id": reply.brand_id, "conversation": reply.conversation}
    made, is_new = Promise.objects.get_or_create(reply=reply, defaults=given | about)
    if is_new:
        journal.write(Deed.PROMISED, reply.conversation, reply.author, **_facts(made))
    return made


def sentence(text: str) -> str:
    """Return the sentence of a reply that names a day or an hour, else its first.

    >>> sentence("Ciao Chiara! Il pacco è fermo. Ti scriviamo entro venerdì alle 12.")
    'Ti scriviamo entro venerdì alle 12.'
    """
    found = parts(text)
    chosen = next((part for part in found if part.dated), found[0] if found else None)
    return (chosen.text if chosen else " ".join(text.split()))[:MOST_WORDS]


def make(
    conversation: Conversation,
    what: str,
    due_at: datetime | None,
    by: Agent,
    *,
    owner: Agent | None = None,
    technical: bool = False,
) -> Promise:
    """Note a promise by hand, for `by` or for another `owner`; `technical`: nobody can make its time shorter.

    Raises NotAPromise.
    """
    what, now = " ".join(what.split())[:MOST_WORDS], timezone.now()
    if not what or due_at is None or not now < due_at <= now + MOST_AHEAD:
        raise NotAPromise
    with transaction.atomic():
        made = Promise.objects.create(
            brand_id=conversation.brand_id, conversation=conversation, owner=owner or by, what=what,
            technical=technical, due_at=due_at,
        )  # fmt: skip
        journal.write(Deed.PROMISED, conversation, by, **_facts(made))
    return made


def keep(promise: Promise, by: Agent) -> None:
    """Say that it is kept.  Raises WrongState where it no longer stands."""
    with transaction.atomic():
        promise._move("keep", settled_at=timezone.now())
        journal.write(Deed.PROMISE_KEPT, promise.conversation, by, **_facts(promise))


def withdraw(promise: Promise, by: Agent, reason: str) -> None:
    """Take it back, and say why.  Raises NoReason, and WrongState where it no longer stands."""
    reason = " ".join(reason.split())[:MOST_REASON]
    if not reason:
        raise NoReason
    with transaction.atomic():
        promise._move("withdraw", settled_at=timezone.now())
        journal.write(Deed.PROMISE_WITHDRAWN, promise.conversation, by, reason=reason, **_facts(promise))


def warn(now: datetime) -> int:
    """Tell of the promises that are nearly due, each once, and bring back what was set aside; return how many.

    Takes    at most five hundred; call again for more.  Two workers at once never warn of the same.
    Cost     a fixed number of statements, however many there are; their conversations are ordered anew among them.
    """
    with transaction.atomic():
        near = _near(now).select_for_update(skip_locked=True, of=("self",)).select_related("conversation", "owner")
        found = list(near.order_by("due_at", "pk")[:MOST_AT_ONCE])
        if not found:
            return 0
        Promise.objects.filter(pk__in=[one.pk for one in found]).update(warned_at=now)
        _bring_back([one.conversation_id for one in found])
        triage.triage({one.conversation_id for one in found}, now)
        journal.write_each(Deed.PROMISE_NEAR, [(one.conversation, _facts(one)) for one in found])
    return len(found)


def one(agent: Agent, pk: int, act: Act = Act.REPLY) -> tuple[Standing, Promise]:
    """Return one promise to do `act` on.  Raises as `access.conversation` does."""
    found = Promise.objects.select_related("owner").filter(pk=pk).first()
    if found is None:
        raise Http404(f"no promise {pk}")
    standing, found.conversation = access.conversation(agent, found.conversation_id, act)
    return standing, found


def open_in(conversation: Conversation) -> list[Promise]:
    """Return what still stands in a conversation, next due first.

    Each says whether it was `answered` in time since, for then it may be kept, which a person says; and how much of
    the time that is left is `working` time, by `hours`, the calendar of its SLA policy (None where it has none).
    """
    found = Promise.objects.filter(conversation=conversation, state=State.OPEN)
    return _by_both_clocks(_with_it(found)[:MOST_SHOWN], timezone.now())


def listed(standing: Standing, after: str = "", *, mine: bool = False) -> Page[Promise]:
    """Return the promises that stand, next due first: those of `standing`'s agent, or all that they may see."""
    found = Promise.objects.filter(brand=standing.brand, state=State.OPEN)
    found = found.filter(conversation__in=access.conversations(standing).values("pk"))
    found = found.filter(owner=standing.agent) if mine else found
    found = _with_it(found).select_related("conversation__identity", "conversation__channel")
    page = by_time(found, "due_at", after, PAGE, newest=False)
    _by_both_clocks(page.rows, timezone.now())
    return page


def _with_it(found: QuerySet[Promise]) -> QuerySet[Promise]:
    # The reply that made the promise stood there before the promise did, and so is not among these.
    since = Reply.objects.filter(conversation=OuterRef("conversation"), state=Reply.State.SENT, follows=None)
    since = since.filter(sent_at__gt=OuterRef("made_at"), sent_at__lte=OuterRef("due_at"))
    found = found.annotate(answered=Exists(since)).order_by("due_at", "pk")
    return found.select_related("owner", "conversation__triage__policy__calendar")


def _by_both_clocks(found: Iterable[Promise], now: datetime) -> list[Promise]:
    rows: list[Any] = list(found)
    for one in rows:
        applied: Triage | None = getattr(one.conversation, "triage", None)
        one.hours = applied.policy.calendar if applied and applied.policy else None
        one.working = None
        if one.hours and now < one.due_at < now + COUNTED_AHEAD:
            line = deadlines.line_of(one.hours, now.astimezone(UTC).date())
            ends = [np.array([at.timestamp()]) for at in (now, one.due_at)]
            one.working = timedelta(seconds=float(line.worked(*ends)[0])) if line else None
    return rows


def _near(now: datetime) -> QuerySet[Promise]:
    a_quarter = ExpressionWrapper((F("due_at") - F("made_at")) / 4, output_field=DurationField())
    in_time = Q(due_at__lte=now + WARNED_BEFORE, warned_from__lte=now)
    found = Promise.objects.filter(state=State.OPEN, warned_at=None).alias(warned_from=F("due_at") - a_quarter)
    return found.filter(Q(due_at__lte=now + LEAST_BEFORE) | in_time)


def _bring_back(ids: Sequence[int]) -> None:
    aside = Conversation.objects.filter(pk__in=ids, state__in=BROUGHT_BACK).order_by("pk")
    # In the order in which a batch that comes in holds on to them: neither waits for the other for ever.
    held = list(aside.select_for_update(no_key=True).values_list("pk", flat=True))
    Conversation.objects.filter(pk__in=held).update(state=Conversation.State.OPEN, snoozed_until=None)


def _facts(promise: Promise) -> dict[str, Any]:
    return {
        "promise": promise.pk, "what": promise.what, "due": promise.due_at.isoformat(), "owner": str(promise.owner),
        "technical": promise.technical,
    }  # fmt: skip
