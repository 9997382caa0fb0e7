"""Peer answers: found whichever message came first, judged once by a person, and never instead of our answer."""

import pytest
from django.http import Http404
from django.utils import timezone

from premura import access
from premura.access import Act
from premura.decide import peers
from premura.models import Conversation, Employee, Event, Identity, Message, PeerAnswer, Reading

ASKS, TELLS = "Qualcuno sa a che ora chiudete?", "Di solito chiudono alle undici"


def says(world, text, intent, flags=(), **more) -> Message:
    """Somebody writes something that is read so."""
    message = world.says(text, **more).messages.get(key=more["key"])
    Reading.objects.update_or_create(
        message=message, defaults={"brand": world.brand, "version": "1", "tier": 1, "language": "it",
        "sentiment": "neutral", "score": 0, "intent": intent, "urgency": 1, "flags": list(flags), "abuse": 0},
    )  # fmt: skip
    return message


@pytest.fixture
def question(world):
    return says(world, ASKS, "question", ["asks_question"], key="q")


def answers(world, text=TELLS, intent="suggestion", flags=(), **more) -> Message:
    return says(world, text, intent, flags, **{"by": "marco", "key": "a", "parent": "q"} | more)


def test_another_customer_who_answers_is_found_once(world, question):
    answer = answers(world)
    assert peers.find(world.brand.pk, [answer.pk]) == 1
    assert peers.find(world.brand.pk, [answer.pk]) == 0
    found = PeerAnswer.objects.get()
    assert (found.message, found.conversation, found.is_right) == (answer, question.conversation, None)


def test_an_answer_that_came_in_before_its_question_is_found_with_it(world):
    answer = answers(world, at=timezone.now())
    assert peers.find(world.brand.pk, [answer.pk]) == 0
    asked = says(world, ASKS, "question", ["asks_question"], key="q")
    assert peers.find(world.brand.pk, [asked.pk]) == 1
    assert PeerAnswer.objects.get().pk == answer.pk


@pytest.mark.parametrize(
    ("text", "intent", "flags"),
    [
        ("Anche io vorrei saperlo, grazie", "question", ()),
        ("Non rispondono mai a nessuno, vergogna", "complaint", ()),
        ("Anche a me è successo così", "suggestion", ("me_too",)),
        ("Alle undici se non sbaglio, no?", "suggestion", ("asks_question",)),
        ("Comprate follower veri su questo sito", "spam", ()),
        ("@chiara alle undici", "suggestion", ()),  # too few words to be one
    ],
)
def test_what_is_no_answer_is_none(world, question, text, intent, flags):
    assert peers.find(world.brand.pk, [answers(world, text, intent, flags).pk]) == 0


def test_under_what_asks_nothing_there_is_nothing_to_answer(world):
    says(world, "Che bella serata", "praise", key="q")
    assert peers.find(world.brand.pk, [answers(world).pk]) == 0


def test_who_wants_to_buy_asks_too(world):
    says(world, "Vorrei due bottiglie", "purchase", key="q")
    assert peers.find(world.brand.pk, [answers(world).pk]) == 1


def test_nobody_answers_themselves_not_even_by_another_handle(world, question):
    own = answers(world, by="chiara", key="own")
    other = answers(world)
    Identity.objects.filter(pk=other.identity_id).update(contact=question.identity.contact)
    assert peers.find(world.brand.pk, [own.pk, other.pk]) == 0


def test_who_works_for_the_brand_is_no_customer(world, question):
    Employee.objects.create(brand=world.brand, network="playground", handle="marco.example")
    assert peers.find(world.brand.pk, [answers(world).pk]) == 0


def test_what_we_answered_already_needs_nobody_else(world, question):
    Conversation.objects.filter(pk=question.conversation_id).update(last_out_at=timezone.now())
    assert peers.find(world.brand.pk, [answers(world).pk]) == 0


def test_what_is_private_or_another_brands_is_not_looked_at(world, question):
    answer = answers(world)
    assert peers.find(world.bookshop.pk, [answer.pk]) == 0
    Conversation.objects.filter(pk=question.conversation_id).update(private=True)
    assert peers.find(world.brand.pk, [answer.pk]) == 0


def test_a_batch_costs_the_same_however_large(world, question, django_assert_max_num_queries):
    ids = [answers(world, key=f"a{n}", by=f"guest{n}").pk for n in range(12)]
    with django_assert_max_num_queries(8):  # with the transaction's own two
        assert peers.find(world.brand.pk, ids) == 12
    with django_assert_max_num_queries(1):
        assert peers.find(world.brand.pk, []) == 0


# -- a person says --------------------------------------------------------------------------------


@pytest.fixture
def found(world, question):
    peers.find(world.brand.pk, [answers(world).pk])
    return peers.peer_answer(world.ada, PeerAnswer.objects.get().pk, Act.REPLY)[1]


def test_a_person_says_that_it_is_right_and_who_asked_still_waits_for_us(world, found):
    peers.decide(found, world.ada, is_right=True)
    kept = PeerAnswer.objects.get()
    assert (kept.is_right, kept.by) == (True, world.ada)
    event = Event.objects.get(deed="peer answered")
    assert (event.conversation, event.facts["who"], event.facts["right"]) == (found.conversation, "Marco", True)
    assert Conversation.objects.get(pk=found.conversation_id).state == "open"


def test_of_two_who_decide_the_second_is_told(world, found):
    peers.decide(found, world.ada, is_right=False)
    with pytest.raises(peers.Decided):
        peers.decide(found, world.bruno, is_right=True)
    assert PeerAnswer.objects.get().is_right is False
    assert Event.objects.filter(deed="peer answered").count() == 1


def test_another_team_cannot_decide(world, found):
    with pytest.raises(Http404):
        peers.peer_answer(world.carlo, found.pk, Act.REPLY)
    with pytest.raises(Http404):
        peers.peer_answer(world.ada, found.conversation.messages.first().pk, Act.REPLY)


def test_the_thread_asks_once_for_all_its_messages(world, found, django_assert_num_queries):
    messages = access.thread(found.conversation)
    with django_assert_num_queries(1):
        assert set(peers.of_messages(messages)) == {found.pk}
