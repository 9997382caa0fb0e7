"""Rules of a brand that hide by themselves: spam, slurs, certain words.  People review what they hid.

A rule never deletes and never answers.  It hides what is read as spam or gross abuse, and by its words also what has
the shape of spam, a link or a telephone number.  One of words that stand in anything else (complaints, questions,
thanks) is refused with the very words they stand in; and should it come upon such later, it leaves it to people.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from premura import access, journal
from premura.access import Standing
from premura.interact import acts
from premura.models import Agent, Clause, Conversation, Event, Message, ModerationRule, Reading
from premura.prepare import successors
from premura.text import personal_data
from premura.text.aspects import fold

Catches = ModerationRule.Catches
MOST_TRIED = 5_000
MOST_EXAMPLES = 10
MOST_RULES = 50
MOST_WORDS = 200
SLUR, INSULT = 3, 2
LINK = re.compile(r"https?://|\bwww\.\w|\bt\.me/|\bwa\.me/", re.IGNORECASE)
ADDRESS = re.compile(r"\S*(?:://|www\.)\S*")  # its question mark asks nothing
WANTS_US = ("complaint", "question", "purchase", "suggestion")  # whoever means that, link or not, waits for an answer


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have hidden of the brand's last messages."""

    looked_at: int
    hidden: int  # just as many as it would hide
    wrong: list[Message] = field(default_factory=list)  # the newest ten with its words in them that no rule may hide
    of_them: int = 0


class HidesOthers(Exception):
    """The words of a rule stand in what is neither spam nor abuse: criticism, questions.  Nothing was changed."""

    def __init__(self, trial: Trial) -> None:
        super().__init__(f"its words stand in {trial.of_them} that are no spam")
        self.trial = trial


class NotARule(Exception):
    """There are no words, too many, or too many rules.  Nothing was changed."""


def listed(standing: Standing) -> list[ModerationRule]:
    """Return the rules, each with the clause that it `quotes` today: None where its own is gone, or there was none."""
    found = list(_there(standing.brand.pk).select_related("clause__netiquette", "by").order_by("pk")[:MOST_RULES])
    quoted = successors.all_in_force(standing.brand, [one.clause for one in found if one.clause])
    for one in found:
        one.quotes = quoted.get(one.clause_id or 0)  # type: ignore[attr-defined]
    return found


def rule(agent: Agent, pk: int) -> tuple[Standing, ModerationRule]:
    """Return one rule to change it.  Raises as `access.conversation` does."""
    found = ModerationRule.objects.select_related("clause", "brand").filter(pk=pk, removed_at=None).first()
    if found is None:
        raise Http404(f"no rule {pk}")
    return access.need(access.standing(agent, found.brand_id), access.Act.MODERATE), found


def make(standing: Standing, catches: str, words: Sequence[str] = (), clause: Clause | None = None) -> ModerationRule:
    """Make a rule and switch it on.  Raises NotARule and HidesOthers."""
    if catches not in Catches.values:
        raise NotARule(catches)
    kept = list(dict.fromkeys(word for word in (" ".join(w.split())[:100] for w in words) if fold(word)))
    if catches == Catches.WORDS and not 0 < len(kept) <= MOST_WORDS:
        raise NotARule("words")
    if _there(standing.brand.pk)[:MOST_RULES].count() == MOST_RULES:
        raise NotARule("too many rules")
    made = ModerationRule(
        brand=standing.brand, catches=catches, words=kept if catches == Catches.WORDS else [], clause=clause,
        by=standing.agent,
    )  # fmt: skip
    _pass(made)
    with transaction.atomic():
        made.save(force_insert=True)
        _note(made, standing.agent, "made")
    return made


def switch(rule: ModerationRule, by: Agent, *, on: bool) -> None:
    """Switch a rule on or off; on only where it passes the trial anew.  Raises HidesOthers."""
    if on:
        _pass(rule)
    with transaction.atomic():
        ModerationRule.objects.filter(pk=rule.pk).update(is_on=on)
        _note(rule, by, "on" if on else "off")
    rule.is_on = on


def remove(rule: ModerationRule, by: Agent) -> None:
    """Take a rule away.  What it hid stays as it is, in the ledger, which still says what the rule was."""
    with transaction.atomic():
        if ModerationRule.objects.filter(pk=rule.pk, removed_at=None).update(is_on=False, removed_at=timezone.now()):
            _note(rule, by, "removed")


def _there(brand_id: int) -> "QuerySet[ModerationRule]":
    return ModerationRule.objects.filter(brand=brand_id, removed_at=None)


