"""Check drafts: the one door of the guard."""

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from threading import Event, Lock

from premura.guard import company, facts, heads, judged, whole
from premura.guard.contract import RULES, Context, Draft, Finding, Severity
from premura.guard.cues import LANGUAGES
from premura.guard.judged import Judged
from premura.guard.parts import Part, beyond
from premura.guard.seen import HEAD, Seen, look
from premura.text.heads import Floats, logistic

AT_ONCE = 256
OF_SENTENCES = frozenset(HEAD) - {"canned"}  # what a sentence breaks by itself, wherever in the draft it stands
_LOOK = tuple(import_module(f"premura.guard.rules.{rule}").look for rule in RULES)
_ORDER = {Severity.BLOCK: 0, Severity.WARN: 1, Severity.DELAY: 2, Severity.HINT: 3}


_loading = Lock()
_loaded: set[str] = set()
_asked_for_all = Event()


def ready() -> None:
    """Load what the guard needs in every language, once for all threads: some seconds, nothing after that.

    Who does not call it loads what each draft needs, language by language.
    """
    _asked_for_all.set()
    if _loaded.issuperset(LANGUAGES):
        return
    with _loading:
        for lang in LANGUAGES:
            if lang not in _loaded:
                _judge([(Draft("Ciao Giulia, arriva domani.", lang, "Quando arriva?", lang), Context())])
                _loaded.add(lang)


def check(draft: Draft, context: Context | None = None) -> tuple[Finding, ...]:
    """Return what speaks against one draft, the gravest first; () when nothing does.  About 4 ms."""
    return check_many([(draft, context or Context())])[0]


def check_many(given: Sequence[tuple[Draft, Context]]) -> list[tuple[Finding, ...]]:
    """Return what speaks against each draft, in order.

    Takes    drafts with what is known besides; whatever language: unknown ones are read with the heads alone.
    Cost     see `premura bench guard`.  The first call loads weights and phrases: a second or two.
    """
    found: list[tuple[Finding, ...]] = []
    for first in range(0, len(given), AT_ONCE):
        found += [(*findings_of(one), *_further(one)) for one in judge(given[first : first + AT_ONCE])]
    return found


def _further(one: Judged) -> list[Finding]:
    """Return what speaks against the words beyond those that are looked at together: nothing leaves unread."""
    found: list[Finding] = []
    text, parts, at = one.draft.text, one.parts, 0
    while (at := at + beyond(text[at:], parts)) < len(text):
        [piece] = judge([(replace(one.draft, text=text[at:], lang=one.one.lang), one.context)])
        parts = piece.parts
        found += [replace(f, start=f.start + at, end=f.end + at) for f in findings_of(piece) if f.rule in OF_SENTENCES]
    return found


def judge(given: Sequence[tuple[Draft, Context]]) -> list[Judged]:
    """Return each draft with its sentences and how likely each breaks each rule."""
    if _asked_for_all.is_set():
        ready()
    return _judge(given)


def _judge(given: Sequence[tuple[Draft, Context]]) -> list[Judged]:
    seen = look(given)
    whole_scores, odds = heads.scores(seen)
    scores = company.scores(seen, whole_scores)
    asked = whole.asked(seen.drafts)
    likely = logistic(heads.whole_layer().odds(whole.rows(seen, odds, whole_scores, asked))).tolist()
    told, clauses, peaks = _told(seen, whole_scores), judged.clauses(seen, scores), seen.most(scores).tolist()
    return [
        Judged(
            seen, one, scores[one.rows], odds[one.rows], dict(zip(heads.WHOLE, likely[n], strict=True)),
            tuple(asked[n]), peaks[n], told.get(n, ()), clauses[n],
        )
        for n, one in enumerate(seen.drafts)
    ]  # fmt: skip


def _told(seen: Seen, scores: Floats) -> dict[int, Sequence[tuple[Part, str, float]]]:
    """Return for each draft that knows what is to stay inside which of it its sentences tell."""
    found = {}
    for n, one in enumerate(seen.drafts):
        secret = one.context.internal_facts + (one.context.direct_facts if one.public else ())
        if secret and one.parts:
            sounds = facts.loud(scores[one.rows, HEAD["internal_fact"]])
            found[n] = facts.Asked(one.parts, secret, one.draft.customer_text, sounds)
    return dict(zip(found, facts.told(list(found.values()), heads.of_facts()), strict=True)) if found else {}


def findings_of(one: Judged) -> tuple[Finding, ...]:
    """Return what speaks against a draft that was judged, the gravest first."""
    if not one.draft.text.strip():
        return ()
    found = [finding for rule in _LOOK for finding in rule(one)]
    return tuple(sorted(found, key=lambda finding: (_ORDER[finding.severity], finding.start)))
