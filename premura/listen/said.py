"""What was said: people, conversations, messages, edits, and whose turn it is.

Each stage is one statement over the whole batch.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from premura.listen import echoes
from premura.listen import readings as reading
from premura.listen.batch import MOST_TEXT, Heard, Stored, builtin, clean, columns, to_json, touch
from premura.listen.readings import Readings
from premura.listen.receive import cursor
from premura.networks.contract import PRIVATE, Person, Said

MOST_ABOVE = 10
MOST_PREVIEW = 300

IDENTITIES = """
WITH given AS (
    SELECT * FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[])
        AS g (brand_id, network, key, handle, name, avatar, url)
), renamed AS (
    UPDATE premura_identity i SET handle = g.handle, name = g.name, avatar = g.avatar, url = g.url
    FROM given g
    WHERE (i.brand_id, i.network, i.key) = (g.brand_id, g.network, g.key)
        AND (i.handle, i.name, i.avatar, i.url) IS DISTINCT FROM (g.handle, g.name, g.avatar, g.url)
), made AS (
    INSERT INTO premura_identity (brand_id, network, key, handle, name, avatar, url, contact_id, home_id)
    SELECT brand_id, network, key, handle, name, avatar, url, id, id FROM (
        SELECT g.*, nextval(pg_get_serial_sequence('premura_contact', 'id')) AS id FROM given g
        WHERE NOT EXISTS (
            SELECT FROM premura_identity i
            WHERE (i.brand_id, i.network, i.key) = (g.brand_id, g.network, g.key)
        )
    ) fresh
    ORDER BY brand_id, network, key
    ON CONFLICT (brand_id, network, key) DO NOTHING
    RETURNING contact_id, brand_id, name, handle
)
INSERT INTO premura_contact (id, brand_id, name, created_at)
SELECT contact_id, brand_id, coalesce(nullif(name, ''), handle), now() FROM made
"""

# LATERAL with its LIMIT is a fence: as a plain join the planner finds a popular thread's conversations
# by their root, and throws all but one away, for each message.
CONVERSATIONS = """
INSERT INTO premura_conversation (
    brand_id, channel_id, team_id, identity_id, post_id, root, private, kind, above, opened_at, state, preview, last_at,
    last_in_at, waiting_since, language, sentiment, intent, urgency, flags
)
SELECT g.brand_id, g.channel_id, g.team_id, i.id, p.id, g.root, g.private, g.kind, g.above::jsonb, now(),
    CASE WHEN g.waiting_since IS NULL THEN 'pending' ELSE 'open' END, g.preview, g.last_at, g.last_in_at,
    g.waiting_since, g.language, g.sentiment, g.intent, g.urgency, g.flags::varchar[]
