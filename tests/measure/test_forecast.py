"""What is to be expected: by the hour of the week, raised after a post, told apart from a guess."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from premura import access
from premura.listen.patterns import usual
from premura.measure import forecast
from premura.models import Channel, Hourly, Plan, Post, Reply
from tests.measure.said import ago, answered, channel, wrote

HOUR = timedelta(hours=1)
ROME = ZoneInfo("Europe/Rome")


def this_hour():
    return timezone.now().replace(minute=0, second=0, microsecond=0)


def came(world, per_hour, days=35, what="", of=None, more=lambda at: 0):
    """So many came in each hour of the last days: a number, or one for each hour."""
    n_of = per_hour if callable(per_hour) else lambda at: per_hour
    of, now = of or world.rossi, this_hour()
    hours = [now - n * HOUR for n in range(1, days * 24 + 1)]
    Hourly.objects.bulk_create(
        Hourly(brand=of.brand, channel=of, what=what, hour=at, n=n_of(at) + more(at)) for at in hours
    )


def told(world, who="bruno"):
    return forecast.forecast(access.standing(getattr(world, who)), timezone.now())


def posted(world, at, of=None, state="published", **more):
    given = {"written_at": at} if state == "published" else {"planned_at": at}
    return Post.objects.create(
        brand=world.brand, channel=of or world.rossi, text="Il menu", state=state, **{**given, **more}
    )


def test_the_same_hour_of_the_week_is_expected_again(world):
    came(world, lambda at: 30 if at.hour == 9 else 2)
    found = told(world)
    nines = [x for n, x in enumerate(found.ahead) if (found.this + n * HOUR).hour == 9]
    others = [x for n, x in enumerate(found.ahead) if (found.this + n * HOUR).hour == 15]
    assert len(nines) == 7
    assert all(x == pytest.approx(30, rel=0.1) for x in nines)
    assert all(x == pytest.approx(2, rel=0.3) for x in others)
    assert (len(found.actual), len(found.expected), found.known) == (168, 336, 35 * 24)
    assert sum(found.actual) == 7 * (30 + 23 * 2)
    assert sum(found.expected[:168]) == pytest.approx(sum(found.actual), rel=0.1)


def test_it_is_what_the_usual_of_the_surges_says_hour_by_hour(world):
    came(world, lambda at: 1 + at.hour + at.weekday())
    found = told(world)
    counts = {usual.number(h.hour): h.n for h in Hourly.objects.all()}
    for n in (0, 40, 167):  # hours of the last week, by what was over when they began
        hour = usual.number(found.began) + n
        level, _ = usual.usual(counts, hour, ROME)
        assert found.expected[n] == pytest.approx(level)


def test_what_has_not_come_yet_is_not_taken_for_nothing(world):
    came(world, 20, days=10)  # young: single days help, and of the next days only those that are over
    assert min(told(world).ahead) == pytest.approx(20, rel=0.1)


@pytest.mark.parametrize(("days", "known"), [(0, None), (2, None), (4, True), (13, True), (15, False)])
def test_too_little_history_is_no_forecast_and_less_than_two_weeks_a_guess(world, days, known):
    came(world, 5, days=days)
    found = told(world)
    assert known is None if found is None else (found.known < forecast.ENOUGH) is known


def test_after_a_post_more_is_expected_as_much_as_posts_brought_before(world):
    posts = [this_hour() - timedelta(days=days, hours=5) for days in (9, 11, 15, 20, 26, 31)]
    came(world, 10, days=63, more=lambda at: 20 * any(p <= at < p + 24 * HOUR for p in posts))
    for at in posts:
        posted(world, at)
    quiet = told(world)
    assert quiet.uplift == pytest.approx(3, rel=0.15)
    assert quiet.planned == 0
    posted(world, this_hour() + 30 * HOUR, state="approved")
    plan = Plan.objects.create(
        brand=world.brand, author=world.ada, name="Natale", planned_at=this_hour() + 100 * HOUR + timedelta(minutes=20)
    )
    posted(world, None, state="draft", plan=plan)
    found = told(world)
    assert found.planned == 2
    lifted = [n for n in range(168) if found.ahead[n] > quiet.ahead[n] * 1.5]
    assert lifted == [*range(30, 54), *range(100, 124)]
    assert found.ahead[40] == pytest.approx(quiet.ahead[40] * found.uplift)
    assert sum(found.channels[0].hours) == pytest.approx(sum(found.ahead), rel=0.01)


def test_with_few_posts_nobody_knows_what_one_brings(world):
    came(world, 10, days=63)
    for days in (10, 13, 17, 20):
        posted(world, ago(days=days))
    posted(world, this_hour() + 30 * HOUR, state="approved")
    found = told(world)
    assert (found.uplift, found.planned) == (None, 0)


def test_channels_and_intents_are_told_apart(world):
    shop = channel(world, "shop")
    came(world, 10)
    came(world, 4, of=shop)
    came(world, 8, what="intent question")
    came(world, 3, what="intent question", of=shop)
    came(world, 1, what="intent complaint", of=shop)
    found = told(world)
    assert [(one.channel, round(one.all / 168)) for one in found.channels] == [(world.rossi, 10), (shop, 4)]
    assert [(one.intent, round(one.all / 168)) for one in found.intents] == [("question", 11), ("complaint", 1)]
    assert found.ahead[0] == pytest.approx(14, rel=0.05)


def test_people_are_as_many_as_the_answers_need_at_the_middle_speed(world):
    came(world, 10)
    assert told(world).people(10) is None  # nobody has answered yet
    conversation = wrote(world, "chiara", ago(days=3))
    base = this_hour() - timedelta(days=2)
    sent = [1, 4, 4, 4, 4, 4, 4, 4, 4, 9]  # in ten hours
    for n, many in enumerate(sent):
        for minute in range(many):
            answered(conversation, world.ada, base + n * HOUR + timedelta(minutes=minute))
    answered(conversation, world.ada, ago(days=30))  # long ago
    Reply.objects.create(
        brand=world.brand, conversation=conversation, to=conversation.messages.first(), author=world.ada, state="draft"
    )
    found = told(world)
    assert found.per_hour == 4
    assert [found.people(n) for n in (0, 1, 4, 4.1, 10)] == [0, 1, 1, 2, 3]
    assert found.on_duty == 4  # Ada, Bruno, Elena, Carlo; Rita only reads
    world.carlo.memberships.update(on_duty=False)
    assert told(world).on_duty == 3


def test_an_agent_sees_their_teams_channels_and_another_brand_nothing(world):
    came(world, 10)
    came(world, 5, of=channel(world, "kitchen", team=world.kitchen))
    Channel.objects.create(brand=world.bookshop, network="playground", key="o", name="O", handle="o")
    assert [round(told(world, who).ahead[0]) for who in ("bruno", "ada", "carlo")] == [15, 10, 5]
    assert told(world, "zoe") is None


def test_the_hour_that_runs_is_not_counted_as_if_it_were_over(world):
    came(world, 10)
    Hourly.objects.create(brand=world.brand, channel=world.rossi, what="", hour=this_hour(), n=1)
    assert told(world).ahead[0] == pytest.approx(10, rel=0.05)


def test_the_clocks_that_change_do_not_move_the_busy_hour(world):
    nine = datetime(2026, 11, 2, 9, tzinfo=ROME)  # a week after the change
    monday = [nine - timedelta(days=7 * n) for n in range(1, 9)]  # nine by the clock on the wall
    Hourly.objects.bulk_create(
        Hourly(brand=world.brand, channel=world.rossi, what="", hour=at, n=50 if at in monday else 1)
        for at in (nine - n * HOUR for n in range(1, 60 * 24))
    )
    found = forecast.forecast(access.standing(world.bruno), nine)
    assert found.ahead[0] == pytest.approx(50, rel=0.2)
    assert max(found.ahead[2:23]) < 5  # the hours beside it say a little too
