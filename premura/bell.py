"""The bell: tells open screens that conversations have changed, and nothing else.

It carries ids, never a text, and only the screens of one brand hear it.  A screen that hears it
asks for its fragment again, through the same view and the same permission check as the first
time, so the bell cannot show anybody anything.
"""

from collections.abc import Collection, Iterator

from django.db import connection

CHANNEL = "premura_bell"
MANY = 500  # ids in one notice; PostgreSQL takes 8,000 bytes


def ring(brand_id: int, conversations: Collection[int]) -> None:
    """Tell the screens of a brand that these conversations changed.  Call it after commit."""
    # On its own: PostgreSQL holds one lock for the whole server while a transaction with a
    # NOTIFY commits.  Alone it is held for an instant, and a bell that is lost in a crash
    # costs one late screen, which its next look repairs.
    with connection.cursor() as cursor:
        for notice in notices(brand_id, conversations):
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, notice])


def notices(brand_id: int, conversations: Collection[int]) -> Iterator[str]:
    """Yield the payloads: the brand's id, a blank, the conversations' ids with commas."""
    ids = [str(pk) for pk in conversations]
    for start in range(0, len(ids), MANY):
        yield f"{brand_id} {','.join(ids[start : start + MANY])}"


def heard(notice: str) -> tuple[int, list[int]]:
    """Return the brand's and the conversations' ids that a payload names."""
    brand, _, ids = notice.partition(" ")
    return int(brand), [int(pk) for pk in ids.split(",") if pk]
