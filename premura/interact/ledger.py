"""The ledger: every act of moderation with what stood there before, for the brand's own people to read."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import BigIntegerField, CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, NullIf
from django.http import Http404

from premura import access
from premura.access import Standing
from premura.interact import moderate, snapshots
from premura.interact.acts import STANDING
from premura.interact.rules import is_called_criticism
from premura.models import Act, Agent, Boomerang, Conversation, Event, Exhibit, Membership, Message, Reply
from premura.networks.contract import Can
from premura.paging import Page, by_time

WITH_IT = ("clause__netiquette", "by", "second", "rule", "told__message", "conversation__channel",
           "conversation__identity", "message__identity", "message__reading")  # fmt: skip
MOST_WAITING = 50


def listed(
    standing: Standing, after: str = "", *, deed: str = "", state: str = "", who: int | None = None, size: int = 30
) -> Page[Act]:
    """Return the acts that may be read, newest first."""
    found = _visible(standing)
    wanted = {"deed": deed, "state": state, "by": who}
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    page = by_time(found, "asked_at", after, size)
    _with_boomerangs(page.rows)
    _with_exhibits(page.rows)
    for row in page.rows:
        _as_now(row, row.message)
    return page


def waiting(standing: Standing) -> list[Act]:
    """Return the acts that wait for a person, the oldest first; at most fifty."""
    rows = _visible(standing).filter(state__in=(Act.State.ASKED, Act.State.REVIEW)).order_by("pk")
    rows = rows.exclude(deed=Act.Deed.DELETE, message__removed_at__isnull=False)  # its author was faster
    found = list(rows[:MOST_WAITING])
    _with_exhibits(found)
    for row in found:
        _as_now(row, row.message)
    return found


def act(agent: Agent, pk: int) -> tuple[Standing, Act]:
    """Return one act to decide on.  Raises as `access.conversation` does."""
    found = Act.objects.select_related("message__identity", "clause__netiquette").filter(pk=pk).first()
    if found is None:
        raise Http404(f"no act {pk}")
    mine, found.conversation = access.conversation(agent, found.conversation_id, access.Act.MODERATE)
    found.message.conversation = found.conversation
    return mine, found


def asked(message: Message) -> dict[str, Act]:
    """Return what waits for a second person, by deed: to delete a message as it stands now, to ban its author."""
    same = Q(deed=Act.Deed.DELETE, message=message) | Q(deed=Act.Deed.BAN, message__identity=message.identity_id)
    found = Act.objects.filter(same, brand=message.brand_id, state=Act.State.ASKED).select_related("by", "clause")
    there = message.removed_at is None
    waits = [one for one in found.order_by("pk") if one.deed == Act.Deed.BAN or snapshots.is_of(one.snapshot, message)]
    return {one.deed: one for one in waits if there or one.deed == Act.Deed.BAN}


def exhibit(agent: Agent, pk: int, number: int) -> Exhibit:
    """Return a picture of an act's snapshot.  Raises Http404 for one that is not there, or not for this person."""
    standing = access.need(access.standing(agent), access.Act.READ)
    found = Exhibit.objects.filter(act__in=_visible(standing).values("pk"), act=pk, number=number).first()
    if found is None:
        raise Http404(f"no picture {number} of act {pk}")
    return found


def doers(standing: Standing) -> list[Agent]:
    """Return who may have acted: the brand's people, by name."""
    members = Membership.objects.filter(brand=standing.brand).values("agent")
    return list(Agent.objects.filter(pk__in=members).order_by("name")[:500])


def exported(standing: Standing) -> Iterator[dict[str, Any]]:
    """Yield all acts that may be read, oldest first, as plain words."""
    for one in _visible(standing).order_by("pk").iterator(chunk_size=500):
        yield {
            "id": one.pk, "deed": one.deed, "state": one.state, "reason": one.reason, "words": one.words,
            "clause": one.clause and {
                "version": one.clause.netiquette.version, "number": one.clause.number, "title": one.clause.title,
            },
            "rule": one.rule and one.rule.catches, "by": one.by and str(one.by), "second": one.second and
            str(one.second), "asked_at": one.asked_at.isoformat(), "done_at": one.done_at and one.done_at.isoformat(),
            "undone_at": one.undone_at and one.undone_at.isoformat(),
            "undone_by": one.undone_at and getattr(one, "undone_by", None),
            "trouble": one.trouble, "told": one.told.text if one.told and one.told.state == Reply.State.SENT else None,
            "snapshot": one.snapshot, "hash": one.hash,
        }  # fmt: skip


