"""The guard at the desk: builds draft and context from the tables, and asks the pure room."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from premura.guard.check import findings_of, judge
from premura.guard.contract import Context, Draft, Finding, Phrase
from premura.guard.rules.answer_not_first import answer
from premura.guard.ticks import ticks
from premura.interact import closings, inside, openings, our_own, quoting, windows
from premura.interact.seen import MOST_SHOWN, Seen, came_since
from premura.models import Affected, Agent, Brand, Conversation, Message, Promise, Reply, Voice
from premura.models import Phrase as OwnPhrase

State = Reply.State
MOST_PHRASES = 500
MOST_LINKS = 20
STREAK = timedelta(hours=2)
HOSTILE = 0.5
UNHURRIED = timedelta(minutes=1)  # whose clock says so much is not asked whether it runs ahead
BELIEVED = timedelta(days=30)
ONE_BREATH = timedelta(minutes=5)  # what they wrote so near to a message belongs to it
SAID = [State.HELD, State.SCHEDULED, State.READY, State.SENDING, State.UNCLEAR, State.SENT]
MOST_NEAR = 4  # messages
TELLS = 15  # characters from which on a message's own language is believed


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the customer's, and whether the draft seems to answer it."""

    text: str
    answered: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """What the guard says of a draft, and what became of the customer's questions in it."""

    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    answer: str = ""  # the sentence that answers, or the first that says something


@dataclass(frozen=True, slots=True)
class Written:
    """What is known of a draft besides its words."""

    to: Message | None = None  # the message it answers
    reply: int | None = None  # which reply it is, where it waits already
    private: bool = False  # only they read it
    way_reason: bool = False  # personal data or safety is why it is private
    our_mistake: bool = False
    promised_for: datetime | None = None  # when what it promises is due
    answered_later: Sequence[str] = ()  # questions that are answered by then
    seen: Seen | None = None  # how far its author had read
    begun_at: datetime | None = None
    edits: int = 0
    second_person: bool = False  # somebody else has agreed
    known_issue: bool = False  # a line of the run in which many are told the same, on purpose
    translation_attached: bool = False
    now: datetime = field(default_factory=timezone.now)


def check(conversation: Conversation, text: str, by: Agent, **given: Any) -> tuple[Finding, ...]:
    """Return what speaks against sending `text` now, the gravest first.  Takes what `Written` holds."""
    return look(conversation, text, by, **given).findings


def look(conversation: Conversation, text: str, by: Agent, **given: Any) -> Looked:
    """Return what speaks against sending `text`, and the customer's questions.

    Takes    what `Written` holds.
    Cost     ten queries, eleven where it has a link, two more where a number or an address stands in it, and about
             10 ms; nothing is written.
    """
    written = Written(**given)
    if conversation.private:
        written = replace(written, private=True)
    theirs, waiting = _theirs(conversation, written.to)
    draft = Draft(
        text,
        customer_text="\n".join(message.text for message in theirs),
        customer_lang=_language(conversation, theirs, written.to),
        network=conversation.channel.network,
        public=not written.private,
    )
    context = replace(_context(conversation, text, theirs, by, written), answered_before=not waiting)
    said_to_many = any(fixed.is_one(text) for fixed in (openings, closings, quoting))
    if said_to_many or _points_to_known_issue(conversation, text):
        context = replace(context, known_issue=True)
    (judged,) = judge([(draft, context)])
    asked = ticks(judged) if waiting else []
    said = answer(judged)
    return Looked(findings_of(judged), tuple(Question(*one) for one in asked), said.text if said else "")


def check_post(brand: Brand, text: str) -> tuple[Finding, ...]:
    """Return what speaks against publishing `text` as a post of the brand's own, the gravest first.  P87.

    Cost     three queries, five where a number or an address stands in it, and about 10 ms; nothing is written.
    """
    voice, kept = Voice.objects.filter(brand=brand).first(), inside.of(brand.pk, text)
    context = Context(
        internal_facts=kept.internal, direct_facts=kept.direct,
        phrases=_phrases(brand.pk), avoid=tuple(voice.words_we_avoid) if voice else (),
        ours=our_own.of(brand.pk, text),
    )  # fmt: skip
    (judged,) = judge([(Draft(text, post=True), context)])
    return findings_of(judged)


def _context(conversation: Conversation, text: str, theirs: Sequence[Message], by: Agent, written: Written) -> Context:
    voice = Voice.objects.filter(brand=conversation.brand_id).first()
    answered, kept = windows.answered_in_public(conversation), inside.of(conversation.brand_id, text)
    newer, replies = _came_since(conversation, by, written.seen)
    now, due, begun = written.now, written.promised_for, written.begun_at
    return Context(
        public_answer_exists=answered,
        our_mistake=written.our_mistake,
        handover_attached=_handed_over(conversation, by, now),
        promise_attached=due is not None and due > now,
        known_issue=written.known_issue,
        recent_replies=_recent(conversation, voice, written.reply),
        internal_facts=kept.internal,
        direct_facts=() if written.private else kept.direct,
        translation_attached=written.translation_attached,
        private_reason=written.way_reason or (not answered and windows.moved_for_a_reason(conversation)),
        answered_later=tuple(written.answered_later),
        author=by.first_name,
        customer=conversation.identity.name,
        ours=our_own.of(conversation.brand_id, text),
        phrases=_phrases(conversation.brand_id),
        avoid=tuple(voice.words_we_avoid) if voice else (),
        address=_address(voice, conversation.channel.network),
        hostility=_hostility(theirs),
        hour=now.astimezone(ZoneInfo(conversation.brand.time_zone)).hour,
        edits=written.edits,
        written_in=_written_in(conversation, by, begun, now) if begun else None,
        hostile_streak=_streak(by, now),
        second_person=written.second_person,
        window_left=windows.left(conversation, written.private, now, to=written.to, reply=written.reply),
        used_up=written.private and windows.is_used_up(conversation, written.to, written.reply),
        newer=newer,
        other_replies=replies,
    )


