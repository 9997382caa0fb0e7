"""What part of the inbox is asked for: a view and its filters, as they stand in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import HttpRequest

from premura import access
from premura.access import InboxPage, Standing

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """`query` and `place` write it back into addresses, so that a link never loses where one was."""

    view: str = "mine"
    network: str = ""
    channel: int | None = None
    kind: str = ""
    label: int | None = None
    oldest_first: bool = False

    @classmethod
    def of(cls, given: Mapping[str, str], view: str = "") -> "Asked":
        """Read an address.  What makes no sense is left out: an old bookmark still opens something."""
        wanted = view or given.get("view", "")
        return cls(
            view=wanted if wanted in access.VIEWS else "mine",
            network=given.get("network", "")[:20],
            channel=_number(given.get("channel", "")),
            kind=given.get("kind", "")[:20],
            label=_number(given.get("label", "")),
            oldest_first=given.get("order") == "oldest",
        )

    @classmethod
    def here(cls, request: HttpRequest) -> "Asked":
        """Read the address that the browser shows, also when a fragment or a deed has one of its own."""
        shown = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")).query
        return cls.of(dict(parse_qsl(shown)) if shown else request.GET)

    def page(self, standing: Standing, after: str = "", only: str = "") -> InboxPage:
        """Return one page of it; `only` (ids with commas) asks which of these stand in it."""
        rows = access.inbox(
            standing,
            self.view,
            channel=self.channel,
            network=self.network,
            kind=self.kind,
            label=self.label,
            oldest_first=self.oldest_first,
        )
        if only:
            ids = [int(pk) for pk in only.split(",")[:MOST_AT_ONCE] if pk.isascii() and pk.isdigit()]
            return access.page(rows.filter(pk__in=ids), size=MOST_AT_ONCE, oldest_first=self.oldest_first)
        return access.page(rows, after, oldest_first=self.oldest_first)

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set, as they are written in an address."""
        return {
            name: str(value)
            for name, value in (
                ("network", self.network),
                ("channel", self.channel),
                ("kind", self.kind),
                ("label", self.label),
                ("order", "oldest" if self.oldest_first else ""),
            )
            if value
        }

    @property
    def query(self) -> str:
        """For the address of the list: ?network=bluesky"""
        return f"?{urlencode(self.filters)}" if self.filters else ""

    @property
    def place(self) -> str:
        """For the address of a conversation: ?view=mine&network=bluesky"""
        return f"?{urlencode({'view': self.view} | self.filters)}"

    def without(self, name: str) -> "Asked":
        """Return it with one filter taken off."""
        if name == "order":
            return replace(self, oldest_first=False)
        return replace(self, **{name: "" if name in ("network", "kind") else None})  # type: ignore[arg-type]


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