FROM unnest(
    %b::bigint[], %b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::bool[], %b::text[], %b::text[],
    %b::text[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::text[],
    %b::smallint[], %b::text[]
) AS g (
    brand_id, channel_id, team_id, network, person, root, private, kind, above, preview, last_at, last_in_at,
    waiting_since, language, sentiment, intent, urgency, flags
)
JOIN premura_identity i ON (i.brand_id, i.network, i.key) = (g.brand_id, g.network, g.person)
LEFT JOIN premura_post p ON (p.channel_id, p.key) = (g.channel_id, g.root)
LEFT JOIN LATERAL (
    SELECT c.id FROM premura_conversation c
    WHERE (c.channel_id, c.root, c.identity_id, c.private) = (g.channel_id, g.root, i.id, g.private) LIMIT 1
) known ON true
WHERE known.id IS NULL
ORDER BY g.channel_id, g.root, i.id, g.private
ON CONFLICT (channel_id, root, identity_id, private) DO NOTHING
RETURNING id
"""

MESSAGES = """
INSERT INTO premura_message (
    brand_id, channel_id, conversation_id, identity_id, key, parent, root, kind, text, language, url, ref, media, stars,
    written_at, received_at, edited_at, removed_at, hidden_at, was, likes, shares, counted_likes, counted_shares
)
SELECT g.brand_id, g.channel_id, c.id, CASE WHEN g.ours THEN NULL ELSE i.id END, g.key, g.parent, g.root, g.kind,
    g.text, g.language, g.url, g.ref::jsonb, g.media::jsonb, g.stars, g.written_at, g.received_at, g.edited_at,
    a.removed_at, a.hidden_at, '[]', 0, 0, 0, 0
FROM unnest(
    %b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::bool[], %b::bool[], %b::text[], %b::text[], %b::text[],
    %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::smallint[], %b::timestamptz[],
    %b::timestamptz[], %b::timestamptz[]
) AS g (
    brand_id, channel_id, network, person, ours, private, key, parent, root, kind, text, language, url, ref, media,
    stars, written_at, received_at, edited_at
)
JOIN premura_identity i ON (i.brand_id, i.network, i.key) = (g.brand_id, g.network, g.person)
JOIN LATERAL (
    SELECT c.id FROM premura_conversation c
    WHERE (c.channel_id, c.root, c.identity_id, c.private) = (g.channel_id, g.root, i.id, g.private) LIMIT 1
) c ON true
LEFT JOIN premura_ahead a ON (a.channel_id, a.key) = (g.channel_id, g.key)
ORDER BY g.channel_id, g.key
ON CONFLICT (channel_id, key) DO NOTHING
RETURNING id, conversation_id, key, channel_id
"""

EDITS = """
UPDATE premura_message m
SET text = g.text, media = g.media::jsonb, ref = g.ref::jsonb, edited_at = g.edited_at,
    was = CASE WHEN m.text = g.text THEN m.was
        ELSE m.was || jsonb_build_array(jsonb_build_object('text', m.text, 'until', g.edited_at)) END
FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[])
    AS g (channel_id, key, text, media, ref, edited_at)
WHERE (m.channel_id, m.key) = (g.channel_id, g.key)
    AND g.edited_at > coalesce(m.edited_at, '-infinity')
    AND (m.text, m.media, m.ref) IS DISTINCT FROM (g.text, g.media::jsonb, g.ref::jsonb)
RETURNING m.brand_id, m.conversation_id, m.id, m.channel_id, m.key
"""

# An older version that comes late is what it said before.
EDITED_BEFORE = """
UPDATE premura_message m
SET was = jsonb_build_array(jsonb_build_object('text', g.text, 'until', m.edited_at)) || m.was
FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::timestamptz[]) AS g (channel_id, key, text, edited_at)
WHERE (m.channel_id, m.key) = (g.channel_id, g.key)
    AND m.edited_at > coalesce(g.edited_at, '-infinity')
    AND m.text <> g.text
    AND NOT m.was @> jsonb_build_array(jsonb_build_object('text', g.text))
