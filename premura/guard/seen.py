"""Everything the rules look at, worked out once for a batch of drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from premura.guard import cues
from premura.guard.contract import Context, Draft
from premura.guard.cues import COLUMN, CUES
from premura.guard.parts import Part, folded_of, parts, words_before
from premura.text import abuse, personal_data, reading, signs
from premura.text.abuse import Abuse
from premura.text.features import Features, features
from premura.text.heads import Floats, Hashed
from premura.text.labels import LABELS
from premura.text.personal_data import Find
from premura.text.tokens import cut

# What the learnt heads know: of each sentence, whether it breaks this rule.
HEADS: tuple[str, ...] = (
    "insult", "in_kind", "deflection", "only_social_team", "go_local", "private_first", "personal_data",
    "vague_promise", "begging", "shaming", "canned", "internal_fact",
)  # fmt: skip
HEAD = {name: column for column, name in enumerate(HEADS)}
PRIVATE = frozenset({"whatsapp", "email", "telegram", "messenger", "sms", "dm", "mail", "chat"})
DANGERS = (
    "gas_smell", "fire_smoke", "injury", "hazard", "allergy", "violence_threat", "fraud", "money_taken",
    "vulnerable_person", "life_support", "stranded", "locked_out",
)  # fmt: skip
_DANGER = [signs.SIGNS.index(name) for name in DANGERS]
_FLAGS = (
    "public_answer_exists", "our_mistake", "handover_attached", "promise_attached", "customer_asked_for_phone",
)  # fmt: skip
_KINDS = ("iban", "codice_fiscale", "card", "phone", "email", "address", "order_number")
_OF_CUSTOMER = ("asks_phone", "asks_where", "emergency", "personal_data", "insult", "deflection", "go_local")
SHRINK = np.float32(0.25)  # brings the first layer's odds to about the size of the other columns


@dataclass(frozen=True, slots=True)
class One:
    """One draft as it was seen."""

    draft: Draft
    context: Context
    public: bool
    parts: tuple[Part, ...]
    rows: slice  # of its parts among all
    lang: str
    customer_lang: str
    customer_words: frozenset[str]
    rude: Abuse
    personal: tuple[Find, ...]

    @property
    def said(self) -> frozenset[str]:
        """The stems of the draft's longer words."""
        return words_of(self.draft.text)

    @property
    def words(self) -> int:
        return sum(len(part.words) for part in self.parts)


@dataclass(frozen=True)
class Seen:
    """A batch of drafts.  The arrays have one row a sentence, in the order of the drafts."""

    drafts: tuple[One, ...]
    fired: NDArray[np.uint8]  # cues in each sentence
    asked: NDArray[np.uint8]  # cues in each customer's text: one row a draft
    dangers: NDArray[np.uint8]  # one row a draft

    @cached_property
    def part_texts(self) -> list[str]:
        return [part.text for one in self.drafts for part in one.parts]

    @cached_property
    def part_langs(self) -> list[str]:
        return [one.lang for one in self.drafts for _ in one.parts]

    def cue(self, one: One, name: str) -> NDArray[np.bool_]:
        """Return for each sentence of a draft whether a cue stands in it."""
        found: NDArray[np.bool_] = self.fired[one.rows, COLUMN[name]] > 0
        return found


def look(given: Sequence[tuple[Draft, Context]]) -> Seen:
    """Return a batch as the rules see it."""
    texts = [draft.text for draft, _ in given]
    theirs = [draft.customer_text for draft, _ in given]
    langs = [guess.code for guess in reading.languages(texts, [draft.lang for draft, _ in given])]
    spoken = _spoken(given, theirs)
    cut_up = [parts(text) for text in texts]
    asked = cues.matrix(theirs, spoken)
    dangers = signs.matrix(theirs, spoken)[:, _DANGER]
    rude = abuse.read_many(texts, langs)
    drafts: list[One] = []
    at = 0
    for number, (draft, context) in enumerate(given):
        some = cut_up[number]
        drafts.append(
            One(
                draft, context, draft.post or (draft.public and draft.network not in PRIVATE), some,
                slice(at, at + len(some)), langs[number], spoken[number], words_of(draft.customer_text), rude[number],
                personal_data.find(draft.text),
            )
        )  # fmt: skip
        at += len(some)
    all_parts = [part.text for some in cut_up for part in some]
    fired = cues.matrix(all_parts, [one.lang for one in drafts for _ in one.parts])
    return Seen(tuple(drafts), fired, asked, dangers)


def words_of(text: str) -> frozenset[str]:
    """Return the stems of a text's longer words: six letters tell a word from its neighbours, not from its forms."""
    words = (word.strip('.,;:!?()"«»…-') for word in folded_of(text).split())
    return frozenset(word[:6] for word in words if len(word) > 3)


