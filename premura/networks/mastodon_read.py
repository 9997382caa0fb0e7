"""What a kept Mastodon body says: pure translation from entities to items.

A body is an envelope of our own, the same whether it was polled, streamed or looked up:
`event` (named as in the streaming API), `payload` (the entity, as the server gave it), `above`
(the statuses over it in its thread), `known` (the ref of a message looked up again), `at` (when).

Source  docs.joinmastodon.org/entities/ and /methods/streaming/#events.
"""

import hashlib
import mimetypes
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from premura.networks.contract import (
    Above,
    Counted,
    Gesture,
    Item,
    Kind,
    Media,
    Person,
    Posted,
    Reacted,
    Ref,
    Removed,
    Said,
    UnknownShape,
)
from premura.networks.mastodon_text import plain

Entity = Mapping[str, Any]

MOST_ABOVE = 10
GESTURES = {"favourite": Gesture.LIKE, "reblog": Gesture.SHARE, "quote": Gesture.QUOTE}
SPOKEN = frozenset({"mention", "quote"})  # somebody speaks to us
NEWS = frozenset({"update", "status", "quoted_update"})  # may be ours to read, or only somebody we follow
NOTED = SPOKEN | NEWS | GESTURES.keys()
IGNORED = frozenset(
    {
        "follow",
        "follow_request",
        "poll",
        "admin.sign_up",
        "admin.report",
        "severed_relationships",
        "moderation_warning",
        "annual_report",
        "added_to_collection",
        "collection_update",
        "reaction",
        "pleroma:emoji_reaction",
        "move",
    }
)
_SNAC_ID = re.compile(r"\d{10}([0-9a-f]{32})")


def envelope(
    event: str,
    payload: Any,
    above: Sequence[Entity] = (),
    known: Ref | None = None,
    at: datetime | None = None,
) -> bytes:
    """Return the body to keep."""
    body: dict[str, Any] = {"event": event, "payload": payload}
    more = {"above": list(above), "known": dict(known or {}), "at": at and at.astimezone(UTC).isoformat()}
    return msgspec.json.encode(body | {name: value for name, value in more.items() if value})


def hear(body: bytes, me: str) -> Iterator[Item]:
    """Yield what a kept body says.  Raises UnknownShape, KeyError, TypeError or ValueError."""
    kept = msgspec.json.decode(body)
    payload, above, known = kept["payload"], kept.get("above", ()), kept.get("known", {})
    match kept["event"]:
        case "notification":
            yield from _notification(payload, me, above)
        case "update" | "status.update":
            yield from _status(payload, me, above, known, invited=bool(known))
            if "at" in kept:
                yield _counted(payload, datetime.fromisoformat(kept["at"]))
        case "conversation":
            yield from _status(payload["last_status"], me, above, known, invited=True)
        case "delete":
            yield Removed(key_of(str(payload)))
        case event:
            raise UnknownShape(f"Mastodon said “{event}”")


def key_of(status_id: str) -> str:
    """Return the key of a status: its id on our own server, the one name that every call agrees on.

    A `delete` event and `in_reply_to_id` carry nothing but this id, so the uri would not do.
    snac writes the time of the last edit before a hash of the uri; only the hash stays the same.

    >>> key_of("117024236408130890"), key_of("1795296982b437a7a33753d7578e870eba0b574b25")
    ('117024236408130890', 'b437a7a33753d7578e870eba0b574b25')
    """
    snac = _SNAC_ID.fullmatch(status_id)
    return snac[1] if snac else status_id


def real(status: Entity) -> Entity:
    """Return the status itself, out of the boost that some servers hand out in its place."""
    return status.get("reblog") or status


def concerns(status: Entity, me: str) -> bool:
    """Tell whether a status is by us, names us or answers us."""
    status = real(status)
    named = any(mention["id"] == me for mention in status.get("mentions") or ())
    return named or me in (status["account"]["id"], status.get("in_reply_to_account_id"))


