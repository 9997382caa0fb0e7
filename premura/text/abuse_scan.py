"""Where the words of the abuse lists stand in a batch of messages, masked ones included."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np

from premura.text.abuse_fold import QUOTES, Folded, fold
from premura.text.abuse_lists import LANGUAGES, Entry, Lists, load

MOST = 400  # words of one message that are looked at; a flood of insults is as bad as its first 400

_MASKED = re.compile(r"[\w@$]+[*#•●×^%~✱∗＊█▪■][\w@$*#•●×^%~✱∗＊█▪■]*")
_SPACED = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .\-_*/,][^\W\d_](?![^\W_])){3,}")
_STARS = re.compile(r"[^\w@$]+")
_LAX = ("it", "en")  # where "cazo" and "shitt" are no other words
_EMOJI = {14: "🖕", 15: "🤡", 16: "💩", 17: "🐷", 18: "🐀", 19: "🐍"}


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry of the lists at `line[at:to]` of a folded message, which is `text[start:end]`."""

    at: int
    to: int
    start: int
    end: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Seen:
    """One message with hits: its folded line (a sign at either end) and the hits in reading order."""

    index: int
    line: str
    hits: tuple[Hit, ...]


def scan(texts: Sequence[str], langs: Sequence[str]) -> Iterator[Seen]:
    """Yield the messages that hold words of abuse or names of protected groups, in order."""
    if not texts:
        return
    folded = fold(texts)
    again = [int(i) for i in np.flatnonzero(folded.masked)]
    unmasked = {i: _unmask(texts[i], langs[i]) for i in again}
    unmasked = {i: pair for i, pair in unmasked.items() if pair[1]}
    seen = {one.index: one for one in _plain(texts, langs, folded)}
    for i, (text, edits) in unmasked.items():
        seen.pop(i, None)
        for one in _plain([text], [langs[i]], fold([text])):
            seen[i] = Seen(i, one.line, tuple(_back(hit, edits, texts[i]) for hit in one.hits))
    yield from (seen[i] for i in sorted(seen))


def cold(line: str, lang: str) -> list[tuple[int, int, Entry]]:
    """Return the words of scorn, violence and esteem in one folded message, wherever they are."""
    lists = load()
    found = []
    for pattern, at, to in lists.cold.find_matches_as_indexes(line.title(), overlapping=True)[: MOST * 10]:
        if not line[at - 1].isalnum() and not line[to].isalnum():
            entry = choose(lists.cold_entries[pattern], lang)
            if entry:
                found.append((at, to, entry))
    return found


def choose(entries: tuple[Entry, ...], lang: str) -> Entry | None:
    """Return what a word stands for in a message of this language: its own entry, else a foreign one that may count."""
    home = [entry for entry in entries if entry.lang == lang]
    fit = home or [entry for entry in entries if _travels(entry, lang)]
    return max(fit, key=_rank, default=None)


def _travels(entry: Entry, lang: str) -> bool:
    """Tell whether an entry counts in a message of another language: English and Italian curses do."""
    if entry.own or not entry.word.isascii():
        return False
    if lang not in LANGUAGES:
        return entry.aimed != "any" or len(entry.word) > 5
    return entry.kind == "abuse" and not entry.aimed and entry.lang in ("en", "it") and len(entry.word) > 3


def _rank(entry: Entry) -> tuple[bool, int, bool]:
    return entry.kind == "abuse", entry.level, not entry.aimed


def _plain(texts: Sequence[str], langs: Sequence[str], folded: Folded) -> Iterator[Seen]:
    lists = load()
    matches = lists.hot.find_matches_as_indexes(folded.marked, overlapping=True)
    rows = np.array(matches, dtype=np.int64).reshape(-1, 3)
    line = np.frombuffer(folded.line.encode("ascii"), dtype=np.uint8)
    bounded = (line[rows[:, 1] - 1] < 48) & (
        (line[np.minimum(rows[:, 2], len(line) - 1)] < 48) | _open_ended()[rows[:, 0]]
    )
    rows = rows[bounded]
    owners = np.searchsorted(folded.starts, rows[:, 1], side="right") - 1
    found: dict[int, list[tuple[int, int, int]]] = {}
    for (pattern, at, to), owner in zip(rows.tolist(), owners.tolist(), strict=True):
        some = found.setdefault(owner, [])
        if len(some) < MOST:
            some.append((at, to, pattern))
    emoji: dict[int, list[tuple[int, int]]] = {}
    for place, code in folded.emoji:
        owner = int(np.searchsorted(folded.begins, place, side="right")) - 1
        emoji.setdefault(owner, []).append((place, code))
        found.setdefault(owner, [])
    for i in sorted(found):
        hits = _hits(i, found[i], texts[i], langs[i], folded)
        hits += _emoji_hits(i, emoji.get(i, []), langs[i], folded)
        if hits:
            yield Seen(i, _own_signs(folded.part(i), texts[i]), tuple(hits))


