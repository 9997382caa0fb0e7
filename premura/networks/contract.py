"""What every network must honour: what it can do, what it says, how it fails.

An adapter is pure translation.  It is handed its secret and an HTTP client and knows no database, no queue and no
clock.  Everything that comes in is first a `bytes` body that we keep; `hear` turns it into items, as often as we like.
"""

from abc import ABC
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, NoReturn

import httpx

from premura.networks.failures import Busy, Disconnected, NetworkError, Refused, Unclear, UnknownShape, Unreachable
from premura.networks.length import Counting, Unit, count

__all__ = [
    "PRIVATE", "Above", "Account", "Busy", "Can", "Counted", "Disconnected", "Gesture", "Hidden", "Item", "Kind",
    "Length", "Limits", "Media", "Network", "NetworkError", "Outgoing", "Page", "Person", "Posted", "Reacted",
    "Receipt", "Ref", "Refused", "Removed", "Said", "Secret", "Unclear", "Unit", "UnknownShape", "Unreachable",
    "Upload", "forget",
]  # fmt: skip

Secret = Mapping[str, str]
Ref = Mapping[str, str]


class Can(StrEnum):
    """One thing a network lets us do.  Each value is the name of the method that does it."""

    VOUCH = "vouch"  # take in by webhook: the network calls us, signed
    POLL = "poll"  # ask the network for what is new
    STREAM = "stream"  # keep a line open on which the network speaks
    WATCH = "watch"  # ask for what others said with a hashtag
    BACKFILL = "backfill"  # ask for what was said in the last days
    LOOK_UP = "look_up"  # see how given messages stand now: edited, gone, counted
    FIND = "find"  # look whether a message of ours already stands there
    REPLY = "reply"  # reply where others can read it: a comment, a mention, a review
    REPLY_PRIVATELY = "reply_privately"  # open a private conversation from a public message
    WRITE = "write"  # send a direct message in a private conversation
    LIKE = "like"
    HIDE = "hide"
    UNHIDE = "unhide"
    DELETE = "delete"  # delete what we wrote, or what stands under our post where allowed
    BAN = "ban"  # keep somebody away from us: what that means differs, docs/networks says it
    UNBAN = "unban"
    PUBLISH = "publish"  # publish a post of our own
    REFRESH = "refresh"  # trade the credentials for fresh ones before they lapse


class Kind(StrEnum):
    """What kind of thing somebody wrote."""

    COMMENT = "comment"  # under our post, at whatever depth
    MENTION = "mention"  # names us outside our own posts
    REVIEW = "review"
    VISITOR_POST = "visitor_post"
    STORY_REPLY = "story_reply"
    DIRECT = "direct"


PRIVATE = frozenset({Kind.DIRECT, Kind.STORY_REPLY})


@dataclass(frozen=True, slots=True)
class Length:
    """How long a text may be."""

    most: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Limits:
    """What fits, and how long a reply may be given.  None: the network sets no such limit."""

    reply: Length
    direct: Length | None = None
    publish: Length | None = None
    media: int = 0  # pieces in one message
    direct_media: int | None = None  # pieces in a private one, where these are fewer
    media_bytes: int = 0  # size of one piece
    media_types: frozenset[str] = frozenset()
    alt: Length | None = None
    reply_within: timedelta | None = None
    private_reply_within: timedelta | None = None
    direct_within: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a network.  `key` never changes there; handle and name may."""

    key: str
    handle: str
    name: str = ""
    avatar: str = ""  # URL
    url: str = ""  # their page


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or film in a message that came in."""

    url: str
    mime: str = ""
    alt: str = ""
    preview: str = ""  # URL of a smaller picture


