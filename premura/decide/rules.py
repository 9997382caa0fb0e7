"""Rules: when something happens and it is so, do this.  In their order, each once for one cause, and never a reply.

A rule listens to what customers write, to time that passes, and to what people do; what a rule does wakes no rule.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from premura import journal
from premura.decide import actions, conditions
from premura.decide.conditions import Test
from premura.decide.facts import Facts, Stand, facts
from premura.decide.triage import OURS
from premura.models import Conversation, Event, Message, Rule, RuleRun

Deed = Event.Deed
Trigger = Rule.Trigger
log = logging.getLogger("premura.rules")
MOST_AT_ONCE = 500
MOST_RULES = 50  # of a brand
MOST_WAITING = 1000  # rules of all brands that look at the clock
# What a person does to state, team, or labels.
LISTENED = frozenset({
    Deed.ASSIGNED, Deed.SNOOZED, Deed.HELD, Deed.RESOLVED, Deed.REOPENED, Deed.LABELLED, Deed.UNLABELLED,
    Deed.ROUTED, Deed.CLAIMED, Deed.ESCALATED, Deed.TAKEN_OVER, Deed.MACRO_USED,
})  # fmt: skip
Ran = Collection[tuple[int, int, int]]  # rule, conversation, cause


def act(brand_id: int, messages: Sequence[int], now: datetime | None = None) -> int:
    """Let the brand's rules look at new messages, 500 at a time; return how many conversations they changed.

    Cost: two or three queries where no rule fits; else as many statements as the rules that fit have actions.
    """
    rules = _on(brand_id, Trigger.CAME_IN)
    starts = range(0, len(messages), MOST_AT_ONCE) if rules else ()
    return sum(_obey(rules, messages[at : at + MOST_AT_ONCE], now or timezone.now()) for at in starts)


def changed(event: Event, now: datetime | None = None) -> int:
    """Let rules look at what a person did to a conversation; what rules and clocks do, they do not listen to."""
    if event.by_id is None or event.conversation_id is None or event.deed not in LISTENED:
        return 0
    rules = _on(event.brand_id, Trigger.CHANGED)
    if not rules:
        return 0
    theirs = Message.objects.filter(conversation=event.conversation_id, identity__isnull=False, removed_at=None)
    newest = theirs.order_by("-written_at", "-pk").values_list("pk", flat=True)[:1]
    return _obey(rules, list(newest), now or timezone.now(), cause=event.pk)


def wait_rules(now: datetime) -> int:
    """Let rules look at who has been waiting for long; return how many conversations they changed.

    Of each rule at most 500 a minute, those first who have just waited long enough; once for each time that they wait.
    """
    found = Rule.objects.filter(trigger=Trigger.WAITS, is_on=True).select_related("brand", "by")
    acted = 0
    for rule in found.order_by("brand", "place", "pk")[:MOST_WAITING]:
        try:
            acted += _obey([rule], _who_waits(rule, now), now)
        except Exception as error:  # one that cannot be followed does not stop the others; the next minute tries again
            log.warning("rule %d could not be followed: %s", rule.pk, type(error).__name__)
    return acted


def _who_waits(rule: Rule, now: datetime) -> list[int]:
    """Return the oldest message without an answer of each who waits for as long as the rule says."""
    since = now - timedelta(minutes=shortest_wait(rule))
    acted = RuleRun.objects.filter(rule=rule, conversation=OuterRef("pk"), at__gte=OuterRef("waiting_since"))
    oldest = Message.objects.filter(
        conversation=OuterRef("pk"), identity__isnull=False, removed_at=None, written_at__gte=OuterRef("waiting_since")
    ).order_by("written_at", "pk")
    waiting = Conversation.objects.filter(~Exists(acted), brand=rule.brand_id, state__in=OURS, waiting_since__lt=since)
    ids = _narrowed(waiting, rule).annotate(oldest=Subquery(oldest.values("pk")[:1])).order_by("-waiting_since", "-pk")
    return [pk for pk in ids.values_list("oldest", flat=True)[:MOST_AT_ONCE] if pk is not None]


# Where the database can look, it does, so that those whom a rule is not about do not fill the 500.
COLUMNS = {
    "network": "channel__network", "channel": "channel", "language": "language", "intent": "intent",
    "sentiment": "sentiment", "tier": "identity__contact__tier",
}  # fmt: skip


def _narrowed(waiting: Any, rule: Rule) -> Any:
    for name, how, value in rule.conditions:
        if name in COLUMNS:
            wanted = {f"{COLUMNS[name]}__in": value if isinstance(value, list) else [value]}
            waiting = waiting.filter(**wanted) if how == conditions.IS else waiting.exclude(**wanted)
        elif name == "country":  # a channel that is for no one country may fit as well: the language tells
            there = Q(channel__country__in=value)
            waiting = waiting.filter(there | Q(channel__country="") if how == conditions.IS else ~there)
        elif name == "urgency":
            waiting = waiting.filter(urgency__gte=value)
        elif name == "private":
            waiting = waiting.filter(private=value)
        elif name == "assignee":
            waiting = waiting.filter(assignee__isnull=value == conditions.NOBODY)
    return waiting


def shortest_wait(rule: Rule) -> int:
    """Return the minutes after which a rule about waiting looks."""
    return max([int(value) for name, _how, value in rule.conditions if name == "waits"], default=1)


# -- looking, and doing ---------------------------------------------------------------------------


def _on(brand_id: int, trigger: str) -> list[Rule]:
    found = Rule.objects.filter(brand=brand_id, is_on=True, trigger=trigger).select_related("brand", "by")
    return list(found.order_by("place", "pk")[:MOST_RULES])


def _obey(rules: Sequence[Rule], messages: Sequence[int], now: datetime, cause: int | None = None) -> int:
    """Let rules of one brand and trigger, in their order, act on the conversations of these messages."""
    if not messages:
        return 0
    brand, as_read = rules[0].brand_id, rules[0].trigger == Trigger.CAME_IN
    tests = [(rule, conditions.test(rule.conditions)) for rule in rules]
    rows = facts(brand, messages, now, as_read=as_read)
    # A later rule can only fit because of an earlier one where that one fits: these are all that can change.
    fitting = {row.message: row.stand.conversation for row in rows if any(fits(row) for _rule, fits in tests)}
    if not fitting:
        return 0
    with transaction.atomic():
        locked = Conversation.objects.select_for_update(no_key=True).filter(pk__in=set(fitting.values()))
        list(locked.order_by("pk").values_list("pk", flat=True))
        # All messages of these conversations: one that fits only now is a cause as well.
        about = [row.message for row in rows if row.stand.conversation in set(fitting.values())]
        return _act(tests, facts(brand, about, now, as_read=as_read), now, cause)


def _act(tests: Sequence[tuple[Rule, Test]], rows: Sequence[Facts], now: datetime, cause: int | None) -> int:
    rules = [rule for rule, _fits in tests]
    causes = [cause] if cause is not None else [row.message for row in rows]
    ran = set(
        RuleRun.objects.filter(rule__in=rules, cause__in=causes)
        .filter(conversation__in={row.stand.conversation for row in rows})
        .values_list("rule_id", "conversation_id", "cause")
    )
    known, runs, lines = conditions.known(rules[0].brand), [], []
    for rule, fits in tests:
        hits: dict[int, list[Facts]] = defaultdict(list)
        for row in rows:
            key = (rule.pk, row.stand.conversation, cause or row.message)
            if key not in ran and fits(row):
                hits[row.stand.conversation].append(row)
        doing = actions.Doing(rule.brand, rule.by, rule.name, known, now)
        stands = [found[-1].stand for found in hits.values()]
        before = [stand.team for stand in stands]
        did = actions.apply(rule.actions, stands, doing)
        runs += [run for found in hits.values() for run in _runs(rule, found, did, cause, now)]
        lines += [
            _line(rule, stand, was, did[stand.conversation])
            for stand, was in zip(stands, before, strict=True) if stand.conversation in did
        ]  # fmt: skip
    RuleRun.objects.bulk_create(runs, ignore_conflicts=True)
    journal.write_each(Deed.RULE_ACTED, lines)
    return len({about.pk for about, _facts in lines})


def _runs(rule: Rule, found: Sequence[Facts], did: dict[int, actions.Did], cause: int | None, now: datetime) -> Any:
    # Each message that fits is a cause that is used up; what was done stands with the newest of them.
    for row in found[-1:] if cause is not None else found:
        here = did.get(row.stand.conversation, []) if row is found[-1] else []
        yield RuleRun(rule=rule, conversation_id=row.stand.conversation, cause=cause or row.message, did=here, at=now)


def _line(rule: Rule, stand: Stand, was: int | None, did: actions.Did) -> tuple[Conversation, dict[str, Any]]:
    about = Conversation(pk=stand.conversation, brand_id=rule.brand_id, channel_id=stand.channel)
    return about, {"rule": rule.pk, "name": rule.name, "did": did, **actions.moved(stand, was)}
