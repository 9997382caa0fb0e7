"""What the thread shows of a reading: a few quiet words, and for each why it is there."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from premura.listen import corrections
from premura.templatetags.readings import EMOTIONS, flag_word, is_stretch, read_as

MOST_QUOTES = 4
MOST_QUOTED = 60  # characters of one stretch
SURE = 0.5  # an emotion that is told
ALSO = 0.3  # another intent that is told
CAN_WAIT_ANYWAY = frozenset({"gesture", "praise", "spam", "abuse"})
ASKS_ANYWAY = frozenset({"question", "purchase"})

# What the visible signs are called; one without a name here is told by its words alone.
SIGNS = {
    "legal_threat": gettext_lazy("legal steps"),
    "legal_authority": gettext_lazy("an authority is named"),
    "gas_smell": gettext_lazy("smell of gas"),
    "fire_smoke": gettext_lazy("fire or smoke"),
    "injury": gettext_lazy("somebody is hurt"),
    "hazard": gettext_lazy("a danger"),
    "food_danger": gettext_lazy("dangerous food"),
    "allergy": gettext_lazy("an allergy"),
    "violence_threat": gettext_lazy("a threat of violence"),
    "money_taken": gettext_lazy("money was taken"),
    "fraud": gettext_lazy("a fraud"),
    "refund_missing": gettext_lazy("a refund is missing"),
    "service_down": gettext_lazy("the service is down"),
    "vulnerable_person": gettext_lazy("a vulnerable person"),
    "life_support": gettext_lazy("somebody's life depends on it"),
    "deadline_near": gettext_lazy("a deadline is near"),
    "stranded": gettext_lazy("somebody is stranded"),
    "serious_loss": gettext_lazy("a serious loss"),
    "waiting_long": gettext_lazy("waiting for long"),
    "no_hurry": gettext_lazy("says there is no hurry"),
    "chaser_nudge": gettext_lazy("asks for an answer"),
    "wrote_before": gettext_lazy("has written before"),
    "nth_time": gettext_lazy("not the first time"),
    "attempts_in_vain": gettext_lazy("tried in vain"),
}
BY = {
    "learnt": gettext_lazy("so it was learnt from examples"),
    "model": gettext_lazy("so a model of your own says"),
    "network": gettext_lazy("so the network says"),
    "thread": gettext_lazy("from the rest of the conversation"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One word under a message; `why` is a sentence."""

    of: str  # intent, sentiment, flag:chaser …
    word: str
    why: str
    tone: str = ""
    corrected: bool = False

    @property
    def key(self) -> str:
        """For an element's id."""
        return self.of.replace(":", "-")


