"""The process, on one page: the stages of a batch that comes in; what follows each deed.

Listening, deciding, interacting, converting and measuring are rooms of verbs that do
not call forward.  Each verb writes what it did in the journal; this table says what
follows.  Each step runs as its own job and is tried again on its own.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from functools import partial

from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils import timezone

from premura import bell, journal, vault
from premura.decide import affected, triage, wake
from premura.decide import rules as routing
from premura.interact import acts, boomerang, deliver, disengage, gestures, moderate, pictures, rules
from premura.listen import corrections, hear, news, queries, readings, receive, store, voices
from premura.listen.batch import Heard, Place, Stored
from premura.listen.patterns import avalanche, care_alarm, joins, repeats
from premura.models import Act, Event, Message, Reply
from premura.networks.contract import Disconnected, Removed, Unreachable
from premura.queue import later

log = logging.getLogger("premura.flow")
Deed = Event.Deed
LAST_TRY = timedelta(minutes=20)  # a step is tried again for about 23 minutes: see `jobs.steps`


# -- what comes in ---------------------------------------------------------------------------


def drain(most: int = 500) -> int:
    """Take in up to `most` waiting deliveries as one batch; return how many there were."""
    try:
        with transaction.atomic():
            claimed = receive.claim(most)
            if claimed:
                _take_in(claimed)
    except (OperationalError, InterfaceError):
        raise  # the database is not there or two batches met: nothing is lost, and nothing is wrong with them
    except Exception:
        halve([c.id for c in claimed])
    return len(claimed)


def halve(ids: Sequence[int]) -> None:
    """Take in a batch that failed in halves, until the one that is poisonous stands alone and is set aside."""
    if len(ids) == 1:
        _one(ids[0])
        return
    for half in (ids[: len(ids) // 2], ids[len(ids) // 2 :]):
        try:
            with transaction.atomic():
                _take_in(receive.claim(len(half), only=half))
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            halve(half)


def _one(delivery: int) -> None:
    with transaction.atomic():
        claimed = receive.claim(1, only=[delivery])
        try:
            with transaction.atomic():
                _take_in(claimed)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            hear.set_aside([(c, _why(error)) for c in claimed])


def _take_in(claimed: Sequence[receive.Claimed]) -> None:
    """Run the stages on a batch, inside one transaction.

    Each is one statement or a few over the whole batch; what is said is read before it is stored, so that a new
    conversation stands right from the first; what belongs together and what comes first follows.
    """
    items = voices.place(hear.hear(claimed))
    stored = store.store(items, readings.read(items))
    hear.heard_from(claimed)
    _decide(stored)
    queries.hear(stored.new, stored.edited)
    for brand_id, conversations in stored.touched.items():
        journal.took_in(brand_id, len(conversations), stored.by_brand[brand_id])
        transaction.on_commit(partial(bell.ring, brand_id, conversations))
    if stored.removed:
        acts.author_was_faster(stored.removed)
    for brand_id in boomerang.watched(stored.new | stored.edited):
        messages, edited = stored.new.get(brand_id, []), stored.edited.get(brand_id, [])
        later("watch", brand_id=brand_id, messages=messages, edited=edited)
    for one in wake.needs(stored.new):
        _set_going(one, stored)


def decide(new: Sequence[int], conversations: Collection[int]) -> None:
    """See what of new messages belongs together, and give these conversations and theirs their place and their time.

    For these conversations the bell rings anyway.
    """
    touched, now = set(conversations), timezone.now()
    if new:
        touched |= repeats.find(new) | joins.find(new) | avalanche.find(new, now) | care_alarm.find(new, now)
    if touched:
        triage.triage(touched, now, rung=conversations)


def _decide(stored: Stored) -> None:
    """Decide about a batch; where that fails, what was said is kept all the same, and a job decides about it."""
    try:
        with transaction.atomic():
            decide(stored.said(), stored.conversations())
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.warning("a batch was stored, and not decided about: %s", type(error).__name__)
        later("decide", messages=sorted(stored.said()), conversations=sorted(stored.conversations()))


def _set_going(one: wake.Needs, stored: Stored) -> None:
    messages = stored.new[one.brand]
    if one.routes:
        later("route", brand_id=one.brand, conversations=sorted(stored.touched[one.brand]))
    for wanted, job in ((one.rules, "rules_came_in"), (one.issues, "propose_for"), (one.peers, "peers")):
        if wanted:
            later(job, brand_id=one.brand, messages=messages)


def watch(brand_id: int, messages: Sequence[int], edited: Sequence[int] = ()) -> None:
    """Look at what came in: does it come back after we put it away, and does a rule of the brand hide it?

    What was edited says something else now, and is looked at as anything new.
    """
    boomerang.look(brand_id, [*messages, *edited])
    rules.apply(brand_id, [*messages, *edited])


def _why(error: Exception) -> str:
    # PostgreSQL's errors quote what was said; the first line does not.
    words = str(error).splitlines()[0] if isinstance(error, DatabaseError) and str(error) else str(error)
    return f"{type(error).__name__}: {words}"


# -- what follows a deed -----------------------------------------------------------------------

Step = Callable[[Event], None]


def deliver_reply(event: Event) -> None:
    reply = Reply.objects.select_related(*deliver.WITH_IT).get(pk=event.facts["reply"])
    if reply.may("take"):  # a job may run twice; the second time there is nothing to do
        try:
            with vault.opened(reply.voice) as network:
                deliver.deliver(reply, network)
        except Disconnected as error:  # there was nobody to hand it to
            deliver.give_up(reply, error)


def look_for_reply(event: Event) -> None:
    reply = Reply.objects.select_related(*deliver.WITH_IT).get(pk=event.facts["reply"])
    if reply.state == Reply.State.UNCLEAR:
        try:
            with vault.opened(reply.voice) as network:
                deliver.look_for(reply, network)
        except Disconnected:
            return  # it stays unclear, and a person looks
        if reply.state == Reply.State.READY:
            deliver_reply(event)


def carry_out(event: Event) -> None:
    """Do on the network what was noted; where it could not be reached in all that time, take it back."""
    act = Act.objects.filter(pk=event.facts.get("act")).first()
    found = Message.objects.select_related("conversation__channel", "identity")
    message = found.get(pk=act.message_id if act is not None else event.facts["message"])
    if act is not None and act.deed == Act.Deed.BAN and not moderate.bans(message.conversation.channel):
        return  # ours alone
    spoken = Reply.objects.select_related("channel").filter(message=message, channel__isnull=False).first()
    # What another handle of ours said, only that handle can delete.
    channel = spoken.voice if spoken and event.deed == Deed.DELETED else message.conversation.channel
    try:
        with vault.opened(channel) as network:
            if not moderate.carry_out(event.deed, message, network, act):
                _taken_away(message)
    except Disconnected as error:
        moderate.take_back(event.deed, message, str(error), act)
    except Unreachable as error:
        if timezone.now() - event.at < LAST_TRY:
            raise
        moderate.take_back(event.deed, message, str(error), act)


def _taken_away(message: Message) -> None:
    """The network no longer has a message: that is the news that its author took it away, and is taken in as such."""
    channel, now, stored = message.conversation.channel, timezone.now(), Stored()
    place = Place(channel.pk, channel.brand_id, channel.team_id, channel.network, channel.key)
    with transaction.atomic():
        news.take_away([Heard(place, Removed(message.key), now)], stored)
        _decide(stored)
        acts.author_was_faster(stored.removed)


def keep_pictures(event: Event) -> None:
    """What an act's snapshot shows as addresses gets the hash of its bytes, while they can still be had."""
    if (act := Act.objects.filter(pk=event.facts.get("act")).first()) is not None:
        pictures.keep(act)


