"""The bank of questions and answers: what was approved to be said, who may be told, in which words, until when."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from premura import access, journal
from premura.access import Act, Standing
from premura.models import Agent, Entry, Event, Reply, Shareable, Variant
from premura.paging import Page
from premura.prepare import nearness
from premura.text import sentences

PAGE = 50
SOON = timedelta(days=14)  # before its last day an entry is shown to its owner
MOST_WORDS = 12  # of a search
MOST_HITS = 500
FEW_WORDS = 3  # that say what it is about: with fewer a question is not understood alone
LANGUAGES = ("it", "en", "es", "fr", "de", "pt")
TONES = tuple(Variant.Tone)
SHAREABLE = tuple(Shareable)


@dataclass(frozen=True, slots=True)
class Said:
    """What a person typed about one entry."""

    question: str
    facts: str
    shareable: str = Shareable.PUBLIC
    owner: int | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """The answer in one language and tone."""

    language: str
    tone: str
    text: str


# -- looking ----------------------------------------------------------------------------------


def listed(standing: Standing, words: str = "", after: str = "", *, retired: bool = False) -> Page[Entry]:
    """Return the brand's entries by their question; with `words` those in which they stand, in any language."""
    found = _with_variants(Entry.objects.filter(brand=standing.brand, retired_at__isnull=not retired))
    if words.strip():
        found = found.filter(pk__in=_hits(standing, words))
    if place := mark_of(after):
        found = found.filter(question__gte=place[0]).exclude(question=place[0], pk__lte=place[1])
    rows = list(found.order_by("question", "pk")[: PAGE + 1])
    return Page(rows[:PAGE], mark(rows[PAGE - 1]) if len(rows) > PAGE else "")


def due(standing: Standing, today: date | None = None) -> list[Entry]:
    """Return the agent's own entries that are out of date, or soon will be; the oldest first, at most fifty."""
    today = today or timezone.localdate()
    own = Entry.objects.filter(brand=standing.brand, retired_at=None, owner=standing.agent)
    return list(_with_variants(own.filter(valid_until__lt=today + SOON)).order_by("valid_until", "pk")[:PAGE])


def entry(agent: Agent, pk: int, act: Act = Act.READ) -> tuple[Standing, Entry]:
    """Return one entry to do `act` on: Http404 where its brand is not theirs.

    To change it (any act but reading) one is its owner, a lead or an admin: PermissionDenied for others.
    """
    found = _with_variants(Entry.objects.filter(pk=pk)).select_related("came_from").first()
    if found is None:
        raise Http404(f"no entry {pk}")
    standing = access.need(access.standing(agent, found.brand_id), act)
    if act != Act.READ and not may_change(standing, found):
        raise PermissionDenied("An agent changes their own entries; a lead changes all.")
    return standing, found


def may_change(standing: Standing, found: Entry) -> bool:
    return standing.may(Act.APPROVE) or (standing.may(Act.REPLY) and found.owner_id == standing.agent.pk)


def valid(brand_id: int, shareable: Collection[str] = SHAREABLE, today: date | None = None) -> QuerySet[Entry]:
    """Return what holds today and may be told so: neither retired nor out of date."""
    today = today or timezone.localdate()
    kept = Entry.objects.filter(brand=brand_id, retired_at=None, shareable__in=shareable)
    return kept.filter(Q(valid_until=None) | Q(valid_until__gte=today))


def matching(words: str, brand_id: int, most: int = MOST_HITS) -> list[int]:
    """Return the entries of a brand in which at least one of these words stands, in any language."""
    query = _query(words, " | ")
    if query is None:
        return []
    return _found(brand_id, query, most)


def _hits(standing: Standing, words: str) -> list[int]:
    query = _query(words, " & ")
    return _found(standing.brand.pk, query, MOST_HITS) if query else []


def _found(brand_id: int, query: SearchQuery, most: int) -> list[int]:
    # As two questions each is answered by an index; joined by OR neither would be.
    kept = Entry.objects.filter(brand=brand_id)
    said = kept.annotate(words=SearchVector("question", "facts", config="simple")).filter(words=query)
    other = Variant.objects.filter(entry__brand=brand_id).annotate(words=SearchVector("text", config="simple"))
    return [
        *said.values_list("pk", flat=True)[:most],
        *other.filter(words=query).values_list("entry_id", flat=True)[:most],
    ]


def _query(words: str, between: str) -> SearchQuery | None:
    # The beginning of a word is enough: nobody types "spedizioni" where "spediz" finds it.
    parts = re.findall(r"\w+", words.lower())[:MOST_WORDS]
    if not parts:
        return None
    return SearchQuery(between.join(f"{part}:*" for part in parts), config="simple", search_type="raw")


def _with_variants(found: QuerySet[Entry]) -> QuerySet[Entry]:
    variants = Prefetch("variants", Variant.objects.order_by("language", "tone"))
    return found.select_related("owner").prefetch_related(variants)


def mark(row: Entry) -> str:
    """Return the mark of an entry in lists by question; `mark_of` reads it again, None where it makes no sense."""
    return f"{row.pk}-{row.question}"


def mark_of(after: str) -> tuple[str, int] | None:
    pk, _, question = after.partition("-")
    return (question, int(pk)) if pk.isascii() and pk.isdigit() and len(pk) < 16 and question else None


# -- doing ------------------------------------------------------------------------------------


