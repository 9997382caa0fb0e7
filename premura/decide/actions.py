"""What rules and macros do: [deed, value], in order, each one for many conversations at once.  None of them replies.

A rule never answers and never leaves anybody unanswered.  A macro is a person's own click: it may also give the
conversation to who clicks, resolve it, and begin an answer with a saved reply, which that person then sends or not.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from premura.decide.conditions import MOST_MINUTES, Known, NotARule, names
from premura.decide.facts import Stand
from premura.models import Agent, Brand, Conversation, Label, Membership, Note, Triage
from premura.queue import later

State = Conversation.State
MOST = 20
MOST_POINTS = 200
Action = list[Any]  # [deed, value]
Did = list[list[str]]  # [deed, in words as they were then]
ONLY_MACROS = ("take", "resolve", "reply")
ONCE = frozenset({"team", "agent", "points", "policy", "snooze", "hold", "take", "resolve", "reply"})
AGAINST = (("snooze", "hold"), ("snooze", "resolve"), ("hold", "resolve"), ("agent", "take"))


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does it, where, and what it is called."""

    brand: Brand
    by: Agent  # signs the notes: who made the rule, or who uses the macro
    name: str
    known: Known
    now: datetime
    undone: list[tuple[int, list[str]]] = field(default_factory=list)  # conversation, and why its action was not done


# -- the deeds: each takes a value and the conversations, returns those that it changed, and its words ---------


def _team(team: int, rows: Sequence[Stand], doing: Doing) -> tuple[list[Stand], str]:
    if team not in doing.known.teams:
        return [], ""
    moved = [row for row in rows if row.team != team]
    _rows(moved).update(team=team)
    for row in moved:
        row.team = team
    return moved, doing.known.teams[team]


def _agent(agent: int, rows: Sequence[Stand], doing: Doing) -> tuple[list[Stand], str]:
    """Give them to somebody who is there, as many as they take at once; the others stay as they are, with the reason.

    Who got one by hand meanwhile may for a moment have one too many.
    """
    if agent not in doing.known.agents:
        return [], ""
    wanted, name = [row for row in rows if row.assignee != agent], doing.known.agents[agent]
    why, room = _room(agent, len(wanted), doing)
    for row in wanted[room:]:
        doing.undone.append((row.conversation, [why if row.assignee is None else f"{why}, kept", name]))
    return _hand(agent, wanted[:room]), name


def _take(_value: Any, rows: Sequence[Stand], doing: Doing) -> tuple[list[Stand], str]:
    me = doing.by.pk  # who takes it is there
    return _hand(me, [row for row in rows if row.assignee != me]), doing.known.agents.get(me, "")


def _hand(agent: int, given: list[Stand]) -> list[Stand]:
    _rows(given).update(assignee=agent)
    for row in given:
        row.assignee = agent
    return given


def _room(agent: int, wanted: int, doing: Doing) -> tuple[str, int]:
    """Return how many more an agent can be given, up to `wanted`, and why not more."""
    if not wanted:
        return "", 0
    found = Membership.objects.filter(agent=agent, brand=doing.brand).values_list("on_duty", "most_open").first()
    on_duty, most = found or (False, None)
    if not on_duty:
        return "away", 0
    if most is None:
        return "", wanted
    has = Conversation.objects.filter(assignee=agent, state=State.OPEN, brand=doing.brand).count()
    return "full", min(max(most - has, 0), wanted)


def _label(name: str, rows: Sequence[Stand], doing: Doing) -> tuple[list[Stand], str]:
    without = [row for row in rows if name not in row.labels]
    if without:
        label, _made = Label.objects.get_or_create(brand=doing.brand, name=name)
        through = Label.conversations.through
        through.objects.bulk_create(
            [through(label_id=label.pk, conversation_id=row.conversation) for row in without], ignore_conflicts=True
        )
    for row in without:
        row.labels.add(name)
    return without, name


