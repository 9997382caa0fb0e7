"""The time that is lost while replies wait for a second person's yes.  P76."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from premura import access
from premura.access import Standing
from premura.measure.answers import asked
from premura.measure.asked import scope
from premura.models import ConversationQuerySet

MOST = 5_000  # conversations of a list, the newest


@dataclass(frozen=True, slots=True)
class Lost:
    """What one team lost, or all; `team` is None for what is of no team."""

    team: int | None
    name: str
    held: int
    waiting: int  # that wait still
    released: int
    median: timedelta | None  # from held to yes; None where nobody said yes
    total: timedelta


@dataclass(frozen=True, slots=True)
class Held:
    """Approvals of some days: by team, who lost most time on top, and altogether."""

    teams: list[Lost]
    whole: Lost


def held(standing: Standing, since: datetime) -> Held:
    """Return how long replies waited for a yes since then.  Cost: one query, see answers_held.sql."""
    rows = asked("answers_held", "counts", scope(standing, since))
    teams = [_lost(*row) for row in rows]
    everything = [took for row in rows for took in row[4]]
    whole = _lost(None, "", sum(row[2] for row in rows), sum(row[3] for row in rows), everything)
    return Held(sorted(teams, key=lambda one: (-one.total, one.name)), whole)


def conversations(standing: Standing, since: datetime, team: int | None = None) -> ConversationQuerySet:
    """Return where replies waited since then, of one team (0: of none) or of all, for `access.page`."""
    which = {"every": team is None, "team": team or None, "most": MOST}
    rows = asked("answers_held", "listed", scope(standing, since) | which)
    return access.conversations(standing).filter(pk__in=[pk for (pk,) in rows]).in_order()


def _lost(team: int | None, name: str, n: int, waiting: int, took: list[float]) -> Lost:
    middle = timedelta(seconds=median(took)) if took else None
    return Lost(team, name, n, waiting, len(took), middle, timedelta(seconds=sum(took)))
