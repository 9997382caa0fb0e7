"""Bluesky: what is new?  Gathers notifications, our own posts and their threads, as bodies to keep.

Methods used: app.bsky.notification.listNotifications, app.bsky.feed.getPosts, getPostThread and
getAuthorFeed.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec

from premura.networks.bluesky_read import GESTURES, author, counts, instant, parent_uri, root_uri
from premura.networks.bluesky_session import Declined, Session
from premura.networks.contract import Ref

Json = Mapping[str, Any]
Known = dict[str, Json | None]  # posts by address; None: it is gone, or not for our eyes

SAID = ("mention", "reply", "quote")
REASONS = (*SAID, *GESTURES)
PAGE = 50
PAGES = 5  # of notifications in one poll
SEEN = 500  # notifications remembered; more than a poll can bring
OVERLAP = timedelta(hours=1)  # the network sorts by the time that authors claim: look this much further down
OWN_EVERY = 4  # polls between two looks at our own posts
OWN = 30  # posts of ours that we watch
THREADS = 3  # threads read in one poll
DEPTH = 10  # of replies in a thread
REPLIES, READ = 2, 3  # places in the figures of `Cursor.own`
NEW = [-1, -1, -1, 0]  # figures of a post that we have not looked at yet
ABOVE = 10  # posts above a message
BATCH = 25  # the most that getPosts takes


class Cursor(msgspec.Struct, omit_defaults=True):
    """What we have seen.  The network keeps no place for us: its list begins at the newest each time."""

    seen: list[str] = []  # marks of the last notifications and posts
    until: str = ""  # the newest notification of the last time that we read to the end
    top: str = ""  # the newest notification of this time
    down: str = ""  # where this time goes on, if one poll was not enough
    own: dict[str, list[int]] = {}  # our newest posts: likes, reposts, replies, and of those how many we have read
    turn: int = 0
    log: str = ""  # where we are in the log of direct messages
    closed: int = 0  # the turn in which direct messages were refused to us

    @classmethod
    def read(cls, text: str) -> "Cursor":
        return msgspec.json.decode(text, type=cls) if text else cls()

    def written(self) -> str:
        self.seen = self.seen[-SEEN:]
        return msgspec.json.encode(self).decode()


# -- what others did --------------------------------------------------------------------


def news(session: Session, cursor: Cursor) -> list[bytes]:
    """Return bodies for the notifications that came since.

    A few pages at most; `cursor.down` says if there are more.
    """
    first, new = not cursor.until, []
    for _ in range(1 if first else PAGES):
        page = _notifications(session, cursor.down)
        notes = page["notifications"]
        fresh = unseen(notes, cursor.seen)
        new += fresh
        _count_replies(fresh, cursor)
        if not cursor.down and notes:
            cursor.top = notes[0]["indexedAt"]
        cursor.down = page.get("cursor") or ""
        if first or not fresh or not cursor.down or _passed(notes[-1], cursor.until):
            cursor.down = ""
            cursor.until = cursor.top or cursor.until or session.now.isoformat()
            break
    return noted(session, new)


def _count_replies(notes: Sequence[Json], cursor: Cursor) -> None:
    """Count which replies to our own posts we were told of; `own` looks for the others."""
    for note in notes:
        if note["reason"] == "reply":
            cursor.own.setdefault(_mark(parent_uri(note)), list(NEW))[READ] += 1


def noted(session: Session, notes: Sequence[Json], known: Known | None = None) -> list[bytes]:
    """Return bodies for notifications, with what they speak of."""
    said = {note["uri"]: note for note in notes if note["reason"] in SAID}
    views = posts(session, said)
    # A post may be gone by now.  It was said all the same; the notification holds its words, no pictures.
    missed = {uri: _as_view(note) for uri, note in said.items() if views[uri] is None}
    bodies = told(session, [view for view in (views | missed).values() if view], known or {})
    reactions = [_body(what="reaction", note=note) for note in notes if note["reason"] in GESTURES]
    return bodies + reactions


def _notifications(session: Session, cursor: str, limit: int = PAGE) -> Json:
    at = {"cursor": cursor} if cursor else {}
    return session.get("app.bsky.notification.listNotifications", limit=limit, reasons=REASONS, **at)


def unseen(records: Iterable[Json], seen: list[str]) -> list[Json]:
    """Return what is not in `seen`, and add it there."""
    before, fresh = set(seen), []
    for record in records:
        if (mark := _mark(record["uri"])) not in before:
            fresh.append(record)
            before.add(mark)
            seen.append(mark)
    return fresh


def _passed(note: Json, until: str) -> bool:
    return instant(note["indexedAt"]) < instant(until) - OVERLAP


def _as_view(note: Json) -> Json:
    return {name: note[name] for name in ("uri", "cid", "author", "record", "indexedAt")}


def _mark(uri: str) -> str:
    return urlsafe_b64encode(sha256(uri.encode()).digest()[:6]).decode()


# -- what we did, and what came under it ------------------------------------------------


def own(session: Session, cursor: Cursor) -> list[bytes]:
    """Return bodies for our newest posts where their counters moved, and for replies never notified.

    The network now and then loses a notification: when it meets a reply before the post it
    answers.  More replies than we were told of give it away, and then the thread is read.
    """
    known = Known()
    feed = _own_posts(session.secret["did"], _feed_page(session), known)
    figures = {_mark(view["uri"]): _figures(view, cursor) for view in feed}
    moved = [view for view in feed if _moved(cursor.own, figures, _mark(view["uri"]))]
    bodies = told(session, moved, known, at=session.now.isoformat())
    cursor.own = figures
    short = [view for view in feed if figures[_mark(view["uri"])][READ] < counts(view)[REPLIES]]
    for view in short[:THREADS]:  # the others wait for the next turn
        bodies += told(session, unseen(thread(session, view["uri"], known), cursor.seen), known)
        figures[_mark(view["uri"])][READ] = counts(view)[REPLIES]
    return bodies


def _figures(view: Json, cursor: Cursor) -> list[int]:
    """Return counters of a post of ours, and how many of its replies we know."""
    replies = counts(view)[REPLIES]
    # The first time we take it that we know them all: what is there already is for `backfill` to bring.
    read = cursor.own.get(_mark(view["uri"]), NEW)[READ] if cursor.turn else replies
    # One that we know was deleted, perhaps: the next one that is lost must still show.
    return [*counts(view), min(read, replies)]


def _moved(before: Mapping[str, list[int]], now: Mapping[str, list[int]], mark: str) -> bool:
    return now[mark][:READ] != before.get(mark, NEW)[:READ]


def thread(session: Session, uri: str, known: Known) -> list[Json]:
    """Return what others wrote under a post, as deep as the network shows it."""
    try:
        top = session.get("app.bsky.feed.getPostThread", uri=uri, depth=DEPTH, parentHeight=0)["thread"]
    except Declined as error:
        if error.error == "NotFound":
            return []
        raise
    views = list(_flat(top))
    known.update((view["uri"], view) for view in views)
    return [view for view in views if author(view["uri"]) != author(uri)]


def _flat(node: Json) -> Iterator[Json]:
    if "post" in node:
        yield node["post"]
    for reply in node.get("replies") or ():
        yield from _flat(reply)


def _feed_page(session: Session, cursor: str = "") -> Json:
    at = {"cursor": cursor} if cursor else {}
    me = session.secret["did"]
    return session.get(
        "app.bsky.feed.getAuthorFeed",
        actor=me,
        limit=OWN,
        filter="posts_with_replies",
        includePins=False,
        **at,
    )


def _own_posts(me: str, page: Json, known: Known) -> list[Json]:
    """Return the posts of ours on a page of our feed, without mere reposts; learn those above them."""
    views = []
    for entry in page["feed"]:
        for near in (entry.get("reply") or {}).values():
            if "record" in near:
                known[near["uri"]] = near
        if author(entry["post"]["uri"]) == me and "reason" not in entry:
            views.append(entry["post"])
    return views


# -- posts and those above them ---------------------------------------------------------


def told(session: Session, views: Iterable[Json], known: Known, at: str = "") -> list[bytes]:
    """Return a body for each post, with the posts above it from the top down; ask for those not in `known`."""
    views = list(views)
    _learn(session, views, known)
    counted = {"at": at} if at else {}
    return [_body(what="post", post=view, above=_chain(view, known), **counted) for view in views]


def _learn(session: Session, views: Sequence[Json], known: Known) -> None:
    """Look up the posts above `views`, one step up at a time for all of them together."""
    known.update((view["uri"], view) for view in views)
    for _ in range(ABOVE):
        missing = {uri for view in views for uri in _gaps(view, known)}
        if not missing:
            return
        known.update(posts(session, missing))


def posts(session: Session, uris: Iterable[str]) -> Known:
    """Return posts by their addresses, None for those that the network does not show us."""
    wanted = list(uris)
    found: Known = dict.fromkeys(wanted)
    for start in range(0, len(wanted), BATCH):
        page = session.get("app.bsky.feed.getPosts", uris=wanted[start : start + BATCH])
        found.update((view["uri"], view) for view in page["posts"])
    return found


def _gaps(view: Json, known: Known) -> Iterator[str]:
    """Yield the posts above `view` that we need next: the top, and the nearest that we do not know."""
    if root_uri(view) not in known:
        yield root_uri(view)
    for above in _upwards(view, known):
        view = above
    if (parent := parent_uri(view)) and parent not in known:
        yield parent


def _upwards(view: Json, known: Known) -> Iterator[Json]:
    for _ in range(ABOVE):
        above = known.get(parent_uri(view))
        if above is None:
            return
        yield above
        view = above


def _chain(view: Json, known: Known) -> list[Json]:
    chain = list(_upwards(view, known))[::-1]
    top = known.get(root_uri(view))
    if top and top["uri"] != view["uri"] and top not in chain:
        return [top, *chain[-(ABOVE - 1) :]]
    return chain


def _body(**told: Any) -> bytes:
    return msgspec.json.encode(told)


# -- going back, and looking again ------------------------------------------------------


def notes_since(session: Session, since: datetime) -> Iterator[Sequence[bytes]]:
    """Yield bodies for all notifications since, a page at a time."""
    cursor = ""
    while True:
        page = _notifications(session, cursor)
        notes = [note for note in page["notifications"] if instant(note["indexedAt"]) >= since]
        yield noted(session, notes)
        cursor = page.get("cursor") or ""
        if not cursor or len(notes) < len(page["notifications"]):
            return


def own_since(session: Session, since: datetime) -> Iterator[Sequence[bytes]]:
    """Yield bodies for our own posts since, and for all that others wrote under them."""
    cursor = ""
    while True:
        known, page = Known(), _feed_page(session, cursor)
        views = _own_posts(session.secret["did"], page, known)
        recent = [view for view in views if instant(view["indexedAt"]) >= since]
        under = [reply for view in recent if counts(view)[2] for reply in thread(session, view["uri"], known)]
        yield told(session, recent, known, at=session.now.isoformat()) + told(session, under, known)
        cursor = page.get("cursor") or ""
        if not cursor or len(recent) < len(views):
            return


def look(session: Session, refs: Sequence[Ref], now: datetime) -> list[bytes]:
    """Return bodies that say how posts stand now.  Nothing is said of one that we merely may not see."""
    wanted = {ref["uri"]: ref for ref in refs if "uri" in ref}
    found = posts(session, wanted)
    bodies = []
    for uri, ref in wanted.items():
        view = found[uri]
        if view is None and not _gone(session, uri):
            continue
        above: list[Json] = []
        if view and view["cid"] != ref["cid"]:
            known: Known = {uri: view}
            _learn(session, [view], known)
            above = _chain(view, known)
        bodies.append(_body(what="look", uri=uri, cid=ref["cid"], at=now.isoformat(), post=view, above=above))
    return bodies


def _gone(session: Session, uri: str) -> bool:
    # getPosts also leaves out the posts of people who blocked us; a thread tells them apart.
    try:
        node = session.get("app.bsky.feed.getPostThread", uri=uri, depth=0, parentHeight=0)["thread"]
    except Declined as error:
        if error.error == "NotFound":
            return True
        raise
    return bool(node.get("notFound"))
