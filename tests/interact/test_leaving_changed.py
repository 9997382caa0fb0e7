"""A reply that waits goes back to its author when what it answers is not what they had read any more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura.interact import deliver, disengage, leaving, second
from premura.interact import reply as replying
from premura.interact.reply import Besides, submit
from premura.models import Agent, Event, Membership, Message, Reply
from premura.networks.contract import Kind
from tests.interact.test_leaving import State, fresh
from tests.interact.test_reply import Piazza
from tests.web.test_inbox import now_says, signed_in

ASKED = "Quando arriva il mio vino rosso?"
ANSWER = "Ciao Chiara, il tuo vino rosso arriva domani mattina alle 9."


def tomorrow(world, asked, **more) -> Reply:
    besides = Besides(leaves_at=timezone.now() + timedelta(hours=20))
    return submit(asked, ANSWER, by=world.ada, seen=replying.seen(asked), besides=besides, **more)


def leaves(reply) -> str:
    leaving.leave(fresh(reply), timezone.now() + timedelta(hours=21))
    return fresh(reply).state


def edits(words: str, became: str) -> None:
    at = timezone.now()
    was = [{"text": words, "until": at.isoformat()}]
    assert Message.objects.filter(text=words).update(text=became, was=was, edited_at=at) == 1


def why() -> list[str]:
    return [event.facts["why"] for event in Event.objects.filter(deed="reply withdrawn")]


@pytest.mark.guarded
def test_what_they_edited_meanwhile_goes_back_to_its_author_who_reads_why(world):
    reply = tomorrow(world, now_says(world, ASKED))
    edits(ASKED, "Vorrei il bianco, non il rosso. Annullate l’ordine.")
    assert (leaves(reply), why()) == (State.DRAFT, ["edited"])


def test_what_they_took_away_meanwhile_is_not_answered(world):
    reply = tomorrow(world, now_says(world, ASKED))
    Message.objects.filter(text=ASKED).update(removed_at=timezone.now())
    assert (leaves(reply), why()) == (State.DRAFT, ["taken away"])


def test_a_network_whose_clock_runs_ahead_hides_nothing_that_is_taken_away(world):
    asked = now_says(world, ASKED)
    edits(ASKED, "Quando arriva il mio vino bianco?")
    Message.objects.update(edited_at=timezone.now() + timedelta(days=1))
    reply = tomorrow(world, asked)
    Message.objects.update(removed_at=timezone.now())
    assert (leaves(reply), why()) == (State.DRAFT, ["taken away"])


def test_what_its_author_had_read_edited_leaves(world):
    asked = now_says(world, ASKED)
    edits(ASKED, "Quando arriva il mio vino bianco?")
    assert leaves(tomorrow(world, asked)) == State.READY


def test_an_edit_while_one_writes_is_read_before_it_is_answered(world):
    asked = now_says(world, ASKED)
    seen = replying.seen(asked)
    edits(ASKED, "Annullate l’ordine.")
    with pytest.raises(replying.SomethingCameIn) as caught:
        submit(asked, ANSWER, by=world.ada, seen=seen)
    assert [message.text for message in caught.value.changed] == ["Annullate l’ordine."]
    assert submit(asked, ANSWER, by=world.ada, seen=replying.seen(asked)).state == State.READY


def test_an_edit_of_ours_or_in_their_private_talk_holds_nothing_up(world):
    asked, at = now_says(world, ASKED), timezone.now()
    now_says(world, "E il mio indirizzo?", kind=Kind.DIRECT, root="chat")
    Message.objects.create(
        brand=world.brand, channel=world.rossi, conversation=asked, key="ours", root="menu", kind="comment",
        text="Guardiamo.", written_at=at, received_at=at,
    )  # fmt: skip
    reply = tomorrow(world, asked)
    edits("E il mio indirizzo?", "E il mio CAP?")
    edits("Guardiamo.", "Guardiamo subito.")
    assert leaves(reply) == State.READY


def test_where_a_colleague_chose_not_to_answer_nothing_leaves(world):
    asked = now_says(world, ASKED)
    reply = tomorrow(world, asked)
    disengage.disengage(asked, world.bruno, "dialogo impossibile")
    assert (leaves(reply), why()) == (State.DRAFT, ["disengaged"])


def test_who_answers_after_all_is_not_held_up_by_what_was_chosen_before(world):
    asked = now_says(world, ASKED)
    disengage.disengage(asked, world.bruno, "dialogo impossibile")
    assert leaves(tomorrow(world, asked)) == State.READY


def gone(world, asked):
    Message.objects.update(removed_at=timezone.now())


def edited(world, asked):
    edits(ASKED, "Anzi, bianco.")


def disengaged(world, asked):
    disengage.disengage(asked, world.bruno, "Basta")


@pytest.mark.parametrize(
    ("meanwhile", "draft", "failed"),
    [
        (edited, "what they had written was edited. Look at it, then send", "was edited or taken away. Look at it"),
        (gone, "what they had written was taken away. Look at it, then send", "was edited or taken away. Look at it"),
        (disengaged, "meanwhile somebody chose not to answer here.", "Meanwhile somebody chose not to answer here."),
    ],
)
def test_its_author_reads_in_plain_words_why_it_did_not_leave(world, meanwhile, draft, failed):
    Agent.objects.filter(pk=world.ada.pk).update(language="en")
    asked = now_says(world, ASKED)
    waits, tried = tomorrow(world, asked), tomorrow(world, asked)
    Reply.objects.filter(pk=tried.pk).update(state=State.READY, tries=1)
    meanwhile(world, asked)
    leaves(waits)
    deliver.deliver(fresh(tried), Piazza())
    page = signed_in(world.ada).get(f"/conversations/{asked.pk}/").text
    assert f"Your reply did not leave: {draft}" in page
    assert failed in page.split("said--failed")[1]


@pytest.mark.parametrize("what", ["edited", "disengaged"])
def test_no_second_persons_yes_lets_it_leave_unread(world, what):
    Membership.objects.filter(agent=world.ada).update(is_newcomer=True)
    asked = now_says(world, ASKED)
    held, looked = tomorrow(world, asked), str(replying.seen(asked))
    if what == "edited":
        edits(ASKED, "Annullate l’ordine.")
    else:
        disengage.disengage(asked, world.elena, "dialogo impossibile")
    with pytest.raises(replying.CannotReply):
        second.approve(fresh(held), world.bruno, looked)
    assert fresh(held).state == State.HELD


def test_what_failed_and_was_edited_since_is_read_before_it_is_tried_again(world):
    asked = now_says(world, ASKED)
    reply = submit(asked, ANSWER, by=world.ada, seen=replying.seen(asked))
    Reply.objects.filter(pk=reply.pk).update(state=State.FAILED)
    edits(ASKED, "Annullate l’ordine.")
    with pytest.raises(replying.SomethingCameIn):
        deliver.try_again(fresh(reply), world.ada)
    deliver.try_again(fresh(reply), world.ada, str(replying.seen(asked)))
    assert fresh(reply).state == State.READY


def test_a_look_of_before_edits_were_noted_is_a_look_all_the_same(world):
    asked = now_says(world, ASKED)
    edits(ASKED, "Quando arriva il mio vino bianco?")
    reply = tomorrow(world, asked)
    Reply.objects.filter(pk=reply.pk).update(seen=".".join(reply.seen.split(".")[:2]))
    assert leaves(reply) == State.READY
