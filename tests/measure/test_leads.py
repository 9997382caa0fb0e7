"""From a kind word to a purchase, in figures; and what works with trolls."""

from datetime import timedelta

from django.utils import timezone

from premura import access
from premura.measure import leads, outcomes
from premura.models import Contact, Message, Outcome, Reply
from tests.convert.test_outcome import angry
from tests.decide.test_gestures import sends


def bought(world, by, kind_days, bought_days=0, intent="praise"):
    """Somebody was kind so many days ago, was marked yesterday, and bought."""
    now = timezone.now()
    sends(world, "Che buono!", intent=intent, by=by)
    Message.objects.filter(identity__key=by).update(written_at=now - timedelta(days=kind_days))
    Contact.objects.filter(identities__key=by).update(
        lead_at=now - timedelta(days=1), bought_at=now - timedelta(days=bought_days), bought="A-1"
    )


def test_leads_purchases_and_the_middle_of_the_days_between(world):
    for by, days in (("a", 2), ("b", 10), ("c", 40)):
        bought(world, by, days)
    sends(world, "Buono", intent="praise", by="d")
    Contact.objects.filter(identities__key="d").update(lead_at=timezone.now())
    found = leads.leads(access.standing(world.ada))
    assert (found.marked, found.bought, found.percent, round(found.days)) == (4, 3, 75, 10)


def test_without_a_kind_word_the_time_runs_from_the_mark(world):
    bought(world, "a", 30, intent="question")
    assert round(leads.leads(access.standing(world.ada)).days) == 1


def test_they_are_counted_for_who_may_see_them_within_a_year(world):
    bought(world, "a", 2)
    assert leads.leads(access.standing(world.rita)).marked == 1
    for nobody in (world.carlo, world.zoe):
        assert leads.leads(access.standing(nobody)) == leads.Leads(0, 0, None)
    assert leads.leads(access.standing(world.ada), timezone.now() + timedelta(days=366)).marked == 0


# -- what works with trolls -----------------------------------------------------------------------------


def troll(world, n, became, answers):
    conversation = angry(world, f"Buffoni {n}", by=f"t{n}")
    for _ in range(answers):
        Reply.objects.create(
            brand=world.brand, conversation=conversation, to=conversation.messages.get(), author=world.ada, text="Ecco",
            state="sent",
        )  # fmt: skip
    Outcome.objects.create(conversation=conversation, brand=world.brand, troll=became, by=world.ada)


def test_what_became_of_trolls_is_told_by_how_often_we_answered(world):
    given = [("defused", 1), ("defused", 1), ("escalated", 4), ("ignored", 0), ("escalated", 1)]
    for n, (became, answers) in enumerate(given):
        troll(world, n, became, answers)
    rows = [
        (one.answers, one.defused, one.ignored, one.escalated, one.percent)
        for one in outcomes.trolls(access.standing(world.ada))
    ]
    assert rows == [(0, 0, 1, 0, 100), (1, 2, 0, 1, 67), (2, 0, 0, 1, 0)]


def test_they_are_told_to_who_may_see_them_and_are_no_reason_for_anger(world):
    troll(world, 1, "defused", 1)
    assert outcomes.lately(access.standing(world.ada)) == []
    for nobody in (world.carlo, world.zoe):
        assert outcomes.trolls(access.standing(nobody)) == []
    assert outcomes.trolls(access.standing(world.ada), timezone.now() + timedelta(days=366)) == []
