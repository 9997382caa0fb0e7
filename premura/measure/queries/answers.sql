-- Our public answers since a time, and what each did: whether it asks something back, whether it is canned (the guard said
-- so, or the same words went to somebody else too), how many others liked it, and what came of it.  A thread in parts is
-- one answer.  What came of it is the first of: they thanked us; it had been resolved and was open again; they wrote again;
-- it is resolved; nothing more.  Answers to our own people do not count, nor do their likes, the asker's or our own.
-- Other queries go on from here.  The index on (brand, last_at) bounds it; it costs some probes an answer.
WITH said AS MATERIALIZED (
    SELECT m.id, m.conversation_id, c.state, c.settled_at, m.written_at AS at,
        m.text || coalesce(rest.text, '') AS text,
        coalesce(r.overrides ? 'canned' OR r.objections @> '[{"rule": "canned"}]', false) AS flagged,
        greatest(0, greatest(m.likes, m.counted_likes) - coalesce(own.likes, 0)) AS likes
    FROM premura_conversation c
    JOIN premura_channel h ON h.id = c.channel_id
    CROSS JOIN LATERAL (  -- a fence: as a plain join all of the brand's people would be read
        SELECT i.network, i.handle, i.key FROM premura_identity i WHERE i.id = c.identity_id LIMIT 1
    ) who
    JOIN premura_message m ON m.conversation_id = c.id
    LEFT JOIN premura_reply r ON r.message_id = m.id
    LEFT JOIN LATERAL (
        SELECT string_agg(' ' || p.text, '' ORDER BY p.id) AS text FROM premura_reply p
        WHERE p.conversation_id = c.id AND p.to_id = r.to_id AND p.follows_id IS NOT NULL AND p.state = 'sent'
    ) rest ON true
    LEFT JOIN LATERAL (
        SELECT count(*) AS likes FROM premura_reaction a
        WHERE (m.likes > 0 OR m.counted_likes > 0)
            AND a.channel_id = m.channel_id AND a.target = m.key AND a.gesture = 'like' AND a.undone_at IS NULL
            AND (a.by_key IN (who.key, h.key) OR EXISTS (
                SELECT FROM premura_identity i
                JOIN premura_employee e
                    ON (e.brand_id, e.network, e.handle) = (i.brand_id, i.network, lower(ltrim(i.handle, '@')))
                WHERE (i.brand_id, i.network, i.key) = (%(brand)s, h.network, a.by_key)
            ))
    ) own ON true
    WHERE c.brand_id = %(brand)s
        AND (%(teams)s::bigint[] IS NULL OR c.team_id IS NULL OR c.team_id = ANY(%(teams)s::bigint[]))
        AND c.last_at >= %(since)s
        AND NOT c.private
        AND m.written_at >= %(since)s
        AND m.identity_id IS NULL
        AND m.removed_at IS NULL
        AND r.private IS NOT TRUE
        AND r.follows_id IS NULL
        AND (who.network, lower(ltrim(who.handle, '@'))) NOT IN (
            SELECT e.network, e.handle FROM premura_employee e WHERE e.brand_id = %(brand)s
        )
), answers AS MATERIALIZED (
    SELECT s.id, s.conversation_id, s.at, s.likes,
        date_trunc('week', s.at AT TIME ZONE %(zone)s)::date AS week,
        regexp_replace(s.text, 'https?://\S+', '', 'g') ~ '[?？]' AS asks,
        s.flagged OR min(s.conversation_id) OVER same <> max(s.conversation_id) OVER same AS canned,
        CASE
            WHEN next.thanks THEN 'thanked'
            WHEN settled.so AND (next.at IS NOT NULL OR s.state <> 'resolved') THEN 'reopened'
            WHEN next.at IS NOT NULL THEN 'back'
            WHEN s.state = 'resolved' THEN 'resolved'
            ELSE 'silent'
        END AS outcome
    FROM said s
    LEFT JOIN LATERAL (
        SELECT n.written_at AS at,
            coalesce(d.intent IN ('praise', 'gesture') AND d.sentiment <> 'negative', false) AS thanks
        FROM premura_message n
        LEFT JOIN premura_reading d ON d.message_id = n.id
        WHERE n.conversation_id = s.conversation_id AND n.written_at > s.at AND n.identity_id IS NOT NULL
            AND n.removed_at IS NULL
        ORDER BY n.written_at, n.id LIMIT 1
    ) next ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(s.settled_at BETWEEN s.at AND coalesce(next.at, 'infinity'), false) OR EXISTS (
            SELECT FROM premura_event e
            WHERE e.conversation_id = s.conversation_id AND e.deed = 'resolved'
                AND e.at BETWEEN s.at AND coalesce(next.at, 'infinity')
        ) AS so
    ) settled
    WINDOW same AS (PARTITION BY md5(lower(btrim(s.text))))
)
