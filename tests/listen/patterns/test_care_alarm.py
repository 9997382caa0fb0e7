"""The care alarm: raised where more people complain of our care than of the matter, once a thread and day.  P12."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from premura.listen.patterns import care_alarm
from premura.models import Event, Message
from premura.networks.contract import Kind
from tests.decide.test_triage import read

CARE = ("service_complaint",)
HOUR = timedelta(hours=1)


def complain(world, people, *, flags=(), ago=HOUR, intent="complaint", **more):
    """Let each of `people` complain; return the last conversation."""
    at = datetime.now(UTC) - ago - timedelta(seconds=world.said)
    return [read(world.says("Vergogna", by=by, at=at, **more), intent, flags=flags) for by in people.split()][-1]


def find(now=None):
    new = list(Message.objects.values_list("pk", flat=True))
    with transaction.atomic():
        return care_alarm.find(new, now or datetime.now(UTC))


def test_it_is_noted_on_the_newest_of_them_how_many_complain_of_what(world):
    complain(world, "dino ugo")
    newest = complain(world, "lia pia mia", flags=CARE)
    assert find() == {newest.pk}
    (line,) = Event.objects.filter(deed="service alarm")
    assert (line.conversation, line.brand, line.channel) == (newest, world.brand, world.rossi)
    assert line.facts == {"care": 3, "matter": 2}


@pytest.mark.parametrize(
    ("matter", "care"),
    [("", "lia pia"), ("dino ugo ivo", "lia pia mia"), ("dino ugo ivo leo", "lia pia mia")],
    ids=["two are too few", "as many of the matter", "more of the matter"],
)
def test_below_that_nothing_is_noted(world, matter, care):
    if matter:
        complain(world, matter)
    complain(world, care, flags=CARE)
    assert find() == set()
    assert not Event.objects.filter(deed="service alarm").exists()


def test_who_complains_often_is_one_person(world):
    complain(world, "lia lia lia pia", flags=CARE)
    assert find() == set()


def test_who_praises_counts_on_neither_side(world):
    complain(world, "dino ugo ivo leo", intent="praise")
    complain(world, "lia pia mia", flags=CARE)
    assert find()


def test_a_complaint_of_our_care_needs_not_be_read_as_a_complaint(world):
    complain(world, "lia pia mia", flags=CARE, intent="question")
    assert find()


def test_yesterdays_words_no_longer_count(world):
    complain(world, "lia pia", flags=CARE, ago=25 * HOUR)
    complain(world, "mia", flags=CARE)
    assert find() == set()


def test_each_thread_stands_for_itself(world):
    complain(world, "lia pia", flags=CARE, root="a")
    complain(world, "mia", flags=CARE, root="b")
    assert find() == set()
    complain(world, "mia", flags=CARE, root="a")
    complain(world, "lia pia", flags=CARE, root="b")
    assert len(find()) == 2
    assert Event.objects.filter(deed="service alarm").count() == 2


def test_what_nobody_else_reads_and_what_was_taken_back_do_not_count(world):
    complain(world, "lia pia mia", flags=CARE, kind=Kind.DIRECT)
    gone = complain(world, "ada zoe eva", flags=CARE)
    gone.messages.update(removed_at=datetime.now(UTC))
    assert find() == set()


def test_it_is_told_once_a_day_however_many_go_on(world):
    complain(world, "lia pia mia", flags=CARE, ago=30 * HOUR)
    complain(world, "lia pia mia", flags=CARE)
    assert find()
    complain(world, "noa isa", flags=CARE, ago=timedelta())
    assert find() == set()
    Event.objects.filter(deed="service alarm").update(at=datetime.now(UTC) - 25 * HOUR)
    assert find()
    assert Event.objects.filter(deed="service alarm").count() == 2


def test_the_last_alarm_is_known_also_where_its_conversation_has_been_silent_since(world):
    now = datetime.now(UTC)
    complain(world, "lia pia mia", flags=CARE, ago=23 * HOUR)
    assert find(now)
    complain(world, "noa isa eva", flags=CARE)
    assert find(now + 2 * HOUR) == set()


def test_a_batch_in_which_nobody_complains_of_our_care_raises_nothing(world):
    complain(world, "lia pia mia", flags=CARE)
    complain(world, "dino")
    new = list(Message.objects.filter(reading__flags=[]).values_list("pk", flat=True))
    with transaction.atomic():
        assert care_alarm.find(new, datetime.now(UTC)) == set()
        assert care_alarm.find([], datetime.now(UTC)) == set()
