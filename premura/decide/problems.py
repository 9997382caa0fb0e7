"""Known issues: one problem that many have, what we know of it, one public solution, and who owns it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from premura import access, journal
from premura.access import Act, Standing
from premura.models import Affected, Agent, Conversation, Event, KnownIssue
from premura.paging import Page, by_time
from premura.queue import once

Deed = Event.Deed
State = KnownIssue.State
Severity = KnownIssue.Severity
Here = Affected.State
PAGE = 30
MOST_OFFERED = 50
MOST_AT_ONCE = 200
MOST_OWNERS = 500
GRAVE_MARK = "!"  # before the mark of a page that ends among the grave ones
WRITTEN_WITHIN = timedelta(seconds=30)  # a deed's line stands in the journal
PUBLIC = frozenset({"solution", "permalink"})  # a change of these is told to everybody
SEEDS = frozenset({"title", "facts", "joins_from"})  # a change of these may find others
VERBS = ("work", "solve", "close")


class NoTitle(Exception):
    """A known issue needs a title to be known by.  Nothing was kept."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a person typed about one issue."""

    title: str
    facts: str = ""
    solution: str = ""
    permalink: str = ""
    owner: int | None = None
    joins_from: float | None = None
    severity: int | None = None  # None: as it is, or of a new one serious


# -- looking ----------------------------------------------------------------------------------


def listed(
    standing: Standing, after: str = "", *, closed: bool = False, severity: int | None = None, owner: int | None = None
) -> Page[KnownIssue]:
    """Return the brand's issues, each with how many `people` it has and how many are `proposed`.

    The newest first, and of those that are open the grave ones above all others; each that is closed with who closed
    it as `closed_by`, and how long that `took`.
    Takes    severity, owner: only those.
    Cost     at most four queries; at most sixty rows, where the grave ones end.
    """
    found = KnownIssue.objects.filter(brand=standing.brand).select_related("owner")
    wanted = {"severity": severity, "owner": owner}
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    if closed:
        page = by_time(found.filter(state=State.CLOSED), "opened_at", after, PAGE)
        note_closing(page.rows)
    else:
        page = _grave_first(found.exclude(state=State.CLOSED), after)
    _counted(standing, page.rows)
    return page


def _grave_first(found: QuerySet[KnownIssue], after: str) -> Page[KnownIssue]:
    """Return a page of the grave ones; where these end, the others follow, and the next page begins among those."""
    grave: list[KnownIssue] = []
    if not after or after.startswith(GRAVE_MARK):
        page = by_time(found.filter(severity=Severity.GRAVE), "opened_at", after.removeprefix(GRAVE_MARK), PAGE)
        if page.after:
            return Page(page.rows, GRAVE_MARK + page.after)
        grave, after = page.rows, ""
    rest = by_time(found.exclude(severity=Severity.GRAVE), "opened_at", after, PAGE)
    return Page([*grave, *rest.rows], rest.after)


def note_closing(rows: Sequence[KnownIssue]) -> None:
    """Note on each issue that is closed who closed it, as `closed_by`, and how long that `took`.

    Cost     one query, which the moments of closing bound; none where none is closed.
    """
    closed = {row.pk: (row, row.closed_at) for row in rows if row.closed_at}
    if not closed:
        return
    when = Q()
    for row, at in closed.values():
        row.took = at - row.opened_at  # type: ignore[attr-defined]
        when |= Q(at__range=(at, at + WRITTEN_WITHIN))
    lines = Event.objects.filter(when, brand=rows[0].brand_id, deed=Deed.ISSUE_CHANGED, facts__how="close")
    for line in lines.filter(facts__issue__in=list(closed)).select_related("by").order_by("at", "pk"):
        closed[line.facts["issue"]][0].closed_by = line.by  # type: ignore[attr-defined]


def owners(standing: Standing) -> list[Agent]:
    """Return who owns an issue of the brand, by name."""
    mine = KnownIssue.objects.filter(brand=standing.brand).order_by().values("owner")
    return list(Agent.objects.filter(pk__in=mine).order_by("name", "pk")[:MOST_OWNERS])


def _counted(standing: Standing, rows: list[KnownIssue]) -> None:
    found = Affected.objects.filter(issue__in=rows, conversation__in=visible(standing))
    who = "conversation__identity__contact"
    counts = found.values("issue").annotate(
        people=Count(who, distinct=True, filter=Q(state=Here.JOINED)),
        proposed=Count("pk", filter=Q(state=Here.PROPOSED)),
    )
    by_issue: Mapping[int, Any] = {row["issue"]: row for row in counts.order_by()}
    for row in rows:
        given = by_issue.get(row.pk, {})
        row.people, row.proposed = given.get("people", 0), given.get("proposed", 0)  # type: ignore[attr-defined]


def issue(agent: Agent, pk: int, act: Act = Act.READ) -> tuple[Standing, KnownIssue]:
    """Return one issue to do `act` on: Http404 where its brand is not theirs, PermissionDenied for a lesser role."""
    found = KnownIssue.objects.select_related("owner", "brand").filter(pk=pk).first()
    if found is None:
        raise Http404(f"no known issue {pk}")
    return access.need(access.standing(agent, found.brand_id), act), found


def offered(standing: Standing) -> list[KnownIssue]:
    """Return the newest issues that are not closed: what a conversation may be put to."""
    found = KnownIssue.objects.filter(brand=standing.brand).exclude(state=State.CLOSED)
    return list(found.order_by("-opened_at", "-pk")[:MOST_OFFERED])


