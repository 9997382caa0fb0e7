"""Who writes to us."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper


class Contact(models.Model):
    """A person, with one or more identities."""

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    tier = models.CharField(
        max_length=20, db_default=""
    )  # "vip", "press": a word of the brand; SLA policies ask for it

    # Somebody who likes us and may buy: since when, and what showed that they did (an order's number, a coupon).
    lead_at = models.DateTimeField(null=True)
    bought_at = models.DateTimeField(null=True)
    bought = models.CharField(max_length=100, blank=True, db_default="")

    def __str__(self) -> str:
        return self.name


class Identity(models.Model):
    """A handle on a network.

    `contact` is who we take it for, `home` the contact that was made with it: merging moves
    `contact`, and taking the merge back moves it home.
    """

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="identities")
    home = models.ForeignKey(Contact, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    network = models.CharField(max_length=20)
    key = models.CharField(max_length=300)
    handle = models.CharField(max_length=300)
    name = models.CharField(max_length=300)
    avatar = models.TextField(blank=True)
    url = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("brand", "network", "key", name="one_identity_a_key")]
        indexes: ClassVar = [
            GinIndex(
                OpClass(Upper("name"), name="gin_trgm_ops"),
                OpClass(Upper("handle"), name="gin_trgm_ops"),
                name="identity_by_part_of_name",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.handle
