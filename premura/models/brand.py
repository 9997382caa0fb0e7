"""The hard wall between tenants, and who works behind it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Brand(models.Model):
    """One voice, one netiquette, one set of people.  Every row that belongs to it carries its `brand`."""

    name = models.CharField(max_length=100)
    slug = models.SlugField(unique=True)
    language = models.CharField(max_length=5, default="it")
    time_zone = models.CharField(max_length=50, default="Europe/Rome")
    created_at = models.DateTimeField(auto_now_add=True)
    warm_weekly = models.SmallIntegerField(
        default=0
    )  # kind words to appreciators that each agent means to write a week

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="teams")
    name = models.CharField(max_length=100)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("brand", "name", name="one_team_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """From the least to the most."""

    READER = "reader", _("reader")
    AGENT = "agent", _("agent")
    LEAD = "lead", _("lead")
    ADMIN = "admin", _("admin")


class Membership(models.Model):
    """What one agent is in one brand."""

    agent = models.ForeignKey("Agent", models.CASCADE, related_name="memberships")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.AGENT)
    teams = models.ManyToManyField(Team, related_name="memberships", blank=True)
    is_newcomer = models.BooleanField(default=False)  # a second person says yes before their replies leave
    # What they are given: nothing said is whatever comes.
    languages = ArrayField(models.CharField(max_length=3), default=list)
    intents = ArrayField(models.CharField(max_length=10), default=list)
    most_open = models.SmallIntegerField(null=True)  # how many conversations at once
    on_duty = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("agent", "brand", name="one_membership_a_brand")]

    def __str__(self) -> str:
        return f"{self.agent} · {self.brand} · {self.role}"


class Allowance(models.Model):
    """What a role may decide by itself, and up to where; beyond it somebody above says yes.  No row: no limit."""

    class What(models.TextChoices):
        REFUND = "refund", _("refund")
        REPLACEMENT = "replacement", _("replacement")
        DISCOUNT = "discount", _("discount or voucher")
        APOLOGY = "apology", _("apology for a mistake of ours")
        DATE = "date", _("a date we promise")

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="allowances")
    role = models.CharField(max_length=10, choices=Role)
    what = models.CharField(max_length=12, choices=What)
    may = models.BooleanField(default=True)
    up_to = models.DecimalField(max_digits=10, decimal_places=2, null=True)  # euros, or days for a date; None: no limit

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("brand", "role", "what", name="one_allowance_a_role")]

    def __str__(self) -> str:
        return f"{self.role}: {self.what}"
