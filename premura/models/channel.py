"""One connected page, profile, handle or mailbox on a network."""

import secrets
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

DEAF_AFTER = timedelta(minutes=15)


def new_hook_key() -> str:
    return secrets.token_hex(16)


class Channel(models.Model):
    """Its secret is sealed; only `vault` opens it."""

    class Purpose(models.TextChoices):
        CARE = "care", _("care")
        BRAND = "brand", _("brand")
        BOTH = "both", _("care and brand")

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="channels")
    team = models.ForeignKey("Team", models.SET_NULL, null=True, related_name="channels")
    owner = models.ForeignKey("Agent", models.SET_NULL, null=True, related_name="+")
    network = models.CharField(max_length=20)
    key = models.CharField(max_length=300)  # of our account, on its network
    name = models.CharField(max_length=200)
    handle = models.CharField(max_length=300)
    avatar = models.URLField(max_length=1000, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    purpose = models.CharField(max_length=5, choices=Purpose, default=Purpose.CARE)
    answers = models.BooleanField(default=True)  # False: we say there that we do not answer here
    country = models.CharField(max_length=2, blank=True)  # for whom this account is, where it is for one country
    promise = models.CharField(max_length=300, blank=True)  # what people there are told: hours, speed
    limits = models.JSONField(default=dict)  # what the server itself says fits, over the adapter's own
    streams = models.BooleanField(default=False)
    hook_key = models.CharField(max_length=32, unique=True, default=new_hook_key)
    sealed = models.BinaryField(default=bytes)
    cursor = models.TextField(blank=True)
    hashtags = models.JSONField(default=list)  # watched besides: lower case, without #
    watch_cursor = models.TextField(blank=True)
    watched_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(default=timezone.now)
    heard_at = models.DateTimeField(null=True)  # somebody last spoke to us here
    asked_at = models.DateTimeField(null=True)  # the network last answered, if only that nothing is new
    wait_until = models.DateTimeField(null=True)  # it asked us to slow down
    trouble = models.TextField(blank=True)  # why it is disconnected, in words
    trouble_since = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField(null=True)  # since then nothing leaves, whoever wrote it
    frozen_by = models.ForeignKey("Agent", models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("brand", "network", "key", name="one_channel_an_account")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_demo(self) -> bool:
        """Whether it belongs to the demo world alone: nothing stands behind it."""
        return self.key.startswith("demo:")

    @property
    def server(self) -> str:
        """The server in its handle, where it has one: rossi@social.example."""
        return self.handle.rpartition("@")[2] if "@" in self.handle[1:] else ""

    def is_deaf(self, now: datetime) -> bool:
        """Whether the network has not answered us for long although it is connected."""
        if self.trouble or not self.sealed:
            return False
        return (self.asked_at or self.connected_at) < now - DEAF_AFTER
