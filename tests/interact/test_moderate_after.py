"""What comes back after it was put away; and those whom nobody answers on purpose."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura import access, flow
from premura.interact import acts, boomerang, disengage
from premura.models import Act, Boomerang, Brand, Conversation, Disengagement, Event, Message, Reply
from tests.web.test_inbox import now_says

WORDS = "Venite da noi, i prezzi sono la metà"


def put_away(world, text=WORDS, by="chiara", **more) -> Act:
    """Hide something, two hours ago."""
    message = now_says(world, text, by=by, minutes_ago=180, **more).messages.get(text=text)
    message.conversation.channel = world.rossi
    act = acts.hide(message, world.bruno)
    ago = timezone.now() - timedelta(hours=2)
    Act.objects.filter(pk=act.pk).update(asked_at=ago, done_at=ago)
    return act


def comes(world, text, **more) -> Message:
    return now_says(world, text, **more).messages.get(text=text)


def test_the_same_author_is_seen_coming_back(world):
    act = put_away(world)
    again = comes(world, "Ora dico altro", root="another post")
    assert boomerang.look(world.brand.pk, [again.pk]) == 1
    found = Boomerang.objects.get()
    assert (found.act, found.message, found.same_author, found.same_words) == (act, again, True, False)
    assert Event.objects.get(deed="boomerang").facts["why"] == {"same_author": True, "same_words": False}


def test_the_same_words_are_seen_coming_back_from_somebody_else(world):
    act = put_away(world)
    again = comes(world, "venite da noi!!! I PREZZI sono la meta", by="marco")
    boomerang.look(world.brand.pk, [again.pk])
    found = Boomerang.objects.get()
    assert (found.act, found.same_author, found.same_words) == (act, False, True)


def test_looking_twice_notes_it_once(world):
    put_away(world)
    again = comes(world, WORDS, root="another post")
    assert [boomerang.look(world.brand.pk, [again.pk]) for _ in range(2)] == [1, 0]
    assert Event.objects.filter(deed="boomerang").count() == 1


def test_short_words_that_many_say_bring_nothing_back(world):
    put_away(world, "Vergogna")
    boomerang.look(world.brand.pk, [comes(world, "Vergogna!", by="marco").pk])
    assert not Boomerang.objects.exists()


def edits(message: Message, text: str, minutes_ago: int = 1) -> Message:
    """Let its author change what they wrote, and the watch look at it."""
    at = timezone.now() - timedelta(minutes=minutes_ago)
    was = [*message.was, {"text": message.text, "until": at.isoformat()}]
    Message.objects.filter(pk=message.pk).update(text=text, edited_at=at, was=was)
    flow.watch(message.brand_id, [], [message.pk])
    return Message.objects.get(pk=message.pk)


def test_something_innocent_that_is_edited_into_the_hidden_words_is_noticed_once(world):
    act = put_away(world)
    marco = edits(comes(world, "Che bella giornata da voi", by="marco", minutes_ago=200), WORDS)
    found = Boomerang.objects.get()
    assert (found.act, found.message, found.same_author, found.same_words) == (act, marco, False, True)
    edits(marco, WORDS + "!")
    assert Event.objects.filter(deed="boomerang").count() == 1


def test_an_edit_that_leaves_the_words_as_they_were_before_the_hiding_brings_nothing_back(world):
    act = put_away(world)
    edits(comes(world, WORDS, by="marco", minutes_ago=200), WORDS + "!!")
    edits(comes(world, "Buongiorno a tutti quanti", minutes_ago=200), "Buongiorno a tutti!")  # of the same author
    edits(act.message, WORDS + "!")  # what is hidden itself
    assert not Boomerang.objects.exists()


def test_what_was_undone_or_is_long_ago_or_was_said_before_brings_nothing_back(world):
    act = put_away(world)
    before = now_says(world, WORDS, by="marco", minutes_ago=200).messages.get(text=WORDS)
    boomerang.look(world.brand.pk, [before.pk])
    again = comes(world, WORDS, by="paola")
    Act.objects.filter(pk=act.pk).update(asked_at=timezone.now() - timedelta(days=91))
    boomerang.look(world.brand.pk, [again.pk])
    Act.objects.filter(pk=act.pk).update(asked_at=timezone.now(), state="undone")
    boomerang.look(world.brand.pk, [again.pk])
    assert not Boomerang.objects.exists()


def test_a_batch_asks_one_thing_and_only_brands_with_something_to_watch_are_looked_at(world, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert boomerang.watched({world.brand.pk: [1], world.bookshop.pk: [2]}) == []
    with django_assert_num_queries(0):
        assert boomerang.watched({}) == []
    put_away(world)
    assert boomerang.watched({world.brand.pk: [1], world.bookshop.pk: [2]}) == [world.brand.pk]


def test_a_batch_of_many_is_looked_at_with_the_same_few_questions(world, django_assert_max_num_queries):
    put_away(world)
    ids = [comes(world, f"Sono il messaggio numero {n}", by=f"guest{n}").pk for n in range(60)]
    with django_assert_max_num_queries(9):
        boomerang.look(world.brand.pk, ids)


def test_what_comes_in_through_the_drain_is_looked_at_and_rules_hide_it(world, work, transactional_db, monkeypatch):
    from premura.listen import receive
    from premura.models import ModerationRule
    from premura.networks.playground import Playground
    from tests.test_flow import body

    monkeypatch.setattr(Playground, "_do", lambda _self, _deed, _ref: None)
    put_away(world)
    ModerationRule.objects.create(brand=world.brand, catches="words", words=["casinò"], by=world.bruno)
    now = timezone.now().isoformat()
    receive.keep([(world.rossi.pk, "hook", body("new", "Bonus gratis al casinò: https://x.example", written_at=now))])
    flow.drain()
    assert not Boomerang.objects.exists()  # a step of its own, not in the batch's transaction
    work()
    message = Message.objects.get(key="new")
    assert Boomerang.objects.get().message == message
    assert Act.objects.get(message=message).state == "review"
    assert message.hidden_at


def test_not_answering_needs_a_reason_and_resolves_it(world):
    conversation = now_says(world, "bla bla")
    with pytest.raises(disengage.NoReason):
        disengage.disengage(conversation, world.ada, "  ")
    disengage.disengage(conversation, world.ada, "Solo insulti, tre tentativi")
    assert Conversation.objects.get().state == "resolved"
    assert Event.objects.get(deed="disengaged").facts["reason"] == "Solo insulti, tre tentativi"
    with pytest.raises(disengage.OutAlready):
        disengage.disengage(conversation, world.bruno, "Anche per me")
    assert Disengagement.objects.count() == 1


def test_answering_after_all_ends_it_and_opens_it_again(world):
    conversation = now_says(world, "bla bla")
    disengage.disengage(conversation, world.ada, "Insulti")
    assert disengage.engage(conversation, world.bruno, reopen=True)
    assert not disengage.engage(conversation, world.bruno)
    assert Disengagement.objects.get().ended_at
    assert Conversation.objects.get().state == "open"
    assert Event.objects.get(deed="engaged").by == world.bruno


def test_a_reply_that_arrives_ends_it_and_one_from_before_does_not(world):
    conversation = now_says(world, "bla bla")
    to = conversation.messages.get()
    given = {"brand": world.brand, "conversation": conversation, "to": to, "author": world.ada}
    before = Reply.objects.create(text="Regola 1", state="sent", **given)
    disengage.disengage(conversation, world.ada, "Insulti")
    for reply, ended in ((before, False), (Reply.objects.create(text="Eccoci", state="sent", **given), True)):
        event = Event.objects.create(
            brand=world.brand, conversation=conversation, deed="reply sent", facts={"reply": reply.pk}
        )
        flow.answered_after_all(event)
        assert bool(Disengagement.objects.get().ended_at) is ended


def test_its_share_is_counted_over_thirty_days_and_what_ended_is_not_in_it(world):
    for n in range(10):
        conversation = now_says(world, f"Ciao {n}", by=f"guest{n}")
        if n < 3:
            disengage.disengage(conversation, world.ada, "Insulti")
    first, second, _ = Disengagement.objects.order_by("pk")
    Disengagement.objects.filter(pk=first.pk).update(at=timezone.now() - timedelta(days=31))
    disengage.engage(second.conversation, world.ada)
    share = disengage.share(access.standing(world.bruno))
    assert (len(share.out), share.of, share.percent) == (1, 10, 10.0)
    assert len(share.days) in (30, 31)
    assert Brand.objects.count() == 2


def test_a_clause_of_another_brand_is_none(world):
    from tests.interact.test_moderate import published

    world.zoe.memberships.update(role="admin")
    with pytest.raises(disengage.NoReason):
        disengage.disengage(now_says(world, "Ciao"), world.ada, "Insulti", published(world, world.zoe))
