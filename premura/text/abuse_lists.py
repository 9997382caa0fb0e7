"""The word lists of abuse: read from `lists/abuse_*.toml`, spelled out, and made into two automatons.

The notation of the lists stands at the head of `lists/abuse_it.toml`.  Everything here happens once, when the first
message is read.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import ahocorasick_rs

from premura.text.abuse_fold import fold

LANGUAGES = ("it", "en", "es", "fr", "de", "pt")
HOT = frozenset({"abuse", "innocent", "group"})  # looked for in every message; the rest only beside a group

_ENDING = re.compile(r"/(\w+)")
_SIGNS = ' .,"'


@dataclass(frozen=True, slots=True)
class Entry:
    """One spelled-out word or phrase of a list.

    kind    abuse | innocent | group, or derog | beast | harm | good (which count only beside a group)
    aimed   "" it insults wherever it stands; "any" only where it is aimed at somebody; "you" only where somebody is
            spoken to; "threat" only where somebody is going to do it to somebody
    own     innocent in another language: it counts only in a message of its own
    """

    word: str
    lang: str
    kind: str
    level: int = 0
    target: str = ""
    aimed: str = ""
    own: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """The words around a find that decide what it means, as sets of folded words; see [context] in the lists."""

    words: dict[str, frozenset[str]]
    phrases: dict[str, tuple[str, ...]]

    def __getitem__(self, name: str) -> frozenset[str]:
        return self.words.get(name, frozenset())


@dataclass(frozen=True, slots=True)
class Lists:
    """Two automatons over folded text, and what each of their patterns stands for."""

    hot: ahocorasick_rs.AhoCorasick
    hot_entries: tuple[tuple[Entry, ...], ...]
    cold: ahocorasick_rs.AhoCorasick
    cold_entries: tuple[tuple[Entry, ...], ...]
    contexts: dict[str, Context]
    words: frozenset[str]  # every folded pattern of `hot`
    maskable: dict[str, tuple[Entry, ...]]  # by first letter: what a word with stars in it may be


def spell_out(notation: str, endings: dict[str, str]) -> Iterator[str]:
    """Yield every spelling of one entry.

    >>> list(spell_out("buff/o di (|gran )corte", {"o": "o i"}))
    ['buffo di corte', 'buffo di gran corte', 'buffi di corte', 'buffi di gran corte']
    """
    notation = _ENDING.sub(lambda m: f"({endings[m[1]].replace(' ', '|')})", notation)
    spellings, _ = _choices(re.findall(r"[(|)]|[^(|)]+", notation), 0)
    yield from dict.fromkeys(" ".join(spelling.split()) for spelling in spellings)


def _choices(pieces: list[str], i: int) -> tuple[list[str], int]:
    """Return every spelling of `pieces[i:]` up to the bracket that closes, and where that stands."""
    done: list[str] = []
    now = [""]
    while i < len(pieces) and pieces[i] != ")":
        if pieces[i] == "|":
            done, now = done + now, [""]
        elif pieces[i] == "(":
            inner, i = _choices(pieces, i + 1)
            now = [a + b for a in now for b in inner]
        else:
            now = [a + pieces[i] for a in now]
        i += 1
    return done + now, i


@cache
def load() -> Lists:
    """Return the lists of all languages.  Cost: 0.7 s, once."""
    entries: list[Entry] = []
    contexts: dict[str, Context] = {}
    for lang in LANGUAGES:
        source = resources.files("premura.text") / "lists" / f"abuse_{lang}.toml"
        data = tomllib.loads(source.read_text(encoding="utf-8"))
        entries.extend(_entries(lang, data))
        contexts[lang] = _context(data["context"])
    contexts[""] = _merged(list(contexts.values()))
    hot, hot_entries, words = _automaton([e for e in entries if e.kind in HOT])
    cold, cold_entries, _ = _automaton([e for e in entries if e.kind not in HOT])
    return Lists(hot, hot_entries, cold, cold_entries, contexts, words, _maskable(entries))


def _entries(lang: str, data: dict[str, Any]) -> Iterator[Entry]:
    endings: dict[str, str] = data.get("endings", {})
    for part in data["list"]:
        aimed = "any" if part.get("aimed") is True else part.get("aimed", "")
        for notation in re.split(r"[,\n]", part["words"]):
            notation = notation.strip()
            own = notation.endswith("~")
            for word in spell_out(notation.rstrip("~ "), endings):
                if word:
                    yield Entry(
                        word, lang, part["kind"], part.get("level", 0), part.get("target", ""),
                        aimed, own or part.get("own", False), part.get("group", ""),
                    )  # fmt: skip


def _automaton(
    entries: list[Entry],
) -> tuple[ahocorasick_rs.AhoCorasick, tuple[tuple[Entry, ...], ...], frozenset[str]]:
    """Build an automaton of folded patterns.  Words that fold to one pattern share it."""
    by_pattern: dict[str, list[Entry]] = {}
    folded = fold([entry.word for entry in entries])
    for i, entry in enumerate(entries):
        pattern = folded.part(i).strip(_SIGNS)
        if pattern:
            same = by_pattern.setdefault(pattern, [])
            if entry not in same:
                same.append(entry)
            if (leet := _with_one_for_l(entry, pattern)) is not None:
                by_pattern.setdefault(leet, []).append(entry)
    searched = ahocorasick_rs.AhoCorasick([_marked(pattern) for pattern in by_pattern])
    return searched, tuple(map(tuple, by_pattern.values())), frozenset(by_pattern)


def _marked(pattern: str) -> str:
    """Return the pattern with a capital at the start of each word, as in `Folded.marked`."""
    return " ".join(word[0].upper() + word[1:] for word in pattern.split())


def _with_one_for_l(entry: Entry, pattern: str) -> str | None:
    """Return the pattern of "cu1o", where a 1, read as i, stands for l."""
    if entry.kind == "abuse" and "l" in pattern and " " not in pattern and len(pattern) > 3:
        return re.sub(r"(.)\1", r"\1", pattern.replace("l", "i"))
    return None


def _context(data: dict[str, str]) -> Context:
    words: dict[str, frozenset[str]] = {}
    phrases: dict[str, tuple[str, ...]] = {}
    for name, text in data.items():
        if "," in text:
            folded = fold([piece.strip() for piece in text.split(",")])
            phrases[name] = tuple(folded.part(i).strip(_SIGNS) for i in range(text.count(",") + 1))
        else:
            words[name] = frozenset(fold([text]).part(0).strip(_SIGNS).split())
    return Context(words, phrases)


def _merged(contexts: list[Context]) -> Context:
    words: dict[str, frozenset[str]] = {}
    phrases: dict[str, tuple[str, ...]] = {}
    for context in contexts:
        for name, some in context.words.items():
            words[name] = words.get(name, frozenset()) | some
        for name, more in context.phrases.items():
            phrases[name] = phrases.get(name, ()) + more
    return Context(words, phrases)


def _maskable(entries: list[Entry]) -> dict[str, tuple[Entry, ...]]:
    """Return the single words that people mask, the milder first: a guess must not accuse more than it knows."""
    single = [e for e in entries if e.kind == "abuse" and not e.aimed and e.word.isascii() and e.word.isalpha()]
    by_letter: dict[str, list[Entry]] = {}
    for entry in sorted(single, key=lambda e: e.level):
        if len(entry.word) > 2:
            by_letter.setdefault(entry.word[0], []).append(entry)
    return {letter: tuple(some) for letter, some in by_letter.items()}
