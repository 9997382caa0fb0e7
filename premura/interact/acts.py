"""Acts of moderation: to hide, to delete, to ban, and to take it back.

Hiding is the default and immediate.  Deleting what others wrote, and banning, need a reason, a second person and time
to cool down.  Each stands as a row with a snapshot before anything is done.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from premura import journal
from premura.interact import moderate, reply, snapshots
from premura.interact.moderate import REMOVED, NotPossible
from premura.models import Act, Agent, Clause, Conversation, Event, Message, ModerationRule, Reply
from premura.networks import NETWORKS
from premura.networks.contract import Can
from premura.prepare import netiquette, successors
from premura.text import personal_data

Deed = Event.Deed
State = Act.State
Reason = Act.Reason
COOLING = timedelta(minutes=10)
STANDING = (State.DONE, State.REVIEW)
REASONS = (Reason.CANNOT_HIDE, Reason.PERSONAL_DATA)  # for which others' words may be deleted: no third
MOST_WORDS = 2_000
CHANGED = "changed"  # as REMOVED, why a request was closed by nobody: its author was faster


class NotLikeThat(Exception):
    """It may not be done so.  Nothing was done."""


class NoReason(NotLikeThat):
    """A reason is missing, or it is none for which this may be done."""


class NoWhy(NotLikeThat):
    """There is a netiquette in force, and neither a clause of it nor words say why."""


class CanHide(NotLikeThat):
    """It was said that this network cannot hide; it can."""


class OnlyData(NotLikeThat):
    """Nobody else reads a private message: it is deleted for the personal data in it, and for nothing else."""


class Changed(NotLikeThat):
    """Its author changed it since: what stands there now is not what was judged."""


class NoClause(NotLikeThat):
    """Nobody is banned without a clause of the published netiquette, and no other clause counts."""


class OwnRequest(NotLikeThat):
    """Who asked for it cannot be the second person."""


class TooSoon(NotLikeThat):
    """The time to cool down is not over."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class AskedAlready(NotLikeThat):
    """Somebody asked for the same, and nobody has decided yet; or it is so already."""


def can_delete(message: Message) -> bool:
    """Whether the network deletes what somebody else wrote."""
    network, channel = NETWORKS[message.conversation.channel.network], message.conversation.channel
    wanted = Can.DELETE in network.can and network.removes_others and bool(channel.sealed)
    return wanted and not message.is_ours and message.removed_at is None


def proposed(message: Message) -> str:
    """Return the reason to delete that the message itself suggests; '' where there is none."""
    if personal_data.find(message.text):
        return Reason.PERSONAL_DATA
    return "" if message.conversation.private or moderate.can_hide(message) else Reason.CANNOT_HIDE


def seen(message: Message, stamp: str) -> None:
    """Raise Changed unless a message still says what somebody judged; '' where that is not known."""
    if stamp and stamp != snapshots.stamp(message):
        raise Changed(message.pk)


def hide(
    message: Message, by: Agent, *, clause: Clause | None = None, words: str = "", line: str = "", language: str = ""
) -> Act:
    """Hide what somebody wrote, at once; `line` is said in public with it, as a reply that quotes the clause.

    Where a netiquette is in force it needs a clause of it, or words.  Only these very words are hidden: `message` as
    it is given.

    Raises NotPossible and NotLikeThat; CannotReply when the line cannot be said: then nothing is hidden either.
    """
    if not moderate.may(message, Can.HIDE):
        raise NotPossible(f"cannot hide message {message.pk}")
    if clause is None and not words.strip() and netiquette.current(message.brand_id):
        raise NoWhy(message.pk)
    _published(message, clause)
    taken = snapshots.of(message)
    with transaction.atomic():
        _put_away(message, "hidden_at")
        reason = Reason.NETIQUETTE if clause else ""
        act = _stands(message, Act.Deed.HIDE, taken, by=by, reason=reason, clause=clause, words=words)
        journal.write(Deed.HIDDEN, message.conversation, by, message=message.pk, act=act.pk)
        if line.strip():
            act.told = reply.submit(message.conversation, line, by, to=message, language=language)
            act.save(update_fields=["told"])
    return act


def will_tell(act: Act, line: Reply) -> None:
    """Note that a draft is to be the public line of an act: it is, once it is sent."""
    Act.objects.filter(pk=act.pk).update(told=line)


