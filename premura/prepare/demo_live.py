"""New messages that trickle in, as if from the networks.

On Piazza somebody really writes: its server calls our webhook, signed.  The other accounts of the
demo stand nowhere but here, so what is said there is returned, to be taken in by who called.
"""

import secrets
from datetime import datetime

from premura.models import Channel, Conversation, Message, PlaygroundItem, PlaygroundPage
from premura.networks.contract import PRIVATE, Kind, Person, Said
from premura.prepare import demo_piazza
from premura.prepare import playground as piazza
from premura.prepare.demo_made import Told
from premura.prepare.demo_words import person
from premura.prepare.demo_world import Coming, world

ITEM = PlaygroundItem.Kind


class NotThere(LookupError):
    """The demo world is not in this database, or not any more.  Nothing was said."""


def say(coming: Coming, now: datetime) -> tuple[Channel, Told | None]:
    """Let one message come; return where, and what is to be taken in if it is not Piazza's to bring it.

    Raises NotThere.
    """
    account = next(a for house in world().brands for a in house.channels if a.id == coming.channel)
    channel = Channel.objects.filter(
        brand__slug=coming.brand, network=account.network, handle=account.handle
    ).first()  # fmt: skip
    if channel is None:
        raise NotThere(coming.channel)
    before = _before(channel, coming)
    if account.network == "playground":
        _write(PlaygroundPage.objects.get(key=account.handle), coming, before)
        return channel, None
    return channel, (channel, _said(coming, before, now), now)


def _before(channel: Channel, coming: Coming) -> Message | None:
    """Return the last of what this goes on with: the same person under the same post, or the same talk."""
    who = person(coming.person)
    talks = Conversation.objects.filter(channel=channel, private=Kind(coming.kind) in PRIVATE)
    talks = talks.filter(identity__handle=who.handle)
    talks = talks.filter(root=f"demo-{coming.post}") if coming.post else talks.filter(post=None, kind=coming.kind)
    talk = talks.order_by("-last_at").first()
    return talk.messages.filter(removed_at=None).order_by("-written_at").first() if talk else None


def _said(coming: Coming, before: Message | None, now: datetime) -> Said:
    key, post = f"demo-live-{secrets.token_hex(8)}", f"demo-{coming.post}" if coming.post else ""
    who = person(coming.person)
    return Said(
        key=key, kind=Kind(coming.kind), author=Person(who.key, who.handle, who.name), text=coming.text, written_at=now,
        root=before.root if before else post or key, parent=before.key if before else post, language=coming.lang,
        stars=coming.stars,
    )  # fmt: skip


def _write(page: PlaygroundPage, coming: Coming, before: Message | None) -> None:
    who, kind = demo_piazza.be(coming.person), coming.kind
    under = before.key if before else f"demo-{coming.post}" if coming.post else ""
    item = PlaygroundItem.objects.filter(page=page, key=under, removed_at=None).select_related("page", "chat").first()
    if item is not None and kind != ITEM.REVIEW:
        piazza.answer(item, who, coming.text)
    elif kind != ITEM.COMMENT:  # whose post is gone has nothing to stand under
        chat = who if kind == ITEM.DIRECT else None
        piazza.say(page, who, kind, coming.text, chat=chat, stars=coming.stars)
