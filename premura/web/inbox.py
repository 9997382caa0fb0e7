"""The inbox: where work arrives."""

from functools import cached_property, partial
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from premura import access
from premura.access import Order, Standing
from premura.listen import corrections
from premura.networks import NETWORKS
from premura.prepare import queries
from premura.templatetags.premura import kind, network
from premura.templatetags.readings import at_least, flag_word, read_as
from premura.web import policies, surges
from premura.web.asked import Asked, opens_with
from premura.web.fragments import fragment, wants_fragment


@login_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """GET /"""
    return redirect("inbox", "mine")


@login_required
@require_safe
def show(request: HttpRequest, view: str) -> HttpResponse:
    """GET /inbox/mine/?network=bluesky&after=…, or for a living list ?only=4,7"""
    if view not in (*access.VIEWS, *access.ASIDE):
        raise Http404(f"no view {view}")
    standing, asked = access.standing(request.user), Asked.of(request.GET, view)
    given = listed(standing, asked, request.GET)
    if wants_fragment(request):
        leaf = "rows" if "after" in request.GET or "only" in request.GET else "list"
        return fragment(request, f"inbox/{leaf}", standing=standing, **given)
    return fragment(request, "inbox/page", standing=standing, here="inbox", **given)


def listed(standing: Standing, asked: Asked, given: Any) -> dict[str, Any]:
    """Return what the list shows."""
    page = asked.page(standing, given.get("after", ""), given.get("only", ""))
    choices = Choices(standing, asked)
    return {
        "asked": asked,
        "view": asked.view,
        "rows": page.rows,
        "more": urlencode(asked.filters | {"after": page.after}) if page.after else "",
        "further": "after" in given,
        "troubled": access.in_trouble(choices.channels),
        "surge": surges.notice(standing),
        "unread": partial(policies.notice, standing),  # asked for where it is shown: not for more rows
        "choices": choices,
    }


class Choices:
    """What the filters offer; each asked for once, and only where it is shown."""

    def __init__(self, standing: Standing, asked: Asked) -> None:
        self._standing, self._asked = standing, asked

    @cached_property
    def channels(self) -> list[Any]:
        return list(access.channels(self._standing))

    def networks(self) -> list[str]:
        return sorted({channel.network for channel in self.channels} & NETWORKS.keys())

    @cached_property
    def labels(self) -> list[Any]:
        return list(access.labels(self._standing))

    @cached_property
    def queries(self) -> list[Any]:
        return list(queries.named(self._standing))

    def kinds(self) -> list[str]:
        return ["comment", "mention", "direct", "review", "visitor_post", "story_reply"]

    def languages(self) -> list[str]:
        return sorted(corrections.LANGUAGES, key=lambda code: str(read_as(code, "language")))

    def sentiments(self) -> tuple[str, ...]:
        return corrections.SENTIMENTS

    def intents(self) -> tuple[str, ...]:
        return corrections.INTENTS

    def urgencies(self) -> list[int]:
        return [3, 2, 1]

    def flags(self) -> tuple[str, ...]:
        return corrections.FLAGS

    def orders(self) -> list[tuple[str, str]]:
        """Return the orders and their words, as the view opens first; that one needs no word in the address."""
        opens = opens_with(self._asked.view)
        return [("", order_word(opens)), *((each, order_word(each)) for each in Order if each != opens)]

    def chips(self) -> list[tuple[str, str]]:
        """Return the words, and the address without it, for each filter that is set."""
        names = {"label": {str(label.pk): label.name for label in self.labels}} if self._asked.label else {}
        if self._asked.channel:
            names["channel"] = {str(channel.pk): channel.name for channel in self.channels}
        if self._asked.query:
            names["query"] = {str(query.pk): query.name for query in self.queries}
        return [
            (names.get(name, {}).get(value) or _word(name, value), self._asked.without(name).address)
            for name, value in self._asked.filters.items()
        ]


def order_word(order: str) -> str:
    """Return an order of the list in words."""
    return {"newest": _("newest first"), "oldest": _("oldest first")}.get(order, _("what comes first"))


def _word(name: str, value: str) -> str:
    match name:
        case "network":
            return network(value)
        case "kind":
            return kind(value)
        case "urgency":
            return at_least(int(value))
        case "flag":
            return flag_word(value)
        case "order":
            return order_word(value)
        case "query":
            return _("a listening query that is gone")
    return read_as(value, name)
