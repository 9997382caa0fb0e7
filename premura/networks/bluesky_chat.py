"""Bluesky: direct messages, which another service keeps and our own server passes on.

Methods used: chat.bsky.convo.getLog, listConvos, getConvo, getMessages, acceptConvo and
sendMessage.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from premura.networks.bluesky_poll import Cursor
from premura.networks.bluesky_read import instant
from premura.networks.bluesky_session import Declined, Session
from premura.networks.contract import Busy, Outgoing, Ref, Refused, Unclear, Unreachable

Json = Mapping[str, Any]

CONVOS = 20  # conversations read at the very first poll
LOGS = 5  # pages of the log in one poll
ASK_AGAIN = 60  # polls after which we ask again whether we are let in
FIND_PAGES = 5
PAGE = 100
NEWS = ("#logCreateMessage", "#logDeleteMessage")


def news(session: Session, cursor: Cursor) -> tuple[list[bytes], bool]:
    """Return bodies for direct messages since, and whether there are more.

    An app password may come without direct messages: then there are none, and that is no fault.
    """
    if cursor.closed and cursor.turn - cursor.closed < ASK_AGAIN:
        return [], False
    try:
        bodies, more = _log(session, cursor) if cursor.log else (_first(session, cursor), False)
    except Refused:
        cursor.closed = cursor.turn or 1
        return [], False
    except Busy as busy:
        session.wait_s = max(session.wait_s, busy.retry_after_s)
        return [], False
    except Unreachable:
        return [], False  # the chat service is a house of its own: the public side must not wait for it
    cursor.closed = 0
    return bodies, more


def since(session: Session, since: datetime) -> Iterator[Sequence[bytes]]:
    """Yield bodies for all direct messages since, a conversation's page at a time."""
    try:
        for convo in _convos(session, since):
            yield from _messages_since(session, convo, since)
    except Refused:
        return


def send(session: Session, to: Ref, out: Outgoing, facets: Sequence[Json]) -> Json:
    """Send a direct message and return it as it stands there."""
    if out.media:
        raise Refused("Bluesky takes no pictures in direct messages")
    _accept(session, to["convo"])
    message = {"text": out.text} | ({"facets": list(facets)} if facets else {})
    return session.chat("POST", "sendMessage", json={"convoId": to["convo"], "message": message})


def find(session: Session, to: Ref, out: Outgoing) -> Json | None:
    """Return the message of ours with this text that stands after the one it answers.

    The service keeps no key of ours, so the text must do.  Raises Unclear when `to` is too far up to be sure.
    """
    cursor = ""
    for _ in range(FIND_PAGES):
        page = _messages(session, to["convo"], cursor)
        for message in page["messages"]:
            if message["id"] == to["id"]:
                return None
            if _sender(message) == session.secret["did"] and message.get("text") == out.text:
                return dict(message)
        cursor = page.get("cursor") or ""
        if not cursor:
            return None
    raise Unclear(f"more than {FIND_PAGES * PAGE} messages came since the one we answer")


def _accept(session: Session, convo: str) -> None:
    """Let the other person's request in: who answers has accepted.  Doing it again changes nothing."""
    try:
        session.chat("POST", "acceptConvo", json={"convoId": convo})
    except Unclear as error:
        raise Unreachable(str(error)) from error  # nothing was said yet
    except Declined:
        return  # if it matters, so will the message be


def _sender(message: Json) -> str:
    """Return who wrote a message, '' where the service itself speaks: somebody joined, the chat was locked."""
    return str((message.get("sender") or {}).get("did", ""))


def _first(session: Session, cursor: Cursor) -> list[bytes]:
    """Return the last message of each of the newest conversations, and begin the log here."""
    log = session.chat("GET", "getLog")
    convos = session.chat("GET", "listConvos", params={"limit": CONVOS})["convos"]
    cursor.log = log.get("cursor") or "0"  # before all others
    return [_body(convo, convo["lastMessage"]) for convo in convos if _sender(convo.get("lastMessage") or {})]


def _log(session: Session, cursor: Cursor) -> tuple[list[bytes], bool]:
    bodies: list[bytes] = []
    convos: dict[str, Json] = {}
    at = cursor.log
    for _ in range(LOGS):
        page = session.chat("GET", "getLog", params={"cursor": at})
        entries = [entry for entry in page["logs"] if entry.get("$type", "").endswith(NEWS)]
        entries = [entry for entry in entries if _sender(entry["message"])]
        _meet(session, entries, convos)
        bodies += [_body(convos[entry["convoId"]], entry["message"]) for entry in entries]
        before, at = at, page.get("cursor") or at
        if not page["logs"] or at == before:
            break
    else:
        cursor.log = at
        return bodies, True
    cursor.log = at
    return bodies, False


def _meet(session: Session, entries: Iterable[Json], convos: dict[str, Json]) -> None:
    """Look up the people of conversations that are not in `convos` yet."""
    for convo in {entry["convoId"] for entry in entries} - set(convos):
        convos[convo] = session.chat("GET", "getConvo", params={"convoId": convo})["convo"]


def _convos(session: Session, since: datetime) -> Iterator[Json]:
    cursor = ""
    while True:
        page = session.chat("GET", "listConvos", params=_at(cursor, limit=PAGE))
        for convo in page["convos"]:
            if "sentAt" in (last := convo.get("lastMessage") or {}) and instant(last["sentAt"]) >= since:
                yield convo
        cursor = page.get("cursor") or ""
        if not cursor:
            return


def _messages_since(session: Session, convo: Json, since: datetime) -> Iterator[Sequence[bytes]]:
    cursor = ""
    while True:
        page = _messages(session, convo["id"], cursor)
        dated = [message for message in page["messages"] if "sentAt" in message]
        recent = [message for message in dated if instant(message["sentAt"]) >= since]
        yield [_body(convo, message) for message in recent if _sender(message)]
        cursor = page.get("cursor") or ""
        if not cursor or len(recent) < len(dated):
            return


def _messages(session: Session, convo: str, cursor: str) -> Json:
    return session.chat("GET", "getMessages", params=_at(cursor, convoId=convo, limit=PAGE))


def _at(cursor: str, **params: Any) -> dict[str, Any]:
    return params | ({"cursor": cursor} if cursor else {})


def _body(convo: Json, message: Json) -> bytes:
    people = {"id": convo["id"], "members": convo["members"]}
    return msgspec.json.encode({"what": "message", "convo": people, "message": message})
