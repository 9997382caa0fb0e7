"""Windows: until when a network takes a reply, and whether the public has its answer first."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from premura.interact.refusals import PrivateOnce, WindowClosed
from premura.models import Conversation, Message, Reply
from premura.networks import NETWORKS
from premura.prepare.phrases import NOT_AGAINST

SAID_WHY, WHY_PRIVATE = NOT_AGAINST  # kept among a reply's overrides


def left(
    conversation: Conversation, private: bool, now: datetime, *, to: Message | None = None, reply: int | None = None
) -> timedelta | None:
    """Return how long the network still takes a reply, negative when it no longer does; None where it sets no end.

    Where the network sets an end to private replies, each counts from the very words that it answers, and those have
    one only.

    Takes    to: the message that it answers, else their latest; reply: which one it is, where it is kept already.
    """
    within = NETWORKS[conversation.channel.network].limits.private_reply_within
    if not private or conversation.private or within is None:
        return left_by_way(conversation, now).get("private" if private else "public")
    answered = to or theirs(conversation)
    if answered is None:
        return None
    return timedelta() if is_used_up(conversation, answered, reply) else within - (now - answered.written_at)


def is_used_up(conversation: Conversation, to: Message | None = None, reply: int | None = None) -> bool:
    """Whether the network takes one private reply to each comment, and `to`, else their latest, has had it.

    Takes    reply: which one is asked about, where it is kept already: those after it use nothing up.
    """
    answered = to or theirs(conversation)
    if conversation.private or NETWORKS[conversation.channel.network].limits.private_reply_within is None:
        return False
    own = conversation.replies.filter(to=answered, private=True, state__in=_COUNT)
    return answered is not None and (own if reply is None else own.filter(pk__lt=reply)).exists()


def closed(
    conversation: Conversation,
    private: bool,
    now: datetime,
    at: datetime,
    *,
    to: Message | None,
    reply: int | None = None,
) -> WindowClosed | None:
    """Return why the network takes no reply at `at`; None where it does.  The rest as `left`."""
    rest = left(conversation, private, now, to=to, reply=reply)
    if rest is None or rest > max(at - now, timedelta()):
        return None
    return PrivateOnce("") if private and is_used_up(conversation, to, reply) else WindowClosed(str(rest))


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


def moved_for_a_reason(conversation: Conversation) -> bool:
    """Whether personal data or safety is why we went on in private with who wrote here."""
    sent = conversation.replies.filter(private=True, state=Reply.State.SENT)
    return not conversation.private and sent.filter(overrides__has_key=SAID_WHY).exists()


def is_solved_in_private(conversation: Conversation) -> bool:
    """Whether what we last talked about in private with who wrote here is resolved, and we have gone on there since."""
    wrote = conversation.replies.filter(private=True, state=Reply.State.SENT).order_by("-sent_at")
    last = wrote.values_list("sent_at", flat=True).first()
    if last is None:
        return False
    own = Conversation.objects.filter(channel=conversation.channel_id, private=True, last_at__gte=last)
    newest = own.filter(identity=conversation.identity_id).order_by("-last_at", "-pk")
    return newest.values_list("state", flat=True).first() == Conversation.State.RESOLVED


_UNDER_WAY_OR_THERE = [Reply.State.SCHEDULED, Reply.State.READY, Reply.State.SENDING, Reply.State.SENT]
_COUNT = [Reply.State.HELD, Reply.State.UNCLEAR, *_UNDER_WAY_OR_THERE]  # perhaps it stands there, or it is about to
