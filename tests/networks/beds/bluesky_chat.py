"""A stand-in for Bluesky's chat service, which is not published.

It keeps conversations in memory and believes nobody but the real PDS: each call must carry
the service token that the PDS signs for the account (issuer, audience, method, expiry).
The signature itself is not checked.
"""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]


class Wrong(Exception):
    """An error to answer with, as XRPC words it."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.status, self.body = status, {"error": error, "message": message}


class Chat:
    """The conversations of everybody."""

    def __init__(self) -> None:
        self.did = ""
        self.port = 0
        self.lock = threading.Lock()
        self.members: dict[str, list[str]] = {}  # conversation -> accounts
        self.said: dict[str, list[Json]] = {}  # conversation -> messages
        self.logs: dict[str, list[Json]] = {}  # account -> what happened
        self.gone: set[tuple[str, str]] = set()  # (account, message) deleted for that account alone
        self.accepted: set[tuple[str, str]] = set()  # (account, conversation)
        self.turn = 0

    def serve_as(self, did: str) -> None:
        self.did = did

    def answer(self, me: str, method: str, asked: Json) -> Json:
        answers: dict[str, Callable[[str, Json], Json]] = {
            "getConvoForMembers": self.convo_for_members,
            "getConvo": lambda me, asked: {"convo": self.view(me, self.own(me, asked))},
            "listConvos": self.list_convos,
            "getMessages": self.messages,
            "getLog": self.log,
            "acceptConvo": self.accept,
            "sendMessage": self.send,
            "deleteMessageForSelf": self.delete_for_self,
        }
        name = method.removeprefix("chat.bsky.convo.")
        if name not in answers:
            raise Wrong(501, "MethodNotImplemented", f"the stand-in has no {method}")
        with self.lock:
            return answers[name](me, asked)

    def convo_for_members(self, me: str, asked: Json) -> Json:
        everybody = sorted({me, *_many(asked["members"])})
        for convo, members in self.members.items():
            if members == everybody:
                return {"convo": self.view(me, convo)}
        convo = self.next()
        self.members[convo], self.said[convo] = everybody, []
        self.accepted.add((me, convo))
        for member in everybody:
            self.write_down(member, "logBeginConvo", convo)
        return {"convo": self.view(me, convo)}

    def list_convos(self, me: str, asked: Json) -> Json:
        return {"convos": [self.view(me, c) for c, members in reversed(self.members.items()) if me in members]}

    def messages(self, me: str, asked: Json) -> Json:
        convo, limit = self.own(me, asked), int(asked.get("limit", 50))
        newest_first = [self.seen_by(me, m) for m in reversed(self.said[convo])]
        start = int(asked.get("cursor", 0))
        page = newest_first[start : start + limit]
        more = {"cursor": str(start + limit)} if len(newest_first) > start + limit else {}
        return {"messages": page} | more

    def log(self, me: str, asked: Json) -> Json:
        logs = [entry for entry in self.logs.get(me, []) if entry["rev"] > asked.get("cursor", "")][:100]
        return {"logs": logs, "cursor": logs[-1]["rev"] if logs else asked.get("cursor", self.now())}

    def send(self, me: str, asked: Json) -> Json:
        convo, said = self.own(me, asked), asked["message"]
        if len(said["text"].encode()) > 10_000:
            raise Wrong(400, "InvalidRequest", "message must not be longer than 10000 bytes")
        message = {
            "$type": "chat.bsky.convo.defs#messageView",
            "id": self.next(),
            "rev": self.now(),
            "text": said["text"],
            "sender": {"did": me},
            "sentAt": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        } | ({"facets": said["facets"]} if said.get("facets") else {})
        self.said[convo].append(message)
        for member in self.members[convo]:
            self.write_down(member, "logCreateMessage", convo, message)
        return message

    def accept(self, me: str, asked: Json) -> Json:
        convo = self.own(me, asked)
        if (me, convo) in self.accepted:
            return {}
        self.accepted.add((me, convo))
        self.write_down(me, "logAcceptConvo", convo)
        return {"rev": self.now()}

    def delete_for_self(self, me: str, asked: Json) -> Json:
        convo = self.own(me, asked)
        self.gone.add((me, asked["messageId"]))
        message = next(m for m in self.said[convo] if m["id"] == asked["messageId"])
        self.write_down(me, "logDeleteMessage", convo, self.seen_by(me, message))
        return self.seen_by(me, message)

    def own(self, me: str, asked: Json) -> str:
        convo = str(asked["convoId"])
        if me not in self.members.get(convo, []):
            raise Wrong(400, "InvalidConvo", "Convo not found")
        return convo

    def view(self, me: str, convo: str) -> Json:
        last = {"lastMessage": self.seen_by(me, self.said[convo][-1])} if self.said[convo] else {}
        members = [{"did": did, "handle": f"{did[-6:]}.test", "displayName": did[-6:]} for did in self.members[convo]]
        status = "accepted" if (me, convo) in self.accepted else "request"
        told = {"id": convo, "rev": self.now(), "members": members, "status": status}
        return told | {"muted": False, "unreadCount": 0} | last

    def seen_by(self, me: str, message: Json) -> Json:
        if (me, message["id"]) not in self.gone:
            return message
        kept = {name: message[name] for name in ("id", "rev", "sender", "sentAt")}
        return kept | {"$type": "chat.bsky.convo.defs#deletedMessageView"}

    def write_down(self, account: str, what: str, convo: str, message: Json | None = None) -> None:
        entry = {"$type": f"chat.bsky.convo.defs#{what}", "rev": self.next(), "convoId": convo}
        self.logs.setdefault(account, []).append(entry | ({"message": message} if message else {}))

    def next(self) -> str:
        self.turn += 1
        return self.now()

    def now(self) -> str:
        return f"3chat{self.turn:08d}"


@contextmanager
def serving() -> Iterator[Chat]:
    """Run the stand-in on a free port."""
    chat = Chat()
    handler = type("Handler", (_Handler,), {"chat": chat})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    chat.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    chat: Chat

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self._answer(url.path, {name: v[0] if len(v) == 1 else v for name, v in parse_qs(url.query).items()})

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        self._answer(urlsplit(self.path).path, json.loads(self.rfile.read(length) or b"{}"))

    def _answer(self, path: str, asked: Json) -> None:
        method = path.removeprefix("/xrpc/")
        try:
            status, body = 200, self.chat.answer(self._issuer(method), method, asked)
        except Wrong as wrong:
            status, body = wrong.status, wrong.body
        answer = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def _issuer(self, method: str) -> str:
        """Return for whom the PDS speaks.  Source: AT Protocol, inter-service authentication."""
        try:
            token = self.headers["authorization"].removeprefix("Bearer ").split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(token + "=="))
        except (AttributeError, IndexError, ValueError) as error:
            raise Wrong(401, "AuthMissing", "no service token") from error
        if claims["aud"].partition("#")[0] != self.chat.did or claims["lxm"] != method or claims["exp"] < time.time():
            raise Wrong(401, "BadJwt", f"this token is not for {method}")
        return str(claims["iss"])


def _many(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