@dataclass(frozen=True, slots=True)
class Field:
    """One matter of the form that corrects: what stands there now, and what may."""

    of: str
    now: Any
    choices: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A reading as the thread shows it."""

    marks: list[Mark]
    fields: list[Field]
    flags: list[str]


def shown(messages: Iterable[Any], usual: str) -> dict[int, Shown]:
    """Return what is shown of each message of theirs that has been read.

    Takes    messages in the order of the thread; usual: the brand's language, which says nothing.
    """
    read = [m for m in messages if not m.is_ours and getattr(m, "reading", None)]
    put_right = corrections.of_messages([m for m in read if m.reading.corrected])
    given = {}
    for message in read:
        reading = message.reading
        marks = list(_marks(message.text, reading, put_right.get(message.pk, {}), usual))
        given[message.pk] = Shown(marks, _fields(reading), list(corrections.FLAGS))
        # A language is told where it begins, and again where it changes.
        usual = usual if reading.language == "und" else reading.language
    return given


def _fields(reading: Any) -> list[Field]:
    return [
        Field("intent", reading.intent, corrections.INTENTS),
        Field("sentiment", reading.sentiment, corrections.SENTIMENTS),
        Field("urgency", reading.urgency, (3, 2, 1, 0)),
        Field("language", reading.language, corrections.LANGUAGES),
    ]


def _marks(text: str, reading: Any, put_right: dict[str, Any], usual: str) -> Iterator[Mark]:
    why = _Why(text, reading.details or {}, put_right)
    said = {
        "intent": bool(reading.intent),
        "sentiment": reading.sentiment != "neutral",
        "urgency": reading.urgency > 1 or (reading.urgency == 0 and reading.intent not in CAN_WAIT_ANYWAY),
    }
    for of, says in said.items():
        if says or of in put_right:
            value = getattr(reading, of)
            yield why.mark(of, read_as(value, of), tone="brick" if (of, value) == ("urgency", 3) else "")
    for flag in reading.flags:
        if flag != "asks_question" or reading.intent not in ASKS_ANYWAY:
            yield why.mark(f"flag:{flag}", flag_word(flag))
    if reading.language not in ("und", usual) or "language" in put_right:
        yield why.mark("language", read_as(reading.language, "language"))
    if reading.hate or (reading.abuse > 1 and reading.intent != "abuse"):
        yield why.mark("abuse", _("hateful") if reading.hate else _("insulting"))
    if why.personal:
        yield why.mark("personal", _("personal data"))


class _Why:
    """Says of one message why each mark is there."""

    def __init__(self, text: str, details: dict[str, Any], put_right: dict[str, Any]) -> None:
        self._text, self._details, self._put_right = text, details, put_right
        self.personal = [p for p in details.get("personal") or [] if is_stretch(p, text)]
        self._besides: dict[str, Callable[[], Iterator[str]]] = {
            "intent": self._also, "sentiment": self._emotions, "flag:asks_question": self._questions,
            "personal": self._personal,
        }  # fmt: skip

    def mark(self, of: str, word: str, tone: str = "") -> Mark:
        matter = "flags" if of.startswith("flag:") else of
        corrected = self._put_right.get(matter)
        if corrected:
            was = read_as(corrected.was, matter)
            given = {"word": capfirst(word), "name": corrected.by, "was": was}
            return Mark(of, word, _("%(word)s: corrected by %(name)s, was read as “%(was)s”") % given, tone, True)
        sure = (self._details.get("confidence") or {}).get(of)
        head = capfirst(word) + (f", {round(100 * sure)} %" if sure else "")
        parts = [*self._reasons(of), *self._besides.get(of, lambda: iter(()))()]
        return Mark(of, word, f"{head}: {'; '.join(parts)}" if parts else head, tone)

    def _reasons(self, of: str) -> Iterator[str]:
        found = [r for r in self._details.get("reasons") or [] if r.get("of") == of]
        rules: dict[str, list[str]] = {}
        for reason in found:
            if reason.get("by") == "rule":
                rules.setdefault(reason.get("name") or "", []).extend(self._quote(reason))
        for name, quotes in rules.items():
            words = _listed(quotes)
            if name in SIGNS:
                yield f"{SIGNS[name]} ({words})" if words else str(SIGNS[name])
            elif words:
                yield _for(quotes)
        quotes = [quote for reason in found if reason.get("by") == "words" for quote in self._quote(reason)]
        if quotes:
            yield _for(quotes)
        yield from (str(BY[by]) for by in dict.fromkeys(r.get("by") for r in found) if by in BY)

    def _quote(self, reason: dict[str, Any]) -> list[str]:
        stretch = (reason.get("start"), reason.get("end"))
        return [quoted(self._text[slice(*stretch)])] if is_stretch(stretch, self._text) else []

    def _also(self) -> Iterator[str]:
        others = [(name, sure) for name, sure in (self._details.get("intents") or [])[1:] if sure >= ALSO]
        if others:
            yield _("also %(others)s") % {
                "others": ", ".join(f"{read_as(name, 'intent')} ({round(100 * sure)} %)" for name, sure in others)
            }

    def _emotions(self) -> Iterator[str]:
        felt = [
            str(EMOTIONS[e])
            for e, sure in (self._details.get("emotions") or {}).items()
            if sure >= SURE and e in EMOTIONS
        ]
        if felt:
            yield ", ".join(felt)

    def _questions(self) -> Iterator[str]:
        asked = [q for q in self._details.get("questions") or [] if is_stretch(q, self._text)]
        if asked:
            yield _listed([quoted(self._text[q[0] : q[1]]) for q in asked])

    def _personal(self) -> Iterator[str]:
        yield _listed([quoted(self._text[start:end]) for start, end, *_kind in self.personal])


def quoted(stretch: str) -> str:
    """Return some of their words in quotation marks, on one line and not too long."""
    words = " ".join(stretch.split())
    return _("“%(words)s”") % {"words": words if len(words) <= MOST_QUOTED else words[: MOST_QUOTED - 1] + "…"}


def _listed(quotes: list[str]) -> str:
    return ", ".join(list(dict.fromkeys(quotes))[:MOST_QUOTES])


def _for(quotes: list[str]) -> str:
    n = len(dict.fromkeys(quotes))
    return ngettext("for the words %(words)s", "for the words %(words)s", n) % {"words": _listed(quotes)}
