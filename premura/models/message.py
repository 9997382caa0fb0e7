"""One thing that was said, by them or by us, as it stands on the network."""

from typing import Any, ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class Message(models.Model):
    """`written_at` is the network's time, `received_at` ours.

    Brand and channel repeat the conversation's, without a constraint of their own: the
    conversation's vouches for them, and each constraint costs as much as the row.
    """

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    channel = models.ForeignKey("Channel", models.PROTECT, related_name="messages", db_constraint=False, db_index=False)
    conversation = models.ForeignKey("Conversation", models.CASCADE, related_name="messages", db_index=False)
    identity = models.ForeignKey(  # who wrote it; None: we did
        "Identity", models.PROTECT, null=True, related_name="messages", db_constraint=False, db_index=False
    )
    key = models.CharField(max_length=500)
    parent = models.CharField(max_length=500, blank=True)  # key of what it answers
    root = models.CharField(max_length=500)
    kind = models.CharField(max_length=20)
    text = models.TextField()
    language = models.CharField(max_length=5, blank=True)
    url = models.TextField(blank=True)
    ref = models.JSONField(default=dict)
    media = models.JSONField(default=list)  # of {url, mime, alt, preview}
    stars = models.SmallIntegerField(null=True)
    written_at = models.DateTimeField()
    received_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    was = models.JSONField(default=list)  # of {text, until}: what it said before it was edited
    removed_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    liked_at = models.DateTimeField(null=True)  # by us
    likes = models.IntegerField(default=0)
    shares = models.IntegerField(default=0)
    counted_likes = models.IntegerField(default=0)  # by the network, at `counted_at`
    counted_shares = models.IntegerField(default=0)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("channel", "key", name="one_message_a_key")]
        indexes: ClassVar = [
            models.Index("conversation", "written_at", "id", name="messages_in_order"),
            models.Index("channel", "root", "written_at", name="messages_under_a_root"),
            BrinIndex("received_at", name="messages_by_day"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_ours(self) -> bool:
        return self.identity_id is None

    def stands_in(self, conversation: Any) -> bool:
        """Whether it was said there, or is our answer in private to it: that stands in a conversation of its own."""
        reply = getattr(self, "reply", None)
        return conversation.pk in (self.conversation_id, reply and reply.conversation_id)


class Ahead(models.Model):
    """News of a message that has not come yet: networks tell of a removal before they tell of what was said."""

    channel = models.ForeignKey("Channel", models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=500)
    removed_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("channel", "key", name="one_ahead_a_key")]

    def __str__(self) -> str:
        return self.key


class Reaction(models.Model):
    """Somebody liked or shared something of ours, or a message, and when."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    channel = models.ForeignKey("Channel", models.CASCADE, related_name="reactions", db_index=False)
    key = models.CharField(max_length=500)
    target = models.CharField(max_length=500)  # key of the message or post
    gesture = models.CharField(max_length=10)
    by_key = models.CharField(max_length=300)
    by_name = models.CharField(max_length=300)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("channel", "key", name="one_reaction_a_key")]
        indexes: ClassVar = [models.Index("channel", "target", "gesture", "at", name="reactions_to")]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.gesture}"
