"""Triage: what comes first and until when, for a batch of conversations, in three statements.

Raw SQL lives here because it runs within each batch that comes in.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from math import isnan, nan
from typing import Any

from django.db import transaction

from premura import bell, journal
from premura.decide import deadlines
from premura.decide.deadlines import Book, Case
from premura.decide.order import Ordered, Standing, order, rank
from premura.decide.weights import points_of
from premura.listen.receive import cursor
from premura.models import Conversation, Event, Triage
from premura.networks import NETWORKS
from premura.queue import later

AT_ONCE = 1000
MOST_STIRRED = 20_000  # a minute
# Whoever waits for us has targets, points and warnings, also where we wait for a colleague.
OURS = (Conversation.State.OPEN, Conversation.State.ON_HOLD)

# All that priority and targets look at.  What is said counts while it waits for an answer.
FACTS = """
SELECT c.id, c.brand_id, ch.network, c.private, c.intent, c.sentiment, c.language, c.urgency, c.state,
    extract(epoch FROM c.waiting_since)::float8, extract(epoch FROM c.opened_at)::float8, c.last_out_at IS NOT NULL,
    extract(epoch FROM c.last_in_at)::float8, k.tier, said.ids, said.urgencies, said.flags, said.likes, rep.ids,
    agr.ids, s.private_id, pile.voices, extract(epoch FROM pile.at)::float8, pr.due, EXISTS (
        SELECT FROM premura_employee e
        WHERE (e.brand_id, e.network, e.handle) = (c.brand_id, ch.network, lower(i.handle))
    ), coalesce(before.extra, 0), before.chosen_id
FROM premura_conversation c
LEFT JOIN premura_triage before ON before.conversation_id = c.id
JOIN premura_channel ch ON ch.id = c.channel_id
JOIN premura_identity i ON i.id = c.identity_id
JOIN premura_contact k ON k.id = i.contact_id
LEFT JOIN LATERAL (
    SELECT array_agg(w.id) AS ids, array_agg(w.urgency) AS urgencies, array_agg(w.flags) AS flags, max(w.likes) AS likes
    FROM (
        SELECT m.id, r.urgency, array_to_string(r.flags, ' ') AS flags,
            greatest(m.likes, m.counted_likes) + greatest(m.shares, m.counted_shares) AS likes
        FROM premura_message m LEFT JOIN premura_reading r ON r.message_id = m.id
        WHERE m.conversation_id = c.id AND m.identity_id IS NOT NULL AND m.removed_at IS NULL
            AND m.written_at >= c.waiting_since
        ORDER BY m.written_at DESC, m.id DESC LIMIT 50
    ) w
) said ON true
LEFT JOIN LATERAL (
    SELECT array_agg(t.message_id) AS ids FROM (
        SELECT DISTINCT o.message_id FROM premura_repeat r
        JOIN premura_repeat o ON o.first_id = r.first_id AND o.conversation_id <> r.conversation_id
        WHERE r.conversation_id = c.id LIMIT 50
    ) t
) rep ON true
LEFT JOIN LATERAL (
    SELECT array_agg(t.by_id) AS ids FROM (
        SELECT DISTINCT a.by_id FROM premura_agreement a WHERE a.complaint_id = c.id LIMIT 200
    ) t
) agr ON true
LEFT JOIN premura_spill s ON s.conversation_id = c.id
LEFT JOIN premura_pileon pile ON NOT c.private AND (pile.channel_id, pile.root) = (c.channel_id, c.root)
    AND pile.ended_at IS NULL