def _spoken(given: Sequence[tuple[Draft, Context]], theirs: Sequence[str]) -> list[str]:
    found = [draft.customer_lang[:2] for draft, _ in given]
    unknown = [n for n, lang in enumerate(found) if not lang and theirs[n].strip()]
    if unknown:
        guesses = reading.languages([theirs[n] for n in unknown], [""] * len(unknown))
        for n, guess in zip(unknown, guesses, strict=True):
            found[n] = "" if guess.code == "und" else guess.code
    return found


def hashed_odds(texts: Sequence[str], layer: Hashed) -> Floats:
    """Return a first layer's odds of some texts."""
    return layer.odds(features(cut(texts)))


def tone(hashed: Features) -> Floats:
    """Return what the reading of messages hears in each sentence: (sentences, TONES), sarcasm and insults too.

    It learnt from what customers write, of which there is much more than of drafts.
    """
    return reading.first_layer().odds(hashed)[:, :TONES]


def columns(seen: Seen, odds: Floats, tones: Floats) -> Floats:
    """Return what the second layer reads of each sentence.

    Takes    odds: the first layer's, (sentences, HEADS); tones: see `tone`.
    """
    rows = [
        _of(seen, number, one, odds[one.rows] * SHRINK, tones[one.rows] * SHRINK)
        for number, one in enumerate(seen.drafts)
        if one.parts
    ]
    return np.concatenate(rows) if rows else np.zeros((0, WIDTH), np.float32)


TONES = len(LABELS)  # the languages stand behind them
WIDTH = TONES + 3 * len(HEADS) + 3 * len(CUES) + len(_OF_CUSTOMER) + len(DANGERS) + len(_FLAGS) + 2 * len(_KINDS) + 24


def _of(seen: Seen, number: int, one: One, odds: Floats, tones: Floats) -> Floats:
    n = len(one.parts)
    fired = seen.fired[one.rows].astype(np.float32)
    before = np.zeros_like(fired)
    after = np.zeros_like(fired)
    if n > 1:
        before[1:] = np.maximum.accumulate(fired)[:-1]
        after[:-1] = np.maximum.accumulate(fired[::-1])[::-1][1:]
    others = np.full_like(odds, -2)
    next_ = np.full_like(odds, -2)
    if n > 1:
        order = np.sort(odds, axis=0)
        others = np.where(odds == order[-1], order[-2], order[-1])
        next_[:-1] = odds[1:]
    context = [float(getattr(one.context, name)) for name in _FLAGS]
    whole = np.concatenate([
        seen.asked[number, [COLUMN[name] for name in _OF_CUSTOMER]].astype(np.float32),
        seen.dangers[number].astype(np.float32), np.array(context, np.float32),
    ])  # fmt: skip
    return np.concatenate(
        [odds, others, next_, fired, before, after, np.tile(whole, (n, 1)), _kinds(one), _shape(one), tones], axis=1
    ).astype(np.float32)


def _kinds(one: One) -> Floats:
    """Which personal data stand in each sentence, and which of them the customer wrote before us."""
    found = np.zeros((len(one.parts), 2 * len(_KINDS)), np.float32)
    orders = personal_data.order_numbers(one.draft.text) if any(map(str.isdigit, one.draft.text)) else ()
    theirs = one.draft.customer_text.replace(" ", "")
    for find in (*one.personal, *orders):
        if find.kind in _KINDS:
            column = _KINDS.index(find.kind)
            known = one.draft.text[find.start : find.end].replace(" ", "") in theirs
            for row, part in enumerate(one.parts):
                if part.start < find.end and find.start < part.end:
                    found[row, column] = 1
                    found[row, column + len(_KINDS)] = known
    return found


def _shape(one: One) -> Floats:
    n, total = len(one.parts), max(one.words, 1)
    before = words_before(one.parts)
    dates = [part.dated for part in one.parts]
    rows = []
    for k, part in enumerate(one.parts):
        words = len(part.words)
        stems = {word[:6] for word in part.words if len(word) > 3}
        rows.append((
            k == 0, k == n - 1, k / 8, min(words, 40) / 20, before[k] / 50, (total - before[k] - words) / 50,
            total / 100,
            n / 8, part.dated, k + 1 < n and dates[k + 1], k > 0 and dates[k - 1], any(dates), "?" in part.text,
            "!" in part.text, any(char.isdigit() for char in part.text),
            "«" in part.text or "“" in part.text or part.text.count('"') > 1,
            len(stems & one.customer_words) / max(len(stems), 1), one.public, one.draft.post,
            one.draft.network == "x", bool(one.draft.customer_text),
            sum(word.isupper() and len(word) > 2 for word in part.text.split()) / max(words, 1),
            one.rude.level / 2 if _rude_here(one, part) else 0.0, "http" in part.text or "www." in part.text,
        ))  # fmt: skip
    return np.array(rows, np.float32).reshape(n, 24)


def _rude_here(one: One, part: Part) -> bool:
    return any(part.start < find.end and find.start < part.end for find in one.rude.finds)
