"""Taking the demo world away again, and letting it follow when Premura moves to another address."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, JSONField, TextField, Value
from django.db.models.functions import Cast, Replace

from premura import vault
from premura.models import (
    Act,
    Attachment,
    Brand,
    Channel,
    Contact,
    Conversation,
    Disengagement,
    Event,
    Identity,
    Label,
    Message,
    ModerationRule,
    Netiquette,
    Note,
    Plan,
    PlaygroundPage,
    Post,
    Presence,
    Reaction,
    Reply,
    Tally,
)
from premura.prepare.demo_world import world

# What points at others goes before them: some of them may not go alone.
OF_A_BRAND = (Act, ModerationRule, Disengagement, Netiquette, Event, Note, Attachment, Reply, Label, Reaction, Message,
              Conversation, Post, Plan, Identity, Contact, Channel, Tally)  # fmt: skip


def brands() -> list[str]:
    return [house.slug for house in world().brands]


def forget() -> None:
    """Delete the demo brands with all that is theirs, and their pages on Piazza.  Its people stay, and so do ours."""
    with transaction.atomic():
        gone = Brand.objects.filter(slug__in=brands())
        pages = [a.handle for house in world().brands for a in house.channels if a.network == "playground"]
        PlaygroundPage.objects.filter(key__in=pages).delete()
        Presence.objects.filter(conversation__brand__in=gone).delete()
        for kind in OF_A_BRAND:
            kind._default_manager.filter(brand__in=gone).delete()
        gone.delete()


def move_along() -> None:
    """Let the demo's channels on Piazza speak to where Premura is now: another port, say.

    Where it has not moved this is two small queries.
    """
    for channel in Channel.objects.filter(brand__slug__in=brands(), network="playground").exclude(sealed=b"")[:10]:
        try:
            secret = dict(vault.unseal(bytes(channel.sealed)))
        except vault.Sealed:
            continue  # `doctor` says so
        if secret["host"] != settings.PUBLIC_URL:
            with transaction.atomic():
                _move(channel, secret)


def _move(channel: Channel, secret: dict[str, str]) -> None:
    old, secret["host"] = secret["host"], settings.PUBLIC_URL

    def text(name: str) -> Any:
        return Replace(F(name), Value(old + "/"), Value(settings.PUBLIC_URL + "/"))

    def json(name: str) -> Any:
        said = Replace(Cast(name, TextField()), Value(old + "/"), Value(settings.PUBLIC_URL + "/"))
        return Cast(said, JSONField())

    Channel.objects.filter(pk=channel.pk).update(sealed=vault.seal(secret), url=text("url"), avatar=text("avatar"))
    Identity.objects.filter(brand=channel.brand_id, network="playground").update(avatar=text("avatar"), url=text("url"))
    Post.objects.filter(channel=channel).update(url=text("url"), media=json("media"))
    Message.objects.filter(channel=channel).update(url=text("url"), media=json("media"))
    Conversation.objects.filter(channel=channel).update(above=json("above"))
    Reply.objects.filter(conversation__channel=channel).update(url=text("url"))
