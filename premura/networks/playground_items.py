"""What Piazza says, as items: the same words in a webhook call, a poll, a backfill and a look-up."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from premura.networks.contract import (
    Above,
    Counted,
    Gesture,
    Hidden,
    Item,
    Kind,
    Media,
    Person,
    Posted,
    Reacted,
    Removed,
    Said,
    UnknownShape,
)

Words = Mapping[str, Any]


def read(body: bytes) -> list[Item]:
    """Return the items in `body`.  Raises UnknownShape, KeyError or ValueError when it is not Piazza's."""
    try:
        told = msgspec.json.decode(body)["items"]
        return [READERS[item["is"]](item) for item in told]
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError) as error:
        raise UnknownShape(f"not a thing that Piazza says: {error!r}") from error


def _said(item: Words) -> Said:
    return Said(
        key=item["key"],
        kind=Kind(item["kind"]),
        author=_person(item["author"]),
        text=item["text"],
        written_at=_at(item["written_at"]),
        root=item["root"],
        parent=item["parent"],
        with_=_person(item["with"]) if item.get("with") else None,
        ours=item["ours"],
        ref={"key": item["key"]},
        url=item["url"],
        media=_media(item),
        above=tuple(_above(post) for post in item.get("above", ())),
        stars=item.get("stars"),
        edited_at=_at(item["edited_at"]) if item.get("edited_at") else None,
        idempotency=item.get("idempotency", ""),
    )


def _posted(item: Words) -> Posted:
    at, ref = _at(item["written_at"]), {"key": item["key"]}
    return Posted(item["key"], item["text"], at, ref, item["url"], _media(item))


def _removed(item: Words) -> Removed:
    return Removed(item["key"], _at(item["at"]))


def _hidden(item: Words) -> Hidden:
    return Hidden(item["key"], item["hidden"])


def _reacted(item: Words) -> Reacted:
    by, at = _person(item["by"]), _at(item["at"])
    return Reacted(item["key"], item["target"], Gesture.LIKE, by, at, item["undone"])


def _counted(item: Words) -> Counted:
    return Counted(item["key"], _at(item["at"]), likes=item["likes"], replies=item["replies"])


READERS: Mapping[str, Callable[[Words], Item]] = {
    "said": _said,
    "posted": _posted,
    "removed": _removed,
    "hidden": _hidden,
    "reacted": _reacted,
    "counted": _counted,
}


def _above(post: Words) -> Above:
    author, at = _person(post["author"]), _at(post["written_at"])
    return Above(post["key"], author, post["text"], at, post["ours"], post["url"], _media(post))


def _person(given: Words) -> Person:
    return Person(given["key"], given["handle"], given["name"], given["avatar"], given["url"])


def _media(item: Words) -> tuple[Media, ...]:
    return tuple(Media(m["url"], m["mime"], m["alt"]) for m in item.get("media", ()))


def _at(given: str) -> datetime:
    return datetime.fromisoformat(given)
