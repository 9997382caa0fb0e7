"""How fast we are: every number against a slow and obvious computation, on both clocks."""

import statistics
from datetime import UTC, date, datetime, timedelta
from math import nan
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from premura import access, clock
from premura.decide import deadlines
from premura.interact import disengage
from premura.measure import speed
from premura.measure.speed import WANTS, Of
from premura.models import Calendar, Conversation, Employee, Message, Outcome, PileOn, SlaPolicy
from tests.measure.said import ago, answered, channel, resolved, wrote

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ZONE = ZoneInfo("Europe/Rome")
NINE_TO_FIVE = [[[540, 780], [840, 1020]]] * 5 + [[], []]


@pytest.fixture
def since():
    first = timezone.now().astimezone(ZONE).date() - timedelta(days=6)
    return datetime(first.year, first.month, first.day, tzinfo=ZONE)


def fast(world, since, who="bruno"):
    return speed.speed(access.standing(getattr(world, who)), since, timezone.now())


def works(world):
    return Calendar.objects.create(brand=world.brand, name="Sala", zone="Europe/Rome", week=NINE_TO_FIVE)


def a_week(world, since):
    """Some fifty people ask something; most have an answer, some are done with."""
    dice, shop = Random(5), channel(world, "shop")
    room = (timezone.now() - since) - 2 * HOUR
    for n in range(50):
        at = since + room * dice.random()
        intent = dice.choice(["question", "purchase", "complaint", "praise", "gesture", "abuse"])
        conversation = wrote(
            world, f"p{n}", at, intent, dice.choice(["it", "en"]), dice.randint(0, 2),
            channel=dice.choice([world.rossi, shop]), private=dice.random() < 0.3,
        )  # fmt: skip
        if dice.random() < 0.8:
            reply = min(at + timedelta(minutes=dice.expovariate(1 / 200)), timezone.now())
            answered(conversation, world.ada, reply)
            if dice.random() < 0.5:
                done = min(reply + timedelta(hours=dice.random() * 9), timezone.now())
                resolved(conversation, done)
                if dice.random() < 0.5:
                    Outcome.objects.create(
                        conversation=conversation, brand=world.brand, by=world.ada, solution_proposed=True
                    )


# -- the slow and obvious way ------------------------------------------------------------------------------


def spans(took):
    if not took:
        return None
    took = sorted(took)
    place = 0.9 * (len(took) - 1)
    low = int(place)
    slow = took[low] + (took[min(low + 1, len(took) - 1)] - took[low]) * (place - low)
    return statistics.median(took), slow


def slowly(world, since, which=lambda one: True, until="answer"):
    """Return asked, done, wall and work in seconds, kept and due, one conversation after the other."""
    book = deadlines.books([world.brand.pk])[world.brand.pk]
    first = Calendar.objects.filter(brand=world.brand).first()
    now, asked, walls, worked, kept, due = timezone.now(), 0, [], [], 0, 0
    for one in Conversation.objects.select_related("channel", "identity__contact"):
        theirs = one.messages.filter(identity__isnull=False, written_at__gte=since).earliest("written_at")
        if not which(one):
            continue
        asked += 1
        ours = one.messages.filter(identity=None, written_at__gte=theirs.written_at).order_by("written_at").first()
        done = (ours.written_at if ours else None) if until == "answer" else one.settled_at
        tier = one.identity.contact.tier
        asks = (one.brand_id, one.channel.network, one.private, one.intent, one.urgency, one.language, tier)
        policy = book.fits(deadlines.Case(*asks, nan, 0, 0, False))
        if done:
            walls.append((done - theirs.written_at).total_seconds())
            hours = (policy and policy.calendar) or first
            worked.append(
                clock.worked(deadlines.clock_of(hours, now.date()), theirs.written_at, done).total_seconds()
                if hours else walls[-1]
            )  # fmt: skip
        at = ends(policy, theirs.written_at, until, now.date())
        if at and (done or at <= now):
            due += 1
            kept += bool(done and done <= at)
    return asked, len(walls), spans(walls), spans(worked), kept, due


