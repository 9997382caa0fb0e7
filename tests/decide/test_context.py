"""The person beside their conversation: all their ways to us, what we owe them, and what others may not see of it."""

from datetime import timedelta

from django.utils import timezone

from premura import access
from premura.convert import closing
from premura.convert.outcome import Said
from premura.decide import context as contexts
from premura.decide.context import context
from premura.interact import promise
from premura.listen import contacts
from premura.models import Affected, Contact, Conversation, Identity, KnownIssue, Message, Promise, Reply
from tests.convert.test_outcome import angry
from tests.web.test_inbox import now_says


def of(agent, conversation):
    conversation = access.conversation(agent, conversation.pk)[1]
    return context(access.standing(agent), conversation)


def answers(world, conversation, minutes=30):
    theirs = conversation.messages.earliest("written_at")
    at = theirs.written_at + timedelta(minutes=minutes)
    Message.objects.create(
        brand=world.brand, channel=world.rossi, conversation=conversation, key=f"ours-{conversation.pk}", root="x",
        kind="comment", text="Ecco", written_at=at, received_at=at,
    )  # fmt: skip
    Conversation.objects.filter(pk=conversation.pk).update(state="pending", waiting_since=None, last_out_at=at)


def test_all_their_conversations_stand_in_a_line_whatever_the_handle(world):
    first = now_says(world, "Sono io", by="chiara2", root="a", minutes_ago=90)
    here = now_says(world, "Dov’è il pacco?", minutes_ago=5)
    now_says(world, "Non c’entro", by="marco", root="b")
    into = Identity.objects.get(key="chiara").contact
    contacts.merge(Identity.objects.get(key="chiara2").contact, into, world.bruno)
    Conversation.objects.filter(pk=first.pk).update(sentiment="negative")
    found = of(world.ada, here)
    assert [(stop.conversation.pk, stop.here) for stop in found.stops] == [(here.pk, True), (first.pk, False)]
    assert found.tones == ("negative", "neutral")


def test_it_says_how_fast_we_answered_and_where_we_never_did(world):
    quick, gone, liked, here = (now_says(world, "?", root=name, minutes_ago=60) for name in "abcd")
    answers(world, quick)
    Conversation.objects.filter(pk__in=[gone.pk, liked.pk]).update(state="resolved", waiting_since=None)
    Message.objects.filter(conversation=liked).update(liked_at=timezone.now())
    found = {stop.conversation.pk: stop for stop in of(world.ada, here).stops}
    assert (found[quick.pk].came_to, found[quick.pk].took) == ("answered", timedelta(minutes=30))
    assert [found[one.pk].came_to for one in (gone, liked, here)] == ["never", "liked", "waiting"]


def test_a_reply_that_is_not_back_from_the_network_counts_as_answered(world):
    here = now_says(world, "È aperto?")
    Reply.objects.create(
        brand=world.brand, conversation=here, to=here.messages.get(), author=world.ada, text="Sì", state="sent",
        sent_at=timezone.now() + timedelta(minutes=4),
    )  # fmt: skip
    assert of(world.ada, here).stops[0].came_to == "answered"


def test_what_of_theirs_was_never_answered_is_told_but_no_gesture_and_not_what_is_open_here(world):
    owed, gesture, answered, here = (now_says(world, name, root=name) for name in ("Quando?", "❤️", "Dove?", "Ora?"))
    Conversation.objects.filter(pk=gesture.pk).update(intent="gesture")
    answers(world, answered, minutes=60)
    assert [stop.conversation.pk for stop in of(world.ada, here).owed] == [owed.pk]


def test_promises_are_told_with_what_became_of_them(world):
    here, now = now_says(world, "Quando arriva?"), timezone.now()
    made = {}
    for name in ("open", "broken", "kept", "late", "withdrawn"):
        made[name] = promise.make(here, name, now + timedelta(hours=1), world.ada)
    for name in ("kept", "late"):
        promise.keep(made[name], world.ada)
    promise.withdraw(made["withdrawn"], world.ada, "Sbagliato")
    Promise.objects.filter(what__in=["broken", "late"]).update(due_at=now - timedelta(hours=1))
    assert {one.promise.what: one.became for one in of(world.ada, here).promises} == {name: name for name in made}


def test_known_issues_they_joined_and_why_they_were_angry_are_told(world):
    elsewhere = angry(world, root="ieri")
    closing.close(elsewhere, world.ada, Said("delivery", "Tre settimane"))
    issue = KnownIssue.objects.create(brand=world.brand, title="Corriere fermo", owner=world.ada)
    Affected.objects.create(issue=issue, conversation=elsewhere, state="joined")
    other = KnownIssue.objects.create(brand=world.brand, title="Forse", owner=world.ada)
    Affected.objects.create(issue=other, conversation=elsewhere, state="proposed")
    found = of(world.ada, now_says(world, "Eccomi"))
    assert [one.issue.title for one in found.issues] == ["Corriere fermo"]
    assert [one.words for one in found.outcomes] == ["Tre settimane"]


def test_what_stands_with_another_team_is_not_told(world):
    kitchens = now_says(world, "Segreto", root="cucina")
    Conversation.objects.filter(pk=kitchens.pk).update(team=world.kitchen)
    promise.make(kitchens, "Chiamo", timezone.now() + timedelta(hours=1), world.carlo)
    here = now_says(world, "Ciao")
    found = of(world.ada, here)
    assert [stop.conversation.pk for stop in found.stops] == [here.pk]
    assert (found.promises, found.owed) == ((), ())
    assert len(of(world.bruno, here).stops) == 2


def test_nothing_of_another_brand_is_told_even_of_a_contact_that_was_mixed_up(world):
    here, theirs = now_says(world, "Ciao"), now_says(world, "Altrove", by="lia")
    Conversation.objects.filter(pk=theirs.pk).update(brand=world.bookshop)
    Identity.objects.filter(key="lia").update(contact=Contact.objects.get(name="Chiara"))
    assert [stop.conversation.pk for stop in of(world.ada, here).stops] == [here.pk]


def test_it_costs_four_questions_however_much_there_is(world, django_assert_num_queries):
    here = [now_says(world, f"{n}", root=f"r{n}") for n in range(25)][-1]
    for n in range(12):
        promise.make(here, f"p{n}", timezone.now() + timedelta(hours=n + 1), world.ada)
    standing, conversation = access.conversation(world.ada, here.pk)
    with django_assert_num_queries(4):
        found = context(standing, conversation)
    assert (len(found.stops), len(found.promises)) == (contexts.SHOWN, contexts.MOST)
