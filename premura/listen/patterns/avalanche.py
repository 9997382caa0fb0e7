"""Pile-ons as they happen: the items that are talked about are watched, and an alarm is kept and told.  P10, P146.

Raw SQL lives here because it runs within each batch that comes in.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from premura import journal
from premura.listen.patterns.pile_on import Alarm, Event, Watch
from premura.listen.patterns.staff import by_customer, customer
from premura.listen.receive import cursor
from premura.models import Channel, PileOn
from premura.models import Event as Line

BACK = timedelta(hours=8)  # what is looked at of an item's past
FRESH = timedelta(minutes=25)  # an alarm that is older is history
LEAST = 4  # critical voices: with fewer it is looked at only where they are liked
LIKED = 10  # so many likes and shares
LIKED_WITHIN = timedelta(minutes=3)
LIKED_AFTER = timedelta(hours=2)  # of a criticism
CALM = 0.1  # voices a minute, under which it is over
LASTS = timedelta(minutes=30)  # at least
MOST_EVENTS = 3000
MOST_ITEMS = 50
AGAIN_AFTER = timedelta(seconds=10)

# As `replay.is_critical` has it.
_CRITICAL = """(r.sentiment = 'negative' OR (r.intent = 'complaint' AND r.score < -0.2) OR r.abuse > 0
    OR 'sarcasm' = ANY(r.flags))"""

# Items of which at least a few people spoke critically just now: those of a batch, or all of the last minutes.
OF_BATCH = f"""
WITH roots AS (
    SELECT DISTINCT m.channel_id, m.root FROM premura_message m
    JOIN premura_reading r ON r.message_id = m.id
    JOIN premura_conversation c ON c.id = m.conversation_id AND NOT c.private
    WHERE m.id = ANY(%b) AND m.identity_id IS NOT NULL AND {_CRITICAL}
)
"""
OF_LATE = f"""
WITH roots AS (
    SELECT m.channel_id, m.root FROM premura_message m
    JOIN premura_reading r ON r.message_id = m.id
    JOIN premura_conversation c ON c.id = m.conversation_id AND NOT c.private
    WHERE m.received_at > %b AND m.identity_id IS NOT NULL AND {_CRITICAL}
    GROUP BY m.channel_id, m.root HAVING count(DISTINCT m.identity_id) >= {LEAST}
)
"""
HOT = f"""
SELECT roots.channel_id, roots.root FROM roots CROSS JOIN LATERAL (
    SELECT count(DISTINCT t.identity_id) AS voices FROM (
        SELECT m.identity_id FROM premura_message m JOIN premura_reading r ON r.message_id = m.id
        WHERE (m.channel_id, m.root) = (roots.channel_id, roots.root) AND m.written_at > %b
            AND m.identity_id IS NOT NULL AND {_CRITICAL}
        LIMIT 300
    ) t
) heard
WHERE heard.voices >= {LEAST}
ORDER BY heard.voices DESC LIMIT {MOST_ITEMS}
"""

# Items under which somebody was critical lately, whom many like just now.
OF_LIKES = f"""
WITH critics AS (
    SELECT DISTINCT m.channel_id, m.root, t.target FROM premura_message m
    JOIN premura_reading r ON r.message_id = m.id
    JOIN premura_conversation c ON c.id = m.conversation_id AND NOT c.private
    CROSS JOIN LATERAL (VALUES (m.key), (m.root)) t (target)
    WHERE m.received_at > %b AND m.identity_id IS NOT NULL AND {_CRITICAL}
)
SELECT critics.channel_id, critics.root FROM critics CROSS JOIN LATERAL (
    SELECT count(*) AS n FROM (
        SELECT FROM premura_reaction r
        WHERE r.channel_id = critics.channel_id AND r.target = critics.target AND r.gesture IN ('like', 'share')
            AND r.at > %b AND r.undone_at IS NULL
        LIMIT {LIKED}
    ) x
) liked
GROUP BY 1, 2 HAVING sum(liked.n) >= {LIKED} ORDER BY sum(liked.n) DESC LIMIT {MOST_ITEMS}
"""

# What happened to an item, in order: what was said under it, and what was liked and shared there.  Who works for the
# brand is neither a voice nor a like, and what they say is nobody's criticism to be liked.
EVENTS = f"""
WITH said AS (
    SELECT m.key, m.written_at, m.identity_id, m.conversation_id, m.parent = m.root AS above, {_CRITICAL} AS critical
    FROM premura_message m LEFT JOIN premura_reading r ON r.message_id = m.id
    WHERE m.channel_id = %b AND m.root = %b AND m.written_at > %b AND m.identity_id IS NOT NULL
        AND {customer("m.identity_id")}
    ORDER BY m.written_at DESC LIMIT {MOST_EVENTS}
)
SELECT written_at, CASE WHEN above THEN 'comment' ELSE 'reply' END, 'i' || identity_id, coalesce(critical, false),
    conversation_id