def _unlabel(name: str, rows: Sequence[Stand], doing: Doing) -> tuple[list[Stand], str]:
    labelled = [row for row in rows if name in row.labels]
    ids = [row.conversation for row in labelled]
    through = Label.conversations.through
    through.objects.filter(label__brand=doing.brand, label__name=name, conversation__in=ids).delete()
    for row in labelled:
        row.labels.discard(name)
    return labelled, name


def _notify(whom: list[Any], rows: Sequence[Stand], doing: Doing) -> tuple[list[Stand], str]:
    sort, pk = whom
    name = (doing.known.teams if sort == "team" else doing.known.agents).get(pk)
    if name is None:
        return [], ""
    with translation.override(doing.brand.language):
        text = _("@%(whom)s, please look at this (%(rule)s).") % {"whom": name, "rule": doing.name}
    Note.objects.bulk_create(
        Note(brand=doing.brand, conversation_id=row.conversation, author=doing.by, text=text) for row in rows
    )
    return list(rows), name


def _points(points: int, rows: Sequence[Stand], doing: Doing) -> tuple[list[Stand], str]:
    return _above(rows, extra=points), f"{points:+}"


def _policy(policy: int, rows: Sequence[Stand], doing: Doing) -> tuple[list[Stand], str]:
    if policy not in doing.known.policies:
        return [], ""
    return _above(rows, chosen_id=policy), doing.known.policies[policy]


def _above(rows: Sequence[Stand], **given: int) -> list[Stand]:
    """Put something above what triage finds; they get their place and time anew in a moment."""
    ((name, value),) = given.items()
    open_ = Triage.objects.filter(pk__in=[row.conversation for row in rows])
    others = open_.filter(~Q(**{name: value}) | Q(**{f"{name}__isnull": True}))
    changed = set(others.values_list("pk", flat=True))
    if changed:
        Triage.objects.filter(pk__in=changed).update(**given)
        later("triage", conversations=sorted(changed))
    return [row for row in rows if row.conversation in changed]


def _snooze(minutes: int, rows: Sequence[Stand], doing: Doing) -> tuple[list[Stand], str]:
    return _move("snooze", rows, snoozed_until=doing.now + timedelta(minutes=minutes)), str(minutes)


def _hold(_value: Any, rows: Sequence[Stand], doing: Doing) -> tuple[list[Stand], str]:
    return _move("hold", rows), ""


def _resolve(_value: Any, rows: Sequence[Stand], doing: Doing) -> tuple[list[Stand], str]:
    return _move("resolve", rows, waiting_since=None, settled_at=doing.now, snoozed_until=None), ""


def _reply(reply: int, rows: Sequence[Stand], doing: Doing) -> tuple[list[Stand], str]:
    """Nothing is done here: what is begun is a draft of the person's own, and that is for their screen to keep."""
    return (list(rows), doing.known.replies[reply]) if reply in doing.known.replies else ([], "")


def _move(verb: str, rows: Sequence[Stand], **changes: Any) -> list[Stand]:
    start, to = Conversation.MOVES[verb]
    moved = [row for row in rows if row.state in start]
    _rows(moved).filter(state__in=start).update(state=to, **changes)
    for row in moved:
        row.state = to
    return moved


def _rows(rows: Sequence[Stand]) -> Any:
    return Conversation.objects.filter(pk__in=[row.conversation for row in rows])


# -- what may be said ---------------------------------------------------------------------------


def _one_of(of: Callable[[Known], Collection[int]]) -> Callable[[Any, Known], int]:
    def check(value: Any, known: Known) -> int:
        if not isinstance(value, int) or value not in of(known):
            raise NotARule("unknown")
        return value

    return check


def _name(value: Any, known: Known) -> str:
    return names(value, known)[0][:60]


def _whom(value: Any, known: Known) -> list[Any]:
    if not isinstance(value, list | tuple) or len(value) != 2 or value[0] not in ("team", "agent"):
        raise NotARule("unknown")
    if value[1] not in (known.teams if value[0] == "team" else known.agents):
        raise NotARule("unknown")
    return list(value)


def _minutes(value: Any, _known: Known) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= MOST_MINUTES:
        raise NotARule("number", said=f"1-{MOST_MINUTES}")
    return value