def visible(standing: Standing) -> Any:
    """Return the conversations that may be read, for a subquery."""
    return access.conversations(standing).order_by().values("pk")


# -- doing ------------------------------------------------------------------------------------


def open_one(standing: Standing, said: Said, conversation: Conversation | None = None) -> KnownIssue:
    """Make a problem known, perhaps from the conversation that told of it, which then is the first that it has.

    Who opens it owns it, unless another is named.  Raises NoTitle.
    """
    title = _title(said)
    with transaction.atomic():
        made = KnownIssue.objects.create(
            brand=standing.brand, title=title, facts=said.facts.strip(), solution=said.solution.strip(),
            permalink=said.permalink.strip(), owner_id=said.owner or standing.agent.pk,
            joins_from=said.joins_from if standing.may(Act.APPROVE) else None,
            severity=said.severity or Severity.SERIOUS,
        )  # fmt: skip
        facts = {"issue": made.pk, "title": title, "severity": made.severity}
        journal.write(Deed.ISSUE_OPENED, conversation or standing.brand, standing.agent, **facts)
        if conversation is not None:
            _joined(standing, made, [conversation])
        look_for_more(made)
    return made


def change(standing: Standing, found: KnownIssue, said: Said) -> list[str]:
    """Say it otherwise; return what changed.  Only a lead says from when on conversations join by themselves.

    What is said in public, once changed, is to be told again to everybody.  Raises NoTitle.
    """
    given = {
        "title": _title(said), "facts": said.facts.strip(), "solution": said.solution.strip(),
        "permalink": said.permalink.strip(), "owner_id": said.owner or found.owner_id,
        "joins_from": said.joins_from if standing.may(Act.APPROVE) else found.joins_from,
        "severity": said.severity or found.severity,
    }  # fmt: skip
    changed = [name for name, value in given.items() if getattr(found, name) != value]
    if not changed:
        return []
    fields: dict[str, Any] = {name: given[name] for name in changed}
    was = found.severity
    if PUBLIC & set(changed):
        fields["changed_at"] = timezone.now()
    with transaction.atomic():
        KnownIssue.objects.filter(pk=found.pk).update(**fields)
        for name, value in fields.items():
            setattr(found, name, value)
        facts: dict[str, Any] = {"fields": [name.removesuffix("_id") for name in changed]}
        if "severity" in changed:
            facts |= {"severity": found.severity, "was": was}
        _write(standing, found, how="changed", **facts)
        if SEEDS & set(changed):
            look_for_more(found)
    return changed


def move(standing: Standing, found: KnownIssue, verb: str) -> None:
    """Say how it stands: `work`, `solve` or `close`.  Everybody is to be told.  Raises WrongState."""
    now = timezone.now()
    with transaction.atomic():
        found._move(verb, changed_at=now, closed_at=now if verb == "close" else None)
        _write(standing, found, how=verb, state=found.state)


def join(standing: Standing, found: KnownIssue, wanted: Iterable[int]) -> int:
    """Say that these conversations are about it, whether it was proposed or not; return how many are new to it.

    Those that may not be read, or that have joined already, are left as they are; at most 200 at once.
    """
    with transaction.atomic():
        KnownIssue.objects.select_for_update().get(pk=found.pk)
        there = Affected.objects.filter(issue=found, state=Here.JOINED).values("conversation")
        given = access.conversations(standing).filter(pk__in=list(wanted)[:MOST_AT_ONCE]).exclude(pk__in=there)
        fresh = list(given.order_by("pk"))
        if fresh:
            _joined(standing, found, fresh)
            look_for_more(found)
    return len(fresh)


def leave(standing: Standing, found: KnownIssue, wanted: Iterable[int]) -> int:
    """Say that these are not about it, so that they are never proposed again; return how many were."""
    now = timezone.now()
    with transaction.atomic():
        rows = Affected.objects.select_for_update(of=("self",)).select_related("conversation__channel")
        rows = rows.filter(issue=found, conversation__in=list(wanted)[:MOST_AT_ONCE]).exclude(state=Here.DECLINED)
        gone = list(rows.filter(conversation__in=visible(standing)).order_by("pk"))
        Affected.objects.filter(pk__in=[row.pk for row in gone]).update(state=Here.DECLINED, by=standing.agent, at=now)
        for row in gone:
            facts = {"issue": found.pk, "title": found.title, "was": row.state}
            journal.write(Deed.ISSUE_LEFT, row.conversation, standing.agent, **facts)
    return len(gone)


def look_for_more(found: KnownIssue) -> None:
    """Let a job look for others who tell the same, once what was done here stands."""
    transaction.on_commit(partial(once, "propose_affected", f"propose {found.pk}", issue_id=found.pk))


def _joined(standing: Standing, found: KnownIssue, fresh: Iterable[Conversation]) -> None:
    now, fresh = timezone.now(), list(fresh)
    Affected.objects.bulk_create(
        [Affected(issue=found, conversation=one, state=Here.JOINED, by=standing.agent, at=now) for one in fresh],
        update_conflicts=True,
        unique_fields=["issue", "conversation"],
        update_fields=["state", "by", "at"],
    )
    for one in fresh:
        journal.write(Deed.ISSUE_JOINED, one, standing.agent, issue=found.pk, title=found.title)


def _title(said: Said) -> str:
    title = " ".join(said.title.split())[:200]
    if not title:
        raise NoTitle
    return title


def _write(standing: Standing, found: KnownIssue, **facts: Any) -> None:
    journal.write(
        Deed.ISSUE_CHANGED, standing.brand, standing.agent, issue=found.pk, title=found.title, **facts
    )  # fmt: skip
