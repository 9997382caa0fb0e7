-- What stands under each item before and after our first public answer there: how many negative comments, in windows of
-- the same length.  That is a day, or less where the item was younger than a day; an hour at least.  Only where the second
-- window is over, and where there were enough of them.  Our own people and what was taken back do not count.
-- The index on (brand, last_at) bounds the items, that on (channel, root, written_at) what was said under each.
WITH items AS MATERIALIZED (
    SELECT DISTINCT c.channel_id, c.root FROM premura_conversation c
    WHERE c.brand_id = %(brand)s
        AND (%(teams)s::bigint[] IS NULL OR c.team_id IS NULL OR c.team_id = ANY(%(teams)s::bigint[]))
        AND c.last_at >= %(since)s
        AND c.last_out_at >= %(since)s
        AND NOT c.private
), answered AS MATERIALIZED (
    SELECT i.channel_id, i.root, ours.at, ours.conversation_id,
        least(interval '1 day', greatest(interval '1 hour', ours.at - coalesce(post.at, first.at))) AS span
    FROM items i
    CROSS JOIN LATERAL (
        SELECT m.written_at AS at, m.conversation_id FROM premura_message m
        JOIN premura_conversation c ON c.id = m.conversation_id
        LEFT JOIN premura_reply r ON r.message_id = m.id
        WHERE m.channel_id = i.channel_id AND m.root = i.root AND m.identity_id IS NULL AND m.removed_at IS NULL
            AND NOT c.private AND r.private IS NOT TRUE
            AND (%(teams)s::bigint[] IS NULL OR c.team_id IS NULL OR c.team_id = ANY(%(teams)s::bigint[]))
        ORDER BY m.written_at, m.id LIMIT 1
    ) ours
    LEFT JOIN LATERAL (
        SELECT p.written_at AS at FROM premura_post p WHERE p.channel_id = i.channel_id AND p.key = i.root LIMIT 1
    ) post ON true
    CROSS JOIN LATERAL (
        SELECT min(m.written_at) AS at FROM premura_message m WHERE m.channel_id = i.channel_id AND m.root = i.root
    ) first
    WHERE ours.at >= %(since)s
)
SELECT a.channel_id, a.root, a.conversation_id, extract(epoch FROM a.span)::float8 / 3600, counted.before, counted.after
FROM answered a
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE m.written_at < a.at) AS before, count(*) FILTER (WHERE m.written_at >= a.at) AS after
    FROM premura_message m
    JOIN premura_conversation c ON c.id = m.conversation_id
    JOIN premura_reading d ON d.message_id = m.id
    JOIN premura_identity i ON i.id = m.identity_id
    WHERE m.channel_id = a.channel_id AND m.root = a.root
        AND m.written_at >= a.at - a.span AND m.written_at < a.at + a.span
        AND m.removed_at IS NULL AND d.sentiment = 'negative' AND NOT c.private
        AND (%(teams)s::bigint[] IS NULL OR c.team_id IS NULL OR c.team_id = ANY(%(teams)s::bigint[]))
        AND (i.network, lower(ltrim(i.handle, '@'))) NOT IN (
            SELECT e.network, e.handle FROM premura_employee e WHERE e.brand_id = %(brand)s
        )
) counted
WHERE a.at + a.span <= %(now)s AND counted.before + counted.after >= %(least)s
ORDER BY a.at DESC, a.conversation_id DESC
LIMIT %(most)s
