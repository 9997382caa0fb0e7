"""What we know, for everybody: the public entries of a brand, and how many each of them helped.  P63.

The page stands only for a brand that shows its house rules to everybody: an admin said then that it has public pages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Prefetch, QuerySet

from premura.models import Brand, Entry, Reply, Shareable, Variant
from premura.paging import Page
from premura.prepare import answers, netiquette, voice

PAGE = 100
MOST_REPLIES = 5_000  # of ours in which an entry's words are looked for: the newest
MOST_ENTRIES = 500
KEPT_S = 600  # how long the counts are kept
TELLING = 5  # words from which on a sentence of ours is known again
SHOWN_FROM = 5  # people helped, from which on everybody is told
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Question:
    """One entry in the words of one language."""

    pk: int
    question: str
    language: str
    text: str
    changed_at: datetime


def brand(slug: str) -> Brand | None:
    """Return the brand whose answers everybody may read; None where there is none, or it shows no public pages."""
    house = netiquette.public(slug)
    return house.brand if house else None


def languages(brand: Brand) -> list[str]:
    """Return the languages in which there is something to read, the brand's own first.  One query."""
    found = Variant.objects.filter(entry__in=_public(brand.pk)).values_list("language", flat=True)
    there = set(found.distinct().order_by("language"))
    return sorted(there, key=lambda language: (language != brand.language, language))


def listed(brand: Brand, language: str, after: str = "") -> Page[Question]:
    """Return the entries that have words in a language, by their question.  Three queries."""
    found = _public(brand.pk).filter(pk__in=Variant.objects.filter(language=language).values("entry"))
    if mark := answers.mark_of(after):
        found = found.filter(question__gte=mark[0]).exclude(question=mark[0], pk__lte=mark[1])
    rows = list(_worded(found.order_by("question", "pk"), language)[: PAGE + 1])
    tone = voice.of(brand).address() if rows else ""
    shown = [_said(row, tone) for row in rows[:PAGE]]
    return Page(shown, answers.mark(rows[PAGE - 1]) if len(rows) > PAGE else "")


def one(brand: Brand, pk: int, language: str) -> Question | None:
    """Return one entry in a language, or where that has no words in any other; None where it is not public."""
    found = _worded(_public(brand.pk).filter(pk=pk)).first()
    if found is None or not found.in_words:  # type: ignore[attr-defined]
        return None
    return _said(found, voice.of(brand).address(), language)


def helped(brand: Brand) -> dict[int, int]:
    """Return how many people each entry helped: who had a reply with its words, or with the way to it.

    Without the one of whose answer it was made.  Kept for ten minutes.
    Cost     two queries and about 100 ms for 5,000 replies.
    """
    kept: dict[int, int] | None = cache.get(key := f"helped-{brand.pk}")
    if kept is None:
        kept = _helped(brand)
        cache.set(key, kept, KEPT_S)
    return kept


def _helped(brand: Brand) -> dict[int, int]:
    entries = Entry.objects.filter(brand=brand, retired_at=None).order_by("-changed_at", "-pk")
    rows = list(entries.select_related("came_from").prefetch_related("variants")[:MOST_ENTRIES])
    known, begins = {row.pk for row in rows}, _beginnings(rows)
    ways = {row.came_from.url: row.pk for row in rows if row.came_from and row.came_from.url}
    first = {row.pk: row.came_from.conversation_id for row in rows if row.came_from}
    ours = Reply.objects.filter(brand=brand, state=Reply.State.SENT).order_by("-pk")
    found: dict[int, set[int]] = {}
    for conversation, text in ours.values_list("conversation_id", "text")[:MOST_REPLIES]:
        for entry in {*_pointed(text, brand.slug, ways), *_worded_in(text, begins)} & known:
            if conversation != first.get(entry):
                found.setdefault(entry, set()).add(conversation)
    return {entry: len(people) for entry, people in found.items()}


def _pointed(text: str, slug: str, ways: dict[str, int]) -> set[int]:
    """Return the entries whose page, or whose first answer, a reply of ours leads to."""
    found = set()
    for address in (each.rstrip(".,;:!?)") for each in _ADDRESS.findall(text)):
        if page := re.search(rf"/faq/{re.escape(slug)}/(\d{{1,15}})/?(?:[?#]|$)", address):
            found.add(int(page[1]))
        elif address in ways:
            found.add(ways[address])
    return found


def _beginnings(entries: Sequence[Entry]) -> dict[tuple[str, ...], list[tuple[str, int]]]:
    """Return the longest sentence of each wording by its first words: what a reply is searched for."""
    found: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    for entry in entries:
        for variant in entry.variants.all():
            words = max((_plain(part).split() for part in _SENTENCE.split(variant.text)), key=len, default=[])
            if len(words) >= TELLING:
                found.setdefault(tuple(words[:TELLING]), []).append((" ".join(words), entry.pk))
    return found


def _worded_in(text: str, begins: dict[tuple[str, ...], list[tuple[str, int]]]) -> set[int]:
    words = _plain(text).split()
    whole = f" {' '.join(words)} "
    starts = {tuple(words[n : n + TELLING]) for n in range(len(words) - TELLING + 1)} & begins.keys()
    return {entry for start in starts for sentence, entry in begins[start] if f" {sentence} " in whole}


def _plain(text: str) -> str:
    return re.sub(r"[^\w\s]", " ", text.lower())


def _public(brand_id: int) -> QuerySet[Entry]:
    return answers.valid(brand_id, (Shareable.PUBLIC,))


def _worded(found: QuerySet[Entry], language: str = "") -> QuerySet[Entry]:
    words = Variant.objects.filter(language=language) if language else Variant.objects.order_by("language")
    return found.prefetch_related(Prefetch("variants", words, to_attr="in_words"))


def _said(row: Entry, tone: str, language: str = "") -> Question:
    """An entry in the language and tone that are wanted, else in any."""
    words: list[Variant] = row.in_words  # type: ignore[attr-defined]
    best = max(words, key=lambda variant: (variant.language == language, variant.tone == tone, variant.tone == ""))
    return Question(row.pk, row.question, best.language, best.text, row.changed_at)