def _written_in(conversation: Conversation, by: Agent, begun: datetime, now: datetime) -> timedelta | None:
    """Return how long it was written, by their browser's clock and at least as long as we have had the draft ourselves.

    None where that clock cannot be right: it says that it was begun after now, or days ago.
    """
    said = now - begun
    if said >= UNHURRIED:
        return said if said <= BELIEVED else None
    drafts = conversation.replies.filter(author=by, state=State.DRAFT, begun_at=begun)
    first = drafts.order_by("written_at").values_list("written_at", flat=True).first()
    if first is not None and now - first > said:
        return now - first
    return said if said >= timedelta() else None


def _handed_over(conversation: Conversation, by: Agent, now: datetime) -> bool:
    """Whether somebody else has said, with a date to come, that they do it: the receipt of a hand-over.

    What one has promised oneself hands nothing over.
    """
    standing = Promise.objects.filter(conversation=conversation, state=Promise.State.OPEN, due_at__gt=now)
    return standing.exclude(owner=by).filter(owner__is_active=True).exists()


def _points_to_known_issue(conversation: Conversation, text: str) -> bool:
    """Whether a text leads to the public answer of a known issue that this conversation is about."""
    if "://" not in text:
        return False
    about = Affected.objects.filter(conversation=conversation, state=Affected.State.JOINED)
    links = about.exclude(issue__permalink="").values_list("issue__permalink", flat=True)[:MOST_LINKS]
    return any(link in text for link in links)


def _address(voice: Voice | None, network: str) -> str:
    """Return how the brand speaks to people there: the network's own way, else the one for all."""
    return str(voice.address.get(network) or voice.address.get("") or "") if voice else ""


def _theirs(conversation: Conversation, to: Message | None) -> tuple[list[Message], bool]:
    """Return what they wrote since we last answered, oldest first, and whether anything of it waits.

    At most ten messages, and at least their last one, which then waits no more.  One that was picked out from before
    the last, however long before, comes first, and with it only what they wrote in the same breath.
    """
    found = conversation.messages.filter(identity__isnull=False, removed_at=None).select_related("reading")
    newest = list(found.order_by("-written_at", "-pk")[:10])
    if to is not None and to not in newest[:1] and (picked := found.filter(pk=to.pk).first()):
        around = found.filter(written_at__range=(to.written_at - ONE_BREATH, to.written_at + ONE_BREATH))
        return [picked, *around.exclude(pk=to.pk).order_by("written_at", "pk")[:MOST_NEAR]], True
    answered = conversation.last_out_at
    waiting = [message for message in newest if answered is None or message.received_at > answered]
    return list(reversed(waiting or newest[:1])), bool(waiting)


def _language(conversation: Conversation, theirs: Sequence[Message], to: Message | None) -> str:
    """Return the language of the message that is answered, or of the longest where that says too little to tell."""
    longest = max(theirs, key=lambda message: len(message.text), default=None)
    answered = next((message for message in theirs if message == to and len(message.text) >= TELLS), longest)
    reading = getattr(answered, "reading", None)
    if reading is None or reading.language in ("und", ""):
        reading = getattr(longest, "reading", None)
    found = reading.language if reading else conversation.language
    return "" if found in ("und", "") else str(found)


def _recent(conversation: Conversation, voice: Voice | None, reply: int | None) -> tuple[str, ...]:
    """Return what the team told others last, what is still on its way too; nothing that came after `reply`.

    Without the lines that quote a clause: one that was put in other words is no boilerplate for their sake.
    """
    many = voice.team_repeats if voice else Voice._meta.get_field("team_repeats").default
    found = Reply.objects.filter(brand_id=conversation.brand_id, state__in=SAID, follows=None)
    found = found.exclude(conversation=conversation)
    found = found if reply is None else found.filter(pk__lt=reply)
    newest = found.order_by("-pk").values_list("text", flat=True)[:many]
    return tuple(text for text in newest if not quoting.is_one(text))


def _phrases(brand: int) -> tuple[Phrase, ...]:
    found = OwnPhrase.objects.filter(brand_id=brand).order_by("pk")[:MOST_PHRASES]
    return tuple(Phrase(one.rule, one.text, one.language, one.allows) for one in found)


def _hostility(theirs: Sequence[Message]) -> float:
    """Return how hostile they are, 0 to 1: insults first, then anger at us."""
    readings = [message.reading for message in theirs if hasattr(message, "reading")]
    worst = 0.0
    for reading in readings:
        worst = max(worst, reading.abuse / 3, 1.0 if reading.hate else 0.0)
        if reading.sentiment == "negative" and reading.details.get("emotions", {}).get("anger", 0) > HOSTILE:
            worst = max(worst, HOSTILE)
    return worst


def _streak(by: Agent, now: datetime) -> int:
    """Return how many of the author's last replies went to insults, one after another."""
    found = by.replies.filter(written_at__gt=now - STREAK).exclude(state=Reply.State.DRAFT)
    abused = found.order_by("-written_at").values_list("to__reading__abuse", flat=True)[:5]
    streak = 0
    for level in abused:
        if not level or level < 2:
            break
        streak += 1
    return streak


def _came_since(conversation: Conversation, by: Agent, seen: Seen | None) -> tuple[int, int]:
    if seen is None:
        return 0, 0
    messages, replies = came_since(conversation, by, seen)
    return messages[:MOST_SHOWN].count(), replies[:MOST_SHOWN].count()