def is_private(status: Entity, me: str) -> bool:
    """Tell whether only we and one other person can read it.

    Some servers (snac) call that "private", which elsewhere means followers only; neither may be
    answered in public.
    """
    if status["visibility"] == "private":
        return len({m["url"] for m in status.get("mentions") or () if m["id"] != me}) <= _others(status, me)
    return bool(status["visibility"] == "direct")


def worth_keeping(above: Sequence[Entity], private: bool, me: str) -> Sequence[Entity]:
    """Return the top of the thread and those nearest to the message, ten at most."""
    top = _top(above, private, me)
    near = max(0, len(above) - MOST_ABOVE + 1)
    return [*above[top : top + 1], *above[max(near, top + 1) :]] if top < near else above[near:]


def written(status: Entity) -> str:
    """Return a status as plain text, its content warning first."""
    text = plain(status["content"], status.get("mentions") or ())
    return "\n\n".join(part for part in (status.get("spoiler_text"), text) if part)


def person(account: Entity) -> Person:
    """Return the account as a person, with their whole handle."""
    acct, url = account["acct"], account.get("url") or ""
    return Person(
        key=account["id"],
        handle=acct if "@" in acct else f"{acct}@{urlsplit(url).netloc}",
        name=account.get("display_name") or account["username"],
        avatar=account.get("avatar") or "",
        url=url,
    )


def time(said: str) -> datetime:
    return datetime.fromisoformat(said).astimezone(UTC)


def sse(chunks: Iterable[bytes]) -> Iterator[tuple[str, str] | None]:
    """Yield (event, data) for each server-sent event, None for each comment: a sign of life.

    Lines end with a line feed and nothing else: a post may hold any other separator of Unicode.
    """
    event, data = "", list[str]()
    for line in _lines(chunks):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if line == "":
            if data:
                yield event or "message", "\n".join(data)
            event, data = "", []
        elif name == "":
            yield None
        elif name == "event":
            event = value
        elif name == "data":
            data.append(value)


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line.removesuffix(b"\r").decode() for line in lines)


def _notification(note: Entity, me: str, above: Sequence[Entity]) -> Iterator[Item]:
    kind, status = note["type"], note.get("status")
    if kind not in NOTED | IGNORED:
        raise UnknownShape(f"Mastodon notified of “{kind}”")
    if kind in IGNORED or not status:  # its status may be gone by now
        return
    if kind in GESTURES:
        yield _reacted(note, GESTURES[kind])
    if kind in SPOKEN | NEWS:
        yield from _status(status, me, above, {}, invited=kind in SPOKEN)


def _reacted(note: Entity, gesture: Gesture) -> Reacted:
    status = real(note["status"])
    if gesture is Gesture.QUOTE:
        quote = status["quote"]
        target = quote.get("quoted_status_id") or quote["quoted_status"]["id"]
    else:
        target = status["id"]
    by = person(note["account"])
    key = f"{gesture}:{key_of(target)}:{by.key}"  # the same when liked anew, and from stream and poll
    return Reacted(key, key_of(target), gesture, by, time(note["created_at"]))


def _counted(status: Entity, at: datetime) -> Counted:
    status = real(status)
    return Counted(
        key_of(status["id"]),
        at,
        likes=status.get("favourites_count"),
        shares=status.get("reblogs_count"),
        replies=status.get("replies_count"),
    )


def _status(status: Entity, me: str, above: Sequence[Entity], known: Ref, *, invited: bool) -> Iterator[Said | Posted]:
    if not (invited or concerns(status, me)):
        return
    status, above = real(status), [real(one) for one in above]
    ours, private = status["account"]["id"] == me, is_private(status, me)
    other = _other(status, me, above, known) if ours else status["account"]
    if other is None or (ours and not private and not status.get("in_reply_to_id")):
        yield _posted(status)
    else:
        yield _said(status, me, above, known, private, other)


