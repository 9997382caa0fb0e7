"""Whether anything belongs to a conversation: one look, so that what stands alone costs nothing more."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef

from premura.models import Agreement, Conversation, Repeat


class Together(NamedTuple):
    repeats: bool  # it was posted more than once
    joined: bool  # somebody agrees with it
    joins: bool  # it agrees with another


def together(conversation: Conversation) -> Together:
    """Return what belongs to it.  One query: three looks into indexes."""
    here = OuterRef("pk")
    repeats = Exists(Repeat.objects.filter(conversation=here))
    joined = Exists(Agreement.objects.filter(complaint=here))
    joins = Exists(Agreement.objects.filter(by=here, message__conversation=here))
    return Together(*Conversation.objects.filter(pk=conversation.pk).values_list(repeats, joined, joins).get())
