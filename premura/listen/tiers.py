"""What kind of person somebody is, in a word of the brand: a VIP, the press.  SLA policies ask for it.  P9."""

from collections.abc import Iterable

from django.db import transaction

from premura import journal
from premura.access import Standing
from premura.models import Agent, Contact, Conversation, Event, Rule, SlaPolicy
from premura.queue import later

MOST_LETTERS = 20
MOST_LOOKED_AT = 1_000
MOST_WORDS = 50
MOST_ORDERED = 500


class NoTier(ValueError):
    """A kind of person has at most twenty letters, without commas.  Nothing was changed."""


def plain(word: str) -> str:
    """Return a kind as it is kept.  Raises NoTier.

    >>> plain("  VIP  Gold ")
    'vip gold'
    """
    kept = " ".join(word.split()).lower()
    if len(kept) > MOST_LETTERS or "," in kept or not kept.isprintable():
        raise NoTier(word)
    return kept


def give(conversation: Conversation, word: str, by: Agent) -> bool:
    """Say what kind of person the one of a conversation is, on all their handles; '' takes it away.

    What they have open is given its target anew.  False where it stands so already.  Raises NoTier.
    """
    tier, contact = plain(word), conversation.identity.contact
    rows = Contact.objects.filter(pk=contact.pk, brand=conversation.brand_id).exclude(tier=tier)
    with transaction.atomic():
        if rows.update(tier=tier) != 1:
            return False
        how = "given" if tier else "taken away"
        journal.write(Event.Deed.TIER_GIVEN, conversation, by, how=how, tier=tier, contact=contact.name)
        order_anew([contact.pk])
    contact.tier = tier
    return True


def order_anew(contacts: Iterable[int]) -> None:
    """Let a job give the newest five hundred that these people have open their targets anew.

    Call it inside the transaction that changed them.
    """
    theirs = Conversation.objects.filter(identity__contact__in=contacts).exclude(state=Conversation.State.RESOLVED)
    if ids := list(theirs.order_by("-last_at", "-pk").values_list("pk", flat=True)[:MOST_ORDERED]):
        later("triage", conversations=ids)


def known(standing: Standing) -> list[str]:
    """Return the kinds that policies and rules ask for, and those of who wrote last; by name, at most fifty.

    Cost     three questions; who wrote last are the people of a thousand conversations.
    """
    asked = SlaPolicy.objects.filter(brand=standing.brand).exclude(tiers=[]).values_list("tiers", flat=True)
    words = {word.lower() for tiers in asked[:MOST_LOOKED_AT] for word in tiers}
    rules = Rule.objects.filter(brand=standing.brand).values_list("conditions", flat=True)
    for conditions in rules[:MOST_LOOKED_AT]:
        words |= {word.lower() for name, _how, value in conditions if name == "tier" for word in value}
    latest = Conversation.objects.filter(brand=standing.brand).order_by("-last_at", "-pk")
    people = latest.values("identity__contact")[:MOST_LOOKED_AT]
    given = Contact.objects.filter(pk__in=people).exclude(tier="")
    words |= set(given.values_list("tier", flat=True).distinct()[:MOST_WORDS])
    return sorted(words)[:MOST_WORDS]