@dataclass(frozen=True, slots=True)
class Above:
    """One post above a message in its thread, as far as it helps to understand it."""

    key: str
    author: Person
    text: str
    written_at: datetime
    ours: bool = False
    url: str = ""
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that somebody wrote, or that we wrote (`ours`: an echo of our own words).

    Saying it again with the same key is an edit when `edited_at` is later than before, and else changes nothing.
    """

    key: str  # unique on its network and for ever the same
    kind: Kind
    author: Person
    text: str  # plain text; links and mentions written out
    written_at: datetime  # aware, UTC, as the network says
    root: str  # key of what stands at the top: the post, listing or chat
    parent: str = ""  # key of what it answers; empty for a root
    with_: Person | None = None  # the other person, where `ours` is true
    ours: bool = False
    ref: Ref = field(default_factory=dict)  # what the adapter needs to find it again; opaque to the rest
    url: str = ""  # where a person can look at it
    language: str = ""  # as the network declares it, ISO 639-1
    media: tuple[Media, ...] = ()
    above: tuple[Above, ...] = ()  # from the top down, without the message itself
    stars: int | None = None  # 1 to 5, reviews only
    edited_at: datetime | None = None
    idempotency: str = ""  # an echo's `Outgoing.key`, where the network gives it back


@dataclass(frozen=True, slots=True)
class Posted:
    """A post of ours as it stands on the network: context for what is said under it."""

    key: str
    text: str
    written_at: datetime
    ref: Ref = field(default_factory=dict)
    url: str = ""
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """Its author or the network took it away."""

    key: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hidden:
    """It was hidden, or shown again, by us or by somebody at the network's own screens."""

    key: str
    hidden: bool = True


class Gesture(StrEnum):
    LIKE = "like"
    SHARE = "share"  # boost, repost, retweet
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Reacted:
    """Somebody liked or shared something of ours, or took that back (`undone`)."""

    key: str  # unique for this gesture
    target: str  # key of the message or post
    gesture: Gesture
    by: Person
    at: datetime
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """How often something was liked, shared and replied to, as counted by the network at `at`."""

    key: str
    at: datetime
    likes: int | None = None
    shares: int | None = None
    replies: int | None = None


Item = Said | Posted | Removed | Hidden | Reacted | Counted


@dataclass(frozen=True, slots=True)
class Page:
    """What a poll brought: bodies to keep, and the cursor to ask with next time."""

    bodies: Sequence[bytes]
    cursor: str
    more: bool = False  # there is more to fetch at once
    wait_s: int = 0  # the rate limit is nearly used up: do not ask again before this


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture of ours to send along."""

    name: str
    mime: str
    data: bytes
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something of ours on its way out.

    `key` is ours, the same at every try, at most 32 characters of [a-z0-9]: networks that can are given it, so that a
    second try cannot make a second message.
    """

    key: str
    text: str
    now: datetime
    language: str = ""
    media: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The network's word that it stands there."""

    key: str
    url: str = ""
    ref: Ref = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """The account that a secret opens."""

    key: str
    handle: str
    name: str = ""
    avatar: str = ""
    url: str = ""
    limits: Limits | None = None  # where the server itself says what fits
    streams: bool = True  # whether this server really keeps a line open


def forget(_: Secret) -> None:
    """Do not keep a refreshed secret: for tests and one-off calls."""


