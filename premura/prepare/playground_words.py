"""How Piazza puts into words what happened on it: what `networks.playground_items` reads."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from premura.models.playground import PlaygroundItem, PlaygroundLike, PlaygroundPage, PlaygroundPerson

Kind = PlaygroundItem.Kind
DEEP = 30  # the deepest chain of answers that is followed
Words = dict[str, Any]


def said(item: PlaygroundItem) -> Words:
    """Say what was written, as it stands now."""
    if item.kind == Kind.POST:
        return {"is": "posted", "key": item.key, "text": item.text, **_about(item)}
    above = chain(item)
    return {
        "is": "said",
        "key": item.key,
        "kind": item.kind,
        "author": writer(item),
        "text": item.text,
        "root": root(item, above),
        "parent": above[-1].key if above else "",
        "with": _with(item, above),
        "ours": item.ours,
        "stars": item.stars,
        "edited_at": item.edited_at.isoformat() if item.edited_at else None,
        "idempotency": item.idempotency,
        "above": [_post_above(post) for post in above],
        **_about(item),
    }


def removed(item: PlaygroundItem) -> Words:
    return {"is": "removed", "key": item.key, "at": (item.removed_at or timezone.now()).isoformat()}


def hidden(item: PlaygroundItem) -> Words:
    return {"is": "hidden", "key": item.key, "hidden": item.hidden_at is not None}


def liked(like: PlaygroundLike, *, undone: bool) -> Words:
    by = person(like.person) if like.person else page(like.item.page)
    key = f"like-{like.item.key}-{by['key']}"
    at = timezone.now() if undone else like.at
    return {
        "is": "reacted", "key": key, "target": like.item.key, "by": by, "at": at.isoformat(), "undone": undone,
    }  # fmt: skip


def counted(item: PlaygroundItem, at: datetime) -> Words:
    likes, replies = item.likes.count(), item.answers.filter(removed_at=None).count()
    return {"is": "counted", "key": item.key, "at": at.isoformat(), "likes": likes, "replies": replies}


def standing(item: PlaygroundItem, at: datetime) -> list[Words]:
    """Say how an item stands now."""
    if item.removed_at:
        return [removed(item)]
    return [said(item), hidden(item), counted(item, at)]


def chain(item: PlaygroundItem) -> list[PlaygroundItem]:
    """Return what stands above an item, from the top down."""
    above: list[PlaygroundItem] = []
    while item.parent is not None and len(above) < DEEP:
        item = item.parent
        above.insert(0, item)
    return above


def root(item: PlaygroundItem, above: list[PlaygroundItem]) -> str:
    if item.chat is not None:
        return f"chat-{item.page.key}-{item.chat.key}"
    return above[0].key if above else item.key


def page(page: PlaygroundPage) -> Words:
    return {
        "key": page.key, "handle": page.key, "name": page.name, "avatar": _avatar(page.key), "url": page_url(page),
    }  # fmt: skip


def person(person: PlaygroundPerson) -> Words:
    return {
        "key": person.key, "handle": person.handle, "name": person.name, "avatar": _avatar(person.handle), "url": "",
    }  # fmt: skip


def writer(item: PlaygroundItem) -> Words:
    return page(item.page) if item.author is None else person(item.author)


def url(item: PlaygroundItem) -> str:
    return f"{settings.PUBLIC_URL}/playground/items/{item.key}/"


def page_url(page: PlaygroundPage) -> str:
    return f"{settings.PUBLIC_URL}/playground/{page.key}/"


def _avatar(handle: str) -> str:
    return f"{settings.PUBLIC_URL}/playground/faces/{handle}.svg"


def _about(item: PlaygroundItem) -> Words:
    base = f"{settings.PUBLIC_URL}/playground/pictures/"
    media = [{"url": f"{base}{p.key}", "mime": p.mime, "alt": p.alt} for p in item.pictures.defer("data")[:20]]
    return {"written_at": item.written_at.isoformat(), "url": url(item), "media": media}


def _post_above(item: PlaygroundItem) -> Words:
    text = item.text if not item.removed_at else ""
    return {"key": item.key, "author": writer(item), "text": text, "ours": item.ours, **_about(item)}


def _with(item: PlaygroundItem, above: list[PlaygroundItem]) -> Words | None:
    if not item.ours:
        return None
    if item.chat is not None:
        return person(item.chat)
    answered = next((post.author for post in reversed(above) if post.author), None)
    return person(answered) if answered else None