def day_of(conversation):
    return conversation.messages.earliest("written_at").written_at.astimezone(ZONE).date()


def ends(policy, begun, until, today):
    target = policy and (policy.first if until == "answer" else policy.resolution)
    if policy and policy.same_day and until == "answer":
        if policy.calendar is not None:
            return closing(deadlines.clock_of(policy.calendar, today), begun)
        day = begun.astimezone(ZONE).date() + DAY
        return datetime(day.year, day.month, day.day, tzinfo=ZONE)
    if not target:
        return None
    if policy.calendar is None:
        return begun + target * MINUTE
    return clock.due(deadlines.clock_of(policy.calendar, today), begun, target * MINUTE)


def closing(hours, begun):
    """Look minute by minute for the first that is worked, and then for the last of that day."""
    minute = begun
    while clock.worked(hours, minute, minute + MINUTE) <= timedelta():
        minute += MINUTE
    midnight = datetime.combine(minute.astimezone(ZONE).date() + DAY, datetime.min.time(), ZONE)
    while clock.worked(hours, minute, midnight) > timedelta():
        minute += MINUTE
    return minute.replace(second=0, microsecond=0)


def same(pace, told):
    asked, done, walls, worked, kept, due = told
    assert (pace.asked, pace.done, pace.kept, pace.due) == (asked, done, kept, due)
    for span, wanted in ((pace.wall, walls), (pace.work, worked)):
        if wanted is None:
            assert span is None
        else:
            assert (span.median.total_seconds(), span.slow.total_seconds()) == pytest.approx(wanted, abs=0.01)


@pytest.mark.parametrize("hours", ["always", "brand", "policy"])
def test_every_number_is_as_one_counts_it_slowly(world, since, hours):
    a_week(world, since)
    if hours != "always":
        calendar = works(world)
    if hours == "policy":
        deadlines.books([world.brand.pk])
        SlaPolicy.objects.exclude(intents=["gesture"]).update(calendar=calendar)
    found = fast(world, since)
    assert found.has_hours is (hours != "always")
    same(found.whole, slowly(world, since))
    for one in found.sides:
        same(one.pace, slowly(world, since, lambda c, of=one.of: c.private == of["private"]))
    for one in found.wants:
        same(one.pace, slowly(world, since, lambda c, of=one.of: c.intent in WANTS[of["want"]]))
    for one in found.channels:
        same(one.pace, slowly(world, since, lambda c, of=one.of: c.channel_id == of["channel"]))
    for one in found.languages:
        same(one.pace, slowly(world, since, lambda c, of=one.of: c.language == of["language"]))
    assert (len(found.sides), len(found.channels), len(found.languages), len(found.days)) == (2, 2, 2, 7)
    for one in found.days:
        same(one.pace, slowly(world, since, lambda c, of=one.of: day_of(c) == of["day"]))
    same(found.resolved, slowly(world, since, until="solution"))
    proposed = set(Outcome.objects.values_list("pk", flat=True))
    same(found.solved, slowly(world, since, lambda c: c.pk in proposed, until="solution"))
    assert {one.of["want"] for one in found.solved_wants} <= {"information", "complaint"}
    assert found.solved_wants
    for one in found.solved_wants:
        intents = WANTS[one.of["want"]]
        same(
            one.pace, slowly(world, since, lambda c, of=intents: c.pk in proposed and c.intent in of, until="solution")
        )


def test_information_is_told_apart_from_complaints_and_each_knows_its_target(world, since):
    answered(wrote(world, "a", ago(hours=5)), world.ada, ago(hours=4))  # a question has four hours
    answered(wrote(world, "b", ago(hours=5), "complaint"), world.ada, ago(hours=3))  # a complaint has one
    wants = {one.of["want"]: one.pace for one in fast(world, since).wants}
    assert {name: (pace.wall.median, pace.percent) for name, pace in wants.items()} == {
        "information": (pytest.approx(HOUR, abs=MINUTE), 100),
        "complaint": (pytest.approx(2 * HOUR, abs=MINUTE), 0),
    }


