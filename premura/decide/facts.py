"""What rules ask about: a conversation as it stands, and one message of theirs in it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery

from premura.decide.countries import country
from premura.models import Conversation, Label, Message


@dataclass(slots=True)
class Stand:
    """A conversation as it stands.  Actions change it as they change the row, so that a later rule sees it."""

    conversation: int
    channel: int
    network: str
    private: bool
    state: str
    team: int | None
    assignee: int | None
    tier: str
    language: str
    sentiment: str
    intent: str
    urgency: int
    flags: list[str]
    waiting_since: datetime | None
    settled_at: datetime | None
    labels: set[str]
    country: str  # the channel’s or their language’s; "" where nobody knows


@dataclass(frozen=True, slots=True)
class Facts:
    """One message of theirs, how it was read, and the conversation that it is in."""

    stand: Stand
    message: int
    kind: str
    text: str
    stars: int | None
    written_at: datetime
    language: str
    sentiment: str
    intent: str
    urgency: int
    flags: list[str]
    waited: float | None = None  # minutes for which they have been waiting


READ = ("language", "sentiment", "intent", "urgency", "flags")


def stands(brand_id: int, ids: Collection[int]) -> dict[int, Stand]:
    """Return how these conversations of a brand stand, by id.  Cost: one query."""
    labels = Label.objects.filter(conversations=OuterRef("pk")).order_by("name").values("name")
    said = Message.objects.filter(conversation=OuterRef("pk"), identity__isnull=False, removed_at=None)
    spoken = said.filter(language__contains="-").order_by("-pk").values("language")[:1]
    rows: Any = Conversation.objects.filter(brand=brand_id, pk__in=ids).values_list(
        "pk", "channel_id", "channel__network", "private", "state", "team_id", "assignee_id",
        "identity__contact__tier", *READ, "waiting_since", "settled_at", ArraySubquery(labels), "channel__country",
        Subquery(spoken),
    )  # fmt: skip
    return {row[0]: Stand(*[*row[:-3], set(row[-3]), country(row[-2], [row[-1] or ""])]) for row in rows}


def facts(brand_id: int, ids: Collection[int], now: datetime, *, as_read: bool = True) -> list[Facts]:
    """Return the facts of these messages of theirs, the oldest first; of what was removed, none.

    Takes    as_read: how each message was read; else how the conversation is shown (all that waits together).
    Cost     two queries, however many there are.
    """
    found = Message.objects.filter(brand=brand_id, pk__in=ids, identity__isnull=False, removed_at=None)
    rows = list(
        found.order_by("written_at", "pk").values_list(
            "conversation_id", "pk", "kind", "text", "stars", "written_at", "reading",
            *(f"reading__{name}" for name in READ),
        )
    )  # fmt: skip
    where = stands(brand_id, {row[0] for row in rows})
    return list(_facts(rows, where, now, as_read=as_read))


def _facts(rows: Iterable[Any], where: dict[int, Stand], now: datetime, *, as_read: bool) -> Iterator[Facts]:
    for conversation, message, kind, text, stars, at, reading, *read in rows:
        stand = where.get(conversation)
        if stand is None:
            continue
        if reading is None or not as_read:
            read = [stand.language, stand.sentiment, stand.intent, stand.urgency, stand.flags]
        waited = (now - stand.waiting_since).total_seconds() / 60 if stand.waiting_since else None
        yield Facts(*[stand, message, kind, text, stars, at, *read, waited])
