"""What people said and we answered, some time ago: for figures."""

from datetime import datetime, timedelta
from itertools import count

from django.utils import timezone

from premura.models import Channel, Conversation, Message, Reading, Reply
from premura.networks.contract import Kind

_number = count()


def ago(**more) -> datetime:
    return timezone.now() - timedelta(**more)


def wrote(
    world, by, at, intent="question", language="it", urgency=1, flags=(), text="Quanto costa?", private=False, **more
):
    """Somebody wrote at a time, and it was read so; return the conversation."""
    kind = Kind.DIRECT if private else Kind.COMMENT
    conversation = world.says(text, by=by, at=at, kind=kind, **more)
    message = Message.objects.filter(conversation=conversation).latest("pk")
    Message.objects.filter(pk=message.pk).update(written_at=at)
    read = {"language": language, "intent": intent, "urgency": urgency, "flags": list(flags)}
    Reading.objects.update_or_create(
        message=message,
        defaults={"brand": world.brand, "version": "1", "tier": 1, "sentiment": "neutral", "score": 0.0, **read},
    )
    Conversation.objects.filter(pk=conversation.pk).update(**read, last_at=at, last_in_at=at, waiting_since=at)
    conversation.refresh_from_db()
    return conversation


def answered(conversation, by, at, private=False, overrides=None, parent=None):
    """We answered at a time; return the message that stands there."""
    to = parent or conversation.messages.filter(identity__isnull=False).latest("written_at")
    message = Message.objects.create(
        brand_id=conversation.brand_id, channel_id=conversation.channel_id, conversation=conversation,
        key=f"ours-{next(_number)}", parent=to.key, root=conversation.root, kind=to.kind, text="Costa dieci euro",
        written_at=at, received_at=at,
    )  # fmt: skip
    reply = Reply.objects.create(
        brand_id=conversation.brand_id, conversation=conversation, to=to, author=by, text=message.text, state="sent",
        private=private or conversation.private, overrides=overrides or {}, message=message, sent_at=at,
    )  # fmt: skip
    Reply.objects.filter(pk=reply.pk).update(written_at=at)
    Conversation.objects.filter(pk=conversation.pk).update(
        last_out_at=at, waiting_since=None, last_at=max(at, conversation.last_at)
    )
    conversation.refresh_from_db()
    return message


def resolved(conversation, at):
    Conversation.objects.filter(pk=conversation.pk).update(state="resolved", settled_at=at, waiting_since=None)
    conversation.refresh_from_db()


def channel(world, key, **more):
    given = {"brand": world.brand, "network": "playground", "name": key.capitalize(), "handle": key, "team": world.hall}
    return Channel.objects.create(key=key, **given | more)
