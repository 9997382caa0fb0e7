"""Hiding, deleting, banning: with a snapshot, two people, time to cool down; and taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura import flow
from premura.interact import acts, ledger, moderate, snapshots
from premura.models import Act, Event, Message, Reply, Voice, WrongState
from premura.networks.contract import Can, Refused, Unreachable
from premura.networks.playground import Playground
from premura.prepare import netiquette
from tests.web.test_inbox import now_says

State = Act.State
LATER = timedelta(minutes=10, seconds=1)
IBAN = "Il mio IBAN è IT60 X054 2811 1010 0000 0123 456, rimborsatemi"


def said(world, text="Siete dei pagliacci", **more) -> Message:
    conversation = now_says(world, text, **more)
    return Message.objects.select_related("conversation__channel", "conversation__brand", "identity").get(
        conversation=conversation, text=text
    )


@pytest.fixture
def clause(world):
    return published(world)


def published(world, agent=None):
    standing = standing_of(agent or world.elena)
    house = netiquette.begin(standing)
    netiquette.publish(house, standing.agent)
    return netiquette.clauses(standing.brand, "it")[0]


def standing_of(agent):
    from premura import access

    return access.standing(agent)


class Deaf:
    """A network that answers every deed with the same failure."""

    def __init__(self, error) -> None:
        self.error = error

    def __getattr__(self, _name):
        def fail(*_args):
            raise self.error

        return fail


def step(deed: str, network, monkeypatch) -> None:
    """Run the step that follows the newest event of `deed`, on this network."""
    from contextlib import contextmanager

    @contextmanager
    def opened(_channel):
        yield network

    monkeypatch.setattr("premura.vault.opened", opened)
    flow.carry_out(Event.objects.filter(deed=deed).order_by("-pk")[0])


def test_hiding_keeps_what_stood_there_before_and_its_hash(world, clause):
    message = said(world)
    Message.objects.filter(pk=message.pk).update(likes=3, media=[{"url": "https://x.example/1.png"}], url="https://x/1")
    act = acts.hide(Message.objects.get(pk=message.pk), world.bruno, clause=clause, words="Insulto")
    act.refresh_from_db()
    kept = act.snapshot
    assert (kept["text"], kept["author"]["key"], kept["likes"]) == ("Siete dei pagliacci", "chiara", 3)
    assert (kept["media"], kept["url"], kept["network"]) == (["https://x.example/1.png"], "https://x/1", "playground")
    assert act.hash == snapshots.hashed(kept)
    assert len(act.hash) == 64
    assert (act.state, act.reason, act.clause, act.by) == (State.DONE, "netiquette", clause, world.bruno)
    assert Message.objects.get(pk=message.pk).hidden_at


def test_a_snapshot_that_was_changed_no_longer_has_its_hash(world):
    act = acts.hide(said(world), world.bruno)
    assert act.hash != snapshots.hashed(act.snapshot | {"text": "Grazie"})


def test_what_is_hidden_is_hidden_once(world):
    message = said(world)
    acts.hide(message, world.bruno)
    late = Message.objects.get(pk=message.pk)
    late.hidden_at = None  # the other's screen is a moment old
    with pytest.raises(moderate.NotPossible):
        acts.hide(late, world.elena)
    assert Act.objects.count() == 1


def test_a_hiding_is_undone_and_only_once(world):
    act = acts.hide(said(world), world.bruno)
    acts.undo(act, world.elena)
    assert Message.objects.get().hidden_at is None
    act = Act.objects.get()
    assert act.state == State.UNDONE
    assert act.undone_at
    with pytest.raises(WrongState):
        acts.undo(act, world.elena)


def test_a_network_that_refuses_to_hide_takes_all_of_it_back_and_says_so(world, monkeypatch):
    acts.hide(said(world), world.bruno)
    step("hidden", Deaf(Refused("not on live videos")), monkeypatch)
    act = Act.objects.get()
    assert (act.state, act.trouble) == (State.FAILED, "not on live videos")
    assert Message.objects.get().hidden_at is None
    assert Event.objects.get(deed="not done").facts["why"] == "not on live videos"


def test_a_network_that_cannot_be_reached_is_asked_again_and_given_up_in_the_end(world, monkeypatch):
    acts.hide(said(world), world.bruno)
    with pytest.raises(Unreachable):
        step("hidden", Deaf(Unreachable("away")), monkeypatch)
    assert Act.objects.get().state == State.DONE
    Event.objects.filter(deed="hidden").update(at=timezone.now() - timedelta(minutes=21))
    step("hidden", Deaf(Unreachable("away")), monkeypatch)
    assert Act.objects.get().state == State.FAILED
    assert Message.objects.get().hidden_at is None


def test_what_the_network_does_not_show_again_stays_hidden_and_its_act_stands(world, monkeypatch):
    act = acts.hide(said(world), world.bruno)
    acts.undo(act, world.bruno)
    step("unhidden", Deaf(Refused("too late")), monkeypatch)
    assert (Act.objects.get().state, Act.objects.get().trouble) == (State.DONE, "too late")
    assert Message.objects.get().hidden_at


def test_a_hiding_that_was_undone_before_it_failed_is_simply_over(world, monkeypatch):
    act = acts.hide(said(world), world.bruno)
    acts.undo(act, world.bruno)
    deaf = Deaf(Refused("no"))
    step("hidden", deaf, monkeypatch)
    step("unhidden", deaf, monkeypatch)  # is not even asked
    assert Act.objects.get().state == State.UNDONE
    assert Message.objects.get().hidden_at is None


def test_the_public_line_is_a_reply_and_belongs_to_the_act(world, clause):
    act = acts.hide(said(world), world.bruno, clause=clause, line="Regola 1: parliamo con rispetto.", language="it")
    assert act.told == Reply.objects.get()
    assert (act.told.author, act.told.to_id, act.told.language) == (world.bruno, act.message_id, "it")


def test_a_line_that_cannot_be_said_hides_nothing(world, clause):
    from premura.interact.reply import TooLong

    with pytest.raises(TooLong):
        acts.hide(said(world), world.bruno, clause=clause, line="a" * 600)
    assert not Act.objects.exists()
    assert Message.objects.get().hidden_at is None


def test_a_line_that_has_not_left_is_called_back_when_the_hiding_fails(world, clause, monkeypatch):
    from premura.models import Voice

    Voice.objects.filter(brand=world.brand).update(undo_s=60)
    acts.hide(said(world), world.bruno, clause=clause, line="Regola 1.")
    step("hidden", Deaf(Refused("no")), monkeypatch)
    assert Reply.objects.get().state == "draft"


def test_a_clause_of_another_brand_or_of_a_draft_is_not_quoted(world, clause):
    world.zoe.memberships.update(role="admin")
    theirs = published(world, world.zoe)
    draft = netiquette.begin(standing_of(world.elena)).clauses.first()
    message = said(world)
    for wrong in (theirs, draft):
        with pytest.raises(acts.NoClause):
            acts.hide(message, world.bruno, clause=wrong)
    assert Message.objects.get().hidden_at is None


def test_deleting_is_asked_for_and_nothing_is_done_yet(world):
    act = acts.ask_deletion(said(world, IBAN), world.bruno, "personal_data", words="Un IBAN")
    assert act.state == State.ASKED
    assert act.snapshot["text"] == IBAN
    assert Message.objects.get().removed_at is None
    assert Event.objects.get(deed="deletion asked").by == world.bruno


@pytest.mark.parametrize("reason", ["", "netiquette", "it annoys me"])
def test_there_is_no_third_reason_to_delete(world, reason):
    with pytest.raises(acts.NoReason):
        acts.ask_deletion(said(world), world.bruno, reason)


def test_cannot_hide_is_no_reason_where_the_network_can(world):
    with pytest.raises(acts.CanHide):
        acts.ask_deletion(said(world), world.bruno, "cannot_hide")


def test_cannot_hide_is_a_reason_where_the_network_cannot(world, monkeypatch):
    monkeypatch.setattr(Playground, "can", Playground.can - {Can.HIDE, Can.UNHIDE})
    assert acts.proposed(said(world)) == "cannot_hide"
    assert acts.ask_deletion(Message.objects.get(), world.bruno, "cannot_hide").state == State.ASKED


def test_personal_data_proposes_its_reason(world):
    assert acts.proposed(said(world, IBAN)) == "personal_data"
    assert acts.proposed(said(world, "Siete pagliacci", by="marco")) == ""


def test_a_network_that_deletes_only_ours_is_not_asked_for_more(world, monkeypatch):
    monkeypatch.setattr(Playground, "removes_others", False)
    with pytest.raises(moderate.NotPossible):
        acts.ask_deletion(said(world, IBAN), world.bruno, "personal_data")


def test_who_asked_is_never_the_second_person(world):
    act = acts.ask_deletion(said(world, IBAN), world.bruno, "personal_data")
    with pytest.raises(acts.OwnRequest):
        acts.agree(act, world.bruno, timezone.now() + LATER)
    assert Message.objects.get().removed_at is None


def test_nobody_deletes_before_it_has_cooled_down(world):
    act = acts.ask_deletion(said(world, IBAN), world.bruno, "personal_data")
    with pytest.raises(acts.TooSoon):
        acts.agree(act, world.elena, act.not_before - timedelta(seconds=1))
    assert Act.objects.get().state == State.ASKED


def test_a_second_person_says_yes_and_it_is_deleted_once(world):
    act = acts.ask_deletion(said(world, IBAN), world.bruno, "personal_data")
    acts.agree(act, world.elena, timezone.now() + LATER)
    act = Act.objects.get()
    assert (act.state, act.second, act.by) == (State.DONE, world.elena, world.bruno)
    assert Message.objects.get().removed_at
    with pytest.raises(WrongState):
        acts.agree(act, world.elena, timezone.now() + LATER)
    with pytest.raises(moderate.NotPossible):
        acts.undo(act, world.elena)  # what is deleted does not come back


def test_a_second_person_says_no_and_it_stays(world):
    act = acts.ask_deletion(said(world, IBAN), world.bruno, "personal_data")
    acts.refuse(act, world.elena)
    assert (Act.objects.get().state, Act.objects.get().second) == (State.REFUSED, world.elena)
    assert Event.objects.get(deed="deletion refused")
    with pytest.raises(WrongState):
        acts.agree(act, world.elena, timezone.now() + LATER)
    assert Message.objects.get().removed_at is None


def test_the_same_is_not_asked_for_twice(world):
    message = said(world, IBAN)
    acts.ask_deletion(message, world.bruno, "personal_data")
    with pytest.raises(acts.AskedAlready):
        acts.ask_deletion(message, world.elena, "personal_data")


def test_a_deletion_that_the_network_refuses_is_taken_back(world, monkeypatch):
    act = acts.ask_deletion(said(world, IBAN), world.bruno, "personal_data")
    acts.agree(act, world.elena, timezone.now() + LATER)
    step("deleted", Deaf(Refused("gone wrong")), monkeypatch)
    assert (Act.objects.get().state, Message.objects.get().removed_at) == (State.FAILED, None)


def test_our_own_words_go_at_once_and_leave_a_snapshot(world):
    theirs = said(world)
    ours = Message.objects.create(
        brand=world.brand, channel=world.rossi, conversation=theirs.conversation, key="ours", root="menu",
        kind="comment", text="Ci scusiamo", written_at=timezone.now(), received_at=timezone.now(),
    )  # fmt: skip
    act = acts.delete_ours(ours, world.ada)
    assert (act.state, act.snapshot["text"], act.snapshot["author"]) == (State.DONE, "Ci scusiamo", None)
    with pytest.raises(moderate.NotPossible):
        acts.delete_ours(theirs, world.ada)


def test_a_ban_needs_a_clause_a_second_person_and_time(world, clause):
    message = said(world)
    with pytest.raises(acts.NoClause):
        acts.ask_ban(message, world.bruno, None)
    act = acts.ask_ban(message, world.bruno, clause)
    with pytest.raises(acts.OwnRequest):
        acts.agree(act, world.bruno, timezone.now() + LATER)
    with pytest.raises(acts.TooSoon):
        acts.agree(act, world.elena)
    acts.agree(act, world.elena, timezone.now() + LATER)
    assert Event.objects.get(deed="banned").facts["who"] == "Chiara"
    assert Message.objects.get().removed_at is None
    acts.undo(Act.objects.get(), world.bruno)
    assert Act.objects.get().state == State.UNDONE


@pytest.fixture
def banned(world, clause):
    act = acts.ask_ban(said(world), world.bruno, clause)
    acts.agree(act, world.elena, timezone.now() + LATER)
    return Act.objects.get()


class Hears:
    """A network that remembers whom it was told to keep away."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def ban(self, person, _now) -> None:
        self.told.append(("ban", person))

    def unban(self, person) -> None:
        self.told.append(("unban", person))


