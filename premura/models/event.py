"""The journal's lines."""

from typing import ClassVar

from django.db import models
from django.db.models import F


class Event(models.Model):
    """What happened, to what, by whom.  Written by `journal` alone."""

    class Deed(models.TextChoices):
        TAKEN_IN = "taken in"
        REPLY_HELD = "reply held"
        REPLY_RELEASED = "reply released"
        REPLY_SCHEDULED = "reply scheduled"
        REPLY_WITHDRAWN = "reply withdrawn"
        REPLY_REFUSED = "reply refused"
        GUARD_OVERRIDDEN = "guard overridden"
        REPLY_SENT = "reply sent"
        REPLY_FAILED = "reply failed"
        REPLY_UNCLEAR = "reply unclear"
        REPLY_SETTLED = "reply settled"
        ASSIGNED = "assigned"
        SNOOZED = "snoozed"
        WOKEN = "woken"
        HELD = "put on hold"
        RESOLVED = "resolved"
        REOPENED = "reopened"
        NOTED = "noted"
        LABELLED = "labelled"
        UNLABELLED = "unlabelled"
        CORRECTED = "reading corrected"
        LIKED = "liked"
        HIDDEN = "hidden"
        UNHIDDEN = "unhidden"
        DELETED = "deleted"
        DELETION_ASKED = "deletion asked"
        DELETION_REFUSED = "deletion refused"
        BAN_ASKED = "ban asked"
        BANNED = "banned"
        ACT_KEPT = "act kept"
        BOOMERANG = "boomerang"
        DISENGAGED = "disengaged"
        ENGAGED = "engaged"
        NETIQUETTE_PUBLISHED = "netiquette published"
        TRANSLATED = "translated"
        ENTRY_MADE = "entry made"
        MERGED = "merged"
        UNMERGED = "unmerged"
        CHANNEL_CONNECTED = "channel connected"
        CHANNEL_LOST = "channel lost"
        NOT_DONE = "not done"
        SIGNED_IN = "signed in"
        CLAIMED = "claimed"  # taken as what comes next
        ROUTED = "routed"
        ESCALATED = "escalated"
        TAKEN_OVER = "taken over"
        RULE_ACTED = "rule acted"
        RULE_CHANGED = "rule changed"
        MACRO_USED = "macro used"
        OWNERS_CHANGED = "owners changed"
        SLA_CHANGED = "sla changed"
        WEIGHTS_CHANGED = "weights changed"
        TARGET_NEAR = "target near"
        PROMISED = "promised"
        PROMISE_NEAR = "promise near"
        PROMISE_KEPT = "promise kept"
        PROMISE_WITHDRAWN = "promise withdrawn"
        ISSUE_OPENED = "issue opened"
        ISSUE_CHANGED = "issue changed"
        ISSUE_JOINED = "issue joined"
        ISSUE_LEFT = "issue left"
        OUTCOME_NOTED = "outcome noted"
        PEER_ANSWERED = "peer answered"
        PILE_ON = "pile-on"
        SPIKE = "spike"
        SERVICE_ALARM = "service alarm"  # more complain about our care than about the matter
        ALLOWANCES_CHANGED = "allowances changed"
        QUERY_CHANGED = "query changed"
        LINE_APPROVED = "line approved"
        LEAD_MARKED = "lead marked"
        POLICY_CHANGED = "policy changed"
        POLICY_READ = "policy read"
        PRODUCT_CHANGED = "product changed"
        FROZEN = "sending frozen"
        THAWED = "sending thawed"
        TIER_GIVEN = "tier given"
        INVOLVED = "teams involved"  # those that the matrix asks or tells
        MISTAKE_NOTED = "mistake noted"
        APPROVALS_CHANGED = "approvals changed"

    brand = models.ForeignKey("Brand", models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    conversation = models.ForeignKey("Conversation", models.CASCADE, null=True, related_name="events")
    channel = models.ForeignKey("Channel", models.SET_NULL, null=True, related_name="+", db_index=False)
    by = models.ForeignKey("Agent", models.PROTECT, null=True, related_name="+", db_index=False)
    deed = models.CharField(max_length=30, choices=Deed)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(F("brand"), F("at").desc(), name="journal_of_a_brand")]

    def __str__(self) -> str:
        return self.deed
