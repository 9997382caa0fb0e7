"""Words for what the screens show: times, kinds, states, deeds.  Colour never says what these do not."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, npgettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from premura.networks import NETWORKS
from premura.templatetags.readings import matter, read_as
from premura.templatetags.routing import done

register = template.Library()

CAPITAL_DAYS = ("en", "de")
LATE_AFTER = timedelta(minutes=60)
SOON_AFTER = timedelta(minutes=45)

KINDS = {
    "comment": gettext_lazy("comment"),
    "mention": gettext_lazy("mention"),
    "review": gettext_lazy("review"),
    "visitor_post": gettext_lazy("post on our page"),
    "story_reply": gettext_lazy("reply to a story"),
    "direct": gettext_lazy("private message"),
}
STATES = {
    "open": pgettext_lazy("state", "Open"),
    "pending": pgettext_lazy("state", "Their turn"),
    "on_hold": pgettext_lazy("state", "On hold"),
    "snoozed": pgettext_lazy("state", "Snoozed"),
    "resolved": pgettext_lazy("state", "Resolved"),
}


# -- time --------------------------------------------------------------------------------------


@register.filter
def ago(at: datetime | None, now: datetime | None = None) -> str:
    """Return how long ago that was, as short as a list needs it: 25′, 2 h 10, 3 d, or the day."""
    return _span(at, now, pgettext("minutes, short", "%(n)s′"), pgettext("just this minute", "now"))


@register.filter
def waited(at: datetime | None, now: datetime | None = None) -> str:
    """Return how long ago that was, for a sentence: 25 min, 2 h 10, 3 d."""
    return _span(at, now, pgettext("minutes", "%(n)s min"), _("less than a minute"))


def _span(at: datetime | None, now: datetime | None, minutes_as: str, least: str) -> str:
    if at is None:
        return ""
    minutes = max(0, int(((now or timezone.now()) - at).total_seconds() // 60))
    if minutes < 1:
        return least
    if minutes < 60:
        return minutes_as % {"n": minutes}
    hours, left = divmod(minutes, 60)
    if hours < 24:
        return _("%(h)s h %(min)02d") % {"h": hours, "min": left} if left else _("%(h)s h") % {"h": hours}
    if hours < 24 * 14:
        return pgettext("days", "%(n)s d") % {"n": hours // 24}
    return day(at)


@register.filter
def named(at: date, pattern: str) -> str:
    """Return a date in a pattern of Django's, its days and months written as the language writes them in a sentence."""
    words = date_format(at, pattern)
    return words if str(get_language())[:2] in CAPITAL_DAYS else words.lower()


@register.filter
def day(at: datetime) -> str:
    """Return the day: 12 Oct, with the year when it is another."""
    local = timezone.localtime(at)
    same = local.year == timezone.localtime(timezone.now()).year
    return named(local, pgettext("format of a day", "j M") if same else pgettext("format of a day", "j M Y"))


@register.filter
def full(at: datetime | None) -> str:
    """Return day and time in full: Monday 12 October 2026, 9:05."""
    return named(timezone.localtime(at), "l j F Y, H:i") if at else ""


@register.filter
def soon_at(at: datetime | None) -> str:
    """Return a coming time as one says it: 17:30, tomorrow 9:00, Monday 9:00, 12 Oct 9:00."""
    if at is None:
        return ""
    local, today = timezone.localtime(at), timezone.localtime(timezone.now()).date()
    clock = date_format(local, "G:i")
    days = (local.date() - today).days
    if days <= 0:
        return clock
    if days == 1:
        return _("tomorrow %(time)s") % {"time": clock}
    if days < 7:
        return f"{named(local, 'l')} {clock}"
    return f"{day(at)} {clock}"


@register.filter
def moment(given: str | datetime) -> datetime | None:
    """Return the time that a JSON field holds as text; None when it is none."""
    if isinstance(given, datetime):
        return given
    try:
        at = datetime.fromisoformat(given)
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo("UTC"))


