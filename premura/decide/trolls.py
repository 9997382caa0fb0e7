"""Who may be a troll: said only beside a conversation with abuse in it, only on many signs, and never of a grievance.

A hint for a person, in named parts.  Nothing follows from it by itself: nobody is hidden, banned or put last.  P34.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from premura.access import Standing
from premura.decide.matter import matters
from premura.models import Affected, Conversation, Message, Outcome, Promise
from premura.text.personal_data import order_numbers

MOST = 200  # of their newest messages
LEAST = 4  # messages, before anything is said of anybody
SHARE = 0.6  # of them that insult or mock
NEW = 30  # days for which we know them
TOPICS = 3
THREADS = 2
SUPPORTING = 2  # signs besides the insults
# Who says so has, or may have, a real grievance.
GRIEVANCES = frozenset({
    "last_resort", "chaser", "service_complaint", "legal_threat", "safety", "churn_threat", "me_too", "asks_question",
})  # fmt: skip
MATTERS = frozenset({"complaint", "question", "purchase", "suggestion"})


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of somebody, in numbers."""

    messages: int  # of theirs, that were read
    rude: int  # of these, those that insult or mock
    days: int  # since they first wrote to us
    topics: int  # posts under which they were rude
    threads: int  # rude answers to what others wrote
    grieves: bool  # asked, complained, named an order, was promised something: there is a matter


@dataclass(frozen=True, slots=True)
class Part:
    """One sign: rude, silent, new, topics or threads, with its number, and of how many."""

    name: str
    n: int = 0
    of: int = 0


def judged(seen: Seen) -> tuple[Part, ...]:
    """Return the signs that somebody is a troll; () where they are too few, and wherever there may be a grievance.

    >>> [part.name for part in judged(Seen(messages=9, rude=8, days=3, topics=4, threads=0, grieves=False))]
    ['rude', 'silent', 'new', 'topics']
    >>> judged(Seen(messages=9, rude=9, days=1, topics=9, threads=9, grieves=True))
    ()
    """
    if seen.grieves or seen.messages < LEAST or seen.rude < SHARE * seen.messages:
        return ()
    signs = (
        (seen.days < NEW, Part("new", seen.days)),
        (seen.topics >= TOPICS, Part("topics", seen.topics)),
        (seen.threads >= THREADS, Part("threads", seen.threads)),
    )
    found = tuple(part for holds, part in signs if holds)
    if len(found) < SUPPORTING:
        return ()
    return (Part("rude", seen.rude, seen.messages), Part("silent"), *found)


def is_rude(conversation: Conversation, messages: Iterable[Message]) -> bool:
    """Whether there is abuse in a conversation, and so whether the hint may be asked for.  No query where read."""
    if conversation.intent == "abuse":
        return True
    readings = (getattr(message, "reading", None) for message in messages if message.identity_id)
    return any(reading is not None and reading.abuse >= 1 for reading in readings)


def hint(standing: Standing, conversation: Conversation, now: datetime | None = None) -> tuple[Part, ...]:
    """Return the signs that the person of a conversation is a troll; () without abuse in it, or without enough.

    What is counted is what `standing` may read; that there is a grievance is heeded wherever it was said.
    Cost     at most three queries; two hundred messages.
    """
    if conversation.intent != "abuse" and not _read_as_abuse(conversation):
        return ()
    rows = _said(conversation)
    grieves = any(_has_matter(row) for row in rows) or any(one.is_plain for one in matters([row[4] for row in rows]))
    mine = [row for row in rows if standing.teams is None or row[1] is None or row[1] in standing.teams]
    rude = [row for row in mine if _insults(row)]
    since = conversation.identity.contact.created_at
    seen = Seen(
        messages=len(mine), rude=len(rude), days=max(0, ((now or timezone.now()) - since) // timedelta(days=1)),
        topics=len({row[2] for row in rude}), threads=sum(row[3] for row in rude), grieves=grieves,
    )  # fmt: skip
    found = judged(seen)
    return () if found and _is_owed(conversation) else found


def _read_as_abuse(conversation: Conversation) -> bool:
    theirs = conversation.messages.filter(identity__isnull=False, removed_at=None)
    return theirs.filter(Q(reading__abuse__gte=1) | Q(reading__intent="abuse")).exists()


def _said(conversation: Conversation) -> list[tuple[Any, ...]]:
    """Return their newest messages that were read: (id, team, root, answers somebody, text, intent, abuse, …)."""
    others = Message.objects.filter(channel=OuterRef("channel"), key=OuterRef("parent"), identity__isnull=False)
    theirs = Message.objects.filter(
        brand=conversation.brand_id, identity__contact=conversation.identity.contact_id, reading__isnull=False
    )
    return list(
        theirs.annotate(to_others=Exists(others.exclude(identity=OuterRef("identity"))))
        .order_by("-written_at", "-pk")
        .values_list(
            "pk", "conversation__team_id", "root", "to_others", "text", "reading__intent", "reading__abuse",
            "reading__flags", "reading__details__questions", "reading__details__personal",
        )[:MOST]
    )  # fmt: skip


def _insults(row: tuple[Any, ...]) -> bool:
    intent, abuse, flags = row[5:8]
    return intent == "abuse" or abuse >= 1 or "sarcasm" in flags


def _has_matter(row: tuple[Any, ...]) -> bool:
    text, intent, _abuse, flags, questions, personal = row[4:10]
    if intent in MATTERS or questions or personal or not GRIEVANCES.isdisjoint(flags):
        return True
    return bool(order_numbers(text))


def _is_owed(conversation: Conversation) -> bool:
    """Whether we owe them something: a promise, a known issue of theirs, a reason for anger that somebody noted."""
    theirs = Conversation.objects.filter(brand=conversation.brand_id)
    theirs = theirs.filter(identity__contact=conversation.identity.contact_id).order_by()
    here = {"conversation": OuterRef("pk")}
    return theirs.filter(
        Exists(Promise.objects.filter(**here))
        | Exists(Affected.objects.filter(**here, state=Affected.State.JOINED))
        | Exists(Outcome.objects.filter(**here, troll="").exclude(why__in=("", "other")))
    ).exists()
