"""The warm queue: who is kind, comes back, has been with us for a year or wants to buy; and nobody with a trouble."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura import access
from premura.decide import warm
from premura.interact import teamwork
from premura.models import Brand, Contact, Conversation, Employee, Event, Message, Outcome, Reply
from tests.decide.test_gestures import answered, sends
from tests.interact.test_moderate_rules import said

DAY = 24 * 60


def queue(agent, why, **more):
    return [one.conversation.preview for one in warm.page(access.standing(agent), why, **more).rows]


def a_year(conversation, days=365):
    Contact.objects.filter(identities=conversation.identity_id).update(
        created_at=timezone.now() - timedelta(days=days, minutes=5)
    )


# -- praise ---------------------------------------------------------------------------------------


def test_praise_without_an_answer_waits_for_a_kind_word(world):
    sends(world, "Che buono!", intent="praise", by="a")
    sends(world, "Dov’è il pacco?", intent="question", by="b")
    assert queue(world.ada, "praise") == ["Che buono!"]


def test_praise_that_may_not_be_meant_waits_for_no_thanks(world):
    sends(world, "Complimenti vivissimi, tre settimane", intent="praise", flags=["sarcasm"], by="a")
    mixed = sends(world, "Bella ipocrisia", intent="praise", by="b")
    Conversation.objects.filter(pk=mixed.pk).update(sentiment="mixed")
    assert queue(world.ada, "praise") == []


def test_praise_that_was_answered_liked_put_aside_or_is_being_answered_waits_no_more(world):
    spoken, liked, aside, under_way = (sends(world, name, intent="praise", by=name) for name in "abcd")
    Conversation.objects.filter(pk=spoken.pk).update(last_out_at=timezone.now())
    Message.objects.filter(conversation=liked).update(liked_at=timezone.now())
    teamwork.resolve(aside, world.ada)
    answered(world, under_way, "scheduled")
    assert queue(world.ada, "praise") == []


def test_old_praise_and_that_of_our_own_people_are_left_out(world):
    sends(world, "Buono", intent="praise", by="a", minutes_ago=40 * DAY)
    sends(world, "Buonissimo", intent="praise", by="rita")
    Employee.objects.create(brand=world.brand, network="playground", handle="rita.example")
    assert queue(world.ada, "praise") == []


@pytest.mark.parametrize("why", warm.WHYS)
def test_who_has_a_trouble_that_is_open_is_not_thanked_for_praise(world, why):
    for n in range(3):
        sends(world, f"Che buono {n}!", intent="praise", root=f"r{n}")
    wants = sends(world, "Lo compro?", intent="purchase", root="x")
    a_year(wants)
    said(world, "Il pacco è rotto", intent="complaint", sentiment="negative", root="rotto")
    Conversation.objects.filter(root="rotto").update(intent="complaint", sentiment="negative")
    assert queue(world.ada, why) == []
    Conversation.objects.filter(root="rotto").update(state="resolved")
    assert queue(world.ada, why) or why == "praise"  # they come back, and stand there


# -- who comes back, and a year -----------------------------------------------------------------------


def test_the_third_kind_thing_in_ninety_days_makes_a_fan_who_stands_once(world):
    sends(world, "❤️", root="a", minutes_ago=80 * DAY)
    sends(world, "Che buono!", intent="praise", root="b", minutes_ago=20)
    assert queue(world.ada, "returning") == []
    sends(world, "Ancora buono!", intent="praise", root="c", minutes_ago=10)
    (only,) = warm.page(access.standing(world.ada), "returning").rows
    assert (only.conversation.preview, only.times) == ("Ancora buono!", 3)
    assert queue(world.ada, "praise") == []


def test_what_was_kind_longer_ago_does_not_count(world):
    sends(world, "❤️", root="a", minutes_ago=100 * DAY)
    for n in range(2):
        sends(world, f"Buono {n}", intent="praise", root=f"b{n}")
    assert queue(world.ada, "returning") == []
    assert len(queue(world.ada, "praise")) == 2


@pytest.mark.parametrize(("days", "shown"), [(364, False), (365, True), (371, True), (373, False)])
def test_a_year_with_us_is_told_for_a_week(world, days, shown):
    a_year(sends(world, "Ciao", intent="question"), days)
    assert bool(queue(world.ada, "year")) is shown


def test_who_was_written_to_this_week_has_had_their_word(world):
    here = sends(world, "Ciao", intent="question")
    a_year(here)
    Conversation.objects.filter(pk=here.pk).update(last_out_at=timezone.now() - timedelta(days=2))
    assert queue(world.ada, "year") == []


# -- who wants to buy -----------------------------------------------------------------------------------


def test_who_asked_before_buying_waits_and_comes_back_when_nothing_was_heard_since(world):
    here = sends(world, "Avete ancora il Rosso?", intent="purchase", minutes_ago=6 * DAY)
    assert queue(world.ada, "prospect") == ["Avete ancora il Rosso?"]
    for days, shown in ((1, False), (4, True)):
        Conversation.objects.filter(pk=here.pk).update(last_out_at=timezone.now() - timedelta(days=days))
        assert bool(queue(world.ada, "prospect")) is shown


@pytest.mark.parametrize("known", ["bought", "outcome"])
def test_what_became_of_it_ends_it(world, known):
    here = sends(world, "Avete il Rosso?", intent="purchase")
    if known == "bought":
        Contact.objects.update(lead_at=timezone.now(), bought_at=timezone.now(), bought="A-1")
    else:
        Outcome.objects.create(conversation=here, brand=world.brand, why="price", by=world.ada)
    assert queue(world.ada, "prospect") == []


# -- walls, pages, costs ----------------------------------------------------------------------------------


def test_everybody_sees_what_they_may_read_and_no_more(world):
    here = sends(world, "Che buono!", intent="praise")
    a_year(here)
    assert queue(world.rita, "praise") == queue(world.rita, "year") == ["Che buono!"]
    for nobody in (world.carlo, world.zoe):
        assert queue(nobody, "praise") == queue(nobody, "year") == []


def test_a_page_ends_with_the_mark_of_the_next(world):
    for n in range(5):
        sends(world, f"Buono {n}", intent="praise", by=f"g{n}", minutes_ago=n + 1)
    standing = access.standing(world.ada)
    page = warm.page(standing, "praise", size=3)
    rest = warm.page(standing, "praise", page.after, size=3)
    assert [one.conversation.preview for one in (*page.rows, *rest.rows)] == [f"Buono {n}" for n in range(5)]
    assert rest.after == ""


def test_there_is_no_other_list(world):
    with pytest.raises(KeyError):
        warm.page(access.standing(world.ada), "all")


def test_the_first_of_all_lists_cost_five_questions(world, django_assert_num_queries):
    for n in range(12):
        sends(world, f"Buono {n}", intent="praise", by=f"g{n % 4}", root=f"r{n}")
    standing = access.standing(world.ada)
    with django_assert_num_queries(5):
        found = warm.first(standing)
    assert list(found) == list(warm.WHYS)


# -- how many this week ------------------------------------------------------------------------------------


def wrote(world, by, intent="praise", days=1, state="sent"):
    conversation = sends(world, f"Buono {Reply.objects.count()}", intent=intent, root=f"w{Reply.objects.count()}")
    reply = answered(world, conversation, state)
    Reply.objects.filter(pk=reply.pk).update(author=by, sent_at=timezone.now() - timedelta(days=days))


def test_kind_words_of_the_last_seven_days_are_counted_for_who_wrote_them(world):
    warm.aim(access.standing(world.bruno), 5)
    for given in ({}, {"intent": "gesture"}, {"intent": "complaint"}, {"days": 8}, {"state": "failed"}):
        wrote(world, world.ada, **given)
    wrote(world, world.bruno)
    (mine,) = warm.progress(access.standing(world.ada))
    assert (mine.n, mine.aim, mine.percent) == (2, 5, 40)
    team = {one.name: one.n for one in warm.progress(access.standing(world.bruno))}
    assert (team["Ada"], team["Bruno"], team["Carlo"]) == (2, 1, 0)
    assert warm.progress(access.standing(world.rita)) == ()


def test_the_aim_is_kept_once_and_stands_in_the_journal(world):
    for _ in range(2):
        warm.aim(access.standing(world.bruno), 7)
    assert Brand.objects.get(pk=world.brand.pk).warm_weekly == 7
    assert Event.objects.filter(deed="entry made", facts__of="warm").count() == 1
    assert Brand.objects.get(pk=world.bookshop.pk).warm_weekly == 0


@pytest.mark.parametrize("n", [-1, 201])
def test_no_other_number_is_an_aim(world, n):
    with pytest.raises(warm.NotANumber):
        warm.aim(access.standing(world.bruno), n)
    assert Brand.objects.get(pk=world.brand.pk).warm_weekly == 0
