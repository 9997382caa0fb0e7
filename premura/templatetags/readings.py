"""Words for what a message was read to say, and for why.  Mood and intent are words, never colours."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.defaultfilters import linebreaksbr, urlize
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

register = template.Library()

MATTERS = {
    "language": pgettext_lazy("matter", "language"),
    "sentiment": pgettext_lazy("matter", "mood"),
    "intent": pgettext_lazy("matter", "intent"),
    "urgency": pgettext_lazy("matter", "urgency"),
    "flags": pgettext_lazy("matter", "signs"),
}
LANGUAGES = {
    "it": gettext_lazy("Italian"),
    "en": gettext_lazy("English"),
    "es": gettext_lazy("Spanish"),
    "fr": gettext_lazy("French"),
    "de": gettext_lazy("German"),
    "pt": gettext_lazy("Portuguese"),
    "nl": gettext_lazy("Dutch"),
    "pl": gettext_lazy("Polish"),
    "ro": gettext_lazy("Romanian"),
    "und": gettext_lazy("no language"),
}
SENTIMENTS = {
    "negative": pgettext_lazy("mood", "negative"),
    "neutral": pgettext_lazy("mood", "neutral"),
    "positive": pgettext_lazy("mood", "positive"),
    "mixed": pgettext_lazy("mood", "mixed"),
}
INTENTS = {
    "complaint": pgettext_lazy("intent", "complaint"),
    "question": pgettext_lazy("intent", "question"),
    "purchase": pgettext_lazy("intent", "wants to buy"),
    "praise": pgettext_lazy("intent", "praise"),
    "suggestion": pgettext_lazy("intent", "suggestion"),
    "gesture": pgettext_lazy("intent", "gesture"),
    "abuse": pgettext_lazy("intent", "abuse"),
    "spam": pgettext_lazy("intent", "spam"),
}
URGENCIES = {
    3: pgettext_lazy("urgency", "urgent"),
    2: pgettext_lazy("urgency", "pressing"),
    1: pgettext_lazy("urgency", "normal"),
    0: pgettext_lazy("urgency", "can wait"),
}
FLAGS = {
    "last_resort": gettext_lazy("tried elsewhere in vain"),
    "chaser": gettext_lazy("asks again"),
    "service_complaint": gettext_lazy("about our care"),
    "legal_threat": gettext_lazy("legal threat"),
    "safety": gettext_lazy("safety at stake"),
    "churn_threat": gettext_lazy("may leave us"),
    "me_too": gettext_lazy("joins others"),
    "asks_question": gettext_lazy("asks something"),
    "sarcasm": gettext_lazy("perhaps ironic"),
}
EMOTIONS = {
    "joy": gettext_lazy("joy"),
    "anger": gettext_lazy("anger"),
    "sadness": gettext_lazy("sadness"),
    "fear": gettext_lazy("fear"),
    "surprise": gettext_lazy("surprise"),
    "disgust": gettext_lazy("disgust"),
}
ALL: dict[str, dict[Any, Any]] = {
    "language": LANGUAGES, "sentiment": SENTIMENTS, "intent": INTENTS, "urgency": URGENCIES, "flags": FLAGS
}  # fmt: skip


@register.filter
def matter(of: str) -> str:
    """Return the name of what is read: language, mood, intent."""
    return str(MATTERS.get(of, of))


@register.filter
def read_as(value: Any, of: str) -> str:
    """Return a value of a reading in words; several flags with commas."""
    if of == "flags" and isinstance(value, list | tuple):
        return ", ".join(read_as(flag, of) for flag in value) or _("none")
    return str(ALL.get(of, {}).get(value, value))


@register.filter
def flag_word(flag: str) -> str:
    return str(FLAGS.get(flag, flag))


@register.filter
def at_least(urgency: int) -> str:
    """Return an urgency as the least that a filter lets through."""
    return (
        read_as(urgency, "urgency") if urgency >= 3 else _("at least %(word)s") % {"word": read_as(urgency, "urgency")}
    )


# -- the text itself ---------------------------------------------------------------------------


@register.filter
def with_questions(text: str, reading: Any) -> SafeString:
    """Return what was said, safe to show: links can be followed, and each question found has a dotted line under it.

    Takes    the message's Reading, or nothing where it has none.
    Misses   questions in a text that changed since, and those that would cut a link in two: it is shown plain.
    """
    whole = _shown(text)
    pieces = list(_pieces(text, (getattr(reading, "details", None) or {}).get("questions") or []))
    shown = [(_shown(piece), asks) for piece, asks in pieces]
    if not any(asks for _piece, asks in pieces) or "".join(piece for piece, _asks in shown) != whole:
        return whole
    title = _("A question that wants an answer")
    marked = (format_html('<span class="asks" title="{}">{}</span>', title, p) if asks else p for p, asks in shown)
    return mark_safe("".join(marked))  # noqa: S308  each piece was escaped


def _shown(text: str) -> SafeString:
    return linebreaksbr(urlize(text))


def _pieces(text: str, stretches: Iterable[Any]) -> Iterable[tuple[str, bool]]:
    at = 0
    for stretch in sorted(s for s in stretches if is_stretch(s, text)):
        start, end = stretch[:2]
        if start < at:
            continue
        if start > at:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if at < len(text):
        yield text[at:], False


def is_stretch(given: Any, text: str) -> bool:
    """Whether these are two offsets with some of the text between them."""
    start, end = given[:2] if isinstance(given, list | tuple) and len(given) >= 2 else (None, None)
    return isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)