def test_what_came_under_a_pile_on_is_measured_by_the_time_that_holds_then(world, since):
    def under(root, begun, seen, ended, replied):
        conversation = wrote(world, f"{root}-{begun}", ago(minutes=begun), "complaint")
        Conversation.objects.filter(pk=conversation.pk).update(root=root)
        PileOn.objects.get_or_create(
            channel=world.rossi, root=root, at=ago(minutes=seen), ended_at=ended and ago(minutes=ended),
            defaults={"brand": world.brand, "began_at": ago(minutes=seen), "seen_at": timezone.now(), "slope": 1,
                      "voices": 9},
        )  # fmt: skip
        answered(conversation, world.ada, ago(minutes=replied))
        return fast(world, since).whole.kept

    assert under("a", begun=400, seen=420, ended=300, replied=360) == 0  # 40 minutes after, where 30 hold
    assert under("b", begun=400, seen=380, ended=300, replied=355) == 1  # 25 minutes after it was seen
    assert under("c", begun=200, seen=290, ended=210, replied=145) == 2  # it was over: they have an hour
    assert under("d", begun=200, seen=190, ended=None, replied=155) == 2  # it runs still: 35 minutes after
    assert under("e", begun=200, seen=150, ended=None, replied=155) == 3  # we answered before it began


def test_who_waits_and_whose_time_is_not_over_is_neither_in_time_nor_late(world, since):
    wrote(world, "fresh", ago(hours=1))
    assert (fast(world, since).whole.due, fast(world, since).whole.percent) == (0, None)
    wrote(world, "late", ago(hours=5))
    assert (fast(world, since).whole.kept, fast(world, since).whole.due) == (0, 1)


def test_a_night_counts_for_them_and_not_for_us(world, since):
    works(world)
    friday = date(2026, 11, 20)
    asked = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)  # half past four in Rome
    conversation = wrote(world, "chiara", asked)
    answered(conversation, world.ada, asked + 64.5 * HOUR)  # Monday at nine
    pace = speed.speed(
        access.standing(world.bruno), datetime(2026, 11, 18, tzinfo=ZONE), datetime(2026, 11, 23, 12, tzinfo=UTC)
    )
    assert pace.whole.wall.median == 64.5 * HOUR
    assert pace.whole.work.median == HOUR / 2
    assert [one.pace.asked for one in pace.days if one.of["day"] == friday] == [1]


def test_a_chaser_resets_nothing_and_a_later_question_of_the_same_talk_counts_once(world, since):
    conversation = wrote(world, "chiara", ago(hours=10))
    wrote(world, "chiara", ago(hours=6), flags=["chaser"])
    answered(conversation, world.ada, ago(hours=2))
    wrote(world, "chiara", ago(hours=1))
    found = fast(world, since).whole
    assert (found.asked, found.done) == (1, 1)
    assert found.wall.median == pytest.approx(8 * HOUR, abs=MINUTE)


def test_who_waited_already_when_the_days_began_is_not_counted_anew_and_who_was_answered_before_is(world, since):
    wrote(world, "waits", since - DAY)
    wrote(world, "waits", ago(hours=1))
    again = wrote(world, "again", since - DAY)
    answered(again, world.ada, since - DAY / 2)
    wrote(world, "again", ago(hours=3))
    answered(again, world.ada, ago(hours=2))
    closed = wrote(world, "closed", since - 2 * DAY)
    resolved(closed, since - DAY)
    wrote(world, "closed", ago(hours=2))
    found = fast(world, since).whole
    assert (found.asked, found.done) == (2, 1)
    assert found.wall.median == pytest.approx(HOUR, abs=MINUTE)


