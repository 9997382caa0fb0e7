"""What belongs together among what was said: repeats, agreement, answers of others, pile-ons, spikes."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Repeat(models.Model):
    """A message that says almost the same as another of the same person; `first` is the oldest of them."""

    message = models.OneToOneField(
        "Message", models.CASCADE, primary_key=True, related_name="repeat", db_constraint=False
    )
    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    conversation = models.ForeignKey("Conversation", models.CASCADE, related_name="repeats", db_constraint=False)
    first = models.ForeignKey("Message", models.CASCADE, related_name="+", db_constraint=False)

    def __str__(self) -> str:
        return f"{self.message_id} repeats {self.first_id}"


class Agreement(models.Model):
    """Somebody joined a complaint ("to me too"); each has a conversation and an answer of their own."""

    message = models.OneToOneField(
        "Message", models.CASCADE, primary_key=True, related_name="agreement", db_constraint=False
    )
    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    complaint = models.ForeignKey("Conversation", models.CASCADE, related_name="agreements", db_constraint=False)
    by = models.ForeignKey(
        "Conversation", models.CASCADE, related_name="agrees_with", db_constraint=False, db_index=False
    )

    def __str__(self) -> str:
        return f"{self.by_id} agrees with {self.complaint_id}"


class Spill(models.Model):
    """Who had no solution in private speaks in public now."""

    conversation = models.OneToOneField(
        "Conversation", models.CASCADE, primary_key=True, related_name="spill", db_constraint=False
    )
    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    private = models.ForeignKey("Conversation", models.CASCADE, related_name="spilled_to", db_constraint=False)
    at = models.DateTimeField(auto_now_add=True, db_default=models.functions.Now())

    def __str__(self) -> str:
        return f"{self.private_id} spilled into {self.conversation_id}"


class PeerAnswer(models.Model):
    """Another customer seems to have answered; a person says whether it is right, and thanks them."""

    message = models.OneToOneField(
        "Message", models.CASCADE, primary_key=True, related_name="peer_answer", db_constraint=False
    )
    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    conversation = models.ForeignKey("Conversation", models.CASCADE, related_name="peer_answers", db_constraint=False)
    is_right = models.BooleanField(null=True)
    by = models.ForeignKey("Agent", models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.message_id} answers {self.conversation_id}"


class Employee(models.Model):
    """A handle of somebody who works for the brand: their comments are flagged, and are no customer's."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="employees")
    network = models.CharField(max_length=20)
    handle = models.CharField(max_length=300)  # in small letters, without @
    name = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("brand", "network", "handle", name="one_employee_a_handle")]

    def __str__(self) -> str:
        return self.name or self.handle


class PileOn(models.Model):
    """An avalanche on one item: how it was seen, and until when it ran."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="pile_ons")
    channel = models.ForeignKey("Channel", models.CASCADE, related_name="pile_ons", db_index=False)
    root = models.CharField(max_length=500)
    conversation = models.ForeignKey("Conversation", models.SET_NULL, null=True, related_name="+")  # the first critic
    began_at = models.DateTimeField()
    at = models.DateTimeField()  # when the alarm was raised
    slope = models.FloatField()  # points a minute at the last look
    voices = models.IntegerField()  # different people who criticised
    reason = models.JSONField(default=dict)
    seen_at = models.DateTimeField()  # the last look
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("channel", "root", condition=Q(ended_at__isnull=True), name="one_pile_on_at_a_time")
        ]
        indexes: ClassVar = [models.Index(F("brand"), F("at").desc(), name="pile_ons_of_a_brand")]

    def __str__(self) -> str:
        return f"{self.root}: {self.voices} voices"


class Hourly(models.Model):
    """How much of something came in within an hour: of a channel, an intent in it, or a listening query."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+", db_index=False)
    channel = models.ForeignKey("Channel", models.CASCADE, related_name="+", db_index=False)
    what = models.CharField(max_length=60)  # "": all; "intent complaint"; "query 7"
    hour = models.DateTimeField()
    n = models.IntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("channel", "what", "hour", name="one_count_an_hour")]

    def __str__(self) -> str:
        return f"{self.what} {self.hour}: {self.n}"


class Spike(models.Model):
    """Much more of something than at this hour of the week is usual."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="spikes", db_index=False)
    channel = models.ForeignKey("Channel", models.CASCADE, related_name="spikes", db_index=False)
    what = models.CharField(max_length=60)
    hour = models.DateTimeField()
    n = models.IntegerField()
    usual = models.FloatField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("channel", "what", "hour", name="one_spike_an_hour")]
        indexes: ClassVar = [models.Index(F("brand"), F("at").desc(), name="spikes_of_a_brand")]

    def __str__(self) -> str:
        return f"{self.what} {self.hour}: {self.n} instead of {self.usual:.1f}"


class ListeningQuery(models.Model):
    """What a brand listens for in all that comes in: words in the language of `premura.text.query`."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="queries")
    name = models.CharField(max_length=100)
    words = models.TextField()
    is_on = models.BooleanField(default=True)
    by = models.ForeignKey("Agent", models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("brand", "name", name="one_query_of_a_name")]

    def __str__(self) -> str:
        return self.name


class QueryHit(models.Model):
    """One message in which a query found its words."""

    query = models.ForeignKey(ListeningQuery, models.CASCADE, related_name="hits", db_index=False)
    message = models.ForeignKey("Message", models.CASCADE, related_name="query_hits", db_constraint=False)
    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    at = models.DateTimeField()  # when it was written, or edited

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("query", "message", name="one_hit_a_message")]
        indexes: ClassVar = [models.Index(F("query"), F("at").desc(), name="hits_of_a_query")]

    def __str__(self) -> str:
        return f"{self.query_id}: {self.message_id}"
