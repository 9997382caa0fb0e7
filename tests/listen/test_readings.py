"""What comes in is read before anybody sees it; what a person put right stays; what was behind is caught up."""

import json

import pytest

from premura import flow
from premura.listen import corrections, readings, receive
from premura.listen.corrections import NotRead, correct
from premura.models import Conversation, Correction, Lessons, Message, Reading
from premura.text import vectors

ANGRY = "È la terza volta che vi scrivo e non risponde nessuno, il pacco non è mai arrivato! Quando arriva?"


@pytest.fixture
def says(world):
    """Chiara says something on a channel, and it is taken in."""
    count = iter(range(1000))

    def run(text: str, channel=None, minutes: int = 0, key: str = "", by: str = "chiara", **more) -> Message:
        key = key or f"said-{next(count)}"
        person = {"key": by, "handle": f"{by}.example", "name": by.capitalize(), "avatar": "", "url": ""}
        said = {
            "is": "said", "key": key, "kind": "comment", "author": person, "text": text, "parent": "", "root": "menu",
            "written_at": f"2026-11-20T12:{minutes:02}:00+00:00", "ours": False, "url": "", "media": [],
        }  # fmt: skip
        receive.keep([((channel or world.rossi).pk, "hook", json.dumps({"items": [said | more]}).encode())])
        flow.drain()
        return Message.objects.select_related("reading", "conversation").get(key=key, channel=channel or world.rossi)

    return run


def test_a_comment_has_its_reading_as_soon_as_it_is_stored(says):
    message = says(ANGRY)
    reading = message.reading
    assert (reading.language, reading.sentiment, reading.intent) == ("it", "negative", "complaint")
    assert reading.urgency >= 2
    assert "asks_question" in reading.flags
    assert [message.text[a:b] for a, b in reading.details["questions"]] == ["Quando arriva?"]
    assert reading.details["reasons"]
    assert (reading.tier, reading.version) == (1, reading.version)


def test_the_inbox_shows_the_newest_words_and_the_urgency_of_all_that_waits(says):
    says(ANGRY)
    conversation = says("Grazie mille, gentilissimi! ❤️", minutes=5).conversation
    assert conversation.sentiment == "positive"
    assert conversation.urgency >= 2
    assert "asks_question" in conversation.flags


def test_what_the_customer_edited_is_read_anew(says):
    says("Grazie, tutto perfetto", key="x")
    message = says(ANGRY, key="x", edited_at="2026-11-20T13:00:00+00:00")
    assert message.reading.sentiment == "negative"
    assert message.conversation.sentiment == "negative"


def test_what_we_say_ourselves_is_not_read(says):
    person = {"key": "marco", "handle": "marco.example", "name": "Marco", "avatar": "", "url": ""}
    message = says("Buongiorno, arriva domani", ours=True, **{"with": person})
    assert not Reading.objects.filter(message=message).exists()


def test_a_short_line_is_in_the_language_of_its_thread(says):
    says("Wann kommt endlich mein Paket an, ich warte seit Wochen auf eine Antwort", by="greta")
    assert says("ok", by="greta", minutes=3).reading.language == "de"


def test_one_text_that_no_one_can_read_stops_nobody(says):
    for text in ("", "\u0000", "🙃" * 19_000, "\u202e" * 500, "a" * 100_000, "ñ中ع" * 5_000):
        assert says(text).reading.version


@pytest.mark.skipif(not vectors.available(), reason="the sentence encoder is not installed")
def test_the_second_reading_comes_later_newest_first_and_catches_up(says):
    old, new = says(ANGRY, by="anna"), says("Che bella serata da voi, torneremo!", by="bea", minutes=9)
    assert readings.refine(most=1) == 1
    assert Reading.objects.get(message=new).tier == 2
    assert Reading.objects.get(message=old).tier == 1
    assert readings.refine() == 1
    assert readings.refine() == 0
    assert set(Reading.objects.values_list("tier", flat=True)) == {2}