def hide_by_rule(rule: ModerationRule, messages: Sequence[Message]) -> list[Act]:
    """Hide what a rule caught, into the queue that people review.  Each needs identity and conversation at hand.

    What was edited meanwhile is left: it is looked at anew.  The clause is what the rule's own has become in what is
    in force.
    """
    able = [m for m in messages if moderate.may(m, Can.HIDE)]
    taken, clause = snapshots.of_many(able), successors.in_force(rule.clause)
    acts = []
    with transaction.atomic():
        rows = Message.objects.select_for_update().filter(pk__in=[m.pk for m in able], hidden_at=None, removed_at=None)
        said = dict(rows.order_by("pk").values_list("pk", "text"))
        free = {m.pk for m in able if said.get(m.pk) == m.text}
        Message.objects.filter(pk__in=free).update(hidden_at=timezone.now())
        for message in able:
            if message.pk in free:
                given = {"rule": rule, "reason": Reason.NETIQUETTE, "clause": clause, "state": State.REVIEW}
                act = _stands(message, Act.Deed.HIDE, taken[message.pk], **given)
                journal.write(Deed.HIDDEN, message.conversation, message=message.pk, act=act.pk, rule=rule.catches)
                acts.append(act)
    return acts


def delete_ours(message: Message, by: Agent) -> Act:
    """Delete what we wrote, at once: it needs no second person.  Raises NotPossible."""
    if not moderate.may(message, Can.DELETE):
        raise NotPossible(f"cannot delete message {message.pk}")
    taken = snapshots.of(message)
    with transaction.atomic():
        _put_away(message, "removed_at")
        act = _stands(message, Act.Deed.DELETE, taken, by=by)
        journal.write(Deed.DELETED, message.conversation, by, message=message.pk, act=act.pk)
    return act


def ask_deletion(message: Message, by: Agent, reason: str, *, clause: Clause | None = None, words: str = "") -> Act:
    """Ask that what somebody wrote be deleted.  Raises NotPossible and NotLikeThat."""
    if not can_delete(message):
        raise NotPossible(f"cannot delete message {message.pk}")
    if reason not in REASONS:
        raise NoReason(reason)
    if reason == Reason.CANNOT_HIDE and message.conversation.private:
        raise OnlyData(message.pk)
    if reason == Reason.CANNOT_HIDE and moderate.can_hide(message):
        raise CanHide(message.pk)
    _published(message, clause)
    return _ask(message, Act.Deed.DELETE, Deed.DELETION_ASKED, by, reason=reason, clause=clause, words=words)


def ask_ban(message: Message, by: Agent, clause: Clause | None, words: str = "") -> Act:
    """Ask that the author of a message be banned: on the network where it can, and marked here.  Raises as above."""
    if message.is_ours:
        raise NotPossible("we do not ban ourselves")
    if clause is None:
        raise NoClause
    _published(message, clause)
    given = {"reason": Reason.NETIQUETTE, "clause": clause, "words": words}
    return _ask(message, Act.Deed.BAN, Deed.BAN_ASKED, by, **given)


def agree(act: Act, by: Agent, now: datetime | None = None) -> None:
    """Say yes as the second person, and do it.  Raises NotLikeThat, NotPossible and WrongState.

    Only what was judged is deleted.  Where its author changed it since, or took it away, the request is closed, and
    for the new words it must be asked anew.
    """
    if act.by_id == by.pk:
        raise OwnRequest(act.pk)
    if act.may("do") and (now or timezone.now()) < act.not_before:
        raise TooSoon(act.not_before)
    message = act.message
    with transaction.atomic():
        stands = Message.objects.select_for_update().get(pk=message.pk)
        overtaken = _overtaken(act, stands) if act.deed == Act.Deed.DELETE and act.may("do") else ""
        if overtaken:
            _close([act], overtaken)
        else:
            act.do(second=by)
            _carry(act, message, by)
    if overtaken:
        raise Changed(message.pk) if overtaken == CHANGED else NotPossible(f"message {message.pk} is gone already")


def author_was_faster(messages: Sequence[int]) -> None:
    """Close the requests to delete what its author took away: nobody is left to say yes to anything."""
    waits = Act.objects.select_related("conversation").filter(message__in=messages, deed=Act.Deed.DELETE)
    with transaction.atomic():
        _close(waits.filter(state=State.ASKED).order_by("pk"), REMOVED)


def refuse(act: Act, by: Agent) -> None:
    """Say no; who asked may take it back so, too.  Raises WrongState."""
    with transaction.atomic():
        act.refuse(second=by)
        journal.write(Deed.DELETION_REFUSED, act.conversation, by, act=act.pk, of=act.deed)


