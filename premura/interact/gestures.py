"""A small gesture answered by a like: it needs no more, unless the network does not take the like."""

from django.db import transaction
from django.utils import timezone

from premura import journal
from premura.interact import moderate
from premura.models import Agent, Conversation, Event, Message

Deed = Event.Deed


def like(message: Message, by: Agent) -> None:
    """Like what they wrote, and settle its conversation.  Raises NotPossible and WrongState: then neither is done."""
    conversation = message.conversation
    with transaction.atomic():
        waited = Conversation.objects.values_list("waiting_since", flat=True).get(pk=conversation.pk)
        moderate.like(message, by)
        conversation.resolve(timezone.now())
        since = waited.isoformat() if waited else None
        journal.write(Deed.RESOLVED, conversation, by, liked=message.pk, waited_since=since)


def refused(event: Event) -> bool:
    """Follow a like that the network did not take: what it settled waits again, as long as it did before.

    Takes    the line that says that a deed was not done.
    Returns  whether the conversation came back.  It does not where somebody did anything to it since, nor where the
             like had settled nothing; what they write meanwhile opens it anyway.
    """
    if event.facts.get("undone") != Deed.LIKED or event.conversation is None:
        return False
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update(no_key=True).get(pk=event.conversation.pk)
        lines = conversation.events.order_by("-pk")
        settled = lines.filter(deed=Deed.RESOLVED, facts__liked=event.facts["message"], pk__lt=event.pk).first()
        if settled is None or lines.filter(pk__gt=settled.pk, by__isnull=False).exists():
            return False
        if conversation.state != Conversation.State.RESOLVED:
            return False
        conversation.reopen()
        Conversation.objects.filter(pk=conversation.pk).update(waiting_since=settled.facts["waited_since"])
        journal.write(Deed.REOPENED, conversation, undone=event.facts["undone"], why=event.facts["why"])
    return True
