"""Peer answers: another customer seems to have answered; a person says whether it is right, and thanks them.  P120."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from premura import access, journal
from premura.access import Act, Standing
from premura.models import Agent, Event, Message, PeerAnswer
from premura.prepare import employees

ASKS = ("question", "purchase")
NO_ANSWER = ("question", "complaint", "abuse", "spam", "gesture")
NO_ANSWER_FLAGS = ("asks_question", "me_too")
LEAST_WORDS = 4
MOST = 2_000


class Decided(Exception):
    """Somebody has said already whether it is right.  Nothing was changed."""


def find(brand_id: int, ids: Sequence[int]) -> int:
    """Note which messages answer what another customer asked; return how many are new.

    Takes    the messages that came in: an answer is found whichever of the two came first.
    Cost     four queries, however many there are; two where nothing answers anything.
    """
    said = list(_public(brand_id).filter(pk__in=ids)[:MOST])
    answers = {m.pk: m for m in (*filter(_could_answer, said), *_came_before(brand_id, said))}
    if not answers:
        return 0
    asked = _asked(brand_id, answers.values())
    pairs = [(answer, asked[at]) for answer in answers.values() if (at := (answer.channel_id, answer.parent)) in asked]
    ours = employees.among(message for pair in pairs for message in pair)
    with transaction.atomic():
        before = PeerAnswer.objects.filter(message__in=[answer.pk for answer, _ in pairs])
        known = set(before.values_list("pk", flat=True))
        fresh = [
            PeerAnswer(brand_id=brand_id, message=answer, conversation_id=question.conversation_id)
            for answer, question in sorted(pairs, key=lambda pair: pair[0].pk)
            if answer.pk not in known
            and _are_two(answer, question)
            and not {answer.identity_id, question.identity_id} & ours
        ]
        PeerAnswer.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def of_messages(messages: Iterable[Message]) -> dict[int, PeerAnswer]:
    """Return for each message that seems to answer another customer what was noted.  One query."""
    found = PeerAnswer.objects.filter(message__in=[m.pk for m in messages if m.identity_id])
    return {one.pk: one for one in found.select_related("by", "conversation__identity")}


def peer_answer(agent: Agent, pk: int, act: Act = Act.READ) -> tuple[Standing, PeerAnswer]:
    """Return what was noted of a message, to do `act` in the conversation of who asked.

    Raises as `access.conversation` does.
    """
    with_it = ("message__identity", "message__conversation", "by")
    found = PeerAnswer.objects.filter(pk=pk).select_related(*with_it).first()
    if found is None:
        raise Http404(f"message {pk} answers nobody")
    standing, found.conversation = access.conversation(agent, found.conversation_id, act)
    return standing, found


def decide(answer: PeerAnswer, by: Agent, *, is_right: bool) -> None:
    """Say whether it is right.  Who asked still waits for a person to confirm it.  Raises Decided."""
    now = timezone.now()
    with transaction.atomic():
        open_ = PeerAnswer.objects.filter(pk=answer.pk, is_right=None)
        if not open_.update(is_right=is_right, by=by, at=now):
            raise Decided(answer.pk)
        answer.is_right, answer.by, answer.at = is_right, by, now
        who = str(answer.message.identity)
        journal.write(Event.Deed.PEER_ANSWERED, answer.conversation, by, message=answer.pk, who=who, right=is_right)


def _public(brand_id: int) -> QuerySet[Message]:
    theirs = Message.objects.filter(brand=brand_id, identity__isnull=False, removed_at=None, hidden_at=None)
    return theirs.filter(conversation__private=False, reading__isnull=False).select_related("identity", "reading")


def _could_answer(message: Message) -> bool:
    reading = message.reading
    says_else = reading.intent in NO_ANSWER or set(reading.flags) & set(NO_ANSWER_FLAGS) or reading.abuse
    return bool(message.parent) and not says_else and _words(message.text) >= LEAST_WORDS


def _words(text: str) -> int:
    return sum(1 for word in text.split() if not word.startswith("@") and any(c.isalpha() for c in word))


def _asks(message: Message) -> bool:
    return message.reading.intent in ASKS or "asks_question" in message.reading.flags


def _came_before(brand_id: int, said: Sequence[Message]) -> list[Message]:
    """Return answers to the questions among these that came in before them: networks deliver out of order."""
    questions = [message for message in said if _asks(message)]
    if not questions:
        return []
    since = min(message.written_at for message in questions)
    under = _public(brand_id).filter(
        channel__in={m.channel_id for m in questions}, root__in={m.root for m in questions}, written_at__gte=since
    )
    found = under.filter(parent__in={m.key for m in questions}).order_by("pk")
    return [message for message in found[:MOST] if _could_answer(message)]


def _asked(brand_id: int, answers: Iterable[Message]) -> dict[tuple[int, str], Message]:
    """Return what the answers stand under, where it asks something that we have not answered."""
    answers = list(answers)
    above = _public(brand_id).filter(channel__in={m.channel_id for m in answers}, key__in={m.parent for m in answers})
    since = F("written_at")
    unanswered = Q(conversation__last_out_at=None) | Q(conversation__last_out_at__lt=since)
    open_ = Q(conversation__settled_at=None) | Q(conversation__settled_at__lt=since)
    found = above.filter(unanswered, open_)[:MOST]
    return {(m.channel_id, m.key): m for m in found if _asks(m)}


def _are_two(answer: Message, question: Message) -> bool:
    # One person may write by two handles.
    one, other = answer.identity, question.identity
    return one is not None and other is not None and one.contact_id != other.contact_id
