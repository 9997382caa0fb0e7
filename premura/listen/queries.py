"""Listening queries heard: which of a brand's queries find their words in what comes in, and in what came in lately."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from premura.listen import spikes
from premura.models import Conversation, ListeningQuery, Message, QueryHit
from premura.prepare.queries import ASKED, DAYS, heard
from premura.queue import later
from premura.text.query import Listener, QueryError, parse

log = logging.getLogger("premura.listen")
PORTION = 200  # conversations
MOST_IN_PORTION = 20_000  # of their messages, the newest
NONE: Mapping[int, Sequence[int]] = MappingProxyType({})
Asked = tuple[tuple[int, str], ...]  # queries: id and words


def hear(new: Mapping[int, Sequence[int]], edited: Mapping[int, Sequence[int]] = NONE) -> None:
    """Note which queries of their brands find their words in new and in edited messages (ids by brand).  Twice is once.

    An edited message is heard at the time of the edit; what it was found by before, it stays found by.
    What goes wrong is tried again by a job: no message is lost because of what a brand listens for.
    Cost     one question where no brand of the batch has a query, else three and 2 to 20 microseconds a message.
    """
    asked = _asked([brand for brand in {**new, **edited} if new.get(brand) or edited.get(brand)])
    if not asked:
        return
    try:
        with transaction.atomic():
            _hear(new, edited, asked)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # a query that was deleted this moment is one
        log.warning("a batch was stored, and not listened to: %s", type(error).__name__)
        left = [[[brand, list(which.get(brand, ()))] for brand in sorted(asked)] for which in (new, edited)]
        later("hear_after_all", brands=left[0], edited=left[1])


def hear_after_all(new: Mapping[int, Sequence[int]], edited: Mapping[int, Sequence[int]] = NONE) -> None:
    """Listen to a batch that was stored and could not be listened to."""
    with transaction.atomic():
        _hear(new, edited, _asked([*{**new, **edited}]))


def listen_back(query_id: int, made_at: str, before: int = 0) -> int:
    """Note what a query finds in one portion of the last thirty days, and at the end count it by the hour.

    Takes    made_at: as it was when this was asked for; where it is another now somebody else was asked.
             before: the conversations below this id; 0 for the first portion.
    Returns  where to go on; 0 at the end.
    Cost     three questions, and about 30 ms a portion.
    """
    query = ListeningQuery.objects.filter(pk=query_id, is_on=True, made_at=datetime.fromisoformat(made_at)).first()
    if query is None:
        return 0
    since = query.made_at - timedelta(days=DAYS)
    portion = _portion(query.brand_id, since, before)
    said = Message.objects.filter(conversation__in=portion, written_at__gte=since).order_by("-written_at", "-pk")
    with transaction.atomic():
        _keep(_theirs(said, MOST_IN_PORTION), {query.brand_id: ((query.pk, query.words),)})
        if len(portion) == PORTION:
            return portion[-1]
        spikes.count_query(query.pk, since, timezone.now())
    return 0


def _portion(brand_id: int, since: datetime, before: int) -> list[int]:
    # By id, for an id stays where it is while new messages move conversations to the top.
    found = Conversation.objects.filter(brand=brand_id, last_at__gte=since)
    if before:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk").values_list("pk", flat=True)[:PORTION])


def _asked(brands: Sequence[int]) -> dict[int, Asked]:
    """Return the queries of these brands that are on."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    if brands:
        rows = ListeningQuery.objects.filter(brand__in=brands, is_on=True).order_by("pk")
        for brand, pk, words in rows.values_list("brand", "pk", "words"):
            found[brand].append((pk, words))
    return {brand: tuple(queries) for brand, queries in found.items()}


def _hear(new: Mapping[int, Sequence[int]], edited: Mapping[int, Sequence[int]], asked: Mapping[int, Asked]) -> None:
    again = {message for brand in asked for message in edited.get(brand, ())}
    ids = again.union(*(new.get(brand, ()) for brand in asked))
    _keep(_theirs(Message.objects.filter(pk__in=ids), len(ids), again), asked)


def _theirs(said: QuerySet[Message], most: int, again: Collection[int] = ()) -> Iterator[Any]:
    """Yield brand, id, when it was said or, of those that are heard again, edited, and what queries ask of it."""
    theirs = said.filter(identity__isnull=False, removed_at=None)
    rows = theirs.values_list("brand", "pk", "written_at", "edited_at", *ASKED)
    for brand, pk, written, edited, *words in rows[:most]:
        yield brand, pk, edited if pk in again and edited else written, *words


def _keep(rows: Iterable[Any], asked: Mapping[int, Asked]) -> None:
    by_brand: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_brand[row[0]].append(row)
    hits = []
    for brand, said in by_brand.items():
        answers = _listener(asked.get(brand, ())).match_many(*heard([row[3:] for row in said]))
        for (_brand, message, at, *_words), queries in zip(said, answers, strict=True):
            hits += [QueryHit(query_id=query, message_id=message, brand_id=brand, at=at) for query in queries]
    # In one order whoever writes: of two who note the same none waits for the other in a ring.
    hits.sort(key=lambda hit: (hit.query_id, hit.message_id))
    QueryHit.objects.bulk_create(hits, ignore_conflicts=True)


@lru_cache(maxsize=500)
def _listener(asked: Asked) -> Listener[int]:
    """Return what listens to all queries of a brand at once; made anew when one of them is another."""
    queries = {}
    for pk, words in asked:
        with suppress(QueryError):  # it was kept by a version that understood it
            queries[pk] = parse(words)
    return Listener(queries)