"""

# Words that were taken back before they came make nobody wait.
GONE_AHEAD = """
SELECT a.channel_id, a.key FROM premura_ahead a
JOIN unnest(%b::bigint[], %b::text[]) AS g (channel_id, key) ON (a.channel_id, a.key) = (g.channel_id, g.key)
WHERE a.removed_at IS NOT NULL
"""

# What the inbox shows of them is what stands there now, not what it was before it was edited or taken back.
LATEST_WORDS = """
UPDATE premura_conversation c SET preview = s.preview
FROM (
    SELECT c.id, (
        SELECT left(m.text, 300) FROM premura_message m
        WHERE m.conversation_id = c.id AND m.identity_id IS NOT NULL AND m.removed_at IS NULL
        ORDER BY m.written_at DESC, m.id DESC LIMIT 1
    ) AS preview
    FROM premura_conversation c WHERE c.id = ANY(%b)
    ORDER BY c.id FOR NO KEY UPDATE OF c
) s
WHERE c.id = s.id AND c.preview <> s.preview
"""

# What came in makes it our turn, unless we wrote later than that or have settled it since.
# A conversation that is new with this batch stands right already: most are, and are not written twice.
TURN_THEIRS = """
WITH fresh AS (
    SELECT m.conversation_id AS id, max(m.written_at) AS last_at,
        min(m.written_at) FILTER (
            WHERE m.removed_at IS NULL AND m.written_at > coalesce(c.last_out_at, '-infinity')
        ) AS waiting_since,
        (array_agg(left(m.text, 300) ORDER BY m.written_at DESC, m.id DESC))[1] AS preview,
        (array_agg(r.language ORDER BY m.written_at DESC, m.id DESC))[1] AS language,
        (array_agg(r.sentiment ORDER BY m.written_at DESC, m.id DESC))[1] AS sentiment,
        (array_agg(r.intent ORDER BY m.written_at DESC, m.id DESC))[1] AS intent,
        max(r.urgency) AS urgency, coalesce(premura_flags(r.flags), '{}') AS flags
    FROM premura_message m JOIN premura_conversation c ON c.id = m.conversation_id
    LEFT JOIN premura_reading r ON r.message_id = m.id
    WHERE m.id = ANY(%b) AND m.identity_id IS NOT NULL
    GROUP BY m.conversation_id
    ORDER BY m.conversation_id
), locked AS (
    SELECT c.id FROM premura_conversation c JOIN fresh f USING (id) ORDER BY c.id FOR NO KEY UPDATE OF c
)
UPDATE premura_conversation c
SET last_at = greatest(c.last_at, f.last_at),
    last_in_at = greatest(c.last_in_at, f.last_at),
    preview = CASE WHEN f.last_at >= coalesce(c.last_in_at, '-infinity') THEN f.preview ELSE c.preview END,
    waiting_since = CASE WHEN f.waiting_since IS NULL THEN c.waiting_since
        ELSE least(c.waiting_since, f.waiting_since) END,
    state = CASE WHEN f.waiting_since IS NULL THEN c.state ELSE 'open' END,
    snoozed_until = CASE WHEN f.waiting_since IS NULL THEN c.snoozed_until END,
    language = CASE WHEN f.last_at >= coalesce(c.last_in_at, '-infinity') THEN coalesce(f.language, c.language)
        ELSE c.language END,
    sentiment = CASE WHEN f.last_at >= coalesce(c.last_in_at, '-infinity') THEN coalesce(f.sentiment, c.sentiment)
        ELSE c.sentiment END,
    intent = CASE WHEN f.last_at >= coalesce(c.last_in_at, '-infinity') THEN coalesce(f.intent, c.intent)
        ELSE c.intent END,
    urgency = CASE WHEN c.waiting_since IS NULL THEN coalesce(f.urgency, c.urgency)
        ELSE greatest(c.urgency, f.urgency) END,
    flags = CASE WHEN c.waiting_since IS NULL THEN f.flags ELSE premura_both(c.flags, f.flags) END
FROM fresh f JOIN locked l USING (id)
WHERE c.id = f.id AND (
    c.last_in_at IS NULL OR f.last_at > c.last_in_at OR (
        f.waiting_since IS NOT NULL AND (c.state <> 'open' OR f.waiting_since < c.waiting_since)
    )
)
"""

# What we wrote elsewhere, on the network's own screens, is an answer too.
TURN_OURS = """
WITH fresh AS (
    SELECT conversation_id AS id, max(written_at) AS last_out_at FROM premura_message
    WHERE id = ANY(%b) AND identity_id IS NULL GROUP BY conversation_id
), locked AS (
    SELECT c.id FROM premura_conversation c JOIN fresh f USING (id) ORDER BY c.id FOR NO KEY UPDATE OF c
), still AS (
    SELECT f.id, greatest(f.last_out_at, c.last_out_at) AS last_out_at, (
        SELECT min(m.written_at) FROM premura_message m
        WHERE m.conversation_id = f.id AND m.identity_id IS NOT NULL AND m.removed_at IS NULL
            AND m.written_at > greatest(f.last_out_at, c.last_out_at)
            AND m.received_at > coalesce(c.settled_at, '-infinity')
    ) AS waiting_since
    FROM fresh f JOIN premura_conversation c USING (id)
)
UPDATE premura_conversation c
SET last_at = greatest(c.last_at, s.last_out_at),
    last_out_at = s.last_out_at,
    waiting_since = s.waiting_since,
    state = CASE WHEN c.state = 'open' AND s.waiting_since IS NULL THEN 'pending' ELSE c.state END
