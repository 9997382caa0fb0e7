"""What a draft looks like beside the customer's questions: what the heads for the whole draft read."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from premura.guard.cues import COLUMN, CUES
from premura.guard.parts import folded_of
from premura.guard.seen import HEAD, HEADS, One, Seen, words_of
from premura.text import questions
from premura.text.heads import Floats

_WHEN = (
    "quando",
    "a che ora",
    "che ora",
    "entro quando",
    "quanto tempo",
    "quanto manca",
    "when",
    "what time",
    "how long",
    "how soon",
    "cuando",
    "a que hora",
    "quand",
    "quelle heure",
    "wann",
    "wie lange",
    "quando",
    "que horas",
)
_PRICE = (
    "quanto costa",
    "quanto viene",
    "prezzo",
    "quanto",
    "how much",
    "price",
    "cost",
    "cuanto",
    "precio",
    "combien",
    "prix",
    "wie viel",
    "was kostet",
    "preis",
    "quanto custa",
    "preco",
)
_WHERE = ("dove", "where", "donde", "ou ", "wo ", "onde", "in che", "quale negozio", "indirizzo", "address")
_WHY = ("perche", "come mai", "why", "how come", "por que", "pourquoi", "warum", "wieso", "porque")
_HOW = ("come ", "how ", "como ", "comment ", "wie ")
_WHO = ("chi ", "who ", "quien", "qui ", "wer ", "quem", "a chi")
_WHICH = (
    "quale",
    "quali",
    "che cosa",
    "cosa ",
    "which",
    "what ",
    "cual",
    "quel",
    "welch",
    "was ",
    "qual ",
    "quais",
    "o que",
)
_NUMBERS = frozenset((
    "due", "tre", "quattro", "cinque", "sette", "otto", "nove", "dieci", "dodici", "quindici", "venti", "trenta",
    "mezz", "mezza", "mezzo", "entrambi", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "dozen", "fifteen", "twenty", "thirty", "half", "both", "twice", "dos", "cuatro", "cinco", "seis", "siete",
    "ocho", "nueve", "diez", "veinte", "ambos", "deux", "trois", "quatre", "cinq", "huit", "neuf", "dix", "vingt",
    "demi", "zwei", "drei", "vier", "funf", "sechs", "sieben", "acht", "neun", "zehn", "zwanzig", "halbe", "beide",
    "dois", "duas", "sete", "oito", "dez", "vinte", "meia",
))  # fmt: skip
_MONEY = ("euro", "€", "eur", "$", "£", "gratis", "free", "gratuit", "kostenlos", "gratuito", "%")
FILLER = [COLUMN[name] for name in ("filler", "greeting", "empathy", "thanks", "apology", "canned")]
PUT_OFF = 0.15  # how much a sentence sounds like a promise without a day, and a promise attached has its day
WIDTH = 2 * len(HEADS) + 2 * len(CUES) + 41


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the customer's: where it stands, and how much of it the draft speaks about."""

    start: int
    end: int
    text: str
    kinds: tuple[bool, ...]
    touched: float  # share of its longer words that the draft takes up


def asked(drafts: Sequence[One]) -> list[list[Question]]:
    """Return the questions of each draft's customer."""
    said = [one for one in drafts if one.draft.customer_text and not one.draft.post]
    texts, langs = [one.draft.customer_text for one in said], [one.customer_lang for one in said]
    stretches = dict(zip(map(id, said), questions.find_many(texts, langs), strict=True))
    return [_questions_of(one, stretches.get(id(one), ())) for one in drafts]


def _questions_of(one: One, stretches: Sequence[questions.Stretch]) -> list[Question]:
    if not stretches:
        return []
    said = words_of(one.draft.text)
    return [_question(one.draft.customer_text[found.start : found.end], found, said) for found in stretches]


def _question(words: str, stretch: questions.Stretch, said: frozenset[str]) -> Question:
    own, folded = words_of(words), folded_of(words) + " "
    kinds = tuple(any(word in folded for word in some) for some in (_WHEN, _PRICE, _WHERE, _WHY, _HOW, _WHO, _WHICH))
    return Question(stretch.start, stretch.end, words, kinds, len(own & said) / max(len(own), 1))


