"""What the composer shows: the own draft, until when one may answer, what must be said first."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from premura.interact import brief, closings, deliver, drafts, guard_words, openings, windows
from premura.networks.contract import Upload
from premura.prepare import voice as brand_voice
from premura.web import guard, later

MOST_NAMES = 30
MOST_PICTURES = 20
MOST_ALT = 1500
KEPT_ALT = "alt-kept-"
WAYS = ("public", "private")
EMOJI = (
    "🙂 😊 😉 😄 😍 🤗 🙏 👍 👏 🙌 💪 🤝 ❤️ 🧡 💚 💙 ✨ 🎉 🌿 🌸 ☀️ 🌧️ 🍷 🍕 🍝 ☕ 🎁 📦 🚚 📍 📅 ⏰ ✅ ❌ ⚠️ ℹ️ 😔 😢 😅 🤔"
)


def given(
    standing: Any, conversation: Any, events: Iterable[Any], lines: Iterable[Any], to: int | None = None
) -> dict[str, Any]:
    """Return what the composer, and the thread's word about drafts, are given besides the ways.

    `to` is the message that was picked out to be answered, 0 for none; without it the draft knows its own.
    """
    agent, brand = standing.agent, standing.brand
    written = drafts.open_in(conversation)
    own = [draft for draft in written if draft.author_id == agent.pk]
    spoken = conversation.language if conversation.language not in ("", "und") else brand.language
    return {
        "draft": _as_given(own[0], brand) if own else None,
        "answered": _answered(conversation, own, to),
        "left_open": own[0].answered_later if own else [],
        "own_drafts": own[1:],
        "other_drafts": [draft for draft in written if draft.author_id != agent.pk],
        "returned": _returned(own, events, agent),
        "public_first": not conversation.private and not windows.answered_in_public(conversation),
        "good": {way: brief.good(conversation.channel, private=way == "private") for way in WAYS},
        "public_line": openings.line(spoken, brand_voice.of(brand).address(conversation.channel.network)),
        "closing": closing_line(conversation, spoken),
        "spoken": spoken,
        "emoji": EMOJI.split(" "),
        "tonight": later.tonight(timezone.now(), ZoneInfo(brand.time_zone)),
        "unticked": (),
        "kept_pictures": list(own[0].attachments.defer("data").order_by("pk")[:20]) if own else [],
        "names": _names(conversation, lines),
    }


def time_left(conversation: Any) -> dict[str, Any]:
    """Return how long the network still takes an answer by each way that it sets an end to, and which are shut.

    `used_up`: what they wrote last has had its one private reply.  The way stays open: another comment may be picked.
    """
    rest = windows.left_by_way(conversation, timezone.now())
    used_up = "private" in rest and windows.is_used_up(conversation)
    return {
        "left": {way: time for way, time in rest.items() if time > timedelta()},
        "shut": {way for way, time in rest.items() if time <= timedelta()},
        "used_up": {"private"} if used_up else set(),
    }


def closing_line(conversation: Any, language: str) -> str:
    """Return the line that ends a conversation in public; "" where none is missing."""
    if not windows.closing_line_is_missing(conversation):
        return ""
    address = brand_voice.of(conversation.brand_id).address(conversation.channel.network)
    return closings.line(language, address, is_solved=windows.is_solved_in_private(conversation))


def number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None


def uploads(request: HttpRequest) -> dict[int, Upload]:
    """Return the pictures of a form by their line, each with the description that stands beside it."""
    found = {}
    for line in range(MOST_PICTURES):
        if picture := request.FILES.get(f"picture-{line}"):
            alt = request.POST.get(f"alt-{line}", "").strip()
            picture.seek(0)  # what was refused is read a second time, for the draft
            found[line] = Upload(picture.name or "", picture.content_type or "", picture.read(), alt)
    return found


def numbers(request: HttpRequest, name: str) -> tuple[int, ...]:
    """Return the pictures of the draft that a form names as `kept`, or as `dropped`."""
    return tuple(filter(None, map(number, request.POST.getlist(name)[:MOST_PICTURES])))


def alts(request: HttpRequest) -> dict[int, str]:
    """Return how the form describes the pictures that the draft has already, by their number."""
    found = {}
    for name in [name for name in request.POST if name.startswith(KEPT_ALT)][:MOST_PICTURES]:
        if (pk := number(name.removeprefix(KEPT_ALT))) is not None:
            found[pk] = request.POST[name].strip()[:MOST_ALT]
    return found


def form(request: HttpRequest, conversation: Any) -> dict[str, Any]:
    """Return what the reply's form says, as both a draft and a reply take it."""
    of_form = guard.of_form(request, conversation)
    return {name: of_form[name] for name in ("our_mistake", "promised_for", "answered_later", "begun_at", "edits")}


