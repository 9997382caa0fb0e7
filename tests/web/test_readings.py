"""Readings in the conversation: quiet words with their reasons, and how an agent puts them right."""

import re

import pytest

from premura.listen import corrections
from premura.models import Conversation, Correction, Event, Membership, Message, Reading
from premura.templatetags import readings as words
from premura.templatetags.readings import with_questions
from premura.web.marks import shown
from tests.web.test_inbox import HTMX, now_says, signed_in

ANGRY = "Non funziona da lunedì, voglio il rimborso. Quando mi chiamate?"


def read(message, **said) -> Reading:
    """Let a message have been read so."""
    given = {
        "brand_id": message.brand_id, "version": "t", "tier": 1, "language": "it", "sentiment": "neutral", "score": 0.0,
        "intent": "question", "urgency": 1, "flags": [], "abuse": 0, "hate": False, "details": {}, "corrected": [],
    }  # fmt: skip
    reading, _made = Reading.objects.update_or_create(message=message, defaults=given | said)
    shown_too = {of: getattr(reading, of) for of in ("language", "sentiment", "intent", "urgency", "flags")}
    Conversation.objects.filter(pk=message.conversation_id).update(**shown_too)
    return reading


def stretch(text: str, words: str) -> dict[str, int]:
    return {"start": text.index(words), "end": text.index(words) + len(words)}


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


@pytest.fixture
def message(world) -> Message:
    return now_says(world, ANGRY).messages.get()


@pytest.fixture
def angry(message) -> Reading:
    reasons = [
        {"of": "intent", "by": "words", "name": ""} | stretch(ANGRY, "Non funziona"),
        {"of": "intent", "by": "words", "name": ""} | stretch(ANGRY, "rimborso"),
        {"of": "urgency", "by": "rule", "name": "refund_missing"} | stretch(ANGRY, "voglio il rimborso"),
        {"of": "sentiment", "by": "learnt", "name": "", "start": 0, "end": 0},
    ]
    details = {
        "confidence": {"intent": 0.91, "sentiment": 0.81}, "intents": [["complaint", 0.91], ["question", 0.4]],
        "emotions": {"anger": 0.8, "fear": 0.1}, "reasons": reasons,
        "questions": [list(stretch(ANGRY, "Quando mi chiamate?").values())],
    }  # fmt: skip
    return read(
        message, sentiment="negative", intent="complaint", urgency=3, flags=["chaser", "asks_question"], details=details
    )


def marks(page: str) -> list[str]:
    return re.findall(r'class="mark__word"[^>]*>([^<]*)<', page)


def whys(page: str) -> list[str]:
    return re.findall(r'role="tooltip"[^>]*>([^<]*)<', page)


def put(client, message, headers=HTMX, **given):
    return client.post(f"/messages/{message.pk}/reading/", given, headers=headers)


# -- what is shown -----------------------------------------------------------------------------


def test_a_message_says_in_words_how_it_was_read_and_why(ada, message, angry):
    page = ada.get(f"/conversations/{message.conversation_id}/").text
    assert marks(page) == ["reclamo", "negativo", "urgente", "sollecita", "fa una domanda"]
    assert whys(page) == [
        "Reclamo, 91 %: per le parole «Non funziona», «rimborso»; anche domanda (40 %)",
        "Negativo, 81 %: imparato dagli esempi; rabbia",
        "Urgente: manca un rimborso («voglio il rimborso»)",
        "Sollecita",
        "Fa una domanda: «Quando mi chiamate?»",
    ]
    assert 'class="mark word--brick"><button type="button" class="mark__word" id="mark-' in page


def test_what_says_nothing_is_left_out(ada, message):
    read(message, flags=["asks_question"])
    assert marks(ada.get(f"/conversations/{message.conversation_id}/").text) == ["domanda"]


def test_a_message_that_was_not_read_is_shown_without_words_about_it(ada, message):
    Reading.objects.all().delete()
    page = ada.get(f"/conversations/{message.conversation_id}/").text
    assert marks(page) == []
    assert "correcting" not in page


def test_a_language_is_told_where_it_begins_and_where_it_changes(world, ada):
    for text, language in (("Ciao", "it"), ("Hallo", "de"), ("Danke", "de"), ("👍", "und"), ("Grazie", "it")):
        read(now_says(world, text).messages.get(text=text), language=language, intent="")
    page = ada.get(f"/conversations/{Message.objects.first().conversation_id}/").text
    assert marks(page) == ["tedesco", "italiano"]
    assert '<div class="said__text" lang="de">Hallo</div>' in page


