"""What the networks brought, word for word, before anybody understood it."""

from typing import ClassVar

from django.db import models


class Delivery(models.Model):
    """One kept body.  Never changed; partitioned by day, and dropped by the day.

    What waits to be taken in is in Waiting, what could not be taken in is in Quarantine.
    """

    pk = models.CompositePrimaryKey("received_at", "id")
    id = models.BigIntegerField()
    received_at = models.DateTimeField()
    channel_id = models.BigIntegerField()
    way = models.CharField(max_length=10)  # hook, poll, stream, backfill
    body = models.BinaryField()

    class Meta:
        managed = False  # Django cannot make partitions: see the migration
        db_table = "premura_delivery"

    def __str__(self) -> str:
        return f"delivery {self.id}"


class Waiting(models.Model):
    """A delivery that has not been taken in.  Its row is gone in the transaction that takes it in."""

    id = models.BigIntegerField(primary_key=True)
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"delivery {self.id} waits"


class Quarantine(models.Model):
    """A delivery that could not be taken in, and why.  Nothing else waits for it."""

    delivery = models.BigIntegerField(unique=True)
    received_at = models.DateTimeField()
    channel = models.ForeignKey("Channel", models.CASCADE, related_name="quarantine")
    reason = models.TextField()
    at = models.DateTimeField(auto_now=True)
    tries = models.SmallIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["channel", "-at"], name="quarantine_of_a_channel")]

    def __str__(self) -> str:
        return f"delivery {self.delivery}: {self.reason[:60]}"


class Tally(models.Model):
    """How many conversations stand where: the sum of `n` is always right.

    Written by triggers as differences in the transaction that changes a conversation, so that
    nobody waits for anybody, and folded now and then.
    """

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    team_id = models.BigIntegerField(null=True)
    assignee_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10)
    n = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index("brand", name="tally_of_a_brand")]

    def __str__(self) -> str:
        return f"{self.state}: {self.n}"
