"""Read what came in: tier 1 within the batch that stores it, tier 2 later; both in batches."""

# What lists show of a conversation: its newest message's reading; urgency and flags of all that waits for an answer,
# or of the newest where nothing does.
SHOWN = """
WITH theirs AS (
    SELECT c.id, m.written_at, m.id AS message, r.language, r.sentiment, r.intent, r.urgency, r.flags,
        row_number() OVER (PARTITION BY c.id ORDER BY m.written_at DESC, m.id DESC) AS place,
        m.written_at >= coalesce(c.waiting_since, 'infinity') AS waits
    FROM premura_conversation c
    JOIN premura_message m ON m.conversation_id = c.id AND m.identity_id IS NOT NULL AND m.removed_at IS NULL
    JOIN premura_reading r ON r.message_id = m.id
    WHERE c.id = ANY(%b)
), newest AS (
    SELECT * FROM theirs WHERE place = 1
), told AS (
    SELECT t.id, max(t.urgency) AS urgency, array_agg(DISTINCT f.flag) FILTER (WHERE f.flag IS NOT NULL) AS flags
    FROM theirs t LEFT JOIN LATERAL unnest(t.flags) AS f (flag) ON true
    WHERE t.place = 1 OR t.waits GROUP BY t.id
), locked AS (
    SELECT c.id FROM premura_conversation c JOIN newest USING (id) ORDER BY c.id FOR NO KEY UPDATE OF c
)
UPDATE premura_conversation c
SET language = n.language, sentiment = n.sentiment, intent = n.intent, urgency = t.urgency,
    flags = coalesce(t.flags, '{}')
FROM newest n JOIN told t USING (id) JOIN locked l USING (id)
WHERE c.id = n.id AND (c.language, c.sentiment, c.intent, c.urgency, c.flags)
    IS DISTINCT FROM (n.language, n.sentiment, n.intent, t.urgency, coalesce(t.flags, '{}'))
"""
