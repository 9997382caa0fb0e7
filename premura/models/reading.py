"""What a message says, as it was read; what agents corrected; what each brand's corrections taught."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Reading(models.Model):
    """How one message of theirs was read, by which version, and why.

    What lists filter and sort by stands in columns; the rest (other intents, emotions, questions,
    personal data, reasons) in `details`, in the shape of `text.reading.Reading`.
    """

    message = models.OneToOneField(
        "Message", models.CASCADE, primary_key=True, related_name="reading", db_constraint=False
    )
    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    version = models.CharField(max_length=20)
    # 1: read in the batch; 2: and by its sentence vector; 0: as 1, and no encoder is here
    tier = models.SmallIntegerField()
    language = models.CharField(max_length=3)
    sentiment = models.CharField(max_length=8)
    score = models.FloatField()  # -1 to +1
    intent = models.CharField(max_length=10)
    urgency = models.SmallIntegerField()
    flags = ArrayField(models.CharField(max_length=20), default=list)
    abuse = models.SmallIntegerField(default=0)
    hate = models.BooleanField(default=False)
    details = models.JSONField(default=dict)
    corrected = ArrayField(models.CharField(max_length=10), default=list)  # what a person has put right stays

    class Meta:
        indexes: ClassVar = [models.Index(F("message").desc(), condition=Q(tier=1), name="readings_of_tier_1")]

    def __str__(self) -> str:
        return f"{self.intent}, {self.sentiment}, urgency {self.urgency}"


class Correction(models.Model):
    """An agent said what a message really says.  Goes when the message goes."""

    class Of(models.TextChoices):
        LANGUAGE = "language"
        SENTIMENT = "sentiment"
        INTENT = "intent"
        URGENCY = "urgency"
        FLAGS = "flags"

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="corrections")
    message = models.ForeignKey("Message", models.CASCADE, related_name="corrections")
    by = models.ForeignKey("Agent", models.PROTECT, related_name="+")
    of = models.CharField(max_length=10, choices=Of)
    was = models.JSONField()
    became = models.JSONField()
    version = models.CharField(max_length=20)  # of the reading that was corrected
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("message", "of", name="one_correction_a_matter")]
        indexes: ClassVar = [models.Index(F("brand"), F("at").desc(), F("id").desc(), name="corrections_of_a_brand")]

    def __str__(self) -> str:
        return f"{self.of}: {self.was} → {self.became}"


class Lessons(models.Model):
    """What a brand's corrections taught its own heads: made anew from all of them after each change."""

    brand = models.OneToOneField("Brand", models.CASCADE, primary_key=True, related_name="lessons")
    count = models.IntegerField(default=0)
    weights = models.BinaryField(default=bytes)
    taught_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.count} corrections"