def _own_signs(line: str, text: str) -> str:
    """Return the folded message without a quotation mark that its neighbour left at either end."""
    bare = text.strip()
    first = line[0] if bare[:1] in QUOTES else "."
    return first + line[1:-1] + (line[-1] if bare[-1:] in QUOTES else ".")


def _hits(i: int, rows: list[tuple[int, int, int]], text: str, lang: str, folded: Folded) -> list[Hit]:
    """Return the leftmost-longest of one message's matches that mean something in its language."""
    lists, hits = load(), []
    base, begin, taken = int(folded.starts[i]) - 1, int(folded.begins[i]), 0
    for at, to, pattern in sorted(rows, key=lambda row: (row[0], -row[1])):
        if at < taken:
            continue
        entry = choose(lists.hot_entries[pattern], lang)
        if entry is None:
            continue
        while folded.line[to].isalnum():
            to += 1
        start = int(folded.places[at]) - begin
        end = _word_end(text, int(folded.places[to - 1]) - begin + 1, folded.line[to - 1])
        if not _in_address(text, start) and _spelled(text[start:end], entry, lang):
            taken = to
            if entry.kind != "innocent":
                hits.append(Hit(at - base, to - base, start, end, entry))
    return hits


def _emoji_hits(i: int, found: list[tuple[int, int]], lang: str, folded: Folded) -> list[Hit]:
    hits = []
    for place, code in found[:MOST]:
        start = place - int(folded.begins[i])
        at = min(int(np.searchsorted(folded.places, place)), int(folded.starts[i + 1])) - int(folded.starts[i]) + 1
        hits.append(Hit(max(at, 1), max(at, 1), start, start + 1, _emoji_entry(code)))
    return hits


@cache
def _emoji_entry(code: int) -> Entry:
    level, aimed = (2, "") if code == 14 else (2, "you") if code == 15 else (1, "")
    return Entry(_EMOJI[code], "", "abuse", level, "person" if level == 2 else "none", aimed)


@cache
def _open_ended() -> np.typing.NDArray[np.bool_]:
    return np.array([any(e.word.endswith("*") for e in some) for some in load().hot_entries], dtype=np.bool_)


def _word_end(text: str, end: int, last: str) -> int:
    """Take the rest of a drawn-out word in: "stronziiii"."""
    while end < len(text) and (text[end].lower() == text[end - 1].lower() and text[end].isalnum()):
        end += 1
    return end


def _in_address(text: str, start: int) -> bool:
    """Tell whether this place is part of a handle or a link: @troia_basket is a name."""
    begin = start
    while begin and start - begin < 60 and not text[begin - 1].isspace():
        begin -= 1
    head = text[begin:start]
    return "@" in head or "://" in head or "www." in head


def _spelled(stretch: str, entry: Entry, lang: str) -> bool:
    """Tell whether doubled letters let this be the word: "stronziii" and "cazo" are, "penne" is not "pene"."""
    if entry.kind != "abuse":
        return True
    if "l" in entry.word and stretch.isascii() and not set("lL1|") & set(stretch):
        return False  # "cui" is "culi" only when a 1 stands for the l
    word, seen = _runs(entry.word.rstrip("*")), _runs(stretch)
    if all(a == b or b > 2 for a, b in zip(word, seen, strict=False)):
        return True
    if " " in entry.word or entry.own or entry.lang != lang or lang not in _LAX or len(word) < 4:
        return False
    return all(a >= b or b > 2 for a, b in zip(word[:-1], seen, strict=False))


@lru_cache(maxsize=8192)
def _runs(word: str) -> tuple[int, ...]:
    """Return how often each letter of a word is repeated in its place: "cazzo" is 1, 1, 2, 1."""
    word = word.lower()
    runs: list[int] = []
    for i, char in enumerate(word):
        if i and char == word[i - 1]:
            runs[-1] += 1
        elif char.isalnum() or char in "@$|€":
            runs.append(1)
    return tuple(runs)


