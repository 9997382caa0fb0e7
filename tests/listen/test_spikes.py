"""Counting by the hour, and noting the hours that bring much more than is usual."""

from datetime import UTC, datetime, timedelta

import pytest

from premura.listen import spikes
from premura.models import Brand, Channel, Event, Hourly, Label, ListeningQuery, Message, Reading, Spike

NOW = datetime(2026, 11, 20, 12, 40, tzinfo=UTC)  # a Friday
HOUR = timedelta(hours=1)
THIS = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def rossi(world):
    Channel.objects.filter(pk=world.rossi.pk).update(connected_at=NOW - timedelta(weeks=12))
    return world.rossi


def says(world, *, at=NOW, intent="question", written=None):
    """Somebody writes, and it comes in at once unless it was written before."""
    conversation = world.says("Ciao", at=at, by=f"guest{world.said}")
    message = Message.objects.latest("pk")
    Message.objects.filter(pk=message.pk).update(received_at=at, written_at=written or at)
    Reading.objects.update_or_create(
        message_id=message.pk,
        defaults={"brand_id": message.brand_id, "version": "1", "tier": 2, "language": "it", "sentiment": "neutral",
                  "score": 0, "intent": intent, "urgency": 1},
    )  # fmt: skip
    return conversation


def counts(**wanted):
    return dict(Hourly.objects.filter(n__gt=0, **wanted).order_by("what").values_list("what", "n"))


def past(channel, what="", n=3, weeks=9, until=THIS):
    """So many an hour, week after week, until the running hour."""
    hours = (until - hour * HOUR for hour in range(1, weeks * 168))
    Hourly.objects.bulk_create(
        Hourly(brand_id=channel.brand_id, channel=channel, what=what, hour=hour, n=n) for hour in hours
    )


def came(channel, n, what="", hour=THIS):
    Hourly.objects.create(brand_id=channel.brand_id, channel=channel, what=what, hour=hour, n=n)


def found():
    return list(Spike.objects.order_by("channel", "what", "hour").values_list("what", "hour", "n"))


# -- counting ------------------------------------------------------------------------------------------


def test_what_they_said_is_counted_by_the_hour_its_intents_and_labels_too(world):
    says(world, at=NOW - HOUR)
    conversation = says(world, intent="complaint")
    says(world)
    wine = Label.objects.create(brand=world.brand, name="Vino")
    wine.conversations.add(conversation)
    spikes.count_hours(NOW)
    assert counts(hour=THIS) == {"": 2, "intent complaint": 1, "intent question": 1, f"label {wine.pk}": 1}
    assert counts(hour=THIS - HOUR) == {"": 1, "intent question": 1}
    assert set(Hourly.objects.values_list("brand", "channel")) == {(world.brand.pk, world.rossi.pk)}


def test_counting_twice_changes_nothing_and_what_is_stored_late_changes_an_hour_that_is_over(world):
    says(world, at=NOW - 2 * HOUR)
    spikes.count_hours(NOW)
    before = list(Hourly.objects.order_by("pk").values())
    spikes.count_hours(NOW)
    assert list(Hourly.objects.order_by("pk").values()) == before
    says(world, at=NOW - 2 * HOUR)
    spikes.count_hours(NOW)
    assert counts(hour=THIS - 2 * HOUR)[""] == 2


def test_a_reading_that_is_put_right_moves_to_the_other_intent(world):
    says(world, intent="complaint")
    spikes.count_hours(NOW)
    Reading.objects.update(intent="praise")
    spikes.count_hours(NOW)
    assert counts() == {"": 1, "intent praise": 1}


def test_after_days_without_a_worker_everything_since_the_last_count_is_counted(world):
    says(world, at=NOW - 80 * HOUR)
    spikes.count_hours(NOW - 79 * HOUR)
    says(world, at=NOW - 50 * HOUR)
    spikes.count_hours(NOW)
    assert counts(hour=THIS - 50 * HOUR)[""] == 1


