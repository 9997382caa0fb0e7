"""Reply: written by a person, sent once."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from premura import journal
from premura.models import (
    Agent,
    Attachment,
    Channel,
    Conversation,
    Event,
    Message,
    Reply,
    WrongState,
)
from premura.networks import NETWORKS
from premura.networks.contract import (
    Can,
    Disconnected,
    Length,
    Network,
    NetworkError,
    Outgoing,
    Receipt,
    Unclear,
    Unreachable,
    Upload,
)
from premura.prepare import channels

Deed = Event.Deed
MOST_TRIES = 6
STUCK_AFTER = timedelta(minutes=2)
FORGOTTEN_AFTER = timedelta(minutes=30)  # later than its own job asks again


class CannotReply(Exception):
    """The reply cannot be taken as it is.  Nothing was sent."""


class TooLong(CannotReply):
    def __init__(self, over: int, most: int) -> None:
        super().__init__(f"{over} too long: {most} fit")
        self.over, self.most = over, most


class NothingToSay(CannotReply):
    """There is no text."""


class NotPossibleHere(CannotReply):
    """This network or this conversation knows no such reply."""


class NotConnected(CannotReply):
    """The channel is not connected, so nothing can be sent there."""


class TooManyPictures(CannotReply):
    def __init__(self, most: int) -> None:
        super().__init__(f"{most} pictures fit")
        self.most = most


class WrongPicture(CannotReply):
    """This picture is of a kind or a size that the network does not take."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class SomethingCameIn(CannotReply):
    """Somebody wrote since the author last looked.  They must look before they send."""

    def __init__(self, messages: Sequence[Message], replies: Sequence[Reply]) -> None:
        super().__init__(f"{len(messages)} messages and {len(replies)} replies came in between")
        self.messages, self.replies = messages, replies


@dataclass(frozen=True, slots=True)
class Seen:
    """How much of a conversation its reader has on the screen: the newest message and reply."""

    message: int = 0
    reply: int = 0

    @classmethod
    def of(cls, given: str) -> "Seen":
        """Read "12.7" as the screen gives it back; anything else means nothing was seen."""
        message, _, reply = given.partition(".")
        return cls(*(int(n) if n.isascii() and n.isdigit() else 0 for n in (message, reply)))

    def __str__(self) -> str:
        return f"{self.message}.{self.reply}"


def seen(conversation: Conversation) -> Seen:
    """Return how far somebody who looks now has seen."""
    message = conversation.messages.order_by("-pk").values_list("pk", flat=True).first()
    reply = conversation.replies.order_by("-pk").values_list("pk", flat=True).first()
    return Seen(message or 0, reply or 0)


def ways(conversation: Conversation) -> list[Can]:
    """Return how this conversation can be answered: in public, in private, or not at all."""
    if not conversation.channel.sealed:
        return []
    network = NETWORKS[conversation.channel.network]
    wanted = [Can.WRITE] if conversation.private else [Can.REPLY, Can.REPLY_PRIVATELY]
    return [can for can in wanted if can in network.can]


def voices(conversation: Conversation) -> list[Channel]:
    """Return the channels that can answer here, the conversation's own first, then other handles of the brand.

    In public only, and only such as the network gives the same keys: they must speak of the same message.
    """
    own = conversation.channel
    known_to = NETWORKS[own.network].known_to
    if conversation.private or known_to == "account":
        return [own]
    others = Channel.objects.filter(brand_id=own.brand_id, network=own.network, trouble="").exclude(pk=own.pk)
    others = others.exclude(sealed=b"").exclude(key__startswith="demo:").order_by("name", "pk")[:50]
    return [own, *(other for other in others if known_to == "network" or (own.server and other.server == own.server))]


def fits(channel: Channel, private: bool) -> Length:
    """Return how long a reply may be: what the server says, else what the network says."""
    limits = NETWORKS[channel.network].limits
    length = (limits.direct if private else None) or limits.reply
    most = channel.limits.get("direct" if private else "reply") or channel.limits.get("reply")
    return Length(int(most), length.unit) if most else length


def length(channel: Channel, text: str) -> int:
    """Return how long `text` is, as the channel's network counts."""
    return NETWORKS[channel.network]({}, None).length(text)  # type: ignore[arg-type]


