"""To know of: what our teams are asked or told about; the note of who is asked; the name under a reply."""

import pytest

from premura import access
from premura.decide import assign, owners, rules
from premura.decide.owners import Said
from premura.models import Agent, Conversation, Membership, Message, Note, Reply, Rule, Team, Voice
from tests.web.test_inbox import HTMX, now_says, signed_in
from tests.web.test_writing import page, post


@pytest.fixture(autouse=True)
def english(world):
    Agent.objects.update(language="en")
    for one in (world.ada, world.bruno, world.rita, world.carlo, world.zoe):
        one.refresh_from_db()


@pytest.fixture
def carlo(world):
    return signed_in(world.carlo)


@pytest.fixture
def asked(world):
    """The hall owns it; the kitchen is asked, the bar is told."""
    bar = Team.objects.create(brand=world.brand, name="Bar")
    said = Said(world.hall.pk, consulted=[world.kitchen.pk], informed=[bar.pk])
    owners.make(access.standing(world.elena), said)
    conversation = now_says(world, "Il risotto era salato")
    owners.route(world.brand.pk, [conversation.pk])
    return conversation


def test_who_is_asked_finds_it_with_its_owner_and_state_and_the_rail_counts_it(carlo, asked):
    text = carlo.get("/involved/").text
    for words in ("Il risotto era salato", "Cucina is asked", "Sala", f"/conversations/{asked.pk}/"):
        assert words in text
    assert "asked of us" in text
    assert "Il risotto era salato" in carlo.get("/involved/?how=asked").text
    assert "Il risotto era salato" not in carlo.get("/involved/?how=told").text


def test_what_nobody_asks_or_tells_us_is_said_in_words(world, asked):
    text = signed_in(world.ada).get("/involved/").text
    assert "Nobody asks or tells us anything" in text
    assert "asked of us" not in text
    assert "Il risotto" not in signed_in(world.zoe).get("/involved/").text


def test_more_of_the_list_comes_as_rows(carlo, asked):
    answer = carlo.get("/involved/?after=9999999999-9", headers=HTMX)
    assert "<html" not in answer.text
    assert "Il risotto era salato" in answer.text


def test_everybody_reads_in_the_conversation_who_is_asked_and_told(world, asked):
    for who in (world.ada, world.bruno, world.rita):
        text = page(signed_in(who), asked)
        assert "Cucina is asked, Bar is told" in text


def test_who_is_asked_leaves_a_note_and_cannot_reply_or_take_it(world, carlo, asked):
    text = page(carlo, asked)
    assert "Il risotto era salato" in text
    assert 'id="note-text"' in text
    assert 'id="reply-form"' not in text
    answer = carlo.post(f"/conversations/{asked.pk}/notes/", {"text": "Troppo brodo"}, follow=True)
    assert "Troppo brodo" in answer.text
    assert Note.objects.get().author == world.carlo
    assert post(carlo, asked, "Ciao").status_code == 403
    assert carlo.post(f"/conversations/{asked.pk}/assignment/", {"to": "me"}).status_code == 403
    assert carlo.post(f"/conversations/{asked.pk}/state/", {"state": "resolved"}).status_code == 403
    assert carlo.post(f"/messages/{Message.objects.get().pk}/like/").status_code == 403
    assert not Reply.objects.exists()


def test_who_is_told_reads_and_leaves_no_note(world, asked):
    Membership.objects.get(agent=world.carlo).teams.set([Team.objects.get(name="Bar")])
    bar = signed_in(world.carlo)
    assert 'id="note-text"' not in page(bar, asked)
    assert "You are told of this; Sala answers." in page(bar, asked)
    assert bar.post(f"/conversations/{asked.pk}/notes/", {"text": "Anche da noi"}).status_code == 403
    assert bar.get(f"/conversations/{asked.pk}/beside/").status_code == 200
    assert not Note.objects.exists()