def test_the_network_is_told_of_a_ban_and_of_its_end(world, banned, monkeypatch):
    network = Hears()
    step("banned", network, monkeypatch)
    acts.undo(banned, world.bruno)
    step("unhidden", network, monkeypatch)
    assert network.told == [("ban", "chiara"), ("unban", "chiara")]


def test_a_ban_that_was_lifted_before_the_network_was_told_of_it_ends_as_no_ban(world, banned, monkeypatch):
    acts.undo(banned, world.bruno)
    network = Hears()
    step("unhidden", network, monkeypatch)
    step("banned", network, monkeypatch)  # late
    assert network.told[-1] == ("unban", "chiara")


def test_a_network_that_refuses_a_ban_is_not_said_to_have_done_it(world, banned, monkeypatch):
    step("banned", Deaf(Refused("they are gone")), monkeypatch)
    act = Act.objects.get()
    assert (act.state, act.trouble) == (State.FAILED, "they are gone")
    assert Event.objects.get(deed="not done").facts["undone"] == "banned"
    assert Message.objects.get().hidden_at is None


def test_a_ban_that_cannot_be_lifted_goes_on_and_says_why(world, banned, monkeypatch):
    acts.undo(banned, world.bruno)
    step("unhidden", Deaf(Refused("not now")), monkeypatch)
    act = Act.objects.get()
    assert (act.state, act.trouble) == (State.DONE, "not now")
    assert Message.objects.get().hidden_at is None
    acts.undo(act, world.bruno)
    step("unhidden", network := Hears(), monkeypatch)
    assert network.told == [("unban", "chiara")]


