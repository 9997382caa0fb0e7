-- Each post since a time that says almost the same as another of the same person, and whether it has its own answer, as
-- `decide.twins` has it beside the conversation: a reply of ours is to it, or ours stands right under it, or it was private
-- or alone between two answers and we wrote after it.  It costs a probe for each conversation of that time, and a few for
-- each such post.
WITH posts AS MATERIALIZED (
    SELECT r.first_id, r.message_id, c.id, EXISTS (
        SELECT FROM premura_reply p LEFT JOIN premura_message a ON a.id = p.message_id
        WHERE p.to_id = m.id AND p.state = 'sent' AND a.removed_at IS NULL
    ) OR EXISTS (
        SELECT FROM premura_message a
        WHERE a.conversation_id = c.id AND a.identity_id IS NULL AND a.written_at >= m.written_at
            AND a.removed_at IS NULL AND (c.private OR a.parent = m.key OR NOT EXISTS (
                SELECT FROM premura_message t
                WHERE t.conversation_id = c.id AND t.identity_id IS NOT NULL AND t.removed_at IS NULL AND t.id <> m.id
                    AND t.written_at <= a.written_at AND t.written_at > coalesce((
                        SELECT max(b.written_at) FROM premura_message b
                        WHERE b.conversation_id = c.id AND b.identity_id IS NULL AND b.removed_at IS NULL
                            AND b.written_at < m.written_at
                    ), '-infinity')
            ))
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
