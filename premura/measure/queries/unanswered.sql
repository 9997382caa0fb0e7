-- Who wrote to us since a time and never had an answer, whatever became of it: when they first wrote.
-- Not counted: spam, our own people, those whom we chose not to answer, and small gestures that were liked.
-- The index on (brand, last_at) bounds it; it costs a probe for each conversation without a word of ours.
WITH never AS MATERIALIZED (
    SELECT c.id, c.private, said.begun
    FROM premura_conversation c
    JOIN premura_identity i ON i.id = c.identity_id
    CROSS JOIN LATERAL (
        SELECT m.written_at AS begun FROM premura_message m
        WHERE m.conversation_id = c.id AND m.identity_id IS NOT NULL AND m.removed_at IS NULL
        ORDER BY m.written_at, m.id LIMIT 1
    ) said
    WHERE c.brand_id = %(brand)s
        AND (%(teams)s::bigint[] IS NULL OR c.team_id IS NULL OR c.team_id = ANY(%(teams)s::bigint[]))
        AND c.last_at >= %(since)s
        AND c.last_out_at IS NULL
        AND c.intent <> 'spam'
        AND (c.intent <> 'gesture' OR NOT EXISTS (
            SELECT FROM premura_message m WHERE m.conversation_id = c.id AND m.liked_at IS NOT NULL
        ))
        AND c.id NOT IN (
            SELECT d.conversation_id FROM premura_disengagement d WHERE d.brand_id = %(brand)s AND d.ended_at IS NULL
        )
        AND (i.network, lower(i.handle)) NOT IN (
            SELECT e.network, e.handle FROM premura_employee e WHERE e.brand_id = %(brand)s
        )
)
