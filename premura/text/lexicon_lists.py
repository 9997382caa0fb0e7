"""The sentiment word lists: read from `lists/sentiment_*.txt`, spelled out, and made into two tables of hashes.

The notation of the lists stands at the head of `lists/sentiment_it.txt`.  Everything here happens once, when the
first message is read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from premura.text.tokens import LETTER, Hashes, Ints, Tokens, cut, mixed

LANGUAGES = ("it", "en", "es", "fr", "de", "pt")
OTHER = len(LANGUAGES)  # a language without a list: only what is understood everywhere
SALT = np.array([number * 0xD6E8FEB86659FD93 % 2**64 for number in range(1, OTHER + 2)], np.uint64)
STRETCHED = np.uint64(0xA0761D6478BD642F)  # set apart: the entry without doubled letters, for "bellooo"
MOST = 7  # tokens of the longest phrase
BUT, WISH, PICTURED, OPENS, WORD, FIXED = 1, 2, 4, 8, 16, 32
_BITS = 20
_GROUP = re.compile(r"\(([^()]*)\)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_DOUBLED = re.compile(r"(.)\1+")
_PARTS = re.compile(r"[ ']")
_ENDING = re.compile(r"/([a-z_]+)")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "œ": "oe"})


class Role(NamedTuple):
    """What an entry does: `strength` of its own, or `boost` of what stands beside it (as a logarithm), or turning
    round what stands within `ahead` tokens after it or `back` tokens before it, or a sign (BUT, WISH)."""

    strength: float = 0.0
    boost: float = 0.0
    ahead: int = 0
    back: int = 0
    sign: int = 0


class Entry(NamedTuple):
    """One spelling in one language."""

    word: str
    lang: int
    role: Role


@dataclass(frozen=True, slots=True)
class Keys:
    """Hashes, sorted, with the entry that each stands for.

    `first` says for each beginning of a hash where the hashes that begin so start; no more than `deep` begin alike.
    """

    sorted: Hashes
    entry: Ints
    first: NDArray[np.int32]
    deep: int

    def find(self, keys: Hashes) -> tuple[Ints, Ints]:
        """Return which of the keys are here, and the entries they stand for."""
        place = self.first[(keys >> np.uint64(64 - _BITS)).astype(np.int64)]
        where = np.flatnonzero(place)
        place, keys = place[where], keys[where]
        found = np.zeros(len(where), np.int64)
        for step in range(self.deep):
            found[self.sorted[place + step] == keys] = step + 1
        true = np.flatnonzero(found)
        return where[true], self.entry[place[true] + found[true] - 1]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All lists.  Entry 0 is nothing; an entry without strength or sign may still open a phrase."""

    words: Keys
    phrases: Keys  # and their beginnings: entry 0 where nothing ends here
    strength: NDArray[np.float32]
    boost: NDArray[np.float32]
    ahead: Ints
    back: Ints
    sign: Ints
    size: Ints  # tokens


def spell_out(notation: str, endings: dict[str, Sequence[str]]) -> Iterator[str]:
    """Yield every spelling of one entry.

    >>> list(spell_out("ott/o (dav|)vero", {"o": ["imo", "ima"]}))
    ['ottimo davvero', 'ottimo vero', 'ottima davvero', 'ottima vero']
    """
    notation = _ENDING.sub(lambda m: f"({'|'.join(endings[m[1]])})", notation)
    yield from dict.fromkeys(_choices(notation))


def _choices(notation: str) -> Iterator[str]:
    match = _GROUP.search(notation)
    if match is None:
        yield " ".join(notation.split())
        return
    for choice in match[1].split("|"):
        yield from _choices(notation[: match.start()] + choice + notation[match.end() :])


def entries(name: str, lang: int) -> list[Entry]:
    """Return the entries of one list, each spelling once; one that stands there letter for letter wins.

    Raises   ValueError for a line that cannot be read.
    """
    text = (resources.files("premura.text") / "lists" / f"sentiment_{name}.txt").read_text(encoding="utf-8")
    endings: dict[str, Sequence[str]] = {}
    plain: dict[str, Role] = {}
    spelled: dict[str, Role] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        notation, tab, value = line.partition("\t")
        literal = name == "emoji" or ("/" not in notation[1:] and "(" not in notation[1:])
        try:
            if not tab:
                raise ValueError("word and strength are parted by a tab")
            if notation[0] == "/" and name != "emoji":
                endings[notation[1:]] = ["" if ending == "-" else ending for ending in value.split()]
            elif literal:
                plain.setdefault(notation, _role(value))
            else:
                spelled |= dict.fromkeys(spell_out(notation, endings), _role(value))
        except (ValueError, KeyError) as error:
            raise ValueError(f"sentiment_{name}.txt, line {number}: {error}") from None
    return [Entry(word, lang, role) for word, role in (spelled | plain).items()]


@cache
def _role(value: str) -> Role:
    """Return what "-3", "x1.4", "not 4", "not 4 2" (so many ahead, so many back), "but", "wish" or "-1 not 4" means.

    >>> _role("-0.5 not 4 2")
    Role(strength=-0.5, boost=0.0, ahead=4, back=2, sign=0)
    """
    parts = value.split()
    strength = float(parts.pop(0)) if _NUMBER.fullmatch(parts[0]) else 0.0
    if abs(strength) > 5:
        raise ValueError("a strength lies between -5 and 5")
    role = parts.pop(0) if parts else ""
    ahead, back = [*map(int, parts), 0, 0][:2]
    if role.startswith("x"):
        return Role(strength, boost=log(float(role[1:])))
    if role not in ("", "not", "but", "wish") or (role == "not") != (ahead > 0):
        raise ValueError(f"cannot read {value!r}")
    return Role(strength, ahead=ahead, back=back, sign={"but": BUT, "wish": WISH}.get(role, 0))


