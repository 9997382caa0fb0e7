"""What a conversation's screen tells: what was said, what we mean to say, what we did, in one order."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from premura import access
from premura.access import Act, Standing
from premura.convert import mistakes, outcome
from premura.decide import assign, involved, macros, owners, trolls, why
from premura.interact import (
    boomerang,
    disengage,
    drafts,
    ledger,
    moderate,
    promise,
    reply,
    signing,
    teamwork,
    translate,
)
from premura.networks import NETWORKS
from premura.networks.contract import Can
from premura.prepare import netiquette
from premura.web import composing, hiding, marks, others, patterns, problems

# What is told between the messages; the rest stands in the history.
TOLD = frozenset({
    "assigned", "snoozed", "woken", "put on hold", "resolved", "reopened", "merged", "unmerged", "not done",
    "reply settled", "reply refused", "deletion refused", "banned", "disengaged", "engaged", "rule acted", "macro used",
    "promised", "promise near", "promise kept", "promise withdrawn", "outcome noted",
    "claimed", "routed", "escalated", "taken over",
})  # fmt: skip
DEEDS = (Can.LIKE, Can.HIDE, Can.UNHIDE, Can.DELETE)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing in the thread: a message, a reply of ours that is not there yet, a note, an event."""

    sort: str
    thing: Any
    depth: int = 0
    others: bool = False  # somebody else's words under the same root
    may: frozenset[str] = frozenset()  # what can be done to the message
    read: marks.Shown | None = None  # what it was read to say
    act: Any = None  # what was done to the message, or is asked for
    back: Any = None  # what of all that was put away it brings back


def told(standing: Standing, conversation: Any, to: int | None = None) -> dict[str, Any]:
    """Return everything the conversation's pane shows; `to` is the message that is to be answered, 0: the latest."""
    events = access.events(conversation)
    told = lines(standing, conversation, events)
    present = teamwork.present(conversation, standing.agent)
    return {
        "conversation": conversation,
        "lines": told,
        "translations": translate.beside((line.thing for line in told if line.sort == "message"), standing),
        "waiting_translations": translate.beside_waiting((one.thing for one in told if one.sort == "reply"), standing),
        "tools": translate.tools(conversation, standing.agent),
        "events": events,
        "present": present,
        "typing": {agent.pk for agent, types in present if types},
        "seen": reply.seen(conversation),
        "colleagues": access.colleagues(standing),
        "labels": conversation.labels.order_by("name"),
        "all_labels": access.labels(standing),
        "may_reply": standing.may(Act.REPLY),
        "may_note": standing.may(Act.NOTE),
        "is_beside": standing.only is not None,
        "may_merge": standing.may(Act.MERGE),
        "out": disengage.out(conversation),
        "banned": ledger.banned(conversation),
        "clauses": netiquette.clauses(standing.brand, standing.brand.language),
        "may_approve": standing.may(Act.APPROVE),
        "macros": macros.offered(standing) if standing.may(Act.REPLY) else [],
        "promises": promise.open_in(conversation),
        "why": why.why(standing, conversation, timezone.now()) if conversation.state == "open" else None,
        **elsewhere(standing, conversation),
        **went_out(standing, conversation, told),
        **whose(standing, conversation, events),
        **ways(conversation),
        **others.given(conversation, told),
        **patterns.given(standing, conversation),
        **problems.beside(standing, conversation),
        "folds": hiding.folds(standing, told),
        **composing.given(standing, conversation, events, told, to),
    }


def elsewhere(standing: Standing, conversation: Any) -> dict[str, Any]:
    """Return where else the same person wrote, as far as the agent may look there."""
    found = access.other_conversations(standing, conversation)
    return {"others": found, "reachable": {one.pk for one in found}}


def went_out(standing: Standing, conversation: Any, told: Iterable[Line]) -> dict[str, Any]:
    """Return how it went out where that is said or to be said, what we learnt, and whether there is abuse in it."""
    noted = outcome.of(conversation)
    missing = noted is None and outcome.is_missing(conversation)
    rude = trolls.is_rude(conversation, (line.thing for line in told if line.sort == "message" and not line.others))
    asks_of_troll = rude and (noted or missing) and outcome.asks_of_troll(standing, conversation)
    return {
        "outcome": noted,
        "outcome_missing": missing,
        "outcome_wanted": outcome.wants_solution(conversation),
        "whys": outcome.WHYS,
        "needs": outcome.NEEDS,
        "mistakes": mistakes.of(conversation),
        "mistake_waits": mistakes.waiting(conversation),
        "rude": rude,
        "trolls": outcome.TROLLS if asks_of_troll else (),
    }


