"""Windows: until when a network takes a reply, and whether the public has its answer first."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from premura.models import Conversation, Message, Reply
from premura.networks import NETWORKS

SAID_WHY = "private_first"  # the rule that "personal data or safety" answers: kept among a reply's overrides
WHY_PRIVATE = "personal data or safety"


def left(conversation: Conversation, private: bool, now: datetime) -> timedelta | None:
    """Return how long the network still takes a reply, negative when it no longer does; None where it sets no end."""
    return left_by_way(conversation, now).get("private" if private else "public")


def left_by_way(conversation: Conversation, now: datetime) -> dict[str, timedelta]:
    """Return the same for each way, public and private, that has an end.  Cost: a small query, or none."""
    limits = NETWORKS[conversation.channel.network].limits
    within = {"public": limits.reply_within, "private": limits.private_reply_within}
    if conversation.private:
        within = dict.fromkeys(within, limits.direct_within)
    ends = {way: time for way, time in within.items() if time is not None}
    latest = _theirs(conversation).values_list("written_at", flat=True).first() if ends else None
    return {way: time - (now - latest) for way, time in ends.items()} if latest else {}


def theirs(conversation: Conversation) -> Message | None:
    """Return what they wrote last, and have not taken away."""
    return _theirs(conversation).first()


def _theirs(conversation: Conversation) -> QuerySet[Message]:
    return conversation.messages.filter(identity__isnull=False, removed_at=None).order_by("-written_at", "-pk")


def answered_in_public(conversation: Conversation) -> bool:
    """Whether a reply of ours that everybody can read stands in this conversation."""
    ours = conversation.messages.filter(identity=None, removed_at=None)
    return not conversation.private and ours.exclude(reply__private=True).exists()


def closing_line_is_missing(conversation: Conversation) -> bool:
    """Whether we went on in private, and have not said so in public since."""
    if conversation.private:
        return False
    wrote = conversation.replies.filter(private=True, state=Reply.State.SENT).order_by("-sent_at")
    last = wrote.values_list("sent_at", flat=True).first()
    if last is None:
        return False
    after = conversation.replies.filter(private=False, state__in=_UNDER_WAY_OR_THERE, written_at__gt=last)
    outside = conversation.messages.filter(identity=None, removed_at=None, reply=None, written_at__gt=last)
    return not after.exists() and not outside.exists()


_UNDER_WAY_OR_THERE = [Reply.State.SCHEDULED, Reply.State.READY, Reply.State.SENDING, Reply.State.SENT]
