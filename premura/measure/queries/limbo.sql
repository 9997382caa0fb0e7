-- How long what went from team to team lay with each of them before anybody touched it, over the moves since a time.
-- A stay begins with a move (or with the opening, where a person moved it first) and ends with the next deed of a person
-- or the next move; where neither came and nobody has it, it lasts until now.  Moves are the matrix's, a person's, and those of
-- rules and macros, which note the teams beside what else they did.  What the matrix or a rule sorts on at once is no stay.
-- The index on (brand, at) bounds the moves, that on the conversation what followed each.
WITH moves AS (
    SELECT e.id, e.conversation_id, e.at, (e.facts ->> 'team')::bigint AS team_id, (e.facts ->> 'was')::bigint AS was_id,
        e.by_id IS NOT NULL OR e.deed <> 'routed' AS from_a_team
    FROM premura_event e
    WHERE e.brand_id = %(brand)s AND e.at >= %(since)s AND e.conversation_id IS NOT NULL
        AND (e.deed = 'routed' OR e.deed IN ('rule acted', 'macro used') AND e.facts ? 'team')
    ORDER BY e.at DESC
    LIMIT %(most)s
), stays AS (
    SELECT m.conversation_id, m.team_id, m.at AS begun, m.id AS after_id FROM moves m
    UNION ALL
    SELECT c.id, m.was_id, c.opened_at, 0
    FROM moves m
    JOIN premura_conversation c ON c.id = m.conversation_id
    WHERE m.from_a_team AND NOT EXISTS (
        SELECT FROM premura_event e
        WHERE e.conversation_id = m.conversation_id AND e.id < m.id
            AND (e.deed = 'routed' OR e.deed IN ('rule acted', 'macro used') AND e.facts ? 'team')
    )
), ended AS (
    SELECT s.team_id, s.begun, ends.at AS ended, ends.sorted, c.state = 'open' AND c.assignee_id IS NULL AS waits
    FROM stays s
    JOIN premura_conversation c ON c.id = s.conversation_id
    LEFT JOIN LATERAL (
        SELECT e.at, e.by_id IS NULL AND e.at < s.begun + interval '2 minutes' AS sorted
        FROM premura_event e
        WHERE e.conversation_id = s.conversation_id AND e.id > s.after_id
            AND (e.by_id IS NOT NULL OR e.deed = 'routed' OR e.deed = 'rule acted' AND e.facts ? 'team')
        ORDER BY e.id
        LIMIT 1
    ) AS ends ON true
), lasted AS (
    SELECT team_id, extract(epoch FROM coalesce(ended, %(now)s) - begun) AS seconds, ended IS NULL AS still
    FROM ended
    WHERE (ended IS NOT NULL AND NOT sorted) OR (ended IS NULL AND waits)
)
SELECT t.id, t.name, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY l.seconds), max(l.seconds),
    count(*) FILTER (WHERE l.still)
FROM lasted l
JOIN premura_team t ON t.id = l.team_id AND t.brand_id = %(brand)s
GROUP BY t.id, t.name
ORDER BY max(l.seconds) DESC, t.name
