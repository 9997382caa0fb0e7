"""Repeats: almost the same words from the same person, by whatever handle, each with an answer of its own.  P70, P72.

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
MOST = 60  # earlier messages of a handle that are looked at
DAYS = 14

# What the people of this batch said lately, by whatever handle; who said only one thing is left out.
SAID = """
WITH people AS (
    SELECT DISTINCT i.contact_id AS id FROM premura_message m JOIN premura_identity i ON i.id = m.identity_id
    WHERE m.id = ANY(%b) AND length(m.text) >= %b
), handles AS (
    SELECT i.id, p.id AS person, count(*) OVER (PARTITION BY p.id) AS n
    FROM people p JOIN premura_identity i ON i.contact_id = p.id
)
SELECT h.person, s.id, s.brand_id, s.conversation_id, s.text, s.first_id
FROM handles h CROSS JOIN LATERAL (
    SELECT m.id, m.brand_id, m.conversation_id, m.text, r.first_id, count(*) OVER () AS n
    FROM (
        SELECT c.id FROM premura_conversation c
        WHERE c.identity_id = h.id AND c.last_at > now() - make_interval(days => %b)
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
WHERE s.n > 1 OR h.n > 1
ORDER BY h.person, s.id
"""

KEEP = """
INSERT INTO premura_repeat (message_id, brand_id, conversation_id, first_id)
SELECT * FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[])
    AS g (message_id, brand_id, conversation_id, first_id)
ORDER BY message_id
ON CONFLICT (message_id) DO NOTHING
"""

# Two handles that each had their own group turn out to be one person's.  What is in other hands now stays apart.
JOIN = """
WITH mine AS (
    SELECT r.message_id, g.first FROM unnest(%b::bigint[], %b::bigint[]) AS g (other, first)
    JOIN premura_repeat r ON r.first_id = g.other
    ORDER BY r.message_id FOR UPDATE OF r SKIP LOCKED
)
UPDATE premura_repeat r SET first_id = mine.first FROM mine WHERE r.message_id = mine.message_id
"""


# What somebody said lately, by whatever handle.
LATELY = """
SELECT m.id FROM premura_identity i
JOIN premura_conversation c ON c.identity_id = i.id AND c.last_at > now() - make_interval(days => %b)
JOIN premura_message m ON m.conversation_id = c.id AND m.identity_id IS NOT NULL
WHERE i.contact_id = %b ORDER BY m.written_at DESC LIMIT %b
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
        noted, joined = _groups(by_person.values(), frozenset(messages))
        rows: list[tuple[Any, ...]] = [(one.id, one.brand, one.conversation, one.first) for one in noted]
        if joined:
            at.execute(JOIN, [list(joined), list(joined.values())])
        if rows:
            at.execute(KEEP, columns(rows))
    return {row[2] for row in rows}


def find_of(contact_id: int) -> set[int]:
    """Note what somebody said twice who was taken for two until now; return the conversations it is about."""
    with cursor() as at:
        at.execute(LATELY, [DAYS, contact_id, MOST])
        said = [int(str(row[0])) for row in at.fetchall()]
    return find(said)


def _groups(people: Collection[list[_Said]], new: frozenset[int]) -> tuple[list[_Said], dict[int, int]]:
    """Give what these new messages repeat its `first`.

    Returns  what was in no group before; and the groups that turn out to be one, each with the first of which it is.
    """
    from premura.text.similarity import fingerprint, near, sketches  # loads what compares only where it is needed

    everything = [one for said in people for one in said]
    sketched = dict(zip((one.id for one in everything), sketches([one.text for one in everything]), strict=True))
    print_of = {one.id: fingerprint(one.text) for one in everything}
    noted: list[_Said] = []
    joined: dict[int, int] = {}
    for said in people:
        for one in (one for one in said if one.id in new):
            like = [
                other
                for other in said
                if other.id != one.id
                and (other.first is None or other.first != one.first)
                and (print_of[other.id] == print_of[one.id] or near(sketched[other.id], sketched[one.id]) >= ALIKE)
            ]
            if like:
                noted += [other for other in (*like, one) if other.first is None]
                joined |= _unite([*like, one], said)
    return noted, {before: joined.get(first, first) for before, first in joined.items()}


def _unite(like: Collection[_Said], said: Collection[_Said]) -> dict[int, int]:
    """Give all that is like, and what was with any of it before, one `first`; return the groups that are no more."""
    before = {one.first for one in like if one.first is not None}
    first = min(one.first or one.id for one in like)
    for one in (*like, *(one for one in said if one.first in before)):
        one.first = first
    return dict.fromkeys(before - {first}, first)
