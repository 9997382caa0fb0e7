-- Each post since a time that says almost the same as another of the same person, and whether it has its own answer: ours
-- stands right under it, or it was private and we wrote after it.  It costs a probe for each conversation of that time,
-- and one for each such post.
WITH posts AS MATERIALIZED (
    SELECT r.first_id, r.message_id, c.id, EXISTS (
        SELECT FROM premura_message a
        WHERE a.conversation_id = c.id AND a.identity_id IS NULL AND a.written_at >= m.written_at
            AND (c.private OR a.parent = m.key)
    ) AS answered
    FROM premura_conversation c
    JOIN premura_repeat r ON r.conversation_id = c.id
    JOIN premura_message m ON m.id = r.message_id
    WHERE c.brand_id = %(brand)s
        AND (%(teams)s::bigint[] IS NULL OR c.team_id IS NULL OR c.team_id = ANY(%(teams)s::bigint[]))
        AND c.last_at >= %(since)s
        AND m.written_at >= %(since)s
        AND m.removed_at IS NULL
)
