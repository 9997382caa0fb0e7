"""The person beside their conversation: what was said on all channels, promised, left open, and why they were angry.

It only asks, and only for what the agent may read.  P33.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from premura import access
from premura.access import Standing
from premura.models import Affected, Conversation, Message, Outcome, Promise, Reply

SHOWN = 20
MOST = 10
NEEDS_NOTHING = ("gesture", "spam", "abuse")  # nobody is in anybody's debt for these

ANSWERED, LIKED, WAITING, NEVER = "answered", "liked", "waiting", "never"
KEPT, LATE, OPEN, BROKEN, WITHDRAWN = "kept", "late", "open", "broken", "withdrawn"


@dataclass(frozen=True, slots=True)
class Stop:
    """One conversation on their way with us."""

    conversation: Conversation
    here: bool  # the one that is open
    came_to: str  # answered, liked, waiting or never
    took: timedelta | None  # from their first word to our first answer; None: there was none

    @property
    def is_owed(self) -> bool:
        """Whether their last words there never got an answer."""
        row = self.conversation
        silent = row.last_in_at is not None and (row.last_out_at is None or row.last_out_at < row.last_in_at)
        return silent and self.came_to != LIKED and row.intent not in NEEDS_NOTHING


@dataclass(frozen=True, slots=True)
class Given:
    """One promise of ours to them, and what became of it: kept, late, open, broken or withdrawn."""

    promise: Promise
    became: str


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a person, each list the newest first."""

    stops: tuple[Stop, ...]
    promises: tuple[Given, ...]
    issues: tuple[Affected, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def owed(self) -> tuple[Stop, ...]:
        """What of theirs never got an answer, elsewhere than here."""
        return tuple(stop for stop in self.stops if stop.is_owed and not stop.here)

    @property
    def tones(self) -> tuple[str, ...]:
        """How each of their conversations sounds, the oldest first."""
        return tuple(stop.conversation.sentiment for stop in reversed(self.stops))


def context(standing: Standing, conversation: Conversation, now: datetime | None = None) -> Context:
    """Return what is known of the person whom a conversation is with, over all their handles.

    Takes    a conversation that `standing` may read; of their others, those that it may read too.
    Cost     four queries; at most twenty conversations, ten lines of everything else.
    """
    theirs = Q(conversation__in=_theirs(standing, conversation).order_by().values("pk"))
    promises = Promise.objects.filter(theirs, brand=standing.brand).select_related("owner", "conversation__channel")
    issues = Affected.objects.filter(theirs, state=Affected.State.JOINED, issue__brand=standing.brand)
    outcomes = Outcome.objects.filter(theirs, brand=standing.brand).exclude(why="")
    return Context(
        tuple(_stops(standing, conversation)),
        tuple(Given(one, became(one, now or timezone.now())) for one in promises.order_by("-made_at", "-pk")[:MOST]),
        tuple(issues.select_related("issue").order_by("-at", "-pk")[:MOST]),
        tuple(outcomes.select_related("by").order_by("-at", "-pk")[:MOST]),
    )


def became(promise: Promise, now: datetime) -> str:
    """Return what became of a promise, as the customer sees it: kept after its time is late, not kept is broken."""
    if promise.state == Promise.State.WITHDRAWN:
        return WITHDRAWN
    if promise.state == Promise.State.KEPT:
        return LATE if promise.settled_at and promise.settled_at > promise.due_at else KEPT
    return BROKEN if promise.due_at < now else OPEN


def _theirs(standing: Standing, conversation: Conversation) -> QuerySet[Conversation]:
    return access.conversations(standing).filter(identity__contact=conversation.identity.contact_id)


def _stops(standing: Standing, conversation: Conversation) -> Sequence[Stop]:
    said = Message.objects.filter(conversation=OuterRef("pk"))
    ours, first = said.filter(identity=None), said.filter(identity__isnull=False)
    sent = Reply.objects.filter(conversation=OuterRef("pk"), state=Reply.State.SENT)
    rows = _theirs(standing, conversation).annotate(
        first_in=Subquery(first.order_by("written_at").values("written_at")[:1]),
        # What stands on the network, or else what we know to have sent.
        first_out=Coalesce(
            Subquery(ours.order_by("written_at").values("written_at")[:1]),
            Subquery(sent.order_by("sent_at").values("sent_at")[:1]),
        ),
        liked=Exists(first.filter(liked_at__isnull=False)),
    )
    return [_stop(row, conversation.pk) for row in rows.order_by("-last_at", "-pk")[:SHOWN]]


def _stop(row: Conversation, here: int) -> Stop:
    first_in, first_out, liked = row.first_in, row.first_out, row.liked  # type: ignore[attr-defined]
    took = max(first_out - first_in, timedelta(0)) if first_in and first_out else None
    waits = row.state == Conversation.State.OPEN and row.waiting_since is not None
    came_to = ANSWERED if first_out else LIKED if liked else WAITING if waits else NEVER
    return Stop(row, row.pk == here, came_to, took)
