"""What our public answers do: ask back, are liked, calm or stir, and what comes of each style.  P38, P45, P49, P76."""

import random
import statistics
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone

from premura import access, journal
from premura.measure import answers, answers_held, answers_slope
from premura.measure.answers import OUTCOMES, Of
from premura.models import Conversation, Employee, Event, Message, Post, Reaction, Reading, Reply
from premura.networks.contract import Kind
from tests.measure.said import ago, answered, resolved, wrote

ZONE = ZoneInfo("Europe/Rome")
HOUR = timedelta(hours=1)


@pytest.fixture
def since():
    today = timezone.now().astimezone(ZONE).date()
    return datetime.combine(today - timedelta(days=27), time.min, tzinfo=ZONE)


def did(world, since, who="bruno"):
    return answers.answers(access.standing(getattr(world, who)), since)


def listed(world, since, who="bruno", **of):
    found = answers.conversations(access.standing(getattr(world, who)), Of(**of), since)
    return {str(row.identity) for row in found}


def says_back(world, by, at, intent="question", sentiment="neutral", **more):
    """They write again in their conversation, and it is read so."""
    conversation = wrote(world, by, at, intent, **more)
    newest = conversation.messages.filter(identity__isnull=False).latest("pk")
    Reading.objects.filter(message=newest).update(sentiment=sentiment)
    return conversation


_n = iter(range(10**9))


def reply(world, by, days=3.0, text="", **more):
    """Somebody asked and we answered an hour later, in words of our own where nothing else is said."""
    conversation = wrote(world, by, ago(days=days, hours=1), root=more.pop("root", "menu"))
    message = answered(conversation, world.ada, ago(days=days), **more)
    text = text or f"Ciao {by}, sono le {next(_n)}"
    Message.objects.filter(pk=message.pk).update(text=text)
    Reply.objects.filter(message=message).update(text=text)
    message.refresh_from_db()
    return conversation, message


# -- the slow and obvious way ------------------------------------------------------------------------------


def slowly(since):
    """Return of each public answer: conversation, week, whether it asks, is canned, its likes, what came of it."""
    ours = [
        one for one in Message.objects.filter(identity=None, written_at__gte=since, conversation__private=False)
        if one.removed_at is None and not (hasattr(one, "reply") and one.reply.private)
    ]  # fmt: skip
    found = []
    for one in ours:
        twins = {other.conversation_id for other in ours if other.text.strip().lower() == one.text.strip().lower()}
        spoken = one.reply.overrides.get("canned") or any(o["rule"] == "canned" for o in one.reply.objections)
        day = one.written_at.astimezone(ZONE).date()
        found.append((
            one.conversation_id, day - timedelta(days=day.weekday()), "?" in one.text, bool(spoken) or len(twins) > 1,
            max(one.likes, one.counted_likes), came_of(one),
        ))  # fmt: skip
    return found


def came_of(one):
    conversation = one.conversation
    later = conversation.messages.filter(identity__isnull=False, written_at__gt=one.written_at, removed_at=None)
    then = later.order_by("written_at").first()
    if then and then.reading.intent in ("praise", "gesture") and then.reading.sentiment != "negative":
        return "thanked"
    settled = conversation.settled_at and conversation.settled_at > one.written_at
    if settled and then and conversation.settled_at < then.written_at:
        return "reopened"
    if then:
        return "back"
    return "resolved" if conversation.state == "resolved" else "silent"


def four_weeks(world):
    dice = random.Random(7)
    said = ["Costa dieci euro", "Ti va di passare domenica?", "Grazie mille per averci scritto."]
    for n in range(60):
        days = dice.uniform(1, 26)
        rules = {"overrides": {"canned": "Va bene così"}} if dice.random() < 0.2 else {}
        text = dice.choice(said) if dice.random() < 0.3 else ""
        conversation, message = reply(world, f"p{n}", days, text, **rules)
        Message.objects.filter(pk=message.pk).update(likes=dice.choice([0, 0, 0, 2]), counted_likes=dice.choice([0, 5]))
        if dice.random() < 0.4:
            resolved(conversation, ago(days=days) + HOUR)
        if dice.random() < 0.6:
            intent, mood = dice.choice([("praise", "positive"), ("gesture", "negative"), ("question", "positive")])
            says_back(world, f"p{n}", ago(days=days) + 3 * HOUR, intent, mood)
            Conversation.objects.filter(pk=conversation.pk).update(state=dice.choice(["open", "resolved"]))