def _unmask(text: str, lang: str) -> tuple[str, list[tuple[int, int, int, int]]]:
    """Return the text with masked words in clear, and its edits: (start, end) in the new, (start, end) in the old."""
    edits: list[tuple[int, int, int, int]] = []
    pieces: list[str] = []
    done = length = 0
    found = sorted([*_MASKED.finditer(text), *_SPACED.finditer(text)], key=lambda m: m.start())
    for match in found[:MOST]:
        if match.start() < done:
            continue
        clear, begin, end = _clear(match, lang)
        if clear:
            before = text[done:begin]
            start = length + len(before)
            edits.append((start, start + len(clear), begin, end))
            pieces += [before, clear]
            done, length = end, start + len(clear)
    return "".join([*pieces, text[done:]]), edits


def _clear(match: re.Match[str], lang: str) -> tuple[str, int, int]:
    """Return what a masked stretch stands for, or "", and where it begins and ends."""
    begin, end = match.span()
    if match.re is not _SPACED:
        return _resolve(match[0][:40].lower(), lang), begin, end
    letters = "".join(char for char in match[0] if char.isalnum())[:40]
    words = load().words
    for head, tail in ((0, 0), (0, 1), (1, 0), (1, 1)):  # "s t r o n z i e …": a neighbour may be a word of one letter
        word = letters[head : len(letters) - tail]
        if fold([word]).part(0).strip(' .,"') in words:
            return word, begin + 2 * head, end - 2 * tail
    return "", begin, end


@lru_cache(maxsize=4096)
def _resolve(masked: str, lang: str) -> str:
    """Return the rude word that a word with stars stands for, or "".

    A star is one letter ("c***o"), or any few where letters enough are left ("ca*o").  A single star at the end is how
    Italian leaves a gender open ("car* tutt*"): it is one letter.
    """
    masked = masked.rstrip("*#•●×^%~") if masked.startswith("*") else masked
    clear = fold([_STARS.sub("", masked)]).part(0).strip(' .,"').replace(" ", "")
    if len(clear) == 1 and len(masked) > 3 and masked[0] == clear:
        bare = load().contexts[lang if lang in LANGUAGES else "en"]["bare"]
        return next((word for word in sorted(bare) if word[0] == clear), "")
    if len(clear) < 2 or not clear[0].isalpha() or not _STARS.search(masked):
        return clear if len(clear) > 2 and not _STARS.search(masked) else ""
    inner = _STARS.search(masked.rstrip("*#•●×^%~")) is not None
    pieces = [re.escape(_fold_word(piece)) for piece in _STARS.split(masked)]
    exact = "".join(
        a + b for a, b in zip(pieces, [*(f"[a-z]{{{len(s)}}}" for s in _STARS.findall(masked)), ""], strict=True)
    )
    guesses = [exact]
    if inner and len(clear) > 2:
        guesses.append("[a-z]{1,4}".join(pieces))
    return _first(load(), clear[0], guesses, lang)


def _first(lists: Lists, letter: str, guesses: list[str], lang: str) -> str:
    for guess in guesses:
        fit = [e for e in lists.maskable.get(letter, ()) if re.fullmatch(guess, e.word)]
        fit = [e for e in fit if e.lang == lang] or [e for e in fit if lang not in LANGUAGES]
        fit = fit or [e for e in lists.maskable.get(letter, ()) if e.lang == "en" and re.fullmatch(guess, e.word)]
        if fit:
            return fit[0].word
    return ""


def _fold_word(piece: str) -> str:
    return "".join(fold([char]).part(0).strip(' .,"') or "[a-z]" for char in piece if char.isalnum() or char in "@$")


def _back(hit: Hit, edits: list[tuple[int, int, int, int]], text: str) -> Hit:
    """Return the hit with its place in the text as it was written."""
    start, end = _old(hit.start, edits, 2), _old(hit.end, edits, 3)
    return replace(hit, start=min(start, len(text)), end=min(max(end, start + 1), len(text)))


def _old(at: int, edits: list[tuple[int, int, int, int]], side: int) -> int:
    shift = 0
    for edit in edits:
        inside = edit[0] <= at < edit[1] if side == 2 else edit[0] < at <= edit[1]
        if inside:
            return edit[side]
        if at >= edit[1]:
            shift = edit[3] - edit[1]
    return at + shift
