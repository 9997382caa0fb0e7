"""Signing: the name under a reply, where the brand signs or a lead answers in person.  P64, P125."""

import re

from premura.decide import assign
from premura.models import Agent, Conversation
from premura.prepare import voice

BEFORE = " – "
BESIDES_WORDS = re.compile(r"[\W_]+$")


def name_for(conversation: Conversation, by: Agent) -> str:
    """Return the name that what `by` answers here leaves with; "" where nobody signs.  Cost: two small queries."""
    signs = voice.of(conversation.brand_id).signs or assign.took_over(conversation, by)
    return by.first_name if signs else ""


def sign(conversation: Conversation, by: Agent, text: str) -> str:
    """Return what `by` answers as it leaves: with their name at its end, where the brand signs or they took over."""
    return signed(text, name_for(conversation, by), by.name)


def signed(text: str, name: str, whole: str = "") -> str:
    """Return a text with the name at its end, once; what is empty stays so, and so does what ends with the name.

    The composer's script counts by the same rule.

    >>> signed("Arriva domani.", "Bruno"), signed("Arriva domani. Bruno", "Bruno"), signed("Ciao", "")
    ('Arriva domani. – Bruno', 'Arriva domani. Bruno', 'Ciao')
    >>> signed("Arriva domani. Bruno Neri 🌿", "Bruno", "Bruno Neri")
    'Arriva domani. Bruno Neri 🌿'
    """
    written = text.rstrip()
    if not name or not written or _ends_with(written, name) or _ends_with(written, whole or name):
        return text
    return f"{written}{BEFORE}{name}"


def unsigned(text: str, name: str) -> str:
    """Return a text without the name that `signed` put at its end.

    >>> unsigned("Arriva domani. – Bruno", "Bruno"), unsigned("Chiedi di Bruno", "Bruno")
    ('Arriva domani.', 'Chiedi di Bruno')
    """
    return text.removesuffix(f"{BEFORE}{name}") if name else text


def _ends_with(text: str, name: str) -> bool:
    bare = BESIDES_WORDS.sub("", text).casefold()
    before = bare.removesuffix(name.casefold())
    return before != bare and not before[-1:].isalnum()
