"""premura bench inbox: the questions that the screens ask, of a small brand and of a very large one.

The large one is generated inside PostgreSQL: skewed as life is, with texts of words as common and as rare as
words are.  What is timed are the very functions that the screens call, in the process that would serve them.
"""

import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from django.db import connection

from premura import access
from premura.bench.machine import Figures, in_ms, machine
from premura.bench.world import STATEMENTS, people, vocabulary
from premura.models import Agent, Brand, Conversation

SMALL = 10_000
PAGE = 50
DEEP = 100
LIMIT_ROUNDS = 200
INDEXED = ("premura_conversation", "premura_message", "premura_identity", "premura_label_conversations")

Took = dict[str, list[float]]


def measure(conversations: int, rounds: int) -> Figures:
    """Measure at 10,000 conversations, or half of them, grow to `conversations`, measure again; return the figures.

    Takes    rounds: how often each question is asked.
    """
    small = min(SMALL, conversations // 2)
    brand, everybody = people()
    agents = everybody[:2]  # an agent and a lead
    grow(brand, 0, small)
    few = ask(agents, rounds)
    began = time.perf_counter()
    grow(brand, small, conversations)
    grown_s = time.perf_counter() - began
    many = ask(agents, rounds)
    limit = one_row(brand)
    return {
        "bench": "inbox",
        "conversations": conversations,
        "messages": _count("premura_message"),
        **{f"{name}_p{share}_ms": in_ms(many[name], share / 100) for name in many for share in (50, 95)},
        "growth": _growth(many, few, "first", "page100"),
        "growth_search": _growth(many, few, "search"),
        f"at_{small}": {f"{name}_p95_ms": in_ms(few[name], 0.95) for name in few},
        "slowest": slowest(),
        "one_row_p50_ms": in_ms(limit, 0.5),
        "ratio_one_row_to_first": round(in_ms(limit, 0.5) / (in_ms(many["first"], 0.5) or 1), 3),
        "grown_in_s": round(grown_s, 1),
        "how": HOW,
        "machine": machine(),
    }


HOW = {
    "first": "access.standing, access.inbox, access.page: 50 rows with person, channel, assignee and labels; every"
    " view in its own order, for an agent of two teams of six and for a lead, in turn",
    "page100": "the same, the hundredth page by its mark, or the last where a view has fewer",
    "growth": "p95 of the first and hundredth pages together, over the same at the small size",
    "one_row": "the limit: one conversation by its primary key through the same ORM",
}


# -- asking ------------------------------------------------------------------------------------


def ask(agents: Sequence[Agent], rounds: int) -> Took:
    """Ask everything that the screens ask, in a shuffled order, some times over; return how long each took."""
    questions = [question for agent in agents for question in _questions(agent)]
    took: Took = {name.split(" ")[0]: [] for name, _ in questions}
    for _ in range(2):  # once to warm the caches: a working day is warm
        for _, question in questions:
            question()
    order = questions * rounds
    Random(1).shuffle(order)
    _each.clear()
    for name, question in order:
        began = time.perf_counter()
        question()
        seconds = time.perf_counter() - began
        took[name.split(" ")[0]].append(seconds)
        _each.setdefault(name, []).append(seconds)
    return took


_each: Took = {}


def slowest(most: int = 6) -> dict[str, float]:
    """Return the p95 of the questions that take longest, by name."""
    worst = {name: in_ms(seconds, 0.95) for name, seconds in _each.items()}
    return dict(sorted(worst.items(), key=lambda pair: -pair[1])[:most])


Question = tuple[str, Callable[[], object]]


def _questions(agent: Agent) -> list[Question]:
    mine = access.standing(agent)
    found: list[Question] = [(f"counts {mine.role}", lambda: access.counts(access.standing(agent)))]
    for view in access.VIEWS:
        found.append((f"first {mine.role} {view}", _page(agent, view, "")))
        if mark := deep_mark(mine, view):
            found.append((f"page100 {mine.role} {view}", _page(agent, view, mark)))
    return found + [(f"search {mine.role} {words}", _search(agent, words)) for words in SEARCHES]


def _page(agent: Agent, view: str, mark: str) -> Callable[[], object]:
    order = access.ORDERS.get(view, access.Order.NEWEST)
    return lambda: access.page(access.inbox(access.standing(agent), view, order=order), mark, PAGE, order)


def _search(agent: Agent, words: str) -> Callable[[], object]:
    return lambda: access.search(access.standing(agent), words)


# Rare and common words, both, none at all, a part of a name.
_WORDS = vocabulary()
SEARCHES = (
    _WORDS[0], _WORDS[5], _WORDS[60], _WORDS[900], _WORDS[6000], _WORDS[-1], f"{_WORDS[0]} {_WORDS[900]}",
    f"{_WORDS[3]} {_WORDS[7]}", "nientedelgenere", "Persona 7", "persona.4242",
)  # fmt: skip


def deep_mark(standing: access.Standing, view: str) -> str:
    """Return the mark of the hundredth page, or the last where there are fewer; '' where the view has only one page."""
    order = access.ORDERS.get(view, access.Order.NEWEST)
    rows = access.inbox(standing, view, order=order)
    at = min(rows.values("pk")[: PAGE * (DEEP - 1)].count(), PAGE * (DEEP - 1)) // PAGE * PAGE
    return access.page(rows, size=at, order=order).after if at else ""


def one_row(brand: Brand) -> list[float]:
    """Return how long one row by its key takes."""
    ids = list(Conversation.objects.filter(brand=brand).values_list("pk", flat=True)[:LIMIT_ROUNDS])
    took = []
    for pk in ids:
        began = time.perf_counter()
        Conversation.objects.get(pk=pk)
        took.append(time.perf_counter() - began)
    return took


# -- growing -----------------------------------------------------------------------------------


def grow(brand: Brand, so_far: int, to: int) -> None:
    """Fill the brand from `so_far` to `to` conversations."""
    if to <= so_far:
        return
    with connection.cursor() as cursor:
        # Constraints and triggers would check a million rows that we know to be right, one by one.
        cursor.execute("SET session_replication_role = replica")
        dropped = _drop_indexes(cursor) if to - so_far > SMALL else []
        for statement in STATEMENTS:
            cursor.execute(statement, {"brand": brand.pk, "first": so_far + 1, "last": to, "all": to})
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for definition in dropped:
            cursor.execute(definition)
        cursor.execute("SET session_replication_role = origin")
        for table in (*INDEXED, "premura_contact", "premura_tally"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def _drop_indexes(cursor: Any) -> list[str]:
    """Drop the indexes that no constraint needs; return the statements that make them again."""
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisunique",
        [list(INDEXED)],
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f"DROP INDEX {name}")
    return [definition for _, definition in found]


def _growth(many: Took, few: Took, *names: str) -> float:
    now = in_ms([s for name in names for s in many[name]], 0.95)
    then = in_ms([s for name in names for s in few[name]], 0.95)
    return round(now / then, 2) if then else 0.0


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
        return int(cursor.fetchone()[0])
