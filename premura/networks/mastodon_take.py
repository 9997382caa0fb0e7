"""What is new on Mastodon: polled, streamed, looked back for and looked up again, as bodies to keep."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from premura.networks import mastodon_read as read
from premura.networks.contract import Disconnected, NetworkError, Page, Ref, Refused
from premura.networks.failures import Gone
from premura.networks.mastodon_line import Line

PAGE = 40  # statuses in one call; servers cut off more
NOTES = 80  # notifications in one call; some servers give no more than 40
AT_ONCE = 20  # statuses looked up in one call; Mastodon refuses more
MOST_PAGES = 200  # of a backfill
STREAMED = frozenset({"notification", "update", "status.update", "conversation"})

Json = dict[str, Any]


class Threads:
    """Makes bodies, and fetches what stands above a message once for all who answer the same one."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._above: dict[str, list[read.Entity]] = {}
        self._told: set[str] = set()

    def bodies(self, event: str, entity: Json, known: Ref | None = None) -> list[bytes]:
        """Return the bodies that say `entity`; none for a private talk whose last word was told already."""
        status = _spoken(event, entity)
        if status is None:
            return [read.envelope(event, entity)]
        if event == "conversation" and status["id"] in self._told:
            return []
        self._told.add(status["id"])
        above, me = self._over(status), self._line.me
        return [read.envelope(event, entity, read.worth_keeping(above, read.is_private(status, me), me), known)]

    def _over(self, status: read.Entity) -> list[read.Entity]:
        parent = status.get("in_reply_to_id")
        if not parent:
            return []
        if parent not in self._above:
            self._above[parent] = self._fetch(status["id"])
        return self._above[parent]

    def _fetch(self, status_id: str) -> list[read.Entity]:
        try:
            context = self._line.json("GET", f"/api/v1/statuses/{status_id}/context")
        except Gone:  # taken away since
            return []
        return [read.real(one) for one in context["ancestors"]]


def poll(line: Line, cursor: str) -> Page:
    """Return new notifications, our own statuses and private talks, oldest first.

    The cursor holds, for each of the three, the newest id that was seen.
    """
    seen: dict[str, str] = msgspec.json.decode(cursor) if cursor else {}
    threads, bodies, more = Threads(line), list[bytes](), False
    for name, take in (("notifications", _notes), ("statuses", _own), ("conversations", _talks)):
        fresh, full = take(line, seen.get(name, ""))
        more = more or (full and name in seen)  # the first time, the newest page is enough
        for at, event, entity in fresh:
            if line.is_nearly_used_up() and bodies:
                return Page(bodies, _cursor(seen), more=True, wait_s=line.nap_s())
            bodies += threads.bodies(event, entity) if event else ()
            seen[name] = at
    return Page(bodies, _cursor(seen), more, line.nap_s())


def stream(line: Line) -> Iterator[bytes]:
    """Yield what the server says on our account's own line; b"" whenever it says anything at all."""
    threads = Threads(line)
    with line.stream("/api/v1/streaming/user") as chunks:
        for event in read.sse(chunks):
            yield b""
            if event:
                yield from _streamed(line, *event, threads)


def backfill(line: Line, since: datetime, pause: Callable[[float], None]) -> Iterator[Sequence[bytes]]:
    """Yield pages of bodies, newest first: first what others said, then what we did."""
    threads = Threads(line)
    for path, query, event in (
        ("/api/v1/notifications", _wanted() | {"limit": NOTES}, "notification"),
        (line.ours, {"exclude_reblogs": "true", "limit": PAGE}, "update"),
    ):
        for page in back(line, path, query):
            fresh = [one for one in page if read.time(one["created_at"]) >= since]
            heard = [one for one in fresh if _is_heard(event, one)]
            yield [body for one in heard for body in threads.bodies(event, one)]
            if len(fresh) < len(page):
                break
            pause(line.nap_s())


def back(line: Line, path: str, query: Mapping[str, Any], most: int = MOST_PAGES) -> Iterator[list[Json]]:
    """Yield pages of a list, newest first, until there are none."""
    before: dict[str, str] = {}
    for _ in range(most):
        page = line.json("GET", path, params={**query, **before})
        if not page:
            return
        yield page
        before = {"max_id": page[-1]["id"]}


def look_up(line: Line, refs: Sequence[Ref], now: datetime) -> Sequence[bytes]:
    """Return one body for each message: as it stands, or that it is gone."""
    found, bodies = _many(line, refs), list[bytes]()
    for ref in refs:
        if status := found.get(ref["id"]) or one(line, ref["id"]):
            bodies.append(read.envelope("status.update", status, known=ref, at=now))
        else:
            bodies.append(read.envelope("delete", ref["id"]))
    return bodies