FROM still s JOIN locked l USING (id)
WHERE c.id = s.id
RETURNING c.brand_id, c.id
"""

# An echo of a reply whose fate we did not know tells it.
SETTLED = """
UPDATE premura_reply r
SET state = 'sent', message_id = m.id, url = m.url, sent_at = m.written_at, trouble = ''
FROM premura_message m
WHERE m.id = ANY(%b) AND m.identity_id IS NULL AND r.conversation_id = m.conversation_id
    AND r.state = 'unclear' AND r.message_id IS NULL
    AND (r.key = ANY(%b) OR r.text = m.text)
"""


def newest(said: Iterable[Heard]) -> list[Heard]:
    """Return one of each key, the latest edit; one batch may say a thing many times."""
    newest: dict[tuple[int, str], Heard] = {}
    for heard in said:
        key = (heard.place.id, heard.item.key)
        before = newest.get(key)
        if before is None or _edited(heard) > _edited(before):
            newest[key] = heard
    return list(newest.values())


def _edited(heard: Heard) -> datetime:
    said = cast(Said, heard.item)
    return said.edited_at or said.written_at


def keep_said(said: Sequence[Heard], readings: Readings, stored: Stored) -> None:
    known = [heard for heard in said if _other(heard) is not None]
    with cursor() as at:
        at.execute(IDENTITIES, columns(_people(known)))
        at.execute(GONE_AHEAD, columns([(heard.place.id, heard.item.key) for heard in known]))
        gone = set(at.fetchall())
        at.execute(CONVERSATIONS, columns(_conversations(known, gone, readings)))
        opened = {row[0] for row in at.fetchall()}
        at.execute(MESSAGES, columns([_message_row(heard) for heard in known]))
        fresh = at.fetchall()
        brands: dict[object, int] = {heard.place.id: heard.place.brand_id for heard in known}
        ids = [int(str(row[0])) for row in fresh]
        stored.messages += len(ids)
        stored.by_brand.update(brands[row[3]] for row in fresh)
        for id_, row in zip(ids, fresh, strict=True):
            stored.new[brands[row[3]]].append(id_)
        new = {(row[3], row[2]) for row in fresh}
        reading.keep(
            at,
            [
                (int(str(id_)), brands[channel], readings[channel, key])
                for id_, _, key, channel in fresh
                if (channel, key) in readings
            ],
        )
        _edits(at, [h for h in known if (h.place.id, h.item.key) not in new], readings, stored)
        if again := [row[0] for row in fresh if row[1] not in opened]:
            at.execute(TURN_THEIRS, [again])
        touch(stored, [(brands[row[3]], row[1]) for row in fresh])
        if any(heard.item.ours for heard in known):  # type: ignore[union-attr]
            before = [h for h in known if (h.place.id, h.item.key) not in new]
            at.execute(TURN_OURS, [ids + echoes.move(at, before, stored)])
            touch(stored, at.fetchall())
            keys = [h.item.idempotency for h in known if h.item.idempotency]  # type: ignore[union-attr]
            at.execute(SETTLED, [ids, keys])


def _other(heard: Heard) -> Person | None:
    """Return the person that the conversation is with."""
    said = cast(Said, heard.item)
    return said.with_ if said.ours else said.author


def _people(said: Iterable[Heard]) -> list[tuple[Any, ...]]:
    rows: dict[tuple[int, str, str], tuple[Any, ...]] = {}
    for heard in said:
        person, place = _other(heard), heard.place
        if person is None:
            continue
        key = (place.brand_id, place.network, person.key)
        if key not in rows or not cast(Said, heard.item).ours:  # their own word about themselves is better
            rows[key] = (*key, person.handle, clean(person.name), person.avatar, person.url)
    return list(rows.values())


@dataclass(slots=True)
class _New:
    """What a conversation looks like if this batch opens it."""

    first: Heard
    person: Person
    theirs: list[Said] = field(default_factory=list)
    ours: list[Said] = field(default_factory=list)

    def row(self, gone: Collection[Any], readings: Readings) -> tuple[Any, ...]:
        place, said = self.first.place, cast(Said, self.first.item)
        answered = max((s.written_at for s in self.ours), default=None)
        waits = [
            s.written_at
            for s in self.theirs
            if (answered is None or s.written_at > answered) and (place.id, s.key) not in gone
        ]
        in_order = sorted(self.theirs, key=lambda s: s.written_at)
        newest = in_order[-1] if in_order else None
        # As long as only we spoke, our words tell it apart.
        shown = newest or max(self.ours, key=lambda s: s.written_at)
        read = [(s, readings[place.id, s.key]) for s in in_order if (place.id, s.key) in readings]
        unanswered = [answered is None or s.written_at > answered for s, _ in read]
        return (
            place.brand_id, place.id, place.team_id, place.network, self.person.key, said.root, said.kind in PRIVATE,
            str(said.kind), to_json([builtin(post) for post in said.above[-MOST_ABOVE:]]),
            clean(shown.text)[:MOST_PREVIEW],
            max(s.written_at for s in self.theirs + self.ours), newest.written_at if newest else None,
            min(waits, default=None), *reading.shown([one for _, one in read], unanswered),
        )  # fmt: skip


def _conversations(said: Iterable[Heard], gone: Collection[Any], readings: Readings) -> list[tuple[Any, ...]]:
    new: dict[tuple[Any, ...], _New] = {}
    for heard in said:
        item, person = cast(Said, heard.item), _other(heard)
        assert person is not None
        key = (heard.place.id, item.root, person.key, item.kind in PRIVATE)
        conversation = new.setdefault(key, _New(heard, person))
        (conversation.ours if item.ours else conversation.theirs).append(item)
    return [conversation.row(gone, readings) for conversation in new.values()]


def _message_row(heard: Heard) -> tuple[Any, ...]:
    item: Any = heard.item
    place, person = heard.place, _other(heard)
    assert person is not None
    return (
        place.brand_id, place.id, place.network, person.key, item.ours, item.kind in PRIVATE, item.key, item.parent,
        item.root, str(item.kind), clean(item.text)[:MOST_TEXT], item.language[:5], item.url, to_json(dict(item.ref)),
        to_json([builtin(piece) for piece in item.media]), item.stars, item.written_at, heard.at, item.edited_at,
    )  # fmt: skip


def _edits(at: Any, known: Sequence[Heard], readings: Readings, stored: Stored) -> None:
    rows = [
        (h.place.id, h.item.key, clean(h.item.text)[:MOST_TEXT], to_json([builtin(p) for p in h.item.media]),
         to_json(dict(h.item.ref)), h.item.edited_at)
        for h in known if isinstance(h.item, Said) and h.item.edited_at
    ]  # fmt: skip
    if rows:
        at.execute(EDITS, columns(rows))
        changed = at.fetchall()
        touch(stored, [row[:2] for row in changed])
        for row in changed:
            stored.edited[int(str(row[0]))].append(int(str(row[2])))
        again = [(row[2], row[0], readings[row[3], row[4]]) for row in changed if (row[3], row[4]) in readings]
        reading.keep(at, again)
        conversations = sorted({int(str(row[1])) for row in changed})
        at.execute(LATEST_WORDS, [conversations])
        at.execute(reading.SHOWN, [conversations])
    if known:
        late = [(h.place.id, h.item.key, clean(h.item.text)[:MOST_TEXT], h.item.edited_at)
                for h in known if isinstance(h.item, Said)]  # fmt: skip
        at.execute(EDITED_BEFORE, columns(late))