def submit(
    conversation: Conversation,
    text: str,
    by: Agent,
    *,
    private: bool = False,
    seen: Seen | None = None,
    to: Message | None = None,
    language: str = "",
    uploads: Sequence[Upload] = (),
    voice: Channel | None = None,
) -> Reply:
    """Send `text` as the reply to their latest message, or to `to`; `voice` says it, else the conversation's channel.

    Raises CannotReply, of which SomethingCameIn when the conversation went on since `seen`.
    """
    text = text.strip()
    private = private or conversation.private
    voice = _other_voice(conversation, voice, private)
    _check(conversation, voice or conversation.channel, text, private, uploads)
    with transaction.atomic():
        # Two agents who send at once come here one after the other.
        Conversation.objects.select_for_update().get(pk=conversation.pk)
        if seen is not None:
            _look_first(conversation, by, seen)
        to = to or _latest(conversation)
        reply = Reply.objects.create(
            brand_id=conversation.brand_id,
            conversation=conversation,
            to=to,
            channel=voice,
            author=by,
            text=text,
            private=private,
            language=language,
        )
        _attach(reply, uploads)
        reply.release()
        journal.write(Deed.REPLY_RELEASED, conversation, by, reply=reply.pk)
    return reply


def deliver(reply: Reply, network: Network) -> None:
    """Hand a released reply to its network.

    Never sends twice: a late reply is forgiven, a double one is screenshotted.  The
    reply is marked as on its way before the call, and an outcome that cannot be
    known is looked up on the network, or left for a person to look at.

    Raises Unreachable when it is to be tried again later; WrongState when it is not ready.
    """
    reply.take()
    try:
        receipt = _say(reply, network)
    except Unreachable as error:
        _put_back(reply, str(error))
        raise
    except Unclear as error:
        _lose(reply, str(error))
    except NetworkError as error:
        give_up(reply, error)
    else:
        arrived(reply, receipt)


def look_for(reply: Reply, network: Network) -> None:
    """Find out what became of a reply whose sending broke off, and act on it.

    Raises Unreachable when the network cannot be asked now.
    """
    if Can.FIND not in network.can:
        if reply.state == Reply.State.SENDING:
            _lose(reply, f"{network.name} cannot be asked whether it took it")
        return
    try:
        receipt = network.find(dict(reply.to.ref), _outgoing(reply))
    except Unclear as error:
        if reply.state == Reply.State.SENDING:
            _lose(reply, str(error))
        return
    if receipt is not None:
        arrived(reply, receipt)
    elif reply.state == Reply.State.SENDING:
        _put_back(reply, "it was not there")
    else:
        reply.try_again()


def stuck(now: datetime) -> list[Reply]:
    """Return replies whose sending broke off, and released ones that no job cares for any more.  At most a hundred."""
    never_tried = Q(state=Reply.State.READY, taken_at=None, written_at__lt=now - STUCK_AFTER)
    given_up = Q(state=Reply.State.READY, taken_at__lt=now - FORGOTTEN_AFTER)
    broke_off = Q(state=Reply.State.SENDING, taken_at__lt=now - STUCK_AFTER)
    found = Reply.objects.filter(broke_off | never_tried | given_up)
    return list(found.select_related("conversation__channel", "channel", "to").order_by("pk")[:100])


def settle(reply: Reply, by: Agent, *, stands: bool) -> None:
    """Say of an unclear reply, after looking, that it stands there, or that it is to be sent again."""
    with transaction.atomic():
        if stands:
            reply.arrive(reply.url, reply.message, timezone.now())
            _answered(reply)
        else:
            reply.try_again()
        deed = Deed.REPLY_SETTLED if stands else Deed.REPLY_RELEASED
        journal.write(deed, reply.conversation, by, reply=reply.pk, stands=stands)


def try_again(reply: Reply, by: Agent) -> None:
    """Send a reply again that certainly failed.  Raises WrongState for any other."""
    if reply.state != Reply.State.FAILED:
        raise WrongState(reply, "try_again")
    with transaction.atomic():
        reply.try_again()
        journal.write(Deed.REPLY_RELEASED, reply.conversation, by, reply=reply.pk)


def arrived(reply: Reply, receipt: Receipt) -> None:
    """Note that a reply stands on its network.  Its echo may have come before us."""
    conversation, now = reply.conversation, timezone.now()
    with transaction.atomic():
        message, _ = Message.objects.get_or_create(
            channel_id=conversation.channel_id,
            key=receipt.key,
            defaults={
                "brand_id": reply.brand_id,
                "conversation": conversation,
                "parent": reply.to.key,
                "root": conversation.root,
                "kind": reply.to.kind,
                "text": reply.text,
                "language": reply.language,
                "url": receipt.url,
                "ref": dict(receipt.ref),
                "written_at": now,
                "received_at": now,
            },
        )
        reply.arrive(receipt.url, message, now)
        _answered(reply)
        journal.write(Deed.REPLY_SENT, conversation, reply=reply.pk, url=receipt.url)


