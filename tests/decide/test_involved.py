"""Whom the matrix asks and tells: carried out with the routing, once, and replaced by the next row."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone, translation

from premura import access
from premura.access import Act
from premura.decide import assign, involved, owners, rules
from premura.decide.owners import Said
from premura.interact import selling
from premura.models import Conversation, Event, Involved, Membership, Message, Note, Rule, RuleRun, Team


@pytest.fixture
def elena(world):
    return access.standing(world.elena)


@pytest.fixture
def bar(world):
    return Team.objects.create(brand=world.brand, name="Bar")


def complains(world, text="Il conto è sbagliato", **more):
    conversation = world.says(text, **more)
    Conversation.objects.filter(pk=conversation.pk).update(intent="complaint", language="it")
    return conversation


def parts(conversation):
    return set(Involved.objects.filter(conversation=conversation).values_list("team__name", "how"))


def route(world, *conversations):
    return owners.route(world.brand.pk, [one.pk for one in conversations])


def asks_kitchen(world, elena):
    """The hall owns what comes in, and the kitchen is asked."""
    owners.make(elena, Said(world.hall.pk, consulted=[world.kitchen.pk]))
    conversation = complains(world)
    route(world, conversation)
    return conversation


def test_routing_asks_and_tells_whom_the_row_names_and_the_journal_names_them(world, elena, bar):
    owners.make(elena, Said(world.kitchen.pk, consulted=[world.hall.pk], informed=[bar.pk]))
    conversation = complains(world)
    assert route(world, conversation).moved == 1
    assert parts(conversation) == {("Sala", "consulted"), ("Bar", "informed")}
    facts = Event.objects.get(deed="teams involved").facts
    assert (facts["asked"], facts["told"]) == (["Sala"], ["Bar"])


def test_they_are_asked_also_where_the_owner_has_it_already(world, elena):
    conversation = asks_kitchen(world, elena)
    assert parts(conversation) == {("Cucina", "consulted")}
    assert not Event.objects.filter(deed="routed").exists()


def test_routing_again_asks_nobody_twice(world, elena):
    conversation = asks_kitchen(world, elena)
    first = Involved.objects.get()
    assert route(world, conversation) == owners.Routed()
    assert Involved.objects.get().at == first.at
    assert Event.objects.filter(deed="teams involved").count() == 1


def test_the_owner_is_neither_asked_nor_told_and_who_is_asked_is_not_told_as_well(world, elena, bar):
    owners.make(elena, Said(world.hall.pk, consulted=[world.hall.pk, bar.pk], informed=[world.hall.pk, bar.pk]))
    conversation = complains(world)
    route(world, conversation)
    assert parts(conversation) == {("Bar", "consulted")}


def test_a_row_that_asks_nobody_writes_nothing(world, elena):
    owners.make(elena, Said(world.kitchen.pk))
    route(world, complains(world))
    assert not Involved.objects.exists()
    assert not Event.objects.filter(deed="teams involved").exists()


def test_another_row_replaces_whom_the_first_one_named_and_who_stays_keeps_their_time(world, elena, bar):
    row = owners.make(elena, Said(world.hall.pk, consulted=[world.kitchen.pk], informed=[bar.pk]))
    conversation = complains(world)
    route(world, conversation)
    since = Involved.objects.get(team=bar).at
    owners.remove(elena, row)
    owners.make(elena, Said(world.kitchen.pk, consulted=[world.hall.pk], informed=[bar.pk]))
    route(world, conversation)
    assert parts(conversation) == {("Sala", "consulted"), ("Bar", "informed")}
    assert Involved.objects.get(team=bar).at == since
    assert Event.objects.filter(deed="teams involved").count() == 2


def test_a_batch_costs_the_same_however_many_it_brings(world, elena, django_assert_num_queries, bar):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    owners.make(elena, Said(world.kitchen.pk, consulted=[world.hall.pk], informed=[bar.pk]))
    one = complains(world, by="anna")
    with CaptureQueriesContext(connection) as alone:
        route(world, one)
    many = [complains(world, by=f"guest-{n}") for n in range(8)]
    with CaptureQueriesContext(connection) as together:
        assert route(world, *many).moved == 8
    assert len(together) == len(alone)
    assert Involved.objects.count() == 18


def test_what_is_handed_over_to_the_rows_owner_asks_whom_the_row_names(world, elena, bar):
    conversation = complains(world)
    owners.make(elena, Said(world.kitchen.pk, informed=[bar.pk]))
    assert assign.dispute(conversation, world.ada, "È della cucina") == world.kitchen
    assert parts(conversation) == {("Bar", "informed")}


def test_what_a_person_gives_to_another_team_than_the_rows_asks_nobody(world, elena, bar):
    conversation = complains(world)
    owners.make(elena, Said(world.kitchen.pk, informed=[world.hall.pk]))
    assign.dispute(conversation, world.ada, "È del bar", bar)
    assert parts(conversation) == set()


def test_a_sale_that_is_handed_over_asks_whom_its_row_names(world, elena, bar):
    conversation = world.says("Vorrei comprare il Merla")
    Conversation.objects.filter(pk=conversation.pk).update(intent="purchase")
    owners.make(elena, Said(world.kitchen.pk, intent="purchase", consulted=[bar.pk]))
    assert selling.hand_over(conversation, world.ada, "vuole comprare") == world.kitchen
    assert parts(conversation) == {("Bar", "consulted")}


# -- the door -----------------------------------------------------------------------------------


def test_who_is_asked_reads_and_notes_and_does_no_more(world, elena):
    conversation = asks_kitchen(world, elena)
    standing, found = access.conversation(world.carlo, conversation.pk)
    assert found == conversation
    assert {act for act in Act if standing.may(act)} == {Act.READ, Act.NOTE}
    access.conversation(world.carlo, conversation.pk, Act.NOTE)
    with pytest.raises(PermissionDenied):
        access.conversation(world.carlo, conversation.pk, Act.REPLY)


def test_who_is_told_reads_and_does_no_more(world, elena):
    owners.make(elena, Said(world.hall.pk, informed=[world.kitchen.pk]))
    conversation = complains(world)
    route(world, conversation)
    assert access.conversation(world.carlo, conversation.pk)[1] == conversation
    for act in (Act.NOTE, Act.REPLY):
        with pytest.raises(PermissionDenied):
            access.conversation(world.carlo, conversation.pk, act)


def test_who_is_asked_no_longer_cannot_know_of_it(world, elena, bar):
    conversation = asks_kitchen(world, elena)
    owners.remove(elena, owners.listed(elena)[0])
    owners.make(elena, Said(world.hall.pk, consulted=[bar.pk]))
    route(world, conversation)
    with pytest.raises(Http404):
        access.conversation(world.carlo, conversation.pk)


def test_what_they_are_asked_about_does_not_stand_in_their_inbox(world, elena):
    asks_kitchen(world, elena)
    carlo = access.standing(world.carlo)
    assert not access.inbox(carlo, "all").exists()
    assert access.counts(carlo)["all"] == 0


def test_no_part_opens_the_wall_of_a_brand(world, elena):
    conversation = asks_kitchen(world, elena)
    shop = Team.objects.create(brand=world.bookshop, name="Banco")
    Membership.objects.get(agent=world.zoe).teams.set([shop, world.kitchen])
    with pytest.raises(Http404):
        access.conversation(world.zoe, conversation.pk)
    assert involved.listed(access.standing(world.zoe)).rows == []


# -- the list ------------------------------------------------------------------------------------


def test_the_list_shows_the_teams_own_newest_first_and_by_asked_or_told(world, elena, bar):
    owners.make(elena, Said(world.hall.pk, topic="conto", consulted=[world.kitchen.pk]))
    owners.make(elena, Said(world.hall.pk, informed=[world.kitchen.pk, bar.pk]))
    asked, told = complains(world, by="anna"), complains(world, "Il pane è duro", by="lia")
    route(world, asked)
    route(world, told)
    carlo = access.standing(world.carlo)
    assert [one.conversation for one in involved.listed(carlo).rows] == [told, asked]
    assert [one.conversation for one in involved.listed(carlo, "asked").rows] == [asked]
    assert [one.conversation for one in involved.listed(carlo, "told").rows] == [told]
    assert involved.listed(access.standing(world.ada)).rows == []
    assert len(involved.listed(access.standing(world.bruno)).rows) == 3  # sees all teams and belongs to none
    assert involved.open_asked(carlo) == 1


def test_the_list_goes_on_below_its_mark(world, elena, monkeypatch):
    monkeypatch.setattr(involved, "PAGE", 2)
    owners.make(elena, Said(world.hall.pk, consulted=[world.kitchen.pk]))
    three = [complains(world, by=f"guest-{n}") for n in range(3)]
    route(world, *three)
    carlo = access.standing(world.carlo)
    first = involved.listed(carlo)
    rest = involved.listed(carlo, after=first.after)
    assert {one.conversation_id for one in first.rows + rest.rows} == {one.pk for one in three}
    assert (len(first.rows), len(rest.rows), rest.after) == (2, 1, "")
    assert len(involved.listed(carlo, after="nonsense").rows) == 2


def test_what_their_team_owns_by_now_is_no_longer_something_to_know_of(world, elena):
    conversation = asks_kitchen(world, elena)
    Conversation.objects.filter(pk=conversation.pk).update(team=world.kitchen)
    conversation.refresh_from_db()
    assert involved.listed(access.standing(world.carlo)).rows == []
    assert involved.of(conversation) == {"asked": [], "told": []}


def test_resolved_conversations_are_no_longer_counted_as_asked(world, elena):
    conversation = asks_kitchen(world, elena)
    Conversation.objects.filter(pk=conversation.pk).update(state="resolved")
    assert involved.open_asked(access.standing(world.carlo)) == 0


# -- told by a rule --------------------------------------------------------------------------------


def tells(world, *whom):
    rule = Rule.objects.create(
        brand=world.brand, name="Allergie", by=world.elena, is_on=True, trigger="came in", conditions=[],
        actions=[["notify", list(one)] for one in whom],
    )  # fmt: skip
    conversation = world.says("Sono allergica alle noci")
    assert rules.act(world.brand.pk, [Message.objects.latest("pk").pk]) == 1
    return rule, conversation


def test_whom_a_rule_tells_finds_it_in_the_list_and_may_read_it(world):
    _rule, conversation = tells(world, ("agent", world.carlo.pk))
    assert Note.objects.get().conversation == conversation
    carlo = access.standing(world.carlo)
    assert [run.conversation for run in involved.by_rules(carlo)] == [conversation]
    standing, _found = access.conversation(world.carlo, conversation.pk)
    assert {act for act in Act if standing.may(act)} == {Act.READ}
    assert involved.by_rules(access.standing(world.ada)) == []


def test_a_team_that_a_rule_tells_finds_it_too_once_though_told_again(world):
    _rule, conversation = tells(world, ("team", world.kitchen.pk))
    world.says("Anche alle mandorle")
    rules.act(world.brand.pk, [Message.objects.latest("pk").pk])
    assert RuleRun.objects.count() == 2
    assert [run.conversation for run in involved.by_rules(access.standing(world.carlo))] == [conversation]


def test_what_a_rule_told_is_over_after_a_month(world):
    _rule, conversation = tells(world, ("agent", world.carlo.pk))
    RuleRun.objects.update(at=timezone.now() - access.TOLD_FOR)
    assert involved.by_rules(access.standing(world.carlo)) == []
    with pytest.raises(Http404):
        access.conversation(world.carlo, conversation.pk)


# -- a rule that gives ---------------------------------------------------------------------------


def gives(world, to):
    Rule.objects.create(
        brand=world.brand, name="A Bruno", by=world.elena, is_on=True, trigger="came in", conditions=[],
        actions=[["agent", to.pk]],
    )  # fmt: skip


def came(world, *conversations):
    return rules.act(
        world.brand.pk, list(Message.objects.filter(conversation__in=conversations).values_list("pk", flat=True))
    )


def test_a_rule_gives_nothing_to_who_is_away_and_says_so(world):
    from premura.templatetags.premura import deed

    Membership.objects.filter(agent=world.bruno).update(on_duty=False)
    gives(world, world.bruno)
    conversation = world.says("Aiuto")
    came(world, conversation)
    conversation.refresh_from_db()
    assert conversation.assignee is None
    event = Event.objects.get(deed="rule acted")
    assert event.facts["did"] == [["away", "Bruno"]]
    with translation.override("en"):
        assert "Bruno is away: nobody has it" in deed(event)


def test_what_somebody_has_stays_with_them_where_the_other_is_away(world):
    Membership.objects.filter(agent=world.bruno).update(on_duty=False)
    gives(world, world.bruno)
    conversation = world.says("Aiuto")
    Conversation.objects.filter(pk=conversation.pk).update(assignee=world.ada)
    came(world, conversation)
    assert Conversation.objects.get(pk=conversation.pk).assignee == world.ada
    assert Event.objects.get(deed="rule acted").facts["did"] == [["away, kept", "Bruno"]]


def test_a_rule_gives_as_many_as_somebody_takes_at_once(world):
    Membership.objects.filter(agent=world.bruno).update(most_open=2)
    gives(world, world.bruno)
    theirs = [world.says("Aiuto", by=f"guest-{n}") for n in range(3)]
    Conversation.objects.filter(pk=theirs[0].pk).update(assignee=world.bruno)
    came(world, *theirs[1:])
    assert Conversation.objects.filter(assignee=world.bruno).count() == 2
    did = [event.facts["did"] for event in Event.objects.filter(deed="rule acted").order_by("pk")]
    assert sorted(did) == [[["agent", "Bruno"]], [["full", "Bruno"]]]
