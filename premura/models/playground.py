"""Piazza, the toy network that lives inside Premura: its own tables, as if they were another company's.

Nothing of Premura points here and nothing here points at Premura: the two speak over HTTP.
"""

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


def new_key() -> str:
    return secrets.token_hex(12)


def new_secret() -> str:
    return secrets.token_hex(24)


class PlaygroundPage(models.Model):
    """A brand's page.  Whoever has the token speaks for it; `signing` signs what we tell its webhook."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    about = models.CharField(max_length=300, blank=True)
    token = models.CharField(max_length=64, default=new_secret)
    signing = models.CharField(max_length=64, default=new_secret)
    opened_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class PlaygroundPerson(models.Model):
    """Somebody whom a visitor can be."""

    key = models.CharField(max_length=32, unique=True, default=new_key)
    handle = models.SlugField(unique=True)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class PlaygroundItem(models.Model):
    """One thing that somebody wrote: a post, a comment under it, a review, a private message."""

    class Kind(models.TextChoices):
        POST = "post"  # the page's own
        VISITOR_POST = "visitor_post"  # a person's, on the page's wall
        MENTION = "mention"  # a person's, on their own wall, naming the page
        COMMENT = "comment"
        REVIEW = "review"
        DIRECT = "direct"

    page = models.ForeignKey(PlaygroundPage, models.CASCADE, related_name="items")
    key = models.CharField(max_length=32, unique=True, default=new_key)
    kind = models.CharField(max_length=12, choices=Kind)
    author = models.ForeignKey(  # None: the page itself
        PlaygroundPerson, models.CASCADE, null=True, related_name="items"
    )
    chat = models.ForeignKey(  # whose private conversation with the page this is in
        PlaygroundPerson, models.CASCADE, null=True, related_name="chats"
    )
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="answers")
    text = models.TextField()
    stars = models.SmallIntegerField(null=True)
    idempotency = models.CharField(max_length=64, blank=True)
    written_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("page", "idempotency", condition=~Q(idempotency=""), name="one_piazza_item_a_try"),
            models.CheckConstraint(condition=Q(stars=None) | Q(stars__range=(1, 5)), name="piazza_stars_one_to_five"),
        ]
        indexes: ClassVar = [models.Index("page", F("written_at").desc(), name="piazza_newest_first")]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def ours(self) -> bool:
        """Whether the page wrote it."""
        return self.author_id is None


class PlaygroundPicture(models.Model):
    item = models.ForeignKey(PlaygroundItem, models.CASCADE, related_name="pictures")
    key = models.CharField(max_length=32, unique=True, default=new_key)
    mime = models.CharField(max_length=50)
    alt = models.TextField(blank=True)
    data = models.BinaryField()

    def __str__(self) -> str:
        return self.alt or self.mime


class PlaygroundLike(models.Model):
    item = models.ForeignKey(PlaygroundItem, models.CASCADE, related_name="likes")
    person = models.ForeignKey(PlaygroundPerson, models.CASCADE, null=True)  # None: the page
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("item", "person", nulls_distinct=False, name="one_piazza_like_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.person or 'page'} likes {self.item_id}"


class PlaygroundChange(models.Model):
    """What the page's webhook is told, word for word; a poll reads the same, from its cursor on."""

    page = models.ForeignKey(PlaygroundPage, models.CASCADE, related_name="changes")
    body = models.BinaryField()
    at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index("page", "id", name="piazza_changes_in_order")]

    def __str__(self) -> str:
        return f"change {self.pk}"


class PlaygroundCall(models.Model):
    """One call of the API that asked for something to be done: what was really sent to us, and how often."""

    page = models.ForeignKey(PlaygroundPage, models.CASCADE, related_name="calls")
    deed = models.CharField(max_length=20)  # reply, private, direct, post, like, hide, unhide, delete
    target = models.CharField(max_length=64, blank=True)
    idempotency = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)
    status = models.SmallIntegerField()
    made = models.CharField(max_length=32, blank=True)  # key of the item that came of it
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index("page", "deed", name="piazza_calls_by_deed")]

    def __str__(self) -> str:
        return f"{self.deed} {self.status}"
