"""Whether a text says a word in one of its forms: "allergia" in "allergie" and "allergico", but no "arte" in "arteria".

Misses: a word that changes within (Käse, Häuser), and one that only begins alike ("avvocatura").
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from premura.text.aspects import fold

LEAST = 4  # letters that are left of a verb or an adjective: "art" is not what "artico" comes from
# Of a plural and its vowels three are left.
_PLURAL = re.compile(r"(?<=\w{3})(?:es|(?<!s)s)$")
_VOWELS = re.compile(r"(?<=\w{3})(?:(?<=[cg])h)?[aeiouy]{1,2}$")
_DERIVED = re.compile(
    r"(?<=\w{4})(?:i?am|[ai]ment|[aei]r(?:em|emm|ann|ons|ez|en)?|[aei][td]|[ae]nd|[ei]n|an|er[ao]|zion|ed|ing|i?c|i?ch"
    r"|isch\w{0,2}|i?qu?)$"
)


def says(text: str, topic: str) -> bool:
    """Whether a text says a word, or the words of a phrase one after the other, each in any of its forms.

    Case and accents make no difference.

    >>> [says(text, "allergia") for text in ("Ho due ALLERGIE", "È allergica?", "I have allergies", "L’allegria")]
    [True, True, True, False]
    """
    wanted = [_forms(word) for word in fold(topic).split()]
    words = [_forms(word) for word in fold(text).split()] if wanted else []
    return bool(wanted) and any(_alike(wanted, words[at:]) for at in range(len(words) - len(wanted) + 1))


def _alike(wanted: Sequence[frozenset[str]], words: Sequence[frozenset[str]]) -> bool:
    return all(not one.isdisjoint(other) for one, other in zip(wanted, words, strict=False))


@lru_cache(8192)
def _forms(word: str) -> frozenset[str]:
    """Return a folded word as it stands, without its ending, and without what verbs and adjectives add to it."""
    if not word.isalpha():
        return frozenset([word])
    bare = _VOWELS.sub("", _PLURAL.sub("", word))
    stem = _VOWELS.sub("", _DERIVED.sub("", bare))
    return frozenset([word, bare, stem if len(stem) >= LEAST else bare])
