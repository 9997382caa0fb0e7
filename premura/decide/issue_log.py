"""The log of known issues, whole: what was opened and when, how grave, whose, whom it hit, and how it ended."""

from collections.abc import Iterator
from dataclasses import dataclass

from premura.access import Standing
from premura.decide.affected import Coverage, coverages
from premura.models import KnownIssue
from premura.paging import by_time

AT_ONCE = 200
Severity, State = KnownIssue.Severity, KnownIssue.State


@dataclass(frozen=True, slots=True)
class Line:
    """One issue, and how far those are served whom it hits."""

    issue: KnownIssue
    covered: Coverage


def lines(standing: Standing) -> Iterator[Line]:
    """Yield all issues of the brand, the oldest first.  People are counted as far as they may be read.

    Cost     two queries for each two hundred.
    """
    after, more = "", True
    while more:
        found = KnownIssue.objects.filter(brand=standing.brand).select_related("owner")
        page = by_time(found, "opened_at", after, AT_ONCE, newest=False)
        covered = coverages(standing, page.rows)
        yield from (Line(issue, covered[issue.pk]) for issue in page.rows)
        after, more = page.after, bool(page.after)
