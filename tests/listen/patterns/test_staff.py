"""Who works for the brand is no customer: not in what is counted of patterns, spikes and posts.  P18."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from premura import access
from premura.listen import spikes
from premura.listen.patterns import avalanche, care_alarm
from premura.measure import reactions
from premura.models import Employee, Hourly, Message, Post, Reaction
from tests.decide.test_triage import read

PEOPLE = ("lia", "pia", "mia", "zia")


@pytest.fixture
def known(world):
    """Say that these work for us."""

    def register(*people, brand=None):
        for one in people:
            given = {"brand": brand or world.brand, "network": "playground"}
            Employee.objects.create(**given, handle=f"{one}.example")

    return register


def ids() -> list[int]:
    return list(Message.objects.values_list("pk", flat=True))


def complain(world, *people, **more):
    for by in people:
        at = datetime.now(UTC) - timedelta(minutes=10)
        read(world.says("Vergogna, non risponde nessuno", by=by, at=at), flags=["service_complaint"], **more)


@pytest.mark.parametrize("staff", [(), ("pia", "mia")])
def test_they_raise_no_care_alarm(world, known, staff):
    known(*staff)
    complain(world, *PEOPLE)
    with transaction.atomic():
        assert bool(care_alarm.find(ids(), datetime.now(UTC))) is not bool(staff)


def test_anothers_people_are_our_customers(world, known):
    known(*PEOPLE, brand=world.bookshop)
    complain(world, *PEOPLE)
    with transaction.atomic():
        assert care_alarm.find(ids(), datetime.now(UTC))


def events(world) -> int:
    """Return how many things a pile-on's watch is shown."""
    since = datetime.now(UTC) - avalanche.BACK
    with avalanche.cursor() as at:
        at.execute(avalanche.EVENTS, [world.rossi.pk, "menu", since, world.rossi.pk, "menu", since])
        return len(at.fetchall())


def test_they_are_neither_voices_nor_likes_of_a_pile_on(world, known):
    complain(world, *PEOPLE)
    liked = Message.objects.latest("pk")
    for n, by in enumerate((*PEOPLE, "stranger")):
        Reaction.objects.create(
            brand=world.brand, channel=world.rossi, key=f"like-{n}", target=liked.key, gesture="like", by_key=by,
            by_name=by, at=datetime.now(UTC),
        )  # fmt: skip
    assert events(world) == 4 + 5
    known("lia", "pia")
    assert events(world) == 2 + 3
    known("zia")  # whose words were liked
    assert events(world) == 1


def test_they_make_no_hour_busy(world, known):
    known("lia")
    complain(world, *PEOPLE)
    spikes.count_hours(datetime.now(UTC) + timedelta(seconds=1))
    assert {row.n for row in Hourly.objects.filter(what__in=("", "intent complaint"))} == {3}


def test_they_are_no_reaction_to_a_post(world, known):
    at = datetime.now(UTC) - timedelta(hours=2)
    post = Post.objects.create(
        brand=world.brand, channel=world.rossi, key="menu", text="Vendemmia", written_at=at, state="published"
    )
    complain(world, *PEOPLE)
    known("lia", "pia")
    standing = access.standing(world.ada)
    (found,) = reactions.of(standing, [post])
    assert (found.comments, found.people) == (2, 2)
    assert sum(reactions.sheet(standing, found, datetime.now(UTC)).hours) == 2
