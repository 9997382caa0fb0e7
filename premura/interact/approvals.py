"""Approvals: which replies want a second person's yes, and those that wait for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet

from premura import access, journal
from premura.access import Standing
from premura.interact import hard_days
from premura.models import Agent, Approvals, Brand, Conversation, Event, Membership, Reply, Role
from premura.paging import Page, by_time
from premura.prepare import allowances
from premura.prepare.grants import with_currency
from premura.text.forms import says
from premura.text.money import amounts

State = Reply.State
PAGE = 30


def why(
    conversation: Conversation, text: str, by: Agent, promised_for: datetime | None = None, *, our_mistake: bool = False
) -> list[dict[str, str]]:
    """Return why a second person must say yes before this leaves: {"why", "what"} each; [] when it may leave.

    A line for hard days that a lead approved leaves while a pile-on runs, unless it promises a day too far away.
    """
    found = _by_rules(conversation, text, by)
    if limits := allowances.table(conversation.brand_id):
        of_author = role(conversation, by)
        found += allowances.beyond(limits, of_author, text, promised_for, our_mistake=our_mistake)
    if found and hard_days.is_line(conversation, text, by):
        return [one for one in found if one["why"] == "allowance" and one["what"] == "date"]
    return found


def _by_rules(conversation: Conversation, text: str, by: Agent) -> list[dict[str, str]]:
    rules = of(conversation.brand_id)
    found = []
    if rules.newcomers and _is_newcomer(conversation, by):
        found.append({"why": "newcomer", "what": ""})
    if rules.words:
        asked = conversation.messages.filter(identity__isnull=False).order_by("-written_at", "-pk")
        said = "\n".join([text, *asked.values_list("text", flat=True)[:5]])
        found += [{"why": "word", "what": word} for word in rules.words if says(said, word)]
    if conversation.intent and conversation.intent in rules.intents:
        found.append({"why": "intent", "what": conversation.intent})
    most = max(amounts(text), key=lambda amount: amount.value, default=None)
    if rules.amount_over is not None and most and most.value > rules.amount_over:
        found.append({"why": "amount", "what": with_currency(f"{most.value:.2f}", most.currency)})
    return found


def of(brand_id: int) -> Approvals:
    """Return a brand's rules, or those that hold until it has its own."""
    return Approvals.objects.filter(brand=brand_id).first() or Approvals(brand_id=brand_id)


@dataclass(frozen=True, slots=True)
class Rules:
    newcomers: bool
    words: Sequence[str]
    intents: Sequence[str]
    amount_over: Decimal | None


def settle(brand: Brand, rules: Rules, new: Sequence[int], by: Agent) -> None:
    """Set when a second person must say yes, and which members (by key) are new."""
    words = list(dict.fromkeys(word.strip()[:60] for word in rules.words if word.strip()))[:100]
    values = {
        "newcomers": rules.newcomers, "words": words, "intents": list(rules.intents), "amount_over": rules.amount_over,
    }  # fmt: skip
    with transaction.atomic():
        Approvals.objects.update_or_create(brand=brand, defaults=values)
        members = Membership.objects.filter(brand=brand)
        members.filter(pk__in=new, is_newcomer=False).update(is_newcomer=True)
        members.exclude(pk__in=new).filter(is_newcomer=True).update(is_newcomer=False)
        told = values | {"amount_over": rules.amount_over and str(rules.amount_over), "new": len(new)}
        journal.write(Event.Deed.APPROVALS_CHANGED, brand, by, **told)


def role(conversation: Conversation, agent: Agent) -> str:
    """Return what `agent` is in the conversation's brand; a reader's little where they are nobody."""
    found = Membership.objects.filter(agent=agent, brand=conversation.brand_id).values_list("role", flat=True).first()
    return found or Role.READER


def second_agrees(rule: str, *, a_lead: bool) -> bool:
    """Whether a second person must agree where this rule of the guard stops it and a reason was given.

    A lead's own reason suffices; but what was to stay inside is told when two say so, whoever the author is.
    """
    return rule == "internal_fact" or not a_lead


# -- what waits -----------------------------------------------------------------------


def waiting(standing: Standing, after: str = "") -> Page[Reply]:
    """Return the replies that wait for a yes, and those that cool until somebody lets them go, the oldest first."""
    held = _held(standing).select_related(
        "author", "channel", "to__identity", "to__reading", "conversation__channel", "conversation__brand",
        "conversation__identity__contact",
    )  # fmt: skip
    return by_time(held, "written_at", after, PAGE, newest=False)


def count(standing: Standing) -> int:
    """Return how many replies wait for a yes of somebody like this: not their own; at most a hundred."""
    return len(_held(standing).exclude(author=standing.agent).values_list("pk", flat=True)[:100])


def _held(standing: Standing) -> "QuerySet[Reply]":
    cools = Q(state=State.SCHEDULED, approver=None, follows=None, objections__contains=[{"severity": "delay"}])
    held = Reply.objects.filter(Q(state=State.HELD) | cools, brand=standing.brand)
    if standing.teams is not None:
        held = held.filter(conversation__in=access.conversations(standing).values("pk"))
    return held


def _is_newcomer(conversation: Conversation, by: Agent) -> bool:
    return Membership.objects.filter(agent=by, brand=conversation.brand_id, is_newcomer=True).exists()
