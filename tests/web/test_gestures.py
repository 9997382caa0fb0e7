"""The run of small gestures on the screen, and the views of spam and abuse."""

import re

import pytest
from django.test import Client

from premura.models import Conversation, Identity, Message, Reply
from premura.networks.contract import Can
from premura.networks.playground import Playground
from tests.decide.test_gestures import sends
from tests.web.test_inbox import signed_in


@pytest.fixture
def ada(world) -> Client:
    return signed_in(world.ada)


def fields(page: str) -> dict[str, list[str]]:
    """Return the run's fields as a browser would send them."""
    form = page.split('id="run"')[1].split("</form>")[0]
    given = {
        name: [value] for name, value in re.findall(r'type="hidden" name="(seen-\d+|after)" value="([^"]*)"', form)
    }
    given["row"] = re.findall(r'name="row" value="(\d+)"', form)
    given["tick"] = re.findall(r'name="tick" value="(\d+)" checked', form)
    for name, text in re.findall(r'<textarea id="[^"]*" name="(text-\d+)"[^>]*>([^<]*)</textarea>', form):
        given[name] = [text]
    return given


def test_each_gesture_stands_with_its_words_its_post_and_an_answer_of_its_own(world, ada):
    for number, text in enumerate(("❤️", "❤️❤️", "Grazie!")):
        sends(world, text, by=f"guest{number}")
    page = ada.get("/gestures/").text
    given = fields(page)
    texts = [given[f"text-{pk}"][0] for pk in given["row"]]
    assert len(set(texts)) == 3
    assert all(texts)
    assert given["tick"] == given["row"]
    assert "Grazie!" in page
    assert not Reply.objects.exists()


def test_it_calls_them_by_their_name_where_it_looks_like_one(world, ada):
    conversation = sends(world, "❤️")
    Identity.objects.filter(pk=conversation.identity_id).update(name="Chiara Conti")
    assert "Chiara" in fields(ada.get("/gestures/").text)[f"text-{conversation.pk}"][0]
    Identity.objects.filter(pk=conversation.identity_id).update(name="chiara_82")
    assert "chiara" not in fields(ada.get("/gestures/").text)[f"text-{conversation.pk}"][0].lower()


def test_what_is_ticked_goes_out_as_it_stands_there_and_the_rest_stays_as_typed(world, ada):
    first, second = sends(world, "❤️", by="a", minutes_ago=3), sends(world, "😍", by="b", minutes_ago=2)
    given = fields(ada.get("/gestures/").text)
    given |= {"tick": [str(first.pk)], f"text-{first.pk}": ["Grazie Anna"], f"text-{second.pk}": ["Non ancora"]}
    page = ada.post("/gestures/replies/", given).text
    reply = Reply.objects.get()
    assert (reply.conversation, reply.text, reply.author) == (first, "Grazie Anna", world.ada)
    assert f'id="gesture-{first.pk}"' not in page
    assert fields(page)[f"text-{second.pk}"] == ["Non ancora"]


def test_one_alone_is_sent_whatever_is_ticked(world, ada):
    first, second = sends(world, "❤️", by="a"), sends(world, "😍", by="b")
    given = fields(ada.get("/gestures/").text) | {"one": [str(second.pk)]}
    page = ada.post("/gestures/replies/", given).text
    assert Reply.objects.get().conversation == second
    assert fields(page)["tick"] == [str(first.pk)]


def test_when_all_are_sent_the_next_ones_come(world, ada):
    for number in range(22):
        sends(world, "❤️", by=f"guest{number}", minutes_ago=number + 1)
    page = ada.get("/gestures/").text
    assert "after=" in page
    answer = ada.post("/gestures/replies/", fields(page), follow=True)
    assert Reply.objects.count() == 20
    assert len(fields(answer.text)["row"]) == 2
    assert "20 risposte" in answer.text or "20 answers" in answer.text


def test_who_left_some_behind_goes_on_from_there_and_meets_them_at_the_end(world, ada):
    pks = [sends(world, "❤️", by=f"guest{n}", minutes_ago=50 - n).pk for n in range(42)]
    mark = fields(ada.get("/gestures/").text)["after"][0]
    second = fields(ada.get("/gestures/", {"after": mark}).text)
    third = fields(ada.post("/gestures/replies/", second, follow=True).text)
    assert third["row"] == [str(pk) for pk in pks[40:]]
    last = fields(ada.post("/gestures/replies/", third, follow=True).text)
    assert last["row"] == [str(pk) for pk in pks[:20]]


def test_what_the_guard_stops_stays_with_the_reason_beside_it(world, ada, monkeypatch):
    from premura.guard.contract import Finding, Severity

    found = Finding("insult", Severity.BLOCK, 0, 5, "insult")
    monkeypatch.setattr(
        "premura.interact.guard.check", lambda _conversation, text, _by, **given: (found,) if "scemo" in text else ()
    )
    good, bad = sends(world, "❤️", by="a"), sends(world, "😍", by="b")
    given = fields(ada.get("/gestures/").text) | {f"text-{bad.pk}": ["Ciao scemo"]}
    answer = ada.post("/gestures/replies/", given)
    assert answer.status_code == 422
    assert Reply.objects.get().conversation == good
    assert f'id="trouble-{bad.pk}"' in answer.text
    assert fields(answer.text)[f"text-{bad.pk}"] == ["Ciao scemo"]
    assert fields(answer.text)["tick"] == []


