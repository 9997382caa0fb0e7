"""Bluesky, over the AT Protocol's XRPC calls.

Methods used besides those of `bluesky_poll`, `bluesky_watch` and `bluesky_chat`: app.bsky.actor.getProfile,
com.atproto.server.getSession, com.atproto.identity.resolveHandle, com.atproto.repo.putRecord, getRecord,
deleteRecord and uploadBlob.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, ClassVar

import httpx

from premura.networks import bluesky_chat, bluesky_poll, bluesky_read, bluesky_watch, bluesky_write
from premura.networks.bluesky_session import HOST, Declined, Session, server, sign_in, tokens
from premura.networks.bluesky_write import BLOCK, GATE, LIKE, POST, record_key
from premura.networks.contract import (
    Account,
    Can,
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
    Unreachable,
    Upload,
    forget,
)
from premura.networks.length import Unit

Json = dict[str, Any]


class Bluesky(Network):
    """One account.  It polls: the network's open line carries everybody's posts, millions a day, and no
    private messages, while asking for our own news is one small call."""

    name = "Bluesky"
    can = frozenset(
        {
            Can.POLL,
            Can.WATCH,
            Can.BACKFILL,
            Can.LOOK_UP,
            Can.FIND,
            Can.REPLY,
            Can.WRITE,
            Can.PUBLISH,
            Can.LIKE,
            Can.HIDE,
            Can.UNHIDE,
            Can.DELETE,
            Can.BAN,
            Can.UNBAN,
            Can.REFRESH,
        }
    )
    limits = Limits(
        reply=Length(300, Unit.GRAPHEMES),
        direct=Length(1000, Unit.GRAPHEMES),
        publish=Length(300, Unit.GRAPHEMES),
        media=4,
        direct_media=0,
        media_bytes=2_000_000,
        media_types=frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"}),
        alt=Length(2000, Unit.GRAPHEMES),
    )
    fields: ClassVar[Mapping[str, str]] = {
        "handle": "Handle",
        "password": "App password",
        "host": "Server (empty: bsky.social)",
    }
    poll_every_s = 5
    searchable = True
    counting = bluesky_write.COUNTING  # two limits in one
    known_to = "network"

    def __init__(self, secret: Secret, http: httpx.Client, keep: Callable[[Secret], None] = forget) -> None:
        super().__init__(secret, http, keep)
        self.session = Session(secret, http, self._keep)

    def _keep(self, secret: Secret) -> None:
        self.secret = secret
        self.keep(secret)

    # -- who we are --------------------------------------------------------------------

    @classmethod
    def connect(cls, typed: Mapping[str, str], http: httpx.Client) -> Secret:
        """Trade a handle and an app password for a session.

        Takes  handle, password; host where it is not bsky.social;
               chat_proxy (DID#service) on a network of one's own.
        """
        host = _address(typed.get("host", ""))
        password = typed["password"].strip()
        told = sign_in(http, host, typed["handle"].strip().removeprefix("@"), password)
        chat = {"chat_proxy": typed["chat_proxy"]} if typed.get("chat_proxy") else {}
        return {"host": server(told, host), "password": password} | tokens(told) | chat

    def refresh(self) -> Secret:
        return self.session.renew()

    def account(self) -> Account:
        did = self.secret["did"]
        try:
            told = self.session.get("app.bsky.actor.getProfile", actor=did)
        except Declined:
            # A new account has no profile until it writes one, or the AppView has not seen it yet.
            told = self.session.get("com.atproto.server.getSession")
        me = bluesky_read.person(told)
        return Account(did, me.handle, me.name, me.avatar, me.url, self.limits, streams=False)

    # -- what comes in -----------------------------------------------------------------

    @staticmethod
    def hear(body: bytes, me: str) -> Iterable[Item]:
        return bluesky_read.hear(body, me)

    def poll(self, cursor: str) -> Page:
        self.session.wait_s = 0
        at = bluesky_poll.Cursor.read(cursor)
        bodies = bluesky_poll.news(self.session, at)
        if at.turn % bluesky_poll.OWN_EVERY == 0:
            bodies += bluesky_poll.own(self.session, at)
        private, more = bluesky_chat.news(self.session, at)
        at.turn += 1
        return Page(bodies + private, at.written(), bool(at.down) or more, self.session.wait_s)

    def watch(self, hashtags: Sequence[str], cursor: str) -> Page:
        self.session.wait_s = 0
        return bluesky_watch.watch(self.session, hashtags, cursor)

    def backfill(self, since: datetime) -> Iterator[Sequence[bytes]]:
        yield from bluesky_poll.own_since(self.session, since)
        yield from bluesky_poll.notes_since(self.session, since)
        yield from bluesky_chat.since(self.session, since)

    def look_up(self, refs: Sequence[Ref], now: datetime) -> Sequence[bytes]:
        return bluesky_poll.look(self.session, refs, now)

    # -- what goes out -----------------------------------------------------------------

    def reply(self, to: Ref, out: Outgoing) -> Receipt:
        """Reply to a post.

        Raises Refused where its author does not let us: the network would take it and show it to nobody.
        """
        self._may_reply(to)
        return self._post(out, to)

    def publish(self, out: Outgoing) -> Receipt:
        return self._post(out)

    def write(self, to: Ref, out: Outgoing) -> Receipt:
        facets = bluesky_write.facets(out.text, self._resolve)
        return _private_receipt(to, bluesky_chat.send(self.session, to, out, facets))

    def find(self, to: Ref | None, out: Outgoing) -> Receipt | None:
        if to and "convo" in to:
            message = bluesky_chat.find(self.session, to, out)
            return _private_receipt(to, message) if message else None
        record = self._record(POST, record_key(out.key))
        return _receipt(record, record["value"]) if record else None

    def like(self, ref: Ref, now: datetime) -> None:
        """Like a post.  Liking it again changes nothing."""
        if "uri" not in ref:
            raise Refused("Bluesky has no likes for direct messages")
        subject = {"uri": ref["uri"], "cid": ref["cid"]}
        record = {"$type": LIKE, "subject": subject, "createdAt": bluesky_write.stamp(now)}
        self.session.post_again(
            "com.atproto.repo.putRecord", self._at(LIKE, record_key(ref["uri"])) | {"record": record}
        )

    def delete(self, ref: Ref) -> None:
        """Delete a post of ours.  Raises Refused for anything else."""
        if "uri" not in ref:
            raise Refused("Bluesky takes a direct message away on our side only; the other person keeps it")
        if bluesky_read.author(ref["uri"]) != self.secret["did"]:
            raise Refused("Bluesky lets nobody delete what others wrote; it can be hidden under our posts")
        self.session.post_again("com.atproto.repo.deleteRecord", self._at(POST, bluesky_write.key_of(ref["uri"])))

    def hide(self, ref: Ref) -> None:
        """Hide a reply under a post of ours from everybody; who wants to see it must click."""
        self._gate(ref, lambda hidden: [*hidden, ref["uri"]] if ref["uri"] not in hidden else hidden)

    def unhide(self, ref: Ref) -> None:
        self._gate(ref, lambda hidden: [uri for uri in hidden if uri != ref["uri"]])

    def ban(self, person: str, now: datetime) -> None:
        """Block somebody.  Blocking them again changes nothing."""
        record = {"$type": BLOCK, "subject": person, "createdAt": bluesky_write.stamp(now)}
        once = self._at(BLOCK, record_key(person)) | {"record": record, "swapRecord": None}
        try:
            self.session.post_again("com.atproto.repo.putRecord", once)
        except Declined as error:
            if error.error != "InvalidSwap":
                raise

    def unban(self, person: str) -> None:
        """Take the block away: ours, and one that a person made in the app."""
        keys = {record_key(person)}
        with suppress(Declined):  # who is gone has no profile
            viewer = self.session.get("app.bsky.actor.getProfile", actor=person).get("viewer") or {}
            if made := viewer.get("blocking"):
                keys.add(bluesky_write.key_of(made))
        for key in sorted(keys):
            self.session.post_again("com.atproto.repo.deleteRecord", self._at(BLOCK, key))

    # -- how ---------------------------------------------------------------------------

    def _post(self, out: Outgoing, to: Ref | None = None) -> Receipt:
        images = [self._image(picture) for picture in out.media]
        facets = bluesky_write.facets(out.text, self._resolve)
        record = bluesky_write.post(out, facets, images, to)
        # `swapRecord: None` says that nothing must stand under this key yet.
        once = self._at(POST, record_key(out.key)) | {"record": record, "swapRecord": None}
        try:
            return _receipt(self.session.post("com.atproto.repo.putRecord", once), record)
        except Declined as error:
            if error.error != "InvalidSwap" or not (before := self.find(to, out)):
                raise
            return before

    def _may_reply(self, to: Ref) -> None:
        if bluesky_read.author(to["uri"]) == self.secret["did"]:
            return  # of a post that we wrote a moment ago the AppView may not know yet
        view = bluesky_poll.posts(self.session, [to["uri"]])[to["uri"]]
        if view is None:
            raise Refused("the post that we answer is gone, or its author has blocked us")
        if (view.get("viewer") or {}).get("replyDisabled"):
            raise Refused("its author does not let us reply there")

    def _image(self, picture: Upload) -> Json:
        blob = self.session.upload(picture.data, picture.mime)["blob"]
        return bluesky_write.image(picture, blob)

    def _resolve(self, handle: str) -> str:
        try:
            return str(self.session.get("com.atproto.identity.resolveHandle", handle=handle)["did"])
        except Declined:
            return ""

    def _gate(self, ref: Ref, change: Callable[[Sequence[str]], Sequence[str]]) -> None:
        """Change which replies under a post of ours are hidden.

        Raises Refused when the post is not ours or the network's list is full, Unreachable when somebody else
        changed it at the same moment.
        """
        root = ref.get("root_uri", "")
        if bluesky_read.author(root) != self.secret["did"] or root == ref["uri"]:
            raise Refused("Bluesky hides replies under posts of our own only")
        key = bluesky_write.key_of(root)
        before = self._record(GATE, key) or {}
        record = bluesky_write.gate(root, before.get("value"), self.session.now, change)
        # The list holds the choices of others too, so it is written over only as we read it.
        body = self._at(GATE, key) | {"record": record, "swapRecord": before.get("cid")}
        try:
            self.session.post_again("com.atproto.repo.putRecord", body)
        except Declined as error:
            if error.error != "InvalidSwap":
                raise
            raise Unreachable("somebody changed the replies of this post at the same moment") from error

    def _record(self, collection: str, key: str) -> Json | None:
        """Return a record of ours as our own server has it; a None is sure."""
        try:
            return self.session.get("com.atproto.repo.getRecord", **self._at(collection, key))
        except Declined as error:
            if error.error == "RecordNotFound":
                return None
            raise

    def _at(self, collection: str, key: str) -> Json:
        return {"repo": self.secret["did"], "collection": collection, "rkey": key}


def _receipt(written: Mapping[str, Any], record: Mapping[str, Any]) -> Receipt:
    view = {"uri": written["uri"], "cid": written["cid"], "record": record}
    return Receipt(written["uri"], bluesky_read.permalink(written["uri"]), bluesky_read.post_ref(view))


def _private_receipt(to: Ref, message: Mapping[str, Any]) -> Receipt:
    ref = bluesky_read.message_ref(to["convo"], message)
    return Receipt(bluesky_read.message_key(ref), bluesky_read.chat_url(to["convo"]), ref)


def _address(typed: str) -> str:
    """Return the address of a server as a person may type it.

    >>> _address(""), _address("pds.example.org/"), _address("http://localhost:2583")
    ('https://bsky.social', 'https://pds.example.org', 'http://localhost:2583')
    """
    host = typed.strip().rstrip("/") or HOST
    return host if "://" in host else f"https://{host}"
