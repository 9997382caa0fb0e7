"""The log of known issues to take along."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from premura import access
from premura.access import Act, Standing
from premura.decide import issue_log
from premura.web.tables import table


@login_required
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """GET /issues/log.csv: one issue a line, the oldest first"""
    standing = access.need(access.standing(request.user), Act.APPROVE)
    name = f"issues-{standing.brand.slug}-{timezone.localdate():%Y-%m-%d}"
    # The words are made now: when the lines are read, the language of who asked is not that of the thread any more.
    severity, state = ({value: str(word) for value, word in of.choices} for of in (issue_log.Severity, issue_log.State))
    return table(_rows(standing, _headings(), severity, state, request.build_absolute_uri(reverse("issues"))), name)


def _headings() -> list[str]:
    return [
        pgettext("heading", "opened"), pgettext("heading", "title"), pgettext("heading", "how grave"),
        pgettext("heading", "state"), pgettext("heading", "owner"), pgettext("heading", "people affected"),
        pgettext("heading", "people answered"), pgettext("heading", "people told"),
        pgettext("heading", "public answer"), pgettext("heading", "address here"), pgettext("heading", "closed"),
    ]  # fmt: skip


def _rows(
    standing: Standing, headings: list[str], severity: dict[Any, str], state: dict[Any, str], base: str
) -> Iterator[list[Any]]:
    zone = ZoneInfo(standing.brand.time_zone)

    def at(when: datetime | None) -> str:
        return f"{when.astimezone(zone):%Y-%m-%d %H:%M}" if when else ""

    yield headings
    for line in issue_log.lines(standing):
        issue, covered = line.issue, line.covered
        yield [
            at(issue.opened_at), issue.title, severity[issue.severity], state[issue.state], str(issue.owner),
            covered.people, covered.answered, covered.told, issue.permalink, f"{base}{issue.pk}/", at(issue.closed_at),
        ]  # fmt: skip
