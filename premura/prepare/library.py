"""The library: the policies of the house, for all who speak for the brand, and who has read them.

Who has read a policy says so of the version that they were shown.  Other words make a new version, and everybody is
asked again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.http import Http404
from django.utils import timezone

from premura import access, journal
from premura.access import Act, Standing
from premura.models import Agent, Event, Membership, Policy, PolicyRead
from premura.paging import Page, by_time

PAGE = 50
MOST_PEOPLE = 500  # of whom it is told by name who has read a policy
MOST_TITLE = 150
MOST_TEXT = 20_000


class NoTitle(ValueError):
    """It has no title.  Nothing was changed."""


class NoText(ValueError):
    """It has no words.  Nothing was changed."""


class TitleTaken(ValueError):
    """The brand has one of this title already, perhaps a retired one.  Nothing was changed."""


class Newer(Exception):
    """There is a newer version than the one that was shown.  Nothing was changed."""


class Retired(Exception):
    """It was retired meanwhile.  Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a person typed."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A policy; when the reader read this version; and for who may know it, how many of the brand's people have."""

    policy: Policy
    read_at: datetime | None
    have: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Reader:
    """One of the brand's people: since when they are asked to read it, and when they did."""

    agent: Agent
    asked_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Readers:
    """Who has read the version that holds, and who has not; at most MOST_PEOPLE by name, those who have not first."""

    have: int
    people: int
    named: list[Reader]


# -- looking ----------------------------------------------------------------------------------


def listed(standing: Standing, after: str = "", *, retired: bool = False) -> Page[Listed]:
    """Return the brand's policies, what was published last first; those that hold, or those that are `retired`.

    Cost     two questions; for who may change them two more, which count.
    """
    found = Policy.objects.filter(brand=standing.brand, retired_at__isnull=not retired)
    page = by_time(found, "published_at", after, PAGE)
    mine = _reads(page.rows).filter(agent=standing.agent)
    read = dict(mine.values_list("policy_id", "at"))
    if not may_change(standing):
        return Page([Listed(row, read.get(row.pk)) for row in page.rows], page.after)
    have, people = _have(standing, page.rows), _people(standing).count()
    return Page([Listed(row, read.get(row.pk), have.get(row.pk, 0), people) for row in page.rows], page.after)


def policy(agent: Agent, pk: int, act: Act = Act.READ) -> tuple[Standing, Policy]:
    """Return one policy to do `act` on.  Raises as `access.conversation` does."""
    found = Policy.objects.select_related("by").filter(pk=pk).first()
    if found is None:
        raise Http404(f"no policy {pk}")
    return access.need(access.standing(agent, found.brand_id), act), found


def read_at(standing: Standing, found: Policy) -> datetime | None:
    """Return when the agent said that they have read the version that holds; None where they have not."""
    return _reads([found]).filter(agent=standing.agent).values_list("at", flat=True).first()


def readers(standing: Standing, found: Policy) -> Readers:
    """Return who of the brand's people has read the version that holds, and who has not.

    Raises   PermissionDenied for who is neither lead nor admin.
    Cost     three questions.
    """
    access.need(standing, Act.APPROVE)
    read = PolicyRead.objects.filter(policy=found, version=found.version, agent=OuterRef("agent"))
    rows = _people(standing).select_related("agent").annotate(read_at=Subquery(read.values("at")[:1]))
    rows = rows.order_by(F("read_at").asc(nulls_first=True), "agent__name", "pk")[:MOST_PEOPLE]
    named = [Reader(row.agent, max(found.published_at, row.agent.joined_at), row.read_at) for row in rows]
    return Readers(_have(standing, [found]).get(found.pk, 0), _people(standing).count(), named)


def waiting(standing: Standing) -> int:
    """Return how many policies wait to be read by this agent.  One question."""
    read = PolicyRead.objects.filter(policy=OuterRef("pk"), version=OuterRef("version"), agent=standing.agent)
    return Policy.objects.filter(~Exists(read), brand=standing.brand, retired_at=None).count()


def may_change(standing: Standing) -> bool:
    return standing.may(Act.APPROVE)


def _people(standing: Standing) -> QuerySet[Membership]:
    return Membership.objects.filter(brand=standing.brand, agent__is_active=True)