@register.filter
def tone(conversation: Any) -> str:
    """Return the colour of its time: olive (in time), ochre (soon), brick (late), or none when nobody waits."""
    if conversation.waiting_since is None or conversation.state not in ("open", "on_hold"):
        return ""
    now, due = timezone.now(), conversation.due_at
    if due is not None:
        soon = due - max(due - conversation.waiting_since, timedelta(minutes=1)) / 4
        return "brick" if now >= due else "ochre" if now >= soon else "olive"
    if conversation.rank:  # decided: there is no hurry
        return ""
    waiting = now - conversation.waiting_since
    return "brick" if waiting > LATE_AFTER else "ochre" if waiting > SOON_AFTER else "olive"


@register.filter
def tone_word(conversation: Any) -> str:
    """Return what the colour says, in words."""
    return {"brick": _("late"), "ochre": _("due soon"), "olive": _("in time")}.get(tone(conversation), "")


# -- words -------------------------------------------------------------------------------------


@register.filter
def network(name: str) -> str:
    """Return the network's name as people write it."""
    return NETWORKS[name].name if name in NETWORKS else name.capitalize()


@register.filter
def kind(name: str) -> str:
    return str(KINDS.get(name, name))


@register.filter
def state(name: str) -> str:
    return str(STATES.get(name, name))