@pytest.mark.parametrize(
    "details",
    [{}, {"reasons": [{"of": "intent", "by": "words"}], "questions": [[0]], "personal": [[5, 9999, "iban"], "x"]}],
)
def test_a_reading_without_details_or_with_stale_ones_is_shown_all_the_same(ada, message, details):
    read(message, intent="complaint", details=details)
    page = ada.get(f"/conversations/{message.conversation_id}/").text
    assert whys(page) == ["Reclamo"]


def test_their_words_in_a_reason_are_never_markup(world, ada):
    text = "<img src=x onerror=alert(1)> schifo?"
    message = now_says(world, text).messages.get()
    reasons = [{"of": "intent", "by": "words", "name": "", "start": 0, "end": 28}]
    read(message, intent="complaint", details={"reasons": reasons, "questions": [[0, len(text)]]})
    page = ada.get(f"/conversations/{message.conversation_id}/").text
    assert "<img src=x" not in page
    assert "«&lt;img src=x onerror=alert(1)&gt;»" in page


def test_a_question_in_a_text_has_its_line_and_links_and_breaks_stay():
    text = "Guarda https://a.example/x?y=1\nQuando <b>arriva</b>? Grazie"
    read_so = Reading(details={"questions": [[text.index("Quando"), text.index("?", 30) + 1]]})
    shown = with_questions(text, read_so)
    assert 'href="https://a.example/x?y=1"' in shown
    assert shown.endswith("&lt;b&gt;arriva&lt;/b&gt;?</span> Grazie")
    assert "<br><span class=" in shown


def test_a_question_that_would_cut_a_link_is_left_unmarked():
    text = "www.example.com/a?b ok"
    assert with_questions(text, Reading(details={"questions": [[0, 18]]})) == with_questions(text, None)


def test_every_value_has_its_word():
    assert set(words.LANGUAGES) == set(corrections.LANGUAGES)
    assert set(words.SENTIMENTS) == set(corrections.SENTIMENTS)
    assert set(words.INTENTS) == set(corrections.INTENTS)
    assert set(words.FLAGS) == set(corrections.FLAGS)


# -- putting it right --------------------------------------------------------------------------


def test_an_agent_puts_right_what_was_read_wrongly(world, ada, message, angry):
    response = put(ada, message, **{
        "was-intent": "complaint", "intent": "question", "was-urgency": "3", "urgency": "1",
        "was-sentiment": "negative", "sentiment": "negative", "was-flags": "chaser asks_question",
        "flags": ["asks_question", "sarcasm"],
    })  # fmt: skip
    assert response.status_code == 200
    assert "Domanda: corretto da Ada, era letto «reclamo»" in response.text
    angry.refresh_from_db()
    assert (angry.intent, angry.urgency, angry.sentiment) == ("question", 1, "negative")
    assert angry.flags == ["sarcasm", "asks_question"]
    assert set(Correction.objects.values_list("of", "by")) == {
        (of, world.ada.pk) for of in ("intent", "urgency", "flags")
    }
    assert Conversation.objects.get().urgency == 1
    page = ada.get(f"/conversations/{message.conversation_id}/").text
    assert "Ada ha corretto una lettura (intento: reclamo → domanda)" in page
    assert "Ada ha corretto una lettura (segnali: sollecita, fa una domanda → forse ironico, fa una domanda)" in page


def test_a_form_that_is_sent_unchanged_says_nothing(ada, message, angry):
    put(ada, message, **{"was-intent": "complaint", "intent": "complaint", "was-flags": "chaser asks_question",
                         "flags": ["chaser", "asks_question"]})  # fmt: skip
    assert not Correction.objects.exists()
    assert not Event.objects.filter(deed=Event.Deed.CORRECTED).exists()


def test_what_a_colleague_put_right_meanwhile_stays(world, ada, message, angry):
    corrections.correct(message, "intent", "suggestion", world.bruno)
    corrections.correct(message, "flags", ["chaser", "sarcasm"], world.bruno)
    put(ada, message, **{"was-intent": "complaint", "intent": "complaint", "was-urgency": "3", "urgency": "2",
                         "was-flags": "chaser asks_question", "flags": ["asks_question"]})  # fmt: skip
    angry.refresh_from_db()
    assert (angry.intent, angry.urgency, angry.flags) == ("suggestion", 2, ["sarcasm"])