def test_another_brand_sees_nothing_of_it(world, asked):
    zoe = signed_in(world.zoe)
    assert zoe.get(f"/conversations/{asked.pk}/").status_code == 404
    assert zoe.post(f"/conversations/{asked.pk}/notes/", {"text": "Ciao"}).status_code == 404


def test_the_history_says_who_is_asked_and_told(world, asked):
    assert "Who is asked: Cucina. Who is told: Bar" in page(signed_in(world.ada), asked)


def test_whom_a_rule_told_finds_it_here_and_opens_it(world, carlo):
    Rule.objects.create(
        brand=world.brand, name="Allergie", by=world.elena, is_on=True, trigger="came in", conditions=[],
        actions=[["notify", ["agent", world.carlo.pk]]],
    )  # fmt: skip
    conversation = now_says(world, "Sono allergica alle noci")
    rules.act(world.brand.pk, [Message.objects.get().pk])
    text = carlo.get("/involved/").text
    assert "A rule told us" in text
    assert "Allergie" in text
    assert "Sono allergica alle noci" in page(carlo, conversation)
    assert "A rule told us" not in signed_in(world.ada).get("/involved/").text


# -- the name under a reply ------------------------------------------------------------------------


@pytest.fixture
def taken(world):
    conversation = now_says(world, "Vi denuncio")
    assign.take_over(conversation, world.bruno)
    return conversation


def test_what_a_lead_who_took_over_sends_carries_their_name_once(world, taken):
    bruno = signed_in(world.bruno)
    assert "Sign as Bruno" in page(bruno, taken)
    assert post(bruno, taken, "Ci penso io.").status_code == 201
    assert post(bruno, taken, "La chiamo domani. – Bruno").status_code == 201
    assert list(Reply.objects.order_by("pk").values_list("text", flat=True)) == [
        "Ci penso io. – Bruno", "La chiamo domani. – Bruno",
    ]  # fmt: skip


def test_a_passer_by_sees_the_name_before_it_is_sent(world, taken):
    given = {"text": "Ci penso io.", "way": "public"}
    seen = signed_in(world.bruno).post(f"/conversations/{taken.pk}/guard/", given).text
    assert "Ci penso io. – Bruno" in seen


def test_without_javascript_the_name_is_put_into_the_draft_and_nothing_is_sent(world, taken):
    bruno = signed_in(world.bruno)
    given = {"text": "Ci penso io.", "way": "public", "sign": "1"}
    assert bruno.post(f"/conversations/{taken.pk}/replies/", given).status_code == 302
    assert [(one.state, one.text) for one in Reply.objects.all()] == [("draft", "Ci penso io. – Bruno")]
    assert ">Ci penso io. – Bruno</textarea>" in page(bruno, taken)


def test_where_the_brand_signs_everybodys_reply_leaves_with_their_name_once_and_elsewhere_nobodys(world):
    conversation, ada = now_says(world, "Siete aperti?"), signed_in(world.ada)
    assert "Sign as" not in page(ada, conversation)
    post(ada, conversation, "Sì.")
    Voice.objects.filter(brand=world.brand).update(signs=True)
    assert "Sign as Ada" in page(ada, conversation)
    for text in ("Fino alle 23.", "Anche domani. – Ada", "A presto, Ada 🌿"):
        assert post(ada, conversation, text).status_code == 201
    assert list(Reply.objects.order_by("pk").values_list("text", flat=True)) == [
        "Sì.", "Fino alle 23. – Ada", "Anche domani. – Ada", "A presto, Ada 🌿",
    ]  # fmt: skip


def test_a_name_alone_is_not_a_reply_and_who_gave_it_away_signs_no_more(world, taken):
    bruno = signed_in(world.bruno)
    assert post(bruno, taken, " ").status_code == 422
    Conversation.objects.filter(pk=taken.pk).update(assignee=world.ada)
    assert "Sign as" not in page(bruno, taken)
    assert "Sign as" not in page(signed_in(world.ada), taken)
