"""Windows: until when a network takes a reply, and whether the public has its answer first."""

from datetime import datetime, timedelta

from premura.models import Conversation, Message, Reply
from premura.networks import NETWORKS

SAID_WHY = "private_first"  # the rule that "personal data or safety" answers: kept among a reply's overrides
WHY_PRIVATE = "personal data or safety"


def left(conversation: Conversation, private: bool, now: datetime) -> timedelta | None:
    """Return how long the network still takes a reply, negative when it no longer does; None where it sets no end."""
    limits = NETWORKS[conversation.channel.network].limits
    if conversation.private:
        within = limits.direct_within
    else:
        within = limits.private_reply_within if private else limits.reply_within
    if within is None:
        return None
    latest = theirs(conversation)
    return within - (now - latest.written_at) if latest else None


def theirs(conversation: Conversation) -> Message | None:
    """Return what they wrote last, and have not taken away."""
    said = conversation.messages.filter(identity__isnull=False, removed_at=None)
    return said.order_by("-written_at", "-pk").first()


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
