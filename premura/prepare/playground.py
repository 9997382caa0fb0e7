"""Piazza's own deeds: what people and pages can do on the toy network.

It plays the part of another company's server.  Every change is kept for the poll and told to the
page's webhook by a job, so that nothing is lost when nobody listens.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from premura.models.playground import (
    PlaygroundCall,
    PlaygroundChange,
    PlaygroundItem,
    PlaygroundLike,
    PlaygroundPage,
    PlaygroundPerson,
    PlaygroundPicture,
)
from premura.networks.contract import Upload
from premura.networks.playground import Playground
from premura.prepare import playground_words as words
from premura.queue import later

Kind = PlaygroundItem.Kind
BANS = ("ban", "unban")
ON_A_WALL = frozenset({Kind.POST, Kind.VISITOR_POST, Kind.MENTION, Kind.REVIEW, Kind.DIRECT})
CAST = ("Giulia Ferri", "Tom Baker", "Anna Schmidt", "Marco Conti", "Nadia Benali", "Sofia Greco")


class NotTaken(ValueError):
    """Piazza says no; `str` is why, in words for whoever asked.  Nothing was done."""


def make_page(key: str, name: str, about: str = "") -> PlaygroundPage:
    """Return the page called `key`, opened with a cast of people around it if there was none."""
    page, _made = PlaygroundPage.objects.get_or_create(key=key, defaults={"name": name, "about": about})
    for somebody in CAST:
        be(somebody)
    return page


def secret_of(page: PlaygroundPage, host: str) -> dict[str, str]:
    """Return what `Playground.connect` would return: for those who fill a demo while no server runs."""
    return {"host": host, "page": page.key, "token": page.token, "signing": page.signing}


def be(name: str) -> PlaygroundPerson:
    """Return the person called so, made if there is none.  Raises NotTaken for a name without letters."""
    name = " ".join(name.split())[:100]
    handle = slugify(name)[:50]
    if not handle:
        raise NotTaken(_("A name needs letters."))
    return PlaygroundPerson.objects.get_or_create(handle=handle, defaults={"name": name})[0]


def say(
    page: PlaygroundPage,
    author: PlaygroundPerson | None,
    kind: str,
    text: str,
    *,
    parent: PlaygroundItem | None = None,
    chat: PlaygroundPerson | None = None,
    stars: int | None = None,
    pictures: Sequence[Upload] = (),
    idempotency: str = "",
    **facts: Any,
) -> PlaygroundItem:
    """Write something; `author` None is the page.  The same `idempotency` again returns what it made.

    Raises NotTaken when it is empty, too long, its pictures are not to be had, or the page has banned its author.
    """
    if idempotency and (made := PlaygroundItem.objects.filter(page=page, idempotency=idempotency).first()):
        return made
    text = text.strip()
    _check(text, kind, stars, pictures)
    _welcome(page, author)
    try:
        with transaction.atomic():
            item = PlaygroundItem.objects.create(
                page=page, author=author, kind=kind, text=text, parent=parent, chat=chat, stars=stars,
                idempotency=idempotency, **facts,
            )  # fmt: skip
            PlaygroundPicture.objects.bulk_create(
                PlaygroundPicture(item=item, mime=p.mime, alt=p.alt, data=p.data) for p in pictures
            )
            _tell(page, words.said(item))
    except IntegrityError:  # the same try at the same moment
        return PlaygroundItem.objects.get(page=page, idempotency=idempotency)
    return item


def answer(item: PlaygroundItem, author: PlaygroundPerson | None, text: str, **more: Any) -> PlaygroundItem:
    """Answer something, in public under it or in the private conversation it is part of."""
    if item.removed_at:
        raise NotTaken(_("It is not there any more."))
    if item.chat is not None:
        return say(item.page, author, Kind.DIRECT, text, parent=item, chat=item.chat, **more)
    return say(item.page, author, Kind.COMMENT, text, parent=item, **more)


def edit(item: PlaygroundItem, text: str) -> None:
    """Write something anew.  Raises NotTaken."""
    text = text.strip()
    _check(text, item.kind, item.stars, ())
    _welcome(item.page, item.author)
    with transaction.atomic():
        _change(item, text=text, edited_at=timezone.now())
        _tell(item.page, words.said(item))


def remove(item: PlaygroundItem) -> None:
    if item.removed_at:
        return
    with transaction.atomic():
        _change(item, removed_at=timezone.now())
        _tell(item.page, words.removed(item))


def hide(item: PlaygroundItem, *, hidden: bool = True) -> None:
    """Hide what somebody wrote from everybody but them, or show it again.  Raises NotTaken for the page's own words."""
    if item.ours or item.chat is not None:
        raise NotTaken(_("Only what others wrote in public can be hidden."))
    with transaction.atomic():
        _change(item, hidden_at=timezone.now() if hidden else None)
        _tell(item.page, words.hidden(item))


def like(item: PlaygroundItem, by: PlaygroundPerson | None) -> None:
    """Like something.  Liking it again changes nothing."""
    with transaction.atomic():
        made, fresh = PlaygroundLike.objects.get_or_create(item=item, person=by)
        if fresh:
            _tell(item.page, words.liked(made, undone=False))


def unlike(item: PlaygroundItem, by: PlaygroundPerson | None) -> None:
    with transaction.atomic():
        for given in PlaygroundLike.objects.filter(item=item, person=by):
            _tell(item.page, words.liked(given, undone=True))
            given.delete()


def _check(text: str, kind: str, stars: int | None, pictures: Sequence[Upload]) -> None:
    limits = Playground.limits
    over = Playground({}, None).length(text) - limits.reply.most  # type: ignore[arg-type]
    if not text:
        raise NotTaken(_("Nothing was written."))
    if over > 0:
        told = {"over": over, "most": limits.reply.most}
        raise NotTaken(_("It is %(over)s characters too long: %(most)s fit.") % told)
    if (kind == Kind.REVIEW) != (stars is not None) or stars not in (None, 1, 2, 3, 4, 5):
        raise NotTaken(_("A review has one to five stars, and nothing else has."))
    if len(pictures) > limits.media:
        raise NotTaken(_("%(most)s pictures fit.") % {"most": limits.media})
    for picture in pictures:
        if picture.mime not in limits.media_types or len(picture.data) > limits.media_bytes:
            raise NotTaken(_("A picture is a PNG, JPEG, WebP or GIF of at most 2 MB."))


def is_banned(page: PlaygroundPage, person: PlaygroundPerson) -> bool:
    """Whether the page has banned somebody: of what it asked for, the newest word holds."""
    asked = PlaygroundCall.objects.filter(page=page, deed__in=BANS, target=person.key, status=200)
    return asked.order_by("-pk").values_list("deed", flat=True).first() == "ban"


def _welcome(page: PlaygroundPage, author: PlaygroundPerson | None) -> None:
    if author is not None and is_banned(page, author):
        raise NotTaken(_("This page has banned you: nothing of yours is taken here."))


def _change(item: PlaygroundItem, **changes: Any) -> None:
    PlaygroundItem.objects.filter(pk=item.pk).update(**changes)
    for name, value in changes.items():
        setattr(item, name, value)


def _tell(page: PlaygroundPage, *told: words.Words) -> None:
    # A page's changes are written one after another, so that their ids are in the order in
    # which they can be read: a poll that has seen 7 will never be given a 6 that came later.
    PlaygroundPage.objects.select_for_update().get(pk=page.pk)
    body = msgspec.json.encode({"page": page.key, "items": told})
    change = PlaygroundChange.objects.create(page=page, body=body)
    later("playground_speak", change_id=change.pk)