def on_messages(messages: Iterable[Message]) -> dict[int, Act]:
    """Return for each message the newest act that stands on it, or waits, or failed.

    For a line of ours that says in public that something is hidden: the hiding, where it holds no more.
    """
    by_pk = {m.pk: m for m in messages}
    lines = {m.reply.pk: m for m in by_pk.values() if m.is_ours and getattr(m, "reply", None)}
    there = Q(message__in=by_pk, state__in=(*STANDING, Act.State.ASKED, Act.State.FAILED))
    over = Q(told__in=lines, deed=Act.Deed.HIDE, state__in=(Act.State.UNDONE, Act.State.FAILED))
    found = Act.objects.filter(there | over).exclude(deed=Act.Deed.BAN).select_related("by", "second", "clause")
    standing = {}
    for act in found.order_by("pk"):
        if not act.holds and act.told_id in lines:
            standing[lines[act.told_id].pk] = act
        if act.state != Act.State.UNDONE and act.message_id in by_pk:
            standing[act.message_id] = act
            _as_now(act, by_pk[act.message_id], lines=False)
    return standing


def banned(conversation: Conversation) -> Act | None:
    """Return the ban that stands on the person of a conversation."""
    bans = Act.objects.filter(brand=conversation.brand_id, deed=Act.Deed.BAN, state=Act.State.DONE)
    return bans.filter(message__identity=conversation.identity_id).select_related("second").order_by("-pk").first()


def _visible(standing: Standing) -> QuerySet[Act]:
    undoer = Event.objects.filter(conversation=OuterRef("conversation"), deed=Event.Deed.UNHIDDEN, by__isnull=False)
    undoer = undoer.annotate(of=Cast(KT("facts__act"), BigIntegerField())).filter(of=OuterRef("pk")).order_by("-pk")
    found = Act.objects.filter(brand=standing.brand).select_related(*WITH_IT)
    name = Coalesce(NullIf("by__name", Value("")), "by__email", output_field=CharField())
    named = undoer.annotate(name=name).values("name")
    found = found.annotate(undone_by=Subquery(named[:1]))
    if standing.teams is not None:
        found = found.filter(conversation__in=access.conversations(standing).values("pk"))
    return found


def _as_now(row: Act, message: Message, *, lines: bool = True) -> None:
    """Give an act what it is compared with: `now`, its message where that says something else since; `criticism`,
    whether it reads so; and where `lines` are shown, whether ours stands in public without cause and can be deleted."""
    reading = getattr(message, "reading", None)
    there = message.removed_at is None
    row.message = message
    row.now = message if there and not snapshots.is_of(row.snapshot, message) else None  # type: ignore[attr-defined]
    row.criticism = reading is not None and is_called_criticism(reading)  # type: ignore[attr-defined]
    if lines and row.told is not None and row.deed == Act.Deed.HIDE:
        row.line_stands = row.told.stands and not row.holds  # type: ignore[attr-defined]
        said = row.told.message
        if said is not None and said.conversation_id == row.conversation_id:
            said.conversation = row.conversation
            row.line_goes = moderate.may(said, Can.DELETE)  # type: ignore[attr-defined]


def _with_boomerangs(rows: list[Act]) -> None:
    back: dict[int, list[Boomerang]] = {}
    found = Boomerang.objects.filter(act__in=[row.pk for row in rows]).select_related("message").order_by("pk")
    for one in found[:500]:
        back.setdefault(one.act_id, []).append(one)
    for row in rows:
        row.back = back.get(row.pk, [])  # type: ignore[attr-defined]


def _with_exhibits(rows: list[Act]) -> None:
    kept: dict[int, list[Exhibit]] = {}
    for one in Exhibit.objects.filter(act__in=[row.pk for row in rows]).defer("data").order_by("number")[:500]:
        kept.setdefault(one.act_id, []).append(one)
    for row in rows:
        row.kept = kept.get(row.pk, [])  # type: ignore[attr-defined]