def rows(seen: Seen, odds: Floats, scores: Floats, asked: Sequence[Sequence[Question]]) -> Floats:
    """Return the columns of each draft, all 0 where it has no sentence; `odds` and `scores` are those of sentences."""
    fired = seen.fired.astype(np.float32)
    in_front = np.where((seen.place < np.maximum(1, seen.sizes // 2)[seen.of])[:, None], fired, np.float32(0))
    parts = [seen.most(odds) * 0.25, seen.most(scores), seen.most(fired), seen.most(in_front)]
    parts.append(_extra(seen, asked, _puts_off(seen, scores)))
    found = np.concatenate(parts, axis=1, dtype=np.float32)
    found[seen.sizes == 0] = 0
    return found


def _puts_off(seen: Seen, scores: Floats) -> NDArray[np.bool_]:
    """Return which drafts say when, or that something will be told: a promise attached answers with them alone."""
    return np.asarray(seen.most(seen.dated) | (seen.most(scores[:, HEAD["vague_promise"]]) >= PUT_OFF))


def _extra(seen: Seen, asked: Sequence[Sequence[Question]], puts_off: NDArray[np.bool_]) -> Floats:
    sizes, words, dated, numbered = seen.sizes, seen.words, seen.most(seen.dated), seen.most(seen.numbered)
    filler = (seen.fired[:, FILLER] > 0).any(axis=1)
    substance = ~filler & (words > 3)
    total, wasted, greets = (
        np.bincount(seen.of, counted, len(sizes)) for counted in (words, words * filler, filler & (seen.place < 3))
    )
    none, least, most, *kinds = np.array([_questions(some) for some in asked], np.float64).T
    money, *around = np.array(list(map(_around, seen.drafts, puts_off)), np.float64).T
    placed, counted = seen.most(seen.fired[:, COLUMN["a_place"]]) > 0, _counted(seen)
    return np.stack([
        np.array([len(some) for some in asked]) / 3, none, least, most, *kinds,
        kinds[0] * ~dated, kinds[1] * ((money == 0) & ~numbered), kinds[2] * placed, kinds[2] * ~placed,
        kinds[0] * counted, kinds[1] * counted, counted, np.minimum(_lead(seen, substance), 20) / 20,
        total / 60, np.minimum(total, 150) / 150, dated, numbered, money, sizes / 8,
        _until(seen, substance), _until(seen, seen.dated), _until(seen, seen.numbered), seen.most(substance), *around,
        seen.most(seen.words_before) / 50, greets / np.clip(sizes, 1, 3), wasted / np.maximum(total, 1),
    ], axis=1)  # fmt: skip


def _questions(some: Sequence[Question]) -> tuple[float, ...]:
    if not some:
        return True, 1.0, 1.0, *[False] * 7
    touched = [question.touched for question in some]
    return False, min(touched), max(touched), *map(any, zip(*(question.kinds for question in some), strict=True))


def _around(one: One, puts_off: bool) -> tuple[float, ...]:
    draft, context, plain = one.draft, one.context, folded_of(one.draft.text)
    return (
        any(sign in plain for sign in _MONEY), "http" in plain,
        len(draft.text) / 280 if draft.network == "x" else 0.0, draft.network == "x", one.public,
        draft.text.count("?") / 3, len(draft.customer_text) / 300, bool(draft.customer_text),
        context.handover_attached or (context.promise_attached and puts_off), one.lang == one.customer_lang,
    )  # fmt: skip


def _counted(seen: Seen) -> NDArray[np.bool_]:
    """Return which drafts name a number in words."""
    return seen.most(np.array([not _NUMBERS.isdisjoint(part.words) for part in seen.parts], bool)) > 0


def _lead(seen: Seen, substance: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how many words the first sentence of each draft has that says something; 0 where none does."""
    first = seen.most(np.where(substance, 100.0 - seen.place, 0.0))
    is_first = substance & (100.0 - seen.place == first[seen.of])
    return np.bincount(seen.of, seen.words * is_first, len(seen.sizes)).astype(np.float64)


def _until(seen: Seen, wanted: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how many words stand before the first sentence wanted, in fifties; 2 where there is none."""
    least = -seen.most(np.where(wanted, -seen.words_before / 50, -np.inf))
    return np.where(np.isinf(least), 2.0, least)
