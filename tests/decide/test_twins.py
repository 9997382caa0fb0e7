"""Like posts of one person: each has an answer of its own, and a variant of what was said to its twin.  P70, P72."""

import pytest

from premura import access
from premura.decide import twins
from premura.listen import contacts
from premura.listen.patterns import repeats
from premura.models import Conversation, Identity, Message, Repeat, Reply
from tests.measure.said import ago, answered, wrote

AGAIN = "Il mio rimborso non arriva da un mese, vergogna"


def posts(world, roots: str, by="chiara", **more) -> list[Message]:
    """Somebody posts the same words under each of these, an hour after the other; return the messages."""
    said = []
    for n, root in enumerate(roots):
        conversation = wrote(world, by, ago(hours=len(roots) - n + 1), text=f"{AGAIN} {'!' * n}", root=root, **more)
        said.append(conversation.messages.latest("pk"))
    repeats.find([message.pk for message in said])
    return said


def marks(agent, message) -> list[bool]:
    """Return which of its twins are answered, the oldest first."""
    (group,) = twins.posted(access.standing(agent), message.conversation)
    return [twin.answered for twin in reversed(group.twins)]


def waiting(conversation) -> list[Message]:
    return sorted(twins.unanswered_twins(conversation), key=lambda one: one.pk)


def test_one_answer_answers_one_of_three_posts_in_the_same_thread(world):
    one, two, three = posts(world, "aaa")
    answered(one.conversation, world.ada, ago(minutes=5), parent=two)
    assert marks(world.ada, one) == [False, True, False]
    assert waiting(one.conversation) == [one, three]


def test_an_answer_that_hangs_elsewhere_answers_a_post_that_stood_alone(world):
    one, two = posts(world, "ab")
    ours = answered(two.conversation, world.ada, ago(minutes=5))
    Message.objects.filter(pk=ours.pk).update(parent="b")
    Reply.objects.all().delete()
    assert marks(world.ada, one) == [False, True]
    assert (waiting(one.conversation), waiting(two.conversation)) == ([one], [])


def test_an_answer_before_it_came_answers_nothing(world):
    one, two = posts(world, "ab")
    ours = answered(two.conversation, world.ada, ago(hours=4))
    Message.objects.filter(pk=ours.pk).update(parent="b")
    Reply.objects.all().delete()
    assert marks(world.ada, one) == [False, False]


def test_an_answer_that_was_taken_away_answers_nothing(world):
    one, two = posts(world, "ab")
    ours = answered(two.conversation, world.ada, ago(minutes=5), parent=two)
    assert marks(world.ada, one) == [False, True]
    Message.objects.filter(pk=ours.pk).update(removed_at=ago(minutes=1))
    assert marks(world.ada, one) == [False, False]


def test_in_private_one_answer_is_enough_for_all_above_it(world):
    one, two = posts(world, "aa", private=True)
    answered(one.conversation, world.ada, ago(minutes=5))
    assert marks(world.ada, two) == [True, True]


@pytest.mark.parametrize("state", ["held", "scheduled", "ready", "sending", "unclear"])
def test_what_is_on_its_way_is_not_answered_and_waits_for_nobody(world, state):
    one, two = posts(world, "aa")
    given = {"brand": world.brand, "conversation": one.conversation, "author": world.ada}
    Reply.objects.create(**given, to=one, text="Arriva", state=state)
    (group,) = twins.posted(access.standing(world.ada), one.conversation)
    assert [(twin.answered, twin.on_its_way, twin.waits) for twin in group.twins] == [
        (False, False, True), (False, True, False),
    ]  # fmt: skip
    assert waiting(one.conversation) == [two]


def test_a_draft_is_no_answer(world):
    one, two = posts(world, "aa")
    given = {"brand": world.brand, "conversation": one.conversation, "author": world.ada}
    Reply.objects.create(**given, to=one, text="Arriva", state="draft")
    assert waiting(one.conversation) == [one, two]


