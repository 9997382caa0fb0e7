"""What our posts set off: each post with its comments, their tone, open questions and promises, and who answers.

Only what is said in public under a post counts, and of that what `standing` may see.  What stands under a post is found
by its channel and key, which is how the tables are indexed; `Conversation.post` is the same link.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.http import Http404

from premura import access
from premura.access import Act, Standing
from premura.models import Agent, Conversation, ConversationQuerySet, Event, Message, PileOn, Post, Promise
from premura.paging import Page, by_time
from premura.prepare import employees

TONES = ("negative", "neutral", "positive", "mixed")
MOST = 2000  # comments of a post that are counted, the newest
MOST_DRAWN = 50_000  # comments in the curve
MOST_LISTED = 50
DAYS = 7  # of the curve
WITHIN = timedelta(hours=24)  # a care alarm is shown so long


@dataclass(frozen=True, slots=True)
class Reactions:
    """What one post set off.  Of a post with more than `MOST` comments the newest are counted."""

    post: Post
    comments: int
    people: int
    tones: dict[str, int]
    questions: int  # conversations that ask and wait
    promises: int  # that stand

    @property
    def likes(self) -> int:
        return max(self.post.likes, self.post.counted_likes)

    @property
    def shares(self) -> int:
        return max(self.post.shares, self.post.counted_shares)

    @property
    def all(self) -> int:
        """How many reactions there were, of whatever kind."""
        return self.comments + self.likes + self.shares

    @property
    def cut(self) -> bool:
        """Whether there are more comments than are counted."""
        return self.comments >= MOST

    @property
    def negative(self) -> int | None:
        """How many of a hundred comments are negative; None where none was read."""
        read = sum(self.tones.values())
        return round(100 * self.tones["negative"] / read) if read else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is shown of one post besides its numbers."""

    hours: list[int]  # comments in each hour since it was published; the first seven days at most
    later: int  # comments after that
    questions: list[Conversation]
    promises: list[Promise]
    answers: list[tuple[str, int]]  # who of us answered how often; "" is what was written on the network itself
    pile_ons: list[PileOn]
    care_alarm: bool  # more people complained of our care than of the matter, within a day


def listed(standing: Standing, after: str = "", size: int = 20) -> Page[Reactions]:
    """Return our posts, the newest first, each with what it set off.  Two questions."""
    found = _posts(standing).filter(written_at__isnull=False)
    page = by_time(found, "written_at", after, size)
    return Page(of(standing, page.rows), page.after)


def post(agent: Agent, pk: int) -> tuple[Standing, Post]:
    """Return one published post of ours.  Raises Http404 where the agent is nobody in its brand."""
    brand = Post.objects.filter(pk=pk).values_list("brand", flat=True).first()
    if brand is None:
        raise Http404(f"no post {pk}")
    standing = access.need(access.standing(agent, brand), Act.READ)
    found = _posts(standing).filter(pk=pk).first()
    if found is None:
        raise Http404(f"no post {pk} for {agent.pk}")
    return standing, found


def of(standing: Standing, posts: Sequence[Post]) -> list[Reactions]:
    """Return what these posts set off.  One question."""
    given = {"brand": standing.brand.pk, "posts": [one.pk for one in posts], "most": MOST, "teams": _teams(standing)}
    known: dict[int, Sequence[int]] = {}
    if posts:
        known = {row[0]: row[1:] for row in _ask("reactions", given)}
    rows = [(one, known.get(one.pk, (0,) * 8)) for one in posts]
    return [Reactions(one, n[0], n[1], dict(zip(TONES, n[2:6], strict=True)), n[6], n[7]) for one, n in rows]


def sheet(standing: Standing, reactions: Reactions, now: datetime) -> Sheet:
    """Return the sheet of one post.  Six questions, however much was said."""
    one = reactions.post
    hours, later = _hours(standing, one, now)
    under = _under(standing, one)
    asked = under.filter(waiting_since__isnull=False, flags__contains=["asks_question"]).in_order("first")
    asked = asked.exclude(employees.works_for_us("identity__"))
    promises = Promise.objects.filter(brand=standing.brand, conversation__in=under.order_by().values("pk"))
    promises = promises.annotate(
        done=Case(When(state=Promise.State.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    )
    alarms = Event.objects.filter(deed=Event.Deed.SERVICE_ALARM, at__gt=now - WITHIN)
    piles = PileOn.objects.filter(brand=standing.brand, channel=one.channel_id, root=one.key)
    if standing.teams is not None and one.channel.team_id is not None and one.channel.team_id not in standing.teams:
        piles = piles.none()
    return Sheet(
        hours, later, list(asked[:MOST_LISTED]),
        list(promises.select_related("owner", "conversation__identity").order_by("done", "due_at", "pk")[:MOST_LISTED]),
        _answers(standing, one), list(piles.order_by("-at", "-pk")[:MOST_LISTED]),
        alarms.filter(conversation__in=under.order_by().values("pk")).exists(),
    )  # fmt: skip


def comments(
    standing: Standing, post: Post, *, tone: str = "", day: int | None = None, after: str = "", size: int = 30
) -> Page[Message]:
    """Return what was said under a post, newest first: in one tone, or on one day since it was published (0: first)."""
    found = _said(standing, post).filter(identity__isnull=False, removed_at=None)
    if tone:
        found = found.filter(reading__sentiment=tone)
    if day is not None:
        begins = began(post) + timedelta(days=day)
        found = found.filter(written_at__gte=begins, written_at__lt=begins + timedelta(days=1))
    return by_time(found.select_related("identity", "reading"), "written_at", after, size)


def began(post: Post) -> datetime:
    """Return when a post was published, as the network says, or else when we heard of it."""
    return post.written_at or post.received_at


def _posts(standing: Standing) -> QuerySet[Post]:
    found = Post.objects.filter(brand=standing.brand, state=Post.State.PUBLISHED, key__isnull=False)
    return found.select_related("channel")


def _under(standing: Standing, post: Post) -> ConversationQuerySet:
    return access.conversations(standing).filter(channel=post.channel_id, root=post.key, private=False)


def _said(standing: Standing, post: Post) -> QuerySet[Message]:
    found = Message.objects.filter(channel=post.channel_id, root=post.key, conversation__private=False)
    if standing.teams is not None:
        found = found.filter(conversation__in=_under(standing, post).order_by().values("pk"))
    return found


def _hours(standing: Standing, post: Post, now: datetime) -> tuple[list[int], int]:
    """Return how many comments came in each hour of the first days, and how many later."""
    age = (now - began(post)).total_seconds()
    shown = min(DAYS * 24, max(1, ceil(age / 3600)))
    given = {"channel": post.channel_id, "root": post.key, "since": began(post), "shown": shown, "most": MOST_DRAWN}
    counted = dict(_ask("reactions_hours", given | {"teams": _teams(standing)}))
    return [counted.get(hour, 0) for hour in range(shown)], counted.get(shown, 0)


def _answers(standing: Standing, post: Post) -> list[tuple[str, int]]:
    """Return who of us answered under a post, who most on top; what no reply of ours stands for is of nobody."""
    said = _said(standing, post).filter(identity=None, removed_at=None)
    counted = said.values_list("reply__author", "reply__author__name").annotate(n=Count("pk"))
    return [(name or "", n) for _, name, n in counted.order_by("-n", "reply__author__name")[:MOST_LISTED]]


def _teams(standing: Standing) -> list[int] | None:
    return None if standing.teams is None else sorted(standing.teams)


def _ask(query: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_query(query), given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


@cache
def _query(name: str) -> str:
    return (Path(__file__).parent / "queries" / f"{name}.sql").read_text()
