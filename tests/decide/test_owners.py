"""The ownership matrix: the first row that fits owns, and routing carries it out without touching what people did."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections, transaction
from django.http import Http404

from premura import access, flow, journal
from premura.decide import assign, owners
from premura.decide.owners import Said
from premura.interact import teamwork
from premura.listen import receive
from premura.models import Channel, Conversation, Event, Message, Ownership, Team


@pytest.fixture
def elena(world):
    return access.standing(world.elena)


def complains(world, text="Il conto è sbagliato", **more):
    conversation = world.says(text, **more)
    Conversation.objects.filter(pk=conversation.pk).update(intent="complaint", language="it")
    return conversation


def team_of(conversation):
    return Conversation.objects.get(pk=conversation.pk).team


def test_a_complaint_goes_to_the_team_that_owns_complaints_and_the_journal_says_why(world, elena):
    row = owners.make(elena, Said(world.kitchen.pk, intent="complaint"))
    conversation = complains(world)
    assert owners.route(world.brand.pk, [conversation.pk]).moved == 1
    assert team_of(conversation) == world.kitchen
    facts = Event.objects.get(deed="routed").facts
    assert (facts["row"], facts["from"], facts["to"], facts["fits"]) == (row.pk, "Sala", "Cucina", "complaint")


def test_the_inboxs_counts_follow_a_routed_conversation(world, elena):
    owners.make(elena, Said(world.kitchen.pk))
    conversation = complains(world)
    owners.route(world.brand.pk, [conversation.pk])
    assert access.counts(access.standing(world.ada))["open"] == 0
    assert access.counts(access.standing(world.carlo))["open"] == 1


def test_routing_twice_moves_once(world, elena):
    owners.make(elena, Said(world.kitchen.pk))
    conversation = complains(world)
    assert [owners.route(world.brand.pk, [conversation.pk]).moved for _ in range(2)] == [1, 0]
    assert Event.objects.filter(deed="routed").count() == 1


def test_what_the_owner_has_already_is_not_told_of(world, elena):
    owners.make(elena, Said(world.hall.pk))
    conversation = complains(world)
    assert owners.route(world.brand.pk, [conversation.pk]).moved == 0
    assert not Event.objects.filter(deed="routed").exists()


def test_the_first_row_that_fits_owns_and_rows_can_be_moved(world, elena):
    bar = Team.objects.create(brand=world.brand, name="Bar")
    owners.make(elena, Said(world.kitchen.pk, intent="complaint"))
    second = owners.make(elena, Said(bar.pk, topic="conto"))
    conversation = complains(world)
    assert owners.of(conversation_now(conversation)).owner == world.kitchen
    owners.move(elena, second, up=True)
    assert owners.of(conversation_now(conversation)).owner == bar
    owners.move(elena, Ownership.objects.get(pk=second.pk), up=True)  # the first cannot go further up
    assert [row.owner.name for row in owners.listed(elena)] == ["Bar", "Cucina"]


def conversation_now(conversation):
    return Conversation.objects.get(pk=conversation.pk)


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ({"intent": "question"}, False),
        ({"language": "it"}, True),
        ({"language": "de"}, False),
        ({"topic": "scontrino, CONTO"}, True),
        ({"topic": "cont"}, False),
        ({"topic": "cont*"}, True),
        ({"country": "ch"}, True),
        ({"country": "it"}, False),
        ({"intent": "complaint", "topic": "conto", "language": "it"}, True),
        ({"intent": "complaint", "topic": "vino"}, False),
    ],
)
def test_all_that_a_row_says_must_be_so(world, elena, said, fits):
    owners.make(elena, Said(world.kitchen.pk, **said))
    conversation = complains(world)
    Message.objects.update(language="it-CH")
    assert owners.route(world.brand.pk, [conversation.pk]).moved == fits


def test_a_row_of_one_channel_leaves_the_others_alone(world, elena):
    bar = Channel.objects.create(brand=world.brand, network="playground", key="bar", name="Bar", handle="bar")
    owners.make(elena, Said(world.kitchen.pk, channel=bar.pk))
    assert owners.route(world.brand.pk, [complains(world).pk]).moved == 0
    assert owners.route(world.brand.pk, [complains(world, channel=bar).pk]).moved == 1


def test_what_a_person_has_or_had_is_never_moved(world, elena):
    owners.make(elena, Said(world.kitchen.pk))
    hers, given_back, sent, answered = (complains(world, by=name) for name in ("a", "b", "c", "d"))
    teamwork.assign(hers, world.ada, world.ada)
    teamwork.assign(given_back, world.ada, world.ada)
    teamwork.assign(given_back, None, world.ada)
    assign.send(sent, Team.objects.create(brand=world.brand, name="Bar"), world.bruno)
    Conversation.objects.filter(pk=answered.pk).update(last_out_at=answered.last_at)
    assert owners.route(world.brand.pk, [one.pk for one in (hers, given_back, sent, answered)]).moved == 0


def test_what_a_rule_gave_to_a_team_stays_there(world, elena):
    owners.make(elena, Said(world.kitchen.pk))
    conversation = complains(world)
    with transaction.atomic():
        journal.write(Event.Deed.RULE_ACTED, conversation, rule="Vino", did=[["team", "Sala"], ["label", "Vino"]])
    assert owners.route(world.brand.pk, [conversation.pk]).moved == 0


def test_another_brands_conversation_is_not_routed_by_this_matrix(world, elena):
    owners.make(elena, Said(world.kitchen.pk))
    conversation = complains(world)
    assert owners.route(world.bookshop.pk, [conversation.pk]).moved == 0
    assert team_of(conversation) == world.hall


def test_a_batch_is_routed_with_a_fixed_number_of_questions(world, elena, django_assert_max_num_queries):
    owners.make(elena, Said(world.kitchen.pk, topic="conto"))
    ids = [complains(world, by=f"guest{n}").pk for n in range(30)]
    with django_assert_max_num_queries(11):
        assert owners.route(world.brand.pk, ids).moved == 30


def test_without_a_matrix_routing_asks_one_thing(world, django_assert_num_queries):
    conversation = complains(world)
    with django_assert_num_queries(1):
        assert owners.route(world.brand.pk, [conversation.pk]).moved == 0


def test_a_row_names_only_teams_and_channels_of_its_brand(world, elena):
    theirs = Team.objects.create(brand=world.bookshop, name="Banco")
    page = Channel.objects.create(brand=world.bookshop, network="playground", key="o", name="O", handle="o")
    for said in (Said(theirs.pk), Said(world.hall.pk, informed=[theirs.pk]), Said(world.hall.pk, channel=page.pk)):
        with pytest.raises(owners.NotARow):
            owners.make(elena, said)
    assert not Ownership.objects.exists()


def test_a_row_is_changed_and_removed_and_both_stand_in_the_journal(world, elena):
    row = owners.make(elena, Said(world.kitchen.pk, intent="praise", consulted=[world.hall.pk]))
    owners.change(elena, row, Said(world.hall.pk, topic=" vino ,, vino,bianco ", informed=[world.kitchen.pk]))
    row.refresh_from_db()
    assert (row.owner, row.intent, row.topic) == (world.hall, "", "vino, bianco")
    assert (list(row.consulted.all()), list(row.informed.all())) == ([], [world.kitchen])
    owners.remove(elena, row)
    assert not Ownership.objects.exists()
    assert [e.facts["how"] for e in Event.objects.filter(deed="owners changed").order_by("pk")] == [
        "made", "changed", "removed"
    ]  # fmt: skip


def test_only_who_manages_the_brand_gets_a_row_to_change(world, elena):
    row = owners.make(elena, Said(world.kitchen.pk))
    with pytest.raises(PermissionDenied):
        owners.row(world.bruno, row.pk)
    with pytest.raises(Http404):
        owners.row(world.zoe, row.pk)


@pytest.mark.django_db(transaction=True)
def test_a_conversation_in_other_hands_is_left_for_the_next_try(world):
    owners.make(access.standing(world.elena), Said(world.kitchen.pk))
    conversation = complains(world)
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM premura_conversation WHERE id = %s FOR UPDATE", [conversation.pk])
            assert owners.route(world.brand.pk, [conversation.pk]).busy == [conversation.pk]
        other.rollback()
    finally:
        other.close()
    with transaction.atomic():
        assert owners.route(world.brand.pk, [conversation.pk]).moved == 1


def test_the_job_asks_again_for_what_was_in_other_hands(world, monkeypatch):
    from premura.jobs import deciding

    asked = []
    monkeypatch.setattr(deciding, "later", lambda job, **given: asked.append((job, given["conversations"])))
    monkeypatch.setattr(deciding.owners, "route", lambda brand_id, ids: owners.Routed(busy=[7]))
    deciding.route(world.brand.pk, [7, 8])
    deciding.route(world.brand.pk, [7], tries=1)  # not for ever
    assert asked == [("route", [7])]


# -- by country -----------------------------------------------------------------------------------


def keeps(channel, text, key):
    """Bring a delivery of Chiara's words to a channel."""
    person = {"key": "chiara", "handle": "chiara.example", "name": "Chiara", "avatar": "", "url": ""}
    said = {"is": "said", "key": key, "kind": "comment", "author": person, "text": text, "parent": "", "root": "menu",
            "written_at": "2026-11-20T12:00:00+00:00", "ours": False, "url": "", "media": []}  # fmt: skip
    receive.keep([(channel.pk, "hook", json.dumps({"items": [said]}).encode())])


