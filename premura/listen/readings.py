"""Read what came in: tier 1 within the batch that stores it, tier 2 later; both in batches.

What an agent has put right stays as they said, whatever a newer version or tier reads.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction

from premura.listen import outside
from premura.listen.batch import Heard, clean, columns, to_json
from premura.listen.receive import cursor
from premura.models import Lessons as BrandLessons
from premura.models import Message, Reading
from premura.networks.contract import Said

if TYPE_CHECKING:  # what reads takes a second and 200 MB to load: only who reads loads it
    from premura.text import lessons, reading

Readings = Mapping[tuple[int, str], "reading.Reading"]  # by channel and key
SHORT = 60  # characters below which the thread's language is asked for

KEEP = """
INSERT INTO premura_reading (
    message_id, brand_id, version, tier, language, sentiment, score, intent, urgency, flags, abuse, hate, details,
    corrected
)
SELECT message_id, brand_id, version, tier, language, sentiment, score, intent, urgency, flags::varchar[], abuse, hate,
    details::jsonb, '{}'
FROM unnest(
    %b::bigint[], %b::bigint[], %b::text[], %b::smallint[], %b::text[], %b::text[], %b::float8[], %b::text[],
    %b::smallint[], %b::text[], %b::smallint[], %b::bool[], %b::text[]
) AS g (
    message_id, brand_id, version, tier, language, sentiment, score, intent, urgency, flags, abuse, hate, details
)
ORDER BY message_id
ON CONFLICT (message_id) DO UPDATE SET
    version = excluded.version, tier = excluded.tier, abuse = excluded.abuse, hate = excluded.hate,
    details = excluded.details,
    language = CASE WHEN 'language' = ANY (premura_reading.corrected) THEN premura_reading.language
        ELSE excluded.language END,
    sentiment = CASE WHEN 'sentiment' = ANY (premura_reading.corrected) THEN premura_reading.sentiment
        ELSE excluded.sentiment END,
    score = CASE WHEN 'sentiment' = ANY (premura_reading.corrected) THEN premura_reading.score
        ELSE excluded.score END,
    intent = CASE WHEN 'intent' = ANY (premura_reading.corrected) THEN premura_reading.intent ELSE excluded.intent END,
    urgency = CASE WHEN 'urgency' = ANY (premura_reading.corrected) THEN premura_reading.urgency
        ELSE excluded.urgency END,
    flags = CASE WHEN 'flags' = ANY (premura_reading.corrected) THEN premura_reading.flags ELSE excluded.flags END
