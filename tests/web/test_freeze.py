"""A lead stops all sending in one tap; everybody reads who did and what becomes of what they write."""

import pytest

from premura.interact import freeze
from premura.interact import reply as replying
from premura.models import Channel, Membership, Reply
from tests.web.test_inbox import HTMX, now_says, signed_in


@pytest.fixture
def bruno(world):
    return signed_in(world.bruno)


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


def stop(client, world, frozen="1", **more):
    return client.post(f"/channels/{world.rossi.pk}/freeze/", {"frozen": frozen} | more, headers=HTMX if more else {})


@pytest.mark.parametrize("page", ["channels", "surges"])
def test_a_lead_stops_every_account_from_there_in_one_tap_and_lets_it_go_on(world, bruno, page):
    assert 'action="/channels/freeze/"' in bruno.get(f"/{page}/").text
    answer = bruno.post("/channels/freeze/", {"frozen": "1", "from": page})
    assert (answer.status_code, answer["Location"]) == (302, f"/{page}/")
    assert Channel.objects.get(pk=world.rossi.pk).frozen_by == world.bruno
    assert "Trattoria Rossi" in bruno.get(f"/{page}/").text
    bruno.post("/channels/freeze/", {"frozen": "0", "from": page})
    assert freeze.frozen(world.brand) == []


def test_an_agent_may_not_stop_it_nor_let_it_go_on_and_is_shown_no_button(world, ada):
    assert stop(ada, world).status_code == 403
    assert ada.post("/channels/freeze/", {"frozen": "1"}).status_code == 403
    assert 'action="/channels/freeze/"' not in ada.get("/channels/").text
    freeze.freeze(world.brand, world.bruno)
    assert stop(ada, world, "0").status_code == 403
    assert len(freeze.frozen(world.brand)) == 1


def test_a_lead_of_another_brand_knows_nothing_of_it(world):
    Membership.objects.filter(agent=world.zoe).update(role="lead")
    zoe = signed_in(world.zoe)
    assert stop(zoe, world).status_code == 404
    zoe.post("/channels/freeze/", {"frozen": "1"})
    freeze.freeze(world.brand, world.bruno)
    assert "Bruno" not in zoe.get("/inbox/open/").text


def test_a_second_tap_is_told_that_somebody_was_faster(world, bruno):
    stop(bruno, world)
    answer = signed_in(world.elena).post(f"/channels/{world.rossi.pk}/freeze/", {"frozen": "1"}, follow=True)
    assert "Qualcuno è stato più svelto" in answer.text
    assert Channel.objects.get(pk=world.rossi.pk).frozen_by == world.bruno


def test_the_inbox_and_the_composer_say_who_stopped_it_and_what_becomes_of_ones_words(world, bruno, ada):
    asked = now_says(world, "Aperti?")
    url = f"/conversations/{asked.pk}/"
    assert 'id="composer-left"' in ada.get(url).text
    stop(bruno, world)
    for page in (ada.get("/inbox/open/"), ada.get(url), ada.get(f"{url}left/", headers=HTMX)):
        assert "Bruno" in page.text
        assert f'action="/channels/{world.rossi.pk}/freeze/"' not in page.text  # an agent lets nothing go
    answer = ada.post(
        f"{url}replies/", {"text": "Sì.", "way": "public", "seen": str(replying.seen(asked))}, headers=HTMX
    )
    assert answer.status_code == 201
    assert Reply.objects.get().state == "scheduled"
    shown = bruno.get(url).text
    assert 'class="notice notice--ochre"' in shown
    assert "Parte tra pochi secondi" not in shown


def test_a_lead_lets_it_go_on_from_the_conversation(world, bruno):
    asked = now_says(world, "Aperti?")
    stop(bruno, world)
    assert f'action="/channels/{world.rossi.pk}/freeze/"' in bruno.get(f"/conversations/{asked.pk}/").text
    answer = stop(bruno, world, "0", conversation=str(asked.pk))
    assert answer.status_code == 200
    assert 'id="composer-left"' in answer.text
    assert freeze.frozen(world.brand) == []


def test_what_failed_is_not_tried_again_on_a_frozen_account_and_says_so(world, ada):
    asked = now_says(world, "Aperti?")
    reply = replying.submit(asked, "Sì.", by=world.ada)
    Reply.objects.filter(pk=reply.pk).update(state="failed", trouble="no")
    freeze.freeze(world.brand, world.bruno)
    assert ada.post(f"/replies/{reply.pk}/again/", headers=HTMX).status_code == 409
    freeze.thaw(world.brand, world.bruno)
    assert ada.post(f"/replies/{reply.pk}/again/", headers=HTMX).status_code == 200
    assert Reply.objects.get().state == "ready"


def test_what_failed_is_looked_at_again_first_when_they_wrote_meanwhile(world, ada):
    asked = now_says(world, "Aperti?")
    seen = str(replying.seen(asked))
    reply = replying.submit(asked, "Sì.", by=world.ada, seen=replying.seen(asked))
    Reply.objects.filter(pk=reply.pk).update(state="failed", trouble="stopped: guard insult")
    page = ada.get(f"/conversations/{asked.pk}/").text
    assert "insulto" in page
    now_says(world, "Lasci stare")
    assert ada.post(f"/replies/{reply.pk}/again/", {"seen": seen}, headers=HTMX).status_code == 409
    now = str(replying.seen(asked))
    assert ada.post(f"/replies/{reply.pk}/again/", {"seen": now}, headers=HTMX).status_code == 200
    assert Reply.objects.get().state == "ready"
