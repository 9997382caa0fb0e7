"""Saved replies on the screen: their tone, for whom they are, until when they hold; and beside the composer."""

import pytest

from premura import access
from premura.decide import macros
from premura.models import Reply, SavedReply, Voice
from premura.networks.contract import Can
from premura.networks.playground import Playground
from premura.prepare import saved
from premura.prepare.saved import Terms
from tests.web.test_inbox import now_says, signed_in

GIVEN = {"name": "ciao", "language": "it", "text": "Ciao {name}"}


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


def test_tone_audience_and_last_day_are_kept_shown_and_changed(world, ada):
    more = {"tone": "lei", "shareable": "direct", "valid_until": "2020-05-04"}
    assert ada.post("/answers/saved/", GIVEN | more).status_code == 302
    kept = SavedReply.objects.get()
    assert (kept.tone, kept.shareable, str(kept.valid_until)) == ("lei", "direct", "2020-05-04")
    page = ada.get("/answers/saved/").text
    row = page.split('id="saved"')[1].split("</ul>")[0]
    assert "Lei" in row
    assert "solo in privato" in row
    assert "scaduta" in row or "out of date" in row
    form = ada.get(f"/answers/saved/{kept.pk}/").text
    assert 'value="2020-05-04"' in form
    ada.post(f"/answers/saved/{kept.pk}/", GIVEN)
    kept.refresh_from_db()
    assert (kept.tone, kept.shareable, kept.valid_until) == ("", "public", None)


def test_the_same_name_may_stand_in_two_tones_and_a_wrong_tone_is_refused(world, ada):
    assert ada.post("/answers/saved/", GIVEN | {"tone": "tu"}).status_code == 302
    assert ada.post("/answers/saved/", GIVEN | {"tone": "lei"}).status_code == 302
    assert ada.post("/answers/saved/", GIVEN | {"tone": "lei"}).status_code == 422
    assert ada.post("/answers/saved/", GIVEN | {"tone": "thou"}).status_code == 422
    assert ada.post("/answers/saved/", GIVEN | {"name": "x", "shareable": "all"}).status_code == 422
    assert ada.post("/answers/saved/", GIVEN | {"name": "x", "valid_until": "domani"}).status_code == 422


def test_beside_the_answer_stands_only_what_may_be_said_there(world, ada):
    Voice.objects.filter(brand=world.brand).update(address={"playground": "lei"})
    standing = access.standing(world.ada)
    for name, terms in {
        "buona": Terms("lei"), "sempre": Terms(), "amichevole": Terms("tu"), "privata": Terms(shareable="direct"),
        "interna": Terms(shareable="internal"), "vecchia": Terms(valid_until="2020-01-01"),
    }.items():  # fmt: skip
        saved.make(standing, name, "it", f"Testo {name}.", terms=terms)
    conversation = now_says(world, "Buonasera, quando aprite domani?")
    page = ada.get(f"/conversations/{conversation.pk}/beside/").text
    shown = {name for name in ("buona", "sempre", "amichevole", "privata", "interna", "vecchia") if f"/{name}<" in page}
    assert shown == {"buona", "sempre", "privata"}
    assert 'data-inserts="Testo privata." data-only="private"' in page
    assert 'data-inserts="Testo buona." data-used' in page
    conversation.private = True
    conversation.save(update_fields=["private"])
    page = ada.get(f"/conversations/{conversation.pk}/beside/").text
    assert "/privata<" in page
    assert "Testo interna" not in page


def test_what_is_only_for_private_words_is_not_offered_where_nobody_can_answer_in_private(world, ada, monkeypatch):
    monkeypatch.setattr(Playground, "can", Playground.can - {Can.REPLY_PRIVATELY})
    saved.make(access.standing(world.ada), "privata", "it", "Testo privata.", terms=Terms(shareable="direct"))
    conversation = now_says(world, "Buonasera, quando aprite domani?")
    assert "/privata<" not in ada.get(f"/conversations/{conversation.pk}/beside/").text


def test_a_macro_does_the_rest_and_says_that_its_text_no_longer_holds(world, ada):
    kept = saved.make(access.standing(world.ada), "x", "it", "Testo.", terms=Terms(valid_until="2020-01-01"))
    conversation = now_says(world, "Quando aprite?")
    macro = macros.make(access.standing(world.bruno), "Scusa", [("reply", kept.pk)])
    page = ada.post(f"/conversations/{conversation.pk}/macros/{macro.pk}/", {}, follow=True).text
    assert "no longer holds" in page or "non vale più" in page
    assert not Reply.objects.exists()
