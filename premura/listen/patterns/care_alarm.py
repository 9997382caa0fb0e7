"""The care alarm: a thread in which more people complain about our care than about the matter itself.  P12, P18.

Raw SQL lives here because it runs within each batch that comes in.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from premura import journal
from premura.listen.patterns.staff import customer
from premura.listen.receive import cursor
from premura.models import Conversation, Event
from premura.networks.contract import PRIVATE

WITHIN = timedelta(hours=24)
LEAST = 3  # people who complain about our care
MOST_SAID = 1000  # messages of a thread that are looked at, the newest
LOCKS = 7362  # our number space among PostgreSQL's advisory locks

_CARE = "'service_complaint' = ANY(r.flags)"
_PUBLIC = "m.kind NOT IN ({})".format(", ".join(f"'{kind}'" for kind in sorted(PRIVATE)))

# Only who complains about our care can tip a thread, so only their threads are looked at.  `told` looks back twice as
# far: the conversation on which the last alarm stands may have been silent since.
TIPPED = f"""
WITH roots AS (
    SELECT DISTINCT m.channel_id, m.root FROM premura_message m
    JOIN premura_reading r ON r.message_id = m.id
    WHERE m.id = ANY(%b) AND m.identity_id IS NOT NULL AND {_PUBLIC} AND {_CARE}
)
SELECT roots.channel_id, roots.root, heard.care, heard.matter, heard.newest, heard.told FROM roots CROSS JOIN LATERAL (
    SELECT count(DISTINCT t.identity_id) FILTER (WHERE t.fresh AND t.care) AS care,
        count(DISTINCT t.identity_id) FILTER (WHERE t.fresh AND NOT t.care) AS matter,
        (array_agg(t.conversation_id ORDER BY t.written_at DESC, t.id DESC) FILTER (WHERE t.care))[1] AS newest,
        array_agg(DISTINCT t.conversation_id) FILTER (WHERE t.care) AS told
    FROM (
        SELECT m.id, m.identity_id, m.conversation_id, m.written_at, m.written_at > %b AS fresh, {_CARE} AS care
        FROM (
            SELECT m.id, m.identity_id, m.conversation_id, m.written_at FROM premura_message m
            WHERE (m.channel_id, m.root) = (roots.channel_id, roots.root) AND m.written_at > %b
                AND m.identity_id IS NOT NULL AND m.removed_at IS NULL AND {_PUBLIC}
            ORDER BY m.written_at DESC LIMIT {MOST_SAID}
        ) m
        JOIN premura_reading r ON r.message_id = m.id
        WHERE ({_CARE} OR r.intent = 'complaint') AND {customer("m.identity_id")}
    ) t
) heard
WHERE heard.care >= {LEAST} AND heard.care > heard.matter
"""

# Of two batches that tip one thread, the first to come tells it.
OURS = """
SELECT n FROM unnest(%b::text[]) WITH ORDINALITY AS t (thread, n)
WHERE pg_try_advisory_xact_lock(%b::int, hashtext(thread))
"""


def find(new: Collection[int], now: datetime) -> set[int]:
    """Note in the journal, once a thread and day, where care is complained of more than the matter.

    Takes    new messages; call it inside the transaction that brought them.
    Returns  the conversations on which it was noted: the newest complaint about our care in each thread.
    Cost     5 ms where nobody complains of our care, 5 microseconds a message of a thread in which somebody does.
    """
    with cursor() as at:
        at.execute(TIPPED, [sorted(new), now - WITHIN, now - 2 * WITHIN])
        tipped: list[Any] = at.fetchall()
        if not tipped:
            return set()
        at.execute(OURS, [[f"{row[0]} {row[1]}" for row in tipped], LOCKS])
        ours = [tipped[int(str(n)) - 1] for (n,) in at.fetchall()]
    return _tell(_untold(ours, now))


def _untold(tipped: Sequence[Any], now: datetime) -> list[Any]:
    asked = {pk for row in tipped for pk in row[5]}
    lines = Event.objects.filter(deed=Event.Deed.SERVICE_ALARM, conversation__in=asked, at__gt=now - WITHIN)
    told = set(lines.values_list("conversation", flat=True))
    return [row for row in tipped if told.isdisjoint(row[5])]


def _tell(tipped: Sequence[Any]) -> set[int]:
    said = {row[4]: {"care": row[2], "matter": row[3]} for row in tipped}
    about = Conversation.objects.filter(pk__in=said).order_by("pk")
    journal.write_each(Event.Deed.SERVICE_ALARM, [(one, said[one.pk]) for one in about])
    return set(said)
