"""Finding conversations by what was said and by who said it."""

from typing import Any

from django.db.models import Q
from django.db.models.expressions import RawSQL

MOST_HITS = 2000

# The fence (MATERIALIZED) keeps the planner from walking a whole table backwards in the hope
# of a hit: it finds the hits by the words first, and only then looks at which are newest.
HITS = """
WITH hits AS MATERIALIZED (
    SELECT m.conversation_id FROM premura_message m
    WHERE premura_words(m.language, m.text) @@ premura_query(%s) AND m.brand_id = %s
    LIMIT {most}
)
SELECT conversation_id FROM hits
"""
BY_NAME = """
WITH people AS MATERIALIZED (
    SELECT id FROM premura_identity
    WHERE brand_id = %s AND (upper(name) LIKE upper(%s) OR upper(handle) LIKE upper(%s)) LIMIT {most}
)
SELECT c.id FROM premura_conversation c WHERE c.identity_id IN (SELECT id FROM people)
"""


def found(brand_id: int, query: str) -> Q:
    """Return the condition that a conversation says `query`, or is with somebody of that name.

    Cost  in proportion to the hits, of which at most 2,000 count for each half; the order is the caller's.
    """
    like = "%" + query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    said: Any = RawSQL(HITS.format(most=MOST_HITS), [query, brand_id])  # noqa: S611  only a number is put in
    if len(query) < 3:  # a trigram needs three letters
        return Q(pk__in=said)
    named: Any = RawSQL(BY_NAME.format(most=MOST_HITS), [brand_id, like, like])  # noqa: S611
    return Q(pk__in=said) | Q(pk__in=named)
