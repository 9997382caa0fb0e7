"""The messages with one contact under one root, public or private."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.tuple_lookups import TupleLessThan
from django.utils import timezone

from premura.models.moves import Move, Moving


class Order(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    FIRST = "first"  # the highest priority first, of equals what is due first


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def after(self, at: datetime, pk: int, order: str = Order.NEWEST) -> "ConversationQuerySet":
        """Return those that stand below the row (`at`, `pk`) in the list: the next page's keyset."""
        # Written as one row comparison's two halves so that the index bounds the scan.
        if order == Order.OLDEST:
            return self.filter(last_at__gte=at).exclude(last_at=at, pk__lte=pk)
        return self.filter(last_at__lte=at).exclude(last_at=at, pk__gte=pk)

    def after_rank(self, rank: int, pk: int) -> "ConversationQuerySet":
        """Return those that come later than the row (`rank`, `pk`) where what comes first stands on top."""
        return self.filter(TupleLessThan((F("rank"), F("pk")), (rank, pk)))

    def in_order(self, order: str = Order.NEWEST) -> "ConversationQuerySet":
        if order == Order.FIRST:
            return self.order_by("-rank", "-pk")
        return self.order_by("last_at", "pk") if order == Order.OLDEST else self.order_by("-last_at", "-pk")


class Conversation(Moving, models.Model):
    class State(models.TextChoices):
        OPEN = "open"  # our turn
        PENDING = "pending"  # the customer's turn
        ON_HOLD = "on_hold"  # we wait for somebody of ours
        SNOOZED = "snoozed"  # hidden until a time or a new message
        RESOLVED = "resolved"

    _ACTIVE = frozenset({State.OPEN, State.PENDING, State.ON_HOLD, State.SNOOZED})
    MOVES: ClassVar[dict[str, Move]] = {
        "wait": Move(frozenset({State.OPEN}), State.PENDING),
        "hold": Move(frozenset({State.OPEN, State.PENDING}), State.ON_HOLD),
        "snooze": Move(frozenset({State.OPEN, State.PENDING, State.ON_HOLD}), State.SNOOZED),
        "resolve": Move(_ACTIVE, State.RESOLVED),
        "reopen": Move(frozenset(State) - {State.OPEN}, State.OPEN),
    }

    # The channel's constraint vouches for the brand, and the indexes below serve for the rest:
    # each constraint or index more is paid for by every message that comes in.
    brand = models.ForeignKey(
        "Brand", models.CASCADE, related_name="conversations", db_constraint=False, db_index=False
    )
    channel = models.ForeignKey("Channel", models.PROTECT, related_name="conversations", db_index=False)
    team = models.ForeignKey(
        "Team", models.SET_NULL, null=True, related_name="conversations", db_constraint=False, db_index=False
    )
    identity = models.ForeignKey("Identity", models.PROTECT, related_name="conversations", db_index=False)
    post = models.ForeignKey("Post", models.SET_NULL, null=True, related_name="conversations", db_index=False)
    root = models.CharField(max_length=500)  # key of what stands at the top
    private = models.BooleanField(default=False)
    kind = models.CharField(max_length=20)  # of its first message
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    assignee = models.ForeignKey("Agent", models.SET_NULL, null=True, related_name="conversations", db_index=False)
    snoozed_until = models.DateTimeField(null=True)
    above = models.JSONField(default=list)  # the posts above it in somebody else's thread
    preview = models.CharField(max_length=300)  # their latest words
    # How those were read; the urgency and the flags are of all that waits for an answer.
    language = models.CharField(max_length=3, db_default="und")
    sentiment = models.CharField(max_length=8, db_default="neutral")
    intent = models.CharField(max_length=10, db_default="")
    urgency = models.SmallIntegerField(db_default=1)
    flags = ArrayField(models.CharField(max_length=20), db_default=[])
    # What triage made of it: points, the next target, and both in one number for the order of lists (`decide.order`).
    priority = models.SmallIntegerField(db_default=0)
    due_at = models.DateTimeField(null=True)
    rank = models.BigIntegerField(db_default=0)
    opened_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField()  # when anybody last wrote, by the network's clock
    last_in_at = models.DateTimeField(null=True)
    last_out_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)  # their oldest message that has no answer
    settled_at = models.DateTimeField(null=True)  # when we last said: this needs no more
    read_at = models.DateTimeField(null=True)  # when one of us last looked

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("channel", "root", "identity", "private", name="one_conversation_a_person_and_root")
        ]
        indexes: ClassVar = [
            models.Index(F("brand"), F("state"), F("last_at").desc(), F("id").desc(), name="inbox_by_state"),
            models.Index(F("brand"), F("last_at").desc(), F("id").desc(), name="inbox_all"),
            models.Index(
                F("assignee"),
                F("state"),
                F("last_at").desc(),
                F("id").desc(),
                condition=Q(assignee__isnull=False),
                name="inbox_mine",
            ),
            models.Index(
                F("brand"),
                F("last_at").desc(),
                F("id").desc(),
                condition=Q(assignee__isnull=True, state="open"),
                name="inbox_unassigned",
            ),
            models.Index(
                F("brand"),
                F("rank").desc(),
                F("id").desc(),
                condition=Q(state="open"),
                name="inbox_by_priority",
            ),
            models.Index(
                F("brand"),
                F("intent"),
                F("last_at").desc(),
                F("id").desc(),
                condition=Q(state="open"),
                name="inbox_by_intent",
            ),
            models.Index(F("channel"), F("state"), F("last_at").desc(), F("id").desc(), name="inbox_by_channel"),
            models.Index(F("identity"), F("last_at").desc(), name="conversations_of_a_person"),
            models.Index(F("snoozed_until"), condition=Q(state="snoozed"), name="conversations_that_sleep"),
        ]

    def __str__(self) -> str:
        return f"{self.identity} · {self.channel}"

    @property
    def is_unread(self) -> bool:
        return bool(self.last_in_at and (self.read_at is None or self.read_at < self.last_in_at))

    def wait(self, at: datetime) -> None:
        self._move("wait", waiting_since=None, last_out_at=at)

    def hold(self) -> None:
        self._move("hold")

    def snooze(self, until: datetime) -> None:
        self._move("snooze", snoozed_until=until)

    def resolve(self, at: datetime) -> None:
        self._move("resolve", waiting_since=None, settled_at=at, snoozed_until=None)

    def reopen(self) -> None:
        self._move("reopen", snoozed_until=None)
