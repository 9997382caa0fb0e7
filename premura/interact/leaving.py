"""Leaving: a reply goes when its time has come, and can be called back until then."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from premura import journal
from premura.decide import affected
from premura.guard.contract import NEVER, Finding, Severity
from premura.interact import disengage, freeze, parts, signing, windows
from premura.interact import guard as guarding
from premura.interact.refusals import Disengaged, Objected, PrivateOnce, SomethingCameIn, WindowClosed
from premura.interact.seen import Seen, look_first
from premura.models import Agent, Event, Reply, WrongState

Deed = Event.Deed
State = Reply.State
OVERDUE = timedelta(seconds=15)  # its own job did not come
CLOCKS_DIFFER = timedelta(seconds=1)
WITH_IT = ("conversation__channel", "author", "approver", "follows")


def leave(waiting: Reply, now: datetime) -> None:
    """Release a reply whose time has come.  It is looked at again first: it goes back to its author instead where
    somebody wrote or changed their words meanwhile, somebody chose not to answer, the network's window has closed, or
    the guard says no.  On a frozen account it waits."""
    if waiting.state != State.SCHEDULED or not _is_due(waiting, now) or freeze.holds(waiting):
        return  # called back, released by somebody, or a job that ran twice; or a lead stopped all sending
    with suppress(WrongState):
        if why := against(waiting, now):
            _back(waiting, **why)
            return
        with transaction.atomic():
            still_waits(waiting, State.SCHEDULED)
            waiting.release(waiting.approver)
            by = waiting.approver or waiting.author
            journal.write(Deed.REPLY_RELEASED, waiting.conversation, by, reply=waiting.pk)


def due(now: datetime) -> list[Reply]:
    """Return what should have left: its job was lost, or the part before it stands since.  At most a hundred."""
    lost = Q(leaves_at__lt=now - OVERDUE) | Q(leaves_at=None, follows__state=State.SENT)
    found = Reply.objects.filter(lost, state=State.SCHEDULED).exclude(freeze.HELD_UP)
    return list(found.select_related(*WITH_IT).order_by("pk")[:100])


def still_waits(waiting: Reply, state: str) -> None:
    """Hold on to a reply until the transaction ends.  Raises WrongState where it is not in `state` any more.

    A draft may be released too, so the move alone would let leave what was called back a moment ago.
    """
    if not Reply.objects.select_for_update().filter(pk=waiting.pk, state=state).exists():
        raise WrongState(waiting, "release")


def withdraw(waiting: Reply, by: Agent) -> Reply:
    """Call a reply back: it is a draft again, with all its parts in one.  Raises WrongState when it has left."""
    first = waiting
    while first.follows is not None:
        first = first.follows
    with transaction.atomic():
        to_draft(first)
        journal.write(Deed.REPLY_WITHDRAWN, first.conversation, by, reply=first.pk)
    return first


def to_draft(first: Reply) -> None:
    """Make a reply that waits a draft again; who was to read in it how a known issue stands has not been told.

    Call it inside a transaction.
    """
    first.withdraw()
    affected.not_told(first)  # at once: the draft may be gone before any step that follows the deed
    rest = rest_of([first.pk]).get(first.pk, [])
    # The name that it would have left with is put there again when it leaves.
    text = signing.unsigned(whole(first, rest), signing.name_for(first.conversation, first.author))
    for part in reversed(rest):
        part.withdraw()  # none of them may have left: the first has not
        part.delete()
    Reply.objects.filter(pk=first.pk).update(text=text, changed_at=timezone.now())
    first.text = text


def rest_of(firsts: Sequence[int]) -> dict[int, list[Reply]]:
    """Return the further parts of these threads, in order, by the first part's key.  A query a part, not a thread."""
    found: dict[int, list[Reply]] = {}
    heads = {pk: pk for pk in firsts}
    while heads:
        following = Reply.objects.filter(follows__in=heads)
        before, heads = heads, {}
        for part in following:
            heads[part.pk] = before[part.follows_id or 0]
            found.setdefault(heads[part.pk], []).append(part)
    return found


def whole(first: Reply, rest: Sequence[Reply]) -> str:
    """Return a thread's text in one piece."""
    return parts.joined([first.text, *(part.text for part in rest)]) if rest else first.text


def _is_due(waiting: Reply, now: datetime) -> bool:
    if waiting.leaves_at is None:
        return waiting.follows is not None and waiting.follows.state == State.SENT
    return waiting.leaves_at <= now + CLOCKS_DIFFER


def against(waiting: Reply, now: datetime) -> dict[str, Any]:
    """Return why a reply does not leave: {} when it may.  The further parts of a thread follow the first."""
    if waiting.follows_id is not None:
        return {}
    try:
        look_again(waiting, now)
    except SomethingCameIn as error:
        return {"why": error.why}
    except Disengaged:
        return {"why": "disengaged"}
    except PrivateOnce:
        return {"why": "private once"}
    except WindowClosed:
        return {"why": "window closed"}
    except Objected as error:
        return {"why": "guard", "rules": sorted({finding.rule for finding in error.findings})}
    return {}


def look_again(waiting: Reply, now: datetime, *, seen: str = "", text: str = "", at: datetime | None = None) -> None:
    """Look at a reply as things are now: who wrote or changed their words since, the network's time, the guard.

    Takes    seen: how far who lets it go has read, else its author's word counts; text: what it is changed to;
             at: when it is to leave, where that is later.
    Raises   SomethingCameIn, Disengaged, WindowClosed (of which PrivateOnce), Objected with what speaks against it and
             was not answered with a reason.
    """
    looked = Seen.of(seen or waiting.seen)
    if seen or waiting.seen:  # the line that says what was hidden goes out without a look, and is the last word
        look_first(waiting.conversation, waiting.author, looked)
        if (out := disengage.out(waiting.conversation)) and out.at > waiting.written_at:
            raise Disengaged(str(out))
    to, at = waiting.to, at or now
    if closed := windows.closed(waiting.conversation, waiting.private, now, at, to=to, reply=waiting.pk):
        raise closed
    if waiting.follows_id is None and (found := _guards_no(waiting, looked, text)):
        raise Objected(found)


def _guards_no(waiting: Reply, seen: Seen, text: str) -> list[Finding]:
    text = text or whole(waiting, rest_of([waiting.pk]).get(waiting.pk, []))
    findings = guarding.check(
        waiting.conversation, text, waiting.author,
        to=waiting.to, reply=waiting.pk, private=waiting.private, way_reason=windows.SAID_WHY in waiting.overrides,
        our_mistake=waiting.our_mistake, promised_for=waiting.promised_for, seen=seen, begun_at=waiting.begun_at,
        edits=waiting.edits, second_person=True,  # it has waited
        answered_later=waiting.answered_later, known_issue=waiting.known_issue,
    )  # fmt: skip
    known = {*waiting.overrides, "collision"} - NEVER  # `look_first` says who wrote
    return [f for f in findings if f.severity in (Severity.BLOCK, Severity.WARN) and f.rule not in known]


def _back(waiting: Reply, **why: Any) -> None:
    with transaction.atomic():
        to_draft(waiting)
        journal.write(Deed.REPLY_WITHDRAWN, waiting.conversation, reply=waiting.pk, **why)
