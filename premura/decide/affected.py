"""Who is affected by a known issue: who waits for an answer, who is to be told, and how many have been."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from premura import journal
from premura.access import Standing
from premura.decide.problems import MOST_AT_ONCE, visible
from premura.models import Affected, Conversation, Event, KnownIssue, Message, Reply

State = Affected.State
PAGE = 30
TOGETHER = 10  # of a run
MOST_PROPOSED = 50
MOST_BESIDE = 10
MOST_ANSWERS = 5
WITH_IT = ("conversation__channel", "conversation__identity__contact", "conversation__brand")
# One with no answer of ours, or who wrote again and has none since they joined.
UNANSWERED = Q(conversation__last_out_at=None) | Q(
    conversation__waiting_since__isnull=False, conversation__last_out_at__lt=F("at")
)
LISTENED = frozenset({
    Event.Deed.REPLY_SENT, Event.Deed.REPLY_FAILED, Event.Deed.REPLY_REFUSED, Event.Deed.REPLY_WITHDRAWN,
})  # fmt: skip
CLOCKS_DIFFER = timedelta(minutes=1)


class AlreadyTold(Exception):
    """Somebody was faster, or it is no longer about this issue.  Nothing was done."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many people are affected, and how many of them had an answer, and know how it stands."""

    people: int
    answered: int
    told: int
    proposed: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of those affected, each with what they `said` last, and the key to go on after; 0 at the end."""

    rows: list[Affected]
    after: int


# -- looking ----------------------------------------------------------------------------------


def coverage(standing: Standing, issue: KnownIssue) -> Coverage:
    """Return how far everybody is served, counted in people, within the conversations that may be read."""
    return coverages(standing, [issue])[issue.pk]


def coverages(standing: Standing, issues: Collection[KnownIssue]) -> dict[int, Coverage]:
    """Return for each issue how far everybody is served, as `coverage` does.  Cost: one query."""
    joined, untold = Q(state=State.JOINED), Q(told_at=None) | Q(told_at__lt=F("issue__changed_at"))

    def people(which: Q) -> Count:
        return Count("conversation__identity__contact", distinct=True, filter=joined & which)

    found = Affected.objects.filter(issue__in=issues, conversation__in=visible(standing)).values("issue").annotate(
        all=people(Q()), unanswered=people(UNANSWERED), untold=people(untold),
        proposed=Count("pk", filter=Q(state=State.PROPOSED)),
    )  # fmt: skip
    given = dict.fromkeys((issue.pk for issue in issues), Coverage(0, 0, 0, 0))
    for row in found.order_by():
        n = row["all"]
        given[row["issue"]] = Coverage(n, n - row["unanswered"], n - row["untold"], row["proposed"])
    return given


def joined(standing: Standing, issue: KnownIssue, after: int = 0) -> Page:
    """Return those who have joined, the latest first."""
    found = _of(standing, issue).filter(state=State.JOINED)
    if after:
        found = found.filter(pk__lt=after)
    return _page(found.order_by("-pk"), PAGE)


def proposed(standing: Standing, issue: KnownIssue) -> list[Affected]:
    """Return those who seem to tell the same and wait for a yes or a no, the likest first; at most fifty."""
    found = _of(standing, issue).filter(state=State.PROPOSED).order_by("-score", "pk")
    return _page(found, MOST_PROPOSED).rows


def to_tell(
    standing: Standing, issue: KnownIssue, after: int = 0, *, waiting: bool = True, size: int = TOGETHER
) -> Page:
    """Return those who do not know yet how it stands, first come first; with `waiting` only who waits for an answer."""
    found = _of(standing, issue).filter(_untold(issue), state=State.JOINED, pk__gt=after)
    if waiting:
        found = found.filter(conversation__waiting_since__isnull=False)
    return _page(found.order_by("pk"), size)


def one(standing: Standing, issue: KnownIssue, conversation: int) -> Affected | None:
    """Return how one conversation stands to the issue; None where it has not joined."""
    found = _of(standing, issue).filter(conversation=conversation, state=State.JOINED)
    return next(iter(_page(found.order_by("pk"), 1).rows), None)


def of_conversation(conversation: Conversation) -> list[Affected]:
    """Return what a conversation is about, or seems to be, as far as anything is left to say about that."""
    found = Affected.objects.filter(conversation=conversation, issue__brand=conversation.brand_id)
    found = found.filter(Q(state=State.JOINED) | Q(state=State.PROPOSED) & ~Q(issue__state=KnownIssue.State.CLOSED))
    return list(found.select_related("issue__owner").order_by(F("score").desc(nulls_first=True), "pk")[:MOST_BESIDE])


def public_answers(standing: Standing, issue: KnownIssue) -> list[Reply]:
    """Return our newest public replies to those who have joined: one of them may be the answer for all."""
    found = Reply.objects.filter(
        conversation__affected_by__issue=issue, conversation__affected_by__state=State.JOINED,
        conversation__in=visible(standing), state=Reply.State.SENT, private=False, conversation__private=False,
        follows=None,
    ).exclude(url="").exclude(url=issue.permalink)  # fmt: skip
    return list(found.select_related("author", "conversation__identity").order_by("-pk")[:MOST_ANSWERS])


def _of(standing: Standing, issue: KnownIssue) -> QuerySet[Affected]:
    return Affected.objects.filter(issue=issue, conversation__in=visible(standing))


def _untold(issue: KnownIssue) -> Q:
    return Q(told_at=None) | Q(told_at__lt=issue.changed_at)


def _page(found: QuerySet[Affected], size: int) -> Page:
    rows = list(found.select_related("by", *WITH_IT)[: size + 1])
    shown = rows[:size]
    said = _said([row.conversation_id for row in shown])
    for row in shown:
        row.said = said.get(row.conversation_id)  # type: ignore[attr-defined]
    return Page(shown, shown[-1].pk if len(rows) > size else 0)


def _said(conversations: Iterable[int]) -> dict[int, Message]:
    """Return their newest words of each conversation."""
    theirs = Message.objects.filter(conversation__in=list(conversations), identity__isnull=False, removed_at=None)
    theirs = theirs.exclude(text="").select_related("reading", "identity")
    newest = theirs.order_by("conversation", "-written_at", "-pk").distinct("conversation")
    return {message.conversation_id: message for message in newest}


# -- telling ----------------------------------------------------------------------------------


@contextmanager
def telling(issue: KnownIssue, conversation: Conversation) -> Iterator[None]:
    """Hold on to one of those who are to be told while somebody answers them; after that they know.

    What is raised within leaves them untold.  Raises AlreadyTold: of two who press the button together, one answers.
    """
    with transaction.atomic():
        rows = Affected.objects.select_for_update().filter(_untold(issue), issue=issue, conversation=conversation)
        row = rows.filter(state=State.JOINED).first()
        if row is None:
            raise AlreadyTold(conversation.pk)
        yield
        Affected.objects.filter(pk=row.pk).update(told_at=timezone.now())


def mark_told(standing: Standing, issue: KnownIssue, wanted: Iterable[int]) -> int:
    """Say that these know how it stands, whoever told them; return how many did not yet."""
    with transaction.atomic():
        rows = Affected.objects.select_for_update(of=("self",)).select_related("conversation__channel")
        rows = rows.filter(_untold(issue), issue=issue, state=State.JOINED, conversation__in=visible(standing))
        found = list(rows.filter(conversation__in=list(wanted)[:MOST_AT_ONCE]).order_by("pk"))
        Affected.objects.filter(pk__in=[row.pk for row in found]).update(told_at=timezone.now())
        for row in found:
            facts = {"issue": issue.pk, "title": issue.title, "how": "told"}
            journal.write(Event.Deed.ISSUE_CHANGED, row.conversation, standing.agent, **facts)
    return len(found)


def heard(event: Event) -> None:
    """Follow a reply: who got the way to the solution, or their line of the run, has been told once it stands on its
    network, wherever it was written; where it failed, who was to read it has not been told.

    What was called back or sent back says so in its own transaction: see `not_told`.
    """
    reply = Reply.objects.filter(pk=event.facts.get("reply")).first() if event.deed in LISTENED else None
    if reply is None:
        return
    if event.deed == Event.Deed.REPLY_FAILED:
        not_told(reply)
    if event.deed == Event.Deed.REPLY_SENT:
        for row in _carried(reply):
            told_at = max(reply.sent_at or event.at, row.told_at or event.at)
            Affected.objects.filter(pk=row.pk).update(told_at=told_at)


def not_told(reply: Reply) -> None:
    """Note that a reply does not leave: who was to read in it how their issue stands is to be told again."""
    since = reply.written_at - CLOCKS_DIFFER
    again = [row.pk for row in _carried(reply) if row.told_at is not None and row.told_at >= since]
    Affected.objects.filter(pk__in=again).update(told_at=None)


def _carried(reply: Reply) -> list[Affected]:
    """Return how its conversation stands to the issue in whose run a reply is a line, or to whose solution it leads."""
    rows = Affected.objects.filter(conversation=reply.conversation_id, state=State.JOINED).select_related("issue")
    rows = rows.filter(Q(issue=reply.issue_id) | ~Q(issue__permalink="")).order_by("pk")[:MOST_BESIDE]
    return [row for row in rows if row.issue_id == reply.issue_id or row.issue.permalink in reply.text]
