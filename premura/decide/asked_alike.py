"""Equal questions under one post stand together: one public answer for all, and a line of their own for each.  P30."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from premura import access
from premura.access import Standing
from premura.decide import problems
from premura.models import Affected, ConversationQuerySet, KnownIssue, Message, Post
from premura.prepare import answers, employees, nearness
from premura.text.aspects import fold

MOST = 200  # questions of a post that are looked at, the newest
MOST_ANSWERS = 1_000
MOST_SHOWN = 10  # groups
LEAST_PEOPLE = 2
LEAST_WORDS = 2  # "and?" is nobody else's question


class NobodyAsked(Exception):
    """None of these conversations stands under this post, within sight.  Nothing was done."""


class How(StrEnum):
    """How somebody who asked was answered."""

    DIRECT = "direct"  # in words that stand for themselves
    REFERENCE = "reference"  # with a line that points to an answer elsewhere
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Asker:
    """One person, by the newest time that they asked."""

    conversation: int
    message: int
    name: str
    words: str
    how: How


@dataclass(frozen=True, slots=True)
class Group:
    """Several people who ask the same; those who wait stand first."""

    askers: list[Asker]
    issue: KnownIssue | None  # that is open, and to which most of them belong
    outside: list[int]  # conversations that do not belong to it; without an issue: all

    @property
    def question(self) -> str:
        return self.askers[0].words

    @property
    def people(self) -> int:
        return len(self.askers)

    @property
    def direct(self) -> int:
        return self._count(How.DIRECT)

    @property
    def reference(self) -> int:
        return self._count(How.REFERENCE)

    @property
    def unanswered(self) -> int:
        return self._count(How.NOT)

    def _count(self, how: How) -> int:
        return sum(one.how == how for one in self.askers)


def under(standing: Standing, post: Post) -> list[Group]:
    """Return the questions under a post that several people ask, asked by most on top.

    Our own people's do not count, nor what was taken back.
    Cost     three queries, over the newest two hundred questions, and a millisecond a question the first time.  Until
             the encoder is loaded they go by their words.
    """
    said = _questions(standing, post)
    alike = [some for some in _alike(said) if len({_person(one) for one, _words in some}) >= LEAST_PEOPLE]
    alike = sorted(alike, key=lambda some: -len({_person(one) for one, _words in some}))[:MOST_SHOWN]
    if not alike:
        return []
    conversations = {one.conversation_id for some in alike for one, _words in some}
    joined = list(
        Affected.objects.filter(
            conversation__in=conversations, issue__brand=standing.brand, state=Affected.State.JOINED
        ).select_related("issue")[: MOST * 2]
    )
    answered = _Answered(post, conversations, joined)
    return [_group(some, answered, joined) for some in alike]


def make_known(standing: Standing, post: Post, title: str, wanted: Collection[int]) -> tuple[KnownIssue, int]:
    """Make a question under a post known, with those who asked it; return it, and how many are new to it.

    Pressed twice it is known once.  Raises NoTitle and NobodyAsked.
    """
    title = " ".join(title.split())[:200]
    with transaction.atomic():
        Post.objects.select_for_update(no_key=True).get(pk=post.pk)  # of two at once the second finds the first's
        rows = list(_below(standing, post).filter(pk__in=list(wanted)[:MOST]).order_by("pk"))
        if not rows:
            raise NobodyAsked(post.pk)
        known = KnownIssue.objects.filter(
            brand=standing.brand, title=title, affected__conversation__in=rows, affected__state=Affected.State.JOINED
        )
        issue = known.exclude(state=KnownIssue.State.CLOSED).order_by("-pk").first()
        if issue is not None:
            return issue, problems.join(standing, issue, [row.pk for row in rows])
        issue = problems.open_one(standing, problems.Said(title), rows[0])
        return issue, 1 + problems.join(standing, issue, [row.pk for row in rows[1:]])


# -- who asks the same ------------------------------------------------------------------------------


Told = tuple[Message, str]  # and its question


def _below(standing: Standing, post: Post) -> ConversationQuerySet:
    return access.conversations(standing).filter(channel=post.channel_id, root=post.key, private=False)


def _questions(standing: Standing, post: Post) -> list[Told]:
    """Return the newest questions under a post, the newest first."""
    found = Message.objects.filter(
        channel=post.channel_id, root=post.key, identity__isnull=False, removed_at=None,
        conversation__in=_below(standing, post).order_by().values("pk"), reading__flags__contains=["asks_question"],
    ).exclude(employees.works_for_us("identity__"))  # fmt: skip
    rows = found.select_related("identity", "reading").order_by("-written_at", "-pk")[:MOST]
    told = [(row, words) for row in rows for words in _asked(row)]
    return told[:MOST]


def _asked(message: Message) -> Iterable[str]:
    stretches = answers.stretches(message.text, getattr(message, "reading", None)) or [(0, len(message.text))]
    texts = (" ".join(message.text[start:end].split()) for start, end in stretches)
    return (text for text in texts if len(fold(text).split()) >= LEAST_WORDS)


def _alike(said: Sequence[Told]) -> list[list[Told]]:
    """Put together who asks the same: in the same words, or in others that mean it."""
    together: dict[str, list[Told]] = {}
    for one in said:
        together.setdefault(fold(one[1]), []).append(one)
    if len(together) < LEAST_PEOPLE:
        return list(together.values())
    same = list(together.values())
    groups, _vectors, _floor = nearness.groups([some[0][1] for some in same], wait=False)
    return [[one for at in group for one in same[at]] for group in groups]


def _person(message: Message) -> int:
    return message.identity.contact_id if message.identity else 0


# -- who has an answer ------------------------------------------------------------------------------


class _Answered:
    """What we said in public to some conversations, and where it only points elsewhere."""

    def __init__(self, post: Post, conversations: Collection[int], joined: Iterable[Affected]) -> None:
        ours = Message.objects.filter(conversation__in=conversations, identity=None, removed_at=None)
        ours = ours.exclude(reply__private=True).order_by("-written_at", "-pk")
        self._said: dict[int, list[tuple[datetime, str, str, str]]] = {}
        said = ours.values_list("conversation", "written_at", "parent", "text", "url")
        for pk, at, parent, text, url in said[:MOST_ANSWERS]:
            self._said.setdefault(pk, []).append((at, parent, text, url))
        self._links = {url for some in self._said.values() for *_rest, url in some if url}
        self._links |= {row.issue.permalink for row in joined if row.issue.permalink} | ({post.url} - {""})
        self._told = {row.conversation_id: row.told_at for row in joined if row.told_at}

    def how(self, message: Message) -> How:
        said = self._said.get(message.conversation_id, ())
        after = [text for at, parent, text, _url in said if at >= message.written_at or parent == message.key]
        if any(not any(link in text for link in self._links) for text in after):
            return How.DIRECT
        told_at = self._told.get(message.conversation_id)
        return How.REFERENCE if after or (told_at and told_at >= message.written_at) else How.NOT


def _group(some: Sequence[Told], answered: _Answered, joined: Sequence[Affected]) -> Group:
    newest: dict[int, Asker] = {}
    for message, words in sorted(some, key=lambda told: (told[0].written_at, told[0].pk), reverse=True):
        asker = Asker(message.conversation_id, message.pk, str(message.identity), words, answered.how(message))
        newest.setdefault(_person(message), asker)
    askers = sorted(newest.values(), key=lambda one: one.how != How.NOT)
    theirs = {one.conversation for one in askers}
    known = [row for row in joined if row.conversation_id in theirs and row.issue.state != KnownIssue.State.CLOSED]
    most = Counter(row.issue_id for row in known).most_common(1)
    issue = next((row.issue for row in known if row.issue_id == most[0][0]), None) if most else None
    inside = {row.conversation_id for row in known if issue and row.issue_id == issue.pk}
    return Group(askers, issue, [one.conversation for one in askers if one.conversation not in inside])
