"""What the words of a message weigh, by our own lists: loved and hated words, emoji, negation, emphasis, "but".

A whole batch is looked up at once (see `premura.text.tokens`); nothing here loops over messages or words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from premura.text.lexicon_lists import (
    BUT,
    FIXED,
    LANGUAGES,
    MOST,
    OPENS,
    OTHER,
    PICTURED,
    SALT,
    STRETCHED,
    WISH,
    Lexicon,
    joined,
    load,
    superfluous,
)  # fmt: skip
from premura.text.tokens import (
    LETTER,
    LONGEST,
    MARK,
    PICTURE,
    Hashes,
    Ints,
    Tokens,
    cut,
    prefix_sums,
    stretch,
)

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

COLUMNS: tuple[str, ...] = (
    "balance", "even_balance", "positive", "negative", "best", "worst", "first", "last", "count", "share",
    "pictures_positive", "pictures_negative", "positive_denied", "negative_denied", "wished", "after_but",
    "exclaimed", "asked", "torn",
)  # fmt: skip

_BREAKS = '.,;:!?()[]…–—|/"«»“”¿¡'
_AFTER_BUT, _BEFORE_BUT = 1.25, 0.75
_GOOD_DENIED, _BAD_DENIED = -0.75, -0.35
_WISHED, _ASKED = 0.45, 0.6
_WISH_REACH = 6
_STRETCH = 1.2
_ANGLE = 12.0


@dataclass(frozen=True, slots=True)
class Find:
    """A stretch of the message and what it weighs there, -1 to +1, after negation and emphasis."""

    start: int
    end: int
    strength: float


@dataclass(frozen=True, slots=True)
class _View:
    """The tokens that count, in rows: a message of a known language is one row, any other is one row a language."""

    rows: int
    message: Ints  # of each row
    row: Ints  # of each token
    token: Ints  # which of `Tokens` it is
    key: Hashes
    begins: Bools  # a clause begins here
    clause: Ints


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found that has a strength, in reading order."""

    place: Ints  # in the view
    size: Ints  # how many tokens
    value: Floats  # after everything
    row: Ints
    pictured: Bools
    denied: Bools
    wished: Bools
    late: Bools  # after a "but"


def matrix(tokens: Tokens, texts: Sequence[str], langs: Sequence[str]) -> Floats:
    """Return what the lists say of each message of a batch.

    Takes    the tokens of the texts, the texts, and their languages ("it", "pt-BR"; "" or "und" is looked up in all).
    Returns  (n, len(COLUMNS)), each column about between -1 and 1; all 0 where nothing is known.
    Cost     about 5 microseconds a message in batches of 500.
    Misses   irony; who is meant; a negation further away than its reach.
    """
    if len(langs) != tokens.count or len(texts) != tokens.count:
        raise ValueError(f"{tokens.count} messages, {len(texts)} texts and {len(langs)} languages")
    view = _view(tokens, langs)
    found = _find(tokens, view, texts)
    each = _columns(tokens, view, found)
    if view.rows == tokens.count:
        return each
    weight = np.bincount(found.row, minlength=view.rows) + 0.01
    whole = np.bincount(view.message, weight, tokens.count)
    share = (weight / whole[view.message]).astype(np.float32)
    out = np.zeros((tokens.count, len(COLUMNS)), np.float32)
    np.add.at(out, view.message, each * share[:, None])
    return out


def score(text: str, lang: str) -> float:
    """Return the mood of one message, -1 to +1: the column "balance".

    >>> score("servizio pessimo, mai più", "it") < -0.3 < 0.3 < score("tutto perfetto, grazie!", "it")
    True
    """
    return float(matrix(cut([text]), [text], [lang])[0, 0])


def read(text: str, lang: str) -> tuple[Find, ...]:
    """Return the stretches that decided, in reading order, each with its weight.

    For an unknown language, those of the language in which most is found.
    """
    tokens = cut([text])
    view = _view(tokens, [lang])
    found = _find(tokens, view, [text])
    if not len(found.place):
        return ()
    row = int(np.argmax(np.bincount(found.row)))
    last = view.token[found.place + found.size - 1]
    finds = zip(view.token[found.place].tolist(), last.tolist(), found.value.tolist(), found.row, strict=True)
    return tuple(
        Find(
            _whole(tokens.within(first)[0], text),
            _end(_whole(tokens.within(final)[1], text), text),
            round(value / 6, 3),
        )
        for first, final, value, of in finds
        if of == row
    )


