"""Trolls: a hint on many signs at once, never beside who has a grievance, never without abuse."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from premura import access
from premura.decide import trolls
from premura.decide.trolls import Seen, judged
from premura.interact import promise
from premura.models import Affected, Contact, Conversation, KnownIssue, Message, Reading
from tests.interact.test_moderate_rules import said

TROLL = Seen(messages=10, rude=9, days=3, topics=4, threads=3, grieves=False)


def names(parts):
    return [part.name for part in parts]


def insults(world, n=5, by="troll", text="Siete dei buffoni", **more):
    """Somebody insults under n posts; return their newest conversation."""
    for number in range(n):
        given = {"intent": "abuse", "sentiment": "negative", "abuse": 2} | more
        message = said(world, f"{text} {'!' * number}", by=by, root=f"post{number}", **given)
    return message.conversation


def hint(world, conversation, agent=None):
    standing, conversation = access.conversation(agent or world.ada, conversation.pk)
    return trolls.hint(standing, conversation)


def test_all_signs_together_are_told_each_with_its_number():
    assert [(part.name, part.n, part.of) for part in judged(TROLL)] == [
        ("rude", 9, 10), ("silent", 0, 0), ("new", 3, 0), ("topics", 4, 0), ("threads", 3, 0),
    ]  # fmt: skip


@pytest.mark.parametrize("seen", [
    replace(TROLL, grieves=True),
    replace(TROLL, messages=3, rude=3),
    replace(TROLL, rude=5),
    replace(TROLL, topics=1, threads=0),
    replace(TROLL, days=400, topics=1),
    Seen(0, 0, 0, 0, 0, grieves=False),
])  # fmt: skip
def test_a_grievance_too_few_messages_or_too_few_signs_say_nothing(seen):
    assert judged(seen) == ()


def test_who_only_insults_everywhere_since_yesterday_is_hinted_at(world):
    assert names(hint(world, insults(world))) == ["rude", "silent", "new", "topics"]


def test_without_abuse_here_nobody_is_hinted_at(world):
    insults(world)
    here = said(world, "Bella giornata", by="troll", root="altro").conversation
    assert hint(world, here) == ()


@pytest.mark.parametrize(("text", "more"), [
    ("Dov’è il mio pacco?", {"intent": "question"}),
    ("Non funziona niente", {"intent": "complaint"}),
    ("Buffoni, ordine n. IT-20394", {"intent": "abuse"}),
    ("Ladri, il pacco è arrivato rotto", {"intent": "abuse"}),
])  # fmt: skip
def test_one_message_with_a_matter_in_it_and_nobody_is_called_a_troll(world, text, more):
    here = insults(world, 8)
    said(world, text, by="troll", root="altro", sentiment="negative", abuse=2, **more)
    assert hint(world, here) == ()


def test_a_flag_of_somebody_who_tried_in_vain_is_a_grievance_too(world):
    here = insults(world, 6)
    Reading.objects.filter(message=Message.objects.first()).update(flags=["last_resort"])
    assert hint(world, here) == ()


def test_whom_we_owe_something_is_no_troll(world):
    here = insults(world, 6)
    made = promise.make(here, "Chiamo", timezone.now() + timedelta(hours=1), world.ada)
    assert hint(world, here) == ()
    made.delete()
    issue = KnownIssue.objects.create(brand=world.brand, title="Fermo", owner=world.ada)
    joined = Affected.objects.create(issue=issue, conversation=here, state="joined")
    assert hint(world, here) == ()
    joined.delete()
    assert hint(world, here)


def test_who_has_been_with_us_for_long_needs_more_signs(world):
    here = insults(world)
    Contact.objects.update(created_at=timezone.now() - timedelta(days=400))
    assert hint(world, here) == ()


def test_turning_on_other_customers_is_a_sign(world):
    calm = said(world, "Che buono", by="anna", root="post0")
    here = insults(world)
    keys = list(Message.objects.filter(identity__key="troll").values_list("pk", flat=True)[:2])
    Message.objects.filter(pk__in=keys).update(parent=calm.key)
    assert names(hint(world, here))[-1] == "threads"


def test_a_grievance_with_another_team_counts_and_what_they_read_does_not(world):
    here = insults(world, 3)
    for number in range(4):
        message = said(world, f"Pagliacci {number}", by="troll", root=f"altro{number}", intent="abuse", abuse=2)
        Conversation.objects.filter(pk=message.conversation_id).update(team=world.kitchen)
    assert hint(world, here) == ()  # three messages are too few to say anything
    assert names(hint(world, here, world.bruno))[0] == "rude"
    Reading.objects.filter(message=message).update(intent="complaint")
    assert hint(world, here, world.bruno) == ()


def test_it_asks_a_fixed_number_of_times(world, django_assert_max_num_queries):
    insults(world, 30)
    standing, conversation = access.conversation(world.ada, Conversation.objects.last().pk)
    with django_assert_max_num_queries(3):
        assert trolls.hint(standing, conversation)
