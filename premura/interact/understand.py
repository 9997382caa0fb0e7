"""To understand first: what to ask before taking a position, chosen by what their messages do not say.  P33.

The questions are a start for a person, who edits and sends them; nothing here asks anybody anything.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from premura.decide.matter import matters
from premura.guard.parts import parts
from premura.interact import days, fill
from premura.interact.beside import language_of
from premura.models import Conversation, Message, Term
from premura.prepare import products
from premura.text.personal_data import order_numbers

SHOWN = 3
LOOKED_AT = 10  # of their newest messages
MOST_TERMS = 500
LANGUAGES = ("it", "en", "es", "fr", "de", "pt")
# What somebody wants may be said by what they ask for.
WANTS = frozenset({"refund", "return_item", "repair", "cancel_contract", "cancel_wish", "change", "activate", "delete"})
VAGUE = frozenset({"bad_quality", "useless", "pay", "free"})  # said in anger, these tell nothing of what happened
_AMOUNT = re.compile(
    r"(?:[€$£]|\b(?:eur|euro|chf|usd|gbp))\s?\d|\d(?:[\d.,]*\d)?\s?(?:[€$£]|(?:eur|euros?|chf|usd|gbp)\b)", re.I
)


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to them: its rule, its words, and the language of these."""

    name: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Wanting:
    """What is asked for: how they were read, where we talk, and what they said already."""

    intent: str
    private: bool
    found: frozenset[str]


def asks(conversation: Conversation) -> tuple[Ask, ...]:
    """Return what to ask first, at most three; () where we wrote last, or nothing is to be understood.

    Cost     five queries at most, and a millisecond for what their last ten messages say.
    """
    theirs = conversation.messages.filter(identity__isnull=False, removed_at=None)
    said = list(theirs.select_related("reading").order_by("-written_at", "-pk")[:LOOKED_AT])
    if not said or conversation.waiting_since is None:
        return ()
    language = language_of(conversation, said[0])
    language = language if language in LANGUAGES else "en"
    wanting = Wanting(conversation.intent, conversation.private, found_in(conversation, said))
    return tuple(Ask(rule["name"], rule[language], language) for rule in chosen(wanting))


def chosen(wanting: Wanting) -> list[Mapping[str, str]]:
    """Return the rules that fit, at most three, in their order.

    >>> nothing = Wanting("complaint", private=False, found=frozenset())
    >>> [rule["name"] for rule in chosen(nothing)]
    ['happened', 'product', 'date']
    """
    return [rule for rule in _rules() if _fits(rule, wanting)][:SHOWN]


def _fits(rule: Mapping[str, str], wanting: Wanting) -> bool:
    way = rule.get("way")
    if wanting.intent not in rule["intents"] or way not in (None, "private" if wanting.private else "public"):
        return False
    when = rule.get("when")
    return wanting.found.isdisjoint(rule.get("unless", ())) and (not when or not wanting.found.isdisjoint(when))


def found_in(conversation: Conversation, said: Sequence[Message]) -> frozenset[str]:
    """Return what their messages say, by the names that the rules use.  Two queries; three where products are named."""
    text = "\n".join(message.text for message in said)
    terms = tuple(Term.objects.filter(brand=conversation.brand_id).values_list("text", flat=True)[:MOST_TERMS])
    brand, channel = conversation.brand.name, conversation.channel.name
    names = (conversation.identity.name, conversation.language)
    sold = tuple(one.name for one in products.found_in(conversation.brand_id, [message.text for message in said]))
    given = fill.Told(text, names[1], names[0], "", terms, (brand, *brand.split(), channel), sold)
    told = fill.found_in(given)
    matter = matters([text])[0]
    details = [getattr(getattr(message, "reading", None), "details", None) or {} for message in said]
    signs = {
        "order": bool(order_numbers(text)),
        "product": bool(sold) or "product" in told or bool(matter.about) or fill.seems_to_name_product(given),
        "place": bool(fill.places_in(given)),
        "date": days.names_any(text) or any(part.dated for part in parts(text)),
        "amount": _AMOUNT.search(text) is not None,
        "happened": bool(matter.happened - VAGUE),
        "wanted": bool(WANTS & matter.happened) or any(one.get("questions") for one in details),
        "contact": any(one.get("personal") for one in details),
        "picture": any(message.media for message in said),
    }
    return frozenset(name for name, holds in signs.items() if holds) | matter.happened


@cache
def _rules() -> list[Mapping[str, str]]:
    return list(tomllib.loads((files("premura.interact") / "understand.toml").read_text("utf-8"))["ask"])
