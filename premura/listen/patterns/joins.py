"""Who joins whom: people who agree with a complaint, and who comes from an unsolved private conversation.  P11, P111.

Raw SQL lives here because it runs within each batch that comes in.
"""

from collections.abc import Collection

from premura.listen.receive import cursor

# The complaint is what they answer, or else the newest complaint of somebody else under the same root.
AGREE = """
WITH fresh AS (
    SELECT m.id, m.brand_id, m.channel_id, m.conversation_id, m.identity_id, m.parent, m.root, m.written_at
    FROM premura_message m JOIN premura_reading r ON r.message_id = m.id
    WHERE m.id = ANY(%b) AND m.identity_id IS NOT NULL AND 'me_too' = ANY(r.flags)
), found AS (
    SELECT f.id, f.brand_id, f.conversation_id, coalesce(direct.conversation_id, near.conversation_id) AS complaint
    FROM fresh f JOIN premura_conversation c ON c.id = f.conversation_id AND NOT c.private
    LEFT JOIN LATERAL (
        SELECT m.conversation_id FROM premura_message m
        WHERE (m.channel_id, m.key) = (f.channel_id, f.parent) AND m.identity_id <> f.identity_id LIMIT 1
    ) direct ON true
    LEFT JOIN LATERAL (
        SELECT m.conversation_id FROM premura_message m JOIN premura_reading r ON r.message_id = m.id
        WHERE (m.channel_id, m.root) = (f.channel_id, f.root) AND m.written_at < f.written_at
            AND m.identity_id <> f.identity_id AND r.intent = 'complaint' AND NOT 'me_too' = ANY(r.flags)
        ORDER BY m.written_at DESC LIMIT 1
    ) near ON direct.conversation_id IS NULL
)
INSERT INTO premura_agreement (message_id, brand_id, complaint_id, by_id)
SELECT id, brand_id, complaint, conversation_id FROM found
WHERE complaint IS NOT NULL AND complaint <> conversation_id
ORDER BY id
ON CONFLICT (message_id) DO NOTHING
RETURNING complaint_id
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
    WHERE p.identity_id = same.id AND p.private AND p.state <> 'resolved' AND p.brand_id = c.brand_id
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