def one(line: Line, status_id: str) -> Json | None:
    """Return a status, None when it is gone."""
    try:
        return line.json("GET", f"/api/v1/statuses/{status_id}")  # type: ignore[no-any-return]
    except Gone:
        return None


Fresh = list[tuple[str, str, Json]]  # id for the cursor, event ('' for nothing to tell), entity


def _notes(line: Line, after: str) -> tuple[Fresh, bool]:
    page, full = newer(line, "/api/v1/notifications", after, _wanted() | {"limit": NOTES})
    return [(one["id"], _if_heard("notification", one), one) for one in page], full


def _own(line: Line, after: str) -> tuple[Fresh, bool]:
    page, full = newer(line, line.ours, after, {"exclude_reblogs": "true", "limit": PAGE})
    return [(one["id"], _if_heard("update", one), one) for one in page], full


def _talks(line: Line, after: str) -> tuple[Fresh, bool]:
    try:
        page, full = newer(line, "/api/v1/conversations", after, {"limit": PAGE}, of="last_status")
    except Disconnected:
        raise
    except Refused:  # this server has none, or does not show them to us
        return [], False
    return [(one["last_status"]["id"], "conversation", one) for one in page], full


def newer(line: Line, path: str, after: str, query: Mapping[str, Any], of: str = "") -> tuple[list[Json], bool]:
    """Return the page just after the id `after` (the newest if ''), oldest first, and whether it was full."""
    page = line.json("GET", path, params={**query} | ({"min_id": after} if after else {}))
    # Not every server knows `min_id` everywhere, so what is older is left out here too.
    aged = [(age((one[of] or {}).get("id", "") if of else one["id"]), one) for one in page]
    fresh = [(old, one) for old, one in aged if old > age(after)]
    return [one for _, one in sorted(fresh, key=lambda pair: pair[0])], len(fresh) >= PAGE


def _streamed(line: Line, event: str, data: str, threads: Threads) -> Iterator[bytes]:
    if event == "delete":
        yield read.envelope("delete", data)
    if event not in STREAMED:
        return
    entity = msgspec.json.decode(data)
    if not _is_heard(event, entity) or ("update" in event and not read.concerns(entity, line.me)):
        return  # no matter of ours: somebody we follow
    try:
        yield from threads.bodies(event, entity)
    except NetworkError:
        return  # without its thread it would stand in the wrong place; the next poll brings it


def _many(line: Line, refs: Sequence[Ref]) -> dict[str, Json]:
    """Return those statuses that the server gives at once; it may give none."""
    found: dict[str, Json] = {}
    for start in range(0, len(refs), AT_ONCE):
        ids = [ref["id"] for ref in refs[start : start + AT_ONCE]]
        try:
            page = line.json("GET", "/api/v1/statuses", params={"id[]": ids})
        except Disconnected:
            raise
        except Refused:  # before Mastodon 4.3 there was no such call
            return found
        found |= {status["id"]: status for status in page}
    return found


def _wanted() -> dict[str, Any]:
    # Servers keep back private mentions from strangers: for a brand, those are its customers.
    return {"types[]": sorted(read.NOTED), "include_filtered": "true"}


def _spoken(event: str, entity: Json) -> read.Entity | None:
    """Return the status that somebody wrote, None where it is only liked or shared."""
    if event == "conversation":
        return entity["last_status"]  # type: ignore[no-any-return]
    if event != "notification":
        return read.real(entity)
    spoken = entity["type"] in read.SPOKEN | read.NEWS
    return read.real(entity["status"]) if spoken and entity.get("status") else None


def _is_heard(event: str, entity: Json) -> bool:
    """Tell whether a body of this would say something.  What is not known is kept: it may be learnt."""
    if event == "notification":
        return entity["type"] not in read.IGNORED
    # A boost of somebody's status is not ours; but some servers wrap a boosted status of ours in a boost.
    return event == "conversation" or not entity.get("reblog") or entity["reblog"]["id"] == entity["id"]


def _if_heard(event: str, entity: Json) -> str:
    return event if _is_heard(event, entity) else ""


def age(status_id: str) -> tuple[int, str]:
    """Return a key that sorts ids by age: they are numbers that only grow, or texts of one length."""
    return len(status_id), status_id


def _cursor(seen: Mapping[str, str]) -> str:
    return msgspec.json.encode(seen).decode()
