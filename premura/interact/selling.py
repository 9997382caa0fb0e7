"""What helps somebody to finish a purchase: the products that they speak of, and the team that sells.  P98.

A line with name, price and link is put into the answer; a person sends it.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from premura.decide import assign, involved, owners
from premura.interact import drafts
from premura.interact.drafts import Written
from premura.models import Agent, Conversation, Ownership, Product, Reply, Team
from premura.prepare import products

ASKS = frozenset({"purchase", "question"})
MOST_MESSAGES = 10


@dataclass(frozen=True, slots=True)
class Offer:
    """One product that they speak of, and the line that says it."""

    product: Product

    @property
    def line(self) -> str:
        return products.line(self.product)


@dataclass(frozen=True, slots=True)
class Selling:
    offers: tuple[Offer, ...] = ()
    team: Team | None = None  # who sells, where it is not with them


def selling(conversation: Conversation) -> Selling:
    """Return what helps to sell here: nothing unless they ask or want to buy, and it is not resolved.

    The team is named where a product is spoken of, or where they want to buy.
    Cost     at most eight queries, and a few milliseconds.
    """
    if conversation.intent not in ASKS or conversation.state == Conversation.State.RESOLVED:
        return Selling()
    found = products.found_in(conversation.brand_id, _said(conversation))
    if not found and conversation.intent != "purchase":
        return Selling()
    return Selling(tuple(map(Offer, found)), seller(conversation))


def seller(conversation: Conversation) -> Team | None:
    """Return the team that the matrix names for purchases; None where it has the conversation, or there is none."""
    row = _row(conversation)
    return row.owner if row else None


def hand_over(conversation: Conversation, by: Agent, reason: str) -> Team | None:
    """Give it to the team that sells, with whom the matrix then asks and tells, and take it from whoever has it.

    None where it is there already.
    """
    row = _row(conversation)
    if row is None:
        return None
    with transaction.atomic():
        assign.send(conversation, row.owner, by, reason=reason)
        involved.follow({conversation.pk: row}, [conversation])
    return row.owner


def _row(conversation: Conversation) -> Ownership | None:
    row = owners.row_for(conversation, "purchase")
    return row if row is not None and row.owner_id != conversation.team_id else None


def begin(conversation: Conversation, by: Agent, product: Product) -> Reply | None:
    """Put a product's line at the end of what `by` is writing.  None where there is nobody to answer."""
    line, own = products.line(product), next(iter(drafts.mine(conversation, by)), None)
    if own is None:
        return drafts.keep(conversation, by, Written(line, private=conversation.private, begun_at=timezone.now()))
    written = Written(
        f"{own.text.rstrip()}\n{line}".strip(), own.private, own.to, own.our_mistake, own.promised_for,
        tuple(own.answered_later), own.begun_at, own.edits, own.pk,
    )  # fmt: skip
    return drafts.keep(conversation, by, written)


def _said(conversation: Conversation) -> list[str]:
    """Return what of theirs waits for an answer, the newest first; their last words where nothing waits."""
    theirs = conversation.messages.filter(identity__isnull=False, removed_at=None).exclude(text="")
    since = conversation.waiting_since
    waiting = theirs.filter(written_at__gte=since) if since else theirs
    return list(waiting.order_by("-written_at", "-pk").values_list("text", flat=True)[: MOST_MESSAGES if since else 1])
