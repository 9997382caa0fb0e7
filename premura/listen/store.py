"""Store a batch of items: people, posts, conversations, messages, edits, removals, counts.

Nothing depends on the order of arrival, and storing an item again changes nothing.  Rows go in by
the order of their keys, so that two batches never wait for each other in a circle.
"""

from collections import defaultdict
from collections.abc import Sequence

from premura.listen import news, said
from premura.listen.batch import Heard, Place, Stored
from premura.listen.readings import Readings
from premura.networks.contract import Counted, Hidden, Posted, Reacted, Removed, Said

__all__ = ["Heard", "Place", "Stored", "store"]


def store(batch: Sequence[Heard], readings: Readings | None = None) -> Stored:
    """Store a batch and how it was read.  Call it inside a transaction."""
    by_kind: dict[type, list[Heard]] = defaultdict(list)
    for heard in batch:
        by_kind[type(heard.item)].append(heard)
    stored = Stored()
    news.keep_posts(by_kind[Posted])
    if spoken := said.newest(by_kind[Said]):
        said.keep_said(spoken, readings or {}, stored)
    news.take_away(by_kind[Removed], stored)
    news.hide(by_kind[Hidden], stored)
    news.note_reactions(by_kind[Reacted], stored)
    news.note_counts(by_kind[Counted], stored)
    return stored
