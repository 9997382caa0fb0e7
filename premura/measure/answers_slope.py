"""Whether it grows calmer where we answer: negative comments an hour before our first answer, and after it.  P45."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from django.db import connection

from premura import access
from premura.access import Standing
from premura.measure.asked import query, scope
from premura.models import Conversation, ConversationQuerySet, Post

LEAST = 3  # negative comments of an item that tells anything
MOST = 2_000  # items, the newest
SHOWN = 20
WAYS = ("up", "down", "same")


@dataclass(frozen=True, slots=True)
class Item:
    """A post or a thread with our first answer."""

    channel: int
    root: str
    conversation: int  # where that answer stands
    hours: float  # that are looked at before it, and as many after it
    before: int  # negative comments
    after: int

    @property
    def way(self) -> str:
        return "up" if self.after > self.before else "down" if self.after < self.before else "same"


@dataclass(frozen=True, slots=True)
class Worse:
    """An item in which more negative comments came after our answer than before it."""

    item: Item
    post: Post | None
    conversation: Conversation


@dataclass(frozen=True, slots=True)
class Slope:
    """The items of some days; the medians are negative comments an hour, None where there is no item."""

    items: list[Item]
    worse: list[Worse]  # where it grew most on top
    before: float | None
    after: float | None

    @property
    def ways(self) -> dict[str, int]:
        return {way: sum(item.way == way for item in self.items) for way in WAYS}


def slope(standing: Standing, since: datetime, now: datetime) -> Slope:
    """Return how it went on where we first answered since then.  Cost: three queries, see answers_slope.sql."""
    found = items(standing, since, now)
    before = median(one.before / one.hours for one in found) if found else None
    after = median(one.after / one.hours for one in found) if found else None
    return Slope(found, _worse(standing, [one for one in found if one.way == "up"]), before, after)


def items(standing: Standing, since: datetime, now: datetime) -> list[Item]:
    """Return the items with enough negative comments, the newest answer first."""
    given = scope(standing, since) | {"now": now, "least": LEAST, "most": MOST}
    with connection.cursor() as cursor:
        cursor.execute(query("answers_slope"), given)
        return [Item(*row) for row in cursor.fetchall()]


def conversations(standing: Standing, way: str, since: datetime, now: datetime) -> ConversationQuerySet:
    """Return where our first answers stand after which it went that way, for `access.page`."""
    wanted = [one.conversation for one in items(standing, since, now) if one.way == way]
    return access.conversations(standing).filter(pk__in=wanted).in_order()


def _worse(standing: Standing, up: Sequence[Item]) -> list[Worse]:
    shown = sorted(up, key=lambda one: (one.before - one.after, -one.conversation))[:SHOWN]
    if not shown:
        return []
    places = {"channel__in": [one.channel for one in shown], "key__in": [one.root for one in shown]}
    found = Post.objects.filter(brand=standing.brand, state=Post.State.PUBLISHED, **places)
    posts: dict[tuple[int, Any], Post] = {(one.channel_id, one.key): one for one in found}
    known = access.conversations(standing).in_bulk([one.conversation for one in shown])
    return [
        Worse(one, posts.get((one.channel, one.root)), known[one.conversation])
        for one in shown if one.conversation in known
    ]  # fmt: skip
