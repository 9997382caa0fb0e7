"""Finding conversations by what was said and by who said it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection

MOST_HITS = 2000
MOST_LOOKED_AT = 20_000
# So many of the newest messages are looked through first: who searches for a common word means the newest hits,
# and to sort all that there are takes seconds.
WINDOWS = (100_000, 2_000_000, None)

# The fences (MATERIALIZED) keep the planner from walking a whole table backwards in the hope of a hit: it finds the
# hits by the words first, and only then looks at which are newest.
SAID = """
WITH hits AS MATERIALIZED (
    SELECT m.id, m.conversation_id FROM premura_message m
    WHERE premura_words(m.language, m.text) @@ premura_query(%s) AND m.brand_id = %s
        AND m.id > %s
    LIMIT %s
)
SELECT conversation_id FROM hits ORDER BY id DESC LIMIT %s
"""
NAMED = """
WITH people AS MATERIALIZED (
    SELECT id FROM premura_identity
    WHERE brand_id = %s AND (upper(name) LIKE upper(%s) OR upper(handle) LIKE upper(%s)) LIMIT %s
)
SELECT c.id FROM people CROSS JOIN LATERAL (
    SELECT id FROM premura_conversation WHERE identity_id = people.id ORDER BY last_at DESC LIMIT %s
) c LIMIT %s
"""
NEWEST = """
WITH found AS MATERIALIZED (
    SELECT c.id, c.last_at, c.team_id FROM (SELECT DISTINCT unnest(%s::bigint[]) AS id) hit
    JOIN premura_conversation c USING (id) WHERE c.brand_id = %s
)
SELECT id FROM found
WHERE (%s::bigint[] IS NULL OR team_id IS NULL OR team_id = ANY(%s)) AND (last_at, id) < (%s, %s)
ORDER BY last_at DESC, id DESC LIMIT %s
"""
HITS = """
WITH said AS MATERIALIZED (
    SELECT m.* FROM unnest(%s::bigint[]) AS c (id) CROSS JOIN LATERAL (
        SELECT conversation_id, written_at, language, text FROM premura_message
        WHERE conversation_id = c.id ORDER BY written_at DESC, id DESC LIMIT {newest}
    ) m
)
SELECT conversation_id, text FROM said WHERE premura_words(language, text) @@ premura_query(%s) ORDER BY written_at
"""
NEWEST_HEARD = 100
LAST_OF_ALL = 2**62


def newest(
    brand_id: int,
    query: str,
    teams: Collection[int] | None,
    below: tuple[datetime, int] | None,
    most: int,
) -> list[int]:
    """Return the newest conversations in which `query` was said, or that are with somebody of that name; by id.

    `teams` as in a Standing; `below` is the row of the list after which to go on.  Costs in proportion to the hits,
    of which at most 2,000 count for each half, and next to nothing beside the number of conversations.
    """
    hits = _said(brand_id, query) + (_named(brand_id, query) if len(query) > 2 else [])  # a trigram needs three
    given = None if teams is None else list(teams)
    at, pk = below or ("infinity", LAST_OF_ALL)
    return _ids(NEWEST, hits, brand_id, given, given, at, pk, most) if hits else []


def words_in(conversations: Collection[int], query: str) -> dict[int, str]:
    """Return of each conversation the newest words in which `query` was said, looking at its last hundred messages."""
    with connection.cursor() as cursor:
        cursor.execute(HITS.format(newest=NEWEST_HEARD), [list(conversations), query])
        return dict(cursor.fetchall())


def _said(brand_id: int, query: str) -> list[int]:
    newest = (_ids("SELECT max(id) FROM premura_message") or [0])[0] or 0
    for window in WINDOWS:
        # A number that the planner sees: it chooses badly where it must guess how much lies behind it.
        begins = max(newest - window, 0) if window else 0
        hits = _ids(SAID, query, brand_id, begins, MOST_LOOKED_AT, MOST_HITS)
        if len(hits) == MOST_HITS or begins == 0:
            break
    return hits


def _named(brand_id: int, query: str) -> list[int]:
    like = "%" + query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return _ids(NAMED, brand_id, like, like, MOST_HITS, MOST_HITS, MOST_HITS)


def _ids(question: str, *given: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(question, given)
        return [row[0] for row in cursor.fetchall()]
