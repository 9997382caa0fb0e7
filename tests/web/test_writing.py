"""Writing a reply: called back, kept, sent later, as a thread, in public first."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation

from premura.guard.contract import Finding, Severity
from premura.interact import closings, drafts, leaving
from premura.interact import reply as replying
from premura.interact.drafts import Written
from premura.models import Attachment, Conversation, Event, Membership, Message, Reply, Voice
from premura.networks.contract import Limits, Upload
from premura.networks.playground import Playground
from premura.templatetags.writing import leaves
from premura.web.later import tonight
from tests.web.test_inbox import HTMX, now_says, signed_in


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


@pytest.fixture
def bruno(world):
    return signed_in(world.bruno)


@pytest.fixture
def conversation(world) -> Conversation:
    return now_says(world, "Dov’è il mio ordine?")


@pytest.fixture
def ten_seconds(world):
    Voice.objects.update(undo_s=10)


def post(client, conversation, text, headers=HTMX, **more):
    given = {"text": text, "way": "public", "seen": str(replying.seen(conversation))} | more
    return client.post(f"/conversations/{conversation.pk}/replies/", given, headers=headers)


def page(client, conversation, **asked):
    return client.get(f"/conversations/{conversation.pk}/", asked).text


# -- when it leaves ---------------------------------------------------------------------------


@pytest.mark.parametrize(("in_s", "is_at_once"), [(10, True), (90, False), (110, False)])
def test_only_what_leaves_at_once_leaves_in_a_few_seconds_and_the_rest_has_its_time(world, in_s, is_at_once):
    at = timezone.now() + timedelta(seconds=in_s)
    with translation.override("it"):
        told = leaves(at)
    assert told == "Parte tra qualche secondo" if is_at_once else f"{timezone.localtime(at):%-H:%M}" in told


# -- called back ------------------------------------------------------------------------------


def test_a_sent_reply_says_that_it_leaves_in_a_moment_and_can_be_called_back(ada, conversation, ten_seconds):
    answer = post(ada, conversation, "Arriva domani.")
    assert answer.status_code == 201
    assert "Parte tra qualche secondo" in answer.text
    assert "Richiamala" in answer.text
    back = ada.post(f"/replies/{Reply.objects.get().pk}/withdrawal/", headers=HTMX)
    assert 'id="composer"' in back.text
    assert ">Arriva domani.</textarea>" in back.text
    assert Reply.objects.get().state == "draft"


def test_without_javascript_a_reply_is_called_back_too(ada, conversation, ten_seconds):
    post(ada, conversation, "Arriva domani.", headers={})
    answer = ada.post(f"/replies/{Reply.objects.get().pk}/withdrawal/")
    assert answer.status_code == 302
    assert ">Arriva domani.</textarea>" in page(ada, conversation)


def test_calling_back_what_has_left_says_so(ada, conversation, ten_seconds):
    post(ada, conversation, "Arriva domani.")
    Reply.objects.update(state="sent")
    answer = ada.post(f"/replies/{Reply.objects.get().pk}/withdrawal/", headers=HTMX)
    assert answer.status_code == 409
    assert "È già partita" in answer.text


def test_what_stands_in_the_composer_meanwhile_is_kept_when_a_reply_is_called_back(ada, conversation, ten_seconds):
    post(ada, conversation, "Arriva domani.")
    reply = Reply.objects.get()
    back = ada.post(f"/replies/{reply.pk}/withdrawal/", {"text": "E poi un’altra cosa"}, headers=HTMX).text
    assert ">Arriva domani.</textarea>" in back
    assert "E poi un’altra cosa" in back


def test_a_colleague_calls_nobody_elses_reply_back_but_a_lead_may(world, bruno, ada, conversation, ten_seconds):
    post(bruno, conversation, "Arriva domani.")
    pk = Reply.objects.get().pk
    assert ada.post(f"/replies/{pk}/withdrawal/").status_code == 403
    post(ada, conversation, "Anche oggi.")
    pk = Reply.objects.latest("pk").pk
    assert bruno.post(f"/replies/{pk}/withdrawal/").status_code == 302
    assert "Bruno ha richiamato la tua risposta" in page(ada, conversation)


# -- later ------------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", ["tomorrow", "monday"])
def test_a_reply_can_leave_at_nine_where_the_brand_is(ada, conversation, chosen):
    answer = post(ada, conversation, "Arriva domani.", later=chosen)
    reply = Reply.objects.get()
    assert (reply.state, reply.leaves_at.astimezone(ZoneInfo("Europe/Rome")).hour) == ("scheduled", 9)
    assert "Parte: " in answer.text
    assert "9:00" in answer.text


def test_tonight_is_at_eight_while_it_is_still_to_come():
    rome = ZoneInfo("Europe/Rome")
    assert tonight(datetime(2026, 11, 20, 15, 0, tzinfo=rome), rome).hour == 20
    assert tonight(datetime(2026, 11, 20, 20, 30, tzinfo=rome), rome) is None


@pytest.mark.parametrize("given", ["", "domani", "2020-01-01T09:00"])
def test_a_time_that_is_none_is_refused_and_the_text_stays(ada, conversation, given):
    answer = post(ada, conversation, "Arriva domani.", headers={}, later="at", leaves_at=given)
    assert answer.status_code == 422
    assert "Scegli un momento che deve ancora venire" in answer.text
    assert ">Arriva domani.</textarea>" in answer.text
    assert Reply.objects.get().state == "draft"


def test_what_came_back_at_its_time_is_told_on_top_of_the_thread(world, ada, bruno, conversation):
    post(ada, conversation, "Arriva domani.", later="tomorrow")
    now_says(world, "Lasci stare, è arrivato.")
    reply = Reply.objects.select_related(*leaving.WITH_IT).get()
    day = timedelta(days=4)
    Reply.objects.update(leaves_at=reply.leaves_at - day, written_at=reply.written_at - day)
    reply = Reply.objects.select_related(*leaving.WITH_IT).get()
    leaving.leave(reply, timezone.now())
    told = "La tua risposta non è partita: prima dell’ora è arrivato qualcosa"
    assert told in page(ada, conversation)
    assert ">Arriva domani.</textarea>" in page(ada, conversation)
    assert told not in page(bruno, conversation)


# -- drafts -----------------------------------------------------------------------------------


def keep(client, conversation, **given):
    return client.post(f"/conversations/{conversation.pk}/draft/", given, headers=HTMX)


def test_what_is_typed_is_kept_and_stands_in_the_composer_on_any_device(world, ada, conversation):
    kept = keep(ada, conversation, text="Arriva", begun_at="2026-11-20T12:00:00Z").json()
    keep(ada, conversation, text="Arriva domani", draft=kept["draft"], our_mistake="1")
    elsewhere = page(signed_in(world.ada), conversation)
    assert ">Arriva domani</textarea>" in elsewhere
    assert f'name="draft" value="{kept["draft"]}"' in elsewhere
    assert 'name="our_mistake" value="1" checked' in elsewhere
    assert Reply.objects.count() == 1


def test_a_question_put_off_stays_put_off_in_a_draft_that_is_opened_again(ada, conversation):
    keep(ada, conversation, text="Scusa, ti dico venerdì.", answered_later="Dov’è il mio ordine?")
    assert '<input type="hidden" name="answered_later" value="Dov’è il mio ordine?"' in page(ada, conversation)


def test_colleagues_see_a_draft_and_go_on_with_a_copy(world, ada, bruno, conversation):
    keep(ada, conversation, text="Arriva domani")
    assert "Bozza di Ada" in page(bruno, conversation)
    ada.post(f"/conversations/{conversation.pk}/looking/", {"typing": "1"}, headers=HTMX)
    assert "Ada sta scrivendo:" in page(bruno, conversation)
    answer = bruno.post(f"/replies/{Reply.objects.get().pk}/copy/", headers=HTMX)
    assert ">Arriva domani</textarea>" in answer.text
    assert set(Reply.objects.values_list("author__name", flat=True)) == {"Ada", "Bruno"}


def test_a_draft_is_cleared_when_it_is_sent(ada, conversation):
    kept = keep(ada, conversation, text="Arriva domani").json()
    post(ada, conversation, "Arriva domani.", draft=kept["draft"])
    assert Reply.objects.get().state == "ready"
    assert "></textarea>" in page(ada, conversation)


GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"


def a_picture(name: str = "menu.gif", mime: str = "image/gif") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, GIF, mime)


def test_a_picture_is_kept_with_its_draft_and_goes_out_described_as_it_is_then(ada, conversation):
    kept = keep(ada, conversation, **{"text": "Ecco", "picture-0": a_picture(), "alt-0": "il menù"}).json()
    picture = kept["pictures"]["0"]
    keep(ada, conversation, **{"text": "Ecco!", "draft": kept["draft"], f"alt-kept-{picture}": "il menù di oggi"})
    there = page(ada, conversation)
    assert f'name="kept" value="{picture}" checked' in there
    assert 'value="il menù di oggi"' in there
    assert Attachment.objects.count() == 1
    more = {"draft": kept["draft"], "kept": picture, f"alt-kept-{picture}": "il menù di oggi, a mano"}
    post(ada, conversation, "Ecco!", **more)
    assert Attachment.objects.values_list("alt", "reply__state").get() == ("il menù di oggi, a mano", "ready")


def test_a_draft_of_a_picture_alone_is_a_draft(ada, conversation):
    kept = keep(ada, conversation, **{"text": "", "picture-0": a_picture()}).json()
    keep(ada, conversation, text="", draft=kept["draft"])
    assert Attachment.objects.get().reply_id == kept["draft"]


def test_a_picture_that_was_changed_for_another_leaves_the_draft_and_nobody_elses(world, ada, conversation):
    theirs = drafts.keep(conversation, world.bruno, Written("Di Bruno"))
    his = drafts.attach(theirs, [Upload("suo.gif", "image/gif", GIF)])[0].pk
    kept = keep(ada, conversation, **{"text": "Ecco", "picture-0": a_picture()}).json()
    given = {"text": "Ecco", "draft": kept["draft"], "dropped": [kept["pictures"]["0"], his], f"alt-kept-{his}": "mio"}
    keep(ada, conversation, **given)
    assert list(Attachment.objects.values_list("pk", "alt")) == [(his, "")]


def test_a_picture_that_the_network_does_not_take_is_not_kept_and_the_words_are(ada, conversation):
    answer = keep(ada, conversation, **{"text": "Ecco", "picture-0": a_picture("menu.tiff", "image/tiff")}).json()
    assert "menu.tiff" in answer["trouble"]
    assert (Reply.objects.get().text, Attachment.objects.count()) == ("Ecco", 0)


def test_no_more_pictures_are_kept_than_the_network_takes(ada, conversation):
    most = Playground.limits.media
    kept = keep(ada, conversation, **{"text": "Ecco"} | {f"picture-{n}": a_picture() for n in range(most)}).json()
    answer = keep(ada, conversation, **{"text": "Ecco", "draft": kept["draft"], "picture-0": a_picture()}).json()
    assert answer["trouble"]
    assert Attachment.objects.count() == most


def test_who_goes_on_with_a_colleagues_draft_has_its_pictures(ada, bruno, conversation):
    keep(ada, conversation, **{"text": "Ecco", "picture-0": a_picture(), "alt-0": "il menù"})
    assert "con 1 immagine" in page(bruno, conversation)
    answer = bruno.post(f"/replies/{Reply.objects.get().pk}/copy/", headers=HTMX)
    assert 'value="il menù"' in answer.text
    assert Attachment.objects.count() == 2


def test_without_javascript_a_picture_is_kept_with_the_button_too(ada, conversation):
    post(ada, conversation, "Ecco", headers={}, keep="1", **{"picture-0": a_picture(), "alt-0": "il menù"})
    assert 'value="il menù"' in page(ada, conversation)


def test_without_javascript_a_draft_is_kept_with_a_button(ada, conversation):
    assert post(ada, conversation, "Arriva domani", headers={}, keep="1").status_code == 302
    assert Reply.objects.get().state == "draft"
    assert ">Arriva domani</textarea>" in page(ada, conversation)


def test_only_its_author_throws_a_draft_away(world, ada, bruno, conversation):
    draft = drafts.keep(conversation, world.ada, Written("Arriva"))
    assert bruno.post(f"/replies/{draft.pk}/removal/").status_code == 403
    assert ada.post(f"/replies/{draft.pk}/removal/").status_code == 302
    assert not Reply.objects.exists()


def test_what_is_sent_is_no_draft_to_copy_or_throw_away(world, ada, conversation):
    post(ada, conversation, "Arriva domani.")
    for deed in ("copy", "removal"):
        answer = ada.post(f"/replies/{Reply.objects.get().pk}/{deed}/", headers=HTMX)
        assert answer.status_code == 409
    assert Reply.objects.get().state == "ready"


# -- the guard --------------------------------------------------------------------------------


def test_the_guards_no_is_said_with_what_is_wrong_and_the_text_stays(ada, conversation, monkeypatch):
    found = Finding("canned", Severity.WARN, 0, 6, "canned")
    monkeypatch.setattr("premura.interact.guard.check", lambda *asked, **given: (found,))
    answer = post(ada, conversation, "Arriva domani.", headers={})
    assert answer.status_code == 422
    assert "La guardia la ferma" in answer.text
    assert 'name="override-canned"' in answer.text
    assert ">Arriva domani.</textarea>" in answer.text
    sent = post(ada, conversation, "Arriva domani.", **{"override-canned": "è così per tutti"})
    assert sent.status_code == 201
    assert Event.objects.get(deed="guard overridden").facts["reason"] == "è così per tutti"


# -- a thread ---------------------------------------------------------------------------------


def test_a_text_too_long_is_shown_as_a_thread_before_it_is_sent(world, ada, conversation):
    world.rossi.network = "bluesky"
    world.rossi.save(update_fields=["network"])
    text = " ".join(f"Questa è la frase numero {n}, e dice una cosa." for n in range(1, 12))
    shown = post(ada, conversation, text)
    assert shown.status_code == 422
    assert "Inviala in 2 parti" in shown.text
    assert "cosa. 1/2</li>" in shown.text
    answer = post(ada, conversation, text, in_parts="1")
    assert answer.status_code == 201
    assert "Parte dopo la parte prima" in answer.text
    assert sorted(Reply.objects.values_list("state", flat=True)) == ["ready", "scheduled"]


# -- in public first --------------------------------------------------------------------------


def test_the_private_way_says_what_it_waits_for_and_opens_for_personal_data(ada, conversation):
    assert "In privato dopo la risposta in pubblico" in page(ada, conversation)
    refused = post(ada, conversation, "Mi dai il numero?", way="private")
    assert refused.status_code == 422
    assert "Rispondi prima in pubblico" in refused.text
    assert post(ada, conversation, "Mi dai il numero?", way="private", private_reason="1").status_code == 201


def test_after_a_private_reply_the_closing_line_is_offered_in_their_language(world, ada, conversation):
    Reply.objects.create(
        brand=world.brand, conversation=conversation, to=conversation.messages.get(), author=world.ada, text="Ciao",
        private=True, state="sent", sent_at=timezone.now(),
    )  # fmt: skip
    Conversation.objects.update(language="de")
    told = page(ada, conversation)
    assert "Manca la riga di chiusura in pubblico" in told
    assert f'data-closes="{closings.line("de")}"' in told
    post(ada, conversation, closings.line("de"))
    assert "Manca la riga di chiusura" not in page(ada, conversation)


# -- the window -------------------------------------------------------------------------------


@pytest.fixture
def a_day(monkeypatch):
    base = Playground.limits
    monkeypatch.setattr(Playground, "limits", Limits(base.reply, base.direct, reply_within=timedelta(hours=24)))


def test_the_time_to_answer_is_said_in_hours(world, ada, a_day):
    asked = now_says(world, "Aperti?", minutes_ago=60 * 20 + 30)
    assert "Puoi rispondere ancora per 3 ore" in page(ada, asked)


def test_a_closed_window_says_so_and_offers_no_public_answer(world, ada, a_day):
    asked = now_says(world, "Aperti?", minutes_ago=60 * 25)
    shown = page(ada, asked)
    assert "Il tempo della rete per rispondere in pubblico è finito" in shown
    refused = post(ada, asked, "Sì.")
    assert refused.status_code == 422
    assert "La rete non accetta più" in refused.text


@pytest.mark.windowed
def test_the_time_for_a_private_answer_is_asked_for_again_each_minute(world, ada):
    asked = now_says(world, "Aiuto", minutes_ago=60 * 24 * 4)
    url = f"/conversations/{asked.pk}/left/"
    assert f'hx-get="{url}" hx-trigger="every 60s"' in page(ada, asked)
    assert "Puoi rispondere ancora per 3 giorni" in ada.get(url, headers=HTMX).text
    Message.objects.update(written_at=timezone.now() - timedelta(days=7))
    assert "Il tempo della rete per scrivere in privato è finito" in ada.get(url, headers=HTMX).text
    assert signed_in(world.zoe).get(url).status_code == 404


# -- comforts ---------------------------------------------------------------------------------


def test_the_text_is_spelled_in_the_customers_language_and_offers_the_threads_names(world, ada, conversation):
    now_says(world, "Anch’io", by="marco")
    Conversation.objects.update(language="es")
    shown = page(ada, conversation)
    assert 'lang="es" spellcheck="true"' in shown
    assert '<option value="chiara.example">' in shown
    assert '<option value="marco.example">' in shown


def test_what_is_our_mistake_and_promised_goes_with_the_reply(ada, conversation):
    post(ada, conversation, "Scusa. Arriva venerdì.", our_mistake="1", promised_for="2030-01-04T18:00", edits="3")
    reply = Reply.objects.get()
    assert (reply.our_mistake, reply.edits) == (True, 3)
    assert reply.promised_for == datetime(2030, 1, 4, 18, tzinfo=ZoneInfo("Europe/Rome"))


def test_a_newcomers_reply_says_that_it_waits_and_why(world, ada, conversation):
    Membership.objects.filter(agent=world.ada).update(is_newcomer=True)
    answer = post(ada, conversation, "Arriva domani.")
    assert "Trattenuta: decide un responsabile se parte. Perché chi l’ha scritta è nuovo." in answer.text