def _answered(reply: Reply) -> None:
    # Who wrote again while our reply was on its way is still waiting.
    conversation = reply.conversation
    later = conversation.messages.filter(identity__isnull=False, removed_at=None, received_at__gt=reply.written_at)
    first = later.order_by("written_at").values_list("written_at", flat=True).first()
    now = timezone.now()
    if first is None:
        with suppress(WrongState):  # closed meanwhile: it stays closed
            conversation.wait(now)
    Conversation.objects.filter(pk=conversation.pk).update(
        waiting_since=first, last_out_at=now, last_at=max(now, conversation.last_at)
    )


def _say(reply: Reply, network: Network) -> Receipt:
    out, to = _outgoing(reply), dict(reply.to.ref)
    if reply.conversation.private:
        return network.write(to, out)
    if reply.private:
        return network.reply_privately(to, out)
    return network.reply(to, out)


def _outgoing(reply: Reply) -> Outgoing:
    uploads = tuple(Upload(a.name, a.mime, bytes(a.data), a.alt) for a in reply.attachments.order_by("pk")[:20])
    return Outgoing(reply.key, reply.text, reply.written_at, reply.language, uploads)


def _put_back(reply: Reply, why: str) -> None:
    if reply.tries >= MOST_TRIES:
        give_up(reply, NetworkError(why))
    else:
        reply.put_back(why)


def _lose(reply: Reply, why: str) -> None:
    with transaction.atomic():
        reply.lose(why)
        journal.write(Deed.REPLY_UNCLEAR, reply.conversation, reply=reply.pk)


def give_up(reply: Reply, error: NetworkError) -> None:
    """Note that a reply certainly was not sent; a channel that lost our credentials is marked."""
    channel = reply.voice
    with transaction.atomic():
        reply.fail(str(error))
        if isinstance(error, Disconnected):
            channels.lost(channel, str(error))
        journal.write(Deed.REPLY_FAILED, reply.conversation, reply=reply.pk, why=str(error))


def _other_voice(conversation: Conversation, voice: Channel | None, private: bool) -> Channel | None:
    if voice is None or voice == conversation.channel:
        return None
    if private or voice not in voices(conversation):
        raise NotPossibleHere(f"{voice} cannot answer here")
    return voice


def _attach(reply: Reply, uploads: Sequence[Upload]) -> None:
    Attachment.objects.bulk_create(
        Attachment(brand_id=reply.brand_id, reply=reply, name=u.name, mime=u.mime, alt=u.alt, data=u.data)
        for u in uploads
    )


def _check(conversation: Conversation, voice: Channel, text: str, private: bool, uploads: Sequence[Upload]) -> None:
    can = Can.WRITE if conversation.private else Can.REPLY_PRIVATELY if private else Can.REPLY
    network = NETWORKS[voice.network]
    if not voice.sealed:
        raise NotConnected(f"{voice} is not connected")
    if can not in network.can:
        raise NotPossibleHere(f"{network.name} cannot {can}")
    if not text:
        raise NothingToSay("no text")
    most = fits(voice, private).most
    if (given := length(voice, text)) > most:
        raise TooLong(given - most, most)
    if len(uploads) > network.limits.media:
        raise TooManyPictures(network.limits.media)
    for upload in uploads:
        if upload.mime not in network.limits.media_types or len(upload.data) > network.limits.media_bytes:
            raise WrongPicture(upload.name)


def _look_first(conversation: Conversation, by: Agent, seen: Seen) -> None:
    # Our own sent reply comes back as a message; its author has seen it.
    messages = conversation.messages.filter(pk__gt=seen.message).exclude(reply__author=by)
    replies = conversation.replies.filter(pk__gt=seen.reply).exclude(author=by)
    came, said = list(messages.order_by("pk")[:50]), list(replies.order_by("pk")[:50])
    if came or said:
        raise SomethingCameIn(came, said)


def _latest(conversation: Conversation) -> Message:
    theirs = conversation.messages.filter(identity__isnull=False)
    latest = theirs.filter(removed_at=None).order_by("-written_at", "-pk").first()
    latest = latest or theirs.order_by("-written_at", "-pk").first()
    if latest is None:
        raise NotPossibleHere("there is nothing to answer")
    return latest
