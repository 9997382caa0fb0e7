"""Whether a sentence asks people to write what is theirs where all can read it, in so many words."""

import re
import tomllib
from functools import cache
from importlib.resources import files

# Who says no, or leads elsewhere, asks for nothing here.
_NOT_HERE = re.compile(
    r"\b(?:non|ne|nessun\w*|no|not|never|nor|dont|don t|without|needn t|ni|nunca|sin|n|aucune?|jamais|sans|kein\w*|"
    r"nicht|nie|ohne|nao|nem|sem|dm|mp|pn|inbox|direct|direkt|chat|https?|www)\b|priva|prive|messag|nachricht|mensa"
)

_NO = r"\b(?:non|mai|do not|don t|never|not to|no|nunca|ne|nicht|nie|nao)\W+"
# Another thing is asked for all the same.
_INSTEAD = re.compile(
    r"\b(?:ma|bensi|piuttosto|invece|solo|soltanto|but|only|just|instead|rather|sino|pero|mais|seulement|plutot|"
    r"sondern|aber|nur|lieber|mas|so|apenas|dimenti\w*|forget\w*|esit\w*|hesitat\w*|olvid\w*|oubli\w*|vergess\w*|"
    r"vergiss\w*|esquec\w*|problem\w*|basta|enough)\b"
)


def asks_here(plain: str, lang: str) -> bool:
    """Return whether a sentence asks for personal data on the spot.

    Takes    plain: in lower case, without accents, apostrophes as blanks.
    Source   on the drafts of the corpus 135 of 136 sentences that it names ask for personal data.
    """
    pattern = _pattern(lang)
    return pattern is not None and pattern.search(plain) is not None and not _NOT_HERE.search(plain)


def asks_not(plain: str, lang: str) -> bool:
    """Return whether a sentence asks people to keep personal data out of what all can read, and asks for none.

    Takes    plain: as `asks_here`.
    """
    pattern = _refusal(lang)
    return pattern is not None and pattern.search(plain) is not None and not _INSTEAD.search(plain)


@cache
def _refusal(lang: str) -> re.Pattern[str] | None:
    if (words := _words(lang)) is None:
        return None
    some = r"\b(?:\W+\w+){0,7}?\W+"
    return re.compile(rf"{_NO}(?:\w+\W+){{0,2}}?(?:{words['verb']}){some}(?:{words['thing']})\b")


@cache
def _words(lang: str) -> dict[str, str] | None:
    return tomllib.loads((files("premura.guard") / "asked_here.toml").read_text("utf-8")).get(lang)


@cache
def _pattern(lang: str) -> re.Pattern[str] | None:
    if (words := _words(lang)) is None:
        return None
    verb, here, thing = (f"(?:{words[name]})" for name in ("verb", "here", "thing"))
    few, some, more = (rf"\b(?:\W+\w+){{0,{many}}}?\W+" for many in (3, 6, 7))
    return re.compile(
        rf"\b{verb}{few}{here}{some}{thing}\b|\b{verb}{more}{thing}{some}{here}\b|\b{here}\W+{verb}{few}{thing}\b"
    )
