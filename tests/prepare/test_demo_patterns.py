"""The demo world shows each pattern once: whoever looks around finds every one.  P9, P10, P18, P57, P70."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from premura.access import standing
from premura.decide import limbo, twins
from premura.management import demo_decided
from premura.management.commands.demo import take_in
from premura.models import (
    Affected,
    Agent,
    Agreement,
    Contact,
    Conversation,
    Event,
    KnownIssue,
    Message,
    Outcome,
    PeerAnswer,
    PileOn,
    Promise,
    Reading,
    Repeat,
    Spike,
    Spill,
    Triage,
)
from premura.prepare import demo, employees

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def filled(django_db_setup, django_db_blocker):
    """Filled and decided once, as `premura demo` does, and rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        for brand in demo.fill(take_in):
            demo_decided.do(brand, timezone.now())
        yield
        transaction.set_rollback(True)


def of(kind, **more):
    return kind._default_manager.filter(brand__slug="bellosguardo", **more)


def bruno():
    return standing(Agent.objects.get(email="bruno@bellosguardo.example"))


def part(name: str) -> bool:
    """Whether the priority of something open is made of this, too."""
    open_ = of(Triage, conversation__state="open").values_list("parts", flat=True)
    return any(one[0] == name for parts in open_ for one in parts)


def flagged(flag: str) -> bool:
    return of(Reading, flags__contains=[flag]).exists()


def partly_answered() -> bool:
    """One person's like posts under one and the same post of ours, of which we answered some."""
    many = of(Repeat).values("conversation").annotate(n=Count("pk")).filter(n__gte=3)
    for conversation in of(Conversation, post__isnull=False, pk__in=many.values("conversation")):
        for found in twins.posted(bruno(), conversation):
            under = [twin for twin in found.twins if twin.message.root == conversation.root]
            if len(under) > 2 and 0 < sum(twin.answered for twin in under) < len(under):
                return True
    return False


def moved_and_touched_by_nobody() -> bool:
    return any(one.team_id != one.channel.team_id for one in limbo.now(bruno()).rows)


def employee_under_a_customer() -> bool:
    said = of(Message, identity__isnull=False).filter(employees.works_for_us("identity__"))
    alone = of(Conversation).filter(employees.works_for_us("identity__"), due_at__isnull=False)
    return said.exists() and not alone.exists() and any(
        Message.objects.filter(channel=one.channel_id, key=one.parent, identity__isnull=False)
        .exclude(identity=one.identity_id).exists() for one in said
    )  # fmt: skip


PATTERNS: dict[str, Callable[[], bool]] = {
    "repeats": lambda: of(Repeat).values("first").annotate(n=Count("pk")).filter(n__gte=4).exists(),
    "like posts under one post, some of them answered": partly_answered,
    "a chaser": lambda: flagged("chaser") and part("chaser"),
    "a last resort": lambda: flagged("last_resort") and part("last_resort"),
    "a complaint about our care": lambda: flagged("service_complaint"),
    "a spill": lambda: of(Spill).exists() and part("spill"),
    "me too": lambda: of(Agreement).values("complaint").annotate(n=Count("pk")).filter(n__gte=10).exists(),
    "an answer by another customer": lambda: of(PeerAnswer, is_right=None).exists(),
    "an employee set apart": employee_under_a_customer,
    "a pile-on that runs": lambda: of(PileOn, ended_at=None, conversation__isnull=False).exists() and part("pile_on"),
    "a spike": lambda: of(Spike).exists(),
    "a care alarm": lambda: of(Event, deed="service alarm").exists(),
    "routed to another team, in limbo": moved_and_touched_by_nobody,
    "a lead is asked for": lambda: of(Event, deed="escalated").exists(),
    "an outcome": lambda: of(Outcome).exclude(why="").exclude(solution_proposed=None).exists(),
    "a promise that is nearly due": lambda: of(Promise, state="open", warned_at__isnull=False).exists(),
    "a known issue with people": lambda: KnownIssue.objects.filter(
        brand__slug="bellosguardo", pk__in=Affected.objects.filter(state="joined").values("issue")
    ).exists(),
    "somebody of a kind": lambda: of(Contact).exclude(tier="").exists() and of(Event, deed="tier given").exists(),
}  # fmt: skip


@pytest.mark.parametrize("name", PATTERNS)
def test_the_demo_shows_each_pattern_once(name):
    assert PATTERNS[name](), f"nobody who looks around in the demo finds {name}"
