"""The demo world as it is written down in demo_world.json: two brands, what was said, what will be said."""

from functools import cache
from pathlib import Path

import msgspec

HERE = Path(__file__).parent
PICTURES = HERE.parent / "static" / "premura" / "demo"


class Person(msgspec.Struct, frozen=True):
    """Somebody of ours."""

    name: str
    email: str
    role: str
    teams: list[str]
    language: str


class Who(msgspec.Struct, frozen=True):
    """Somebody who writes to us."""

    key: str
    name: str
    handle: str


class Account(msgspec.Struct, frozen=True):
    """Where the brand can be spoken to."""

    id: str
    network: str
    name: str
    handle: str
    team: str
    purpose: str
    promise: str


class Published(msgspec.Struct, frozen=True):
    """A post of the brand."""

    id: str
    channel: str
    minutes_ago: int
    text: str
    picture: str = ""
    alt: str = ""

    @property
    def key(self) -> str:
        return f"demo-{self.id}"


class Over(msgspec.Struct, frozen=True):
    """A post of somebody else, above the first message."""

    name: str
    handle: str
    text: str
    minutes_ago: int


class Turn(msgspec.Struct, frozen=True):
    """What the customer, one of us, or a note says.  `under`: which turn it answers, if not the one before."""

    by: str
    text: str
    minutes_ago: int
    lang: str
    agent: str = ""
    under: int | None = None
    picture: str = ""
    alt: str = ""
    edited: bool = False
    removed: bool = False


class Talk(msgspec.Struct, frozen=True):
    """A conversation.  `answers`: whose comment under the same post its first turn answers."""

    channel: str
    person: Who
    post: str | None
    kind: str
    stars: int | None
    above: list[Over]
    state: str
    assignee: str | None
    labels: list[str]
    likes: int
    shares: int
    turns: list[Turn]
    answers: str = ""

    @property
    def spoken(self) -> list[tuple[int, Turn]]:
        """The turns that stand on the network, each with its place."""
        return [(n, turn) for n, turn in enumerate(self.turns) if turn.by != "note"]


class House(msgspec.Struct, frozen=True):
    """A brand."""

    slug: str
    name: str
    language: str
    time_zone: str
    teams: list[str]
    people: list[Person]
    labels: list[str]
    channels: list[Account]
    posts: list[Published]
    conversations: list[Talk]

    def key(self, talk: Talk, turn: int) -> str:
        """Return the key under which a turn stands on its network."""
        return f"demo-{talk.channel}-{self.conversations.index(talk)}-{turn}"

    def above(self, talk: Talk, turn: int) -> str:
        """Return the key of what a turn answers, '' where it stands at the top."""
        if turn:
            under = talk.turns[turn].under
            before = [n for n, _ in talk.spoken if n < turn]
            return self.key(talk, before[-1] if under is None else under)
        if talk.answers:
            here = (t for t in self.conversations if t.post == talk.post)
            return next(self.key(t, 0) for t in here if t.person.key == talk.answers)
        return f"demo-{talk.post}" if talk.post else ""


class Coming(msgspec.Struct, frozen=True):
    """One message that trickles in."""

    brand: str
    channel: str
    person: Who
    post: str | None
    kind: str
    text: str
    lang: str
    stars: int | None = None


class World(msgspec.Struct, frozen=True):
    brands: list[House]
    live: list[Coming]


@cache
def world() -> World:
    return msgspec.json.decode((HERE / "demo_world.json").read_bytes(), type=World)
