"""Leads: somebody who likes us and may buy, said by a person; and what showed that they did.  P40.

Software proposes, a person says it, and takes it back.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from premura import access, journal
from premura.access import Standing
from premura.models import Agent, Contact, Conversation, Event, Message

Deed = Event.Deed
DAYS = 90
TIMES = 2  # praises, before somebody is proposed
MOST_WORDS = 100


class NoProof(ValueError):
    """Nobody bought without an order's number or a coupon.  Nothing was changed."""


class NotALead(Exception):
    """Nobody marked them, or somebody was faster.  Nothing was changed."""


def praises(standing: Standing, conversation: Conversation) -> int:
    """Return how often the person of a conversation praised us in ninety days, where `standing` may read it."""
    theirs = access.conversations(standing).filter(identity__contact=conversation.identity.contact_id)
    said = Message.objects.filter(
        conversation__in=theirs.order_by().values("pk"), identity__isnull=False, removed_at=None,
        written_at__gte=timezone.now() - timedelta(days=DAYS), reading__intent="praise",
    )  # fmt: skip
    return said.count()


def is_proposed(standing: Standing, conversation: Conversation) -> bool:
    """Whether somebody may be asked about: they praised us twice or more, and nobody marked them yet."""
    return conversation.identity.contact.lead_at is None and praises(standing, conversation) >= TIMES


def mark(conversation: Conversation, by: Agent) -> bool:
    """Say that the person of a conversation may become a customer.  False where somebody was faster."""
    return _change(conversation, by, "marked", {"lead_at": None}, lead_at=timezone.now())


def take_back(conversation: Conversation, by: Agent) -> bool:
    """Say that they are no lead after all.  False where they are none, or bought meanwhile."""
    was = {"lead_at__isnull": False, "bought_at": None}
    return _change(conversation, by, "taken back", was, lead_at=None)


def bought(conversation: Conversation, by: Agent, shown_by: str) -> None:
    """Note that a lead bought, and what showed it: an order's number or a coupon.  Raises NoProof and NotALead."""
    shown_by = " ".join(shown_by.split())
    if not shown_by or len(shown_by) > MOST_WORDS:
        raise NoProof(shown_by)
    was = {"lead_at__isnull": False, "bought_at": None}
    if not _change(conversation, by, "bought", was, bought_at=timezone.now(), bought=shown_by):
        raise NotALead(conversation.identity.contact_id)


def not_bought(conversation: Conversation, by: Agent) -> bool:
    """Take the purchase back: they stay a lead.  False where none was noted."""
    return _change(conversation, by, "not bought", {"bought_at__isnull": False}, bought_at=None, bought="")


def _change(conversation: Conversation, by: Agent, how: str, was: Mapping[str, object], **becomes: object) -> bool:
    # One statement checks and changes: of two who press, one does it and one line stands in the journal.
    contact = conversation.identity.contact
    rows = Contact.objects.filter(pk=contact.pk, brand=conversation.brand_id, **was)
    with transaction.atomic():
        if rows.update(**becomes) != 1:
            return False
        journal.write(Deed.LEAD_MARKED, conversation, by, how=how, contact=contact.name, what=becomes.get("bought", ""))
    for name, value in becomes.items():
        setattr(contact, name, value)
    return True
