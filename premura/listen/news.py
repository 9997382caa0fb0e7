"""News of what was said: our posts, removals, hiding, likes, shares and counts.

Each stage is one statement over the whole batch.
"""

from collections.abc import Collection, Sequence
from typing import Any

from premura.listen.batch import MOST_TEXT, Heard, Stored, builtin, clean, columns, to_json, touch
from premura.listen.receive import cursor
from premura.listen.said import LATEST_WORDS
from premura.networks.contract import Counted, Gesture, Hidden, Reacted, Removed

POSTS = """
INSERT INTO premura_post (
    brand_id, channel_id, state, key, text, url, ref, media, written_at, received_at, removed_at, likes, shares,
    counted_likes, counted_shares
)
SELECT g.brand_id, g.channel_id, 'published', g.key, g.text, g.url, g.ref::jsonb, g.media::jsonb, g.written_at, now(),
    a.removed_at, 0, 0, 0, 0
FROM unnest(
    %b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[]
) AS g (brand_id, channel_id, key, text, url, ref, media, written_at)
LEFT JOIN premura_ahead a ON (a.channel_id, a.key) = (g.channel_id, g.key)
ORDER BY g.channel_id, g.key
ON CONFLICT (channel_id, key) DO UPDATE SET text = excluded.text, media = excluded.media, ref = excluded.ref
    WHERE (premura_post.text, premura_post.media, premura_post.ref)
        IS DISTINCT FROM (excluded.text, excluded.media, excluded.ref)
"""

# What was said under it may have come before it.
UNDER_POSTS = """
UPDATE premura_conversation c SET post_id = p.id
FROM premura_post p
JOIN unnest(%b::bigint[], %b::text[]) AS g (channel_id, key) ON (p.channel_id, p.key) = (g.channel_id, g.key)
WHERE (c.channel_id, c.root) = (p.channel_id, p.key) AND c.post_id IS NULL
"""


def keep_posts(posts: Sequence[Heard]) -> None:
    rows: dict[tuple[int, str], tuple[Any, ...]] = {}
    for heard in posts:
        item: Any = heard.item
        rows[heard.place.id, item.key] = (
            heard.place.brand_id, heard.place.id, item.key, clean(item.text)[:MOST_TEXT], item.url,
            to_json(dict(item.ref)), to_json([builtin(piece) for piece in item.media]), item.written_at,
        )  # fmt: skip
    if rows:
        with cursor() as at:
            at.execute(POSTS, columns(list(rows.values())))
            at.execute(UNDER_POSTS, columns(list(rows)))


# -- removed and hidden ------------------------------------------------------------------------

REMOVED = """
WITH given AS (
    SELECT channel_id, key, min(at) AS at FROM unnest(%b::bigint[], %b::text[], %b::timestamptz[])
        AS g (channel_id, key, at) GROUP BY 1, 2
), ahead AS (
    INSERT INTO premura_ahead (channel_id, key, removed_at, received_at)
    SELECT channel_id, key, at, now() FROM given ORDER BY 1, 2
    ON CONFLICT (channel_id, key) DO UPDATE SET removed_at = coalesce(premura_ahead.removed_at, excluded.removed_at)
), post AS (
    UPDATE premura_post p SET removed_at = g.at FROM given g
    WHERE (p.channel_id, p.key) = (g.channel_id, g.key) AND p.removed_at IS NULL
)
UPDATE premura_message m SET removed_at = g.at FROM given g
WHERE (m.channel_id, m.key) = (g.channel_id, g.key) AND m.removed_at IS NULL
RETURNING m.brand_id, m.conversation_id, m.id
"""

# Who took their words back no longer waits for an answer to them.
NOT_WAITING = """
UPDATE premura_conversation c
SET waiting_since = s.waiting_since,
    state = CASE WHEN c.state = 'open' AND s.waiting_since IS NULL THEN 'resolved' ELSE c.state END
FROM (
    SELECT c.id, (
        SELECT min(m.written_at) FROM premura_message m
        WHERE m.conversation_id = c.id AND m.identity_id IS NOT NULL AND m.removed_at IS NULL
            AND m.written_at > coalesce(c.last_out_at, '-infinity')
            AND m.received_at > coalesce(c.settled_at, '-infinity')
    ) AS waiting_since
    FROM premura_conversation c
    WHERE c.id = ANY(%b) AND c.waiting_since IS NOT NULL
    ORDER BY c.id FOR NO KEY UPDATE OF c
) s
WHERE c.id = s.id
"""

HIDDEN = """
WITH given AS (
    SELECT DISTINCT ON (channel_id, key) * FROM unnest(%b::bigint[], %b::text[], %b::timestamptz[])
        AS g (channel_id, key, at) ORDER BY channel_id, key, at DESC NULLS LAST
), ahead AS (
    INSERT INTO premura_ahead (channel_id, key, hidden_at, received_at)
    SELECT channel_id, key, at, now() FROM given
    ON CONFLICT (channel_id, key) DO UPDATE SET hidden_at = excluded.hidden_at
)
UPDATE premura_message m SET hidden_at = g.at FROM given g
WHERE (m.channel_id, m.key) = (g.channel_id, g.key) AND (m.hidden_at IS NULL) <> (g.at IS NULL)
RETURNING m.brand_id, m.conversation_id
"""