def whose(standing: Standing, conversation: Any, events: list[Any]) -> dict[str, Any]:
    """Return which teams own it, are asked and are told, whether a lead is asked for, and who signs."""
    agent, teams = standing.agent, access.teams(standing)
    return {
        "ownership": owners.of(conversation),
        "involved": involved.of(conversation),
        "all_teams": teams,
        "team": next((team for team in teams if team.pk == conversation.team_id), None),
        "asked_lead": assign.asked_in(events),
        "sign_as": signing.name_for(conversation, agent) if standing.may(Act.REPLY) else "",
    }


def ways(conversation: Any) -> dict[str, Any]:
    """Return how it can be answered, and how much fits."""
    channel, limits = conversation.channel, NETWORKS[conversation.channel.network].limits
    found = [
        (way, reply.fits(channel, way == "private"))
        for can, way in ((Can.REPLY, "public"), (Can.WRITE, "private"), (Can.REPLY_PRIVATELY, "private"))
        if can in reply.ways(conversation)
    ]
    latest = conversation.replies.order_by("-pk").values_list("channel_id", flat=True).first()
    time = composing.time_left(conversation)
    return {
        "ways": found,
        **time,
        "all_shut": bool(found) and all(way in time["shut"] for way, _ in found),
        "voices": reply.voices(conversation) if found else [],
        "voice": latest or conversation.channel_id,  # who answered them goes on answering them
        "counts": json.dumps(asdict(reply.counting(channel))),
        "pictures": range(drafts.pictures_fit(channel, private=conversation.private)),
        "pictures_in_private": drafts.pictures_fit(channel, private=True),
        "picture_types": ",".join(sorted(limits.media_types)),
    }


def lines(standing: Standing, conversation: Any, events: Iterable[Any]) -> list[Line]:
    """Return the thread as it stands on the network, with ours woven in at their time."""
    thread = access.thread(conversation)
    woven, before = _woven(conversation, thread, events)
    pending: dict[int, list[Line]] = defaultdict(list)
    ours = conversation.replies.filter(message=None).exclude(state="draft")
    for waiting in ours.select_related("author", "channel", "follows").order_by("pk"):
        waiting.stopped = composing.stopped(waiting.trouble)  # type: ignore[attr-defined]
        # Who takes it up again signs it anew.
        waiting.own_words = signing.unsigned(waiting.text, waiting.author.first_name)  # type: ignore[attr-defined]
        pending[waiting.to_id].append(Line("reply", waiting))
    own = [message for message in thread if message.stands_in(conversation)]
    read = marks.shown(own, standing.brand.language)
    acts, back = ledger.on_messages(own), boomerang.of_messages(own)
    told = list(before)
    for message in thread:
        line = _said(standing, conversation, message, read.get(message.pk))
        told.append(replace(line, act=acts.get(message.pk), back=back.get(message.pk)))
        told += [replace(line, depth=min(message.depth + 1, 4)) for line in pending.pop(message.pk, [])]
        told += woven.get(message.pk, [])
    return told + [line for rest in pending.values() for line in rest]


def _said(standing: Standing, conversation: Any, message: Any, read: marks.Shown | None) -> Line:
    if not message.stands_in(conversation):
        return Line("message", message, message.depth, others=True)
    if message.conversation_id == conversation.pk:
        message.conversation = conversation
    may = frozenset(str(can) for can in DEEDS if standing.may(_act(can)) and moderate.may(message, can))
    if not message.is_ours and standing.may(Act.MODERATE):
        may |= {"moderate"}
    return Line("message", message, message.depth, may=may, read=read)


def _act(can: Can) -> Act:
    return Act.REPLY if can is Can.LIKE else Act.MODERATE


def _woven(conversation: Any, thread: list[Any], events: Iterable[Any]) -> tuple[dict[int, list[Line]], list[Line]]:
    """Return notes and events by the message that they follow in time, and those before all of them."""
    own = sorted((m.received_at, m.pk) for m in thread if m.stands_in(conversation))
    woven: dict[int, list[Line]] = defaultdict(list)
    before: list[Line] = []
    for at, line in sorted(_ours(conversation, events), key=lambda pair: pair[0]):
        earlier = [pk for received_at, pk in own if received_at <= at]
        (woven[earlier[-1]] if earlier else before).append(line)
    return woven, before


def _ours(conversation: Any, events: Iterable[Any]) -> Iterator[tuple[datetime, Line]]:
    for note in conversation.notes.select_related("author").order_by("-pk")[:200]:
        yield note.written_at, Line("note", note)
    for event in events:
        if event.deed in TOLD:
            yield event.at, Line("event", event)
