"""One person behind two handles: merging is explicit, and can be taken back."""

from django.db import transaction
from django.db.models import F

from premura import journal
from premura.listen import tiers
from premura.listen.patterns import repeats
from premura.models import Agent, Contact, Conversation, Event, Identity

Deed = Event.Deed


def merge(contact: Contact, into: Contact, by: Agent) -> None:
    """Take `contact` for the same person as `into`, whose kind stays; where they have none, the other's is theirs too.

    Raises ValueError across brands or for itself.
    """
    if contact.pk == into.pk or contact.brand_id != into.brand_id:
        raise ValueError("two contacts of one brand are needed")
    with transaction.atomic():
        about = Conversation.objects.filter(identity__contact=contact).order_by("-last_at").first()
        Identity.objects.filter(contact=contact).update(contact=into)
        kinds = dict(Contact.objects.filter(pk__in=[contact.pk, into.pk]).values_list("pk", "tier"))
        if kinds[contact.pk] != kinds[into.pk]:
            Contact.objects.filter(pk=into.pk, tier="").update(tier=kinds[contact.pk])
            tiers.order_anew([into.pk])
        repeats.find_of(into.pk)
        if about is not None:
            journal.write(Deed.MERGED, about, by, contact=contact.name, into=into.name)


def unmerge(identity: Identity, by: Agent) -> None:
    """Let an identity go home to the contact that it came with."""
    with transaction.atomic():
        about = Conversation.objects.filter(identity=identity).order_by("-last_at").first()
        Identity.objects.filter(pk=identity.pk).update(contact=F("home"))
        if Contact.objects.filter(pk=identity.contact_id).exclude(tier=identity.home.tier).exists():
            tiers.order_anew([identity.home_id])
        if about is not None:
            journal.write(Deed.UNMERGED, about, by, identity=identity.handle)