FROM said
UNION ALL
SELECT x.at, x.gesture, x.by_key, coalesce(target.critical, false), NULL
FROM (
    SELECT r.at, r.gesture, r.by_key, r.target FROM premura_reaction r JOIN premura_channel c ON c.id = r.channel_id
    WHERE r.channel_id = %b AND r.target IN (SELECT key FROM said UNION SELECT %b) AND r.gesture IN ('like', 'share')
        AND r.at > %b AND r.undone_at IS NULL AND {by_customer("r.brand_id", "c.network", "r.by_key")}
    ORDER BY r.at DESC LIMIT {MOST_EVENTS}
) x LEFT JOIN said target ON target.key = x.target
ORDER BY 1
"""

STANDING_UNDER = """
SELECT id FROM premura_conversation WHERE channel_id = %b AND root = %b AND state = 'open' AND NOT private LIMIT 500
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the watch of an item saw until now."""

    alarm: Alarm | None  # the newest
    slope: float
    first: int | None  # the conversation with which the criticism began


def find(messages: Collection[int], now: datetime) -> set[int]:
    """Look at what these new messages are about; return the conversations that a new pile-on moves."""
    with cursor() as at:
        at.execute(OF_BATCH + HOT, [sorted(messages), now - FRESH])
        items = at.fetchall()
    return _look(items, now) if items else set()


def look(now: datetime) -> set[int]:
    """Look at everything that runs or was hot in the last minutes, also where only likes came; see what is over."""
    with cursor() as at:
        at.execute(OF_LATE + HOT, [now - FRESH, now - FRESH])
        hot = {(int(str(channel)), str(root)) for channel, root in at.fetchall()}
        at.execute(OF_LIKES, [now - LIKED_AFTER, now - LIKED_WITHIN])
        hot |= {(int(str(channel)), str(root)) for channel, root in at.fetchall()}
    running = PileOn.objects.filter(ended_at=None).values_list("channel_id", "root")[:MOST_ITEMS]
    return _look(sorted(hot | set(running)), now)


def _look(items: Iterable[Sequence[Any]], now: datetime) -> set[int]:
    known = {(one.channel_id, one.root): one for one in PileOn.objects.filter(ended_at=None).order_by("-at")[:500]}
    over = {
        (one.channel_id, one.root): one.ended_at
        for one in PileOn.objects.filter(ended_at__gt=now - FRESH).order_by("ended_at")[:500]
    }
    moved: set[int] = set()
    for channel, root in items:  # each is a walk over its events, and there are fifty at most
        running = known.get((channel, root))
        if running and running.seen_at > now - AGAIN_AFTER:
            continue
        seen = _watch(channel, root, now)
        if running:
            moved |= _go_on(running, seen, now)
        elif seen.alarm and datetime.fromtimestamp(seen.alarm.t, UTC) > (over.get((channel, root)) or now - FRESH):
            moved |= _raise(channel, root, seen, now)
    return moved


def _watch(channel: int, root: str, now: datetime) -> Seen:
    """Walk over what happened to an item.  About 4 microseconds an event."""
    with cursor() as at:
        at.execute(EVENTS, [channel, root, now - BACK, channel, root, now - BACK])
        rows: list[Any] = at.fetchall()
    watch, alarm = Watch(), None
    for when, kind, author, critical, _conversation in rows:
        alarm = watch.take(Event(when.timestamp(), kind, author, critical)) or alarm
    first = next((row[4] for row in rows if row[3] and row[4]), None)
    return Seen(alarm, watch.slope(now.timestamp()), first)


def _raise(channel: int, root: str, seen: Seen, now: datetime) -> set[int]:
    alarm = seen.alarm
    assert alarm is not None
    began = datetime.fromtimestamp(alarm.t - alarm.within, UTC)
    made = PileOn.objects.bulk_create(
        [
            PileOn(
                brand_id=Channel.objects.only("brand_id").get(pk=channel).brand_id, channel_id=channel, root=root,
                conversation_id=seen.first, began_at=began, at=now, slope=seen.slope, voices=alarm.voices, seen_at=now,
                reason={"voices": alarm.voices, "within": round(alarm.within), "usual": round(alarm.usual, 1),
                        "support": alarm.support, "support_before": alarm.support_before},
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    kept = PileOn.objects.select_related("channel").filter(channel=channel, root=root, ended_at=None).first()
    if kept and kept.at == made[0].at:
        journal.write(Line.Deed.PILE_ON, kept.channel, pile_on=kept.pk, **kept.reason)
    return _under(channel, root)


def _go_on(running: PileOn, seen: Seen, now: datetime) -> set[int]:
    over = seen.slope < CALM and running.at < now - LASTS
    PileOn.objects.filter(pk=running.pk, ended_at=None).update(
        slope=seen.slope, seen_at=now, ended_at=now if over else None,
        voices=max(running.voices, seen.alarm.voices if seen.alarm else 0),
    )  # fmt: skip
    return _under(running.channel_id, running.root) if over else set()


def _under(channel: int, root: str) -> set[int]:
    with cursor() as at:
        at.execute(STANDING_UNDER, [channel, root])
        return {int(str(row[0])) for row in at.fetchall()}
