"""Boomerangs: what was taken from sight comes back, by the same author or in the same words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from premura import journal
from premura.models import Act, Boomerang, Brand, Event, Message, ModerationRule
from premura.text.aspects import fold
from premura.text.similarity import fingerprint

LONG = timedelta(days=90)
MOST_ACTS = 5_000
LEAST = 16  # letters of a folded text; in shorter words many say the same


class Put(NamedTuple):
    """One thing that was put away."""

    act: int
    message: int | None
    identity: int | None
    fingerprint: int | None
    at: datetime


def watched(new: Mapping[int, Sequence[int]]) -> list[int]:
    """Return the brands of a batch that have something to watch for, in one statement; none for an empty batch."""
    if not new:
        return []
    acts = _lately(timezone.now()).filter(brand=OuterRef("pk"))
    rules = ModerationRule.objects.filter(brand=OuterRef("pk"), is_on=True)
    found = Brand.objects.filter(Exists(acts) | Exists(rules), pk__in=list(new)).order_by("pk")
    return list(found.values_list("pk", flat=True))


def look(brand_id: int, ids: Sequence[int]) -> int:
    """Note which of these messages bring back what was put away; return how many do.  Noted twice is noted once."""
    given = Message.objects.filter(brand=brand_id, pk__in=ids, identity__isnull=False).select_related("conversation")
    messages = list(given.order_by("pk"))
    put = list(_put_away(brand_id)) if messages else []
    found = [one for message in messages for one in _back(message, put)] if put else []
    with transaction.atomic():
        Brand.objects.select_for_update().get(pk=brand_id)  # two looks at the same batch: one after the other
        known = set(Boomerang.objects.filter(message__in=ids).values_list("act_id", "message_id"))
        fresh = [one for one in found if (one.act_id, one.message_id) not in known]
        Boomerang.objects.bulk_create(fresh)
        said = {one.message_id: one for one in fresh}
        for one in said.values():
            why = {"same_author": one.same_author, "same_words": one.same_words}
            about = one.message.conversation
            journal.write(Event.Deed.BOOMERANG, about, None, message=one.message_id, act=one.act_id, why=why)
    return len(said)


def of_messages(messages: Iterable[Message]) -> dict[int, Boomerang]:
    """Return for each message that brought something back what it was; its act at hand."""
    found = Boomerang.objects.filter(message__in=[m.pk for m in messages]).select_related("act")
    return {one.message_id: one for one in found.order_by("pk")}


def _lately(now: datetime) -> QuerySet[Act]:
    states = (Act.State.DONE, Act.State.REVIEW)
    return Act.objects.filter(state__in=states, asked_at__gte=now - LONG).exclude(snapshot__author=None)


def _put_away(brand_id: int) -> Iterable[Put]:
    found = _lately(timezone.now()).filter(brand=brand_id).order_by("-asked_at", "-pk")[:MOST_ACTS]
    names = ("pk", "message", "message__identity_id", "snapshot__fingerprint", "done_at", "asked_at")
    rows = found.values_list(*names)
    for pk, message, identity, print_, done_at, asked_at in rows:
        yield Put(pk, message, identity, print_, done_at or asked_at)


def _back(message: Message, put: Sequence[Put]) -> Iterable[Boomerang]:
    """Return what of all that a message brings back: the latest of its author, and the latest of its words.

    An author is back with what they wrote since; words are back also where something older was edited into them.
    """
    words = fingerprint(message.text) if len(fold(message.text)) >= LEAST else None
    put = [one for one in put if one.message != message.pk]  # nothing brings back itself
    author = next((one.act for one in put if one.identity == message.identity_id and one.at < message.written_at), None)
    same = [one for one in put if words is not None and one.fingerprint == words]
    since = _says_so_since(message, words) if same else None
    said = next((one.act for one in same if since is not None and one.at < since), None)
    for act in {pk for pk in (author, said) if pk is not None}:
        yield Boomerang(
            brand_id=message.brand_id, act_id=act, message=message, same_author=act == author, same_words=act == said
        )


def _says_so_since(message: Message, words: int | None) -> datetime:
    """Return since when a message has these words: an edit of a comma does not make them new."""
    for before in reversed(message.was):
        if fingerprint(before["text"]) != words:
            return datetime.fromisoformat(before["until"]) if before.get("until") else message.written_at
    return message.written_at if message.was or message.edited_at is None else message.edited_at
