"""The screen of who owns what, the line beside a conversation, and people's skills."""

import pytest

from premura.decide import assign, owners
from premura.models import Agent, Conversation, Membership, Ownership
from tests.web.test_inbox import now_says, signed_in


@pytest.fixture
def elena(world):
    return signed_in(world.elena)


def new(world, **more):
    return {"intent": "complaint", "topic": "", "channel": "", "language": "", "country": "",
            "owner": world.kitchen.pk, "consulted": [world.hall.pk]} | more  # fmt: skip


def test_an_admin_adds_a_row_and_everybody_reads_it(world, elena):
    assert elena.post("/deciding/owners/", new(world)).status_code == 302
    page = signed_in(world.rita).get("/deciding/owners/").text
    for words in ("Reclamo", "se ne occupa Cucina", "da sentire:", "Sala"):
        assert words in page
    assert "Aggiungi una riga" not in page  # a reader only reads
    assert signed_in(world.bruno).post("/deciding/owners/", new(world)).status_code == 403


def test_a_row_without_an_owner_or_with_another_brands_is_not_kept_and_what_was_typed_stays(world, elena):
    theirs = world.bookshop.teams.create(name="Banco")
    for owner in ("", theirs.pk, "x"):
        answer = elena.post("/deciding/owners/", new(world, owner=owner, topic="vino rosso"))
        assert answer.status_code == 422
        assert "vino rosso" in answer.text
    assert elena.post("/deciding/owners/", new(world, country="1x")).status_code == 422
    assert not Ownership.objects.exists()


def test_the_country_of_a_row_is_chosen_and_read_by_its_name(world, elena):
    assert elena.post("/deciding/owners/", new(world, country="DE")).status_code == 302
    page = elena.get("/deciding/owners/").text
    assert '<option value="DE">Germania</option>' in page
    assert "Germania ·" in signed_in(world.rita).get("/deciding/owners/").text


def test_a_row_is_moved_changed_and_taken_away(world, elena):
    for intent in ("complaint", "praise"):
        elena.post("/deciding/owners/", new(world, intent=intent))
    first, second = Ownership.objects.order_by("place")
    elena.post(f"/deciding/owners/{second.pk}/", {"do": "up"})
    assert [row.pk for row in Ownership.objects.order_by("place")] == [second.pk, first.pk]
    assert 'name="do" value="change"' not in elena.get("/deciding/owners/").text
    assert 'name="do" value="change"' in elena.get(f"/deciding/owners/?row={first.pk}").text
    elena.post(f"/deciding/owners/{first.pk}/", new(world, do="change", topic="conto", consulted=[]))
    first.refresh_from_db()
    assert (first.topic, first.consulted.count()) == ("conto", 0)
    assert elena.post(f"/deciding/owners/{first.pk}/", new(world, do="change", owner="")).status_code == 422
    assert elena.post(f"/deciding/owners/{first.pk}/", {"do": "dance"}).status_code == 422
    elena.post(f"/deciding/owners/{first.pk}/", {"do": "remove"})
    assert elena.post(f"/deciding/owners/{first.pk}/", {"do": "remove"}).status_code == 404
    assert list(Ownership.objects.all()) == [second]


def test_another_brand_sees_nothing_of_it(world, elena):
    elena.post("/deciding/owners/", new(world, topic="segretissimo"))
    assert "segretissimo" not in signed_in(world.zoe).get("/deciding/owners/").text


def test_a_brand_without_teams_is_told_where_they_are_made(world):
    assert "Non ci sono ancora gruppi" in signed_in(world.zoe).get("/deciding/owners/").text


def test_what_hangs_between_teams_stands_on_the_page_with_how_long_it_lay_there(world, elena):
    conversation = now_says(world, "Il piatto era freddo")
    assign.send(conversation, world.kitchen)
    page = elena.get("/deciding/owners/").text
    assert "Il piatto era freddo" in page
    assert '<th scope="row">Cucina</th>' in page
    assert "Il piatto era freddo" not in signed_in(world.ada).get("/deciding/owners/").text  # not her team's


def test_beside_a_conversation_stands_whose_it_is_who_is_asked_and_who_is_told(world):
    row = Ownership.objects.create(brand=world.brand, owner=world.hall)
    row.informed.set([world.kitchen])
    conversation = now_says(world, "Un tavolo per due?")
    owners.route(world.brand.pk, [conversation.pk])
    Agent.objects.update(language="en")
    page = " ".join(signed_in(world.rita).get(f"/conversations/{conversation.pk}/").text.split())
    assert "Sala owns it" in page
    assert "Cucina is told" in page


def test_what_a_person_is_given_is_said_where_their_role_is(world, elena):
    ada = Membership.objects.get(agent=world.ada)
    given = {"role": "agent", "teams": [world.hall.pk], "languages": ["it", "de"], "intents": ["complaint"],
             "most_open": "5"}  # fmt: skip
    elena.post(f"/people/{ada.pk}/", given)
    ada.refresh_from_db()
    assert (ada.languages, ada.intents, ada.most_open) == (["it", "de"], ["complaint"], 5)
    page = elena.get("/people/").text
    assert 'name="most_open" value="5"' in page
    elena.post(f"/people/{ada.pk}/", {"role": "agent", "teams": [world.hall.pk], "most_open": ""})
    ada.refresh_from_db()
    assert (ada.languages, ada.intents, ada.most_open) == ([], [], None)


@pytest.mark.parametrize(
    "wrong", [{"most_open": "0"}, {"most_open": "many"}, {"languages": ["xx"]}, {"intents": ["x"]}]
)
def test_a_skill_that_is_none_changes_nothing(world, elena, wrong):
    ada = Membership.objects.get(agent=world.ada)
    answer = elena.post(f"/people/{ada.pk}/", {"role": "lead"} | wrong)
    assert answer.status_code == 422
    ada.refresh_from_db()
    assert (ada.role, ada.most_open, ada.languages) == ("agent", None, [])


def test_routed_conversations_tell_it_in_their_history(world):
    Ownership.objects.create(brand=world.brand, owner=world.kitchen)
    conversation = now_says(world, "Il piatto era freddo")
    owners.route(world.brand.pk, [conversation.pk])
    assert "È andata a Cucina" in signed_in(world.bruno).get(f"/conversations/{conversation.pk}/").text
    assert Conversation.objects.get(pk=conversation.pk).team == world.kitchen