def like_refused(event: Event) -> None:
    """The network would not take a like of ours: who got nothing from us waits again."""
    gestures.refused(event)


def answered_after_all(event: Event) -> None:
    """Somebody answered whom we had chosen not to answer."""
    disengage.answered(event)


def decide_anew(event: Event) -> None:
    """What was done is heard by the brand's rules and by known issues, and then moves the order of work."""
    routing.changed(event)
    affected.heard(event)
    if event.conversation_id is not None:
        with transaction.atomic():
            triage.triage([event.conversation_id], timezone.now())


def teach(event: Event) -> None:
    """An agent put a reading right: the brand's heads learn from it."""
    corrections.teach(event.brand_id)


NEXT: dict[Event.Deed, tuple[Step, ...]] = {
    Deed.REPLY_RELEASED: (deliver_reply,),
    Deed.REPLY_SENT: (answered_after_all,),
    Deed.REPLY_UNCLEAR: (look_for_reply,),
    Deed.CORRECTED: (teach,),
    Deed.NOT_DONE: (like_refused,),
    Deed.LIKED: (carry_out,),
    Deed.HIDDEN: (carry_out, keep_pictures),
    Deed.DELETION_ASKED: (keep_pictures,),
    Deed.BAN_ASKED: (keep_pictures,),
    Deed.UNHIDDEN: (carry_out,),
    Deed.DELETED: (carry_out,),
    Deed.BANNED: (carry_out,),
}
MOVES = routing.LISTENED | affected.LISTENED | {
    Deed.CORRECTED, Deed.WOKEN, Deed.PROMISED, Deed.PROMISE_KEPT, Deed.PROMISE_WITHDRAWN,
}  # fmt: skip
NEXT |= {deed: (*NEXT.get(deed, ()), decide_anew) for deed in MOVES}
journal.FOLLOWED.update(NEXT)
