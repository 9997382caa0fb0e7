"""What we mean to say, from draft to sent."""

import secrets
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from premura.models.moves import Move, Moving


def new_key() -> str:
    return secrets.token_hex(16)


class Reply(Moving, models.Model):
    """What we say back.  It leaves this house only from READY, and only once.

    Its author is a person, always: nothing else can answer anybody.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        HELD = "held"  # a second person must say yes
        SCHEDULED = "scheduled"  # released by its author; it leaves at `leaves_at` if nothing came in between
        READY = "ready"  # waiting for the worker
        SENDING = "sending"  # out of our hands; see `interact.deliver.deliver`
        SENT = "sent"
        FAILED = "failed"  # certainly not sent
        UNCLEAR = "unclear"  # perhaps sent; a person looks

    MOVES: ClassVar[dict[str, Move]] = {
        "hold": Move(frozenset({State.DRAFT}), State.HELD),
        "schedule": Move(frozenset({State.DRAFT, State.HELD}), State.SCHEDULED),
        "release": Move(frozenset({State.DRAFT, State.HELD, State.SCHEDULED}), State.READY),
        "withdraw": Move(frozenset({State.HELD, State.SCHEDULED}), State.DRAFT),
        "take": Move(frozenset({State.READY}), State.SENDING),
        "arrive": Move(frozenset({State.SENDING, State.UNCLEAR}), State.SENT),
        "put_back": Move(frozenset({State.SENDING}), State.READY),
        "fail": Move(frozenset({State.READY, State.SENDING}), State.FAILED),
        "lose": Move(frozenset({State.SENDING}), State.UNCLEAR),
        "try_again": Move(frozenset({State.FAILED, State.UNCLEAR}), State.READY),
    }

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+")
    conversation = models.ForeignKey("Conversation", models.CASCADE, related_name="replies")
    to = models.ForeignKey("Message", models.PROTECT, related_name="replies")
    # Who says it, where that is another handle of ours.  Restricted: it must never be said by another one instead.
    channel = models.ForeignKey("Channel", models.RESTRICT, null=True, related_name="+")
    author = models.ForeignKey("Agent", models.PROTECT, related_name="replies")
    approver = models.ForeignKey("Agent", models.PROTECT, null=True, related_name="approved")
    key = models.CharField(max_length=32, unique=True, default=new_key)  # the same at every try
    private = models.BooleanField(default=False)
    text = models.TextField()
    language = models.CharField(max_length=5, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    objections = models.JSONField(default=list)  # of the guard, as they were when it was submitted
    overrides = models.JSONField(default=dict)  # rule -> why it was sent all the same
    wants_approval = models.JSONField(default=list)  # why a second person must say yes
    our_mistake = models.BooleanField(default=False)
    promised_for = models.DateTimeField(null=True)  # when what it promises is due
    answered_later = models.JSONField(default=list)  # questions that it leaves open until then
    known_issue = models.BooleanField(default=False)  # a line of the run in which many are told the same, on purpose
    issue = models.ForeignKey(  # whose run that is
        "KnownIssue", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    seen = models.CharField(max_length=100, blank=True)  # how far its author had read: `interact.reply.Seen`
    edits = models.IntegerField(default=0)
    begun_at = models.DateTimeField(null=True)  # the first key
    changed_at = models.DateTimeField(null=True)
    leaves_at = models.DateTimeField(null=True)
    follows = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="next"
    )  # the part before, of a thread
    message = models.OneToOneField("Message", models.SET_NULL, null=True, related_name="reply")
    url = models.TextField(blank=True)
    trouble = models.TextField(blank=True)
    tries = models.SmallIntegerField(default=0)
    written_at = models.DateTimeField(auto_now_add=True)
    taken_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index("conversation", "written_at", name="replies_in_order"),
            models.Index(
                "state",
                "taken_at",
                condition=models.Q(state__in=["ready", "sending", "unclear"]),
                name="replies_on_their_way",
            ),
            models.Index("leaves_at", condition=models.Q(state="scheduled"), name="replies_that_wait"),
            models.Index("brand", "written_at", condition=models.Q(state="held"), name="replies_to_approve"),
            models.Index("author", models.F("written_at").desc(), name="replies_of_an_author"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def voice(self) -> Any:
        """The channel that says it: the conversation's own, or another handle of the brand."""
        return self.channel or self.conversation.channel

    @property
    def stands(self) -> bool:
        """Whether it can be read on the network, or is on its way there and cannot be called back."""
        gone = self.message is not None and self.message.removed_at is not None
        there = self.state in (self.State.READY, self.State.SENDING, self.State.SENT, self.State.UNCLEAR)
        return there and not gone

    @property
    def written_in(self) -> str:
        """The language it is in; "" where nobody knows."""
        return "" if self.language == "und" else self.language

    def hold(self, objections: list[Any]) -> None:
        self._move("hold", objections=objections)

    def schedule(self, at: datetime, approver: Any = None) -> None:
        self._move("schedule", leaves_at=at, approver=approver)

    def withdraw(self) -> None:
        self._move("withdraw", leaves_at=None)

    def release(self, approver: Any = None) -> None:
        self._move("release", approver=approver)

    def take(self) -> None:
        """Claim it for sending.  Of two workers, one gets it and the other a WrongState."""
        self._move("take", taken_at=timezone.now(), tries=self.tries + 1, trouble="")

    def arrive(self, url: str, message: Any, at: datetime) -> None:
        self._move("arrive", url=url, message=message, sent_at=at, trouble="")

    def put_back(self, why: str) -> None:
        self._move("put_back", trouble=why)

    def fail(self, why: str) -> None:
        self._move("fail", trouble=why)

    def lose(self, why: str) -> None:
        self._move("lose", trouble=why)

    def try_again(self) -> None:
        self._move("try_again", trouble="")


class Attachment(models.Model):
    """A picture that goes out with a reply."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+")
    reply = models.ForeignKey(Reply, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    mime = models.CharField(max_length=100)
    alt = models.TextField(blank=True)
    data = models.BinaryField()

    def __str__(self) -> str:
        return self.name
