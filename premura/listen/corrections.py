"""Agents put readings right.  What they say stays, whatever a newer version reads, and teaches the brand's heads."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from premura import journal
from premura.access import Standing
from premura.models import Agent, Correction, Event, Lessons, Message, Reading
from premura.paging import Page, by_time
from premura.text import labels

Of = Correction.Of
LANGUAGES = (*labels.LANGUAGES, "und")
SENTIMENTS = (*labels.SENTIMENTS, "mixed")
INTENTS = labels.INTENTS
FLAGS = (*labels.FLAGS, "asks_question")
SCORES = {"negative": -0.7, "neutral": 0.0, "positive": 0.7, "mixed": 0.0}  # where a person said the class alone


class NotRead(ValueError):
    """This message has no reading that could be put right, or the value is none that a reading can have."""


def correct(message: Message, of: str, became: Any, by: Agent) -> Correction | None:
    """Say what a message of theirs really says.

    Takes    of: one of Correction.Of; became: a code of LANGUAGES, SENTIMENTS or INTENTS, 0 to 3, or some of FLAGS.
    Returns  the correction; None when the reading says so already and nobody had corrected it.
    Raises   NotRead.
    """
    became = _checked(of, became)
    with transaction.atomic():
        reading = Reading.objects.select_for_update().filter(message=message).first()
        if reading is None:
            raise NotRead(_("This message has not been read yet. Nothing was changed. Try again in a moment."))
        was = getattr(reading, of)
        if was == became and of not in reading.corrected:
            return None
        correction, _made = Correction.objects.update_or_create(
            message=message,
            of=of,
            defaults={"brand_id": message.brand_id, "by": by, "became": became, "version": reading.version},
            create_defaults={
                "brand_id": message.brand_id, "by": by, "was": was, "became": became, "version": reading.version
            },
        )  # fmt: skip
        setattr(reading, of, became)
        if of == Of.SENTIMENT:
            reading.score = SCORES[became]
        reading.corrected = sorted({*reading.corrected, of})
        reading.save(update_fields=[of, "score", "corrected"])
        show_on_conversations([message.conversation_id])
        facts = {"message": message.pk, "of": of, "was": was, "became": became}
        journal.write(Event.Deed.CORRECTED, message.conversation, by, **facts)
        return correction


def _checked(of: str, became: Any) -> Any:
    allowed: dict[str, Collection[Any]] = {
        Of.LANGUAGE: LANGUAGES, Of.SENTIMENT: SENTIMENTS, Of.INTENT: INTENTS, Of.URGENCY: range(4)
    }  # fmt: skip
    if of == Of.FLAGS and isinstance(became, list | tuple | set) and set(became) <= set(FLAGS):
        return [flag for flag in FLAGS if flag in became]
    if of not in allowed or became not in allowed[of]:
        raise NotRead(_("That is nothing a message can be read as. Nothing was changed."))
    return became


def show_on_conversations(ids: Collection[int]) -> None:
    """Let the inbox show what the readings say now: of the newest message, and the urgency of all that waits."""
    from premura.listen.readings import SHOWN
    from premura.listen.receive import cursor

    with cursor() as at:
        at.execute(SHOWN, [sorted(ids)])


def forget(corrections: Collection[int], brand_id: int) -> int:
    """Erase corrections of a brand; what they taught goes with them.  Return how many there were."""
    with transaction.atomic():
        gone = Correction.objects.filter(brand=brand_id, pk__in=corrections)
        count, _each = gone.delete()
    teach(brand_id)
    return count


def teach(brand_id: int) -> int:
    """Make what a brand's corrections taught anew, from all of them; return how many there are.

    Called after each correction and each erasure, so that what is erased is forgotten.
    """
    from premura.text import lessons, reading

    with transaction.atomic():
        kept, _made = Lessons.objects.select_for_update().get_or_create(brand_id=brand_id)
        rows = Correction.objects.filter(brand=brand_id).exclude(of=Of.LANGUAGE).select_related("message")
        newest = list(rows.order_by("-at", "-pk")[: lessons.MOST])[::-1]
        taught = [lessons.Lesson(row.message.text, row.of, _plain(row.became)) for row in newest]
        odds = reading.odds([reading.Asked(row.message.text, row.message.language[:2]) for row in newest])
        kept.count = len(taught)
        kept.weights = lessons.learn(taught, odds).packed()
        kept.save(update_fields=["count", "weights", "taught_at"])
    return len(taught)


def _plain(became: Any) -> Any:
    return tuple(became) if isinstance(became, list) else became


def exported(brand_id: int) -> Iterator[dict[str, Any]]:
    """Return a brand's corrections, oldest first, with the text that was put right: theirs to take along."""
    rows = Correction.objects.filter(brand=brand_id).select_related("message", "by").order_by("pk")
    for row in rows.iterator(chunk_size=500):
        yield {
            "id": row.pk, "text": row.message.text, "of": row.of, "was": row.was, "became": row.became,
            "by": str(row.by), "at": row.at.isoformat(), "version": row.version,
        }  # fmt: skip


# -- what was corrected ----------------------------------------------------------------------


def listed(standing: Standing, after: str = "", by: int | None = None, size: int = 50) -> Page[Correction]:
    """Return the brand's corrections, newest first; with `by` those of one person alone."""
    found = Correction.objects.filter(brand=standing.brand).select_related("message", "by")
    if by:
        found = found.filter(by=by)
    return by_time(found, "at", after, size)


def correctors(standing: Standing) -> list[tuple[Agent, int]]:
    """Return who corrected readings of the brand, and how often; also who has left meanwhile."""
    counted = Correction.objects.filter(brand=standing.brand).values_list("by").annotate(Count("pk")).order_by()
    times = dict(counted)
    return [(agent, times[agent.pk]) for agent in Agent.objects.filter(pk__in=times).order_by("name", "pk")]


def all_by(standing: Standing, by: int) -> list[int]:
    """Return the ids of all corrections that one person made in the brand."""
    return list(Correction.objects.filter(brand=standing.brand, by=by).values_list("pk", flat=True))


def of_messages(messages: Collection[Message]) -> dict[int, dict[str, Correction]]:
    """Return what was corrected in the readings of these messages: by message, by what it is about."""
    found: dict[int, dict[str, Correction]] = defaultdict(dict)
    for each in Correction.objects.filter(message__in=messages).select_related("by"):
        found[each.message_id][each.of] = each
    return found
