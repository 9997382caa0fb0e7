"""Words for listening queries: what is wrong with one."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from premura.text.query_language import MOST_BETWEEN, MOST_CHARACTERS, MOST_NESTING, MOST_TERMS, Fault, QueryError

register = template.Library()
SHOWN = 40

WRONG: dict[Fault, Promise] = {
    Fault.EMPTY: gettext_lazy("Write at least one word to listen for."),
    Fault.TOO_LONG: gettext_lazy("It is longer than %(most)s characters."),
    Fault.TOO_MANY_TERMS: gettext_lazy("“%(found)s” at character %(at)s is one too many: at most %(most)s terms."),
    Fault.TOO_DEEP: gettext_lazy("The bracket at character %(at)s is one too deep: at most %(most)s in each other."),
    Fault.OPEN_QUOTE: gettext_lazy("The quotation mark at character %(at)s is never closed."),
    Fault.OPEN_BRACKET: gettext_lazy("The bracket at character %(at)s is never closed."),
    Fault.STRAY_BRACKET: gettext_lazy("The bracket at character %(at)s closes nothing."),
    Fault.EMPTY_BRACKETS: gettext_lazy("The brackets at character %(at)s hold nothing."),
    Fault.NOTHING_TO_FIND: gettext_lazy("“%(found)s” at character %(at)s has no letter, digit or emoji to look for."),
    Fault.NOTHING_LEFT: gettext_lazy("“%(found)s” at character %(at)s has nothing on its left."),
    Fault.NOTHING_RIGHT: gettext_lazy("“%(found)s” at character %(at)s has nothing on its right."),
    Fault.NEAR_NUMBER: gettext_lazy(
        "“%(found)s” at character %(at)s needs a number: NEAR/5 means at most 5 words between."
    ),
    Fault.NEAR_FAR: gettext_lazy("“%(found)s” at character %(at)s is too far: at most NEAR/%(most)s."),
    Fault.NEAR_SIDE: gettext_lazy(
        "“%(found)s” at character %(at)s must stand between words, phrases or brackets like (a OR b)."
    ),
    Fault.WILDCARD_FRONT: gettext_lazy("The * at character %(at)s has no letters before it: it may only end a word."),
    Fault.WILDCARD_INSIDE: gettext_lazy("The * at character %(at)s stands inside a word: it may only end one."),
    Fault.WILDCARD_SHORT: gettext_lazy("The * at character %(at)s needs at least two letters before it."),
    Fault.BAD_TAG: gettext_lazy(
        "“%(found)s” at character %(at)s is no hashtag or handle: in quotation marks it is found as text."
    ),
    Fault.UNKNOWN_FIELD: gettext_lazy(
        "“%(found)s” at character %(at)s is not known: there are lang: and network:."
        " In quotation marks it is found as text."
    ),
    Fault.BAD_VALUE: gettext_lazy("“%(found)s” at character %(at)s needs a value, as in lang:it or network:bluesky."),
    Fault.ONLY_NOT: gettext_lazy(
        "“%(found)s” at character %(at)s would find nearly everything: add a word that must be there."
    ),
    Fault.ONLY_FIELDS: gettext_lazy(
        "“%(found)s” at character %(at)s alone would find too much: add a word that must be there."
    ),
}
MOST = {
    Fault.TOO_LONG: MOST_CHARACTERS, Fault.TOO_MANY_TERMS: MOST_TERMS, Fault.TOO_DEEP: MOST_NESTING,
    Fault.NEAR_FAR: MOST_BETWEEN,
}  # fmt: skip


def wrong(error: QueryError) -> str:
    """Return what is wrong with a query and where, in plain words."""
    short = error.found if len(error.found) <= SHOWN else error.found[:SHOWN] + "…"
    given = {"found": short, "at": error.start + 1, "most": MOST.get(error.code, "")}
    return _("%(why)s Nothing was kept.") % {"why": str(WRONG[error.code]) % given}
