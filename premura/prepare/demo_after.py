"""What we did with what was said: who answered, noted, labelled, put off and settled it."""

from datetime import datetime, timedelta

from django.db.models import F, Min, OuterRef, Subquery

from premura.models import Contact, Conversation, Event, Label, Message, Note, Reply
from premura.prepare.demo_made import Made
from premura.prepare.demo_words import ago
from premura.prepare.demo_world import Talk, Turn

State = Conversation.State
A_WHILE = timedelta(minutes=1)
SLEEPS = timedelta(days=2, hours=3)
FRESH = timedelta(hours=1)


def do(made: Made) -> None:
    """Do all of it, a statement for each kind of thing."""
    messages = {m.key: m for m in Message.objects.filter(brand=made.brand).select_related("conversation")}
    stands = [(talk, messages[made.house.key(talk, 0)].conversation) for talk in made.house.conversations]
    _replies(made, messages)
    _notes(made, stands)
    _labels(made, stands)
    _states(made, stands)
    _journal(made, stands)
    _since_when(made)


def _replies(made: Made, messages: dict[str, Message]) -> None:
    replies = [
        _reply(made, turn, messages[made.house.key(talk, n)], messages[made.house.above(talk, n)])
        for talk in made.house.conversations for n, turn in talk.spoken if turn.by == "us"
    ]  # fmt: skip
    written = [reply.written_at for reply in replies]
    Reply.objects.bulk_create(replies)  # which takes the time of writing for now
    for reply, at in zip(replies, written, strict=True):
        reply.written_at = at
    Reply.objects.bulk_update(replies, ["written_at"])


def _reply(made: Made, turn: Turn, message: Message, to: Message) -> Reply:
    at = message.written_at
    return Reply(
        brand=made.brand, conversation=message.conversation, to=to, author=made.agents[turn.agent], message=message,
        private=message.conversation.private, text=turn.text, language=turn.lang, state=Reply.State.SENT,
        url=message.url, tries=1, written_at=at - A_WHILE, taken_at=at, sent_at=at,
    )  # fmt: skip


def _notes(made: Made, stands: list[tuple[Talk, Conversation]]) -> None:
    given = [(conversation, turn) for talk, conversation in stands for turn in talk.turns if turn.by == "note"]
    notes = Note.objects.bulk_create(
        Note(brand=made.brand, conversation=conversation, author=made.agents[turn.agent], text=turn.text)
        for conversation, turn in given
    )
    for note, (_, turn) in zip(notes, given, strict=True):
        note.written_at = ago(made.now, turn.minutes_ago)
    Note.objects.bulk_update(notes, ["written_at"])


def _labels(made: Made, stands: list[tuple[Talk, Conversation]]) -> None:
    Labelled = Label.conversations.through
    Labelled.objects.bulk_create(
        Labelled(label=made.labels[name], conversation=conversation)
        for talk, conversation in stands for name in talk.labels
    )  # fmt: skip


def _states(made: Made, stands: list[tuple[Talk, Conversation]]) -> None:
    for talk, conversation in stands:
        conversation.state = talk.state
        conversation.assignee = made.agents[talk.assignee] if talk.assignee else None
        conversation.opened_at = ago(made.now, talk.turns[0].minutes_ago)
        conversation.read_at = made.now if _was_read(talk, made.now) else None
        if talk.state != State.OPEN:
            conversation.waiting_since = None
        if talk.state == State.RESOLVED:
            conversation.settled_at = _done_at(made, talk)
        if talk.state == State.SNOOZED:
            conversation.snoozed_until = made.now + SLEEPS
    changed = ["state", "assignee", "opened_at", "read_at", "waiting_since", "settled_at", "snoozed_until"]
    Conversation.objects.bulk_update([conversation for _, conversation in stands], changed)


def _was_read(talk: Talk, now: datetime) -> bool:
    if talk.state != State.OPEN:
        return True
    return talk.assignee is not None and ago(now, talk.turns[-1].minutes_ago) < now - FRESH


def _done_at(made: Made, talk: Talk) -> datetime:
    return min(ago(made.now, talk.turns[-1].minutes_ago) + 2 * A_WHILE, made.now)


def _journal(made: Made, stands: list[tuple[Talk, Conversation]]) -> None:
    """Write the lines that `journal` would have, without the next steps: all of it is long done."""
    lines = [line for talk, conversation in stands for line in _lines(made, talk, conversation)]
    at = [line.at for line in lines]
    Event.objects.bulk_create(lines)  # which takes the time of writing for now
    for line, when in zip(lines, at, strict=True):
        line.at = when
    Event.objects.bulk_update(lines, ["at"])


def _lines(made: Made, talk: Talk, conversation: Conversation) -> list[Event]:
    Deed = Event.Deed

    def line(deed: Event.Deed, by: str | None, at: datetime, **facts: object) -> Event:
        return Event(
            brand=made.brand, conversation=conversation, channel_id=conversation.channel_id,
            by=made.agents[by] if by else None, deed=deed, facts=facts, at=min(at, made.now),
        )  # fmt: skip

    lines = []
    if talk.assignee:
        at = ago(made.now, talk.turns[0].minutes_ago) + A_WHILE
        lines.append(line(Deed.ASSIGNED, talk.assignee, at, to=str(made.agents[talk.assignee])))
    for turn in talk.turns:
        if turn.by != "customer":
            deed = Deed.NOTED if turn.by == "note" else Deed.REPLY_SENT
            lines.append(line(deed, turn.agent, ago(made.now, turn.minutes_ago)))
    last = next((turn.agent for turn in reversed(talk.turns) if turn.agent), talk.assignee)
    ends = {State.RESOLVED: Deed.RESOLVED, State.ON_HOLD: Deed.HELD, State.SNOOZED: Deed.SNOOZED}
    if talk.state in ends and last:
        more = {"until": (made.now + SLEEPS).isoformat()} if talk.state == State.SNOOZED else {}
        lines.append(line(ends[State(talk.state)], last, _done_at(made, talk), **more))
    return lines


def _since_when(made: Made) -> None:
    """Let contacts be as old as their first words, and our posts as old as they say."""
    first = (
        Message.objects.filter(identity__contact=OuterRef("pk")).order_by()
        .values("identity__contact").annotate(at=Min("written_at")).values("at")
    )  # fmt: skip
    Contact.objects.filter(brand=made.brand).update(created_at=Subquery(first))
    made.brand.posts.update(received_at=F("written_at"))
