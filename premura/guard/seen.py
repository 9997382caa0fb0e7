"""Everything the rules look at, worked out once for a batch of drafts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from premura.guard import cues
from premura.guard.contract import Context, Draft
from premura.guard.cues import COLUMN, CUES
from premura.guard.parts import Part, folded_of, has_digit, parts, stems, unsigned
from premura.text import abuse, personal_data, reading, signs
from premura.text.abuse import Abuse
from premura.text.features import Features, features
from premura.text.heads import Floats, Hashed
from premura.text.labels import LABELS
from premura.text.language import Guess
from premura.text.personal_data import Find
from premura.text.tokens import Ints, cut

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
_KINDS = ("iban", "codice_fiscale", "card", "phone", "email", "address", "order_number")
_OF_CUSTOMER = ("asks_phone", "asks_where", "emergency", "personal_data", "insult", "deflection", "go_local")
_CUES_OF_CUSTOMER = [COLUMN[name] for name in _OF_CUSTOMER]
_MAILBOX = re.compile(r"\S@\w[\w-]*\.\w")
_LONG_NUMBER = re.compile(r"(?:\d[ ./-]?){5}\d")
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|„[^“”]*[“”]|\"[^\"]*\"|‘[^’]*’")
_COLON = re.compile(r"\s*[:–—|]\s|\s/{1,2}\s")
SHRINK = np.float32(0.25)  # brings the first layer's odds to about the size of the other columns


@dataclass(frozen=True, slots=True)
class One:
    """One draft as it was seen."""

    row: int  # its place in the batch
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
    def words(self) -> int:
        return sum(len(part.words) for part in self.parts)

    @property
    def passages(self) -> list[str]:
        """The sentences, parted at a colon or a slash too: “we answer in German: Ja, …” speaks two languages."""
        return [piece for part in self.parts for piece in _COLON.split(part.text)]


@dataclass(frozen=True)
class Seen:
    """A batch of drafts.  The arrays have one row a sentence, in the order of the drafts."""

    drafts: tuple[One, ...]
    fired: NDArray[np.uint8]  # cues in each sentence
    asked: NDArray[np.uint8]  # cues in each customer's text: one row a draft
    dangers: NDArray[np.uint8]  # one row a draft

    @cached_property
    def part_texts(self) -> list[str]:
        return [part.text for part in self.parts]

    @cached_property
    def parts(self) -> list[Part]:
        return [part for one in self.drafts for part in one.parts]

    @cached_property
    def tongues(self) -> Mapping[str, Guess]:
        """In which language the drafts stand that are not in their customer's, and in which each of their sentences."""
        foreign = [one for one in self.drafts if one.customer_lang not in ("", one.lang)]
        texts = list(
            dict.fromkeys(text for one in foreign for text in (one.draft.text, unquoted(one.draft.text), *one.passages))
        )
        return dict(zip(texts, reading.languages(texts, [""] * len(texts)), strict=True))

    @cached_property
    def sizes(self) -> Ints:
        """How many sentences each draft has."""
        return np.array([len(one.parts) for one in self.drafts], np.int64)

    @cached_property
    def of(self) -> Ints:
        """The draft of each sentence."""
        return np.repeat(np.arange(len(self.drafts)), self.sizes)

    @cached_property
    def place(self) -> Ints:
        """How many sentences of its draft stand before each."""
        return np.arange(len(self.of)) - (np.cumsum(self.sizes) - self.sizes)[self.of]

    @cached_property
    def words(self) -> Ints:
        """How many words each sentence has."""
        return np.array([len(part.words) for part in self.parts], np.int64)

    @cached_property
    def words_before(self) -> Ints:
        """How many words of its draft stand before each sentence."""
        before: Ints = np.cumsum(self.words) - self.words
        return before - before.take(np.arange(len(before)) - self.place)

    @cached_property
    def dated(self) -> NDArray[np.bool_]:
        return np.array([part.dated for part in self.parts], bool)

    @cached_property
    def numbered(self) -> NDArray[np.bool_]:
        """In which sentences a digit stands."""
        return np.array([has_digit(part.text) for part in self.parts], bool)

    def most(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Return of the rows of each draft's sentences the greatest numbers; 0 where it has no sentence."""
        found = np.zeros((len(self.drafts), *rows.shape[1:]), rows.dtype)
        if len(rows):
            found[self.sizes > 0] = np.maximum.reduceat(rows, np.flatnonzero(self.place == 0), axis=0)
        return found

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
    cut_up = [parts(unsigned(draft.text, context.author)) for draft, context in given]
    asked = cues.matrix(theirs, spoken)
    dangers = signs.matrix(theirs, spoken)[:, _DANGER]
    rude = abuse.read_many(texts, langs)
    drafts: list[One] = []
    at = 0
    for number, (draft, context) in enumerate(given):
        some = cut_up[number]
        drafts.append(
            One(
                number, draft, context, draft.post or (draft.public and draft.network not in PRIVATE), some,
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
    return stems([word.strip('.,;:!?()"«»…-') for word in folded_of(text).split()])


def unquoted(text: str) -> str:
    """Return a text without what stands between quotation marks: a title, the customer's own words."""
    return _QUOTED.sub(" ", text)


def _code(told: str) -> str:
    """Return a language's code in two letters; "" where it is said that nobody knows."""
    code = told.strip().lower().replace("_", "-").partition("-")[0]
    return "" if code in ("und", "mul", "zxx") else code[:2]


def _spoken(given: Sequence[tuple[Draft, Context]], theirs: Sequence[str]) -> list[str]:
    found = [_code(draft.customer_lang) for draft, _ in given]
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
    if not len(odds):
        return np.zeros((0, WIDTH), np.float32)
    odds, fired = odds * SHRINK, seen.fired.astype(np.float32)
    left = seen.sizes[seen.of] - seen.place - 1
    next_ = np.full_like(odds, -2)
    next_[left > 0] = odds[np.flatnonzero(left > 0) + 1]
    around = np.concatenate([seen.asked[:, _CUES_OF_CUSTOMER], seen.dangers], axis=1)
    return np.concatenate([
        odds, _others(seen, odds), next_, fired, _passed(fired, seen.place), _passed(fired[::-1], left[::-1])[::-1],
        around[seen.of], _kinds(seen), _shape(seen, left), tones * SHRINK,
    ], axis=1, dtype=np.float32)  # fmt: skip


TONES = len(LABELS)  # the languages stand behind them
WIDTH = TONES + 3 * len(HEADS) + 3 * len(CUES) + len(_OF_CUSTOMER) + len(DANGERS) + 2 * len(_KINDS) + 26


def _passed(fired: Floats, place: Ints) -> Floats:
    """Return which cues stand in the sentences of the same draft before each; `place`: how many those are."""
    found = np.zeros_like(fired)
    for step in range(1, int(place.max()) + 1):
        rows = np.flatnonzero(place == step)
        found[rows] = np.maximum(found[rows - 1], fired[rows - 1])
    return found


def _others(seen: Seen, odds: Floats) -> Floats:
    """Return the most that any other sentence of the same draft has; -2 where there is none."""
    most = seen.most(odds)[seen.of]
    is_most = odds == most
    is_shared = np.add.reduceat(is_most, np.flatnonzero(seen.place == 0), axis=0, dtype=np.int64) > 1
    second = seen.most(np.where(is_most, np.float32(-np.inf), odds))[seen.of]
    alone = is_most & ~np.repeat(is_shared, seen.sizes[seen.sizes > 0], axis=0)
    found: Floats = np.where(alone, second, most)
    found[seen.sizes[seen.of] == 1] = -2
    return found


def _kinds(seen: Seen) -> Floats:
    """Which personal data stand in each sentence, and which of them the customer wrote before us."""
    found = np.zeros((len(seen.parts), 2 * len(_KINDS)), np.float32)
    for one in seen.drafts:
        orders = personal_data.order_numbers(one.draft.text) if seen.numbered[one.rows].any() else ()
        for find in (*one.personal, *orders):
            if find.kind not in _KINDS:
                continue
            column = _KINDS.index(find.kind)
            known = _bare(one.draft.text[find.start : find.end]) in _bare(one.draft.customer_text)
            for row, part in enumerate(one.parts, one.rows.start):
                if part.start < find.end and find.start < part.end:
                    found[row, column] = 1
                    found[row, column + len(_KINDS)] = known
    return found


def _bare(text: str) -> str:
    return text.replace(" ", "")


def _shape(seen: Seen, left: Ints) -> Floats:
    """Where each sentence stands, how long and how loud it is; `left`: how many of its draft stand behind it."""
    place, words, before, dated = seen.place, seen.words, seen.words_before, seen.dated
    total = np.maximum(np.bincount(seen.of, words, len(seen.drafts)), 1)[seen.of]
    next_dated, was_dated = np.append(dated[1:], False) & (left > 0), np.append(False, dated[:-1]) & (place > 0)
    marks = np.array([_marks(one, part) for one in seen.drafts for part in one.parts], np.float64).T
    asks, cries, quotes, shared, loud, rude, linked, mailed, dialled = marks
    drafts = [
        (one.public, one.draft.post, one.draft.network == "x", bool(one.draft.customer_text)) for one in seen.drafts
    ]
    return np.stack([
        place == 0, left == 0, place / 8, np.minimum(words, 40) / 20, before / 50, (total - before - words) / 50,
        total / 100, seen.sizes[seen.of] / 8, dated, next_dated, was_dated, seen.most(dated)[seen.of], asks, cries,
        seen.numbered, quotes, shared, *np.array(drafts, np.float64)[seen.of].T, loud / np.maximum(words, 1), rude,
        linked, mailed, dialled,
    ], axis=1, dtype=np.float32)  # fmt: skip


def _marks(one: One, part: Part) -> tuple[float, ...]:
    text = part.text
    return (
        "?" in text, "!" in text, "«" in text or "“" in text or text.count('"') > 1,
        len(part.stems & one.customer_words) / max(len(part.stems), 1),
        sum([len(word) > 2 for word in text.split() if word.isupper()]),
        one.rude.level / 2 if one.rude.finds and _rude_here(one, part) else 0.0, "http" in text or "www." in text,
        "@" in text and _MAILBOX.search(text) is not None, _LONG_NUMBER.search(text) is not None,
    )  # fmt: skip


def _rude_here(one: One, part: Part) -> bool:
    return any(part.start < find.end and find.start < part.end for find in one.rude.finds)