def make(standing: Standing, said: Said, came_from: Reply | None = None, words: Words | None = None) -> Entry:
    """Put a new entry into the bank, with its first variant.  Who makes it owns it, unless a lead names another."""
    owner = said.owner if standing.may(Act.APPROVE) and said.owner else standing.agent.pk
    with transaction.atomic():
        made = Entry.objects.create(
            brand=standing.brand, question=said.question, facts=said.facts, shareable=said.shareable, owner_id=owner,
            valid_until=said.valid_until, came_from=came_from,
        )  # fmt: skip
        if words and words.text:
            Variant.objects.create(entry=made, language=words.language, tone=words.tone, text=words.text)
        about = came_from.conversation if came_from else standing.brand
        journal.write(
            Event.Deed.ENTRY_MADE, about, standing.agent, of="entry", how="made", entry=made.pk, what=made.question
        )
    return made


def change(standing: Standing, found: Entry, said: Said) -> None:
    """Say it otherwise.  An agent cannot hand their entry to somebody else; a lead can."""
    owner = said.owner if standing.may(Act.APPROVE) else found.owner_id
    facts = {
        "question": said.question, "facts": said.facts, "shareable": said.shareable, "owner_id": owner,
        "valid_until": said.valid_until,
    }  # fmt: skip
    changed = [name for name, value in facts.items() if getattr(found, name) != value]
    if not changed:
        return
    with transaction.atomic():
        for name, value in facts.items():
            setattr(found, name, value)
        found.save(update_fields=[*facts, "changed_at"])
        _write(standing, found, "changed", fields=changed, shareable=said.shareable)


def retire(standing: Standing, found: Entry, *, back: bool = False) -> bool:
    """Let an entry no longer be offered, or (`back`) be offered again.  False where somebody was faster."""
    now = timezone.now()
    with transaction.atomic():
        rows = Entry.objects.filter(pk=found.pk, retired_at__isnull=not back)
        if rows.update(retired_at=None if back else now, changed_at=now) != 1:
            return False
        _write(standing, found, "brought back" if back else "retired")
    return True


def say(standing: Standing, found: Entry, words: Words) -> None:
    """Write the answer in one language and tone; an empty text takes that variant away."""
    kept = Variant.objects.filter(entry=found, language=words.language, tone=words.tone)
    with transaction.atomic():
        if words.text:
            defaults = {"text": words.text}
            Variant.objects.update_or_create(entry=found, language=words.language, tone=words.tone, defaults=defaults)
        elif not kept.delete()[0]:
            return
        Entry.objects.filter(pk=found.pk).update(changed_at=timezone.now())
        _write(standing, found, "changed", fields=["words"], language=words.language, tone=words.tone)


def _write(standing: Standing, found: Entry, how: str, **facts: object) -> None:
    journal.write(
        Event.Deed.ENTRY_MADE, standing.brand, standing.agent, of="entry", how=how, entry=found.pk,
        what=found.question, **facts,
    )  # fmt: skip


# -- from a reply -------------------------------------------------------------------------------


def begun_with(reply: Reply, told: str) -> tuple[Said, Words]:
    """Return what an entry made of a sent reply begins with: their question, our words as everybody may hear them."""
    question = " ".join(question_of(reply.to.text, getattr(reply.to, "reading", None)).split())
    language = reply.written_in[:2]
    shareable = Shareable.DIRECT if reply.private or reply.conversation.private else Shareable.PUBLIC
    return Said(question[:300], told, shareable), Words(language, "", told)


def question_of(text: str, reading: object) -> str:
    """Return what a message asks, as it was read; the whole message where no question was found."""
    asked = [text[start:end] for start, end in stretches(text, reading)]
    return " ".join(asked) or text


def searched(text: str, reading: object) -> str:
    """Return what to look for where the like was asked: the questions, each with what it cannot be understood without.

    A question with few words of its own takes in its sentence, and the whole message where that has hardly any either.

    >>> from types import SimpleNamespace
    >>> text = "Salve. Vorrei mandare due bottiglie a Torino, si può?"
    >>> reading = SimpleNamespace(details={"questions": [[text.index("si può"), len(text)]]})
    >>> searched(text, reading)
    'Vorrei mandare due bottiglie a Torino, si può?'
    """
    found = []
    for start, end in stretches(text, reading):
        if len(nearness.telling(text[start:end])) < FEW_WORDS:
            start, end = _sentence(text, start, end)
            if len(nearness.telling(text[start:end])) < FEW_WORDS - 1:
                return text
        found.append(text[start:end])
    return " ".join(dict.fromkeys(found)) or text


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the sentences around a stretch begin and end."""
    parts = sentences.clauses(sentences.lowered(text))
    within = {part.sentence for part in parts if part.start < end and start < part.asked_to}
    around = [part for part in parts if part.sentence in within]
    return min([start, *(part.start for part in around)]), max([end, *(part.asked_to for part in around)])


def stretches(text: str, reading: object) -> list[tuple[int, int]]:
    """Return the stretches of a message that want an answer; those that a later edit left hanging are left out."""
    given = (getattr(reading, "details", None) or {}).get("questions") or []
    return [(start, end) for start, end in given if 0 <= start < end <= len(text)]


def sent_reply(agent: Agent, pk: int) -> Reply:
    """Return a reply of ours that stands on its network.  Raises as `access.reply`; Http404 where it does not."""
    _standing, reply = access.reply(agent, pk, Act.REPLY)
    if reply.state != Reply.State.SENT:
        raise Http404(f"reply {pk} was not sent")
    return reply
