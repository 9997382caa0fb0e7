"""Whom the matrix asks and tells: teams that do not own a conversation, and may read it all the same.  P125, P13."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.utils import timezone

from premura import access, journal
from premura.access import Standing
from premura.models import Conversation, Event, Involved, Membership, Ownership, Rule, RuleRun, Team
from premura.paging import Page, by_time, mark_of

How = Involved.How
HOWS = {"asked": How.CONSULTED, "told": How.INFORMED}
PAGE = 30
MOST_COUNTED = 100
COUNTED_FOR = timedelta(days=30)  # what was asked before that stands in the list, and is no longer counted
MOST_TOLD = 50


# -- the matrix, carried out --------------------------------------------------------------------


def stale(wanted: Mapping[int, Ownership]) -> set[int]:
    """Return which conversations do not ask and tell whom their row of the matrix says.  Cost: one query."""
    stand = _kept(wanted)
    return {pk for pk, row in wanted.items() if _hows(stand.get(pk, ())) != _parts(row)}


def follow(wanted: Mapping[int, Ownership], rows: Iterable[Conversation]) -> None:
    """Ask and tell the teams that each conversation's row names; those of an earlier row are so no longer.

    Call it inside the transaction that locked the conversations.  Where nothing changes, nothing is written.
    Cost: four statements, however many conversations; one where nothing changes.
    """
    about = {one.pk: one for one in rows if one.pk in wanted}
    stand = _kept(about)
    parts = {pk: _parts(wanted[pk]) for pk in about}
    changed = [pk for pk in about if parts[pk] != _hows(stand.get(pk, ()))]
    if not changed:
        return
    gone = [kept.pk for pk in changed for kept in stand.get(pk, ()) if parts[pk].get(kept.team_id) != kept.how]
    if gone:
        Involved.objects.filter(pk__in=gone).delete()
    Involved.objects.bulk_create(
        Involved(brand_id=about[pk].brand_id, conversation_id=pk, team_id=team, how=how)
        for pk in changed
        for team, how in parts[pk].items() - _hows(stand.get(pk, ())).items()
    )
    journal.write_each(Event.Deed.INVOLVED, [(about[pk], _facts(wanted[pk])) for pk in changed])


def _kept(ids: Iterable[int]) -> Mapping[int, Sequence[Involved]]:
    kept: dict[int, list[Involved]] = defaultdict(list)
    for one in Involved.objects.filter(conversation__in=list(ids)):
        kept[one.conversation_id].append(one)
    return kept


def _hows(kept: Iterable[Involved]) -> dict[int, str]:
    return {one.team_id: one.how for one in kept}


def _parts(row: Ownership) -> dict[int, str]:
    """Return whom a row asks and tells.  Who owns it is neither; who is asked need not be told as well."""
    told: dict[int, str] = {team.pk: How.INFORMED for team in row.informed.all()}
    parts = told | {team.pk: How.CONSULTED for team in row.consulted.all()}
    return {team: str(how) for team, how in parts.items() if team != row.owner_id}


def _facts(row: Ownership) -> dict[str, Any]:
    parts = _parts(row)
    names = {team.pk: team.name for team in (*row.consulted.all(), *row.informed.all())}
    said = {word: sorted(names[pk] for pk, how in parts.items() if how == part) for word, part in HOWS.items()}
    return {"row": row.pk, **said}


# -- who sees it ----------------------------------------------------------------------------------


def of(conversation: Conversation) -> dict[str, list[str]]:
    """Return the names of the teams that are asked and told about one conversation, besides the one that has it."""
    found = Involved.objects.filter(conversation=conversation).exclude(team=conversation.team_id)
    names: dict[str, list[str]] = {word: [] for word in HOWS}
    words = {part: word for word, part in HOWS.items()}
    for how, name in found.order_by("team__name").values_list("how", "team__name"):
        names[words[How(how)]].append(name)
    return names


def listed(standing: Standing, how: str = "", after: str = "") -> Page[Involved]:
    """Return what this agent's teams are asked or told about, newest first; `how` is asked, told, or "" for both.

    Who sees all teams and belongs to none gets everybody's.
    Cost: two queries, each bounded by a page a team.
    """
    found = _of(standing, how)
    if place := mark_of(after):
        found = found.filter(at__lte=place[0]).exclude(at=place[0], pk__gte=place[1])
    newest = found.filter(team=OuterRef("pk")).order_by("-at", "-pk").values("pk")[: PAGE + 1]
    # The newest of each team, walked down its own index: those of all teams at once would have to be sorted.
    ids = Team.objects.filter(pk__in=_teams(standing)).values_list(ArraySubquery(newest), flat=True)
    rows = Involved.objects.filter(pk__in=[pk for each in ids for pk in each])
    rows = rows.select_related("team", "conversation__team", "conversation__assignee", "conversation__channel")
    return by_time(rows.select_related("conversation__identity"), "at", after, PAGE)


def open_asked(standing: Standing) -> int:
    """Return how many open conversations their own teams are asked of, at most a hundred.

    Cost: one query on every page, bounded by what these teams were asked of in a month.
    """
    found = _of(standing, "asked").filter(at__gte=timezone.now() - COUNTED_FOR, team__in=_own(standing))
    return len(found.filter(conversation__state=Conversation.State.OPEN).values_list("pk", flat=True)[:MOST_COUNTED])


def by_rules(standing: Standing) -> list[RuleRun]:
    """Return of which conversations rules lately told this agent, or their teams; the newest of each, at most fifty.

    Cost: three queries, bounded by fifty runs a rule.
    """
    runs = access.told_by_rules(standing, frozenset(_own(standing))).filter(rule=OuterRef("pk"))
    newest = runs.order_by("-at", "-pk").values("pk")[:MOST_TOLD]
    rules = Rule.objects.filter(brand=standing.brand).values_list(ArraySubquery(newest), flat=True)
    ids = [pk for each in rules for pk in each]
    if not ids:
        return []
    found = RuleRun.objects.filter(pk__in=ids).select_related("rule", "conversation__team", "conversation__identity")
    found = found.select_related("conversation__channel", "conversation__assignee").order_by("-at", "-pk")
    once = {run.conversation_id: run for run in reversed(found)}
    return sorted(once.values(), key=lambda run: (run.at, run.pk), reverse=True)[:MOST_TOLD]


def _teams(standing: Standing) -> Collection[int]:
    """Return the teams for which this agent works; for who sees all and belongs to none, all of the brand."""
    own = frozenset(_own(standing))
    if own or standing.teams is not None:
        return own
    return frozenset(Team.objects.filter(brand=standing.brand).values_list("pk", flat=True))


def _own(standing: Standing) -> "Collection[int] | QuerySet[Any, int]":
    """Return the teams that this agent belongs to; of who sees all of them, as a part of the query that asks."""
    if standing.teams is not None:
        return standing.teams
    mine = Membership.objects.filter(agent=standing.agent, brand=standing.brand, teams__isnull=False)
    return mine.values_list("teams", flat=True)


def _of(standing: Standing, how: str) -> QuerySet[Involved]:
    found = Involved.objects.filter(brand=standing.brand).exclude(conversation__team=F("team"))
    return found.filter(how=HOWS[how]) if how in HOWS else found