def _answered(conversation: Any, own: list[Any], to: int | None) -> Any:
    """Return the message that the form answers: what was picked out, else what the draft was written to."""
    theirs = conversation.messages.filter(identity__isnull=False).select_related("identity")
    if to is None and own:
        theirs, to = theirs.filter(removed_at=None), own[0].to_id
    return theirs.filter(pk=to).first() if to else None


def _as_given(draft: Any, brand: Any) -> dict[str, Any]:
    """Return a draft with the names of the form's fields, as a refused form gives them back."""
    zone = ZoneInfo(brand.time_zone)
    return {
        "text": draft.text, "way": "private" if draft.private else "public", "draft": draft.pk, "to": draft.to_id,
        "voice": str(draft.channel_id or draft.conversation.channel_id), "edits": draft.edits,
        "our_mistake": "1" if draft.our_mistake else "",
        "promised_for": f"{draft.promised_for.astimezone(zone):%Y-%m-%dT%H:%M}" if draft.promised_for else "",
        "begun_at": draft.begun_at.isoformat() if draft.begun_at else "",
        "private_reason": "1" if windows.SAID_WHY in draft.overrides else "",
    }  # fmt: skip


def _returned(own: list[Any], events: Iterable[Any], agent: Any) -> list[dict[str, Any]]:
    """Return why replies of one's own came back, each with who sent it back."""
    found = []
    for draft in own:
        of_it = (e for e in events if e.facts.get("reply") == draft.pk)
        last = next((e for e in of_it if e.deed in ("reply withdrawn", "reply refused")), None)
        if last is not None and last.by_id != agent.pk:
            found.append({"why": _why(last), "draft": draft})
    return found


def stopped(trouble: str) -> str:
    """Return why we did not send a reply after all; "" where the network would not take it."""
    if not trouble.startswith(deliver.STOPPED):
        return ""
    why = trouble.removeprefix(deliver.STOPPED)
    if why == "came in":
        return _("They wrote again, or a colleague answered, while it waited. Look at it, then try again.")
    if why in ("edited", "taken away"):
        return _("What they had written was edited or taken away. Look at it, then try again.")
    if why == "disengaged":
        return _("Meanwhile somebody chose not to answer here.")
    if why == "window closed":
        return _("The network's time to answer was over.")
    if why == "private once":
        return _("To this comment one can answer in private only once, and that was done.")
    rules = ", ".join(guard_words.rule(rule) for rule in why.split(" ")[1:])
    return _("The guard now says no (%(rules)s).") % {"rules": rules}


def _why(event: Any) -> str:
    if event.deed == "reply refused":
        said = _("%(name)s sent your reply back: %(why)s") if event.facts.get("why") else _("%(name)s sent it back.")
        return said % {"name": event.by, "why": event.facts.get("why", "")}
    match event.facts.get("why"):
        case "came in":
            return _("Your reply did not leave: something came in before its time. Look at it, then send again.")
        case "edited":
            return _("Your reply did not leave: what they had written was edited. Look at it, then send again.")
        case "taken away":
            return _("Your reply did not leave: what they had written was taken away. Look at it, then send again.")
        case "disengaged":
            return _("Your reply did not leave: meanwhile somebody chose not to answer here.")
        case "window closed":
            return _("Your reply did not leave: the network's time to answer was over.")
        case "private once":
            return _("Your reply did not leave: to this comment one can answer in private only once.")
        case "guard":
            rules = ", ".join(guard_words.rule(rule) for rule in event.facts.get("rules", ()))
            return _("Your reply did not leave: the guard now says no (%(rules)s).") % {"rules": rules}
    return _("%(name)s called your reply back.") % {"name": event.by or _("Premura")}


def _names(conversation: Any, lines: Iterable[Any]) -> list[str]:
    """Return the handles of who speaks in this thread, the customer's first."""
    people = [conversation.identity] + [line.thing.identity for line in lines if line.sort == "message"]
    handles = [person.handle.lstrip("@") for person in people if person is not None and person.handle]
    return list(dict.fromkeys(handles))[:MOST_NAMES]