def _reads(rows: Iterable[Policy]) -> QuerySet[PolicyRead]:
    """Return who read these, each in the version that holds."""
    return PolicyRead.objects.filter(policy__in=list(rows), version=F("policy__version"))


def _have(standing: Standing, rows: Iterable[Policy]) -> dict[int, int]:
    """Return how many have read each; who does not work here any more is not counted."""
    reads = _reads(rows).filter(agent__in=_people(standing).values("agent"))
    return dict(reads.order_by().values_list("policy_id").annotate(n=Count("pk")))


# -- doing ------------------------------------------------------------------------------------


def save(standing: Standing, written: Written, found: Policy | None = None, shown: int | None = None) -> Policy:
    """Publish a new policy, or change one: other words are a new version, another title alone is not.

    Takes    shown: the version that stood on the screen while it was written, where there was one.
    Returns  the policy as it stands now.
    Raises   PermissionDenied, NoTitle, NoText, TitleTaken, and for one that is changed Newer, Retired.
    """
    access.need(standing, Act.APPROVE)
    title, text = _checked(written)
    try:
        with transaction.atomic():
            if found is not None:
                return _changed(standing, found, shown, title, text)
            made = Policy.objects.create(brand=standing.brand, title=title, text=text, by=standing.agent)
            _write(standing, made, "made", text=text)
            return made
    except IntegrityError as error:
        raise TitleTaken(title) from error


def retire(standing: Standing, found: Policy, *, back: bool = False) -> bool:
    """Ask nobody to read it any more, or (`back`) ask again whoever has not.  False where somebody was faster.

    Raises   PermissionDenied.
    """
    access.need(standing, Act.APPROVE)
    with transaction.atomic():
        rows = Policy.objects.filter(pk=found.pk, retired_at__isnull=not back)
        if rows.update(retired_at=None if back else timezone.now()) != 1:
            return False
        _write(standing, found, "brought back" if back else "retired")
    return True


def acknowledge(standing: Standing, found: Policy, version: int) -> bool:
    """Note that the agent has read the `version` that they were shown.  Twice is once: False the second time.

    Raises   Newer where that is not the version that holds, Retired.
    """
    with transaction.atomic():
        kept = Policy.objects.select_for_update().get(pk=found.pk)
        _still(kept, version)
        _read, fresh = PolicyRead.objects.get_or_create(policy=kept, agent=standing.agent, version=version)
        if fresh:
            facts = {"policy": kept.pk, "title": kept.title, "version": version}
            journal.write(Event.Deed.POLICY_READ, standing.brand, standing.agent, **facts)
    return fresh


def _checked(written: Written) -> tuple[str, str]:
    title, text = " ".join(written.title.split())[:MOST_TITLE], _lines(written.text)
    if not title:
        raise NoTitle
    if not text:
        raise NoText
    return title, text


def _lines(text: str) -> str:
    # A form gives line ends back in its own way: that alone must not ask everybody again.
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()


def _changed(standing: Standing, found: Policy, shown: int | None, title: str, text: str) -> Policy:
    kept = Policy.objects.select_for_update().get(pk=found.pk)
    _still(kept, kept.version if shown is None else shown)
    values: dict[str, Any] = {"title": title} if title != kept.title else {}
    if other := text != kept.text:
        values |= {"text": text, "version": kept.version + 1, "published_at": timezone.now(), "by": standing.agent}
    if values:
        for name, value in values.items():
            setattr(kept, name, value)
        kept.save(update_fields=list(values))
        _write(standing, kept, "words changed" if other else "title changed", **({"text": text} if other else {}))
    return kept


def _still(kept: Policy, version: int) -> None:
    if kept.retired_at is not None:
        raise Retired(kept.pk)
    if kept.version != version:
        raise Newer(kept.version)


def _write(standing: Standing, found: Policy, how: str, **more: str) -> None:
    # With its words, so that what somebody read can still be shown when other words hold.
    facts = {"policy": found.pk, "title": found.title, "version": found.version, "how": how, **more}
    journal.write(Event.Deed.POLICY_CHANGED, standing.brand, standing.agent, **facts)
