-- Replies that had to wait for a second person since a time, and how long, in seconds, until one said yes.  The index on
-- (brand, at) of the journal bounds it; it costs a probe for each.
WITH held AS MATERIALIZED (
    SELECT e.conversation_id, c.team_id, done.deed, extract(epoch FROM done.at - e.at)::float8 AS took
    FROM premura_event e
    JOIN premura_conversation c ON c.id = e.conversation_id
    LEFT JOIN LATERAL (
        SELECT x.deed, x.at FROM premura_event x
        WHERE x.conversation_id = e.conversation_id AND x.id > e.id AND x.facts -> 'reply' = e.facts -> 'reply'
            AND x.deed IN ('reply released', 'reply scheduled', 'reply refused', 'reply withdrawn')
        ORDER BY x.id LIMIT 1
    ) done ON true
    WHERE e.brand_id = %(brand)s AND e.at >= %(since)s AND e.deed = 'reply held'
        AND c.brand_id = %(brand)s
        AND (%(teams)s::bigint[] IS NULL OR c.team_id IS NULL OR c.team_id = ANY(%(teams)s::bigint[]))
)