def _variants(entry: Entry) -> list[Entry]:
    """Return the entry and its other common spellings: without apostrophe, with ae for ä."""
    word, lang, role = entry
    out = [entry]
    if "'" in word and any(letter.isalpha() for letter in word):
        out.append(Entry(word.replace("'", ""), lang, role))
    if not word.isascii():
        out += [Entry(other, lang, role) for e in out if (other := e.word.translate(_UMLAUTS)) != e.word]
    return out


def superfluous(tokens: Tokens) -> NDArray[np.bool_]:
    """Say which tokens are apostrophes inside or after a word: "l'ora" and "can't" are two words."""
    out = np.zeros(len(tokens.start), bool)
    if len(out) > 1:
        out[1:] = (tokens.code[tokens.start[1:]] == ord("'")) & (tokens.kind[:-1] == LETTER)
        out[1:] &= tokens.end[:-1] == tokens.start[1:]
    return out


def joined(one: Hashes, other: Hashes) -> Hashes:
    """Return the hash of two stretches that follow one another."""
    return mixed(one * np.uint64(3) + other)


@cache
def load() -> Lexicon:
    """Return the lists of all languages.  Cost: about half a second, once."""
    everywhere = entries("emoji", OTHER)
    listed = [Entry("", 0, Role())]
    for lang, name in enumerate(LANGUAGES):
        listed += [variant for entry in entries(name, lang) for variant in _variants(entry)]
    listed += [Entry(word, lang, role) for lang in range(OTHER + 1) for word, _, role in everywhere]
    tokens = cut([entry.word for entry in listed])
    plain = ~superfluous(tokens)
    owner, hashed, kinds = tokens.message[plain], tokens.hashed[plain], tokens.kind[plain]
    size = np.bincount(owner, minlength=len(listed))
    keys = hashed ^ SALT[np.array([entry.lang for entry in listed])[owner]]
    spoken = np.bincount(owner[kinds == LETTER], minlength=len(listed)) > 0
    signs = [e.role.sign | (WORD if word else PICTURED) for e, word in zip(listed, spoken.tolist(), strict=True)]
    for number, own in _with_denial(listed):
        signs[number] |= own
    words, phrases = _tables(keys, size, listed, signs)
    roles = [entry.role for entry in listed] + [Role()] * (len(signs) - len(listed))
    return Lexicon(
        words=words,
        phrases=phrases,
        strength=np.array([role.strength for role in roles], np.float32),
        boost=np.array([role.boost for role in roles], np.float32),
        ahead=np.array([role.ahead for role in roles]),
        back=np.array([role.back for role in roles]),
        sign=np.array(signs),
        size=np.maximum(np.append(size, np.ones(len(roles) - len(size), np.int64)), 1),
    )


def _with_denial(listed: list[Entry]) -> Iterator[tuple[int, int]]:
    """Yield FIXED for each phrase that holds its own denial: "ce n'est pas bon" is not denied twice."""
    denials = {(entry.lang, entry.word.rstrip("'")) for entry in listed if entry.role.ahead and " " not in entry.word}
    for number, (word, lang, role) in enumerate(listed):
        if role.strength and (" " in word or "'" in word) and any((lang, w) in denials for w in _PARTS.split(word)):
            yield number, FIXED


def _tables(keys: Hashes, size: Ints, listed: list[Entry], signs: list[int]) -> tuple[Keys, Keys]:
    """Return the table of words and that of phrases; each word that opens a phrase gets OPENS in `signs`."""
    ends = np.cumsum(size)
    words: dict[int, int] = {}
    for entry in np.flatnonzero(size == 1).tolist():
        words.setdefault(int(keys[ends[entry] - 1]), entry)
    squeezed = cut(_DOUBLED.sub(r"\1", "\n".join(listed[entry].word for entry in words.values())).split("\n"))
    first = np.searchsorted(squeezed.message, np.arange(squeezed.count))
    for entry, key in zip(list(words.values()), squeezed.hashed[first].tolist(), strict=True):
        words.setdefault(key ^ int(SALT[listed[entry].lang]) ^ int(STRETCHED), entry)
    phrases: dict[int, int] = {}
    for many in range(2, MOST + 1):
        long = np.flatnonzero(size >= many)
        so_far = keys[ends[long] - size[long]]
        for step in range(1, many):
            so_far = joined(so_far, keys[ends[long] - size[long] + step])
        for entry, key, whole in zip(long.tolist(), so_far.tolist(), (size[long] == many).tolist(), strict=True):
            if whole and not phrases.get(key):
                phrases[key] = entry
            phrases.setdefault(key, 0)
    for key in np.unique(keys[(ends - size)[size > 1]]).tolist():
        if key not in words:
            words[key] = len(signs)
            signs.append(0)
        signs[words[key]] |= OPENS
    return _keys(words), _keys(phrases)


def _keys(entries: dict[int, int]) -> Keys:
    keys = np.array(list(entries), np.uint64)
    order = np.argsort(keys)
    begin = (keys[order] >> np.uint64(64 - _BITS)).astype(np.int64)
    first = np.zeros(1 << _BITS, np.int32)
    first[begin[::-1]] = np.arange(len(keys), 0, -1)  # 0 is for none, so all stand one place further
    deep = int(np.bincount(begin).max())
    ends = np.zeros(deep, np.uint64)
    padded = np.concatenate([ends[:1], keys[order], ends])
    return Keys(
        padded, np.concatenate([[0], np.array(list(entries.values()))[order], ends.astype(np.int64)]), first, deep
    )
