"""Words for rules and macros: one sentence says when and what; what was done says the same, afterwards."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from premura.networks import NETWORKS
from premura.templatetags.countries import country_name
from premura.templatetags.readings import flag_word, read_as

register = template.Library()

WHEN = {
    "came in": gettext_lazy("When somebody writes"),
    "waits": gettext_lazy("When somebody waits"),
    "changed": gettext_lazy("When one of us changes a conversation"),
}
# What a condition adds to the sentence: when it is so, and when it must not be so.
CONDITIONS = {
    ("waits", "longer than"): pgettext_lazy("condition", "for more than %(what)s"),
    ("network", "is"): pgettext_lazy("condition", "on %(what)s"),
    ("network", "not"): pgettext_lazy("condition", "not on %(what)s"),
    ("channel", "is"): pgettext_lazy("condition", "at %(what)s"),
    ("channel", "not"): pgettext_lazy("condition", "not at %(what)s"),
    ("country", "is"): pgettext_lazy("condition", "with the country %(what)s"),
    ("country", "not"): pgettext_lazy("condition", "not with the country %(what)s"),
    ("kind", "is"): pgettext_lazy("condition", "(%(what)s)"),
    ("kind", "not"): pgettext_lazy("condition", "(no %(what)s)"),
    ("private", "is"): pgettext_lazy("condition", "%(what)s"),
    ("language", "is"): pgettext_lazy("condition", "in %(what)s"),
    ("language", "not"): pgettext_lazy("condition", "not in %(what)s"),
    ("intent", "is"): pgettext_lazy("condition", "with the intent %(what)s"),
    ("intent", "not"): pgettext_lazy("condition", "not with the intent %(what)s"),
    ("sentiment", "is"): pgettext_lazy("condition", "in a mood that is %(what)s"),
    ("sentiment", "not"): pgettext_lazy("condition", "in no mood that is %(what)s"),
    ("urgency", "at least"): pgettext_lazy("condition", "with the urgency “%(what)s” or more"),
    ("flag", "is"): pgettext_lazy("condition", "with the sign %(what)s"),
    ("flag", "not"): pgettext_lazy("condition", "without the sign %(what)s"),
    ("stars", "at most"): pgettext_lazy("condition", "with at most %(what)s stars"),
    ("tier", "is"): pgettext_lazy("condition", "as a customer who is %(what)s"),
    ("tier", "not"): pgettext_lazy("condition", "as a customer who is not %(what)s"),
    ("team", "is"): pgettext_lazy("condition", "where the team is %(what)s"),
    ("team", "not"): pgettext_lazy("condition", "where the team is not %(what)s"),
    ("assignee", "is"): pgettext_lazy("condition", "%(what)s"),
    ("label", "is"): pgettext_lazy("condition", "labelled %(what)s"),
    ("label", "not"): pgettext_lazy("condition", "not labelled %(what)s"),
    ("words", "is"): pgettext_lazy("condition", "with the words %(what)s"),
    ("words", "not"): pgettext_lazy("condition", "without the words %(what)s"),
    ("query", "is"): pgettext_lazy("condition", "and this is found: %(what)s"),
}
DEEDS = {
    "team": pgettext_lazy("action", "to the team %(what)s"),
    "agent": pgettext_lazy("action", "to %(what)s"),
    "away": pgettext_lazy("action", "%(what)s is away: nobody has it"),
    "away, kept": pgettext_lazy("action", "%(what)s is away: it stays with who has it"),
    "full": pgettext_lazy("action", "%(what)s has all they take at once: nobody has it"),
    "full, kept": pgettext_lazy("action", "%(what)s has all they take at once: it stays with who has it"),
    "take": pgettext_lazy("action", "to who uses it"),
    "label": pgettext_lazy("action", "label “%(what)s”"),
    "unlabel": pgettext_lazy("action", "without the label “%(what)s”"),
    "notify": pgettext_lazy("action", "a note for %(what)s"),
    "points": pgettext_lazy("action", "%(what)s points"),
    "policy": pgettext_lazy("action", "answered as under “%(what)s”"),
    "snooze": pgettext_lazy("action", "snoozed for %(what)s"),
    "hold": pgettext_lazy("action", "put on hold"),
    "resolve": pgettext_lazy("action", "resolved"),
    "reply": pgettext_lazy("action", "the answer begun with “%(what)s”"),
}
QUOTED = frozenset({"label", "words", "query", "tier", "flag"})
KINDS = {
    "comment": gettext_lazy("comment"),
    "mention": gettext_lazy("mention"),
    "review": gettext_lazy("review"),
    "visitor_post": gettext_lazy("post on our page"),
    "story_reply": gettext_lazy("reply to a story"),
    "direct": gettext_lazy("private message"),
}


def _private(value: Any) -> str:
    return pgettext("condition", "in private") if value else pgettext("condition", "in public")


def _assignee(value: Any) -> str:
    return _("while nobody has it") if value == "nobody" else _("while somebody has it")


VALUES: dict[str, Callable[[Any], str]] = {
    "waits": lambda value: span(value),
    "network": lambda value: NETWORKS[value].name if value in NETWORKS else str(value).capitalize(),
    "country": country_name,
    "kind": lambda value: str(KINDS.get(value, value)),
    "private": _private,
    "language": lambda value: read_as(value, "language"),
    "intent": lambda value: read_as(value, "intent"),
    "sentiment": lambda value: read_as(value, "sentiment"),
    "urgency": lambda value: read_as(value, "urgency"),
    "flag": flag_word,
    "assignee": _assignee,
    "team": lambda value: pgettext("team", "none") if value == "nobody" else str(value),
}


@register.filter
def span(minutes: Any) -> str:
    """Return minutes as one says them: 45 min, 2 h, 1 h 30, 3 d."""
    n = int(minutes)
    if n < 60:
        return pgettext("minutes", "%(n)s min") % {"n": n}
    if n % (24 * 60) == 0:
        return pgettext("days", "%(n)s d") % {"n": n // (24 * 60)}
    hours, left = divmod(n, 60)
    return _("%(h)s h %(min)02d") % {"h": hours, "min": left} if left else _("%(h)s h") % {"h": hours}


@register.filter
def value_word(value: Any, name: str) -> str:
    """Return one value of a condition in words."""
    return str(VALUES.get(name, str)(value)) or _("(gone)")


@register.filter
def when(told: Any) -> str:
    """Return when a rule acts: the first half of its sentence."""
    parts = [str(WHEN.get(told.rule.trigger, told.rule.trigger))]
    return " ".join([*parts, *(_condition(*one) for one in told.conditions)])


@register.filter
def done(did: Iterable[Sequence[str]]) -> str:
    """Return what a rule or macro does, or did."""
    return ", ".join(_deed(deed, what) for deed, what in did)


@register.filter
def sentence(told: Any) -> str:
    """Return a rule as one sentence."""
    return _("%(when)s: %(what)s.") % {"when": when(told), "what": done(told.actions)}


def _condition(name: str, how: str, values: Iterable[Any]) -> str:
    words = [value_word(value, name) for value in values]
    shown = [_("“%(words)s”") % {"words": word} for word in words] if name in QUOTED else words
    return str(CONDITIONS.get((name, how), "%(what)s")) % {"what": either(shown)}


def either(words: Sequence[str]) -> str:
    """Return words of which one is enough: a, b or c."""
    if len(words) < 2:
        return "".join(words)
    return _("%(others)s or %(last)s") % {"others": ", ".join(words[:-1]), "last": words[-1]}


def _deed(deed: str, what: str) -> str:
    if deed == "snooze" and what:
        what = span(what)
    return str(DEEDS.get(deed, deed)) % {"what": what or _("(gone)")}


# -- what is wrong ------------------------------------------------------------------------------

OF = {
    "waits": gettext_lazy("How long they wait"), "network": gettext_lazy("Network"),
    "channel": gettext_lazy("Channel"), "country": gettext_lazy("Country"), "kind": gettext_lazy("Kind"),
    "private": gettext_lazy("In public or in private"), "language": gettext_lazy("Language"),
    "intent": gettext_lazy("Intent"), "sentiment": gettext_lazy("Mood"), "urgency": gettext_lazy("Urgency"),
    "flag": gettext_lazy("Signs"), "stars": gettext_lazy("Stars"), "tier": gettext_lazy("What customer"),
    "team": gettext_lazy("Team"), "assignee": gettext_lazy("Who has it"), "label": gettext_lazy("Label"),
    "words": gettext_lazy("Words"), "query": gettext_lazy("Listening query"), "name": gettext_lazy("Name"),
    "trigger": gettext_lazy("When"), "agent": gettext_lazy("Give it to"), "notify": gettext_lazy("Tell somebody"),
    "points": gettext_lazy("Points above or below"), "policy": gettext_lazy("Answered as under"),
    "snooze": gettext_lazy("Snooze"), "hold": gettext_lazy("Put on hold"), "reply": gettext_lazy("Saved reply"),
    "unlabel": gettext_lazy("Take labels off"), "actions": gettext_lazy("What it does"),
    "conditions": gettext_lazy("Conditions"),
}  # fmt: skip
WRONG = {
    "unknown": gettext_lazy("it names something that this brand does not have."),
    "how": gettext_lazy("this cannot be asked of it."),
    "number": gettext_lazy("write a number from %(said)s."),
    "words": gettext_lazy("write one or more words."),
    "query": gettext_lazy("this cannot be looked for: “%(said)s”."),
    "too many": gettext_lazy("there are too many."),
    "only people": gettext_lazy("only a person may do that, never a rule."),
    "nothing to do": gettext_lazy("choose at least one thing to do."),
    "twice": gettext_lazy("it can be done only once."),
    "against": gettext_lazy("two of them undo each other."),
    "how long": gettext_lazy("a rule about waiting says for how many minutes."),
    "name": gettext_lazy("write how it is called."),
}


def wrong(error: Any) -> str:
    """Return what is wrong with a rule or macro, in plain words."""
    why = str(WRONG.get(error.why, error.why)) % {"said": error.said}
    return _("%(of)s: %(why)s Nothing was kept.") % {"of": OF.get(error.of, _("Rule")), "why": why}
