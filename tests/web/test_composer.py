"""The composer gives back what was put into it: to whom, by when, in whose name, in which language, how long."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from premura import vault
from premura.guard.contract import Finding, Severity
from premura.interact import deliver, drafts, second
from premura.interact import reply as replying
from premura.interact.drafts import Written
from premura.interact.refusals import TooManyPictures
from premura.models import Attachment, Channel, Conversation, Macro, Membership, Message, Reply, Voice
from premura.networks import NETWORKS
from premura.networks.contract import Kind, Outgoing, Receipt, Upload
from premura.networks.length import Counting, count
from premura.networks.playground import Playground
from premura.web import replies
from tests.interact.test_moderate import published
from tests.web.test_inbox import HTMX, now_says, signed_in
from tests.web.test_writing import GIF, a_picture, keep, page, post

ROME = ZoneInfo("Europe/Rome")
BEGUN = "2026-11-20T12:00:00+00:00"
WHOLE = {"our_mistake": "1", "promised_for": "2030-01-01T10:00", "edits": "5", "begun_at": BEGUN}


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


@pytest.fixture
def two(world) -> tuple[Message, Conversation]:
    """Chiara asked twice: her first question, and the conversation."""
    now_says(world, "Avete posto stasera?")
    return Message.objects.get(), now_says(world, "E domani a pranzo?")


def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1)


def answers(text: str) -> str:
    """Return what the form says that it answers."""
    (to,) = re.findall(r'name="to" value="(\d*)"', text)
    return to


# -- whom it answers --------------------------------------------------------------------------


def test_a_draft_stays_with_the_message_it_answers_on_every_device_and_goes_there(world, ada, two):
    first, conversation = two
    kept = keep(ada, conversation, text="Stasera sì", way="public", to=first.pk).json()
    there = page(signed_in(world.ada), conversation)
    assert answers(there) == str(first.pk)
    assert "A Chiara: Avete posto stasera?" in there
    assert "data-to hidden" not in there
    post(ada, conversation, "Stasera sì.", to=answers(there), draft=kept["draft"])
    assert Reply.objects.get().to == first


def test_without_javascript_a_draft_is_turned_to_the_latest_with_the_link_beside_it(ada, two):
    first, conversation = two
    keep(ada, conversation, text="Stasera sì", way="public", to=first.pk)
    assert "&amp;to=0" in page(ada, conversation)
    assert answers(page(ada, conversation, to="0")) == ""


def test_a_draft_to_what_was_taken_away_since_answers_the_latest(ada, two):
    first, conversation = two
    keep(ada, conversation, text="Stasera sì", way="public", to=first.pk)
    Message.objects.filter(pk=first.pk).update(removed_at=timezone.now())
    assert answers(page(ada, conversation)) == ""


def test_the_line_that_says_what_was_hidden_answers_what_was_hidden(world, two):
    first, _conversation = two
    given = {"hidden": "1", "clause": published(world).pk, "tell": "begin"}
    opened = signed_in(world.bruno).post(f"/messages/{first.pk}/hidden/", given, headers=HTMX)
    assert answers(opened.text) == str(first.pk)


# -- the whole draft --------------------------------------------------------------------------


def test_whatever_opens_another_draft_sends_all_that_stands_in_the_composer(world, two):
    _first, conversation = two
    published(world)
    Macro.objects.create(brand=world.brand, name="Saluta", by=world.bruno)
    replying.submit(conversation, "Stasera sì.", by=world.bruno, besides=replying.Besides(leaves_at=tomorrow()))
    drafts.keep(conversation, world.ada, Written("Di Ada"))
    drafts.keep(conversation, world.bruno, Written("Di prima", begun_at=timezone.now() - timedelta(hours=1)))
    bruno = signed_in(world.bruno)
    keep(bruno, conversation, text="Un’altra", way="public", begun_at=BEGUN)
    forms = re.findall(
        r'hx-post="/(?:replies/\d+/(\w+)|messages/\d+/(hidden)|.*?(macros)/\d+)/"([^>]*)', page(bruno, conversation)
    )
    sends = {"".join(names): 'hx-include="#reply-form, #composer [name=way]:checked"' in rest for *names, rest in forms}
    assert sends == {"copy": True, "withdrawal": True, "removal": False, "hidden": True, "macros": True}


def test_a_draft_that_makes_place_for_another_keeps_whether_it_was_private(ada, world, two):
    _first, conversation = two
    older = drafts.keep(conversation, world.ada, Written("Di prima", begun_at=timezone.now() - timedelta(hours=1)))
    given = {"text": "Scusa", "way": "private", "private_reason": "1", **WHOLE}
    kept = keep(ada, conversation, **given).json()["draft"]
    ada.post(f"/replies/{older.pk}/copy/", given | {"way": "note", "draft": kept}, headers=HTMX)
    one = Reply.objects.get(pk=kept)
    assert (one.private, one.our_mistake, one.edits) == (True, True, 5)
    assert one.promised_for == datetime(2030, 1, 1, 10, tzinfo=ROME)


def test_without_javascript_a_translation_changes_the_words_of_a_draft_and_nothing_else(ada, two):
    first, conversation = two
    given = {"text": "Scusa, arriva", "way": "public", "to": first.pk, **WHOLE}
    pk = keep(ada, conversation, **given).json()["draft"]
    ada.post(f"/conversations/{conversation.pk}/taking/", {"text": "Entschuldigung", "way": "public", "draft": pk})
    one = Reply.objects.get()
    assert (one.text, one.to, one.our_mistake, one.edits) == ("Entschuldigung", first, True, 5)
    assert one.promised_for == datetime(2030, 1, 1, 10, tzinfo=ROME)


# -- a refusal without JavaScript ---------------------------------------------------------------


def refused(client, conversation, **given):
    answer = post(client, conversation, "x" * 600, headers={}, **given)
    assert answer.status_code == 422
    return answer.text


def test_a_refusal_gives_back_whom_it_answers_and_when_it_was_to_leave(ada, two):
    first, conversation = two
    at = (timezone.now() + timedelta(days=30)).astimezone(ROME).replace(hour=10, minute=0, second=0, microsecond=0)
    there = refused(ada, conversation, to=first.pk, later="at", leaves_at=f"{at:%Y-%m-%dT%H:%M}")
    assert answers(there) == str(first.pk)
    assert f'name="leaves_at" value="{at:%Y-%m-%dT%H:%M}"' in there
    assert f'name="later" value="{at.isoformat()}" checked' in there
    post(ada, conversation, "Sì.", headers={}, draft=Reply.objects.get().pk, later=at.isoformat())
    assert Reply.objects.get().leaves_at == at


def test_a_refusal_gives_the_time_back_with_javascript_too(ada, two):
    there = post(ada, two[1], "x" * 600, later="tomorrow").text
    assert re.search(r'name="later" value="\d{4}-\d\d-\d\dT09:00:00\+0\d:00" checked', there)


def test_a_time_that_was_none_is_asked_for_again_and_never_taken_for_now(ada, two):
    there = post(ada, two[1], "Sì.", headers={}, later="at", leaves_at="2020-01-01T10:00").text
    assert 'name="later" value="at" checked' in there
    assert post(ada, two[1], "Sì.", headers={}, later="at", leaves_at="2020-01-01T10:00").status_code == 422


def test_a_refusal_keeps_new_pictures_with_what_is_said_of_them(ada, two):
    there = refused(ada, two[1], **{"picture-0": a_picture(), "alt-0": "il menù"}, **WHOLE)
    picture = Attachment.objects.get()
    assert (bytes(picture.data), picture.alt, picture.reply.state) == (GIF, "il menù", "draft")
    assert f'name="kept" value="{picture.pk}" checked' in there
    assert 'name="our_mistake" value="1" checked' in there


def test_a_refusal_keeps_what_was_changed_of_a_pictures_words_and_which_were_left_out(ada, two):
    kept = keep(ada, two[1], **{"text": "Ecco", "picture-0": a_picture(), "picture-1": a_picture("b.gif")}).json()
    one, other = kept["pictures"]["0"], kept["pictures"]["1"]
    alts = {f"alt-kept-{one}": "il menù", f"alt-kept-{other}": ""}
    there = refused(ada, two[1], draft=kept["draft"], kept=[one], **alts)
    assert 'value="il menù"' in there
    assert f'name="kept" value="{one}" checked' in there
    assert f'name="kept" value="{other}">' in there


def test_a_refusal_keeps_the_reasons_that_were_given_and_the_questions_that_were_put_off(ada, two, monkeypatch):
    given = {"override-canned": "è così per tutti", "answered_later": "E domani a pranzo?"}
    there = refused(ada, two[1], **given)
    assert 'name="override-canned" value="è così per tutti"' in there
    found = Finding("vague_promise", Severity.WARN, 0, 6, "vague_promise")
    monkeypatch.setattr("premura.interact.guard.check", lambda *asked, **given: (found,))
    there = post(ada, two[1], "Vedremo.", headers={}, **given).text
    assert 'name="override-canned" value="è così per tutti"' in there
    assert '<input type="hidden" name="answered_later" value="E domani a pranzo?"' in there


# -- later ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hour", "offered"), [(18, True), (21, False)])
def test_tonight_is_offered_only_while_it_is_still_to_come(ada, two, monkeypatch, hour, offered):
    now = timezone.now().astimezone(ROME).replace(hour=hour, minute=0)
    monkeypatch.setattr("premura.web.composing.timezone.now", lambda: now.astimezone(UTC))
    assert ('name="later" value="tonight"' in page(ada, two[1])) is offered


# -- in which language ----------------------------------------------------------------------------


ENGLISH = "Yes, we ship to Berlin in three working days."


class Told(Playground):
    """Remembers in which language it was told."""

    name, can, limits = Playground.name, Playground.can, Playground.limits

    def reply(self, to, out: Outgoing) -> Receipt:
        type(self).language = out.language
        return Receipt("ours")


@pytest.mark.parametrize(("text", "read", "told"), [(ENGLISH, "en", "en"), ("👍", "und", "")])
def test_a_reply_keeps_the_language_it_is_written_in_and_its_network_is_told(world, ada, two, text, read, told):
    post(ada, two[1], text)
    reply = Reply.objects.select_related(*deliver.WITH_IT).get()
    deliver.deliver(reply, Told({}, None))
    assert (reply.language, Told.language, Reply.objects.get().message.language) == (read, told, told)


@pytest.mark.parametrize(("text", "chosen"), [(ENGLISH, "en"), ("👍", "it")])
def test_an_entry_made_of_a_reply_begins_in_its_language(ada, two, text, chosen):
    post(ada, two[1], text)
    Reply.objects.update(state="sent")
    form = ada.get(f"/answers/new/?reply={Reply.objects.get().pk}").text
    assert f'<option value="{chosen}" selected>' in form


def test_what_a_second_person_makes_of_a_reply_is_in_the_language_they_wrote(world, two):
    Membership.objects.filter(agent=world.ada).update(is_newcomer=True)
    held = replying.submit(two[1], "Sì, spediamo a Berlino in tre giorni.", by=world.ada)
    second.approve(held, world.bruno, text=ENGLISH)
    assert (held.language, Reply.objects.get().language) == ("it", "en")


# -- how long -------------------------------------------------------------------------------------


LINKED = "@chiara@far.example la risposta è qui: https://www.trattoriarossi.example/" + "a" * 480
FAMILY = "👩‍👩‍👧‍👦" * 40


@pytest.mark.parametrize("network", ["playground", "mastodon", "bluesky"])
def test_the_composer_is_told_to_count_as_the_network_does(world, ada, two, network):
    Channel.objects.update(network=network)
    (given,) = re.findall(r'data-counts="([^"]*)"', page(ada, two[1]))
    rules = Counting(**json.loads(unescape(given)))
    for text in (LINKED, FAMILY, "Ciò che vuoi"):
        assert count(text, rules) == replying.length(Channel.objects.get(), text)


def test_a_link_and_a_server_do_not_make_a_reply_too_long_on_mastodon(world):
    Channel.objects.update(network="mastodon")
    assert replying.length(Channel.objects.get(), LINKED) == 50


def test_the_composer_knows_the_name_that_a_reply_leaves_with(world, ada, two):
    assert "data-signs" not in page(ada, two[1])
    Voice.objects.filter(brand=world.brand).update(signs=True)
    assert 'data-signs="Ada" data-signer="Ada"' in page(ada, two[1])


# -- as a passer-by sees it -------------------------------------------------------------------------


def test_a_passer_by_sees_the_account_that_was_chosen(world, ada, two):
    Channel.objects.update(network="bluesky")
    care = Channel.objects.create(
        brand=world.brand, network="bluesky", key="care", name="Rossi Cura", handle="rossicura",
        sealed=vault.seal({"did": "did:plc:care"}),
    )  # fmt: skip
    given = {"text": "Ciao, sì.", "way": "public", "voice": care.pk}
    seen = ada.post(f"/conversations/{two[1].pk}/guard/", given, headers=HTMX).text
    assert '<strong>Rossi Cura</strong> <span class="quiet">rossicura</span>' in seen


def test_the_pictures_of_a_draft_are_shown_and_never_run(world, ada, two):
    kept = keep(ada, two[1], **{"text": "Ecco", "picture-0": a_picture()}).json()["pictures"]["0"]
    assert f'src="/pictures/{kept}/"' in page(ada, two[1])
    answer = ada.get(f"/pictures/{kept}/")
    assert (answer.content, answer["Content-Type"]) == (GIF, "image/gif")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert signed_in(world.zoe).get(f"/pictures/{kept}/").status_code == 404


# -- pictures in private ------------------------------------------------------------------------------


@pytest.fixture
def private_on_bluesky(world) -> Conversation:
    world.rossi.network = "bluesky"
    world.rossi.save(update_fields=["network"])
    return now_says(world, "Vi scrivo qui.", kind=Kind.DIRECT)


def test_where_the_network_takes_no_pictures_in_private_none_are_offered_there(ada, private_on_bluesky, world):
    assert NETWORKS["bluesky"].limits.direct_media == 0
    assert 'name="picture-0"' not in page(ada, private_on_bluesky)
    assert 'name="picture-0"' in page(ada, now_says(world, "E in pubblico?", root="altro"))


def test_a_picture_that_comes_there_all_the_same_is_refused_at_once_in_plain_words(ada, private_on_bluesky):
    answer = post(ada, private_on_bluesky, "Ecco.", way="private", **{"picture-0": a_picture()})
    assert answer.status_code == 422
    with translation.override("it"):
        assert replies.words(TooManyPictures(0)) in answer.text
    kept = keep(ada, private_on_bluesky, **{"text": "Ecco.", "way": "private", "picture-0": a_picture()}).json()
    assert kept["trouble"]
    assert not Attachment.objects.exists()


def test_what_is_called_back_comes_without_the_name_that_it_would_have_left_with(world, ada, two):
    Voice.objects.filter(brand=world.brand).update(signs=True, undo_s=10)
    post(ada, two[1], "Stasera sì.")
    reply = Reply.objects.get()
    assert reply.text == "Stasera sì. – Ada"
    assert ">Stasera sì.</textarea>" in ada.post(f"/replies/{reply.pk}/withdrawal/", headers=HTMX).text


def test_who_goes_on_with_a_colleagues_signed_draft_does_not_sign_for_them(world, two):
    theirs = drafts.keep(two[1], world.bruno, Written("Ci penso io. – Bruno"))
    drafts.attach(theirs, [Upload("a.gif", "image/gif", GIF)])
    assert drafts.take_over(theirs, world.ada).text == "Ci penso io."
