"""The guard's screens: a brand's own words, tried out before they are kept, and what was sent all the same."""

import pytest
from django.utils import timezone
from django.utils.translation import override

from premura import access
from premura.interact import guard_words, windows
from premura.models import Phrase, Reply
from premura.prepare import phrases
from tests.web.test_inbox import now_says, signed_in

GIVEN = {"rule": "canned", "allows": "", "text": "corriere misterioso", "language": "", "draft": "", "customer": ""}


@pytest.fixture
def bruno(world):
    return signed_in(world.bruno)


def sent(world, text, **more) -> Reply:
    conversation = now_says(world, "Dov'è il pacco?", by=f"guest{Reply.objects.count()}")
    return Reply.objects.create(
        brand=world.brand, conversation=conversation, to=conversation.messages.get(), author=world.ada, text=text,
        language="it", state="sent", sent_at=timezone.now(), **more,
    )  # fmt: skip


def test_a_lead_tries_words_out_and_nothing_is_kept(world, bruno):
    reply = sent(world, "Ciao Chiara, il corriere misterioso arriva domani alle 10.")
    draft = "Anna, il corriere misterioso è da te domani alle 9."
    page = bruno.post("/guard/phrases/", GIVEN | {"draft": draft, "try": "1"}).text
    without, given = page.split('id="trial"')[1].split("<h3>")[1:3]
    with override("it"):
        rule = guard_words.rule("canned")
    assert f"<strong>{rule}</strong>" not in without
    assert f"<strong>{rule}</strong>" in given
    assert "il corriere misterioso" in page.split('id="trial"')[1]
    assert f"/conversations/{reply.conversation_id}/" in page
    assert not Phrase.objects.exists()


def said(page: str) -> str:
    return page.split('id="trial"')[1].split("</section>")[0]


def named(rule: str) -> str:
    with override("it"):
        return f"<strong>{guard_words.rule(rule)}</strong>"


BEGS = "Mettete mi piace e condividete il post, così vinciamo noi!"


def test_a_planned_post_is_tried_without_any_words_of_our_own(bruno):
    given = GIVEN | {"text": "", "try": "1", "draft": BEGS}
    page = bruno.post("/guard/phrases/", given | {"post": "on", "network": "playground"})
    assert page.status_code == 200
    assert named("begging") in said(page.text)
    planned = "Scriveteci in privato."
    given |= {"draft": planned}
    assert named("private_first") in said(bruno.post("/guard/phrases/", given).text)
    assert named("private_first") not in said(bruno.post("/guard/phrases/", given | {"post": "on"}).text)


def test_our_mistake_is_tried_as_the_agent_ticks_it(bruno):
    asked = {"customer": "Mi avete mandato il vino sbagliato."}
    given = GIVEN | asked | {"text": "", "try": "1", "draft": "Ciao Anna, il vino giusto parte domani alle 9."}
    assert named("missing_apology") not in said(bruno.post("/guard/phrases/", given).text)
    assert named("missing_apology") in said(bruno.post("/guard/phrases/", given | {"our_mistake": "on"}).text)


def test_without_words_and_without_a_draft_there_is_nothing_to_try_and_nothing_to_keep(bruno):
    assert bruno.post("/guard/phrases/", GIVEN | {"text": "", "try": "1"}).status_code == 422
    assert bruno.post("/guard/phrases/", GIVEN | {"text": "", "draft": BEGS, "keep": "1"}).status_code == 422
    assert bruno.post("/guard/phrases/", GIVEN | {"try": "1", "network": "nowhere"}).status_code == 422
    assert not Phrase.objects.exists()


def test_what_was_tried_can_be_kept_once(world, bruno):
    assert bruno.post("/guard/phrases/", GIVEN).status_code == 302
    assert "corriere misterioso" in bruno.get("/guard/phrases/").text
    assert bruno.post("/guard/phrases/", GIVEN).status_code == 422
    assert Phrase.objects.get().by == world.bruno


def test_no_words_switch_off_what_nobody_may_send_against(bruno):
    assert bruno.post("/guard/phrases/", GIVEN | {"rule": "insult", "allows": "1"}).status_code == 422
    assert bruno.post("/guard/phrases/", GIVEN | {"rule": "collision"}).status_code == 422
    assert bruno.post("/guard/phrases/", GIVEN | {"text": " * "}).status_code == 422
    assert not Phrase.objects.exists()


def test_an_agent_reads_them_and_changes_nothing(world, bruno):
    bruno.post("/guard/phrases/", GIVEN)
    ada = signed_in(world.ada)
    page = ada.get("/guard/phrases/").text
    assert "corriere misterioso" in page
    assert "<textarea" not in page
    assert ada.post("/guard/phrases/", GIVEN | {"text": "altro"}).status_code == 403
    assert ada.post(f"/guard/phrases/{Phrase.objects.get().pk}/removal/").status_code == 403
    assert Phrase.objects.count() == 1


def test_another_brands_words_are_not_there(world, bruno):
    bruno.post("/guard/phrases/", GIVEN)
    world.zoe.memberships.update(role="admin")
    zoe = signed_in(world.zoe)
    assert "misterioso" not in zoe.get("/guard/phrases/").text
    assert zoe.post(f"/guard/phrases/{Phrase.objects.get().pk}/removal/").status_code == 404
    assert Phrase.objects.count() == 1


def test_a_lead_sees_which_rules_are_sent_against_most(world, bruno):
    sent(world, "Ci sentiamo a breve", overrides={"vague_promise": "il corriere non lo sa"})
    reply = sent(world, "A presto", overrides={"vague_promise": "è un saluto"})
    page = bruno.get("/guard/").text
    assert "<svg" in page
    assert "è un saluto" in page
    assert f"/conversations/{reply.conversation_id}/" in page
    assert signed_in(world.ada).get("/guard/").status_code == 403


def test_to_go_on_in_private_for_personal_data_or_safety_is_sent_against_nothing(world, bruno):
    why = {windows.SAID_WHY: windows.WHY_PRIVATE}
    sent(world, "Ci scrivi l'indirizzo?", private=True, overrides=why)
    assert phrases.overridden(access.standing(world.bruno)) == []
    sent(world, "Ci scrivi a breve?", private=True, overrides={**why, "vague_promise": "è un saluto"})
    assert [one.rule for one in phrases.overridden(access.standing(world.bruno))] == ["vague_promise"]
    assert windows.WHY_PRIVATE not in bruno.get("/guard/").text


def test_where_nothing_was_sent_against_the_screen_says_so(bruno):
    assert "Niente" in bruno.get("/guard/").text
