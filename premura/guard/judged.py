"""One draft with everything known of it: what a rule is handed."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import islice, pairwise
from typing import Any

import numpy as np

from premura.guard import heads, taken_out
from premura.guard.contract import Context, Draft, Finding, Phrase, Severity
from premura.guard.parts import Part, folded_of
from premura.guard.seen import HEAD, One, Seen, hashed_odds
from premura.guard.taken_out import Stretch
from premura.guard.whole import Question
from premura.text.heads import Floats

MOST = 5  # findings of one rule
OWN_WORDS = 0.96  # of a sentence with words of the brand's own: sure, and never so plain that a warning stops
_CLAUSE = re.compile(r"[,;:–—()]\s+|\s+-\s+")
_NOTHING = re.compile(r"(?!)")  # of a phrase without a word, which stands nowhere
_LINK = re.compile(r"(?:https?://|www\.)\S+|[\W\d_]+")
LONG = 12  # words from which on a sentence is narrowed to the clause that is meant
SPEAKS = 0.1  # sentences that no rule gives more are never narrowed
Clauses = Sequence[tuple[int, int, Floats]]  # each with its odds of the first layer


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft, its sentences, and how likely each breaks each rule."""

    seen: Seen
    one: One
    scores: Floats  # (sentences, HEADS)
    odds: Floats  # of the first layer
    whole: Mapping[str, float]  # of the draft: question_unanswered, answer_not_first
    questions: Sequence[Question]
    peaks: Sequence[float]  # the most that any sentence has of each rule
    told: Sequence[tuple[Part, str, float]] = ()  # which of what is to stay inside each sentence most likely tells
    clauses: Mapping[int, Clauses] = field(default_factory=dict)  # of sentences that may be narrowed: start -> clauses

    @property
    def draft(self) -> Draft:
        return self.one.draft

    @property
    def context(self) -> Context:
        return self.one.context

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.one.parts

    def has(self, cue: str) -> bool:
        """Whether a cue stands anywhere in the draft."""
        return bool(self.seen.cue(self.one, cue).any())

    def starts(self, cue: str) -> set[int]:
        """Return where the sentences begin in which a cue stands."""
        return {part.start for part, fired in zip(self.parts, self.seen.cue(self.one, cue), strict=True) if fired}

    def likely(self, rule: str, at: float | None = None) -> Iterator[tuple[Part, float]]:
        """Yield the sentences that break a learnt rule, each with how likely; from `at` on, or the rule's threshold."""
        at = heads.thresholds()[rule] if at is None else at
        if not self.context.phrases and self.peaks[HEAD[rule]] < at:
            return
        allowed, forbidden = self._own(rule, allows=True), self._own(rule, allows=False)
        column = self.scores[:, HEAD[rule]]
        for part, score in zip(self.parts, column.tolist(), strict=True):
            if _says(allowed, part):
                continue
            if _says(forbidden, part):
                yield part, max(OWN_WORDS, score)
            elif score >= at:
                yield part, score

    def allowed(self, rule: str, part: Part) -> bool:
        """Whether the brand has said that these words are all right."""
        return _says(self._own(rule, allows=True), part)

    def forbidden(self, rule: str, part: Part) -> bool:
        """Whether words stand there that the brand does not want to be said."""
        return _says(self._own(rule, allows=False), part)

    def _own(self, rule: str, *, allows: bool) -> list[Phrase]:
        """Return the brand's own words about a rule, in the draft's language."""
        own = [p for p in self.context.phrases if p.rule == rule and p.allows == allows]
        return [p for p in own if p.lang in ("", self.one.lang)]

    def score_at(self, place: int, rule: str) -> float:
        """Return how likely the sentence at a place breaks a learnt rule; 0 where there is none."""
        for part, score in zip(self.parts, self.scores[:, HEAD[rule]].tolist(), strict=True):
            if part.start <= place < part.end:
                return float(score)
        return 0.0

    def find(self, rule: str, severity: Severity, because: str = "", *, takes_out: bool = True) -> Iterator[Finding]:
        """Yield a finding for each sentence that breaks a learnt rule; the fix takes the sentence out."""
        if self.peaks[HEAD[rule]] < heads.thresholds()[rule] and not self.context.phrases:
            return
        for part, score in islice(self.likely(rule), MOST):
            start, end = (part.start, part.end) if score == OWN_WORDS else self.narrowed(part, rule)
            fix = None
            if takes_out and (stretch := self.without(part)):
                start, end, fix = stretch
            yield Finding(rule, severity, start, end, because or rule, fix=fix, score=round(score, 3))

    def narrowed(self, part: Part, rule: str) -> tuple[int, int]:
        """Return the clause of a long sentence that is meant, or the sentence."""
        if len(part.words) < LONG:
            return part.start, part.end
        clauses = self.clauses.get(part.start, ())
        if len(clauses) < 2:
            return part.start, part.end
        a, b, _ = max(clauses, key=lambda clause: float(clause[2][HEAD[rule]]))
        bare = part.text[a:b].rstrip(" ,;:–—(")
        return part.start + a, part.start + a + len(bare)

    def without(self, part: Part) -> Stretch | None:
        """Return what to take out so that a sentence is gone; None where nothing would be left to send."""
        if len(self.parts) < 2:
            return None
        return taken_out.without(self.draft.text, self.parts, part, (self.context.customer, self.context.author))

    @property
    def fix_lang(self) -> str:
        """The language of a fix: the draft's, or the customer's where the draft has no words that tell."""
        own, theirs = self.one.lang, self.one.customer_lang
        speaks_own = own in _fixes() and _LINK.sub("", self.draft.text).strip()
        return own if speaks_own else theirs if theirs in _fixes() else own if own in _fixes() else "en"

    def text_of(self, name: str) -> str:
        """Return a sentence for a fix, in the draft's language and in the tone of the brand, or else of the draft."""
        lang = self.fix_lang
        return _line(lang, self.context.address or _tone(self.draft.text, lang), name)

    def words_of(self, name: str) -> re.Pattern[str]:
        """Return the pattern of words that a fix looks for, in the draft's language, the longer before the shorter."""
        return _words_of(self.fix_lang, name)

    def text_of_language(self, lang: str, name: str) -> str:
        """Return a sentence for a fix, in the language given and in the tone of the brand."""
        return _line(lang, self.context.address, name)


