"""Why a conversation stands where it stands: its parts with what they rest on, and its two clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from premura import access, clock
from premura.access import Standing
from premura.decide import deadlines
from premura.models import Conversation, Message, Triage

ELSEWHERE = ("agree", "spill")  # these rest on conversations, all others on messages
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Link:
    """One thing that a part rests on."""

    conversation: int
    message: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Why:
    """What speaks for a conversation, and how long it waits by both clocks."""

    priority: int
    parts: list[tuple[list[Any], list[Link]]]
    policy: str
    calendar: str
    waits: timedelta | None  # by the clock on the wall
    worked: timedelta | None  # in the working time of its calendar; None where that is day and night
    due_at: datetime | None
    resolution_due_at: datetime | None
    window_until: datetime | None


def why(standing: Standing, conversation: Conversation, now: datetime) -> Why | None:
    """Return it, with what `standing` may see of what it rests on; None before its triage.  Three queries."""
    found = Triage.objects.select_related("policy__calendar").filter(pk=conversation.pk).first()
    if found is None:
        return None
    since = conversation.waiting_since
    calendar = found.policy.calendar if found.policy else None
    worked = None
    if since and calendar:
        worked = clock.worked(deadlines.clock_of(calendar, now.astimezone(UTC).date()), since, now)
    parts = [part for part in found.parts if part[1]]
    return Why(
        conversation.priority, _rests_on(standing, parts), found.policy.name if found.policy else "",
        calendar.name if calendar else "", now - since if since else None, worked, conversation.due_at,
        found.resolution_due_at, found.window_until,
    )  # fmt: skip


def _rests_on(standing: Standing, parts: Sequence[list[Any]]) -> list[tuple[list[Any], list[Link]]]:
    messages = {pk for name, _, _, of in parts if name not in ELSEWHERE for pk in of[:SHOWN]}
    others = {pk for name, _, _, of in parts if name in ELSEWHERE for pk in of[:SHOWN]}
    visible = access.conversations(standing)
    words = Message.objects.filter(pk__in=messages, conversation__in=visible.order_by())
    said = {one.pk: Link(one.conversation_id, one.pk, one.text[:80]) for one in words}
    rows = visible.filter(pk__in=others)
    held = {one.pk: Link(one.pk, None, f"{one.identity}: {one.preview[:60]}") for one in rows}
    return [
        (part, [of[pk] for pk in part[3][:SHOWN] if pk in of])
        for part in parts
        for of in [held if part[0] in ELSEWHERE else said]
    ]