LEFT JOIN LATERAL (
    SELECT extract(epoch FROM min(p.due_at))::float8 AS due FROM premura_promise p
    WHERE p.conversation_id = c.id AND p.state = 'open'
) pr ON true
WHERE c.id = ANY(%b)
"""

# Who is in other hands at this moment is left to a job of its own: so no two batches ever wait for each other here.
KEEP = """
WITH given AS (
    SELECT * FROM unnest(
        %b::bigint[], %b::bigint[], %b::bigint[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[],
        %b::timestamptz[], %b::text[], %b::timestamptz[], %b::smallint[], %b::timestamptz[], %b::bigint[]
    ) AS g (
        id, brand_id, policy_id, first_due_at, next_due_at, resolution_due_at, window_until, parts, stirs_at, priority,
        due_at, rank
    )
), mine AS (
    SELECT c.id FROM premura_conversation c JOIN given g USING (id) ORDER BY c.id FOR NO KEY UPDATE OF c SKIP LOCKED
), kept AS (
    INSERT INTO premura_triage AS t (
        conversation_id, brand_id, policy_id, first_due_at, next_due_at, resolution_due_at, window_until, parts,
        stirs_at
    )
    SELECT id, brand_id, policy_id, first_due_at, next_due_at, resolution_due_at, window_until, parts::jsonb, stirs_at
    FROM given JOIN mine USING (id) ORDER BY id
    ON CONFLICT (conversation_id) DO UPDATE SET policy_id = excluded.policy_id, first_due_at = excluded.first_due_at,
        next_due_at = excluded.next_due_at, resolution_due_at = excluded.resolution_due_at,
        window_until = excluded.window_until, parts = excluded.parts, stirs_at = excluded.stirs_at,
        warned_at = CASE WHEN (t.first_due_at, t.next_due_at) IS DISTINCT FROM
            (excluded.first_due_at, excluded.next_due_at) THEN NULL ELSE t.warned_at END
    WHERE (t.policy_id, t.first_due_at, t.next_due_at, t.resolution_due_at, t.window_until, t.parts, t.stirs_at)
        IS DISTINCT FROM (excluded.policy_id, excluded.first_due_at, excluded.next_due_at, excluded.resolution_due_at,
            excluded.window_until, excluded.parts, excluded.stirs_at)
), changed AS (
    UPDATE premura_conversation c SET priority = g.priority, due_at = g.due_at, rank = g.rank
    FROM given g JOIN mine USING (id)
    WHERE c.id = g.id AND (c.priority, c.due_at, c.rank) IS DISTINCT FROM (g.priority, g.due_at, g.rank)
    RETURNING c.id, c.brand_id
)
SELECT mine.id, changed.brand_id FROM mine LEFT JOIN changed USING (id)
"""

STIRRED = """
SELECT conversation_id FROM premura_triage WHERE stirs_at <= %b ORDER BY stirs_at LIMIT %b
"""

# A worker that died between storing and this left conversations without an order.
FORGOTTEN = """
SELECT c.id FROM premura_brand b CROSS JOIN LATERAL (
    SELECT c.id FROM premura_conversation c
    WHERE c.brand_id = b.id AND c.state = 'open' AND c.rank = 0 ORDER BY c.rank DESC, c.id DESC LIMIT 1000
) c
"""


@dataclass(frozen=True, slots=True)
class Known:
    """One row of FACTS."""

    id: int
    brand: int
    network: str
    private: bool
    intent: str
    sentiment: str
    language: str
    urgency: int
    state: str
    waits_since: float | None
    opened: float
    answered: bool
    last_in: float | None
    tier: str
    said: Sequence[int] | None
    urgencies: Sequence[int | None] | None
    flags: Sequence[str | None] | None
    likes: int | None
    repeats: Sequence[int] | None
    agree: Sequence[int] | None
    spilled_from: int | None
    pile_on: int | None
    piled_since: float | None
    promise: float | None
    employee: bool
    extra: int
    chosen: int | None


def triage(conversations: Collection[int], now: datetime, *, skipped: bool = True, rung: Collection[int] = ()) -> int:
    """Give conversations their policy, targets and priority; return how many were done.

    Call it inside a transaction.  What another transaction holds at the moment is done by a job after this one.
    The bell rings for what moved, but for those of which it is `rung` anyway.
    Cost     some 100 microseconds a conversation, most of it the database's.
    """
    known = facts(conversations)
    books = deadlines.books({one.brand for one in known})
    points = points_of(books)
    rows = list(_rows(known, books, points, now.timestamp()))
    if not rows:
        return 0
    with cursor() as at:
        at.execute(KEEP, [list(column) for column in zip(*rows, strict=True)])
        done = dict(at.fetchall())
    _tell_moved(done, rung)
    if skipped and (left := [one.id for one in known if one.id not in done]):
        later("triage", conversations=left, in_s=1)
    return len(done)


def _tell_moved(done: Mapping[int, int | None], rung: Collection[int]) -> None:
    moved: dict[int, list[int]] = {}
    for conversation, brand in done.items():
        if brand is not None and conversation not in rung:
            moved.setdefault(brand, []).append(conversation)
    for brand, conversations in moved.items():
        transaction.on_commit(partial(bell.ring, brand, conversations))


def facts(conversations: Collection[int]) -> list[Known]:
    """Return what is known of these conversations."""
    with cursor() as at:
        at.execute(FACTS, [sorted(conversations)])
        return [Known(*row) for row in at.fetchall()]


def case(one: Known) -> Case:
    """Return what policies ask of a conversation."""
    waits = nan if one.waits_since is None else one.waits_since
    return Case(
        one.brand, one.network, one.private, one.intent, one.urgency, one.language, one.tier,
        nan if one.piled_since is None else one.piled_since, waits, one.opened, one.answered, one.chosen,
    )  # fmt: skip


def _rows(
    known: Sequence[Known], books: Mapping[int, Book], points: Mapping[int, Mapping[str, int]], now: float
) -> "list[tuple[Any, ...]]":
    due = deadlines.due([case(one) for one in known], books)
    rows = []
    for n, one in enumerate(known):
        policy, answer, resolution = due.policies[n], float(due.answer[n]), float(due.resolution[n])
        if one.employee or one.state == Conversation.State.RESOLVED:
            policy, answer, resolution = None, nan, nan
        begins, ends = _window(one)
        first = _earlier(answer, resolution) if one.state in OURS else resolution
        ordered = Ordered(0, [], nan)
        if one.state in OURS:
            ordered = order(_standing(one, first, begins, ends), points[one.brand], now)
        told = json.dumps([[*part[:3], list(part.evidence)] for part in ordered.parts])
        at = _moment(answer)
        rows.append((
            one.id, one.brand, policy.pk if policy else None, None if one.answered else at,
            at if one.answered else None, _moment(resolution), _moment(ends), told, _moment(ordered.stirs),
            ordered.priority, _moment(first), rank(ordered.priority, first),
        ))  # fmt: skip
    return rows


def _standing(one: Known, due: float, begins: float, ends: float) -> Standing:
    flags: dict[str, list[int]] = {}
    said, urgent = one.said or (), []
    for message, urgency, told in zip(said, one.urgencies or (), one.flags or (), strict=True):
        for flag in (told or "").split():
            flags.setdefault(flag, []).append(message)
        if urgency == one.urgency:
            urgent.append(message)
    return Standing(
        one.urgency, urgent, flags, one.intent, one.sentiment,
        nan if one.waits_since is None else one.waits_since, due, begins, ends, one.likes or 0, one.repeats or (),
        one.agree or (), one.spilled_from or 0, one.pile_on or 0, nan if one.promise is None else one.promise,
        one.employee, said, bool(said) and _is_exposed(one), one.extra,
    )  # fmt: skip


def _is_exposed(one: Known) -> bool:
    """Return whether an unhappy customer waits where search engines look."""
    if one.private or one.waits_since is None or one.intent == "spam":
        return False
    unhappy = one.sentiment == "negative" or one.intent == "complaint"
    return unhappy and one.network in NETWORKS and NETWORKS[one.network].searchable


def _window(one: Known) -> tuple[float, float]:
    """Return from when to when the network takes an answer; nan where it sets no end."""
    limits = NETWORKS[one.network].limits if one.network in NETWORKS else None
    within = (limits.direct_within if one.private else limits.reply_within) if limits else None
    if within is None or one.last_in is None:
        return nan, nan
    return one.last_in, one.last_in + within.total_seconds()


def _earlier(one: float, other: float) -> float:
    return other if isnan(one) else one if isnan(other) else min(one, other)


def _moment(at: float) -> datetime | None:
    return None if isnan(at) else datetime.fromtimestamp(at, UTC)


# -- what time changes ---------------------------------------------------------------------------------


def stir(now: datetime) -> int:
    """Order anew what the passing of time has moved, and warn of targets that are near; return how many."""
    with cursor() as at:
        at.execute(STIRRED, [now, MOST_STIRRED])
        ids = [row[0] for row in at.fetchall()]
        at.execute(FORGOTTEN)
        ids += [row[0] for row in at.fetchall()]
    done = in_batches(ids, lambda some: triage(some, now))
    in_batches(ids, lambda some: _warn(some, now))
    return done


def everything(brand_id: int, now: datetime) -> int:
    """Order all that a brand has open anew, because its policies, calendars or weights changed; return how many."""
    ours = Conversation.objects.filter(brand=brand_id, state__in=OURS)
    return in_batches(list(ours.values_list("pk", flat=True)), lambda some: triage(some, now))


def in_batches(ids: Sequence[int], do: Callable[[Collection[int]], int]) -> int:
    """Do something to many conversations, a thousand in one transaction."""
    wanted, done = sorted(set(ids)), 0
    for first in range(0, len(wanted), AT_ONCE):
        with transaction.atomic():
            done += do(wanted[first : first + AT_ONCE])
    return done


def _warn(conversations: Collection[int], now: datetime) -> int:
    """Tell those on duty, once, of each answer whose time is nearly over.  Call it inside a transaction."""
    near = Triage.objects.select_for_update(of=("self",), skip_locked=True).filter(
        pk__in=conversations, warned_at=None, conversation__state__in=OURS, conversation__due_at__gt=now
    )
    rows = [one for one in near.select_related("conversation", "policy") if _is_near(one)]
    Triage.objects.filter(pk__in=[one.pk for one in rows]).update(warned_at=now)
    journal.write_each(
        Event.Deed.TARGET_NEAR,
        [(one.conversation, {"policy": one.policy.name if one.policy else ""}) for one in rows],
    )
    return len(rows)


def _is_near(one: Triage) -> bool:
    return any(name == "breach_near" for name, *_ in one.parts)
