"""Targets of all that a brand has open, given anew when its policies, calendars or holidays change.

Raw SQL lives here because it looks at a hundred thousand conversations at once: they come as columns, one row for all
of which policies ask the same, and only what changed is written.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from premura.decide import deadlines
from premura.decide.deadlines import Book, Case
from premura.decide.order import ranked
from premura.listen.receive import cursor

AT_ONCE = 100_000
LAST = 2**62

MIDDLE = "SELECT avg(id)::bigint FROM premura_conversation WHERE brand_id = %b AND state = 'open'"

ALIKE = """
WITH piled AS MATERIALIZED (
    SELECT c.id, extract(epoch FROM pile.at)::float8 AS at
    FROM premura_pileon pile JOIN premura_conversation c ON (c.channel_id, c.root) = (pile.channel_id, pile.root)
    WHERE pile.brand_id = %b AND pile.ended_at IS NULL AND NOT c.private
)
SELECT max(id), network, private, intent, urgency, language, tier, piled, chosen, string_agg(int8send(id), ''),
    string_agg(float8send(waits), ''), string_agg(float8send(opened), ''), string_agg(float8send(answered), ''),
    string_agg(float8send(due), ''), string_agg(int8send(priority), '')
FROM (
    SELECT c.id, ch.network, c.private, c.intent, c.urgency, c.language, k.tier, t.chosen_id AS chosen,
        coalesce(piled.at, 'nan') AS piled,
        coalesce(extract(epoch FROM c.waiting_since)::float8, 'nan') AS waits,
        extract(epoch FROM c.opened_at)::float8 AS opened, (c.last_out_at IS NOT NULL)::int::float8 AS answered,
        coalesce(extract(epoch FROM c.due_at)::float8, 'nan') AS due, c.priority::bigint
    FROM premura_conversation c
    JOIN premura_channel ch ON ch.id = c.channel_id
    JOIN premura_identity i ON i.id = c.identity_id
    JOIN premura_contact k ON k.id = i.contact_id
    LEFT JOIN premura_triage t ON t.conversation_id = c.id
    LEFT JOIN piled ON piled.id = c.id
    WHERE c.brand_id = %b AND c.state = 'open' AND c.id > %b AND c.id <= %b
        AND NOT EXISTS (
            SELECT FROM premura_employee e
            WHERE (e.brand_id, e.network, e.handle) = (c.brand_id, ch.network, lower(i.handle))
        )
    ORDER BY c.id LIMIT %b
) one
GROUP BY 2, 3, 4, 5, 6, 7, 8, 9
"""

# What another transaction holds just now is left to `triage.everything`, which follows and tells the rest: the policy,
# both targets apart, and what the new time is worth in points.
CHANGE = """
WITH given AS MATERIALIZED (
    SELECT id, rank, to_timestamp(nullif(due, 'nan')) AS due_at
    FROM unnest(%b::bigint[], %b::float8[], %b::bigint[]) AS g (id, due, rank)
), mine AS MATERIALIZED (
    SELECT c.id FROM premura_conversation c JOIN given g USING (id) ORDER BY c.id FOR NO KEY UPDATE OF c SKIP LOCKED
)
UPDATE premura_conversation c SET due_at = g.due_at, rank = g.rank FROM given g JOIN mine USING (id) WHERE c.id = g.id
"""


def retime(brand_id: int) -> int:
    """Give all that a brand has open its next target anew, where it changed; return how many did.

    Two connections share the work, unless one is within a transaction, whose rows no other would see.
    Cost     some 4 microseconds a conversation that stays as it is, and 30 one that changes, on two cores.
    """
    book = deadlines.books([brand_id])[brand_id]
    with cursor() as at:
        middle = at.execute(MIDDLE, [brand_id]).fetchone()
    halves = [(0, middle[0]), (middle[0], LAST)] if middle and middle[0] else [(0, LAST)]
    if connection.in_atomic_block:
        return sum(_between(book, *half) for half in halves)
    with ThreadPoolExecutor(len(halves)) as two:
        return sum(two.map(lambda half: _apart(book, *half), halves))


def _apart(book: Book, after: int, until: int) -> int:
    try:
        return _between(book, after, until)
    finally:
        connection.close()


def _between(book: Book, after: int, until: int) -> int:
    """Do what `retime` does for the conversations after one id, and until another."""
    changed, more = 0, True
    while more:
        with transaction.atomic(), cursor() as at:
            at.execute(ALIKE, [book.brand, book.brand, after, until, AT_ONCE])
            alike: list[Any] = at.fetchall()
            columns = [np.concatenate(parts) for parts in zip(*(_changed(row, book) for row in alike), strict=True)]
            if columns and (n := len(columns[0])):
                in_order = np.argsort(columns[0])  # as they lie on the disk
                at.execute(CHANGE, [column[in_order].tolist() for column in columns])
                changed += n
        more = sum(len(row[9]) for row in alike) == AT_ONCE * 8
        after = max((row[0] for row in alike), default=0)
    return changed


def _changed(row: Sequence[Any], book: Book) -> tuple[NDArray[Any], ...]:
    """Return the columns of CHANGE for those of one row of ALIKE whose next target is another than before."""
    (_, network, private, intent, urgency, language, tier, piled, chosen, ids, *packed, priorities) = row
    waits, opened, answered, before = (np.frombuffer(column, ">f8").astype(np.float64) for column in packed)
    keys, priority = np.frombuffer(ids, ">i8"), np.frombuffer(priorities, ">i8")
    policy = book.fits(Case(book.brand, network, private, intent, urgency, language, tier, piled, 0, 0, False, chosen))
    answer, resolution = np.full((2, len(keys)), np.nan)
    if policy is not None:
        answer, resolution = deadlines.targets(policy, book.zone, waits, opened, answered, piled)
    due = np.fmin(answer, resolution)
    other = ~((np.abs(due - before) < 1) | (np.isnan(due) & np.isnan(before)))
    return keys[other], due[other], ranked(priority, due)[other]
