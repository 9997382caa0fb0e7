"""Bluesky: what does a kept body say?  Pure, and needs no network: a body carries all it speaks of.

A body is a JSON object whose `what` is one of
  post      a post with its counters, and the posts above it from the top down
  reaction  a notification of a like or a repost
  message   a direct message, with the people of its conversation
  look      how a post stands `at` a time: `post` is null once it is gone
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

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
    Removed,
    Said,
    UnknownShape,
)

Json = Mapping[str, Any]

APP = "https://bsky.app"
GESTURES = {"like": Gesture.LIKE, "repost": Gesture.SHARE}
NO_HANDLE = "handle.invalid"


def hear(body: bytes, me: str) -> Iterable[Item]:
    """Return what a kept body says; `me` is our DID."""
    try:
        told = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise UnknownShape(f"Bluesky: {error}") from error
    reader = _READERS.get(told.get("what", ""))
    if reader is None:
        raise UnknownShape(f"Bluesky: no reader for {told.get('what')!r}")
    return list(reader(told, me))


def author(uri: str) -> str:
    """Return whose record this is.

    >>> author("at://did:plc:abc/app.bsky.feed.post/3k")
    'did:plc:abc'
    """
    return uri.removeprefix("at://").partition("/")[0]


def permalink(uri: str) -> str:
    """Return where a person can look at a post.

    >>> permalink("at://did:plc:abc/app.bsky.feed.post/3k")
    'https://bsky.app/profile/did:plc:abc/post/3k'
    """
    return f"{APP}/profile/{author(uri)}/post/{uri.rpartition('/')[2]}"


def root_uri(view: Json) -> str:
    reply = view["record"].get("reply") or {}
    return str(reply["root"]["uri"] if reply else view["uri"])


def parent_uri(view: Json) -> str:
    reply = view["record"].get("reply") or {}
    return str(reply["parent"]["uri"] if reply else "")


def post_ref(view: Json) -> dict[str, str]:
    """Return what we need to reply to a post: it and the top of its thread."""
    reply = view["record"].get("reply") or {}
    root = reply["root"] if reply else view
    return {"uri": view["uri"], "cid": view["cid"], "root_uri": root["uri"], "root_cid": root["cid"]}


def message_ref(convo: str, message: Json) -> dict[str, str]:
    """Return what we need to answer a direct message."""
    return {"convo": convo, "id": message["id"]}


def message_key(ref: Mapping[str, str]) -> str:
    return f"{ref['convo']}/{ref['id']}"


def chat_url(convo: str) -> str:
    return f"{APP}/messages/{convo}"


def counts(view: Json) -> tuple[int, int, int]:
    """Return likes, reposts and replies."""
    return view.get("likeCount", 0), view.get("repostCount", 0), view.get("replyCount", 0)


def instant(text: str) -> datetime:
    """Return a time as an aware datetime in UTC.  Raises ValueError."""
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


# -- posts ------------------------------------------------------------------------------


def _post(told: Json, me: str) -> Iterator[Item]:
    view, above = told["post"], told.get("above", ())
    yield _said_or_posted(view, above, me, None)
    yield from _quote(view, me)
    if told.get("at") and author(view["uri"]) == me:
        yield _counted(view, told["at"])


def _look(told: Json, me: str) -> Iterator[Item]:
    view = told["post"]
    if view is None:
        yield Removed(told["uri"])
        return
    if view["cid"] != told["cid"]:  # a record that was written over has another hash
        yield _said_or_posted(view, told.get("above", ()), me, instant(told["at"]))
    yield _counted(view, told["at"])


def _said_or_posted(view: Json, above: Iterable[Json], me: str, edited_at: datetime | None) -> Said | Posted:
    ours = author(view["uri"]) == me
    answered = _answered(view, above, me) if ours else None
    if ours and answered is None:
        return _posted(view)
    return Said(
        key=view["uri"],
        kind=Kind.COMMENT if author(root_uri(view)) == me else Kind.MENTION,
        author=person(view["author"]),
        text=text_of(view),
        written_at=_written_at(view),
        root=root_uri(view),
        parent=parent_uri(view),
        with_=answered,
        ours=ours,
        ref=post_ref(view),
        url=permalink(view["uri"]),
        language=_language(view["record"]),
        media=_media(view),
        above=(*(_above(each, me) for each in above), *_quoted_above(view, me)),
        edited_at=edited_at,
    )


def _posted(view: Json) -> Posted:
    return Posted(
        key=view["uri"],
        text=text_of(view),
        written_at=_written_at(view),
        ref=post_ref(view),
        url=permalink(view["uri"]),
        media=_media(view),
    )


def _answered(view: Json, above: Iterable[Json], me: str) -> Person | None:
    """Return whom a post of ours answers, the nearest other person above it; None in a thread of ours."""
    for each in reversed(list(above)):
        if author(each["uri"]) != me:
            return person(each["author"])
    # The post above may be gone.  Its address still says whose it was.
    for uri in (parent_uri(view), root_uri(view)):
        if uri and author(uri) != me:
            return Person(author(uri), author(uri), url=f"{APP}/profile/{author(uri)}")
    return None


def _quote(view: Json, me: str) -> Iterator[Reacted]:
    quoted = _quoted(view)
    if quoted and author(quoted["uri"]) == me != author(view["uri"]):
        key, by = f"{view['uri']}#quote", person(view["author"])
        yield Reacted(key, quoted["uri"], Gesture.QUOTE, by, _written_at(view))


def _counted(view: Json, at: str) -> Counted:
    likes, shares, replies = counts(view)
    return Counted(view["uri"], instant(at), likes, shares, replies)


def _above(view: Json, me: str) -> Above:
    return Above(
        key=view["uri"],
        author=person(view["author"]),
        text=text_of(view),
        written_at=_written_at(view),
        ours=author(view["uri"]) == me,
        url=permalink(view["uri"]),
        media=_media(view),
    )


def _quoted_above(view: Json, me: str) -> Iterator[Above]:
    # A post that quotes another speaks of it, as a reply speaks of what it answers.
    quoted = _quoted(view)
    if quoted and "value" in quoted:
        embeds = quoted.get("embeds") or [None]
        yield _above(dict(quoted) | {"record": quoted["value"], "embed": embeds[0]}, me)


def _quoted(view: Json) -> Json | None:
    """Return the post that this one quotes, as far as the network shows it to us."""
    embed = view.get("embed") or {}
    record = embed.get("record") or {}
    if str(embed.get("$type", "")).startswith("app.bsky.embed.recordWithMedia"):
        record = record.get("record") or {}
    return record if "/app.bsky.feed.post/" in record.get("uri", "") else None


def text_of(view: Json) -> str:
    """Return the text of a post, with links in full; a link card not in it is added at the end."""
    text = _expanded(view["record"].get("text", ""), view["record"].get("facets") or ())
    external = (_media_embed(view).get("external") or {}).get("uri", "")
    if external and external not in text:
        text = f"{text}\n{external}".lstrip()
    return text


def _expanded(text: str, facets: Iterable[Json]) -> str:
    """Write links out in full: the app shows them shortened.  Offsets of facets are in bytes."""
    raw = text.encode()
    links = [
        (facet["index"]["byteStart"], facet["index"]["byteEnd"], feature["uri"])
        for facet in facets
        for feature in facet.get("features", ())
        if str(feature.get("$type", "")).endswith("#link")
    ]
    for start, end, uri in sorted(links, reverse=True):
        if 0 <= start < end <= len(raw):
            shown = raw[start:end].decode(errors="replace")
            raw = raw[:start] + _link(shown, uri).encode() + raw[end:]
    return raw.decode(errors="replace")


def _link(shown: str, uri: str) -> str:
    """Return what to write for a link: its address, after the words it hides behind.

    >>> _link("a.test/long...", "https://a.test/longer"), _link("here", "https://a.test/")
    ('https://a.test/longer', 'here (https://a.test/)')
    """
    start = shown.rpartition("://")[2].removesuffix("...").removesuffix("…")
    return uri if uri.rpartition("://")[2].startswith(start) else f"{shown} ({uri})"


def _media(view: Json) -> tuple[Media, ...]:
    embed = _media_embed(view)
    pictures = (
        Media(image["fullsize"], "image/jpeg", image.get("alt", ""), image.get("thumb", ""))
        for image in embed.get("images", ())
    )
    if "playlist" in embed:
        film = Media(
            embed["playlist"],
            "application/vnd.apple.mpegurl",
            embed.get("alt", ""),
            embed.get("thumbnail", ""),
        )
        return (*pictures, film)
    return tuple(pictures)


def _media_embed(view: Json) -> Json:
    embed = view.get("embed") or {}
    return embed.get("media") or embed


def _written_at(view: Json) -> datetime:
    """Return when it was written: what its author claims, but not later than the network saw it.

    Source  the AppView's own order (`sortAt`).
    """
    seen = instant(view["indexedAt"])
    try:
        return min(seen, instant(view["record"]["createdAt"]))
    except (ValueError, OverflowError, KeyError, TypeError):
        return seen


def _language(record: Json) -> str:
    langs = record.get("langs") or [""]
    return str(langs[0]).partition("-")[0].lower()


def person(profile: Json) -> Person:
    """Return the person of a profile view."""
    did, handle = profile["did"], profile.get("handle", NO_HANDLE)
    page = did if handle == NO_HANDLE else handle
    return Person(did, handle, profile.get("displayName", ""), profile.get("avatar", ""), f"{APP}/profile/{page}")


# -- reactions and direct messages ------------------------------------------------------


def _reaction(told: Json, me: str) -> Iterator[Reacted]:
    note = told["note"]
    target = (note["record"].get("subject") or {}).get("uri") or note["reasonSubject"]
    yield Reacted(note["uri"], target, GESTURES[note["reason"]], person(note["author"]), instant(note["indexedAt"]))


def _message(told: Json, me: str) -> Iterator[Said | Removed]:
    message, convo = told["message"], told["convo"]
    ref = message_ref(convo["id"], message)
    key = message_key(ref)
    if message.get("$type", "").endswith("#deletedMessageView"):
        yield Removed(key)
        return
    members = {member["did"]: person(member) for member in convo["members"]}
    sender = message["sender"]["did"]
    others = [each for did, each in members.items() if did != me]
    yield Said(
        key=key,
        kind=Kind.DIRECT,
        author=members.get(sender) or Person(sender, sender),
        text=_message_text(message),
        written_at=instant(message["sentAt"]),
        root=convo["id"],
        with_=others[0] if sender == me and others else None,
        ours=sender == me,
        ref=ref,
        url=chat_url(convo["id"]),
    )


def _message_text(message: Json) -> str:
    text = _expanded(message.get("text", ""), message.get("facets") or ())
    shared = _quoted(message)
    return f"{text}\n{permalink(shared['uri'])}".lstrip() if shared else text


_READERS: dict[str, Callable[[Json, str], Iterator[Item]]] = {
    "post": _post,
    "reaction": _reaction,
    "message": _message,
    "look": _look,
}
