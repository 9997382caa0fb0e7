"""What we answered in private to public words, and the talk that it opened: the network tells of it in an echo."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from premura import journal
from premura.listen.batch import Heard, Stored, columns, touch
from premura.models import Conversation, Event
from premura.networks.contract import PRIVATE, Said

# It was noted under the words that it answers, before anybody knew of the talk.
MOVED = """
UPDATE premura_message m SET conversation_id = c.id, root = g.root, kind = g.kind
FROM premura_reply r, unnest(%b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[])
    AS g (brand_id, channel_id, network, person, key, root, kind)
JOIN premura_identity i ON (i.brand_id, i.network, i.key) = (g.brand_id, g.network, g.person)
JOIN premura_conversation c ON (c.channel_id, c.root, c.identity_id) = (g.channel_id, g.root, i.id) AND c.private
WHERE (m.channel_id, m.key) = (g.channel_id, g.key) AND r.message_id = m.id AND r.private AND m.conversation_id <> c.id
RETURNING m.brand_id, m.conversation_id, m.id, r.conversation_id, r.written_at
"""


def move(at: Any, echoes: Iterable[Heard], stored: Stored) -> list[int]:
    """Put our private replies into the talks that they opened, by their echoes; return their messages.

    Cost     one statement, and none where nothing private of ours was heard again; five more where one is put there.
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
    touch(stored, [place for brand, talk, _, answered, _at in moved for place in ((brand, talk), (brand, answered))])
    hand_over({row[1]: (row[3], row[4]) for row in moved})
    return [row[2] for row in moved]


def hand_over(answered: Mapping[int, tuple[int, datetime]]) -> None:
    """Give talks to whoever has the conversation out of which we opened them, and new ones to its team.

    `answered`: by the talk's key, that conversation's, and when our reply was written.  A talk that somebody has stays
    as it is, and so does an older one in which they wait.  Call it in a transaction.
    """
    talks = Conversation.objects.filter(pk__in=answered, assignee=None).select_related("team")
    found = list(talks.select_for_update(of=("self",), no_key=True).order_by("pk"))
    if not found:
        return
    public = Conversation.objects.select_related("team", "assignee").in_bulk(pk for pk, _ in answered.values())
    sent, given = [], []
    for talk in found:
        (key, written_at), was = answered[talk.pk], talk.team
        of, is_new = public[key], talk.opened_at >= written_at
        if not is_new and talk.state == Conversation.State.OPEN:
            continue
        if is_new and of.team is not None and of.team != was:
            talk.team = of.team
            before = {"from": was.name if was else "", "was": was.pk if was else None}
            sent.append((talk, before | {"to": of.team.name, "team": of.team.pk}))
        if of.assignee is not None:
            talk.assignee = of.assignee
            given.append((talk, {"to": str(of.assignee)}))
    Conversation.objects.bulk_update(found, ["team", "assignee"])
    journal.write_each(Event.Deed.ROUTED, sent)
    journal.write_each(Event.Deed.ASSIGNED, given)