def _said(status: Entity, me: str, above: Sequence[Entity], known: Ref, private: bool, other: Entity) -> Said:
    key, parent = key_of(status["id"]), status.get("in_reply_to_id") or ""
    thread = above[_top(above, private, me) :]
    root = known.get("root") or key_of(thread[0]["id"] if thread else _unseen(parent, private, above) or key)
    kind = Kind(known["kind"]) if "kind" in known else _kind(status, me, thread, private)
    ours = status["account"]["id"] == me
    return Said(
        key=key,
        kind=kind,
        author=person(status["account"]),
        text=written(status),
        written_at=time(status["created_at"]),
        root=root,
        parent=key_of(parent),
        with_=person(other) if ours else None,
        ours=ours,
        ref=_ref(status, root, kind, other),
        url=status.get("url") or status["uri"],
        language=_language(status),
        media=_media(status),
        above=tuple(_above(one, me) for one in above or _quoted(status)),
        edited_at=time(status["edited_at"]) if status.get("edited_at") else None,
    )


def _ref(status: Entity, root: str, kind: Kind, other: Entity) -> Ref:
    return {
        "id": status["id"],
        "acct": other["acct"],
        "visibility": "direct" if kind is Kind.DIRECT else status["visibility"],
        "root": root,
        "kind": kind.value,
        "with": other["id"],
    }


def _unseen(parent: str, private: bool, above: Sequence[Entity]) -> str:
    """Return the id of a parent that we could not see; a public one is not the top of a private thread."""
    return "" if private and above else parent


def _kind(status: Entity, me: str, thread: Sequence[Entity], private: bool) -> Kind:
    if private:
        return Kind.DIRECT
    top = thread[0]["account"]["id"] if thread else status.get("in_reply_to_account_id")
    return Kind.COMMENT if top == me else Kind.MENTION


def _posted(status: Entity) -> Posted:
    return Posted(
        key=key_of(status["id"]),
        text=written(status),
        written_at=time(status["created_at"]),
        ref={"id": status["id"], "visibility": status["visibility"]},
        url=status.get("url") or status["uri"],
        media=_media(status),
    )


def _above(status: Entity, me: str) -> Above:
    return Above(
        key=key_of(status["id"]),
        author=person(status["account"]),
        text=written(status),
        written_at=time(status["created_at"]),
        ours=status["account"]["id"] == me,
        url=status.get("url") or status["uri"],
        media=_media(status),
    )


def _quoted(status: Entity) -> Sequence[Entity]:
    quoted = (status.get("quote") or {}).get("quoted_status")
    return [quoted] if quoted else []


def _top(above: Sequence[Entity], private: bool, me: str) -> int:
    """Return where the thread begins: a private talk under a public post is a thread of its own."""
    top = len(above)
    while private and top and is_private(real(above[top - 1]), me):
        top -= 1
    return top if private else 0


def _others(status: Entity, me: str) -> int:
    """Return how many people besides us a talk between two may name: one if we speak, else none."""
    return 1 if status["account"]["id"] == me else 0


def _other(status: Entity, me: str, above: Sequence[Entity], known: Ref) -> Entity | None:
    """Return the account that we speak with in a status of ours."""
    for one in reversed(above):
        if one["account"]["id"] != me:
            return one["account"]  # type: ignore[no-any-return]
    for mention in status.get("mentions") or ():
        if mention["id"] != me:
            return {**mention, "id": _mentioned(mention, status), "username": mention["acct"]}
    if known.get("with"):
        return {"id": known["with"], "acct": known["acct"], "username": known["acct"]}
    return None


def _mentioned(mention: Entity, status: Entity) -> str:
    # snac numbers its mentions; an account's id there is a hash of its address.
    if _SNAC_ID.fullmatch(status["id"]):
        return hashlib.md5(mention["url"].encode(), usedforsecurity=False).hexdigest()
    return str(mention["id"])


def _language(status: Entity) -> str:
    code = (status.get("language") or "").partition("-")[0].lower()
    return code if len(code) == 2 else ""


def _media(status: Entity) -> tuple[Media, ...]:
    pieces = status.get("media_attachments") or ()
    return tuple(_piece(one) for one in pieces if one.get("url") or one.get("remote_url"))


def _piece(one: Entity) -> Media:
    url = one.get("url") or one["remote_url"]
    mime = mimetypes.guess_type(urlsplit(url).path)[0] or ""
    return Media(url, mime, one.get("description") or "", one.get("preview_url") or "")
