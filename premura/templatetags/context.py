"""Words for what is known of a person: how we answered, what became of promises, signs of a troll, why to be kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, npgettext, pgettext

from premura.templatetags.outcomes import lasted
from premura.templatetags.premura import waited
from premura.templatetags.readings import read_as

register = template.Library()
STEP = 16  # of the picture, from one sign to the next

BECAME = {
    "kept": gettext_lazy("kept"),
    "late": gettext_lazy("kept, but late"),
    "open": gettext_lazy("still open"),
    "broken": gettext_lazy("not kept in time"),
    "withdrawn": gettext_lazy("taken back"),
}
HEADS = {
    "returning": gettext_lazy("They come back"),
    "praise": gettext_lazy("Praise without an answer"),
    "year": gettext_lazy("A year with us"),
    "prospect": gettext_lazy("They asked before buying"),
}


@register.filter
def came_to(stop: Any) -> str:
    """Return how we answered in a conversation: answered after 2 h 10, liked, waits for an answer, never answered."""
    if stop.came_to == "answered":
        if stop.took is None:
            return _("answered")
        return _("answered after %(time)s") % {"time": lasted(stop.took)}
    words = {"liked": pgettext("a message", "liked"), "waiting": _("waits for an answer")}
    return words.get(stop.came_to, _("never answered"))


@register.filter
def became(given: Any) -> str:
    """Return what became of a promise."""
    return str(BECAME[given.became])


@register.filter
def sign(part: Any) -> str:
    """Return a sign that somebody may be a troll, in words."""
    told = {"n": part.n, "of": part.of}
    match part.name:
        case "rude":
            said = ngettext(
                "%(n)s of their %(of)s messages insults or mocks",
                "%(n)s of their %(of)s messages insult or mock",
                part.n,
            )
        case "silent":
            said = _("they never ask for anything")
        case "new":
            said = ngettext("we have known them for %(n)s day", "we have known them for %(n)s days", part.n)
            said = said if part.n else _("we have known them since today")
        case "topics":
            said = ngettext("they do so under %(n)s post of ours", "they do so under %(n)s posts of ours", part.n)
        case _:
            said = npgettext(
                "troll", "they turned on others who wrote once", "they turned on others who wrote %(n)s times", part.n
            )
    return said % told


@register.filter
def why_warm(warm: Any, why: str) -> str:
    """Return why somebody deserves a kind word, as one says it."""
    row = warm.conversation
    match why:
        case "returning":
            return _("Something kind %(n)s times in 90 days") % {"n": warm.times}
        case "praise":
            return _("Nobody has thanked them for %(time)s") % {"time": waited(row.last_in_at)}
        case "year":
            return _("They first wrote to us a year ago")
    if row.last_out_at and row.last_out_at >= row.last_in_at:
        return _("Answered %(time)s ago; whether they bought is not known") % {"time": waited(row.last_out_at)}
    return _("They want to buy, and nobody has answered for %(time)s") % {"time": waited(row.last_in_at)}


@register.filter
def head_of(why: str) -> str:
    """Return the heading of a list of the warm queue."""
    return str(HEADS[why])


@register.filter
def days_long(days: float | None) -> str:
    """Return a number of days as one says it; a dash where there is none."""
    if days is None:
        return "–"
    n = round(days)
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": n} if n else _("less than a day")


@register.filter
def approach(answers: int) -> str:
    """Return how often a troll was answered."""
    return [_("not answered"), _("answered once"), _("answered more than once")][answers]


# -- the line of their tones --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of the line: its tone and where its middle stands."""

    tone: str
    x: int


@register.filter
def tone_line(tones: Sequence[str]) -> list[Sign]:
    """Return where each tone stands in the picture."""
    return [Sign(tone, STEP // 2 + n * STEP) for n, tone in enumerate(tones)]


@register.filter
def tone_width(tones: Sequence[str]) -> int:
    return STEP * len(tones)


@register.filter
def tone_words(tones: Sequence[str]) -> str:
    """Return the line in words, the oldest first."""
    return ", ".join(read_as(tone, "sentiment") for tone in tones)
