"""One problem that many have, what was promised, and how it went out."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from premura.models.moves import Move, Moving


class KnownIssue(Moving, models.Model):
    """A problem shared by many, with one public solution."""

    class State(models.TextChoices):
        NOTICED = "noticed", _("noticed")
        WORKING = "working", _("being worked on")
        SOLVED = "solved", _("solved")
        CLOSED = "closed", _("closed")

    class Severity(models.IntegerChoices):
        MINOR = 1, _("a nuisance")
        SERIOUS = 2, _("serious")
        GRAVE = 3, _("grave: people, money or the law")

    MOVES: ClassVar[dict[str, Move]] = {
        "work": Move(frozenset({State.NOTICED, State.SOLVED, State.CLOSED}), State.WORKING),
        "solve": Move(frozenset({State.NOTICED, State.WORKING}), State.SOLVED),
        "close": Move(frozenset({State.NOTICED, State.WORKING, State.SOLVED}), State.CLOSED),
    }

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="known_issues", db_index=False)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.NOTICED)
    severity = models.SmallIntegerField(choices=Severity, default=Severity.SERIOUS)
    facts = models.TextField(blank=True)  # what we know, for the people who answer
    solution = models.TextField(blank=True)  # what we say in public
    permalink = models.TextField(blank=True)  # where it stands
    owner = models.ForeignKey("Agent", models.PROTECT, related_name="+")
    joins_from = models.FloatField(null=True)  # how alike a conversation must be to join by itself; None: people say
    opened_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)  # its state or solution, which everybody is to be told
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(F("brand"), F("opened_at").desc(), F("id").desc(), name="known_issues_listed")
        ]

    def __str__(self) -> str:
        return self.title


class Affected(models.Model):
    """A conversation that is about a known issue, or seems to be."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        JOINED = "joined"
        DECLINED = "declined"

    issue = models.ForeignKey(KnownIssue, models.CASCADE, related_name="affected", db_index=False)
    conversation = models.ForeignKey("Conversation", models.CASCADE, related_name="affected_by")
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    score = models.FloatField(null=True)  # how alike, 0 to 1; None: by hand
    by = models.ForeignKey("Agent", models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)  # when we last told them how it stands

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("issue", "conversation", name="affected_once")]
        indexes: ClassVar = [models.Index("issue", "state", "id", name="affected_listed")]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.state} {self.issue_id}"


class Promise(Moving, models.Model):
    """What we told a customer that we would do, and until when."""

    class State(models.TextChoices):
        OPEN = "open"
        KEPT = "kept"
        WITHDRAWN = "withdrawn"

    MOVES: ClassVar[dict[str, Move]] = {
        "keep": Move(frozenset({State.OPEN}), State.KEPT),
        "withdraw": Move(frozenset({State.OPEN}), State.WITHDRAWN),
    }

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="promises", db_index=False)
    conversation = models.ForeignKey("Conversation", models.CASCADE, related_name="promises")
    reply = models.OneToOneField("Reply", models.SET_NULL, null=True, related_name="promise")  # where we said it
    owner = models.ForeignKey("Agent", models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=300)
    technical = models.BooleanField(default=False)  # a time that nobody can make shorter
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    made_at = models.DateTimeField(default=timezone.now)
    warned_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index("brand", "due_at", "id", condition=Q(state="open"), name="promises_that_stand")
        ]

    def __str__(self) -> str:
        return self.what


class Outcome(models.Model):
    """Why somebody was angry, and whether we proposed a solution: asked when a conversation is closed."""

    class Why(models.TextChoices):
        PRODUCT = "product", _("the product")
        DELIVERY = "delivery", _("delivery or time")
        PRICE = "price", _("a price or a bill")
        CARE = "care", _("how we treated them")
        WEBSITE = "website", _("site, app or shop")
        VALUES = "values", _("what we stand for")
        OTHER = "other", _("something else")

    class Troll(models.TextChoices):
        DEFUSED = "defused", _("defused")
        IGNORED = "ignored", _("left alone")
        ESCALATED = "escalated", _("it got worse")

    class Need(models.TextChoices):
        INFO = "info", _("information")
        SIZE = "size", _("size or fit")
        PRICE = "price", _("a price")
        AVAILABILITY = "stock", _("whether there is any")
        FIX = "fix", _("that it works again")
        APOLOGY = "sorry", _("an apology, or money back")
        HEARD = "heard", _("to be heard")
        THANKS = "thanks", _("to say thank you")

    conversation = models.OneToOneField("Conversation", models.CASCADE, primary_key=True, related_name="outcome")
    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+", db_index=False)
    why = models.CharField(max_length=10, choices=Why, blank=True)
    words = models.CharField(max_length=300, blank=True)
    solution_proposed = models.BooleanField(null=True)
    troll = models.CharField(max_length=10, choices=Troll, blank=True, db_default="")
    need = models.CharField(max_length=10, choices=Need, blank=True, db_default="")
    need_met = models.BooleanField(null=True)
    by = models.ForeignKey("Agent", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.why}: {self.solution_proposed}"


class Mistake(models.Model):
    """What was our fault, and what we learn from it: asked when an answer that says so has left."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="mistakes", db_index=False)
    conversation = models.ForeignKey("Conversation", models.CASCADE, related_name="mistakes")
    reply = models.OneToOneField("Reply", models.CASCADE, null=True, related_name="mistake")
    learnt = models.CharField(max_length=500)
    by = models.ForeignKey("Agent", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index("brand", "at", "id", name="mistakes_of_a_brand")]

    def __str__(self) -> str:
        return self.learnt[:60]
