"""Words for promises: how long is left, and what can be said of a time that nobody can make shorter."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from premura.templatetags.premura import waited

register = template.Library()
LONG = timedelta(days=14)
SOON = timedelta(hours=24)

# In the customer's own language, and without "you": brands differ in how they say that.
TECHNICAL = {
    "it": "È un tempo tecnico, che non si può accorciare: entro %(day)s alle %(hour)s arriva una risposta da noi.",
    "en": "This takes its technical time, which cannot be made shorter: our answer comes by %(day)s, %(hour)s.",
    "es": "Es un plazo técnico que no se puede acortar: nuestra respuesta llega antes del %(day)s a las %(hour)s.",
    "fr": "C’est un délai technique qui ne peut pas être réduit : notre réponse arrive avant le %(day)s à %(hour)s.",
    "de": "Das braucht technisch seine Zeit und geht nicht schneller: unsere Antwort kommt bis %(day)s, %(hour)s Uhr.",
    "pt": "É um prazo técnico que não pode ser encurtado: a nossa resposta chega até %(day)s às %(hour)s.",
}
DAYS = {"es": r"l j \d\e F", "de": "l, j. F", "pt": r"l, j \d\e F"}  # how a day is said; elsewhere as here
DAY = "l j F"
CAPITALS = ("en", "de")  # where days and months are written so in the middle of a sentence


@register.filter
def time_left(due_at: datetime, now: datetime | None = None) -> str:
    """Return how long a promise still has, or since when it has lapsed: 2 h 10 left, lapsed 25 min ago."""
    now = now or timezone.now()
    if due_at <= now:
        return _("lapsed %(time)s ago") % {"time": waited(due_at, now)} if now - due_at < LONG else _("lapsed long ago")
    left = due_at - now
    if left >= LONG:
        return ngettext("%(n)s day left", "%(n)s days left", left.days) % {"n": left.days}
    return _("%(time)s left") % {"time": waited(now, due_at)}


@register.filter
def time_tone(due_at: datetime, now: datetime | None = None) -> str:
    """Return the colour of its time: olive, ochre within a day, brick when it has lapsed."""
    left = due_at - (now or timezone.now())
    return "brick" if left <= timedelta() else "ochre" if left <= SOON else "olive"


@register.filter
def technical_words(due_at: datetime, language: str) -> str:
    """Return what can be said to a customer of a time that nobody can make shorter, in their language; English where
    we have none."""
    language = language if language in TECHNICAL else "en"
    local = timezone.localtime(due_at)
    with translation.override(language):
        day, hour = date_format(local, DAYS.get(language, DAY)), date_format(local, "G:i")
    return TECHNICAL[language] % {"day": day if language in CAPITALS else day.lower(), "hour": hour}
