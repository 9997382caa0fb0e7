"""What comes first: calendars, SLA policies, and how each conversation stands before them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Calendar(models.Model):
    """When a brand, or a team of it, works; `clock.Calendar` counts with it."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="calendars")
    name = models.CharField(max_length=100)
    zone = models.CharField(max_length=50)  # IANA
    week = models.JSONField(default=list)  # Monday to Sunday, each a list of [from, until] in minutes after midnight
    country = models.CharField(max_length=2, blank=True)  # whose public holidays are free; "": none
    region = models.CharField(max_length=10, blank=True)
    days = models.JSONField(default=dict)  # {"2026-12-24": [[540, 780]]}: exceptions, [] is closed

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("brand", "name", name="one_calendar_of_a_name")]

    def __str__(self) -> str:
        return self.name


class SlaPolicy(models.Model):
    """Targets for the conversations that it fits; the first that fits, in the order of `place`, is applied."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="sla_policies")
    name = models.CharField(max_length=100)
    place = models.SmallIntegerField(default=0)
    is_on = models.BooleanField(default=True)
    # Whom it fits; empty: everybody.
    networks = ArrayField(models.CharField(max_length=20), default=list)
    private = models.BooleanField(null=True)
    intents = ArrayField(models.CharField(max_length=10), default=list)
    urgency = models.SmallIntegerField(default=0)  # at least
    languages = ArrayField(models.CharField(max_length=3), default=list)
    tiers = ArrayField(models.CharField(max_length=20), default=list)
    pile_on = models.BooleanField(default=False)  # only what people turn against just now
    # Minutes of the calendar's working time; None: no such target.
    first = models.IntegerField(null=True)
    next = models.IntegerField(null=True)
    resolution = models.IntegerField(null=True)
    same_day = models.BooleanField(default=False)  # an answer is due when the day on which they wrote ends
    calendar = models.ForeignKey(Calendar, models.SET_NULL, null=True, related_name="policies")  # None: day and night

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("brand", "name", name="one_sla_policy_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Weights(models.Model):
    """How many points each part of the priority is worth to a brand; what is not named counts as installed."""

    brand = models.OneToOneField("Brand", models.CASCADE, primary_key=True, related_name="weights")
    points = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{len(self.points)} weights"


class Triage(models.Model):
    """The applied SLA of a conversation, and what its priority is made of.

    `parts` holds what speaks for it, the weightiest first: [name, points, number, evidence], where evidence is a list
    of message ids or of conversation ids, whatever the name is about.
    """

    conversation = models.OneToOneField(
        "Conversation", models.CASCADE, primary_key=True, related_name="triage", db_constraint=False
    )
    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    policy = models.ForeignKey(
        SlaPolicy, models.SET_NULL, null=True, related_name="+", db_constraint=False, db_index=False
    )
    first_due_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True)
    resolution_due_at = models.DateTimeField(null=True)
    window_until = models.DateTimeField(null=True)  # when the network no longer lets us answer
    parts = models.JSONField(db_default=[])
    stirs_at = models.DateTimeField(null=True)  # when its points change by the passing of time alone
    warned_at = models.DateTimeField(null=True)  # when those on duty were told that a target is near
    # What a rule or a person put above all that: points of their own, and a policy that stands whatever fits.
    extra = models.SmallIntegerField(db_default=0)
    chosen = models.ForeignKey(
        SlaPolicy, models.SET_NULL, null=True, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        indexes: ClassVar = [
            models.Index("stirs_at", condition=models.Q(stirs_at__isnull=False), name="triage_that_stirs")
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {len(self.parts)} parts"
