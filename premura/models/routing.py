"""Who: what each team owns, and what rules and macros do."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from premura.models.brand import Team


class Ownership(models.Model):
    """Who owns, is asked and is told about what: one row of the matrix.  "" or None: whatever it is."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="ownerships")
    place = models.SmallIntegerField(default=0)  # the first that fits, owns
    intent = models.CharField(max_length=10, blank=True)
    topic = models.CharField(max_length=100, blank=True)  # words, one of which stands in the message
    channel = models.ForeignKey("Channel", models.CASCADE, null=True, related_name="+", db_index=False)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=3, blank=True)
    owner = models.ForeignKey("Team", models.CASCADE, related_name="+", db_index=False)
    consulted: "models.ManyToManyField[Team, Any]" = models.ManyToManyField("Team", related_name="+", blank=True)
    informed: "models.ManyToManyField[Team, Any]" = models.ManyToManyField("Team", related_name="+", blank=True)

    def __str__(self) -> str:
        return f"{self.place}: {self.owner}"


class Involved(models.Model):
    """A team that the matrix asks or tells about a conversation which another owns: it may read it, and note."""

    class How(models.TextChoices):
        CONSULTED = "consulted", _("is asked")
        INFORMED = "informed", _("is told")

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    conversation = models.ForeignKey("Conversation", models.CASCADE, related_name="involved")
    team = models.ForeignKey("Team", models.CASCADE, related_name="+", db_index=False)
    how = models.CharField(max_length=10, choices=How)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("conversation", "team", name="one_part_a_team")]
        indexes: ClassVar = [models.Index("team", F("at").desc(), F("id").desc(), name="what_a_team_is_told")]

    def __str__(self) -> str:
        return f"{self.team}: {self.how}"


class Rule(models.Model):
    """When something happens and it is so, do this; it never replies."""

    class Trigger(models.TextChoices):
        CAME_IN = "came in"  # somebody wrote
        WAITS = "waits"  # nobody has answered for so long
        CHANGED = "changed"  # a person changed state, team or labels

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="rules", db_index=False)
    name = models.CharField(max_length=100)
    place = models.SmallIntegerField(default=0)
    is_on = models.BooleanField(default=False)
    trigger = models.CharField(max_length=10, choices=Trigger, default=Trigger.CAME_IN)
    conditions = models.JSONField(default=list)  # all of them: [[field, how, value]]
    actions = models.JSONField(default=list)  # in order: [[deed, value]]
    by = models.ForeignKey("Agent", models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("brand", "name", name="one_rule_of_a_name")]

    def __str__(self) -> str:
        return self.name


class RuleRun(models.Model):
    """A rule acted on a conversation because of one message (None: because of time or a change)."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="runs", db_index=False)
    conversation = models.ForeignKey("Conversation", models.CASCADE, related_name="rule_runs")
    cause = models.BigIntegerField()  # the message's id, or the event's
    did = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("rule", "conversation", "cause", name="a_rule_acts_once_a_cause")
        ]
        indexes: ClassVar = [models.Index(F("rule"), F("at").desc(), name="runs_of_a_rule")]

    def __str__(self) -> str:
        return f"{self.rule_id} on {self.conversation_id}"


class Macro(models.Model):
    """Several deeds in one click."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="macros")
    name = models.CharField(max_length=100)
    actions = models.JSONField(default=list)
    by = models.ForeignKey("Agent", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("brand", "name", name="one_macro_of_a_name")]

    def __str__(self) -> str:
        return self.name
