"""What we say and show each other: notes, labels, who is looking."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

if TYPE_CHECKING:
    from premura.models.conversation import Conversation


class Note(models.Model):
    """An internal message.  It never leaves the house."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+")
    conversation = models.ForeignKey("Conversation", models.CASCADE, related_name="notes")
    author = models.ForeignKey("Agent", models.PROTECT, related_name="notes")
    text = models.TextField()
    written_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.text[:60]


class Label(models.Model):
    brand = models.ForeignKey("Brand", models.CASCADE, related_name="labels")
    name = models.CharField(max_length=60)
    conversations: "models.ManyToManyField[Conversation, Any]" = models.ManyToManyField(
        "Conversation", related_name="labels"
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("brand", "name", name="one_label_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Presence(models.Model):
    """Who looks at a conversation, and who is typing in it."""

    agent = models.ForeignKey("Agent", models.CASCADE, related_name="+")
    conversation = models.ForeignKey("Conversation", models.CASCADE, related_name="presences")
    seen_at = models.DateTimeField()
    typed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("agent", "conversation", name="one_presence_a_conversation")]

    def __str__(self) -> str:
        return f"{self.agent} in {self.conversation_id}"
