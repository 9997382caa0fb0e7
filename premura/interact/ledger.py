"""The ledger: every act of moderation with what stood there before, for the brand's own people to read."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from premura import access
from premura.access import Standing
from premura.interact.acts import STANDING
from premura.models import Act, Agent, Boomerang, Conversation, Exhibit, Membership, Message
from premura.paging import Page, by_time

WITH_IT = ("clause__netiquette", "by", "second", "rule", "told", "conversation__channel", "conversation__identity",
           "message__identity")  # fmt: skip
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
    return page


def waiting(standing: Standing) -> list[Act]:
    """Return the acts that wait for a person, the oldest first; at most fifty."""
    rows = _visible(standing).filter(state__in=(Act.State.ASKED, Act.State.REVIEW)).order_by("pk")
    rows = rows.exclude(deed=Act.Deed.DELETE, message__removed_at__isnull=False)  # its author was faster
    found = list(rows[:MOST_WAITING])
    _with_exhibits(found)
    return found


def act(agent: Agent, pk: int) -> tuple[Standing, Act]:
    """Return one act to decide on.  Raises as `access.conversation` does."""
    found = Act.objects.select_related("message__identity", "clause__netiquette").filter(pk=pk).first()
    if found is None:
        raise Http404(f"no act {pk}")
    mine, found.conversation = access.conversation(agent, found.conversation_id, access.Act.MODERATE)
    found.message.conversation = found.conversation
    return mine, found


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
            "undone_at": one.undone_at and one.undone_at.isoformat(), "trouble": one.trouble,
            "told": one.told and one.told.text, "snapshot": one.snapshot, "hash": one.hash,
        }  # fmt: skip


def on_messages(messages: Iterable[Message]) -> dict[int, Act]:
    """Return for each message the newest act that stands on it, or waits, or failed."""
    states = (*STANDING, Act.State.ASKED, Act.State.FAILED)
    found = Act.objects.filter(message__in=[m.pk for m in messages], state__in=states).exclude(deed=Act.Deed.BAN)
    return {act.message_id: act for act in found.select_related("by", "second", "clause").order_by("pk")}


def banned(conversation: Conversation) -> Act | None:
    """Return the ban that stands on the person of a conversation."""
    bans = Act.objects.filter(brand=conversation.brand_id, deed=Act.Deed.BAN, state=Act.State.DONE)
    return bans.filter(message__identity=conversation.identity_id).select_related("second").order_by("-pk").first()


def _visible(standing: Standing) -> QuerySet[Act]:
    found = Act.objects.filter(brand=standing.brand).select_related(*WITH_IT)
    if standing.teams is not None:
        found = found.filter(conversation__in=access.conversations(standing).values("pk"))
    return found


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
