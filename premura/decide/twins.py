"""Like posts of one person, each with an answer of its own: where they stand, and which have one.  P70, P72.

Nothing here answers anybody: of what we said under one a person takes a variant as a start for another.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from premura import access
from premura.access import Standing
from premura.models import Conversation, Message, Repeat, Reply

MOST = 60  # posts that are shown, the newest
MOST_GIST = 200  # characters of our answer that a variant says again
NAME = "{name}, "
_ON_ITS_WAY = (Reply.State.HELD, Reply.State.SCHEDULED, Reply.State.READY, Reply.State.SENDING, Reply.State.UNCLEAR)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True)
class Twin:
    """One of several like posts."""

    message: Message
    answered: bool
    on_its_way: bool  # an answer to it is written and has not left, or waits for a second person

    @property
    def waits(self) -> bool:
        return not self.answered and not self.on_its_way


@dataclass(frozen=True, slots=True)
class Posted:
    """All like posts of one text, the newest first, and our newest public answer to one of them."""

    twins: tuple[Twin, ...]
    answer: Reply | None

    @property
    def answered(self) -> int:
        return sum(1 for one in self.twins if one.answered)


def posted(standing: Standing, conversation: Conversation) -> list[Posted]:
    """Return what this person posted here and again, each text with all its posts that may be seen; at most sixty.

    Cost     one query, and one more where there are any.
    """
    here = Repeat.objects.filter(conversation=conversation)
    found = _theirs(conversation).filter(repeat__first__in=here.values("first"))
    # Once for every conversation that is read: what the subquery finds is seldom anything.
    rows = list(_marked(found.filter(conversation__in=access.conversations(standing).order_by().values("pk")))[:MOST])
    groups: dict[int, list[Any]] = {}
    for row in rows:
        groups.setdefault(row.repeat.first_id, []).append(row)
    answers = _answers(rows)
    return [
        Posted(
            tuple(map(_twin, some)), next((answers[row.pk] for row in some if row.pk in answers), None)
        )
        for some in groups.values()
    ]  # fmt: skip


def unanswered_twins(conversation: Conversation) -> list[Message]:
    """Return the like posts in this conversation that have no answer of their own, and none on its way; one query.

    Its twins elsewhere are conversations of their own, which closing this one leaves as they are.
    """
    rows = _marked(_theirs(conversation).filter(conversation=conversation, repeat__isnull=False))[:MOST]
    return [row for row in rows if _twin(row).waits]


def _twin(row: Any) -> Twin:
    return Twin(row, row.answered, row.on_its_way and not row.answered)


def _theirs(conversation: Conversation) -> QuerySet[Message]:
    # Handles that are taken for one person today: a merge that was taken back parts their posts too.
    same = {"brand": conversation.brand_id, "identity__contact": conversation.identity.contact_id}
    return Message.objects.filter(**same, removed_at=None)


def _marked(found: QuerySet[Message]) -> QuerySet[Message]:
    """Return each with whether it has an answer: one to itself, in private one after it, or one to nothing else.

    What stands alone between two answers of ours is what the second answers, whatever the network hangs it under.
    """
    there = Message.objects.filter(conversation=OuterRef("conversation"), removed_at=None)
    ours, theirs = there.filter(identity=None), there.filter(identity__isnull=False).exclude(pk=OuterRef("pk"))
    after, before = (
        ours.filter(written_at__gte=OuterRef("written_at")),
        ours.filter(written_at__lt=OuterRef("written_at")),
    )
    replies = Reply.objects.filter(to=OuterRef("pk"))
    sent = replies.filter(state=Reply.State.SENT).filter(Q(message=None) | Q(message__removed_at=None))
    found = found.annotate(
        ours_next=Subquery(after.order_by("written_at").values("written_at")[:1]),
        ours_before=Subquery(before.order_by("-written_at").values("written_at")[:1]),
    )
    beside = theirs.filter(written_at__lte=OuterRef("ours_next"))
    since = ~Exists(beside.filter(written_at__gt=OuterRef("ours_before")))
    is_alone = Q(Q(ours_before=None), ~Exists(beside)) | Q(Q(ours_before__isnull=False), since)
    to_it = Exists(sent) | Exists(after.filter(parent=OuterRef("key")))
    later = Q(ours_next__isnull=False) & (Q(conversation__private=True) | is_alone)
    found = found.annotate(answered=Q(to_it) | later, on_its_way=Exists(replies.filter(state__in=_ON_ITS_WAY)))
    return found.select_related("repeat", "identity", "conversation__channel").order_by("-written_at", "-pk")


def _answers(rows: Sequence[Any]) -> dict[int, Reply]:
    """Return our newest public answer to each of these."""
    wanted = [row.pk for row in rows if row.answered]
    if not wanted:
        return {}
    sent = Reply.objects.filter(to__in=wanted, state=Reply.State.SENT, private=False, follows=None)
    sent = sent.filter(Q(message=None) | Q(message__removed_at=None))
    return {one.to_id: one for one in sent.order_by("pk")[: 2 * MOST]}


# -- a variant of what we said -------------------------------------------------------------------------


def variant(language: str, name: str, said: str, link: str, number: int) -> str:
    """Return what can be said to a like post of the same person: a line of its own, the heart of our answer, the way.

    Takes    name: how one calls them, '' where that is not known; said: our answer to another; link: where it stands,
             '' where it has no address; number: which of many it is.
    Returns  the same for the same number; of twenty numbers in a row each has another.

    >>> variant("en", "Chiara", "Hi Chiara! The refund left on Monday. Write to us.", "https://example.org/7", 0)
    'Chiara, we have read this one too. The refund left on Monday. The whole answer is here: https://example.org/7'
    >>> variant("xx", "", "The refund left on Monday.", "", 1)
    'Here too there is an answer. The refund left on Monday. The rest stands under the other post.'
    """
    lines = _lines().get(language) or _lines()["en"]
    openings, ways = lines["openings"], lines["ways" if link else "plain"]
    opening, way = openings[number % len(openings)], ways[number % len(ways)]
    opening = opening.replace("{name}", name) if name else _capital(opening.removeprefix(NAME))
    return " ".join(part for part in (opening, gist(said, name), way.replace("{link}", link)) if part)


def gist(said: str, name: str = "") -> str:
    """Return the first sentence of an answer that says something: no greeting, no name alone; '' where it is long.

    >>> gist("Ciao Chiara, grazie! Il rimborso è partito lunedì. Scrivici.", "Chiara"), gist("Grazie!")
    ('Il rimborso è partito lunedì.', '')
    """
    for sentence in _SENTENCE.split(" ".join(said.split())):
        words = [word for word in re.findall(r"\w+", sentence) if word != name]
        if len(words) >= 4 and "http" not in sentence:
            return sentence if len(sentence) <= MOST_GIST else ""
    return ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def _lines() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files("premura.decide") / "twins.toml").read_text("utf-8"))
