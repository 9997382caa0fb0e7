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


def asks_here(plain: str, lang: str) -> bool:
    """Return whether a sentence asks for personal data on the spot.

    Takes    plain: in lower case, without accents, apostrophes as blanks.
    Source   on the drafts of the corpus 135 of 136 sentences that it names ask for personal data.
    """
    pattern = _pattern(lang)
    return pattern is not None and pattern.search(plain) is not None and not _NOT_HERE.search(plain)


@cache
def _pattern(lang: str) -> re.Pattern[str] | None:
    words = tomllib.loads((files("premura.guard") / "asked_here.toml").read_text("utf-8")).get(lang)
    if words is None:
        return None
    verb, here, thing = (f"(?:{words[name]})" for name in ("verb", "here", "thing"))
    few, some, more = (rf"\b(?:\W+\w+){{0,{many}}}?\W+" for many in (3, 6, 7))
    return re.compile(
        rf"\b{verb}{few}{here}{some}{thing}\b|\b{verb}{more}{thing}{some}{here}\b|\b{here}\W+{verb}{few}{thing}\b"
    )
