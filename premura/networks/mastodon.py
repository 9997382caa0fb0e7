"""Mastodon, and what speaks its client API.

Methods used: accounts, apps, conversations, instance, media, notifications, statuses, streaming,
timelines (docs.joinmastodon.org/methods/).  Beside this file: `mastodon_sign_in` (how a person lets us in),
`mastodon_line` (how we ask), `mastodon_take` (what is new), `mastodon_watch` (hashtags), `mastodon_read` (what a
body says), `mastodon_text` (HTML and lengths), `mastodon_send` (what we say).
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

import httpx

from premura.networks import mastodon_read, mastodon_send, mastodon_take, mastodon_watch
from premura.networks.contract import (
    Account,
    Can,
    Disconnected,
    Item,
    Length,
    Limits,
    Network,
    NetworkError,
    Outgoing,
    Page,
    Receipt,
    Ref,
    Refused,
    Secret,
    forget,
)
from premura.networks.http import ask
from premura.networks.length import Unit
from premura.networks.mastodon_line import Line
from premura.networks.mastodon_sign_in import server_url
from premura.networks.mastodon_text import URL_LENGTH, counting, length

GREETING = 32  # "@", a name of up to 30 characters, and a space; a domain does not count


class Mastodon(Network):
    name = "Mastodon"
    can = frozenset(
        {
            Can.POLL,
            Can.WATCH,
            Can.STREAM,
            Can.BACKFILL,
            Can.LOOK_UP,
            Can.FIND,
            Can.REPLY,
            Can.REPLY_PRIVATELY,
            Can.WRITE,
            Can.LIKE,
            Can.DELETE,
            Can.BAN,
            Can.UNBAN,
            Can.PUBLISH,
        }
    )
    # As an official server comes; `account` says what fits on this one.
    limits = Limits(
        reply=Length(500 - GREETING, Unit.GRAPHEMES),
        direct=Length(500 - GREETING, Unit.GRAPHEMES),
        publish=Length(500, Unit.GRAPHEMES),
        media=4,
        media_bytes=16 * 2**20,
        media_types=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
        alt=Length(1500, Unit.CODE_POINTS),
    )
    fields: ClassVar[Mapping[str, str]] = {"server": "Server", "token": "Access token"}
    poll_every_s = 60
    counting = counting()
    known_to = "server"
    searchable = True
    pause: Callable[[float], None] = staticmethod(time.sleep)

    def __init__(self, secret: Secret, http: httpx.Client, keep: Callable[[Secret], None] = forget) -> None:
        super().__init__(secret, http, keep)
        self._line = Line(secret, http)

    # -- who we are --------------------------------------------------------------------

    @classmethod
    def connect(cls, typed: Mapping[str, str], http: httpx.Client) -> Secret:
        """Trade a server and an access token for the secret to keep.

        The token comes from the server's own page “Development”, or from `mastodon_sign_in.trade_code`.
        """
        secret = {"server": server_url(typed["server"]), "token": typed["token"].strip()}
        network = cls(secret, http)
        about, me = network._about(), network._me()
        secret |= {"id": me["id"], "acct": me["acct"]}
        secret["streaming"] = _streaming(about) or secret["server"]
        secret["url_length"] = str(_statuses(about).get("characters_reserved_per_url", URL_LENGTH))
        if "snac" in about.get("version", ""):
            secret["keep_alive"] = "no"  # it closes connections without saying so
        return secret

    def account(self) -> Account:
        me = mastodon_read.person(self._me())
        limits = _limits(self._about())
        return Account(me.key, me.handle, me.name, me.avatar, me.url, limits, self._streams())

    def _me(self) -> dict[str, Any]:
        try:
            return self._line.json("GET", "/api/v1/accounts/verify_credentials")  # type: ignore[no-any-return]
        except Refused as error:  # whatever it objects to, the token opens no account
            raise Disconnected(str(error)) from error

    def _about(self) -> dict[str, Any]:
        try:
            return self._line.json("GET", "/api/v2/instance")  # type: ignore[no-any-return]
        except Disconnected:
            raise
        except Refused:  # before Mastodon 4.0
            return self._line.json("GET", "/api/v1/instance")  # type: ignore[no-any-return]

    def _streams(self) -> bool:
        try:
            ask(self.http, "GET", f"{self._line.streaming}/api/v1/streaming/health")
        except NetworkError:
            return False
        return True

    # -- what comes in -----------------------------------------------------------------

    @staticmethod
    def hear(body: bytes, me: str) -> Iterable[Item]:
        return list(mastodon_read.hear(body, me))

    def poll(self, cursor: str) -> Page:
        return mastodon_take.poll(self._line, cursor)

    def stream(self) -> Iterator[bytes]:
        return mastodon_take.stream(self._line)

    def watch(self, hashtags: Sequence[str], cursor: str) -> Page:
        return mastodon_watch.watch(self._line, hashtags, cursor)

    def backfill(self, since: datetime) -> Iterator[Sequence[bytes]]:
        return mastodon_take.backfill(self._line, since, self.pause)

    def look_up(self, refs: Sequence[Ref], now: datetime) -> Sequence[bytes]:
        return mastodon_take.look_up(self._line, refs, now)

    # -- what goes out -----------------------------------------------------------------

    def find(self, to: Ref | None, out: Outgoing) -> Receipt | None:
        return mastodon_send.find(self._line, to, out)

    def reply(self, to: Ref, out: Outgoing) -> Receipt:
        return mastodon_send.answer(self._line, to, out, to["visibility"], self.pause)

    def reply_privately(self, to: Ref, out: Outgoing) -> Receipt:
        return mastodon_send.answer(self._line, to, out, "direct", self.pause)

    def write(self, to: Ref, out: Outgoing) -> Receipt:
        return mastodon_send.answer(self._line, to, out, "direct", self.pause)

    def publish(self, out: Outgoing) -> Receipt:
        return mastodon_send.post(self._line, out, self.pause, status=out.text, visibility="public")

    def like(self, ref: Ref, now: datetime) -> None:
        mastodon_send.like(self._line, ref)

    def delete(self, ref: Ref) -> None:
        mastodon_send.delete(self._line, ref)

    def ban(self, person: str, now: datetime) -> None:
        """Block somebody: for our account alone, as the network knows no other ban."""
        mastodon_send.block(self._line, person, "block")

    def unban(self, person: str) -> None:
        mastodon_send.block(self._line, person, "unblock")

    def length(self, text: str) -> int:
        return length(text, int(self.secret.get("url_length", URL_LENGTH)))


def _streaming(about: Mapping[str, Any]) -> str:
    """Return where the server streams, as it says itself, with a scheme for plain HTTP calls."""
    urls = (about.get("configuration") or {}).get("urls") or about.get("urls") or {}
    address = urls.get("streaming") or urls.get("streaming_api") or ""
    return server_url(address.replace("ws", "http", 1)) if address else ""


def _statuses(about: Mapping[str, Any]) -> Mapping[str, Any]:
    return (about.get("configuration") or {}).get("statuses") or {}


def _limits(about: Mapping[str, Any]) -> Limits:
    """Return what fits on this server, and Mastodon's own limits where it does not say."""
    usual, statuses = Mastodon.limits, _statuses(about)
    media = (about.get("configuration") or {}).get("media_attachments") or {}
    most = int(statuses.get("max_characters") or about.get("max_toot_chars") or 500)
    return Limits(
        reply=Length(most - GREETING, Unit.GRAPHEMES),
        direct=Length(most - GREETING, Unit.GRAPHEMES),
        publish=Length(most, Unit.GRAPHEMES),
        media=int(statuses.get("max_media_attachments", usual.media)),
        media_bytes=int(media.get("image_size_limit", usual.media_bytes)),
        media_types=frozenset(media.get("supported_mime_types") or usual.media_types),
        alt=Length(int(media.get("description_limit", 1500)), Unit.CODE_POINTS),
    )