def test_a_network_that_cannot_ban_or_is_not_connected_is_not_asked(world, banned, monkeypatch):
    network = Hears()
    with monkeypatch.context() as patched:
        patched.setattr(Playground, "can", Playground.can - {Can.BAN, Can.UNBAN})
        step("banned", network, patched)
    Message.objects.get().conversation.channel.__class__.objects.update(sealed=b"")
    step("banned", network, monkeypatch)
    assert network.told == []
    assert Act.objects.get().state == State.DONE


def test_the_whole_of_it_really_happens_on_the_network(world, work, transactional_db, monkeypatch):
    """Hidden, shown again, and deleted by two: what Piazza is asked to do, in this order."""
    asked = []
    monkeypatch.setattr(Playground, "_do", lambda _self, deed, ref: asked.append((deed, ref["key"])))
    message = said(world, IBAN)
    acts.undo(acts.hide(message, world.bruno), world.bruno)
    work()
    act = acts.ask_deletion(Message.objects.get(), world.bruno, "personal_data")
    acts.agree(act, world.elena, timezone.now() + LATER)
    work()
    assert [deed for deed, _ in asked] == ["hide", "unhide", "delete"]


def test_what_is_shown_again_calls_back_the_line_that_said_it_is_hidden(world, clause):
    Voice.objects.update(undo_s=30)
    act = acts.hide(said(world), world.bruno, clause=clause, line="Abbiamo nascosto questo commento.", language="it")
    assert Reply.objects.get().state == "scheduled"
    acts.undo(Act.objects.get(pk=act.pk), world.bruno)
    assert Reply.objects.get().state == "draft"
    assert Event.objects.filter(deed="reply withdrawn").count() == 1


def test_what_its_author_deletes_first_waits_for_nobody(world):
    message = said(world, "Il mio IBAN è IT60 X054 2811 1010 0000 0123 456")
    acts.ask_deletion(message, world.bruno, "personal_data")
    assert ledger.waiting(standing_of(world.elena))
    Message.objects.filter(pk=message.pk).update(removed_at=timezone.now())
    assert not ledger.waiting(standing_of(world.elena))
