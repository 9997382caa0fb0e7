-- What was resolved since a time and had an answer of ours: whether we sent the person elsewhere, and whether we closed it
-- where they had asked.  Elsewhere is a private reply to public words, and a reply that went out although the guard saw it
-- send them to another channel.  A line of ours in the same place, after that and not of that sort, closes it.
-- Somebody silent for longer than two months before it was resolved is not looked for: the index on (brand, state,
-- last_at) bounds it.  It costs a probe into the replies for each.
WITH resolved AS MATERIALIZED (
    SELECT c.id, c.private, away.at IS NOT NULL AS moved, away.at IS NOT NULL AND EXISTS (
        SELECT FROM premura_message m
        LEFT JOIN premura_reply r ON r.message_id = m.id
        WHERE m.conversation_id = c.id AND m.written_at > away.at AND m.identity_id IS NULL AND m.removed_at IS NULL
            AND (r.id IS NULL OR NOT (r.private > c.private OR r.overrides ?| %(elsewhere)s::text[]))
    ) AS closed
    FROM premura_conversation c
    LEFT JOIN LATERAL (
        SELECT max(r.sent_at) AS at FROM premura_reply r
        WHERE r.conversation_id = c.id AND r.state = 'sent'
            AND (r.private > c.private OR r.overrides ?| %(elsewhere)s::text[])
    ) away ON true
    WHERE c.brand_id = %(brand)s
        AND (%(teams)s::bigint[] IS NULL OR c.team_id IS NULL OR c.team_id = ANY(%(teams)s::bigint[]))
        AND c.state = 'resolved'
        AND c.last_at >= %(since)s::timestamptz - interval '60 days'
        AND c.settled_at >= %(since)s
        AND c.last_out_at IS NOT NULL
)
