"""Echoes of what we answered in private to public words: they tell which private conversation it opened."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from premura import journal
from premura.listen.batch import Heard, Stored, columns, touch
from premura.models import Conversation, Event
from premura.networks.contract import PRIVATE, Said

# It was noted under the words that it answers, before anybody knew of that conversation.
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
    """Put our private replies into the conversations that they opened; return their messages.

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
    touch(stored, [place for brand, opened, _, of, _at in moved for place in ((brand, opened), (brand, of))])
    hand_over({row[1]: (row[3], row[4]) for row in moved})
    return [row[2] for row in moved]


def hand_over(answered: Mapping[int, tuple[int, datetime]]) -> None:
    """Give private conversations to whoever has the public one out of which we opened them, and new ones to its team.

    `answered`: by the private one's key, the public one's, and when our reply was written.  What somebody has stays as
    it is, and so does an older one in which they wait.  Call it in a transaction.
    """
    private = Conversation.objects.filter(pk__in=answered, assignee=None).select_related("team")
    found = list(private.select_for_update(of=("self",), no_key=True).order_by("pk"))
    if not found:
        return
    public = Conversation.objects.select_related("team", "assignee").in_bulk(pk for pk, _ in answered.values())
    sent: list[tuple[Conversation, dict[str, Any]]] = []
    given: list[tuple[Conversation, dict[str, Any]]] = []
    for one in found:
        (key, written_at), was = answered[one.pk], one.team
        of, is_new = public[key], one.opened_at >= written_at
        if not is_new and one.state == Conversation.State.OPEN:
            continue
        if is_new and of.team is not None and of.team != was:
            one.team = of.team
            before = {"from": was.name if was else "", "was": was.pk if was else None}
            sent.append((one, before | {"to": of.team.name, "team": of.team.pk}))
        if of.assignee is not None:
            one.assignee = of.assignee
            given.append((one, {"to": str(of.assignee)}))
    changed = {one.pk: one for one, _ in sent + given}
    Conversation.objects.bulk_update(changed.values(), ["team", "assignee"])
    journal.write_each(Event.Deed.ROUTED, sent)
    journal.write_each(Event.Deed.ASSIGNED, given)