def test_what_an_older_version_read_is_read_again_and_may_be_stopped_between(says):
    ids = [says(ANGRY, by=name).pk for name in ("anna", "bea", "carla")]
    Reading.objects.update(version="older", intent="spam")
    assert readings.reread(max(ids) + 1, most=2) == (2, ids[1])
    assert readings.reread(ids[1], most=2) == (1, ids[0])
    assert readings.reread(max(ids) + 1) == (0, 0)
    assert set(Reading.objects.values_list("intent", flat=True)) == {"complaint"}


# -- put right by people --------------------------------------------------------------------------------


def test_what_a_person_put_right_stays_whatever_is_read_later(says, world):
    message = says(ANGRY)
    assert correct(message, "intent", "suggestion", world.ada).was == "complaint"
    Reading.objects.update(version="older")
    readings.reread(message.pk + 1)
    reading = Reading.objects.get()
    assert (reading.intent, reading.corrected) == ("suggestion", ["intent"])
    assert reading.sentiment == "negative"
    assert Conversation.objects.get().intent == "suggestion"


def test_a_correction_is_kept_once_with_what_was_read_first(says, world):
    message = says(ANGRY)
    correct(message, "urgency", 0, world.ada)
    again = correct(message, "urgency", 1, world.bruno)
    assert Correction.objects.get() == again
    assert (again.became, again.by) == (1, world.bruno)
    assert again.was >= 2


@pytest.mark.parametrize(("of", "became"), [("intent", "rage"), ("urgency", 7), ("flags", ["x"]), ("brand", 3)])
def test_nothing_can_be_put_right_to_what_is_no_reading(says, world, of, became):
    with pytest.raises(NotRead):
        correct(says(ANGRY), of, became, world.ada)
    assert not Correction.objects.exists()


def test_a_brand_learns_at_once_from_what_its_agents_put_right_and_no_other_brand_does(says, world):
    slang = "questo tortino spacca di brutto raga"
    message = says(slang)
    for of, became in (("intent", "praise"), ("sentiment", "positive"), ("flags", ["me_too"])):
        correct(message, of, became, world.ada)
    assert corrections.teach(world.brand.pk) == Correction.objects.count()
    twin = says(slang + "!!", by="marco").reading
    assert (twin.intent, twin.sentiment) == ("praise", "positive")
    assert "me_too" in twin.flags
    assert not Lessons.objects.exclude(brand=world.brand).exists()


def test_no_rule_says_better_than_a_person_what_a_text_means(says, world):
    text = "Il nostro avvocato vi denuncia... per quanto siete bravi"
    message = says(text)
    assert message.reading.urgency == 3
    correct(message, "urgency", 0, world.ada)
    correct(message, "flags", [], world.ada)
    corrections.teach(world.brand.pk)
    twin = says(text + "!", by="marco").reading
    assert (twin.urgency, twin.flags) == (0, [])


def test_what_is_erased_is_forgotten(says, world):
    message = says("il pesce era così così")
    before = message.reading.intent
    correct(message, "intent", "spam", world.ada)
    corrections.teach(world.brand.pk)
    assert says("Il pesce era così così.", by="marco").reading.intent == "spam"
    corrections.forget(list(Correction.objects.values_list("pk", flat=True)), world.brand.pk)
    assert says("il pesce era COSÌ così", by="luca").reading.intent == before
    assert not Correction.objects.exists()


def test_corrections_can_be_taken_along(says, world):
    message = says(ANGRY)
    correct(message, "flags", ["chaser"], world.ada)
    (line,) = corrections.exported(world.brand.pk)
    assert line["text"] == ANGRY
    assert (line["of"], line["became"], line["by"]) == ("flags", ["chaser"], str(world.ada))
    json.dumps(line)


def test_silence_teaches_nothing(says, world):
    for minute in range(5):
        says(ANGRY, minutes=minute)
    assert corrections.teach(world.brand.pk) == 0
    assert Lessons.objects.get().count == 0
