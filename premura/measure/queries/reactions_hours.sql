-- How many comments of customers came under a post of ours, by the hour since it was published; the last number stands for all later.
-- The index on (channel, root, written_at) serves it: 150 ms for 40,000 comments.
SELECT greatest(0, least(floor(extract(epoch FROM t.written_at - %(since)s) / 3600)::int, %(shown)s)), count(*)
FROM (
    SELECT m.written_at
    FROM premura_message m
    JOIN premura_conversation c ON c.id = m.conversation_id
    WHERE m.channel_id = %(channel)s AND m.root = %(root)s
        AND m.identity_id IS NOT NULL AND m.removed_at IS NULL AND NOT c.private
        AND (%(teams)s::bigint[] IS NULL OR c.team_id IS NULL OR c.team_id = ANY(%(teams)s::bigint[]))
        AND NOT EXISTS (
            SELECT FROM premura_identity i JOIN premura_employee e
                ON (e.brand_id, e.network, e.handle) = (i.brand_id, i.network, lower(ltrim(i.handle, '@')))
            WHERE i.id = m.identity_id
        )
    ORDER BY m.written_at
    LIMIT %(most)s
) t
GROUP BY 1
