-- Why people were angry, and how it went out: the outcomes of one brand noted since a time, by why, the most first.
-- "answered" and "solved" are seconds from their first word to our first answer, and until it was resolved: the middle
-- one of all.  It costs one look over the brand's outcomes, and one probe for the first reply of each.
SELECT
    o.why,
    count(*),
    count(*) FILTER (WHERE o.solution_proposed),
    (percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM first.sent_at - c.opened_at)))::float8 AS answered,
    (percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.settled_at - c.opened_at)))::float8 AS solved
FROM premura_outcome o
JOIN premura_conversation c ON c.id = o.conversation_id
LEFT JOIN LATERAL (
    SELECT min(r.sent_at) AS sent_at
    FROM premura_reply r
    WHERE r.conversation_id = c.id AND r.state = 'sent'
) AS first ON true
WHERE o.brand_id = %(brand)s
    AND o.why <> '' -- of a troll none need be known
    AND o.at >= %(since)s
    AND (%(teams)s::bigint[] IS NULL OR c.team_id IS NULL OR c.team_id = ANY(%(teams)s::bigint[]))
GROUP BY o.why
ORDER BY count(*) DESC, o.why
