"""Listening queries: what a brand listens for in all that comes in, tried out on what was said lately.

Whether a new message is a hit is said in `listen.queries`; the language is explained in docs/listening-queries.md.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.http import Http404
from django.utils import timezone

from premura import access, journal
from premura.access import Act, Standing
from premura.models import Agent, Event, Hourly, ListeningQuery, Message, QueryHit
from premura.paging import Page, by_time
from premura.queue import later
from premura.text.query import Listener, Query, QueryError, parse

MOST = 50  # queries of a brand
MOST_NAME = 100
DAYS = 30  # so far back a new query listens
WEEK = 7
MOST_TRIED = 5_000
MOST_EXAMPLES = 20
PAGE = 30
BEFORE, SHOWN = 80, 240  # characters of a message: before the first hit, and in all
SETTLED_S = 3  # after which every batch that was coming in has seen a change
ASKED = ("text", "reading__language", "language", "channel__network")  # what a query asks of a message, for `heard`


class NameTaken(ValueError):
    """There is one of this name already.  Nothing was changed."""


class NoName(ValueError):
    """It has no name.  Nothing was changed."""


class TooMany(Exception):
    """The brand has as many queries as it may have.  Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a person typed."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A query, and how often it was hit on each of the last seven days."""

    query: ListeningQuery
    days: list[tuple[date, int]]  # oldest first

    @property
    def hits(self) -> int:
        return sum(n for _, n in self.days)


@dataclass(frozen=True, slots=True)
class Found:
    """A message that was found, its text in pieces, each with whether it is what was looked for."""

    message: Message
    pieces: list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a query would have found in the last thirty days."""

    looked_at: int
    cut: bool  # there were more in these days
    found: int
    days: list[tuple[date, int]]  # oldest first, all of them
    examples: list[Found]  # the newest twenty


# -- looking ----------------------------------------------------------------------------------


def listed(standing: Standing, now: datetime | None = None) -> list[Listed]:
    """Return the brand's queries by name, with their hits among what the agent may read.

    Cost     two questions; the second counts a week of hits.
    """
    rows = named(standing)
    zone = ZoneInfo(standing.brand.time_zone)
    today = (now or timezone.now()).astimezone(zone).date()
    days = [today - timedelta(days=n) for n in reversed(range(WEEK))]
    hits = _readable(standing, QueryHit.objects.filter(query__in=rows, at__gte=datetime.combine(days[0], time(), zone)))
    counted: dict[int, dict[date, int]] = defaultdict(dict)
    by_day = hits.order_by().annotate(day=TruncDate("at", tzinfo=zone)).values_list("query", "day")
    for query, day, n in by_day.annotate(n=Count("pk")) if rows else ():
        counted[query][day] = n
    return [Listed(row, [(day, counted[row.pk].get(day, 0)) for day in days]) for row in rows]


def named(standing: Standing) -> list[ListeningQuery]:
    """Return the brand's queries by name."""
    return list(ListeningQuery.objects.filter(brand=standing.brand).select_related("by").order_by("name")[:MOST])


def query(agent: Agent, pk: int, act: Act = Act.READ) -> tuple[Standing, ListeningQuery]:
    """Return one query to do `act` on.  Raises as `access.conversation` does."""
    found = ListeningQuery.objects.select_related("brand", "by").filter(pk=pk).first()
    if found is None:
        raise Http404(f"no query {pk}")
    return access.need(access.standing(agent, found.brand_id), act), found


def hits(standing: Standing, found: ListeningQuery, after: str = "", size: int = PAGE) -> Page[Found]:
    """Return what a query found, the newest first, in conversations that may be read."""
    rows = QueryHit.objects.filter(query=found, message__removed_at=None)
    rows = rows.filter(message__conversation__in=access.conversations(standing).values("pk"))
    page = by_time(rows, "at", after, size)
    return Page(_shown([hit.message_id for hit in page.rows], found.words), page.after)


def _readable(standing: Standing, found: QuerySet[QueryHit]) -> QuerySet[QueryHit]:
    """Return those hits that may be read.  Who sees all teams sees all of their brand's: nothing is looked up."""
    if standing.teams is None:
        return found
    return found.filter(message__conversation__in=access.conversations(standing).values("pk"))


# -- trying -----------------------------------------------------------------------------------


def try_out(standing: Standing, words: str, now: datetime | None = None) -> Trial:
    """Return what a query would have found in the newest 5,000 messages of theirs of thirty days, and keep nothing.

    Raises   QueryError, with the place.
    Cost     three questions, and about 150 ms.
    """
    asked, now = parse(words), now or timezone.now()
    zone = ZoneInfo(standing.brand.time_zone)
    rows = _lately(standing, now - timedelta(days=DAYS))
    answers = Listener({0: asked}).match_many(*heard([row[2:] for row in rows]))
    found = [(pk, at) for (pk, at, *_said), hit in zip(rows, answers, strict=True) if hit]
    by_day = Counter(at.astimezone(zone).date() for _pk, at in found)
    today = now.astimezone(zone).date()
    days = [(day, by_day[day]) for day in (today - timedelta(days=n) for n in reversed(range(DAYS + 1)))]
    examples = _shown([pk for pk, _at in found[:MOST_EXAMPLES]], words)
    return Trial(len(rows), len(rows) >= MOST_TRIED, len(found), days, examples)