def _worth(value: Any, _known: Known) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -MOST_POINTS <= value <= MOST_POINTS or not value:
        raise NotARule("number", said=f"-{MOST_POINTS}-{MOST_POINTS}")
    return value


def _nothing(_value: Any, _known: Known) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Deed:
    """What its value may be, and how it is done."""

    check: Callable[[Any, Known], Any]
    do: Callable[[Any, Sequence[Stand], Doing], tuple[list[Stand], str]]


DEEDS: dict[str, Deed] = {
    "team": Deed(_one_of(lambda known: known.teams), _team),
    "agent": Deed(_one_of(lambda known: known.agents), _agent),
    "take": Deed(_nothing, _take),
    "label": Deed(_name, _label),
    "unlabel": Deed(_name, _unlabel),
    "notify": Deed(_whom, _notify),
    "points": Deed(_worth, _points),
    "policy": Deed(_one_of(lambda known: known.policies), _policy),
    "snooze": Deed(_minutes, _snooze),
    "hold": Deed(_nothing, _hold),
    "resolve": Deed(_nothing, _resolve),
    "reply": Deed(_one_of(lambda known: known.replies), _reply),
}


def checked(given: Any, known: Known, *, macro: bool = False) -> list[Action]:
    """Return actions as they are kept.  Raises NotARule, also for what only a person may do."""
    if not isinstance(given, list | tuple) or len(given) > MOST:
        raise NotARule("too many", "actions")
    kept: list[Action] = []
    for one in given:
        if not isinstance(one, list | tuple) or len(one) != 2 or one[0] not in DEEDS:
            raise NotARule("unknown", "actions")
        if one[0] in ONLY_MACROS and not macro:
            raise NotARule("only people", one[0])
        try:
            kept.append([one[0], DEEDS[one[0]].check(one[1], known)])
        except NotARule as wrong:
            raise NotARule(wrong.why, one[0], wrong.said) from wrong
    if not kept:
        raise NotARule("nothing to do", "actions")
    deeds = [deed for deed, _value in kept]
    if twice := [deed for deed in ONCE if deeds.count(deed) > 1]:
        raise NotARule("twice", twice[0])
    if any(one in deeds and other in deeds for one, other in AGAINST):
        raise NotARule("against", "actions")
    return kept


def apply(actions: Sequence[Action], rows: Sequence[Stand], doing: Doing) -> dict[int, Did]:
    """Do it, inside the caller's transaction; return what was done to which conversation, in words.

    What is so already is not done, and what names a team or person who is gone neither.  Nobody is given anything who
    is away or has all they take at once: that it was not done stands among what was done.
    Cost: one to three statements an action, however many conversations.
    """
    did: dict[int, Did] = {}
    for deed, value in actions:
        changed, words = DEEDS[deed].do(value, rows, doing) if rows else ([], "")
        for row in changed:
            did.setdefault(row.conversation, []).append([deed, words])
        for conversation, why in doing.undone:
            did.setdefault(conversation, []).append(why)
        doing.undone.clear()
    return did


def moved(row: Stand, was: int | None) -> dict[str, int | None]:
    """Return what the journal says besides where actions took a conversation from one team to another: both of them.

    >>> from types import SimpleNamespace
    >>> moved(SimpleNamespace(team=2), 1), moved(SimpleNamespace(team=2), 2)
    ({'was': 1, 'team': 2}, {})
    """
    return {"was": was, "team": row.team} if row.team != was else {}


def told(actions: Sequence[Action], known: Known) -> Did:
    """Return actions in words: what they name by number, by its name; '' where that is gone."""
    return [[deed, _told(deed, value, known)] for deed, value in actions]


def _told(deed: str, value: Any, known: Known) -> str:
    if deed == "notify":
        return (known.teams if value[0] == "team" else known.agents).get(value[1], "")
    named = {"team": known.teams, "agent": known.agents, "reply": known.replies, "policy": known.policies}
    if deed in named:
        return named[deed].get(value, "")
    return "" if value is True else str(value)
