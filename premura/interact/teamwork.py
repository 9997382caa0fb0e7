"""Working on a conversation together: who has it, where it stands, what we note about it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from premura import journal
from premura.models import Agent, Conversation, Event, Label, Note, Presence

Deed = Event.Deed
LOOKING_FOR = timedelta(seconds=45)
TYPING_FOR = timedelta(seconds=8)


def assign(conversation: Conversation, to: Agent | None, by: Agent) -> None:
    """Give the conversation to somebody, or to nobody."""
    with transaction.atomic():
        Conversation.objects.filter(pk=conversation.pk).update(assignee=to)
        conversation.assignee = to
        journal.write(Deed.ASSIGNED, conversation, by, to=str(to) if to else "")


def snooze(conversation: Conversation, until: datetime, by: Agent) -> None:
    """Hide it until then, or until they write.  Raises WrongState."""
    with transaction.atomic():
        conversation.snooze(until)
        journal.write(Deed.SNOOZED, conversation, by, until=until.isoformat())


def hold(conversation: Conversation, by: Agent) -> None:
    """Say that we wait for somebody of ours.  Raises WrongState."""
    with transaction.atomic():
        conversation.hold()
        journal.write(Deed.HELD, conversation, by)


def resolve(conversation: Conversation, by: Agent, **facts: Any) -> None:
    """Say that it needs no more; `facts` are what was open all the same, and why.  Raises WrongState."""
    with transaction.atomic():
        conversation.resolve(timezone.now())
        journal.write(Deed.RESOLVED, conversation, by, **facts)


def reopen(conversation: Conversation, by: Agent) -> None:
    """Take it up again.  Raises WrongState."""
    with transaction.atomic():
        conversation.reopen()
        journal.write(Deed.REOPENED, conversation, by)


def wake(now: datetime) -> int:
    """Reopen the conversations whose snooze is over; return how many.  Bounded; call again for more."""
    due = Conversation.objects.filter(state=Conversation.State.SNOOZED, snoozed_until__lte=now)
    woken = 0
    for conversation in due.order_by("snoozed_until")[:500]:
        with transaction.atomic():
            conversation.reopen()
            journal.write(Deed.WOKEN, conversation)
        woken += 1
    return woken


def note(conversation: Conversation, text: str, by: Agent) -> Note:
    """Leave an internal message on it."""
    with transaction.atomic():
        made = Note.objects.create(
            brand_id=conversation.brand_id, conversation=conversation, author=by, text=text.strip()
        )
        journal.write(Deed.NOTED, conversation, by, note=made.pk)
    return made


def label(conversation: Conversation, name: str, by: Agent) -> Label:
    """Put a label on it, made if the brand has none of that name."""
    with transaction.atomic():
        found, _ = Label.objects.get_or_create(brand_id=conversation.brand_id, name=name.strip()[:60])
        found.conversations.add(conversation)
        journal.write(Deed.LABELLED, conversation, by, label=found.name)
    return found


def unlabel(conversation: Conversation, label: Label, by: Agent) -> None:
    with transaction.atomic():
        label.conversations.remove(conversation)
        journal.write(Deed.UNLABELLED, conversation, by, label=label.name)


def look(conversation: Conversation, by: Agent, *, typing: bool = False) -> bool:
    """Note that `by` is looking at it, or typing in it.  Return whether that is news to the others."""
    now = timezone.now()
    before = Presence.objects.filter(agent=by, conversation=conversation).first()
    was_here = before is not None and before.seen_at > now - LOOKING_FOR
    was_typing = before is not None and bool(before.typed_at and before.typed_at > now - TYPING_FOR)
    Presence.objects.bulk_create(
        [Presence(agent=by, conversation=conversation, seen_at=now, typed_at=now if typing else None)],
        update_conflicts=True,
        unique_fields=["agent", "conversation"],
        update_fields=["seen_at", *(["typed_at"] if typing else [])],
    )
    Conversation.objects.filter(pk=conversation.pk).update(read_at=now)
    return not was_here or (typing and not was_typing)


def leave(conversation: Conversation, by: Agent) -> None:
    """Note that `by` no longer looks at it."""
    Presence.objects.filter(agent=by, conversation=conversation).delete()


def present(conversation: Conversation, besides: Agent) -> list[tuple[Agent, bool]]:
    """Return who else is looking, each with whether they are typing."""
    now = timezone.now()
    found = Presence.objects.filter(conversation=conversation, seen_at__gt=now - LOOKING_FOR)
    found = found.exclude(agent=besides).select_related("agent").order_by("agent__name")[:20]
    return [(p.agent, bool(p.typed_at and p.typed_at > now - TYPING_FOR)) for p in found]
