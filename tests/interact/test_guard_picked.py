"""What the guard holds a reply against, where one message was picked out of many to be answered."""

from datetime import timedelta

import pytest

from premura.interact import guard
from premura.models import Conversation, Message, Reading
from tests.conftest import NOON

GERMAN = "Wann kommt meine Bestellung an? Ich warte seit zwei Wochen."
pytestmark = pytest.mark.guarded


def asked_long_ago(world) -> tuple[Conversation, Message]:
    world.says(GERMAN, key="german", at=NOON - timedelta(hours=2))
    for n in range(11):
        open_ = world.says(f"Altro messaggio numero {n}, rispondete? Aspetto ancora il vino.")
    return open_, Message.objects.get(key="german")


def stopped_by(conversation: Conversation, text: str, by, **given) -> set[str]:
    return {found.rule for found in guard.check(conversation, text, by, **given)}


def test_a_message_picked_out_from_far_back_is_answered_in_its_own_language(world):
    open_, german = asked_long_ago(world)
    answer = "Ihre Bestellung kommt morgen um 10 Uhr bei Ihnen an."
    assert "wrong_language" not in stopped_by(open_, answer, world.ada, to=german)
    assert "wrong_language" in stopped_by(open_, "Il suo ordine arriva domani alle 10.", world.ada, to=german)
    assert "wrong_language" in stopped_by(open_, answer, world.ada)


def test_what_they_wrote_in_the_same_breath_belongs_to_the_message_that_was_picked_out(world):
    open_, german = asked_long_ago(world)
    world.says("Wie viel kostet der Versand?", at=NOON - timedelta(hours=2, minutes=-2))
    looked = guard.look(open_, "Ihre Bestellung kommt morgen um 10 Uhr an.", world.ada, to=german)
    assert [(one.text, one.answered) for one in looked.questions] == [
        ("Wann kommt meine Bestellung an?", True),
        ("Wie viel kostet der Versand?", False),
    ]


def test_the_language_of_the_newest_message_counts_where_it_is_the_one_that_is_answered(world):
    world.says("Buongiorno, vorrei sapere quando arriva il mio ordine, lo aspetto da lunedì e nessuno risponde.")
    open_ = world.says("When will my order arrive? I have been waiting for two weeks.", key="english")
    for message in Message.objects.all():
        language = "en" if message.key == "english" else "it"
        given = {
            "language": language,
            "sentiment": "neutral",
            "score": 0,
            "intent": "question",
            "urgency": 1,
            "tier": 1,
        }
        Reading.objects.create(message=message, brand=world.brand, version="1", **given)
    answer = "Your order arrives tomorrow at ten in the morning."
    assert "wrong_language" not in stopped_by(open_, answer, world.ada, to=Message.objects.get(key="english"))
