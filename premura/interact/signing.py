"""Signing: the name under a reply, where the brand signs or a lead answers in person.  P64, P125."""

from premura.decide import assign
from premura.models import Agent, Conversation
from premura.prepare import voice


def name_for(conversation: Conversation, by: Agent) -> str:
    """Return the name with which `by` may sign here in one press; "" where nobody does.  Cost: two small queries."""
    return by.first_name if voice.of(conversation.brand_id).signs else of_a_lead(conversation, by)


def of_a_lead(conversation: Conversation, by: Agent) -> str:
    """Return the name with which what `by` answers is signed by itself: a lead's who took over; "" for all others."""
    return by.first_name if assign.took_over(conversation, by) else ""


def signed(text: str, name: str) -> str:
    """Return a text with the name at its end, once; what is empty stays so, and so does what ends with the name.

    >>> signed("Arriva domani.", "Bruno"), signed("Arriva domani. Bruno", "Bruno"), signed("Ciao", "")
    ('Arriva domani. – Bruno', 'Arriva domani. Bruno', 'Ciao')
    """
    written = text.rstrip()
    if not name or not written or _ends_with(written, name):
        return text
    return f"{written} – {name}"


def _ends_with(text: str, name: str) -> bool:
    bare = text.rstrip(" .,;:!?–—-").casefold()
    before = bare.removesuffix(name.casefold())
    return before != bare and not before[-1:].isalnum()