class Network(ABC):
    """One connected account on one network.  Subclass it, say what it `can`, and do just that.

    Takes  secret: what `connect` returned or a person typed, as strings;
           http: a client with a timeout;
           keep: is called with the whole new secret when the adapter had to refresh it.
    """

    name: ClassVar[str]  # as people write it
    can: ClassVar[frozenset[Can]]
    limits: ClassVar[Limits]
    fields: ClassVar[Mapping[str, str]] = {}  # what a person types to connect: name -> label
    poll_every_s: ClassVar[int] = 60
    removes_others: ClassVar[bool] = False  # whether `delete` also takes away what others wrote to us
    searchable: ClassVar[bool] = False  # whether search engines show what is public there
    counting: ClassVar[Counting] = Counting()
    known_to: ClassVar[str] = "account"  # who knows a message by the same key and ref: "account", "server", "network"

    def __init__(self, secret: Secret, http: httpx.Client, keep: Callable[[Secret], None] = forget) -> None:
        self.secret = secret
        self.http = http
        self.keep = keep

    def __init_subclass__(cls) -> None:
        done = {can for can in Can if getattr(cls, can) is not getattr(Network, can)}
        if done != set(cls.can):
            wrong = ", ".join(sorted(done ^ set(cls.can)))
            raise TypeError(f"{cls.__name__} says one thing and does another: {wrong}")

    # -- who we are --------------------------------------------------------------------

    @classmethod
    def connect(cls, typed: Mapping[str, str], http: httpx.Client) -> Secret:
        """Trade what a person typed for the secret to keep.  Raises Disconnected when it is wrong."""
        return dict(typed)

    def account(self) -> Account:
        """Return the account that the secret opens; the test of a connection."""
        raise NotImplementedError

    # -- what comes in -----------------------------------------------------------------

    def vouch(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Raise Refused unless this webhook call is signed by the network.  Header names are lower case."""
        self._cannot(Can.VOUCH)

    def challenge(self, query: Mapping[str, str]) -> str:
        """Return what to answer when the network tests our webhook with a GET; raise Refused if it is not it."""
        raise Refused(f"{self.name} does not ask")

    @staticmethod
    def hear(body: bytes, me: str) -> Iterable[Item]:
        """Return what a kept body says.  `me` is our account's key.

        Raises UnknownShape, KeyError, TypeError or ValueError when it cannot be understood.
        """
        raise NotImplementedError

    def poll(self, cursor: str) -> Page:
        """Return what is new since `cursor` ('' the first time: the newest page only)."""
        self._cannot(Can.POLL)

    def watch(self, hashtags: Sequence[str], cursor: str) -> Page:
        """Return what others said with one of the hashtags (lower case, no #) since `cursor`; keys as in `poll`."""
        self._cannot(Can.WATCH)

    def stream(self) -> Iterator[bytes]:
        """Yield a body for each thing the network says; b'' as a sign of life.  Ends when the line breaks."""
        self._cannot(Can.STREAM)

    def backfill(self, since: datetime) -> Iterator[Sequence[bytes]]:
        """Yield pages of bodies with all that was said since, newest first."""
        self._cannot(Can.BACKFILL)

    def look_up(self, refs: Sequence[Ref], now: datetime) -> Sequence[bytes]:
        """Return bodies that say how these (up to 100) messages stand now: edited, removed, counted."""
        self._cannot(Can.LOOK_UP)

    # -- what goes out -----------------------------------------------------------------

    def find(self, to: Ref | None, out: Outgoing) -> Receipt | None:
        """Return the receipt of `out` if it stands under `to`; None where it surely does not, else raise Unclear."""
        self._cannot(Can.FIND)

    def reply(self, to: Ref, out: Outgoing) -> Receipt:
        self._cannot(Can.REPLY)

    def reply_privately(self, to: Ref, out: Outgoing) -> Receipt:
        self._cannot(Can.REPLY_PRIVATELY)

    def write(self, to: Ref, out: Outgoing) -> Receipt:
        """Send a direct message in the conversation of the message `to`."""
        self._cannot(Can.WRITE)

    def publish(self, out: Outgoing) -> Receipt:
        self._cannot(Can.PUBLISH)

    def like(self, ref: Ref, now: datetime) -> None:
        self._cannot(Can.LIKE)

    def hide(self, ref: Ref) -> None:
        self._cannot(Can.HIDE)

    def unhide(self, ref: Ref) -> None:
        self._cannot(Can.UNHIDE)

    def delete(self, ref: Ref) -> None:
        self._cannot(Can.DELETE)

    def ban(self, person: str, now: datetime) -> None:
        """Keep the person of this key away from us.  Doing it again changes nothing."""
        self._cannot(Can.BAN)

    def unban(self, person: str) -> None:
        self._cannot(Can.UNBAN)

    # -- upkeep ------------------------------------------------------------------------

    def refresh(self) -> Secret:
        """Return fresh credentials.  Raises Disconnected when a person must reconnect."""
        self._cannot(Can.REFRESH)

    def length(self, text: str) -> int:
        """Return how long `text` is, counted as this network counts.  Cost linear."""
        return count(text, self.counting)

    def _cannot(self, can: Can) -> NoReturn:
        raise NotImplementedError(f"{self.name} cannot {can}")
