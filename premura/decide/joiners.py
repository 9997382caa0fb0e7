"""Who agrees with a complaint: each with a conversation and a state of their own.  P11."""

from premura import access
from premura.access import Standing
from premura.models import Agreement, Conversation, ConversationQuerySet
from premura.paging import Page, by_time
from premura.prepare import employees

SIZE = 20
FEW = 5  # beside the conversation
State = Conversation.State


def joiners(standing: Standing, complaint: Conversation, after: str = "", size: int = SIZE) -> Page[Conversation]:
    """Return the conversations of who agrees, the newest first, each with its `stands`: see there."""
    found = by_time(_joined(standing, complaint), "opened_at", after, size)
    for row in found.rows:
        row.stands = stands(row)  # type: ignore[attr-defined]
    return found


def counted(standing: Standing, complaint: Conversation) -> int:
    """Return how many people agree, of those who may be seen."""
    return _joined(standing, complaint).order_by().values("identity__contact").distinct().count()


def agrees_with(standing: Standing, conversation: Conversation) -> Conversation | None:
    """Return the complaint with which somebody agrees here, where it may be read."""
    theirs = Agreement.objects.filter(by=conversation, message__conversation=conversation)
    found = access.conversations(standing).filter(pk__in=theirs.values("complaint"))
    return found.order_by("-last_at").first()


def stands(conversation: Conversation) -> str:
    """Return how it stands with somebody: waiting, answered, resolved, or closed, where nothing was said to them."""
    if conversation.state == State.RESOLVED:
        return "resolved" if conversation.last_out_at else "closed"
    return "answered" if conversation.last_out_at and conversation.waiting_since is None else "waiting"


def _joined(standing: Standing, complaint: Conversation) -> ConversationQuerySet:
    agreed = Agreement.objects.filter(complaint=complaint, brand=standing.brand).values("by")
    return access.conversations(standing).filter(pk__in=agreed).exclude(employees.works_for_us("identity__"))
