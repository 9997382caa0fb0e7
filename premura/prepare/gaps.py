"""Questions that customers ask, and to which the bank has no answer: what to write next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count, Max
from django.utils import timezone

from premura import access
from premura.access import Standing
from premura.models import Entry, Message
from premura.prepare import answers, nearness
from premura.text.aspects import fold
from premura.text.vectors import Vectors

WITHIN = timedelta(days=90)
MOST_CONVERSATIONS = 10_000
MOST_MESSAGES = 5_000
MOST_QUESTIONS = 5_000
MOST_ENTRIES = 2_000
MOST_SHOWN = 50
EXAMPLES = 4
KNOWN = 0.5  # from which on an entry answers a question
PERHAPS = 0.34  # and from which on it may
LEAST_WORDS = 3  # "and?" is no question that could have an entry
KEPT_S = 3600

Place = tuple[int, int, int]  # message, start, end: what is kept holds no words of anybody


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as somebody asked it."""

    text: str
    message: int
    start: int
    end: int
    conversation: int = 0
    at: datetime | None = None
    language: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """One question, how often it was asked, and some of those who asked."""

    count: int
    examples: tuple[Asked, ...]
    perhaps: Entry | None = None  # the entry that comes nearest, though not near enough

    @property
    def question(self) -> str:
        return self.examples[0].text


@dataclass(frozen=True, slots=True)
class Report:
    """The gaps, what is asked most first; `looked_at` questions since `since`, counted at `at`."""

    gaps: tuple[Gap, ...]
    looked_at: int
    at: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class _Found:
    groups: tuple[tuple[int, tuple[Place, ...], int], ...]  # how often, where, and the nearest entry (0: none)
    looked_at: int
    at: datetime


def report(standing: Standing, *, again: bool = False, now: datetime | None = None) -> Report:
    """Return the questions of the last ninety days without a valid entry, within the conversations that may be seen.

    Cost     a second for each thousand questions the first time; what was found is kept for an hour, or until an
             entry changes, as places in messages: their words are read again at each look.
    """
    now = now or timezone.now()
    name = _name(standing)
    found: _Found | None = None if again else cache.get(name)
    if found is None:
        found = _find(standing, now)
        cache.set(name, found, KEPT_S)
    return Report(_shown(standing, found), found.looked_at, found.at, now - WITHIN)


def _name(standing: Standing) -> str:
    kept = Entry.objects.filter(brand=standing.brand).aggregate(n=Count("pk"), at=Max("changed_at"))
    seen = "all" if standing.teams is None else "-".join(map(str, sorted(standing.teams)))
    at = f"{kept['at'].timestamp():.6f}" if kept["at"] else ""
    return f"gaps:{standing.brand.pk}:{seen}:{kept['n']}:{at}:{timezone.localdate()}"


def _find(standing: Standing, now: datetime) -> _Found:
    asked = questions(standing, now)
    together: dict[str, list[Asked]] = {}
    for one in asked:
        together.setdefault(fold(one.text), []).append(one)
    same = list(together.values())
    texts = [some[0].text for some in same]
    groups, vectored, _floor = nearness.groups(texts)
    near = _nearest_entries(standing, vectored)
    left = [([one for at in group for one in same[at]], near[group[0]]) for group in groups]
    left = sorted((one for one in left if one[1][1] < KNOWN), key=lambda one: -len(one[0]))
    kept = tuple(
        (len(some), tuple((one.message, one.start, one.end) for one in some[:EXAMPLES]), pk if score >= PERHAPS else 0)
        for some, (pk, score) in left[:MOST_SHOWN]
    )
    return _Found(kept, len(asked), now)


def _nearest_entries(standing: Standing, vectored: Vectors) -> list[tuple[int, float]]:
    """Return for each question the valid entry that comes nearest, and how near."""
    rows = list(answers.valid(standing.brand.pk).order_by("-pk").values_list("pk", "question")[:MOST_ENTRIES])
    if not rows or not len(vectored):
        return [(0, 0.0)] * len(vectored)
    near = vectored @ nearness.encoded([question for _pk, question in rows])[0].T
    return [(rows[at][0], float(score)) for at, score in zip(near.argmax(axis=1), near.max(axis=1), strict=True)]


def questions(standing: Standing, now: datetime) -> list[Asked]:
    """Return the newest questions of the last ninety days, at most 5,000."""
    seen = access.conversations(standing).filter(last_at__gte=now - WITHIN).order_by("-last_at", "-pk")
    said = Message.objects.filter(
        conversation__in=list(seen.values_list("pk", flat=True)[:MOST_CONVERSATIONS]), identity__isnull=False,
        removed_at=None, written_at__gte=now - WITHIN, reading__flags__contains=["asks_question"],
    ).select_related("reading", "identity")  # fmt: skip
    found = [one for message in said.order_by("-written_at", "-pk")[:MOST_MESSAGES] for one in _asked(message)]
    return found[:MOST_QUESTIONS]


def _asked(message: Message) -> list[Asked]:
    stretches = answers.stretches(message.text, getattr(message, "reading", None))
    return [
        _of(message, start, end)
        for start, end in stretches
        if len(fold(message.text[start:end]).split()) >= LEAST_WORDS
    ]


def _of(message: Message, start: int, end: int) -> Asked:
    text = " ".join(message.text[start:end].split())
    by = str(message.identity) if message.identity else ""
    language = message.reading.language if hasattr(message, "reading") else ""
    return Asked(text, message.pk, start, end, message.conversation_id, message.written_at, language, by)


def _shown(standing: Standing, found: _Found) -> tuple[Gap, ...]:
    """Read the words again: what was erased or taken away meanwhile is not shown."""
    wanted = [place[0] for _count, places, _near in found.groups for place in places]
    seen = access.conversations(standing).values("pk")
    said = Message.objects.filter(pk__in=wanted, conversation__in=seen, removed_at=None)
    by_pk = {message.pk: message for message in said.select_related("reading", "identity")}
    near = answers.valid(standing.brand.pk).in_bulk([pk for _count, _places, pk in found.groups if pk])
    shown = ((count, _examples(places, by_pk), near.get(pk)) for count, places, pk in found.groups)
    return tuple(Gap(*gap) for gap in shown if gap[1])


def _examples(places: Sequence[Place], by_pk: dict[int, Message]) -> tuple[Asked, ...]:
    there = ((by_pk[pk], start, end) for pk, start, end in places if pk in by_pk)
    return tuple(_of(message, start, end) for message, start, end in there if end <= len(message.text))