def undo(act: Act, by: Agent) -> None:
    """Show again what was hidden, and call back the line that says so; or lift a ban.

    A line that has left already stands: see `line_stands`.

    Raises NotPossible for what is deleted, WrongState.
    """
    if act.deed == Act.Deed.DELETE:
        raise NotPossible("what is deleted does not come back")
    with transaction.atomic():
        act.undo()
        Act.objects.filter(pk=act.pk).update(trouble="", second=by if act.by_id is None else act.second_id)
        if act.deed == Act.Deed.HIDE:
            Message.objects.filter(pk=act.message_id).update(hidden_at=None)
            moderate.untell(act)
        journal.write(Deed.UNHIDDEN, act.conversation, by, message=act.message_id, act=act.pk, of=act.deed)


def line_stands(act: Act) -> bool:
    """Whether we still say in public, or are about to, that something is hidden that is not hidden any more."""
    told = Reply.objects.select_related("message").filter(pk=act.told_id or 0).first()
    return act.deed == Act.Deed.HIDE and not act.holds and told is not None and told.stands


def keep(act: Act, by: Agent) -> None:
    """Say of what a rule hid that it is rightly hidden.  Raises WrongState."""
    with transaction.atomic():
        act.keep(second=by)
        journal.write(Deed.ACT_KEPT, act.conversation, by, message=act.message_id, act=act.pk)


def show_again(message: Message, by: Agent) -> Act | None:
    """Show a hidden message again, whoever hid it, and wherever; return the act that is undone by it, if any.

    Raises NotPossible and WrongState.
    """
    if not moderate.may(message, Can.UNHIDE):
        raise NotPossible(f"cannot unhide message {message.pk}")
    acts = Act.objects.select_related("conversation").filter(message=message, deed=Act.Deed.HIDE, state__in=STANDING)
    if act := acts.order_by("-pk").first():
        undo(act, by)
    else:
        moderate.unhide(message, by)
    return act


def _published(message: Message, clause: Clause | None) -> None:
    house = clause and clause.netiquette
    if house and (house.brand_id != message.brand_id or house.published_at is None):
        raise NoClause


def _put_away(message: Message, field: str) -> None:
    # Of two who press the button together one is told that it is done already; and nothing goes that nobody judged.
    now = timezone.now()
    free = Message.objects.filter(**{"pk": message.pk, field: None, "removed_at": None})
    if free.filter(text=message.text).update(**{field: now}) != 1:
        if free.exists():
            raise Changed(message.pk)
        raise NotPossible(f"message {message.pk} is gone already")
    setattr(message, field, now)


def _overtaken(act: Act, message: Message) -> str:
    """Return why nobody can say yes to a request any more; '' where what was judged still stands there."""
    if message.removed_at is not None:
        return REMOVED
    return "" if snapshots.is_of(act.snapshot, message) else CHANGED


def _close(acts: Iterable[Act], why: str) -> None:
    for act in acts:
        act.close(why)
        journal.write(Deed.DELETION_REFUSED, act.conversation, act=act.pk, of=act.deed, how=why)


def _carry(act: Act, message: Message, by: Agent) -> None:
    if act.deed == Act.Deed.BAN:
        journal.write(Deed.BANNED, act.conversation, by, message=message.pk, act=act.pk, who=str(message.identity))
        return
    _put_away(message, "removed_at")
    journal.write(Deed.DELETED, act.conversation, by, message=message.pk, act=act.pk, whose="theirs")


def _stands(message: Message, deed: str, taken: dict[str, Any], **given: Any) -> Act:
    given = {"state": State.DONE, "done_at": timezone.now()} | given
    given["words"] = str(given.get("words", "")).strip()[:MOST_WORDS]
    return Act.objects.create(
        brand_id=message.brand_id, conversation=message.conversation, message=message, deed=deed, snapshot=taken,
        hash=snapshots.hashed(taken), **given,
    )  # fmt: skip


def _ask(message: Message, deed: str, line: Event.Deed, by: Agent, **given: Any) -> Act:
    taken = snapshots.of(message)
    now = timezone.now()
    with transaction.atomic():
        Conversation.objects.select_for_update().get(pk=message.conversation_id)
        same = Q(message=message) if deed == Act.Deed.DELETE else Q(message__identity=message.identity_id)
        states = [State.ASKED] if deed == Act.Deed.DELETE else [State.ASKED, State.DONE]
        found = Act.objects.filter(same, brand=message.brand_id, deed=deed, state__in=states)
        there = list(found.select_related("conversation"))
        old = [one for one in there if deed == Act.Deed.DELETE and _overtaken(one, message)]
        _close(old, CHANGED)  # it was asked for other words
        if len(old) < len(there):
            raise AskedAlready(message.pk)
        given |= {"by": by, "state": State.ASKED, "not_before": now + COOLING, "done_at": None}
        act = _stands(message, deed, taken, **given)
        journal.write(line, message.conversation, by, message=message.pk, act=act.pk, reason=act.reason)
    return act
