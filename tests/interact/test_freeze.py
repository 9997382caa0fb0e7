"""A lead stops all sending in one tap: what is written waits, is looked at again after it, and leaves once.  P86."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura.guard.contract import Severity
from premura.interact import deliver, freeze, leaving, second
from premura.interact import reply as replying
from premura.interact.refusals import Frozen, SomethingCameIn
from premura.interact.reply import Besides, submit
from premura.jobs import timetable
from premura.models import Channel, Event, Membership, Reply, Voice
from premura.networks.contract import Refused, Unreachable
from tests.interact.test_leaving import found, fresh, objects, passes
from tests.interact.test_reply import Piazza

State = Reply.State


def asks(world, text="Aperti?", **more):
    return world.says(text, **more)


def answers(world, asked=None, by=None, **besides):
    asked = asked or asks(world)
    return submit(asked, "Sì.", by=by or world.ada, seen=replying.seen(asked), besides=Besides(**besides))


def goes(reply, *said):
    """Hand a reply to Piazza, as its job does; return what was said there."""
    piazza = Piazza(*said)
    deliver.deliver(Reply.objects.select_related(*deliver.WITH_IT).get(pk=reply.pk), piazza)
    return [out.text for out in piazza.said]


def test_a_lead_stops_one_account_and_it_is_written_down_once(world):
    assert freeze.freeze(world.brand, world.bruno, world.rossi) == 1
    assert freeze.freeze(world.brand, world.elena, world.rossi) == 0
    (stopped,) = freeze.frozen(world.brand)
    assert (stopped, stopped.frozen_by) == (world.rossi, world.bruno)
    told = Event.objects.get(deed="sending frozen")
    assert (told.by, told.channel, told.facts) == (world.bruno, world.rossi, {"names": ["Trattoria Rossi"]})
    assert freeze.thaw(world.brand, world.elena, world.rossi) == 1
    assert freeze.thaw(world.brand, world.bruno, world.rossi) == 0
    assert Event.objects.get(deed="sending thawed").by == world.elena


def test_all_accounts_of_the_brand_stop_at_once_and_no_others(world):
    more = Channel.objects.create(brand=world.brand, network="bluesky", key="b", name="Rossi", handle="b")
    theirs = Channel.objects.create(brand=world.bookshop, network="bluesky", key="o", name="Orsini", handle="o")
    assert freeze.freeze(world.brand, world.bruno) == 2
    assert {channel.pk for channel in freeze.frozen(world.brand)} == {world.rossi.pk, more.pk}
    assert (freeze.frozen(world.bookshop), freeze.thaw(world.bookshop, world.zoe, world.rossi)) == ([], 0)
    theirs.refresh_from_db()
    assert theirs.frozen_at is None


def test_what_is_in_its_undo_window_waits_and_leaves_once_after_the_thaw(world):
    Voice.objects.filter(brand=world.brand).update(undo_s=10)
    reply = answers(world)
    freeze.freeze(world.brand, world.bruno, world.rossi)
    leaving.leave(passes(reply, seconds=40), timezone.now())
    timetable._replies_that_wait()
    assert (fresh(reply).state, leaving.due(timezone.now())) == (State.SCHEDULED, [])
    freeze.thaw(world.brand, world.bruno, world.rossi)
    timetable._replies_that_wait()
    timetable._replies_that_wait()
    assert (fresh(reply).state, Event.objects.filter(deed="reply released").count()) == (State.READY, 1)
    assert goes(reply) == ["Sì."]


def test_what_is_written_while_it_is_frozen_is_kept_and_waits(world):
    freeze.freeze(world.brand, world.bruno)
    reply = answers(world)
    assert fresh(reply).state == State.SCHEDULED
    leaving.leave(passes(reply, minutes=5), timezone.now())
    assert fresh(reply).state == State.SCHEDULED
    freeze.thaw(world.brand, world.bruno)
    timetable._replies_that_wait()
    assert fresh(reply).state == State.READY


def test_a_scheduled_reply_waits_past_its_time_and_goes_back_where_they_wrote_meanwhile(world):
    reply = answers(world, leaves_at=timezone.now() + timedelta(hours=20))
    freeze.freeze(world.brand, world.bruno)
    passes(reply, hours=21)
    timetable._replies_that_wait()
    assert fresh(reply).state == State.SCHEDULED
    asks(world, "Lasci stare.")
    freeze.thaw(world.brand, world.bruno)
    timetable._replies_that_wait()
    assert fresh(reply).state == State.DRAFT
    assert Event.objects.get(deed="reply withdrawn").facts["why"] == "came in"


def test_what_was_on_its_way_waits_too_and_its_retry_after_the_thaw_says_it_once(world):
    reply = answers(world)
    with pytest.raises(Unreachable):
        goes(reply, Unreachable("silence"))
    freeze.freeze(world.brand, world.bruno)
    assert (goes(reply), fresh(reply).state) == ([], State.READY)
    assert deliver.stuck(timezone.now() + timedelta(hours=2)) == []
    freeze.thaw(world.brand, world.bruno)
    assert deliver.stuck(timezone.now()) == [reply]
    assert goes(reply) == ["Sì."]
    assert (fresh(reply).state, deliver.stuck(timezone.now())) == (State.SENT, [])


def test_what_was_on_its_way_and_is_overtaken_stays_with_its_reason_and_can_be_tried_again(world):
    reply = answers(world)
    freeze.freeze(world.brand, world.bruno)
    assert goes(reply) == []
    asks(world, "Lasci stare.")
    freeze.thaw(world.brand, world.bruno)
    assert goes(reply) == []
    assert (fresh(reply).state, fresh(reply).trouble) == (State.FAILED, "stopped: came in")
    with pytest.raises(SomethingCameIn):
        deliver.try_again(fresh(reply), world.ada)
    deliver.try_again(fresh(reply), world.ada, str(replying.seen(reply.conversation)))
    assert goes(reply) == ["Sì."]


def test_nothing_is_tried_again_or_let_out_of_its_cooling_on_a_frozen_account(world, monkeypatch):
    failed = answers(world)
    goes(failed, Refused("no"))
    objects(monkeypatch, found("heat", Severity.DELAY))
    hot = answers(world, asks(world, "Ladri!", by="marco"))
    freeze.freeze(world.brand, world.bruno)
    with pytest.raises(Frozen):
        deliver.try_again(fresh(failed), world.ada)
    with pytest.raises(Frozen):
        second.approve(fresh(hot), world.bruno)
    assert (fresh(failed).state, fresh(hot).state) == (State.FAILED, State.SCHEDULED)


def test_a_yes_on_a_frozen_account_is_kept_until_the_thaw(world):
    Membership.objects.filter(agent=world.ada).update(is_newcomer=True)
    reply = answers(world)
    freeze.freeze(world.brand, world.elena)
    second.approve(fresh(reply), world.bruno)
    assert (fresh(reply).state, fresh(reply).approver) == (State.SCHEDULED, world.bruno)
    freeze.thaw(world.brand, world.elena)
    leaving.leave(passes(reply, minutes=1), timezone.now())
    assert (fresh(reply).state, fresh(reply).approver) == (State.READY, world.bruno)


def test_another_handle_of_ours_says_it_while_the_first_is_frozen(world):
    other = Channel.objects.create(
        brand=world.brand, network="playground", key="cantina", name="Cantina", handle="cantina@x",
        sealed=bytes(world.rossi.sealed),
    )  # fmt: skip
    reply = answers(world)
    Reply.objects.filter(pk=reply.pk).update(channel=other)
    freeze.freeze(world.brand, world.bruno, world.rossi)
    assert not freeze.holds(fresh(reply))
    freeze.freeze(world.brand, world.bruno, other)
    assert freeze.holds(fresh(reply))