@pytest.mark.parametrize(
    "given", [{"intent": "nonsense"}, {"urgency": "9"}, {"urgency": "²"}, {"was-flags": "", "flags": "x"}]
)
def test_a_value_that_no_reading_has_changes_nothing_at_all(ada, message, angry, given):
    response = put(ada, message, language="de", **given)
    assert response.status_code == 409
    assert "Un messaggio non si può leggere così" in response.text
    assert not Correction.objects.exists()


def test_a_message_that_was_not_read_cannot_be_put_right(ada, message):
    Reading.objects.all().delete()
    assert put(ada, message, intent="complaint").status_code == 409


def test_without_javascript_it_leads_back_to_the_conversation(ada, message, angry):
    referer = {"Referer": f"http://testserver/conversations/{message.conversation_id}/?view=open"}
    response = put(ada, message, headers=referer, intent="praise")
    assert response.status_code == 302
    assert response["Location"] == f"/conversations/{message.conversation_id}/?view=open"


def test_a_reader_sees_the_words_and_no_form(world, message, angry):
    rita = signed_in(world.rita)
    page = rita.get(f"/conversations/{message.conversation_id}/").text
    assert "reclamo" in marks(page)
    assert "correcting" not in page
    assert put(rita, message, intent="praise").status_code == 403


def test_somebody_of_another_brand_cannot_know_of_it(world, message, angry):
    Membership.objects.filter(agent=world.zoe).update(role="admin")
    assert put(signed_in(world.zoe), message, intent="praise").status_code == 404


def test_a_long_thread_asks_for_its_corrections_once(world, message, angry, django_assert_max_num_queries):
    for n in range(12):
        said = now_says(world, f"Parola {n}").messages.get(text=f"Parola {n}")
        read(said, intent="complaint", corrected=["intent"])
    own = list(Message.objects.filter(conversation=message.conversation_id).select_related("reading"))
    with django_assert_max_num_queries(1):
        assert len(shown(own, "it")) == 13


# -- the inbox ---------------------------------------------------------------------------------


def test_a_row_says_what_may_not_wait_and_what_it_is(ada, message, angry):
    page = ada.get("/inbox/open/").text
    why = re.sub(r"\s+", " ", re.sub("<[^>]*>", "", page.split('class="row__why"')[1].split("</a>")[0]))
    assert "urgente ·" in why
    assert "reclamo ·" in why


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ("intent=complaint", "reclamo"), ("sentiment=negative", "negativo"), ("urgency=2", "almeno pressante"),
        ("flag=chaser", "sollecita"), ("language=it", "italiano"), ("order=newest", "prima le nuove"),
    ],
)  # fmt: skip
def test_the_inbox_is_filtered_by_what_was_read_and_says_so(world, ada, message, angry, asked, word):
    read(now_says(world, "Wo ist mein Paket", by="marco").messages.get(), language="de", intent="purchase")
    page = ada.get(f"/inbox/open/?{asked}").text
    chip = page.split('class="filters__set"')[1].split("</ul>")[0]
    assert word in chip
    assert ANGRY in page
    assert ("Wo ist mein Paket" in page) == (asked == "order=newest")
    assert f"?view=open&amp;{asked}" in page


def test_a_filter_by_what_no_reading_says_is_no_filter(ada, message, angry):
    page = ada.get("/inbox/open/?intent=x&urgency=9&flag=x&language=xx&sentiment=x&order=x").text
    assert ANGRY in page
    assert "filters__set" not in page


def test_a_living_row_is_asked_for_through_the_same_filters(ada, message, angry):
    only = f"/inbox/open/?only={message.conversation_id}"
    row = f'id="row-{message.conversation_id}"'
    assert row in ada.get(f"{only}&intent=complaint&order=first", headers=HTMX).text
    assert row not in ada.get(f"{only}&intent=praise", headers=HTMX).text
    assert 'data-rank="0"' in ada.get(only, headers=HTMX).text


def test_the_list_of_what_comes_first_goes_on_where_it_stopped(world, ada):
    for n in range(53):
        said = now_says(world, f"Domanda {n}", by=f"guest{n}", minutes_ago=n + 1)
        Conversation.objects.filter(pk=said.pk).update(rank=n % 4)
    first = ada.get("/inbox/open/").text
    more = first.split('hx-get="/inbox/open/?')[1].split('"')[0].replace("&amp;", "&")
    rest = ada.get(f"/inbox/open/?{more}", headers=HTMX).text
    assert "order" not in more  # it is how the view opens
    ranks = re.findall(r'data-rank="(\d)"', first + rest)
    assert len(ranks) == 53
    assert ranks == sorted(ranks, reverse=True)
