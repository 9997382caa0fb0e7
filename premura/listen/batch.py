"""A batch of items on its way into the tables, and what its stages share."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from premura.networks.contract import Item

MOST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """What a stage must know of a channel."""

    id: int
    brand_id: int
    team_id: int | None
    network: str
    key: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One item, where it came in, and when."""

    place: Place
    item: Item
    at: datetime


@dataclass(slots=True)
class Stored:
    """What a batch changed: messages new to us, edited, removed; and the conversations to show again, by brand."""

    messages: int = 0
    by_brand: Counter[int] = field(default_factory=Counter)
    new: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))  # ids of these messages, by brand
    edited: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))  # of what says something else now
    removed: list[int] = field(default_factory=list)  # ids of what its author, or the network, took away
    touched: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def said(self) -> list[int]:
        """Return the ids of all new messages, of whatever brand."""
        return [message for messages in self.new.values() for message in messages]

    def conversations(self) -> set[int]:
        """Return the ids of all that is to be shown again, of whatever brand."""
        return {conversation for ids in self.touched.values() for conversation in ids}


def clean(text: str) -> str:
    """Return `text` without what PostgreSQL cannot hold: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def columns(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def touch(stored: Stored, rows: Iterable[Sequence[Any]]) -> None:
    for brand_id, conversation_id in rows:
        stored.touched[brand_id].add(conversation_id)


def builtin(thing: Any) -> Any:
    return msgspec.to_builtins(thing)


def to_json(thing: Mapping[str, Any] | Sequence[Any]) -> str:
    return msgspec.json.encode(thing).decode() if thing else ("{}" if isinstance(thing, Mapping) else "[]")
