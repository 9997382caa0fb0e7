"""What surrounds every signed-in page: the brand, the views with their counts, the theme."""

from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils.translation import pgettext_lazy

from premura import access
from premura.access import Standing
from premura.decide import assign, involved
from premura.interact import approvals, freeze
from premura.listen import surges

VIEWS = (
    ("mine", pgettext_lazy("view", "Your turn")),
    ("unassigned", pgettext_lazy("view", "Unassigned")),
    ("open", pgettext_lazy("view", "Open")),
    ("waiting", pgettext_lazy("view", "Waiting")),
    ("snoozed", pgettext_lazy("view", "Snoozed")),
    ("resolved", pgettext_lazy("view", "Resolved")),
    ("all", pgettext_lazy("view", "All")),
)
ASIDE = (
    ("spam", pgettext_lazy("view", "Spam")),
    ("abuse", pgettext_lazy("view", "Abuse")),
    ("exposed", pgettext_lazy("view", "Found by search")),
)
THEMES = ("light", "dark")


def around(request: HttpRequest) -> dict[str, Any]:
    """The context processor.  A view that looks at another brand than the last gives its own desk."""
    return {"desk": Desk(request)}


class Desk:
    """Asked for by templates, so that a fragment that shows no counts does not count."""

    views = VIEWS
    aside = ASIDE
    titles: ClassVar = {**dict(VIEWS), **dict(ASIDE)}

    def __init__(self, request: HttpRequest, standing: Standing | None = None) -> None:
        self._request = request
        if standing is not None:
            self.standing = standing

    @cached_property
    def standing(self) -> Standing | None:
        agent = getattr(self._request, "user", None)
        if agent is None or not agent.is_authenticated:
            return None
        try:
            return access.standing(agent)
        except Http404:
            return None

    @cached_property
    def standings(self) -> list[Standing]:
        return access.standings(self.standing.agent) if self.standing else []

    @property
    def brand(self) -> Any:
        return self.standing.brand if self.standing else None

    @cached_property
    def counts(self) -> dict[str, int]:
        return access.counts(self.standing) if self.standing else {}

    @property
    def approves(self) -> bool:
        """Whether they are a second person here."""
        return self.standing is not None and self.standing.may(access.Act.APPROVE)

    @property
    def replies(self) -> bool:
        """Whether they answer customers here."""
        return self.standing is not None and self.standing.may(access.Act.REPLY)

    @cached_property
    def held(self) -> int:
        """How many replies wait for their yes, and conversations for a lead."""
        return approvals.count(self.standing) + assign.escalations(self.standing) if self.standing else 0

    @cached_property
    def piles(self) -> list[int]:
        """The pile-ons that run, for who is on duty: at most nine, the newest first."""
        return surges.told_of(self.standing) if self.standing and self.standing.on_duty else []

    @cached_property
    def frozen(self) -> list[Any]:
        """The accounts on which a lead stopped all sending."""
        return freeze.frozen(self.standing.brand) if self.standing else []

    @cached_property
    def asked(self) -> int:
        """What their teams are asked and is open."""
        return involved.open_asked(self.standing) if self.standing else 0

    @property
    def playground(self) -> bool:
        """Whether Piazza is open."""
        return bool(settings.DEMO)

    @property
    def theme(self) -> str:
        """Light or dark where the person chose; '' follows their system."""
        chosen = self._request.COOKIES.get("theme", "")
        return chosen if chosen in THEMES else ""