def test_every_number_is_as_one_counts_it_slowly(world, since):
    four_weeks(world)
    found, told = did(world, since), slowly(since)
    assert len(told) == 60
    assert (found.answers, found.asking) == (60, sum(one[2] for one in told))
    assert (found.liked, found.likes) == (sum(one[4] > 0 for one in told), sum(one[4] for one in told))
    for week in found.weeks:
        there = [one for one in told if one[1] == week.begins]
        assert (week.answers, week.asking) == (len(there), sum(one[2] for one in there))
    assert sum(week.answers for week in found.weeks) == 60
    for style in (found.own, found.canned):
        there = [one[5] for one in told if one[3] == style.canned]
        assert style.outcomes == {name: there.count(name) for name in OUTCOMES}
        assert all(style.outcomes[name] for name in ("thanked", "back"))
    assert [one.liked_by for one in found.best] == sorted((one[4] for one in told), reverse=True)[:10]


def test_behind_each_number_stand_its_conversations(world, since):
    four_weeks(world)
    told = slowly(since)
    names = {row.pk: str(row.identity) for row in Conversation.objects.select_related("identity")}

    def wanted(which):
        return {names[one[0]] for one in told if which(one)}

    assert listed(world, since) == wanted(lambda one: True)
    assert listed(world, since, asks=True) == wanted(lambda one: one[2])
    assert listed(world, since, liked=True) == wanted(lambda one: one[4] > 0)
    week = told[0][1]
    assert listed(world, since, week=week, asks=False) == wanted(lambda one: one[1] == week and not one[2])
    for name in OUTCOMES:
        assert listed(world, since, canned=True, outcome=name) == wanted(lambda one, n=name: one[3] and one[5] == n)


# -- what counts -------------------------------------------------------------------------------------------


def test_a_question_mark_in_an_address_asks_nothing_and_one_in_the_second_part_of_a_thread_does(world, since):
    reply(world, "a", text="Tutto qui: https://rossi.example/menu?giorno=oggi")
    assert did(world, since).asking == 0
    conversation, message = reply(world, "b", text="La prima parte")
    first = Reply.objects.get(message=message)
    part = answered(conversation, world.ada, ago(days=2))
    Message.objects.filter(pk=part.pk).update(text="E tu?")
    Reply.objects.filter(message=part).update(text="E tu?", follows=first, to=first.to)
    found = did(world, since)
    assert (found.answers, found.asking, found.percent) == (2, 1, 50)


def test_private_words_what_was_taken_away_and_answers_to_our_own_people_do_not_count(world, since):
    reply(world, "a", private=True)
    answered(wrote(world, "b", ago(hours=5), private=True), world.ada, ago(hours=4))
    _, gone = reply(world, "c")
    Message.objects.filter(pk=gone.pk).update(removed_at=timezone.now())
    Employee.objects.create(brand=world.brand, network="playground", handle="rita.example")
    reply(world, "rita")
    reply(world, "old", days=40)
    found = did(world, since)
    assert (found.answers, found.weeks, found.best, found.percent) == (0, [], [], 0)


def test_our_own_likes_and_those_of_whom_we_answer_are_not_a_third_partys(world, since):
    _, message = reply(world, "chiara")
    Employee.objects.create(brand=world.brand, network="playground", handle="rita.example")
    wrote(world, "rita", ago(hours=3))
    for n, by in enumerate(("chiara", "rita", "rossi", "marco", "lia")):
        Reaction.objects.create(
            brand=world.brand, channel=world.rossi, key=f"like-{n}", target=message.key, gesture="like", by_key=by,
            by_name=by, at=timezone.now(),
        )  # fmt: skip
    Message.objects.filter(pk=message.pk).update(likes=5)
    found = did(world, since)
    assert (found.liked, found.likes, [one.liked_by for one in found.best]) == (1, 2, [2])
    Message.objects.filter(pk=message.pk).update(likes=3)
    assert (did(world, since).liked, did(world, since).best) == (0, [])