def test_the_first_count_takes_the_past_weeks_along(world):
    says(world, at=NOW - timedelta(weeks=7))
    says(world, at=NOW - timedelta(weeks=20))
    spikes.count_hours(NOW)
    assert Hourly.objects.filter(what="").count() == 1


def test_our_own_words_and_old_words_that_were_fetched_from_the_past_are_no_rush(world):
    says(world)
    says(world, written=NOW - timedelta(days=30))
    says(world)
    Message.objects.filter(pk=Message.objects.latest("pk").pk).update(identity=None)
    spikes.count_hours(NOW)
    assert counts()[""] == 1


def test_old_counts_are_let_go(world, rossi):
    came(rossi, 3, hour=THIS - timedelta(weeks=11))
    came(rossi, 3, hour=THIS - timedelta(weeks=9))
    spikes.forget(NOW)
    assert Hourly.objects.count() == 1


# -- looking -------------------------------------------------------------------------------------------


def test_an_hour_that_brings_much_more_than_usual_is_noted_once_and_stands_in_the_journal(world, rossi):
    past(rossi)
    came(rossi, 24)
    assert spikes.look(NOW) == 1
    assert spikes.look(NOW) == 0
    assert found() == [("", THIS, 24)]
    assert Spike.objects.get().usual == pytest.approx(2, abs=0.4)  # of 40 minutes
    event = Event.objects.get(deed="spike")
    assert (event.channel, event.brand) == (rossi, world.brand)
    assert event.facts["n"] == 24
    assert event.facts["what"] == ""


def test_a_spike_that_grows_keeps_its_larger_number_and_is_told_once(rossi):
    past(rossi)
    came(rossi, 24)
    spikes.look(NOW)
    Hourly.objects.filter(n=24).update(n=40)
    assert spikes.look(NOW + timedelta(minutes=30)) == 0
    assert found() == [("", THIS, 40)]
    assert Event.objects.filter(deed="spike").count() == 1


def test_an_intent_can_surge_where_the_whole_does_not(rossi):
    past(rossi, n=40)
    past(rossi, "intent complaint", n=1)
    came(rossi, 45)
    came(rossi, 12, "intent complaint")
    spikes.look(NOW)
    assert found() == [("intent complaint", THIS, 12)]


def test_the_hour_that_is_just_over_is_looked_at_whole(rossi):
    past(rossi, n=20, until=THIS - HOUR)
    came(rossi, 70, hour=THIS - HOUR)
    spikes.look(THIS + timedelta(minutes=2))
    assert found() == [("", THIS - HOUR, 70)]


def test_a_busy_hour_is_no_spike(rossi):
    past(rossi, n=20)
    came(rossi, 24)
    assert spikes.look(NOW) == 0
    assert not Event.objects.filter(deed="spike").exists()


def test_a_quiet_channel_has_a_spike_with_five_messages_and_none_with_four(rossi):
    came(rossi, 1, hour=THIS - timedelta(weeks=6))
    came(rossi, 4)
    assert spikes.look(NOW) == 0
    Hourly.objects.filter(hour=THIS).update(n=5)
    assert spikes.look(NOW) == 1


def test_in_its_first_three_days_a_channel_raises_nothing(world):
    Channel.objects.filter(pk=world.rossi.pk).update(connected_at=NOW - timedelta(hours=70))
    came(world.rossi, 500)
    assert spikes.look(NOW) == 0
    assert spikes.look(NOW + timedelta(days=10)) == 0  # nothing came then
    Channel.objects.filter(pk=world.rossi.pk).update(connected_at=NOW - timedelta(hours=80))
    assert spikes.look(NOW) == 1


def test_a_label_is_new_for_three_days_whatever_the_channels_age(world, rossi):
    past(rossi, n=40)
    wine = f"label {Label.objects.create(brand=world.brand, name='Vino').pk}"
    came(rossi, 1, wine, THIS - 5 * HOUR)
    came(rossi, 30, wine)
    assert spikes.look(NOW) == 0
    Hourly.objects.filter(what=wine, n=1).update(hour=THIS - 100 * HOUR)
    assert spikes.look(NOW) == 1


