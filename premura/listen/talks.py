"""What we answered in private to public words, and the talk that it opened: the network tells of it in an echo."""

from collections.abc import Iterable
from typing import Any

from premura.listen.batch import Heard, Stored, columns, touch
from premura.networks.contract import PRIVATE, Said

# It was noted under the words that it answers, before anybody knew of the talk.
MOVED = """
UPDATE premura_message m SET conversation_id = c.id, root = g.root, kind = g.kind
FROM premura_reply r, unnest(%b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[])
    AS g (brand_id, channel_id, network, person, key, root, kind)
JOIN premura_identity i ON (i.brand_id, i.network, i.key) = (g.brand_id, g.network, g.person)
JOIN premura_conversation c ON (c.channel_id, c.root, c.identity_id) = (g.channel_id, g.root, i.id) AND c.private
WHERE (m.channel_id, m.key) = (g.channel_id, g.key) AND r.message_id = m.id AND r.private AND m.conversation_id <> c.id
RETURNING m.brand_id, m.conversation_id, m.id, r.conversation_id
"""


def move(at: Any, echoes: Iterable[Heard], stored: Stored) -> list[int]:
    """Put our private replies into the talks that they opened, by their echoes; return their messages.

    Cost     one statement, and none where nothing private of ours was heard again.
    """
    rows = [
        (h.place.brand_id, h.place.id, h.place.network, h.item.with_.key, h.item.key, h.item.root, str(h.item.kind))
        for h in echoes
        if isinstance(h.item, Said) and h.item.ours and h.item.with_ and h.item.kind in PRIVATE
    ]
    if not rows:
        return []
    at.execute(MOVED, columns(rows))
    moved = at.fetchall()
    touch(stored, [place for brand, talk, _, answered in moved for place in ((brand, talk), (brand, answered))])
    return [int(row[2]) for row in moved]