def _end(at: int, text: str) -> int:
    """Return the end with what was drawn out: "bello" of "belloooo" ends where the last o does."""
    while 0 < at < len(text) and text[at] == text[at - 1]:
        at += 1
    return at


def _whole(at: int, text: str) -> int:
    """Return a place in the whole text, of which a long one was read without its middle."""
    return at if len(text) <= LONGEST or at <= LONGEST // 2 else at + len(text) - LONGEST


# -- the tokens, in rows -------------------------------------------------------------------------


def _view(tokens: Tokens, langs: Sequence[str]) -> _View:
    token = np.flatnonzero(~superfluous(tokens))
    message = tokens.message[token]
    spoken = np.array([_NUMBER.get(lang[:2].lower(), OTHER) if lang != "und" else -1 for lang in langs], np.int64)
    if tokens.count and spoken.min() < 0:
        rows, lang, token, row = _in_each_language(tokens.count, message, token, spoken)
    else:
        rows, lang, row = np.arange(tokens.count), spoken, message
    key = tokens.hashed[token] ^ SALT[lang][row]
    begins = np.ones(len(token), bool)
    if len(token):
        begins[1:] = row[1:] != row[:-1]
        kind, code = tokens.kind[token], tokens.code[tokens.start[token]]
        begins |= (kind == PICTURE) | ((kind == MARK) & _breaks()[np.minimum(code, 0x2FFF)])
    return _View(len(rows), rows, row, token, key, begins, np.cumsum(begins))


_NUMBER = {name: number for number, name in enumerate(LANGUAGES)} | {"": -1}


