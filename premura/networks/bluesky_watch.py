"""Bluesky: what is said under a hashtag?  Asks the network's search, as bodies to keep.

Method used: app.bsky.feed.searchPosts.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

import msgspec

from premura.networks.bluesky_poll import Json, Known, told, unseen
from premura.networks.bluesky_read import author, instant
from premura.networks.bluesky_session import Session
from premura.networks.contract import Page

PAGE = 100
PAGES = 5  # of one hashtag in one look
SEEN = 200  # posts remembered of one hashtag; more than the overlap brings in most
OVERLAP = timedelta(hours=1)  # as in `bluesky_poll`: authors claim when they wrote


class Place(msgspec.Struct, omit_defaults=True):
    """How far we have read under one hashtag; the network keeps no place for us."""

    seen: list[str] = []  # marks of the last posts
    until: str = ""  # the newest post of the last time that we read to the end
    top: str = ""  # the newest post of this time
    down: str = ""  # where this time goes on, if one look was not enough


def watch(session: Session, hashtags: Sequence[str], cursor: str) -> Page:
    """Return what others said with one of the hashtags; of one that is new to us, the newest page."""
    before = msgspec.json.decode(cursor, type=dict[str, Place]) if cursor else {}
    places = {tag: before.get(tag) or Place() for tag in hashtags}
    found = {view["uri"]: view for tag, place in places.items() for view in _news(session, tag, place)}
    theirs = [view for uri, view in found.items() if author(uri) != session.secret["did"]]
    bodies = told(session, theirs, Known())
    more = any(place.down for place in places.values())
    return Page(bodies, msgspec.json.encode(places).decode(), more, session.wait_s)


def _news(session: Session, tag: str, place: Place) -> list[Json]:
    first, new = not place.until, list[Json]()
    for _ in range(1 if first else PAGES):
        page = _search(session, tag, place.down)
        views = page["posts"]
        fresh = unseen(views, place.seen)
        new += fresh
        if not place.down and views:
            place.top = views[0]["indexedAt"]
        place.down = page.get("cursor") or ""
        if first or not fresh or not place.down or _passed(views[-1], place.until):
            place.down = ""
            place.until = place.top or place.until or session.now.isoformat()
            break
    place.seen = place.seen[-SEEN:]
    return [view for view in new if carries(view, tag)]


def _search(session: Session, tag: str, cursor: str) -> Json:
    at = {"cursor": cursor} if cursor else {}
    return session.get("app.bsky.feed.searchPosts", q=f"#{tag}", sort="latest", limit=PAGE, **at)


def _passed(view: Json, until: str) -> bool:
    return instant(view["indexedAt"]) < instant(until) - OVERLAP


def carries(view: Json, tag: str) -> bool:
    """Tell whether a post really carries a hashtag: a search finds #vinorosso under #vino too.

    >>> [carries({"record": {"text": text}}, "vino") for text in ("#Vino buono", "#vinorosso", "vino")]
    [True, False, False]
    """
    record = view["record"]
    if tag in {str(given).casefold() for given in (*_marked(record), *(record.get("tags") or ()))}:
        return True
    return bool(re.search(rf"(?<![\w#])#{re.escape(tag)}(?!\w)", record.get("text", ""), re.IGNORECASE))


def _marked(record: Json) -> Iterator[str]:
    for facet in record.get("facets") or ():
        for feature in facet.get("features", ()):
            if str(feature.get("$type", "")).endswith("#tag"):
                yield feature.get("tag", "")
