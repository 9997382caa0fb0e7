"""Why an engine from outside did not do what was asked, in plain words."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from premura.interact.drafting import SomethingChanged
from premura.interact.translate import SameLanguage, TooLong
from premura.networks.contract import Busy, Disconnected, NetworkError, Refused, Unclear
from premura.prepare.engines import CannotFill, NotOffered, OneAtOnce, TooOften
from premura.templatetags.languages import language_name

# Of a server's own words only a plain line is for people: no page, no record, nothing that cannot be read.
PLAIN = r"(?![\[{])(?!.*<[!/?a-zA-Z])[^\x00-\x08\x0e-\x1f\ufffd]{1,200}"
# What engines and the line to them say of themselves, in English and for the log, as one who uses them reads it.
SAID = (
    (r"it answered with no words", gettext_lazy("it answered with no words")),
    (r"it answered with something else than .*", gettext_lazy("its answer is not what was asked for")),
    (r"it stopped before the end \(content_filter\)", gettext_lazy("its own filter stopped it before the end")),
    (r"it stopped before the end .*", gettext_lazy("it stopped before the end")),
    (r"(?P<host>\S+) did not answer in JSON: .*", gettext_lazy("%(host)s answered in a form that we cannot read")),
    (r"could not reach (?P<host>\S*): .*", gettext_lazy("%(host)s could not be reached")),
    (r"(?P<host>\S+) did not reply: .*", gettext_lazy("%(host)s did not reply")),
    (r"(?P<host>\S+) asks us to slow down", gettext_lazy("%(host)s asks us to slow down")),
    (r"(?P<host>\S+) answered (?P<status>\d+)", gettext_lazy("%(host)s answered %(status)s")),
    (
        rf"(?P<host>\S+) answered (?P<status>\d+): (?P<words>{PLAIN})",
        gettext_lazy("%(host)s answered %(status)s: %(words)s"),
    ),
    (r"(?P<host>\S+) answered (?P<status>\d+): .*", gettext_lazy("%(host)s answered %(status)s")),
)  # fmt: skip
FAILURES = (NetworkError, NotOffered, OneAtOnce, TooOften, TooLong, SameLanguage, SomethingChanged)


def why(error: Exception) -> str:
    """Return one or two sentences: what happened, and what to do."""
    match error:
        case Busy():
            return _("It asks us to slow down. Try again in a minute.")
        case Disconnected():
            return _("It does not accept our key. An admin can put a new one under Engines.")
        case Refused():
            return _("It refused: %(why)s") % {"why": told(str(error))}
        case Unclear():
            return _("It did not answer in time, or broke off. Try again in a moment.")
        case NetworkError():
            return _("It could not be reached. Try again later.")
        case NotOffered():
            return _("It is switched off, or not set up yet. An admin does that under Engines.")
        case OneAtOnce():
            return _("Your last request is still under way. Wait for it.")
        case TooOften():
            return _("That was as often as one may ask in an hour. Write it yourself, or wait a little.")
        case TooLong():
            return _("It is too long to be translated at once.")
        case SameLanguage():
            if error.language:
                return _("It is already in this language: %(name)s.") % {"name": language_name(error.language)}
            return _("We do not know yet which language they write.")
        case SomethingChanged():
            return _("Something changed since you looked: this is what would be sent now. Nothing was sent.")
    return str(error)


def told(trouble: str) -> str:
    """Return what went wrong in the reader's language; a server's own words stay as they are."""
    for shape, words in SAID:
        if found := re.fullmatch(shape, trouble, re.DOTALL):
            return str(words) % found.groupdict()
    return trouble


def wrong(error: CannotFill) -> str:
    """Return what is wrong with a field that an admin filled in."""
    match error.what:
        case "url":
            return _("Give an address that begins with https://, or with http:// on this machine, and no key in it.")
        case "model":
            return _("Give the model's name, as the server calls it.")
        case "key":
            return _("Type the key: this engine needs one, and a key is kept for one address only.")
    return _("Choose one of these.")