def test_who_was_answered_before_has_the_target_of_the_next_answer(world, since):
    SlaPolicy.objects.create(brand=world.brand, name="Presto", first=10, next=120)
    again = wrote(world, "again", since - DAY)
    answered(again, world.ada, since - DAY / 2)
    wrote(world, "again", ago(hours=3))
    answered(again, world.ada, ago(hours=2))
    answered(wrote(world, "new", ago(hours=3)), world.ada, ago(hours=2))
    assert (fast(world, since).whole.kept, fast(world, since).whole.due) == (1, 2)


def test_spam_our_people_whom_we_left_alone_and_what_was_taken_back_do_not_count_and_a_like_answers_a_gesture(
    world, since
):
    wrote(world, "spam", ago(hours=3), "spam")
    Employee.objects.create(brand=world.brand, network="playground", handle="rita.example")
    wrote(world, "rita", ago(hours=3))
    disengage.disengage(wrote(world, "troll", ago(hours=3)), world.ada, "Insulti")
    Message.objects.filter(conversation=wrote(world, "sorry", ago(hours=3))).update(removed_at=timezone.now())
    heart = wrote(world, "heart", ago(hours=3), "gesture")
    Message.objects.filter(conversation=heart).update(liked_at=ago(hours=2))
    found = fast(world, since)
    assert [(one.of["want"], one.pace.asked, one.pace.done) for one in found.wants] == [("gesture", 1, 1)]
    assert found.whole.wall.median == pytest.approx(HOUR, abs=MINUTE)


def test_an_agent_sees_their_teams_and_another_brand_nothing(world, since):
    answered(wrote(world, "a", ago(hours=5)), world.ada, ago(hours=4))
    kitchens = wrote(world, "b", ago(hours=5))
    Conversation.objects.filter(pk=kitchens.pk).update(team=world.kitchen)
    assert [fast(world, since, who).whole.asked for who in ("bruno", "rita", "ada", "carlo", "zoe")] == [2, 2, 1, 1, 0]
    bruno, ada = (access.standing(who) for who in (world.bruno, world.ada))
    answered(kitchens, world.carlo, ago(hours=1))
    assert len(speed.slowest(bruno, since, Of()).rows) == 2
    assert [str(row.identity) for row in speed.slowest(ada, since, Of()).rows] == ["A"]


def test_the_list_holds_who_is_behind_each_figure_the_slowest_first(world, since):
    a_week(world, since)
    found, standing = fast(world, since), access.standing(world.bruno)
    rows = speed.slowest(standing, since, Of()).rows
    assert [row.took for row in rows] == sorted((row.took for row in rows), reverse=True)
    assert statistics.median(row.took for row in rows) == pytest.approx(found.whole.wall.median, abs=MINUTE / 60)
    for one in [*found.sides, *found.wants, *found.channels, *found.languages, *found.days]:
        assert len(speed.slowest(standing, since, Of(**one.of)).rows) == one.pace.done


def test_a_long_list_goes_on_where_it_stopped_and_shows_nobody_twice(world, since, monkeypatch):
    monkeypatch.setattr(speed, "PAGE", 3)
    for n in range(8):
        answered(wrote(world, f"p{n}", ago(hours=9)), world.ada, ago(hours=9 - (n // 2) - 1))
    standing, after, seen = access.standing(world.bruno), "", []
    while True:
        page = speed.slowest(standing, since, Of(), after)
        seen += [row.pk for row in page.rows]
        if not (after := page.after):
            break
    assert len(seen) == len(set(seen)) == 8
    assert len(speed.slowest(standing, since, Of(), "nonsense_é").rows) == 3


def test_where_nobody_asked_there_is_nothing_to_say(world, since):
    found = fast(world, since)
    assert (found.whole.asked, found.whole.wall, found.whole.percent, found.wants) == (0, None, None, [])
