"""What part of the inbox is asked for: a view and its filters, as they stand in the address."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import HttpRequest

from premura import access
from premura.access import Order, Standing
from premura.listen import corrections
from premura.paging import Page

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """`address` and `place` write it back into addresses, so that a link never loses where one was."""

    view: str = "mine"
    network: str = ""
    channel: int | None = None
    kind: str = ""
    label: int | None = None
    intent: str = ""
    sentiment: str = ""
    urgency: int = 0  # and what is more urgent
    flag: str = ""
    language: str = ""
    query: int | None = None  # that listens, and found something in it
    order: str = ""  # as the view opens

    @classmethod
    def of(cls, given: Mapping[str, str], view: str = "") -> "Asked":
        """Read an address.  What makes no sense is left out: an old bookmark still opens something."""
        wanted = view or given.get("view", "")
        view = wanted if wanted in (*access.VIEWS, *access.ASIDE) else "mine"
        order = _one_of(tuple(Order), given.get("order", ""))
        return cls(
            view=view,
            network=given.get("network", "")[:20],
            channel=_number(given.get("channel", "")),
            kind=given.get("kind", "")[:20],
            label=_number(given.get("label", "")),
            intent=_one_of(corrections.INTENTS, given.get("intent", "")),
            sentiment=_one_of(corrections.SENTIMENTS, given.get("sentiment", "")),
            urgency=int(_one_of("123", given.get("urgency", "")) or 0),
            flag=_one_of(corrections.FLAGS, given.get("flag", "")),
            language=_one_of(corrections.LANGUAGES, given.get("language", "")),
            query=_number(given.get("query", "")),
            order="" if order == opens_with(view) else order,
        )

    @classmethod
    def here(cls, request: HttpRequest) -> "Asked":
        """Read the address that the browser shows, also when a fragment or a deed has one of its own."""
        shown = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")).query
        return cls.of(dict(parse_qsl(shown)) if shown else request.GET)

    def page(self, standing: Standing, after: str = "", only: str = "") -> Page[Any]:
        """Return one page of it; `only` (ids with commas) asks which of these stand in it."""
        order = self.ordered
        rows = access.inbox(
            standing,
            self.view,
            channel=self.channel,
            network=self.network,
            kind=self.kind,
            label=self.label,
            intent=self.intent,
            sentiment=self.sentiment,
            urgency=self.urgency,
            flag=self.flag,
            language=self.language,
            query=self.query,
            order=order,
        )
        if only:
            ids = [int(pk) for pk in only.split(",")[:MOST_AT_ONCE] if pk.isascii() and pk.isdigit()]
            return access.page(rows.filter(pk__in=ids), size=MOST_AT_ONCE, order=order)
        return access.page(rows, after, order=order)

    @property
    def ordered(self) -> str:
        """How its rows stand."""
        return self.order or opens_with(self.view)

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set, as they are written in an address."""
        return {name: str(value) for name in DEFAULTS if (value := getattr(self, name))}

    @property
    def address(self) -> str:
        """For the address of the list: ?network=bluesky"""
        return f"?{urlencode(self.filters)}" if self.filters else ""

    @property
    def place(self) -> str:
        """For the address of a conversation: ?view=mine&network=bluesky"""
        return f"?{urlencode({'view': self.view} | self.filters)}"

    def without(self, name: str) -> "Asked":
        """Return it with one filter taken off."""
        return replace(self, **{name: DEFAULTS[name]})


# The filters, in the order in which they are shown, and what each is when it is not set.
DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(Asked) if field.name != "view"}


def opens_with(view: str) -> Order:
    """Return the order in which a view opens: what is to be done by what presses, the rest by time."""
    return access.ORDERS.get(view, Order.NEWEST)


def _one_of(known: Collection[str], given: str) -> str:
    return str(given) if given and given in tuple(known) else ""


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
