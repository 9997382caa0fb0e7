"""Who joins whom: who agrees with a complaint, and who comes from an unsolved private conversation.  P11, P18, P111.

Raw SQL lives here because it runs within each batch that comes in.
"""

from collections.abc import Collection

from premura.listen.patterns.staff import customer
from premura.listen.receive import cursor

MOST_LATER = 200  # messages after a complaint that are looked at, where it came later than they did
MOST_HEIGHT = 10  # answers to answers

# Who agrees, from this batch; and who agreed under the same root before this batch brought what they agree with.  The
# complaint is what they answer: above others who agree, our answers and their own words.  Else it is the newest
# complaint of somebody else under the same root, and else what they answer, though it only agrees too.
AGREE = f"""
WITH RECURSIVE came AS (
    SELECT m.id, m.channel_id, m.root, m.written_at, r.intent, 'me_too' = ANY(r.flags) AS agrees
    FROM premura_message m JOIN premura_reading r ON r.message_id = m.id
    WHERE m.id = ANY(%b) AND m.identity_id IS NOT NULL AND ('me_too' = ANY(r.flags) OR r.intent = 'complaint')
), fresh AS (
    SELECT m.id, m.brand_id, m.channel_id, m.conversation_id, m.identity_id, i.contact_id, m.parent, m.root,
        m.written_at
    FROM (
        SELECT id FROM came WHERE agrees
        UNION
        SELECT later.id FROM came CROSS JOIN LATERAL (
            SELECT m.id FROM premura_message m
            WHERE (m.channel_id, m.root) = (came.channel_id, came.root) AND m.written_at > came.written_at
                AND m.identity_id IS NOT NULL
            ORDER BY m.written_at LIMIT {MOST_LATER}
        ) later
        JOIN premura_reading r ON r.message_id = later.id AND 'me_too' = ANY(r.flags)
        WHERE came.intent = 'complaint'
    ) one
    JOIN premura_message m ON m.id = one.id
    JOIN premura_conversation c ON c.id = m.conversation_id AND NOT c.private
    JOIN premura_identity i ON i.id = m.identity_id
    WHERE {customer("m.identity_id")}
), up AS (
    SELECT id, 0 AS height, channel_id, parent, contact_id, NULL::bigint AS above, true AS further FROM fresh
    UNION ALL
    SELECT up.id, up.height + 1, up.channel_id, m.parent, up.contact_id,
        CASE WHEN i.contact_id <> up.contact_id THEN m.conversation_id END,
        coalesce('me_too' = ANY(r.flags), false) OR i.contact_id IS NULL OR i.contact_id = up.contact_id
    FROM up
    JOIN premura_message m ON (m.channel_id, m.key) = (up.channel_id, up.parent)
    LEFT JOIN premura_identity i ON i.id = m.identity_id
    LEFT JOIN premura_reading r ON r.message_id = m.id
    WHERE up.further AND up.height < {MOST_HEIGHT}
), found AS (
    SELECT f.id, f.brand_id, f.conversation_id, coalesce(direct.above, near.conversation_id, other.above) AS complaint
    FROM fresh f
    LEFT JOIN LATERAL (SELECT above FROM up WHERE up.id = f.id AND NOT further LIMIT 1) direct ON true
    LEFT JOIN LATERAL (
        SELECT m.conversation_id FROM premura_message m
        JOIN premura_reading r ON r.message_id = m.id
        JOIN premura_identity i ON i.id = m.identity_id
        WHERE (m.channel_id, m.root) = (f.channel_id, f.root) AND m.written_at < f.written_at
            AND i.contact_id <> f.contact_id AND r.intent = 'complaint' AND NOT 'me_too' = ANY(r.flags)
        ORDER BY m.written_at DESC LIMIT 1
    ) near ON direct.above IS NULL
    LEFT JOIN LATERAL (
        SELECT above FROM up WHERE up.id = f.id AND above IS NOT NULL ORDER BY height DESC LIMIT 1
    ) other ON true
), before AS (
    SELECT a.message_id, a.complaint_id FROM premura_agreement a JOIN found ON found.id = a.message_id
), kept AS (
    INSERT INTO premura_agreement AS a (message_id, brand_id, complaint_id, by_id)
    SELECT id, brand_id, complaint, conversation_id FROM found
    WHERE complaint IS NOT NULL AND complaint <> conversation_id
    ORDER BY id
    ON CONFLICT (message_id) DO UPDATE SET complaint_id = excluded.complaint_id
    WHERE a.complaint_id <> excluded.complaint_id
    RETURNING message_id, complaint_id
)
SELECT complaint_id FROM kept
UNION
SELECT before.complaint_id FROM before JOIN kept USING (message_id)
"""

# Who waited in private in the last thirty days without a solution, and complains where everybody reads.
SPILL = """
INSERT INTO premura_spill (conversation_id, brand_id, private_id)
SELECT DISTINCT ON (c.id) c.id, c.brand_id, p.id
FROM premura_message m
JOIN premura_reading r ON r.message_id = m.id
JOIN premura_conversation c ON c.id = m.conversation_id AND NOT c.private
JOIN premura_identity i ON i.id = c.identity_id
JOIN premura_identity same ON same.contact_id = i.contact_id
CROSS JOIN LATERAL (
    SELECT p.id, p.last_in_at FROM premura_conversation p
    WHERE p.identity_id = same.id AND p.private AND p.state <> 'resolved'
            AND p.brand_id + 0 = c.brand_id  -- the few of a person are looked through, never the brand's index
        AND p.last_in_at BETWEEN m.written_at - interval '30 days' AND m.written_at
    ORDER BY p.last_at DESC LIMIT 1
) p
WHERE m.id = ANY(%b) AND m.identity_id IS NOT NULL
    AND (r.intent = 'complaint' OR r.sentiment = 'negative' OR m.stars <= 3)
ORDER BY c.id, p.last_in_at DESC
ON CONFLICT (conversation_id) DO NOTHING
RETURNING conversation_id
"""


def find(messages: Collection[int]) -> set[int]:
    """Note who of these new messages joins a complaint or comes from a private one; return the conversations."""
    found: set[int] = set()
    with cursor() as at:
        for statement in (AGREE, SPILL):
            at.execute(statement, [sorted(messages)])
            found.update(int(str(row[0])) for row in at.fetchall())
    return found