@register.filter
def initials(name: str) -> str:
    """Return one or two letters for a person without a picture."""
    words = [word for word in str(name).strip("@").split() if word[:1].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    return mapping.get(key, "")


@register.filter
def likes(count: int) -> str:
    return npgettext("of a message", "%(n)s like", "%(n)s likes", count) % {"n": count}


@register.filter
def shares(count: int) -> str:
    return npgettext("of a message", "shared once", "shared %(n)s times", count) % {"n": count}


@register.filter
def why(conversation: Any) -> str:
    """Return why it stands where it stands: what it waits for, and since when."""
    match conversation.state:
        case "snoozed":
            return _("snoozed until %(time)s") % {"time": soon_at(conversation.snoozed_until)}
        case "resolved":
            return _("resolved %(time)s ago") % {"time": waited(conversation.settled_at or conversation.last_at)}
        case "on_hold":
            return _("on hold, somebody of ours is looking into it")
        case "pending" if conversation.last_out_at:
            return _("answered %(time)s ago") % {"time": waited(conversation.last_out_at)}
        case "pending":
            return _("nothing to answer yet")
    if conversation.waiting_since:
        return _("waiting for %(time)s") % {"time": waited(conversation.waiting_since)}
    return _("open, nobody is waiting")


@register.filter
def marked(text: str, query: str) -> SafeString:
    """Return `text` with the query's words marked."""
    safe = escape(text)
    for word in sorted({w for w in query.split() if len(w) > 1}, key=len, reverse=True)[:8]:
        safe = _mark(safe, escape(word))
    return mark_safe(safe.replace("\x02", "<mark>").replace("\x03", "</mark>"))  # noqa: S308  escaped above


def _mark(text: str, word: str) -> str:
    done, at, lower, word = [], 0, text.lower(), word.lower()
    if len(lower) != len(text):  # a few letters change length in lower case: leave the text alone
        return text
    while (found := lower.find(word, at)) >= 0:
        done += [text[at:found], "\x02", text[found : found + len(word)], "\x03"]
        at = found + len(word)
    return "".join([*done, text[at:]])


# -- the journal --------------------------------------------------------------------------------

DEEDS = {
    "assigned": gettext_lazy("%(by)s gave it to %(to)s"),
    "snoozed": gettext_lazy("%(by)s snoozed it until %(until)s"),
    "woken": gettext_lazy("The snooze is over"),
    "put on hold": gettext_lazy("%(by)s put it on hold"),
    "resolved": gettext_lazy("%(by)s resolved it"),
    "reopened": gettext_lazy("%(by)s reopened it"),
    "noted": gettext_lazy("%(by)s left a note"),
    "labelled": gettext_lazy("%(by)s put the label “%(label)s” on it"),
    "unlabelled": gettext_lazy("%(by)s took the label “%(label)s” off"),
    "reading corrected": gettext_lazy("%(by)s corrected a reading (%(of)s: %(was)s → %(became)s)"),
    "liked": gettext_lazy("%(by)s liked a message"),
    "hidden": gettext_lazy("%(by)s hid a message"),
    "unhidden": gettext_lazy("%(by)s showed a message again"),
    "deleted": gettext_lazy("%(by)s deleted a message of ours"),
    "deletion asked": gettext_lazy("%(by)s asked to delete what they wrote"),
    "deletion refused": gettext_lazy("%(by)s said no: nothing is deleted or banned"),
    "deletion refused: changed": gettext_lazy(
        "They changed it meanwhile: nothing is deleted, and the new words are judged anew"
    ),
    "deletion refused: removed": gettext_lazy("They deleted it themselves: nobody has to say yes any more"),
    "ban asked": gettext_lazy("%(by)s asked to ban them here"),
    "banned": gettext_lazy("%(by)s agreed: %(who)s is banned here"),
    "act kept": gettext_lazy("%(by)s looked: what a rule hid stays hidden"),
    "boomerang": gettext_lazy("What we put away came back"),
    "disengaged": gettext_lazy("%(by)s chose not to answer: %(reason)s"),
    "engaged": gettext_lazy("%(by)s answers after all"),
    "netiquette published": gettext_lazy("%(by)s published version %(version)s of the netiquette"),
    "merged": gettext_lazy("%(by)s merged %(contact)s into %(into)s"),
    "unmerged": gettext_lazy("%(by)s separated %(identity)s again"),
    "not done": gettext_lazy("The network refused: %(why)s Nothing was changed."),
    "not done: removed": gettext_lazy("They deleted it themselves meanwhile: there was nothing left to do"),
    "reply held": gettext_lazy("A reply of %(by)s is held"),
    "reply released": gettext_lazy("%(by)s sent a reply"),
    "reply scheduled": gettext_lazy("%(by)s sent a reply, which leaves: %(at)s"),
    "reply withdrawn": gettext_lazy("A reply was called back (%(by)s)"),
    "reply refused": gettext_lazy("%(by)s sent a reply back: %(why)s"),
    "guard overridden": gettext_lazy("%(by)s sent against the guard (%(rule)s): %(reason)s"),
    "reply sent": gettext_lazy("The reply stands on the network"),
    "reply failed": gettext_lazy("A reply was not sent"),
    "reply unclear": gettext_lazy("The network did not say whether it took a reply"),
    "reply settled": gettext_lazy("%(by)s looked: the reply stands there"),
    "taken in": gettext_lazy("It came in"),
    "translated": gettext_lazy("%(by)s had a translation made"),
    "issue opened": gettext_lazy("%(by)s opened the known issue “%(title)s”"),
    "issue joined": gettext_lazy("%(by)s put it to the known issue “%(title)s”"),
    "issue changed": gettext_lazy("%(by)s noted that they know how “%(title)s” stands"),
    "issue left": gettext_lazy("%(by)s said that it is not about “%(title)s”"),
    "peer answered": gettext_lazy("%(by)s looked: what %(who)s answered is not right"),
    "rule acted": gettext_lazy("The rule “%(name)s”: %(did)s"),
    "macro used": gettext_lazy("%(by)s used the macro “%(name)s”: %(did)s"),
    "rule changed": gettext_lazy("%(by)s changed the rule or macro “%(name)s”"),
    "query changed": gettext_lazy("%(by)s changed the listening query “%(name)s”"),
    "claimed": gettext_lazy("%(by)s took it as what came next"),
    "routed": gettext_lazy("It went to %(to)s, who own it"),
    "teams involved": gettext_lazy("Who is asked: %(asked)s. Who is told: %(told)s"),
    "escalated": gettext_lazy("%(by)s asked for a lead: %(reason)s"),
    "taken over": gettext_lazy("%(by)s took it over"),
    "promised": gettext_lazy("%(owner)s sees to it until %(due)s: “%(what)s”"),
    "promise near": gettext_lazy("A promise is nearly due (%(due)s): “%(what)s”"),
    "promise kept": gettext_lazy("%(by)s: the promise is kept (“%(what)s”)"),
    "promise withdrawn": gettext_lazy("%(by)s took a promise back (“%(what)s”): %(reason)s"),
    "outcome noted": gettext_lazy("%(by)s noted how it went out"),
    "mistake noted": gettext_lazy("%(by)s noted what we learn from a mistake of ours: %(learnt)s"),
    "service alarm": gettext_lazy(
        "Under this post more people complain about how we answer (%(care)s) than about the matter (%(matter)s)"
    ),
    "lead marked": gettext_lazy("%(by)s noted that %(contact)s may become a customer"),
    "lead marked: taken back": gettext_lazy("%(by)s took back that %(contact)s may become a customer"),
    "lead marked: bought": gettext_lazy("%(by)s noted that %(contact)s bought (%(what)s)"),
    "lead marked: not bought": gettext_lazy("%(by)s took back that %(contact)s bought"),
    "tier given": gettext_lazy("%(by)s noted what kind of person %(contact)s is: %(tier)s"),
    "tier given: taken away": gettext_lazy("%(by)s took away what kind of person %(contact)s is"),
    "target near": gettext_lazy("The time for an answer was nearly over (%(policy)s)"),
}

# What a line may lack.
FACTS = (
    "to",
    "label",
    "rule",
    "reason",
    "why",
    "contact",
    "into",
    "identity",
    "who",
    "version",
    "owner",
    "what",
    "policy",
)


@register.filter
def deed(event: Any) -> str:
    """Return what happened, as a sentence."""
    facts = {name: str(value) for name, value in event.facts.items()}
    facts["until"] = soon_at(moment(event.facts.get("until", "")))
    facts["at"] = soon_at(moment(event.facts.get("at", "")))
    facts["due"] = full(moment(event.facts.get("due", "")))
    given = dict.fromkeys(FACTS, "") | facts
    given["by"] = str(event.by) if event.by else _("Premura")
    if event.deed in ("rule acted", "macro used"):
        given["did"] = done(event.facts.get("did", [])) or _("nothing was left to do")
    if event.deed == "reading corrected":
        of = given["of"]
        given |= {"of": matter(of)} | {name: read_as(event.facts[name], of) for name in ("was", "became")}
    if event.deed == "teams involved":
        given |= {how: ", ".join(event.facts.get(how, [])) or _("nobody") for how in ("asked", "told")}
    if event.deed == "entry made" and given.get("of") == "draft":
        return _("%(by)s let a model (%(model)s) propose a draft") % given
    if event.deed == "entry made" and given.get("of") == "entry":
        return _("%(by)s made an answer of it for the next time") % given
    if event.deed == "deleted" and given.get("whose") == "theirs":
        return _("%(by)s agreed: what they wrote is deleted") % given
    if event.deed == "unhidden" and given.get("of") == "ban":
        return _("%(by)s lifted the ban") % given
    if event.deed == "peer answered" and event.facts.get("right"):
        return _("%(by)s looked: what %(who)s answered is right") % given
    if event.deed == "resolved" and given["reason"]:
        return _("%(by)s resolved it although something was open: %(reason)s") % given
    if event.deed == "reopened" and event.facts.get("undone"):
        return _("It is open again: the network did not take our like (%(why)s)") % given
    if event.deed == "reopened" and not event.by:
        return _("They wrote again: it is open")
    if event.deed == "routed" and event.by:
        return _("%(by)s sent it to %(to)s: %(reason)s") % given
    if event.deed == "escalated" and given.get("over"):
        return _("%(by)s: no lead is needed") % given
    if event.deed == "assigned" and not given["to"]:
        return _("%(by)s gave it to nobody") % given
    if event.deed == "assigned" and given["to"] == given["by"]:
        return _("%(by)s took it") % given
    return str(DEEDS.get(f"{event.deed}: {given.get('how')}") or DEEDS.get(event.deed, event.deed)) % given
