"""Receive: keep what the networks bring, word for word, and store what it says.

Raw SQL lives here because each stage is one statement over a whole batch.  Lists go to
PostgreSQL as binary arrays (`%b` and unnest), which costs a fifth of text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection

Kept = tuple[int, str, bytes]  # channel's id, way, body

KEEP = """
WITH kept AS (
    INSERT INTO premura_delivery (channel_id, way, body)
    SELECT * FROM unnest(%b::bigint[], %b::text[], %b::bytea[])
    RETURNING id, received_at
)
INSERT INTO premura_waiting (id, received_at) SELECT id, received_at FROM kept
"""

CLAIM = """
WITH mine AS (
    DELETE FROM premura_waiting WHERE id IN (
        SELECT id FROM premura_waiting {where} ORDER BY id LIMIT %b FOR UPDATE SKIP LOCKED
    )
    RETURNING id, received_at
)
SELECT d.id, d.received_at, d.channel_id, d.way, d.body
FROM mine JOIN premura_delivery d ON (d.received_at, d.id) = (mine.received_at, mine.id)
ORDER BY d.id
"""

# Each stage joins some hundred keys to tables of millions: by their indexes, whatever the planner
# takes the tables for before it has counted them.
PLAN_BY_KEYS = (
    "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off;"
    " SET LOCAL enable_mergejoin = off; SET LOCAL jit = off"
)

WAKE = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, status)
VALUES ('drain', 'drain', 10, NULL, %b, %b::jsonb, 'todo')
ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One delivery on its way in."""

    id: int
    received_at: datetime
    channel_id: int
    way: str
    body: bytes


def arrays(rows: Sequence[Kept]) -> tuple[list[int], list[str], list[bytes]]:
    """Return the rows as columns, as `KEEP` takes them."""
    channels, ways, bodies = zip(*rows, strict=True)
    return list(channels), list(ways), list(bodies)


def keep(rows: Sequence[Kept]) -> None:
    """Put bodies on disk to be taken in.  When this returns, or the transaction around it commits, they are safe."""
    if rows:
        with cursor() as at:
            at.execute(KEEP, arrays(rows))
        wake()


def wake(slot: int = 0) -> None:
    """See to it that a drain runs soon, unless one waits to run already."""
    # Straight into the queue's table: a queueing lock that is taken raises an error there,
    # and this is asked many times a second.
    with cursor() as at:
        at.execute(WAKE, [f"drain {slot}", f'{{"slot": {slot}}}'])


def waits() -> bool:
    """Say whether anything waits to be taken in."""
    with cursor() as at:
        row = at.execute("SELECT EXISTS (SELECT FROM premura_waiting)").fetchone()
    return bool(row and row[0])


def claim(most: int, only: Sequence[int] = ()) -> list[Claimed]:
    """Take up to `most` waiting deliveries, oldest first, out of everybody else's sight.

    Call it inside a transaction: if that fails they wait again.  `only` names some by id.
    """
    where = "WHERE id = ANY(%b)" if only else ""
    given = ([list(only)] if only else []) + [most]
    with cursor() as at:
        at.execute(PLAN_BY_KEYS)
        at.execute(CLAIM.format(where=where), given)
        return [Claimed(*row) for row in at.fetchall()]


def cursor() -> "psycopg.Cursor[tuple[Any, ...]]":
    """Return a cursor on Django's connection that binds on the server, so that arrays travel in binary."""
    connection.ensure_connection()
    return psycopg.Cursor(connection.connection)