def test_other_words_have_no_twins_and_another_brand_sees_none(world):
    one, _two = posts(world, "ab")
    other = wrote(world, "dino", ago(hours=1), text="Che bella serata da voi, grazie mille")
    assert twins.posted(access.standing(world.ada), other) == []
    assert twins.posted(access.standing(world.zoe), one.conversation) == []
    assert waiting(other) == []


def test_what_an_agent_may_not_see_is_not_listed(world):
    one, two = posts(world, "ab")
    Conversation.objects.filter(pk=two.conversation_id).update(team=world.kitchen)
    assert (marks(world.bruno, one), marks(world.ada, one)) == ([False, False], [False])


# -- one person with two handles ----------------------------------------------------------------------


def test_two_handles_of_one_person_post_twins(world):
    (one,) = posts(world, "a")
    wrote(world, "chiara_82", ago(minutes=30), text="Ciao a tutti quanti da Chiara", root="c")
    mine, other = (Identity.objects.get(key=key) for key in ("chiara", "chiara_82"))
    contacts.merge(other.contact, mine.contact, world.bruno)
    (two,) = posts(world, "b", by="chiara_82")
    one.conversation.refresh_from_db()
    assert {row.first_id for row in Repeat.objects.all()} == {one.pk}
    assert marks(world.ada, two) == [False, False]


def test_what_two_handles_posted_before_they_were_taken_for_one_are_twins_too(world):
    (one,), (two,) = posts(world, "a"), posts(world, "b", by="dino")
    three, four = posts(world, "cd", by="eva")
    chiara, dino, eva = (Identity.objects.get(key=key).contact for key in ("chiara", "dino", "eva"))
    contacts.merge(dino, chiara, world.bruno)
    assert marks(world.ada, Message.objects.get(pk=one.pk)) == [False, False]
    contacts.merge(eva, chiara, world.bruno)
    assert {row.pk for row in Repeat.objects.filter(first=one)} == {one.pk, two.pk, three.pk, four.pk}


def test_groups_of_two_handles_become_one_when_either_posts_again(world):
    one, _two = posts(world, "ab")
    posts(world, "cd", by="dino")
    assert Repeat.objects.values("first").distinct().count() == 2
    chiara, dino = (Identity.objects.get(key=key) for key in ("chiara", "dino"))
    Identity.objects.filter(pk=dino.pk).update(contact=chiara.contact)
    posts(world, "e", by="dino")
    assert {row.first_id for row in Repeat.objects.all()} == {one.pk}
    assert Repeat.objects.count() == 5


def test_who_are_two_again_have_each_their_own_posts(world):
    (one,) = posts(world, "a")
    wrote(world, "dino", ago(minutes=30), text="Ciao a tutti quanti da Dino", root="c")
    chiara, dino = (Identity.objects.get(key=key) for key in ("chiara", "dino"))
    Identity.objects.filter(pk=dino.pk).update(contact=chiara.contact)
    posts(world, "b", by="dino")
    Identity.objects.filter(pk=dino.pk).update(contact=dino.home_id)
    assert marks(world.ada, one) == [False]


def test_two_strangers_with_the_same_words_are_no_twins(world):
    (one,) = posts(world, "a")
    posts(world, "b", by="dino")
    assert twins.posted(access.standing(world.ada), one.conversation) == []


# -- variants -----------------------------------------------------------------------------------------


def test_our_newest_public_answer_is_what_variants_are_made_of(world):
    one, two, _three = posts(world, "abc")
    for at, to, private in ((9, one, False), (5, two, False), (2, one, True)):
        answered(to.conversation, world.ada, ago(minutes=at), parent=to, private=private)
    (group,) = twins.posted(access.standing(world.ada), one.conversation)
    assert (group.answered, group.answer.to) == (2, two)


@pytest.mark.parametrize("language", ["it", "en", "es", "fr", "de", "pt"])
@pytest.mark.parametrize("link", ["https://example.org/7", ""])
def test_twenty_variants_in_a_row_are_twenty(language, link):
    said = [twins.variant(language, "Chiara", "Il rimborso è partito lunedì.", link, n) for n in range(20)]
    assert len(set(said)) == 20
    assert all(one.startswith("Chiara, ") and "{" not in one and link in one for one in said)
