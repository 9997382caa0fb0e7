"""What comes next for each, never the same to two; who is away; what goes to a lead; what is not ours."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.utils import timezone

from premura import access
from premura.decide import assign
from premura.interact import teamwork
from premura.models import Conversation, Event, Membership, Ownership, Presence


def asks(world, by="chiara", rank=0, **facts):
    conversation = world.says("Avete un tavolo?", by=by)
    Conversation.objects.filter(pk=conversation.pk).update(rank=rank, **facts)
    conversation.refresh_from_db()
    return conversation


def following(agent, **more):
    return assign.next_for(access.standing(agent), timezone.now(), **more)


def of(agent, **facts):
    Membership.objects.filter(agent=agent).update(**facts)


def test_the_highest_priority_comes_first_and_is_theirs_from_then_on(world):
    low, high = asks(world, "a", rank=5), asks(world, "b", rank=9)
    assert [following(world.ada), following(world.ada), following(world.ada)] == [high, low, None]
    assert set(Conversation.objects.values_list("assignee", flat=True)) == {world.ada.pk}
    assert list(Event.objects.filter(deed="claimed").order_by("pk").values_list("conversation", "by")) == [
        (high.pk, world.ada.pk), (low.pk, world.ada.pk)
    ]  # fmt: skip


def test_only_what_is_open_and_of_their_teams_comes(world):
    asks(world, "a", team=world.kitchen)
    asks(world, "b", state="pending")
    asks(world, "c", assignee=world.bruno)
    mine, nobodys = asks(world, "d", rank=2), asks(world, "e", rank=1, team=None)
    assert [following(world.ada), following(world.ada), following(world.ada)] == [mine, nobodys, None]


def test_a_lead_without_a_team_is_given_any_and_one_of_a_team_its_own(world):
    asks(world, "a", rank=3, team=world.kitchen)
    halls = asks(world, "b", rank=1)
    world.bruno.memberships.get().teams.set([world.hall])
    assert following(world.bruno) == halls
    world.bruno.memberships.get().teams.clear()
    assert following(world.bruno).team == world.kitchen


def test_languages_and_intents_that_are_set_narrow_what_comes(world):
    asks(world, "a", rank=9, language="de", intent="complaint")
    asks(world, "b", rank=8, language="it", intent="praise")
    fits, unread = (
        asks(world, "c", rank=7, language="it", intent="complaint"), asks(world, "d", rank=6, language="und")
    )  # fmt: skip
    of(world.ada, languages=["it"], intents=["complaint"])
    assert [following(world.ada), following(world.ada), following(world.ada)] == [fits, unread, None]


def test_who_has_all_they_take_at_once_is_told_how_many_that_is(world):
    asks(world, "a"), asks(world, "b")
    of(world.ada, most_open=1)
    assert following(world.ada)
    with pytest.raises(assign.Full) as full:
        following(world.ada)
    assert full.value.most == 1
    assert Conversation.objects.filter(assignee=None).count() == 1


def test_at_the_cap_what_they_wrote_again_to_still_comes(world):
    hers = asks(world, "a", rank=1)
    of(world.ada, most_open=1)
    following(world.ada)
    Conversation.objects.filter(pk=hers.pk).update(last_in_at=timezone.now() + timedelta(seconds=1))
    assert following(world.ada) == hers
    assert Event.objects.filter(deed="claimed").count() == 1  # it was hers already


def test_what_is_theirs_and_was_looked_at_lately_waits_a_quarter_of_an_hour(world):
    now = timezone.now()
    hers, other = asks(world, "a", rank=9, assignee=world.ada, read_at=now), asks(world, "b", rank=1)
    assert following(world.ada) == other
    Conversation.objects.filter(pk=hers.pk).update(read_at=now - timedelta(minutes=16))
    assert following(world.ada) == hers


def test_what_they_leave_is_not_given_back_at_once(world):
    hers = asks(world, "a", rank=9, assignee=world.ada)
    assert following(world.ada, besides=hers.pk) is None


def test_what_a_colleague_looks_at_just_now_is_left_to_them(world):
    watched, free = asks(world, "a", rank=9), asks(world, "b", rank=1)
    teamwork.look(watched, world.bruno)
    teamwork.look(free, world.ada)  # oneself is no colleague
    assert following(world.ada) == free
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=31))
    assert following(world.ada) == watched


def test_who_is_away_is_given_nothing_until_they_are_back(world):
    asks(world)
    assign.be_on_duty(access.standing(world.ada), on=False)
    with pytest.raises(assign.Away):
        following(world.ada)
    assert [agent.on_duty for agent in access.colleagues(access.standing(world.ada)) if agent == world.ada] == [False]
    assign.be_on_duty(access.standing(world.ada), on=True)
    assert following(world.ada)


def test_nobody_is_given_what_is_another_brands(world):
    asks(world)
    assert following(world.zoe) is None


@pytest.mark.django_db(transaction=True)
def test_of_twenty_conversations_four_who_ask_at_once_never_get_the_same(world):
    for n in range(20):
        asks(world, f"guest{n}", rank=n)
    world.carlo.memberships.get().teams.set([world.hall])
    got, troubles = [], []

    def work(agent):
        try:
            while one := following(agent):
                got.append(one.pk)
        except Exception as error:
            troubles.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work, args=(agent,)) for agent in (world.ada, world.bruno, world.carlo, world.elena)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert troubles == []
    assert sorted(got) == sorted(Conversation.objects.values_list("pk", flat=True))
    assert Event.objects.filter(deed="claimed").count() == 20


# -- to a lead ----------------------------------------------------------------------------------


@pytest.fixture
def hers(world):
    return asks(world, assignee=world.ada)


def listed(agent):
    return assign.escalated(access.standing(agent)).rows


def test_who_asks_for_a_lead_keeps_it_and_the_lead_sees_why(world, hers):
    assign.escalate(hers, world.ada, " Minaccia \n l’avvocato ")
    (word,) = listed(world.bruno)
    about = word.conversation
    assert (about, about.assignee, about.state) == (hers, world.ada, "open")
    assert (word.by, word.facts["reason"]) == (world.ada, "Minaccia l’avvocato")
    assert assign.asked(hers).by == world.ada
    assert hers.notes.get().text == "Minaccia l’avvocato"
    assert assign.escalations(access.standing(world.bruno)) == 1


def test_without_a_reason_nobody_is_asked(world, hers):
    with pytest.raises(assign.NoReason):
        assign.escalate(hers, world.ada, "  ")
    assert assign.asked(hers) is None


def test_who_asks_for_a_lead_takes_what_nobody_has_and_opens_what_was_resolved(world):
    conversation = asks(world, state="resolved")
    assign.escalate(conversation, world.ada, "Di nuovo")
    conversation.refresh_from_db()
    assert (conversation.assignee, conversation.state) == (world.ada, "open")


def test_a_take_over_gives_it_to_the_lead_who_then_signs(world, hers):
    assign.escalate(hers, world.ada, "Minaccia")
    for _twice in range(2):
        assign.take_over(hers, world.bruno)
    hers.refresh_from_db()
    assert hers.assignee == world.bruno
    assert assign.taken_over(hers, world.bruno, access.events(hers))
    assert not assign.taken_over(hers, world.ada, access.events(hers))
    assert listed(world.bruno) == []
    assert Event.objects.get(deed="taken over").facts["was"] == "Ada"
    teamwork.assign(hers, world.bruno, world.ada)
    assert not assign.taken_over(hers, world.bruno, access.events(hers))


def test_a_lead_is_no_longer_asked_for_once_it_is_settled_or_resolved(world, hers):
    assign.escalate(hers, world.ada, "Minaccia")
    assert assign.calm(hers, world.bruno)
    assert not assign.calm(hers, world.bruno)
    assert listed(world.bruno) == []
    assign.escalate(hers, world.ada, "Di nuovo")
    teamwork.resolve(hers, world.ada)
    teamwork.reopen(hers, world.ada)
    assert assign.asked(hers) is None
    assert listed(world.bruno) == []


def test_the_list_of_those_for_whom_a_lead_is_asked_goes_on_without_a_gap(world, monkeypatch):
    monkeypatch.setattr(assign, "PAGE", 2)
    for n in range(5):
        assign.escalate(asks(world, f"guest{n}"), world.ada, f"Motivo {n}")
    standing, after, seen = access.standing(world.bruno), "", []
    for _ in range(3):
        page = assign.escalated(standing, after)
        seen, after = seen + [row.facts["reason"] for row in page.rows], page.after
    assert (seen, after) == ([f"Motivo {n}" for n in range(5)], "")
    Membership.objects.filter(agent=world.zoe).update(role="lead")
    assert listed(world.zoe) == []


# -- not ours -----------------------------------------------------------------------------------


def test_what_is_not_ours_goes_to_its_owner_by_the_matrix_and_to_nobody_there(world, hers):
    Ownership.objects.create(brand=world.brand, owner=world.kitchen)
    assert assign.dispute(hers, world.ada, "Parla del piatto") == world.kitchen
    hers.refresh_from_db()
    assert (hers.team, hers.assignee) == (world.kitchen, None)
    facts = Event.objects.get(deed="routed").facts
    assert (facts["dispute"], facts["from"], facts["to"], facts["reason"]) == (
        True, "Sala", "Cucina", "Parla del piatto"
    )  # fmt: skip


def test_without_a_matrix_it_goes_back_to_where_it_came_from_or_where_one_says(world, hers):
    with pytest.raises(assign.NowhereElse):
        assign.dispute(hers, world.ada, "Non è nostra")
    assign.send(hers, world.kitchen)
    assert assign.dispute(hers, world.carlo, "Non è nostra") == world.hall
    other = asks(world, "b")
    assert assign.dispute(other, world.ada, "Cucina", world.kitchen) == world.kitchen


def test_two_teams_that_say_not_ours_need_a_lead(world, hers):
    assign.dispute(hers, world.ada, "Cucina", world.kitchen)
    with pytest.raises(assign.Disputed):
        assign.dispute(hers, world.carlo, "Sala", world.hall)
    assert Conversation.objects.get(pk=hers.pk).team == world.kitchen


def test_after_a_day_a_team_can_no_longer_say_that_it_is_not_theirs(world, hers):
    Conversation.objects.filter(pk=hers.pk).update(opened_at=timezone.now() - timedelta(days=2))
    with pytest.raises(assign.TooLate):
        assign.dispute(hers, world.ada, "Cucina", world.kitchen)


def test_another_brands_team_is_no_way_out(world, hers):
    theirs = world.bookshop.teams.create(name="Banco")
    with pytest.raises(assign.NowhereElse):
        assign.dispute(hers, world.ada, "Loro", theirs)
