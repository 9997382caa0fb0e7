-- The care cycle of one brand since a time: what came in, who has it, what became of it.
-- The index on (brand, last_at) bounds it: what was said since then is in no conversation with an older
-- last_at.  It costs one probe a conversation: 80 ms for 15,000, of 200,000 that the brand has.
WITH heard AS (
    SELECT c.state, c.assignee_id, c.last_out_at, c.waiting_since, said.*
    FROM premura_conversation c
    CROSS JOIN LATERAL (
        SELECT count(*) AS messages, min(m.written_at) AS first_at
        FROM premura_message m
        WHERE m.conversation_id = c.id AND m.written_at >= %(since)s AND m.identity_id IS NOT NULL
    ) AS said
    WHERE c.brand_id = %(brand)s
        AND (%(teams)s::bigint[] IS NULL OR c.team_id IS NULL OR c.team_id = ANY(%(teams)s::bigint[]))
        AND c.last_at >= %(since)s
        AND said.messages > 0
), known AS (
    SELECT *,
        coalesce(last_out_at >= first_at, false) AS answered,
        state = 'open' AND waiting_since IS NOT NULL AS waiting,
        state IN ('on_hold', 'snoozed', 'resolved') AS aside
    FROM heard
)
SELECT
    coalesce(sum(messages), 0)::bigint,
    count(*),
    count(*) FILTER (WHERE assignee_id IS NULL AND state = 'open'),
    count(*) FILTER (WHERE assignee_id IS NOT NULL OR answered OR aside),
    count(*) FILTER (WHERE answered),
    count(*) FILTER (WHERE waiting),
    count(*) FILTER (WHERE answered AND waiting),
    count(*) FILTER (WHERE state = 'resolved'),
    count(*) FILTER (WHERE state = 'resolved' AND NOT answered)
FROM known
