"""One person behind two handles: merging is explicit, and can be taken back."""

from django.db import transaction
from django.db.models import F

from premura import journal
from premura.models import Agent, Contact, Conversation, Event, Identity

Deed = Event.Deed


def merge(contact: Contact, into: Contact, by: Agent) -> None:
    """Take `contact` for the same person as `into`.  Raises ValueError across brands or for itself."""
    if contact.pk == into.pk or contact.brand_id != into.brand_id:
        raise ValueError("two contacts of one brand are needed")
    with transaction.atomic():
        about = Conversation.objects.filter(identity__contact=contact).order_by("-last_at").first()
        Identity.objects.filter(contact=contact).update(contact=into)
        if about is not None:
            journal.write(Deed.MERGED, about, by, contact=contact.name, into=into.name)


def unmerge(identity: Identity, by: Agent) -> None:
    """Let an identity go home to the contact that it came with."""
    with transaction.atomic():
        about = Conversation.objects.filter(identity=identity).order_by("-last_at").first()
        Identity.objects.filter(pk=identity.pk).update(contact=F("home"))
        if about is not None:
            journal.write(Deed.UNMERGED, about, by, identity=identity.handle)