def _in_each_language(count: int, message: Ints, token: Ints, spoken: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Return message and language of each row, and token and row of each token, an unknown language being all."""
    times = np.where(spoken < 0, len(LANGUAGES), 1)
    rows = np.repeat(np.arange(count), times)
    first = np.cumsum(times) - times
    turn = np.arange(len(rows)) - first[rows]
    lang = np.where(spoken[rows] < 0, turn, spoken[rows])
    size = np.bincount(message, minlength=count)
    begin = np.cumsum(size) - size
    sizes = size[rows]
    offset = np.cumsum(sizes) - sizes
    source = np.repeat(begin[rows] - offset, sizes) + np.arange(int(sizes.sum()))
    return rows, lang, token[source], np.repeat(np.arange(len(rows)), sizes)


def _breaks() -> Bools:
    if not _Marks.table.any():
        _Marks.table[[ord(char) for char in _BREAKS]] = True
    return _Marks.table


class _Marks:
    table: Bools = np.zeros(0x3000, bool)


# -- what is found -------------------------------------------------------------------------------


def _entries(tokens: Tokens, view: _View, lexicon: Lexicon, texts: Sequence[str]) -> tuple[Ints, Ints, Bools]:
    """Return where something is known, which entry, and whether its letters were drawn out."""
    entry = np.zeros(len(view.key), np.int64)
    where, what = lexicon.words.find(view.key)
    entry[where] = what
    drawn = _drawn(tokens, texts)[view.token]
    long = np.flatnonzero(drawn & (entry == 0))
    if len(long):
        squeezed = _squeezed(tokens, view.token[long]) ^ view.key[long] ^ tokens.hashed[view.token[long]] ^ STRETCHED
        place, what = lexicon.words.find(squeezed)
        entry[long[place]] = what
    opens = np.flatnonzero(lexicon.sign[entry] & OPENS)
    _phrases(tokens, view, lexicon, opens, entry)
    known = np.flatnonzero(entry)
    return known, entry[known], drawn[known]


def _drawn(tokens: Tokens, texts: Sequence[str]) -> Bools:
    """Say which words were drawn out ("bellooo"): between the letters that were kept, places are missing."""
    out = np.zeros(len(tokens.start), bool)
    if len(out):
        gaps = np.flatnonzero((np.diff(tokens.at) > 1) & (np.diff(tokens.of) == 0))
        token = np.maximum(np.searchsorted(tokens.start, gaps, "right") - 1, 0)
        out[token[gaps < tokens.end[token]]] = True
        # A message ends in a blank of its own, all but the last.
        out[-1] |= tokens.message[-1] == tokens.count - 1 and tokens.at[-1] + 1 < min(len(texts[-1]), LONGEST)
        out &= tokens.kind == LETTER
    return out


def _squeezed(tokens: Tokens, which: Ints) -> Hashes:
    """Return the hashes of tokens without their doubled letters."""
    sizes = tokens.end[which] - tokens.start[which]
    offset = np.cumsum(sizes) - sizes
    code = tokens.code[np.repeat(tokens.start[which] - offset, sizes) + np.arange(int(sizes.sum()))]
    keep = np.ones(len(code), bool)
    keep[1:] = code[1:] != code[:-1]
    keep[offset] = True
    kept = np.concatenate([[0], np.cumsum(keep)])
    return stretch(prefix_sums(code[keep]), kept[offset], kept[offset + sizes])


def _phrases(tokens: Tokens, view: _View, lexicon: Lexicon, opens: Ints, entry: Ints) -> None:
    """Put phrases in the place of their words: a phrase stands where its first word is; the longest wins."""
    start, so_far, tight = opens, view.key[opens], tokens.kind[view.token[opens]] != LETTER
    for many in range(2, MOST + 1):
        goes_on = start + many - 1 < len(view.key)
        start, so_far, tight = start[goes_on], so_far[goes_on], tight[goes_on]
        next_ = start + many - 1
        near = tokens.end[view.token[next_ - 1]] == tokens.start[view.token[next_]]
        goes_on = (view.row[next_] == view.row[start]) & (near | ~tight)
        start, so_far, tight, next_ = start[goes_on], so_far[goes_on], tight[goes_on], next_[goes_on]
        so_far = joined(so_far, view.key[next_])
        found, what = lexicon.phrases.find(so_far)
        start, so_far, tight = start[found], so_far[found], tight[found]
        whole = what > 0
        for step in range(1, many):
            entry[start[whole] + step] = 0
        entry[start[whole]] = what[whole]
        if not len(start):
            return


def _find(tokens: Tokens, view: _View, texts: Sequence[str]) -> _Found:
    """Return what has a strength, as it stands among negations, emphasis, wishes and buts."""
    lexicon = load()
    place, entry, drawn = _entries(tokens, view, lexicon, texts)
    sign, strength = lexicon.sign[entry], lexicon.strength[entry]
    size = lexicon.size[entry]
    but = place[(sign & BUT) > 0]
    clause = view.clause
    if len(but):
        begins = view.begins.copy()
        begins[but] = True
        clause = np.cumsum(begins)
    bears = strength != 0
    at, end = place[bears], place[bears] + size[bears] - 1
    value = strength[bears] * _emphasis(lexicon, place, entry, at, end, clause)
    value = np.where(drawn[bears], value * np.float32(_STRETCH), value)
    denied = _denied(lexicon, place, entry, at, end, clause) & ((sign[bears] & FIXED) == 0)
    value = np.where(denied, value * np.where(value > 0, np.float32(_GOOD_DENIED), np.float32(_BAD_DENIED)), value)
    wish = place[(sign & WISH) > 0]
    wished = _behind(wish, np.full(len(wish), _WISH_REACH), at, clause)
    value = np.where(wished, value * np.float32(_WISHED), value)
    asked = _asked(tokens, view, clause)[clause[at]]
    value = np.where(asked, value * np.float32(_ASKED), value)
    row = view.row[at]
    late = np.zeros(len(at), bool)
    if len(but):
        turn = np.full(view.rows, -1)
        np.maximum.at(turn, view.row[but], but)
        late = (turn[row] >= 0) & (at > turn[row])
        value = value * np.where(turn[row] < 0, 1, np.where(late, _AFTER_BUT, _BEFORE_BUT)).astype(np.float32)
    pictured = (sign[bears] & PICTURED) > 0
    return _Found(at, size[bears], np.clip(value, -6, 6), row, pictured, denied, wished, late)


def _asked(tokens: Tokens, view: _View, clause: Ints) -> Bools:
    """Say which clauses end in a question mark."""
    out = np.zeros(int(clause[-1]) + 2 if len(clause) else 1, bool)
    out[clause[np.flatnonzero(tokens.code[tokens.start[view.token]] == ord("?"))] - 1] = True
    return out


def _emphasis(lexicon: Lexicon, place: Ints, entry: Ints, at: Ints, end: Ints, clause: Ints) -> Floats:
    """Return by what each strength is multiplied: two words before and one after may strengthen or weaken it."""
    boost = np.zeros(len(clause) + 4, np.float32)
    boost[place + 2] = lexicon.boost[entry]
    power = np.zeros(len(at), np.float32)
    last = len(clause) - 1
    for near, weight in ((at - 1, 1.0), (at - 2, 0.7), (end + 1, 0.7)):
        same = clause[np.clip(near, 0, last)] == clause[at] if len(clause) else np.zeros(0, bool)
        power += boost[near + 2] * np.float32(weight) * same
    return np.exp(np.clip(power, -1, 0.8))


def _denied(lexicon: Lexicon, place: Ints, entry: Ints, at: Ints, end: Ints, clause: Ints) -> Bools:
    """Say which strengths stand within the reach of a negation, in its clause."""
    ahead, back = lexicon.ahead[entry], lexicon.back[entry]
    out = _behind(place[ahead > 0], ahead[ahead > 0], at, clause)
    after, reach = place[back > 0], back[back > 0]
    if len(after):
        next_ = np.minimum(np.searchsorted(after, end, "right"), len(after) - 1)
        gap = after[next_] - end
        out |= (gap > 0) & (gap <= reach[next_]) & (clause[after[next_]] == clause[at])
    return out


def _behind(marker: Ints, reach: Ints, at: Ints, clause: Ints) -> Bools:
    """Say which places stand after a marker, within its reach and its clause."""
    if not len(marker):
        return np.zeros(len(at), bool)
    before = np.searchsorted(marker, at, "left") - 1
    near = np.maximum(before, 0)
    out: Bools = (before >= 0) & (at - marker[near] <= reach[near]) & (clause[marker[near]] == clause[at])
    return out


# -- the columns ---------------------------------------------------------------------------------


def _columns(tokens: Tokens, view: _View, found: _Found) -> Floats:
    row, value, rows = found.row, found.value, view.rows
    good, bad = np.maximum(value, 0), np.maximum(-value, 0)

    def total(of: NDArray[Any]) -> NDArray[Any]:
        return np.bincount(row, of, rows)

    plus, minus = total(good), total(bad)
    kind = tokens.kind[view.token]
    words = np.bincount(view.row[kind == LETTER], minlength=rows)
    count = np.bincount(row, minlength=rows)
    first = np.zeros(rows)
    last, best, worst = first.copy(), first.copy(), first.copy()
    if len(row):
        begin = np.flatnonzero(np.append(True, row[1:] != row[:-1]))
        here = row[begin]
        first[here], last[here] = value[begin], value[np.append(begin[1:], len(row)) - 1]
        best[here], worst[here] = np.maximum.reduceat(good, begin), np.maximum.reduceat(bad, begin)
    mark = tokens.code[tokens.start[view.token]]
    loud, asks = (np.bincount(view.row[(kind == MARK) & (mark == ord(char))], minlength=rows) > 0 for char in "!?")
    sum_ = plus - minus
    balance = sum_ / np.sqrt(sum_ * sum_ + _ANGLE)
    return np.stack([
        balance, np.tanh(sum_ / np.sqrt(words + 4.0) / 1.5), plus / (plus + 4), minus / (minus + 4),
        best / 5, worst / 5, first / 5, last / 5,
        np.minimum(np.log2(count + 1.0) / 4, 1.25), np.minimum(count / np.maximum(words, 1), 1),
        _bent(total(good * found.pictured)), _bent(total(bad * found.pictured)),
        _bent(total(bad * found.denied)), _bent(total(good * found.denied)), _bent(total(value * found.wished)),
        _bent(total(value * found.late)), balance * loud, balance * asks,
        2 * np.minimum(plus, minus) / np.maximum(plus + minus, 4),
    ], axis=1).astype(np.float32)  # fmt: skip


def _bent(sums: NDArray[Any]) -> NDArray[Any]:
    out: NDArray[Any] = sums / (np.abs(sums) + 3)
    return out
