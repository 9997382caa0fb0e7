-- What was resolved since a time, by a press or by a macro, and whether the person wrote again within seven days of it.  Who
-- only thanks us then, or sends a heart, has not come back for more.
-- The journal's index on (brand, at) bounds it.  It costs a probe into the messages of each.
WITH closed AS MATERIALIZED (
    SELECT c.id, bool_or(EXISTS (
        SELECT FROM premura_message m
        LEFT JOIN premura_reading r ON r.message_id = m.id
        WHERE m.conversation_id = c.id AND m.identity_id IS NOT NULL AND m.removed_at IS NULL
            AND m.received_at > e.at AND m.received_at <= e.at + interval '7 days'
            AND coalesce(r.intent, '') NOT IN ('praise', 'gesture', 'spam')
    )) AS again
    FROM premura_event e
    JOIN premura_conversation c ON c.id = e.conversation_id
    WHERE e.brand_id = %(brand)s AND e.at >= %(since)s
        AND (e.deed = 'resolved' OR (e.deed = 'macro used' AND e.facts -> 'did' @> '[["resolve"]]'))
        AND (%(teams)s::bigint[] IS NULL OR c.team_id IS NULL OR c.team_id = ANY(%(teams)s::bigint[]))
    GROUP BY c.id
)
