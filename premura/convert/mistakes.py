"""Mistakes: what was our fault, and what we learn from it; asked once an answer that says so has left.  P51."""

from collections.abc import Iterator

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404

from premura import access, journal
from premura.access import Standing
from premura.models import Agent, Conversation, Event, Mistake, Reply
from premura.paging import Page, by_time

MOST_WORDS = 500
MOST_BESIDE = 5
PAGE = 50
AT_ONCE = 200


class NothingLearnt(Exception):
    """Nobody learns from nothing.  Nothing was noted."""


def waiting(conversation: Conversation) -> Reply | None:
    """Return our newest reply that admits a mistake and has left, where nobody has said what we learn; else None."""
    if conversation.last_out_at is None:
        return None
    left = conversation.replies.filter(our_mistake=True, state=Reply.State.SENT, follows=None, mistake=None)
    return left.order_by("-sent_at", "-pk").first()


def of(conversation: Conversation) -> list[Mistake]:
    """Return what was learnt in a conversation, the latest first; of five at most."""
    if conversation.last_out_at is None:
        return []
    return list(conversation.mistakes.select_related("by").order_by("-at", "-pk")[:MOST_BESIDE])


def note(conversation: Conversation, by: Agent, reply: int, learnt: str) -> bool:
    """Note what we learn from the mistake that a reply of ours admits; False where somebody was faster.

    Raises   NothingLearnt, and Http404 where it is no such reply of this conversation.
    """
    learnt = " ".join(learnt.split())[:MOST_WORDS]
    if not learnt:
        raise NothingLearnt
    sent = conversation.replies.filter(our_mistake=True, state=Reply.State.SENT, follows=None)
    found = sent.filter(pk=reply).first()
    if found is None:
        raise Http404(f"no mistake in reply {reply}")
    about = {"brand_id": conversation.brand_id, "conversation": conversation}
    try:
        with transaction.atomic():
            Mistake.objects.create(reply=found, learnt=learnt, by=by, **about)
            journal.write(Event.Deed.MISTAKE_NOTED, conversation, by, reply=found.pk, learnt=learnt)
    except IntegrityError:
        return False
    return True


def listed(standing: Standing, after: str = "") -> Page[Mistake]:
    """Return what we learnt, the newest first: of the conversations that `standing` may see."""
    return by_time(_seen(standing), "at", after, PAGE)


def lines(standing: Standing) -> Iterator[Mistake]:
    """Yield all of it, the oldest first.  Cost: one query for each two hundred."""
    after, more = "", True
    while more:
        page = by_time(_seen(standing), "at", after, AT_ONCE, newest=False)
        yield from page.rows
        after, more = page.after, bool(page.after)


def _seen(standing: Standing) -> QuerySet[Mistake]:
    found = Mistake.objects.filter(brand=standing.brand)
    found = found.filter(conversation__in=access.conversations(standing).order_by().values("pk"))
    return found.select_related("by", "conversation__identity", "conversation__channel")
