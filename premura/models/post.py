"""Our published content: the context of comments; and what is planned."""

from typing import ClassVar

from django.db import models

from premura.models.moves import Move, Moving


class Plan(models.Model):
    """One thing to say on several channels at a time.  Each channel has its own variant, a Post."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="plans")
    author = models.ForeignKey("Agent", models.PROTECT, related_name="plans")
    name = models.CharField(max_length=200)
    planned_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Post(Moving, models.Model):
    """One post of ours on one channel, from plan to network.  `key` is empty until it stands there."""

    class State(models.TextChoices):
        DRAFT = "draft"
        APPROVED = "approved"  # a second person said yes; it waits for its time
        SENDING = "sending"
        PUBLISHED = "published"
        FAILED = "failed"  # certainly not published
        UNCLEAR = "unclear"  # perhaps published; a person looks

    MOVES: ClassVar[dict[str, Move]] = {
        "approve": Move(frozenset({State.DRAFT}), State.APPROVED),
        "withdraw": Move(frozenset({State.APPROVED}), State.DRAFT),
        "take": Move(frozenset({State.APPROVED}), State.SENDING),
        "arrive": Move(frozenset({State.SENDING, State.UNCLEAR}), State.PUBLISHED),
        "put_back": Move(frozenset({State.SENDING}), State.APPROVED),
        "fail": Move(frozenset({State.APPROVED, State.SENDING}), State.FAILED),
        "lose": Move(frozenset({State.SENDING}), State.UNCLEAR),
    }

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="posts")
    channel = models.ForeignKey("Channel", models.CASCADE, related_name="posts", db_index=False)
    plan = models.ForeignKey(Plan, models.SET_NULL, null=True, related_name="posts")
    state = models.CharField(max_length=10, choices=State, default=State.PUBLISHED)
    planned_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=500, null=True)  # noqa: DJ001  NULLs differ, so plans without a key may be many
    text = models.TextField()
    url = models.TextField(blank=True)
    ref = models.JSONField(default=dict)
    media = models.JSONField(default=list)
    written_at = models.DateTimeField(null=True)  # as the network says
    received_at = models.DateTimeField(auto_now_add=True)  # by us
    removed_at = models.DateTimeField(null=True)
    likes = models.IntegerField(default=0)
    shares = models.IntegerField(default=0)
    counted_likes = models.IntegerField(default=0)  # by the network, at `counted_at`
    counted_shares = models.IntegerField(default=0)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("channel", "key", name="one_post_a_key")]
        indexes: ClassVar = [
            models.Index(fields=["channel", "-written_at"], name="posts_of_a_channel"),
            models.Index("planned_at", condition=models.Q(state="approved"), name="posts_that_wait"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
