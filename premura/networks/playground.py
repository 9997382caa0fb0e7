"""Piazza, the toy network inside Premura: the same contract as the real ones, and nothing leaves the house.

Its server is `web.playground_api`; here we speak to it as to any other, over HTTP.
Webhook calls are signed as Meta signs them: HMAC-SHA256 over the raw body.
"""

import base64
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec

from premura.networks import playground_items
from premura.networks.contract import (
    Account,
    Can,
    Disconnected,
    Item,
    Length,
    Limits,
    Network,
    Outgoing,
    Page,
    Receipt,
    Ref,
    Refused,
    Secret,
)
from premura.networks.http import call
from premura.networks.length import Unit

SIGNATURE = "x-playground-signature"
FITS = Length(500, Unit.GRAPHEMES)


class Playground(Network):
    """The secret: host, page (its key), token, signing."""

    name = "Piazza"
    can = frozenset(
        {
            Can.VOUCH, Can.POLL, Can.BACKFILL, Can.LOOK_UP, Can.FIND, Can.REPLY, Can.REPLY_PRIVATELY,
            Can.WRITE, Can.LIKE, Can.HIDE, Can.UNHIDE, Can.DELETE, Can.PUBLISH, Can.BAN,
            Can.UNBAN,
        }
    )  # fmt: skip
    limits = Limits(
        reply=FITS,
        direct=FITS,
        publish=FITS,
        media=4,
        media_bytes=2_000_000,
        media_types=frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"}),
        alt=Length(1000, Unit.GRAPHEMES),
        # As Meta's: one private reply to a comment within seven days, and a day for messages after their last.
        private_reply_within=timedelta(days=7),
        direct_within=timedelta(hours=24),
    )
    fields = {"host": "Address", "page": "Page", "token": "Token"}
    removes_others = True
    searchable = True

    @classmethod
    def connect(cls, typed: Mapping[str, str], http: httpx.Client) -> Secret:
        missing = [label for name, label in cls.fields.items() if not typed.get(name, "").strip()]
        if missing:
            raise Disconnected(f"{', '.join(missing)}: nothing was typed")
        secret = {name: typed[name].strip() for name in cls.fields} | {"host": typed["host"].rstrip("/ ")}
        return secret | {"signing": cls(secret, http)._get("")["signing"]}

    def account(self) -> Account:
        page = self._get("")
        return Account(page["key"], page["handle"], page["name"], page["avatar"], page["url"], streams=False)

    # -- what comes in -----------------------------------------------------------------

    def vouch(self, body: bytes, headers: Mapping[str, str]) -> None:
        if not hmac.compare_digest(sign(self.secret["signing"], body), headers.get(SIGNATURE, "")):
            raise Refused("the signature is not Piazza's")

    def challenge(self, query: Mapping[str, str]) -> str:
        """Source: Meta's webhook verification, which sends hub.mode, hub.verify_token and hub.challenge."""
        expected = verify_token(self.secret["signing"])
        given = query.get("hub.verify_token", "")
        if query.get("hub.mode") != "subscribe" or not hmac.compare_digest(expected, given):
            raise Refused("it is not Piazza that asks")
        return query.get("hub.challenge", "")

    @staticmethod
    def hear(body: bytes, me: str) -> Iterable[Item]:
        return playground_items.read(body)

    def poll(self, cursor: str) -> Page:
        found = self._get("/changes", after=cursor)
        return Page(_bodies(found), found["cursor"], found["more"])

    def backfill(self, since: datetime) -> Iterator[Sequence[bytes]]:
        before = ""
        while True:
            found = self._get("/items", since=since.isoformat(), before=before)
            if found["bodies"]:
                yield _bodies(found)
            if not (before := found["before"]):
                return

    def look_up(self, refs: Sequence[Ref], now: datetime) -> Sequence[bytes]:
        return _bodies(self._get("/look-up", key=[ref["key"] for ref in refs]))

    # -- what goes out -----------------------------------------------------------------

    def find(self, to: Ref | None, out: Outgoing) -> Receipt | None:
        found = self._get("/find", idempotency=out.key)
        return _receipt(found) if found else None

    def reply(self, to: Ref, out: Outgoing) -> Receipt:
        return self._say("reply", to, out)

    def reply_privately(self, to: Ref, out: Outgoing) -> Receipt:
        return self._say("private", to, out)

    def write(self, to: Ref, out: Outgoing) -> Receipt:
        return self._say("direct", to, out)

    def publish(self, out: Outgoing) -> Receipt:
        return self._say("post", {"key": ""}, out)

    def like(self, ref: Ref, now: datetime) -> None:
        self._do("like", ref)

    def hide(self, ref: Ref) -> None:
        self._do("hide", ref)

    def unhide(self, ref: Ref) -> None:
        self._do("unhide", ref)

    def delete(self, ref: Ref) -> None:
        self._do("delete", ref)

    def ban(self, person: str, now: datetime) -> None:
        self._do("ban", {"key": person}, "people")

    def unban(self, person: str) -> None:
        self._do("unban", {"key": person}, "people")

    def _say(self, deed: str, to: Ref, out: Outgoing) -> Receipt:
        media = [{"mime": m.mime, "alt": m.alt, "data": base64.b64encode(m.data).decode()} for m in out.media]
        said = {"deed": deed, "to": to["key"], "text": out.text, "media": media}
        headers = {"idempotency-key": out.key}
        return _receipt(call(self.http, "POST", self._url("/items"), json=said, headers=self._signed_in(headers)))

    def _do(self, deed: str, ref: Ref, of: str = "items") -> None:
        call(self.http, "POST", self._url(f"/{of}/{ref['key']}/{deed}"), headers=self._signed_in({}))

    def _get(self, path: str, **query: Any) -> Any:
        return call(self.http, "GET", self._url(path), params=query, headers=self._signed_in({}))

    def _url(self, path: str) -> str:
        return f"{self.secret['host']}/playground/api/{self.secret['page']}{path}"

    def _signed_in(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {"authorization": f"Bearer {self.secret['token']}", **headers}


def sign(signing: str, body: bytes) -> str:
    """Return the value of the signature's header for `body`."""
    return "sha256=" + hmac.digest(signing.encode(), body, "sha256").hex()


def verify_token(signing: str) -> str:
    """Return the word by which Piazza and the webhook know each other.  It does not give `signing` away."""
    return hmac.digest(signing.encode(), b"verify", "sha256").hex()


def _bodies(found: Mapping[str, Any]) -> list[bytes]:
    return [msgspec.json.encode(body) for body in found["bodies"]]


def _receipt(made: Mapping[str, Any]) -> Receipt:
    return Receipt(made["key"], made["url"], {"key": made["key"]})
