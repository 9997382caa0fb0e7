-- What some posts of ours set off in public: comments with their tone, questions that wait, promises that stand.
-- Who works for the brand is no customer of it (P18).
-- The index on (channel, root, written_at) bounds what was said to the newest of each, that on (channel, root) the
-- conversations: 70 ms for twenty posts with 200 comments each, and one of them with thousands.
SELECT p.id, said.comments, said.people, said.negative, said.neutral, said.positive, said.mixed, asked.questions,
    promised.promises
FROM premura_post p
CROSS JOIN LATERAL (
    SELECT count(*) AS comments, count(DISTINCT t.identity_id) AS people,
        count(*) FILTER (WHERE t.sentiment = 'negative') AS negative,
        count(*) FILTER (WHERE t.sentiment = 'neutral') AS neutral,
        count(*) FILTER (WHERE t.sentiment = 'positive') AS positive,
        count(*) FILTER (WHERE t.sentiment = 'mixed') AS mixed
    FROM (
        SELECT m.identity_id, r.sentiment
        FROM premura_message m
        JOIN premura_conversation c ON c.id = m.conversation_id
        LEFT JOIN premura_reading r ON r.message_id = m.id
        WHERE (m.channel_id, m.root) = (p.channel_id, p.key)
            AND m.identity_id IS NOT NULL AND m.removed_at IS NULL AND NOT c.private
            AND (%(teams)s::bigint[] IS NULL OR c.team_id IS NULL OR c.team_id = ANY(%(teams)s::bigint[]))
            AND NOT EXISTS (
                SELECT FROM premura_identity i JOIN premura_employee e
                    ON (e.brand_id, e.network, e.handle) = (i.brand_id, i.network, lower(ltrim(i.handle, '@')))
                WHERE i.id = m.identity_id
            )
        ORDER BY m.written_at DESC
        LIMIT %(most)s
    ) t
) said
CROSS JOIN LATERAL (
    SELECT count(*) AS questions
    FROM (
        SELECT FROM premura_conversation c
        WHERE (c.channel_id, c.root) = (p.channel_id, p.key) AND NOT c.private
            AND c.waiting_since IS NOT NULL AND 'asks_question' = ANY(c.flags)
            AND NOT EXISTS (
                SELECT FROM premura_identity i JOIN premura_employee e
                    ON (e.brand_id, e.network, e.handle) = (i.brand_id, i.network, lower(ltrim(i.handle, '@')))
                WHERE i.id = c.identity_id
            )
            AND (%(teams)s::bigint[] IS NULL OR c.team_id IS NULL OR c.team_id = ANY(%(teams)s::bigint[]))
        LIMIT %(most)s
    ) t
) asked
CROSS JOIN LATERAL (
    SELECT count(*) AS promises
    FROM premura_promise o
    JOIN premura_conversation c ON c.id = o.conversation_id
    WHERE o.brand_id = p.brand_id AND o.state = 'open' AND (c.channel_id, c.root) = (p.channel_id, p.key)
        AND NOT c.private
        AND (%(teams)s::bigint[] IS NULL OR c.team_id IS NULL OR c.team_id = ANY(%(teams)s::bigint[]))
) promised
WHERE p.brand_id = %(brand)s AND p.id = ANY(%(posts)s)
