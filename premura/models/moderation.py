"""The house rules, and what was done to what others wrote."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from premura.models.moves import Move, Moving


class Netiquette(models.Model):
    """One version of a brand's house rules.  What is published is never changed: a change is a new version."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="netiquettes")
    version = models.SmallIntegerField()
    published_at = models.DateTimeField(null=True)
    by = models.ForeignKey("Agent", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("brand", "version", name="one_netiquette_a_version")]

    def __str__(self) -> str:
        return f"{self.brand} · {self.version}"


class Clause(models.Model):
    """One numbered rule, in one language."""

    netiquette = models.ForeignKey(Netiquette, models.CASCADE, related_name="clauses")
    number = models.SmallIntegerField()
    language = models.CharField(max_length=5)
    title = models.CharField(max_length=100)
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("netiquette", "number", "language", name="one_clause_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Act(Moving, models.Model):
    """One act of moderation: hide, show again, delete, ban.  It stands here before it is done."""

    class State(models.TextChoices):
        ASKED = "asked"  # a second person must say yes, and the time to cool down must pass
        DONE = "done"
        UNDONE = "undone"
        REFUSED = "refused"  # by the second person
        FAILED = "failed"  # by the network
        REVIEW = "review"  # done by a rule; a person looks

    class Deed(models.TextChoices):
        HIDE = "hide", _("hide")
        DELETE = "delete", _("delete")
        BAN = "ban", _("ban")

    class Reason(models.TextChoices):
        CANNOT_HIDE = "cannot_hide", _("this network cannot hide")
        PERSONAL_DATA = "personal_data", _("personal or sensitive data")
        NETIQUETTE = "netiquette", _("against the netiquette")

    MOVES: ClassVar[dict[str, Move]] = {
        "do": Move(frozenset({State.ASKED}), State.DONE),
        "refuse": Move(frozenset({State.ASKED}), State.REFUSED),
        "undo": Move(frozenset({State.DONE, State.REVIEW}), State.UNDONE),
        "fail": Move(frozenset({State.DONE, State.REVIEW}), State.FAILED),
        "keep": Move(frozenset({State.REVIEW}), State.DONE),
        "stand": Move(frozenset({State.UNDONE}), State.DONE),
    }

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="acts")
    conversation = models.ForeignKey("Conversation", models.CASCADE, related_name="acts")
    message = models.ForeignKey("Message", models.CASCADE, related_name="acts")
    deed = models.CharField(max_length=10, choices=Deed)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    words = models.TextField(blank=True)  # why, in the words of who did it
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, related_name="+")
    rule = models.ForeignKey("ModerationRule", models.SET_NULL, null=True, related_name="acts")
    by = models.ForeignKey("Agent", models.PROTECT, null=True, related_name="+")  # None: a rule
    second = models.ForeignKey("Agent", models.PROTECT, null=True, related_name="+")
    not_before = models.DateTimeField(default=timezone.now)
    snapshot = models.JSONField(default=dict)  # text, author, media, counts, url: as it stood
    hash = models.CharField(max_length=64)  # SHA-256 of the snapshot, as compact JSON with sorted keys
    told = models.ForeignKey(
        "Reply", models.SET_NULL, null=True, related_name="+"
    )  # the public line that quotes the clause
    trouble = models.TextField(blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(F("brand"), F("asked_at").desc(), F("id").desc(), name="ledger_of_a_brand"),
            models.Index("brand", "state", condition=Q(state__in=["asked", "review"]), name="acts_that_wait"),
            models.Index("message", name="acts_on_a_message"),
        ]

    def __str__(self) -> str:
        return f"{self.deed} {self.message_id}"

    def do(self, second: Any = None) -> None:
        self._move("do", second=second, done_at=timezone.now())

    def refuse(self, second: Any) -> None:
        self._move("refuse", second=second)

    def close(self, why: str) -> None:
        """Nobody decides on it any more: its author was faster."""
        self._move("refuse", trouble=why)

    @property
    def holds(self) -> bool:
        """Whether it is done, and not undone since."""
        return self.state in (self.State.DONE, self.State.REVIEW)

    def undo(self) -> None:
        self._move("undo", undone_at=timezone.now())

    def fail(self, why: str) -> None:
        self._move("fail", trouble=why)

    def keep(self, second: Any) -> None:
        self._move("keep", second=second)

    def stand(self, why: str) -> None:
        """The network did not undo it."""
        self._move("stand", trouble=why, undone_at=None)


class Exhibit(models.Model):
    """A picture of a snapshot as its bytes were when we looked."""

    act = models.ForeignKey(Act, models.CASCADE, related_name="exhibits")
    number = models.SmallIntegerField()  # its place among the snapshot's pictures, from 1
    mime = models.CharField(max_length=20)
    data = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("act", "number", name="one_exhibit_a_place")]

    def __str__(self) -> str:
        return f"{self.act_id} · {self.number}"


class ModerationRule(models.Model):
    """What a brand lets be hidden by itself: spam and slurs, nothing else.  What it hides, people review."""

    class Catches(models.TextChoices):
        SPAM = "spam", _("spam")
        SLURS = "slurs", _("slurs")
        WORDS = "words", _("these words")

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="moderation_rules")
    catches = models.CharField(max_length=10, choices=Catches)
    words = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, related_name="+")
    is_on = models.BooleanField(default=True)
    by = models.ForeignKey("Agent", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)  # taken away; what it hid still says which rule it was

    def __str__(self) -> str:
        return self.catches


class Boomerang(models.Model):
    """Something that was taken from sight came back: the same author, or the same words."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="boomerangs")
    act = models.ForeignKey(Act, models.CASCADE, related_name="boomerangs")
    message = models.ForeignKey("Message", models.CASCADE, related_name="+")
    same_author = models.BooleanField()
    same_words = models.BooleanField()
    seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("act", "message", name="one_boomerang_a_message")]

    def __str__(self) -> str:
        return f"{self.act_id} → {self.message_id}"


class Disengagement(models.Model):
    """We chose not to answer somebody, and say why.  Rare: its share is watched."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="disengagements")
    conversation = models.ForeignKey("Conversation", models.CASCADE, related_name="disengagements")
    by = models.ForeignKey("Agent", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(F("brand"), F("at").desc(), name="disengagements_by_time")]

    def __str__(self) -> str:
        return self.reason[:60]
