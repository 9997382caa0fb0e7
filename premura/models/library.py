"""What the brand's people ought to know: its policies with who has read them, and its products."""

from typing import ClassVar

from django.db import models
from django.utils import timezone


class Policy(models.Model):
    """A policy of the house, such as how its people speak of it on their own profiles."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="policies")
    title = models.CharField(max_length=150)
    text = models.TextField()
    version = models.IntegerField(default=1)  # rises when its words change: whoever read the old ones reads again
    by = models.ForeignKey("Agent", models.PROTECT, related_name="+", db_index=False)
    published_at = models.DateTimeField(default=timezone.now)  # this version
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("brand", "title", name="one_policy_of_a_title")]

    def __str__(self) -> str:
        return self.title


class PolicyRead(models.Model):
    """Somebody says that they have read one version of a policy."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="reads", db_index=False)
    agent = models.ForeignKey("Agent", models.CASCADE, related_name="+")
    version = models.IntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("policy", "agent", "version", name="one_reading_of_a_version")]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.version} {self.agent_id}"


class Product(models.Model):
    """Something that the brand sells: what helps a customer to buy it."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="products")
    name = models.CharField(max_length=150)
    words = models.TextField(blank=True)  # what else people call it, with commas
    price = models.CharField(max_length=60, blank=True)  # as it is said: 18 €, from 9,90 € a month
    link = models.TextField(blank=True)  # straight to where it is bought
    note = models.CharField(max_length=300, blank=True)  # in stock until, sizes; may be told
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("brand", "name", name="one_product_of_a_name")]

    def __str__(self) -> str:
        return self.name