def heard(rows: Iterable[Sequence[Any]]) -> tuple[list[str], list[str], list[str]]:
    """Return the values of ASKED as a Listener takes them: texts, languages, networks.

    The language is the one that was read, else the network's; a query knows no language "und".
    """
    texts, languages, networks = [], [], []
    for text, read, given, network in rows:
        texts.append(text)
        languages.append(read if read and read != "und" else (given or "")[:2])
        networks.append(network)
    return texts, languages, networks


def _lately(standing: Standing, since: datetime) -> list[Any]:
    where = access.conversations(standing).filter(last_at__gte=since).order_by("-last_at", "-pk")
    said = Message.objects.filter(conversation__in=where.values("pk")[:MOST_TRIED], identity__isnull=False)
    said = said.filter(removed_at=None, written_at__gte=since).order_by("-written_at", "-pk")
    return list(said.values_list("pk", "written_at", *ASKED)[:MOST_TRIED])


def _shown(ids: Sequence[int], words: str) -> list[Found]:
    """Return these messages in this order, with what was looked for told apart."""
    messages = Message.objects.select_related("identity", "conversation__channel", "reading").in_bulk(ids)
    asked = _parsed(words)
    return [Found(messages[pk], _pieces(messages[pk], asked)) for pk in ids if pk in messages]


def _parsed(words: str) -> Query | None:
    try:
        return parse(words)
    except QueryError:  # it was kept by a version that understood it
        return None


def _pieces(message: Message, asked: Query | None) -> list[tuple[str, bool]]:
    network = message.conversation.channel.network
    reading = getattr(message, "reading", None)
    (text,), (language,), _ = heard([(message.text, reading and reading.language, message.language, network)])
    match = asked.matches(text, language, network) if asked else None
    spots = match.stretches if match else ()
    begin = max(0, spots[0][0] - BEFORE) if spots else 0
    end = min(len(text), begin + SHOWN)
    pieces, at = [("…", False)] if begin else [], begin
    for start, stop in spots:
        if start >= end:
            break
        pieces += [(text[at:start], False), (text[start : min(stop, end)], True)]
        at = min(stop, end)
    return [*pieces, (text[at:end] + ("…" if end < len(text) else ""), False)]


# -- doing ------------------------------------------------------------------------------------


def make(standing: Standing, written: Written) -> ListeningQuery:
    """Listen for this from now on, and in what was said in the last thirty days.

    Raises   QueryError, NoName, NameTaken, TooMany.
    """
    values = _checked(written)
    if ListeningQuery.objects.filter(brand=standing.brand).count() >= MOST:
        raise TooMany(standing.brand.pk)
    try:
        with transaction.atomic():
            made = ListeningQuery.objects.create(brand=standing.brand, by=standing.agent, **values)
            _listen_back(made)
            _write(standing, made, "made")
    except IntegrityError as error:
        raise NameTaken(values["name"]) from error
    return made


def change(standing: Standing, found: ListeningQuery, written: Written) -> bool:
    """Listen for something else, or call it otherwise.  With other words its hits so far are let go, and sought anew.

    Returns  False where somebody deleted it meanwhile.
    Raises   QueryError, NoName, NameTaken.
    """
    values = _checked(written)
    other = values["words"] != found.words
    if other:
        values |= {"made_at": timezone.now(), "by": standing.agent}
    try:
        with transaction.atomic():
            if not ListeningQuery.objects.filter(pk=found.pk).update(**values):
                return False
            for name, value in values.items():
                setattr(found, name, value)
            if other:
                _let_go(found)
                _listen_back(found)
            _write(standing, found, "changed")
    except IntegrityError as error:
        raise NameTaken(values["name"]) from error
    return True


def switch(standing: Standing, found: ListeningQuery, *, on: bool) -> None:
    """Listen again, also in the last thirty days; or listen no more, and keep what was found.  Twice is once."""
    values: dict[str, Any] = {"is_on": on} | ({"made_at": timezone.now()} if on else {})
    with transaction.atomic():
        if not ListeningQuery.objects.filter(pk=found.pk, is_on=not on).update(**values):
            return
        for name, value in values.items():
            setattr(found, name, value)
        _listen_back(found)
        _write(standing, found, "switched on" if on else "switched off")


def remove(standing: Standing, found: ListeningQuery) -> bool:
    """Delete a query and its hits; what it found stays.  False where somebody was faster."""
    with transaction.atomic():
        _let_go(found)
        if not ListeningQuery.objects.filter(pk=found.pk).delete()[1].get("premura.ListeningQuery"):
            return False
        _write(standing, found, "removed")
    return True


def _checked(written: Written) -> dict[str, Any]:
    name, words = " ".join(written.name.split())[:MOST_NAME], written.words.strip()
    parse(words)
    if not name:
        raise NoName(written.name)
    return {"name": name, "words": words}


def _let_go(found: ListeningQuery) -> None:
    QueryHit.objects.filter(query=found.pk).delete()
    Hourly.objects.filter(channel__brand=found.brand_id, what=f"query {found.pk}").delete()


def _listen_back(found: ListeningQuery) -> None:
    if found.is_on:
        later("listen_back", in_s=SETTLED_S, query_id=found.pk, made_at=found.made_at.isoformat())


def _write(standing: Standing, found: ListeningQuery, how: str) -> None:
    facts = {"query": found.pk, "name": found.name, "words": found.words, "how": how}
    journal.write(Event.Deed.QUERY_CHANGED, standing.brand, standing.agent, **facts)
