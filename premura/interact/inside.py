"""What is to stay inside: the facts of the bank, and their words in every language, that a draft is held against."""

from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Count, Max, QuerySet, Sum

from premura.models import Entry, Shareable, Variant
from premura.prepare import answers

MOST = 2_000  # texts, of the newest entries: the guard holds them against a draft in 20 ms
MOST_NEAR = 200  # older entries that share words with the draft
LEAST = 4  # letters of such a word
MOST_WORDS = 12

Text = tuple[str, str]  # who may be told, and what


@dataclass(frozen=True, slots=True)
class Inside:
    """What nobody outside may be told, and what may only be told in private; the newest first."""

    internal: tuple[str, ...] = ()
    direct: tuple[str, ...] = ()


def of(brand_id: int, text: str) -> Inside:
    """Return what a draft is to keep inside: of the newest entries all, of the others what shares words with it.

    Entries that are out of date stay inside, what was retired does not.
    Cost     one query; two more the first time and when an entry has changed, three where a bank is larger than that.
    """
    own = Entry.objects.filter(brand=brand_id, retired_at=None).exclude(shareable=Shareable.PUBLIC)
    stamp = own.aggregate(n=Count("pk"), at=Max("changed_at"), all=Sum("pk"))
    if not stamp["n"]:
        return Inside()
    texts = list(_newest(brand_id, *stamp.values()))
    if len(texts) == MOST:
        words = sorted({word for word in text.split() if len(word) >= LEAST}, key=len, reverse=True)
        near = answers.matching(" ".join(words[:MOST_WORDS]), brand_id, MOST_NEAR)
        texts = list(dict.fromkeys((*_texts(own.filter(pk__in=near)), *texts)))
    return Inside(*(
        tuple(said for who, said in texts if who == shareable) for shareable in (Shareable.INTERNAL, Shareable.DIRECT)
    ))  # fmt: skip


@lru_cache(maxsize=64)
def _newest(brand_id: int, *_stamp: object) -> tuple[Text, ...]:
    own = Entry.objects.filter(brand=brand_id, retired_at=None).exclude(shareable=Shareable.PUBLIC)
    return tuple(_texts(own)[:MOST])


def _texts(found: QuerySet[Entry]) -> list[Text]:
    """Return facts and variants of the newest entries, each entry's own together."""
    rows = list(found.order_by("-changed_at", "-pk").values_list("pk", "shareable", "facts")[:MOST])
    said: dict[int, list[str]] = {pk: [facts] for pk, _, facts in rows}
    for pk, text in Variant.objects.filter(entry__in=said).order_by("pk").values_list("entry_id", "text"):
        said[pk].append(text)
    return list(dict.fromkeys((who, text) for pk, who, _ in rows for text in said[pk]))