def test_the_guards_word_or_the_same_words_to_another_make_an_answer_canned_and_twice_to_one_does_not(world, since):
    _, seen = reply(world, "a")
    Reply.objects.filter(message=seen).update(objections=[{"rule": "canned", "severity": "hint"}])
    assert did(world, since).canned.answers == 1
    conversation, _ = reply(world, "b", text="Grazie della segnalazione")
    again = answered(conversation, world.ada, ago(days=1))
    Message.objects.filter(pk=again.pk).update(text="grazie della segnalazione ")
    assert did(world, since).canned.answers == 1
    reply(world, "c", text="Grazie della segnalazione")
    found = did(world, since)
    assert (found.canned.answers, found.own.answers) == (4, 0)
    assert found.canned.few


def test_what_was_opened_again_by_hand_is_reopened(world, since):
    conversation, _ = reply(world, "a")
    resolved(conversation, ago(days=2))
    assert did(world, since).own.outcomes["resolved"] == 1
    Conversation.objects.filter(pk=conversation.pk).update(state="open")
    assert did(world, since).own.outcomes["reopened"] == 1


def test_an_agent_sees_their_teams_and_another_brand_nothing(world, since):
    reply(world, "halls")
    kitchens, _ = reply(world, "kitchens")
    Conversation.objects.filter(pk=kitchens.pk).update(team=world.kitchen)
    assert [did(world, since, who).answers for who in ("bruno", "ada", "carlo", "zoe")] == [2, 1, 1, 0]
    assert (listed(world, since, "ada"), listed(world, since, "zoe")) == ({"Halls"}, set())


# -- before and after -------------------------------------------------------------------------------------


def comment(world, root, at, mood="negative", **more):
    by = more.pop("by", f"voice{next(_n)}")
    return says_back(world, by, at, "complaint", mood, root=root, **more)


def under(world, root, before, after, days=4.0, answer_by="first"):
    """A thread with so many negative comments in the day before our first answer, and in the day after it."""
    first = comment(world, root, ago(days=days + 2), "neutral", by=answer_by + root)
    for n in range(before):
        comment(world, root, ago(days=days) - (n + 1) * HOUR)
    answered(first, world.ada, ago(days=days))
    for n in range(after):
        comment(world, root, ago(days=days) + (n + 1) * HOUR)
    return first


def calm(world, since, who="bruno"):
    return answers_slope.slope(access.standing(getattr(world, who)), since, timezone.now())


def test_negative_comments_an_hour_before_and_after_our_first_answer_are_counted_item_by_item(world, since):
    for root, before, after in (("a", 6, 1), ("b", 4, 2), ("c", 1, 5), ("d", 2, 2), ("few", 1, 1)):
        under(world, root, before, after)
    found = calm(world, since)
    counted = {one.root: (one.before, one.after, one.hours) for one in found.items}
    assert counted == {"a": (6, 1, 24), "b": (4, 2, 24), "c": (1, 5, 24), "d": (2, 2, 24)}
    assert found.before == pytest.approx(statistics.median([6, 4, 1, 2]) / 24)
    assert found.after == pytest.approx(statistics.median([1, 2, 5, 2]) / 24)
    assert found.ways == {"up": 1, "down": 2, "same": 1}
    assert [one.item.root for one in found.worse] == ["c"]
    standing = access.standing(world.bruno)
    up = answers_slope.conversations(standing, "up", since, timezone.now())
    assert [str(row.identity) for row in up] == ["Firstc"]


def test_where_the_post_is_young_both_windows_are_as_long_as_it_stood(world, since):
    post = Post.objects.create(
        brand=world.brand, channel=world.rossi, key="fresh", text="Nuovo", written_at=ago(days=4, hours=4)
    )
    first = comment(world, "fresh", ago(days=4, hours=3), by="uno")
    answered(first, world.ada, ago(days=4))
    for hour in (1, 2, 3, 5, 9):  # two of them are too late
        comment(world, "fresh", ago(days=4) + hour * HOUR)
    found = calm(world, since)
    (one,) = found.items
    assert (one.before, one.after, round(one.hours, 2)) == (1, 3, 4)
    assert [worse.post for worse in found.worse] == [post]


