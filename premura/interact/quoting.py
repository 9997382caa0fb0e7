"""The public line that quotes a clause of the netiquette: number, title and address.  It is the same for many."""

import re
from functools import cache

from django.conf import settings

from premura.prepare.netiquette import MOST_TITLE

AROUND = 60  # characters: a name in front, or a signature, leaves the line what it is
# Said to customers, each in their language.
LINES = {
    "it": (
        "Abbiamo nascosto questo commento perché va contro la regola {number} della nostra netiquette, «{title}»: {url}"
    ),
    "en": "We have hidden this comment because it breaks rule {number} of our house rules, “{title}”: {url}",
    "es": "Hemos ocultado este comentario porque incumple la regla {number} de nuestras normas, «{title}»: {url}",
    "fr": "Nous avons masqué ce commentaire : il enfreint la règle {number} de notre charte, « {title} » : {url}",
    "de": "Wir haben diesen Kommentar verborgen, weil er gegen Regel {number} unserer Netiquette verstößt,"
          " „{title}“: {url}",
    "pt": "Ocultámos este comentário porque vai contra a regra {number} das nossas normas, «{title}»: {url}",
}  # fmt: skip


def line(language: str, number: int, title: str, url: str) -> str:
    return LINES[language].format(number=number, title=title, url=url)


def is_one(text: str) -> bool:
    """Whether a text is such a line, with little besides.

    What stands in the place of the address must be a page of ours.
    """
    found = (pattern.search(text) for pattern in _patterns(settings.PUBLIC_URL))
    return any(one is not None and len(text) - len(one[0]) < AROUND for one in found)


@cache
def _patterns(ours: str) -> tuple[re.Pattern[str], ...]:
    gaps = {"number": r"\d{1,3}", "title": rf"[^\n]{{1,{MOST_TITLE}}}?", "url": re.escape(ours) + r"/rules/\S+"}
    return tuple(re.compile(_with(said, gaps), re.IGNORECASE) for said in LINES.values())


def _with(said: str, gaps: dict[str, str]) -> str:
    parts = re.split(r"\{(\w+)\}", said)  # words, gap, words, gap, …
    return "".join(gaps[part] if n % 2 else re.escape(part) for n, part in enumerate(parts))
