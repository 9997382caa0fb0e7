"""Which of the customer's questions a draft answers, one by one: the ticks beside the composer.  P25, P48.

Whether a draft leaves anything open is learnt (rules/question_unanswered).  Which of several questions it answers is
read off its words: what is asked for is named, or the draft speaks of what the question speaks of.
"""

from premura.guard.judged import Judged
from premura.guard.parts import folded_of
from premura.guard.rules import question_unanswered
from premura.guard.rules.question_unanswered import PRICE
from premura.guard.whole import Question

STEM = 4  # letters: apriamo answers aprite
# Words that stand in any question and say nothing of what it is about.
_EMPTY = """
quando quanto quanta quanti quante dove come perche quale quali cosa avete siete fate potete possiamo posso
possono puoi potrei potreste vorrei vuole sono hanno anche ancora allora senza della delle dello degli dalla
nella nelle negli alla alle vostro vostra vostri vostre questo questa questi queste quello quella sapere sapete
dire when what where which does have with your there this that these those would could should from about will
much many long know tell please being into than then them they were been also still just cuando donde como
tienen puede pueden quiero sobre para quand comment avez pouvez vous votre dans avec pour haben sind wann kann
koennen ihre eine einen voces podem tem com onde
"""
EMPTY = frozenset(_EMPTY.split())


def ticks(one: Judged) -> list[tuple[str, bool]]:
    """Return each question of the customer's with whether the draft answers it."""
    open_ = question_unanswered.left(one)
    missed = min(open_, key=lambda question: question.touched, default=None)
    if len(one.questions) < 2:
        return [(question.text.strip(), missed is None) for question in one.questions]
    said = _about(one.draft.text)
    met = [question is not missed and _met(one, question, said) for question in one.questions]
    # A bare yes answers what asks for no more, once.
    bare = [n for n, question in enumerate(one.questions) if not any(question.kinds) and question is not missed]
    yes = int(one.seen.cue(one.one, "yes_no").sum()) - sum(met[n] for n in bare)
    for n in [n for n in bare if not met[n]][: max(yes, 0)]:
        met[n] = True
    return [(question.text.strip(), so) for question, so in zip(one.questions, met, strict=True)]


def _met(one: Judged, question: Question, said: frozenset[str]) -> bool:
    asks_when, asks_price, asks_where = question.kinds[:3]
    if asks_when or asks_price:
        dated = any(part.dated for part in one.parts)
        return (dated or not asks_when) and (PRICE.search(one.draft.text) is not None or not asks_price)
    return (asks_where and one.has("a_place")) or bool(_about(question.text) & said)


def _about(text: str) -> frozenset[str]:
    words = (word.strip('.,;:!?()"«»…-') for word in folded_of(text).split())
    return frozenset(word[:STEM] for word in words if len(word) > 3 and word not in EMPTY)