def test_what_is_too_fresh_answered_before_or_private_and_our_own_people_do_not_count(world, since):
    under(world, "fresh", 5, 0, days=0.5)
    under(world, "old", 5, 5, days=35)
    Conversation.objects.filter(root="old").update(last_at=timezone.now(), last_out_at=timezone.now())
    Employee.objects.create(brand=world.brand, network="playground", handle="rita.example")
    under(world, "ours", 2, 0)
    comment(world, "ours", ago(days=3.5), by="rita")
    gone = comment(world, "ours", ago(days=3.6))
    Message.objects.filter(conversation=gone).update(removed_at=timezone.now())
    wrote(world, "psst", ago(days=3.7), "complaint", root="ours", private=True)
    assert calm(world, since).items == []
    assert (calm(world, since).before, calm(world, since).after) == (None, None)


def test_another_brand_sees_no_slope_and_an_agent_their_teams(world, since):
    under(world, "a", 1, 5)
    Conversation.objects.filter(root="a").update(team=world.kitchen)
    assert [len(calm(world, since, who).worse) for who in ("bruno", "carlo", "ada", "zoe")] == [1, 1, 0, 0]


# -- approvals --------------------------------------------------------------------------------------------


def line(conversation, deed, at, reply):
    with transaction.atomic():
        made = journal.write(deed, conversation, reply=reply)
    Event.objects.filter(pk=made.pk).update(at=at)


def waited(world, by, hours, deed=Event.Deed.REPLY_RELEASED, team=None):
    conversation = wrote(world, by, ago(days=3))
    Conversation.objects.filter(pk=conversation.pk).update(team=team)
    n = next(_n) + 1000
    line(conversation, Event.Deed.REPLY_HELD, ago(days=2), n)
    line(conversation, Event.Deed.REPLY_RELEASED, ago(days=2), n + 10**6)  # another reply's
    if hours:
        line(conversation, deed, ago(days=2) + hours * HOUR, n)
    return conversation


def held(world, since, who="bruno"):
    return answers_held.held(access.standing(getattr(world, who)), since)


def test_the_time_that_approvals_cost_is_told_by_team_and_altogether(world, since):
    for hours in (1, 2, 6):
        waited(world, f"h{hours}", hours, team=world.hall)
    waited(world, "k", 4, Event.Deed.REPLY_SCHEDULED, world.kitchen)
    waited(world, "still", 0, team=world.kitchen)
    waited(world, "no", 5, Event.Deed.REPLY_REFUSED)
    found = held(world, since)
    assert [(one.name, one.held, one.waiting, one.released) for one in found.teams] == [
        ("Sala", 3, 0, 3), ("Cucina", 2, 1, 1), ("", 1, 0, 0),
    ]  # fmt: skip
    assert [round(one.total / HOUR, 2) for one in found.teams] == [9, 4, 0]
    assert round(found.teams[0].median / HOUR, 2) == 2
    assert found.teams[2].median is None
    assert (found.whole.held, found.whole.released, round(found.whole.total / HOUR, 2)) == (6, 4, 13)
    assert round(found.whole.median / HOUR, 2) == 3
    standing = access.standing(world.bruno)
    names = [{str(row.identity) for row in answers_held.conversations(standing, since, team)} for team in
             (None, world.kitchen.pk, 0)]  # fmt: skip
    assert names == [{"H1", "H2", "H6", "K", "Still", "No"}, {"K", "Still"}, {"No"}]


def test_approvals_stay_behind_the_walls_and_within_the_days(world, since):
    waited(world, "k", 4, team=world.kitchen)
    assert [held(world, since, who).whole.held for who in ("bruno", "carlo", "ada", "zoe")] == [1, 1, 0, 0]
    assert held(world, ago(days=1)).whole.held == 0
    assert not answers_held.conversations(access.standing(world.zoe), since).exists()


def test_a_comment_kind_of_the_answer_does_not_matter(world, since):
    conversation = wrote(world, "mention", ago(hours=5), text="@rossi quanto costa?")
    Message.objects.filter(conversation=conversation).update(kind=Kind.MENTION)
    answered(conversation, world.ada, ago(hours=4))
    assert did(world, since).answers == 1