"""

# The language of whatever stands under a root already: the thread's.
SPOKEN = """
SELECT g.channel_id, g.root, known.language
FROM unnest(%b::bigint[], %b::text[]) AS g (channel_id, root)
CROSS JOIN LATERAL (
    SELECT c.language FROM premura_conversation c
    WHERE (c.channel_id, c.root) = (g.channel_id, g.root) LIMIT 1
) known
WHERE known.language <> 'und'
"""

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


# -- tier 1: in the batch that comes in ----------------------------------------------------------------


def warm() -> None:
    """Load what reads, so that the first message that comes in does not wait for it: a second or two."""
    from premura.text import reading

    reading.ready()


def read(batch: Sequence[Heard]) -> Readings:
    """Read what they said in a batch, before it is stored, so that new conversations are stored with it."""
    theirs = [heard for heard in batch if isinstance(heard.item, Said) and not heard.item.ours]
    if not theirs:
        return {}
    from premura.text import reading

    spoken, taught = _spoken(theirs), _taught({heard.place.brand_id for heard in theirs})
    asked = []
    for heard in theirs:
        said = cast(Said, heard.item)
        lang = spoken.get((heard.place.id, said.root)) or said.language[:2]
        asked.append(reading.Asked(clean(said.text), lang, taught.get(heard.place.brand_id)))
    # Where the signs stand is told by the second reading: here it would cost as much as all the rest.
    found = reading.read(asked, tier=1, places=False)
    return {(heard.place.id, heard.item.key): one for heard, one in zip(theirs, found, strict=True)}


def keep(at: Any, rows: "Iterable[tuple[int, int, reading.Reading]]") -> None:
    """Store readings: of (message, brand, reading)."""
    if given := [_row(message, brand, one) for message, brand, one in rows]:
        at.execute(KEEP, columns(given))


def shown(readings: "Sequence[reading.Reading]", waits: Sequence[bool]) -> tuple[str, str, str, int, str]:
    """Return what a new conversation shows: language, sentiment, intent, urgency, flags of these, the newest last."""
    if not readings:
        return "und", "neutral", "", 1, "{}"
    newest = readings[-1]
    told = [one for one, wait in zip(readings, waits, strict=True) if wait or one is newest]
    flags = sorted({flag for one in told for flag in one.flags})
    urgency = max(one.urgency for one in told)
    return newest.language.code, newest.sentiment, newest.intent, urgency, _array(flags)


def _spoken(theirs: Sequence[Heard]) -> dict[tuple[int, str], str]:
    roots = {(h.place.id, cast(Said, h.item).root) for h in theirs if len(cast(Said, h.item).text) < SHORT}
    if not roots:
        return {}
    with cursor() as at:
        at.execute(SPOKEN, columns(sorted(roots)))
        return {(channel, root): language for channel, root, language in at.fetchall()}


def _taught(brands: Collection[int]) -> "dict[int, lessons.Lessons | None]":
    """Return what the corrections of these brands taught."""
    known = BrandLessons.objects.filter(brand__in=brands, count__gt=0)
    return {brand: _unpacked(brand, at) for brand, at in known.values_list("brand", "taught_at")}


@lru_cache(maxsize=64)
def _unpacked(brand: int, taught_at: datetime) -> "lessons.Lessons | None":
    from premura.text import lessons

    found = BrandLessons.objects.filter(brand=brand).values_list("weights", flat=True).first()
    return lessons.unpacked(bytes(found or b""))


def _array(flags: Iterable[str]) -> str:
    return "{" + ",".join(flags) + "}"


def _row(message: int, brand: int, one: "reading.Reading") -> tuple[Any, ...]:
    details = {
        "confidence": {"language": one.language.confidence, "sentiment": one.confidence, "intent": one.intents[0][1]},
        "intents": one.intents,
        "emotions": one.emotions,
        "questions": [(q.start, q.end) for q in one.questions],
        "personal": [(p.start, p.end, str(p.kind)) for p in one.personal_data],
        "reasons": [{"of": r.of, "by": r.by, "name": r.name, "start": r.start, "end": r.end} for r in one.reasons],
    }
    return (
        message, brand, one.version, one.tier, one.language.code, one.sentiment, one.score, one.intent, one.urgency,
        _array(one.flags), one.abuse, one.hate, to_json({name: said for name, said in details.items() if said}),
    )  # fmt: skip


# -- tier 2 and newer versions: later, newest first --------------------------------------------------------

WAITING = """
SELECT r.message_id FROM premura_reading r WHERE r.tier = 1 ORDER BY r.message_id DESC LIMIT %b
"""
OLDER = """
SELECT m.id FROM premura_message m LEFT JOIN premura_reading r ON r.message_id = m.id
WHERE m.id < %b AND m.identity_id IS NOT NULL AND (r.version IS NULL OR split_part(r.version, '+', 1) <> %b)
ORDER BY m.id DESC LIMIT %b
"""
HELD = "SELECT FROM premura_reading WHERE message_id = ANY(%b) ORDER BY message_id FOR NO KEY UPDATE"


def refine(most: int = 256) -> int:
    """Read the newest messages that tier 1 alone has read once more, with both tiers; return how many."""
    with cursor() as at:
        at.execute(WAITING, [most])
        ids = [row[0] for row in at.fetchall()]
    return again(ids)


def reread(below: int, most: int = 500) -> tuple[int, int]:
    """Read messages again that an older version has read, or none, the newest below `below` first.

    Returns  how many were read, and below which to go on; 0 where there are no more.
    """
    from premura.text import reading

    with cursor() as at:
        at.execute(OLDER, [below, reading.VERSION, most])
        ids = [row[0] for row in at.fetchall()]
    return again(ids), min(ids, default=0)


def again(ids: Collection[int]) -> int:
    """Read these messages with both tiers and let the inbox show it; return how many there were.

    Nothing is locked while it reads, which may take a network's time; a message that was edited meanwhile keeps the
    reading of its newer words.
    """
    from premura.text import reading

    rows = Message.objects.filter(pk__in=ids).select_related("conversation").order_by("pk")
    messages = list(rows)
    taught = _taught({message.brand_id for message in messages})
    asked = [
        reading.Asked(
            m.text, m.conversation.language if len(m.text) < SHORT else m.language[:2], taught.get(m.brand_id)
        )
        for m in messages
    ]
    found = outside.refined(asked, reading.read(asked, tier=2), [m.brand_id for m in messages])
    with transaction.atomic(), cursor() as at:
        at.execute(HELD, [list(ids)])
        now = dict(Message.objects.filter(pk__in=ids).values_list("pk", "text"))
        same = [(m, one) for m, one in zip(messages, found, strict=True) if now.get(m.pk) == m.text]
        keep(at, [(m.pk, m.brand_id, one) for m, one in same])
        at.execute(SHOWN, [sorted({m.conversation_id for m, _ in same})])
        if found and found[0].tier == 1:  # no encoder here: nothing more can be read, and none shall wait for it
            Reading.objects.filter(pk__in=[m.pk for m, _ in same]).update(tier=0)
    return len(messages)