def _note(rule: ModerationRule, by: Agent, how: str) -> None:
    name = ", ".join(rule.words[:5]) or rule.catches
    journal.write(Event.Deed.RULE_CHANGED, rule.brand, by, name=name, hides=rule.catches, how=how)


def trial(rule: ModerationRule) -> Trial:
    """Return what a rule would have hidden of the brand's last 5,000 messages.

    What it would have spared speaks against the words that somebody chose; what we ourselves read as spam or as a slur
    is chosen by nobody, and there the sparing is the rule.
    """
    newest = Conversation.objects.filter(brand=rule.brand_id).order_by("-last_at", "-pk").values("pk")[:MOST_TRIED]
    found = Message.objects.filter(conversation__in=newest, identity__isnull=False, conversation__private=False)
    tried = found.filter(reading__isnull=False).select_related("reading", "conversation", "identity")
    hits, wrong, looked_at, catches = 0, [], 0, catcher(rule)
    for message in tried.order_by("-pk")[:MOST_TRIED]:
        looked_at += 1
        if not catches(message.text, message.reading):
            continue
        if not is_spared(message.text, message.reading):
            hits += 1
        elif rule.catches == Catches.WORDS:
            wrong.append(message)
    return Trial(looked_at, hits, wrong[:MOST_EXAMPLES], len(wrong))


def is_criticism(reading: Reading) -> bool:
    """Whether somebody complains, or is unhappy without spamming or insulting grossly.  That is never hidden."""
    if reading.intent == "complaint":
        return True
    return reading.sentiment == "negative" and not _is_gross(reading)


def is_called_criticism(reading: Reading) -> bool:
    """Whether people are told that it reads as criticism: not of a bare insult, which no rule hides all the same."""
    return is_criticism(reading) and (_complains(reading) or not _insults(reading))


def is_spared(text: str, reading: Reading) -> bool:
    """Whether no rule may hide this: all but spam, gross abuse, and what has the shape of spam."""
    if is_criticism(reading):
        return True
    return not (_is_gross(reading) or reading.intent == "abuse" or _has_shape_of_spam(text, reading))


def reads_as_criticism(message: Message) -> bool:
    """Whether a message is called so; one that was not read yet is none."""
    reading = Reading.objects.filter(message=message).first()
    return reading is not None and is_called_criticism(reading)


def catcher(rule: ModerationRule) -> Callable[[str, Reading], bool]:
    """Return what tells whether the rule catches a message."""
    match rule.catches:
        case Catches.SPAM:
            return lambda _text, reading: reading.intent == "spam"
        case Catches.SLURS:
            return lambda _text, reading: reading.abuse >= SLUR or reading.hate
    words = "|".join(re.escape(fold(word)) for word in sorted(rule.words, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
    return lambda text, _reading: bool(pattern.search(fold(text)))


def apply(brand_id: int, ids: Sequence[int]) -> int:
    """Hide what the brand's rules catch among new and edited messages, for people to review; return how many."""
    rules = list(_there(brand_id).filter(is_on=True).select_related("clause__netiquette__brand").order_by("pk"))
    if not rules:
        return 0
    found = Message.objects.filter(brand=brand_id, pk__in=ids, identity__isnull=False, hidden_at=None, removed_at=None)
    found = found.filter(reading__isnull=False, conversation__private=False)
    left = list(found.select_related("reading", "identity", "conversation__channel").order_by("pk"))
    hidden = 0
    for one in rules:
        catches = catcher(one)
        caught = [m for m in left if catches(m.text, m.reading) and not is_spared(m.text, m.reading)]
        hidden += len(acts.hide_by_rule(one, caught)) if caught else 0
        left = [message for message in left if message not in caught]
    return hidden


def _complains(reading: Reading) -> bool:
    meant = [] if "intent" in reading.corrected else [name for name, _odds in reading.details.get("intents", ())]
    return "complaint" in (reading.intent, *meant)


def _insults(reading: Reading) -> bool:
    return bool(reading.intent == "abuse" or reading.abuse >= INSULT)


def _is_gross(reading: Reading) -> bool:
    return bool(reading.intent == "spam" or reading.abuse >= SLUR or reading.hate)


def _has_shape_of_spam(text: str, reading: Reading) -> bool:
    if reading.intent in WANTS_US or "?" in ADDRESS.sub("", text):
        return False
    return bool(LINK.search(text)) or any(found.kind == "phone" for found in personal_data.find(text))


def _pass(rule: ModerationRule) -> None:
    tried = trial(rule)
    if tried.of_them:
        raise HidesOthers(tried)
