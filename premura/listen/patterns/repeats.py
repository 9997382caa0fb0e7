"""Repeats: almost the same words from the same person, each with an answer of its own.  P70, P72.

Raw SQL lives here because it runs within each batch that comes in.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from premura.listen.batch import columns
from premura.listen.receive import cursor

LEAST = 12  # characters: a shorter one says nothing by coming twice
ALIKE = 0.7
MOST = 60  # earlier messages of a person that are looked at
DAYS = 14

# What the people of this batch said lately; who said only one thing is left out.
SAID = """
WITH people AS (
    SELECT DISTINCT m.identity_id AS id FROM premura_message m
    WHERE m.id = ANY(%b) AND m.identity_id IS NOT NULL AND length(m.text) >= %b
)
SELECT p.id, s.id, s.brand_id, s.conversation_id, s.text, s.first_id
FROM people p CROSS JOIN LATERAL (
    SELECT m.id, m.brand_id, m.conversation_id, m.text, r.first_id, count(*) OVER () AS n
    FROM (
        SELECT c.id FROM premura_conversation c
        WHERE c.identity_id = p.id AND c.last_at > now() - make_interval(days => %b)
        ORDER BY c.last_at DESC LIMIT %b
    ) c
    CROSS JOIN LATERAL (
        SELECT * FROM premura_message m
        WHERE m.conversation_id = c.id AND m.identity_id IS NOT NULL AND m.removed_at IS NULL
            AND length(m.text) >= %b
        ORDER BY m.written_at DESC, m.id DESC LIMIT 20
    ) m
    LEFT JOIN premura_repeat r ON r.message_id = m.id
    LIMIT %b
) s
WHERE s.n > 1
ORDER BY p.id, s.id
"""

KEEP = """
INSERT INTO premura_repeat (message_id, brand_id, conversation_id, first_id)
SELECT * FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[])
    AS g (message_id, brand_id, conversation_id, first_id)
ORDER BY message_id
ON CONFLICT (message_id) DO NOTHING
"""


@dataclass(slots=True)
class _Said:
    id: int
    brand: int
    conversation: int
    text: str
    first: int | None


def find(messages: Collection[int]) -> set[int]:
    """Note which of these new messages repeat another of the same person; return the conversations it is about.

    Cost     a query for the batch, and 15 microseconds for each message of somebody who wrote more than one.
    """
    with cursor() as at:
        at.execute(SAID, [sorted(messages), LEAST, DAYS, MOST, LEAST, MOST])
        by_person: dict[int, list[_Said]] = defaultdict(list)
        for person, *row in at.fetchall():
            by_person[int(str(person))].append(_Said(*row))
        groups = _groups(by_person.values(), frozenset(messages))
        rows: list[tuple[Any, ...]] = [
            (one.id, one.brand, one.conversation, first) for first, group in groups for one in group
        ]
        if rows:
            at.execute(KEEP, columns(rows))
    return {row[2] for row in rows}


def _groups(people: Collection[list[_Said]], new: frozenset[int]) -> list[tuple[int, list[_Said]]]:
    """Return for each new message that repeats others the first of them, and those that are not noted yet."""
    from premura.text.similarity import fingerprint, near, sketches  # loads what compares only where it is needed

    everything = [one for said in people for one in said]
    sketched = dict(zip((one.id for one in everything), sketches([one.text for one in everything]), strict=True))
    print_of = {one.id: fingerprint(one.text) for one in everything}
    found = []
    for said in people:
        for one in said:
            if one.id not in new or one.first is not None:
                continue
            like = [
                other
                for other in said
                if other.id != one.id
                and (print_of[other.id] == print_of[one.id] or near(sketched[other.id], sketched[one.id]) >= ALIKE)
            ]
            if like:
                first = min(other.first or other.id for other in [*like, one])
                group = [other for other in [*like, one] if other.first is None]
                for other in group:
                    other.first = first
                found.append((first, group))
    return found