def test_brands_are_kept_apart_and_each_has_its_own_clock(world, rossi):
    Brand.objects.filter(pk=world.bookshop.pk).update(time_zone="Asia/Kolkata")
    theirs = Channel.objects.create(
        brand=world.bookshop, network="playground", key="o", name="O", handle="o",
        connected_at=NOW - timedelta(weeks=12),
    )  # fmt: skip
    past(rossi)
    past(theirs)
    came(rossi, 24)
    came(theirs, 30)
    assert spikes.look(NOW) == 2
    assert set(Spike.objects.values_list("brand", "channel", "n")) == {
        (world.brand.pk, rossi.pk, 24), (world.bookshop.pk, theirs.pk, 30),
    }  # fmt: skip


def test_with_nothing_counted_there_is_nothing_to_note(world):
    assert spikes.look(NOW) == 0


def test_all_channels_cost_the_same_few_questions(world, rossi, django_assert_max_num_queries):
    for key in "abcdef":
        channel = Channel.objects.create(
            brand=world.brand, network="playground", key=key, name=key, handle=key,
            connected_at=NOW - timedelta(weeks=12),
        )  # fmt: skip
        came(channel, 50)
        came(channel, 20, "intent complaint")
    with django_assert_max_num_queries(6):
        assert spikes.look(NOW) == 12


def test_the_timetable_counts_and_looks(world, monkeypatch):
    from premura.jobs import timetable

    Channel.objects.filter(pk=world.rossi.pk).update(connected_at=NOW - timedelta(weeks=12))
    for _ in range(6):
        says(world)
    came(world.rossi, 3, hour=THIS - timedelta(weeks=11))
    monkeypatch.setattr(timetable.timezone, "now", lambda: NOW)
    timetable.count_hours(0)
    timetable.count_hours(0)
    assert Spike.objects.get(what="").n == 6
    assert Event.objects.filter(deed="spike").count() == Spike.objects.count()


# -- listening queries ---------------------------------------------------------------------------------


def query(world, *, weeks_ago=12, **more):
    made = ListeningQuery.objects.create(brand=world.brand, name="Vino", words="vino", by=world.bruno, **more)
    ListeningQuery.objects.filter(pk=made.pk).update(made_at=NOW - timedelta(weeks=weeks_ago))
    return f"query {made.pk}"


def test_what_a_query_listens_for_can_surge_where_the_whole_does_not(world, rossi):
    vino = query(world)
    past(rossi, n=40)
    past(rossi, vino, n=1)
    came(rossi, 45)
    came(rossi, 12, vino)
    assert spikes.look(NOW) == 1
    assert found() == [(vino, THIS, 12)]
    assert Event.objects.get(deed="spike").facts["what"] == vino


def test_a_query_that_hears_nothing_for_months_surges_at_its_first_words(world, rossi):
    vino = query(world)
    past(rossi, n=40)
    came(rossi, 12, vino)
    assert spikes.look(NOW) == 1


def test_a_query_knows_what_was_usual_thirty_days_before_it_was_made_and_no_earlier(world, rossi):
    vino = query(world, weeks_ago=0)
    past(rossi, n=40)
    past(rossi, vino, n=12, weeks=4)
    came(rossi, 14, vino)
    assert spikes.look(NOW) == 0


def test_a_query_that_is_off_or_of_another_brand_raises_nothing(world, rossi):
    off = query(world, is_on=False)
    theirs = ListeningQuery.objects.create(brand=world.bookshop, name="V", words="vino", by=world.zoe)
    past(rossi, n=40)
    came(rossi, 12, off)
    came(rossi, 12, f"query {theirs.pk}")
    assert spikes.look(NOW) == 0