def take_away(removed: Sequence[Heard], stored: Stored) -> None:
    if not removed:
        return
    rows = [(h.place.id, h.item.key, h.item.at or h.at) for h in removed if isinstance(h.item, Removed)]
    with cursor() as at:
        at.execute(REMOVED, columns(rows))
        gone = at.fetchall()
        touch(stored, [row[:2] for row in gone])
        stored.removed += [int(str(row[2])) for row in gone]
        ids = sorted({int(str(row[1])) for row in gone})
        at.execute(NOT_WAITING, [ids])
        at.execute(LATEST_WORDS, [ids])


def hide(hidden: Sequence[Heard], stored: Stored) -> None:
    if not hidden:
        return
    rows = [(h.place.id, h.item.key, h.at if h.item.hidden else None)
            for h in hidden if isinstance(h.item, Hidden)]  # fmt: skip
    with cursor() as at:
        at.execute(HIDDEN, columns(rows))
        touch(stored, at.fetchall())


# -- likes, shares, counts ---------------------------------------------------------------------

REACTIONS = """
INSERT INTO premura_reaction (brand_id, channel_id, key, target, gesture, by_key, by_name, at, undone_at)
SELECT * FROM unnest(
    %b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[],
    %b::timestamptz[]
) AS g (brand_id, channel_id, key, target, gesture, by_key, by_name, at, undone_at)
ORDER BY channel_id, key
ON CONFLICT (channel_id, key) DO UPDATE SET undone_at = coalesce(premura_reaction.undone_at, excluded.undone_at)
"""

COUNTED = """
WITH given AS (
    SELECT DISTINCT ON (channel_id, key) * FROM unnest(
        %b::bigint[], %b::text[], %b::timestamptz[], %b::int[], %b::int[]
    ) AS g (channel_id, key, at, likes, shares) ORDER BY channel_id, key, at DESC
), post AS (
    UPDATE premura_post p
    SET counted_likes = coalesce(g.likes, p.counted_likes), counted_shares = coalesce(g.shares, p.counted_shares),
        counted_at = g.at
    FROM given g WHERE (p.channel_id, p.key) = (g.channel_id, g.key) AND g.at > coalesce(p.counted_at, '-infinity')
)
UPDATE premura_message m
SET counted_likes = coalesce(g.likes, m.counted_likes), counted_shares = coalesce(g.shares, m.counted_shares),
    counted_at = g.at
FROM given g WHERE (m.channel_id, m.key) = (g.channel_id, g.key) AND g.at > coalesce(m.counted_at, '-infinity')
"""

# The network's count and the likes we heard of: whichever knows of more.
RECOUNT = """
WITH given AS (SELECT DISTINCT * FROM unnest(%b::bigint[], %b::text[]) AS g (channel_id, key)),
heard AS (
    SELECT g.channel_id, g.key, n.likes, n.shares FROM given g CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE r.gesture = 'like') AS likes,
            count(*) FILTER (WHERE r.gesture = 'share') AS shares
        FROM premura_reaction r
        WHERE (r.channel_id, r.target) = (g.channel_id, g.key) AND r.undone_at IS NULL
    ) n
), post AS (
    UPDATE premura_post p
    SET likes = greatest(p.counted_likes, h.likes), shares = greatest(p.counted_shares, h.shares)
    FROM heard h WHERE (p.channel_id, p.key) = (h.channel_id, h.key)
)
UPDATE premura_message m
SET likes = greatest(m.counted_likes, h.likes), shares = greatest(m.counted_shares, h.shares)
FROM heard h
WHERE (m.channel_id, m.key) = (h.channel_id, h.key)
    AND (m.likes, m.shares) IS DISTINCT FROM (greatest(m.counted_likes, h.likes), greatest(m.counted_shares, h.shares))
RETURNING m.brand_id, m.conversation_id
"""


def note_reactions(reacted: Sequence[Heard], stored: Stored) -> None:
    rows: dict[tuple[int, str], tuple[Any, ...]] = {}
    for heard in reacted:
        item, place = heard.item, heard.place
        assert isinstance(item, Reacted)
        before = rows.get((place.id, item.key))
        undone = item.at if item.undone else before[8] if before else None
        rows[place.id, item.key] = (
            place.brand_id, place.id, item.key, item.target, str(item.gesture), item.by.key,
            clean(item.by.name or item.by.handle), item.at, undone,
        )  # fmt: skip
    if rows:
        with cursor() as at:
            at.execute(REACTIONS, columns(list(rows.values())))
        _recount({(row[1], row[3]) for row in rows.values() if row[4] != Gesture.QUOTE}, stored)


def note_counts(counted: Sequence[Heard], stored: Stored) -> None:
    rows = [(h.place.id, h.item.key, h.item.at, h.item.likes, h.item.shares)
            for h in counted if isinstance(h.item, Counted)]  # fmt: skip
    if rows:
        with cursor() as at:
            at.execute(COUNTED, columns(rows))
        _recount({(row[0], row[1]) for row in rows}, stored)


def _recount(targets: Collection[tuple[int, str]], stored: Stored) -> None:
    if targets:
        with cursor() as at:
            at.execute(RECOUNT, columns(sorted(targets)))
            touch(stored, at.fetchall())
