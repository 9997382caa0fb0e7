"""What a draft looks like beside the customer's questions: what the heads for the whole draft read."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from premura.guard.cues import COLUMN, CUES
from premura.guard.parts import folded_of, words_before
from premura.guard.seen import HEADS, One, Seen, words_of
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
_MONEY = ("euro", "€", "eur", "$", "£", "gratis", "free", "gratuit", "kostenlos", "gratuito", "%")
WIDTH = 2 * len(HEADS) + 2 * len(CUES) + 34


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
    return [[_question(one, stretch) for stretch in stretches.get(id(one), ())] for one in drafts]


def _question(one: One, stretch: questions.Stretch) -> Question:
    words = one.draft.customer_text[stretch.start : stretch.end]
    own, folded = words_of(words), folded_of(words) + " "
    kinds = tuple(any(word in folded for word in some) for some in (_WHEN, _PRICE, _WHERE, _WHY, _HOW, _WHO))
    return Question(stretch.start, stretch.end, words, kinds, len(own & one.said) / max(len(own), 1))


def row(seen: Seen, one: One, odds: Floats, scores: Floats, found: list[Question]) -> Floats:
    """Return the columns of one draft; `odds` and `scores` are those of its sentences."""
    fired = seen.fired[one.rows].astype(np.float32)
    before = words_before(one.parts)
    total = one.words
    filler = fired[:, [COLUMN[c] for c in ("filler", "greeting", "empathy", "thanks", "apology", "canned")]].max(axis=1)
    substance = [k for k, is_filler in enumerate(filler) if not is_filler and len(one.parts[k].words) > 3]
    dates = [k for k, part in enumerate(one.parts) if part.dated]
    numbers = [k for k, part in enumerate(one.parts) if any(map(str.isdigit, part.text))]
    plain = folded_of(one.draft.text)
    kinds = np.array([[float(kind) for kind in q.kinds] for q in found] or [[0.0] * 6]).max(axis=0)
    money = any(sign in plain for sign in _MONEY)
    extra = [
        len(found) / 3, len(found) == 0, min((q.touched for q in found), default=1.0),
        max((q.touched for q in found), default=1.0), *kinds,
        kinds[0] * (not dates), kinds[1] * (not money and not numbers),
        total / 60, min(total, 150) / 150, bool(dates), bool(numbers), money, len(one.parts) / 8,
        before[substance[0]] / 50 if substance else 2.0, before[dates[0]] / 50 if dates else 2.0,
        before[numbers[0]] / 50 if numbers else 2.0, bool(substance), "http" in plain,
        len(one.draft.text) / 280 if one.draft.network == "x" else 0.0, one.draft.network == "x", one.public,
        one.draft.text.count("?") / 3, len(one.draft.customer_text) / 300, bool(one.draft.customer_text),
        float(one.context.promise_attached or one.context.handover_attached), one.lang == one.customer_lang,
        before[-1] / 50 if one.parts else 0.0, float(filler[:3].mean()) if len(filler) else 0.0,
        sum(len(one.parts[k].words) for k in range(len(one.parts)) if filler[k]) / max(total, 1),
    ]  # fmt: skip
    return np.concatenate([
        odds.max(axis=0) * 0.25, scores.max(axis=0), fired.max(axis=0), fired[: max(1, len(fired) // 2)].max(axis=0),
        np.array(extra, np.float32),
    ]).astype(np.float32)  # fmt: skip