def test_where_they_wrote_on_meanwhile_nothing_is_sent(world, ada):
    conversation = sends(world, "❤️")
    given = fields(ada.get("/gestures/").text)
    sends(world, "🧡")
    answer = ada.post("/gestures/replies/", given)
    assert answer.status_code == 422
    assert not Reply.objects.exists()
    assert f'id="trouble-{conversation.pk}"' in answer.text


def test_an_empty_answer_is_not_sent(world, ada):
    conversation = sends(world, "❤️")
    given = fields(ada.get("/gestures/").text) | {f"text-{conversation.pk}": [" "]}
    assert ada.post("/gestures/replies/", given).status_code == 422
    assert not Reply.objects.exists()


def test_nothing_ticked_sends_nothing_and_says_so(world, ada):
    sends(world, "❤️")
    given = fields(ada.get("/gestures/").text) | {"tick": []}
    answer = ada.post("/gestures/replies/", given)
    assert 'class="notice notice--ochre"' in answer.text
    assert not Reply.objects.exists()


def test_pressed_twice_it_is_sent_once(world, ada):
    sends(world, "❤️")
    given = fields(ada.get("/gestures/").text)
    ada.post("/gestures/replies/", given)
    ada.post("/gestures/replies/", given)
    assert Reply.objects.count() == 1


@pytest.fixture
def likes(monkeypatch):
    monkeypatch.setattr(Playground, "can", Playground.can | {Can.LIKE})


@pytest.mark.usefixtures("likes")
def test_a_like_alone_settles_it_and_what_was_typed_elsewhere_stays(world, ada):
    liked, other = sends(world, "❤️", by="a"), sends(world, "😍", by="b")
    given = fields(ada.get("/gestures/").text) | {f"text-{other.pk}": ["Mio"]}
    page = ada.post(f"/gestures/{liked.pk}/like/", given).text
    assert Message.objects.get(conversation=liked).liked_at
    assert Conversation.objects.get(pk=liked.pk).state == "resolved"
    assert fields(page)[f"text-{other.pk}"] == ["Mio"]
    assert not Reply.objects.exists()
    ada.post(f"/gestures/{liked.pk}/like/", given)
    assert Conversation.objects.get(pk=liked.pk).state == "resolved"


def test_where_the_network_knows_no_like_none_is_offered_and_none_is_noted(world, ada, monkeypatch):
    monkeypatch.setattr(Playground, "can", Playground.can - {Can.LIKE})
    conversation = sends(world, "❤️")
    assert "/like/" not in ada.get("/gestures/").text
    ada.post(f"/gestures/{conversation.pk}/like/")
    assert Conversation.objects.get(pk=conversation.pk).state == "open"
    assert Message.objects.get().liked_at is None


@pytest.mark.usefixtures("likes")
def test_the_page_says_how_many_gestures_have_an_answer(world, ada):
    liked = sends(world, "❤️", by="a")
    sends(world, "😍", by="b")
    assert "<svg" in ada.get("/gestures/").text
    page = ada.post(f"/gestures/{liked.pk}/like/", fields(ada.get("/gestures/").text)).text
    share = page.split('id="share"')[1].split("</section>")[0]
    assert "50" in share
    assert share.count("<rect") == 2


def test_a_reader_reads_and_sends_nothing(world):
    conversation = sends(world, "❤️")
    rita = signed_in(world.rita)
    page = rita.get("/gestures/").text
    assert "❤️" in page
    assert "<textarea" not in page
    assert rita.post("/gestures/replies/", {"row": conversation.pk, "tick": conversation.pk}).status_code == 403
    assert rita.post(f"/gestures/{conversation.pk}/like/").status_code == 403


def test_another_team_and_another_brand_send_nothing(world):
    conversation = sends(world, "❤️")
    pk = str(conversation.pk)
    for agent in (world.carlo, world.zoe):
        client = signed_in(agent)
        assert "❤️" not in client.get("/gestures/").text
        client.post("/gestures/replies/", {"row": [pk], "tick": [pk], f"text-{pk}": ["Ciao"]})
        assert client.post(f"/gestures/{pk}/like/").status_code == 404
    assert not Reply.objects.exists()


def test_an_empty_run_says_what_to_do_next(ada):
    page = ada.get("/gestures/").text
    assert 'class="empty"' in page
    assert "/inbox/mine/" in page


# -- spam and abuse ---------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["spam", "abuse"])
def test_what_reads_as_spam_or_abuse_has_a_view_of_its_own(world, ada, view):
    sends(world, "Guarda qui", intent=view, by="a")
    sends(world, "Dov'è il pacco?", intent="question", by="b")
    page = ada.get(f"/inbox/{view}/").text
    assert "Guarda qui" in page
    assert "pacco" not in page.split('id="rows"')[1]
    assert "Guarda qui" in ada.get("/inbox/open/").text
    assert f'href="/inbox/{view}/" aria-current="page"' in page


def test_who_insults_us_and_asks_something_is_not_put_aside(world, ada):
    sends(world, "Ladri, dov'è il mio pacco?", intent="abuse", flags=["asks_question"])
    assert "Ladri" not in ada.get("/inbox/abuse/").text
    assert "Ladri" in ada.get("/inbox/open/").text


def test_a_conversation_opened_there_leads_back_there(world, ada):
    conversation = sends(world, "Guarda qui", intent="spam")
    assert f"/conversations/{conversation.pk}/?view=spam" in ada.get("/inbox/spam/").text
    assert 'href="/inbox/spam/" aria-current="page"' in ada.get(f"/conversations/{conversation.pk}/?view=spam").text
