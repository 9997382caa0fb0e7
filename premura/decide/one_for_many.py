"""From a pile-on to a known issue: one problem, one answer, and who stands under it proposed to people.  P10."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from premura import access
from premura.access import Standing
from premura.decide import problems
from premura.models import Affected, Conversation, KnownIssue, Message, PileOn, Post
from premura.prepare import employees

MOST_PROPOSED = 500
CRITICAL = Q(intent="complaint") | Q(sentiment="negative")


class AlreadyKnown(Exception):
    """Who began it has joined an issue meanwhile: `issue`.  Nothing was opened."""

    def __init__(self, issue: KnownIssue) -> None:
        super().__init__(f"known already as issue {issue.pk}")
        self.issue = issue


def note_issues(piles: Iterable[PileOn]) -> None:
    """Note on each pile-on, as `issue`, the open one that who began it has joined; None where there is none.

    Cost     one query; none for no pile-on.
    """
    rows = list(piles)
    first = [pile.conversation_id for pile in rows if pile.conversation_id]
    found = Affected.objects.filter(conversation__in=first, state=Affected.State.JOINED)
    found = found.exclude(issue__state=KnownIssue.State.CLOSED).select_related("issue").order_by("pk")
    known: dict[int | None, KnownIssue] = {row.conversation_id: row.issue for row in found} if first else {}
    for pile in rows:
        pile.issue = known.get(pile.conversation_id)  # type: ignore[attr-defined]


def item(pile: PileOn) -> tuple[str, str]:
    """Return what people turn against: its words and its address; '' what is not known of it."""
    for kind in (Post, Message):
        found = kind._default_manager.filter(channel=pile.channel_id, key=pile.root)
        if row := found.values_list("text", "url").first():
            return row
    return "", ""


def open_one(standing: Standing, said: problems.Said, pile: PileOn) -> tuple[KnownIssue, int]:
    """Make the problem known from the pile-on, with who began it as the first that it has; propose who else is angry.

    Returns  the issue, and how many are proposed: at most the newest five hundred, none of whom works for us.
    Raises   NoTitle, and AlreadyKnown: of two who press the button, one opens it.
    """
    with transaction.atomic():
        locked = PileOn.objects.select_for_update(of=("self",)).select_related("conversation").get(pk=pile.pk)
        note_issues([locked])
        if known := locked.issue:  # type: ignore[attr-defined]
            raise AlreadyKnown(known)
        first = access.conversations(standing).filter(pk=locked.conversation_id or 0).first()
        made = problems.open_one(standing, said, first)
        return made, _propose(made, locked)


def _propose(made: KnownIssue, pile: PileOn) -> int:
    there = Affected.objects.filter(issue=made).values("conversation")
    under = Conversation.objects.filter(CRITICAL, channel=pile.channel_id, root=pile.root, private=False)
    angry = under.exclude(pk__in=there).exclude(employees.works_for_us("identity__")).order_by("-last_at", "-pk")
    # No score: nobody compared what they say, and no threshold lets them join by themselves.
    rows = [Affected(issue=made, conversation_id=pk) for pk in angry.values_list("pk", flat=True)[:MOST_PROPOSED]]
    Affected.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