def test_a_complaint_on_the_german_channel_goes_all_the_way_to_the_team_that_owns_germany(world, elena):
    from procrastinate.contrib.django.models import ProcrastinateJob

    from premura.jobs import deciding

    german = Channel.objects.create(
        brand=world.brand, team=world.hall, network="playground", key="rossi_de", name="Rossi DE", handle="rossi_de",
        country="DE", sealed=world.rossi.sealed,
    )  # fmt: skip
    owners.make(elena, Said(world.kitchen.pk, intent="complaint", country="DE"))
    words = "Ich warte seit drei Wochen auf mein Paket, das ist eine Frechheit!"
    keeps(german, words, "german")
    keeps(world.rossi, words, "other")
    flow.drain()
    for job in ProcrastinateJob.objects.filter(task_name="route"):
        deciding.route(**job.args)
    teams = {one.channel.key: one.team for one in Conversation.objects.select_related("channel", "team")}
    assert teams == {"rossi_de": world.kitchen, "rossi": world.hall}
    assert Event.objects.get(deed="routed").facts["fits"] == "complaint · DE"


@pytest.mark.parametrize(("of_channel", "moved"), [("CH", 0), ("IT", 1), ("", 0)])
def test_the_channels_country_is_asked_before_the_languages(world, elena, of_channel, moved):
    owners.make(elena, Said(world.kitchen.pk, country="it"))
    Channel.objects.update(country=of_channel)
    conversation = complains(world)
    Message.objects.update(language="it-CH")
    assert owners.route(world.brand.pk, [conversation.pk]).moved == moved
    assert (owners.of(conversation_now(conversation)) is not None) == bool(moved)
