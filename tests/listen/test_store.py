"""Networks deliver twice, late, shuffled, edited and removed; what is stored is right all the same."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.db import transaction

from premura.listen.store import Heard, Place, store
from premura.models import Contact, Conversation, Identity, Message, Post, Reaction
from premura.networks.contract import Counted, Gesture, Hidden, Kind, Person, Posted, Reacted, Removed, Said

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CHIARA = Person("chiara", "chiara.example", "Chiara")
MARCO = Person("marco", "marco.example", "Marco")


def said(key: str, text: str = "Buono", by: Person = CHIARA, minutes: int = 0, **more) -> Said:
    more = {"kind": Kind.COMMENT, "root": "menu"} | more
    return Said(key, author=by, text=text, written_at=NOON + timedelta(minutes=minutes), **more)


@pytest.fixture
def take(world):
    channel = world.rossi
    place = Place(channel.pk, channel.brand_id, channel.team_id, channel.network, channel.key)

    def run(*items):
        with transaction.atomic():
            return store([Heard(place, item, datetime.now(UTC)) for item in items])

    return run


def test_the_same_thing_twice_in_one_batch_and_again_later_is_stored_once(take):
    assert take(said("a"), said("a"), said("b")).messages == 2
    assert take(said("b"), said("a")).messages == 0
    assert Message.objects.count() == 2
    assert Conversation.objects.count() == Identity.objects.count() == Contact.objects.count() == 1


def test_one_person_under_one_root_is_one_conversation_and_two_people_are_two(take):
    take(said("a"), said("b", by=MARCO), said("c", root="wine"), said("d", kind=Kind.DIRECT))
    assert Conversation.objects.count() == 4
    assert Conversation.objects.filter(private=True).count() == 1


def test_what_comes_in_is_our_turn_and_says_since_when(take):
    take(said("b", "poi", minutes=5), said("a", "prima"))
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.preview) == ("open", "poi")
    assert conversation.waiting_since == NOON
    assert conversation.last_at == NOON + timedelta(minutes=5)


def test_an_older_message_that_comes_late_changes_neither_preview_nor_order(take):
    take(said("b", "poi", minutes=5))
    take(said("a", "prima"))
    conversation = Conversation.objects.get()
    assert conversation.preview == "poi"
    assert conversation.waiting_since == NOON


def test_edits_and_the_removal_end_the_same_in_every_order(take):
    first = said("a", "Pessimo")
    second = said("a", "Pessimo servizio", edited_at=NOON + timedelta(minutes=1))
    third = said("a", "Servizio lento", edited_at=NOON + timedelta(minutes=2))
    gone = Removed("a", NOON + timedelta(minutes=3))
    for order in permutations([first, second, third, gone]):
        Message.objects.all().delete()
        Conversation.objects.all().delete()
        from premura.models import Ahead

        Ahead.objects.all().delete()
        for item in order:
            take(item)
        message = Message.objects.get()
        assert message.text == "Servizio lento", order
        assert message.removed_at == NOON + timedelta(minutes=3), order


def test_who_takes_their_words_back_no_longer_waits(take):
    take(said("a"))
    take(Removed("a"))
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.waiting_since) == ("resolved", None)


def test_an_answer_written_on_the_networks_own_screens_is_ours_and_ends_the_wait(take):
    take(said("a"))
    take(said("b", "Grazie, Chiara", by=Person("rossi", "rossi"), minutes=3, ours=True, with_=CHIARA, parent="a"))
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.waiting_since) == ("pending", None)
    assert conversation.messages.get(key="b").is_ours
    take(said("c", "Di nulla", minutes=5))
    assert Conversation.objects.get().state == "open"


def test_our_answer_that_comes_before_their_question_ends_the_wait_too(take):
    take(said("b", "Grazie", by=Person("rossi", "rossi"), minutes=3, ours=True, with_=CHIARA, parent="a"))
    take(said("a"))
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.waiting_since) == ("pending", None)


def test_a_resolved_conversation_opens_again_when_they_write(take):
    take(said("a"))
    conversation = Conversation.objects.get()
    conversation.resolve(NOON + timedelta(minutes=1))
    take(said("b", minutes=2))
    assert Conversation.objects.get().state == "open"


def test_our_post_is_the_context_whether_it_comes_before_or_after(take):
    take(said("a"))
    take(Posted("menu", "Il menu di oggi", NOON), Posted("wine", "Il vino", NOON))
    take(said("b", root="wine"))
    assert {c.post.text for c in Conversation.objects.all()} == {"Il menu di oggi", "Il vino"}


def test_likes_are_counted_once_each_with_their_times_and_can_be_taken_back(take):
    take(said("a"), Posted("menu", "Il menu", NOON))
    like = Reacted("like-1", "menu", Gesture.LIKE, MARCO, NOON)
    take(like, Reacted("like-2", "menu", Gesture.LIKE, CHIARA, NOON), Reacted("s", "a", Gesture.SHARE, MARCO, NOON))
    take(like)
    assert (Post.objects.get().likes, Message.objects.get().shares) == (2, 1)
    assert Reaction.objects.get(key="like-1").at == NOON
    take(Reacted("like-1", "menu", Gesture.LIKE, MARCO, NOON, undone=True))
    assert Post.objects.get().likes == 1
    take(Counted("menu", NOON, likes=40, shares=3))
    assert (Post.objects.get().likes, Post.objects.get().shares) == (40, 3)


def test_a_hidden_comment_is_marked_and_unmarked_and_may_be_told_of_beforehand(take):
    take(Hidden("a"))
    take(said("a"))
    assert Message.objects.get().hidden_at
    take(Hidden("a", hidden=False))
    assert Message.objects.get().hidden_at is None


def test_letters_that_postgresql_cannot_hold_are_left_out(take):
    take(said("a", "ciao\x00 \ud83d mondo"))
    assert Message.objects.get().text == "ciao ? mondo"


def test_another_brand_that_hears_the_same_thing_has_its_own(take, world):
    from premura.models import Channel

    other = Channel.objects.create(brand=world.bookshop, network="playground", key="o", name="O", handle="o")
    take(said("a"))
    place = Place(other.pk, other.brand_id, None, other.network, other.key)
    store([Heard(place, said("a"), NOON)])
    assert Message.objects.count() == Contact.objects.count() == 2


def test_pictures_with_their_alt_text_and_the_posts_above_are_kept(take):
    from premura.networks.contract import Above, Media

    above = tuple(Above(f"top{n}", MARCO, f"prima {n}", NOON) for n in range(12))
    take(said("a", media=(Media("https://x.example/1.jpg", "image/jpeg", "una pizza"),), above=above))
    message, conversation = Message.objects.get(), Conversation.objects.get()
    assert message.media == [
        {"url": "https://x.example/1.jpg", "mime": "image/jpeg", "alt": "una pizza", "preview": ""}
    ]
    assert [post["text"] for post in conversation.above] == [f"prima {n}" for n in range(2, 12)]
    assert conversation.above[0]["author"]["name"] == "Marco"
    assert conversation.above[0]["written_at"].startswith("2026-11-20T12:00")