@cache
def _words_of(lang: str, name: str) -> re.Pattern[str]:
    words = [word.strip() for word in str(_fixes()[lang].get(name, "")).split(",") if word.strip()]
    longest_first = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)", re.I) if words else _NOTHING


def clauses(seen: Seen, scores: Floats) -> list[dict[int, Clauses]]:
    """Return for each draft the clauses of its long sentences that some rule may be about."""
    cut = []
    most = scores.max(axis=1, initial=0) >= SPEAKS
    at_fault = np.any(scores >= [heads.thresholds()[rule] for rule in HEAD], axis=1)
    for number, one in enumerate(seen.drafts):
        # Without a phrase of the brand's own, only what is at fault is ever narrowed.
        about = most if one.context.phrases else at_fault
        for part, some in zip(one.parts, about[one.rows].tolist(), strict=True):
            if some and len(part.words) >= LONG:
                edges = [0, *(sign.end() for sign in _CLAUSE.finditer(part.text)), len(part.text)]
                cut += [(number, part, a, b) for a, b in pairwise(edges) if part.text[a:b].strip()]
    odds = hashed_odds([part.text[a:b] for _, part, a, b in cut], heads.first_layer()) if cut else ()
    found: list[dict[int, Clauses]] = [{} for _ in seen.drafts]
    for (number, part, a, b), own in zip(cut, odds, strict=True):
        found[number][part.start] = [*found[number].get(part.start, ()), (a, b, own)]
    return found


def _tone(text: str, lang: str) -> str:
    """Return how a text speaks to people, tu, lei or voi; "" where its words do not tell."""
    counts = {name: len(re.findall(signs, text)) for name, signs in _fixes()[lang].get("signs", {}).items()}
    most = max(counts.values(), default=0)
    found = [name for name, count in counts.items() if count == most]
    return found[0] if most and len(found) == 1 else ""


def _line(lang: str, address: str, name: str) -> str:
    lines = _fixes().get(lang) or _fixes()["en"]
    return str(lines.get(address, {}).get(name) or lines[name])


@cache
def _fixes() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("premura.guard") / "fixes.toml").read_text("utf-8"))


def _says(own: Sequence[Phrase], part: Part) -> bool:
    return any(speaks(phrase, part.plain) for phrase in own)


def speaks(phrase: Phrase, plain: str) -> bool:
    """Whether a brand's own phrase stands in a plain text, as whole words; a * at its end stands for any ending."""
    return _pattern(phrase.text).search(plain) is not None


@cache
def _pattern(text: str) -> re.Pattern[str]:
    words = [re.escape(word) for word in folded_of(text.rstrip("*")).split()]
    if not words:
        return _NOTHING
    return re.compile(r"(?<!\w)" + r"\W+".join(words) + (r"\w*" if text.endswith("*") else r"(?!\w)"))
