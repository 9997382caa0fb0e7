"""The journal: what happened, to what, by whom.  Every verb writes here, once, as it acts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import connection, transaction

from premura import bell
from premura.models import Agent, Brand, Channel, Conversation, Event
from premura.queue import later

FOLLOWED: set[str] = set()  # deeds that have a next step; `flow` fills it


def write(deed: Event.Deed, about: Conversation | Channel | Brand, by: Agent | None = None, **facts: Any) -> Event:
    """Write one line, ring the bell and set the next steps going.

    Call it inside the transaction that does the deed: deed, line and next steps are
    then kept or lost together.  Facts must be JSON; they are for people and reports,
    so store words and numbers as they were at the time, not ids alone.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"journal.write({deed!r}) must be inside transaction.atomic()")
    brand = about.pk if isinstance(about, Brand) else about.brand_id
    conversation = about if isinstance(about, Conversation) else None
    channel = conversation.channel_id if conversation else about.pk if isinstance(about, Channel) else None
    event = Event.objects.create(
        deed=deed,
        brand_id=brand,
        conversation=conversation,
        channel_id=channel,
        by=by,
        facts=facts,
    )
    if deed in FOLLOWED:
        later("advance", event_id=event.pk)
    ids = [conversation.pk] if conversation else []
    transaction.on_commit(partial(bell.ring, brand, ids))
    return event


def write_each(deed: Event.Deed, lines: Sequence[tuple[Conversation, Mapping[str, Any]]]) -> None:
    """Write one line for each of many conversations at once, done by nobody: one statement, and one bell a brand.

    As `write`, inside the transaction, but without next steps: these follow what people do.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"journal.write_each({deed!r}) must be inside transaction.atomic()")
    rung: dict[int, list[int]] = defaultdict(list)
    for about, _ in lines:
        rung[about.brand_id].append(about.pk)
    Event.objects.bulk_create(
        Event(deed=deed, brand_id=about.brand_id, conversation=about, channel_id=about.channel_id, facts=dict(facts))
        for about, facts in lines
    )
    for brand_id, conversations in rung.items():
        transaction.on_commit(partial(bell.ring, brand_id, conversations))


def took_in(brand_id: int, conversations: int, messages: int) -> None:
    """Write one line for a batch that came in: what was said is its own record, message by message."""
    Event.objects.create(
        deed=Event.Deed.TAKEN_IN,
        brand_id=brand_id,
        facts={"conversations": conversations, "messages": messages},
    )
