"""The limit of taking in: the same rows by plain batched INSERT, into a table that knows only the unique key."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from premura.listen import receive
from premura.models import Brand

MOST = 40_000
BATCH = 500
Columns = list[list[Any]]

ROWS = """
SELECT brand_id, channel_id, conversation_id, identity_id, key, parent, root, kind, text, language, url, ref::text,
    media::text, stars, written_at, received_at, edited_at, removed_at, hidden_at
FROM premura_message WHERE brand_id = %s LIMIT %s
"""
INSERT = """
INSERT INTO premura_bench_plain (
    brand_id, channel_id, conversation_id, identity_id, key, parent, root, kind, text, language, url, ref, media,
    stars, written_at, received_at, edited_at, removed_at, hidden_at, was, likes, shares, counted_likes, counted_shares
)
SELECT brand_id, channel_id, conversation_id, identity_id, key, parent, root, kind, text, language, url, ref::jsonb,
    media::jsonb, stars, written_at, received_at, edited_at, removed_at, hidden_at, '[]', 0, 0, 0, 0
FROM unnest(
    %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::text[],
    %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::smallint[], %b::timestamptz[],
    %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[]
) AS g (
    brand_id, channel_id, conversation_id, identity_id, key, parent, root, kind, text, language, url, ref, media,
    stars, written_at, received_at, edited_at, removed_at, hidden_at
)
ON CONFLICT DO NOTHING
"""


def rows(brand: Brand) -> list[Columns]:
    """Return the brand's message rows as columns, a batch each, and make an empty table for them."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [brand.pk, MOST])
        found = cursor.fetchall()
        cursor.execute("DROP TABLE IF EXISTS premura_bench_plain")
        cursor.execute("CREATE TABLE premura_bench_plain (LIKE premura_message INCLUDING DEFAULTS INCLUDING IDENTITY)")
        cursor.execute("ALTER TABLE premura_bench_plain ADD UNIQUE (channel_id, key)")
    return [[list(column) for column in zip(*found[n : n + BATCH], strict=True)] for n in range(0, len(found), BATCH)]


def insert(batches: Sequence[Columns]) -> None:
    """Insert them, one statement and one commit a batch."""
    for batch in batches:
        with receive.cursor() as at:
            at.execute(INSERT, batch)
