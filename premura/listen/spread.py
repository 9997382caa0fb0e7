"""How a pile-on spread: what was said, by how many critics, and what was liked and shared, since it began.  P146."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.http import Http404

from premura import access
from premura.access import Standing
from premura.models import Agent, Message, PileOn, Reaction

MOST = 20_000  # of what was said, and of what was liked or shared: the first
STEPS = 48
LONGEST = timedelta(days=3)  # what comes later is no avalanche any more


@dataclass(frozen=True, slots=True)
class Moment:
    """How far it had come by then: all since it began."""

    at: datetime
    said: int
    critics: int
    support: int  # likes and shares


@dataclass(frozen=True, slots=True)
class Spread:
    """A pile-on from its beginning until it ended, or until now, at even steps; and when we first answered."""

    moments: list[Moment]
    answered_at: datetime | None
    is_whole: bool  # False where there was more than is counted

    @property
    def last(self) -> Moment:
        return self.moments[-1]


def pile_on(agent: Agent, pk: int) -> tuple[Standing, PileOn]:
    """Return one pile-on, and what the agent is in its brand.

    Raises Http404 where it is not theirs to know of: another brand's, or under a channel of other teams.
    """
    found = PileOn.objects.filter(pk=pk).select_related("channel", "conversation__identity").first()
    if found is None:
        raise Http404(f"no pile-on {pk}")
    standing = access.standing(agent, found.brand_id)
    if standing.teams is not None and found.channel.team_id not in {*standing.teams, None}:
        raise Http404(f"no pile-on {pk} for {agent.pk}")
    return standing, found


def spread(pile: PileOn, now: datetime) -> Spread:
    """Return how a pile-on spread.

    Cost     four queries, and about 100 ms for twenty thousand messages.
    """
    until = min(pile.ended_at or now, pile.began_at + LONGEST)
    within = {"channel": pile.channel_id, "root": pile.root, "conversation__private": False}
    said = _said(within, pile.began_at, until)
    support = _support(pile, until)
    ours = Message.objects.filter(**within, identity=None, written_at__gte=pile.began_at, removed_at=None)
    first = ours.order_by("written_at").values_list("written_at", flat=True).first()
    voiced: dict[int, datetime] = {}
    for at, person, critical in said:
        if critical:
            voiced.setdefault(person, at)
    times = _steps(pile.began_at, until)
    spoken, critics = [at for at, _person, _critical in said], sorted(voiced.values())
    moments = [
        Moment(at, bisect_right(spoken, at), bisect_right(critics, at), bisect_right(support, at)) for at in times
    ]
    return Spread(moments, first, max(len(said), len(support)) < MOST)


def _said(within: dict[str, object], began: datetime, until: datetime) -> list[tuple[datetime, int, bool]]:
    """Return who spoke when, and whether critically: as the watch of pile-ons counts it."""
    critical = Q(reading__sentiment="negative") | Q(reading__intent__in=("complaint", "abuse"))
    critical |= Q(reading__flags__contains=["me_too"])
    found = Message.objects.filter(**within, identity__isnull=False, written_at__gte=began, written_at__lte=until)
    rows = found.annotate(critical=critical).order_by("written_at", "pk")
    return list(rows.values_list("written_at", "identity_id", "critical")[:MOST])


def _support(pile: PileOn, until: datetime) -> list[datetime]:
    """Return when something there was liked or shared, by what networks tell one by one."""
    gestures = Reaction.objects.filter(
        channel=pile.channel_id, gesture__in=("like", "share"), undone_at=None, at__gte=pile.began_at, at__lte=until
    )
    under = Message.objects.filter(channel=pile.channel_id, root=pile.root, written_at__lte=until)
    of_root = gestures.filter(target=pile.root).order_by("at").values_list("at", flat=True)[:MOST]
    of_replies = gestures.filter(target__in=under.exclude(key=pile.root).values("key"))
    return _first(of_root, of_replies.order_by("at").values_list("at", flat=True)[:MOST])


def _first(*times: Iterable[datetime]) -> list[datetime]:
    return sorted(at for some in times for at in some)[:MOST]


def _steps(began: datetime, until: datetime) -> list[datetime]:
    until = max(until, began + timedelta(minutes=1))
    return [began + (until - began) * n / STEPS for n in range(STEPS + 1)]
