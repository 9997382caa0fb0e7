-- Who asked since a time: a conversation counts once, with the first thing they wrote in which nothing of theirs waited
-- already, and our first words after it.  "known" is whom we had answered before.  Not counted: spam, our own people, and
-- those whom we chose not to answer; a like answers a small gesture.  What they took back was not asked.
-- Other queries go on from here.  The index on (brand, last_at) bounds it; it costs some probes a conversation.
WITH asked AS MATERIALIZED (
    SELECT c.id, c.channel_id, c.private, before.ours IS NOT NULL AS known, said.begun,
        coalesce(r.intent, c.intent) AS intent, coalesce(r.urgency, c.urgency) AS urgency,
        coalesce(r.language, c.language) AS language, who.tier, t.chosen_id, pile.at AS piled,
        CASE WHEN r.intent = 'gesture' THEN least(answer.at, said.liked_at) ELSE answer.at END AS answered,
        CASE WHEN c.state = 'resolved' AND c.settled_at >= said.begun THEN c.settled_at END AS settled
    FROM premura_conversation c
    CROSS JOIN LATERAL (
        SELECT m.id, m.written_at AS begun, m.liked_at FROM premura_message m
        WHERE m.conversation_id = c.id AND m.written_at >= %(since)s AND m.identity_id IS NOT NULL
            AND m.removed_at IS NULL
        ORDER BY m.written_at, m.id LIMIT 1
    ) said
    LEFT JOIN LATERAL (
        SELECT m.identity_id IS NULL AS ours FROM premura_message m
        WHERE m.conversation_id = c.id AND m.written_at < %(since)s
            AND (m.identity_id IS NULL OR m.removed_at IS NULL)
        ORDER BY m.written_at DESC, m.id DESC LIMIT 1
    ) before ON true
    LEFT JOIN LATERAL (
        SELECT m.written_at AS at FROM premura_message m
        WHERE m.conversation_id = c.id AND m.written_at >= said.begun AND m.identity_id IS NULL
        ORDER BY m.written_at LIMIT 1
    ) answer ON true
    LEFT JOIN premura_reading r ON r.message_id = said.id
    LEFT JOIN premura_triage t ON t.conversation_id = c.id
    LEFT JOIN (  -- the newest of an item
        SELECT p.channel_id, p.root, max(p.at) AS at, max(coalesce(p.ended_at, 'infinity')) AS ended_at
        FROM premura_pileon p WHERE p.brand_id = %(brand)s AND coalesce(p.ended_at, 'infinity') > %(since)s
        GROUP BY 1, 2
    ) pile ON NOT c.private AND (pile.channel_id, pile.root) = (c.channel_id, c.root)
        AND pile.ended_at > said.begun AND (answer.at IS NULL OR pile.at < answer.at)
    CROSS JOIN LATERAL (  -- a fence: as a plain join all of the brand's people would be read
        SELECT i.network, i.handle, k.tier FROM premura_identity i JOIN premura_contact k ON k.id = i.contact_id
        WHERE i.id = c.identity_id LIMIT 1
    ) who
    WHERE c.brand_id = %(brand)s
        AND (%(teams)s::bigint[] IS NULL OR c.team_id IS NULL OR c.team_id = ANY(%(teams)s::bigint[]))
        AND c.last_at >= %(since)s
        AND (before.ours IS NOT FALSE OR c.settled_at < said.begun)
        AND coalesce(r.intent, c.intent) <> 'spam'
        AND c.id NOT IN (
            SELECT d.conversation_id FROM premura_disengagement d WHERE d.brand_id = %(brand)s AND d.ended_at IS NULL
        )
        AND (who.network, lower(who.handle)) NOT IN (
            SELECT e.network, e.handle FROM premura_employee e WHERE e.brand_id = %(brand)s
        )
)
