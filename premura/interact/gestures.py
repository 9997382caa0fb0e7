"""A small gesture answered by a like: it needs no more."""

from django.db import transaction

from premura.interact import moderate, teamwork
from premura.models import Agent, Message


def like(message: Message, by: Agent) -> None:
    """Like what they wrote, and settle its conversation.  Raises NotPossible and WrongState: then neither is done."""
    with transaction.atomic():
        moderate.like(message, by)
        teamwork.resolve(message.conversation, by)
