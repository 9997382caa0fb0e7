"""Who tells the same problem as a known issue: proposed to people, or joined by themselves where the brand says so."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from heapq import nlargest

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.utils import timezone

from premura import journal
from premura.decide.problems import MOST_OFFERED
from premura.models import Affected, Conversation, Event, KnownIssue, Message
from premura.prepare import nearness
from premura.text import vectors
from premura.text.similarity import nearest, same_problem

State = Affected.State
TELLS = ("complaint", "question", "purchase")  # who thanks us by now has no problem any more
LATELY = timedelta(days=14)
MOST_CONVERSATIONS = 2_000
MOST_MESSAGES = 4_000
MOST_PAIRS = 1_000  # that are judged: 3 ms each
MOST_NEW = 500
TELLERS = 20  # of an issue: conversations that a person has put to it
LONGEST = 400  # characters of the facts
NEAREST = 3  # of what an issue is known by, for each message
FLOOR = 0.3  # cosine below which no pair is judged
FLOOR_WORDS = 0.15  # the same where the encoder is not installed
LEAST = 0.6  # below it people would decline most of what is proposed
AGREES = 0.9  # how alike somebody is who joined a complaint ("to me too")

Told = tuple[int, str]  # of a conversation, or of an issue: what was said
Scores = dict[tuple[int, int], float]  # issue and conversation: how alike, 0 to 1


def propose(issue: KnownIssue) -> int:
    """Find who tells the same, among the open conversations and those of the last two weeks; return how many are new.

    What was declined, or is known already, is not proposed again.
    Cost     a few seconds for 2,000 conversations the first time, half of it after that: call it from a job.
    """
    if issue.state == KnownIssue.State.CLOSED:
        return 0
    known = Affected.objects.filter(issue=issue).values_list("conversation", flat=True)
    wanted = _candidates(issue.brand_id, timezone.now() - LATELY) - set(known)
    scores = _alike(_messages(wanted), _known_by([issue])) | _agreeing([issue])
    _promote(issue)
    return _keep(issue.pk, scores)


def propose_for(brand_id: int, message_ids: Collection[int]) -> int:
    """Hold new messages against the issues of their brand that are not closed; return how many proposals that made.

    Cost     one query where there is no such issue; else about 4 ms a message, more with many issues.
    """
    found = KnownIssue.objects.filter(brand=brand_id).exclude(state=KnownIssue.State.CLOSED)
    issues = list(found.order_by("-opened_at", "-pk")[:MOST_OFFERED])
    if not issues:
        return 0
    said = _theirs().filter(brand=brand_id, pk__in=list(message_ids)[:MOST_MESSAGES])
    scores = _alike(list(said.values_list("conversation_id", "text")), _known_by(issues))
    scores |= _agreeing(issues, message_ids)
    return sum(_keep(issue.pk, scores) for issue in issues if any(key[0] == issue.pk for key in scores))


# -- what is compared ---------------------------------------------------------------------------


def _candidates(brand_id: int, since: datetime) -> set[int]:
    """Return the newest conversations that may be about it: those that are open, and those of late."""
    kept = Conversation.objects.filter(brand=brand_id).exclude(intent="spam").order_by("-last_at", "-pk")
    open_ = kept.filter(state__in=(Conversation.State.OPEN, Conversation.State.PENDING))
    # As two questions each is answered by an index; joined by OR neither would be.
    rows = {
        *open_.values_list("last_at", "pk")[:MOST_CONVERSATIONS],
        *kept.filter(last_at__gte=since, intent__in=TELLS).values_list("last_at", "pk")[:MOST_CONVERSATIONS],
    }
    return {pk for _at, pk in nlargest(MOST_CONVERSATIONS, rows)}


def _theirs() -> QuerySet[Message]:
    return Message.objects.filter(identity__isnull=False, removed_at=None).exclude(text="")


def _messages(conversations: Collection[int]) -> list[Told]:
    said = _theirs().filter(conversation__in=conversations).order_by("-written_at", "-pk")
    return list(said.values_list("conversation_id", "text")[:MOST_MESSAGES])


def _known_by(issues: Sequence[KnownIssue]) -> list[Told]:
    """Return what each issue is known by: its title, its facts, and the words of those whom a person put to it.

    Who joined by themselves teaches nothing, or an issue would drift from one likeness to the next.
    """
    known = [(issue.pk, issue.title) for issue in issues]
    known += [(issue.pk, f"{issue.title}. {issue.facts[:LONGEST]}") for issue in issues if issue.facts]
    by_people = Affected.objects.filter(issue__in=issues, state=State.JOINED, by__isnull=False).order_by("-pk")
    tellers: dict[int, list[int]] = {}
    for issue, conversation in by_people.values_list("issue_id", "conversation_id")[: TELLERS * MOST_OFFERED]:
        tellers.setdefault(conversation, []).append(issue)
    said = _theirs().filter(conversation__in=tellers).annotate(length=Length("text"))
    # Who writes several times says most in the longest of them.
    said = said.order_by("conversation", "-length", "-pk").distinct("conversation")
    left = dict.fromkeys((issue.pk for issue in issues), TELLERS)
    for conversation, text in said.values_list("conversation_id", "text"):
        for pk in tellers[conversation]:
            if left[pk]:
                left[pk] -= 1
                known.append((pk, text))
    return known


def _alike(said: Sequence[Told], known: Sequence[Told]) -> Scores:
    """Return which conversations tell the same as which issues, and how surely."""
    texts, kept = list(dict.fromkeys(text for _, text in said)), list(dict.fromkeys(known))
    if not texts or not kept:
        return {}
    rows, _floor = nearness.encoded([*texts, *(text for _, text in kept)])
    floor = FLOOR if vectors.available() else FLOOR_WORDS
    most = NEAREST * len({issue for issue, _ in kept})
    near = nearest(rows[: len(texts)], rows[len(texts) :], floor, most)
    near = nlargest(MOST_PAIRS, near, key=lambda pair: pair.cosine)
    verdicts = same_problem([(texts[pair.new], kept[pair.recent][1]) for pair in near])
    best: dict[tuple[str, int], float] = {}
    for pair, verdict in zip(near, verdicts, strict=True):
        if verdict.score >= LEAST:
            key = texts[pair.new], kept[pair.recent][0]
            best[key] = max(best.get(key, 0.0), verdict.score)
    return _spread(said, best)


def _spread(said: Sequence[Told], best: Mapping[tuple[str, int], float]) -> Scores:
    """Give each conversation the score of the likest of its messages."""
    issues: dict[str, list[tuple[int, float]]] = {}
    for (text, issue), score in best.items():
        issues.setdefault(text, []).append((issue, score))
    scores: Scores = {}
    for conversation, text in said:
        for issue, score in issues.get(text, ()):
            scores[issue, conversation] = max(scores.get((issue, conversation), 0.0), score)
    return scores


def _agreeing(issues: Sequence[KnownIssue], messages: Collection[int] | None = None) -> Scores:
    """Return who said "to me too" under a complaint that has joined: their words alone would not tell."""
    which = Q(conversation__agreements__isnull=False)
    if messages is not None:
        which = Q(conversation__agreements__message__in=list(messages)[:MOST_MESSAGES])
    found = Affected.objects.filter(which, issue__in=issues, state=State.JOINED)
    pairs = found.values_list("issue_id", "conversation__agreements__by_id").distinct()[:MOST_CONVERSATIONS]
    return dict.fromkeys(pairs, AGREES)


# -- what becomes of it ---------------------------------------------------------------------------


def _keep(issue_id: int, scores: Scores) -> int:
    """Note who is new to an issue; who is alike enough joins by themselves.  Return how many there are."""
    found = {conversation: score for (issue, conversation), score in scores.items() if issue == issue_id}
    with transaction.atomic():
        issue = KnownIssue.objects.select_for_update().get(pk=issue_id)  # two looks at once: one after the other
        known = Affected.objects.filter(issue=issue, conversation__in=found).values_list("conversation", flat=True)
        left = found.keys() - set(known)
        best = nlargest(MOST_NEW, left, key=lambda conversation: (found[conversation], conversation))
        # The brand's wall, whatever was asked; and what was erased meanwhile is not noted.
        there = Conversation.objects.filter(brand=issue.brand_id, pk__in=best).select_related("channel")
        rows = [
            Affected(issue=issue, conversation=one, score=found[one.pk], state=_state(issue, found[one.pk]))
            for one in there.order_by("pk")
        ]
        Affected.objects.bulk_create(rows)
        _say(issue, (row for row in rows if row.state == State.JOINED))
    return len(rows)


def _state(issue: KnownIssue, score: float) -> str:
    return State.JOINED if issue.joins_from is not None and score >= issue.joins_from else State.PROPOSED


def _promote(issue: KnownIssue) -> None:
    """Let those join who were proposed before the brand said from when on they join by themselves."""
    if issue.joins_from is None:
        return
    with transaction.atomic():
        KnownIssue.objects.select_for_update().get(pk=issue.pk)
        rows = Affected.objects.filter(issue=issue, state=State.PROPOSED, score__gte=issue.joins_from)
        ready = list(rows.select_related("conversation__channel").order_by("pk")[:MOST_NEW])
        Affected.objects.filter(pk__in=[row.pk for row in ready]).update(state=State.JOINED, at=timezone.now())
        _say(issue, ready)


def _say(issue: KnownIssue, rows: Iterable[Affected]) -> None:
    for row in rows:
        facts = {"issue": issue.pk, "title": issue.title, "similarity": row.score}
        journal.write(Event.Deed.ISSUE_JOINED, row.conversation, None, **facts)
